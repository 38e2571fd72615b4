"""conv1d, conv2d and conv3d: against PyTorch, against the loops, by their own laws, and in what they refuse."""

import tracemalloc

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from lib import ShapeError, conv1d, conv2d, conv3d, conv_output_size, corr2d
from tests.oracles import COMPLEX, FLOATS, INTS, SEEDS, answer, layouts, numbers, per_axis, same

LIB = {1: conv1d, 2: conv2d, 3: conv3d}
TORCH = {1: F.conv1d, 2: F.conv2d, 3: F.conv3d}
MODULE = {1: nn.Conv1d, 2: nn.Conv2d, 3: nn.Conv3d}
quietly = pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel")

# fmt: off
CASES = {  # no case is square: a swapped H and W must show
    "plain": {"x": (2, 3, 7, 5), "w": (4, 3, 3, 2)},
    "one channel": {"x": (1, 1, 5, 8), "w": (1, 1, 2, 4)},
    "the kernel covers all": {"x": (2, 3, 4, 5), "w": (2, 3, 4, 5)},
    "unbatched": {"x": (3, 7, 5), "w": (4, 3, 3, 2)},
    "empty batch": {"x": (0, 3, 7, 5), "w": (4, 3, 3, 2), "padding": 1},
    "empty batch of empty images": {"x": (0, 3, 0, 5), "w": (4, 3, 3, 2), "padding": 2},
    "stride leaves a remainder": {"x": (1, 2, 8, 7), "w": (2, 2, 3, 3), "stride": (2, 3)},
    "stride beyond the kernel": {"x": (1, 2, 9, 8), "w": (2, 2, 2, 1), "stride": (4, 3)},
    "padding": {"x": (1, 2, 5, 4), "w": (3, 2, 3, 3), "padding": (2, 1)},
    "padding beyond the image": {"x": (1, 2, 2, 3), "w": (3, 2, 3, 2), "padding": (5, 4)},
    "dilation": {"x": (1, 2, 9, 8), "w": (3, 2, 3, 2), "dilation": (2, 3)},
    "groups": {"x": (2, 6, 5, 4), "w": (9, 2, 3, 2), "groups": 3},
    "depthwise": {"x": (2, 5, 6, 4), "w": (5, 1, 3, 2), "groups": 5},
    "depthwise times two": {"x": (2, 5, 6, 4), "w": (10, 1, 2, 3), "groups": 5, "stride": 2},
    "all at once": {"x": (2, 4, 9, 11), "w": (6, 2, 3, 2), "stride": (2, 1), "padding": (1, 3), "dilation": (1, 2),
                    "groups": 2},
    "one by one": {"x": (2, 3, 4, 5), "w": (4, 3, 1, 1)},
    "one by one, strided": {"x": (2, 3, 4, 5), "w": (4, 3, 1, 1), "stride": (3, 2)},
    "valid": {"x": (2, 3, 6, 5), "w": (4, 3, 3, 2), "padding": "valid", "stride": 2},
    "a stride far beyond": {"x": (1, 2, 3, 4), "w": (3, 2, 3, 4), "stride": 2**61, "padding": 1},
    "a dilation of nothing": {"x": (1, 2, 3, 4), "w": (3, 2, 1, 1), "dilation": 2**61},
    "same": {"x": (2, 3, 6, 5), "w": (4, 3, 3, 5), "padding": "same"},
    "same, even kernel": {"x": (2, 3, 6, 5), "w": (4, 3, 2, 4), "padding": "same", "dilation": (1, 3)},
    "lists and NumPy integers": {"x": (1, 2, 8, 7), "w": (2, 2, 3, 3), "stride": [2, 3], "padding": (np.int8(1),),
                                 "dilation": np.uint64(1), "groups": np.int32(1)},
    "more than a tile": {"x": (2, 8, 61, 83), "w": (4, 8, 5, 7), "padding": 3},
    "a row of more than a tile": {"x": (1, 64, 4, 501), "w": (5, 64, 3, 5), "padding": (0, 2)},
    "few kernels, dilated, of more than a tile": {"x": (2, 3, 95, 111), "w": (2, 3, 5, 3), "dilation": (3, 2)},
    "few kernels, higher than a tile": {"x": (1, 2, 9, 20_001), "w": (3, 2, 8, 2)},
    "many taps of some kernels": {"x": (1, 100, 12, 14), "w": (20, 100, 3, 3)},
    "signal": {"x": (2, 4, 11), "w": (6, 2, 3), "stride": 2, "padding": 2, "dilation": 2, "groups": 2},
    "signal, unbatched": {"x": (4, 11), "w": (6, 4, 2), "padding": (3,)},
    "signal, few kernels": {"x": (2, 3, 11), "w": (2, 3, 4), "dilation": 2},
    "signal, same": {"x": (2, 4, 11), "w": (6, 4, 4), "padding": "same"},
    "volume": {"x": (2, 4, 5, 7, 6), "w": (6, 2, 3, 2, 1), "stride": (1, 2, 3), "padding": (2, 1, 0),
               "dilation": (1, 2, 4), "groups": 2},
    "volume, unbatched": {"x": (4, 5, 7, 6), "w": (3, 4, 1, 3, 2), "stride": 2},
    "volume, same": {"x": (1, 2, 5, 4, 6), "w": (3, 2, 4, 2, 3), "padding": "same"},
    "no input channels": {"x": (2, 0, 5, 4), "w": (3, 0, 3, 2)},
}
# fmt: on


