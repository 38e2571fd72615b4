"""Pooling: against PyTorch with all its corners, against the plain definition, by laws, and in what it refuses."""

import itertools
import tracemalloc

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st

import lib
from lib import ShapeError, avg_pool1d, avg_pool2d, avg_pool3d, max_pool1d, max_pool2d, max_pool3d, pool_output_size
from tests.oracles import FLOATS, INTS, SEEDS, answer, layouts, numbers, per_axis, same

MAX = {n: getattr(lib, f"max_pool{n}d") for n in (1, 2, 3)}
AVG = {n: getattr(lib, f"avg_pool{n}d") for n in (1, 2, 3)}
TORCH = {(name, n): getattr(F, f"{name}_pool{n}d") for name in ("max", "avg") for n in (1, 2, 3)}


def test_largest_by_definition(rng):
    x = numbers(rng, (2, 3, 7, 8))
    y, where = max_pool2d(x, (2, 3), stride=(3, 2), return_indices=True)
    for n, c, i, j in np.ndindex(*y.shape):
        window = x[n, c, 3 * i : 3 * i + 2, 2 * j : 2 * j + 3]
        assert y[n, c, i, j] == window.max() == x[n, c].flat[where[n, c, i, j]]


def test_mean_by_definition(rng):
    x = numbers(rng, (2, 3, 7, 8))
    y = avg_pool2d(x, (2, 3), stride=(3, 2))
    for n, c, i, j in np.ndindex(*y.shape):
        assert np.isclose(y[n, c, i, j], x[n, c, 3 * i : 3 * i + 2, 2 * j : 2 * j + 3].mean())


@st.composite
def inputs(draw, dtypes):
    ndim, dtype = draw(st.sampled_from([1, 2, 2, 3])), draw(st.sampled_from(dtypes))
    rng = np.random.default_rng(draw(SEEDS))
    lead = draw(st.sampled_from([(2, 3), (1, 1), (3,), (0, 2)]))
    x = np.round(3 * rng.normal(size=(*lead, *draw(st.tuples(*[st.integers(1, 9)] * ndim)))))  # rounded: many ties
    x = x.astype(dtype)
    if np.dtype(dtype).kind == "f":
        for value in draw(st.lists(st.sampled_from([np.nan, np.inf, -np.inf, -np.inf]), max_size=5)):
            if x.size:
                x.flat[rng.integers(x.size)] = value
        if draw(st.integers(0, 7)) == 7:
            x[...] = -np.inf
    options = {
        "kernel_size": draw(per_axis(ndim, 1, 5)),
        "stride": draw(st.one_of(st.none(), per_axis(ndim, 1, 5))),
        "padding": draw(per_axis(ndim, 0, 2)),
        "ceil_mode": draw(st.booleans()),
    }
    return x, ndim, options


@given(inputs([*FLOATS, *INTS]), st.data())
def test_max_pool_matches_pytorch_or_is_refused_as_there(drawn, data):
    x, ndim, options = drawn
    options["dilation"] = data.draw(per_axis(ndim, 1, 3))
    try:
        expected = answer(TORCH["max", ndim], x, **options, return_indices=True)
    except RuntimeError:
        with pytest.raises(ValueError, match=r"padding must be at most half|the window spans"):
            MAX[ndim](x, **options)
    else:
        for actual, part in zip(MAX[ndim](x, **options, return_indices=True), expected, strict=True):
            same(actual, part)
        np.testing.assert_array_equal(MAX[ndim](x, **options), expected[0])


@given(inputs([*FLOATS, "int64"]), st.booleans(), st.sampled_from([None, None, 1, 3, -2]))
def test_avg_pool_matches_pytorch_or_is_refused_as_there(drawn, count_include_pad, divisor):
    x, ndim, options = drawn
    options["count_include_pad"] = count_include_pad
    if ndim > 1:  # PyTorch's avg_pool1d has no divisor
        options["divisor_override"] = divisor
    try:
        expected = answer(TORCH["avg", ndim], x, **options)
    except NotImplementedError:  # float16 in three dimensions
        expected = answer(TORCH["avg", ndim], x.astype("f"), **options).astype(x.dtype)
    except RuntimeError:
        with pytest.raises(ValueError, match=r"padding must be at most half|the window spans|at least as large"):
            AVG[ndim](x, **options)
        return
    same(AVG[ndim](x, **options), expected)


