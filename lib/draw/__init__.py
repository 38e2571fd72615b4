"""The one visual language of the course: grids, moving pictures, photographs and maps, plots, towers, connections.

Every function returns a `Drawing`, which shows itself as the value of a notebook cell.
"""

from lib.draw.channels import connections
from lib.draw.colours import COLOURS
from lib.draw.grids import equation
from lib.draw.images import images
from lib.draw.motion import slide
from lib.draw.plots import contours, lines, plot
from lib.draw.svg import Drawing
from lib.draw.towers import footprint, tower

__all__ = [
    "COLOURS",
    "Drawing",
    "connections",
    "contours",
    "equation",
    "footprint",
    "images",
    "lines",
    "plot",
    "slide",
    "tower",
]
