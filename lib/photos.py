"""Where the course's photographs are, in a checkout and in an installed package alike."""

from pathlib import Path

PLACES = (Path(__file__).parents[1] / "book" / "images", Path(__file__).parent / "images")


def photo(name):
    """The path of one of the course's photographs: camera.png, brick.png (grey), chelsea.png, coffee.png (colour).

    Raises: ValueError for a name that is not among them.
    Source: book/images/ORIGIN.md; all are in the public domain (CC0).

    >>> photo("camera.png").name
    'camera.png'
    """
    known = sorted({path.name for place in PLACES for path in place.glob("*.png")})
    if name not in known:
        raise ValueError(f"name: {name!r} came, but one of {', '.join(known)} was expected")
    return next(place / name for place in PLACES if (place / name).exists())
