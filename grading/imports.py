"""Runs in the command: which libraries notebooks import, so that the fork server can import them first.

Two guesses let it begin before nbgrader is imported, or not at all.
"""

import ast
import glob
import json
import os
from pathlib import Path

NEVER = {"grading", "nbgrader", "this", "antigravity", "__main__", "__future__", "tkinter", "turtle", "pytest"}
SLOW = {"matplotlib", "mxnet", "torch"}


def imported_names(source):
    """Modules that a cell imports, by their dotted names.

    >>> sorted(imported_names("%matplotlib inline\\nimport torch.nn as nn\\nfrom numpy import pi"))
    ['numpy', 'torch.nn']
    """
    lines = [line for line in source.split("\n") if not line.lstrip().startswith(("%", "!"))]
    try:
        tree = ast.parse("\n".join(lines))
    except (SyntaxError, ValueError):
        return set()
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module)
    return names


def libraries(sources, root, hidden=frozenset()):
    """What these cells import, without what the course directory `root` holds itself and what is `hidden`."""
    local = {path.stem for path in Path(root).iterdir() if path.is_dir() or path.suffix == ".py"}
    names = set().union(*map(imported_names, sources))
    return sorted(name for name in names if name.partition(".")[0] not in local | NEVER | hidden)


def likely(root, assignment):
    """A guess at which slow libraries an assignment needs, from any notebook it has in a folder of the course.

    It is made before nbgrader is imported and says where the source is, and what must stay out of jails. It costs
    nothing when it is wrong.
    """
    sources = []
    for path in glob.glob(os.path.join(glob.escape(root), "*", glob.escape(assignment), "*.ipynb")):
        try:
            cells = json.loads(Path(path).read_bytes())["cells"]
            sources += ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
        except (OSError, ValueError, KeyError, TypeError):
            continue  # whatever is wrong with it will be said when it is graded
    return [name for name in libraries(sources, root) if name.partition(".")[0] in SLOW]


def untouched(root, assignment):
    """A guess at whether there is nothing to grade: nothing was handed in since the grader last wrote its log.

    It is made before nbgrader says where the submissions are, and costs a second when it is wrong.
    """
    submitted = Path(root, "submitted")
    try:
        last, found = Path(root, ".grading", "log.jsonl").stat().st_mtime, [submitted]
        for folder in submitted.glob(f"*/{glob.escape(assignment)}"):
            found += [folder.parent, folder, *folder.rglob("*")]
        return all(path.lstat().st_mtime < last for path in found)
    except OSError:
        return False
