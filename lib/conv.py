"""Convolution in one, two and three dimensions: one strided view of all windows, copied and multiplied tile by tile."""

import math
from itertools import product

import numpy as np
from numpy.lib.stride_tricks import as_strided

from lib.arguments import AXES, array, batched, integer, integers, one_of, same_dtype
from lib.errors import ShapeError
from lib.sizes import conv_output_size

TILE = 2**20  # bytes copied at a time, which stay in the cache until they are multiplied
UNPACKED = 10**6  # products in a matrix multiplication up to which OpenBLAS works in place, without repacking first
PANEL = 64  # columns that OpenBLAS takes at a time
FEW = 4  # kernels up to which all their rows are multiplied at once

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
    output_size = conv_output_size(
        [n + b + a for n, (b, a) in zip(x.shape[2:], sides, strict=True)], weight.shape[2:], stride, 0, dilation
    )
    channels = len(weight) if x.shape[1] else 0  # as in PyTorch: out of no channels come no channels
    y = np.empty((len(x), channels, *output_size), x.dtype)
    if y.size:
        correlate(pad(x, sides, padding_mode), weight, bias, stride, dilation, groups, out=y)
    return y if has_batch else y[0]


def correlate(x, weight, bias, stride, dilation, groups, out):
    """The core: every window of the padded x (N, C, ...) times every kernel of weight (O, C/groups, ...), to `out`.

    Windows overlap: what one row of a kernel reads for some output row, the row above it reads for a later one. So few
    kernels take a copy of one row's windows only, are multiplied row by row at once, and their products added, shifted.
    """
    wide = np.dtype(np.float32) if x.dtype == np.float16 else x.dtype  # float16 is summed in float32, rounded once
    x, out = (a.reshape(len(a), groups, a.shape[1] // groups, *a.shape[2:]) for a in (x, out))
    rows, room = rows_and_room(weight.shape, out.shape, stride[0], dilation[0], wide.itemsize)
    reach = (rows - 1) * dilation[0]  # how many output rows further on the last row reads
    kernels = weight.astype(wide, copy=False).reshape(groups, out.shape[2], x.shape[2], rows, -1)
    kernels = np.moveaxis(kernels, 3, 1).reshape(groups, rows * out.shape[2], -1)
    kernel_size, output_size = (weight.shape[2] // rows, *weight.shape[3:]), (out.shape[3] + reach, *out.shape[4:])
    view, taps = windows(x, kernel_size, output_size, stride, dilation), kernels.shape[2]
    direct = out.flags.c_contiguous and out.dtype == wide  # then the sums need no place of their own
    with np.errstate(all="ignore"):  # NaN and inf travel silently
        for n, g, down, *across in tiles((len(x), groups, *out.shape[3:]), room):
            target = out[n, g, :, down, *across]
            images, parts, channels, *area = target.shape
            sums = target if direct else np.empty(target.shape, wide)
            sums = sums.reshape(images, parts, channels, math.prod(area))
            columns = view[n, g, ..., down.start : down.stop + reach, *across]
            columns = columns.reshape(images, parts, taps, -1).astype(wide, copy=False)  # the one copy
            products = multiply(kernels[g], columns, out=sums if rows == 1 else None)
            if rows > 1:
                add_shifted(products, rows, dilation[0] * math.prod(area[1:]), out=sums)
            if bias is not None:
                sums += bias.reshape(groups, channels, 1)[g]
            if not direct:
                target[...] = sums.reshape(target.shape)
            del columns, products  # rather than hold them until the next tile's are there


def rows_and_room(weight_shape, output_shape, stride, dilation, itemsize):
    """How many rows of the kernels to multiply at once, all where kernels are few, and how many positions at a time."""
    (_, channels, rows, *row), (_, _, outputs, _, *line) = weight_shape, output_shape
    size = itemsize * (channels * math.prod(row) + (rows + 1) * outputs)  # bytes for a position: window and products
    beyond = (rows - 1) * dilation * math.prod(line)  # positions that the last row reads further on
    if outputs <= FEW and stride == 1 and beyond * size <= TILE:
        return rows, TILE // size
    return 1, TILE // (itemsize * channels * rows * math.prod(row))


def add_shifted(products, rows, shift, out):
    """The sum of products (n, groups, rows·O, P), each row's read `shift` positions further on than the one before."""
    channels, count = out.shape[2:]
    out[...] = products[:, :, :channels, :count]
    for row in range(1, rows):
        out += products[:, :, row * channels : (row + 1) * channels, row * shift : row * shift + count]


def windows(x, kernel_size, output_size, stride, dilation, writeable=False):
    """Every window of x (..., *sizes), as a view that copies nothing: (..., *kernel_size, *output_size)."""
    lead, steps = x.strides[: -len(stride)], x.strides[-len(stride) :]
    taps = (step * d if k > 1 else 0 for step, d, k in zip(steps, dilation, kernel_size, strict=True))
    moves = (step * s if n > 1 else 0 for step, s, n in zip(steps, stride, output_size, strict=True))
    shape = (*x.shape[: -len(stride)], *kernel_size, *output_size)
    return as_strided(x, shape, (*lead, *taps, *moves), writeable=writeable)


def multiply(kernels, columns, out=None):
    """kernels (groups, O, taps) @ columns (n, groups, taps, P), in pieces that OpenBLAS need not repack first."""
    (_, outputs, taps), count = kernels.shape, columns.shape[-1]
    out = np.empty((*columns.shape[:2], outputs, count), columns.dtype) if out is None else out
    panel = UNPACKED // (outputs * taps) // PANEL * PANEL  # columns at a time
    parts = -(-outputs * taps * PANEL // UNPACKED)
    if panel == 0 and parts <= 3 and 2 * outputs < taps:  # rather add up the products of parts of the taps
        for first in range(0, taps, part := -(-taps // parts)):
            some = slice(first, first + part)
            if first:
                out += multiply(kernels[..., some], columns[:, :, some])
            else:
                multiply(kernels[..., some], columns[:, :, some], out)
        return out
    whole = count // panel * panel if panel else 0
    if whole:
        cut = (a[..., :whole].reshape(*a.shape[:3], whole // panel, panel).swapaxes(2, 3) for a in (columns, out))
        np.matmul(kernels[:, None], next(cut), out=next(cut))
    if whole < count:
        np.matmul(kernels, columns[..., whole:], out=out[..., whole:])
    return out


def tiles(shape, room):
    """Cut `shape` into even blocks of at most `room` positions, whole along the last axes: tuples of slices."""
    blocks, room = [], max(1, room)
    for size in reversed(shape):
        count = -(-size // room)  # blocks along this axis
        block = -(-size // max(1, count))
        blocks.insert(0, [slice(i, min(i + block, size)) for i in range(0, size, max(1, block))])
        room = room // block if count == 1 else 1
    return product(*blocks)


def pad(x, sides, mode="zeros"):
    """x (N, C, ...) with `sides`, one (before, after) per spatial axis, filled by `mode`. Negative zeros cut off."""
    if not any(before or after for before, after in sides):
        return x
    if mode != "zeros":
        return np.pad(x, ((0, 0), (0, 0), *sides), PAD_MODES[mode])
    sizes = [before + size + after for size, (before, after) in zip(x.shape[2:], sides, strict=True)]
    padded, into, taken = np.zeros((*x.shape[:2], *sizes), x.dtype), [], []
    for size, whole, (before, _) in zip(x.shape[2:], sizes, sides, strict=True):
        start, stop = max(0, before), max(0, min(whole, before + size))
        into.append(slice(start, stop))
        taken.append(slice(min(size, start - before), max(0, stop - before)))
    padded[:, :, *into] = x[:, :, *taken]
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
