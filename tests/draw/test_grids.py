"""draw.equation has room for everything it shows, whatever stands beside whatever."""

import xml.etree.ElementTree as ET

import numpy as np
import pytest

from lib import draw
from lib.draw.svg import CELL

SVG = "{http://www.w3.org/2000/svg}"

ROWS = {  # sizes of the arrays in a row, and their roles
    "one role twice, the taller first": [((5, 2), "output"), ((3, 4), "output")],
    "one role twice, the taller last": [((2, 3), "input"), ((4, 1), "input")],
    "kernels of two sizes": [((3, 4), "input"), ((3, 1), "kernel"), ((1, 2), "kernel"), ((2, 2), "output")],
}


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_every_cell_and_every_name_stays_inside_the_picture(row):
    parts = [(f"array {n}", np.arange(np.prod(size)).reshape(size) - 3, role) for n, (size, role) in enumerate(row)]
    picture = draw.equation(*parts, alt="Some arrays in a row.")
    root = ET.fromstring(picture.svg)
    cells = [rect for rect in root.iter(f"{SVG}rect") if "line" not in rect.get("class")]
    assert len(cells) == sum(np.prod(size) for size, _ in row)
    for rect in cells:
        assert 0 <= float(rect.get("x")) <= picture.width - CELL
        assert 0 <= float(rect.get("y")) <= picture.height - CELL
    for text in root.iter(f"{SVG}text"):
        assert 8 <= float(text.get("y")) <= picture.height - 8
