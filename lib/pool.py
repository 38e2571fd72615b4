"""Pooling in one, two and three dimensions: the largest, or the mean, of every window, found one axis at a time."""

import math
from itertools import product
from typing import NamedTuple

import numpy as np

from lib.arguments import array, batched, flag, integer, integers
from lib.conv import TILE, tiles
from lib.errors import ShapeError
from lib.sizes import pool_output_size


def max_pool1d(x, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False, return_indices=False):
    """The largest number in every window of the signals `x`. As max_pool2d, along one axis.

    Shapes: x (N, C, L) or (C, L) -> (N, C, L') or (C, L'), L' = pool_output_size(L, ...); with return_indices a pair.
    Units:  as in max_pool2d.
    Raises: as max_pool2d.
    Source: chapter 6. Equal to torch.nn.functional.max_pool1d.

    >>> max_pool1d(np.array([[3, 1, 2, 7, 5, 5]]), 3, stride=1)
    array([[3, 7, 7, 7]])
    """
    return _max_pool(1, x, kernel_size, stride, padding, dilation, ceil_mode, return_indices)


def max_pool2d(x, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False, return_indices=False):
    """The largest number in every window of the images `x`, each channel alone.

    Shapes: x (N, C, H, W) or (C, H, W) -> (N, C, H', W') or (C, H', W'), H' = pool_output_size(H, ...), and W' alike;
            with return_indices a pair, the second of it int64: where each one lies, counted through its H × W plane.
    Units:  pixels, one int, or (down, across). stride None means kernel_size; padding is -inf, on both sides.
    Raises: ShapeError for shapes that do not fit, ValueError for options out of range, TypeError for what is not an
            int, True or False, or an array of real numbers. Each names the argument, what came, what was expected.
    Source: chapter 6. Equal to torch.nn.functional.max_pool2d: of equal numbers the first, and NaN above all.

    >>> max_pool2d(np.array([[[3, 1, 2, 0], [4, 4, -1, -2]]]), 2, return_indices=True)
    (array([[[4, 2]]]), array([[[4, 2]]]))
    """
    return _max_pool(2, x, kernel_size, stride, padding, dilation, ceil_mode, return_indices)


def max_pool3d(x, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False, return_indices=False):
    """The largest number in every window of the volumes `x`. As max_pool2d, along three axes.

    Shapes: x (N, C, D, H, W) or (C, D, H, W) -> (N, C, D', H', W') or (C, D', H', W'); with return_indices a pair.
    Units:  as in max_pool2d.
    Raises: as max_pool2d.
    Source: chapter 6. Equal to torch.nn.functional.max_pool3d.

    >>> max_pool3d(np.arange(24).reshape(1, 2, 3, 4), (2, 3, 2)).ravel()
    array([21, 23])
    """
    return _max_pool(3, x, kernel_size, stride, padding, dilation, ceil_mode, return_indices)


def avg_pool1d(x, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True, divisor_override=None):
    """The mean of every window of the signals `x`. As avg_pool2d, along one axis.

    Shapes: x (N, C, L) or (C, L) -> (N, C, L') or (C, L'), L' = pool_output_size(L, ...).
    Units:  as in avg_pool2d.
    Raises: as avg_pool2d.
    Source: chapter 6. Equal to torch.nn.functional.avg_pool1d.

    >>> avg_pool1d(np.array([[3.0, 1.0, 2.0, 7.0]]), 2)
    array([[2. , 4.5]])
    """
    return _avg_pool(1, x, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override)


def avg_pool2d(x, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True, divisor_override=None):
    """The mean of every window of the images `x`, each channel alone; whole numbers are rounded toward zero.

    Shapes: x (N, C, H, W) or (C, H, W) -> (N, C, H', W') or (C, H', W'), H' = pool_output_size(H, ...), and W' alike.
    Units:  pixels, one int, or (down, across). stride None means kernel_size. padding is 0, on both sides; whether it
            counts in the mean count_include_pad says. What overhangs with ceil_mode never counts. divisor_override,
            if any, divides every sum.
    Raises: ShapeError for shapes that do not fit, ValueError for options out of range, TypeError for what is not an
            int, True or False, or an array of numbers. Each names the argument, what came, what was expected.
    Source: chapter 6. Equal to torch.nn.functional.avg_pool2d.

    >>> avg_pool2d(np.array([[[3, 1, 2, 0], [4, 5, -1, -2]]]), 2)
    array([[[3, 0]]])
    """
    return _avg_pool(2, x, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override)


