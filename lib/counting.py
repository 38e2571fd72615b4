"""What a convolution costs: its parameters and its multiply-adds."""

import math

from lib.arguments import flag, integer, integers
from lib.errors import ShapeError


def count_parameters(in_channels, out_channels, kernel_size, bias=True, groups=1):
    """How many numbers a convolution learns; a transposed one learns as many.

    Shapes: kernel_size an int, a square kernel as in nn.Conv2d, or a tuple with one entry per axis -> an int.
    Units:  numbers; a bias is one per output channel.
    Raises: ShapeError when groups does not divide both numbers of channels; ValueError and TypeError otherwise.
    Source: the PyTorch documentation of torch.nn.Conv2d; chapter 4.

    >>> count_parameters(3, 6, 3)
    168
    >>> count_parameters(512, 512, 3, bias=False, groups=512)
    4608
    """
    flag("bias", bias)
    axes = len(kernel_size) if isinstance(kernel_size, (tuple, list)) else 2
    per_output, kernel_size = _check(in_channels, out_channels, kernel_size, groups, max(1, axes))
    return out_channels * (per_output * math.prod(kernel_size) + int(bias))


def count_macs(in_channels, out_channels, kernel_size, output_size, groups=1):
    """How many multiply-adds a convolution takes for one image. FLOPs count each of them as two.

    Shapes: kernel_size and output_size ints, square as in nn.Conv2d, or tuples with one entry per axis -> an int.
    Units:  multiply-adds; those on padding count, those of a bias do not. For a transposed convolution, whose every
            input pixel spreads a kernel, give the size of its input.
    Raises: ShapeError when groups does not divide both numbers of channels; ValueError and TypeError otherwise.
    Source: Howard et al., "MobileNets" (2017), section 3.1; chapter 4.

    >>> count_macs(3, 6, 3, 30)
    145800
    >>> count_macs(8, 4, (3,), (16,), groups=2)
    768
    """
    sizes = [len(size) for size in (kernel_size, output_size) if isinstance(size, (tuple, list))]
    axes = max(1, max(sizes, default=2))
    output_size = integers("output_size", output_size, axes, 1)
    per_output, kernel_size = _check(in_channels, out_channels, kernel_size, groups, axes)
    return out_channels * per_output * math.prod(kernel_size) * math.prod(output_size)


def _check(in_channels, out_channels, kernel_size, groups, axes):
    """How many input channels each output channel sees, and the kernel's size along every axis."""
    groups = integer("groups", groups, 1)
    for name, value in (("in_channels", in_channels), ("out_channels", out_channels)):
        if integer(name, value, 1) % groups:
            raise ShapeError(f"{name} must be a multiple of groups={groups}, but got {value}")
    return in_channels // groups, integers("kernel_size", kernel_size, axes, 1)
