"""Transposed convolution in one, two and three dimensions: every input pixel spreads a copy of the kernel."""

from itertools import product

import numpy as np

from lib.arguments import AXES, array, batched, integer, integers, same_dtype
from lib.conv import check_bias, correlate, pad
from lib.errors import ShapeError
from lib.sizes import conv_transpose_output_size


def conv_transpose1d(x, weight, bias=None, stride=1, padding=0, output_padding=0, groups=1, dilation=1):
    """Spread the signals `x` through the kernels `weight`: the transpose of conv1d.

    Shapes: x (N, C, L) or (C, L), weight (C, O/groups, K), bias (O,) -> (N, O, L') or (O, L'),
            L' = conv_transpose_output_size(L, K, stride, padding, output_padding, dilation).
    Units:  as in conv_transpose2d, along one axis.
    Raises: as conv_transpose2d.
    Source: Dumoulin & Visin (2016), relationship 14; chapter 11. Equal to torch.nn.functional.conv_transpose1d.

    >>> conv_transpose1d(np.array([[1, 10]]), np.array([[[1, 2, 3]]]), stride=2)
    array([[ 1,  2, 13, 20, 30]])
    """
    return _conv_transpose(1, x, weight, bias, stride, padding, output_padding, groups, dilation)


def conv_transpose2d(x, weight, bias=None, stride=1, padding=0, output_padding=0, groups=1, dilation=1):
    """Spread the images `x` through the kernels `weight`: the transpose of conv2d, which restores shapes, not values.

    Shapes: x (N, C, H, W) or (C, H, W), weight (C, O/groups, KH, KW), bias (O,) -> (N, O, H', W') or (O, H', W'),
            H' = conv_transpose_output_size(H, KH, stride, padding, output_padding, dilation), and W' alike.
    Units:  pixels, one int, or (down, across). stride is how far apart the copies lie, dilation how far apart a copy's
            own pixels; padding cuts both sides of the result, output_padding lengthens it at the bottom and right.
    Raises: ShapeError for shapes that do not fit, ValueError for options out of range, TypeError for what is not an
            int or an array of numbers, and where dtypes differ. Each names the argument, what came, what was expected.
    Source: Dumoulin & Visin (2016), relationship 14; chapter 11. Equal to torch.nn.functional.conv_transpose2d.

    >>> conv_transpose2d(np.array([[[1, 10]]]), np.array([[[[1, 2], [3, 4]]]]))
    array([[[ 1, 12, 20],
            [ 3, 34, 40]]])
    """
    return _conv_transpose(2, x, weight, bias, stride, padding, output_padding, groups, dilation)


def conv_transpose3d(x, weight, bias=None, stride=1, padding=0, output_padding=0, groups=1, dilation=1):
    """Spread the volumes `x` through the kernels `weight`: the transpose of conv3d.

    Shapes: x (N, C, D, H, W) or (C, D, H, W), weight (C, O/groups, KD, KH, KW), bias (O,)
            -> (N, O, D', H', W') or (O, D', H', W'), D' = conv_transpose_output_size(D, KD, ...), and the rest alike.
    Units:  as in conv_transpose2d, along three axes: one int, or (deep, down, across).
    Raises: as conv_transpose2d.
    Source: Dumoulin & Visin (2016), relationship 14; chapter 11. Equal to torch.nn.functional.conv_transpose3d.

    >>> conv_transpose3d(np.ones((2, 4, 3, 5)), np.ones((2, 1, 2, 3, 1)), stride=2).shape
    (1, 8, 7, 9)
    """
    return _conv_transpose(3, x, weight, bias, stride, padding, output_padding, groups, dilation)


