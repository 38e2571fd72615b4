"""Inputs that let no mistake hide: signed, never square, never symmetric, never in order."""

import numpy as np


def ints(rng, *shape, low=-9, high=9):
    """Whole numbers of both signs, none of them zero."""
    values = rng.integers(low, high, shape)
    return np.where(values >= 0, values + 1, values)


def floats(rng, *shape):
    """Numbers of both signs with two decimals, so that they can be read."""
    return ints(rng, *shape, low=-399, high=399) / 100


def bar(rows, columns, start, stop):
    """An image of ones with the columns start … stop−1 set to 0: two vertical edges."""
    image = np.ones((rows, columns))
    image[:, start:stop] = 0
    return image


def quarters(rng, *shape):
    """Fractions of both signs that a computer multiplies and adds without rounding, in any order."""
    return ints(rng, *shape, low=-39, high=39) / 4
