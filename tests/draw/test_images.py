"""draw.images: photographs and maps come out true, described and small; what cannot be shown is refused in words.

The pictures are decoded again and compared with what went in.
"""

import re
from base64 import b64decode
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lib.draw import images

PHOTOS = Path(__file__).parents[2] / "book" / "images"
SIGNED = np.array([[-4, 1, 0], [2, 3, -1]])


def photo(name):
    with Image.open(PHOTOS / name) as opened:
        return np.asarray(opened)


def decoded(drawing):
    """The pixels of each image in the HTML, colour."""
    found = re.findall(r'src="data:image/webp;base64,([^"]+)"', drawing._repr_html_())
    return [np.asarray(Image.open(BytesIO(b64decode(data))).convert("RGB")).astype(int) for data in found]


def elements(drawing):
    """(tag, attributes) of everything in the HTML."""
    found = []

    class Parser(HTMLParser):
        def handle_starttag(self, tag, attrs):
            found.append((tag, dict(attrs)))

    Parser().feed(drawing._repr_html_())
    return found


def test_a_small_grey_image_is_kept_exactly():
    grey = np.array([[0, 17, 255], [90, 3, 200]], dtype=np.uint8)
    (pixels,) = decoded(images(grey, alt="Six greys."))
    assert (pixels == grey[..., None]).all()


def test_a_small_colour_image_is_kept_exactly(rng):
    colours = rng.integers(0, 256, (3, 5, 3), dtype=np.uint8)
    (pixels,) = decoded(images(colours, alt="Fifteen colours."))
    assert (pixels == colours).all()


def test_colour_fractions_run_from_zero_to_one():
    colours = np.array([[[0, 0.2, 1], [1.7, -3, 0.4]]])
    (pixels,) = decoded(images(colours, alt="Two colours."))
    assert pixels.tolist() == [[[0, 51, 255], [255, 0, 102]]]


def test_a_grey_map_runs_from_its_least_to_its_largest_number():
    (pixels,) = decoded(images(SIGNED, alt="A map."))
    assert pixels[..., 0].tolist() == np.round(255 * (SIGNED + 4) / 7).astype(int).tolist()


def test_limits_clip_what_lies_outside():
    (pixels,) = decoded(images(SIGNED, limits=(0, 2), alt="A map."))
    assert pixels[..., 0].tolist() == [[0, 128, 0], [255, 255, 0]]


def test_limits_may_differ_from_image_to_image():
    free, cut = decoded(images([SIGNED, SIGNED], limits=[None, (0, 2)], alt="Two maps."))
    assert free[0, 0, 0] == 0
    assert free[1, 2, 0] == round(255 * 3 / 7)
    assert cut[1, 2, 0] == 0


def test_a_signed_map_is_white_at_zero_blue_below_and_red_above():
    (pixels,) = decoded(images(SIGNED, signed=True, alt="A signed map."))
    red, _, blue = pixels.transpose(2, 0, 1)
    assert (pixels[0, 2] > 240).all()
    assert (np.sign(red - blue) == np.sign(SIGNED))[SIGNED != 0].all()


def test_a_signed_map_reaches_as_far_below_zero_as_above():
    (pixels,) = decoded(images(np.array([[-2.0, 2.0, 8.0]]), signed=True, alt="A signed map."))
    distance = 255 * 3 - pixels.sum(axis=2)[0]
    assert abs(distance[0] - distance[1]) < 40  # as pale as each other, though 2 lies nearer to an end than −2
    assert distance[2] > 3 * distance[1]


def test_the_colour_bar_names_its_ends_and_its_zero():
    html = images(SIGNED, signed=True, alt="A signed map.")._repr_html_()
    assert re.findall(r"<span>(.*?)</span>", html) == ["−4", "0", "4"]
    assert "<span>" not in images(SIGNED, alt="A grey map.")._repr_html_()


def test_an_image_without_contrast_is_shown_in_the_middle():
    flat, signed = decoded(images([np.full((2, 3), 7.0), np.zeros((2, 3))], signed=[False, True], alt="Nothing."))
    assert (flat == 128).all()
    assert (signed > 240).all()


