"""lib as a whole: its public names, what importing it costs, and that every public function says what it must."""

import inspect
import re
import subprocess
import sys

import pytest

import lib

PUBLIC = [name for name in lib.__all__ if inspect.isfunction(getattr(lib, name))]


def test_importing_it_loads_numpy_and_nothing_else_from_outside():
    code = (
        "import sys, numpy; before = set(sys.modules); import lib;"
        "print(*sorted({m.split('.')[0] for m in set(sys.modules) - before} - set(sys.stdlib_module_names)))"
    )
    run = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["lib"]


def test_a_star_gives_what_it_lists():
    names = {}
    exec("from lib import *", names)
    assert set(lib.__all__) <= set(names)


@pytest.mark.parametrize("name", PUBLIC)
def test_every_function_says_its_shapes_units_errors_and_source_and_shows_a_use(name):
    text = inspect.getdoc(getattr(lib, name))
    for part in ("Shapes:", "Units:", "Raises:", "Source:", ">>> "):
        assert part in text, f"{name} lacks {part}"
    assert re.search(r"chapter \d+", text), f"{name} points to no chapter"


SIGNATURES = {  # the names, order and defaults that PyTorch has, and a reader of the course relies on
    "conv2d": "(x, weight, bias=None, stride=1, padding=0, dilation=1, groups=1, padding_mode='zeros')",
    "conv_transpose2d": "(x, weight, bias=None, stride=1, padding=0, output_padding=0, groups=1, dilation=1)",
    "max_pool2d": "(x, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False, return_indices=False)",
    "avg_pool2d": "(x, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True, "
    "divisor_override=None)",
    "conv2d_input": "(input_size, weight, grad_output, stride=1, padding=0, dilation=1, groups=1)",
    "conv2d_weight": "(input, weight_size, grad_output, stride=1, padding=0, dilation=1, groups=1)",
}


@pytest.mark.parametrize("name", SIGNATURES)
def test_signatures_are_fixed_and_alike_in_every_dimension(name):
    for ndim in "123":
        assert str(inspect.signature(getattr(lib, name.replace("2", ndim)))) == SIGNATURES[name]
