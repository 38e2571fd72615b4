"""Runs in the command, once at a time: takes a graded submission into nbgrader's gradebook and autograded folder.

What stock nbgrader Autograde does in a dozen connections and commits happens here in one of each, with nbgrader's own
parts; a course that configured parts of its own gets stock Autograde.
"""

import logging
import os
import shutil
import sqlite3
import warnings
from pathlib import Path

import nbformat
import sqlalchemy
from nbconvert.preprocessors import ClearMetadataPreprocessor
from nbgrader import preprocessors as stock
from nbgrader.api import Gradebook
from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory

from grading.course import gradebook_trouble


class WriteError(RuntimeError):
    """A submission could not be written to the gradebook. The message says why; `lasting`, that others will fare so."""

    def __init__(self, message, lasting=False):
        super().__init__(message)
        self.lasting = lasting


class Fill(stock.NbGraderPreprocessor):
    """Takes Execute's place: puts the outputs that jail and judge produced into the notebook."""

    results = None  # (student, notebook) -> {cell number: outputs}

    def preprocess(self, nb, resources):
        where = resources["nbgrader"]
        fill(nb, self.results[where["student"], where["notebook"]])
        return nb, resources


def fill(nb, outputs):
    """Put outputs, by the number of the cell, into a notebook's code cells."""
    count = 0
    for index, cell in enumerate(nb.cells):
        if cell.cell_type == "code":
            count += 1
            cell.execution_count = count
            cell.outputs = [nbformat.from_dict(output) for output in outputs.get(str(index), [])]
            for output in cell.outputs:
                if output.output_type == "execute_result":
                    output.execution_count = count


class OneTransaction(Gradebook):
    """nbgrader's gradebook, open for the whole run; what one submission changes is committed at once, or not at all.

    What nbgrader looks up for every cell anew is looked up once here. The course's own cells stay in memory.
    """

    RENEW = 100  # submissions after which memory is given back

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.db.remove()
        self.db.configure(autoflush=False, expire_on_commit=False)
        self.db.commit = lambda: None  # nbgrader commits after every cell
        self.written = 0

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        pass  # the parts of nbgrader close after each step

    def open_submission(self, assignment, student, create_student, **stamp):
        """The submission, made if there is none, with its grades and comments at hand."""
        if create_student:
            self.update_or_create_student(student)
            self.db.flush()
        else:
            self.find_student(student)
        self.submission = self.update_or_create_submission(assignment, student, **stamp)
        self.notebooks = {nb.notebook.name: nb for nb in self.submission.notebooks}
        self.grades, self.comments = {}, {}
        for name, nb in self.notebooks.items():
            base = nb.notebook
            cells = {cell.id: cell.name for cell in [*base.grade_cells, *base.solution_cells, *base.task_cells]}
            self.grades |= {(name, cells[grade.cell_id]): grade for grade in nb.grades}
            self.comments |= {(name, cells[comment.cell_id]): comment for comment in nb.comments}

    def find_grade(self, grade_cell, notebook, assignment, student):
        return self.grades[notebook, grade_cell]

    def find_comment(self, solution_cell, notebook, assignment, student):
        return self.comments[notebook, solution_cell]

    def commit(self):
        self.db().commit()
        self.written += 1
        if self.written % self.RENEW == 0:
            self.db.remove()

    def undo(self):
        self.db.rollback()
        self.db.remove()


class SaveAutoGrades(stock.SaveAutoGrades):
    """nbgrader's own, with the gradebook that is already open."""

    def preprocess(self, nb, resources):
        where = resources["nbgrader"]
        self.notebook_id, self.assignment_id, self.student_id = (
            where["notebook"],
            where["assignment"],
            where["student"],
        )
        self.gradebook = resources["gradebook"]
        return super(stock.SaveAutoGrades, self).preprocess(nb, resources)


class AssignLatePenalties(stock.AssignLatePenalties):
    """nbgrader's own, with the gradebook that is already open."""

    def preprocess(self, nb, resources):
        where, gradebook = resources["nbgrader"], resources["gradebook"]
        submission, notebook = gradebook.submission, gradebook.notebooks[where["notebook"]]
        notebook.late_submission_penalty = None
        if submission.assignment.duedate is not None and submission.total_seconds_late > 0:
            gradebook.db.flush()
            gradebook.db.refresh(notebook)  # its score is the database's sum
            self.init_plugin()
            penalty = self.plugin_inst.late_submission_penalty(
                where["student"], notebook.score, submission.total_seconds_late
            )
            if penalty is not None:
                notebook.late_submission_penalty = self._check_late_penalty(notebook, penalty)
        return nb, resources


class Handler(logging.Handler):
    """Collects what nbgrader logs about one submission."""

    def __init__(self):
        super().__init__(logging.ERROR)
        self.lines = []

    def emit(self, record):
        self.lines.append(record.getMessage())


BEFORE = (stock.ClearOutput, stock.DeduplicateIds, stock.OverwriteKernelspec, stock.OverwriteCells)
OURS = {stock.SaveAutoGrades: SaveAutoGrades, stock.AssignLatePenalties: AssignLatePenalties}
KNOWN = {stock.IgnorePattern, ClearMetadataPreprocessor, stock.LimitOutput, stock.CheckCellMetadata, *OURS}


