"""Convolution in one, two and three dimensions: one strided view of all windows, copied and multiplied tile by tile."""

import math
from itertools import product

import numpy as np
from numpy.lib.stride_tricks import as_strided

from lib.arguments import AXES, array, batched, integer, integers, one_of, same_dtype
from lib.errors import ShapeError

TILE = 2**17  # elements copied at a time: 512 kB of float32, which stays in the cache until it is multiplied

PAD_MODES = {"reflect": "reflect", "replicate": "edge", "circular": "wrap"}  # name -> np.pad's


def conv1d(x, weight, bias=None, stride=1, padding=0, dilation=1, groups=1, padding_mode="zeros"):
    """Slide the kernels `weight` over the signals `x`, unflipped.

    Shapes: x (N, C, L) or (C, L), weight (O, C/groups, K), bias (O,) -> (N, O, L') or (O, L'),
            L' = conv_output_size(L, K, stride, padding, dilation).
    Units:  as in conv2d, along one axis.
    Raises: as conv2d.
    Source: Dumoulin & Visin (2016), relationship 15; chapter 12. Equal to torch.nn.functional.conv1d.

    >>> conv1d(np.array([[1, 2, 0, 3]]), np.array([[[1, -1]]]))
    array([[-1,  2, -3]])
    """
    return _conv(1, x, weight, bias, stride, padding, dilation, groups, padding_mode)


def conv2d(x, weight, bias=None, stride=1, padding=0, dilation=1, groups=1, padding_mode="zeros"):
    """Slide the kernels `weight` over the images `x`, unflipped.

    Shapes: x (N, C, H, W) or (C, H, W), weight (O, C/groups, KH, KW), bias (O,) -> (N, O, H', W') or (O, H', W'),
            H' = conv_output_size(H, KH, stride, padding, dilation), and W' alike.
    Units:  stride, padding and dilation in pixels: one int, or (down, across). dilation=1 is the ordinary kernel.
            padding is per side, or "valid" (none), or "same" (the output is as large as the input, at stride 1; the
            odd pixel goes to the bottom and to the right). padding_mode fills it: zeros, reflect, replicate, circular.
    Raises: ShapeError for shapes that do not fit, ValueError for options out of range, TypeError for what is not an
            int or an array of numbers, and where dtypes differ. Each names the argument, what came, what was expected.
    Source: Dumoulin & Visin (2016), relationship 15; chapter 5. Equal to torch.nn.functional.conv2d, and for
            padding_mode to torch.nn.Conv2d.

    >>> conv2d(np.array([[[1, 2, 0], [3, 0, 1]]]), np.array([[[[1, -1]]]]), padding=(0, 1), stride=(1, 2))
    array([[[-1,  2],
            [-3, -1]]])
    """
    return _conv(2, x, weight, bias, stride, padding, dilation, groups, padding_mode)


def conv3d(x, weight, bias=None, stride=1, padding=0, dilation=1, groups=1, padding_mode="zeros"):
    """Slide the kernels `weight` over the volumes `x`, unflipped.

    Shapes: x (N, C, D, H, W) or (C, D, H, W), weight (O, C/groups, KD, KH, KW), bias (O,)
            -> (N, O, D', H', W') or (O, D', H', W'), D' = conv_output_size(D, KD, ...), and H' and W' alike.
    Units:  as in conv2d, along three axes: one int, or (deep, down, across).
    Raises: as conv2d.
    Source: Dumoulin & Visin (2016), relationship 15; chapter 12. Equal to torch.nn.functional.conv3d.

    >>> conv3d(np.ones((1, 4, 3, 5)), np.ones((2, 1, 2, 3, 1))).shape
    (2, 3, 1, 5)
    """
    return _conv(3, x, weight, bias, stride, padding, dilation, groups, padding_mode)


def _conv(ndim, x, weight, bias, stride, padding, dilation, groups, padding_mode):
    x, weight, bias = array("x", x), array("weight", weight), bias if bias is None else array("bias", bias)
    stride = integers("stride", stride, ndim, 1)
    dilation = integers("dilation", dilation, ndim, 1)
    groups = integer("groups", groups, 1)
    one_of("padding_mode", padding_mode, ("zeros", *PAD_MODES))
    x, has_batch = batched("x", x, ndim)
    check_weight(x, weight, groups, ndim)
    sides = padding_sides(padding, weight.shape[2:], stride, dilation)
    check_padding(x.shape, sides, padding_mode)
    check_span(x.shape, weight.shape, sides, dilation)
    check_bias(bias, weight.shape[0])
    same_dtype(x=x, weight=weight, bias=bias)
    if x.shape[1] == 0:  # as in PyTorch: out of no channels come no channels
        weight, bias = weight[:0], None
    y = correlate(pad(x, sides, padding_mode), weight, bias, stride, dilation, groups)
    return y if has_batch else y[0]


