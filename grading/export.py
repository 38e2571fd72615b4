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
LEFT_OUT = (
    "is left out: a spreadsheet could run this id, and if it is changed it names nobody. Enter the score by hand."
)


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


def verbatim(value):
    """An identifier as it is, or nothing if `harmless` had to change it: changed, it would name nobody, or another.

    >>> verbatim("ann"), verbatim("=1+1"), verbatim(None)
    ('ann', '', '')
    """
    return value if value and harmless(value) == value else ""


def as_csv(records):
    """nbgrader's own table, and nobody left out."""
    return [COLUMNS, *([record[name] for name in COLUMNS] for record in records)], []


def as_canvas(records):
    """Canvas's gradebook upload: a row of points possible, then one row per student; and who is left out.

    Canvas looks for a student by its own number (ID), then by SIS id, then by login; an empty cell is passed over.
    """
    assignments, students = _by_student(records)
    most = {name: record["max_score"] for by in students.values() for name, record in by.items()}
    rows, left_out = [["Student", "ID", "SIS User ID", "SIS Login ID", "Section", *assignments]], []
    rows.append(["    Points Possible", "", "", "", "", *(most[name] for name in assignments)])
    for student, by in students.items():
        about = next(iter(by.values()))
        number = str(about["lms_user_id"] or "")
        number = number if number.isascii() and number.isdigit() else ""  # of "7b", Canvas would read the 7
        if number or verbatim(student):
            name = [_full_name(about), number, verbatim(student), verbatim(student), ""]
            rows.append([*name, *_scores(by, assignments)])
        else:
            left_out.append(student)
    return rows, left_out


def as_moodle(records):
    """Moodle's import, mapped by ID number or email address; and who is left out.

    In a row whose mapped cell is empty, Moodle takes the student of the row before. So no identifying cell is empty:
    the column of email addresses is there only if everybody has one.
    """
    assignments, students = _by_student(records)
    left_out = [student for student in students if not verbatim(student)]
    found = {student: by for student, by in students.items() if verbatim(student)}
    about = {student: next(iter(by.values())) for student, by in found.items()}
    by_email = all(verbatim(record["email"]) for record in about.values())
    rows = [["First name", "Last name", "ID number", *(["Email address"] if by_email else []), *assignments]]
    for student, by in found.items():
        name = [about[student]["first_name"], about[student]["last_name"], student]
        email = [about[student]["email"]] if by_email else []
        rows.append([*name, *email, *_scores(by, assignments)])
    return rows, left_out


def _by_student(records):
    """The names of the assignments, and student -> assignment -> record."""
    assignments, students = [], {}
    for record in records:
        if record["assignment"] not in assignments:
            assignments.append(record["assignment"])
        students.setdefault(record["student_id"], {})[record["assignment"]] = record
    return assignments, students


def _scores(by, assignments):
    return [by[name]["score"] if name in by else "" for name in assignments]


def _full_name(record):
    parts = [record["last_name"], record["first_name"]]
    return ", ".join(p for p in parts if p) or record["student_id"]


FORMATS = {"csv": as_csv, "canvas": as_canvas, "moodle": as_moodle}


def write_table(path, rows):
    """Write rows as CSV, whole or not at all."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([[harmless(value) for value in row] for row in rows])
    write_whole(Path(os.path.abspath(path)), text.getvalue().encode("utf-8"))


def export_grades(course, to, form, assignments=(), students=()):
    """Write the gradebook to a file; return how many rows stand below the heading, and whom the LMS could not find."""
    if form not in FORMATS:
        raise CourseError(f"--format is {form!r}; it can be {', '.join(FORMATS)}")
    with course.gradebook() as gradebook:
        known = {a.name for a in gradebook.assignments}
        if missing := sorted(set(assignments) - known):
            raise CourseError(f"the gradebook has no assignment {', '.join(missing)}")
        rows, left_out = FORMATS[form](grades(gradebook, assignments, students))
    write_table(to, rows)
    return len(rows) - 1, left_out


class CsvExportPlugin(ExportPlugin):
    """For `nbgrader export --exporter=grading.export.CsvExportPlugin`: nbgrader's table, done safely."""

    form = "csv"

    def export(self, gradebook):
        to = self.to or "grades.csv"
        names = [str(name) for name in self.assignment], [str(name) for name in self.student]
        rows, left_out = FORMATS[self.form](grades(gradebook, *names))
        write_table(to, rows)
        self.log.info("Exported grades to %s", to)
        for student in left_out:
            self.log.warning("%s: %r %s", to, student, LEFT_OUT)


class CanvasExportPlugin(CsvExportPlugin):
    """For `nbgrader export --exporter=grading.export.CanvasExportPlugin`."""

    form = "canvas"


class MoodleExportPlugin(CsvExportPlugin):
    """For `nbgrader export --exporter=grading.export.MoodleExportPlugin`."""

    form = "moodle"
