"""Runs in the command: a submitted file becomes the notebook that is graded. Trusts the gradebook, nothing in the file.

The gradebook decides every graded cell's identity, text, points, type and order; the student's work is kept as it is.
"""

import json
import re
from dataclasses import dataclass, field

import nbformat
from nbgrader.utils import compute_checksum

MAX_FILE = 100 * 2**20
MAX_CELLS = 20_000  # a file of the largest size could hold so many that the command ran out of memory
MAX_SOURCE = 2 * 2**20
MAX_ATTACHMENT = 5 * 2**20


class BrokenFile(ValueError):
    """A submitted file that cannot be read as a notebook. The message names the file and says what is wrong."""


@dataclass
class Cell:
    """One cell of the notebook that is graded. Roles: text, given, solution, manual, task, test."""

    cell_type: str
    source: str
    role: str = "given"
    grade_id: str | None = None
    attachments: dict | None = None


@dataclass
class Normalised:
    cells: list
    flags: list = field(default_factory=list)


def read_cells(data, name):
    """The cells in a notebook file, as (type, source, what nbgrader's metadata says, attachments), whatever its age.

    >>> read_cells(b'{"cells": [{"cell_type": "code", "source": ["x = 1"]}], "nbformat": 4}', "a.ipynb")
    [('code', 'x = 1', {}, None)]
    >>> read_cells(b'{"cells": [', "a.ipynb")
    Traceback (most recent call last):
    grading.normalise.BrokenFile: a.ipynb is not a whole JSON document: it breaks off or is damaged at line 1, column 12
    """
    document = _document(data, name)
    version = document.get("nbformat", 4)
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise BrokenFile(f"{name} gives its format as {version!r}; a notebook has a whole number there")
    if version > 4:
        raise BrokenFile(
            f"{name} is in notebook format {version}, which is newer than this grader; save it as format 4"
        )
    if version < 4 or "worksheets" in document:
        cells = [c for sheet in _list(document, "worksheets", name) for c in _list(sheet, "cells", name)]
    else:
        cells = _list(document, "cells", name)
    if len(cells) > MAX_CELLS:
        raise BrokenFile(f"{name} has {len(cells):,} cells; at most {MAX_CELLS:,} are graded")
    return [_cell(cell, i, name) for i, cell in enumerate(cells)]


def _document(data, name):
    if len(data) > MAX_FILE:
        raise BrokenFile(f"{name} has {len(data) // 2**20} MB; at most {MAX_FILE // 2**20} MB are graded")
    if not data.strip(b"\0 \t\r\n"):
        raise BrokenFile(f"{name} is empty" + (f": {len(data)} bytes, all zero or blank" if data else ""))
    encoding = json.detect_encoding(data)
    try:
        document = json.loads(data.decode(encoding))
    except UnicodeDecodeError as error:
        kind, line = encoding.removesuffix("-sig").upper(), 1 + data.count(b"\n", 0, error.start)
        if error.reason in ("unexpected end of data", "truncated data"):
            raise BrokenFile(f"{name} breaks off in the middle of a character, on line {line}") from None
        place = f"byte {error.start}, on line {line}, belongs to no character"
        raise BrokenFile(f"{name} is not {kind} text: {place}") from None
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise BrokenFile(f"{name} is not a whole JSON document: it breaks off or is damaged at {place}") from None
    except (RecursionError, ValueError):
        raise BrokenFile(f"{name} is nested too deeply, or has numbers too long, for a notebook") from None
    if not isinstance(document, dict):
        raise BrokenFile(f"{name} holds a JSON {type(document).__name__}, not a notebook")
    if not any(key in document for key in ("cells", "worksheets")):
        raise BrokenFile(f"{name} is JSON but no notebook: it has no cells")
    return document


def _list(holder, key, name):
    value = holder.get(key) if isinstance(holder, dict) else None
    if not isinstance(value, list):
        raise BrokenFile(f"{name} is no notebook: its {key} are not a list")
    return value


def _cell(cell, index, name):
    if not isinstance(cell, dict):
        raise BrokenFile(f"{name}: cell {index + 1} is not a cell but a JSON {type(cell).__name__}")
    kind = cell.get("cell_type")
    source = cell.get("source", cell.get("input", ""))  # format 3 says input
    if isinstance(source, list):
        source = "".join(part for part in source if isinstance(part, str))
    if not isinstance(source, str):
        raise BrokenFile(f"{name}: the text of cell {index + 1} is not text")
    if len(source) > MAX_SOURCE:
        raise BrokenFile(f"{name}: cell {index + 1} has {len(source)} characters; at most {MAX_SOURCE} are graded")
    source = source.encode("utf-8", "replace").decode("utf-8").replace("\r\n", "\n")
    if kind == "heading":
        level = cell.get("level")
        kind, source = "markdown", "#" * (level if level in range(1, 7) else 1) + " " + source
    metadata = cell.get("metadata")
    nbgrader = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    attachments = cell.get("attachments") if kind == "markdown" else None
    kind = kind if kind in ("code", "markdown", "raw") else "markdown"
    return kind, source, nbgrader if isinstance(nbgrader, dict) else {}, _attachments(attachments)


def _attachments(attachments):
    if not isinstance(attachments, dict):
        return None
    kept, size = {}, 0
    for name, bundle in attachments.items():
        if isinstance(bundle, dict) and all(isinstance(v, str) for v in bundle.values()):
            size += sum(map(len, bundle.values()))
            if size > MAX_ATTACHMENT:
                break
            kept[name] = {mime: body for mime, body in bundle.items() if re.fullmatch(r"image/(png|jpeg|gif)", mime)}
    return kept or None


