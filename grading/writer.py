"""Runs in the command, once at a time: stock nbgrader Autograde takes one graded submission into the gradebook."""

import logging
import shutil
import sqlite3
from pathlib import Path

import nbformat
import sqlalchemy
from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import (
    CheckCellMetadata,
    ClearOutput,
    DeduplicateIds,
    Execute,
    NbGraderPreprocessor,
    OverwriteCells,
    OverwriteKernelspec,
)
from traitlets.config import Config

from grading.course import CourseError


class WriteError(RuntimeError):
    """A submission could not be written to the gradebook. The message says why."""


class Fill(NbGraderPreprocessor):
    """Takes Execute's place: puts the outputs that jail and judge produced into the notebook."""

    results = None  # (student, notebook) -> {cell number: outputs}

    def preprocess(self, nb, resources):
        where = resources["nbgrader"]
        fill(nb, self.results[where["student"], where["notebook"]])
        return nb, resources


def fill(nb, outputs):
    """Put outputs into a notebook's code cells."""
    count = 0
    for index, cell in enumerate(nb.cells):
        if cell.cell_type == "code":
            count += 1
            cell.execution_count = count
            cell.outputs = [nbformat.from_dict(output) for output in complete(outputs.get(str(index), []), count)]


def complete(outputs, count):
    """Outputs with the keys that nbformat demands of each kind."""
    for output in outputs:
        if output["output_type"] == "execute_result":
            output = {**output, "execution_count": count}
        yield output


class Handler(logging.Handler):
    """Collects what nbgrader logs about one submission."""

    def __init__(self):
        super().__init__(logging.ERROR)
        self.lines = []

    def emit(self, record):
        self.lines.append(record.getMessage())


class Writer:
    """The only one that writes to the gradebook."""

    def __init__(self, course, assignment):
        self.course, self.assignment = course, assignment
        self.stage = Path(course.private, "stage")
        shutil.rmtree(self.stage, ignore_errors=True)
        config = course.app.config
        sanitize = config.Autograde.get("sanitize_preprocessors", Autograde.sanitize_preprocessors.default_args[0])
        autograde = config.Autograde.get("autograde_preprocessors", Autograde.autograde_preprocessors.default_args[0])
        done = (ClearOutput, DeduplicateIds, OverwriteKernelspec, OverwriteCells, CheckCellMetadata)
        self.sanitize = [p for p in sanitize if p not in done and not _ours(p)]
        self.autograde = [Fill if p is Execute or _ours(p) else p for p in autograde]

    def write(self, student, notebooks, files, timestamp):
        """Take one submission into the gradebook: `notebooks` maps names to (notebook, outputs)."""
        stage = self.stage
        shutil.rmtree(stage, ignore_errors=True)
        handler = Handler()
        coursedir = CourseDirectory(parent=self.course.app, root=self.course.root)
        coursedir.submitted_directory = str(stage)
        coursedir.assignment_id = self.assignment
        coursedir.student_id = _escape(student)
        coursedir.notebook_id = "*"
        target = Path(coursedir.format_path(str(stage), student, self.assignment))
        try:
            target.mkdir(parents=True)
            for name, (notebook, _) in notebooks.items():
                Path(target, name + ".ipynb").write_text(nbformat.writes(notebook), encoding="utf-8")
            for name, path in files.items():
                Path(target, name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, Path(target, name), follow_symlinks=False)
            if timestamp is not None:
                Path(target, "timestamp.txt").write_text(timestamp)
            Fill.results = {(student, name): outputs for name, (_, outputs) in notebooks.items()}
            app = self.course.app
            app.log.addHandler(handler)
            converter = Autograde(coursedir=coursedir, parent=app, force=True)
            converter.sanitize_preprocessors = self.sanitize
            converter.autograde_preprocessors = self.autograde
            converter.update_config(Config({"NotebookExporter": {"nbformat_version": 4}}))
            converter.start()
        except OSError as error:
            raise WriteError(f"could not be written: {error.strerror or error}") from error
        except Exception as error:
            raise WriteError(_reason(error, handler.lines)) from error
        finally:
            self.course.app.log.removeHandler(handler)
            shutil.rmtree(stage, ignore_errors=True)


def _ours(preprocessor):
    name = preprocessor if isinstance(preprocessor, str) else preprocessor.__module__ + "." + preprocessor.__name__
    return name.startswith("grading.")


def _escape(student):
    """A student id in which nbgrader must not see a pattern."""
    return "".join(f"[{c}]" if c in "*?[" else c for c in student)


def _reason(error, lines):
    text = "\n".join([str(error), *lines])
    cause = error
    while cause is not None:
        if isinstance(cause, sqlite3.OperationalError | sqlalchemy.exc.OperationalError):
            text = str(cause) + text
        cause = cause.__cause__ or cause.__context__
    if "database is locked" in text:
        return "the gradebook is locked by another program (formgrader?); nothing is lost, run the command again"
    if "disk is full" in text or "No space left" in text:
        return "the disk is full; nothing is lost, make room and run the command again"
    if "readonly database" in text:
        return "the gradebook cannot be written; check its permissions"
    for line in reversed(text.strip().split("\n")):
        if line.strip() and "Please see" not in line and "There was an error" not in line:
            return f"nbgrader refused it: {line.strip()[:300]}"
    return f"nbgrader refused it: {str(error)[:300]}"


__all__ = ["CourseError", "Fill", "WriteError", "Writer"]
