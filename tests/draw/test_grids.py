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


def test_a_name_wider_than_its_array_is_not_cut_and_meets_no_other():
    names = ["a row for each of two groups", "read in columns"]
    picture = draw.equation(*((name, [[1], [2]], "input") for name in names), alt="Two columns with long names.")
    labels = [text for text in ET.fromstring(picture.svg).iter(f"{SVG}text") if text.get("class") == "label"]
    middles, halves = [float(text.get("x")) for text in labels], [4 * len(text.text) for text in labels]
    assert middles[0] - halves[0] >= 0
    assert middles[0] + halves[0] <= middles[1] - halves[1]
    assert middles[1] + halves[1] <= picture.width


def test_a_nan_is_an_empty_cell():
    picture = draw.equation(("", [[3, np.nan]], "padding"), alt="A 3 beside an empty cell.")
    root = ET.fromstring(picture.svg)
    assert len(list(root.iter(f"{SVG}rect"))) == 2
    assert [text.text for text in root.iter(f"{SVG}text") if not text.get("class")] == ["3"]


def test_an_array_with_a_long_number_is_set_smaller():
    for values, size in (([[0.15, 2]], "12"), ([[-12, 2]], None)):
        root = ET.fromstring(draw.equation(("", values, "input"), alt="Two numbers in a row.").svg)
        assert [text.get("font-size") for text in root.iter(f"{SVG}text") if text.text] == [size, size]


WIDE = {"\N{MINUS SIGN}": 0.84, "+": 0.84, ".": 0.32}  # characters of DejaVu Sans, a wide font; a digit is 0.64


@pytest.mark.parametrize("value", [7, -12, 0.15, -147, 1.977, -8.678, -0.0123, 12345.6, -0.00001234])
def test_a_number_stays_inside_its_cell_in_any_font(value):
    picture = draw.equation(("Y", [[value, 1]], "output"), alt="Two numbers.")
    text = next(t for t in ET.fromstring(picture.svg).iter(f"{SVG}text") if t.get("class") != "label")
    size = float(text.get("font-size", 15))
    assert sum(WIDE.get(c, 0.64) for c in text.text) * size <= CELL
    assert size == 15 or size * len(text.text) > CELL  # as large as it can be
