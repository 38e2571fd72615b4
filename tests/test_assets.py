"""The site's font of formulas holds every sign that a browser draws, those too that no page writes."""

import sys
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

EXTENSIONS = Path(__file__).parents[1] / "book" / "_ext"


@pytest.mark.parametrize(
    ("formula", "drawn"),
    [
        (
            "<math><mi>P</mi><mo>+</mo><mi>r</mi></math>",
            "+\N{MATHEMATICAL ITALIC CAPITAL P}\N{MATHEMATICAL ITALIC SMALL R}",
        ),
        ("<math><mo>⌊</mo><mfrac><mi>n</mi><mn>2</mn></mfrac><mo>⌋</mo></math>", "⌊⌋2\N{MATHEMATICAL ITALIC SMALL N}"),
        ("<math><msqrt><mn>6</mn></msqrt></math>", "√6"),
        ("<math><mroot><mn>8</mn><mn>3</mn></mroot></math>", "√83"),
    ],
)
def test_the_font_has_every_sign_of_a_formula(formula, drawn, tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "path", [str(EXTENSIONS), *sys.path])
    from assets import font, letters

    font(letters([f"<p>where {formula} stands</p>"]), tmp_path)
    (file,) = tmp_path.iterdir()
    signs = {chr(code) for code in TTFont(file).getBestCmap()}
    assert set(drawn) <= signs
    assert "w" not in signs, "letters of the text beside a formula are not in its font"
