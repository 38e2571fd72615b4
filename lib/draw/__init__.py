"""The one visual language of the course: grids, windows, moving pictures, photographs, feature maps, plots.
"""The one visual language of the course: grids, windows, moving pictures, receptive-field towers.

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

__all__ = ["COLOURS", "Drawing", "contours", "equation", "images", "lines", "plot", "slide"]
__all__ = ["COLOURS", "Drawing", "connections", "equation", "slide"]
__all__ = ["COLOURS", "Drawing", "equation", "footprint", "slide", "tower"]