def both(x, weight, bias=None, **options):
    """The answers of lib and of PyTorch to the same call."""
    plain = {name: _plain(value) for name, value in options.items()}
    expected = answer(TORCH[weight.ndim - 2], x, weight, bias, **plain)
    return LIB[weight.ndim - 2](x, weight, bias, **options), expected


def _plain(value):
    if isinstance(value, (tuple, list)):
        return [int(number) for number in value]
    return int(value) if isinstance(value, np.integer) else value


@pytest.fixture(params=CASES.values(), ids=CASES.keys())
def case(request, rng):
    options = dict(request.param)
    x, w = numbers(rng, options.pop("x")), numbers(rng, options.pop("w"))
    return x, w, numbers(rng, w.shape[:1]), options


@quietly
def test_matches_pytorch(case):
    x, w, bias, options = case
    same(*both(x, w, **options))
    same(*both(x, w, bias, **options))


def test_agrees_with_the_loops(rng):
    x, w = numbers(rng, (2, 3, 7, 5)), numbers(rng, (4, 3, 3, 2))
    looped = [[sum(corr2d(*pair) for pair in zip(image, kernel, strict=True)) for kernel in w] for image in x]
    same(conv2d(x, w), np.array(looped))


@quietly
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


@pytest.mark.parametrize("dtype", FLOATS + INTS + COMPLEX)
@pytest.mark.parametrize("ndim", [1, 2, 3])
def test_the_dtype_comes_back(rng, dtype, ndim):
    x, w = numbers(rng, (2, 4, 6, 5, 7)[: ndim + 2], dtype), numbers(rng, (6, 2, 3, 2, 3)[: ndim + 2], dtype)
    same(*both(x, w, numbers(rng, 6, dtype), padding=1, stride=2, groups=2))


@pytest.mark.parametrize("dtype", ["uint16", "uint32", "uint64", "longdouble"])
def test_dtypes_that_pytorch_lacks_are_answered(rng, dtype):
    x, w = numbers(rng, (2, 3, 6, 5)), numbers(rng, (4, 3, 3, 2))
    x, w = (np.rint(np.abs(a) * 5) for a in (x, w))
    result = conv2d(x.astype(dtype), w.astype(dtype), stride=2)
    assert result.dtype == dtype
    np.testing.assert_array_equal(result.astype(float), conv2d(x, w, stride=2))


def test_float16_is_rounded_once():
    x = np.full((1, 1, 1, 4096), 1, np.float16)
    x[0, 0, 0, 0] = 2048  # in float16 2048 + 1 is 2048 again
    assert conv2d(x, np.ones((1, 1, 1, 4096), np.float16))[0, 0, 0, 0] == 6144  # 6143, rounded


def test_whole_numbers_are_exact_and_wrap_around(rng):
    x, w = rng.integers(2**60, 2**62, (2, 3, 5, 4)), rng.integers(1, 9, (4, 3, 2, 3))
    same(*both(x, w))


