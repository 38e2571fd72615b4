"""Towers and footprints: they pick out what a real network sees, count its paths, and say so in words.

The oracle is PyTorch: an input is seen where the gradient of the output is not zero, and with all weights 1 that
gradient is the number of paths.
"""

import re
from xml.etree import ElementTree

import numpy as np
import pytest
import torch

from lib import draw
from lib.draw.towers import paths, seen, with_defaults
from lib.sizes import conv_output_size

SVG = "{http://www.w3.org/2000/svg}"

CASES = {  # layers, inputs, output
    "one layer": ([(3,)], 5, 2),
    "three layers": ([(3,), (3,), (3,)], 11, 1),
    "an even kernel": ([(4,), (2,)], 9, 3),
    "a stride below": ([(2, 2), (3,)], 12, 1),
    "strides that leave a remainder": ([(3, 2), (3, 2)], 16, 1),
    "a stride larger than its kernel": ([(2, 3), (2,)], 13, 2),
    "padding at the left edge": ([(3, 2, 1), (3, 2, 1)], 13, 0),
    "padding at the right edge": ([(3, 1, 1), (5, 1, 2)], 8, 7),
    "dilations 1, 2, 4": ([(3, 1, 0, 1), (3, 1, 0, 2), (3, 1, 0, 4)], 19, 2),
    "dilations that leave gaps": ([(3, 1, 0, 2), (3, 1, 0, 2)], 13, 1),
    "gaps and padding": ([(3, 1, 3, 3), (2, 1, 0, 2)], 10, 1),
    "everything at once": ([(4, 2, 1, 2), (3, 1, 1), (2, 3, 1, 3)], 31, 2),
}


@pytest.fixture(params=CASES.values(), ids=CASES)
def case(request):
    layers, size, index = request.param
    return with_defaults(layers), size, index


def gradient(layers, size, index):
    """How output `index` changes with each input, all weights being 1."""
    x = torch.zeros(1, 1, size, dtype=torch.float64, requires_grad=True)
    y = x
    for k, s, p, d in layers:
        y = torch.nn.functional.conv1d(y, torch.ones(1, 1, k, dtype=torch.float64), None, s, p, d)
    y[0, 0, index].backward()
    return x.grad[0, 0].numpy()


def boxes(drawing, role, kind=""):
    """The cells of a drawing that have these classes."""
    root = ElementTree.fromstring(drawing.svg)
    wanted = f"{role} {kind}".strip()
    return [r for r in root.iter(f"{SVG}rect") if r.get("class") == wanted]


def test_the_inputs_that_a_tower_picks_out_are_those_with_a_gradient(case):
    layers, size, index = case
    hit = np.flatnonzero(gradient(layers, size, index))
    row = boxes(draw.tower(layers, size, index), "input", "seen")
    assert len(row) == len(hit)
    left = min(float(r.get("x")) for r in boxes(draw.tower(layers, size, index), "input", "unseen") + row)
    assert [(float(r.get("x")) - left) / 36 for r in row] == hit.tolist()


def test_every_cell_stands_over_the_middle_of_what_it_sees(case):
    layers, size, index = case
    drawing = draw.tower(layers, size, index)
    (chosen,), (field,) = boxes(drawing, "highlight line"), boxes(drawing, "kernel line")
    middle = float(field.get("x")) + float(field.get("width")) / 2
    assert float(chosen.get("x")) + 18 == pytest.approx(middle)


def test_every_level_has_a_cell_for_each_of_its_values(case):
    layers, size, index = case
    drawing = draw.tower(layers, size, index)
    counts = [size]
    for k, s, p, d in layers:
        counts.append(conv_output_size(counts[-1], k, s, p, d))
    assert len(boxes(drawing, "input", "seen") + boxes(drawing, "input", "unseen")) == size
    assert len(boxes(drawing, "output", "seen") + boxes(drawing, "output", "unseen")) == sum(counts[1:])


def test_nothing_is_drawn_outside_the_picture(case):
    drawing = draw.tower(*case)
    for rect in ElementTree.fromstring(drawing.svg).iter(f"{SVG}rect"):
        x, y = float(rect.get("x")), float(rect.get("y"))
        assert x >= 100  # the level names stand left of it
        assert x + float(rect.get("width")) <= drawing.width
        assert y >= 0
        assert y + float(rect.get("height")) <= drawing.height


