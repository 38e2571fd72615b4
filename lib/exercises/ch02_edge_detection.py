"""Chapter 2: an edge detector from parts: grey, differences, the contour kernel, strength, display."""

import numpy as np

from lib.check import Claim, Exercise, Mistake
from lib.exercises.inputs import bar, floats, ints
from lib.exercises.pictures import what_differs

WEIGHTS = np.array([0.299, 0.587, 0.114])  # red, green, blue


def vertical_edges(X):
    """Each number minus its right neighbour, with its sign."""
    X = np.asarray(X, dtype=float)
    return X[:, :-1] - X[:, 1:]


def to_gray(rgb):
    """Red, green and blue, each by its weight."""
    return np.asarray(rgb, dtype=float) @ WEIGHTS


def contour_kernel(n):
    """−1 everywhere and n² − 1 in the centre: the sum is 0."""
    K = np.full((n, n), -1.0)
    K[n // 2, n // 2] = n * n - 1
    return K


def edge_strength(Gx, Gy):
    """The length of the vector (Gx, Gy) at every place."""
    return np.hypot(np.asarray(Gx, dtype=float), np.asarray(Gy, dtype=float))


def signed_to_gray(Y):
    """0 becomes middle grey, the largest absolute value black or white."""
    Y = np.asarray(Y, dtype=float)
    most = np.abs(Y).max() or 1.0
    return np.round(127.5 + 127.5 * Y / most).astype(np.uint8)


ROW = np.array([[4, 4, 9, 9, 1]])  # the prediction's X

PURE = np.array(
    [  # red, green, blue and their mixtures
        [[1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, 0]],
        [[1, 1, 0], [1, 1, 1], [0, 1, 1], [1, 0, 1]],
        [[0, 0, 2], [3, 0, 0], [0, 5, 0], [4, 0, 4]],
    ]
)


def predict_edges():
    """Equal neighbours give 0; a step up is negative, a step down positive."""
    return vertical_edges(ROW)[0].astype(int).tolist()


def grey_levels(rng, *shape):
    """An 8-bit image, dark and bright pixels in no order."""
    return rng.integers(0, 256, shape, dtype=np.uint8)


def signed_map(rng, *shape, high):
    """Fractions whose largest absolute value is negative or, with high=True, positive; no grey level lies half-way."""
    Y = floats(rng, *shape)
    Y[Y == 0] = 1.5
    at = tuple(rng.integers(0, shape))
    Y[at] = 8.23 if high else -8.23
    level = 127.5 + 127.5 * Y / 8.23
    return np.where(np.abs(level % 1 - 0.5) < 0.05, Y + 0.03 * (Y[at] != Y), Y)


def in_bytes(values):
    """Whole numbers as bytes hold them, those outside 0 … 255 wrapped round."""
    return np.asarray(np.round(values)).astype(np.int64).astype(np.uint8)


def each_same(X, *, left=False, mode="constant"):
    """The differences with one more column, so that the result is as wide as X."""
    X = np.asarray(X, dtype=float)
    return vertical_edges(np.pad(X, ((0, 0), (1, 0) if left else (0, 1)), mode=mode))


def stretched(Y):
    """From the smallest number to the largest: 0 … 255."""
    Y = np.asarray(Y, dtype=float)
    return np.round(255 * (Y - Y.min()) / np.ptp(Y)) if np.ptp(Y) else np.full(Y.shape, 128.0)


def scaled(middle, width, by=lambda Y: np.abs(Y).max(), finish=in_bytes, empty=128):
    """A model of signed_to_gray with other constants; `by` is what Y is divided by."""

    def model(Y):
        Y = np.asarray(Y, dtype=float)
        if not Y.any():
            return np.full(Y.shape, empty, np.uint8)
        return finish(middle + width * Y / by(Y))

    return model


def real(values):
    """The values as fractions, so that nothing wraps around."""
    return np.asarray(values, dtype=float)


def root(values):
    """The square root, NaN where there is none, without a warning."""
    with np.errstate(invalid="ignore"):
        return np.sqrt(values)


def changed(n, around=-1.0, centre=None):
    """A contour kernel with other numbers."""
    K = np.full((n, n), float(around))
    K[n // 2, n // 2] = n * n - 1 if centre is None else centre
    return K


def partly(n, where):
    """−1 only `where` (distance down, distance across) allows it, and a centre that balances them."""
    away = np.abs(np.arange(n) - n // 2)
    K = -where(*np.meshgrid(away, away, indexing="ij")).astype(float)
    K[n // 2, n // 2] = 0
    K[n // 2, n // 2] = -K.sum()
    return K


def picture(inputs, expected, got, wrong):
    """The grey image, where the input is one; what was expected and what came."""
    before = [("X", inputs[0], "input"), "→"] if np.ndim(inputs[0]) == 2 else []
    reads = wrong.at and (wrong.at, (1, inputs[0].shape[1] - expected.shape[1] + 1)) if before else None
    return what_differs(before, expected, got, wrong, reads)


EXERCISES = [
    Exercise(
        predict_edges,
        [Claim("the prediction", 1, [()])],
        [
            Mistake(
                "wrong sign",
                "the signs are turned round. The kernel has 1 on the left and −1 on the right: left minus right.",
                lambda: [0, 5, 0, -8],
            ),
            Mistake(
                "absolute values",
                "your prediction has no negative number. Which is larger, the left or the right number of 4 and 9?",
                lambda: [0, 5, 0, 8],
            ),
            Mistake(
                "negatives set to zero",
                "a step up from 4 to 9 does not vanish. It gives a negative number.",
                lambda: [0, 0, 0, 8],
            ),
            Mistake(
                "as long as X",
                "five numbers have only four pairs of neighbours. The window does not hang over the edge.",
                lambda: [0, -5, 0, 8, 1],
            ),
            Mistake(
                "sums",
                "you added the two numbers of each pair. The kernel's second number is −1.",
                lambda: [8, 13, 18, 10],
            ),
            Mistake(
                "the other edge only",
                "you left out the step down at the end. Every pair of neighbours gives a number.",
                lambda: [0, -5, 0],
            ),
            Mistake(
                "edges only",
                "you list the edges, but not the places without one. These give 0, and 0 is a response too.",
                lambda: [-5, 8],
            ),
            Mistake(
                "marks for numbers",
                "your prediction says where an edge is, not how large. The response is the difference itself.",
                lambda: [0, 1, 0, 1],
            ),
            Mistake(
                "signs for numbers",
                "your prediction keeps only the signs. The response is the difference itself.",
                lambda: [0, -1, 0, 1],
            ),
            Mistake(
                "a list in a list",
                "your numbers are right, but they stand in a list inside a list. Return one list of four numbers.",
                lambda: [[0, -5, 0, 8]],
            ),
            Mistake(
                "doubled",
                "your numbers are twice too large. That is the chapter's kernel [2, −2]; here it is [1, −1].",
                lambda: [0, -10, 0, 16],
            ),
        ],
    ),
    Exercise(
        to_gray,
        [
            Claim("pure colours", 1, [(PURE,)]),
            Claim("an 8-bit image", 1, lambda rng: [(grey_levels(rng, 3, 4, 3),), (grey_levels(rng, 5, 2, 3),)]),
            Claim("fractions", 1, lambda rng: [(floats(rng, 4, 3, 3),), (np.abs(floats(rng, 1, 5, 3)) / 4,)]),
            Claim(
                "other images",
                1,
                lambda rng: [(grey_levels(rng, *rng.integers(4, 9, 2), 3),), (floats(rng, 6, 2, 3),)],
                hidden=True,
            ),
        ],
        [
            Mistake(
                "BGR",
                "red and blue are exchanged. OpenCV reads blue first; here red comes first.",
                lambda rgb: to_gray(np.asarray(rgb)[..., ::-1]),
            ),
            Mistake(
                "red and green exchanged",
                "the weights of red and green are exchanged. The eye sees green as brightest.",
                lambda rgb: np.asarray(rgb, float) @ WEIGHTS[[1, 0, 2]],
            ),
            Mistake(
                "green and blue exchanged",
                "the weights of green and blue are exchanged. The eye sees blue as darkest.",
                lambda rgb: np.asarray(rgb, float) @ WEIGHTS[[0, 2, 1]],
            ),
            Mistake(
                "weights one place on",
                "each colour has the weight of the colour before it. Red .299, green .587, blue .114.",
                lambda rgb: np.asarray(rgb, float) @ WEIGHTS[[2, 0, 1]],
            ),
            Mistake(
                "weights one place back",
                "each colour has the weight of the colour after it. Red .299, green .587, blue .114.",
                lambda rgb: np.asarray(rgb, float) @ WEIGHTS[[1, 2, 0]],
            ),
            Mistake(
                "mean",
                "your result is the mean of the three colours. The eye does not see them as equally bright: they have "
                "weights.",
                lambda rgb: np.asarray(rgb, float).mean(axis=2),
            ),
            Mistake(
                "sum",
                "your result is the sum of the three colours, without the weights.",
                lambda rgb: np.asarray(rgb, float).sum(axis=2),
            ),
            Mistake(
                "weighted mean divided again",
                "your result is a third of the right one. The weights add up to 1 already; do not divide by 3.",
                lambda rgb: to_gray(rgb) / 3,
            ),
            Mistake(
                "largest",
                "your result is the largest of the three colours.",
                lambda rgb: np.asarray(rgb, float).max(axis=2),
            ),
            Mistake(
                "smallest",
                "your result is the smallest of the three colours.",
                lambda rgb: np.asarray(rgb, float).min(axis=2),
            ),
            Mistake(
                "lightness",
                "your result is half-way between the largest and the smallest colour (the L of HSL). Here all three "
                "count, "
                "by their weights.",
                lambda rgb: (np.asarray(rgb, float).max(axis=2) + np.asarray(rgb, float).min(axis=2)) / 2,
            ),
            Mistake(
                "length",
                "your result is the length of the colour vector, √(r² + g² + b²).",
                lambda rgb: np.linalg.norm(np.asarray(rgb, float), axis=2),
            ),
            Mistake("red only", "your result is the red channel alone.", lambda rgb: np.asarray(rgb, float)[..., 0]),
            Mistake(
                "green only", "your result is the green channel alone.", lambda rgb: np.asarray(rgb, float)[..., 1]
            ),
            Mistake("blue only", "your result is the blue channel alone.", lambda rgb: np.asarray(rgb, float)[..., 2]),
            Mistake(
                "blue left out",
                "blue plays no part in your result. `[..., :2]` takes channels 0 and 1 only.",
                lambda rgb: np.asarray(rgb, float)[..., :2] @ WEIGHTS[:2],
            ),
            Mistake(
                "red left out",
                "red plays no part in your result. The first channel is number 0.",
                lambda rgb: np.asarray(rgb, float)[..., 1:] @ WEIGHTS[1:],
            ),
            Mistake(
                "green left out",
                "green plays no part in your result.",
                lambda rgb: np.asarray(rgb, float)[..., ::2] @ WEIGHTS[::2],
            ),
            Mistake(
                "the weights of another standard",
                "you used the weights .2126, .7152, .0722 of a later standard. Here .299, .587, .114 are asked for.",
                lambda rgb: np.asarray(rgb, float) @ [0.2126, 0.7152, 0.0722],
            ),
            Mistake(
                "rounded weights",
                "your weights are rounded to .3, .59, .11. Use all three digits.",
                lambda rgb: np.asarray(rgb, float) @ [0.3, 0.59, 0.11],
            ),
            Mistake(
                "fractions cut off",
                "the fractions are cut off. Do not convert the result to whole numbers.",
                lambda rgb: np.trunc(to_gray(rgb)),
            ),
            Mistake(
                "rounded",
                "the fractions are rounded away. Return them as they are.",
                lambda rgb: np.round(to_gray(rgb)),
            ),
            Mistake(
                "divided by 255",
                "your result is divided by 255. The image keeps its scale here.",
                lambda rgb: to_gray(rgb) / 255,
            ),
            Mistake(
                "times 255",
                "your result is multiplied by 255. The image keeps its scale here.",
                lambda rgb: to_gray(rgb) * 255,
            ),
            Mistake(
                "weights of a thousand",
                "your result is 1000 times too large. Is a weight 299, where .299 is meant?",
                lambda rgb: to_gray(rgb) * 1000,
            ),
            Mistake(
                "bytes wrap around",
                "the sum of three bytes was kept in one byte, so it wrapped around at 256. Convert to float first.",
                lambda rgb: np.add.reduce(rgb, axis=2, dtype=np.asarray(rgb).dtype) / 3,
            ),
            Mistake(
                "third axis kept",
                "your result has shape (H, W, 1). Grey images have two axes here: (H, W).",
                lambda rgb: to_gray(rgb)[..., None],
            ),
            Mistake(
                "weighted, not added",
                "the three colours have their weights but are not added: your result still has three channels.",
                lambda rgb: np.asarray(rgb, float) * WEIGHTS,
            ),
            Mistake(
                "three equal channels",
                "the grey values are right, but your result still has three channels. One is enough.",
                lambda rgb: np.repeat(to_gray(rgb)[..., None], 3, axis=2),
            ),
            Mistake(
                "result transposed",
                "rows and columns of your result are exchanged.",
                lambda rgb: to_gray(rgb).T,
            ),
            Mistake(
                "colours along the rows",
                "you take the first three rows for the three colours. The colours are along the last axis: rgb[:, :, "
                "0].",
                lambda rgb: np.tensordot(WEIGHTS, np.asarray(rgb, float)[:3], 1),
            ),
            Mistake(
                "colours along the columns",
                "you take the first three columns for the three colours. The colours are along the last axis: rgb[:, "
                ":, 0].",
                lambda rgb: np.tensordot(np.asarray(rgb, float)[:, :3], WEIGHTS, (1, 0)),
            ),
            Mistake(
                "negative",
                "your result is a photographic negative: 255 minus the right one.",
                lambda rgb: 255 - to_gray(rgb),
            ),
            Mistake(
                "clipped to 0 … 1",
                "everything above 1 is cut off. Keep the image's scale.",
                lambda rgb: np.clip(to_gray(rgb), 0, 1),
            ),
            Mistake(
                "rounded weights of another standard",
                "you used .21, .72, .07: the rounded weights of a later standard. Here .299, .587, .114 are asked for.",
                lambda rgb: real(rgb) @ [0.21, 0.72, 0.07],
            ),
            Mistake(
                "weights with four digits",
                "you used .2989 for red, as some programs do. Here it is .299, so that the weights add up to 1.",
                lambda rgb: real(rgb) @ [0.2989, 0.587, 0.114],
            ),
            Mistake(
                "a slip in blue's weight",
                "blue's weight is .144 in your result: two digits are exchanged, and the weights no longer add up to "
                "1.",
                lambda rgb: real(rgb) @ [0.299, 0.587, 0.144],
            ),
            Mistake(
                "a slip in green's weight",
                "green's weight is .578 in your result: two digits are exchanged, and the weights no longer add up to "
                "1.",
                lambda rgb: real(rgb) @ [0.299, 0.578, 0.114],
            ),
            Mistake(
                "thirds of two digits",
                "your three weights are all .33. Each colour has its own weight.",
                lambda rgb: real(rgb) @ [0.33, 0.33, 0.33],
            ),
            Mistake(
                "median",
                "your result is the middle one of the three colours.",
                lambda rgb: np.median(real(rgb), axis=2),
            ),
            Mistake(
                "product",
                "the three weighted colours are multiplied. They are added.",
                lambda rgb: (real(rgb) * WEIGHTS).prod(axis=2),
            ),
            Mistake(
                "weighted squares",
                "your result is the root of the weighted squares. The colours are not squared.",
                lambda rgb: np.sqrt(real(rgb) ** 2 @ WEIGHTS),
            ),
            Mistake(
                "rounded to two digits",
                "your result is rounded to two digits. Return it as it is.",
                lambda rgb: np.round(to_gray(rgb), 2),
            ),
            Mistake(
                "each third cut off",
                "each colour was divided by 3 and cut off before the sum. Each colour has its own weight, and "
                "fractions stay.",
                lambda rgb: (np.asarray(rgb) // 3).astype(float).sum(axis=2),
            ),
            Mistake(
                "a batch axis",
                "your result has shape (1, H, W). Grey images have two axes here: (H, W).",
                lambda rgb: to_gray(rgb)[None],
            ),
            Mistake(
                "one number",
                "your result is one number for the whole image. Each pixel has its own grey.",
                lambda rgb: float(to_gray(rgb).mean()),
            ),
            Mistake(
                "flat",
                "your pixels stand in one long row. Keep the shape (H, W).",
                lambda rgb: to_gray(rgb).ravel(),
            ),
            Mistake(
                "upside down",
                "the rows of your result are in reverse order.",
                lambda rgb: to_gray(rgb)[::-1],
            ),
        ],
        window=lambda at, rgb: np.asarray(rgb)[at[:2]],
        picture=picture,
    ),
    Exercise(
        vertical_edges,
        [
            Claim("the bar of the chapter", 1, [(bar(6, 8, 2, 6).astype(int),)]),
            Claim("numbers of both signs", 1, lambda rng: [(ints(rng, 4, 6),), (floats(rng, 5, 3),)]),
            Claim("an 8-bit image", 1, lambda rng: [(grey_levels(rng, 3, 5),)]),
            Claim("one row, and two columns", 1, lambda rng: [(floats(rng, 1, 5),), (ints(rng, 4, 2),)]),
            Claim(
                "other images",
                2,
                lambda rng: [
                    (grey_levels(rng, *rng.integers(5, 9, 2)),),
                    (floats(rng, 7, 4),),
                    (ints(rng, 3, int(rng.integers(6, 12))),),
                ],
                hidden=True,
            ),
        ],
        [
            Mistake(
                "wrong sign",
                "your result has every sign turned round. The kernel is [1, −1]: left minus right.",
                lambda X: -vertical_edges(X),
            ),
            Mistake(
                "horizontal edges",
                "you compare each number with the one below it. That finds horizontal edges; here left and right are "
                "compared.",
                lambda X: vertical_edges(np.asarray(X).T).T,
            ),
            Mistake(
                "horizontal edges, wrong sign",
                "you compare top and bottom, and with the wrong sign too. Here it is left minus right.",
                lambda X: -vertical_edges(np.asarray(X).T).T,
            ),
            Mistake(
                "absolute values",
                "your result has no negative numbers. A response keeps its sign: it tells which side is brighter.",
                lambda X: np.abs(vertical_edges(X)),
            ),
            Mistake(
                "negatives set to zero",
                "negative responses became 0. They are the other half of the edges; keep them.",
                lambda X: np.maximum(vertical_edges(X), 0),
            ),
            Mistake(
                "positives set to zero",
                "positive responses became 0. Keep both signs.",
                lambda X: np.minimum(vertical_edges(X), 0),
            ),
            Mistake(
                "bytes wrap around",
                "on an 8-bit image your differences wrap around: 10 − 11 became 255. Convert to float before you "
                "subtract.",
                lambda X: X[:, :-1] - X[:, 1:] if X.dtype == np.uint8 else vertical_edges(X),
            ),
            Mistake(
                "turned into bytes",
                "your result was converted to uint8, which holds neither negative numbers nor fractions.",
                lambda X: np.trunc(vertical_edges(X)).astype(np.int64).astype(np.uint8),
            ),
            Mistake(
                "fractions cut off",
                "the fractions are cut off. Is your output array one of whole numbers?",
                lambda X: np.trunc(vertical_edges(X)),
            ),
            Mistake(
                "twice as large",
                "your result is twice the right one. The chapter's bar used [2, −2]; here the kernel is [1, −1].",
                lambda X: 2 * vertical_edges(X),
            ),
            Mistake(
                "half as large",
                "your result is half the right one. The differences are not divided by anything.",
                lambda X: vertical_edges(X) / 2,
            ),
            Mistake(
                "divided by 255",
                "your result is divided by 255. Keep the scale of X.",
                lambda X: vertical_edges(X) / 255,
            ),
            Mistake(
                "sums",
                "neighbours are added. The kernel's second number is −1.",
                lambda X: np.asarray(X, float)[:, :-1] + np.asarray(X, float)[:, 1:],
            ),
            Mistake(
                "zero behind the border",
                "your result is as wide as X: a zero was put behind the last column. The window stays inside X.",
                each_same,
            ),
            Mistake(
                "zero before the border",
                "your result is as wide as X: a zero was put before the first column. The window stays inside X.",
                lambda X: each_same(X, left=True),
            ),
            Mistake(
                "last column of zeros",
                "your result has a last column of zeros. H×W pixels have H×(W−1) pairs; start with an array of that "
                "shape.",
                lambda X: each_same(X, mode="edge"),
            ),
            Mistake(
                "first column of zeros",
                "your result has a first column of zeros. H×W pixels have H×(W−1) pairs; start with an array of that "
                "shape.",
                lambda X: each_same(X, left=True, mode="edge"),
            ),
            Mistake(
                "wraps around",
                "the last column is compared with the first. An image has no neighbour behind its border.",
                lambda X: each_same(X, mode="wrap"),
            ),
            Mistake(
                "one column left out",
                "the last column of the result is missing. W pixels have W − 1 pairs of neighbours.",
                lambda X: vertical_edges(X)[:, :-1],
            ),
            Mistake(
                "one row left out",
                "the last row of the result is missing. The kernel is one row high, so no row is lost.",
                lambda X: vertical_edges(X)[:-1],
            ),
            Mistake(
                "starts one late",
                "the first column of the result is missing. The first pair is columns 0 and 1.",
                lambda X: vertical_edges(X)[:, 1:],
            ),
            Mistake(
                "next but one",
                "each number is compared with the next but one. Its neighbour is one column further.",
                lambda X: np.asarray(X, float)[:, :-2] - np.asarray(X, float)[:, 2:],
            ),
            Mistake(
                "pairs that do not overlap",
                "your pairs do not overlap: columns 0 and 1, then 2 and 3. The window moves by one.",
                lambda X: vertical_edges(X)[:, ::2],
            ),
            Mistake(
                "central differences",
                "your result equals np.gradient: half the difference of the left and right neighbour. "
                "Here each pixel is compared with its right neighbour.",
                lambda X: np.gradient(np.asarray(X, float), axis=1),
            ),
            Mistake(
                "differences of differences",
                "you took the difference twice.",
                lambda X: vertical_edges(vertical_edges(X)),
            ),
            Mistake(
                "two rows at once",
                "you used a kernel of two rows, [[1, −1], [1, −1]]. Here it has one row.",
                lambda X: vertical_edges(X)[:-1] + vertical_edges(X)[1:],
            ),
            Mistake(
                "both directions",
                "you added horizontal edges to the vertical ones. Only left and right are compared here.",
                lambda X: vertical_edges(X)[:-1] + vertical_edges(np.asarray(X).T).T[:, :-1],
            ),
            Mistake(
                "strength",
                "your result is the strength √(Gx² + Gy²). Here only Gx is asked for, with its sign.",
                lambda X: np.hypot(vertical_edges(X)[:-1], vertical_edges(np.asarray(X).T).T[:, :-1]),
            ),
            Mistake(
                "squared", "your differences are squared. Keep them as they are.", lambda X: vertical_edges(X) ** 2
            ),
            Mistake(
                "signs only",
                "your result has only −1, 0 and 1. The response is the difference itself.",
                lambda X: np.sign(vertical_edges(X)),
            ),
            Mistake(
                "marks only",
                "your result has 1 wherever two neighbours differ. The response is the difference itself.",
                lambda X: (vertical_edges(X) != 0).astype(float),
            ),
            Mistake(
                "stretched",
                "your result is stretched to 0 … 255. Keep the responses as they are; display comes later.",
                lambda X: stretched(vertical_edges(X)),
            ),
            Mistake(
                "result transposed",
                "rows and columns of your result are exchanged.",
                lambda X: vertical_edges(X).T,
            ),
            Mistake(
                "image transposed",
                "rows and columns of X are exchanged: this is the result for X.T.",
                lambda X: vertical_edges(np.asarray(X).T),
            ),
            Mistake(
                "one row for all",
                "every row of your result is the first one. The window has to move down too.",
                lambda X: np.repeat(vertical_edges(X)[:1], len(X), axis=0),
            ),
            Mistake("the first row only", "your result has only the first row.", lambda X: vertical_edges(X)[0]),
            Mistake(
                "left neighbour left out",
                "your result is X without its last column: nothing was subtracted.",
                lambda X: np.asarray(X, float)[:, :-1],
            ),
            Mistake("the image itself", "your result is X itself.", lambda X: np.asarray(X, float)),
            Mistake(
                "wraps around to the left",
                "each number is compared with its left neighbour, and the first column with the last (np.roll). The "
                "window stays inside X.",
                lambda X: real(X) - np.roll(real(X), 1, axis=1),
            ),
            Mistake(
                "next but one, wrong sign",
                "your kernel is [−1, 0, 1]: the next but one, minus the pixel. Here it is [1, −1].",
                lambda X: real(X)[:, 2:] - real(X)[:, :-2],
            ),
            Mistake(
                "half the next but one",
                "your kernel is half of [1, 0, −1]. Here the direct neighbour is subtracted, and nothing is halved.",
                lambda X: (real(X)[:, :-2] - real(X)[:, 2:]) / 2,
            ),
            Mistake(
                "image cut to whole numbers",
                "the fractions of X were cut off before you subtracted.",
                lambda X: vertical_edges(np.trunc(real(X))),
            ),
            Mistake(
                "Sobel",
                "your kernel is Sobel's, three by three. Here it is [1, −1].",
                lambda X: (
                    real(X)[:, :-2][:-2]
                    + 2 * real(X)[:, :-2][1:-1]
                    + real(X)[:, :-2][2:]
                    - real(X)[:, 2:][:-2]
                    - 2 * real(X)[:, 2:][1:-1]
                    - real(X)[:, 2:][2:]
                ),
            ),
            Mistake(
                "moved to middle grey",
                "your result is moved up, so that 0 is middle grey. Keep the responses as they are; display comes "
                "later.",
                lambda X: 127.5 + vertical_edges(X) / 2,
            ),
            Mistake(
                "128 added",
                "128 is added to your result. Keep the responses as they are; display comes later.",
                lambda X: 128 + vertical_edges(X),
            ),
            Mistake(
                "cut off at −1 and 1",
                "your responses are cut off at −1 and 1. Keep them as they are.",
                lambda X: np.clip(vertical_edges(X), -1, 1),
            ),
            Mistake(
                "products",
                "neighbours are multiplied with each other. One is subtracted from the other.",
                lambda X: real(X)[:, :-1] * real(X)[:, 1:],
            ),
            Mistake(
                "mean taken away",
                "the mean of X is taken away, not the neighbour.",
                lambda X: real(X) - real(X).mean(),
            ),
            Mistake(
                "upside down",
                "the rows of your result are in reverse order.",
                lambda X: vertical_edges(X)[::-1],
            ),
            Mistake(
                "mirrored",
                "the columns of your result are in reverse order.",
                lambda X: vertical_edges(X)[:, ::-1],
            ),
            Mistake(
                "one number",
                "your responses are added up to one number. Each pair of neighbours gives a number of its own.",
                lambda X: float(vertical_edges(X).sum()),
            ),
            Mistake(
                "one number per row",
                "your responses are added up row by row. Each pair of neighbours gives a number of its own.",
                lambda X: vertical_edges(X).sum(axis=1),
            ),
            Mistake(
                "flat",
                "your responses stand in one long row. The result has shape (H, W − 1).",
                lambda X: vertical_edges(X).ravel(),
            ),
            Mistake(
                "a third axis",
                "your result has a third axis. Its shape should be (H, W − 1).",
                lambda X: vertical_edges(X)[..., None],
            ),
            Mistake(
                "four axes",
                "your result still has the axes for batch and channel. Its shape should be (H, W − 1).",
                lambda X: vertical_edges(X)[None, None],
            ),
            Mistake(
                "rounded",
                "the fractions are rounded away.",
                lambda X: np.round(vertical_edges(X)),
            ),
        ],
        window=lambda at, X: X[at[0] : at[0] + 1, at[1] : at[1] + 2],
        picture=picture,
    ),
    Exercise(
        contour_kernel,
        [
            Claim("the kernel of the chapter", 1, [(5,)]),
            Claim("other odd sizes", 1, [(3,), (7,)]),
            Claim("the smallest", 1, [(1,)]),
            Claim("more odd sizes", 1, lambda rng: [(int(n),) for n in 9 + 2 * rng.permutation(6)[:2]], hidden=True),
        ],
        [
            Mistake(
                "centre n²",
                "your centre is n², so the numbers add up to 1: an even grey gives its own value, not 0.",
                lambda n: changed(n, centre=n * n),
            ),
            Mistake(
                "centre n² + 1",
                "your centre is n² + 1. The numbers must add up to 0.",
                lambda n: changed(n, centre=n * n + 1),
            ),
            Mistake(
                "^ for **",
                "`^` is not a power in Python. The square of n is `n**2` or `n * n`.",
                lambda n: changed(n, centre=(n ^ 2) - 1),
            ),
            Mistake(
                "centre −n²",
                "your centre is the sum of the −1, with its minus sign and the centre's own −1 in it. The centre makes "
                "the sum of all numbers 0.",
                lambda n: changed(n, centre=-n * n),
            ),
            Mistake(
                "centre n² − 2",
                "your centre is n² − 2, one too small. How many numbers stand around it?",
                lambda n: changed(n, centre=n * n - 2),
            ),
            Mistake(
                "centre n − 1",
                "your centre is n − 1. The kernel has n² numbers, not n.",
                lambda n: changed(n, centre=n - 1),
            ),
            Mistake("centre n", "your centre is n. The numbers must add up to 0.", lambda n: changed(n, centre=n)),
            Mistake(
                "centre 2n − 2",
                "your centre balances one row and one column only. All other numbers are −1, so all must be balanced.",
                lambda n: changed(n, centre=2 * n - 2),
            ),
            Mistake(
                "centre (n − 1)²",
                "your centre is (n − 1)². Count the numbers around it: n² less one.",
                lambda n: changed(n, centre=(n - 1) ** 2),
            ),
            Mistake(
                "always 24",
                "your centre is always 24. That is right for n = 5 only.",
                lambda n: changed(n, centre=24),
            ),
            Mistake(
                "always 8", "your centre is always 8. That is right for n = 3 only.", lambda n: changed(n, centre=8)
            ),
            Mistake(
                "always 5×5",
                "your kernel is always 5×5. Its size should follow n.",
                lambda n: contour_kernel(5),
            ),
            Mistake("always 3×3", "your kernel is always 3×3. Its size should follow n.", lambda n: contour_kernel(3)),
            Mistake(
                "signs turned round",
                "every sign is turned round. The centre is positive, the others are −1.",
                lambda n: -contour_kernel(n),
            ),
            Mistake(
                "ones around",
                "the numbers around the centre are 1. They should be −1, so that the sum is 0.",
                lambda n: changed(n, around=1),
            ),
            Mistake(
                "zeros around",
                "the numbers around the centre are 0. They should be −1.",
                lambda n: changed(n, around=0),
            ),
            Mistake("centre missing", "every number is −1; the centre is missing.", lambda n: changed(n, centre=-1)),
            Mistake(
                "centre negative",
                "your centre is negative. It should balance the −1 around it.",
                lambda n: changed(n, centre=1 - n * n),
            ),
            Mistake(
                "centre 0", "your centre is 0. It should balance the −1 around it.", lambda n: changed(n, centre=0)
            ),
            Mistake("centre 1", "your centre is 1. The sum should be 0 for every n.", lambda n: changed(n, centre=1)),
            Mistake(
                "divided by n²",
                "your kernel is divided by n². That compares with the mean; here the numbers around are −1.",
                lambda n: contour_kernel(n) / n**2,
            ),
            Mistake(
                "divided by the centre",
                "your kernel is divided by n² − 1. Here the numbers around are −1.",
                lambda n: contour_kernel(n) / max(n * n - 1, 1) + (n == 1),
            ),
            Mistake(
                "cross",
                "only one row and one column are filled, as in a Laplacian. Here every number around the centre is −1.",
                lambda n: partly(n, lambda i, j: (i == 0) | (j == 0)),
            ),
            Mistake(
                "ring only",
                "only the eight numbers next to the centre are −1. Here all of them are.",
                lambda n: partly(n, lambda i, j: (i <= 1) & (j <= 1)),
            ),
            Mistake(
                "border only",
                "only the border is −1. Here every number around the centre is.",
                lambda n: partly(n, lambda i, j: np.maximum(i, j) == n // 2),
            ),
            Mistake(
                "diagonal",
                "the whole diagonal is n² − 1. Only the centre is. `K[c, c] = …` sets one number; `np.fill_diagonal` "
                "sets all.",
                lambda n: np.where(np.eye(n) == 1, n * n - 1.0, -1.0),
            ),
            Mistake(
                "whole row",
                "the whole middle row is n² − 1. `K[c]` is a row; `K[c, c]` is one number.",
                lambda n: np.where(np.arange(n)[:, None] == n // 2, n * n - 1.0, -1.0) + np.zeros((n, n)),
            ),
            Mistake(
                "whole column",
                "the whole middle column is n² − 1. `K[:, c]` is a column; `K[c, c]` is one number.",
                lambda n: np.where(np.arange(n) == n // 2, n * n - 1.0, -1.0) + np.zeros((n, n)),
            ),
            Mistake(
                "centre too far right and down",
                "the large number stands one place too far down and to the right. Counting from 0, where is the middle "
                "of n?",
                lambda n: np.roll(contour_kernel(n), (1, 1), (0, 1)),
            ),
            Mistake(
                "centre too far left and up",
                "the large number stands one place too far up and to the left. Counting from 0, where is the middle of "
                "n?",
                lambda n: np.roll(contour_kernel(n), (-1, -1), (0, 1)),
            ),
            Mistake(
                "centre in the corner",
                "the large number stands in the first corner. It belongs in the middle.",
                lambda n: np.roll(contour_kernel(n), (-(n // 2), -(n // 2)), (0, 1)),
            ),
            Mistake(
                "centre in the last corner",
                "the large number stands in the last corner. It belongs in the middle.",
                lambda n: np.roll(contour_kernel(n), (n // 2, n // 2), (0, 1)),
            ),
            Mistake(
                "n is taken for the radius",
                "your kernel has 2n + 1 rows. Here n is the number of rows, not the reach to each side.",
                lambda n: contour_kernel(2 * n + 1),
            ),
            Mistake(
                "one row too many",
                "your kernel has n + 1 rows and columns.",
                lambda n: np.pad(contour_kernel(n), ((0, 1), (0, 1)), constant_values=-1),
            ),
            Mistake(
                "flat", "your kernel is one row of n² numbers. It should be n×n.", lambda n: contour_kernel(n).ravel()
            ),
            Mistake(
                "bytes",
                "your kernel is made of uint8 numbers, which cannot hold −1: it became 255.",
                lambda n: contour_kernel(n).astype(np.int64).astype(np.uint8),
            ),
            Mistake("blur", "your kernel is a blur, 1/n² everywhere.", lambda n: np.full((n, n), 1 / n**2)),
            Mistake(
                "always 4",
                "your centre is always 4, as in a small Laplacian. The sum should be 0 for every n.",
                lambda n: changed(n, centre=4),
            ),
            Mistake(
                "centre 2n − 1",
                "your centre is 2n − 1. All numbers around it must be balanced: count them.",
                lambda n: changed(n, centre=2 * n - 1),
            ),
            Mistake(
                "centre 4(n − 1)",
                "your centre balances the border only. Count all numbers around it.",
                lambda n: changed(n, centre=4 * (n - 1)),
            ),
            Mistake(
                "centre n³ − 1",
                "your centre is n³ − 1. The kernel has n² numbers.",
                lambda n: changed(n, centre=n**3 - 1),
            ),
            Mistake(
                "half the centre",
                "your centre is half of what it should be.",
                lambda n: changed(n, centre=(n * n - 1) / 2),
            ),
            Mistake(
                "twice the centre",
                "your centre is twice what it should be.",
                lambda n: changed(n, centre=2 * (n * n - 1)),
            ),
            Mistake(
                "centre everywhere",
                "every number is n² − 1. Only the centre is; the others are −1.",
                lambda n: np.full((n, n), n * n - 1.0),
            ),
            Mistake(
                "other diagonal",
                "the whole rising diagonal is n² − 1. Only the centre is.",
                lambda n: np.where(np.eye(n)[::-1] == 1, n * n - 1.0, -1.0),
            ),
            Mistake(
                "all zeros",
                "your kernel is all zeros.",
                lambda n: np.zeros((n, n)),
            ),
            Mistake(
                "identity",
                "your kernel is 1 in the centre and 0 around: it copies the image.",
                lambda n: changed(n, around=0, centre=1),
            ),
            Mistake(
                "around −(n² − 1)",
                "the numbers around the centre are −(n² − 1). They should be −1.",
                lambda n: changed(n, around=1 - n * n),
            ),
            Mistake(
                "around −1/n²",
                "the numbers around the centre are −1/n². They should be −1.",
                lambda n: changed(n, around=-1 / n**2),
            ),
            Mistake(
                "first column",
                "the large number stands in the first column. It belongs in the middle.",
                lambda n: np.roll(contour_kernel(n), -(n // 2), 1),
            ),
            Mistake(
                "first row",
                "the large number stands in the first row. It belongs in the middle.",
                lambda n: np.roll(contour_kernel(n), -(n // 2), 0),
            ),
            Mistake(
                "last column",
                "the large number stands in the last column. It belongs in the middle.",
                lambda n: np.roll(contour_kernel(n), n // 2, 1),
            ),
            Mistake(
                "last row",
                "the large number stands in the last row. It belongs in the middle.",
                lambda n: np.roll(contour_kernel(n), n // 2, 0),
            ),
            Mistake(
                "one row less",
                "your kernel has n − 1 rows and columns.",
                lambda n: contour_kernel(n)[1:, 1:],
            ),
            Mistake(
                "one row only",
                "your kernel is one row of n numbers. It has n rows and n columns.",
                lambda n: np.where(np.arange(n) == n // 2, n - 1.0, -1.0),
            ),
            Mistake(
                "four axes",
                "your kernel has the axes of a layer's weight. Its shape should be (n, n).",
                lambda n: contour_kernel(n)[None, None],
            ),
        ],
        picture=picture,
    ),
    Exercise(
        edge_strength,
        [
            Claim("by hand", 1, [(np.array([[3, -5, 0], [8, 0, -7]]), np.array([[-4, 12, 2], [15, 0, 24]]))]),
            Claim(
                "fractions",
                1,
                lambda rng: [(floats(rng, 3, 4), floats(rng, 3, 4)), (floats(rng, 1, 5), floats(rng, 1, 5))],
            ),
            Claim(
                "numbers of two bytes",
                1,
                lambda rng: [tuple(rng.integers(-255, 256, (3, 5)).astype(np.int16) for _ in "xy")],
            ),
            Claim(
                "other maps",
                1,
                lambda rng: [
                    (floats(rng, 5, 7), floats(rng, 5, 7)),
                    (ints(rng, 6, 2), ints(rng, 6, 2)),
                    tuple(rng.integers(-255, 256, (4, 6)).astype(np.int16) for _ in "xy"),
                ],
                hidden=True,
            ),
        ],
        [
            Mistake(
                "sum of absolute values",
                "your result is |Gx| + |Gy|: the way along two sides of the triangle. The strength is the third side.",
                lambda x, y: np.abs(real(x)) + np.abs(real(y)),
            ),
            Mistake(
                "no root",
                "the squares are added, but the root is missing.",
                lambda x, y: real(x) ** 2 + real(y) ** 2,
            ),
            Mistake(
                "numbers of two bytes overflow",
                "255² does not fit into a whole number of two bytes (int16), so the squares wrapped around. "
                "Convert to float before you square.",
                lambda x, y: root(real(x**2 + y**2)),
            ),
            Mistake(
                "only Gx squared",
                "Gy is added as it is. Square both.",
                lambda x, y: np.sqrt(real(x) ** 2 + real(y)),
            ),
            Mistake(
                "only Gy squared",
                "Gx is added as it is. Square both.",
                lambda x, y: np.sqrt(real(x) + real(y) ** 2),
            ),
            Mistake(
                "sum",
                "your result is Gx + Gy. Opposite signs would cancel; square them first.",
                lambda x, y: real(x) + real(y),
            ),
            Mistake(
                "absolute value of the sum",
                "your result is |Gx + Gy|: you squared the sum. Square each of them, then add.",
                lambda x, y: np.abs(real(x) + real(y)),
            ),
            Mistake("difference", "your result is Gx − Gy.", lambda x, y: real(x) - real(y)),
            Mistake(
                "absolute value of the difference",
                "your result is |Gx − Gy|. Square each of them, then add.",
                lambda x, y: np.abs(real(x) - real(y)),
            ),
            Mistake(
                "squares subtracted",
                "the squares are subtracted. They are added.",
                lambda x, y: root(real(x) ** 2 - real(y) ** 2),
            ),
            Mistake(
                "larger of the two",
                "your result is the larger of |Gx| and |Gy|. Both count.",
                lambda x, y: np.maximum(np.abs(real(x)), np.abs(real(y))),
            ),
            Mistake(
                "larger with its sign",
                "your result is the larger of Gx and Gy. A strength has no sign, and both count.",
                lambda x, y: np.maximum(real(x), real(y)),
            ),
            Mistake(
                "mean of absolute values",
                "your result is the mean of |Gx| and |Gy|. Square, add, take the root.",
                lambda x, y: (np.abs(real(x)) + np.abs(real(y))) / 2,
            ),
            Mistake("mean", "your result is the mean of Gx and Gy.", lambda x, y: (real(x) + real(y)) / 2),
            Mistake(
                "mean of the squares",
                "your result is smaller by √2: the squares are added, not averaged.",
                lambda x, y: np.sqrt((real(x) ** 2 + real(y) ** 2) / 2),
            ),
            Mistake("half", "your result is half the right one.", lambda x, y: edge_strength(x, y) / 2),
            Mistake(
                "product",
                "your result is Gx · Gy. It is 0 where only one of them sees an edge.",
                lambda x, y: real(x) * real(y),
            ),
            Mistake(
                "root of the product",
                "your result is the root of |Gx · Gy|. It is 0 where only one of them sees an edge.",
                lambda x, y: np.sqrt(np.abs(real(x) * real(y))),
            ),
            Mistake(
                "root of the absolute values",
                "you took the root of |Gx| + |Gy|. What goes under the root are the squares.",
                lambda x, y: np.sqrt(np.abs(real(x)) + np.abs(real(y))),
            ),
            Mistake(
                "root of the sum",
                "you took the root of Gx + Gy. What goes under the root are the squares.",
                lambda x, y: root(real(x) + real(y)),
            ),
            Mistake(
                "root of Gy² only",
                "only Gy² stands under the root. In Python `a**2 + b**2 ** 0.5` takes the root of the last term; set "
                "brackets.",
                lambda x, y: real(x) ** 2 + np.abs(real(y)),
            ),
            Mistake(
                "root of Gx² only",
                "only Gx² stands under the root. Both belong there.",
                lambda x, y: np.abs(real(x)) + real(y) ** 2,
            ),
            Mistake(
                "angle",
                "your result is the direction of the edge, in radians. Its length is asked for.",
                lambda x, y: np.arctan2(real(y), real(x)),
            ),
            Mistake("Gx only", "your result is |Gx|; Gy plays no part.", lambda x, y: np.abs(real(x))),
            Mistake("Gy only", "your result is |Gy|; Gx plays no part.", lambda x, y: np.abs(real(y))),
            Mistake(
                "Gx twice", "your result uses Gx twice and Gy not at all.", lambda x, y: np.sqrt(2) * np.abs(real(x))
            ),
            Mistake(
                "Gy twice", "your result uses Gy twice and Gx not at all.", lambda x, y: np.sqrt(2) * np.abs(real(y))
            ),
            Mistake(
                "one number for all",
                "your result is one number, the length over the whole map. Each place has a strength of its own.",
                lambda x, y: float(np.sqrt((real(x) ** 2 + real(y) ** 2).sum())),
            ),
            Mistake(
                "summed over the columns",
                "your result has one number per row. Each place has a strength of its own.",
                lambda x, y: np.sqrt((real(x) ** 2 + real(y) ** 2).sum(axis=1)),
            ),
            Mistake("rounded", "the fractions are rounded away.", lambda x, y: np.round(edge_strength(x, y))),
            Mistake("fractions cut off", "the fractions are cut off.", lambda x, y: np.trunc(edge_strength(x, y))),
            Mistake(
                "scaled to 255",
                "your result is scaled so that its largest value is 255. Keep the strength as it is.",
                lambda x, y: 255 * edge_strength(x, y) / edge_strength(x, y).max(),
            ),
            Mistake(
                "scaled to 1",
                "your result is scaled so that its largest value is 1. Keep the strength as it is.",
                lambda x, y: edge_strength(x, y) / edge_strength(x, y).max(),
            ),
            Mistake(
                "cut off at 255",
                "everything above 255 is cut off. A strength may be larger: up to 361 on 8-bit images.",
                lambda x, y: np.minimum(edge_strength(x, y), 255),
            ),
            Mistake(
                "cut off at 1",
                "everything above 1 is cut off. Keep the strength as it is.",
                lambda x, y: np.minimum(edge_strength(x, y), 1),
            ),
            Mistake(
                "cubes",
                "your powers do not fit: squares, then the square root.",
                lambda x, y: np.cbrt(np.abs(real(x)) ** 3 + np.abs(real(y)) ** 3),
            ),
            Mistake(
                "angle in degrees",
                "your result is the direction of the edge, in degrees. Its length is asked for.",
                lambda x, y: np.degrees(np.arctan2(real(y), real(x))),
            ),
            Mistake(
                "wrong sign",
                "your result is negative. A length is not.",
                lambda x, y: -edge_strength(x, y),
            ),
            Mistake(
                "with the sign of Gx",
                "your result has the sign of Gx. A strength has no sign.",
                lambda x, y: edge_strength(x, y) * np.sign(real(x)),
            ),
            Mistake(
                "with the sign of Gy",
                "your result has the sign of Gy. A strength has no sign.",
                lambda x, y: edge_strength(x, y) * np.sign(real(y)),
            ),
            Mistake(
                "negatives set to zero",
                "negative numbers in Gx and Gy were set to 0 first. They are edges too.",
                lambda x, y: edge_strength(np.maximum(x, 0), np.maximum(y, 0)),
            ),
            Mistake(
                "smaller of the two",
                "your result is the smaller of |Gx| and |Gy|. Both count.",
                lambda x, y: np.minimum(np.abs(real(x)), np.abs(real(y))),
            ),
            Mistake(
                "roots added",
                "you added the roots of |Gx| and |Gy|. Square first, add, then take one root.",
                lambda x, y: np.sqrt(np.abs(real(x))) + np.sqrt(np.abs(real(y))),
            ),
            Mistake(
                "mean over the map",
                "your result is one number, the mean strength. Each place has a strength of its own.",
                lambda x, y: float(edge_strength(x, y).mean()),
            ),
            Mistake(
                "largest over the map",
                "your result is one number, the largest strength. Each place has a strength of its own.",
                lambda x, y: float(edge_strength(x, y).max()),
            ),
            Mistake(
                "both maps",
                "your result is the two maps together. Each place has one strength.",
                lambda x, y: np.stack([real(x), real(y)]),
            ),
            Mistake(
                "both squares",
                "your result is the two squared maps together. They are added, then comes the root.",
                lambda x, y: np.stack([real(x) ** 2, real(y) ** 2]),
            ),
            Mistake(
                "matrix products",
                "the maps are multiplied as matrices (`@`). Square each number by itself (`**2`).",
                lambda x, y: root(real(x) @ real(x).T + real(y) @ real(y).T),
            ),
            Mistake(
                "rounded to two digits",
                "your result is rounded to two digits. Return it as it is.",
                lambda x, y: np.round(edge_strength(x, y), 2),
            ),
            Mistake(
                "summed over the rows",
                "your result has one number per column. Each place has a strength of its own.",
                lambda x, y: np.sqrt((real(x) ** 2 + real(y) ** 2).sum(axis=0)),
            ),
            Mistake(
                "result transposed",
                "rows and columns of your result are exchanged.",
                lambda x, y: edge_strength(x, y).T,
            ),
            Mistake(
                "bytes",
                "your result was converted to uint8: fractions are cut off, and it wraps around above 255.",
                lambda x, y: np.trunc(edge_strength(x, y)).astype(np.int64).astype(np.uint8),
            ),
            Mistake(
                "fourth root",
                "you took the root twice.",
                lambda x, y: np.sqrt(edge_strength(x, y)),
            ),
        ],
        window=lambda at, x, y: np.array([x[at], y[at]]),
    ),
    Exercise(
        signed_to_gray,
        [
            Claim("the example of the chapter", 1, [(np.array([[-40, 0, 10], [20, -10, 0]]),)]),
            Claim("further below zero than above", 1, lambda rng: [(signed_map(rng, 3, 4, high=False),)]),
            Claim("further above zero than below", 1, lambda rng: [(signed_map(rng, 4, 3, high=True),)]),
            Claim(
                "one sign only", 1, [(np.array([[5.0, 1.0, 2.2], [3.1, 4.3, 0.4]]),), (np.array([[-3, -9, -7, -1]]),)]
            ),
            Claim("nothing but zeros", 1, [(np.zeros((2, 3)),)]),
            Claim(
                "other maps",
                2,
                lambda rng: [
                    (100 * signed_map(rng, 5, 7, high=False),),
                    (signed_map(rng, 6, 4, high=True) / 50,),
                    (np.zeros((3, 5), dtype=int),),
                ],
                hidden=True,
            ),
        ],
        [
            Mistake(
                "stretched",
                "your result is stretched from the smallest number to the largest. Then 0 is not middle grey, "
                "and nobody can see a sign.",
                lambda Y: in_bytes(stretched(Y)),
            ),
            Mistake(
                "negatives set to zero, then scaled",
                "the negative numbers are set to 0 and become middle grey. They belong between black and middle grey.",
                lambda Y: in_bytes(np.round(127.5 + 127.5 * np.maximum(real(Y), 0) / (np.abs(Y).max() or 1))),
            ),
            Mistake(
                "not spread",
                "Y / m is added without its factor 127.5, so that all greys lie in the middle.",
                lambda Y: in_bytes(np.round(127.5 + real(Y) / (np.abs(Y).max() or 1))),
            ),
            Mistake(
                "the sum divided too",
                "127.5 is divided by m as well. Only Y is divided: mind the brackets.",
                lambda Y: in_bytes(np.round((127.5 + 127.5 * real(Y)) / (np.abs(Y).max() or 1))),
            ),
            Mistake(
                "not divided",
                "Y is not divided by m, so the greys leave 0 … 255 and wrap around.",
                lambda Y: in_bytes(np.round(127.5 + 127.5 * real(Y))),
            ),
            Mistake(
                "divided without fractions",
                "`//` drops the fractions of Y / m, so only black, white and grey are left. Use `/`.",
                lambda Y: in_bytes(np.round(127.5 + 127.5 * (real(Y) // (np.abs(Y).max() or 1)))),
            ),
            Mistake(
                "absolute values",
                "both signs look alike in your result, and 0 became black. It should be middle grey.",
                scaled(0, 255, finish=lambda g: in_bytes(np.abs(g)), empty=0),
            ),
            Mistake(
                "negatives set to zero",
                "negative numbers all became black. 0 should be middle grey, so that there is room below.",
                scaled(0, 255, finish=lambda g: in_bytes(np.maximum(g, 0)), empty=0),
            ),
            Mistake(
                "converted as it is",
                "the numbers were only converted to bytes: −10 became 246, and nothing was scaled.",
                lambda Y: np.trunc(real(Y)).astype(np.int64).astype(np.uint8),
            ),
            Mistake(
                "cut off at 0 and 255",
                "the numbers were only cut off at 0 and 255. They have to be scaled, with 0 in the middle.",
                lambda Y: in_bytes(np.clip(real(Y), 0, 255)),
            ),
            Mistake(
                "128 and 127",
                "your grey is 128 + 127·Y/m, so the darkest is 1, not 0. The middle of 0 and 255 is 127.5.",
                scaled(128, 127),
            ),
            Mistake(
                "127 and 127",
                "your grey is 127 + 127·Y/m, so the brightest is 254. The middle of 0 and 255 is 127.5.",
                scaled(127, 127, empty=127),
            ),
            Mistake(
                "128 and 128",
                "your grey is 128 + 128·Y/m. Its brightest is 256, which a byte cannot hold: it became 0.",
                scaled(128, 128),
            ),
            Mistake(
                "128 and 128, cut off",
                "your grey is 128 + 128·Y/m, cut off at 255. The middle of 0 and 255 is 127.5.",
                scaled(128, 128, finish=lambda g: in_bytes(np.clip(g, 0, 255))),
            ),
            Mistake(
                "128 and 127.5",
                "your middle is 128; it is 127.5, half-way between 0 and 255.",
                scaled(128, 127.5, finish=lambda g: in_bytes(np.clip(g, 0, 255))),
            ),
            Mistake(
                "not rounded",
                "the fractions were cut off when you converted to bytes. Round first: 127.5 becomes 128, not 127.",
                scaled(127.5, 127.5, finish=lambda g: np.floor(g).astype(np.uint8), empty=127),
            ),
            Mistake(
                "rounded up",
                "the fractions were rounded up. Round to the nearest whole number.",
                scaled(127.5, 127.5, finish=lambda g: np.ceil(g).astype(np.uint8)),
            ),
            Mistake(
                "fractions left",
                "the scale is right, but a byte holds whole numbers: round, then convert to uint8.",
                scaled(127.5, 127.5, finish=lambda g: g, empty=127.5),
            ),
            Mistake(
                "divided by the largest",
                "you divided by max(Y), not by max|Y|. Where the most extreme number is negative, that goes below "
                "black.",
                scaled(127.5, 127.5, by=lambda Y: Y.max()),
            ),
            Mistake(
                "divided by the largest, cut off",
                "you divided by max(Y), not by max|Y|, and cut off what did not fit.",
                scaled(127.5, 127.5, by=lambda Y: Y.max(), finish=lambda g: in_bytes(np.clip(g, 0, 255))),
            ),
            Mistake(
                "divided by the smallest",
                "you divided by |min(Y)|, not by max|Y|.",
                scaled(127.5, 127.5, by=lambda Y: np.abs(Y.min())),
            ),
            Mistake(
                "divided by the range",
                "you divided by max(Y) − min(Y). Then neither end is reached on both sides; divide by max|Y|.",
                scaled(127.5, 127.5, by=np.ptp),
            ),
            Mistake(
                "divided by half the range",
                "you divided by half of max(Y) − min(Y), which goes past black or white. Divide by max|Y|.",
                scaled(127.5, 127.5, by=lambda Y: np.ptp(Y) / 2),
            ),
            Mistake(
                "divided by the standard deviation",
                "you divided by the standard deviation. Divide by max|Y|, so that nothing goes past black or white.",
                scaled(127.5, 127.5, by=np.std),
            ),
            Mistake(
                "divided by the sum",
                "you divided by the sum of |Y|. Divide by its largest value.",
                scaled(127.5, 127.5, by=lambda Y: np.abs(Y).sum()),
            ),
            Mistake(
                "row by row",
                "each row was scaled by its own largest value. One m serves the whole map.",
                scaled(127.5, 127.5, by=lambda Y: np.abs(Y).max(axis=1, keepdims=True)),
            ),
            Mistake(
                "column by column",
                "each column was scaled by its own largest value. One m serves the whole map.",
                scaled(127.5, 127.5, by=lambda Y: np.abs(Y).max(axis=0, keepdims=True)),
            ),
            Mistake(
                "mean in the middle",
                "the mean of Y became middle grey. It is 0 that should.",
                lambda Y: scaled(127.5, 127.5)(real(Y) - real(Y).mean()),
            ),
            Mistake(
                "black and white exchanged",
                "your picture is a negative: numbers above 0 should be bright.",
                scaled(127.5, -127.5),
            ),
            Mistake(
                "from −1 to 1",
                "your result runs from −1 to 1. Grey levels run from 0 to 255.",
                scaled(0, 1, finish=lambda g: g, empty=0),
            ),
            Mistake(
                "from 0 to 1",
                "your result runs from 0 to 1. Grey levels run from 0 to 255.",
                scaled(0.5, 0.5, finish=lambda g: g, empty=0.5),
            ),
            Mistake(
                "from −127 to 127",
                "your result is centred on 0. A byte has no negative numbers: middle grey is 127.5 before rounding.",
                scaled(0, 127.5, finish=np.round, empty=0),
            ),
            Mistake(
                "brightness doubled",
                "you used 127.5 + 255·Y/m, twice too much contrast; it wraps around.",
                scaled(127.5, 255),
            ),
            Mistake(
                "signed bytes",
                "your result is int8, which ends at 127. Grey levels are uint8.",
                scaled(127.5, 127.5, finish=lambda g: in_bytes(g).astype(np.int8), empty=-128),
            ),
            Mistake(
                "zeros become black",
                "a map of zeros became black. There is no m to divide by then; every pixel is middle grey, 128.",
                scaled(127.5, 127.5, empty=0),
            ),
            Mistake(
                "zeros become NaN",
                "a map of zeros gave NaN: 0 was divided by 0. Every pixel should be middle grey, 128.",
                lambda Y: signed_to_gray(Y) if np.any(Y) else np.full(np.shape(Y), np.nan),
            ),
            Mistake(
                "zeros become 127",
                "a map of zeros became 127. Middle grey is 127.5, which rounds to 128.",
                scaled(127.5, 127.5, empty=127),
            ),
            Mistake(
                "zeros become 127.5",
                "a map of zeros became 127.5. Round that too: 128.",
                lambda Y: signed_to_gray(Y) if np.any(Y) else np.full(np.shape(Y), 127.5),
            ),
            Mistake(
                "divided by 255",
                "you divided by 255, not by the largest absolute value in the map.",
                scaled(127.5, 127.5, by=lambda Y: 255.0),
            ),
            Mistake(
                "divided by 6120",
                "you divided by 6120, the most that any map could hold, not by the largest value in this one.",
                scaled(127.5, 127.5, by=lambda Y: 6120.0),
            ),
            Mistake("result transposed", "rows and columns are exchanged.", lambda Y: signed_to_gray(Y).T),
            Mistake(
                "128 and 127, cut off",
                "your grey is 128 + 127·Y/m with the fractions cut off. The middle is 127.5, and the result is "
                "rounded.",
                scaled(128, 127, finish=lambda g: np.floor(g).astype(np.uint8)),
            ),
            Mistake(
                "stretched, cut off",
                "your result is stretched from the smallest number to the largest, with the fractions cut off. 0 "
                "should be middle grey.",
                lambda Y: (
                    in_bytes(np.trunc(255 * (real(Y) - real(Y).min()) / np.ptp(real(Y))))
                    if np.ptp(real(Y))
                    else np.full(np.shape(Y), np.nan)
                ),
            ),
            Mistake(
                "moved by 128, not scaled",
                "128 was added, but the numbers are not scaled: the largest absolute value should reach black or "
                "white.",
                lambda Y: in_bytes(np.clip(real(Y) + 128, 0, 255)),
            ),
            Mistake(
                "moved by 127.5, not scaled",
                "127.5 was added, but the numbers are not scaled: the largest absolute value should reach black or "
                "white.",
                lambda Y: in_bytes(np.clip(real(Y) + 127.5, 0, 255)),
            ),
            Mistake(
                "signs only",
                "your result has only black, middle grey and white. The size of Y counts too.",
                lambda Y: in_bytes(127.5 + 127.5 * np.sign(real(Y))),
            ),
            Mistake(
                "black and white only",
                "your result is black below 0 and white elsewhere. The size of Y counts too.",
                lambda Y: np.where(real(Y) < 0, 0, 255),
            ),
            Mistake(
                "m + 1",
                "you divided by m + 1. Then black and white are not reached.",
                scaled(127.5, 127.5, by=lambda Y: np.abs(Y).max() + 1),
            ),
            Mistake(
                "127 and 128",
                "your grey is 127 + 128·Y/m. The middle is 127.5, and both ends are 127.5 away.",
                scaled(127, 128, empty=127),
            ),
            Mistake(
                "128 and 127.5, wrapped",
                "your middle is 128, so white becomes 255.5, which wraps around to black.",
                scaled(128, 127.5),
            ),
            Mistake(
                "each side by its own",
                "numbers above and below 0 were scaled separately. Then equal sizes of opposite sign look different.",
                lambda Y: in_bytes(
                    127.5
                    + 127.5 * np.where(real(Y) > 0, real(Y) / (real(Y).max() or 1), real(Y) / (-real(Y).min() or 1))
                ),
            ),
            Mistake(
                "no middle",
                "your grey is 255·Y/m: negative numbers wrap around. 0 should be middle grey.",
                scaled(0, 255, empty=0),
            ),
            Mistake(
                "256 levels",
                "your grey is 255·(Y/m + 1)/2 with 256 for 255. A byte ends at 255.",
                scaled(128, 128, finish=lambda g: np.floor(np.clip(g, 0, 255)).astype(np.uint8)),
            ),
            Mistake(
                "divided by the mean",
                "you divided by the mean of |Y|. Divide by its largest value.",
                scaled(127.5, 127.5, by=lambda Y: np.abs(Y).mean()),
            ),
            Mistake(
                "127, cut off",
                "your grey is 127·(Y/m + 1) with the fractions cut off. The middle is 127.5, and the result is "
                "rounded.",
                scaled(127, 127, finish=lambda g: np.floor(g).astype(np.uint8), empty=127),
            ),
            Mistake(
                "one number for zeros",
                "a map of zeros gave one number. Give a map of its shape, with 128 everywhere.",
                lambda Y: signed_to_gray(Y) if np.any(Y) else 128,
            ),
            Mistake(
                "zeros become white",
                "a map of zeros became white. Every pixel should be middle grey, 128.",
                scaled(127.5, 127.5, empty=255),
            ),
            Mistake(
                "floor division",
                "`//` cut the fractions off. Divide with `/`, then round.",
                scaled(
                    127.5,
                    127.5,
                    finish=lambda g: np.round(127.5 + np.floor(g - 127.5)).astype(np.int64).astype(np.uint8),
                ),
            ),
            Mistake(
                "levels of 100",
                "your result runs from 0 to 200. Grey levels run from 0 to 255.",
                scaled(100, 100, empty=100),
            ),
            Mistake(
                "upside down",
                "the rows of your result are in reverse order.",
                lambda Y: signed_to_gray(Y)[::-1],
            ),
            Mistake(
                "flat",
                "your grey levels stand in one long row. Keep the shape of Y.",
                lambda Y: signed_to_gray(Y).ravel(),
            ),
            Mistake(
                "three channels",
                "your result has three channels. One grey level per number is enough.",
                lambda Y: np.repeat(signed_to_gray(Y)[..., None], 3, axis=2),
            ),
        ],
        window=lambda at, Y: Y[at[0] : at[0] + 1, at[1] : at[1] + 1],
        picture=picture,
    ),
]
