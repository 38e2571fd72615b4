"""Pictures for messages in notebooks, all in the book's language: what came in, what was expected, and what came."""

import numpy as np

MOST_CELLS = 80  # in one array
MOST_COLUMNS = 34  # in all arrays and operators together


def compared(*parts, expected, got, window=None):
    """Arrays in a row, then the expected one and, where it can be drawn, the one that came; None where it is too wide.

    `parts` are those of `lib.draw.equation`; `window` is the output cell that differs, framed with its window in X.
    """
    from lib import draw  # here, so that checking needs none of it

    parts = [*parts, ("expected", expected, "output")]
    if isinstance(got, np.ndarray) and got.ndim == 2 and got.size and got.dtype.kind in "iuf":
        parts += ["≠", ("got", got, "padding")]
    arrays = [np.atleast_2d(values) for _, values, _ in (part for part in parts if not isinstance(part, str))]
    wide = sum(array.shape[1] for array in arrays) + sum(isinstance(part, str) for part in parts)
    if wide > MOST_COLUMNS or max(array.size for array in arrays) > MOST_CELLS:
        return None
    names = [part[0] for part in parts if not isinstance(part, str)]
    alt = f"{', '.join(names)}, beside each other" + (f"; the first difference is at {window}." if window else ".")
    return draw.equation(*parts, window=window, alt=alt, title="What differs")


def tower(layers, size, index=0):
    """A receptive-field tower, or None where it is too wide to read."""
    from lib import draw

    try:
        return draw.tower(layers, size, index)
    except ValueError:
        return None


def connections(channels, *steps, pick=None):
    """Who connects to whom, or None where there are too many channels to draw."""
    from lib import draw

    try:
        return draw.connections(channels, *steps, pick=pick)
    except ValueError:
        return None