def avg_pool3d(x, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True, divisor_override=None):
    """The mean of every window of the volumes `x`. As avg_pool2d, along three axes.

    Shapes: x (N, C, D, H, W) or (C, D, H, W) -> (N, C, D', H', W') or (C, D', H', W').
    Units:  as in avg_pool2d.
    Raises: as avg_pool2d.
    Source: chapter 6. Equal to torch.nn.functional.avg_pool3d.

    >>> avg_pool3d(np.arange(24.0).reshape(1, 2, 3, 4), (2, 3, 2)).ravel()
    array([10.5, 12.5])
    """
    return _avg_pool(3, x, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override)


def _max_pool(ndim, x, kernel_size, stride, padding, dilation, ceil_mode, return_indices):
    x = array("x", x, kinds="biuf")
    flag("return_indices", return_indices)
    x, has_batch, size, options = _fit(ndim, x, kernel_size, stride, padding, dilation, ceil_mode)
    y = np.empty((*x.shape[:2], *size), x.dtype)
    indices = np.empty(y.shape if return_indices else 0, np.int64)
    lowest = {"b": False, "f": -np.inf}[x.dtype.kind] if x.dtype.kind in "bf" else np.iinfo(x.dtype).min
    for planes, at in _tiles(y.shape, options, x.itemsize):
        axes = _axes(at, x.shape[2:], options)
        positions = _positions(at, x.shape[2:], options)
        for plane in planes:
            patch, largest = _patch(x, plane, axes, lowest, x.dtype), y[*plane, *at]
            _fold(np.maximum, patch, axes, out=largest)
            if return_indices:
                indices[*plane, *at] = _first(patch, largest, axes, *positions)
    answers = (y, indices) if return_indices else (y,)
    answers = answers if has_batch else tuple(answer[0] for answer in answers)
    return answers if return_indices else answers[0]


def _avg_pool(ndim, x, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override):
    x = array("x", x)
    flag("count_include_pad", count_include_pad)
    if divisor_override is not None and integer("divisor_override", divisor_override) == 0:
        raise ValueError("divisor_override must not be 0, but got 0")
    x, has_batch, size, options = _fit(ndim, x, kernel_size, stride, padding, 1, ceil_mode)
    if ndim == 3 and any(n < kernel for n, (kernel, *_) in zip(x.shape[2:], options, strict=True)):
        raise ShapeError(  # PyTorch's rule, for volumes only
            f"x must be at least as large as the kernel along every axis, but got sizes {x.shape[2:]} "
            f"for kernel_size {tuple(kernel for kernel, *_ in options)}"
        )
    y = np.empty((*x.shape[:2], *size), x.dtype)
    wide = {"i": np.int64, "u": np.uint64}.get(x.dtype.kind, np.float32 if x.dtype == np.float16 else x.dtype)
    with np.errstate(all="ignore"):  # NaN and inf travel silently
        for planes, at in _tiles(y.shape, options, x.itemsize):
            axes = _axes(at, x.shape[2:], options)
            counts = np.asarray(divisor_override or _counts(at, x.shape[2:], options, count_include_pad))
            for plane in planes:
                means = y[*plane, *at]
                sums = means.astype(wide, copy=False)
                _fold(np.add, _patch(x, plane, axes, 0, wide), axes, out=sums)
                if x.dtype.kind in "iu":
                    means[...] = _toward_zero(sums, counts)
                else:
                    np.divide(sums, counts.astype(sums.dtype), out=means, casting="same_kind")
    return y if has_batch else y[0]


def _fit(ndim, x, kernel_size, stride, padding, dilation, ceil_mode):
    """Check what a pooling is given: x with a batch axis, the output's size, and (kernel, stride, ...) per axis."""
    kernel_size = integers("kernel_size", kernel_size, ndim, 1)
    if stride is None or (isinstance(stride, (tuple, list)) and not stride):  # as in PyTorch
        stride = kernel_size
    stride = integers("stride", stride, ndim, 1)
    padding = integers("padding", padding, ndim, 0)
    dilation = integers("dilation", dilation, ndim, 1)
    x, has_batch = batched("x", x, ndim)
    if 0 in x.shape[1:]:
        raise ShapeError(f"x must have at least one channel and one pixel along every axis, but got shape {x.shape}")
    size = pool_output_size(x.shape[2:], kernel_size, stride, padding, dilation, ceil_mode)
    return x, has_batch, size, list(zip(kernel_size, stride, padding, dilation, strict=True))


