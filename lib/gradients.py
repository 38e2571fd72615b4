"""The two gradients of a convolution: with respect to its input, and with respect to its weight."""

import math

import numpy as np

from lib.arguments import AXES, array, integer, integers, same_dtype
from lib.conv import TILE, check_span, check_weight, pad, padding_sides, tiles, windows
from lib.conv_transpose import spread
from lib.errors import ShapeError
from lib.sizes import conv_output_size


def conv1d_input(input_size, weight, grad_output, stride=1, padding=0, dilation=1, groups=1):
    """The gradient of conv1d with respect to its input. As conv2d_input, along one axis.

    Shapes: input_size (N, C, L), weight (O, C/groups, K), grad_output (N, O, L') -> (N, C, L).
    Units:  as in conv2d_input.
    Raises: as conv2d_input.
    Source: Dumoulin & Visin (2016), section 4.1; chapter 3. Equal to torch.nn.grad.conv1d_input.

    >>> conv1d_input((1, 1, 4), np.array([[[1, 2]]]), np.array([[[1, 10, 100]]]))
    array([[[  1,  12, 120, 200]]])
    """
    return _input(1, input_size, weight, grad_output, stride, padding, dilation, groups)


def conv2d_input(input_size, weight, grad_output, stride=1, padding=0, dilation=1, groups=1):
    """The gradient of conv2d with respect to its input: grad_output spread back through the kernels.

    Shapes: input_size (N, C, H, W), weight (O, C/groups, KH, KW), grad_output (N, O, H', W') -> (N, C, H, W).
    Units:  those of the convolution whose gradient it is.
    Raises: ShapeError when grad_output is not as large as the output of conv2d; else as conv2d.
    Source: Dumoulin & Visin (2016), section 4.1; chapter 3. Equal to torch.nn.grad.conv2d_input.

    >>> conv2d_input((1, 1, 2, 3), np.array([[[[1, 2]]]]), np.array([[[[1, 10], [0, 5]]]]))
    array([[[[ 1, 12, 20],
             [ 0,  5, 10]]]])
    """
    return _input(2, input_size, weight, grad_output, stride, padding, dilation, groups)


def conv3d_input(input_size, weight, grad_output, stride=1, padding=0, dilation=1, groups=1):
    """The gradient of conv3d with respect to its input. As conv2d_input, along three axes.

    Shapes: input_size (N, C, D, H, W), weight (O, C/groups, KD, KH, KW), grad_output (N, O, D', H', W')
            -> (N, C, D, H, W).
    Units:  as in conv2d_input.
    Raises: as conv2d_input.
    Source: Dumoulin & Visin (2016), section 4.1; chapter 3. Equal to torch.nn.grad.conv3d_input.

    >>> conv3d_input((1, 2, 3, 4, 5), np.ones((6, 2, 2, 1, 3)), np.ones((1, 6, 2, 4, 3))).shape
    (1, 2, 3, 4, 5)
    """
    return _input(3, input_size, weight, grad_output, stride, padding, dilation, groups)


def conv1d_weight(input, weight_size, grad_output, stride=1, padding=0, dilation=1, groups=1):
    """The gradient of conv1d with respect to its weight. As conv2d_weight, along one axis.

    Shapes: input (N, C, L), weight_size (O, C/groups, K), grad_output (N, O, L') -> (O, C/groups, K).
    Units:  as in conv2d_weight.
    Raises: as conv2d_weight.
    Source: chapter 3. Equal to torch.nn.grad.conv1d_weight.

    >>> conv1d_weight(np.array([[[1, 2, 3, 5]]]), (1, 1, 2), np.array([[[1, 10, 100]]]))
    array([[[321, 532]]])
    """
    return _weight(1, input, weight_size, grad_output, stride, padding, dilation, groups)


def conv2d_weight(input, weight_size, grad_output, stride=1, padding=0, dilation=1, groups=1):
    """The gradient of conv2d with respect to its weight: the input correlated with grad_output.

    Shapes: input (N, C, H, W), weight_size (O, C/groups, KH, KW), grad_output (N, O, H', W') -> weight_size.
    Units:  those of the convolution whose gradient it is.
    Raises: ShapeError when grad_output is not as large as the output of conv2d; else as conv2d.
    Source: chapter 3. Equal to torch.nn.grad.conv2d_weight.

    >>> conv2d_weight(np.array([[[[1, 2, 3], [5, 8, 13]]]]), (1, 1, 1, 2), np.array([[[[1, 10], [0, 100]]]]))
    array([[[[ 821, 1332]]]])
    """
    return _weight(2, input, weight_size, grad_output, stride, padding, dilation, groups)


