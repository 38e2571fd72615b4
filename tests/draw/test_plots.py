"""draw.plot, draw.lines and draw.contours: matplotlib's figures as SVG that follows the page and meets no other.

The SVG is parsed as XML, so it can be saved to a file as well.
"""

import re
from xml.etree import ElementTree

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.figure import Figure

from lib.draw import COLOURS, contours, lines, plot

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(autouse=True)
def _no_window():
    matplotlib.use("Agg")


def figure():
    fig = Figure(figsize=(4, 3))
    axes = fig.subplots()
    axes.plot([0, 1, 2], [4, -1, 3], marker="o", label="falls & rises")
    axes.fill_between([0, 1, 2], [1, 2, 1], color="C1", alpha=0.3)
    axes.set_title("Title", weight="bold")
    axes.set_xlabel("$x^2$")
    axes.legend()
    return fig


def texts(drawing):
    return ["".join(t.itertext()).strip() for t in ElementTree.fromstring(drawing.svg).iter(f"{SVG}text")]


def loss(a, b):
    return (a - 1) ** 2 + 3 * (b + 2) ** 2


def test_text_stays_text():
    assert {"Title", "falls & rises"} <= set(texts(plot(figure(), alt="A line.")))


def test_no_colour_or_font_is_fixed_that_the_page_should_choose():
    svg = plot(figure(), alt="A line.").svg
    assert not re.search(r"#000000|#fff|white|DejaVu|font-family", svg)
    assert "currentColor" in svg


def test_the_cycle_is_the_courses_own():
    svg = plot(figure(), alt="A line.").svg
    assert COLOURS["input"].lower() in svg
    assert COLOURS["kernel"].lower() in svg
    assert "#1f77b4" not in svg
    assert "#ff7f0e" not in svg


def test_every_id_belongs_to_its_drawing_and_every_link_finds_one():
    drawing = plot(figure(), alt="A line.")
    ids = re.findall(r' id="([^"]+)"', drawing.svg)
    assert len(ids) == len(set(ids))
    assert all(name.startswith(drawing.id) for name in ids)
    links = re.findall(r"""(?:href="|url\()#([^")]+)""", drawing.svg)
    assert links
    assert set(links) <= set(ids)


def test_no_rule_reaches_outside_the_drawing():
    drawing = plot(figure(), alt="A line.")
    (style,) = re.findall(r"<style>(.*?)</style>", drawing.svg)
    assert all(f"#{drawing.id}" in rule for rule in re.findall(r"([^{}]+)\{", style))


def test_two_builds_give_the_same_bytes():
    assert plot(figure(), alt="A line.").svg == plot(figure(), alt="A line.").svg


def test_it_carries_its_description():
    svg = ElementTree.fromstring(plot(figure(), alt="A line & its area.", title="Fall").svg)
    assert svg.get("role") == "img"
    assert svg.findtext(f"{SVG}desc") == "A line & its area."
    assert svg.findtext(f"{SVG}title") == "Fall"


def test_it_names_no_other_site():
    svg = plot(figure(), alt="A line.").svg.replace("http://www.w3.org/2000/svg", "")
    assert "http" not in svg


def test_a_raster_inside_survives():
    fig = Figure(figsize=(2, 2))
    fig.subplots().imshow(np.arange(12).reshape(3, 4))
    assert 'href="data:image/png;base64,' in plot(fig, alt="A picture.").svg


def test_the_figure_is_closed():
    fig, _ = plt.subplots()
    plot(fig, alt="Nothing.")
    assert fig.number not in plt.get_fignums()


def test_lines_are_told_apart_without_colour():
    drawing = lines({"small step": [4, 2, 1], "large step": [4, 5, 9]}, "step", "loss", alt="Two lines.")
    dashes = re.findall(r"stroke-dasharray: ([^;\"]+)", drawing.svg)
    assert dashes
    assert {"step", "loss", "small step", "large step"} <= set(texts(drawing))


def test_lines_may_run_over_powers_of_ten():
    drawing = lines({"loss": [1, 10, 1000]}, "step", "loss", log=True, alt="A line.")
    heights = path_of(drawing, COLOURS["input"])[:, 1]
    assert (heights[0] - heights[2]) / (heights[0] - heights[1]) == pytest.approx(3, rel=0.02)


def path_of(drawing, colour):
    """The points of the first line of a colour, in SVG units."""
    for element in ElementTree.fromstring(drawing.svg).iter(f"{SVG}path"):
        style = element.get("style") or ""
        if "fill: none" in style and f"stroke: {colour.lower()}" in style:
            return np.array(re.findall(r"-?\d+\.?\d*", element.get("d")), dtype=float).reshape(-1, 2)
    raise AssertionError(f"no line of colour {colour}")


def test_the_path_of_descent_stands_where_its_numbers_say():
    points = np.array([(3, 0), (1, -2), (2, -1)])
    drawing = contours(loss, (0, 4), (-4, 0), {"descent": points}, alt="Ellipses.")
    drawn = path_of(drawing, COLOURS["highlight"])
    assert np.diff(drawn[:, 0]) @ [1, 2] == pytest.approx(0, abs=0.5)  # to the left by 2, to the right by 1
    assert np.diff(drawn[:, 1]) @ [1, 2] == pytest.approx(0, abs=0.5)  # SVG's y runs down
    assert np.diff(drawn[:, 1])[0] > 0


def test_contours_name_their_levels_axes_and_paths():
    drawing = contours(loss, (0, 4), (-4, 0), {"descent": [(3, 0), (1, -2)]}, labels=("a", "b"), alt="Ellipses.")
    shown = texts(drawing)
    assert {"a", "b", "descent"} <= set(shown)
    assert any(re.fullmatch(r"\d+(\.\d+)?", text) for text in shown)


def test_contours_stay_small():
    drawing = contours(loss, (0, 4), (-4, 0), {"descent": [(3, 0), (1, -2)]}, alt="Ellipses.")
    assert len(drawing.svg) < 25_000


def test_says_what_cannot_be_plotted():
    with pytest.raises(TypeError, match="fig: list came"):
        plot([], alt="A line.")
    with pytest.raises(ValueError, match="alt: an empty text"):
        plot(figure(), alt="")
    with pytest.raises(ValueError, match="series: 0 lines came"):
        lines({}, "step", "loss", alt="No line.")