# fmt: off
CORNERS = {
    "ceil mode overhangs": ((1, 1, 5, 6), {"kernel_size": 2, "ceil_mode": True}),
    "but does not start in the padding": ((1, 1, 4, 5), {"kernel_size": 2, "stride": 3, "padding": 1,
        "ceil_mode": True}),
    "a kernel larger than the input": ((1, 1, 4, 5), {"kernel_size": 7, "ceil_mode": True}),
    "ceil mode with padding": ((1, 2, 7, 6), {"kernel_size": 3, "stride": 2, "padding": 1, "ceil_mode": True}),
    "stride beyond the kernel": ((1, 2, 9, 8), {"kernel_size": (2, 1), "stride": (4, 3)}),
    "unequal": ((2, 3, 9, 11), {"kernel_size": (2, 5), "stride": (3, 1), "padding": (0, 2)}),
    "NumPy integers and lists": ((2, 3, 9, 8), {"kernel_size": np.int64(3), "stride": [2, 3],
        "padding": (np.int8(1),)}),
    "an empty stride is none": ((2, 3, 9, 8), {"kernel_size": 3, "stride": []}),
    "unbatched": ((3, 9, 8), {"kernel_size": 3, "stride": 2}),
    "empty batch": ((0, 3, 9, 8), {"kernel_size": 3}),
    "more than a tile": ((1, 2, 400, 501), {"kernel_size": 3, "stride": 2, "padding": 1}),
    "many planes": ((3, 37, 40, 30), {"kernel_size": (3, 2), "stride": (2, 1), "padding": 1}),
    "a large kernel": ((1, 1, 30, 41), {"kernel_size": (13, 23), "stride": 1, "padding": (6, 11)}),
}
# fmt: on


@pytest.mark.parametrize(("shape", "options"), CORNERS.values(), ids=CORNERS)
def test_matches_pytorch(rng, shape, options):
    x = numbers(rng, shape)
    plain = {n: [int(v) for v in o] if isinstance(o, (tuple, list)) else o for n, o in options.items()}
    for actual, part in zip(
        max_pool2d(x, **options, return_indices=True),
        answer(F.max_pool2d, x, **plain, return_indices=True),
        strict=True,
    ):
        same(actual, part)
    for counted in (True, False):
        expected = answer(F.avg_pool2d, x, **plain, count_include_pad=counted)
        same(avg_pool2d(x, **options, count_include_pad=counted), expected)


def test_of_equal_numbers_the_first_wins_and_of_nans_the_last():
    x = np.array([[[5, 1, 5], [5, 5, 0]]], float)
    assert max_pool2d(x, (2, 3), return_indices=True)[1].item() == 0
    x[0, 0, 2] = x[0, 1, 1] = np.nan
    y, where = max_pool2d(x, (2, 3), return_indices=True)
    assert np.isnan(y).all()
    assert where.item() == 4


def test_whole_numbers_are_averaged_toward_zero():
    x = np.array([[[457, 0], [0, 0]], [[-3, 0], [0, 0]]])
    assert avg_pool2d(x, 2).ravel().tolist() == [114, 0]
    assert avg_pool2d(x, 2, divisor_override=-2).ravel().tolist() == [-228, 1]


@pytest.mark.parametrize("dtype", ["uint8", "int8", "int16", "int32", "uint64"])
def test_means_of_small_whole_numbers_do_not_wrap_around(dtype):
    x = np.full((1, 6, 4), 120, dtype)
    assert avg_pool2d(x, (3, 2)).tolist() == [[[120, 120], [120, 120]]]
    assert avg_pool2d(x, (3, 2)).dtype == dtype


def test_truth_values_have_a_largest_but_no_mean():
    x = np.array([[[False, True, False, False]]])
    assert max_pool2d(x, (1, 2)).tolist() == [[[True, False]]]
    with pytest.raises(TypeError, match="x has dtype bool, but expected int or float or complex"):
        avg_pool2d(x, (1, 2))