def test_padded_zeros_see_nothing():
    levels = seen([(3, 1, 1, 1), (3, 1, 1, 1)], [4, 4, 4], 0)
    assert levels == [{-1, 0, 1, 2}, {-1, 0, 1}, {0}]  # −1 of the middle level does not lead down to −2


def test_paths_are_counted_as_a_network_of_ones_counts_them(case):
    layers = [(k, s, 0, d) for k, s, _, d in case[0]]
    size = len(paths(layers))
    assert paths(layers).tolist() == gradient(layers, size, 0).tolist()


def test_a_footprint_shows_the_paths_along_both_axes():
    layers = [(3, 2), (2, 1, 0, 2)]
    along = gradient(with_defaults(layers), 7, 0)
    drawing = draw.footprint(layers)
    shown = re.findall(r'text x="([\d.]+)" y="([\d.]+)">(\d+)<', drawing.svg)
    counts = np.zeros((7, 7))
    for x, y, count in shown:
        counts[int(float(y) - 30) // 36, int(float(x) - 4) // 36] = int(count)
    assert (counts == np.outer(along, along)).all()
    assert len(boxes(drawing, "padding")) == (counts == 0).sum()


WORDS = {
    "whole": (draw.tower, ([(3,), (3,)], 7), "Output 1 of 3 sees the inputs 1 to 5."),
    "gaps": (
        draw.tower,
        ([(2, 1, 0, 3), (2,)], 8, 2),
        "Output 2 of 4 spans the inputs 2 to 6, but sees only 4 of these 5: 2, 3, 5, 6.",
    ),
    "padding": (draw.tower, ([(3, 1, 1)], 4, 0), "Output 0 of 4 sees the inputs −1 to 1, 1 of them in the padding."),
    "no layer": (draw.tower, ([], 3), "A tower of 0 layers over 3 inputs. Output 1 of 3 sees the inputs 1 to 1."),
    "a whole footprint": (
        draw.footprint,
        ([(3,), (3,)],),
        "5×5 pixels. Every pixel is seen; 1 path leads from a corner",
    ),
    "a footprint with gaps": (draw.footprint, ([(2, 1, 0, 3)],), "4×4 pixels, of which only 4 are seen"),
}


@pytest.mark.parametrize(("picture", "arguments", "words"), WORDS.values(), ids=WORDS)
def test_the_alt_text_says_what_is_seen(picture, arguments, words):
    assert words in repr(picture(*arguments))


def test_a_level_names_the_options_that_are_not_the_plain_ones():
    texts = [t.text for t in ElementTree.fromstring(draw.tower([(3, 2, 1), (2, 1, 0, 4)], 19).svg).iter(f"{SVG}text")]
    assert [t for t in texts if "k=" in t] == ["k=3, s=2, p=1", "k=2, d=4"]
    assert {"input", "layer 1", "output"} <= set(texts)


REFUSED = {
    "an output that does not exist": (draw.tower, ([(3,)], 5, 3), ValueError, "index must be at most 2"),
    "an output before the first": (draw.tower, ([(3,)], 5, -1), ValueError, "index must be at least 0"),
    "a kernel that does not fit": (draw.tower, ([(3,), (4,)], 5), ValueError, "kernel_size"),
    "too wide": (draw.tower, ([(3,)], 65), ValueError, "a row of 65 cells"),
    "no stride": (draw.tower, ([(3,), (3, 0)], 9), ValueError, r"layers\[1\]: stride must be at least 1"),
    "no kernel": (draw.tower, ([()], 9), ValueError, r"layers\[0\] must be \(kernel_size"),
    "five numbers": (draw.tower, ([(3, 1, 0, 1, 1)], 9), ValueError, r"layers\[0\] must be"),
    "a fraction": (draw.tower, ([(2.5,)], 9), TypeError, r"layers\[0\] must be an int"),
    "no size": (draw.tower, ([(3,)], None), TypeError, "size must be an int"),
    "too wide a footprint": (draw.footprint, ([(40,)],), ValueError, "40×40"),
}


@pytest.mark.parametrize(("picture", "arguments", "error", "message"), REFUSED.values(), ids=REFUSED)
def test_says_what_does_not_fit(picture, arguments, error, message):
    with pytest.raises(error, match=message):
        picture(*arguments)
