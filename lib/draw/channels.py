"""Who connects to whom: channels as cells, one row per layer, and a line for every pair that shares a weight."""

import numpy as np

from lib.arguments import integer
from lib.draw.svg import CELL, Drawing, cell, frame, label

GAP = 10  # between two channels
GROUP_GAP = 26  # between two groups
RISE = 74  # from the bottom of one row to the top of the next
MARGIN = 86  # on the left, where a row's name stands
MOST_CHANNELS = 16  # in one row, so that the numbers stay readable


def connections(in_channels, *steps, pick=None, title="Who connects to whom"):
    """Rows of channels, joined where one is computed from the other; the rows run from the input down.

    Each step is ("conv", out_channels, groups), a layer with a line for every kernel slice, or ("shuffle", groups),
    which only moves the channels: its cells keep the number that they had. groups=1 is an ordinary layer, and
    groups=in_channels a depthwise one. `pick` is a channel of the last row: all that it is computed from stands out.

    Shapes: in_channels and out_channels count channels, at most 16; groups divides both.
    Raises: ValueError or TypeError, naming the step, what came and what was expected.
    Source: chapter 10; the shuffle is that of Zhang et al. (2018), "ShuffleNet".

    >>> connections(4, ("conv", 4, 2))
    4 input channels. A layer of 4 channels in 2 groups, 8 connections.
    >>> connections(6, ("conv", 6, 2), ("shuffle", 2), ("conv", 6, 2), pick=0).alt.partition("Channel 0")[2]
    ' of the last row depends on inputs 0, 1, 2, 3, 4, 5.'
    """
    integer("in_channels", in_channels, 1)
    rows = [np.arange(in_channels)]  # the numbers that stand in each row's cells
    links, names, words, cuts = [], ["input"], [f"{in_channels} input channels."], [first_groups(steps)]
    for n, step in enumerate(steps):
        kind, width, groups = read(f"steps[{n}]", step, len(rows[-1]))
        if kind == "shuffle":
            order = shuffled(width, groups)
            link = np.zeros((width, width), dtype=bool)
            link[np.arange(width), order] = True
            words.append(f"A shuffle with {groups} groups: {', '.join(map(str, order))}.")
        else:
            order = np.arange(width)
            link = joined(len(rows[-1]), width, groups)
            words.append(layer_in_words(len(rows[-1]), width, groups, link.sum()))
        names.append("shuffled" if kind == "shuffle" else "output" if n == len(steps) - 1 else "channels")
        links.append((kind, link))
        rows.append(order)
        cuts.append(groups)
    for row in rows:
        if len(row) > MOST_CHANNELS:
            raise ValueError(f"in_channels, out_channels: at most {MOST_CHANNELS} can be drawn, but {len(row)} came")
    reached = trace(links, rows, pick)
    if pick is not None:
        words.append(f"Channel {pick} of the last row depends on {list_inputs(reached[0])}.")

    # a row is cut into the groups that touch it from below: those of the layer that reads it
    cuts = [first_groups(steps[n:], cut) for n, cut in enumerate(cuts)]
    places = [positions(len(row), groups) for row, groups in zip(rows, cuts, strict=True)]
    width = max(place[-1] + CELL for place in places)
    lines, cells = [], []
    for n, (row, place) in enumerate(zip(rows, places, strict=True)):
        place += (width - place[-1] - CELL) / 2  # centred
        y = 6 + n * (CELL + RISE)
        role = "output" if n == len(rows) - 1 and n else "input" if n == 0 else "padding"
        cells.append(label((MARGIN - 10) / 2, y + CELL / 2, names[n]))
        for c, x in enumerate(place):
            faint = "" if reached is None or reached[n][c] else ' opacity=".4"'
            cells.append(cell(MARGIN + x, y, role, str(row[c]), faint))
        if pick is not None and n == len(rows) - 1:
            cells.append(frame(MARGIN + place[pick], y, 1, 1, "highlight"))
        if n:
            kind, link = links[n - 1]
            for o, i in np.argwhere(link):
                ends = MARGIN + places[n - 1][i] + CELL / 2, y - RISE, MARGIN + place[o] + CELL / 2, y
                strong = reached is not None and bool(reached[n][o])
                lines.append(wire(*ends, kind, strong, faint=reached is not None and not strong))
    css = "{id} .wire{fill:none;stroke-width:1.6}{id} .faint{opacity:.18}{id} .moved{stroke-dasharray:2 3}"
    height = 6 + len(rows) * (CELL + RISE) - RISE + 6
    return Drawing("".join(lines + cells), MARGIN + width + 4, height, " ".join(words), title, css=css)


