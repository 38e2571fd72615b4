"""draw.slide: at every step the moving picture shows the numbers that PyTorch has computed so far."""

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest
import torch

from lib import draw
from lib.draw.svg import CELL
from lib.exercises.inputs import ints
from lib.sizes import conv_output_size

SVG = "{http://www.w3.org/2000/svg}"

TRANSPOSED = {  # input size, kernel size, options
    "stride 1": ((2, 3), (3, 2), {}),
    "stride 2, overlapping": ((2, 3), (3, 3), {"stride": 2}),
    "padding cuts off": ((3, 2), (3, 3), {"stride": 2, "padding": 1}),
    "output padding puts back": ((2, 3), (3, 4), {"stride": 2, "padding": 1, "output_padding": 1}),
    "stride larger than the kernel leaves holes": ((2, 3), (1, 2), {"stride": 3}),
    "dilation": ((3, 2), (2, 3), {"dilation": 2, "padding": 1}),
    "two strides": ((2, 3), (2, 3), {"stride": (3, 1), "padding": (0, 1)}),
}


def texts_at(picture, step):
    """The numbers to be read at one step, by their centre; an animated text stands from one step to another."""
    found = {}
    for text in ET.fromstring(picture.svg).iter(f"{SVG}text"):
        if text.get("class"):
            continue
        style = re.search(r"animation-name:\w+-(\d+)-(\d+|None)", text.get("style") or "")
        if style and not int(style[1]) <= step < (10**6 if style[2] == "None" else int(style[2])):
            continue
        at = float(text.get("x")), float(text.get("y"))
        assert at not in found, f"two numbers at {at} in step {step}"
        found[at] = float(text.text.replace("\N{MINUS SIGN}", "-"))
    return found


def output_cells(picture):
    """The centres of the output's cells, in reading order."""
    cells = [r for r in ET.fromstring(picture.svg).iter(f"{SVG}rect") if r.get("class") == "output"]
    return sorted((float(r.get("y")) + 18, float(r.get("x")) + 18) for r in cells)


@pytest.mark.parametrize("case", TRANSPOSED.values(), ids=TRANSPOSED)
def test_a_transposed_picture_adds_up_what_the_cells_so_far_have_written(case, rng):
    size, kernel_size, options = case
    X, K = ints(rng, *size), ints(rng, *kernel_size)
    picture = draw.slide(X, K, transposed=True, **options)
    centres = output_cells(picture)
    for step in range(X.size):
        so_far = np.where(np.arange(X.size).reshape(size) <= step, X, 0)
        tensors = (torch.tensor(a, dtype=torch.float64)[None, None] for a in (so_far, K))
        expected = torch.nn.functional.conv_transpose2d(*tensors, **options)[0, 0].numpy()
        assert len(centres) == expected.size
        texts = texts_at(picture, step)
        assert [texts.get((x, y), 0) for y, x in centres] == expected.ravel().tolist()


def test_without_motion_a_transposed_picture_shows_the_whole_sum(rng):
    X, K = ints(rng, 2, 3), ints(rng, 3, 2)
    root = ET.fromstring(draw.slide(X, K, transposed=True).svg)
    still = [t for t in root.iter(f"{SVG}text") if not t.get("class") and "opacity:0" not in (t.get("style") or "")]
    assert len(still) == X.size + K.size + 4 * 4  # one number for each cell of the three grids


def test_what_padding_cuts_off_stays_to_be_seen(rng):
    X, K = ints(rng, 2, 3), ints(rng, 3, 3)
    whole = draw.slide(X, K, transposed=True, stride=2)
    cut = draw.slide(X, K, transposed=True, stride=2, padding=1)
    shift = output_cells(whole)[0], output_cells(cut)[0]
    assert shift[0] != shift[1]
    assert sorted(texts_at(whole, 5).values()) == sorted(texts_at(cut, 5).values())


@pytest.mark.parametrize("transposed", [False, True])
def test_sizes_alone_make_the_same_picture_without_numbers(transposed):
    picture = draw.slide((3, 2), (2, 2), transposed=transposed)
    assert "4×3 output" in picture.alt if transposed else "2×1 output" in picture.alt
    assert texts_at(picture, 0) == {}


