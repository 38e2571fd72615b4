"""Output sizes: the course's table, PyTorch's shapes on drawn settings, ints and tuples, and clear refusals."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import assume, given
from hypothesis import strategies as st

from lib import ShapeError, conv_output_size, conv_transpose_output_size, pool_output_size

TABLE = [  # size, kernel_size, stride, padding, dilation -> output
    (4, 3, 1, 0, 1, 2),
    (5, 4, 1, 2, 1, 6),
    (5, 3, 1, 1, 1, 5),
    (5, 3, 1, 2, 1, 7),
    (5, 3, 2, 0, 1, 2),
    (5, 3, 2, 1, 1, 3),
    (6, 3, 2, 1, 1, 3),
    (7, 3, 1, 0, 2, 3),
    (32, 3, 1, 0, 3, 26),
    (10, 3, 2, 0, 1, 4),
    (224, 7, 2, 3, 1, 112),
    (227, 11, 4, 0, 1, 55),
    (224, 11, 4, 0, 1, 54),
]


@pytest.mark.parametrize(("n", "k", "s", "p", "d", "expected"), TABLE)
def test_gives_the_table_of_the_course(n, k, s, p, d, expected):
    assert conv_output_size(n, k, stride=s, padding=p, dilation=d) == expected


@given(st.integers(1, 40), st.integers(1, 7), st.integers(1, 5), st.integers(0, 6), st.integers(1, 4))
def test_is_the_size_pytorch_gives(n, k, s, p, d):
    assume(n + 2 * p >= d * (k - 1) + 1)
    y = F.conv1d(torch.zeros(1, 1, n), torch.zeros(1, 1, k), None, s, p, d)
    assert conv_output_size(n, k, s, p, d) == y.shape[-1]


def test_counts_the_windows():
    n, k, s, p, d = 17, 3, 2, 2, 4
    starts = range(-p, n + p, s)
    assert conv_output_size(n, k, s, p, d) == sum(start + d * (k - 1) < n + p for start in starts)


def test_a_tuple_gives_a_tuple():
    assert conv_output_size((5, 6, 9), 3, stride=(2, 1, 2), padding=(1,)) == (3, 6, 5)
    assert conv_output_size(7, (3, 5)) == (5, 3)
    assert conv_output_size(np.int32(7), np.uint8(3)) == 5


def test_padding_by_name():
    assert conv_output_size(7, 3, stride=2, padding="valid") == 3
    assert conv_output_size((7, 4), 6, padding="same", dilation=2) == (7, 4)


@given(
    st.integers(1, 20), st.integers(1, 5), st.integers(1, 4), st.integers(0, 4), st.integers(0, 3), st.integers(1, 4)
)
def test_the_transposed_size_is_the_one_pytorch_gives(n, k, s, p, extra, d):
    try:
        y = F.conv_transpose1d(
            torch.zeros(1, 1, n).double(), torch.zeros(1, 1, k).double(), None, s, p, extra, dilation=d
        )
    except RuntimeError:
        with pytest.raises(ValueError, match=r"output_padding must be less|leaves nothing"):
            conv_transpose_output_size(n, k, s, p, extra, d)
    else:
        assert conv_transpose_output_size(n, k, s, p, extra, d) == y.shape[-1]


def test_the_transposed_size_is_a_size_convolution_maps_back():
    assert [conv_transpose_output_size(4, 3, 2, 1, extra) for extra in (0, 1)] == [7, 8]
    assert conv_output_size(7, 3, 2, 1) == conv_output_size(8, 3, 2, 1) == 4


def test_pooling_sizes():
    assert pool_output_size(112, 3, 2, 1) == 56
    assert pool_output_size((5, 6), 2, ceil_mode=True) == (3, 3)
    assert pool_output_size(4, 2, stride=3, padding=1, ceil_mode=True) == 2  # a third would start in the padding


REFUSED = {
    "a kernel too large": ((4, 5), {}, ShapeError, r"kernel_size: the kernel spans 5 .* padded input is only 4"),
    "too large by dilation": ((6, 3), {"dilation": 4, "padding": 1}, ShapeError, "spans 9 .size 3, dilation 4.*only 8"),
    "too large along one axis": (((9, 2), 3), {}, ShapeError, "only 2"),
    "stride 0": ((5, 3), {"stride": 0}, ValueError, "stride must be at least 1, but got 0"),
    "negative padding": ((5, 3), {"padding": -1}, ValueError, "padding must be at least 0, but got -1"),
    "dilation 0": ((5, 3), {"dilation": 0}, ValueError, "dilation must be at least 1, but got 0"),
    "kernel 0": ((5, 0), {}, ValueError, "kernel_size must be at least 1, but got 0"),
    "negative size": ((-5, 3), {}, ValueError, "size must be at least 0, but got -5"),
    "half a pixel": ((5, 3), {"stride": 1.5}, TypeError, "stride must be an int, but got 1.5"),
    "not a number": ((5, 3), {"padding": float("nan")}, TypeError, "padding must be an int, but got nan"),
    "a truth value": ((5, 3), {"stride": True}, TypeError, "stride must be an int, but got True"),
    "a word": (("5", 3), {}, TypeError, "size must be an int, but got '5'"),
    "an unknown padding": ((5, 3), {"padding": "full"}, ValueError, "padding must be one of 'valid', 'same', but got"),
    "same with a stride": (
        (5, 3),
        {"padding": "same", "stride": 2},
        ValueError,
        "padding='same' needs stride 1.*got.* 2",
    ),
    "two against three": (((5, 6, 7), (3, 3)), {}, ValueError, "kernel_size must be an int or have 3 entries.*got 2"),
    "no axis at all": (((), 3), {}, ValueError, "size must be an int or have .* entries, one per axis, but got 0"),
}


@pytest.mark.parametrize(("arguments", "options", "error", "message"), REFUSED.values(), ids=REFUSED)
def test_says_what_is_wrong(arguments, options, error, message):
    with pytest.raises(error, match=message):
        conv_output_size(*arguments, **options)


OTHERS = {
    "extra of the stride": (
        conv_transpose_output_size,
        (4, 3, 2, 1, 2),
        ValueError,
        "output_padding must be less than",
    ),
    "nothing left": (
        conv_transpose_output_size,
        (1, 3, 1, 2),
        ShapeError,
        "padding: 2 on each side leaves nothing of 3",
    ),
    "no input": (conv_transpose_output_size, (0, 3), ValueError, "size must be at least 1, but got 0"),
    "padding beyond half": (
        pool_output_size,
        (5, 3, 1, 2),
        ValueError,
        "padding must be at most half of kernel_size 3",
    ),
    "window too large": (pool_output_size, (5, 6), ShapeError, "kernel_size: the window spans 6 .*only 5"),
    "ceil mode a word": (pool_output_size, (5, 2, 2, 0, 1, "yes"), TypeError, "ceil_mode must be True or False"),
    "a float": (pool_output_size, (5, 2.0), TypeError, "kernel_size must be an int, but got 2.0"),
}


@pytest.mark.parametrize(("function", "arguments", "error", "message"), OTHERS.values(), ids=OTHERS)
def test_the_others_say_what_is_wrong(function, arguments, error, message):
    with pytest.raises(error, match=message):
        function(*arguments)
