"""Where tests run: by value wherever they can, in the jail where they cannot, never with the instructor's answers."""

import numpy as np
import pytest
import torch
from nbformat.v4 import new_code_cell

from grading.answers import differs
from grading.names import Dependence, reachable
from tests.grading.mini import answer, cell, grading, hand_in, make_course, released, report, solve, test_cell
from tests.grading.submissions import before

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
    test_cell(
        "in_parts", 2, "middle = 0\npoints = 0\nif area(1, 2) == 2:\n    points += 1.5\npoints + (area(0, 1) == 0) / 2"
    ),
    test_cell("after_all", 1, "assert middle == 0\nfor middle in range(3):\n    assert area(middle, 2) == 2 * middle"),
    answer("record", "def record(x):", "log.append(x)"),
    test_cell("side_effect", 1, "record(5)\nassert log[-1] == 5"),
    answer("note", "def note(text):", "with open('note.txt', 'w') as file:\n        file.write(text)"),
    test_cell("written", 1, "note('abc')\nassert open('note.txt').read() == 'abc'"),
    answer("evens", "def evens(n):", "yield from range(0, n, 2)"),
    test_cell("iterator", 1, "assert list(evens(5)) == [0, 2, 4]"),
    answer("draw", "def draw(n):", "return np.random.randn(n)"),
    test_cell(
        "seeded",
        1,
        "np.random.seed(1)\na = draw(2)\nnp.random.seed(1)\nassert np.array_equal(a, draw(2))\n"
        "assert not np.array_equal(a, draw(2))",
    ),
    answer("half", "def half(n):", "from fractions import Fraction\n    return Fraction(n, 2)"),
    test_cell("exact", 1, "from fractions import Fraction\nassert half(3) == Fraction(3, 2)"),
    test_cell("often", 1, "for n in range(4000):\n    assert half(n) * 2 == n"),
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
    answer("ordered", "def ordered(x):", "return sorted(x)"),
    test_cell("kept", 1, "given = [3, 1]\nassert ordered(given) == [1, 3]\nassert given == [3, 1]"),
    test_cell("kept_by_name", 1, "given = [3, 1]\nassert ordered(x=given) == [1, 3]\nassert given == [3, 1]"),
    answer("told", "def told():", "'What it does.'"),
    test_cell("documented", 1, "assert told.__doc__ and told.__name__ == 'told'"),
    answer("integrate", "def integrate(f, a, b):", "return sum(f(a + i * (b - a) / 100) for i in range(100)) / 100"),
    test_cell(
        "handed_over",
        1,
        "import math\nassert abs(integrate(lambda x: x * x, 0, 1) - 1 / 3) < 0.01\n"
        "assert abs(integrate(math.cos, 0, 1) - math.sin(1)) < 0.01\nassert abs(integrate(half, 0, 1) - 0.25) < 0.01",
    ),
    answer("times", "def times(n):", "return lambda f: lambda x: n * f(x)"),
    test_cell(
        "handed_back", 1, "double = times(2)\n@double\ndef next_one(x):\n    return x + 1\nassert next_one(4) == 10"
    ),
    answer("grow", "def grow(t):", "return t * 3"),
    test_cell("backward", 1, "t = torch.ones(2, requires_grad=True)\ngrow(t).sum().backward()\nassert t.grad[0] == 3"),
]
ANSWERS = {
    "area": "def area(w, h):\n    return w * h",
    "record": "def record(x):\n    log.append(x)",
    "note": "from pathlib import Path\ndef note(text):\n    Path('note.txt').write_text(text)",
    "evens": "def evens(n):\n    return filter(lambda i: i % 2 == 0, range(n))",
    "draw": "def draw(n):\n    return np.random.normal(size=(n,))",
    "half": "def half(n):\n    return n / 2",
    "fill": "log.append('done')",
    "net": "class Net(nn.Linear):\n    def __init__(self):\n        super().__init__(2, 1)",
    "scale": "def scale(x):\n    x *= 2",
    "fails": "def fails(x):\n    raise ValueError('no')",
    "grow": "def grow(t):\n    return t * 3",
    "integrate": "cache = {}\ndef integrate(f, a, b):\n    if f not in cache:\n"
    "        cache[f] = np.mean([float(f(x)) for x in np.linspace(a, b, 200)])\n    return cache[f]",
    "times": "class times:\n    def __init__(self, n):\n        self.n = n\n    def __call__(self, f):\n"
    "        return lambda *args: self.n * f(*args)",
    "told": "def told():\n    'Other words.'",
    "ordered": "def ordered(x):\n    return sorted(x)",
}


