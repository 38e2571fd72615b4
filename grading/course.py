"""Runs in the command: what nbgrader's configuration, gradebook and source folder say about a course."""

import contextlib
import glob
import hashlib
import json
import logging
import os
import re
import site
import sys
import tempfile
import warnings
from pathlib import Path

import nbformat
import sqlalchemy
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.apps import NbGrader
from nbgrader.converters import GenerateAssignment
from nbgrader.preprocessors import AssignLatePenalties, ClearHiddenTests, ClearMarkScheme, IncludeHeaderFooter
from traitlets import Bool, Dict, Float, Integer, List, TraitError, Unicode
from traitlets.config import Configurable

from grading import __version__
from grading.errors import CourseError
from grading.imports import libraries
from grading.values import dumps


class Grading(Configurable):
    """How submissions are graded; set it in nbgrader_config.py as `c.Grading.cell_seconds = 10`."""

    cell_seconds = Float(5.0, help="Seconds a cell, or a test, may run. Slow solutions raise it by themselves.").tag(
        config=True
    )
    total_seconds = Float(300.0, help="Seconds one notebook of one student may take in all.").tag(config=True)
    memory_mb = Integer(2048, help="Megabytes a submission may use beyond what the libraries need.").tag(config=True)
    processes = Integer(64, help="Processes and threads a submission may have at a time.").tag(config=True)
    readable = List(Unicode(), help="More paths that submissions may read.").tag(config=True)
    stand_ins = Dict(
        help="Packages of the course whose contents submissions must not see: name -> list of paths, inside the "
        "package, that they may see all the same."
    ).tag(config=True)
    forbidden = Dict(
        help="What answers may not call while they are tested: a name of an assignment, a notebook or a test cell, "
        "or '*' -> a list of dotted names, or of torch operators as 'torch:convolution'."
    ).tag(config=True)
    references = List(Unicode(), help="Packages whose code decides scores: when it changes, regrade.").tag(config=True)
    keep_names = Bool(True, help="Whether the log names students; if not, it has a salted hash.").tag(config=True)


