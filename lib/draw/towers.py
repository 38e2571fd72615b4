"""Receptive-field towers: which inputs one output can see through a stack of layers, and which it skips."""

import numpy as np

from lib.arguments import integer, integers
from lib.draw.svg import CELL, Drawing, cell, frame, label, number
from lib.fields import receptive_field_region
from lib.sizes import conv_output_size

ROW = 84  # from one level of a tower to the next
GUTTER = 120  # left of a tower, where the levels are named
MOST_CELLS = 64  # in one row: more cannot be read
TOP = 30  # above a footprint, where its name stands

TOWER_CSS = (
    "{id} .unseen{fill-opacity:0;stroke-opacity:.8}"
    "{id} .seen{fill-opacity:.5;stroke-width:2}"
    "{id} text.dim{fill-opacity:.72}"
    "{id} .path{stroke:currentColor;stroke-opacity:.45;stroke-width:1.2}"
    "{id} text.level{text-anchor:start;font-size:14px;font-weight:600}"
    "{id} text.options{text-anchor:start;font-size:13px}"
)


def tower(layers, size, index=None):
    """Layers stacked over a row of inputs, with everything that one output sees picked out, down to the input.

    Shapes: layers from input to output, each (kernel_size, stride, padding, dilation) with the later ones optional
            (1, 0, 1); `size` inputs in the row; `index` is the output's place in the last layer, the middle by default.
    Units:  cells. The cells of a level are numbered from 0; negative numbers lie in the padding. A cell stands over
            the middle of what it sees.
    Raises: ValueError and TypeError for options that do not fit, or a row of more than 64 cells.
    Source: Araujo, Norris & Sim (2019); chapter 7.

    >>> tower([(3,), (3,)], 7)
    A tower of 2 layers over 7 inputs. Output 1 of 3 sees the inputs 1 to 5.
    >>> tower([(3, 1, 0, 2), (2,)], 7)
    A tower of 2 layers over 7 inputs. Output 0 of 2 sees the inputs 0 to 5.
    >>> tower([(2, 1, 0, 2), (2, 1, 0, 2)], 7)
    A tower of 2 layers over 7 inputs. Output 1 of 3 spans the inputs 1 to 5, but sees only 3 of these 5: 1, 3, 5.
    """
    layers = with_defaults(layers)
    sizes, places = [integer("size", size, 1)], [(0, 1)]  # a place: where cell 0 stands, and the step to the next one
    for k, s, p, d in layers:
        (start, step), count = places[-1], sizes[-1]
        sizes.append(conv_output_size(count, k, s, p, d))
        places.append((start + step * (d * (k - 1) / 2 - p), step * s))
    index = (sizes[-1] - 1) // 2 if index is None else integer("index", index, 0)
    if index >= sizes[-1]:
        raise ValueError(f"index must be at most {sizes[-1] - 1}, for there are {sizes[-1]} outputs, but got {index}")
    paddings = [layer[2] for layer in layers] + [0]
    levels = list(zip(places, sizes, paddings, strict=True))
    first, last = receptive_field_region(layers, index)
    left = min(first, *(start - p * step for (start, step), _, p in levels))
    right = max(last, *(start + (count - 1 + p) * step for (start, step), count, p in levels))
    if right - left >= MOST_CELLS:
        raise ValueError(f"size: a row of {right - left + 1:g} cells cannot be read; show at most {MOST_CELLS}")

    hit = seen(layers, sizes, index)
    rows, lines = [], []
    for level, ((start, step), count, padding) in enumerate(levels):
        y = 6 + (len(layers) - level) * ROW
        rows.append(level_name(y, level, layers))
        for u in range(-padding, count + padding):
            role = "padding" if not 0 <= u < count else "output" if level else "input"
            rows.append(box(across(left, start + u * step), y, role, u, u in hit[level]))
        if level:
            k, s, p, d = layers[level - 1]
            (foot, narrow), _, _ = levels[level - 1]
            for v in sorted(v for v in hit[level] if 0 <= v < count):  # a padded zero sees nothing
                ends = [across(left, foot + (v * s - p + tap * d) * narrow) for tap in range(k)]
                lines += [line(across(left, start + v * step), y, end) for end in ends]
    bottom = 6 + len(layers) * ROW
    rows.append(frame(across(left, places[-1][0] + index * places[-1][1]), 6, 1, 1, "highlight"))
    rows.append(frame(across(left, first), bottom, 1, last - first + 1, "kernel"))
    alt = in_words(layers, sizes, index, (first, last), hit[0])
    width = across(left, right) + CELL + 4
    return Drawing("".join(lines + rows), width, bottom + CELL + 6, alt, "A receptive field", css=TOWER_CSS)


