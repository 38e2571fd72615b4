"""Pooling as a picture: windows on the input, and the one number that each leaves."""

import numpy as np

from lib.draw.grids import GAP, TOP, grid
from lib.draw.svg import CELL, Drawing, frame, label, number
from lib.sizes import conv_output_size

KINDS = {"max": np.max, "mean": np.mean}


def pool(X, kernel_size, kind="max", stride=None, *, title="Pooling"):
    """The windows of a pooling, framed on the input, with what is left of each; a maximum is framed where it stands.

    Shapes: X (H, W); kernel_size and stride are ints, stride None means kernel_size.
    Units:  pixels. `kind` is "max" or "mean".
    Raises: ValueError for another kind, or a window that does not fit.
    Source: chapter 6.

    >>> pool([[1, 3, 0, 2], [2, 0, 5, 4]], 2)
    2×2 windows on a 2×4 input. Their largest numbers are (3 5).
    >>> pool([[1, 3, 0, 2], [2, 0, 5, 5]], 2, "mean")
    2×2 windows on a 2×4 input. Their means are (1.5 3).
    """
    X = np.asarray(X)
    if kind not in KINDS:
        raise ValueError(f"kind: {kind!r} came, but one of {', '.join(map(repr, KINDS))} was expected")
    k, s = kernel_size, kernel_size if stride is None else stride
    rows, columns = (conv_output_size(n, k, s) for n in X.shape)
    corners = [(i * s, j * s) for i in range(rows) for j in range(columns)]
    Y = np.array([KINDS[kind](X[i : i + k, j : j + k]) for i, j in corners]).reshape(rows, columns)
    (H, W), out_x = X.shape, 4 + X.shape[1] * CELL + GAP
    out_y = TOP + (H - rows) * CELL / 2
    body = [label(4 + W * CELL / 2, TOP - 15, "X"), grid(4, TOP, X, "input")]
    body += [label(out_x + columns * CELL / 2, out_y - 15, kind), grid(out_x, out_y, Y, "output")]
    body.append(label(out_x - GAP / 2, TOP + H * CELL / 2, "→", kind="op"))
    for i, j in corners:
        body.append(frame(4 + j * CELL, TOP + i * CELL, k, k, "kernel"))
    if kind == "max":
        for i, j in corners:
            a, b = divmod(int(np.argmax(X[i : i + k, j : j + k])), k)
            body.append(frame(4 + (j + b) * CELL, TOP + (i + a) * CELL, 1, 1, "highlight"))
    told = " / ".join(" ".join(number(value) for value in row) for row in Y)
    alt = f"{k}×{k} windows on a {H}×{W} input. Their {'largest numbers' if kind == 'max' else 'means'} are ({told})."
    return Drawing("".join(body), out_x + columns * CELL + 4, TOP + H * CELL + 6, alt, title)
