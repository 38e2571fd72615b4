"""Runs in the command: feedback pages from gradebook and autograded notebooks. Trusts nothing students wrote.

Pages have no script and load nothing. A hidden test is known by its claim or its id; its text and inputs stay hidden.
"""

import html
import os
import re
from pathlib import Path

import nbformat
import nh3
from nbconvert.exporters import HTMLExporter
from nbgrader.api import MissingEntry

from grading.course import Course
from grading.errors import CourseError
from grading.store import Store, write_whole

TAGS = """
a b blockquote br caption code col colgroup dd del details div dl dt em figure figcaption h1 h2 h3 h4 h5 h6 hr i img li
ol p pre s samp small span strong sub summary sup table tbody td tfoot th thead tr tt u ul
"""
ATTRIBUTES = {
    "a": {"href", "title"}, "img": {"src", "alt", "width", "height"}, "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"}, "span": {"class"}, "div": {"class"}, "pre": {"class"}, "code": {"class"},
    "table": {"class"}, "ol": {"start"},
}  # fmt: skip
EXCHANGED = "timestamp.txt", "submission_secret.txt"  # by these `nbgrader release_feedback` finds whose page it is
IMAGE = re.compile(r"data:image/(png|jpeg|gif);base64,[A-Za-z0-9+/=\s]+")
SHOWN = ("text/plain", "text/html", "text/markdown", "text/latex", "image/png", "image/jpeg")
STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem;
       color: #1b1b1b; background: #fff }
