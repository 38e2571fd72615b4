"""draw.channels_added: every number that it shows is the one that PyTorch computes, and misfits are refused."""

import re

import numpy as np
import pytest
import torch

from lib import draw

SHAPES = {  # C, H, W, h, w
    "one channel": (1, 3, 4, 2, 3),
    "two channels": (2, 3, 5, 2, 2),
    "three channels": (3, 4, 3, 1, 3),
}


def numbers(drawing):
    """The numbers in the cells, in the order in which they are drawn."""
    return [
        float(text.replace("\N{MINUS SIGN}", "-"))
        for text in re.findall(r'<text x="[\d.]+" y="[\d.]+"[^>]*>([^<]+)<', drawing.svg)
    ]


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_shows_channels_parts_results_and_their_sum(shape, rng):
    C, H, W, h, w = shape
    X, K = rng.integers(-9, 9, (C, H, W)), rng.integers(-9, 9, (C, h, w))
    x, k = torch.tensor(X, dtype=torch.float64), torch.tensor(K, dtype=torch.float64)
    each = torch.nn.functional.conv2d(x[None], k[:, None], groups=C)[0].numpy()
    total = torch.nn.functional.conv2d(x[None], k[None])[0, 0].numpy()
    rows = [np.concatenate([X[c].ravel(), K[c].ravel(), each[c].ravel()]) for c in range(C)]
    assert numbers(draw.channels_added(X, K)) == [*np.concatenate(rows), *total.ravel()]


def test_frames_the_window_in_every_channel_and_its_number_in_every_result(rng):
    X, K = rng.integers(-9, 9, (2, 3, 5)), rng.integers(-9, 9, (2, 2, 2))
    plain, framed = draw.channels_added(X, K).svg, draw.channels_added(X, K, window=(1, 2)).svg
    assert framed.count('"kernel line"') - plain.count('"kernel line"') == 2
    assert framed.count('"highlight line"') == 3
    assert plain.count('"highlight line"') == 0


def test_says_the_sums_in_words():
    alt = draw.channels_added([[[1, 2, 3]], [[0, 1, 5]]], [[[1, -1]], [[2, 0]]], names=["red", "green"]).alt
    assert alt.endswith("Their results (−1 −1) and (0 2) are added: (−1 1).")


def test_its_size_holds_every_cell(rng):
    drawing = draw.channels_added(rng.integers(0, 9, (3, 4, 3)), rng.integers(0, 9, (3, 1, 3)))
    edges = re.findall(r'<rect class="\S+" x="([\d.]+)" y="([\d.]+)" width="(\d+)" height="(\d+)"', drawing.svg)
    assert max(float(x) + int(w) for x, _, w, _ in edges) <= drawing.width
    assert max(float(y) + int(h) for _, y, _, h in edges) <= drawing.height


@pytest.mark.parametrize(
    ("X", "K", "names", "message"),
    [
        (np.ones((2, 3, 4)), np.ones((3, 2, 2)), None, r"X, K: shapes \(2, 3, 4\) and \(3, 2, 2\) came"),
        (np.ones((3, 4)), np.ones((1, 2, 2)), None, "X, K: shapes"),
        (np.ones((2, 3, 4)), np.ones((2, 2, 2)), ["red"], "names: 1 came, but 2 were expected"),
    ],
)
def test_says_what_does_not_fit(X, K, names, message):
    with pytest.raises(ValueError, match=message):
        draw.channels_added(X, K, names=names)
