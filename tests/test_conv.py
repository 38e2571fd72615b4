"""conv1d, conv2d and conv3d: against PyTorch, against the loops, by their own laws, and in what they refuse."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn

from lib import conv1d, conv2d, conv3d, corr2d

LIB = {1: conv1d, 2: conv2d, 3: conv3d}
TORCH = {1: F.conv1d, 2: F.conv2d, 3: F.conv3d}
MODULE = {1: nn.Conv1d, 2: nn.Conv2d, 3: nn.Conv3d}

CASES = {  # no case is square: a swapped H and W must show
    "plain": {"x": (2, 3, 7, 5), "w": (4, 3, 3, 2)},
    "one channel": {"x": (1, 1, 5, 8), "w": (1, 1, 2, 4)},
    "the kernel covers all": {"x": (2, 3, 4, 5), "w": (2, 3, 4, 5)},
    "unbatched": {"x": (3, 7, 5), "w": (4, 3, 3, 2)},
    "empty batch": {"x": (0, 3, 7, 5), "w": (4, 3, 3, 2), "padding": 1},
    "stride leaves a remainder": {"x": (1, 2, 8, 7), "w": (2, 2, 3, 3), "stride": (2, 3)},
    "stride beyond the kernel": {"x": (1, 2, 9, 8), "w": (2, 2, 2, 1), "stride": (4, 3)},
    "padding": {"x": (1, 2, 5, 4), "w": (3, 2, 3, 3), "padding": (2, 1)},
    "padding beyond the image": {"x": (1, 2, 2, 3), "w": (3, 2, 3, 2), "padding": (5, 4)},
    "dilation": {"x": (1, 2, 9, 8), "w": (3, 2, 3, 2), "dilation": (2, 3)},
    "groups": {"x": (2, 6, 5, 4), "w": (9, 2, 3, 2), "groups": 3},
    "depthwise": {"x": (2, 5, 6, 4), "w": (5, 1, 3, 2), "groups": 5},
    "depthwise times two": {"x": (2, 5, 6, 4), "w": (10, 1, 2, 3), "groups": 5, "stride": 2},
    "all at once": {
        "x": (2, 4, 9, 11),
        "w": (6, 2, 3, 2),
        "stride": (2, 1),
        "padding": (1, 3),
        "dilation": (1, 2),
        "groups": 2,
    },
    "one by one": {"x": (2, 3, 4, 5), "w": (4, 3, 1, 1)},
    "one by one, strided": {"x": (2, 3, 4, 5), "w": (4, 3, 1, 1), "stride": (3, 2)},
    "valid": {"x": (2, 3, 6, 5), "w": (4, 3, 3, 2), "padding": "valid", "stride": 2},
    "same": {"x": (2, 3, 6, 5), "w": (4, 3, 3, 5), "padding": "same"},
    "same, even kernel": {"x": (2, 3, 6, 5), "w": (4, 3, 2, 4), "padding": "same", "dilation": (1, 3)},
    "a list for the options": {"x": (1, 2, 8, 7), "w": (2, 2, 3, 3), "stride": [2, 3], "padding": [1]},
    "signal": {"x": (2, 4, 11), "w": (6, 2, 3), "stride": 2, "padding": 2, "dilation": 2, "groups": 2},
    "signal, unbatched": {"x": (4, 11), "w": (6, 4, 2), "padding": (3,)},
    "signal, same": {"x": (2, 4, 11), "w": (6, 4, 4), "padding": "same"},
    "volume": {
        "x": (2, 4, 5, 7, 6),
        "w": (6, 2, 3, 2, 1),
        "stride": (1, 2, 3),
        "padding": (2, 1, 0),
        "dilation": (1, 2, 4),
        "groups": 2,
    },
    "volume, unbatched": {"x": (4, 5, 7, 6), "w": (3, 4, 1, 3, 2), "stride": 2},
    "volume, same": {"x": (1, 2, 5, 4, 6), "w": (3, 2, 4, 2, 3), "padding": "same"},
    "no input channels": {"x": (2, 0, 5, 4), "w": (3, 0, 3, 2)},
}


def numbers(rng, shape, dtype="float64"):
    """Drawn numbers of `dtype`, of both signs where it has them."""
    values = rng.integers(-9, 10, shape) if np.dtype(dtype).kind in "iu" else rng.normal(size=shape)
    return (values + 1j * rng.normal(size=shape) if np.dtype(dtype).kind == "c" else values).astype(dtype)


def both(x, weight, bias=None, **options):
    """The answers of lib and of PyTorch to the same call."""
    x, weight, bias = (None if a is None else np.asarray(a) for a in (x, weight, bias))
    ndim = weight.ndim - 2
    tensors = [None if a is None else torch.from_numpy(np.ascontiguousarray(a)) for a in (x, weight, bias)]
    with torch.no_grad():
        expected = TORCH[ndim](*tensors, **options)
    return LIB[ndim](x, weight, bias, **options), expected.numpy()


def same(actual, expected, tolerance=1e-11):
    assert actual.dtype == expected.dtype
    np.testing.assert_allclose(actual, expected, rtol=tolerance, atol=tolerance)  # compares the shapes as well


@pytest.fixture(params=CASES.values(), ids=CASES.keys())
def case(request, rng):
    options = dict(request.param)
    x, w = numbers(rng, options.pop("x")), numbers(rng, options.pop("w"))
    return x, w, numbers(rng, w.shape[:1]), options


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel")
def test_matches_pytorch(case):
    x, w, bias, options = case
    same(*both(x, w, **options))
    same(*both(x, w, bias, **options))


def test_agrees_with_the_loops(rng):
    x, w = numbers(rng, (2, 3, 7, 5)), numbers(rng, (4, 3, 3, 2))
    looped = [[sum(corr2d(*pair) for pair in zip(image, kernel, strict=True)) for kernel in w] for image in x]
    same(conv2d(x, w), np.array(looped))


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel")
@pytest.mark.parametrize("mode", ["zeros", "reflect", "replicate", "circular"])
@pytest.mark.parametrize("ndim", [1, 2, 3])
@pytest.mark.parametrize("batch", [(), (2,), (0,)], ids=["unbatched", "two", "none"])
@pytest.mark.parametrize("padding", ["same", "valid", 0, 3, (4, 2, 3)], ids=str)
def test_padding_modes_are_those_of_the_layer(rng, mode, ndim, batch, padding):
    padding = padding[:ndim] if isinstance(padding, tuple) else padding
    kernel_size = (3, 2, 4)[:ndim]
    x = numbers(rng, (*batch, 2, *(6, 4, 5)[:ndim]))
    layer = MODULE[ndim](2, 3, kernel_size, padding=padding, dilation=1, padding_mode=mode).double()
    with torch.no_grad():
        expected = layer(torch.from_numpy(x)).numpy()
        weight, bias = layer.weight.numpy(), layer.bias.numpy()
    same(LIB[ndim](x, weight, bias, padding=padding, padding_mode=mode), expected)
