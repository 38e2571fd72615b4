"""The sliding window as a moving picture: SVG and CSS, no script."""

import numpy as np

from lib.draw.grids import GAP, TOP
from lib.draw.svg import CELL, Drawing, cell, frame, label, number
from lib.sizes import conv_output_size

SECONDS = 0.9  # that each step is shown
MOST_STEPS = 400
MOST_TERMS = 6  # in a sum that is written out below


def slide(x, kernel, stride=1, padding=0, dilation=1, transposed=False, output_padding=0):
    """The moving picture of a convolution: its window steps over the input while the output fills.

    Shapes: x and kernel (rows, columns) arrays, whose numbers are then shown, or just their sizes (rows, columns).
    Units:  stride, padding, dilation and output_padding in cells: one int, or (down, across).
    Raises: ValueError where no window fits, or where there are more than 400 steps to show.
    Source: after Dumoulin & Visin (2016). A transposed convolution is the same picture with the roles exchanged:
            a cell of the input writes a window of the output, and the padding is what is cut off.

    >>> slide((3, 3), (2, 2))
    A 2×2 window slides over a 3×3 input in 4 steps and makes a 2×2 output.
    >>> slide((2, 2), (3, 3), transposed=True)
    A 2×2 input is read cell by cell in 4 steps; each spreads over a 3×3 window of the 4×4 output.
    """
    X, K = as_numbers(x), as_numbers(kernel)
    size, kernel_size = shape(x), shape(kernel)
    s, p, d, extra = (pair(option) for option in (stride, padding, dilation, output_padding))
    per_axis = list(zip(size, kernel_size, s, p, d, extra, strict=True))
    if transposed:
        from lib.sizes import conv_transpose_output_size

        result = tuple(conv_transpose_output_size(n, k, s, p, e, d) for n, k, s, p, d, e in per_axis)
        big, small = result, size  # the window slides over `big`; `small` has one cell for each of its places
    else:
        result = tuple(conv_output_size(n, k, s, p, d) for n, k, s, p, d, _ in per_axis)
        big, small = size, result
    places = [(i, j) for i in range(small[0]) for j in range(small[1])]
    if len(places) > MOST_STEPS:
        raise ValueError(f"x: {len(places)} steps are too many to watch; make x smaller (at most {MOST_STEPS} steps)")

    roles = ("output", "input") if transposed else ("input", "output")
    height = max(big[0] + 2 * p[0], small[0]) * CELL
    big_x, big_y = 4 + p[1] * CELL, TOP + (height - big[0] * CELL) / 2
    small_x, small_y = big_x + (big[1] + p[1]) * CELL + GAP, TOP + (height - small[0] * CELL) / 2
    total = len(places)

    body, css = [], []
    ring = [
        (i, j)
        for i in range(-p[0], big[0] + p[0])
        for j in range(-p[1], big[1] + p[1])
        if not (0 <= i < big[0] and 0 <= j < big[1])
    ]
    zero = "0" if X is not None and not transposed else ""
    body += [cell(big_x + j * CELL, big_y + i * CELL, "padding", zero) for i, j in ring]
    Y = None if X is None or K is None else answer(X, K, result, s, p, d, transposed)
    numbers = {"input": X, "output": Y}
    for (rows, columns), x0, y0, role in ((big, big_x, big_y, roles[0]), (small, small_x, small_y, roles[1])):
        values = numbers[role]
        body.append(label(x0 + columns * CELL / 2, y0 - (p[0] * CELL if x0 == big_x else 0) - 15, role))
        for i, j in np.ndindex(rows, columns):
            text = "" if values is None else number(values[i, j])
            fills = role == "output" and not transposed
            extra_class = f' style="animation-name:{{name}}-{i * columns + j}"' if fills else ""
            body.append(cell(x0 + j * CELL, y0 + i * CELL, role, text, extra_class))
    if not transposed:  # an output cell is empty until its window has been read
        css += [
            f"@keyframes {{name}}-{t}{{0%{{opacity:.08}}{percent(t, total)}{{opacity:1}}}}" for t in range(1, total)
        ]
    sums = [] if transposed or Y is None or K.size > MOST_TERMS else sums_in_words(X, K, Y, places, s, p, d)
    foot = TOP + height + 20
    for t, text in enumerate(sums):
        hidden = ";opacity:0" if t else ""  # without motion the first sum stays
        body.append(
            f'<text class="sum" x="4" y="{foot:g}" style="animation-name:{{name}}-sum{t}{hidden}">{text}</text>'
        )
        before = "" if t == 0 else "0%{opacity:0}"
        after = f"{percent(t + 1, total)},to{{opacity:0}}" if t + 1 < total else ""
        css.append(f"@keyframes {{name}}-sum{t}{{{before}{percent(t, total)}{{opacity:1}}{after}}}")
    if not transposed:
        css.append(f"{{id}} [style*=name]{{animation:{SECONDS * total:g}s step-end infinite}}")
        css.append("{id} .sum{text-anchor:start;font-size:14px}")

    taps = "".join(
        frame(big_x + (b * d[1] - p[1]) * CELL, big_y + (a * d[0] - p[0]) * CELL, 1, 1, "kernel")
        for a, b in np.ndindex(*kernel_size)
    )
    marker = frame(small_x, small_y, 1, 1, "highlight")
    for name, shapes, (down, across) in (("window", taps, s), ("marker", marker, (1, 1))):
        stops = "".join(
            f"{percent(t, total)}{{transform:translate({j * across * CELL}px,{i * down * CELL}px)}}"
            for t, (i, j) in enumerate(places)
        )
        css.append(f"@keyframes {{name}}-{name}{{{stops}}}")
        css.append(f"{{id}} .{name}{{animation:{{name}}-{name} {SECONDS * total:g}s step-end infinite}}")
        body.append(f'<g class="{name}">{shapes}</g>')
    css.append("@media(prefers-reduced-motion:reduce){{id} *{animation:none!important}}")
    css.append("div:has(>{id}):has(:checked) *{animation-play-state:paused!important}")

    n, k, r = (f"{rows}×{columns}" for rows, columns in (size, kernel_size, result))
    if transposed:
        alt = f"A {n} input is read cell by cell in {total} steps; each spreads over a {k} window of the {r} output."
    else:
        alt = f"A {k} window slides over a {n} input in {total} steps and makes a {r} output."
    named = [("stride", s, (1, 1)), ("padding", p, (0, 0)), ("dilation", d, (1, 1)), ("output padding", extra, (0, 0))]
    told = [
        f"{name} {option[0] if option[0] == option[1] else option}" for name, option, usual in named if option != usual
    ]
    alt += f" {', '.join(told).capitalize()}." if told else ""
    title = "Transposed convolution, step by step" if transposed else "Convolution, step by step"
    width = max(small_x + small[1] * CELL + 4, 8 * max(map(len, sums), default=0))
    bottom = foot + 12 if sums else TOP + height + 6
    return Drawing("".join(body), width, bottom, alt, title, css="".join(css), moves=True)