class Writer:
    """The only one that writes to the gradebook."""

    def __init__(self, course, assignment):
        self.course, self.assignment, self.app = course, assignment, course.app
        self.stage = Path(course.private, "stage")
        shutil.rmtree(self.stage, ignore_errors=True)
        coursedir = CourseDirectory(parent=self.app, root=course.root)
        coursedir.submitted_directory = str(self.stage)
        coursedir.assignment_id, coursedir.notebook_id = assignment, "*"
        self.converter = Autograde(coursedir=coursedir, parent=self.app, force=True)
        sanitize = [p for p in map(_resolve, self.converter.sanitize_preprocessors) if not _ours(p)]
        after = [
            Fill if _ours(p) or issubclass(p, stock.Execute) else p
            for p in map(_resolve, self.converter.autograde_preprocessors)
        ]
        self.usual = set(sanitize) <= {*BEFORE, stock.CheckCellMetadata} and set(after) <= {Fill, *KNOWN}
        self.converter.sanitize_preprocessors = [p for p in sanitize if p not in BEFORE]
        self.converter.autograde_preprocessors = after
        warnings.filterwarnings("ignore", category=sqlalchemy.exc.SAWarning, module="nbgrader")
        logging.getLogger("tornado.application").addHandler(logging.NullHandler())  # its tracebacks: see _refusal
        self.gradebook = None
        if self.usual:
            self.gradebook = OneTransaction(course.db_url, course.coursedir.course_id)
            # The metadata was made from the gradebook: there is nothing to check in it.
            steps = [OURS.get(p, p) for p in after if p is not stock.CheckCellMetadata]
            self.steps = [step(parent=self.converter) for step in steps]

    def close(self):
        if self.gradebook is not None:
            self.gradebook.close()

    def write(self, student, notebooks, files, timestamp):
        """Take one submission in: `notebooks` maps names to (notebook, outputs), `files` names to paths."""
        handler = Handler()
        self.app.log.addHandler(handler)
        coursedir = self.converter.coursedir
        coursedir.student_id = _escape(student)
        Fill.results = {(student, name): outputs for name, (_, outputs) in notebooks.items()}
        try:
            with warnings.catch_warnings():
                if self.usual:
                    self._write_at_once(student, notebooks, files, timestamp)
                else:
                    self._write_with_stock(student, notebooks, files, timestamp)
        except OSError as error:
            raise _refusal(error, []) from error
        except Exception as error:
            raise _refusal(error, handler.lines) from error
        finally:
            self.app.log.removeHandler(handler)
            shutil.rmtree(self.stage, ignore_errors=True)

    def _write_at_once(self, student, notebooks, files, timestamp):
        gradebook, converter, assignment = self.gradebook, self.converter, self.assignment
        converter.notebooks = [f"{name}.ipynb" for name in notebooks]
        converter.run_pre_convert_hook()
        self.stage.mkdir(parents=True)
        self._copy(files, self.stage, timestamp)
        try:
            stamp = {} if timestamp is None else {"timestamp": timestamp}
            gradebook.open_submission(assignment, student, converter.create_student, **stamp)
            for (name, _), grade in gradebook.grades.items():
                if name not in notebooks:
                    grade.auto_score, grade.needs_manual_grade = 0, False
            for name, (nb, _) in notebooks.items():
                where = {"notebook": name, "assignment": assignment, "student": student}
                resources = {"nbgrader": where, "gradebook": gradebook, "unique_key": name}
                for step in self.steps:
                    nb, resources = step(nb, resources)
                Path(self.stage, name + ".ipynb").write_text(nbformat.v4.writes(nb), encoding="utf-8")
            target = Path(self.course.folder(converter._output_directory, student, assignment))
            gradebook.db.flush()
            target.parent.mkdir(parents=True, exist_ok=True)
            if target.exists():
                shutil.rmtree(target)
            os.rename(self.stage, target)
            converter.set_permissions(assignment, student)
            gradebook.commit()
        except BaseException:
            gradebook.undo()
            raise
        converter.run_post_convert_hook()

    def _write_with_stock(self, student, notebooks, files, timestamp):
        target = Path(self.converter.coursedir.format_path(str(self.stage), student, self.assignment))
        target.mkdir(parents=True)
        for name, (nb, _) in notebooks.items():
            Path(target, name + ".ipynb").write_text(nbformat.v4.writes(nb), encoding="utf-8")
        self._copy(files, target, timestamp)
        self.converter.start()

    @staticmethod
    def _copy(files, target, timestamp):
        for name, path in files.items():
            Path(target, name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, Path(target, name), follow_symlinks=False)
        if timestamp is not None:
            Path(target, "timestamp.txt").write_text(timestamp)


def _resolve(preprocessor):
    if isinstance(preprocessor, str):
        from traitlets.utils.importstring import import_item

        return import_item(preprocessor)
    return preprocessor


def _ours(preprocessor):
    return preprocessor.__module__.partition(".")[0] == "grading"


def _escape(student):
    """A student id in which nbgrader must not see a pattern."""
    return "".join(f"[{c}]" if c in "*?[" else c for c in student)


def _refusal(error, lines):
    text, cause = "\n".join([str(error), *lines]), error
    while cause is not None:
        if isinstance(cause, sqlite3.OperationalError | sqlalchemy.exc.OperationalError):
            text = str(cause) + "\n" + text
        cause = cause.__cause__ or cause.__context__
    if (trouble := gradebook_trouble(text)) is not None:
        return WriteError(trouble, lasting=True)
    if isinstance(error, OSError):
        return WriteError(f"{error.filename or 'a file'}: {error.strerror}; nothing is lost, run the command again")
    for line in reversed(text.strip().split("\n")):
        if line.strip() and "Please see" not in line and "There was an error" not in line:
            return WriteError(f"nbgrader refused it: {line.strip()[:300]}")
    return WriteError(f"nbgrader refused it: {type(error).__name__}")
