"""draw.pool: the numbers on the right are PyTorch's, windows are framed, and each maximum where it stands."""

import re

import numpy as np
import pytest
import torch

from lib import draw
from lib.draw.svg import CELL

CASES = {  # rows, columns, kernel_size, stride
    "side by side": (4, 6, 2, None),
    "a row and a column left over": (5, 7, 2, None),
    "overlapping": (5, 7, 3, 2),
    "gaps between windows": (7, 5, 2, 3),
}


def left_and_right(drawing, X):
    """The numbers of the input, and those of the output."""
    texts = re.findall(r'<text x="[\d.]+" y="[\d.]+"[^>]*>([^<]+)<', drawing.svg)
    shown = [float(text.replace("\N{MINUS SIGN}", "-")) for text in texts]
    return shown[: X.size], shown[X.size :]


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
class TestPool:
    def test_shows_what_pytorch_computes(self, case, rng):
        *shape, k, s = case
        X = rng.integers(-9, 9, shape)
        x = torch.tensor(X, dtype=torch.float64)[None]
        for kind, pool in (("max", torch.nn.MaxPool2d), ("mean", torch.nn.AvgPool2d)):
            left, right = left_and_right(draw.pool(X, k, kind, s), X)
            assert left == X.ravel().tolist()
            assert np.allclose(right, pool(k, s)(x).flatten(), rtol=1e-3)

    def test_frames_every_window_and_every_maximum_at_its_place(self, case, rng):
        *shape, k, s = case
        X = rng.permutation(shape[0] * shape[1]).reshape(shape)
        _, places = torch.nn.MaxPool2d(k, s, return_indices=True)(torch.tensor(X, dtype=torch.float64)[None])
        drawing = draw.pool(X, k, stride=s)
        assert drawing.svg.count('"kernel line"') == places.numel()
        corners = re.findall(r'"highlight line" x="([\d.]+)" y="([\d.]+)"', drawing.svg)
        found = [(round((float(y) - 30) / CELL), round((float(x) - 4) / CELL)) for x, y in corners]
        assert found == [divmod(int(place), shape[1]) for place in places.flatten()]

    def test_a_mean_has_no_place(self, case, rng):
        *shape, k, s = case
        assert '"highlight line"' not in draw.pool(rng.integers(-9, 9, shape), k, "mean", s).svg


def test_says_the_result_in_words():
    assert draw.pool([[1, 3, 0, 2], [2, 0, 5, 4]], 2).alt.endswith("Their largest numbers are (3 5).")
    assert draw.pool([[1, 3, 0, 2], [2, 0, 5, 5]], 2, "mean").alt.endswith("Their means are (1.5 3).")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([[1, 2], [3, 4]], 2, "min"), "kind: 'min' came, but one of 'max', 'mean' was expected"),
        (([[1, 2], [3, 4]], 3), "the kernel spans 3"),
    ],
)
def test_says_what_does_not_fit(arguments, message):
    with pytest.raises(ValueError, match=message):
        draw.pool(*arguments)
