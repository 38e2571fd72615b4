"""The sliding window as a moving picture: SVG and CSS, no script."""

import numpy as np

from lib.draw.grids import GAP, TOP
from lib.draw.svg import CELL, Drawing, cell, frame, label, number
from lib.sizes import conv_output_size, conv_transpose_output_size

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
    rule, options = (conv_transpose_output_size, (s, p, extra, d)) if transposed else (conv_output_size, (s, p, d))
    result = tuple(rule(*axis) for axis in zip(size, kernel_size, *options, strict=True))
    places = list(np.ndindex(size if transposed else result))
    if len(places) > MOST_STEPS:
        raise ValueError(f"x: {len(places)} steps are too many to watch; make x smaller (at most {MOST_STEPS} steps)")

    draw = spread if transposed else gather
    body, css, width, height = draw(X, K, size, kernel_size, result, places, s, p, d)
    css.append(f"{{id}} [style*=name]{{animation:{SECONDS * len(places):g}s step-end infinite}}")
    css.append("{id} .sum{text-anchor:start;font-size:14px}")
    css.append("@media(prefers-reduced-motion:reduce){{id} *{animation:none!important}}")
    css.append("div:has(>{id}):has(:checked) *{animation-play-state:paused!important}")

    n, k, r = (f"{rows}×{columns}" for rows, columns in (size, kernel_size, result))
    total = len(places)
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
    return Drawing("".join(body), width, height, alt, title, css="".join(css), moves=True)


def gather(X, K, size, kernel_size, result, places, s, p, d):
    """A convolution: the window moves over the input on the left, and the output on the right fills."""
    height = max(size[0] + 2 * p[0], result[0]) * CELL
    in_x, in_y = 4 + p[1] * CELL, TOP + (height - size[0] * CELL) / 2
    out_x, out_y = in_x + (size[1] + p[1]) * CELL + GAP, TOP + (height - result[0] * CELL) / 2
    total, width = len(places), out_x + result[1] * CELL + 4
    Y = None if X is None or K is None else answer(X, K, result, s, p, d)

    body = ring(in_x, in_y, size, p, (size[0] + p[0], size[1] + p[1]), "" if X is None else "0")
    body.append(label(in_x + size[1] * CELL / 2, in_y - p[0] * CELL - 15, "input"))
    body += [cell(in_x + j * CELL, in_y + i * CELL, "input", text_of(X, (i, j))) for i, j in np.ndindex(size)]
    body.append(label(out_x + result[1] * CELL / 2, out_y - 15, "output"))
    for t, (i, j) in enumerate(places):  # an output cell is empty until its window has been read
        body.append(cell(out_x + j * CELL, out_y + i * CELL, "output", text_of(Y, (i, j)), appears(t)))
    css = appearing(total)

    sums = [] if Y is None or K.size > MOST_TERMS else sums_in_words(X, K, Y, places, s, p, d)
    foot = TOP + height + 20
    texts, rules = captions(sums, foot, total)
    frames, moves = pointers(places, (in_x, in_y), kernel_size, s, p, d, (out_x, out_y))
    width = max(width, 8 * max(map(len, sums), default=0))
    return body + texts + frames, css + rules + moves, width, foot + 12 if sums else TOP + height + 6


def spread(X, K, size, kernel_size, result, places, s, p, d):
    """A transposed convolution: an input cell on the left adds its multiple of the kernel to a window on the right."""
    spans = zip(size, kernel_size, s, d, strict=True)
    span = [(n - 1) * stride + dilation * (k - 1) + 1 for n, k, stride, dilation in spans]  # all that is written
    drawn = [max(span[axis], result[axis] + p[axis]) for axis in (0, 1)]  # that, and what output_padding adds
    numbers = X is not None and K is not None
    height = max(drawn[0], size[0], kernel_size[0] if numbers else 0) * CELL
    in_x, in_y = 4, TOP + (height - size[0] * CELL) / 2
    body = [label(in_x + size[1] * CELL / 2, in_y - 15, "input")]
    body += [cell(in_x + j * CELL, in_y + i * CELL, "input", text_of(X, (i, j))) for i, j in np.ndindex(size)]
    x = in_x + size[1] * CELL + GAP
    if numbers:  # the kernel stands between the two
        k_y = TOP + (height - kernel_size[0] * CELL) / 2
        body.append(label(x - GAP / 2, k_y + kernel_size[0] * CELL / 2, "·", "op"))
        body.append(label(x + kernel_size[1] * CELL / 2, k_y - 15, "kernel"))
        body += [cell(x + b * CELL, k_y + a * CELL, "kernel", number(K[a, b])) for a, b in np.ndindex(kernel_size)]
        body.append(frame(x, k_y, *kernel_size, "kernel"))
        x += kernel_size[1] * CELL + GAP
    out_x, out_y = x + p[1] * CELL, TOP + p[0] * CELL + (height - drawn[0] * CELL) / 2
    body.append(label(out_x + result[1] * CELL / 2, out_y - p[0] * CELL - 15, "output"))
    body += ring(out_x, out_y, result, p, (drawn[0] - p[0], drawn[1] - p[1]))

    total, pairs = len(places), set()
    inside = set(np.ndindex(result))
    for (i, j), story in written(X, K, places, kernel_size, s, p, d, inside).items():
        here = out_x + j * CELL, out_y + i * CELL
        if (i, j) in inside:
            t = story[0][0] if story and not numbers else 0
            body.append(cell(*here, "output", "0" if numbers and not story else "", appears(t)))
        for n, (start, value) in enumerate(story if numbers else []):  # each sum stands until the next one replaces it
            end = story[n + 1][0] if n + 1 < len(story) else None
            middle = here[0] + CELL / 2, here[1] + CELL / 2
            body.append(f'<text x="{middle[0]:g}" y="{middle[1]:g}"{shown(start, end, pairs)}>{number(value)}</text>')
    css = [visible(start, end, total) for start, end in sorted(pairs, key=str)] if numbers else appearing(total)

    told = []
    for i, j in places if numbers else []:
        corner = number(i * s[0] - p[0]), number(j * s[1] - p[1])
        told.append(f"{number(X[i, j])} · kernel, added from row {corner[0]}, column {corner[1]}")
    foot = TOP + height + 20
    texts, rules = captions(told, foot, total)
    frames, moves = pointers(places, (out_x, out_y), kernel_size, s, p, d, (in_x, in_y))
    width = max(out_x + (drawn[1] - p[1]) * CELL + 4, 8 * max(map(len, told), default=0))
    return body + texts + frames, css + rules + moves, width, foot + 12 if told else TOP + height + 6