def normalise(data, name, contract):
    """The notebook that is graded, and flags for what the instructor should know about it."""
    known = {cell["grade_id"]: cell for cell in contract["cells"] if cell["grade_id"]}
    order = [cell["grade_id"] for cell in contract["cells"] if cell["grade_id"]]
    cells, flags, last = [], [], {}
    submitted = read_cells(data, name)
    for index, (_, _, meta, _) in enumerate(submitted):
        if isinstance(meta.get("grade_id"), str):
            last[meta["grade_id"]] = index  # of several copies nbgrader takes the last
    for index, (kind, source, meta, attachments) in enumerate(submitted):
        grade_id = meta.get("grade_id")
        place = f"cell {index + 1}"
        if grade_id is None or not isinstance(grade_id, str):
            cells.append(Cell(kind, source, "text" if kind != "code" else "given", None, attachments))
            continue
        if grade_id not in known:
            flags.append({"kind": "forged", "text": f"{place} claims to be {grade_id[:60]!r}, which does not exist"})
            cells.append(Cell(kind, source, "text" if kind != "code" else "given", None, attachments))
            continue
        about = known[grade_id]
        fixed = about["role"] in ("test", "locked", "task")
        if last[grade_id] != index:
            flags.append({"kind": "copied", "text": f"{place} is a copy of {grade_id}"})
            if not fixed:
                cells.append(Cell(kind, source, "text" if kind != "code" else "given", None, attachments))
            continue
        flags += _changes(about, kind, source, meta, place)
        cells.append(_graded(about, about["source"] if fixed else source, attachments))
    present = {cell.grade_id for cell in cells}
    for grade_id in order:
        if grade_id not in present:
            about = known[grade_id]
            if about["role"] != "locked":
                flags.append({"kind": "missing", "text": f"the {about['role']} cell {grade_id} was missing"})
            # Where a solution cell got lost, the answer may stand in another: the unanswered one must not undo it.
            source = "" if about["role"] == "solution" else about["source"]
            _insert(cells, _graded(about, source, None), order)
    _keep_tests_behind(cells, order, known, flags)
    return Normalised(cells, flags[:50])


def _graded(about, source, attachments):
    role = {"locked": "given" if about["cell_type"] == "code" else "text"}.get(about["role"], about["role"])
    return Cell(about["cell_type"], source, role, about["grade_id"], attachments)


def _changes(about, kind, source, meta, place):
    """What somebody changed in a cell that was not theirs to change."""
    if _as_released(kind, source, meta):
        return []  # where it differs all the same, the instructor has changed it since
    flags = []
    if kind != about["cell_type"]:
        flags.append({"kind": "changed", "text": f"{place} ({about['grade_id']}) was made a {kind} cell"})
    if about["role"] in ("test", "locked", "task") and _text(source) not in (
        _text(about["released"]),
        _text(about["source"]),
    ):
        flags.append({"kind": "edited", "text": f"{place} ({about['grade_id']}) was edited; the original was used"})
    points = meta.get("points")
    if about["role"] in ("test", "manual", "task") and points is not None and points != about["points"]:
        flags.append({"kind": "changed", "text": f"{place} ({about['grade_id']}) claims {str(points)[:20]} points"})
    return flags


def _as_released(kind, source, meta):
    """Whether a cell is what some release of the assignment said. Whoever forges this only spares themselves a flag."""
    metadata = nbformat.NotebookNode(nbgrader=nbformat.NotebookNode(meta))
    try:
        checksum = compute_checksum(nbformat.NotebookNode(cell_type=kind, source=source, metadata=metadata))
    except (ArithmeticError, KeyError, TypeError, ValueError):  # points that are no number
        return False
    return meta.get("checksum") == checksum


def _text(source):
    return "\n".join(line.rstrip() for line in source.strip().split("\n"))


def _insert(cells, cell, order):
    """Put a missing cell behind the graded cell that should precede it, and behind what the student put there."""
    before = set(order[: order.index(cell.grade_id)])
    at = max((i + 1 for i, c in enumerate(cells) if c.grade_id in before), default=0)
    while at < len(cells) and cells[at].grade_id is None and before:
        at += 1
    cells.insert(at, cell)


def _keep_tests_behind(cells, order, known, flags):
    """A test that was moved before the answer it tests goes back behind it."""
    for grade_id in order:
        if known[grade_id]["role"] != "test":
            continue
        answers = {g for g in order[: order.index(grade_id)] if known[g]["role"] in ("solution", "manual")}
        here = next(i for i, c in enumerate(cells) if c.grade_id == grade_id)
        if any(c.grade_id in answers for c in cells[here + 1 :]):
            flags.append({"kind": "moved", "text": f"the test {grade_id} stood before its answer"})
            cell = cells.pop(here)
            _insert(cells, cell, order)


def to_notebook(normalised, contract):
    """The nbformat notebook, with nbgrader's metadata as the gradebook has it."""
    known = {cell["grade_id"]: cell for cell in contract["cells"] if cell["grade_id"]}
    cells = []
    for number, cell in enumerate(normalised.cells):
        node = nbformat.NotebookNode(id=f"cell-{number}", cell_type=cell.cell_type, source=cell.source, metadata={})
        node.metadata = nbformat.NotebookNode()
        if cell.cell_type == "code":
            node.outputs, node.execution_count = [], None
        if cell.attachments:
            node.attachments = nbformat.from_dict(cell.attachments)
        if cell.grade_id:
            node.metadata.nbgrader = nbformat.from_dict(known[cell.grade_id]["metadata"])
            if known[cell.grade_id]["locked"]:
                node.metadata.editable, node.metadata.deletable = False, False
        cells.append(node)
    metadata = nbformat.from_dict({"kernelspec": contract["kernelspec"]})
    return nbformat.NotebookNode(nbformat=4, nbformat_minor=5, metadata=metadata, cells=cells)
