"""conv_transpose1d, 2d and 3d: against PyTorch, as the adjoint of conv, and in what they refuse."""

import tracemalloc

import numpy as np
import pytest
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st

from lib import ShapeError, conv1d, conv2d, conv3d, conv_transpose1d, conv_transpose2d, conv_transpose3d
from tests.oracles import COMPLEX, FLOATS, SEEDS, answer, layouts, numbers, per_axis, same

LIB = {1: conv_transpose1d, 2: conv_transpose2d, 3: conv_transpose3d}
CONV = {1: conv1d, 2: conv2d, 3: conv3d}
TORCH = {1: F.conv_transpose1d, 2: F.conv_transpose2d, 3: F.conv_transpose3d}

# fmt: off
CASES = {
    "plain": {"x": (2, 3, 4, 5), "w": (3, 2, 3, 2)},
    "unbatched": {"x": (3, 4, 5), "w": (3, 2, 3, 2)},
    "empty batch": {"x": (0, 3, 4, 5), "w": (3, 2, 3, 2)},
    "stride": {"x": (2, 3, 4, 5), "w": (3, 2, 3, 4), "stride": (2, 3)},
    "stride beyond the kernel": {"x": (2, 3, 4, 5), "w": (3, 2, 2, 1), "stride": (3, 4)},
    "padding": {"x": (2, 3, 4, 5), "w": (3, 2, 3, 4), "padding": (1, 2)},
    "padding that cuts into the copies": {"x": (2, 3, 6, 5), "w": (3, 2, 2, 1), "padding": (2, 1), "stride": 2},
    "output padding": {"x": (2, 3, 4, 5), "w": (3, 2, 3, 2), "stride": (3, 2), "output_padding": (2, 1)},
    "output padding below the dilation": {"x": (2, 3, 4, 5), "w": (3, 2, 3, 2), "dilation": 3, "output_padding": 2},
    "dilation": {"x": (2, 3, 4, 5), "w": (3, 2, 3, 2), "dilation": (2, 3)},
    "dilation and stride share a factor": {"x": (2, 3, 4, 5), "w": (3, 2, 3, 4), "dilation": (4, 6), "stride": (6, 4)},
    "groups": {"x": (2, 6, 4, 5), "w": (6, 2, 3, 2), "groups": 3},
    "depthwise": {"x": (2, 4, 4, 5), "w": (4, 1, 3, 2), "groups": 4, "stride": 2},
    "all at once": {"x": (2, 4, 3, 5), "w": (4, 3, 3, 2), "stride": (2, 3), "padding": (1, 2), "dilation": (3, 2),
                    "output_padding": (1, 2), "groups": 2},
    "more than a tile": {"x": (2, 16, 31, 43), "w": (16, 5, 4, 6), "stride": 2, "padding": 1},
    "signal": {"x": (2, 4, 7), "w": (4, 3, 4), "stride": 3, "padding": 1, "output_padding": 1, "groups": 2},
    "signal, unbatched": {"x": (4, 7), "w": (4, 3, 4), "stride": [2], "padding": (np.int16(1),)},
    "volume": {"x": (1, 4, 3, 2, 4), "w": (4, 2, 2, 3, 4), "stride": (2, 1, 3), "padding": (1, 0, 2), "groups": 2,
               "dilation": (1, 3, 2), "output_padding": (1, 2, 0)},
}
# fmt: on


@pytest.fixture(params=CASES.values(), ids=CASES.keys())
def case(request, rng):
    options = dict(request.param)
    x, w = numbers(rng, options.pop("x")), numbers(rng, options.pop("w"))
    return x, w, numbers(rng, w.shape[1] * options.get("groups", 1)), options


def test_matches_pytorch(case):
    x, w, bias, options = case
    same(LIB[w.ndim - 2](x, w, **options), answer(TORCH[w.ndim - 2], x, w, **options))
    same(LIB[w.ndim - 2](x, w, bias, **options), answer(TORCH[w.ndim - 2], x, w, bias, **options))


def test_every_pixel_spreads_a_copy_of_the_kernel(rng):
    x, w, (down, across) = numbers(rng, (3, 4)), numbers(rng, (2, 3)), (2, 1)
    spread = np.zeros((2 * down + 2, 3 * across + 3))
    for i, j in np.ndindex(*x.shape):
        spread[i * down : i * down + 2, j * across : j * across + 3] += x[i, j] * w
    same(conv_transpose2d(x[None], w[None, None], stride=(down, across))[0], spread)


