"""Chapter 2: an edge detector from parts: grey, differences, the contour kernel, strength, display."""

from dataclasses import dataclass

import numpy as np

from lib.check import Claim, Exercise, Mistake
from lib.exercises.inputs import bar, floats, ints
from lib.exercises.pictures import what_differs

WEIGHTS = np.array([0.299, 0.587, 0.114])  # red, green, blue


def vertical_edges(X):
    """Each number minus its right neighbour, with its sign."""
    X = real(X)
    return X[:, :-1] - X[:, 1:]


def to_gray(rgb):
    """Red, green and blue, each by its weight."""
    return real(rgb) @ WEIGHTS


def contour_kernel(n):
    """−1 everywhere and n² − 1 in the centre: the sum is 0."""
    return around_centre(n, n * n - 1)


def edge_strength(Gx, Gy):
    """The length of the vector (Gx, Gy) at every place."""
    return np.hypot(real(Gx), real(Gy))


def signed_to_gray(Y):
    """0 becomes middle grey, the largest absolute value black or white."""
    return np.round(level(Y, 127.5, 127.5, empty=128)).astype(np.uint8)


ROW = np.array([[4, 4, 9, 9, 1]])  # the prediction's X


def predict_edges():
    """Equal neighbours give 0; a step up is negative, a step down positive."""
    return vertical_edges(ROW)[0].astype(int).tolist()


def real(values):
    """The values as fractions, so that nothing wraps around."""
    return np.asarray(values, dtype=float)


def in_bytes(values):
    """Whole numbers as bytes hold them, those outside 0 … 255 wrapped round."""
    return np.asarray(np.round(values)).astype(np.int64).astype(np.uint8)


def grey_levels(rng, *shape):
    """An 8-bit image, dark and bright pixels in no order."""
    return rng.integers(0, 256, shape, dtype=np.uint8)


def picture(inputs, expected, got, wrong):
    """The grey image, where the input is one; what was expected and what came."""
    before = [("X", inputs[0], "input"), "→"] if np.ndim(inputs[0]) == 2 else []
    reads = wrong.at and (wrong.at, (1, inputs[0].shape[1] - expected.shape[1] + 1)) if before else None
    return what_differs(before, expected, got, wrong, reads)


# --- the prediction ---------------------------------------------------------------------------------------------------

PREDICTION = Exercise(
    predict_edges,
    [Claim("the prediction", 1, [()])],
    [
        Mistake(name, says, lambda predicted=predicted: predicted)
        for name, says, predicted in [
            (
                "wrong sign",
                "the signs are turned round. The kernel has 1 on the left and −1 on the right: left minus right.",
                [0, 5, 0, -8],
            ),
            (
                "absolute values",
                "your prediction has no negative number. Which is larger, the left or the right number of 4 and 9?",
                [0, 5, 0, 8],
            ),
            (
                "negatives set to zero",
                "a step up from 4 to 9 does not vanish. It gives a negative number.",
                [0, 0, 0, 8],
            ),
            (
                "in bytes",
                "4 − 9 is below zero. In bytes it would wrap around to 251; here the numbers keep their sign.",
                [0, 251, 0, 8],
            ),
            (
                "a place behind the end",
                "five numbers have only four pairs of neighbours. The window does not hang over the edge.",
                [0, -5, 0, 8, 1],
            ),
            (
                "a zero for the last",
                "the last number has no right neighbour, so no place belongs to it, not even a 0.",
                [0, -5, 0, 8, 0],
            ),
            (
                "a zero for the first",
                "the first place of the window is on the first two numbers. Nothing comes before it, not even a 0.",
                [0, 0, -5, 0, 8],
            ),
            (
                "a place before the start",
                "the window begins on the first two numbers. It does not hang over the left edge.",
                [-4, 0, -5, 0, 8],
            ),
            ("sums", "you added the two numbers of each pair. The kernel's second number is −1.", [8, 13, 18, 10]),
            (
                "every second place",
                "your pairs do not overlap. The window moves by one, so a number is in two pairs.",
                [0, 0],
            ),
            (
                "the other edge only",
                "you left out the step down at the end. Every pair of neighbours gives a number.",
                [0, -5, 0],
            ),
            (
                "edges only",
                "you list the edges, but not the places without one. These give 0, and 0 is a response too.",
                [-5, 8],
            ),
            (
                "marks for numbers",
                "your prediction says where an edge is, not how large. The response is the difference itself.",
                [0, 1, 0, 1],
            ),
            (
                "signs for numbers",
                "your prediction keeps only the signs. The response is the difference itself.",
                [0, -1, 0, 1],
            ),
            (
                "a list in a list",
                "your numbers are right, but they stand in a list inside a list. Return one list of four numbers.",
                [[0, -5, 0, 8]],
            ),
            (
                "doubled",
                "your numbers are twice too large. That is the chapter's kernel [2, −2]; here it is [1, −1].",
                [0, -10, 0, 16],
            ),
        ]
    ],
)

# --- to_gray ----------------------------------------------------------------------------------------------------------

PURE = np.array(
    [  # red, green, blue and their mixtures
        [[1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, 0]],
        [[1, 1, 0], [1, 1, 1], [0, 1, 1], [1, 0, 1]],
        [[0, 0, 2], [3, 0, 0], [0, 5, 0], [4, 0, 4]],
    ]
)

