"""channel_shuffle: PyTorch's numbers, undone by shuffling back, and clear refusals."""

import numpy as np
import pytest
import torch.nn.functional as F

from lib import ShapeError, channel_shuffle
from tests.oracles import COMPLEX, FLOATS, INTS, answer, layouts, numbers, same


def test_six_channels_in_two_groups():
    assert channel_shuffle(np.arange(6).reshape(1, 6, 1), 2).ravel().tolist() == [0, 3, 1, 4, 2, 5]


@pytest.mark.parametrize("shape", [(2, 6, 3, 4), (2, 12, 5), (1, 6, 2, 1, 3, 2), (0, 6, 4), (2, 0, 4), (2, 6, 0)])
@pytest.mark.parametrize("groups", [1, 2, 3, 6])
def test_matches_pytorch(rng, shape, groups):
    x = numbers(rng, shape)
    same(channel_shuffle(x, groups), answer(F.channel_shuffle, x, groups))


@pytest.mark.parametrize("dtype", [*FLOATS, *INTS, *COMPLEX, "bool"])
def test_the_dtype_comes_back(rng, dtype):
    x = numbers(rng, (2, 12, 5), "int64").astype(dtype)
    same(channel_shuffle(x, np.int8(3)), answer(F.channel_shuffle, x, 3))


def test_the_other_number_of_groups_undoes_it(rng):
    x = numbers(rng, (2, 12, 5))
    same(channel_shuffle(channel_shuffle(x, 3), 4), x)
    assert (channel_shuffle(channel_shuffle(x, 3), 3) != x).any()


@pytest.mark.parametrize("layout", layouts(np.zeros((1, 1, 1, 1))))
def test_any_memory_layout_will_do(rng, layout):
    x = numbers(rng, (2, 6, 3, 4))
    same(channel_shuffle(layouts(x)[layout], 2), channel_shuffle(x, 2))


X = np.ones((2, 6, 4))
REFUSED = {
    "groups do not divide": (X, 4, ShapeError, r"x must have a multiple of groups=4 channels, but got 6: \(2, 6, 4\)"),
    "more groups than channels": (X, 12, ShapeError, "multiple of groups=12 channels, but got 6"),
    "two axes": (X[0], 2, ShapeError, r"x must be \(N, C, ...\) .* but got shape \(6, 4\)"),
    "groups 0": (X, 0, ValueError, "groups must be at least 1, but got 0"),
    "groups a float": (X, 2.0, TypeError, "groups must be an int, but got 2.0"),
    "groups a truth": (X, True, TypeError, "groups must be an int, but got True"),
    "words": (np.full((1, 2, 1), "a"), 2, TypeError, "x has dtype <U1"),
}


@pytest.mark.parametrize(("x", "groups", "error", "message"), REFUSED.values(), ids=REFUSED)
def test_says_what_does_not_fit(x, groups, error, message):
    with pytest.raises(error, match=message):
        channel_shuffle(x, groups)