def ring(x, y, size, p, ends, text=""):
    """The dashed cells round a grid, from p cells before it as far as `ends`, counted from its corner."""
    return [
        cell(x + j * CELL, y + i * CELL, "padding", text)
        for i in range(-p[0], ends[0])
        for j in range(-p[1], ends[1])
        if not (0 <= i < size[0] and 0 <= j < size[1])
    ]


def written(X, K, places, kernel_size, s, p, d, inside):
    """For each output cell, and each cell that is cut off: the steps that write it, with the sum so far."""
    stories = {place: [] for place in inside}
    for t, (i, j) in enumerate(places):
        for a, b in np.ndindex(kernel_size):
            story = stories.setdefault((i * s[0] + a * d[0] - p[0], j * s[1] + b * d[1] - p[1]), [])
            before = story[-1][1] if story else 0
            story.append((t, before + (0 if X is None or K is None else X[i, j] * K[a, b])))
    return stories


def appears(t):
    """The style of a cell that is pale until step t."""
    return f' style="animation-name:{{name}}-{t}"' if t else ""


def appearing(total):
    """The keyframes of that style, for each step."""
    return [f"@keyframes {{name}}-{t}{{0%{{opacity:.08}}{percent(t, total)}{{opacity:1}}}}" for t in range(1, total)]


def shown(start, end, pairs):
    """The style of what is there from step `start` until step `end` (None: to the last); without motion, the last."""
    if start == 0 and end is None:
        return ""
    pairs.add((start, end))
    return f' style="animation-name:{{name}}-{start}-{end}{"" if end is None else ";opacity:0"}"'


def visible(start, end, total):
    """The keyframes of that style."""
    before = "0%{opacity:0}" if start else ""
    after = "" if end is None else f"{percent(end, total)},to{{opacity:0}}"
    return f"@keyframes {{name}}-{start}-{end}{{{before}{percent(start, total)}{{opacity:1}}{after}}}"


def captions(sentences, y, total):
    """One sentence for each step, below the picture; without motion the first one stays."""
    body, css = [], []
    for t, text in enumerate(sentences):
        hidden = ";opacity:0" if t else ""
        body.append(f'<text class="sum" x="4" y="{y:g}" style="animation-name:{{name}}-sum{t}{hidden}">{text}</text>')
        before = "" if t == 0 else "0%{opacity:0}"
        after = f"{percent(t + 1, total)},to{{opacity:0}}" if t + 1 < total else ""
        css.append(f"@keyframes {{name}}-sum{t}{{{before}{percent(t, total)}{{opacity:1}}{after}}}")
    return body, css


def pointers(places, big, kernel_size, s, p, d, small):
    """The dashed window on one grid and the framed cell of the other, which move together."""
    taps = "".join(
        frame(big[0] + (b * d[1] - p[1]) * CELL, big[1] + (a * d[0] - p[0]) * CELL, 1, 1, "kernel")
        for a, b in np.ndindex(*kernel_size)
    )
    body, css, total = [], [], len(places)
    for name, shapes, (down, across) in (("window", taps, s), ("marker", frame(*small, 1, 1, "highlight"), (1, 1))):
        stops = "".join(
            f"{percent(t, total)}{{transform:translate({j * across * CELL}px,{i * down * CELL}px)}}"
            for t, (i, j) in enumerate(places)
        )
        css.append(f"@keyframes {{name}}-{name}{{{stops}}}")
        css.append(f"{{id}} .{name}{{animation:{{name}}-{name} {SECONDS * total:g}s step-end infinite}}")
        body.append(f'<g class="{name}">{shapes}</g>')
    return body, css


def text_of(values, place):
    """The number that stands in a cell, or nothing where only sizes are known."""
    return "" if values is None else number(values[place])


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


def answer(X, K, result, s, p, d):
    """The numbers of the output, by the definition."""
    Y = np.zeros(result)
    for i, j in np.ndindex(*result):
        for a, b in np.ndindex(*K.shape):
            row, column = i * s[0] + a * d[0] - p[0], j * s[1] + b * d[1] - p[1]
            if 0 <= row < X.shape[0] and 0 <= column < X.shape[1]:
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
