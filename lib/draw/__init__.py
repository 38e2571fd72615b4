"""The one visual language of the course: grids, moving pictures, photographs and maps, plots, towers, connections.

Every function returns a `Drawing`, which shows itself as the value of a notebook cell.
"""

from lib.draw.cases import CASES, arithmetic
from lib.draw.channels import connections
from lib.draw.colours import COLOURS
from lib.draw.grids import equation
from lib.draw.images import images
from lib.draw.layers import channels_added
from lib.draw.motion import slide
from lib.draw.places import places
from lib.draw.plots import contours, lines, plot
from lib.draw.pools import pool
from lib.draw.svg import Drawing
from lib.draw.towers import footprint, tower

__all__ = [
    "CASES",
    "COLOURS",
    "Drawing",
    "arithmetic",
    "channels_added",
    "connections",
    "contours",
    "equation",
    "footprint",
    "images",
    "lines",
    "places",
    "plot",
    "pool",
    "slide",
    "tower",
]
