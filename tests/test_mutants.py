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
OVERWRITTEN = "every number is written afterwards"
LAST_IS_SECOND = "a matrix has two axes, so the last is the second"
EQUIVALENT = {  # (exercise, what its line becomes) -> why no result changes
    ("corr2d", "Y = np.ones("): OVERWRITTEN,
    ("contour_kernel", "K[n // -2, n // 2]"): "n is odd: n // -2 is the same place, counted from the end",
    ("contour_kernel", "K[n // 2, n // -2]"): "n is odd: n // -2 is the same place, counted from the end",
    ("corr2d_multi_in", "Y = np.ones("): OVERWRITTEN,
    ("corr2d_sp", "Y = np.ones("): OVERWRITTEN,
    ("corr2d_sp", "for j in range(Y.shape[-1])"): LAST_IS_SECOND,
    ("maxpool2d", "Y = np.ones("): OVERWRITTEN,
    ("maxpool2d", "X.shape[-1] + 2 * padding"): LAST_IS_SECOND,
    ("maxpool2d", "for j in range(Y.shape[-1])"): LAST_IS_SECOND,
    ("avgpool2d", "Y = np.ones("): OVERWRITTEN,
    ("avgpool2d", "for j in range(Y.shape[-1])"): LAST_IS_SECOND,
    ("maxpool_indices", "Y = np.ones("): OVERWRITTEN,
    ("grouped_conv", "Y = np.ones("): OVERWRITTEN,
    ("corr1d_multi", "Y = np.ones("): OVERWRITTEN,
    ("corr3d", "Y = np.ones("): OVERWRITTEN,
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
    survivors = {change for change, source in mutants(solution(exercise)) if not refuses(exercise, source)}
    listed = {line for listed_name, line in EQUIVALENT if listed_name == name}
    harmless = {change for change in survivors if any(line in change.partition(" -> ")[2] for line in listed)}
    assert survivors == harmless, "these changes pass: add inputs that tell them apart, or say why they may"
    refused = {line for line in listed if not any(line in change for change in survivors)}
    assert refused == set(), "these are listed as harmless, but are refused"
