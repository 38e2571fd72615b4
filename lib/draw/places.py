"""The places of a window along one axis: where it stands, step by step, and what is left over."""

from lib.draw.svg import CELL, Drawing, cell, label
from lib.sizes import conv_output_size, pool_output_size

LEFT = 92  # where the row begins; the windows' names stand before it
TOP = 22


def places(size, kernel_size, stride=1, padding=0, dilation=1, ceil_mode=False, *, title="Places of a window"):
    """A row of pixels with its padding, numbered from its left end; below it, every place where the window stands.

    With `ceil_mode`, the places of a pooling that rounds up; a last window that is left out again is dotted.

    Units:  pixels, all ints. dilation=1 is the ordinary kernel.
    Raises: ShapeError where the window does not fit.
    Source: Dumoulin & Visin (2016), relationships 7 and 15; chapters 5 and 6.

    >>> places(10, 3, stride=2)
    A row of 10 pixels. A window over 3 of them stands at 0, 2, 4, 6. It ends at 8, the row at 9.
    """
    reach, row = dilation * (kernel_size - 1), size + 2 * padding
    if ceil_mode:
        count = pool_output_size(size, kernel_size, stride, padding, dilation, ceil_mode=True)
        rounded_up = -(-(row - reach - 1) // stride) + 1
    else:
        count = rounded_up = conv_output_size(size, kernel_size, stride, padding, dilation)
    starts = [window * stride for window in range(count)]
    left_out = [window * stride for window in range(count, rounded_up)]
    body = [label(LEFT - 46, TOP + CELL / 2, "the row")]
    for place in range(row):
        role = "input" if padding <= place < padding + size else "padding"
        body.append(cell(LEFT + place * CELL, TOP, role, str(place)))
    for n, start in enumerate(starts + left_out):
        y = TOP + (n + 1) * (CELL + 6)
        body.append(label(LEFT - 46, y + CELL / 2, f"window {n}" if start in starts else "left out"))
        role = "kernel" if start in starts else "padding"
        body += [cell(LEFT + (start + tap * dilation) * CELL, y, role) for tap in range(kernel_size)]
    end = max(row, (starts + left_out)[-1] + reach + 1)
    ring = f" with {padding} of padding on each side" if padding else ""
    alt = (
        f"A row of {size} pixels{ring}. A window over {kernel_size} of them stands at {', '.join(map(str, starts))}. "
        f"It ends at {starts[-1] + reach}, the row at {row - 1}."
    )
    if left_out:
        alt += f" A window at {left_out[0]} would start in the padding on the right, and is left out."
    height = TOP + (len(starts) + len(left_out) + 1) * (CELL + 6)
    return Drawing("".join(body), LEFT + end * CELL + 4, height, alt, title)