@pytest.mark.parametrize("layout", layouts(np.zeros((1, 1, 1, 1))))
def test_any_memory_layout_will_do(rng, layout):
    x, w, bias = numbers(rng, (2, 4, 7, 5)), numbers(rng, (6, 2, 3, 2)), numbers(rng, 6)
    options = {"stride": (1, 2), "padding": (1, 2), "groups": 2}
    same(conv2d(layouts(x)[layout], layouts(w)[layout], bias, **options), conv2d(x, w, bias, **options))
    one = numbers(rng, (3, 4, 1, 1))
    same(conv2d(layouts(x)[layout], layouts(one)[layout]), conv2d(x, one))


def test_repeated_memory_will_do(rng):
    x, w = np.broadcast_to(numbers(rng, (1, 3, 7, 1)), (2, 3, 7, 5)), numbers(rng, (4, 3, 3, 2))
    same(conv2d(x, w, padding=1), conv2d(x.copy(), w, padding=1))
    same(conv2d(x, w), conv2d(x.copy(), w))


def test_nothing_given_is_changed(rng):
    given_arrays = x, w, bias = numbers(rng, (2, 4, 7, 5)), numbers(rng, (6, 4, 3, 2)), numbers(rng, 6)
    before = [a.copy() for a in given_arrays]
    for mode in ("zeros", "reflect"):
        conv2d(x, w, bias, padding=1, padding_mode=mode)
    conv2d(x, numbers(rng, (3, 4, 1, 1)))
    for now, then in zip(given_arrays, before, strict=True):
        np.testing.assert_array_equal(now, then)


@pytest.mark.parametrize("dtype", FLOATS)
def test_nan_and_inf_travel_as_in_pytorch(rng, dtype):
    x, w = numbers(rng, (2, 3, 9, 8), dtype), numbers(rng, (4, 3, 3, 2), dtype)
    x[0, 1, 2, 3], x[1, 0, 0, 0], x[1, 2, 5, 5] = np.nan, np.inf, -np.inf
    same(*both(x, w, padding=1))


def test_nan_and_inf_in_the_kernel_meet_the_zeros_of_the_padding(rng):
    x, w = (
        numbers(rng, (2, 3, 9, 8)),
        numbers(rng, (4, 3, 3, 2)),
    )  # float64: PyTorch skips padding in some float32 cases
    w[0, 0, 0, 0], w[1, 2, 1, 1], w[2, 1, 2, 0] = np.inf, np.nan, -np.inf
    same(*both(x, w, padding=(2, 1)))


