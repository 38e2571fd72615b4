"""draw.connections: a line stands where PyTorch's layer has a weight; a picked channel shows what it reads."""

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest
import torch

from lib import draw

SVG = "{http://www.w3.org/2000/svg}"

LAYERS = {  # in_channels, out_channels, groups; few with as many outputs as inputs
    "ordinary": (3, 5, 1),
    "two groups": (6, 4, 2),
    "three groups that grow": (6, 9, 3),
    "depthwise": (5, 5, 5),
    "depthwise, two kernels each": (4, 8, 4),
    "to a single channel": (7, 1, 1),
}

REFUSED = {
    "groups that do not divide": ((6, ("conv", 6, 4)), "groups=4 must divide the 6 channels before"),
    "an output that groups do not divide": ((6, ("conv", 4, 3)), "and the 4 after"),
    "a shuffle that groups do not divide": ((6, ("shuffle", 4)), r"steps\[0\]: groups=4"),
    "an unknown step": ((6, ("pool", 2)), r'steps\[0\] must be \("conv", out_channels, groups\)'),
    "a step that is too short": ((6, ("conv", 6)), r"steps\[0\] must be"),
    "a second step, named by its number": ((6, ("conv", 6, 1), "conv"), r"steps\[1\] must be"),
    "more channels than can be drawn": ((4, ("conv", 20, 1)), "at most 16 can be drawn, but 20 came"),
    "no groups": ((4, ("conv", 4, 0)), "at least 1"),
}


def drawn(picture):
    """The rows of cells as (texts, centres), and the lines between rows as (row below, output, input, classes)."""
    root = ET.fromstring(picture.svg)
    cells = [r for r in root.iter(f"{SVG}rect") if "line" not in r.get("class")]
    heights = sorted({float(r.get("y")) for r in cells})
    centres = [sorted(float(r.get("x")) + 18 for r in cells if float(r.get("y")) == y) for y in heights]
    lines = []
    for path in root.iter(f"{SVG}path"):
        x0, _, x1, y1 = map(float, re.findall(r"[\d.]+", path.get("d")))
        row = heights.index(y1)
        lines.append((row, centres[row].index(x1), centres[row - 1].index(x0), path.get("class")))
    texts = [t.text for t in root.iter(f"{SVG}text") if t.get("class") is None]
    return centres, lines, texts


@pytest.mark.parametrize("case", LAYERS.values(), ids=LAYERS)
def test_a_line_stands_where_pytorch_lets_an_input_move_an_output(case):
    in_channels, out_channels, groups = case
    layer = torch.nn.Conv2d(in_channels, out_channels, 1, groups=groups, bias=False)
    torch.nn.init.ones_(layer.weight)
    moved = layer(torch.eye(in_channels)[:, :, None, None])[:, :, 0, 0].T  # (out, in)
    _, lines, _ = drawn(draw.connections(in_channels, ("conv", out_channels, groups)))
    seen = np.zeros((out_channels, in_channels))
    for _, o, i, _ in lines:
        seen[o, i] += 1
    assert (seen == moved.detach().numpy()).all()


@pytest.mark.parametrize("case", LAYERS.values(), ids=LAYERS)
def test_the_words_count_the_lines(case):
    in_channels, out_channels, groups = case
    picture = draw.connections(in_channels, ("conv", out_channels, groups))
    assert f"{len(drawn(picture)[1])} connections" in picture.alt


@pytest.mark.parametrize(("count", "groups"), [(6, 2), (6, 3), (8, 2), (12, 3), (5, 1)])
def test_a_shuffle_moves_channels_as_pytorch_does(count, groups):
    order = torch.nn.functional.channel_shuffle(torch.arange(float(count)).reshape(1, -1, 1, 1), groups).flatten()
    centres, lines, texts = drawn(draw.connections(count, ("shuffle", groups)))
    assert [int(t) for t in texts[count:]] == order.int().tolist()
    assert sorted((o, i) for _, o, i, _ in lines) == list(enumerate(order.int().tolist()))
    assert [len(row) for row in centres] == [count, count]


def test_a_picked_channel_shows_what_it_depends_on():
    block = ("conv", 6, 2)
    alone = draw.connections(6, block, block, pick=4)
    mixed = draw.connections(6, block, ("shuffle", 2), block, pick=4)
    assert "Channel 4 of the last row depends on inputs 3, 4, 5." in alone.alt
    assert "Channel 4 of the last row depends on inputs 0, 1, 2, 3, 4, 5." in mixed.alt


def test_picked_lines_stand_out_and_all_others_are_faint():
    _, lines, _ = drawn(draw.connections(4, ("conv", 6, 2), ("conv", 2, 2), pick=1))
    for row, o, i, classes in lines:
        reaches = (row == 2 and o == 1) or (row == 1 and o >= 3)
        assert ("highlight" in classes) == reaches, (row, o, i)
        assert ("faint" in classes) != reaches, (row, o, i)


def test_every_row_stays_inside_the_picture():
    picture = draw.connections(4, ("conv", 16, 4), ("shuffle", 4), ("conv", 3, 1))
    root = ET.fromstring(picture.svg)
    for rect in root.iter(f"{SVG}rect"):
        assert 0 <= float(rect.get("x")) <= picture.width - 36
        assert 0 <= float(rect.get("y")) <= picture.height - 36


@pytest.mark.parametrize(("call", "message"), REFUSED.values(), ids=REFUSED)
def test_it_says_what_does_not_fit(call, message):
    with pytest.raises(ValueError, match=message):
        draw.connections(*call)


@pytest.mark.parametrize("pick", [-1, 6])
def test_a_picked_channel_must_exist(pick):
    with pytest.raises(ValueError, match="pick"):
        draw.connections(6, ("conv", 6, 2), pick=pick)