def conv3d_weight(input, weight_size, grad_output, stride=1, padding=0, dilation=1, groups=1):
    """The gradient of conv3d with respect to its weight. As conv2d_weight, along three axes.

    Shapes: input (N, C, D, H, W), weight_size (O, C/groups, KD, KH, KW), grad_output (N, O, D', H', W')
            -> weight_size.
    Units:  as in conv2d_weight.
    Raises: as conv2d_weight.
    Source: chapter 3. Equal to torch.nn.grad.conv3d_weight.

    >>> conv3d_weight(np.ones((1, 2, 3, 4, 5)), (6, 2, 2, 1, 3), np.ones((1, 6, 2, 4, 3))).shape
    (6, 2, 2, 1, 3)
    """
    return _weight(3, input, weight_size, grad_output, stride, padding, dilation, groups)


def _input(ndim, input_size, weight, grad_output, stride, padding, dilation, groups):
    weight, grad_output = array("weight", weight), array("grad_output", grad_output)
    x = np.broadcast_to(np.zeros((), weight.dtype), _size("input_size", input_size))  # a shape, and no memory
    same_dtype(weight=weight, grad_output=grad_output)
    stride, sides, dilation, groups = _fit(
        ndim, "input_size", x, weight, grad_output, stride, padding, dilation, groups
    )
    return spread(grad_output, weight, None, x.shape[2:], stride, [p for p, _ in sides], dilation, groups)


def _weight(ndim, x, weight_size, grad_output, stride, padding, dilation, groups):
    x, grad_output = array("input", x), array("grad_output", grad_output)
    weight = np.broadcast_to(np.zeros((), x.dtype), _size("weight_size", weight_size))
    same_dtype(input=x, grad_output=grad_output)
    stride, sides, dilation, groups = _fit(ndim, "input", x, weight, grad_output, stride, padding, dilation, groups)
    wide = np.dtype(np.float32) if x.dtype == np.float16 else x.dtype
    taps, count = math.prod(weight.shape[1:]), len(weight) // groups
    x, grad_output = (
        a.reshape(len(a), groups, a.shape[1] // groups, *a.shape[2:]) for a in (pad(x, sides), grad_output)
    )
    view = windows(x, weight.shape[2:], grad_output.shape[3:], stride, dilation)
    sums = np.zeros((groups, taps, count), wide)
    with np.errstate(all="ignore"):  # NaN and inf travel silently
        for n, g, *at in tiles((len(x), groups, *grad_output.shape[3:]), TILE // (2 * wide.itemsize * max(1, taps))):
            slopes = grad_output[n, g, :, *at].astype(wide, copy=False)
            images, parts, _, *area = slopes.shape
            columns = view[n, g, ..., *at].reshape(images, parts, taps, math.prod(area)).astype(wide, copy=False)
            slopes = slopes.reshape(images, parts, count, math.prod(area))
            sums[g] += (columns @ slopes.swapaxes(2, 3)).sum(axis=0, dtype=wide)
        return sums.swapaxes(1, 2).reshape(weight.shape).astype(x.dtype, copy=False)


def _size(name, size):
    if not isinstance(size, (tuple, list)):
        raise TypeError(f"{name} must be a tuple of ints, but got {size!r}")
    return tuple(integer(name, number, 0) for number in size)


def _fit(ndim, name, x, weight, grad_output, stride, padding, dilation, groups):
    """Check everything that a gradient is given against the convolution it belongs to."""
    stride = integers("stride", stride, ndim, 1)
    padding = integers("padding", padding, ndim, 0)
    dilation = integers("dilation", dilation, ndim, 1)
    groups = integer("groups", groups, 1)
    if x.ndim != ndim + 2:
        raise ShapeError(f"{name} must be (N, C, {', '.join(AXES[ndim])}), but got {x.shape}")
    check_weight(x, weight, groups, ndim)
    sides = padding_sides(padding, weight.shape[2:], stride, dilation)
    check_span(x.shape, weight.shape, sides, dilation)
    size = conv_output_size(x.shape[2:], weight.shape[2:], stride, padding, dilation)
    if grad_output.shape != (len(x), len(weight), *size):
        raise ShapeError(
            f"grad_output must have shape {(len(x), len(weight), *size)}, that of the convolution's output, "
            f"but got {grad_output.shape}"
        )
    return stride, sides, dilation, groups
