"""The animations of convolution arithmetic, all drawn from one table of cases."""

from typing import NamedTuple

from lib.draw.motion import slide


class Case(NamedTuple):
    """One animation: a square input and kernel with their options, the same along both axes."""

    size: int
    kernel_size: int
    stride: int = 1
    padding: int = 0
    dilation: int = 1
    output_padding: int = 0
    transposed: bool = False


CASES = {  # the names are those of Dumoulin & Visin; a transposed case undoes the shape of the case it is named after
    "no padding, no strides": Case(4, 3),
    "arbitrary padding, no strides": Case(5, 4, padding=2),
    "half padding, no strides": Case(5, 3, padding=1),
    "full padding, no strides": Case(5, 3, padding=2),
    "no padding, strides": Case(5, 3, stride=2),
    "padding, strides": Case(5, 3, stride=2, padding=1),
    "padding, strides, odd": Case(6, 3, stride=2, padding=1),
    "dilation": Case(7, 3, dilation=2),
    "no padding, no strides, transposed": Case(2, 3, transposed=True),
    "arbitrary padding, no strides, transposed": Case(6, 4, padding=2, transposed=True),
    "half padding, no strides, transposed": Case(5, 3, padding=1, transposed=True),
    "full padding, no strides, transposed": Case(7, 3, padding=2, transposed=True),
    "no padding, strides, transposed": Case(2, 3, stride=2, transposed=True),
    "padding, strides, transposed": Case(3, 3, stride=2, padding=1, transposed=True),
    "padding, strides, odd, transposed": Case(3, 3, stride=2, padding=1, output_padding=1, transposed=True),
}


def arithmetic(name):
    """The animation of one named case of convolution arithmetic.

    Raises: ValueError for a name that is not in CASES.
    Source: Dumoulin & Visin (2016), the figures of chapters 2, 4 and 5; chapters 5, 8 and 11.

    >>> arithmetic("padding, strides")
    A 3×3 window slides over a 5×5 input in 9 steps and makes a 3×3 output. Stride 2, padding 1.
    """
    if name not in CASES:
        raise ValueError(f"name: {name!r} came, but one of {', '.join(map(repr, CASES))} was expected")
    size, kernel_size, *options = CASES[name]
    stride, padding, dilation, output_padding, transposed = options
    return slide(
        (size, size),
        (kernel_size, kernel_size),
        stride=stride,
        padding=padding,
        dilation=dilation,
        transposed=transposed,
        output_padding=output_padding,
    )