def correlate(x, weight, bias, stride, dilation, groups):
    """The core: every window of the padded x (N, C, ...) times every kernel of weight (O, C/groups, ...)."""
    dtype, (x, weight) = x.dtype, widen(x, weight)
    view = windows(x, weight.shape[2:], stride, dilation, groups)  # (N, groups, C/groups, *kernel, *output)
    output_size = view.shape[x.ndim + 1 :]
    taps = math.prod(weight.shape[1:])
    kernels = weight.reshape(groups, len(weight) // groups, taps)
    y = np.empty((len(x), *kernels.shape[:2], *output_size), x.dtype)  # (N, groups, O/groups, *output)
    with np.errstate(all="ignore"):  # NaN and inf travel silently
        for n, g, *at in tiles((len(x), groups, *output_size), TILE // max(1, taps)):
            target = y[n, g, :, *at]
            images, blocks, channels, *area = target.shape
            columns = view[n, g, ..., *at].reshape(images, blocks, taps, math.prod(area))  # the one copy
            np.matmul(kernels[g], columns, out=target.reshape(images, blocks, channels, math.prod(area)))
        if bias is not None:
            y += bias.reshape(groups, -1, *[1] * len(output_size))
        return y.reshape(len(x), len(weight), *output_size).astype(dtype, copy=False)


def windows(x, kernel_size, stride, dilation, groups):
    """All windows of x (N, C, ...) as a view, nothing copied: (N, groups, C/groups, *kernel_size, *output_size)."""
    steps, sizes = x.strides[2:], x.shape[2:]
    output_size = [
        (n - d * (k - 1) - 1) // s + 1 for n, k, s, d in zip(sizes, kernel_size, stride, dilation, strict=True)
    ]
    per_group = x.shape[1] // groups
    return as_strided(
        x,
        (len(x), groups, per_group, *kernel_size, *output_size),
        (
            x.strides[0],
            x.strides[1] * per_group,
            x.strides[1],
            *(step * d for step, d in zip(steps, dilation, strict=True)),
            *(step * s for step, s in zip(steps, stride, strict=True)),
        ),
        writeable=False,
    )


def tiles(shape, room):
    """Cut `shape` into blocks of at most `room` positions, whole along the last axes: each a tuple of slices."""
    block, room = [], max(1, room)
    for size in reversed(shape):
        block.insert(0, max(1, min(size, room)))
        room = room // block[0] if block[0] == size else 1
    return product(*([slice(i, i + b) for i in range(0, n, b)] for n, b in zip(shape, block, strict=True)))


def widen(*arrays):
    """float16 is summed in float32 and rounded once at the end; every other dtype is summed as it is."""
    return [a.astype(np.float32) if a.dtype == np.float16 else a for a in arrays]


def pad(x, sides, mode="zeros"):
    """x (N, C, ...) with `sides`, one (before, after) per spatial axis, filled by `mode`."""
    if not any(before or after for before, after in sides):
        return x
    if mode != "zeros":
        return np.pad(x, ((0, 0), (0, 0), *sides), PAD_MODES[mode])
    sizes = x.shape[2:]
    padded = np.zeros((*x.shape[:2], *(b + n + a for n, (b, a) in zip(sizes, sides, strict=True))), x.dtype)
    padded[:, :, *(slice(b, b + n) for n, (b, a) in zip(sizes, sides, strict=True))] = x
    return padded


def padding_sides(padding, kernel_size, stride, dilation):
    """`padding` as one (before, after) per spatial axis."""
    if not isinstance(padding, str):
        return tuple((p, p) for p in integers("padding", padding, len(kernel_size), 0))
    if one_of("padding", padding, ("valid", "same")) == "valid":
        return ((0, 0),) * len(kernel_size)
    if any(s != 1 for s in stride):
        raise ValueError(f"padding='same' needs stride 1, but got stride {stride}")
    extra = [d * (k - 1) for k, d in zip(kernel_size, dilation, strict=True)]
    return tuple((e // 2, e - e // 2) for e in extra)


def check_weight(x, weight, groups, ndim):
    """Refuse kernels that do not fit the channels of x (N, C, ...) in `groups` groups."""
    if weight.ndim != ndim + 2:
        raise ShapeError(
            f"weight must be (O, C/groups, {', '.join(f'K{a}' for a in AXES[ndim])}), but got {weight.shape}"
        )
    if weight.shape[0] == 0 or weight.shape[0] % groups:
        raise ShapeError(
            f"weight must have a multiple of groups={groups} kernels, but got {weight.shape[0]}: {weight.shape}"
        )
    if x.shape[1] != weight.shape[1] * groups:
        raise ShapeError(
            f"x must have {weight.shape[1] * groups} channels, groups={groups} times the {weight.shape[1]} of "
            f"weight {weight.shape}, but got {x.shape[1]}: {x.shape}"
        )
    if 0 in weight.shape[2:]:
        raise ShapeError(f"weight must span at least one pixel along every axis, but got shape {weight.shape}")


def check_padding(shape, sides, mode):
    """Refuse to fill more than the mode can: reflect needs other pixels, circular goes round once."""
    if mode in ("reflect", "replicate") and 0 in shape[1:]:
        raise ShapeError(f"x must have pixels to {mode}, but got shape {shape}")
    for axis, size, (_, after) in zip(AXES[len(sides)], shape[2:], sides, strict=True):
        limit = {"reflect": size - 1, "circular": size}.get(mode, after)
        if after > limit:
            raise ValueError(
                f"padding must be at most {limit} along {axis}, of size {size}, to {mode}, but got {after}"
            )


def check_span(shape, weight_shape, sides, dilation):
    """Refuse an input with no pixels, and kernels that span more than the padded input."""
    every = zip(AXES[len(sides)], shape[2:], weight_shape[2:], sides, dilation, strict=True)
    for axis, size, kernel, (before, after), d in every:
        span, room = d * (kernel - 1) + 1, size + before + after
        if span > room:
            raise ShapeError(
                f"weight: along {axis} the kernel spans {span} (size {kernel}, dilation {d}), "
                f"but the padded input is only {room} (size {size}, padding {before} and {after})"
            )
    if 0 in shape[2:] and 0 not in shape[:2]:
        raise ShapeError(f"x must have at least one pixel along every axis, but got shape {shape}")


def check_bias(bias, channels):
    """Refuse a bias that is not one number per output channel."""
    if bias is not None and bias.shape != (channels,):
        raise ShapeError(f"bias must have shape ({channels},), one number per output channel, but got {bias.shape}")