OTHER_WEIGHTS = [  # name, what is said, the weights of red, green and blue
    ("BGR", "red and blue are exchanged. OpenCV reads blue first; here red comes first.", WEIGHTS[::-1]),
    (
        "red and green exchanged",
        "the weights of red and green are exchanged. The eye sees green as brightest.",
        WEIGHTS[[1, 0, 2]],
    ),
    (
        "green and blue exchanged",
        "the weights of green and blue are exchanged. The eye sees blue as darkest.",
        WEIGHTS[[0, 2, 1]],
    ),
    ("weights one place on", "each colour has the weight of the colour before it.", WEIGHTS[[2, 0, 1]]),
    ("weights one place back", "each colour has the weight of the colour after it.", WEIGHTS[[1, 2, 0]]),
    (
        "mean",
        "your result is the mean of the three colours. The eye does not see them as equally bright: they have weights.",
        np.full(3, 1 / 3),
    ),
    ("thirds of two digits", "your three weights are all .33. Each colour has its own weight.", np.full(3, 0.33)),
    ("sum", "your result is the sum of the three colours, without the weights.", np.ones(3)),
    (
        "weighted mean divided again",
        "your result is a third of the right one. The weights add up to 1 already; do not divide by 3.",
        WEIGHTS / 3,
    ),
    ("divided by 255", "your result is divided by 255. The image keeps its scale here.", WEIGHTS / 255),
    ("times 255", "your result is multiplied by 255. The image keeps its scale here.", WEIGHTS * 255),
    (
        "weights of a thousand",
        "your result is 1000 times too large. Is a weight 299, where .299 is meant?",
        WEIGHTS * 1000,
    ),
    ("red only", "your result is the red channel alone.", [1, 0, 0]),
    ("green only", "your result is the green channel alone.", [0, 1, 0]),
    ("blue only", "your result is the blue channel alone.", [0, 0, 1]),
    ("red left out", "red plays no part in your result. The first channel is number 0.", WEIGHTS * [0, 1, 1]),
    ("green left out", "green plays no part in your result.", WEIGHTS * [1, 0, 1]),
    (
        "blue left out",
        "blue plays no part in your result. `[..., :2]` takes channels 0 and 1 only.",
        WEIGHTS * [1, 1, 0],
    ),
    (
        "the weights of another standard",
        "you used the weights .2126, .7152, .0722 of a later standard. Here .299, .587, .114 are asked for.",
        [0.2126, 0.7152, 0.0722],
    ),
    (
        "rounded weights of another standard",
        "you used .21, .72, .07: the rounded weights of a later standard. Here .299, .587, .114 are asked for.",
        [0.21, 0.72, 0.07],
    ),
    ("rounded weights", "your weights are rounded to .3, .59, .11. Use all three digits.", [0.3, 0.59, 0.11]),
    (
        "weights with four digits",
        "you used .2989 for red, as some programs do. Here it is .299, so that the weights add up to 1.",
        [0.2989, 0.587, 0.114],
    ),
    (
        "a slip in blue's weight",
        "blue's weight is .144 in your result: two digits are exchanged, and the weights no longer add up to 1.",
        [0.299, 0.587, 0.144],
    ),
    (
        "a slip in green's weight",
        "green's weight is .578 in your result: two digits are exchanged, and the weights no longer add up to 1.",
        [0.299, 0.578, 0.114],
    ),
]

TO_GRAY = Exercise(
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
        *(Mistake(name, says, lambda rgb, w=w: real(rgb) @ w) for name, says, w in OTHER_WEIGHTS),
        Mistake("largest", "your result is the largest of the three colours.", lambda rgb: real(rgb).max(axis=2)),
        Mistake("smallest", "your result is the smallest of the three colours.", lambda rgb: real(rgb).min(axis=2)),
        Mistake(
            "median",
            "your result is the middle one of the three colours.",
            lambda rgb: np.median(real(rgb), axis=2),
        ),
        Mistake(
            "lightness",
            "your result is half-way between the largest and the smallest colour (the L of HSL). Here all three count, "
            "by their weights.",
            lambda rgb: (real(rgb).max(axis=2) + real(rgb).min(axis=2)) / 2,
        ),
        Mistake(
            "length",
            "your result is the length of the colour vector, √(r² + g² + b²).",
            lambda rgb: np.linalg.norm(real(rgb), axis=2),
        ),
        Mistake(
            "weighted squares",
            "your result is the root of the weighted squares. The colours are not squared.",
            lambda rgb: np.sqrt(real(rgb) ** 2 @ WEIGHTS),
        ),
        Mistake(
            "product",
            "the three weighted colours are multiplied. They are added.",
            lambda rgb: (real(rgb) * WEIGHTS).prod(axis=2),
        ),
        Mistake(
            "bytes wrap around",
            "the sum of three bytes was kept in one byte, so it wrapped around at 256. Convert to float first.",
            lambda rgb: np.add.reduce(rgb, axis=2, dtype=rgb.dtype) / 3,
        ),
        Mistake(
            "whole percents",
            "you used 30, 59 and 11 percent in whole numbers. Fractions are lost by that, and bytes wrap around at "
            "256.",
            lambda rgb: (30 * rgb[..., 0] + 59 * rgb[..., 1] + 11 * rgb[..., 2]) // 100,
        ),
        Mistake(
            "each share cut off",
            "each weighted colour lost its fraction before the sum. Cut nothing off.",
            lambda rgb: np.trunc(real(rgb) * WEIGHTS).sum(axis=2),
        ),
        Mistake(
            "each third cut off",
            "each colour was divided by 3 and cut off before the sum. Each colour has its own weight, and fractions "
            "stay.",
            lambda rgb: (rgb // 3).astype(float).sum(axis=2),
        ),
        Mistake(
            "weighted, not added",
            "the three colours have their weights but are not added: your result still has three channels.",
            lambda rgb: real(rgb) * WEIGHTS,
        ),
        Mistake(
            "three equal channels",
            "the grey values are right, but your result still has three channels. One is enough.",
            lambda rgb: np.repeat(to_gray(rgb)[..., None], 3, axis=2),
        ),
        Mistake(
            "colours along the rows",
            "you take the first three rows for the three colours. The colours are along the last axis: rgb[:, :, 0].",
            lambda rgb: np.tensordot(WEIGHTS, real(rgb)[:3], 1),
        ),
        Mistake(
            "colours along the columns",
            "you take the first three columns for the three colours. The colours are along the last axis: "
            "rgb[:, :, 0].",
            lambda rgb: np.tensordot(real(rgb)[:, :3], WEIGHTS, (1, 0)),
        ),
        Mistake(
            "negative",
            "your result is a photographic negative: 255 minus the right one.",
            lambda rgb: 255 - to_gray(rgb),
        ),
    ],
    window=lambda at, rgb: rgb[at[:2]],
    picture=picture,
)

