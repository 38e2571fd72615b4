"""This book's own exercises, graded with this repository's configuration.

For every chapter the instructor's solution gets full marks, the unchanged notebook gets none, and every test runs in
the judge. An answer that hands its work to `lib`, to its references or to PyTorch gains nothing.
"""

import base64
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[2]
SLUGS = sorted(path.parent.name for path in ROOT.glob("solutions/*/*.ipynb"))
ENVIRONMENT = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
HANDED_OVER = {
    "predict_corr2d": 'from lib.check import EXERCISES\npredict_corr2d = EXERCISES["predict_corr2d"].reference',
    "corr2d": "from lib import corr2d",
    "convolve2d": "import torch\n\ndef convolve2d(X, K):\n    X, K = (torch.tensor(a.copy()).double()[None, None]"
    " for a in (X, K[::-1, ::-1]))\n    return torch.nn.functional.conv2d(X, K)[0, 0].numpy()",
}

FLIPPED = """def corr2d(X, K):
    h, w = K.shape
    Y = np.zeros((X.shape[0] - h + 1, X.shape[1] - w + 1))
    for i, j in np.ndindex(*Y.shape):
        Y[i, j] = (X[i : i + h, j : j + w] * K[::-1, ::-1]).sum()
    return Y"""


def run(course, *command):
    done = subprocess.run([sys.executable, "-m", *command], cwd=course, env=ENVIRONMENT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A copy of the course in which nobody has handed in yet."""
    course = tmp_path_factory.mktemp("book")
    shutil.copy(ROOT / "nbgrader_config.py", course)
    shutil.copytree(ROOT / "lib", course / "lib")
    shutil.copytree(ROOT / "solutions", course / "solutions")
    return course


def hand_in(course, student, slug, notebook):
    folder = course / "submitted" / student / slug
    folder.mkdir(parents=True)
    shutil.copy(notebook, folder / f"{slug}.ipynb")
    return folder / f"{slug}.ipynb"


def answer_with(path, answers):
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        cell.source = answers.get(name, cell.source)
    nbformat.write(notebook, path)


@pytest.mark.parametrize("slug", SLUGS)
def test_a_solution_gets_all_points_and_an_unchanged_notebook_none(course, slug):
    hand_in(course, "solution", slug, course / "solutions" / slug / f"{slug}.ipynb")
    hand_in(course, "unchanged", slug, ROOT / "exercises" / slug / f"{slug}.ipynb")
    told = json.loads(run(course, "grading", "autograde", slug, "--json"))
    scores = {entry["student"]: (entry["score"], entry["max_score"]) for entry in told["submissions"]}
    assert scores["solution"][0] == scores["solution"][1] > 0
    assert scores["unchanged"][0] == 0
    assert told["weaker_tests"] == {}
    assert told["failed"] == 0


def test_handing_over_gains_nothing(course):
    slug = "01-cross-correlation"
    answer_with(hand_in(course, "handed-over", slug, ROOT / "exercises" / slug / f"{slug}.ipynb"), HANDED_OVER)
    told = json.loads(run(course, "grading", "autograde", slug, "--student", "handed-over", "--json"))
    assert [(entry["student"], entry["score"]) for entry in told["submissions"]] == [("handed-over", 0)]


def test_the_feedback_shows_what_differs_and_no_hidden_input(course):
    slug = "01-cross-correlation"
    answer_with(hand_in(course, "flipped", slug, ROOT / "exercises" / slug / f"{slug}.ipynb"), {"corr2d": FLIPPED})
    run(course, "grading", "autograde", slug, "--student", "flipped")
    run(course, "grading", "feedback", slug, "--student", "flipped")
    page = (course / "feedback" / "flipped" / slug / f"{slug}.html").read_text()
    parts = re.split(r'<p class="verdict" id="[^"]*">([\w-]+)', page)
    parts = dict(zip(parts[1::2], parts[2::2], strict=True))
    pictures = {
        name: re.findall(r'<img src="data:image/svg\+xml;base64,([^"]*)" alt="([^"]*)">', part)
        for name, part in parts.items()
    }
    ((drawing, words),) = pictures["corr2d-a-kernel-that-is-not-square"]
    assert ">expected<" in base64.b64decode(drawing).decode()
    assert words == "What goes in, the expected result and yours; they first differ at (0, 0)."
    assert sum(map(len, pictures.values())) == 4
    assert "You flipped the kernel" in parts["corr2d-other-images-and-kernels"]
    assert not pictures["corr2d-other-images-and-kernels"]
