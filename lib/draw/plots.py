"""Matplotlib's figures in the course's own visual language: SVG whose ink follows the reader's theme."""

import re
from io import StringIO

import numpy as np

from lib.draw.colours import COLOURS
from lib.draw.svg import Drawing

DPI = 72  # one SVG unit per CSS pixel
CYCLE = ("#1f77b4", "#ff7f0e", "#2ca02c", "#d62728", "#9467bd")  # matplotlib's own colours C0 … C4
ROLES = ("input", "kernel", "output", "highlight", "padding")  # … and what stands in for each
DASHES = ("-", "--", ":", "-.", (0, (6, 2, 1, 2, 1, 2)))  # lines are told apart without colour too
CSS = (
    "{id}{fill:currentColor;min-width:0}"  # a plot may shrink on a phone; a grid's numbers may not
    "{id} text{text-anchor:start;dominant-baseline:alphabetic}{id} :where(*){stroke-linejoin:round;stroke-linecap:butt}"
)


def plot(fig, *, alt, title="Plot"):
    """A matplotlib figure as a Drawing: text stays text, black becomes the page's ink, white becomes the page.

    The first five colours of matplotlib's cycle (C0 … C4) become the course's. The figure is closed.
    Raises: TypeError for what is not a figure, ValueError where alt is empty.

    >>> from matplotlib.figure import Figure
    >>> fig = Figure(figsize=(4, 2))
    >>> lines = fig.subplots().plot([3, 1, 2])
    >>> plot(fig, alt="A line that falls from 3 to 1, then rises to 2.")
    A line that falls from 3 to 1, then rises to 2.
    """
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    if not isinstance(fig, Figure):
        raise TypeError(f"fig: {type(fig).__name__} came, but a matplotlib Figure was expected")
    if not alt:
        raise ValueError("alt: an empty text came, but a sentence was expected that says what the figure shows")
    for axes in fig.axes:
        if axes.name == "rectilinear" and not axes.images:
            axes.spines[["top", "right"]].set_visible(False)
        if axes.get_legend():
            axes.get_legend().set_frame_on(False)
    buffer = StringIO()
    options = {"format": "svg", "transparent": True, "bbox_inches": "tight", "pad_inches": 0.05, "dpi": DPI}
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": "the same on every build"}):
        fig.savefig(buffer, metadata={"Date": None, "Creator": None}, **options)
    close(fig)
    width, height, body = inline(buffer.getvalue())
    return Drawing(body, width, height, alt, title, css=CSS)


def close(fig):
    """Keep notebooks from showing the figure a second time."""
    import sys

    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close(fig)


def inline(svg):
    """Width, height and content of matplotlib's SVG file, made fit to stand in a page among others."""
    width, height = (float(size) for size in re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg).groups())
    body = svg[re.search(r"<svg[^>]*>", svg).end() : svg.rindex("</svg>")]
    body = re.sub(r"<metadata>.*?</metadata>|<style.*?</style>|<!--.*?-->", "", body, flags=re.S)
    used = set(re.findall(r"""(?:href="|url\()#([^")]+)""", body))
    body = re.sub(r' id="([^"]+)"', lambda m: f' id="{{name}}-{m[1]}"' if m[1] in used else "", body)
    body = re.sub(r"""(?:xlink:)?(href="|url\()#""", r"\1#{name}-", body).replace("xlink:href", "href")
    body = re.sub(r'(?<= d=")[^"]*', lambda m: shorter(m[0]), body)
    body = re.sub(r'font: ((?:italic |oblique )?)((?:bold |\d00 )?)([\d.]+)px [^;"]*', font, body)
    body = re.sub(r"font-family: [^;\"]*;? ?", "", body)
    for theirs, role in zip(CYCLE, ROLES, strict=True):
        body = body.replace(theirs, COLOURS[role].lower())
    body = re.sub(r"#000000\b", "currentColor", body)
    return width, height, re.sub(r"\s*\n\s*", "\n", body).strip()


