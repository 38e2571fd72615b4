"""Chapter 6: pooling, its indices, and how large its output is."""

import math

import numpy as np

from lib.check import Claim, Exercise, Mistake
from lib.exercises.inputs import floats, ints
from lib.exercises.pictures import what_differs


def maxpool2d(X, k, stride=None, padding=0):
    """The largest number of each k×k window; the padding is −∞, which never wins."""
    return of_windows(-np.inf, np.max)(X, k, stride, padding)


def avgpool2d(X, k, stride=None, padding=0):
    """The mean of each k×k window; the padding is 0, and counts."""
    return of_windows(0, np.mean)(X, k, stride, padding)


def maxpool_indices(X, k):
    """Where in the plane each window's first maximum stands, counted row by row."""
    return each_corner(X, k, lambda part, i, j: place_of(np.argmax(part), k, i, j, X.shape[1]))


def pooled_size(n, k, s, p, ceil_mode):
    """How many windows: with ceil_mode one may hang over the end, but none may start in the padding on the right."""
    way = n + 2 * p - k
    if not ceil_mode:
        return way // s + 1
    windows = -(-way // s) + 1
    return windows - 1 if (windows - 1) * s >= n + p else windows


def maxpool_channels(X, k):
    """Every channel by itself."""
    return np.array([maxpool2d(channel, k) for channel in X])


QUESTION = np.array([[3, 1, 4, 1, 5, 2], [2, 6, 5, 3, -8, 4], [-9, -7, 0, 3, 2, 3], [-8, -4, 6, 2, -1, -3]]), 2


def predict_maxpool():
    """The prediction's 4×6 image in 2×2 windows."""
    return maxpool2d(*QUESTION).astype(int).tolist()


# --- the parts that the mistakes are made of ------------------------------------------------------------------------


def pooling(model):
    """A function with the arguments of maxpool2d, from a model of (X, k, s, p) where the stride is known."""
    return lambda X, k, stride=None, padding=0: model(
        np.asarray(X, dtype=float), k, k if stride is None else stride, padding
    )


def pooled(X, k, s, p, fill, combine):
    """Any function of each window of the padded X. `s` and `p` may be pairs for (down, across)."""
    down, across = s if isinstance(s, tuple) else (s, s)
    padded = np.pad(X, p, constant_values=fill)
    H, W = padded.shape
    return np.array(
        [
            [combine(padded[i : i + k, j : j + k]) for j in range(0, W - k + 1, across)]
            for i in range(0, H - k + 1, down)
        ]
    )


def of_windows(fill, combine):
    """A pooling function: `combine` of each window, padded with `fill`."""
    return pooling(lambda X, k, s, p: pooled(X, k, s, p, fill, combine))


def each_corner(X, k, combine):
    """Any function of a window and its top left corner; windows stand side by side."""
    X = np.asarray(X)
    H, W = X.shape
    corners = [[(i, j) for j in range(0, W - k + 1, k)] for i in range(0, H - k + 1, k)]
    return np.array([[combine(X[i : i + k, j : j + k], i, j) for i, j in row] for row in corners])


def place_of(inside, k, i, j, width):
    """The flat index in a plane of a place in a k×k window at (i, j)."""
    return (i + inside // k) * width + j + inside % k


def last_of(part):
    return int(np.flatnonzero(part == part.max())[-1])


def window(at, X, k, stride=None, padding=0):
    s = k if stride is None else stride
    padded = np.pad(np.asarray(X, dtype=float), padding, constant_values=-np.inf)
    return padded[at[0] * s : at[0] * s + k, at[1] * s : at[1] * s + k]


def zero_padded_window(at, X, k, stride=None, padding=0):
    s = k if stride is None else stride
    return np.pad(np.asarray(X), padding)[at[0] * s : at[0] * s + k, at[1] * s : at[1] * s + k]


def plain_window(at, X, k):
    return np.asarray(X)[..., at[-2] * k : at[-2] * k + k, at[-1] * k : at[-1] * k + k]


def picture_with(fill):
    """The padded image with the window of the first number that differs; of several channels, the one that has it."""

    def picture(inputs, expected, got, wrong):
        X, k, stride, padding = (*inputs, *(None, 0)[len(inputs) - 2 :])
        if X.ndim == 3:
            c = wrong.at[0] if wrong.at else 0
            X, expected = X[c], expected[c]
            got = got[c] if isinstance(got, np.ndarray) and got.ndim == 3 and len(got) > c else None
        s = k if stride is None else stride
        padded = np.pad(X.astype(float), padding, constant_values=fill) if padding else X
        reads = wrong.at and (tuple(a * s for a in wrong.at[-2:]), (k, k))
        return what_differs([("X, padded" if padding else "X", padded, "input"), "→"], expected, got, wrong, reads)

    return picture


def hanging_over(fill, combine):
    """Windows that hang over the end are used too, as far as there are pixels."""

    def made(X, k, s, p):
        padded = np.pad(X, p, constant_values=fill)
        (H, W) = padded.shape
        return np.array([[combine(padded[i : i + k, j : j + k]) for j in range(0, W, s)] for i in range(0, H, s)])

    return pooling(made)


def like(right, Y):
    """As much of the corner of `Y` as `right` has."""
    return Y[: right.shape[0], : right.shape[1]]


def spread(Y, shape):
    """An array of zeros of this shape with Y in its corner."""
    return np.pad(Y, [(0, n - m) for n, m in zip(shape, Y.shape, strict=True)])


GOES_ROUND = "It goes all round."
LOOK = "Look at the whole window."


def shared(right, fill, combine):
    """The mistakes that maximum and mean have in common."""

    def at(X, k, s, p):
        return pooled(X, k, s, p, fill, combine)

    return [
        *(
            Mistake(name, says, model)
            for name, says, model in [  # where it matters whether a stride was given
                (
                    "stride 1 where none is given",
                    "without a stride your window moves by one. In pooling, no stride means a stride of k: windows "
                    "stand side by side.",
                    lambda X, k, stride=None, padding=0: right(X, k, 1 if stride is None else stride, padding),
                ),
                (
                    "stride 2 where none is given",
                    "without a stride your window moves by two. No stride means a stride of k.",
                    lambda X, k, stride=None, padding=0: right(X, k, 2 if stride is None else stride, padding),
                ),
                (
                    "stride and padding exchanged",
                    "stride and padding are exchanged: the stride comes first.",
                    lambda X, k, stride=None, padding=0: right(X, k, padding or k, stride or 0),
                ),
            ]
        ),
        *(
            Mistake(name, says, pooling(model))
            for name, says, model in [
                ("always a stride of 1", "your window always moves by one.", lambda X, k, s, p: at(X, k, 1, p)),
                (
                    "always a stride of k",
                    "your window always moves by k. Where a stride is given, it moves by that.",
                    lambda X, k, s, p: at(X, k, k, p),
                ),
                (
                    "steps of stride + 1",
                    "your window moves by one more than the stride. Stride 1 is the ordinary step.",
                    lambda X, k, s, p: at(X, k, s + 1, p),
                ),
                (
                    "windows one step apart",
                    "there are as many windows as there should be, but they move by one. Where does window i begin?",
                    lambda X, k, s, p: like(at(X, k, s, p), at(X, k, 1, p)),
                ),
                (
                    "windows one stride apart, places of stride 1",
                    "your result has as many places as a stride of 1 gives. With larger steps there are fewer.",
                    lambda X, k, s, p: spread(at(X, k, s, p), at(X, k, 1, p).shape),
                ),
                (
                    "windows as wide as the stride",
                    "your windows are as wide as the stride. They have k rows and columns; the stride is the way from "
                    "one to the next.",
                    lambda X, k, s, p: at(X, s, s, p),
                ),
                ("always 2×2", "your windows are 2×2 whatever k is.", lambda X, k, s, p: at(X, 2, s, p)),
                (
                    "stride down only",
                    "the stride is used from row to row, but not along the columns.",
                    lambda X, k, s, p: at(X, k, (s, 1), p),
                ),
                (
                    "stride across only",
                    "the stride is used along the columns, but not from row to row.",
                    lambda X, k, s, p: at(X, k, (1, s), p),
                ),
                (
                    "windows hang over the end",
                    "windows that hang over the end are used too. A window that does not fit is left out.",
                    hanging_over(fill, combine),
                ),
                (
                    "window one larger",
                    "your windows have k+1 rows and columns. The end of a slice is not part of it.",
                    lambda X, k, s, p: at(X, k + 1, s, p),
                ),
                (
                    "window one smaller",
                    "your windows have k−1 rows and columns. The end of a slice is not part of it: write k, not k−1.",
                    lambda X, k, s, p: pooled(X, k, s, p, fill, lambda w: combine(w[:-1, :-1])) if k > 1 else X,
                ),
                # the padding
                ("padding ignored", "the padding is ignored.", lambda X, k, s, p: at(X, k, s, 0)),
                (
                    "padded twice",
                    "2·padding places were added on each side. There are `padding` on each.",
                    lambda X, k, s, p: at(X, k, s, 2 * p),
                ),
                (
                    "padded above and left only",
                    f"the padding stands above and on the left only. {GOES_ROUND}",
                    lambda X, k, s, p: at(X, k, s, ((p, 0), (p, 0))),
                ),
                (
                    "padded below and right only",
                    f"the padding stands below and on the right only. {GOES_ROUND}",
                    lambda X, k, s, p: at(X, k, s, ((0, p), (0, p))),
                ),
                (
                    "rows padded only",
                    "the padding stands above and below, but not left and right.",
                    lambda X, k, s, p: at(X, k, s, ((p, p), (0, 0))),
                ),
                (
                    "columns padded only",
                    "the padding stands left and right, but not above and below.",
                    lambda X, k, s, p: at(X, k, s, ((0, 0), (p, p))),
                ),
                (
                    "border repeated",
                    "the border pixels are repeated outside. Read again what the padding is.",
                    lambda X, k, s, p: at(np.pad(X, p, "edge"), k, s, 0),
                ),
                (
                    "border reflected",
                    "the image is mirrored outside. Read again what the padding is.",
                    lambda X, k, s, p: at(np.pad(X, p, "reflect"), k, s, 0),
                ),
                # the whole image
                ("the image itself", "your result is X itself.", lambda X, k, s, p: X),
                (
                    "one number for the image",
                    "your result is one number for the whole image. Each window gives its own.",
                    lambda X, k, s, p: combine(X),
                ),
            ]
        ),
        *(
            Mistake(name, f"your result {says}", of_windows(empty, other))
            for name, says, empty, other in [
                (
                    "only one row of the window",
                    "comes from the first row of each window. Is a window k×1 in your function?",
                    fill,
                    lambda w: combine(w[0]),
                ),
                (
                    "only one column of the window",
                    "comes from the first column of each window. Is a window 1×k in your function?",
                    fill,
                    lambda w: combine(w[:, 0]),
                ),
                (
                    "top left of each window",
                    f"keeps the top left number of each window. {LOOK}",
                    fill,
                    lambda w: w[0, 0],
                ),
                (
                    "bottom right of each window",
                    f"keeps the last number of each window. {LOOK}",
                    fill,
                    lambda w: w[-1, -1],
                ),
                ("smallest", "keeps the smallest number of each window.", -fill, np.min),
                ("median", "is the median of each window.", fill, np.median),
                (
                    "sum",
                    "is the sum of each window. Read again which one number stands for a window.",
                    0,
                    np.sum,
                ),
            ]
        ),
    ]


def sums(X, k, s, p):
    return pooled(X, k, s, p, 0, np.sum)


# The first image has its largest absolute values below zero; the second is negative nearly everywhere.
EXAMPLE = np.array([[1, 3, -7, 0], [2, -1, 5, 4], [0, -2, 6, -9], [-3, -5, -6, 8], [7, 2, 1, 3]])
COLD = -np.array([[5, 2, 9, 4, 7], [3, 8, 1, 6, 2], [9, 4, 7, 3, 8], [6, 1, 5, 2, 9]])


def pooling_claims():
    return [
        Claim("windows side by side", 1, lambda rng: [(EXAMPLE, 2), (floats(rng, 6, 9), 3), (ints(rng, 7, 6), 2)]),
        Claim("numbers below zero", 1, lambda rng: [(COLD, 2), (-abs(floats(rng, 6, 7)), 3)]),
        Claim(
            "a stride of its own",
            1,
            lambda rng: [(ints(rng, 5, 8), 3, 2), (ints(rng, 7, 5), 2, 3), (floats(rng, 4, 6), 3, 1)],
        ),
        Claim(
            "padding",
            1,
            lambda rng: [
                (COLD, 2, 2, 1),
                (ints(rng, 5, 7), 3, 2, 1),
                (-abs(floats(rng, 6, 4)), 3, None, 1),
                (floats(rng, 7, 6), 4, 3, 2),
                (floats(rng, 5, 8), 3, 1, 1),
                (ints(rng, 4, 6) - 5000, 2, None, 1),  # no number that is merely small may stand for −∞
            ],
        ),
        Claim(
            "other images",
            2,
            lambda rng: [
                (sign * draw(rng, *rng.integers(6, 10, 2)), k, s, p)
                for draw, sign, k, s, p in [
                    (ints, 1, 2, None, 0),
                    (floats, 1, 3, 2, 1),
                    (floats, -1, 4, None, 2),
                    (ints, 1, 3, 4, 0),
                    (ints, -1, 2, 1, 1),
                    (floats, 1, 1, 2, 0),
                ]
            ],
            hidden=True,
        ),
    ]


MAX = Exercise(
    maxpool2d,
    pooling_claims(),
    [
        Mistake(
            "starts from 0",
            "you begin each window with 0 as the largest number so far. Where all numbers are below zero, 0 wins "
            "though it is not there.",
            pooling(lambda X, k, s, p: np.maximum(maxpool2d(X, k, s, p), 0)),
        ),
        *(
            Mistake(
                f"padded with {fill}".replace("-", "−"),
                f"your padding is {fill}. Beside numbers that are smaller still it wins. Which number never "
                "wins?".replace("-", "−"),
                of_windows(fill, np.max),
            )
            for fill in (0, -1, -100, -128, -255, -256, -999, -1000)
        ),
        *(
            Mistake(name, f"your result {says}", of_windows(fill, combine))
            for name, says, fill, combine in [
                (
                    "largest absolute value",
                    "is the largest absolute value. −7 is smaller than 5.",
                    0,
                    lambda w: np.abs(w).max(),
                ),
                (
                    "farthest from zero",
                    "is the number farthest from zero, with its sign. −7 is smaller than 5.",
                    0,
                    lambda w: w.flat[int(np.argmax(np.abs(w)))],
                ),
                ("mean", "is the mean of each window. Take the largest.", 0, np.mean),
                (
                    "second largest",
                    "is the second largest number of each window.",
                    -np.inf,
                    lambda w: np.sort(w.ravel())[-2:][0],
                ),
                (
                    "index of the maximum",
                    "says where the maximum stands in its window (`argmax`). Return the number itself (`max`).",
                    -np.inf,
                    np.argmax,
                ),
                (
                    "maximum of the sums of rows",
                    "is the largest sum of a row. Take the largest number.",
                    0,
                    lambda w: w.sum(axis=1).max(),
                ),
            ]
        ),
        # a repeated border is no mistake here: the border pixel is in every window that reaches past it
        *(m for m in shared(maxpool2d, -np.inf, np.max) if m.name != "border repeated"),
    ],
    window=window,
    picture=picture_with(-np.inf),
)

AVG = Exercise(
    avgpool2d,
    pooling_claims(),
    [
        Mistake(
            "only real pixels count",
            "at the border you divided by the number of real pixels. Here the padded zeros count: divide by k·k.",
            of_windows(np.nan, np.nanmean),
        ),
        *(
            Mistake(name, f"you divided by {says}", pooling(lambda X, k, s, p, by=by: sums(X, k, s, p) / by(X, k, s)))
            for name, says, by in [
                ("divided by k", "k. A window has k·k numbers.", lambda X, k, s: k),
                ("divided by 2k", "2k. A window has k·k numbers.", lambda X, k, s: 2 * k),
                ("always divided by 4", "4. That is right for k = 2 only.", lambda X, k, s: 4),
                (
                    "divided by the stride",
                    "the square of the stride. A window has k·k numbers, whatever the stride is.",
                    lambda X, k, s: s * s,
                ),
                (
                    "divided by the image's size",
                    "the number of pixels of X. A window has k·k numbers.",
                    lambda X, k, s: X.size,
                ),
                (
                    "divided by one too few",
                    "k·k − 1, as some standard deviations do. A mean divides by the number of numbers.",
                    lambda X, k, s: max(k * k - 1, 1),
                ),
            ]
        ),
        *(
            Mistake(name, says, of_windows(fill, combine))
            for name, says, fill, combine in [
                ("largest", "your result is the largest number of each window. Take the mean.", -np.inf, np.max),
                (
                    "only numbers other than zero count",
                    "zeros were left out of the mean. A zero is a number like any other.",
                    0,
                    lambda w: w.sum() / max(np.count_nonzero(w), 1),
                ),
                (
                    "mean of absolute values",
                    "you averaged absolute values. Keep the signs.",
                    0,
                    lambda w: np.abs(w).mean(),
                ),
                (
                    "root of the mean square",
                    "you averaged squares. Average the numbers themselves.",
                    0,
                    lambda w: np.sqrt((w * w).mean()),
                ),
                (
                    "halfway between the extremes",
                    "you took the middle of the smallest and the largest number. The mean uses all of them.",
                    0,
                    lambda w: (w.min() + w.max()) / 2,
                ),
                (
                    "fractions dropped",
                    "the mean of each window is rounded down (`//`). Keep the fractions.",
                    0,
                    lambda w: np.floor(w.mean()),
                ),
            ]
        ),
        *shared(avgpool2d, 0, np.mean),
    ],
    window=zero_padded_window,
    picture=picture_with(0),
)


# --- indices ----------------------------------------------------------------------------------------------------------

TIES = np.array([[2, 7, 1, 1, 5], [7, 3, 1, 1, 5], [-4, -9, -2, 6, 0], [-4, -4, 6, -2, 0]])


def inside(combine):
    """A mistake about which place of the window is meant."""
    return lambda X, k: each_corner(X, k, lambda part, i, j: place_of(combine(part), k, i, j, X.shape[1]))


def placed(combine):
    """A mistake about how a place (i, j) of the plane, at (a, b) of its window, is told."""

    def one(part, i, j, X, k):
        a, b = divmod(int(np.argmax(part)), k)
        return combine(i, j, a, b, k, *X.shape)

    return lambda X, k: each_corner(X, k, lambda part, i, j: one(part, i, j, X, k))


def strided_indices(X, k):
    X = np.asarray(X)
    H, W = X.shape
    return np.array(
        [
            [place_of(int(np.argmax(X[i : i + k, j : j + k])), k, i, j, W) for j in range(W - k + 1)]
            for i in range(H - k + 1)
        ]
    )


def hanging_indices(X, k):
    X = np.asarray(X, dtype=float)
    H, W = X.shape
    more = np.pad(X, ((0, -H % k), (0, -W % k)), constant_values=-np.inf)
    return each_corner(more, k, lambda part, i, j: place_of(int(np.argmax(part)), k, i, j, W))


INDICES = Exercise(
    maxpool_indices,
    [
        Claim("ties, and numbers below zero", 1, [(TIES, 2), (TIES.T.copy(), 2), (EXAMPLE, 2)]),
        Claim(
            "no number twice",
            1,
            lambda rng: [(rng.permutation(35).reshape(5, 7) - 17, 2), (rng.permutation(54).reshape(6, 9) / 4 - 7, 3)],
        ),
        Claim(
            "few numbers, many times",
            1,
            lambda rng: [
                (rng.integers(-3, 1, (7, 6)), 3),
                (rng.integers(-2, 2, (9, 8)), 4),
                (rng.integers(-1, 1, (4, 3)), 1),
            ],
        ),
        Claim(
            "other images",
            2,
            lambda rng: (
                [(rng.integers(-3, 3, rng.integers(6, 11, 2)), k) for k in (1, 2, 3, 4)]
                + [(floats(rng, *rng.integers(6, 11, 2)), k) for k in (2, 3)]
            ),
            hidden=True,
        ),
    ],
    [
        Mistake(name, says, model)
        for name, says, model in [
            (
                "index inside the window",
                "your indices count inside each window. They count in the whole plane: row · W + column.",
                placed(lambda i, j, a, b, k, H, W: a * k + b),
            ),
            (
                "width of the pooled image",
                "you multiplied the row by the width of the result. The indices count in X, whose rows have W pixels.",
                placed(lambda i, j, a, b, k, H, W: (i + a) * (W // k) + j + b),
            ),
            (
                "width one too small",
                "you multiplied the row by W − 1. A row has W numbers, so row i starts at i·W.",
                placed(lambda i, j, a, b, k, H, W: (i + a) * (W - 1) + j + b),
            ),
            (
                "windows laid out one after the other",
                "you counted as if the pixels of one window followed those of the window before. They count in X, row "
                "by row.",
                placed(lambda i, j, a, b, k, H, W: (i // k * (W // k) + j // k) * k * k + a * k + b),
            ),
            (
                "row of the window lost",
                "the row at which the window starts is missing from your indices.",
                placed(lambda i, j, a, b, k, H, W: a * W + j + b),
            ),
            (
                "column of the window lost",
                "the column at which the window starts is missing from your indices.",
                placed(lambda i, j, a, b, k, H, W: (i + a) * W + b),
            ),
            (
                "the last maximum",
                "where the largest number stands twice in a window, you took the last. Take the first, row by row.",
                inside(last_of),
            ),
            (
                "first by columns",
                "where the largest number stands twice, you searched column by column. Search row by row.",
                inside(
                    lambda part: int(np.argmax(part.T)) % len(part) * len(part) + int(np.argmax(part.T)) // len(part)
                ),
            ),
            (
                "height for width",
                "you multiplied the row by the height of X. A row has W numbers, so row i starts at i·W.",
                placed(lambda i, j, a, b, k, H, W: (i + a) * H + j + b),
            ),
            (
                "counted by columns",
                "your indices count column by column. They count row by row: row · W + column.",
                placed(lambda i, j, a, b, k, H, W: (j + b) * H + i + a),
            ),
            (
                "column times width",
                "row and column are exchanged in your formula: row · W + column.",
                placed(lambda i, j, a, b, k, H, W: (j + b) * W + i + a),
            ),
            (
                "counted in the used part only",
                "you counted in rows that are as long as the windows reach. The columns that no window reaches count "
                "too: a row has W numbers.",
                placed(lambda i, j, a, b, k, H, W: (i + a) * (W // k * k) + j + b),
            ),
            (
                "counted in the result",
                "your indices count the windows. They say where in X the maximum stands.",
                placed(lambda i, j, a, b, k, H, W: i // k * (W // k) + j // k),
            ),
            (
                "corner of the window",
                "your indices are those of the windows' top left corners. Add the place inside the window.",
                placed(lambda i, j, a, b, k, H, W: i * W + j),
            ),
            (
                "place inside the window added flat",
                "you added the index inside the window to the index of its corner. One row further down in the "
                "window is W further in the plane, not k.",
                placed(lambda i, j, a, b, k, H, W: i * W + j + a * k + b),
            ),
            (
                "window's row lost",
                "the row inside the window is missing from your indices.",
                placed(lambda i, j, a, b, k, H, W: i * W + j + b),
            ),
            (
                "window's column lost",
                "the column inside the window is missing from your indices.",
                placed(lambda i, j, a, b, k, H, W: (i + a) * W + j),
            ),
            (
                "row and column inside exchanged",
                "row and column inside the window are exchanged.",
                placed(lambda i, j, a, b, k, H, W: (i + b) * W + j + a),
            ),
            (
                "windows counted, not pixels",
                "you took the window's number for its place: window i starts at row i·k.",
                placed(lambda i, j, a, b, k, H, W: (i // k + a) * W + j // k + b),
            ),
            (
                "row of windows counted, not of pixels",
                "you took the window's row number for its row of pixels: window row i starts at row i·k.",
                placed(lambda i, j, a, b, k, H, W: (i // k + a) * W + j + b),
            ),
            (
                "column of windows counted, not of pixels",
                "you took the window's column number for its column of pixels: window column j starts at column j·k.",
                placed(lambda i, j, a, b, k, H, W: (i + a) * W + j // k + b),
            ),
            (
                "counted from 1",
                "your indices count from 1. They count from 0.",
                placed(lambda i, j, a, b, k, H, W: (i + a) * W + j + b + 1),
            ),
            (
                "the row only",
                "your result holds the rows of the maxima. The flat index is row · W + column.",
                placed(lambda i, j, a, b, k, H, W: i + a),
            ),
            (
                "the column only",
                "your result holds the columns of the maxima. The flat index is row · W + column.",
                placed(lambda i, j, a, b, k, H, W: j + b),
            ),
            (
                "row plus column",
                "you added row and column. The flat index is row · W + column.",
                placed(lambda i, j, a, b, k, H, W: i + a + j + b),
            ),
            (
                "pairs",
                "your result holds pairs (row, column). One flat index says both: row · W + column.",
                placed(lambda i, j, a, b, k, H, W: (i + a, j + b)),
            ),
            (
                "smallest",
                "your indices are those of the smallest numbers.",
                inside(lambda part: int(np.argmin(part))),
            ),
            (
                "largest absolute value",
                "your indices are those of the largest absolute values. −7 is smaller than 5.",
                inside(lambda part: int(np.argmax(np.abs(part)))),
            ),
            (
                "values",
                "your result holds the largest numbers. Say where they stand.",
                lambda X, k: maxpool2d(X, k),
            ),
            (
                "first time in the whole image",
                "you searched the whole image for the window's largest number. Search in the window only.",
                lambda X, k: each_corner(X, k, lambda part, i, j: int(np.argmax(np.asarray(X) == part.max()))),
            ),
            (
                "starts from 0",
                "where all numbers of a window are 0 or below, your index stays at its start. Begin with the first "
                "number of the window, or with −∞, as the largest so far.",
                lambda X, k: each_corner(
                    X,
                    k,
                    lambda part, i, j: place_of(int(np.argmax(part)), k, i, j, X.shape[1]) if part.max() > 0 else 0,
                ),
            ),
            (
                "stride 1",
                "your window moves by one. It moves by k: windows stand side by side.",
                strided_indices,
            ),
            (
                "windows hang over the end",
                "windows that hang over the end are used too. A window that does not fit is left out.",
                hanging_indices,
            ),
        ]
    ],
    window=plain_window,
    picture=picture_with(0),
)


# --- sizes ------------------------------------------------------------------------------------------------------------


def probes(rng, count):
    """Layers that leave a remainder, with padding; some have a last window that would start in the padding."""
    drawn = []
    while len(drawn) < count:
        n, k = int(rng.integers(5, 20)), int(rng.integers(2, 7))
        s, p = int(rng.integers(2, 8)), int(rng.integers(0, k // 2 + 1))
        if (n + 2 * p - k) % s and n + 2 * p >= k:
            drawn.append((n, k, s, p, bool(rng.integers(0, 2))))
    return drawn


def with_rule(drop):
    """ceil_mode with another rule for the last window."""

    def made(n, k, s, p, ceil_mode):
        if not ceil_mode:
            return pooled_size(n, k, s, p, False)
        windows = -(-(n + 2 * p - k) // s) + 1
        return windows - 1 if drop(windows, n, k, s, p) else windows

    return made


SIZE = Exercise(
    pooled_size,
    [
        Claim(
            "no ceil_mode",
            1,
            [
                (7, 2, 2, 0, False),
                (224, 2, 2, 0, False),
                (9, 3, 2, 1, False),
                (14, 4, 3, 0, False),
                (11, 4, 3, 2, False),
                (7, 3, 4, 1, False),
                (6, 2, 2, 1, False),
            ],
        ),
        Claim(
            "ceil_mode, the last window over the image",
            1,
            [
                (7, 2, 2, 0, True),
                (8, 3, 2, 0, True),
                (10, 5, 2, 0, True),
                (10, 4, 4, 1, True),
                (6, 2, 2, 1, True),
                (7, 3, 4, 0, True),
                (8, 4, 3, 2, True),
                (112, 3, 2, 0, True),
                (9, 3, 2, 0, True),  # nothing is left over, and one more window would still start in the image
            ],
        ),
        Claim(
            "ceil_mode, the last window past the image",
            1,
            [
                (4, 2, 4, 0, True),
                (5, 2, 3, 1, True),
                (3, 2, 4, 1, True),
                (7, 2, 4, 1, True),
                (9, 4, 5, 1, True),
                (6, 2, 4, 1, True),
                (7, 4, 5, 2, True),
                (4, 3, 5, 1, True),
                (10, 4, 6, 2, True),
            ],
        ),
        Claim(
            "other layers",
            2,
            lambda rng: probes(rng, 14) + [(n, 2, 4, 1, True) for n in range(3, 9)] + [(11, 5, 3, 0, True)],
            hidden=True,
        ),
    ],
    [
        Mistake(name, says, model)
        for name, says, model in [
            (
                "ceil_mode ignored",
                "with ceil_mode your result is that without it: the division is not rounded up, or every window that "
                "hangs "
                "over the end is dropped again.",
                lambda n, k, s, p, c: pooled_size(n, k, s, p, False),
            ),
            (
                "always rounded up",
                "the division is always rounded up. Without ceil_mode it is rounded down.",
                lambda n, k, s, p, c: pooled_size(n, k, s, p, True),
            ),
            (
                "ceil_mode turned round",
                "you round up exactly where ceil_mode is False.",
                lambda n, k, s, p, c: pooled_size(n, k, s, p, not c),
            ),
            (
                "rounded up, no rule for the last window",
                "a last window that would start behind the image sees nothing of it. PyTorch leaves it out.",
                with_rule(lambda windows, n, k, s, p: False),
            ),
            (
                "last window may start on the padding",
                "your rule lets the last window start at place n + p, directly behind the image. There it sees nothing "
                "of it either.",
                with_rule(lambda windows, n, k, s, p: (windows - 1) * s > n + p),
            ),
            (
                "left padding forgotten in the rule",
                "your rule compares with n. Windows start p pixels before the image, so the image ends before place "
                "n + p.",
                with_rule(lambda windows, n, k, s, p: (windows - 1) * s >= n),
            ),
            (
                "both paddings in the rule",
                "your rule compares with n + 2p. The image ends before place n + p.",
                with_rule(lambda windows, n, k, s, p: (windows - 1) * s >= n + 2 * p),
            ),
            (
                "last window dropped where it reaches the padding",
                "you leave out a last window that reaches past the image. It is left out only where it starts there.",
                with_rule(lambda windows, n, k, s, p: (windows - 1) * s + k > n + p),
            ),
            (
                "wrong window asked",
                "your rule looks where the window after the last would start. The last one starts at (windows − 1)·s.",
                with_rule(lambda windows, n, k, s, p: windows * s >= n + p),
            ),
            (
                "rounded to the nearest",
                "the division is rounded to the nearest whole number.",
                lambda n, k, s, p, c: round((n + 2 * p - k) / s) + 1,
            ),
            ("not rounded", "the division is not rounded.", lambda n, k, s, p, c: (n + 2 * p - k) / s + 1),
            (
                "padding counted once",
                "the padding is counted once. It stands on both sides.",
                lambda n, k, s, p, c: pooled_size(n - p, k, s, p, c),
            ),
            ("padding left out", "the padding is missing.", lambda n, k, s, p, c: pooled_size(n, k, s, 0, c)),
            (
                "padding subtracted",
                "the padding is subtracted. It makes the input larger.",
                lambda n, k, s, p, c: pooled_size(n - 4 * p, k, s, p, c),
            ),
            (
                "first window not counted",
                "one window is missing: the first one, which stands at the start before any step.",
                lambda n, k, s, p, c: pooled_size(n, k, s, p, c) - 1,
            ),
            (
                "first window not counted, rounded up",
                "one window is missing: the first one, which stands at the start before any step. Add it after "
                "rounding.",
                lambda n, k, s, p, c: math.ceil((n + 2 * p - k) / s) if c else (n + 2 * p - k) // s,
            ),
            (
                "one window too many",
                "you count one window too many.",
                lambda n, k, s, p, c: pooled_size(n, k, s, p, c) + 1,
            ),
            (
                "the 1 divided too",
                "the +1 is divided by the stride with the rest. Add it after dividing.",
                lambda n, k, s, p, c: math.ceil((n + 2 * p - k + 1) / s) if c else (n + 2 * p - k + 1) // s,
            ),
            (
                "one pixel too many",
                "your window spans k−1 pixels. It spans k.",
                lambda n, k, s, p, c: pooled_size(n, k - 1, s, p, c),
            ),
            (
                "one pixel too few",
                "your window spans k+1 pixels. It spans k.",
                lambda n, k, s, p, c: pooled_size(n, k + 1, s, p, c),
            ),
            (
                "kernel left out",
                "the kernel is missing: this is the padded size divided by the stride.",
                lambda n, k, s, p, c: math.ceil((n + 2 * p) / s) if c else (n + 2 * p) // s,
            ),
            (
                "the size divided by the stride",
                "this is n divided by the stride. The kernel and the padding count too.",
                lambda n, k, s, p, c: math.ceil(n / s) if c else n // s,
            ),
            (
                "the size divided by the kernel",
                "this is n divided by k: right only where the stride is k and there is no padding.",
                lambda n, k, s, p, c: math.ceil(n / k) if c else n // k,
            ),
            (
                "stride always k",
                "you took k for the stride.",
                lambda n, k, s, p, c: pooled_size(n, k, k, p, c),
            ),
            (
                "one more with ceil_mode",
                "with ceil_mode you always add one. Where the steps come out even there is nothing to round.",
                lambda n, k, s, p, c: (n + 2 * p - k) // s + 1 + (1 if c else 0),
            ),
        ]
    ],
)

# --- channels ---------------------------------------------------------------------------------------------------------


def per_channel(function):
    return lambda X, k: np.array([function(channel, k) for channel in X])


def across(X, k):
    return maxpool_channels(X, k).max(axis=0)


def strided_rows(x, k):
    x = np.asarray(x, dtype=float)
    return np.array([x[i : i + k].max(axis=0) for i in range(0, len(x) - k + 1, k)])


def mixed_up(X, k):
    """The popular reshape with its axes in the wrong order."""
    C, H, W = X.shape
    cut = np.asarray(X, dtype=float)[:, : H // k * k, : W // k * k]
    return cut.reshape(C, H // k, W // k, k, k).max(axis=(3, 4))


STRIDE_OR_PADDING = (  # mistakes of maxpool2d that say nothing of a function without these arguments
    "stride and padding exchanged",
    "always a stride of 1",
    "always a stride of k",
    "windows as wide as the stride",
    "padding ignored",
    "rows padded only",
    "columns padded only",
    "border reflected",
    "one number for the image",
)

CHANNELS = Exercise(
    maxpool_channels,
    [
        Claim(
            "two channels", 1, [(np.stack([EXAMPLE, EXAMPLE[::-1] - 4]), 2), (np.stack([COLD, COLD[:, ::-1] - 1]), 2)]
        ),
        Claim(
            "other numbers of channels",
            1,
            lambda rng: [(ints(rng, 1, 6, 5), 2), (floats(rng, 5, 7, 6), 3), (ints(rng, 4, 4, 6), 2)],
        ),
        Claim("below zero", 1, lambda rng: [(-abs(floats(rng, 3, 4, 7)), 2), (-abs(ints(rng, 4, 8, 5)), 3)]),
        Claim(
            "other images",
            1,
            lambda rng: (
                [(floats(rng, c, *rng.integers(5, 11, 2)), k) for c, k in [(2, 2), (3, 4), (1, 3), (6, 1)]]
                + [(-abs(ints(rng, 3, 9, 7)), 2)]
            ),
            hidden=True,
        ),
    ],
    [
        *(
            Mistake(mistake.name, mistake.says, per_channel(mistake.model))
            for mistake in MAX.mistakes.values()
            if mistake.name not in STRIDE_OR_PADDING and not mistake.name.startswith("padded")
        ),
        *(
            Mistake(name, says, model)
            for name, says, model in [
                (
                    "across channels",
                    "your result has one map: the maximum was taken over the channels too. Each channel stays by "
                    "itself.",
                    across,
                ),
                (
                    "across channels, one kept",
                    "the maximum was taken over the channels too, and one channel is left. Each channel stays by "
                    "itself.",
                    lambda X, k: across(X, k)[None],
                ),
                (
                    "the same map for every channel",
                    "every channel holds the maximum over all channels. Each channel stays by itself.",
                    lambda X, k: np.stack([across(X, k)] * len(X)),
                ),
                (
                    "channels pooled like rows",
                    "k channels became one, as if channels were rows. Their number stays.",
                    lambda X, k: np.array(
                        [maxpool_channels(X, k)[c : c + k].max(axis=0) for c in range(0, len(X) - k + 1, k)]
                    ),
                ),
                (
                    "only channels and rows",
                    "the windows run along channels and rows. They run along rows and columns, the last two axes.",
                    lambda X, k: np.moveaxis(
                        per_channel(maxpool2d)(np.moveaxis(np.asarray(X, float), -1, 0), k), 0, -1
                    ),
                ),
                (
                    "only rows pooled",
                    "the windows are k rows high but one column wide.",
                    per_channel(strided_rows),
                ),
                (
                    "only columns pooled",
                    "the windows are k columns wide but one row high.",
                    per_channel(lambda x, k: strided_rows(x.T, k).T),
                ),
                (
                    "one number per channel",
                    "your result has one number for each channel: global pooling. Each window gives a number.",
                    lambda X, k: np.asarray(X, float).max(axis=(1, 2)),
                ),
                (
                    "rows and columns mixed up",
                    "`reshape` cut your windows in the wrong order: a window has k rows and k columns, so split rows "
                    "into "
                    "(H', k) and columns into (W', k).",
                    mixed_up,
                ),
            ]
        ),
    ],
    window=lambda at, X, k: plain_window(at, X[at[0]], k),
    picture=picture_with(0),
)


PREDICTION = Exercise(
    predict_maxpool,
    [Claim("the prediction", 1, [()])],
    [
        Mistake(
            "mean, with its fractions",
            "these are means. Max pooling keeps the largest number.",
            lambda: avgpool2d(*QUESTION).tolist(),
        ),
        *(
            Mistake(name, says, lambda model=model: model(*QUESTION).astype(int).tolist())
            for name, says, model in [
                (
                    "mean",
                    "these are means, cut off. Max pooling keeps the largest number.",
                    lambda X, k: np.trunc(avgpool2d(X, k)),
                ),
                (
                    "smallest",
                    "these are the smallest numbers. Max pooling keeps the largest.",
                    lambda X, k: -maxpool2d(-X, k),
                ),
                (
                    "largest absolute value",
                    "you compared without the minus signs. −8 is smaller than 5.",
                    lambda X, k: maxpool2d(np.abs(X), k),
                ),
                (
                    "starts from 0",
                    "one of your numbers is 0 where every number of the window is below zero. 0 is not among them.",
                    lambda X, k: np.maximum(maxpool2d(X, k), 0),
                ),
                (
                    "stride 1",
                    "your window moves by one. Without a stride it moves by its own size.",
                    lambda X, k: maxpool2d(X, k, 1),
                ),
                ("sum", "these are sums. Max pooling keeps the largest number.", lambda X, k: 4 * avgpool2d(X, k)),
                (
                    "top left",
                    "these are the top left numbers of the windows.",
                    lambda X, k: X[::2, ::2],
                ),
                (
                    "bottom right",
                    "these are the bottom right numbers of the windows.",
                    lambda X, k: X[1::2, 1::2],
                ),
                (
                    "farthest from zero",
                    "these are the numbers farthest from zero. −8 is smaller than 5.",
                    lambda X, k: of_windows(0, lambda w: w.flat[int(np.argmax(np.abs(w)))])(X, k),
                ),
                (
                    "columns for rows",
                    "rows and columns of your prediction are exchanged.",
                    lambda X, k: maxpool2d(X, k).T,
                ),
                (
                    "indices",
                    "these are the places of the largest numbers. Give the numbers.",
                    maxpool_indices,
                ),
                (
                    "window 3",
                    "your windows are 3×3. Here k is 2.",
                    lambda X, k: maxpool2d(X, 3),
                ),
            ]
        ),
    ],
)

EXERCISES = [PREDICTION, MAX, AVG, INDICES, SIZE, CHANNELS]
