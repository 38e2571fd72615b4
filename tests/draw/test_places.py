"""draw.places: the window stands where PyTorch's stands, reads what the taps read, and a window left out is dotted."""

import re

import pytest
import torch

from lib import draw
from lib.draw.places import LEFT, TOP
from lib.draw.svg import CELL
from lib.errors import ShapeError

CASES = {  # size, kernel_size, stride, padding, dilation
    "a remainder": (10, 3, 2, 0, 1),
    "padding": (6, 3, 2, 1, 1),
    "dilation": (9, 3, 1, 1, 2),
    "gaps between windows": (11, 2, 4, 0, 1),
}
CEIL = {  # size, kernel_size, stride, padding: how many windows stand, and how many are left out
    "one more, over the end": ((7, 2, 2, 0), 4, 0),
    "nothing left over": ((8, 2, 2, 0), 4, 0),
    "one more, but in the padding": ((5, 2, 3, 1), 2, 1),
}


def cells(drawing, role):
    """The (row, column) of each cell of one role."""
    found = re.findall(rf'<rect class="{role}" x="([\d.]+)" y="([\d.]+)"', drawing.svg)
    return [(round((float(y) - TOP) / (CELL + 6)), round((float(x) - LEFT) / CELL)) for x, y in found]


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_window_reads_what_the_layer_reads(case):
    size, k, s, p, d = case
    x = torch.zeros(1, 1, size, requires_grad=True)
    y = torch.nn.functional.conv1d(x, torch.ones(1, 1, k), None, s, p, d)
    drawing = draw.places(*case)
    for n in range(y.shape[-1]):
        seen = torch.autograd.grad(y[0, 0, n], x, retain_graph=True)[0][0, 0].nonzero().flatten() + p
        drawn = [column for row, column in cells(drawing, "kernel") if row == n + 1]
        assert len(drawn) == k
        assert [column for column in drawn if p <= column < p + size] == seen.tolist()
    assert max(row for row, _ in cells(drawing, "kernel")) == y.shape[-1]


def test_the_padding_is_drawn_round_the_input():
    drawing = draw.places(6, 3, stride=2, padding=1)
    assert cells(drawing, "input") == [(0, column) for column in range(1, 7)]
    assert cells(drawing, "padding") == [(0, 0), (0, 7)]


@pytest.mark.parametrize(("case", "standing", "left_out"), CEIL.values(), ids=CEIL)
def test_rounding_up_shows_the_window_that_is_left_out(case, standing, left_out):
    size, k, s, p = case
    assert torch.nn.MaxPool1d(k, s, p, ceil_mode=True)(torch.zeros(1, 1, size)).shape[-1] == standing
    drawing = draw.places(size, k, s, p, ceil_mode=True)
    assert {row for row, _ in cells(drawing, "kernel")} == set(range(1, standing + 1))
    assert {row for row, _ in cells(drawing, "padding")} - {0} == set(range(standing + 1, standing + 1 + left_out))
    assert ("left out" in drawing.alt) == bool(left_out)


def test_a_window_that_does_not_fit_is_refused():
    with pytest.raises(ShapeError, match="3"):
        draw.places(2, 3)