@pytest.mark.parametrize("case", TRANSPOSED.values(), ids=TRANSPOSED)
def test_every_cell_stays_inside_the_picture(case, rng):
    size, kernel_size, options = case
    picture = draw.slide(ints(rng, *size), ints(rng, *kernel_size), transposed=True, **options)
    for rect in ET.fromstring(picture.svg).iter(f"{SVG}rect"):
        if "kernel line" not in rect.get("class"):  # the window's frames move
            assert 0 <= float(rect.get("x")) <= picture.width - 36
            assert 0 <= float(rect.get("y")) <= picture.height - 36


def test_a_convolution_fills_its_output_with_pytorchs_numbers(rng):
    X, K = ints(rng, 4, 6), ints(rng, 2, 3)
    options = {"stride": (1, 2), "padding": (1, 0), "dilation": (2, 1)}
    picture = draw.slide(X, K, **options)
    tensors = (torch.tensor(a, dtype=torch.float64)[None, None] for a in (X, K))
    expected = torch.nn.functional.conv2d(*tensors, **options)[0, 0].numpy()
    texts = texts_at(picture, 0)
    assert [texts[x, y] for y, x in output_cells(picture)] == expected.ravel().tolist()


def test_too_many_steps_to_watch_are_refused():
    with pytest.raises(ValueError, match="x: 441 steps are too many"):
        draw.slide((21, 21), (2, 2), transposed=True)


CASES = {  # nothing is square
    "plain": dict(x=(4, 6), kernel=(3, 2)),
    "stride": dict(x=(5, 6), kernel=(2, 3), stride=(2, 1)),
    "padding": dict(x=(3, 4), kernel=(3, 2), padding=(1, 2)),
    "dilation": dict(x=(6, 5), kernel=(2, 3), dilation=(3, 2)),
    "everything, with a remainder": dict(x=(6, 7), kernel=(3, 2), stride=(2, 3), padding=(1, 0), dilation=(2, 1)),
}


def moves(drawing, name):
    """The (across, down) offsets, in cells, that a part of the drawing goes through."""
    frames = re.search(rf"@keyframes {drawing.id}-{name}\{{(.*?}})}}", drawing.svg)[1]
    return [
        (float(x) / CELL, float(y) / CELL) for x, y in re.findall(r"translate\((-?[\d.]+)px,(-?[\d.]+)px\)", frames)
    ]


@pytest.mark.parametrize("case", CASES)
def test_the_window_takes_one_step_for_each_output_cell(case):
    options = CASES[case]
    drawing = draw.slide(**options)
    per_axis = [
        conv_output_size(
            n,
            k,
            *(
                np.broadcast_to(options.get(name, usual), 2)[axis]
                for name, usual in (("stride", 1), ("padding", 0), ("dilation", 1))
            ),
        )
        for axis, (n, k) in enumerate(zip(options["x"], options["kernel"], strict=True))
    ]
    down, across = np.broadcast_to(options.get("stride", 1), 2)
    assert moves(drawing, "marker") == [(j, i) for i in range(per_axis[0]) for j in range(per_axis[1])]
    assert moves(drawing, "window") == [(j * across, i * down) for j, i in moves(drawing, "marker")]
    assert f"makes a {per_axis[0]}×{per_axis[1]} output" in drawing.alt


def test_the_sums_are_written_out_with_negative_factors_in_brackets():
    drawing = draw.slide(np.array([[1, -2, 3]]), np.array([[4, -5]]))
    assert re.findall(r'class="sum"[^>]*>([^<]+)<', drawing.svg) == ["1·4 + (−2)·(−5) = 14", "(−2)·4 + 3·(−5) = −23"]


def test_without_motion_nothing_is_hidden_but_the_later_sums():
    drawing = draw.slide(np.array([[1, -2, 3]]), np.array([[4, -5]]))
    assert "@media(prefers-reduced-motion:reduce)" in drawing.svg
    assert len(re.findall(r'style="[^"]*;opacity:0"', drawing.svg)) == 1
    assert "pause" in drawing._repr_html_()


def test_a_transposed_convolution_writes_a_window_for_each_input_cell():
    drawing = draw.slide((2, 3), (3, 2), stride=2, padding=(1, 0), transposed=True)
    assert moves(drawing, "marker") == [(j, i) for i in range(2) for j in range(3)]
    assert moves(drawing, "window") == [(2 * j, 2 * i) for j, i in moves(drawing, "marker")]
    assert "window of the 3×6 output" in drawing.alt
    assert drawing.alt.endswith("Stride 2, padding (1, 0).")


def test_an_animation_weighs_a_few_kilobytes():
    assert len(draw.slide((5, 5), (3, 3), padding=1).svg) < 12_000
