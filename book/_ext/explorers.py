"""The `{explorer}` directive: something to move with mouse, finger or keys, and a drawn figure where no script runs.

    ```{explorer} convolution
    :input: 0 1 2; 3 4 5; 6 7 8
    :kernel: 0 1; 2 3
    :ask: 1 1
    What will stand at the bottom right of the output?
    ```

The first word is one of convolution, photo, descent, field and channels. The options are where it starts. `ask` names
what the text below asks for; the answer is computed, and shown once the reader has said a number. Both the explorer
and the figure are made from these options.
"""

import base64
import json
import re
from html import escape
from io import BytesIO
from pathlib import Path
from typing import ClassVar

import numpy as np
from docutils import nodes
from docutils.parsers.rst.directives import flag, nonnegative_int, positive_int, unchanged
from PIL import Image
from sphinx.util.docutils import SphinxDirective

from lib import corr2d, draw
from lib.draw.colours import SIGNED_MAP

ROOT = Path(__file__).parents[2]
PHOTO_WIDTH = 200  # pixels
NUMPY_MODES = {"zeros": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}

KERNELS = {
    "vertical edges": [[1, -1]],
    "horizontal edges": [[1], [-1]],
    "Sobel, across": [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]],
    "Sobel, down": [[-1, -2, -1], [0, 0, 0], [1, 2, 1]],
    "Laplacian": [[0, 1, 0], [1, -4, 1], [0, 1, 0]],
    "contour": [[24 if (i, j) == (2, 2) else -1 for j in range(5)] for i in range(5)],
    "blur": [[0.04] * 5] * 5,
    "sharpen": [[0, -1, 0], [-1, 5, -1], [0, -1, 0]],
    "nothing": [[1]],
}


def matrix(text):
    """Rows parted by semicolons, numbers by blanks.

    >>> matrix("0 1; -2 .5")
    [[0, 1], [-2, 0.5]]
    """
    rows = [[json.loads(re.sub(r"^(-?)\.", r"\g<1>0.", part)) for part in row.split()] for row in text.split(";")]
    if len({len(row) for row in rows}) != 1 or not rows[0]:
        raise ValueError(f"rows of equal length were expected, but got {text!r}")
    return rows


def numbers(text):
    """One row of numbers."""
    return matrix(text)[0]


def number(text):
    return numbers(text)[0]


def convolution(o):
    """The moving picture of the convolution."""
    X, K = np.array(o.get("input", [[0, 1, 2], [3, 4, 5], [6, 7, 8]])), np.array(o.get("kernel", [[0, 1], [2, 3]]))
    mode, padding = o.get("mode", "zeros"), o.get("padding", 0)
    if mode != "zeros":
        X, padding = np.pad(X, padding, mode=NUMPY_MODES[mode]), 0
    return draw.slide(
        X,
        K[::-1, ::-1] if o.get("flip") else K,
        stride=o.get("stride", 1),
        padding=padding,
        dilation=o.get("dilation", 1),
        transposed=o.get("transposed", False),
        output_padding=o.get("outputPadding", 0),
    )


def photograph(name):
    """A photograph of the book in grey, small enough to compute with while the reader watches."""
    with Image.open(ROOT / "book/images" / name) as image:
        height = round(image.height * PHOTO_WIDTH / image.width)
        return image.convert("L").resize((PHOTO_WIDTH, height), Image.Resampling.LANCZOS)


def photo(o):
    """The photograph and its response."""
    grey = np.asarray(photograph(o["image"]), dtype=float)
    alt = ["The photograph in grey.", "Its response to the kernel: blue below zero, white at zero, red above."]
    response = corr2d(grey, np.array(o.get("kernel", [[1, -1]])))
    return draw.images([grey, response], titles=["photograph", "response"], signed=[False, True], columns=2, alt=alt)


def descent(o):
    """The map of the loss, with the first ten steps."""
    X = np.array(o.get("input", [[1, 1, 0, 0, 0, 0, 1, 1]] * 6), dtype=float)
    goal, start, step = o.get("kernel", [2, -2]), o.get("from", [0, 0]), o.get("step", 0.03)
    Y = corr2d(X, np.array([goal], dtype=float))
    visited = [np.array([start], dtype=float)]
    for _ in range(10):
        visited.append(visited[-1] - step * 2 * corr2d(X, corr2d(X, visited[-1]) - Y))
    return draw.contours(
        lambda a, b: ((corr2d(X, np.array([[a, b]])) - Y) ** 2).sum(),
        (-5, 5),
        (-5, 5),
        {"": np.clip(np.array(visited)[:, 0], -5, 5)},
        lowest=goal,
        alt=f"Lines of equal loss over two weights, with ten steps of size {step} from {tuple(start)}.",
    )


def field(o):
    """The tower of layers."""
    return draw.tower(o.get("layers", [[3, 1, 0, 1]] * 2), o.get("size", 9), o.get("index"))