def _conv_transpose(ndim, x, weight, bias, stride, padding, output_padding, groups, dilation):
    x, weight, bias = array("x", x), array("weight", weight), bias if bias is None else array("bias", bias)
    stride = integers("stride", stride, ndim, 1)
    padding = integers("padding", padding, ndim, 0)
    output_padding = integers("output_padding", output_padding, ndim, 0)
    dilation = integers("dilation", dilation, ndim, 1)
    groups = integer("groups", groups, 1)
    x, has_batch = batched("x", x, ndim)
    if weight.ndim != ndim + 2:
        raise ShapeError(
            f"weight must be (C, O/groups, {', '.join(f'K{a}' for a in AXES[ndim])}), but got shape {weight.shape}"
        )
    if 0 in weight.shape:
        raise ShapeError(f"weight must have at least one kernel of at least one pixel, but got shape {weight.shape}")
    if x.shape[1] != len(weight):
        raise ShapeError(
            f"x must have {len(weight)} channels, as many as weight {weight.shape} has first, "
            f"but got {x.shape[1]}: {x.shape}"
        )
    if len(weight) % groups:
        raise ShapeError(f"weight must have a multiple of groups={groups} first, but got {len(weight)}: {weight.shape}")
    if 0 in x.shape[2:]:
        raise ShapeError(f"x must have at least one pixel along every axis, but got shape {x.shape}")
    size = conv_transpose_output_size(x.shape[2:], weight.shape[2:], stride, padding, output_padding, dilation)
    check_bias(bias, weight.shape[1] * groups)
    same_dtype(x=x, weight=weight, bias=bias)
    y = spread(x, weight, bias, size, stride, padding, dilation, groups)
    return y if has_batch else y[0]


def spread(x, weight, bias, size, stride, padding, dilation, groups):
    """The core: x (N, C, ...) through weight (C, O/groups, ...) onto `size` pixels, gathered rather than scattered.

    Output pixels that lie a stride apart see the same taps of the kernel. So every such lattice of them is an ordinary
    convolution of x with those taps, flipped: stride 2 in two dimensions takes four of them, interleaved.
    """
    kernels = weight.reshape(groups, len(weight) // groups, *weight.shape[1:]).swapaxes(1, 2)
    kernels = kernels.reshape(-1, *kernels.shape[2:])  # (O, C/groups, ...)
    finite = np.isfinite(kernels)
    safe = kernels if finite.all() else np.where(finite, kernels, np.where(np.isnan(kernels), 1, np.sign(kernels)))
    y = np.empty((len(x), len(kernels), *size), x.dtype)
    axes = zip(x.shape[2:], size, weight.shape[2:], stride, padding, dilation, strict=True)
    for lattice in product(*(lattices(*axis) for axis in axes)):
        pixels, taps, sides, steps = zip(*lattice, strict=True)
        part, target = safe[:, :, *taps], y[:, :, *pixels]
        if 0 in part.shape:  # between the copies of a kernel shorter than the stride
            target[...] = 0 if bias is None else bias.reshape(-1, *[1] * len(size))
        else:
            flipped = part[:, :, *[slice(None, None, -1)] * len(size)]
            correlate(pad(x, sides), flipped, bias, (1,) * len(size), steps, groups, out=target)
    for o, c, *tap in np.argwhere(~finite):  # inf and NaN spread from pixels, not from the zeros around them
        into, taken = reach(x.shape[2:], size, tap, stride, padding, dilation)
        channel = o // (len(kernels) // groups) * kernels.shape[1] + c
        with np.errstate(all="ignore"):
            y[:, o, *into] += x[:, channel, *taken] * kernels[o, c, *tap]
    return y


def lattices(n, size, kernel_size, stride, padding, dilation):
    """Along one axis, for each lattice of output pixels: pixels, taps, (before, after) to pad, steps between taps."""
    for first in range(min(stride, size)):
        start, phase = divmod(first + padding, stride)  # pixel `first` lies `phase` after the copy of input `start`
        seen = [tap for tap in range(kernel_size) if (tap * dilation - phase) % stride == 0]
        count = len(range(first, size, stride))
        if not seen:
            yield slice(first, None, stride), slice(0, 0), (0, 0), 1
            continue
        gap = seen[1] - seen[0] if len(seen) > 1 else 1
        nearest, furthest = ((tap * dilation - phase) // stride for tap in (seen[0], seen[-1]))
        sides = (furthest - start, start + count - 1 - nearest - (n - 1))
        yield slice(first, None, stride), slice(seen[0], seen[-1] + 1, gap), sides, gap * dilation // stride or 1


def reach(sizes, size, tap, stride, padding, dilation):
    """Where one tap of every copy of the kernel falls: slices of the output, and of the input they come from."""
    into, taken = [], []
    for n, out, t, s, p, d in zip(sizes, size, tap, stride, padding, dilation, strict=True):
        offset = int(t) * d - p
        inside = [i for i in range(n) if 0 <= i * s + offset < out]
        first, last = (inside[0], inside[-1]) if inside else (0, -1)
        into.append(slice(first * s + offset, last * s + offset + 1, s) if inside else slice(0, 0))
        taken.append(slice(first, last + 1))
    return into, taken
