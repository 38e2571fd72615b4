"""A drawing says in words what it shows, is valid XML, and follows the page it stands on."""

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from lib import draw
from lib.draw.colours import COLOURS
from lib.draw.svg import number

X, K = np.array([[1, -2, 0.5], [4, 0, -1]]), np.array([[3, -1]])
DRAWINGS = {
    "equation": draw.equation(("X", X, "input"), "⋆", ("K", K, "kernel"), window=(0, 1), alt="X and K.", title="Two"),
    "moving numbers": draw.slide(X, K),
    "moving sizes": draw.slide((5, 6), (3, 2), stride=(2, 1), padding=(1, 0), dilation=(1, 2)),
    "moving transposed": draw.slide((2, 3), (3, 2), stride=2, padding=1, transposed=True),
}


@pytest.fixture(params=DRAWINGS)
def drawing(request):
    return DRAWINGS[request.param]


def test_it_is_xml_with_a_title_and_a_description(drawing):
    root = ET.fromstring(drawing.svg)
    texts = {child.tag.rpartition("}")[2]: child for child in root}
    assert texts["title"].text == drawing.title
    assert texts["desc"].text == drawing.alt == repr(drawing)
    assert root.get("aria-labelledby").split() == [texts["title"].get("id"), texts["desc"].get("id")]


def test_its_names_are_its_own(drawing):
    ids = re.findall(r'id="([^"]+)"', drawing.svg) + re.findall(r"@keyframes ([\w-]+)", drawing.svg)
    assert all(name.startswith(drawing.id) for name in ids)
    assert len(set(ids)) == len(ids)
    assert "{" not in re.sub(r"<style>.*?</style>", "", drawing.svg)


def test_every_rule_of_style_is_for_this_drawing_alone(drawing):
    style = re.search(r"<style>(.*?)</style>", drawing.svg)[1]
    rules = re.findall(r"([^{}@]+)\{[^{}]*\}", re.sub(r"@keyframes [\w-]+\{(?:[^{}]*\{[^{}]*\})*\}", "", style))
    assert rules
    assert all(f"#{drawing.id}" in selector for selector in rules)


def test_it_names_no_ink_so_that_light_and_dark_pages_can(drawing):
    inks = set(re.findall(r"#[0-9A-Fa-f]{6}\b", drawing.svg))
    assert inks <= set(COLOURS.values())
    assert "fill:currentColor" in drawing.svg


def test_a_saved_file_is_whole_and_follows_the_readers_theme(drawing, tmp_path):
    drawing.save(tmp_path / "a.svg")
    text = (tmp_path / "a.svg").read_text(encoding="utf-8")
    ET.fromstring(text)
    assert "@media (prefers-color-scheme:dark){svg{color:#f0f0f0!important}}" in text, "stronger than the drawing's own"


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return np.dot(parts, [0.2126, 0.7152, 0.0722])


@pytest.mark.parametrize("role", COLOURS)
def test_every_colour_shows_on_white_and_on_black(role):
    light = luminance(COLOURS[role])
    assert 1.05 / (light + 0.05) >= 3
    assert (light + 0.05) / (luminance("#121212") + 0.05) >= 3


@pytest.mark.parametrize(
    ("value", "text"),
    [(3, "3"), (-2.0, "−2"), (0.15, "0.15"), (1 / 3, "0.3333"), (1.97694, "1.977"), (np.int64(-7), "−7")],
)
def test_numbers_are_short_and_have_a_real_minus(value, text):
    assert number(value) == text
