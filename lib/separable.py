"""Convolutions taken apart: into a column and a row, into depth and points, into three vectors."""

import math

from lib.arguments import array, batched, integers, same_dtype
from lib.conv import conv2d
from lib.errors import ShapeError


def separable_conv2d(x, column, row, stride=1, padding=0):
    """Slide the kernel outer(column, row) over every channel of `x`: first the column, then the row.

    Shapes: x (N, C, H, W), (C, H, W) or (H, W), column (KH,), row (KW,) -> as x, with H' and W' as in conv2d.
    Units:  stride and padding as in conv2d; k + k multiplications for each pixel instead of k × k.
    Raises: ShapeError when column or row is not a vector; else as conv2d.
    Source: chapter 9. Equal, but for rounding, to conv2d with the outer product of the two on every channel.

    >>> separable_conv2d([[1, 2, 0], [3, 1, 1]], column=[1, 2], row=[1, -1])
    array([[3, 2]])
    """
    x, column, row = array("x", x), array("column", column), array("row", row)
    for name, vector in (("column", column), ("row", row)):
        if vector.ndim != 1:
            raise ShapeError(f"{name} must be a vector, but got shape {vector.shape}")
    if x.ndim not in (2, 3, 4):
        raise ShapeError(f"x must be (N, C, H, W), (C, H, W) or (H, W), but got shape {x.shape}")
    same_dtype(x=x, column=column, row=row)
    strides = integers("stride", stride, 2, 1)
    if not isinstance(padding, str):
        padding = integers("padding", padding, 2, 0)
    elif padding == "same" and strides != (1, 1):
        raise ValueError(f"padding='same' needs stride 1, but got stride {stride!r}")
    down, across = (padding, padding) if isinstance(padding, str) else ((padding[0], 0), (0, padding[1]))
    planes = x.reshape(math.prod(x.shape[:-2]), 1, *x.shape[-2:])
    y = conv2d(planes, column.reshape(1, 1, -1, 1), stride=(strides[0], 1), padding=down)
    y = conv2d(y, row.reshape(1, 1, 1, -1), stride=(1, strides[1]), padding=across)
    return y.reshape(*x.shape[:-2], *y.shape[2:])


def depthwise_separable_conv2d(x, depthwise_weight, pointwise_weight, bias=None, stride=1, padding=0, dilation=1):
    """Slide a kernel of its own over every channel of `x`, then mix the channels at every pixel with a 1×1 kernel.

    Shapes: x (N, C, H, W) or (C, H, W), depthwise_weight (C·m, 1, KH, KW), pointwise_weight (O, C·m, 1, 1), bias (O,)
            -> (N, O, H', W') or (O, H', W'), H' and W' as in conv2d.
    Units:  as in conv2d, for the depthwise step; the pointwise step has stride 1 and no padding.
    Raises: as conv2d; ShapeError when pointwise_weight is larger than 1×1.
    Source: Howard et al., "MobileNets" (2017), section 3.1; chapter 9.

    >>> depthwise_separable_conv2d([[[1, 2, 4]], [[3, 5, 5]]], [[[[-1, 1]]], [[[1, 1]]]], [[[[10]], [[1]]]])
    array([[[18, 30]]])
    """
    x, pointwise_weight = array("x", x), array("pointwise_weight", pointwise_weight)
    depthwise_weight = array("depthwise_weight", depthwise_weight)
    if depthwise_weight.ndim != 4 or depthwise_weight.shape[1] != 1:
        raise ShapeError(f"depthwise_weight must be (C·m, 1, KH, KW), but got shape {depthwise_weight.shape}")
    expected = (len(depthwise_weight), 1, 1)
    if pointwise_weight.ndim != 4 or pointwise_weight.shape[1:] != expected:
        raise ShapeError(f"pointwise_weight must be (O, {expected[0]}, 1, 1), but got shape {pointwise_weight.shape}")
    x, has_batch = batched("x", x, 2)
    y = conv2d(x, depthwise_weight, None, stride, padding, dilation, groups=max(1, x.shape[1]))
    y = conv2d(y, pointwise_weight, bias)
    return y if has_batch else y[0]


def flattened_conv2d(x, channel, column, row):
    """Slide three vectors over `x`, one along each axis: in effect the kernel channel ⊗ column ⊗ row.

    Shapes: x (N, C, H, W) or (C, H, W); for one filter channel (C,), column (KH,), row (KW,) -> (N, 1, H', W') or
            (1, H', W'); for O filters channel (O, C), column (O, KH), row (O, KW) -> (N, O, H', W') or (O, H', W').
    Units:  C + KH + KW weights for each filter instead of C × KH × KW; no padding, stride 1.
    Raises: ShapeError when the three do not have as many filters, or do not fit x; else as conv2d.
    Source: Jin, Dundar & Culurciello, "Flattened Convolutional Neural Networks" (2015); chapter 9.

    >>> flattened_conv2d([[[1, 2]], [[3, 5]]], channel=[2, 1], column=[3], row=[1, -1])
    array([[[-12]]])
    """
    x = array("x", x)
    vectors = {"channel": array("channel", channel), "column": array("column", column), "row": array("row", row)}
    same_dtype(x=x, **vectors)
    for name, vector in vectors.items():
        if vector.ndim not in (1, 2) or vector.ndim != vectors["channel"].ndim:
            raise ShapeError(
                f"{name} must be a vector, or all three matrices of one row per filter, but got {vector.shape}"
            )
    channel, column, row = (vector.reshape(-1, vector.shape[-1]) for vector in vectors.values())
    filters = len(channel)
    for name, vector in (("column", column), ("row", row)):
        if len(vector) != filters:
            raise ShapeError(f"{name} must have {filters} filters, as many as channel, but got {len(vector)}")
    y = conv2d(x, channel.reshape(filters, -1, 1, 1))
    y = conv2d(y, column.reshape(filters, 1, -1, 1), groups=filters)
    return conv2d(y, row.reshape(filters, 1, 1, -1), groups=filters)