# --- vertical_edges ---------------------------------------------------------------------------------------------------


def horizontal(X):
    return vertical_edges(np.transpose(X)).T


def padded(before, after, mode):
    """The differences with more columns, so that the result is as wide as X."""
    return lambda X: vertical_edges(np.pad(real(X), ((0, 0), (before, after)), mode))


def stretched(Y):
    """From the smallest number to the largest: 0 … 255."""
    return 255 * (real(Y) - np.min(Y)) / np.ptp(Y)


def doubled_in_bytes(left, right):
    """2·left − 2·right, where one of the products is computed in bytes."""
    return lambda X: real(left(X[:, :-1])) - real(right(X[:, 1:]))


VERTICAL_EDGES = Exercise(
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
            "absolute values",
            "your result has no negative numbers. A response keeps its sign: it tells which side is brighter.",
            lambda X: np.abs(vertical_edges(X)),
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
            "twice as large",
            "your result is twice the right one. The chapter's bar used [2, −2]; here the kernel is [1, −1].",
            lambda X: 2 * vertical_edges(X),
        ),
        # which pixels meet
        Mistake(
            "horizontal edges",
            "you compare each number with the one below it. That finds horizontal edges; here left and right are "
            "compared.",
            horizontal,
        ),
        Mistake(
            "horizontal edges, wrong sign",
            "you compare top and bottom, and with the wrong sign too. Here it is left minus right.",
            lambda X: -horizontal(X),
        ),
        Mistake(
            "next but one",
            "each number is compared with the next but one. Its neighbour is one column further.",
            lambda X: real(X)[:, :-2] - real(X)[:, 2:],
        ),
        Mistake(
            "next but one, wrong sign",
            "your kernel is [−1, 0, 1]: the next but one, minus the pixel. Here it is [1, −1].",
            lambda X: real(X)[:, 2:] - real(X)[:, :-2],
        ),
        Mistake(
            "central differences",
            "your result equals np.gradient: half the difference of the left and right neighbour. Here each pixel is "
            "compared with its right neighbour.",
            lambda X: np.gradient(real(X), axis=1),
        ),
        Mistake(
            "pairs that do not overlap",
            "your pairs do not overlap: columns 0 and 1, then 2 and 3. The window moves by one.",
            lambda X: vertical_edges(X)[:, ::2],
        ),
        Mistake(
            "sums",
            "neighbours are added. The kernel's second number is −1.",
            lambda X: real(X)[:, :-1] + real(X)[:, 1:],
        ),
        Mistake(
            "products",
            "neighbours are multiplied with each other. One is subtracted from the other.",
            lambda X: real(X)[:, :-1] * real(X)[:, 1:],
        ),
        Mistake("the image itself", "your result is X itself.", real),
        Mistake(
            "left neighbour left out",
            "your result is X without its last column: nothing was subtracted.",
            lambda X: real(X)[:, :-1],
        ),
        Mistake(
            "mean taken away",
            "the mean of X is taken away, not the neighbour.",
            lambda X: real(X) - real(X).mean(),
        ),
        # the border
        Mistake(
            "zero behind the border",
            "your result is as wide as X: a zero was put behind the last column. The window stays inside X.",
            padded(0, 1, "constant"),
        ),
        Mistake(
            "zero before the border",
            "your result is as wide as X: a zero was put before the first column. The window stays inside X.",
            padded(1, 0, "constant"),
        ),
        Mistake(
            "wraps around",
            "the last column is compared with the first. An image has no neighbour behind its border.",
            padded(0, 1, "wrap"),
        ),
        Mistake(
            "wraps around to the left",
            "each number is compared with its left neighbour, and the first column with the last (np.roll). The window "
            "stays inside X.",
            lambda X: real(X) - np.roll(real(X), 1, axis=1),
        ),
        # other kernels
        Mistake("differences of differences", "you took the difference twice.", lambda X: np.diff(real(X), 2)),
        Mistake(
            "two rows at once",
            "you used a kernel of two rows, [[1, −1], [1, −1]]. Here it has one row.",
            lambda X: vertical_edges(X)[:-1] + vertical_edges(X)[1:],
        ),
        Mistake(
            "Sobel",
            "your kernel is Sobel's, three by three. Here it is [1, −1].",
            lambda X: (lambda D: D[:-2] + 2 * D[1:-1] + D[2:])(real(X)[:, :-2] - real(X)[:, 2:]),
        ),
        Mistake(
            "both directions",
            "you added horizontal edges to the vertical ones. Only left and right are compared here.",
            lambda X: vertical_edges(X)[:-1] + horizontal(X)[:, :-1],
        ),
        Mistake(
            "strength",
            "your result is the strength √(Gx² + Gy²). Here only Gx is asked for, with its sign.",
            lambda X: np.hypot(vertical_edges(X)[:-1], horizontal(X)[:, :-1]),
        ),
        # bytes
        Mistake(
            "bytes wrap around",
            "on an 8-bit image your differences wrap around: 10 − 11 became 255. Convert to float before you subtract.",
            lambda X: X[:, :-1] - X[:, 1:],
        ),
        Mistake(
            "the left neighbour doubled in bytes",
            "your numbers are doubled, and on an 8-bit image the left ones wrap around at 256 by that. Convert all of "
            "X to float first; here the kernel is [1, −1].",
            doubled_in_bytes(lambda X: 2 * X, lambda X: 2 * real(X)),
        ),
        Mistake(
            "the right neighbour doubled in bytes",
            "your numbers are doubled, and on an 8-bit image the right ones wrap around at 256 by that. Convert all of "
            "X to float first; here the kernel is [1, −1].",
            doubled_in_bytes(lambda X: 2 * real(X), lambda X: 2 * X),
        ),
        # display
        *(
            Mistake(name, f"{says} Keep the responses as they are; display comes later.", model)
            for name, says, model in [
                ("stretched", "your result is stretched to 0 … 255.", lambda X: stretched(vertical_edges(X))),
                (
                    "stretched and rounded",
                    "your result is stretched to 0 … 255, and rounded.",
                    lambda X: np.round(stretched(vertical_edges(X))),
                ),
                (
                    "moved to middle grey",
                    "your result is moved up, so that 0 is middle grey.",
                    lambda X: 127.5 + vertical_edges(X) / 2,
                ),
                ("128 added", "128 is added to your result.", lambda X: 128 + vertical_edges(X)),
                (
                    "cut off at −1 and 1",
                    "your responses are cut off at −1 and 1.",
                    lambda X: np.clip(vertical_edges(X), -1, 1),
                ),
            ]
        ),
    ],
    window=lambda at, X: X[at[0] : at[0] + 1, at[1] : at[1] + 2],
    picture=picture,
)

