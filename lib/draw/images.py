"""Photographs and feature maps side by side, the signed ones in colours that keep zero apart from below and above."""

from base64 import b64encode
from dataclasses import dataclass
from html import escape
from io import BytesIO

import numpy as np

from lib.draw.colours import SIGNED_MAP
from lib.draw.svg import number

LARGEST = 256  # CSS pixels across an image
ROOM = 680  # CSS pixels across a page's column of text
GAP = 16  # between two images
BYTES_PER_PIXEL = 0.125  # what a photograph may weigh: 8 kB for 256×256
SMALL = 64  # an image of at most so many pixels a side is kept exactly, and shown as squares


@dataclass(frozen=True)
class Pictures:
    """Images with their titles. Show them as the value of a notebook cell; `print` tells what they show."""

    html: str
    alt: str

    def _repr_html_(self):
        return self.html

    def __repr__(self):
        return self.alt


def images(images, titles=None, signed=False, columns=None, limits=None, *, alt):
    """Show images beside each other: photographs, colour photographs, and maps of signed numbers.

    Shapes: each image (H, W), or (H, W, 3) for colour; one image, a list of them, or an array (N, H, W).
    Units:  8-bit colours run from 0 to 255. Other grey images run from their smallest number, black, to their largest,
            white, and fractions in colour images from 0 to 1. `limits` says otherwise for grey ones: (low, high), or
            one such pair or None per image.
            A signed image is white at 0, blue below, red above, as far as its largest absolute value: a bar says so.
    Raises: ValueError where something cannot be shown, or where titles, signed or alt do not match the images.

    `signed` is one bool or one per image. `alt` says what there is to see, once for all or once per image.

    >>> images([[0, 7, 1], [2, 3, 9]], alt="Six grey squares, the last the brightest.")
    Six grey squares, the last the brightest.
    """
    arrays = listed(images)
    count = len(arrays)
    if not count:
        raise ValueError("images: an empty list came, but at least one image was expected")
    titles = one_each("titles", [""] * count if titles is None else titles, count)
    kinds = one_each("signed", [signed] * count if isinstance(signed, bool | np.bool_) else signed, count)
    together = isinstance(alt, str) and count > 1
    alts = [t or f"image {n + 1} of {count}" for n, t in enumerate(titles)] if together else one_each("alt", alt, count)
    shared = limits is None or all(limit is not None and np.ndim(limit) == 0 for limit in limits)
    pairs = [limits] * count if shared else one_each("limits", limits, count)
    columns = min(count, 3) if columns is None else int(columns)
    if columns < 1:
        raise ValueError(f"columns: {columns} came, but at least 1 was expected")

    width = min(LARGEST, (ROOM - GAP * (columns - 1)) // columns)
    figures = [
        one_figure(f"images[{n}]", *each, width)
        for n, each in enumerate(zip(arrays, titles, kinds, alts, pairs, strict=True))
    ]
    full = columns * (width + GAP) - GAP
    least = (full + GAP) // (columns + 1) - GAP + 1  # so that `columns` fit, and never one more
    group = f' role="group" aria-label="{escape(alt)}"' if together else ""
    html = (
        f'<div class="images"{group} style="display:grid;gap:{GAP}px;max-width:{full}px;'
        f'grid-template-columns:repeat(auto-fill,minmax(min({least}px,100%),1fr))">{"".join(figures)}</div>'
    )
    return Pictures(html, alt if together else " ".join(alts))


def listed(images):
    """The images as a list, whether one came, or a list or an array of several."""
    one = images if hasattr(images, "ndim") else next(iter(images), None)
    if hasattr(images, "ndim") and (one.ndim == 2 or (one.ndim == 3 and one.shape[2] == 3)):
        return [images]
    return [images] if one is not images and one is not None and np.ndim(one) == 1 else list(images)


def one_each(name, given, count):
    """A list with one entry per image."""
    entries = [given] if isinstance(given, str) else list(given)
    if len(entries) != count:
        raise ValueError(f"{name}: {len(entries)} came, but {count} expected, one per image")
    return entries


def one_figure(name, image, title, signed, alt, limits, width):
    """One image with its title and, where it is signed, its colour bar."""
    array, limits = as_shown(name, image, signed, limits, width)
    pixels, bar = painted(array, signed, limits)
    height = round(width * pixels.shape[0] / pixels.shape[1])
    small = max(array.shape[:2]) <= SMALL
    style = "display:block;width:100%;height:auto" + (";image-rendering:pixelated" if small else "")
    img = (
        f'<img class="photo dark-light" src="{data_uri(pixels, small)}" alt="{escape(alt)}" '
        f'width="{width}" height="{height}" style="{style}">'
    )
    words = f'<figcaption style="color:inherit;font-size:.85em;margin:0;padding-top:4px">{escape(title)}</figcaption>'
    return f'<figure style="margin:0;min-width:0">{img}{bar}{words if title else ""}</figure>'


def as_shown(name, image, signed, limits, width):
    """The image as an array that is not too large, with the two numbers between which its colours run."""
    array = np.asarray(image)
    if array.ndim not in (2, 3) or array.shape[2:] not in ((), (3,)) or 0 in array.shape:
        raise ValueError(f"{name}: shape {array.shape} came, but (H, W) or (H, W, 3) was expected")
    if array.dtype.kind not in "buif":
        raise ValueError(f"{name}: dtype {array.dtype} came, but numbers were expected")
    if not np.isfinite(array).all():
        raise ValueError(f"{name}: NaN or inf came, but an image needs finite numbers")
    if signed and array.ndim == 3:
        raise ValueError(f"{name}: a colour image came, but only grey maps (H, W) can be signed")
    largest = np.abs(array.astype(float)).max()
    if array.ndim == 3:
        usual = (0, 255 if array.dtype.kind in "ui" else 1)
    elif signed:
        usual = (-largest, largest)
    elif array.dtype == np.uint8:
        usual = (0, 255)
    else:
        usual = (float(array.min()), float(array.max()))
    low, high = usual if limits is None or array.ndim == 3 else limits
    if limits is not None and not low < high:
        raise ValueError(f"limits: {limits} came, but two numbers were expected, the smaller one first")
    if signed and low != -high:
        raise ValueError(f"limits: {limits} came, but a signed map runs as far below zero as above")
    return shrunk(array.astype(np.float32), width), (low, high)


def shrunk(array, width):
    """An image that is larger than it will be shown, made smaller: each new pixel the mean of those it replaces."""
    from PIL import Image

    rows, columns = array.shape[:2]
    if columns <= width:
        return array
    size = (width, max(1, round(rows * width / columns)))
    layers = [
        np.asarray(Image.fromarray(np.ascontiguousarray(layer)).resize(size, Image.Resampling.BOX))
        for layer in np.atleast_3d(array).transpose(2, 0, 1)
    ]
    return layers[0] if array.ndim == 2 else np.stack(layers, axis=-1)


def painted(array, signed, limits):
    """The image's 8-bit pixels, and a colour bar's HTML where it needs one."""
    low, high = limits
    share = np.clip((array - low) / (high - low), 0, 1) if high > low else np.full(array.shape, 0.5)
    if not signed:
        return np.round(255 * share).astype(np.uint8), ""
    from matplotlib import colormaps

    return colormaps[SIGNED_MAP](share, bytes=True)[..., :3], colour_bar(low, high)


def colour_bar(low, high):
    """The signed map from end to end, with its two ends and its zero in numbers."""
    from matplotlib import colormaps
    from matplotlib.colors import to_hex

    steps = 24
    strips = "".join(
        f'<rect x="{100 * n / steps:.4g}%" width="{100 / steps + 0.2:.3g}%" height="10" '
        f'fill="{to_hex(colormaps[SIGNED_MAP](n / (steps - 1)))}"/>'
        for n in range(steps)
    )
    return (
        f'<svg aria-hidden="true" width="100%" height="10" style="display:block;margin-top:6px">{strips}</svg>'
        f'<div style="display:flex;justify-content:space-between;font-size:.8em">'
        f"<span>{number(low)}</span><span>0</span><span>{number(high)}</span></div>"
    )


def data_uri(pixels, exact):
    """The pixels as a data URI: WebP, exact where asked, else as fine as its weight allows."""
    from PIL import Image

    picture = Image.fromarray(np.ascontiguousarray(pixels))

    def encoded(**options):
        buffer = BytesIO()
        picture.save(buffer, "WEBP", method=6, **options)
        return buffer.getvalue()

    if exact:
        data = encoded(lossless=True)
    else:
        budget = BYTES_PER_PIXEL * pixels.shape[0] * pixels.shape[1]
        qualities = range(90, 5, -10)
        data = next((d for quality in qualities if len(d := encoded(quality=quality)) <= budget), encoded(quality=5))
    return f"data:image/webp;base64,{b64encode(data).decode()}"
