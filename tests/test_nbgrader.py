"""The exercises work with nbgrader as its documentation says, command by command.

A class of five hands in exercise 1; the scores in the gradebook are the ones their answers deserve, the feedback says
what was wrong, the export lists everybody, and `nbgrader validate` tells a student before handing in.
"""

import csv
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook
from traitlets.config import PyFileConfigLoader

ROOT = Path(__file__).parents[1]
SLUG = "01-cross-correlation"
ENVIRONMENT = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}

RIGHT = {
    "predict_corr2d": "def predict_corr2d():\n    return [[7, -2], [4, 2]]",
    "corr2d": """def corr2d(X, K):
    rows, columns = X.shape[0] - K.shape[0] + 1, X.shape[1] - K.shape[1] + 1
    Y = np.zeros((rows, columns))
    for a in range(K.shape[0]):
        for b in range(K.shape[1]):
            Y += K[a, b] * X[a : a + rows, b : b + columns]
    return Y""",
    "convolve2d": "def convolve2d(X, K):\n    return corr2d(X, np.flip(K))",
    "in-words": "No: a kernel can be learned upside down just as well.",
}
CUT = """def corr2d(X, K):
    (H, W), (h, w) = X.shape, K.shape
    Y = np.zeros_like(X[h - 1 :, w - 1 :])
    for i in range(H - h + 1):
        for j in range(W - w + 1):
            Y[i, j] = (X[i : i + h, j : j + w] * K).sum()
    return Y"""
FLIPPED = CUT.replace("zeros_like(X[h - 1 :, w - 1 :])", "zeros((H - h + 1, W - w + 1))").replace(
    "* K)", "* np.flip(K))"
)
CLASS = {  # student -> (answers, score): predict 1 point, corr2d and convolve2d 6 each, two of these hidden
    "right": (RIGHT, 13),
    "unanswered": ({}, 0),
    "half": ({"corr2d": RIGHT["corr2d"]}, 6),
    "cut": ({**RIGHT, "corr2d": CUT}, 1 + 3 + 3),  # fractions cut off: the claim about them and the hidden one
    "flipped": ({"corr2d": FLIPPED, "convolve2d": RIGHT["convolve2d"]}, 0),  # flipped twice is not flipped
}


def nbgrader(course, *arguments, code=0):
    """Run one nbgrader command in the course; return what it printed."""
    command = [sys.executable, "-m", "nbgrader", *arguments]
    done = subprocess.run(command, cwd=course, env=ENVIRONMENT, capture_output=True, text=True)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def answered(notebook, answers):
    """The released notebook with these answers written in."""
    for cell in notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        if name in answers:
            cell.source = answers[name]
    return notebook


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A graded class: a copy of the course in which five students have handed in."""
    course = tmp_path_factory.mktemp("course")
    shutil.copy(ROOT / "nbgrader_config.py", course)
    shutil.copytree(ROOT / "solutions" / SLUG, course / "solutions" / SLUG)
    nbgrader(course, "generate_assignment", SLUG, "--create")
    for student, (answers, _) in CLASS.items():
        folder = course / "submitted" / student / SLUG
        folder.mkdir(parents=True)
        released = nbformat.read(course / "exercises" / SLUG / f"{SLUG}.ipynb", as_version=4)
        nbformat.write(answered(released, answers), folder / f"{SLUG}.ipynb")
    nbgrader(course, "autograde", SLUG)
    return course


@pytest.mark.parametrize("student", CLASS)
def test_the_gradebook_holds_the_score_that_the_answers_deserve(course, student):
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        submission = gradebook.find_submission(SLUG, student)
        assert submission.score == CLASS[student][1]
        assert submission.max_score == 15  # two points are given by hand
        assert submission.needs_manual_grade == ("in-words" in CLASS[student][0])


def test_feedback_tells_the_student_what_went_wrong(course):
    nbgrader(course, "generate_feedback", SLUG)
    page = (course / "feedback" / "flipped" / SLUG / f"{SLUG}.html").read_text()
    assert "your result equals a true convolution." in page
    assert "You flipped the kernel; cross-correlation does not." in page


def test_export_lists_every_student_with_the_score(course):
    nbgrader(course, "export", "--to", "grades.csv")
    rows = list(csv.DictReader((course / "grades.csv").read_text().splitlines()))
    assert {row["student_id"]: float(row["raw_score"]) for row in rows} == {s: score for s, (_, score) in CLASS.items()}


@pytest.mark.parametrize(
    ("student", "verdict"),
    [("right", "Success! Your notebook passes all the tests"), ("flipped", "You flipped the kernel")],
)
def test_validate_tells_a_student_before_handing_in(course, student, verdict):
    notebook = Path("submitted") / student / SLUG / f"{SLUG}.ipynb"
    assert verdict in nbgrader(course, "validate", str(notebook))


def test_the_seed_of_the_hidden_claims_is_read_from_a_file_unless_the_environment_says_another(tmp_path, monkeypatch):
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    (tmp_path / "seed.txt").write_text("2026\n")
    configuration = PyFileConfigLoader("nbgrader_config.py", path=str(tmp_path))
    monkeypatch.setenv("COURSE_SEED", "7")
    configuration.load_config()
    assert os.environ["COURSE_SEED"] == "7"
    monkeypatch.delenv("COURSE_SEED")
    configuration.load_config()
    assert os.environ["COURSE_SEED"] == "2026"
    monkeypatch.delenv("COURSE_SEED")
    (tmp_path / "seed.txt").write_text("spring\n")
    with pytest.raises(ValueError, match="spring"):
        configuration.load_config()