def channels(o):
    """Who connects to whom."""
    out, groups = o.get("outChannels", 6), o.get("groups", 1)
    steps = [("conv", out, groups)] + ([("shuffle", groups), ("conv", out, groups)] if o.get("shuffle") else [])
    return draw.connections(o.get("inChannels", 6), *steps, pick=o.get("pick", 0))


FIGURES = {"convolution": convolution, "photo": photo, "descent": descent, "field": field, "channels": channels}
HEIGHTS = {  # CSS pixels, on a wide page and on a phone, kept free while it loads; a question needs more
    "convolution": (568, 800),
    "photo": (910, 1080),
    "descent": (752, 872),
    "field": (572, 628),
    "channels": (571, 619),
}
ASKED = (165, 185)


class Explorer(SphinxDirective):
    """An explorer with its figure and its question."""

    required_arguments = 1
    has_content = True
    option_spec: ClassVar = {
        "ask": unchanged,
        "alt": unchanged,
        "input": matrix,
        "kernel": matrix,
        "stride": positive_int,
        "padding": nonnegative_int,
        "dilation": positive_int,
        "output-padding": nonnegative_int,
        "mode": unchanged,
        "flip": flag,
        "transposed": flag,
        "image": unchanged,
        "from": numbers,
        "step": number,
        "layers": matrix,
        "size": positive_int,
        "index": nonnegative_int,
        "in-channels": positive_int,
        "out-channels": positive_int,
        "groups": positive_int,
        "kernel-size": positive_int,
        "shuffle": flag,
        "pick": nonnegative_int,
    }

    def run(self):
        kind = self.arguments[0]
        if kind not in FIGURES:
            raise self.error(f"there is no explorer {kind!r}; there are {', '.join(FIGURES)}")
        given = dict(self.options)
        ask, alt = given.pop("ask", ""), given.pop("alt", "")
        settings = {re.sub("-(.)", lambda found: found[1].upper(), name): value for name, value in given.items()}
        settings |= {name: True for name in ("flip", "transposed", "shuffle") if name in settings}
        question = " ".join(self.content)
        if bool(ask) != bool(question):
            raise self.error("a question needs both: the text that asks it, and the option `ask` that names its answer")
        if kind == "descent" and "kernel" in settings:
            settings["kernel"] = settings["kernel"][0]
        if kind == "field":
            settings = self.with_index(settings)
        if kind == "photo":
            settings.setdefault("image", "camera.png")
        try:
            drawing = FIGURES[kind](settings)
        except (ValueError, TypeError, OSError) as error:
            raise self.error(f"this explorer cannot start so: {error}") from error
        data = {"ask": ask, "question": question} if ask else {}
        if kind == "photo":
            data |= self.of_photo(settings.pop("image"), alt)
        if kind == "channels" and "kernelSize" in settings:
            settings["kernel"] = settings.pop("kernelSize")
        data["settings"] = json.dumps(settings)
        return [nodes.raw("", self.html(kind, data, question, drawing), format="html")]

    def with_index(self, settings):
        """The output in the middle, where none is named."""
        layers = [layer + [1, 0, 1][len(layer) - 1 :] for layer in settings.get("layers", [[3, 1, 0, 1]] * 2)]
        size = outputs = settings.get("size", 9)
        for k, s, p, d in layers:
            outputs = (outputs + 2 * p - d * (k - 1) - 1) // s + 1
        return {"index": max(0, (outputs - 1) // 2), **settings, "layers": layers, "size": size}

    def of_photo(self, name, alt):
        """What the photo explorer needs besides its settings: the photograph's pixels, kernels by name, the colours."""
        from matplotlib import colormaps
        from matplotlib.colors import to_hex

        self.env.note_dependency(str(ROOT / "book/images" / name))
        pixels = BytesIO()
        image = photograph(name)
        image.save(pixels, "PNG", optimize=True)
        return {
            "width": str(image.width),
            "height": str(image.height),
            "photo": "data:image/png;base64," + base64.b64encode(pixels.getvalue()).decode(),
            "alt": alt or "The photograph in grey",
            "kernels": json.dumps(KERNELS),
            "colours": " ".join(to_hex(colormaps[SIGNED_MAP](n / 32)) for n in range(33)),
        }

    def html(self, kind, data, question, drawing):
        serial = self.env.new_serialno(f"explorer-{kind}")
        name = f"{kind}{serial + 1}" if serial else kind
        attributes = "".join(f' data-{key}="{escape(value)}"' for key, value in data.items())
        wide, phone = (room + bool(question) * more for room, more in zip(HEIGHTS[kind], ASKED, strict=True))
        asked = f'<p class="ask"><strong>Predict.</strong> {escape(question)}</p>' if question else ""
        return (
            f'<{kind}-explorer id="explorer-{name}" class="explorer" style="--wide:{wide}px;--phone:{phone}px"'
            f"{attributes}>{asked}{drawing._repr_html_()}</{kind}-explorer>"
        )


def setup(app):
    app.add_directive("explorer", Explorer)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