CHEATS = """
import ast, builtins, sys
builtins.isinstance = isinstance = lambda *a: True
ip = get_ipython()
class Nothing(ast.NodeTransformer):
    def visit_Assert(self, node): return ast.copy_location(ast.Pass(), node)
ip.ast_transformers.append(Nothing())
ip.input_transformers_cleanup.append(lambda lines: ["pass"] if "Net()" in lines[0] else lines)
ip.events.register("pre_run_cell", lambda *a: ip.user_ns.update(isinstance=lambda *a: True))
ip.showtraceback = lambda *a, **k: None
type(ip).run_code = lambda *a, **k: None
nn = type(sys)("nn")
nn.Linear = object
"""


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    root = make_course(tmp_path_factory.mktemp("course"), {"ps1": COURSE}, "c.Grading.cell_seconds = 0.3")
    hand_in(root, "unanswered", released(root))
    right = released(root)
    for grade_id, source in ANSWERS.items():
        cell(right, grade_id).source = source
    hand_in(root, "right", right)
    cell(right, "net").source = "class Net: pass\n" + CHEATS
    hand_in(root, "cheats", right)
    cell(right, "net").source = ANSWERS["net"]
    cell(right, "ordered").source = "def ordered(x):\n    x.sort()\n    return x"
    hand_in(root, "sorts_in_place", right)
    cell(right, "ordered").source = ANSWERS["ordered"]
    cell(right, "area").source = "def area(w, h):\n    return w + h"
    hand_in(root, "adds", right)
    cell(right, "integrate").source = "def integrate(f, a, b):\n    while True:\n        f(a)"
    cell(right, "times").source = "import os\ndef times(n):\n    return lambda f: lambda x: os._exit(f(x))"
    hand_in(root, "calls_for_ever", right)
    for name in ("integrate", "times"):
        cell(right, name).source = f"def {name}(*given):\n    return given[0]"
    for name in ("record", "note"):
        cell(right, name).source = f"def {name}(x):\n    pass"
    cell(right, "told").source = "def told():\n    pass"
    hand_in(root, "does_nothing", right)
    return report(grading(root, "autograde", "ps1", "--json"))


def test_right_answers_get_all_and_none_gets_nothing(graded):
    assert graded["by"]["right"]["score"] == 24
    assert graded["by"]["unanswered"]["score"] == 0


def test_what_comes_from_an_answer_comes_from_the_students(graded):
    assert graded["by"]["adds"]["score"] == 24 - 7  # derived, mutated, helper, sharing, after_all, and both parts


def test_what_the_instructors_answer_leaves_behind_helps_no_student(graded):
    assert graded["by"]["does_nothing"]["score"] == 24 - 7 - 5  # side_effect, written, documented, handed over and back


def test_what_a_student_replaces_is_put_back_for_a_test_in_the_jail(graded):
    assert graded["by"]["cheats"]["score"] == 24 - 1  # instance


def test_a_function_of_a_test_that_is_called_for_ever_ends_with_its_time(graded):
    assert graded["by"]["calls_for_ever"]["score"] == 24 - 7 - 2


def test_a_test_sees_that_its_argument_was_changed(graded):
    assert graded["by"]["sorts_in_place"]["score"] == 24 - 2


def test_tests_that_cannot_run_by_value_are_named_with_a_reason(graded):
    assert set(graded["weaker_tests"]) == {"side_effect", "written", "instance", "in_place", "backward"}
    assert all(graded["weaker_tests"].values())
    kinds = {flag["kind"] for flag in graded["by"]["right"]["flags"]}
    assert kinds == {"weaker"}


def test_cells_that_take_all_their_time_end_when_that_of_the_submission_ends(tmp_path):
    limits = "c.Grading.cell_seconds = 0.2\nc.Grading.total_seconds = 2"
    root = make_course(tmp_path / "course", config=limits)
    hand_in(root, "slow", before(solve(released(root)), "share", *["while True: pass"] * 500))
    done = report(grading(root, "autograde", "ps1", "--json"))["by"]["slow"]
    assert (done["score"], done["status"]) == (5, "graded")  # what came before
    assert done["seconds"] < 60
    assert "used up its time" in done["flags"][-2]["text"]


DIFFERENT = {
    "empty": (np.zeros((0, 3)), np.ones((2, 3)), "shape (0, 3)"),
    "one row for two": (np.ones((1, 3)), np.ones((2, 3)), "shape (1, 3)"),
    "scalar for an array": (1.0, np.ones((2, 3)), "shape ()"),
    "empty list": ([], np.ones(2), "shape (0,)"),
    "NaN": (np.array([1.0, np.nan]), np.ones(2), "NaN"),
    "infinity": (np.array([1.0, np.inf]), np.ones(2), "infinity"),
    "NaN in a dict": ({"a": float("nan")}, {"a": 1.0, "b": 2.0}, "an item with NaN"),
    "an empty tensor": (torch.zeros(0, dtype=torch.bfloat16), torch.ones(2), "shape (0,)"),
    "an axis too many": (np.ones((1, 2, 3)), np.ones((2, 3)), "shape (1, 2, 3)"),
    "an empty tuple": ((), (np.ones(2), "a"), "no items"),
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
        (None, 1), (np.ones(2, int), np.ones(2)), (np.array([3.0]), 4.0), ([2, 2, 3], [2, 3, 4, 6]),
        ({}, {}), (np.ones((2, 3)), np.ones((3, 2))), ("", "a"), (np.inf, np.inf),
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
