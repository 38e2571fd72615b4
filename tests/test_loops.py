"""corr2d and convolve2d: the numbers of the first chapter, SciPy's numbers on drawn matrices, and clear refusals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import signal

from lib import ShapeError, convolve2d, corr2d

STRIPES = np.ones((6, 8))
STRIPES[:, 2:6] = 0
KNOWN = {
    "the first window": (np.arange(9).reshape(3, 3), np.arange(4).reshape(2, 2), [[19, 25], [37, 43]]),
    "vertical edges": (STRIPES, np.array([[2, -2]]), [[0, 2, 0, 0, 0, -2, 0]] * 6),
    "horizontal edges": (STRIPES.T[:, :5], np.array([[2], [-2]]), [[row] * 5 for row in (0, 2, 0, 0, 0, -2, 0)]),
    "a second pass": (np.array([[19, 25], [37, 43]]), np.array([[1, 0], [1, 3]]), [[185]]),
}


@pytest.mark.parametrize(("X", "K", "expected"), KNOWN.values(), ids=KNOWN)
def test_gives_the_numbers_of_the_chapter(X, K, expected):
    np.testing.assert_array_equal(corr2d(X, K), expected)


def test_true_convolution_flips_the_kernel():
    X, K = np.arange(9).reshape(3, 3), np.arange(4).reshape(2, 2)
    np.testing.assert_array_equal(convolve2d(X, K), [[5, 11], [23, 29]])


@st.composite
def pairs(draw):
    (h, w), (more_h, more_w) = (draw(st.tuples(st.integers(1, 4), st.integers(1, 4))) for _ in range(2))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    return rng.normal(size=(h + more_h - 1, w + more_w)), rng.normal(size=(h, w))


@given(pairs())
def test_agrees_with_scipy(pair):
    np.testing.assert_allclose(corr2d(*pair), signal.correlate2d(*pair, mode="valid"), atol=1e-12)
    np.testing.assert_allclose(convolve2d(*pair), signal.convolve2d(*pair, mode="valid"), atol=1e-12)


@pytest.mark.parametrize(
    ("left", "right", "result"),
    [
        ("int64", "float32", "float64"),
        ("uint8", "int64", "int64"),
        ("float16", "float16", "float16"),
        ("complex64", "float32", "complex64"),
    ],
)
def test_the_dtype_is_the_one_of_the_product(left, right, result):
    X, K = np.array([[1, 2, 7]]).astype(left), np.array([[1, 3]]).astype(right)
    for function, expected in ((corr2d, [[7, 23]]), (convolve2d, [[5, 13]])):
        answer = function(X, K)
        assert answer.dtype == result
        np.testing.assert_array_equal(answer, expected)


def test_lists_will_do_and_nothing_is_changed():
    X, K = [[1, 2, 7]], np.array([[1, -1]])
    before = K.copy()
    np.testing.assert_array_equal(corr2d(X, K), [[-1, -5]])
    np.testing.assert_array_equal(convolve2d(X, K), [[1, 5]])
    np.testing.assert_array_equal(K, before)


ONES = np.ones((3, 4))
REFUSED = {
    "K too high": (
        ONES,
        np.ones((4, 1)),
        ShapeError,
        r"K must be no larger than X, but K has shape \(4, 1\) and X only \(3, 4\)",
    ),
    "K too wide": (ONES, np.ones((1, 5)), ShapeError, r"K has shape \(1, 5\) and X only \(3, 4\)"),
    "a vector": (ONES[0], np.ones((1, 2)), ShapeError, r"X must be a matrix .* got shape \(4,\)"),
    "a stack": (ONES, np.ones((1, 1, 2)), ShapeError, r"K must be a matrix .* got shape \(1, 1, 2\)"),
    "an empty kernel": (ONES, np.ones((0, 2)), ShapeError, r"K must have at least one row .* got shape \(0, 2\)"),
    "an empty image": (
        np.ones((0, 4)),
        np.ones((1, 2)),
        ShapeError,
        r"X must have at least one row .* got shape \(0, 4\)",
    ),
    "words": (ONES, np.array([["a"]]), TypeError, "K has dtype <U1, but expected int or float or complex"),
    "truth values": (ONES > 0, np.ones((1, 1)), TypeError, "X has dtype bool"),
    "a ragged list": ([[1, 2], [3]], np.ones((1, 1)), TypeError, "X must be an array of numbers, but got list"),
    "nothing": (None, np.ones((1, 1)), TypeError, "X has dtype object"),
}


@pytest.mark.parametrize("function", [corr2d, convolve2d])
@pytest.mark.parametrize(("X", "K", "error", "message"), REFUSED.values(), ids=REFUSED)
def test_says_what_does_not_fit(function, X, K, error, message):
    with pytest.raises(error, match=message):
        function(X, K)