@st.composite
def configurations(draw):
    ndim = draw(st.sampled_from([1, 2, 2, 3]))
    groups, dtype = draw(st.integers(1, 3)), draw(st.sampled_from(FLOATS + INTS + COMPLEX))
    rng = np.random.default_rng(draw(SEEDS))
    batch = draw(st.sampled_from([(), (0,), (1,), (3,)]))
    size = draw(st.tuples(*[st.integers(1, 9)] * ndim))
    kernel_size = draw(st.tuples(*[st.integers(1, 4)] * ndim))
    x = numbers(rng, (*batch, groups * draw(st.integers(1, 2)), *size), dtype)
    w = numbers(rng, (groups * draw(st.integers(1, 2)), x.shape[-ndim - 1] // groups, *kernel_size), dtype)
    bias = numbers(rng, len(w), dtype) if draw(st.booleans()) else None
    options = {
        "stride": draw(per_axis(ndim, 1, 4)),
        "padding": draw(st.one_of(per_axis(ndim, 0, 4), st.sampled_from(["same", "valid"]))),
        "dilation": draw(per_axis(ndim, 1, 3)),
        "groups": groups,
    }
    return x, w, bias, options


@quietly
@given(configurations())
def test_drawn_configurations_match_pytorch_or_are_refused_as_there(configuration):
    x, w, bias, options = configuration
    try:
        expected = answer(TORCH[w.ndim - 2], x, w, bias, **options)
    except NotImplementedError:  # PyTorch has no dilated convolution of whole numbers
        arrays = (None if a is None else a.astype(float) for a in (x, w, bias))
        expected = answer(TORCH[w.ndim - 2], *arrays, **options)
        same(LIB[w.ndim - 2](x, w, bias, **options), expected.astype(np.int64).astype(x.dtype))
    except RuntimeError:
        with pytest.raises(ValueError, match=r"must|needs|spans"):
            LIB[w.ndim - 2](x, w, bias, **options)
    else:
        same(LIB[w.ndim - 2](x, w, bias, **options), expected)


def test_is_linear(rng):
    x, y, w = numbers(rng, (2, 3, 7, 5)), numbers(rng, (2, 3, 7, 5)), numbers(rng, (4, 3, 3, 2))
    options = {"stride": (1, 2), "padding": 1}
    same(conv2d(2 * x - 3 * y, w, **options), 2 * conv2d(x, w, **options) - 3 * conv2d(y, w, **options))
    same(conv2d(x, -2 * w, **options), -2 * conv2d(x, w, **options))


@pytest.mark.parametrize(("stride", "shift"), [(1, 1), (1, 3), (2, 2), (3, 3), (2, 4)])
def test_moving_the_image_moves_the_answer(rng, stride, shift):
    x, w = numbers(rng, (1, 2, 5, 17)), numbers(rng, (3, 2, 2, 3))
    moved = conv2d(np.roll(x, shift, axis=-1), w, stride=(1, stride))
    same(moved[..., shift // stride :], conv2d(x, w, stride=(1, stride))[..., : moved.shape[-1] - shift // stride])


def test_moving_by_less_than_the_stride_does_not(rng):
    x, w = numbers(rng, (1, 2, 5, 17)), numbers(rng, (3, 2, 2, 3))
    there, here = conv2d(np.roll(x, 1, axis=-1), w, stride=2), conv2d(x, w, stride=2)
    assert not np.isclose(there[..., 1:], here[..., 1:]).any()
    assert not np.isclose(there[..., 1:], here[..., :-1]).any()


def test_one_kernel_after_another_is_one_larger_kernel(rng):
    x, first, second = numbers(rng, (1, 1, 9, 8)), numbers(rng, (1, 1, 2, 3)), numbers(rng, (1, 1, 3, 2))
    together = conv2d(first, second[:, :, ::-1, ::-1], padding=(2, 1))
    same(conv2d(conv2d(x, first), second), conv2d(x, together))


def test_groups_are_separate_convolutions(rng):
    x, w = numbers(rng, (2, 6, 5, 4)), numbers(rng, (9, 2, 3, 2))
    parts = [conv2d(x[:, 2 * g : 2 * g + 2], w[3 * g : 3 * g + 3]) for g in range(3)]
    same(conv2d(x, w, groups=3), np.concatenate(parts, axis=1))


def test_dilation_is_a_kernel_with_zeros_between(rng):
    x, w = numbers(rng, (2, 3, 9, 11)), numbers(rng, (4, 3, 3, 2))
    stuffed = np.zeros((4, 3, 5, 4))
    stuffed[:, :, ::2, ::3] = w
    same(conv2d(x, w, dilation=(2, 3)), conv2d(x, stuffed))


def test_stride_skips_windows(rng):
    x, w = numbers(rng, (2, 3, 9, 11)), numbers(rng, (4, 3, 3, 2))
    same(conv2d(x, w, stride=(2, 3)), conv2d(x, w)[:, :, ::2, ::3])


def test_circular_convolution_is_a_product_of_spectra(rng):
    x, w = numbers(rng, (1, 1, 6, 5)), numbers(rng, (1, 1, 3, 3))
    kernel = np.roll(np.pad(w[0, 0, ::-1, ::-1], ((0, 3), (0, 2))), (-1, -1), (0, 1))
    spectra = np.fft.ifft2(np.fft.fft2(x[0, 0]) * np.fft.fft2(kernel)).real
    same(conv2d(x, w, padding=1, padding_mode="circular")[0, 0], spectra)


@given(per_axis(2, 1, 4), per_axis(2, 0, 3), per_axis(2, 1, 3))
def test_the_size_is_the_one_foretold(stride, padding, dilation):
    y = conv2d(np.zeros((1, 1, 9, 8)), np.zeros((1, 1, 3, 2)), stride=stride, padding=padding, dilation=dilation)
    assert y.shape[2:] == conv_output_size((9, 8), (3, 2), stride, padding, dilation)


@pytest.mark.parametrize("kernels", [8, 1])
@pytest.mark.parametrize(
    "shape", [(1, 16, 300, 400), (1, 16, 120_000), (1, 16, 50, 60, 40), (1, 2, 9, 100_000)], ids=str
)
def test_memory_does_not_grow_with_the_image(shape, kernels):
    x, w = np.ones(shape, np.float32), np.ones((kernels, shape[1], *[5] * (len(shape) - 2)), np.float32)
    tracemalloc.start()
    y = LIB[x.ndim - 2](x, w)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak - y.nbytes < 2 * 2**20


X, W = np.ones((2, 4, 6, 5)), np.ones((6, 4, 3, 2))
# fmt: off
REFUSED = {
    "kernel too high": ((X, np.ones((6, 4, 7, 2))), {}, ShapeError,
                        r"weight: along H the kernel spans 7 \(size 7, dilation 1\), but the padded input is only 6"),
    "kernel too wide": ((X, np.ones((6, 4, 3, 8))), {"padding": 1}, ShapeError, "along W the kernel spans 8.*only 7"),
    "too high by dilation": ((X, W), {"dilation": (3, 1)}, ShapeError,
        "along H the kernel spans 7 .size 3, dilation 3"),
    "too deep": ((np.ones((1, 1, 2, 5, 5)), np.ones((1, 1, 3, 1, 1))), {}, ShapeError, "along D the kernel spans 3"),
    "too long": ((np.ones((1, 1, 2)), np.ones((1, 1, 3))), {}, ShapeError, "along L the kernel spans 3.*only 2"),
    "an empty batch all the same": ((X[:0], np.ones((6, 4, 7, 2))), {}, ShapeError, "along H the kernel spans 7"),
    "no pixels": ((X[:, :, :0], W), {"padding": 3}, ShapeError, r"x must have at least one pixel.*\(2, 4, 0, 5\)"),
    "no kernel": ((X, W[:0]), {}, ShapeError, r"weight must have a multiple of groups=1 kernels, but got 0"),
    "an empty kernel": ((X, W[:, :, :0]), {}, ShapeError, r"weight must span at least one pixel.*\(6, 4, 0, 2\)"),
    "channels": ((X, W[:, :3]), {}, ShapeError, r"x must have 3 channels.*weight \(6, 3, 3, 2\), but got 4"),
    "channels and groups": ((X, W), {"groups": 2}, ShapeError, "x must have 8 channels, groups=2 times the 4.*got 4"),
    "kernels and groups": ((X, W[:5, :2]), {"groups": 2}, ShapeError, "weight must have a multiple of groups=2.*got 5"),
    "a plane": ((X[0, 0], W), {}, ShapeError, r"x must be \(N, C, H, W\) or \(C, H, W\), but got shape \(6, 5\)"),
    "too many axes": ((X[None], W), {}, ShapeError, r"x must be .* but got shape \(1, 2, 4, 6, 5\)"),
    "a kernel of another rank": ((X, W[0]), {}, ShapeError, r"weight must be \(O, C/groups, KH, KW\), .*\(4, 3, 2\)"),
    "bias too short": ((X, W, np.ones(5)), {}, ShapeError, r"bias must have shape \(6,\).*got \(5,\)"),
    "bias of one": ((X, W, np.ones(1)), {}, ShapeError, r"bias must have shape \(6,\).*got \(1,\)"),
    "bias with axes": ((X, W, np.ones((6, 1, 1))), {}, ShapeError, r"bias must have shape \(6,\).*got \(6, 1, 1\)"),
    "bias a number": ((X, W, 1.0), {}, ShapeError, r"bias must have shape \(6,\).*got \(\)"),
    "bias a word": ((X, W, "b"), {}, TypeError, "bias has dtype <U1"),
    "stride 0": ((X, W), {"stride": 0}, ValueError, "stride must be at least 1, but got 0"),
    "stride 0 across": ((X, W), {"stride": (1, 0)}, ValueError, "stride must be at least 1, but got 0"),
    "negative stride": ((X, W), {"stride": -2}, ValueError, "stride must be at least 1, but got -2"),
    "three strides": ((X, W), {"stride": (1, 1, 1)}, ValueError, r"stride must be an int or a tuple of 2.*\(1, 1, 1\)"),
    "no strides": ((X, W), {"stride": ()}, ValueError, "stride must be an int or a tuple of 2 ints, but got 0"),
    "a fractional stride": ((X, W), {"stride": 1.5}, TypeError, "stride must be an int .*got 1.5"),
    "a float stride": ((X, W), {"stride": (1, 2.0)}, TypeError, "stride must be an int, but got 2.0"),
    "a true stride": ((X, W), {"stride": True}, TypeError, "stride must be an int .* but got True"),
    "an array of strides": ((X, W), {"stride": np.array([1, 1])}, TypeError, "stride must be an int .* but got array"),
    "a stride beyond all numbers": ((X, W), {"stride": 2**70}, ValueError, "stride must fit into 64 bits.*got 1180"),
    "a tensor of strides": ((X, W), {"stride": torch.ones(2)}, TypeError, "stride must be an int .* got tensor"),
    "gradients for a stride": ((X, W), {"stride": (1, torch.ones(2, requires_grad=True))}, TypeError,
                               "stride must be an int, but got tensor"),
    "no stride": ((X, W), {"stride": None}, TypeError, "stride must be an int .* but got None"),
    "negative padding": ((X, W), {"padding": -1}, ValueError, "padding must be at least 0, but got -1"),
    "NaN padding": ((X, W), {"padding": float("nan")}, TypeError, "padding must be an int .* but got nan"),
    "unknown padding": ((X, W), {"padding": "full"}, ValueError, "padding must be one of 'valid', 'same', .*'full'"),
    "same with a stride": ((X, W), {"padding": "same", "stride": (1, 2)}, ValueError, r"needs stride 1.*\(1, 2\)"),
    "dilation 0": ((X, W), {"dilation": 0}, ValueError, "dilation must be at least 1, but got 0"),
    "a word for dilation": ((X, W), {"dilation": "2"}, TypeError, "dilation must be an int .* but got '2'"),
    "groups 0": ((X, W), {"groups": 0}, ValueError, "groups must be at least 1, but got 0"),
    "groups a tuple": ((X, W), {"groups": (1,)}, TypeError, r"groups must be an int, but got \(1,\)"),
    "unknown mode": ((X, W), {"padding_mode": "mirror"}, ValueError, "padding_mode must be one of .*got 'mirror'"),
    "no mode": ((X, W), {"padding_mode": None}, TypeError, "padding_mode must be one of 'zeros', .*got None"),
    "reflect too far": ((X, W), {"padding": 5, "padding_mode": "reflect"}, ValueError,
                        "padding must be at most 4 along W, of size 5, to reflect, but got 5"),
    "round more than once": ((X, W), {"padding": (7, 0), "padding_mode": "circular"}, ValueError,
                             "padding must be at most 6 along H, of size 6, to circular, but got 7"),
    "nothing to replicate": ((X[:, :, :0], W), {"padding": 3, "padding_mode": "replicate"}, ShapeError,
                             r"x must have pixels to replicate, but got shape \(2, 4, 0, 5\)"),
    "mixed dtypes": ((X, W.astype("f")), {}, TypeError, "weight has dtype float32, but expected float64, .* of x"),
    "a whole-number image": ((X.astype(int), W), {}, TypeError, "weight has dtype float64, but expected int64"),
    "a bias of another dtype": ((X, W, np.ones(6, int)), {}, TypeError, "bias has dtype int64.*expected float64"),
    "truth values": ((X > 0, W > 0), {}, TypeError, "x has dtype bool, but expected int or float or complex numbers"),
    "objects": ((X.astype(object), W), {}, TypeError, "x has dtype object"),
    "nothing": ((None, W), {}, TypeError, "x has dtype object"),
    "a ragged list": ((X, [[1, 2], [3]]), {}, TypeError, "weight must be an array of numbers, but got list"),
}
# fmt: on


@pytest.mark.parametrize(("arrays", "options", "error", "message"), REFUSED.values(), ids=REFUSED)
def test_says_what_does_not_fit(arrays, options, error, message):
    ranks = {getattr(a, "ndim", 4) for a in arrays[:2]}
    with pytest.raises(error, match=message):
        LIB[{3: 1, 5: 3}.get(*ranks, 2) if len(ranks) == 1 else 2](*arrays, **options)