def footprint(layers, name="receptive field"):
    """The receptive field of one output in two dimensions: each pixel with the number of paths from it to the output.

    Shapes: layers as in tower, the same along both axes.
    Units:  paths: ways to go down the tower from the output to this pixel. Pixels that no path reaches are empty.
    Raises: as tower.
    Source: the count of paths is that of Luo et al. (2016), section 2; chapter 7.

    >>> footprint([(2,), (2,)])
    A receptive field of 3×3 pixels. Every pixel is seen; 1 path leads from a corner, 4 from the middle.
    >>> footprint([(3, 1, 0, 2), (3, 1, 0, 2)])
    A receptive field of 9×9 pixels, of which only 25 are seen; 1 path leads from a corner, 9 from the middle.
    """
    along = paths(layers)
    size = len(along)
    if size > MOST_CELLS // 2:
        raise ValueError(f"layers: a field of {size}×{size} pixels cannot be read; show at most {MOST_CELLS // 2}")
    counts = np.outer(along, along)
    body = [label(4 + size * CELL / 2, TOP - 15, name)]
    for (i, j), count in np.ndenumerate(counts):
        x, y = 4 + j * CELL, TOP + i * CELL
        if count:
            shade = 0.15 + 0.6 * count / counts.max()
            body.append(cell(x, y, "input", "", f' style="fill-opacity:{shade:.2f}"'))
            body.append(f'<text x="{x + CELL / 2:g}" y="{y + CELL / 2:g}">{count}</text>')
        else:
            body.append(cell(x, y, "padding"))
    body.append(frame(4, TOP, size, size, "kernel"))
    hit, middle = int((counts > 0).sum()), counts[size // 2, size // 2]
    alt = f"A receptive field of {size}×{size} pixels"
    alt += ". Every pixel is seen" if hit == counts.size else f", of which only {hit} are seen"
    alt += f"; {ways(counts[0, 0])} from a corner, {middle} from the middle."
    return Drawing("".join(body), 8 + size * CELL, TOP + size * CELL + 6, alt, "A receptive field in two dimensions")


def ways(count):
    """1 path leads, 4 paths lead."""
    return f"{count} path leads" if count == 1 else f"{count} paths lead"


def with_defaults(layers):
    """Every layer as (kernel_size, stride, padding, dilation), checked."""
    full = []
    for n, layer in enumerate(layers):
        given = (layer,) if isinstance(layer, int) else tuple(layer)
        if not 1 <= len(given) <= 4:
            raise ValueError(f"layers[{n}] must be (kernel_size, stride, padding, dilation), but got {layer!r}")
        k, s, p, d = integers(f"layers[{n}]", given + (1, 1, 0, 1)[len(given) :], 4, 0)
        for name, value in (("kernel_size", k), ("stride", s), ("dilation", d)):
            if value < 1:
                raise ValueError(f"layers[{n}]: {name} must be at least 1, but got {value}")
        full.append((k, s, p, d))
    return full


def seen(layers, sizes, index):
    """For each level, input first, the cells that reach output `index`; cells of the padding pass nothing on."""
    levels = [{index}]
    for (k, s, p, d), count in zip(reversed(layers), reversed(sizes[1:]), strict=True):
        real = [v for v in levels[0] if 0 <= v < count]
        levels.insert(0, {v * s - p + tap * d for v in real for tap in range(k)})
    return levels


def paths(layers):
    """From each pixel that one output spans, along one axis, the number of paths to that output; padding left out."""
    counts = np.ones(1, dtype=int)
    for k, s, _, d in reversed(with_defaults(layers)):
        below = np.zeros(s * (len(counts) - 1) + d * (k - 1) + 1, dtype=int)
        for tap in range(k):
            below[tap * d : tap * d + s * (len(counts) - 1) + 1 : s] += counts
        counts = below
    return counts


def level_name(y, level, layers):
    """What stands left of a level: its name, and the options of its layer where they are not the plain ones."""
    name = "input" if level == 0 else "output" if level == len(layers) else f"layer {level}"
    text = f'<text class="level" x="4" y="{y + CELL / 2 - (9 if level else 0):g}">{name}</text>'
    if level:
        k, s, p, d = layers[level - 1]
        told = [f"k={k}"] + [f"{n}={v}" for n, v, usual in (("s", s, 1), ("p", p, 0), ("d", d, 1)) if v != usual]
        text += f'<text class="options" x="4" y="{y + CELL / 2 + 9:g}">{", ".join(told)}</text>'
    return text


def across(left, place):
    """Where a cell that stands over `place` begins in the drawing, whose first cell is `left`."""
    return GUTTER + (place - left) * CELL


def line(x, y, end):
    """From a cell at (x, y) down to the cell of the level below that begins at `end`."""
    half = CELL / 2
    return f'<line class="path" x1="{x + half:g}" y1="{y + CELL:g}" x2="{end + half:g}" y2="{y + ROW:g}"/>'


def box(x, y, role, index, hit):
    """A cell of a tower, seen or not, with its place in its row."""
    corner = ' rx="9"' if role == "output" else ""
    kind, dim = ("seen", "") if hit else ("unseen", ' class="dim"')
    rect = f'<rect class="{role} {kind}" x="{x:g}" y="{y:g}" width="{CELL}" height="{CELL}"{corner}/>'
    return rect + f'<text{dim} x="{x + CELL / 2:g}" y="{y + CELL / 2:g}">{number(index)}</text>'


def in_words(layers, sizes, index, span, hits):
    """The sentence that says what a tower shows."""
    first, last = span
    hits = sorted(u for u in hits if 0 <= u < sizes[0])
    alt = f"A tower of {len(layers)} layer{'s' * (len(layers) != 1)} over {sizes[0]} inputs. "
    alt += f"Output {index} of {sizes[-1]} "
    count = last - first + 1
    within = min(last, sizes[0] - 1) - max(first, 0) + 1
    told = f"{number(first)} to {number(last)}"
    if within < count:
        told += f", {count - within} of them in the padding"
    if len(hits) == within:
        return f"{alt}sees the inputs {told}."
    return f"{alt}spans the inputs {told}, but sees only {len(hits)} of these {within}: {', '.join(map(str, hits))}."