@st.composite
def configurations(draw):
    ndim = draw(st.sampled_from([1, 2, 2, 3]))
    groups, dtype = draw(st.integers(1, 3)), draw(st.sampled_from([*FLOATS, *COMPLEX, "int64"]))
    rng = np.random.default_rng(draw(SEEDS))
    size = draw(st.tuples(*[st.integers(1, 6)] * ndim))
    kernel_size = draw(st.tuples(*[st.integers(1, 4)] * ndim))
    x = numbers(rng, (*draw(st.sampled_from([(), (1,), (3,)])), groups * draw(st.integers(1, 2)), *size), dtype)
    w = numbers(rng, (x.shape[-ndim - 1], draw(st.integers(1, 2)), *kernel_size), dtype)
    bias = numbers(rng, w.shape[1] * groups, dtype) if draw(st.booleans()) else None
    options = {
        "stride": draw(per_axis(ndim, 1, 4)),
        "padding": draw(per_axis(ndim, 0, 4)),
        "output_padding": draw(per_axis(ndim, 0, 3)),
        "groups": groups,
        "dilation": draw(per_axis(ndim, 1, 4)),
    }
    return x, w, bias, options


@given(configurations())
def test_drawn_configurations_match_pytorch_or_are_refused_as_there(configuration):
    x, w, bias, options = configuration
    try:
        expected = answer(TORCH[w.ndim - 2], x, w, bias, **options)
    except RuntimeError:
        with pytest.raises(ValueError, match=r"output_padding must be less|padding: .* leaves nothing"):
            LIB[w.ndim - 2](x, w, bias, **options)
    else:
        if 0 in expected.shape:  # in some dtypes PyTorch answers with no pixels, in others it refuses
            with pytest.raises(ShapeError, match="leaves nothing"):
                LIB[w.ndim - 2](x, w, bias, **options)
        else:
            same(LIB[w.ndim - 2](x, w, bias, **options), expected)


@given(configurations())
def test_is_the_adjoint_of_convolution(configuration):
    x, w, _, options = configuration
    options = {**options, "output_padding": 0}
    try:
        spread = LIB[w.ndim - 2](x.real.astype(float), w.real.astype(float), **options)
    except ShapeError:
        return
    y = np.cos(np.arange(spread.size)).reshape(spread.shape)
    options.pop("output_padding")
    back = CONV[w.ndim - 2](y, w.real.astype(float), **options)
    assert np.isclose((spread * y).sum(), (x.real * back[tuple(map(slice, x.shape))]).sum(), atol=1e-9)


@pytest.mark.parametrize("dtype", [*FLOATS, *COMPLEX, "int64"])
def test_the_dtype_comes_back(rng, dtype):
    x, w, bias = numbers(rng, (2, 4, 5, 3), dtype), numbers(rng, (4, 3, 2, 3), dtype), numbers(rng, 6, dtype)
    same(conv_transpose2d(x, w, bias, 2, 1, 1, 2), answer(F.conv_transpose2d, x, w, bias, 2, 1, 1, 2))


@pytest.mark.parametrize("dtype", ["uint8", "int8", "int16", "int32", "uint64"])
def test_dtypes_that_pytorch_lacks_are_answered(rng, dtype):
    x, w = rng.integers(0, 4, (2, 3, 5, 3)), rng.integers(0, 4, (3, 2, 2, 3))
    result = conv_transpose2d(x.astype(dtype), w.astype(dtype), stride=2)
    assert result.dtype == dtype
    np.testing.assert_array_equal(result.astype(np.int64), conv_transpose2d(x, w, stride=2))