@pytest.mark.parametrize("name", ["camera.png", "brick.png", "chelsea.png", "coffee.png"])
def test_a_photograph_stays_true_and_light(name):
    original = photo(name)
    drawing = images(original, alt="A photograph.")
    (pixels,) = decoded(drawing)
    rows, columns = original.shape[:2]
    assert pixels.shape[1] == 256
    assert pixels.shape[0] / pixels.shape[1] == pytest.approx(rows / columns, rel=0.01)
    assert len(drawing._repr_html_()) < 17_000
    assert abs(pixels.mean() - original.mean()) < 3


def test_two_maps_of_256_pixels_weigh_little_more_than_20_kilobytes():
    camera = photo("camera.png")[50:306, 120:377].astype(float)
    html = images([camera[:, 1:], camera[:, :-1] - camera[:, 1:]], signed=[False, True], alt="A photo and its edges.")
    assert len(html._repr_html_()) < 4 / 3 * 24_000


def test_a_map_made_smaller_keeps_its_mean_not_every_second_pixel():
    stripes = np.zeros((512, 1024), dtype=np.uint8)
    stripes[:, ::2] = 200
    (pixels,) = decoded(images(stripes, alt="Fine stripes."))
    assert np.abs(pixels - 100).max() <= 2


def test_every_image_has_alt_text_and_its_size():
    shown = elements(images([SIGNED, photo("coffee.png")], titles=["map", "cup"], alt=["A map.", 'A "cup" & spoon.']))
    pictures = [attributes for tag, attributes in shown if tag == "img"]
    assert [p["alt"] for p in pictures] == ["A map.", 'A "cup" & spoon.']
    assert [(int(p["width"]), int(p["height"])) for p in pictures] == [(256, 171), (256, 171)]
    assert [tag for tag, _ in shown].count("figcaption") == 2


def test_one_sentence_for_several_images_names_the_group():
    drawing = images([SIGNED, SIGNED + 1], titles=["one", "two"], alt="Two maps.")
    (_, group), *rest = elements(drawing)
    assert (group["role"], group["aria-label"]) == ("group", "Two maps.")
    assert [attributes["alt"] for tag, attributes in rest if tag == "img"] == ["one", "two"]
    assert repr(drawing) == "Two maps."


def test_an_array_of_three_axes_is_a_row_of_maps_unless_its_last_axis_is_colour():
    assert len(decoded(images(np.zeros((6, 4, 5)), alt="Six maps."))) == 6
    assert len(decoded(images(np.zeros((6, 4, 3)), alt="One colour image."))) == 1


def test_the_input_is_left_alone():
    before = SIGNED.copy()
    images(SIGNED, signed=True, alt="A map.")
    assert (before == SIGNED).all()


REFUSED = {
    "a row": ({"images": [SIGNED, np.zeros(3)]}, r"images\[1\]: shape \(3,\) came"),
    "four channels": ({"images": [np.zeros((2, 2, 4))]}, r"images\[0\]: shape \(2, 2, 4\) came"),
    "no pixels": ({"images": [np.zeros((0, 4))]}, r"images\[0\]: shape \(0, 4\) came"),
    "nothing": ({"images": []}, "images: an empty list came"),
    "not a number": ({"images": [SIGNED, np.array([[0, np.nan]])]}, r"images\[1\]: NaN or inf came"),
    "text": ({"images": np.array([["a"]])}, "dtype <U1 came"),
    "signed colour": ({"images": np.zeros((2, 2, 3)), "signed": True}, "only grey maps"),
    "too few titles": ({"images": [SIGNED, SIGNED], "titles": ["one"]}, "titles: 1 came, but 2 expected"),
    "too few alts": ({"images": [SIGNED, SIGNED], "alt": ["one"]}, "alt: 1 came, but 2 expected"),
    "limits the wrong way": ({"images": SIGNED, "limits": (3, 1)}, r"limits: \(3, 1\) came"),
    "too few limits": ({"images": [SIGNED] * 3, "limits": [(0, 1), None]}, "limits: 2 came, but 3 expected"),
    "lopsided limits": ({"images": SIGNED, "limits": (-1, 3), "signed": True}, "as far below zero as above"),
    "no columns": ({"images": SIGNED, "columns": 0}, "columns: 0 came"),
}


@pytest.mark.parametrize(("options", "message"), REFUSED.values(), ids=REFUSED)
def test_says_what_cannot_be_shown(options, message):
    with pytest.raises(ValueError, match=message):
        images(**{"alt": "A picture.", **options})
