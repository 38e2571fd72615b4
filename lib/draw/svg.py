"""Drawings: SVG text that carries its own words, for notebooks, pages and files alike."""

from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from zlib import crc32

from lib.draw.colours import COLOURS

CELL = 36  # the side of one grid cell, in SVG units

STYLE = (
    "{id}{font:15px system-ui,sans-serif;color:inherit}"
    "{id} text{fill:currentColor;text-anchor:middle;dominant-baseline:central;stroke:none}"
    "{id} .label{font-size:14px;font-weight:600}"
    "{id} .op{font-size:22px}"
    + "".join(f"{{id}} .{role}{{stroke:{hue};fill:{hue};fill-opacity:.2}}" for role, hue in COLOURS.items())
    + "{id} .padding{fill-opacity:0;stroke-dasharray:2 3}"
    "{id} .line{fill:none;stroke-width:3}"
    "{id} .kernel.line{stroke-dasharray:6 3}"
)

# A file inherits no colour from a page.
DARK = "<style>@media (prefers-color-scheme:dark){svg{color:#f0f0f0!important}}</style>"


@dataclass(frozen=True)
class Drawing:
    """An SVG picture with the sentence that says what it shows.

    Show it as the value of a notebook cell, write it with `save`, or read its `alt` text: `print(drawing)`.

    >>> Drawing(body='<circle r="4"/>', width=10, height=10, alt="A dot.", title="Dot")
    A dot.
    """

    body: str
    width: float
    height: float
    alt: str
    title: str
    css: str = field(default="", repr=False)  # rules for this drawing alone; {id} is its selector, {name} its id
    moves: bool = False

    @property
    def id(self):
        """A name that no other drawing on the page has, and the same one on every build."""
        return f"d{crc32((self.body + self.css + self.alt).encode()):08x}"

    @property
    def svg(self):
        """The SVG element, complete in itself."""
        style = (STYLE + self.css).replace("{id}", f"#{self.id}")
        svg = (
            f'<svg xmlns="http://www.w3.org/2000/svg" id="{self.id}" viewBox="0 0 {self.width:g} {self.height:g}" '
            f'width="{self.width:g}" height="{self.height:g}" role="img" '
            f'aria-labelledby="{self.id}-title {self.id}-desc" style="max-width:100%;height:auto">'
            f'<title id="{self.id}-title">{escape(self.title)}</title>'
            f'<desc id="{self.id}-desc">{escape(self.alt)}</desc>'
            f"<style>{style}</style>{self.body}</svg>"
        )
        return svg.replace("{name}", self.id)

    def save(self, path):
        """Write the picture to an .svg file, which follows the reader's light or dark setting by itself."""
        Path(path).write_text(self.svg.removesuffix("</svg>") + f"{DARK}</svg>", encoding="utf-8")

    def _repr_html_(self):
        pause = '<label><input type="checkbox"> pause</label>' if self.moves else ""
        return f'<div class="drawing">{self.svg}{pause}</div>'

    def __repr__(self):
        return self.alt


def number(value):
    """A value as it stands in a cell: whole numbers bare, a real minus sign, at most four digits.

    >>> number(-2.0), number(0.15), number(1.9769), number(-0.0), number(-float("inf"))
    ('−2', '0.15', '1.977', '0', '−∞')
    """
    return f"{value + 0:.4g}".replace("-", "\N{MINUS SIGN}").replace("inf", "∞")


def cell(x, y, role, text="", extra=""):
    """One grid cell with its number; outputs have round corners, padding is dashed."""
    corner = ' rx="9"' if role == "output" else ""
    rect = f'<rect class="{role}" x="{x:g}" y="{y:g}" width="{CELL}" height="{CELL}"{corner}{extra}/>'
    return rect + (f'<text x="{x + CELL / 2:g}" y="{y + CELL / 2:g}"{extra}>{text}</text>' if text else "")


def frame(x, y, rows, columns, role, extra=""):
    """A thick outline round a block of cells."""
    corner = ' rx="9"' if role == "output" else ""
    return (
        f'<rect class="{role} line" x="{x:g}" y="{y:g}" width="{columns * CELL}" '
        f'height="{rows * CELL}"{corner}{extra}/>'
    )


def label(x, y, text, kind="label"):
    """A few words centred on a point."""
    return f'<text class="{kind}" x="{x:g}" y="{y:g}">{escape(text)}</text>'
