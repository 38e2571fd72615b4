"""Convolutions taken apart agree with the whole kernel; what does not fit is refused."""

import numpy as np
import pytest
from scipy import signal

from lib import ShapeError, conv2d, depthwise_separable_conv2d, flattened_conv2d, separable_conv2d
from tests.oracles import numbers, same


def test_the_courses_kernel_is_an_outer_product(rng):
    column, row = np.array([0.5, 0.7, 0.8]), np.array([0.3, 0.4, 0.5])
    kernel = np.array([[0.15, 0.2, 0.25], [0.21, 0.28, 0.35], [0.24, 0.32, 0.4]])
    x = numbers(rng, (7, 9))
    same(separable_conv2d(x, column, row), conv2d(x[None], kernel[None, None])[0])
    same(separable_conv2d(x, column, row), signal.correlate2d(x, kernel, mode="valid"))


@pytest.mark.parametrize("options", [{}, {"stride": (2, 3)}, {"padding": (1, 2), "stride": 2}, {"padding": "same"}])
@pytest.mark.parametrize("lead", [(2, 3), (3,), (), (0, 3)])
def test_every_channel_alone(rng, lead, options):
    x, column, row = numbers(rng, (*lead, 8, 9)), numbers(rng, 3), numbers(rng, 4)
    whole = conv2d(x.reshape(int(np.prod(lead)), 1, 8, 9), np.outer(column, row)[None, None], **options)
    same(separable_conv2d(x, column, row, **options), whole.reshape(*lead, *whole.shape[2:]))


@pytest.mark.parametrize("lead", [(2,), ()])
@pytest.mark.parametrize("multiplier", [1, 2])
def test_depth_then_points_is_one_convolution_of_rank_one_kernels(rng, lead, multiplier):
    x, bias = numbers(rng, (*lead, 3, 8, 7)), numbers(rng, 5)
    depth, point = numbers(rng, (3 * multiplier, 1, 3, 2)), numbers(rng, (5, 3 * multiplier, 1, 1))
    options = {"stride": (1, 2), "padding": 1, "dilation": (2, 1)}
    whole = (point * depth[:, 0]).reshape(5, 3, multiplier, 3, 2).sum(axis=2)
    same(depthwise_separable_conv2d(x, depth, point, bias, **options), conv2d(x, whole, bias, **options))


@pytest.mark.parametrize("lead", [(2,), ()])
def test_flattened_is_a_kernel_of_rank_one_in_three_axes(rng, lead):
    x = numbers(rng, (*lead, 4, 8, 7))
    channel, column, row = numbers(rng, (5, 4)), numbers(rng, (5, 3)), numbers(rng, (5, 2))
    same(flattened_conv2d(x, channel, column, row), conv2d(x, np.einsum("oc,oh,ow->ochw", channel, column, row)))
    one = conv2d(x, np.einsum("c,h,w->chw", channel[0], column[0], row[0])[None])
    same(flattened_conv2d(x, channel[0], column[0], row[0]), one)


X = np.ones((2, 3, 5, 6))
# fmt: off
REFUSED = {
    "a column with axes": (separable_conv2d, (X, np.ones((3, 1)), np.ones(3)), ShapeError,
                           r"column must be a vector, but got shape \(3, 1\)"),
    "a row with axes": (separable_conv2d, (X, np.ones(3), np.ones((1, 3))), ShapeError, "row must be a vector"),
    "an image of one axis": (separable_conv2d, (X[0, 0, 0], np.ones(3), np.ones(3)), ShapeError,
                             r"x must be .* or \(H, W\), but got shape \(6,\)"),
    "a column too long": (separable_conv2d, (X, np.ones(6), np.ones(3)), ShapeError, "along H the kernel spans 6"),
    "mixed dtypes": (separable_conv2d, (X, np.ones(3, "f"), np.ones(3)), TypeError, "column has dtype float32"),
    "same with a stride": (separable_conv2d, (X, np.ones(3), np.ones(3), (1, 2), "same"), ValueError, "needs stride 1"),
    "a full depth kernel": (depthwise_separable_conv2d, (X, np.ones((3, 3, 2, 2)), np.ones((4, 3, 1, 1))), ShapeError,
                            r"depthwise_weight must be \(C·m, 1, KH, KW\), but got shape \(3, 3, 2, 2\)"),
    "points of 2×2": (depthwise_separable_conv2d, (X, np.ones((3, 1, 2, 2)), np.ones((4, 3, 2, 2))), ShapeError,
                      r"pointwise_weight must be \(O, 3, 1, 1\), but got shape \(4, 3, 2, 2\)"),
    "not every channel": (depthwise_separable_conv2d, (X, np.ones((2, 1, 2, 2)), np.ones((4, 2, 1, 1))), ShapeError,
                          "weight must have a multiple of groups=3 kernels, but got 2"),
    "channels": (flattened_conv2d, (X, np.ones(4), np.ones(2), np.ones(2)), ShapeError,
        "x must have 4 channels.*got 3"),
    "filters": (flattened_conv2d, (X, np.ones((4, 3)), np.ones((2, 2)), np.ones((4, 2))), ShapeError,
                "column must have 4 filters, as many as channel, but got 2"),
    "vectors and matrices": (flattened_conv2d, (X, np.ones((4, 3)), np.ones(2), np.ones(2)), ShapeError,
                             "column must be a vector, or all three matrices"),
}
# fmt: on


@pytest.mark.parametrize(("function", "arguments", "error", "message"), REFUSED.values(), ids=REFUSED)
def test_says_what_does_not_fit(function, arguments, error, message):
    with pytest.raises(error, match=message):
        function(*arguments)
