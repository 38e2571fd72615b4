"""draw.arithmetic: one table of cases makes every animation, each with the sizes that PyTorch computes.

- The seven classic animations are there, and a transposed one for each.
- An animation has one step for each place of the window, and says its sizes and options in words.
- A transposed case gives back the size that the case it is named after started from.
- A drawing weighs a few kB.
"""

import re

import pytest
import torch
from torch import nn

from lib import draw

NAMES = [
    *("no padding, no strides", "arbitrary padding, no strides", "half padding, no strides"),
    *("full padding, no strides", "no padding, strides", "padding, strides", "padding, strides, odd"),
]
SIZES = {  # what Dumoulin & Visin's figures show: input -> output
    "no padding, no strides": (4, 2),
    "arbitrary padding, no strides": (5, 6),
    "half padding, no strides": (5, 5),
    "full padding, no strides": (5, 7),
    "no padding, strides": (5, 2),
    "padding, strides": (5, 3),
    "padding, strides, odd": (6, 3),
    "dilation": (7, 3),
}


def by_pytorch(case):
    """The output size of a real layer with these options."""
    size, k, s, p, d, extra, transposed = case
    options = dict(stride=s, padding=p, dilation=d, bias=False)
    layer = (
        nn.ConvTranspose2d(1, 1, k, output_padding=extra, **options) if transposed else nn.Conv2d(1, 1, k, **options)
    )
    with torch.no_grad():
        return layer(torch.zeros(1, 1, size, size)).shape[-1]


@pytest.mark.parametrize("name", draw.CASES)
class TestEveryCase:
    def test_has_the_size_that_pytorch_computes(self, name):
        case, alt = draw.CASES[name], draw.arithmetic(name).alt
        out = by_pytorch(case)
        assert f"{case.size}×{case.size} input" in alt
        assert f"{out}×{out} output" in alt

    def test_moves_once_for_every_place(self, name):
        case, drawing = draw.CASES[name], draw.arithmetic(name)
        steps = (case.size if case.transposed else by_pytorch(case)) ** 2
        assert f"in {steps} steps" in drawing.alt
        marker = re.search(r"@keyframes \S+-marker\{(.*?\})\}", drawing.svg)[1]
        assert marker.count("translate(") == steps

    def test_says_its_options(self, name):
        case, alt = draw.CASES[name], draw.arithmetic(name).alt.lower()
        assert (f"stride {case.stride}" in alt) == (case.stride > 1)
        assert (f"padding {case.padding}" in alt) == (case.padding > 0)
        assert (f"dilation {case.dilation}" in alt) == (case.dilation > 1)
        assert ("output padding" in alt) == (case.output_padding > 0)

    def test_is_named_rightly(self, name):
        case = draw.CASES[name]
        if name != "dilation":
            assert ("no strides" in name) == (case.stride == 1)
            assert ("no padding" in name) == (case.padding == 0)
        assert ("transposed" in name) == case.transposed

    def test_weighs_a_few_kilobytes(self, name):
        assert len(draw.arithmetic(name).svg.encode()) < 24_000


def test_the_seven_classic_ones_are_there():
    assert set(NAMES) <= set(draw.CASES)
    assert len(NAMES) == 7


@pytest.mark.parametrize("name", SIZES)
def test_the_sizes_are_those_of_the_famous_figures(name):
    assert (draw.CASES[name].size, by_pytorch(draw.CASES[name])) == SIZES[name]


@pytest.mark.parametrize("name", NAMES)
def test_the_transposed_case_gives_the_size_back(name):
    there, back = draw.CASES[name], draw.CASES[f"{name}, transposed"]
    assert (back.kernel_size, back.stride, back.padding) == (there.kernel_size, there.stride, there.padding)
    assert by_pytorch(there) == back.size or name == "full padding, no strides"
    assert by_pytorch(back) == (there.size if by_pytorch(there) == back.size else 5)


def test_an_unknown_name_is_refused_with_the_known_ones():
    with pytest.raises(ValueError, match=r"name: 'same' came, but one of 'no padding, no strides', "):
        draw.arithmetic("same")
