"""Runs in `nbgrader autograde`: our parts as preprocessors, so that instructors can type what they always typed.

In nbgrader_config.py: c.Autograde.sanitize_preprocessors = ["grading.plain.Normalise", ...] and
c.Autograde.autograde_preprocessors = ["grading.plain.Execute", ...]. Serial, and as safe as `grading autograde`.
"""

import atexit
import json
import os
from pathlib import Path

from nbgrader import preprocessors as stock

from grading.course import Course
from grading.grader import Grader
from grading.normalise import BrokenFile, normalise, to_notebook
from grading.pool import Pool
from grading.submitted import is_plain, other_files
from grading.writer import fill

SANITIZE = ["grading.plain.Normalise", "nbgrader.preprocessors.OverwriteKernelspec",
            "nbgrader.preprocessors.OverwriteCells", "nbgrader.preprocessors.CheckCellMetadata"]  # fmt: skip
AUTOGRADE = ["grading.plain.Execute", "nbgrader.preprocessors.LimitOutput", "nbgrader.preprocessors.SaveAutoGrades",
             "nbgrader.preprocessors.AssignLatePenalties", "nbgrader.preprocessors.CheckCellMetadata"]  # fmt: skip

_graders = {}  # (course, assignment) -> a grader that stays ready for the next submission


def ready_grader(assignment):
    """The grader of this course, which nbgrader has made the current directory, with its notebooks prepared."""
    key = os.getcwd(), assignment
    if key not in _graders:
        pool = Pool(1)
        pool.start()
        atexit.register(pool.close)
        grader = Grader(Course(os.getcwd()), assignment, pool)
        grader.prepare()
        _graders[key] = grader
    return _graders[key]


class Normalise(stock.NbGraderPreprocessor):
    """Brings a submitted notebook back to what the gradebook says, with the student's work in it."""

    def preprocess(self, nb, resources):
        where = resources["nbgrader"]
        grader = ready_grader(where["assignment"])
        contract, name = grader.contracts[where["notebook"]], where["notebook"] + ".ipynb"
        submitted = grader.course.coursedir.submitted_directory
        folder = grader.course.folder(submitted, where["student"], where["assignment"])
        if not is_plain(os.path.join(folder, name), folder):
            raise BrokenFile(f"{name} is a link: it could be anybody's")
        normalised = normalise(json.dumps(nb).encode(), name, contract)
        for flag in normalised.flags:
            self.log.warning("%s: %s", where["student"], flag["text"])
        remove_links(grader.course, where["student"], where["assignment"])
        return to_notebook(normalised, contract), resources


class Execute(stock.Execute):
    """Runs the student's cells in a jail and the tests in a judge, instead of all of them in one kernel."""

    def preprocess(self, nb, resources, km=None):
        where = resources["nbgrader"]
        grader = ready_grader(where["assignment"])
        contract = grader.contracts[where["notebook"]]
        normalised = normalise(json.dumps(nb).encode(), where["notebook"] + ".ipynb", contract)
        course = grader.course
        folder = course.folder(course.coursedir.autograded_directory, where["student"], where["assignment"])
        files = other_files(folder, course.coursedir.ignore, [])
        result = grader.grade_notebook(where["notebook"], normalised, files)
        if "failed" in result:
            raise RuntimeError(result["failed"])
        for flag in result["flags"]:
            self.log.warning("%s: %s", where["student"], flag["text"])
        fill(nb, result["cells"])
        return nb, resources


def remove_links(course, student, assignment):
    """nbgrader has copied what links in the submission point to: take it out again."""
    submitted = Path(course.folder(course.coursedir.submitted_directory, student, assignment))
    autograded = Path(course.folder(course.coursedir.autograded_directory, student, assignment))
    inside = submitted.resolve()
    for path in autograded.rglob("*"):
        origin = submitted / path.relative_to(autograded)
        if path.is_file() and os.path.lexists(origin) and inside not in origin.resolve().parents:
            path.chmod(0o644)
            path.unlink()
