"""The gradients of conv1d, conv2d and conv3d: against PyTorch, against central differences, and in what they refuse."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn import grad

import lib
from lib import ShapeError, conv2d_input, conv2d_weight
from tests.oracles import FLOATS, SEEDS, answer, layouts, numbers, per_axis, same

CONV = {n: getattr(lib, f"conv{n}d") for n in (1, 2, 3)}
INPUT = {n: getattr(lib, f"conv{n}d_input") for n in (1, 2, 3)}
WEIGHT = {n: getattr(lib, f"conv{n}d_weight") for n in (1, 2, 3)}
# fmt: off
CASES = {
    "plain": {"x": (2, 3, 7, 5), "w": (4, 3, 3, 2)},
    "a stride that leaves pixels unseen": {"x": (2, 3, 9, 8), "w": (4, 3, 2, 3), "stride": (4, 3)},
    "padding": {"x": (2, 3, 5, 4), "w": (4, 3, 3, 2), "padding": (2, 1)},
    "dilation": {"x": (2, 3, 9, 8), "w": (4, 3, 3, 2), "dilation": (2, 3)},
    "groups": {"x": (2, 6, 5, 4), "w": (9, 2, 3, 2), "groups": 3},
    "depthwise": {"x": (2, 5, 6, 4), "w": (5, 1, 3, 2), "groups": 5},
    "all at once": {"x": (2, 4, 9, 11), "w": (6, 2, 3, 2), "stride": (2, 3), "padding": (1, 3), "dilation": (3, 2),
                    "groups": 2},
    "one by one": {"x": (2, 3, 5, 4), "w": (4, 3, 1, 1), "stride": (2, 3)},
    "more than a tile": {"x": (2, 8, 41, 53), "w": (4, 8, 5, 7), "padding": 3},
    "signal": {"x": (2, 4, 11), "w": (6, 2, 3), "stride": 2, "padding": 2, "dilation": 2, "groups": 2},
    "volume": {"x": (2, 4, 5, 7, 6), "w": (6, 2, 3, 2, 1), "stride": (1, 2, 3), "padding": (2, 1, 0), "groups": 2},
    "empty batch": {"x": (0, 3, 7, 5), "w": (4, 3, 3, 2)},
}
# fmt: on


@pytest.fixture(params=CASES.values(), ids=CASES.keys())
def case(request, rng):
    options = dict(request.param)
    x, w = numbers(rng, options.pop("x")), numbers(rng, options.pop("w"))
    return x, w, numbers(rng, CONV[x.ndim - 2](x, w, **options).shape), options


def test_match_pytorch(case):
    x, w, slopes, options = case
    n = x.ndim - 2
    expected = answer(getattr(grad, f"conv{n}d_input"), x.shape, w, slopes, **options)
    same(INPUT[n](x.shape, w, slopes, **options), expected)
    expected = answer(getattr(grad, f"conv{n}d_weight"), x, w.shape, slopes, **options)
    same(WEIGHT[n](x, list(w.shape), slopes, **options), expected)


def test_match_central_differences(case):
    x, w, slopes, options = case
    n = x.ndim - 2
    rng = np.random.default_rng(5)
    for array, gradient in (
        (x, INPUT[n](x.shape, w, slopes, **options)),
        (w, WEIGHT[n](x, w.shape, slopes, **options)),
    ):
        for _ in range(3):  # along drawn directions
            step = rng.normal(size=array.shape)
            ends = []
            for sign in (1, -1):
                moved = [a + sign * step if a is array else a for a in (x, w)]
                ends.append((CONV[n](*moved, **options) * slopes).sum())
            assert np.isclose((ends[0] - ends[1]) / 2, (gradient * step).sum(), atol=1e-9)


@st.composite
def configurations(draw):
    ndim, groups = draw(st.sampled_from([1, 2, 2, 3])), draw(st.integers(1, 3))
    rng, dtype = np.random.default_rng(draw(SEEDS)), draw(st.sampled_from(FLOATS))
    x = numbers(
        rng,
        (draw(st.integers(0, 3)), groups * draw(st.integers(1, 2)), *draw(st.tuples(*[st.integers(3, 9)] * ndim))),
        dtype,
    )
    w = numbers(
        rng,
        (groups * draw(st.integers(1, 2)), x.shape[1] // groups, *draw(st.tuples(*[st.integers(1, 3)] * ndim))),
        dtype,
    )
    options = {
        "stride": draw(per_axis(ndim, 1, 4)),
        "padding": draw(per_axis(ndim, 1, 4)),
        "dilation": draw(per_axis(ndim, 1, 2)),
    }
    return x, w, {**options, "groups": groups}


@given(configurations())
def test_drawn_configurations_match_autograd(configuration):
    x, w, options = configuration
    n = x.ndim - 2
    tensors = [torch.tensor(a, requires_grad=True) for a in (x, w)]
    y = getattr(torch.nn.functional, f"conv{n}d")(*tensors, **options)
    slopes = torch.cos(torch.arange(y.numel(), dtype=torch.float64)).reshape(y.shape).to(y.dtype)
    y.backward(slopes)
    same(INPUT[n](x.shape, w, slopes.numpy(), **options), tensors[0].grad.numpy())
    same(WEIGHT[n](x, w.shape, slopes.numpy(), **options), tensors[1].grad.numpy())


@pytest.mark.parametrize("dtype", ["int64", "complex128", "uint8"])
def test_dtypes_that_pytorch_lacks_are_answered(rng, dtype):
    x, w, slopes = (rng.integers(0, 3, shape) for shape in ((2, 3, 5, 4), (4, 3, 3, 2), (2, 4, 3, 3)))
    for function, arguments in ((conv2d_input, (x.shape, w, slopes)), (conv2d_weight, (x, w.shape, slopes))):
        result = function(*(a.astype(dtype) if isinstance(a, np.ndarray) else a for a in arguments))
        exact = function(*(a.astype(float) if isinstance(a, np.ndarray) else a for a in arguments))
        assert result.dtype == dtype
        np.testing.assert_array_equal(result, exact.astype(dtype))


@pytest.mark.parametrize("layout", layouts(np.zeros((1, 1, 1, 1))))
def test_any_memory_layout_will_do(rng, layout):
    x, w, slopes = numbers(rng, (2, 4, 7, 5)), numbers(rng, (6, 2, 3, 2)), numbers(rng, (2, 6, 4, 3))
    options, place = {"stride": 2, "padding": 1, "groups": 2}, lambda a: layouts(a)[layout]
    same(conv2d_input(x.shape, place(w), place(slopes), **options), conv2d_input(x.shape, w, slopes, **options))
    same(conv2d_weight(place(x), w.shape, place(slopes), **options), conv2d_weight(x, w.shape, slopes, **options))


X, W, Y = np.ones((2, 4, 6, 5)), np.ones((6, 4, 3, 2)), np.ones((2, 6, 4, 4))
# fmt: off
REFUSED = {
    "another input": (conv2d_input, ((2, 4, 7, 5), W, Y), {}, ShapeError,
                      r"grad_output must have shape \(2, 6, 5, 4\), .* but got \(2, 6, 4, 4\)"),
    "another batch": (conv2d_weight, (X[:1], W.shape, Y), {}, ShapeError,
        r"grad_output must have shape \(1, 6, 4, 4\)"),
    "another kernel": (conv2d_weight, (X, (6, 4, 2, 2), Y), {}, ShapeError,
        r"grad_output must have shape \(2, 6, 5, 4\)"),
    "unbatched": (conv2d_input, ((4, 6, 5), W, Y[0]), {}, ShapeError,
        r"input_size must be \(N, C, H, W\), but got \(4, 6, 5\)"),
    "unbatched too": (conv2d_weight, (X[0], W.shape, Y[0]), {}, ShapeError,
        r"input must be \(N, C, H, W\), but got \(4, 6, 5\)"),
    "channels": (conv2d_input, ((2, 3, 6, 5), W, Y), {}, ShapeError, "x must have 4 channels.*got 3"),
    "a size that is a number": (conv2d_input, (7, W, Y), {}, TypeError,
        "input_size must be a tuple of ints, but got 7"),
    "a size of fractions": (conv2d_weight, (X, (6, 4, 3.0, 2), Y), {}, TypeError,
        "weight_size must be an int, but got 3.0"),
    "a negative size": (conv2d_weight, (X, (6, 4, -3, 2), Y), {}, ValueError,
        "weight_size must be at least 0, but got -3"),
    "padding by name": (conv2d_input, (X.shape, W, Y), {"padding": "same"}, TypeError,
        "padding must be an int .*'same'"),
    "stride 0": (conv2d_input, (X.shape, W, Y), {"stride": 0}, ValueError, "stride must be at least 1, but got 0"),
    "kernel too large": (conv2d_weight, (X, (6, 4, 7, 2), Y), {}, ShapeError, "along H the kernel spans 7"),
    "mixed dtypes": (conv2d_weight, (X, W.shape, Y.astype("f")), {}, TypeError,
        "grad_output has dtype float32.*float64"),
}
# fmt: on


@pytest.mark.parametrize(("function", "arguments", "options", "error", "message"), REFUSED.values(), ids=REFUSED)
def test_says_what_does_not_fit(function, arguments, options, error, message):
    with pytest.raises(error, match=message):
        function(*arguments, **options)