def joined(in_channels, out_channels, groups):
    """Whether output o reads input i, as a matrix (out_channels, in_channels): both in the same group.

    >>> joined(4, 2, 2).astype(int)
    array([[1, 1, 0, 0],
           [0, 0, 1, 1]])
    """
    of_output, of_input = (
        np.arange(out_channels) * groups // out_channels,
        np.arange(in_channels) * groups // in_channels,
    )
    return of_output[:, None] == of_input


def shuffled(count, groups):
    """Which channel stands at each place after a shuffle: a row per group, read column by column.

    >>> shuffled(6, 2).tolist()
    [0, 3, 1, 4, 2, 5]
    """
    return np.arange(count).reshape(groups, -1).T.ravel()


def read(name, step, width):
    """A step as (kind, width of its row, groups), or an error that names it."""
    expected = '("conv", out_channels, groups) or ("shuffle", groups)'
    if not isinstance(step, tuple | list) or not step or (step[0], len(step)) not in {("conv", 3), ("shuffle", 2)}:
        raise ValueError(f"{name} must be {expected}, but {step!r} came")
    kind, *numbers = step
    *out, groups = (integer(name, number, 1) for number in numbers)
    out_channels = out[0] if out else width
    if width % groups or out_channels % groups:
        raise ValueError(
            f"{name}: groups={groups} must divide the {width} channels before and the {out_channels} after"
        )
    return kind, out_channels, groups


def first_groups(steps, otherwise=1):
    """The groups in which a row is read: those of the step below it; at the last row those of the step above."""
    return steps[0][-1] if steps and isinstance(steps[0], tuple | list) and steps[0] else otherwise


def positions(count, groups):
    """The left edge of each cell of a row, with wider gaps between groups."""
    number = np.arange(count)
    return (number * (CELL + GAP) + number * groups // count * (GROUP_GAP - GAP)).astype(float)


def trace(links, rows, pick):
    """For each row, which channels the picked one is computed from; None where none is picked."""
    if pick is None:
        return None
    if integer("pick", pick, 0) >= len(rows[-1]):
        raise ValueError(f"pick: the last row has channels 0 to {len(rows[-1]) - 1}, but {pick} came")
    reached = [np.arange(len(rows[-1])) == pick]
    for _, link in reversed(links):
        reached.insert(0, link[reached[0]].any(axis=0))
    return reached


def list_inputs(reached):
    """Inputs by number, as words."""
    numbers = np.flatnonzero(reached)
    return f"input{'s' * (len(numbers) != 1)} {', '.join(map(str, numbers))}"


def layer_in_words(in_channels, out_channels, groups, lines):
    """What a layer is, in a sentence."""
    if groups == 1:
        kind = f"An ordinary layer of {out_channels} channels"
    elif groups == in_channels:
        kind = f"A depthwise layer of {out_channels} channels"
    else:
        kind = f"A layer of {out_channels} channels in {groups} groups"
    return f"{kind}, {lines} connections."


def wire(x0, y0, x1, y1, kind, strong, faint):
    """A line from the bottom of one cell to the top of another; a shuffle's is dotted, for it has no weight."""
    role = "padding moved" if kind == "shuffle" else "kernel"
    role = f"{'highlight' if strong else role} wire{' moved' * (strong and kind == 'shuffle')}{' faint' * faint}"
    return f'<path class="{role}" d="M{x0:g} {y0:g}L{x1:g} {y1:g}"/>'
