"""The claims see every change to a solution that changes a result.

Each solution in the instructor's notebooks is changed in one place at a time: an operator, a number, a bound, an order,
a statement. The visible and hidden claims together must refuse the changed function. The few that pass change no result
that the exercise speaks of; they are listed here with the reason, and the list may not hold one that is refused.
"""

from pathlib import Path

import nbformat
import numpy as np
import pytest

from lib.check import EXERCISES, WrongAnswer, check
from lib.exercises.__main__ import grading
from tests.mutants import mutants

ROOT = Path(__file__).parents[1]
EQUIVALENT = {  # (exercise, change) -> why no result changes
    ("contour_kernel", "2 becomes -2: 2"): "n is odd: n // -2 is the same place, counted from the end",
    ("corr2d", ".zeros becomes .ones: np.zeros"): "every element is written afterwards",
    ("grouped_conv", ".zeros becomes .ones: np.zeros"): "every element is written afterwards",
    ("corr1d_multi", ".zeros becomes .ones: np.zeros"): "every element is written afterwards",
    ("corr3d", ".zeros becomes .ones: np.zeros"): "every element is written afterwards",
}


def namespace(exercise, replacement):
    """What the instructor's notebook defines, with the cell of one exercise replaced."""
    path = ROOT / "solutions" / exercise.chapter / f"{exercise.chapter}.ipynb"
    names = {}
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code" and not grading(cell).get("grade"):
            own = grading(cell).get("grade_id") == exercise.name
            exec(compile(replacement if own else cell.source, exercise.name, "exec"), names)
    return names


def solution(exercise):
    """The source of an exercise's solution cell."""
    path = ROOT / "solutions" / exercise.chapter / f"{exercise.chapter}.ipynb"
    cells = nbformat.read(path, as_version=4).cells
    return next(cell.source for cell in cells if grading(cell).get("grade_id") == exercise.name)


def refuses(exercise, source):
    """Whether the claims refuse a changed solution."""
    try:
        with np.errstate(all="ignore"):
            answer = namespace(exercise, source)[exercise.name]
            check(exercise.name, answer)
            check(exercise.name, answer, hidden=True)
    except WrongAnswer:
        return True
    except Exception:  # the notebook itself no longer runs
        return True
    return False


@pytest.mark.filterwarnings("ignore")  # a changed function may warn as it likes
@pytest.mark.parametrize("name", EXERCISES)
def test_every_change_that_matters_is_refused(name, monkeypatch):
    monkeypatch.setattr("lib.check.call.SECONDS", 1)
    exercise = EXERCISES[name]
    survivors = {words for words, source in mutants(solution(exercise)) if not refuses(exercise, source)}
    listed = {words for listed_name, words in EQUIVALENT if listed_name == name}
    assert survivors - listed == set(), "these changes pass: add inputs that tell them apart, or say why they may"
    assert listed - survivors == set(), "these are listed as harmless, but are refused"
