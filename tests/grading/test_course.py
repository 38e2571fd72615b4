"""A course's life: due dates, late work, a test corrected in mid-term, results that nobody needs any more."""

import os
import re
import subprocess
import sys
import time

import nbformat
import pytest
from nbformat.v4 import new_code_cell
from nbgrader.api import Gradebook

from grading.course import Course
from grading.errors import CourseError
from grading.store import Store
from tests.grading.mini import (  # fmt: skip
    ENVIRONMENT,
    answer,
    cell,
    grading,
    hand_in,
    make_course,
    nbgrader,
    released,
    report,
    solve,
    test_cell,
)

pytestmark = pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning")  # nbgrader's own

LATE = """
from nbgrader.plugins import BasePlugin


class HalfAPointAnHour(BasePlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return min(score, 0.5 * (total_seconds_late // 3600))
"""


def notebook(name):
    """One question: a number."""
    shown = test_cell(f"{name}_test", 2, f"assert {name} == 1")
    return [new_code_cell("import math"), answer(name, "if True:", f"{name} = 1"), shown]


def answered(root, name, text):
    nb = released(root, "hw", name)
    cell(nb, name).source = text
    return nb


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """Two notebooks, a due date, a penalty. Ann is in time, Bob two and a half hours late, Cy has an extension."""
    root = tmp_path_factory.mktemp("course")
    (root / "late.py").write_text(LATE)
    config = "c.AssignLatePenalties.plugin_class = 'late.HalfAPointAnHour'"
    make_course(root, {"hw": {"first": notebook("first"), "second": notebook("second")}}, config=config)
    nbgrader(root, "db", "assignment", "add", "hw", "--duedate=2026-10-01 12:00:00 UTC")
    stamps = {"ann": "2026-10-01 11:00:00 UTC", "bob": "2026-10-01 14:30:00 UTC", "cy": "2026-10-02 12:00:00 UTC"}
    for student, stamp in stamps.items():
        for name in ("first", "second"):
            text = "second = 2" if (student, name) == ("ann", "second") else f"{name} = 1"
            hand_in(root, student, answered(root, name, text), "hw", name, {"timestamp.txt": stamp.encode()})
    with gradebook(root) as book:
        for student in stamps:
            book.add_student(student)
        book.add_submission("hw", "cy")
        book.grant_extension("hw", "cy", days=1)
    assert report(grading(root, "autograde", "hw", "--json"))["graded"] == 3
    return root


def gradebook(root):
    return Gradebook(f"sqlite:///{root}/gradebook.db")


def penalties(root):
    with gradebook(root) as book:
        found = {s.student.id: s for s in book.find_assignment("hw").submissions}
        return {name: (s.score, s.late_submission_penalty) for name, s in found.items()}


def test_late_work_loses_what_the_plugin_says_for_each_notebook(course):
    assert penalties(course) == {"ann": (2, 0), "bob": (4, 2), "cy": (4, 0)}
    grading(course, "export", "--to", "grades.csv")
    rows = [line.split(",") for line in (course / "grades.csv").read_text().splitlines()]
    scores = {row[3]: row[7:] for row in rows}
    assert scores["bob"] == ["4.0", "2.0", "2.0", "4.0"]
    grading(course, "feedback", "hw")
    assert "late: −1" in (course / "feedback" / "bob" / "hw" / "first.html").read_text()


def test_when_a_due_date_moves_penalties_follow(course):
    nbgrader(course, "db", "assignment", "add", "hw", "--duedate=2026-10-01 13:00:00 UTC")
    assert report(grading(course, "autograde", "hw", "--json"))["graded"] == 3
    assert penalties(course)["bob"] == (4, 1)
    with gradebook(course) as book:
        book.grant_extension("hw", "bob", hours=2)
    again = report(grading(course, "autograde", "hw", "--json"))
    assert (again["graded"], again["unchanged"]) == (1, 2)
    assert penalties(course)["bob"] == (4, 0)
    assert report(grading(course, "autograde", "hw", "--json"))["unchanged"] == 3


def test_when_the_plugin_for_late_work_changes_penalties_follow(course):
    (course / "late.py").write_text(LATE.replace("0.5 *", "0.25 *"))
    nbgrader(course, "db", "assignment", "add", "hw", "--duedate=2026-10-01 12:00:00 UTC")
    with gradebook(course) as book:
        book.grant_extension("hw", "bob")
    assert report(grading(course, "autograde", "hw", "--json"))["graded"] == 3
    assert penalties(course)["bob"] == (4, 1)


def test_without_a_due_date_nobody_is_late_not_even_with_an_extension(course):
    """nbgrader itself adds the extension to a due date that is not there."""
    with gradebook(course) as book:
        due, book.find_assignment("hw").duedate = book.find_assignment("hw").duedate, None
        book.grant_extension("hw", "bob", days=1)
    done = report(grading(course, "autograde", "hw", "--json"))
    assert done["failed"] == 0, done
    assert penalties(course)["bob"] == (4, 0)
    with gradebook(course) as book:
        book.find_assignment("hw").duedate = due
        book.grant_extension("hw", "bob")
    assert report(grading(course, "autograde", "hw", "--json"))["graded"] == 3