def _tiles(shape, options, itemsize):
    """Blocks of outputs that see about half a TILE: each a part of the plane, with the groups of planes to do it in."""
    room = TILE // (2 * itemsize * math.prod(min(kernel, stride) for kernel, stride, _, _ in options))
    for at in tiles(shape[2:], room):
        yield tiles(shape[:2], room // math.prod(a.stop - a.start for a in at)), at


class _Axis(NamedTuple):
    """How the windows of some outputs lie along one axis."""

    pixels: slice  # those that the windows see
    inside: slice  # where these lie among all that the windows cover, the padding included
    covered: int  # how many they cover
    taps: list  # for every tap of the kernel, the places it takes, one for each window
    firsts: np.ndarray  # for every window, the first tap that lies on a pixel rather than on padding


def _axes(at, sizes, options):
    """How the windows of the outputs `at` lie along each axis."""
    axes = []
    for a, size, (kernel, stride, padding, dilation) in zip(at, sizes, options, strict=True):
        start, reach = a.start * stride - padding, (a.stop - a.start - 1) * stride + 1
        covered = reach + dilation * (kernel - 1)
        begin, end = max(0, start), max(0, min(size, start + covered))
        taps = [slice(tap * dilation, tap * dilation + reach, stride) for tap in range(kernel)]
        firsts = np.maximum(0, -((start + np.arange(0, reach, stride)) // dilation))
        axes.append(_Axis(slice(begin, end), slice(begin - start, end - start), covered, taps, firsts))
    return axes


def _patch(x, plane, axes, fill, dtype):
    """The pixels that some windows cover: a view of x, or, where there is padding, a copy with `fill` around it."""
    patch = x[*plane, *(axis.pixels for axis in axes)].astype(dtype, copy=False)
    covered = (*patch.shape[:2], *(axis.covered for axis in axes))
    if patch.shape == covered:
        return patch
    padded = np.full(covered, fill, dtype)
    padded[..., *(axis.inside for axis in axes)] = patch
    return padded


def _take(x, *parts):
    """A part of x for an operation: a copy where pixels are skipped, as NumPy computes faster on whole rows."""
    part = x[..., *parts]
    return part if part.strides[-1] == x.itemsize else part.copy()


def _fold(operate, x, axes, out):
    """Reduce every window of x with `operate` into `out`, axis by axis: k + k operations instead of k × k."""
    for number, axis in enumerate(axes, -len(axes)):
        source, rest = x, [slice(None)] * (-number - 1)
        x = _take(source, axis.taps[0], *rest)
        for count, tap in enumerate(axis.taps[1:]):
            place = x if count else None  # the first part may be a view of what was given
            x = operate(x, _take(source, tap, *rest), out=out if number == -1 else place)
    if x is not out:
        out[...] = x


def _first(x, largest, axes, offsets, corners):
    """Where each of the `largest` lies in the plane, counted flat: at the first tap equal to it, of NaNs the last."""
    taps = list(product(*(axis.taps for axis in axes)))
    small = np.min_scalar_type(len(taps))
    found, inner = np.full(largest.shape, len(taps), small), len(taps)
    for number, pixels in enumerate(taps):
        missed = (_take(x, *pixels) == largest).astype(small)
        missed -= 1  # 0 where this tap found it, and elsewhere all bits set
        missed |= number
        np.minimum(found, missed, out=found)
    if np.isnan(largest).any():
        for number, pixels in enumerate(taps):
            found[np.isnan(x[..., *pixels])] = number
    firsts = np.zeros((), small)
    for axis in axes:
        inner //= len(axis.taps)
        firsts = np.add.outer(firsts, (axis.firsts * inner).astype(small))
    if firsts.any():
        np.maximum(found, firsts, out=found)  # not the padding, where nothing else is larger
    places = offsets.take(found)
    places += corners
    return places


def _positions(at, sizes, options):
    """Where taps lie in the plane, counted flat: the offset of every tap, and the corner of every window to add."""
    corners, offsets = np.zeros((), np.int64), np.zeros((), np.int64)
    for axis, (a, (kernel, stride, padding, dilation)) in enumerate(zip(at, options, strict=True)):
        step = math.prod(sizes[axis + 1 :])
        corners = np.add.outer(corners, (np.arange(a.start, a.stop) * stride - padding) * step)
        offsets = np.add.outer(offsets, np.arange(kernel) * dilation * step)
    return offsets.ravel(), corners


def _counts(at, sizes, options, count_include_pad):
    """How many pixels every window has, with its padding or without, or one count for all; an overhang never counts."""
    counts = np.ones((), np.int64)
    for a, size, (kernel, stride, padding, _) in zip(at, sizes, options, strict=True):
        start = np.arange(a.start, a.stop) * stride - padding
        stop = np.minimum(start + kernel, size + padding)
        if not count_include_pad:
            start, stop = np.maximum(start, 0), np.minimum(stop, size)
        counts = np.multiply.outer(counts, stop - start)
    return counts[(slice(0, 1),) * counts.ndim] if (counts == counts.flat[0]).all() else counts


def _toward_zero(sums, counts):
    """Whole-number division as PyTorch and C have it: -3 / 4 is 0."""
    signs = np.sign(sums) * np.sign(counts) if sums.dtype.kind == "i" else 1
    return (abs(sums) // np.abs(counts).astype(sums.dtype)) * signs
