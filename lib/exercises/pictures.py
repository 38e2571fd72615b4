"""Pictures of a wrong result: what goes in, the window, what was expected, what came."""

import numpy as np

MOST = 64  # numbers that a grid can hold and be read
DECIMALS = 2  # digits behind the point that a cell can hold


def what_differs(before, expected, got, wrong, reads=None):
    """`before` (parts of lib.draw.equation), expected ≠ got; framed are the first number that differs and its window.

    `reads` is the window in the inputs, ((row, column), (rows, columns)), where it is not as large as the kernel. None
    comes where an array is too large to be read; without `got` where it is no picture.
    """
    from lib import draw

    arrays = [values for _, values, _ in (part for part in before if not isinstance(part, str))]
    if max(np.size(values) for values in [*arrays, expected]) > MOST or sum(np.shape(a)[-1] for a in arrays) > 20:
        return None
    parts = [*before, ("expected", expected, "output")]
    if isinstance(got, np.ndarray) and got.ndim == 2 and 0 < got.size <= MOST and got.dtype.kind in "iuf":
        parts += ["≠", ("got", got, "padding")]
    at = wrong.at and wrong.at[-2:]
    rounded = [part if isinstance(part, str) else (part[0], np.round(part[1], DECIMALS), part[2]) for part in parts]
    if not at or parts[-1][0] != "got" or rounded[-1][1][at] != rounded[-3][1][at]:  # the difference is still seen
        parts = rounded
    alt = "What goes in, the expected result and yours" + (f"; they first differ at {at}." if at else ".")
    return draw.equation(*parts, window=at, reads=reads if at else None, alt=alt, title="What differs")