def shorter(path):
    """A path with one digit after the point, which is less than anybody can see."""
    return " ".join(re.sub(r"-?\d+\.\d+", lambda m: f"{float(m[0]):.1f}".removesuffix(".0"), path).split())


def font(match):
    """Size, weight and slope of a text; its family is the page's."""
    slope, weight, size = match.groups()
    return (
        f"font-size: {float(size):g}px"
        + (f"; font-style: {slope.strip()}" if slope else "")
        + (f"; font-weight: {weight.strip()}" if weight else "")
    )


def new_figure(width=6.4, height=3.6):
    """A matplotlib figure that no notebook shows by itself, with its axes."""
    from matplotlib.figure import Figure

    fig = Figure(figsize=(width, height), layout="constrained")
    axes = fig.subplots()
    axes.tick_params(labelsize=12)
    return fig, axes


def lines(series, xlabel, ylabel, *, start=0, log=False, alt, title="Plot"):
    """Named rows of numbers as lines, one point per step, each with colour and dashes of its own.

    Shapes: series maps a name to its numbers; the first stands at x = start.

    >>> lines({"loss": [4, 2, 1]}, "step", "loss", alt="The loss halves at each step.")
    The loss halves at each step.
    """
    if not 0 < len(series) <= len(ROLES):
        raise ValueError(f"series: {len(series)} lines came, but between 1 and {len(ROLES)} were expected")
    fig, axes = new_figure()
    for (name, values), role, dashes in zip(series.items(), ROLES, DASHES, strict=False):
        steps = np.arange(start, start + len(values))
        axes.plot(
            steps,
            values,
            color=COLOURS[role],
            linestyle=dashes,
            marker="o" if len(values) <= 16 else "",
            markersize=4,
            label=name,
        )
    if log:
        axes.set_yscale("log")
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.set_xlabel(xlabel, fontsize=13)
    axes.set_ylabel(ylabel, fontsize=13)
    if len(series) > 1:
        axes.legend(fontsize=12)
    return plot(fig, alt=alt, title=title)


def contours(loss, x, y, paths=None, labels=("K[0, 0]", "K[0, 1]"), lowest=None, *, alt, title="Loss contours"):
    """The lines of equal loss over two weights, with the steps of descent drawn on them.

    Shapes: loss takes two numbers and gives one; x and y are the ranges (low, high) of its two arguments;
            paths maps a name to its points (steps, 2), the first one a square; lowest is a point (2,), shown as ×.

    >>> contours(lambda a, b: a**2 + 3 * b**2, (-2, 2), (-1, 1), {"": [(2, 1), (1, 0)]}, alt="Ellipses and one step.")
    Ellipses and one step.
    """
    fig, axes = new_figure(5.4, 4.6)
    a, b = np.linspace(*x, 61), np.linspace(*y, 61)
    heights = np.array([[loss(one, other) for one in a] for other in b], dtype=float)
    share = np.linspace(0, 1, 11)[1:] ** 2  # squares: equal steps of distance where the loss is quadratic
    levels = heights.min() + np.ptp(heights) * share
    drawn = axes.contour(a, b, heights, levels=levels, colors="black", linewidths=0.8, alpha=0.6)
    axes.clabel(drawn, levels[1::2], fontsize=10, fmt=lambda level: f"{level:.3g}")
    for (name, points), role, dashes in zip(
        (paths or {}).items(), ("highlight", "kernel", "output"), DASHES, strict=False
    ):
        points = np.asarray(points, dtype=float)
        axes.plot(*points.T, color=COLOURS[role], linestyle=dashes, marker="o", markersize=4.5, label=name or None)
        axes.plot(*points[0], color=COLOURS[role], marker="s", markersize=8)
    if lowest is not None:
        axes.plot(*lowest, color="black", marker="x", markersize=10, markeredgewidth=2)
    axes.set(xlim=x, ylim=y)
    axes.set_xlabel(labels[0], fontsize=13)
    axes.set_ylabel(labels[1], fontsize=13)
    if any(paths or {}):
        axes.legend(fontsize=12, loc="upper left", bbox_to_anchor=(0, -0.14), ncols=3)
    return plot(fig, alt=alt, title=title)
