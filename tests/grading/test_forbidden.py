"""Handing over what the exercise asks to write gains nothing and is told; a changed reference is graded again."""

import os

import nbformat
import pytest
from nbformat.v4 import new_code_cell

from tests.grading.mini import ENVIRONMENT, answer, cell, grading, hand_in, make_course, released, report, test_cell

COURSE = [
    new_code_cell("import numpy as np\nimport torch\nfrom rules import close"),
    answer("total", "def total(x):", "return x[0] + x[1]"),
    test_cell("total_right", 2, "assert close(total(np.array([1.0, 2.0])), 3)"),
    answer("blur", "def blur(x, k):", "return x[:-1] * k[0] + x[1:] * k[1]"),
    test_cell(
        "blur_right",
        3,
        "x, k = torch.tensor([1.0, 2.0, 4.0]), torch.tensor([1.0, 2.0])\n"
        "assert torch.allclose(blur(x, k), torch.tensor([5.0, 10.0]))",
    ),
]
CONFIG = """
c.Grading.forbidden = {"total_right": ["numpy.sum"], "ps1": ["torch:convolution", "scipy.signal.convolve"]}
c.Grading.references = ["rules"]
c.Grading.stand_ins = {"rules": []}
"""
TOTAL = "def total(x):\n    return float(x[0]) + float(x[1])"
BLUR = "def blur(x, k):\n    return sum(x[i : i + 2] * k[i] for i in range(2))"
CONV = "def blur(x, k):\n    {}return {}(x[None, None], k[None, None])[0, 0]"
MODULE = (
    "def blur(x, k):\n    m = torch.nn.Conv1d(1, 1, 2, bias=False)\n    m.weight.data = k[None, None]\n"
    "    return m(x[None, None])[0, 0].detach()"
)
ANSWERS = {
    "honest": (TOTAL, BLUR, 5, ""),
    "uses_sum": ("def total(x):\n    return np.sum(x)", BLUR, 3, "hands its work to numpy.sum"),
    "renames_sum": ("from numpy import sum as mine\ndef total(x):\n    return mine(x)", BLUR, 3, "to numpy.sum"),
    "uses_conv": (TOTAL, CONV.format("", "torch.nn.functional.conv1d"), 2, "to torch's convolution"),
    "renames_conv": (TOTAL, CONV.format("from torch import conv1d as f\n    ", "f"), 2, "to torch's convolution"),
    "uses_a_module": (TOTAL, MODULE, 2, "to torch's convolution"),
    "asks_the_reference": (TOTAL, "from rules import blur", 2, "to rules.blur"),
}
RULES = """
import numpy as np
def close(a, b):
    return np.allclose(a, b)
def blur(x, k):
    return x[:-1] * k[0] + x[1:] * k[1]
"""


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    root = tmp_path_factory.mktemp("course") / "course"
    (root.parent / "rules.py").write_text(RULES)
    make_course(root, {"ps1": COURSE}, CONFIG)
    for name, (total, blur, _, _) in ANSWERS.items():
        nb = released(root)
        cell(nb, "total").source, cell(nb, "blur").source = total, blur
        hand_in(root, name, nb)
    return root


def grade(course):
    """Grade with a package of rules that lies outside the course."""
    path = os.pathsep.join([ENVIRONMENT["PYTHONPATH"], str(course.parent)])
    return report(grading(course, "autograde", "ps1", "--json", env={"PYTHONPATH": path}))


@pytest.fixture(scope="module")
def graded(course):
    return grade(course)


@pytest.mark.parametrize("name", ANSWERS)
def test_handing_over_gains_nothing_and_is_told(graded, course, name):
    _, _, score, told = ANSWERS[name]
    assert graded["by"][name]["score"] == score
    assert graded["weaker_tests"] == {}
    nb = nbformat.read(course / "autograded" / name / "ps1" / "ps1.ipynb", as_version=4)
    errors = [o.evalue for c in nb.cells if c.cell_type == "code" for o in c.outputs if o.output_type == "error"]
    assert told in "\n".join(errors)
    assert bool(errors) == bool(told)


def test_a_changed_reference_is_graded_again(graded, course):
    assert grade(course)["unchanged"] == len(ANSWERS)
    (course.parent / "rules.py").write_text(RULES.replace("np.allclose(a, b)", "False"))
    again = grade(course)
    assert again["by"]["honest"]["score"] == 3
