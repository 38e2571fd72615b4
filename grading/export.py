"""Runs in the command: the gradebook as a table. Names come from students and rosters: no cell may act as a formula."""

import csv
import io
import os
from pathlib import Path

from nbgrader.api import MissingEntry
from nbgrader.plugins import ExportPlugin

from grading.errors import CourseError
from grading.store import write_whole

COLUMNS = [
    *("assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email"),
    *("raw_score", "late_submission_penalty", "score", "max_score"),
]


def harmless(value):
    """A cell that a spreadsheet shows and does not run.

    >>> harmless("=1+1"), harmless("-3"), harmless("Ann"), harmless(-3.5), harmless(None)
    ("'=1+1", "'-3", 'Ann', -3.5, '')
    """
    if value is None:
        return ""
    if isinstance(value, bool | int | float):
        return value
    text = "".join(c if c.isprintable() else " " for c in str(value).encode("utf-8", "replace").decode())
    return "'" + text if text.lstrip().startswith(("=", "+", "-", "@", "|", "%", "＝", "＋", "－", "＠")) else text


def grades(gradebook, assignments=(), students=()):
    """One record per assignment and student, with nbgrader's columns; who handed nothing in has 0."""
    for assignment in gradebook.assignments:
        if assignments and assignment.name not in assignments:
            continue
        for student in gradebook.students:
            if students and student.id not in students:
                continue
            record = {
                "assignment": assignment.name, "duedate": assignment.duedate, "student_id": student.id,
                "last_name": student.last_name, "first_name": student.first_name, "email": student.email,
                "lms_user_id": student.lms_user_id, "max_score": assignment.max_score, "timestamp": None,
                "raw_score": 0.0, "late_submission_penalty": 0.0, "score": 0.0,
            }  # fmt: skip
            try:
                submission = gradebook.find_submission(assignment.name, student.id)
            except MissingEntry:
                pass
            else:
                penalty = submission.late_submission_penalty
                record |= {
                    "timestamp": submission.timestamp, "raw_score": submission.score,
                    "late_submission_penalty": penalty, "score": max(0.0, submission.score - penalty),
                }  # fmt: skip
            yield record


def as_csv(records):
    """nbgrader's own table."""
    return [COLUMNS, *([record[name] for name in COLUMNS] for record in records)]


def _by_student(records):
    names, table = [], {}
    for record in records:
        if record["assignment"] not in names:
            names.append(record["assignment"])
        table.setdefault(record["student_id"], {})[record["assignment"]] = record
    return names, table


def _full_name(record):
    parts = [record["last_name"], record["first_name"]]
    return ", ".join(p for p in parts if p) or record["student_id"]


def as_canvas(records):
    """Canvas's gradebook upload: a row of points possible, then one row per student."""
    records = list(records)
    names, table = _by_student(records)
    most = {record["assignment"]: record["max_score"] for record in records}
    rows = [["Student", "ID", "SIS User ID", "SIS Login ID", "Section", *names]]
    rows.append(["    Points Possible", "", "", "", "", *(most[name] for name in names)])
    for student, by in table.items():
        first = next(iter(by.values()))
        scores = [by[name]["score"] if name in by else "" for name in names]
        rows.append([_full_name(first), first["lms_user_id"], student, first["email"], "", *scores])
    return rows


def as_moodle(records):
    """Moodle's import: mapped by email address or ID number."""
    names, table = _by_student(records)
    rows = [["First name", "Last name", "ID number", "Email address", *names]]
    for student, by in table.items():
        first = next(iter(by.values()))
        scores = [by[name]["score"] if name in by else "" for name in names]
        rows.append([first["first_name"], first["last_name"], student, first["email"], *scores])
    return rows


FORMATS = {"csv": as_csv, "canvas": as_canvas, "moodle": as_moodle}


def write_table(path, rows):
    """Write rows as CSV, whole or not at all."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([[harmless(value) for value in row] for row in rows])
    write_whole(Path(os.path.abspath(path)), text.getvalue().encode("utf-8"))


def export_grades(course, to, form, assignments=(), students=()):
    """Write the gradebook to a file; return how many rows there are below the heading."""
    if form not in FORMATS:
        raise CourseError(f"--format is {form!r}; it can be {', '.join(FORMATS)}")
    with course.gradebook() as gradebook:
        known = {a.name for a in gradebook.assignments}
        if missing := sorted(set(assignments) - known):
            raise CourseError(f"the gradebook has no assignment {', '.join(missing)}")
        rows = FORMATS[form](grades(gradebook, assignments, students))
    write_table(to, rows)
    return len(rows) - 1


class CsvExportPlugin(ExportPlugin):
    """For `nbgrader export --exporter=grading.export.CsvExportPlugin`: nbgrader's table, done safely."""

    form = "csv"

    def export(self, gradebook):
        to = self.to or "grades.csv"
        names = [str(name) for name in self.assignment], [str(name) for name in self.student]
        write_table(to, FORMATS[self.form](grades(gradebook, *names)))
        self.log.info("Exported grades to %s", to)


class CanvasExportPlugin(CsvExportPlugin):
    """For `nbgrader export --exporter=grading.export.CanvasExportPlugin`."""

    form = "canvas"


class MoodleExportPlugin(CsvExportPlugin):
    """For `nbgrader export --exporter=grading.export.MoodleExportPlugin`."""

    form = "moodle"
