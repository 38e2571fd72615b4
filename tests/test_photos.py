"""lib.photos: every photograph is found, is what ORIGIN.md says it is, and an unknown one is refused by name."""

import re
from pathlib import Path

import pytest
from PIL import Image

from lib import photos

ORIGIN = (Path(__file__).parents[1] / "book" / "images" / "ORIGIN.md").read_text(encoding="utf-8")
TOLD = re.findall(r"- `(\S+)`, (\d+)×(\d+), (grey|colour)", ORIGIN)


@pytest.mark.parametrize(("name", "width", "height", "kind"), TOLD, ids=[told[0] for told in TOLD])
def test_each_photograph_is_what_its_list_says(name, width, height, kind):
    with Image.open(photos.photo(name)) as picture:
        assert picture.size == (int(width), int(height))
        assert picture.mode == {"grey": "L", "colour": "RGB"}[kind]


def test_the_list_names_every_photograph():
    assert {told[0] for told in TOLD} == {path.name for path in photos.PLACES[0].glob("*.png")}


def test_an_unknown_name_is_refused_with_those_there_are():
    with pytest.raises(ValueError, match=r"name: 'lena\.png' came, but one of brick\.png, camera\.png"):
        photos.photo("lena.png")


def test_an_installed_package_finds_its_own_copies(monkeypatch, tmp_path):
    (tmp_path / "camera.png").touch()
    monkeypatch.setattr(photos, "PLACES", (tmp_path / "not here", tmp_path))
    assert photos.photo("camera.png") == tmp_path / "camera.png"
