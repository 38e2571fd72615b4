"""Where tests run: by value wherever they can, in the jail where they cannot, never with the instructor's answers."""

import numpy as np
import pytest
from nbformat.v4 import new_code_cell

from grading.judge import Dependence, differs, reachable
from tests.grading.mini import answer, cell, grading, hand_in, make_course, released, report, test_cell

COURSE = [
    new_code_cell("import numpy as np\nimport torch\nfrom torch import nn\nlog = []"),
    answer("area", "def area(w, h):", "return w * h"),
    new_code_cell(
        "total = area(2, 4) + area(1, 1)\nlog.append(area(4, 5))\ndef twice(w, h):\n    return 2 * area(w, h)"
    ),
    test_cell("derived", 1, "assert total == 9"),
    test_cell("mutated", 1, "assert log == [20]"),
    test_cell("helper", 1, "assert twice(2, 5) == 20"),
    test_cell("shared", 1, "middle = area(3, 3)"),
    test_cell("sharing", 1, "assert middle == 9"),
    answer("fill", "if True:", "log.append('done')"),
    test_cell("filled", 1, "assert log[-1] == 'done'"),
    answer("net", "class Net(nn.Linear):", "def __init__(self):\n        super().__init__(2, 1)"),
    test_cell("instance", 1, "assert isinstance(Net(), nn.Linear)"),
    answer("scale", "def scale(x):", "x *= 2"),
    test_cell("in_place", 1, "x = np.ones(3)\nscale(x)\nassert (x == 2).all()"),
    answer("fails", "def fails(x):", "raise ValueError('no')"),
    test_cell(
        "raises", 1, "try:\n    fails(1)\nexcept ValueError:\n    pass\nelse:\n    raise AssertionError('no error')"
    ),
    answer("grow", "def grow(t):", "return t * 3"),
    test_cell("backward", 1, "t = torch.ones(2, requires_grad=True)\ngrow(t).sum().backward()\nassert t.grad[0] == 3"),
]
ANSWERS = {
    "area": "def area(w, h):\n    return w * h",
    "fill": "log.append('done')",
    "net": "class Net(nn.Linear):\n    def __init__(self):\n        super().__init__(2, 1)",
    "scale": "def scale(x):\n    x *= 2",
    "fails": "def fails(x):\n    raise ValueError('no')",
    "grow": "def grow(t):\n    return t * 3",
}


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    root = make_course(tmp_path_factory.mktemp("course"), {"ps1": COURSE})
    hand_in(root, "unanswered", released(root))
    right = released(root)
    for grade_id, source in ANSWERS.items():
        cell(right, grade_id).source = source
    hand_in(root, "right", right)
    cell(right, "area").source = "def area(w, h):\n    return w + h"
    hand_in(root, "adds", right)
    return report(grading(root, "autograde", "ps1", "--json"))


def test_right_answers_get_all_and_none_gets_nothing(graded):
    assert graded["by"]["right"]["score"] == 10
    assert graded["by"]["unanswered"]["score"] == 0


def test_what_comes_from_an_answer_comes_from_the_students(graded):
    assert graded["by"]["adds"]["score"] == 10 - 4  # derived, mutated, helper and sharing


def test_tests_that_cannot_run_by_value_are_named_with_a_reason(graded):
    assert set(graded["weaker_tests"]) == {"shared", "sharing", "instance", "in_place", "backward"}
    assert all(graded["weaker_tests"].values())
    kinds = {flag["kind"] for flag in graded["by"]["right"]["flags"]}
    assert kinds == {"weaker"}


DIFFERENT = {
    "empty": (np.zeros((0, 3)), np.ones((2, 3)), "shape (0, 3)"),
    "one row for two": (np.ones((1, 3)), np.ones((2, 3)), "shape (1, 3)"),
    "scalar for an array": (1.0, np.ones((2, 3)), "shape ()"),
    "empty list": ([], np.ones(2), "shape (0,)"),
    "NaN": (np.array([1.0, np.nan]), np.ones(2), "NaN"),
    "a tuple too short": ((1,), (np.ones(2), "a"), "1 items"),
    "an empty dict": ({}, {"a": 1}, "nothing"),
    "inside a tuple": ((np.zeros(0), 1), (np.ones(3), 1), "an item with shape (0,)"),
}


@pytest.mark.parametrize("name", DIFFERENT)
def test_what_only_passes_for_equal_is_told(name):
    value, expected, text = DIFFERENT[name]
    assert text in differs(value, expected)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ([[1, 2]], np.ones((1, 2))), (np.float32(1), 2), (np.array([np.nan]), np.array([np.nan])), ("a", "b"),
        (None, 1), (np.ones(2, int), np.ones(2)),
    ],
)  # fmt: skip
def test_a_wrong_number_is_left_to_the_test(value, expected):
    assert differs(value, expected) is None


def test_names_are_followed_through_the_notebooks_own_functions():
    space = {}
    exec("def inner():\n    return answer(1)\ndef outer():\n    return [inner() for _ in range(2)]", space)
    assert "answer" in reachable("assert outer() == 3", space, {"answer"})
    assert "answer" not in reachable("assert other() == 3", space, {"answer"})


def test_a_name_with_a_new_meaning_is_the_courses_again():
    follow = Dependence()
    follow.cell("solution", "def f(x):\n    return x")
    follow.cell("given", "y = f(2)\nz = y + 1\ndef g():\n    return f(3)\nw = g()")
    assert follow.all == {"f", "y", "z", "w"}
    follow.cell("given", "y = 5\nz = y")
    assert follow.all == {"f", "w"}