# --- contour_kernel ---------------------------------------------------------------------------------------------------


def around_centre(n, centre, around=-1):
    """A kernel with one number in its centre and another everywhere else."""
    K = np.full((n, n), float(around))
    K[n // 2, n // 2] = centre
    return K


def only_where(n, where):
    """−1 only `where` (distance down, distance across) allows it, and a centre that balances them."""
    away = np.abs(np.arange(n) - n // 2)
    K = -where(*np.meshgrid(away, away, indexing="ij")).astype(float)
    K[n // 2, n // 2] = 0
    K[n // 2, n // 2] = -K.sum()
    return K


def moved(n, down, across):
    return np.roll(contour_kernel(n), (down, across), (0, 1))


CENTRES = [  # what is in the centre, what is said of it, how it is computed
    ("n²", "The numbers add up to 1, so an even grey gives its own value, not 0.", lambda n: n * n),
    ("n² + 1", "The numbers must add up to 0.", lambda n: n * n + 1),
    ("n² − 2", "That is one too small. How many numbers stand around it?", lambda n: n * n - 2),
    (
        "−n²",
        "That is the sum of the −1, with its minus sign and the centre's own −1 in it. The centre makes the sum of all "
        "numbers 0.",
        lambda n: -n * n,
    ),
    ("n − 1", "The kernel has n² numbers, not n.", lambda n: n - 1),
    ("n", "The numbers must add up to 0.", lambda n: n),
    ("2n", "That counts one row and one column. Count all numbers around the centre.", lambda n: 2 * n),
    ("2n − 1", "All numbers around it must be balanced: count them.", lambda n: 2 * n - 1),
    (
        "2n − 2",
        "It balances one row and one column only. All other numbers are −1, so all must be balanced.",
        lambda n: 2 * n - 2,
    ),
    ("(n − 1)²", "Count the numbers around it: n² less one.", lambda n: (n - 1) ** 2),
    ("4(n − 1)", "It balances the border only. Count all numbers around it.", lambda n: 4 * (n - 1)),
    ("n³ − 1", "The kernel has n² numbers.", lambda n: n**3 - 1),
    ("(n ^ 2) − 1", "`^` is not a power in Python. The square of n is `n**2` or `n * n`.", lambda n: (n ^ 2) - 1),
    ("(n² − 1) / 2", "That is half of what balances the −1 around it.", lambda n: (n * n - 1) / 2),
    ("2(n² − 1)", "That is twice what balances the −1 around it.", lambda n: 2 * (n * n - 1)),
    ("1 − n²", "It should balance the −1 around it: it is positive.", lambda n: 1 - n * n),
    ("always 24", "That is right for n = 5 only.", lambda n: 24),
    ("always 8", "That is right for n = 3 only.", lambda n: 8),
    ("always 4", "That is a small Laplacian. The sum should be 0 for every n.", lambda n: 4),
    ("always 1", "The sum should be 0 for every n.", lambda n: 1),
    ("always 0", "It should balance the −1 around it.", lambda n: 0),
    ("−1 like the rest", "It should balance the −1 around it.", lambda n: -1),
]

AROUND = [  # name, what is around the centre, the centre, what is said
    ("ones around", 1, lambda n: n * n - 1, "They should be −1, so that the sum is 0."),
    ("zeros around", 0, lambda n: n * n - 1, "They should be −1."),
    ("identity", 0, lambda n: 1, "With 1 in the centre, your kernel copies the image."),
]

PLACES = [  # where the large number stands, the way from the middle
    ("one place too far down and to the right", lambda n: (1, 1)),
    ("one place too far up and to the left", lambda n: (-1, -1)),
    ("in the first corner", lambda n: (-(n // 2), -(n // 2))),
    ("in the last corner", lambda n: (n // 2, n // 2)),
    ("in the first column", lambda n: (0, -(n // 2))),
    ("in the last column", lambda n: (0, n // 2)),
    ("in the first row", lambda n: (-(n // 2), 0)),
    ("in the last row", lambda n: (n // 2, 0)),
]

CONTOUR_KERNEL = Exercise(
    contour_kernel,
    [
        Claim("the kernel of the chapter", 1, [(5,)]),
        Claim("other odd sizes", 1, [(3,), (7,)]),
        Claim("the smallest", 1, [(1,)]),
        Claim("more odd sizes", 1, lambda rng: [(int(n),) for n in 9 + 2 * rng.permutation(6)[:2]], hidden=True),
    ],
    [
        *(
            Mistake(f"centre {what}", f"your centre is {what}. {why}", lambda n, c=c: around_centre(n, c(n)))
            for what, why, c in CENTRES
        ),
        *(
            Mistake(
                name,
                f"the numbers around the centre are {around}. {says}",
                lambda n, around=around, centre=centre: around_centre(n, centre(n), around),
            )
            for name, around, centre, says in AROUND
        ),
        *(
            Mistake(
                f"the large number {where}",
                f"the large number stands {where}. Counting from 0, where is the middle of n?",
                lambda n, way=way: moved(n, *way(n)),
            )
            for where, way in PLACES
        ),
        Mistake("always 5×5", "your kernel is always 5×5. Its size should follow n.", lambda n: contour_kernel(5)),
        Mistake(
            "always 5×5, its centre n² − 1",
            "your kernel is always 5×5. Its size should follow n, as its centre does.",
            lambda n: around_centre(5, n * n - 1),
        ),
        Mistake("always 3×3", "your kernel is always 3×3. Its size should follow n.", lambda n: contour_kernel(3)),
        Mistake(
            "centre always at 2",
            "the large number always stands at K[2, 2]. That is the middle for n = 5 only.",
            lambda n: moved(n, 2 - n // 2, 2 - n // 2) if n > 2 else contour_kernel(n),
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
            "one row only",
            "your kernel is one row of n numbers. It has n rows and n columns.",
            lambda n: np.where(np.arange(n) == n // 2, n - 1.0, -1.0),
        ),
        Mistake(
            "divided by n²",
            "your kernel is divided by n². That compares with the mean; here the numbers around are −1.",
            lambda n: contour_kernel(n) / n**2,
        ),
        Mistake(
            "divided by the sum of its sizes",
            "your kernel is divided by the sum of its absolute values. Here the numbers around are −1.",
            lambda n: contour_kernel(n) / max(2 * (n * n - 1), 1),
        ),
        Mistake(
            "around −1/n²",
            "the numbers around the centre are −1/n². They should be −1.",
            lambda n: around_centre(n, n * n - 1, -1 / n**2),
        ),
        Mistake(
            "around −(n² − 1)",
            "the numbers around the centre are −(n² − 1). They should be −1.",
            lambda n: around_centre(n, n * n - 1, 1 - n * n),
        ),
        Mistake("blur", "your kernel is a blur, 1/n² everywhere.", lambda n: np.full((n, n), 1 / n**2)),
        Mistake(
            "centre everywhere",
            "every number is n² − 1. Only the centre is; the others are −1.",
            lambda n: np.full((n, n), n * n - 1.0),
        ),
        Mistake(
            "cross",
            "only one row and one column are filled, as in a Laplacian. Here every number around the centre is −1.",
            lambda n: only_where(n, lambda i, j: (i == 0) | (j == 0)),
        ),
        Mistake(
            "cross, its centre n² − 1",
            "only one row and one column are −1. Here every number around the centre is, and so the centre is n² − 1.",
            lambda n: np.where(only_where(n, lambda i, j: (i == 0) | (j == 0)) != 0, contour_kernel(n), 0),
        ),
        Mistake(
            "ring only",
            "only the eight numbers next to the centre are −1. Here all of them are.",
            lambda n: only_where(n, lambda i, j: (i <= 1) & (j <= 1)),
        ),
        Mistake(
            "border only",
            "only the border is −1. Here every number around the centre is.",
            lambda n: only_where(n, lambda i, j: np.maximum(i, j) == n // 2),
        ),
        Mistake(
            "diagonal",
            "the whole diagonal is n² − 1. Only the centre is. `K[c, c] = …` sets one number; `np.fill_diagonal` sets "
            "all.",
            lambda n: np.where(np.eye(n) == 1, n * n - 1.0, -1.0),
        ),
        Mistake(
            "other diagonal",
            "the whole rising diagonal is n² − 1. Only the centre is.",
            lambda n: np.where(np.eye(n)[::-1] == 1, n * n - 1.0, -1.0),
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
    ],
    picture=picture,
)

# --- edge_strength ----------------------------------------------------------------------------------------------------


def root(values):
    """The square root, NaN where there is none, without a warning."""
    with np.errstate(invalid="ignore"):
        return np.sqrt(values)


PER_PLACE = "Each place has a strength of its own."

EDGE_STRENGTH = Exercise(
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
            "numbers of two bytes overflow",
            "255² does not fit into a whole number of two bytes (int16), so the squares wrapped around. Convert to "
            "float before you square.",
            lambda Gx, Gy: root(real(Gx**2 + Gy**2)),
        ),
        *(
            Mistake(
                f"{name} overflows",
                f"the squares of {name} do not fit into whole numbers of two bytes (int16), so they wrapped around. "
                "Convert both to float before you square.",
                model,
            )
            for name, model in [
                ("Gx", lambda Gx, Gy: root(real(Gx**2) + real(Gy) ** 2)),
                ("Gy", lambda Gx, Gy: root(real(Gx) ** 2 + real(Gy**2))),
                ("each", lambda Gx, Gy: root(real(Gx**2) + real(Gy**2))),
            ]
        ),
        *(
            Mistake(name, says, lambda Gx, Gy, model=model: model(real(Gx), real(Gy)))
            for name, says, model in [
                (
                    "sum of absolute values",
                    "your result is |Gx| + |Gy|: the way along two sides of the triangle. The strength is the third "
                    "side.",
                    lambda x, y: np.abs(x) + np.abs(y),
                ),
                (
                    "mean of absolute values",
                    "your result is the mean of |Gx| and |Gy|. Square, add, take the root.",
                    lambda x, y: (np.abs(x) + np.abs(y)) / 2,
                ),
                ("no root", "the squares are added, but the root is missing.", lambda x, y: x**2 + y**2),
                ("only Gx squared", "Gy is added as it is. Square both.", lambda x, y: root(x**2 + y)),
                ("only Gy squared", "Gx is added as it is. Square both.", lambda x, y: root(x + y**2)),
                ("squares subtracted", "the squares are subtracted. They are added.", lambda x, y: root(x**2 - y**2)),
                (
                    "sum",
                    "your result is Gx + Gy. Opposite signs would cancel; square them first.",
                    lambda x, y: x + y,
                ),
                (
                    "absolute value of the sum",
                    "your result is |Gx + Gy|: you squared the sum. Square each of them, then add.",
                    lambda x, y: np.abs(x + y),
                ),
                ("mean", "your result is the mean of Gx and Gy. Square, add, take the root.", lambda x, y: (x + y) / 2),
                ("difference", "your result is Gx − Gy. Square, add, take the root.", lambda x, y: x - y),
                (
                    "absolute value of the difference",
                    "your result is |Gx − Gy|. Square each of them, then add.",
                    lambda x, y: np.abs(x - y),
                ),
                (
                    "mean of the squares",
                    "your result is smaller by √2: the squares are added, not averaged.",
                    lambda x, y: np.sqrt((x**2 + y**2) / 2),
                ),
                (
                    "larger of the two",
                    "your result is the larger of |Gx| and |Gy|. Both count.",
                    lambda x, y: np.maximum(np.abs(x), np.abs(y)),
                ),
                (
                    "larger with its sign",
                    "your result is the larger of Gx and Gy. A strength has no sign, and both count.",
                    np.maximum,
                ),
                (
                    "smaller of the two",
                    "your result is the smaller of |Gx| and |Gy|. Both count.",
                    lambda x, y: np.minimum(np.abs(x), np.abs(y)),
                ),
                ("Gx only", "your result is |Gx|; Gy plays no part.", lambda x, y: np.abs(x)),
                ("Gy only", "your result is |Gy|; Gx plays no part.", lambda x, y: np.abs(y)),
                (
                    "product",
                    "your result is Gx · Gy. It is 0 where only one of them sees an edge.",
                    lambda x, y: x * y,
                ),
                (
                    "root of the product",
                    "your result is the root of |Gx · Gy|. It is 0 where only one of them sees an edge.",
                    lambda x, y: np.sqrt(np.abs(x * y)),
                ),
                (
                    "root of the absolute values",
                    "you took the root of |Gx| + |Gy|. What goes under the root are the squares.",
                    lambda x, y: np.sqrt(np.abs(x) + np.abs(y)),
                ),
                (
                    "roots added",
                    "you added the roots of |Gx| and |Gy|. Square first, add, then take one root.",
                    lambda x, y: np.sqrt(np.abs(x)) + np.sqrt(np.abs(y)),
                ),
                (
                    "root of the sum",
                    "you took the root of Gx + Gy. What goes under the root are the squares.",
                    lambda x, y: root(x + y),
                ),
                (
                    "root of Gy² only",
                    "only Gy² stands under the root. In Python `a**2 + b**2 ** 0.5` takes the root of the last term; "
                    "set brackets.",
                    lambda x, y: x**2 + np.abs(y),
                ),
                (
                    "root of Gx² only",
                    "only Gx² stands under the root. Both belong there.",
                    lambda x, y: np.abs(x) + y**2,
                ),
                ("fourth root", "you took the root twice.", lambda x, y: np.sqrt(np.hypot(x, y))),
                (
                    "cubes",
                    "your powers do not fit: squares, then the square root.",
                    lambda x, y: np.cbrt(np.abs(x) ** 3 + np.abs(y) ** 3),
                ),
                (
                    "matrix products",
                    "the maps are multiplied as matrices (`@`). Square each number by itself (`**2`).",
                    lambda x, y: root(x @ x.T + y @ y.T),
                ),
                (
                    "angle",
                    "your result is the direction of the edge, in radians. Its length is asked for.",
                    lambda x, y: np.arctan2(y, x),
                ),
                (
                    "angle in degrees",
                    "your result is the direction of the edge, in degrees. Its length is asked for.",
                    lambda x, y: np.degrees(np.arctan2(y, x)),
                ),
                (
                    "with the sign of Gx",
                    "your result has the sign of Gx. A strength has no sign.",
                    lambda x, y: np.hypot(x, y) * np.sign(x),
                ),
                (
                    "with the sign of Gy",
                    "your result has the sign of Gy. A strength has no sign.",
                    lambda x, y: np.hypot(x, y) * np.sign(y),
                ),
                (
                    "negatives set to zero",
                    "negative numbers in Gx and Gy were set to 0 first. They are edges too.",
                    lambda x, y: np.hypot(np.maximum(x, 0), np.maximum(y, 0)),
                ),
                (
                    "scaled to 255",
                    "your result is scaled so that its largest value is 255. Keep the strength as it is.",
                    lambda x, y: 255 * np.hypot(x, y) / np.hypot(x, y).max(),
                ),
                (
                    "one number for all",
                    f"your result is one number, the length over the whole map. {PER_PLACE}",
                    lambda x, y: float(np.sqrt((x**2 + y**2).sum())),
                ),
                (
                    "summed over the columns",
                    f"your result has one number per row. {PER_PLACE}",
                    lambda x, y: np.sqrt((x**2 + y**2).sum(axis=1)),
                ),
                (
                    "summed over the rows",
                    f"your result has one number per column. {PER_PLACE}",
                    lambda x, y: np.sqrt((x**2 + y**2).sum(axis=0)),
                ),
                (
                    "both maps",
                    "your result is the two maps together. Each place has one strength.",
                    lambda x, y: np.stack([x, y]),
                ),
                (
                    "both squares",
                    "your result is the two squared maps together. They are added, then comes the root.",
                    lambda x, y: np.stack([x**2, y**2]),
                ),
            ]
        ),
    ],
    window=lambda at, x, y: np.array([x[at], y[at]]),
)

# --- signed_to_gray ---------------------------------------------------------------------------------------------------


def level(Y, middle, width, by=lambda Y: np.abs(Y).max(), empty=np.nan):
    """Grey levels before rounding: `middle` for 0, `width` on both sides; `by` is what Y is divided by."""
    Y = real(Y)
    return middle + width * Y / by(Y) if Y.any() else np.full(Y.shape, float(empty))


def signed_map(rng, *shape, high):
    """Fractions whose largest absolute value is negative or, with high=True, positive.

    No grey level lies half-way between two whole ones, where np.round and floor(x + 0.5) differ; both are right.
    """
    Y = floats(rng, *shape)
    Y[Y == 0] = 1.5
    at = tuple(rng.integers(0, shape))
    Y[at] = 8.23 if high else -8.23
    return np.where(np.abs((127.5 + 127.5 * Y / 8.23) % 1 - 0.5) < 0.05, Y + 0.03 * (Y[at] != Y), Y)


@dataclass(frozen=True)
class Levels(Mistake):
    """A mistake with the grey levels; what becomes of a map of zeros is said by others.

    With `loosely` it is named whatever is done to the fractions, and to what leaves 0 … 255.
    """

    loosely: bool = False

    def gives(self, value, inputs):
        (Y,) = inputs
        if not np.any(Y):
            return True
        if not self.loosely:
            return super().gives(value, inputs)
        if np.array_equal(value, signed_to_gray(Y)) and np.asarray(value).dtype != np.uint8:  # only the type is wrong
            return False
        with np.errstate(all="ignore"):
            levels = self.model(Y)
        if np.shape(value) != np.shape(levels) or np.asarray(value).dtype.kind not in "iuf":
            return False
        wrapped = (real(value) - levels + 128) % 256 - 128
        cut_off = real(value) - np.clip(levels, 0, 255)
        return any(bool((np.abs(off) <= 1).all()) for off in (wrapped, cut_off))


def other_levels(middle, width, finish):
    """Levels of another middle or width, as bytes."""
    return lambda Y: in_bytes(finish(level(Y, middle, width, empty=middle)))


def cut_off(levels):
    return np.clip(np.round(levels), 0, 255)


def floor_cut_off(levels):
    return np.clip(np.floor(levels), 0, 255)


def on_zeros(value):
    """The right levels, but for a map of zeros."""
    return lambda Y: signed_to_gray(Y) if np.any(Y) else value(np.shape(Y))


NEARLY = [  # middle, width, what is done to the fractions and to what leaves 0 … 255, in words
    (128, 127, np.round, ""),
    (128, 127, np.floor, ", the fractions cut off"),
    (127, 127, np.round, ""),
    (127, 127, np.floor, ", the fractions cut off"),
    (128, 128, np.round, "; 256 does not fit into a byte and became 0"),
    (128, 128, cut_off, ", cut off at 255"),
    (128, 128, floor_cut_off, ", cut off at 255, the fractions too"),
    (128, 127.5, np.round, "; 255.5 is rounded to 256, does not fit into a byte and became 0"),
    (128, 127.5, cut_off, ", cut off at 255"),
    (127, 128, np.round, ""),
]

ONLY_MAX = "Divide by max|Y|, so that nothing goes past black or white."
SHOULD_BE_GREY = "Every pixel should be middle grey, 128."

SIGNED_TO_GRAY = Exercise(
    signed_to_gray,
    [
        Claim("the example of the chapter", 1, [(np.array([[-40, 0, 10], [20, -10, 0]]),)]),
        Claim("further below zero than above", 1, lambda rng: [(signed_map(rng, 3, 4, high=False),)]),
        Claim("further above zero than below", 1, lambda rng: [(signed_map(rng, 4, 3, high=True),)]),
        Claim("one sign only", 1, [(np.array([[5.0, 1.0, 2.2], [3.1, 4.3, 0.4]]),), (np.array([[-3, -9, -7, -1]]),)]),
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
        *(
            Levels(
                f"{middle} and {width}{how.partition(';')[0]}",
                f"your grey is {middle} + {width}·Y/m{how}. The middle of 0 and 255 is 127.5, and both ends are 127.5 "
                "away.",
                other_levels(middle, width, finish),
            )
            for middle, width, finish, how in NEARLY
        ),
        Levels(
            "not rounded",
            "the fractions were cut off when you converted to bytes. Round first: 127.5 becomes 128, not 127.",
            other_levels(127.5, 127.5, np.floor),
        ),
        Levels(
            "rounded up",
            "the fractions were rounded up. Round to the nearest whole number.",
            other_levels(127.5, 127.5, np.ceil),
        ),
        Levels(
            "floor division",
            "`//` cut the fractions off. Divide with `/`, then round.",
            lambda Y: in_bytes(127.5 + np.floor(level(Y, 0, 127.5, empty=0))),
        ),
        Levels(
            "fractions left",
            "the scale is right, but a byte holds whole numbers: round, then convert to uint8.",
            lambda Y: level(Y, 127.5, 127.5, empty=127.5),
        ),
        Levels(
            "signed bytes",
            "your result is int8, which ends at 127. Grey levels are uint8.",
            lambda Y: signed_to_gray(Y).astype(np.int8),
        ),
        *(
            Levels(name, says, model, loosely=True)
            for name, says, model in [
                (
                    "stretched",
                    "your result is stretched from the smallest number to the largest. Then 0 is not middle grey, and "
                    "nobody can see a sign.",
                    stretched,
                ),
                (
                    "absolute values",
                    "both signs look alike in your result, and 0 became black. It should be middle grey.",
                    lambda Y: np.abs(level(Y, 0, 255)),
                ),
                (
                    "negatives set to zero",
                    "negative numbers all became black. 0 should be middle grey, so that there is room below.",
                    lambda Y: np.maximum(level(Y, 0, 255), 0),
                ),
                (
                    "negatives set to zero, then scaled",
                    "the negative numbers are set to 0 and become middle grey. They belong between black and middle "
                    "grey.",
                    lambda Y: np.maximum(level(Y, 127.5, 127.5), 127.5),
                ),
                (
                    "no middle",
                    "your grey is 255·Y/m: negative numbers leave 0 … 255. 0 should be middle grey.",
                    lambda Y: level(Y, 0, 255),
                ),
                (
                    "black and white exchanged",
                    "your picture is a negative: numbers above 0 should be bright.",
                    lambda Y: level(Y, 127.5, -127.5),
                ),
                (
                    "not spread",
                    "all your greys lie in the middle. Is the factor 127.5 of Y / m missing, or is m far too large?",
                    lambda Y: level(Y, 127.5, 1),
                ),
                (
                    "half as much contrast",
                    "your grey goes half the way to black and white only. At m it should reach white.",
                    lambda Y: level(Y, 127.5, 63.75),
                ),
                (
                    "brightness doubled",
                    "you used 127.5 + 255·Y/m, twice too much contrast.",
                    lambda Y: level(Y, 127.5, 255),
                ),
                (
                    "the sum divided too",
                    "127.5 is divided by m as well. Only Y is divided: mind the brackets.",
                    lambda Y: (127.5 + 127.5 * real(Y)) / np.abs(Y).max(),
                ),
                (
                    "not divided",
                    "Y is not divided by m, so the greys leave 0 … 255.",
                    lambda Y: 127.5 + 127.5 * real(Y),
                ),
                (
                    "divided without fractions",
                    "`//` drops the fractions of Y / m, so only black, white and grey are left. Use `/`.",
                    lambda Y: 127.5 + 127.5 * (real(Y) // np.abs(Y).max()),
                ),
                (
                    "converted as it is",
                    "the numbers were only converted to bytes, or cut off at 0 and 255. They have to be scaled, with 0 "
                    "in the middle.",
                    real,
                ),
                (
                    "moved by 128, not scaled",
                    "128 was added, but the numbers are not scaled: the largest absolute value should reach black or "
                    "white.",
                    lambda Y: real(Y) + 128,
                ),
                (
                    "divided by the largest",
                    "you divided by max(Y), not by max|Y|. Where the most extreme number is negative, that goes below "
                    "black.",
                    lambda Y: level(Y, 127.5, 127.5, np.max),
                ),
                (
                    "divided by the smallest",
                    "you divided by |min(Y)|, not by max|Y|.",
                    lambda Y: level(Y, 127.5, 127.5, lambda Y: -np.min(Y)),
                ),
                (
                    "divided by the range",
                    "you divided by max(Y) − min(Y). Then neither end is reached on both sides; divide by max|Y|.",
                    lambda Y: level(Y, 127.5, 127.5, np.ptp),
                ),
                (
                    "divided by half the range",
                    "you divided by half of max(Y) − min(Y), which goes past black or white. Divide by max|Y|.",
                    lambda Y: level(Y, 127.5, 255, np.ptp),
                ),
                (
                    "divided by the standard deviation",
                    f"you divided by the standard deviation. {ONLY_MAX}",
                    lambda Y: level(Y, 127.5, 127.5, np.std),
                ),
                (
                    "divided by the sum",
                    "you divided by the sum of |Y|. Divide by its largest value.",
                    lambda Y: level(Y, 127.5, 127.5, lambda Y: np.abs(Y).sum()),
                ),
                (
                    "divided by the mean",
                    "you divided by the mean of |Y|. Divide by its largest value.",
                    lambda Y: level(Y, 127.5, 127.5, lambda Y: np.abs(Y).mean()),
                ),
                (
                    "divided by the length",
                    "you divided by the root of the sum of squares (np.linalg.norm). Divide by the largest |Y|.",
                    lambda Y: level(Y, 127.5, 127.5, np.linalg.norm),
                ),
                (
                    "divided by m + 1",
                    "you divided by m + 1. Then black and white are not reached.",
                    lambda Y: level(Y, 127.5, 127.5, lambda Y: np.abs(Y).max() + 1),
                ),
                (
                    "divided by 255",
                    "you divided by 255, not by the largest absolute value in the map.",
                    lambda Y: level(Y, 127.5, 127.5, lambda Y: 255),
                ),
                (
                    "row by row",
                    "each row was scaled by its own largest value. One m serves the whole map.",
                    lambda Y: level(Y, 127.5, 127.5, lambda Y: np.abs(Y).max(axis=1, keepdims=True)),
                ),
                (
                    "column by column",
                    "each column was scaled by its own largest value. One m serves the whole map.",
                    lambda Y: level(Y, 127.5, 127.5, lambda Y: np.abs(Y).max(axis=0, keepdims=True)),
                ),
                (
                    "mean in the middle",
                    "the mean of Y became middle grey. It is 0 that should.",
                    lambda Y: level(real(Y) - np.mean(Y), 127.5, 127.5),
                ),
                (
                    "each side by its own",
                    "numbers above and below 0 were scaled separately. Then equal sizes of opposite sign look "
                    "different.",
                    lambda Y: 127.5 + 127.5 * np.where(real(Y) > 0, Y / (np.max(Y) or 1), Y / (-np.min(Y) or 1)),
                ),
                (
                    "signs only",
                    "your result has only black, middle grey and white. The size of Y counts too.",
                    lambda Y: 127.5 + 127.5 * np.sign(real(Y)),
                ),
                (
                    "black and white only",
                    "your result is black below 0 and white elsewhere. The size of Y counts too.",
                    lambda Y: np.where(real(Y) < 0, 0.0, 255.0),
                ),
            ]
        ),
        *(
            Levels(name, f"{says} Grey levels run from 0 to 255.", lambda Y, m=m, w=w: level(Y, m, w, empty=m))
            for name, says, m, w in [
                ("from −1 to 1", "your result runs from −1 to 1.", 0, 1),
                ("from 0 to 1", "your result runs from 0 to 1.", 0.5, 0.5),
                ("from 0 to 200", "your result runs from 0 to 200.", 100, 100),
                ("from −127.5 to 127.5", "your result is centred on 0. A byte has no negative numbers.", 0, 127.5),
            ]
        ),
        *(
            Mistake(f"zeros become {what}", f"a map of zeros became {what}. {says}", on_zeros(value))
            for what, says, value in [
                (
                    "black",
                    "There is no m to divide by then; every pixel is middle grey, 128.",
                    lambda shape: np.zeros(shape, np.uint8),
                ),
                ("white", SHOULD_BE_GREY, lambda shape: np.full(shape, 255, np.uint8)),
                ("NaN", f"0 was divided by 0. {SHOULD_BE_GREY}", lambda shape: np.full(shape, np.nan)),
                (
                    "127",
                    "Middle grey is 127.5, which rounds to 128.",
                    lambda shape: np.full(shape, 127, np.uint8),
                ),
                ("127.5", "Round that too: 128.", lambda shape: np.full(shape, 127.5)),
                ("one number", "Give a map of the same shape, with 128 everywhere.", lambda shape: 128),
            ]
        ),
        Levels(
            "three channels",
            "your result has three channels. One grey level per number is enough.",
            lambda Y: np.repeat(signed_to_gray(Y)[..., None], 3, axis=2),
        ),
    ],
    window=lambda at, Y: Y[at[0] : at[0] + 1, at[1] : at[1] + 1],
    picture=picture,
)

EXERCISES = [PREDICTION, TO_GRAY, VERTICAL_EDGES, CONTOUR_KERNEL, EDGE_STRENGTH, SIGNED_TO_GRAY]