pre { background: #f5f5f5; padding: .6rem; overflow-x: auto; font-size: .85rem } img { max-width: 100% }
table { border-collapse: collapse; margin: 1rem 0 } th, td { border: 1px solid #999; padding: .3rem .6rem;
       text-align: left; vertical-align: top } .prompt { color: #666; font-size: .75rem }
.passed { color: #00593f } .missed { color: #a3261b } .message { white-space: pre-wrap; overflow-wrap: anywhere }
.jp-RenderedText[class*=stderr] pre, .output_stderr pre, .output_error pre { white-space: pre-wrap }
.jp-RenderedText[class*=stderr] pre, .output_stderr pre, .output_error pre { background: #fdf0ee }
@media (prefers-color-scheme: dark) { body { color: #eee; background: #161616 } pre { background: #222 }
  .passed { color: #7fd3b5 } .missed { color: #f5a097 } .output_stderr pre, .output_error pre { background: #3a1f1c } }
"""
PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<title>{title}</title><style>{style}</style></head>
<body><main>{body}</main></body></html>
"""


def clean(markup):
    """HTML without anything that acts: no script, style, frame, form, handler, and no picture from elsewhere.

    >>> clean('<p onclick="x()">a<script>alert(1)</script><img src="http://e.com/x.png"></p>')
    '<p>a<img></p>'
    """

    def keep(tag, attribute, value):
        if attribute == "src":
            return value if IMAGE.fullmatch(value) else None
        if attribute == "href" and not value.startswith(("http://", "https://", "#", "mailto:")):
            return None
        return value

    return nh3.clean(
        markup,
        tags=set(TAGS.split()),
        attributes=ATTRIBUTES,
        attribute_filter=keep,
        url_schemes={"http", "https", "mailto", "data"},
        link_rel="noopener noreferrer nofollow",
    )


def write_feedback(course: Course, assignment, only=()):
    """Write one page per notebook and an index per student; return what was written and what failed."""
    store = Store(course.private, course.settings.keep_names)
    log = store.graded(assignment)
    exporter = HTMLExporter(template_name="basic")
    exporter.exclude_anchor_links = True
    written, failed = [], {}
    contracts = course.contracts(assignment)
    with course.gradebook() as gradebook:
        try:
            submissions = gradebook.find_assignment(assignment).submissions
        except MissingEntry:
            raise CourseError(f"the gradebook has no assignment {assignment!r}") from None
        for submission in sorted(submissions, key=lambda s: s.student_id):
            student = submission.student_id
            if only and student not in only:
                continue
            entry = log.get(store.name(student), {})
            try:
                _write_student(course, assignment, submission, contracts, _results(store, entry), exporter)
                written.append(student)
            except FileNotFoundError as error:
                failed[student] = f"{error.filename} is missing; run grading autograde again"
            except OSError as error:
                failed[student] = f"{error.filename}: {error.strerror}"
    for student in set(only) - set(written) - set(failed):
        failed[student] = "the gradebook has no submission"
    if not written and not failed:
        raise CourseError(f"nothing of {assignment} has been graded yet: run grading autograde {assignment}")
    folder = os.path.join(course.root, course.coursedir.feedback_directory)
    return {"written": written, "failed": failed, "folder": folder}


def _results(store, entry):
    found = {}
    for notebook, key in (entry.get("results") or {}).items():
        found[notebook] = (store.get(key) or {}).get("tests", {})
    return found


def _write_student(course, assignment, submission, contracts, results, exporter):
    student, pages, rows = submission.student_id, [], []
    for notebook in submission.notebooks:
        contract = contracts[notebook.name]
        source = course.folder(course.coursedir.autograded_directory, student, assignment)
        path = os.path.join(source, notebook.name + ".ipynb")
        grades = {grade.name: grade for grade in notebook.grades}
        comments = {comment.name: comment.comment for comment in notebook.comments if comment.comment}
        penalty = notebook.late_submission_penalty or 0
        rows.append((notebook.name, notebook.score, notebook.max_score, penalty, os.path.exists(path)))
        if not os.path.exists(path):
            continue
        nb = nbformat.read(path, as_version=4)
        lines = hide_and_explain(nb, contract, results.get(notebook.name, {}))
        table = "".join(_row(g, grades, lines, comments) for g in _order(contract) if g in grades)
        body, _ = exporter.from_notebook_node(nb)
        title = assignment if notebook.name == assignment else f"{assignment}: {notebook.name}"
        head = f"<h1>{html.escape(title)}</h1><p>{_points(notebook.score - penalty, notebook.max_score)}"
        head += f" (late: −{penalty:g})</p>" if penalty else "</p>"
        head += f"<table><tr><th>part</th><th>points</th><th>result</th></tr>{table}</table>"
        page = PAGE.format(title=html.escape(title), style=STYLE, body=head + clean(body))
        pages.append((notebook.name, page))
    target = Path(course.folder(course.coursedir.feedback_directory, student, assignment))
    target.mkdir(parents=True, exist_ok=True)
    for name, page in pages:
        write_whole(target / f"{name}.html", page.encode("utf-8", "replace"))
    for name in EXCHANGED:
        path = Path(course.folder(course.coursedir.autograded_directory, student, assignment), name)
        if path.is_file() and not path.is_symlink():
            write_whole(target / name, path.read_bytes())
    write_whole(target.parent / "index.html", _index(target.parent, assignment, rows).encode())


def _order(contract):
    return [cell["grade_id"] for cell in contract["cells"] if cell["grade_id"]]


def _points(score, most):
    return f"<strong>{score:g} of {most:g}</strong> points"


def _row(grade_id, grades, lines, comments):
    grade = grades[grade_id]
    passed, text = lines.get(grade_id, (None, ""))
    if grade.needs_manual_grade and grade.manual_score is None and passed is None:
        points, mark = f"– of {grade.max_score:g}", "not graded yet"
    else:
        points = f"{grade.score:g} of {grade.max_score:g}"
        mark = "passed" if grade.score >= grade.max_score else text or "not all points"
    kind = {"passed": "passed", "not graded yet": ""}.get(mark, "missed")
    comment = comments.get(grade_id, "")
    comment = f'<div class="message">{html.escape(comment)}</div>' if comment else ""
    return (
        f"<tr><td>{html.escape(grade_id)}</td><td>{points}</td>"
        f'<td><div class="message {kind}">{html.escape(mark)}</div>{comment}</td></tr>'
    )


def hide_and_explain(nb, contract, tests):
    """Take hidden tests, and what could show them, out of a notebook; return grade_id -> (passed, the diagnosis)."""
    known = {cell["grade_id"]: cell for cell in contract["cells"] if cell["grade_id"]}
    lines = {}
    for cell in nb.cells:
        for output in cell.get("outputs", []):
            if "data" in output:
                output.data = {mime: body for mime, body in output.data.items() if mime in SHOWN}
        about = known.get(cell.metadata.get("nbgrader", {}).get("grade_id"))
        if about is None or about["role"] != "test":
            continue
        secret = about["hidden_lines"]
        cell.source = about["released"] + ("\n# … and hidden tests" if secret else "")
        errors = [output for output in cell.outputs if output.output_type == "error"]
        error = (tests.get(about["grade_id"]) or {}).get("error") or {}
        line, claim = error.get("line"), error.get("claim")
        hidden = bool(secret) and (line is None or line in secret)
        if not errors:
            lines[about["grade_id"]] = (True, "")
        elif hidden and claim:
            lines[about["grade_id"]] = (False, f"{claim}: {error.get('message', '')}")
        elif hidden:
            lines[about["grade_id"]] = (False, f"a hidden test of {about['grade_id']} did not pass")
        else:
            text = f"{errors[0].ename}: {errors[0].evalue}".strip(": ")
            if text == "AssertionError" and line is not None:
                text = f"this does not hold: {about['source'].split(chr(10))[line - 1].strip()}"
            lines[about["grade_id"]] = (False, text)
        if secret:  # what an answer printed, or a traceback, can show the hidden inputs
            cell.outputs = []
            if errors:
                text = lines[about["grade_id"]][1]
                cell.outputs = [nbformat.v4.new_output("error", ename="TestFailed", evalue=text, traceback=[text])]
    return lines


def _index(folder, assignment, rows):
    parts = []
    for name, score, most, penalty, present in rows:
        link = f'<a href="{html.escape(assignment)}/{html.escape(name)}.html">{html.escape(name)}</a>'
        link = link if present else f"{html.escape(name)} (not handed in)"
        parts.append(f"<tr><td>{link}</td><td>{_points(score - penalty, most)}</td></tr>")
    known = folder / "index.html"
    others = {}
    if known.exists():
        pattern = r"<section data-assignment=\"([^\"]*)\">(.*?)</section>"
        others = dict(re.findall(pattern, known.read_text(encoding="utf-8"), flags=re.DOTALL))
    key = html.escape(assignment)
    others[key] = f"<h2>{key}</h2><table>{''.join(parts)}</table>"
    body = "".join(f'<section data-assignment="{k}">{v}</section>' for k, v in sorted(others.items()))
    return PAGE.format(title="Feedback", style=STYLE, body="<h1>Feedback</h1>" + body)