@pytest.mark.parametrize("layout", layouts(np.zeros((1, 1, 1, 1))))
def test_any_memory_layout_will_do_and_nothing_is_changed(rng, layout):
    x = numbers(rng, (2, 4, 7, 5))
    before, options = x.copy(), {"kernel_size": 3, "stride": 2, "padding": 1}
    for ours, plain in zip(
        max_pool2d(layouts(x)[layout], **options, return_indices=True),
        max_pool2d(x, **options, return_indices=True),
        strict=True,
    ):
        same(ours, plain)
    same(avg_pool2d(layouts(x)[layout], **options), avg_pool2d(x, **options))
    np.testing.assert_array_equal(x, before)


def test_max_pool_commutes_with_what_keeps_order(rng):
    x = numbers(rng, (2, 3, 7, 8))
    same(max_pool2d(np.exp(x), 3, 2, 1), np.exp(max_pool2d(x, 3, 2, 1)))


def test_avg_pool_is_a_depthwise_convolution(rng):
    x = numbers(rng, (2, 3, 7, 8))
    same(avg_pool2d(x, (2, 3), 2, 1), lib.conv2d(x, np.full((3, 1, 2, 3), 1 / 6), stride=2, padding=1, groups=3))


def test_each_axis_alone(rng):
    x = numbers(rng, (2, 3, 7, 8))
    same(max_pool2d(x, (2, 3), 1), max_pool2d(max_pool2d(x, (2, 1), 1), (1, 3), 1))
    same(max_pool1d(x[0], 3, 2), max_pool2d(x[:1], (1, 3), (1, 2))[0])
    volume = numbers(rng, (1, 2, 5, 6, 7))
    same(max_pool3d(volume, (1, 2, 3)), max_pool2d(volume[0], (2, 3))[None])
    same(avg_pool3d(volume, (1, 2, 3)), avg_pool2d(volume[0], (2, 3))[None])
    same(avg_pool1d(x[0], 3, 2, divisor_override=2), avg_pool2d(x[:1], (1, 3), (1, 2), divisor_override=2)[0])


@pytest.mark.parametrize("pool", [max_pool2d, avg_pool2d])
def test_memory_does_not_grow_with_the_image(pool):
    x = np.ones((1, 2, 2000, 1000), np.float32)
    tracemalloc.start()
    y = pool(x, 3, stride=2, padding=1)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak - y.nbytes < 2 * 2**20


def test_the_size_is_pytorchs():
    for n, k, s, p, d, ceil_mode in itertools.product(
        (1, 4, 7, 8), (1, 2, 3, 5), (1, 2, 4), (0, 1, 2), (1, 2), (False, True)
    ):
        try:
            y = F.max_pool2d(torch.zeros(1, 1, n, 1), (k, 1), (s, 1), (p, 0), (d, 1), ceil_mode)
        except RuntimeError:
            with pytest.raises(ValueError, match=r"padding must be at most half of kernel_size|the window spans"):
                pool_output_size(n, k, s, p, d, ceil_mode)
        else:
            assert pool_output_size(n, k, s, p, d, ceil_mode) == y.shape[2]


