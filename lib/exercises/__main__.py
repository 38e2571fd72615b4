"""`make exercises`: write the test cells of the solutions from the declarations, then let nbgrader release them.

A solution cell whose grade_id is the name of an exercise is followed by one test cell per claim. These cells are
written here and nowhere else, so a claim's points and name stand in one place. So is the cell that installs the course
on Colab: it is the first code cell of every notebook.
"""

import re
from pathlib import Path

import nbformat
from nbgrader.apps import GenerateAssignmentApp

from lib.check import EXERCISES

SOLUTIONS = Path("solutions")


COLAB = """\
# Only Colab needs this cell: it starts without the course. Elsewhere it does nothing.
# It has not been run on Colab itself.
import subprocess
import sys

if "google.colab" in sys.modules:
    from google.colab import files

    print("Choose the zip file of the course, as you downloaded it.")
    (course,) = files.upload()
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", f"./{course}"], check=True)
""".strip()


def grading(cell):
    """A cell's nbgrader metadata, empty where there is none."""
    return cell.metadata.get("nbgrader", {})


def test_cell(exercise, claim):
    """The nbgrader test cell of one claim; points in its first line."""
    points = f"# {claim.points} point{'s' * (claim.points != 1)}: {claim.name}"
    if claim.hidden:
        points += ", which you do not see\n# The check is filled in when your work is graded."
        call = f'### BEGIN HIDDEN TESTS\ncheck("{exercise.name}", {exercise.name}, hidden=True)\n### END HIDDEN TESTS'
    else:
        call = f'check("{exercise.name}", {exercise.name}, claim="{claim.name}")'
    grade_id = re.sub(r"[^a-z0-9]+", "-", f"{exercise.name} {claim.name}".lower()).strip("-")
    cell = nbformat.v4.new_code_cell(f"{points}\nfrom lib.check import check\n\n{call}", id=grade_id[:64].strip("-"))
    cell.metadata["tags"] = ["raises-exception"]  # so that "run all cells" goes on after a wrong answer
    cell.metadata["nbgrader"] = {
        "grade": True,
        "grade_id": grade_id,
        "locked": True,
        "points": claim.points,
        "schema_version": 3,
        "solution": False,
        "task": False,
    }
    return cell


def colab_cell():
    """The cell that installs the course on Colab, folded where the editor can fold it."""
    cell = nbformat.v4.new_code_cell(COLAB, id="colab")
    cell.metadata["jupyter"] = {"source_hidden": True}
    return cell


def with_made_cells(notebook):
    """The notebook with the cells that are made here: for Colab, and the tests that its exercises declare."""
    about, *rest = notebook.cells
    cells = [about, colab_cell()]
    for cell in rest:
        if cell.id == "colab":
            continue  # an older one
        if grading(cell).get("grade") and not grading(cell).get("solution"):
            continue  # an older test cell
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
        cells.append(cell)
        name = grading(cell).get("grade_id")
        if grading(cell).get("solution") and name in EXERCISES:
            cells += [test_cell(EXERCISES[name], claim) for claim in EXERCISES[name].claims.values()]
    notebook.cells = cells
    return notebook


def main():
    """Bring every notebook of solutions/ up to date and release it to exercises/."""
    paths = sorted(SOLUTIONS.glob("*/*.ipynb"))
    for path in paths:
        nbformat.write(with_made_cells(nbformat.read(path, as_version=4)), path)
    for slug in sorted({path.parent.name for path in paths}):
        print(f"releasing {slug}", flush=True)
        nbgrader = GenerateAssignmentApp()  # one process for all: nbgrader takes seconds to start
        nbgrader.initialize([slug, "--force", "--no-db", "--log-level=ERROR"])
        nbgrader.start()  # its own message and exit status where it cannot


if __name__ == "__main__":
    main()