def test_a_plugin_for_late_work_that_cannot_be_used_ends_the_command(tmp_path):
    root = make_course(tmp_path / "course", config="c.Grading.cell_seconds = 5")
    hand_in(root, "ann", released(root))
    with open(root / "nbgrader_config.py", "a") as config:
        config.write("c.AssignLatePenalties.plugin_class = 'lat.HalfAPointAnHour'\n")
    done = grading(root, "autograde", "ps1")
    assert done.returncode == 2
    assert done.stderr == "grading: c.AssignLatePenalties.plugin_class cannot be used: No module named 'lat'\n"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("<<<<<<<", "nbgrader_config.py could not be read: SyntaxError: invalid syntax (nbgrader_config.py, line 2)"),
        ("c.Grading.cell_seconds = 'ten'", "nbgrader_config.py: The 'cell_seconds' trait of a Grading instance"),
        ("c.Grading.cell_secs = 10", "nbgrader_config.py: Config option `cell_secs` not recognized by `Grading`."),
    ],
)
def test_a_configuration_that_cannot_be_used_ends_the_command_before_anything_is_graded(tmp_path, line, message):
    """nbgrader itself would go on without it, and put other scores in the place of those that were there."""
    (tmp_path / "nbgrader_config.py").write_text(f"c = get_config()\n{line}\n")
    with pytest.raises(CourseError, match=re.escape(message)):
        Course(tmp_path)


def test_what_may_not_be_read_fails_its_student_and_no_other(tmp_path):
    root = make_course(tmp_path / "course")
    for student in ("ann", "bob", "cy", "dan"):
        hand_in(root, student, solve(released(root)))
    closed = [root / "submitted" / path for path in ("bob", "cy/ps1", "dan/ps1/ps1.ipynb")]
    for path in closed:
        path.chmod(0)
    # Root may read everything, unless it gives that up.
    mortal = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
    command = [*mortal, sys.executable, "-m", "grading", "autograde", "ps1", "--json"]
    done = report(subprocess.run(command, cwd=root, env=ENVIRONMENT, capture_output=True, text=True))
    for path in closed:
        path.chmod(0o755)
    assert {student: outcome["status"] for student, outcome in done["by"].items()} == {
        "ann": "graded", "bob": "failed", "cy": "failed", "dan": "failed",
    }  # fmt: skip
    assert all("Permission denied" in done["by"][student]["reason"] for student in ("bob", "cy", "dan"))
    assert report(grading(root, "autograde", "ps1", "--json"))["graded"] == 3


def test_a_wrong_name_is_answered_with_the_right_ones(course):
    done = grading(course, "autograde", "hw1")
    assert done.returncode == 2
    assert done.stderr.rstrip().endswith("there is hw")


def test_a_corrected_test_regrades_its_notebook_and_no_other(course):
    path = course / "source" / "hw" / "second.ipynb"
    nb = nbformat.read(path, as_version=4)
    cell(nb, "second_test").source = "assert second in (1, 2)"
    nbformat.write(nb, path)
    nbgrader(course, "generate_assignment", "hw", "--force")
    results = course / ".grading" / "results"
    before = {path: path.stat().st_mtime_ns for path in results.glob("*/*.json")}
    again = report(grading(course, "autograde", "hw", "--json"))
    assert (again["graded"], again["by"]["ann"]["score"]) == (3, 4)
    assert [s["flags"] for s in again["submissions"]] == [[], [], []]  # nobody edited a test but the instructor
    new = [path for path in results.glob("*/*.json") if path not in before]
    assert all(path.stat().st_mtime_ns == when for path, when in before.items())
    # ann's and what bob and cy have in common, and the instructor's own, by value and in the jail, solved and not
    assert len(new) == 2 + 4


def test_what_nobody_needs_any_more_is_dropped_after_a_day(course):
    results, log = course / ".grading" / "results", Store(course / ".grading").graded("hw")
    needed = {key for entry in log.values() for key in entry["results"].values()}
    everything = {path.stem: path for path in results.glob("*/*.json")}
    assert needed < set(everything)
    Store(course / ".grading").prune()
    assert {path.stem for path in results.glob("*/*.json")} == set(everything)
    for path in everything.values():
        os.utime(path, (time.time() - 90_000,) * 2)
    Store(course / ".grading").prune()
    assert {path.stem for path in results.glob("*/*.json")} == needed
    assert report(grading(course, "autograde", "hw", "--json"))["unchanged"] == 3


def test_a_table_for_canvas_and_moodle_has_one_line_for_each_student(course):
    for form in ("canvas", "moodle"):
        grading(course, "export", "--format", form, "--to", f"{form}.csv")
        bob = next(line for line in (course / f"{form}.csv").read_text().splitlines() if ",bob," in line)
        assert bob.endswith(",3.0")