X = np.ones((2, 4, 6, 5))
# fmt: off
REFUSED = {
    "kernel too large": (max_pool2d, X, {"kernel_size": 6}, ShapeError,
                         r"kernel_size: the window spans 6 \(size 6, dilation 1\), but the padded input is only 5"),
    "too large by dilation": (max_pool2d, X, {"kernel_size": 3, "dilation": (1, 3)}, ShapeError, "spans 7 .*only 5"),
    "padding beyond half": (max_pool2d, X, {"kernel_size": 3, "padding": 2}, ValueError,
        "padding must be at most half of kernel_size 3, but got 2"),
    "dilation does not help": (max_pool2d, X, {"kernel_size": 2, "padding": 2, "dilation": 2}, ValueError,
        "at most half of kernel_size 2"),
    "padding beyond half of one": (avg_pool2d, X, {"kernel_size": (4, 1), "padding": 1}, ValueError,
        "half of kernel_size 1, but got 1"),
    "kernel 0": (max_pool2d, X, {"kernel_size": 0}, ValueError, "kernel_size must be at least 1, but got 0"),
    "negative kernel": (avg_pool2d, X, {"kernel_size": (2, -1)}, ValueError,
        "kernel_size must be at least 1, but got -1"),
    "three kernels": (max_pool2d, X, {"kernel_size": (2, 2, 2)}, ValueError,
        "kernel_size must be an int or a tuple of 2"),
    "no kernel": (avg_pool2d, X, {"kernel_size": None}, TypeError, "kernel_size must be an int .* but got None"),
    "half a kernel": (max_pool2d, X, {"kernel_size": 2.5}, TypeError, "kernel_size must be an int .* but got 2.5"),
    "stride 0": (max_pool2d, X, {"kernel_size": 2, "stride": 0}, ValueError, "stride must be at least 1, but got 0"),
    "an array of strides": (max_pool2d, X, {"kernel_size": 2, "stride": np.array([2, 2])}, TypeError,
        r"stride must be an int .* got array\(\[2, 2\]\)"),
    "a true stride": (avg_pool2d, X, {"kernel_size": 2, "stride": np.True_}, TypeError,
        "stride must be an int .* got (np.)?True"),
    "a word for stride": (avg_pool2d, X, {"kernel_size": 2, "stride": "2"}, TypeError,
        "stride must be an int .* got '2'"),
    "negative padding": (avg_pool2d, X, {"kernel_size": 2, "padding": -1}, ValueError,
        "padding must be at least 0, but got -1"),
    "padding by name": (max_pool2d, X, {"kernel_size": 2, "padding": "same"}, TypeError,
        "padding must be an int .* got 'same'"),
    "dilation 0": (max_pool2d, X, {"kernel_size": 2, "dilation": 0}, ValueError,
        "dilation must be at least 1, but got 0"),
    "divisor 0": (avg_pool2d, X, {"kernel_size": 2, "divisor_override": 0}, ValueError,
        "divisor_override must not be 0"),
    "half a divisor": (avg_pool2d, X, {"kernel_size": 2, "divisor_override": 0.5}, TypeError,
        "divisor_override must be an int, but got 0.5"),
    "ceil mode a number": (max_pool2d, X, {"kernel_size": 2, "ceil_mode": 1}, TypeError,
        "ceil_mode must be True or False, but got 1"),
    "indices a word": (max_pool2d, X, {"kernel_size": 2, "return_indices": "yes"}, TypeError,
        "return_indices must be True or False"),
    "counting a number": (avg_pool2d, X, {"kernel_size": 2, "count_include_pad": 0}, TypeError,
        "count_include_pad must be True or False"),
    "a plane": (max_pool2d, X[0, 0], {"kernel_size": 2}, ShapeError, r"x must be \(N, C, H, W\) .* got shape \(6, 5\)"),
    "a vector": (avg_pool1d, X[0, 0, 0], {"kernel_size": 2}, ShapeError, r"x must be \(N, C, L\) .* got shape \(5,\)"),
    "too many axes": (max_pool1d, X, {"kernel_size": 2}, ShapeError,
        r"x must be \(N, C, L\) .* got shape \(2, 4, 6, 5\)"),
    "no channels": (max_pool2d, X[:, :0], {"kernel_size": 2}, ShapeError,
        r"x must have at least one channel.*\(2, 0, 6, 5\)"),
    "no pixels": (avg_pool2d, X[..., :0], {"kernel_size": 2, "padding": 1}, ShapeError,
        r"and one pixel along.*\(2, 4, 6, 0\)"),
    "a volume less deep than its kernel": (avg_pool3d, np.ones((1, 2, 6, 5)), {"kernel_size": (3, 1, 1),
        "padding": (1, 0, 0)},
                                           ShapeError, r"x must be at least as large as the kernel.*\(2, 6, 5\)"),
    "complex numbers": (max_pool2d, X + 1j, {"kernel_size": 2}, TypeError,
        "x has dtype complex128, but expected bool or int or float"),
    "words": (avg_pool2d, np.full((1, 2, 2), "a"), {"kernel_size": 2}, TypeError, "x has dtype <U1"),
}
# fmt: on


@pytest.mark.parametrize(("function", "x", "options", "error", "message"), REFUSED.values(), ids=REFUSED)
def test_says_what_does_not_fit(function, x, options, error, message):
    with pytest.raises(error, match=message):
        function(x, **options)