class Course:
    """A course directory as nbgrader sees it."""

    def __init__(self, directory="."):
        self.root = os.path.abspath(directory)
        if not os.path.isdir(self.root):
            raise CourseError(f"there is no directory {self.root}")
        os.chdir(self.root)
        here = os.path.dirname(sys.executable)  # nbgrader starts alembic from the search path
        if here not in os.environ.get("PATH", "").split(os.pathsep):
            os.environ["PATH"] = here + os.pathsep + os.environ.get("PATH", "")
        self.app = NbGrader()
        self.app.log_level = logging.ERROR
        self.app.raise_config_file_errors = True  # else nbgrader goes on without it, and every score is wrong
        try:
            self.app.initialize([])
            with warnings.catch_warnings():
                warnings.simplefilter("error", UserWarning)  # a setting that does not exist
                self.settings = Grading(parent=self.app)
        except SystemExit:
            raise CourseError("nbgrader_config.py could not be read; nbgrader's message is above") from None
        except (TraitError, UserWarning) as error:
            raise CourseError(f"nbgrader_config.py: {error}") from None
        except Exception as error:  # whatever the file may raise
            raise CourseError(f"nbgrader_config.py could not be read: {type(error).__name__}: {error}") from None
        self.app.log.setLevel(logging.ERROR)
        self.coursedir = self.app.coursedir
        self.root = self.coursedir.root
        self.private = Path(self.root, ".grading")
        signs = ("nbgrader_config.py", "gradebook.db", self.coursedir.source_directory)
        if not any(os.path.exists(os.path.join(self.root, name)) for name in signs):
            raise CourseError(f"{self.root} is no course: it has none of {', '.join(signs)}; see --course-dir")

    @property
    def db_url(self):
        return self.coursedir.db_url

    @contextlib.contextmanager
    def gradebook(self):
        """nbgrader's gradebook, open; CourseError where the database does not let us in."""
        try:
            with Gradebook(self.coursedir.db_url, self.coursedir.course_id) as gradebook:
                yield gradebook
        except (sqlalchemy.exc.DBAPIError, sqlalchemy.exc.ArgumentError, ImportError) as error:
            why = gradebook_trouble(str(error)) or f"the gradebook cannot be opened: {str(error).splitlines()[0]}"
            raise CourseError(why) from error

    def folder(self, step, student, assignment):
        return os.path.normpath(self.coursedir.format_path(step, student, assignment))

    def students(self, assignment, only=()):
        """Student ids that have handed in something, in order. Symbolic links are no submissions."""
        pattern = self.folder(glob.escape(self.coursedir.submitted_directory), "*", glob.escape(assignment))
        expression = self.coursedir.format_path(
            self.coursedir.submitted_directory, "(?P<student>[^/]+)", assignment, escape=True
        )
        paths = [path for path in glob.glob(pattern) if os.path.isdir(path) and not os.path.islink(path)]
        if os.path.basename(pattern) == glob.escape(assignment):
            # A student's folder that may not be entered hides what is in it: reading it will say so.
            closed = (path for path in glob.glob(os.path.dirname(pattern)) if not os.access(path, os.X_OK))
            paths += [os.path.join(path, assignment) for path in closed if os.path.isdir(path)]
        found = {}
        for path in paths:
            if match := re.fullmatch(expression, path, flags=re.DOTALL):
                found[match["student"]] = path
        excluded = {name for name in self.coursedir.student_id_exclude.split(",") if name}
        missing = sorted(set(only) - set(found))
        if missing:
            place = os.path.join(self.coursedir.submitted_directory, "<student>", assignment)
            raise CourseError(f"there is no submission by {', '.join(missing)}; it would be in {place}/")
        return {s: found[s] for s in sorted(found) if s not in excluded and (not only or s in only)}

    def assignments(self):
        """The names of all assignments, in the source folder or in the gradebook."""
        pattern = self.folder(glob.escape(self.coursedir.source_directory), ".", "*")
        with self.gradebook() as gradebook:
            known = {assignment.name for assignment in gradebook.assignments}
        return sorted(known | {os.path.basename(path) for path in glob.glob(pattern) if os.path.isdir(path)})

    def ensure_assignment(self, assignment):
        """The gradebook knows the assignment, or learns it from its source notebooks."""
        with self.gradebook() as gradebook:
            try:
                if gradebook.find_assignment(assignment).notebooks:
                    return False
            except MissingEntry:
                pass
        source = self.folder(self.coursedir.source_directory, ".", assignment)
        if not glob.glob(os.path.join(glob.escape(source), "*.ipynb")):
            raise CourseError(
                f"the gradebook has no assignment {assignment!r}, and {source} has no notebook to make it from; "
                f"there is {', '.join(self.assignments()) or 'no other assignment either'}"
            )
        with tempfile.TemporaryDirectory(prefix="grading-") as elsewhere:
            config = self.app.config.copy()
            config.CourseDirectory.release_directory = elsewhere
            app = NbGrader(config=config)
            app.log.setLevel(logging.ERROR)
            coursedir = type(self.coursedir)(parent=app, root=self.root, assignment_id=assignment)
            coursedir.release_directory = elsewhere
            coursedir.db_url, coursedir.course_id = self.coursedir.db_url, self.coursedir.course_id
            try:
                GenerateAssignment(coursedir=coursedir, parent=app).start()
            except Exception as error:
                raise CourseError(f"the source of {assignment} is not a valid assignment: {error}") from error
        return True

    def contracts(self, assignment):
        """What each notebook of an assignment consists of: name -> contract."""
        self.ensure_assignment(assignment)
        with self.gradebook() as gradebook:
            notebooks = gradebook.find_assignment(assignment).notebooks
            return {nb.name: self._contract(nb, assignment) for nb in notebooks}

    def _contract(self, notebook, assignment):
        known = {cell.name: self._known(cell) for cell in notebook.source_cells}
        for cell in notebook.grade_cells:
            known[cell.name].update(points=cell.max_score, grade=True)
        for cell in notebook.solution_cells:
            known[cell.name].update(solution=True)
        for cell in notebook.task_cells:
            known[cell.name].update(points=cell.max_score, task=True)
        for about in known.values():
            about["role"] = _role(about)
            about["metadata"] = _metadata(about)
        tests, marks = ClearHiddenTests(parent=self.app), ClearMarkScheme(parent=self.app)
        secrets = [
            (tests._remove_hidden_test_region, tests.begin_test_delimeter, tests.end_test_delimeter),
            (marks._remove_mark_scheme_region, marks.begin_mark_scheme_delimeter, marks.end_mark_scheme_delimeter),
        ]
        for about in known.values():
            about["released"], about["hidden_lines"] = _released(about, secrets)
        path = os.path.join(self.folder(self.coursedir.source_directory, ".", assignment), notebook.name + ".ipynb")
        cells, order, problem = self._source_cells(path, known)
        return {
            "assignment": assignment,
            "notebook": notebook.name,
            "kernelspec": json.loads(notebook.kernelspec or "{}") or {},
            "cells": [{**known[g]} for g in order],
            "instructor": cells,
            "problem": problem,
        }

    def _source_cells(self, path, known):
        """The instructor's cells in order, the order of the graded ones, and why there are none, if so."""
        fallback = list(known)
        try:
            with open(path, encoding="utf-8") as file:
                notebook = nbformat.read(file, as_version=4)
        except FileNotFoundError:
            return [], fallback, f"there is no {os.path.relpath(path, self.root)}"
        except Exception as error:
            return [], fallback, f"{os.path.relpath(path, self.root)} cannot be read: {error}"
        notebook, _ = IncludeHeaderFooter(parent=self.app).preprocess(notebook, {})
        cells, order = [], []
        for index, cell in enumerate(notebook.cells):
            meta = cell.metadata.get("nbgrader") or {}
            grade_id = meta.get("grade_id")
            about = known.get(grade_id)
            if about is not None and grade_id not in order:
                order.append(grade_id)
            if cell.cell_type != "code":
                continue
            role, source, points = "given", cell.source, None
            if about is not None:
                role = {"manual": "solution", "locked": "given"}.get(about["role"], about["role"])
                source = about["source"] if about["role"] in ("test", "locked") else cell.source
                points = about["points"]
            cells.append({"index": index, "role": role, "source": source, "grade_id": grade_id, "points": points,
                          "stub": about["source"] if about is not None else cell.source})  # fmt: skip
        lost = [g for g in known if g not in order]
        problem = None
        if any(known[g]["role"] == "test" for g in lost):
            problem = (
                f"{os.path.relpath(path, self.root)} lacks {', '.join(sorted(lost))}: run nbgrader generate_assignment"
            )
        return cells, order + lost, problem

    @staticmethod
    def _known(cell):
        return {
            "grade_id": cell.name, "cell_type": cell.cell_type, "locked": bool(cell.locked),
            "source": cell.source or "", "checksum": cell.checksum, "points": None,
            "grade": False, "solution": False, "task": False,
        }  # fmt: skip

    def modules(self, contracts):
        """Libraries that the instructor's notebooks import, to be imported once for all."""
        sources = (cell["source"] for contract in contracts.values() for cell in contract["instructor"])
        # Jails are copied from the fork server, so what stands in for something there must not be imported here.
        return libraries(sources, self.root, {*self.settings.stand_ins, *self.settings.references})

    def limits(self, slowest=0.0):
        """The bounds of one submission; a course whose own solution is slow gives more time."""
        cell = max(self.settings.cell_seconds, 5 * slowest)
        return {
            "cell": cell,
            "total": max(self.settings.total_seconds, 10 * cell),
            "memory": self.settings.memory_mb * 2**20,
            "processes": self.settings.processes,
        }

    def judge_path(self, assignment):
        """Where the judge imports from: beside the source notebook, then the course."""
        source = self.folder(self.coursedir.source_directory, ".", assignment)
        return [source, self.root] if os.path.isdir(source) else [self.root]

    def forbidden(self, contract, grade_id):
        """What answers may not call while this test runs."""
        keys = ("*", contract["assignment"], contract["notebook"], grade_id)
        return sorted({name for key in keys for name in self.settings.forbidden.get(key, ())})

    def penalty(self):
        """The plugin that decides what late work loses: its name, its settings, and a hash of its module."""
        try:
            plugin = AssignLatePenalties(parent=self.app).plugin_class
        except Exception as error:  # it is the instructor's own code
            reason = error.__cause__ or error
            raise CourseError(f"c.AssignLatePenalties.plugin_class cannot be used: {reason}") from None
        settings = str(self.app.config.get(plugin.__name__))
        file = getattr(sys.modules.get(plugin.__module__), "__file__", None) or Path(self.root, "nbgrader_config.py")
        return f"{plugin.__module__}.{plugin.__qualname__}", settings, code_fingerprint([file])

    def stand_ins(self):
        """Packages that submissions see only in part: name -> the directories that hold the visible parts."""
        return {
            name: [str(Path(self.root, name)), *(str(Path(self.root, name, part)) for part in parts)]
            for name, parts in self.settings.stand_ins.items()
        }

    def installed_copies(self):
        """Where packages that hold answers lie among the libraries as well: there too they must stay out of sight."""
        names = {*self.settings.stand_ins, *self.settings.references}
        return [
            str(Path(place, name)) for place in site.getsitepackages() for name in names if Path(place, name).is_dir()
        ]