@pytest.mark.parametrize("layout", layouts(np.zeros((1, 1, 1, 1))))
def test_any_memory_layout_will_do_and_nothing_is_changed(rng, layout):
    x, w, bias = numbers(rng, (2, 4, 5, 3)), numbers(rng, (4, 3, 2, 3)), numbers(rng, 6)
    before = x.copy(), w.copy()
    expected = conv_transpose2d(x, w, bias, 2, 1, 1, 2)
    same(conv_transpose2d(layouts(x)[layout], layouts(w)[layout], bias, 2, 1, 1, 2), expected)
    np.testing.assert_array_equal(x, before[0])
    np.testing.assert_array_equal(w, before[1])


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("options", [{}, {"stride": 2, "padding": 1}, {"dilation": 2, "groups": 2, "stride": (3, 1)}])
def test_nan_and_inf_travel_as_in_pytorch(rng, dtype, options):
    x, w = numbers(rng, (2, 4, 5, 6), dtype), numbers(rng, (4, 3, 3, 2), dtype)
    x[0, 0, 1, 1], x[0, 1, 2, 3], x[1, 2, 0, 4], x[1, 3, 4, 5] = 0, np.nan, np.inf, -np.inf
    same(conv_transpose2d(x, w, **options), answer(F.conv_transpose2d, x, w, **options))
    w[0, 0, 0, 0], w[1, 2, 1, 1], w[2, 1, 2, 0], w[3, 0, 0, 1] = np.inf, np.nan, -np.inf, -np.inf
    same(conv_transpose2d(x, w, **options), answer(F.conv_transpose2d, x, w, **options))


@pytest.mark.parametrize("stride", [1, 2])
def test_memory_does_not_grow_with_the_image(stride):
    x, w = np.ones((1, 8, 200, 300), np.float32), np.ones((8, 8, 4, 4), np.float32)
    tracemalloc.start()
    y = conv_transpose2d(x, w, stride=stride)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak - y.nbytes - 8 * 206 * 306 * 4 < 2 * 2**20  # beyond the output and the padded input


X, W = np.ones((2, 4, 6, 5)), np.ones((4, 3, 3, 2))
# fmt: off
REFUSED = {
    "channels": ((X, W[:3]), {}, ShapeError, r"x must have 3 channels.*weight \(3, 3, 3, 2\).*got 4"),
    "groups": ((X, W), {"groups": 3}, ShapeError, "weight must have a multiple of groups=3 first, but got 4"),
    "bias": ((X, W, np.ones(3)), {"groups": 2}, ShapeError, r"bias must have shape \(6,\).*got \(3,\)"),
    "no kernels": ((X, W[:, :0]), {}, ShapeError, r"weight must have at least one kernel.*\(4, 0, 3, 2\)"),
    "an empty kernel": ((X, W[..., :0]), {}, ShapeError, r"weight must have at least one kernel.*\(4, 3, 3, 0\)"),
    "no pixels": ((X[..., :0], W), {}, ShapeError, r"x must have at least one pixel.*\(2, 4, 6, 0\)"),
    "nothing left": ((X, W), {"padding": (1, 3)}, ShapeError, "padding: 3 on each side leaves nothing of 6"),
    "output padding of the stride": ((X, W), {"stride": 2, "output_padding": 2}, ValueError,
                                     "output_padding must be less than stride 2 or dilation 1, but got 2"),
    "output padding across": ((X, W), {"stride": (2, 1), "output_padding": 1}, ValueError,
                              "output_padding must be less than stride 1 or dilation 1, but got 1"),
    "negative output padding": ((X, W), {"output_padding": -1}, ValueError,
        "output_padding must be at least 0.*got -1"),
    "padding by name": ((X, W), {"padding": "same"}, TypeError, "padding must be an int .* but got 'same'"),
    "stride 0": ((X, W), {"stride": 0}, ValueError, "stride must be at least 1, but got 0"),
    "dilation 0": ((X, W), {"dilation": 0}, ValueError, "dilation must be at least 1, but got 0"),
    "groups 0": ((X, W), {"groups": 0}, ValueError, "groups must be at least 1, but got 0"),
    "a plane": ((X[0, 0], W), {}, ShapeError, r"x must be \(N, C, H, W\).*got shape \(6, 5\)"),
    "a kernel of another rank": ((X, W[0]), {}, ShapeError, r"weight must be \(C, O/groups, KH, KW\).*\(3, 3, 2\)"),
    "mixed dtypes": ((X, W.astype("f")), {}, TypeError, "weight has dtype float32, but expected float64"),
    "truth values": ((X > 0, W > 0), {}, TypeError, "x has dtype bool"),
    "half a stride": ((X, W), {"stride": 0.5}, TypeError, "stride must be an int .* but got 0.5"),
}
# fmt: on


@pytest.mark.parametrize(("arrays", "options", "error", "message"), REFUSED.values(), ids=REFUSED)
def test_says_what_does_not_fit(arrays, options, error, message):
    with pytest.raises(error, match=message):
        conv_transpose2d(*arrays, **options)
