"""Labelled grids of numbers, side by side, with a window picked out."""

import numpy as np

from lib.draw.svg import CELL, Drawing, cell, frame, label, number

GAP = 44  # between grids, where the operator stands
TOP = 30  # above a grid, where its name stands
LETTER = 8.2  # a letter of a name, at most
DIGIT = 0.66  # a character of a number, in the widest font, as a part of the font's size


def grid(x, y, values, role):
    """The cells of one 2-D array, its top left corner at (x, y). A NaN is an empty cell."""
    texts = [["" if np.isnan(value) else number(value) for value in row] for row in values]
    longest = max(len(text) for row in texts for text in row)
    # a long number must not touch the rim of its cell
    size = f' font-size="{min(12, CELL / longest / DIGIT):.3g}"' if longest > 3 else ""
    return "".join(
        cell(x + j * CELL, y + i * CELL, role, text, size) for i, row in enumerate(texts) for j, text in enumerate(row)
    )


def equation(*parts, window=None, reads=None, alt, title="Arrays"):
    """Arrays in a row with operators between them: X ⋆ K = Y.

    Each part is an operator (a string) or a triple (name, 2-D array, role); roles are those of the colour table.
    A cell that holds NaN stays empty.
    `window` picks out one output cell (row, column): it is framed, and so is its window in every input,
    as large as the kernel beside it. Where the window is another one, `reads` is its corner and its size in every
    input: ((row, column), (rows, columns)).

    >>> equation(("X", [[1, 2]], "input"), "·", ("K", [[3, 4]], "kernel"), alt="X and K, one row each.")
    X and K, one row each.
    """
    arrays = [part for part in parts if not isinstance(part, str)]
    height = max(len(np.atleast_2d(values)) for _, values, _ in arrays) * CELL
    kernel_sizes = [np.atleast_2d(values).shape for _, values, role in arrays if role == "kernel"]
    body, x = [], 4
    for part in parts:
        if isinstance(part, str):
            body.append(label(x + GAP / 2, TOP + height / 2, part, kind="op"))
            x += GAP
            continue
        name, values, role = part
        values = np.atleast_2d(values)
        rows, columns = values.shape
        y = TOP + (height - rows * CELL) / 2
        margin = max(0, len(name) * LETTER - columns * CELL) / 2  # where a name is wider than its array
        x += margin
        body.append(label(x + columns * CELL / 2, y - 15, name))
        body.append(grid(x, y, values, role))
        if role == "kernel":
            body.append(frame(x, y, rows, columns, "kernel"))
        elif window is not None:
            corner, size, picked = window, (1, 1), "highlight"
            if role == "input":
                corner, size = reads or (window, kernel_sizes[-1] if kernel_sizes else (1, 1))
                picked = "kernel"
            body.append(frame(x + corner[1] * CELL, y + corner[0] * CELL, *size, picked))
        x += columns * CELL + margin
    return Drawing("".join(body), x + 4, TOP + height + 6, alt, title)