def _role(about):
    if about["task"]:
        return "task"
    if about["grade"] and about["solution"]:
        return "manual"
    if about["grade"]:
        return "test" if about["cell_type"] == "code" else "manual"
    return "solution" if about["solution"] else "locked"


def _metadata(about):
    meta = {
        "schema_version": 3, "grade_id": about["grade_id"], "grade": about["grade"], "solution": about["solution"],
        "locked": about["locked"], "task": about["task"], "cell_type": about["cell_type"],
        "checksum": about["checksum"],
    }  # fmt: skip
    return {**meta, "points": about["points"]} if about["points"] is not None else meta


def _released(about, secrets):
    """The text that students got, and the lines, from 1, of the text that they did not."""
    cell = nbformat.v4.new_code_cell(about["source"])
    try:
        for remove, _, _ in secrets:
            remove(cell)
    except Exception:
        return about["source"], []
    hidden, inside = [], False
    for number, line in enumerate(about["source"].split("\n"), start=1):
        inside = inside or any(begin in line for _, begin, _ in secrets)
        if inside:
            hidden.append(number)
        inside = inside and not any(end in line for _, _, end in secrets)
    return cell.source, hidden


def gradebook_trouble(text):
    """What a database's error means to an instructor, if that is known."""
    if "database is locked" in text:
        return "the gradebook is locked by another program (formgrader?); nothing is lost, run the command again"
    if "disk is full" in text or "No space left" in text or "disk I/O error" in text:
        return "the disk is full; nothing is lost, make room and run the command again"
    if "readonly database" in text:
        return "the gradebook cannot be written; check its permissions, and those of its folder"
    return None


def fingerprint(*parts):
    """A hash of plain data."""
    return hashlib.sha256(dumps({"parts": parts})).hexdigest()


def code_fingerprint(paths):
    """A hash of the files whose code has a say in scores."""
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(os.path.basename(path).encode())
        try:
            digest.update(Path(path).read_bytes())
        except OSError:
            digest.update(b"missing")
    return digest.hexdigest()


def versions():
    """The versions of what takes part in grading. The grader's own code counts too: when it changes, regrade."""
    from importlib.metadata import PackageNotFoundError, version

    own = code_fingerprint(Path(__file__).parent.glob("*.py"))[:16]
    found = {"grading": f"{__version__}+{own}", "python": sys.version.split()[0]}
    for name in ("numpy", "torch", "nbgrader", "ipython"):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