def sums_in_words(X, K, Y, places, s, p, d):
    """For each window, its sum as one would write it: 0·0 + 1·1 + 3·2 + 4·3 = 19."""
    padded = np.pad(X, [(p[0], p[0]), (p[1], p[1])])
    span = [d[axis] * (K.shape[axis] - 1) + 1 for axis in (0, 1)]
    texts = []
    for i, j in places:
        part = padded[i * s[0] :, j * s[1] :][: span[0] : d[0], : span[1] : d[1]]
        terms = [f"{factor(a)}·{factor(b)}" for a, b in zip(part.flat, K.flat, strict=True)]
        texts.append(f"{' + '.join(terms)} = {number(Y[i, j])}")
    return texts


def factor(value):
    """A number inside a product: a negative one in brackets."""
    return number(value) if value >= 0 else f"({number(value)})"


def answer(X, K, result, s, p, d, transposed):
    """The numbers of the output, by the definition."""
    Y = np.zeros(result)
    small = X.shape if transposed else result
    for i, j in np.ndindex(*small):
        for a, b in np.ndindex(*K.shape):
            row, column = i * s[0] + a * d[0] - p[0], j * s[1] + b * d[1] - p[1]
            big = Y if transposed else X
            if 0 <= row < big.shape[0] and 0 <= column < big.shape[1]:
                if transposed:
                    Y[row, column] += X[i, j] * K[a, b]
                else:
                    Y[i, j] += X[row, column] * K[a, b]
    return Y


def as_numbers(x):
    """The array, or None where only a size was given."""
    return np.asarray(x) if np.ndim(x) == 2 else None


def shape(x):
    """The (rows, columns) of an array, or of a size."""
    return np.shape(x) if np.ndim(x) == 2 else pair(x)


def pair(option):
    """An option as (down, across)."""
    return (option, option) if np.ndim(option) == 0 else tuple(option)


def percent(t, total):
    """The moment at which step t of `total` begins, as CSS says it."""
    return f"{100 * t / total:.4g}%"
