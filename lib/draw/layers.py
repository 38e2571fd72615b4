"""One kernel of a layer at work: every channel meets its own part of the kernel, and the results are added."""

import numpy as np

from lib.draw.grids import GAP, TOP, grid
from lib.draw.svg import CELL, Drawing, frame, label, number
from lib.loops import corr2d

RISE = 54  # from the bottom of one channel to the top of the next: an operator and a name stand between


def channels_added(X, K, window=None, names=None, *, title="One kernel, all channels"):
    """X ⋆ K for one kernel with a part per channel: a row for each channel, and below them the sum of their results.

    Shapes: X (C, H, W), K (C, h, w); `names` has C entries. `window` is a place (row, column) of the output: it is
            framed, and so is its window in every channel.
    Raises: ValueError where channels do not match.
    Source: chapter 4.

    >>> channels_added([[[1, 2, 3]], [[0, 1, 5]]], [[[1, -1]], [[2, 0]]])
    2 channels of 1×3 numbers meet 2 kernel parts of 1×2. Their results (−1 −1) and (0 2) are added: (−1 1).
    """
    X, K = np.asarray(X), np.asarray(K)
    if X.ndim != 3 or K.ndim != 3 or len(X) != len(K):
        raise ValueError(f"X, K: shapes {X.shape} and {K.shape} came, but (C, H, W) and (C, h, w) were expected")
    names = [f"channel {c}" for c in range(len(X))] if names is None else list(names)
    if len(names) != len(X):
        raise ValueError(f"names: {len(names)} came, but {len(X)} were expected, one per channel")
    parts = np.array([corr2d(x, k) for x, k in zip(X, K, strict=True)])
    (H, W), (h, w), (rows, columns) = X.shape[1:], K.shape[1:], parts.shape[1:]
    kernel_x = 4 + W * CELL + GAP
    part_x = kernel_x + w * CELL + GAP
    body = []
    for c, name in enumerate(names):
        y = TOP + c * (H * CELL + RISE)
        middle = y + H * CELL / 2
        kernel_y, part_y = middle - h * CELL / 2, middle - rows * CELL / 2
        body += [label(4 + W * CELL / 2, y - 15, name), grid(4, y, X[c], "input")]
        body += [
            label(kernel_x - GAP / 2, middle, "⋆", kind="op"),
            label(kernel_x + w * CELL / 2, kernel_y - 15, f"K[{c}]"),
        ]
        body += [grid(kernel_x, kernel_y, K[c], "kernel"), frame(kernel_x, kernel_y, h, w, "kernel")]
        body += [label(part_x - GAP / 2, middle, "=", kind="op"), grid(part_x, part_y, parts[c], "padding")]
        if window is not None:
            body.append(frame(4 + window[1] * CELL, y + window[0] * CELL, h, w, "kernel"))
            body.append(frame(part_x + window[1] * CELL, part_y + window[0] * CELL, 1, 1, "highlight"))
        if c:
            body.append(label(part_x + columns * CELL / 2, y - RISE / 2, "+", kind="op"))
    sum_y = TOP + len(X) * (H * CELL + RISE) - (H - rows) * CELL / 2
    body.append(label(part_x + columns * CELL / 2, sum_y - RISE / 2, "=", kind="op"))
    body += [label(part_x - GAP / 2, sum_y + rows * CELL / 2, "Y"), grid(part_x, sum_y, parts.sum(axis=0), "output")]
    if window is not None:
        body.append(frame(part_x + window[1] * CELL, sum_y + window[0] * CELL, 1, 1, "highlight"))
    alt = f"{len(X)} channels of {H}×{W} numbers meet {len(X)} kernel parts of {h}×{w}. Their results "
    alt += f"{' and '.join(map(in_brackets, parts))} are added: {in_brackets(parts.sum(axis=0))}."
    return Drawing("".join(body), part_x + columns * CELL + 4, sum_y + rows * CELL + 6, alt, title)


def in_brackets(values):
    """A small array as text, its rows divided by slashes."""
    return f"({' / '.join(' '.join(number(v) for v in row) for row in values)})"
