"""Exports: nbgrader's columns, Canvas and Moodle, and no cell that acts or names the wrong student."""

import csv
import json

import pytest
from nbgrader.api import Gradebook

from grading.export import as_canvas, as_moodle, harmless
from tests.grading.mini import grading, hand_in, make_course, nbgrader, released, solve

NAMES = {"=cmd|' /C calc'!A0": "=1+1", "ann": "Ann", "bob,\nsmith": "@SUM(A1)", "zoë": "-2+3"}


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    root = make_course(tmp_path_factory.mktemp("course"))
    with Gradebook(f"sqlite:///{root}/gradebook.db") as gradebook:
        for student, name in NAMES.items():
            gradebook.add_student(student, first_name=name, last_name="+L", email=f"{name}@x.org", lms_user_id="=7")
    hand_in(root, "ann", solve(released(root)))
    hand_in(root, "=cmd", released(root))
    assert grading(root, "autograde", "ps1").returncode == 0
    return root


def rows(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


@pytest.mark.parametrize("form", ["csv", "canvas", "moodle"])
def test_no_cell_is_a_formula(course, form):
    done = grading(course, "export", "--format", form, "--to", f"{form}.csv", "--json")
    left_out = [] if form == "csv" else ["=cmd", "=cmd|' /C calc'!A0", "bob,\nsmith"]
    assert sorted(json.loads(done.stdout)["left_out"]) == left_out
    assert done.returncode == (1 if left_out else 0)
    table = rows(course / f"{form}.csv")
    assert len({len(row) for row in table}) == 1
    for row in table:
        for cell in row:
            number = cell.replace(".", "", 1).lstrip("-").isdigit()
            assert number or not cell.lstrip().startswith(("=", "+", "-", "@", "\t", "\r")), cell
            assert "\n" not in cell


def test_the_table_has_what_nbgrader_exports(course):
    grading(course, "export", "--to", "ours.csv", "--student", "ann")
    nbgrader(course, "export", "--to", "theirs.csv", "--CsvExportPlugin.student=['ann']")
    ours, theirs = rows(course / "ours.csv"), rows(course / "theirs.csv")
    assert ours[0] == theirs[0]
    assert [r for r in ours[1][3:] if not r.startswith("'")] == [
        t for r, t in zip(ours[1][3:], theirs[1][3:], strict=True) if not r.startswith("'")
    ]


def test_canvas_and_moodle_have_one_row_per_student_with_the_score(course):
    grading(course, "export", "--format", "canvas", "--to", "canvas.csv")
    table = rows(course / "canvas.csv")
    assert table[0] == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "ps1"]
    assert table[1][-1] == "17.0"
    assert {row[2]: row[-1] for row in table[2:]}["ann"] == "12.0"
    grading(course, "export", "--format", "moodle", "--to", "moodle.csv")
    assert {row[2]: row[-1] for row in rows(course / "moodle.csv")[1:]}["ann"] == "12.0"


def test_who_is_left_out_is_told_to_the_instructor(course):
    done = grading(course, "export", "--format", "canvas", "--to", "canvas.csv")
    assert "failed =cmd is left out" in " ".join(done.stdout.split())
    assert "=cmd" not in (course / "canvas.csv").read_text()


def record(student, **about):
    plain = {"first_name": "Ann", "last_name": "Lee", "email": f"{student}@x.org", "lms_user_id": None}
    return {"assignment": "ps1", "student_id": student, "score": 3.0, "max_score": 4.0, **plain, **about}


@pytest.mark.parametrize(
    ("student", "number", "names"),
    [
        ("ann", "71", ["71", "ann", "ann"]),
        ("ann", 71, ["71", "ann", "ann"]),
        ("ann", None, ["", "ann", "ann"]),
        ("ann", "7b", ["", "ann", "ann"]),  # Canvas would read it as 7, and 7 is another student
        ("-ann", "71", ["71", "", ""]),
        ("-ann", None, None),
    ],
)
def test_canvas_gets_only_what_names_the_student(student, number, names):
    (_, most, *found), left_out = as_canvas([record(student, lms_user_id=number)])
    assert most[0].strip() == "Points Possible"
    assert [row[1:4] for row in found] == ([names] if names else [])
    assert left_out == ([] if names else [student])


@pytest.mark.parametrize("email", [None, "", "+bob@x.org"])
def test_no_cell_that_names_a_student_to_moodle_is_empty(email):
    """Moodle gives a row whose mapped cell is empty to the student of the row before."""
    records = [record("ann"), record("bob", email=email), record("=cy")]
    table, left_out = as_moodle(records)
    assert table == [
        ["First name", "Last name", "ID number", "ps1"],
        *[["Ann", "Lee", id, 3.0] for id in ("ann", "bob")],
    ]
    assert left_out == ["=cy"]
    table, _ = as_moodle([record("ann"), record("=cy", email=email)])
    assert table[0][2:] == ["ID number", "Email address", "ps1"]
    assert table[1:] == [["Ann", "Lee", "ann", "ann@x.org", 3.0]]


def test_works_as_an_nbgrader_plugin(course):
    nbgrader(course, "export", "--exporter=grading.export.MoodleExportPlugin", "--to", "plugin.csv")
    assert rows(course / "plugin.csv")[0][2] == "ID number"


def test_says_what_it_does_not_know(course):
    done = grading(course, "export", "--format", "excel")
    assert done.returncode == 2
    assert "csv, canvas, moodle" in done.stderr
    assert "no assignment nope" in grading(course, "export", "--assignment", "nope").stderr


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "  =1", "\t=1", "\r=1", "|x", "%x", "＝1"])
def test_formulas_become_text(text):
    assert str(harmless(text)).startswith("'")
