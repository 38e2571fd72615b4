"""Kernels with a name. They are for cross-correlation, unflipped: a brighter right side makes SOBEL_X positive.

>>> SOBEL_X
array([[-1.,  0.,  1.],
       [-2.,  0.,  2.],
       [-1.,  0.,  1.]])
>>> sorted(KERNELS)[:3]
['binomial_blur', 'box_blur', 'contour']
"""

import numpy as np

from lib.arguments import integer


def box_blur(size):
    """The mean of a square.

    Shapes: -> (size, size). Units: pixels; the weights sum to 1. Raises: ValueError for a size below 1.
    Source: chapter 2.

    >>> box_blur(2)
    array([[0.25, 0.25],
           [0.25, 0.25]])
    """
    size = integer("size", size, 1)
    return np.full((size, size), 1 / size**2)


def binomial_blur(size):
    """The bell-shaped mean that Pascal's triangle gives, close to a Gaussian of variance (size - 1) / 4.

    Shapes: -> (size, size). Units: pixels; the weights sum to 1. Raises: ValueError for a size below 1.
    Source: chapter 9.

    >>> binomial_blur(3) * 16
    array([[1., 2., 1.],
           [2., 4., 2.],
           [1., 2., 1.]])
    """
    row = np.ones(1)
    for _ in range(integer("size", size, 1) - 1):
        row = np.convolve(row, [0.5, 0.5])
    return np.outer(row, row)


def contour(size):
    """size² − 1 in the centre of minus ones: size² times what the square's mean leaves of the pixel.

    Shapes: -> (size, size). Units: pixels; the weights sum to 0. Raises: ValueError for an even size.
    Source: chapter 2.

    >>> contour(5)[2]
    array([-1., -1., 24., -1., -1.])
    """
    if integer("size", size, 1) % 2 == 0:
        raise ValueError(f"size must be odd, to have a centre, but got {size}")
    kernel = -np.ones((size, size))
    kernel[size // 2, size // 2] = size**2 - 1
    return kernel


def _fixed(rows):
    kernel = np.array(rows, dtype=float)
    kernel.flags.writeable = False
    return kernel


IDENTITY = _fixed([[0, 0, 0], [0, 1, 0], [0, 0, 0]])
VERTICAL_EDGES = _fixed([[1, -1]])
HORIZONTAL_EDGES = _fixed([[1], [-1]])
DIAGONAL_EDGES = _fixed([[1, -1], [-1, 1]])
PREWITT_X = _fixed([[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]])
PREWITT_Y = _fixed(PREWITT_X.T)
SOBEL_X = _fixed([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
SOBEL_Y = _fixed(SOBEL_X.T)
LAPLACIAN = _fixed([[0, 1, 0], [1, -4, 1], [0, 1, 0]])
LAPLACIAN_8 = _fixed([[1, 1, 1], [1, -8, 1], [1, 1, 1]])
SHARPEN = _fixed(IDENTITY - LAPLACIAN)
EMBOSS = _fixed([[-2, -1, 0], [-1, 1, 1], [0, 1, 2]])
CONTOUR = _fixed(contour(5))
BOX_BLUR = _fixed(box_blur(3))
BINOMIAL_BLUR = _fixed(binomial_blur(5))

KERNELS = {name.lower(): value for name, value in list(globals().items()) if isinstance(value, np.ndarray)}
