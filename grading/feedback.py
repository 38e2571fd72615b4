"""Runs in the command: feedback pages from gradebook and autograded notebooks. Trusts nothing students wrote.

Pages have no script and load nothing. A hidden test is known by its claim or its id; its text and inputs stay hidden.
"""

import base64
import html
import os
import re
import uuid
import xml.etree.ElementTree as ET
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
SVG = "http://www.w3.org/2000/svg"
SVG_BEGINS, SVG_ENDS = (re.compile(tag, re.IGNORECASE) for tag in (r"<svg\b", r"</svg\s*>"))
LIVELY = {"script", "foreignObject", "handler", "set", "animate"}  # elements that are not kept in it
ET.register_namespace("", SVG)
SHOWN = ("text/plain", "text/html", "text/markdown", "text/latex", "image/png", "image/jpeg")
STYLE = """
:root { color-scheme: light dark; --text: #1b1b1b; --quiet: #5c5c5c; --page: #fff; --code: #f5f6f7; --rule: #d4d7da;
  --good: #00593f; --bad: #a3261b; --error: #fdf1ef; --word: #7a2f8f; --comment: #5a6a5a; --string: #00593f;
  --number: #8a4b00 }
@media (prefers-color-scheme: dark) { :root { --text: #e8e8e8; --quiet: #a8a8a8; --page: #161718; --code: #222426;
  --rule: #44484c; --good: #7fd3b5; --bad: #f5a097; --error: #33201e; --word: #dba6ee; --comment: #9fb39f;
  --string: #8fd6b8; --number: #f0b878 } }
body { font: 16px/1.55 system-ui, sans-serif; max-width: 54rem; margin: 2rem auto; padding: 0 1rem; color: var(--text);
  background: var(--page); overflow-wrap: anywhere }
h1, h2, h3 { line-height: 1.25 } a { color: inherit } code, pre { font-family: ui-monospace, monospace }
pre { background: var(--code); padding: .6rem .8rem; margin: .4rem 0; overflow-x: auto; font-size: .85rem;
  line-height: 1.45; overflow-wrap: normal; border-radius: 4px }
img { max-width: 100%; height: auto; background: #fff; border-radius: 4px; margin: .4rem 0 }
table { border-collapse: collapse; margin: 1rem 0 } th, td { border-bottom: 1px solid var(--rule);
  padding: .4rem 1rem .4rem 0; text-align: left; vertical-align: top } .results { width: 100% }
.results td:first-child { min-width: 12rem }
.score { font-size: 1.2rem; margin: .5rem 0 } .student, .prompt, .open, th { color: var(--quiet) }
.points, th { white-space: nowrap } .passed { color: var(--good) } .missed { color: var(--bad) }
.message { white-space: pre-wrap } .comment { white-space: pre-wrap; margin-top: .2rem }
.verdict { border-top: 1px solid var(--rule); margin: 2rem 0 .3rem; padding-top: .3rem; font-size: .9rem }
.prompt { font-size: .7rem } .prompt:empty { display: none } .notebook { margin-top: 3rem }
.output_stderr pre, .output_error pre { white-space: pre-wrap; overflow-wrap: anywhere; background: var(--error) }
.k, .kc, .kn, .ow { color: var(--word) } .c1, .sd { color: var(--comment) } .s1, .s2 { color: var(--string) }
.mi, .mf { color: var(--number) }
@media (max-width: 40rem) { .results thead { display: none } .results tr { display: block; padding: .5rem 0;
  border-bottom: 1px solid var(--rule) } .results td { display: block; border: 0; padding: 0 }
  pre { font-size: .72rem } }
"""
PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<title>{title}</title><style>{style}</style></head>
<body><main>{body}</main></body></html>
"""


def clean(markup):
    """HTML without anything that acts: no script, style, frame, form, handler, and no picture from elsewhere.

    An SVG picture becomes an image: there, a browser runs nothing and loads nothing.

    >>> clean('<p onclick="x()">a<script>alert(1)</script><img src="http://e.com/x.png"></p>')
    '<p>a<img></p>'
    """
    parts, ours, done = [], set(), 0
    while (begin := SVG_BEGINS.search(markup, done)) and (end := SVG_ENDS.search(markup, begin.end())):
        parts.append(markup[done : begin.start()])
        done = end.end()
        source, words = still(markup[begin.start() : done])
        if source:
            ours.add(source)
            parts.append(f'<img src="{source}" alt="{html.escape(words)}">')
    parts.append(markup[done:])

    def keep(tag, attribute, value):
        if attribute == "src":
            return value if value in ours or IMAGE.fullmatch(value) else None
        if attribute == "href" and not value.startswith(("http://", "https://", "#", "mailto:")):
            return None
        return value

    return nh3.clean(
        "".join(parts),
        tags=set(TAGS.split()),
        attributes=ATTRIBUTES,
        attribute_filter=keep,
        url_schemes={"http", "https", "mailto", "data"},
        link_rel="noopener noreferrer nofollow",
    )


def still(svg):
    """An SVG element, without what acts or loads, as an address for an image; and what it says of itself in words."""
    if not re.match(r"<svg[^>]*\bxmlns=", svg, re.IGNORECASE):  # HTML can do without
        svg = svg.replace("<svg", f'<svg xmlns="{SVG}"', 1)
    try:
        root = ET.fromstring(svg)
        for element in root.iter():
            for name, value in list(element.attrib.items()):
                local = name.rpartition("}")[2].lower()
                leads = local == "href" and not value.startswith("#") and not IMAGE.fullmatch(value)
                if leads or local.startswith("on"):
                    del element.attrib[name]
            for child in list(element):
                space, _, local = str(child.tag).rpartition("}")
                if space != f"{{{SVG}" or local in LIVELY:
                    element.remove(child)
        data = base64.b64encode(ET.tostring(root)).decode()
    except (ET.ParseError, ValueError, RecursionError):
        return "", ""
    if len(root) == 0:
        return "", ""
    words = root.findtext(f"{{{SVG}}}desc") or root.findtext(f"{{{SVG}}}title") or ""
    return f"data:image/svg+xml;base64,{data}", words


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
        order = [cell["grade_id"] for cell in contract["cells"] if cell["grade_id"] in grades]
        verdicts = {name: Verdict(n, grades[name], *lines.get(name, (None, ""))) for n, name in enumerate(order, 1)}
        table = "".join(_row(verdict, comments.get(name, "")) for name, verdict in verdicts.items())
        title = assignment if notebook.name == assignment else f"{assignment}: {notebook.name}"
        late = f" (late: −{penalty:g})" if penalty else ""
        head = (
            f'<p class="student">{html.escape(student)}</p><h1>{html.escape(title)}</h1>'
            f'<p class="score">{_points(notebook.score - penalty, notebook.max_score)}{late}</p>'
            f'<table class="results"><thead><tr><th>part</th><th>points</th><th>result</th></tr></thead>{table}</table>'
        )
        body = f'<div class="notebook">{_body(nb, exporter, verdicts)}</div>'
        pages.append((notebook.name, PAGE.format(title=html.escape(title), style=STYLE, body=head + body)))
    target = Path(course.folder(course.coursedir.feedback_directory, student, assignment))
    target.mkdir(parents=True, exist_ok=True)
    for name, page in pages:
        write_whole(target / f"{name}.html", page.encode("utf-8", "replace"))
    for name in EXCHANGED:
        path = Path(course.folder(course.coursedir.autograded_directory, student, assignment), name)
        if path.is_file() and not path.is_symlink():
            write_whole(target / name, path.read_bytes())
    write_whole(target.parent / "index.html", _index(target.parent, student, assignment, rows).encode())


def _points(score, most):
    return f"<strong>{score:g} of {most:g}</strong> points"


class Verdict:
    """What became of one graded cell: its points, and in words whether it passed."""

    def __init__(self, number, grade, passed, text):
        self.name, self.anchor = html.escape(grade.name), f"part-{number}"
        if grade.needs_manual_grade and grade.manual_score is None and passed is None:
            self.kind, self.points, self.text = "open", f"– of {grade.max_score:g}", "not graded yet"
        else:
            self.kind = "passed" if grade.score >= grade.max_score else "missed"
            self.points = f"{grade.score:g} of {grade.max_score:g}"
            self.text = "passed" if self.kind == "passed" else text or "not all points"


def _row(verdict, comment):
    comment = f'<div class="comment">{html.escape(comment)}</div>' if comment else ""
    return (
        f'<tr><td><a href="#{verdict.anchor}">{verdict.name}</a></td><td class="points">{verdict.points}</td>'
        f'<td><div class="message {verdict.kind}">{html.escape(lead(verdict.text))}</div>{comment}</td></tr>'
    )


def lead(text):
    """The sentences that a message begins with; what it shows below them stands in the notebook.

    >>> lead("corr2d on a 3×3 X: flipped.\\n  X = [[1, 2],\\n       [3, 4]]")
    'corr2d on a 3×3 X: flipped.'
    """
    return re.split(r"\n(?=\s)", text, maxsplit=1)[0]


def _body(nb, exporter, verdicts):
    """The notebook as clean HTML, above each graded cell a line with its points."""
    mark, cells = f"verdict-{uuid.uuid4()}", []  # nothing in the notebook can be taken for it
    for cell in nb.cells:
        if verdict := verdicts.get(cell.metadata.get("nbgrader", {}).get("grade_id")):
            cells.append(nbformat.v4.new_markdown_cell(f"{mark}-{verdict.anchor}"))
        cells.append(cell)
    nb.cells = cells
    body, _ = exporter.from_notebook_node(nb)
    body = clean(body)
    for verdict in verdicts.values():
        line = (
            f'<p class="verdict" id="{verdict.anchor}">{verdict.name} · '
            f'<span class="{verdict.kind}">{verdict.points}</span></p>'
        )
        body = body.replace(f"<p>{mark}-{verdict.anchor}</p>", line)
    return body


def hide_and_explain(nb, contract, tests):
    """Take hidden tests, and what could show them, out of a notebook; return grade_id -> (passed, the diagnosis)."""
    known = {cell["grade_id"]: cell for cell in contract["cells"] if cell["grade_id"]}
    lines = {}
    for cell in nb.cells:
        for output in cell.get("outputs", []):
            if "data" in output:
                output.data.setdefault("text/html", output.data.get("image/svg+xml"))
                output.data = {mime: body for mime, body in output.data.items() if mime in SHOWN and body}
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
            text = f"{errors[0].ename}: {errors[0].evalue}".strip(": ") if claim is None else errors[0].evalue
            if text == "AssertionError" and line is not None:
                text = f"this does not hold: {about['source'].split(chr(10))[line - 1].strip()}"
            if errors[0].ename == "NameError":
                text += ". Is the cell that defines it still there, and did it end without an error?"
            lines[about["grade_id"]] = (False, text)
        if secret:  # what an answer printed, or a traceback, can show the hidden inputs
            cell.outputs = []
            if errors:
                text = lines[about["grade_id"]][1]
                cell.outputs = [nbformat.v4.new_output("error", ename="TestFailed", evalue=text, traceback=[text])]
    return lines


def _index(folder, student, assignment, rows):
    lines = []
    for name, score, most, penalty, present in rows:
        title = html.escape(assignment if name == assignment else f"{assignment}: {name}")
        link = f'<a href="{html.escape(assignment)}/{html.escape(name)}.html">{title}</a>'
        link = link if present else f"{title} (not handed in)"
        lines.append(f"<tr><td>{link}</td><td>{_points(score - penalty, most)}</td></tr>")
    known = folder / "index.html"
    parts = {}
    if known.exists():
        pattern = r"<tbody data-assignment=\"([^\"]*)\">(.*?)</tbody>"
        parts = dict(re.findall(pattern, known.read_text(encoding="utf-8"), flags=re.DOTALL))
    parts[html.escape(assignment)] = "".join(lines)
    table = "".join(f'<tbody data-assignment="{name}">{part}</tbody>' for name, part in sorted(parts.items()))
    body = f'<p class="student">{html.escape(student)}</p><h1>Feedback</h1><table>{table}</table>'
    return PAGE.format(title="Feedback", style=STYLE, body=body)
