"""Chapter 1: cross-correlation by hand, and what flipping the kernel changes."""

import numpy as np

import lib
from lib.check import Claim, Exercise, Mistake
from lib.exercises.inputs import floats, ints
from lib.exercises.pictures import what_differs


def corr2d(X, K):
    """The sum of window × kernel at every place where the kernel fits."""
    return lib.corr2d(np.asarray(X, dtype=float), np.asarray(K, dtype=float))


def convolve2d(X, K):
    """The same with the kernel turned by half a turn."""
    return lib.convolve2d(np.asarray(X, dtype=float), np.asarray(K, dtype=float))


QUESTION = np.array([[5, 1], [3, 4], [2, 6]]), np.array([[2], [-1]])  # the prediction's X and K


def predict_corr2d():
    """Twice each number, minus the one below it."""
    return corr2d(*QUESTION).astype(int).tolist()


# --- what both exercises share ----------------------------------------------------------------------------------------


def window(at, X, K):
    i, j = at
    h, w = K.shape
    return X[i : i + h, j : j + w]


def picture(inputs, expected, got, wrong):
    X, K = inputs
    return what_differs([("X", X, "input"), "⋆", ("K", K, "kernel"), "="], expected, got, wrong)


EXAMPLE = np.arange(9).reshape(3, 3), np.arange(4).reshape(2, 2)

CLAIMS = [
    Claim("the example of the chapter", 1, [EXAMPLE]),
    Claim(
        "a kernel that is not square",
        1,
        lambda rng: [(ints(rng, 4, 6), ints(rng, 2, 3)), (ints(rng, 6, 4), ints(rng, 3, 2))],
    ),
    Claim("whole numbers in, fractions out", 1, lambda rng: [(ints(rng, 4, 5), floats(rng, 2, 2))]),
    Claim(
        "the smallest and the largest kernel",
        1,
        lambda rng: [(floats(rng, 3, 4), ints(rng, 1, 1)), (floats(rng, 3, 5), floats(rng, 3, 5))],
    ),
    Claim(
        "other images and kernels",
        2,
        lambda rng: [
            (ints(rng, *rng.integers(5, 9, 2)), floats(rng, *shape)) for shape in [(1, 4), (4, 1), (3, 3), (2, 5)]
        ],
        hidden=True,
    ),
]


def each_window(combine, places=lambda H, W, h, w: (H - h + 1, W - w + 1), size=lambda h, w: (h, w)):
    """A counter-model: any function of window and kernel, for other numbers of places or windows of another size."""

    def made(X, K):
        X, K = np.asarray(X, dtype=float), np.asarray(K, dtype=float)
        (rows, columns), (h, w) = places(*X.shape, *K.shape), size(*K.shape)
        return np.array([[combine(X[i : i + h, j : j + w], K) for j in range(columns)] for i in range(rows)])

    return made


def products(part, K):
    return (part * K).sum()


def reads(down, across):
    """A counter-model: sums over X[i + down(a, h), j + across(b, w)], where an index below zero counts from the end."""

    def made(X, K):
        X, K = np.asarray(X, dtype=float), np.asarray(K, dtype=float)
        (H, W), (h, w) = X.shape, K.shape
        i, j = np.ogrid[: H - h + 1, : W - w + 1]
        return sum(K[a, b] * X[(i + down(a, h)) % H, (j + across(b, w)) % W] for a, b in np.ndindex(h, w))

    return made


def turned(model):
    return lambda X, K: model(X, K[::-1, ::-1])


SHARED = [
    Mistake(
        "one size for both axes",
        "you use the height where the width is meant, as if images and kernels were square.",
        each_window(products, places=lambda H, W, h, w: (H - h + 1,) * 2),
    ),
    Mistake(
        "always a 2×2 window",
        "your window is 2×2 whatever K is. Take its size from `K.shape`.",
        each_window(lambda part, K: (part * K[:2, :2]).sum(), lambda H, W, h, w: (H - 1, W - 1), lambda h, w: (2, 2)),
    ),
    Mistake(
        "sum of columns",
        "each place holds the sums of the columns of its window. Python's `sum` adds rows; `.sum()` adds all numbers.",
        each_window(lambda part, K: (part * K).sum(axis=0)),
    ),
    Mistake(
        "@ for *, kernel transposed",
        "your windows are multiplied with K.T as matrices (`@`). Here each number meets the one on the same place "
        "(`*`).",
        each_window(lambda part, K: (part @ K.T).sum()),
    ),
    Mistake(
        "squared differences",
        "window and kernel are subtracted and squared. That measures how alike they are; here they are multiplied.",
        each_window(lambda part, K: ((part - K) ** 2).sum()),
    ),
    Mistake(
        "windows one place on",
        "your windows begin one row and one column too late, and run over the end. The first begins at X[0, 0].",
        reads(lambda a, h: a + 1, lambda b, w: b + 1),
    ),
    Mistake(
        "windows around their centre",
        "your windows lie around X[i, j]. Here they begin there: the first number of the window is X[i, j].",
        reads(lambda a, h: a - h // 2, lambda b, w: b - w // 2),
    ),
]

BACKWARDS = Mistake(
    "index that runs backwards",
    "you read X[i − a, j − b], as in the formula of mathematics. In Python an index below zero counts from the "
    "end, so the first windows take pixels of the other side.",
    reads(lambda a, h: -a, lambda b, w: -b),
)

EXERCISES = [
    Exercise(
        corr2d,
        CLAIMS,
        [
            Mistake(
                "flipped both ways",
                "your result equals a true convolution. You flipped the kernel; cross-correlation does not.",
                lambda X, K: corr2d(X, K[::-1, ::-1]),
            ),
            Mistake(
                "flipped top to bottom",
                "you flipped the kernel top to bottom. Cross-correlation lays it on the window as it is.",
                lambda X, K: corr2d(X, K[::-1]),
            ),
            Mistake(
                "flipped left to right",
                "you flipped the kernel left to right. Cross-correlation lays it on the window as it is.",
                lambda X, K: corr2d(X, K[:, ::-1]),
            ),
            BACKWARDS,
            *SHARED,
        ],
        slides=2,
        window=window,
        picture=picture,
    ),
    Exercise(
        convolve2d,
        CLAIMS,
        [
            Mistake(
                "not flipped",
                "your result equals cross-correlation. A true convolution turns the kernel round first.",
                corr2d,
            ),
            Mistake(
                "flipped top to bottom only",
                "you flipped the kernel top to bottom only. A true convolution flips it both ways.",
                lambda X, K: corr2d(X, K[::-1]),
            ),
            Mistake(
                "flipped left to right only",
                "you flipped the kernel left to right only. A true convolution flips it both ways.",
                lambda X, K: corr2d(X, K[:, ::-1]),
            ),
            Mistake(
                "quarter turn",
                "you turned the kernel by a quarter turn. Flipping both ways is half a turn.",
                lambda X, K: corr2d(X, np.rot90(K)),
            ),
            Mistake(
                "transposed for flipped",
                "you transposed the kernel (K.T). Flipping both ways reverses the order of its rows and its columns.",
                lambda X, K: corr2d(X, K.T),
            ),
            Mistake(
                "K[−a, −b]",
                "`K[-a, -b]` begins at K[0, 0], for −0 is 0, and goes on from the end. The last number is `K[-1, -1]`.",
                lambda X, K: corr2d(X, K[np.ix_(*(-np.arange(n) for n in K.shape))]),
            ),
            Mistake(
                "row and column lost for flipped",
                "`K[:-1, :-1]` is K without its last row and column. What reverses an order is a step of −1: `[::-1]`.",
                lambda X, K: corr2d(X, K[:-1, :-1]),
            ),
            Mistake(
                "only the corner for flipped",
                "`K[-1:, -1:]` is the last number of K only. What reverses an order is a step of −1: `[::-1]`.",
                lambda X, K: corr2d(X, K[-1:, -1:]),
            ),
            Mistake(
                "image flipped too",
                "you flipped X as well as K. Turning both gives cross-correlation again, written backwards.",
                lambda X, K: corr2d(X[::-1, ::-1], K[::-1, ::-1]),
            ),
            Mistake(
                "image flipped instead",
                "you flipped X. The right numbers are there, in reverse order: the one to flip is K.",
                lambda X, K: corr2d(X[::-1, ::-1], K),
            ),
            BACKWARDS,
            *(
                Mistake(name, says, turned(each_window(combine)))
                for name, says, combine in [
                    (
                        "@ for *",
                        "your windows are multiplied as matrices (`@`). Here each number meets the one on the same "
                        "place (`*`).",
                        lambda part, K: (part @ K).sum(),
                    ),
                    (
                        "largest product",
                        "your result is the largest product of each window. The products are added.",
                        lambda part, K: (part * K).max(),
                    ),
                    (
                        "only the last product",
                        "only the last product of each window is left. Each product must be added to the ones before "
                        "(`+=`, not `=`).",
                        lambda part, K: part[-1, -1] * K[-1, -1],
                    ),
                ]
            ),
            *(Mistake(m.name, m.says, turned(m.model)) for m in SHARED),
        ],
        slides=2,
        window=window,
        picture=picture,
    ),
    Exercise(
        predict_corr2d,
        [Claim("the prediction", 1, [()])],
        [
            Mistake(name, says, lambda Y=Y: np.asarray(Y, dtype=int).tolist())
            for name, says, Y in [
                (
                    "flipped",
                    "you multiplied the lower number of each pair by 2. That is what a flipped kernel does; here the 2 "
                    "lies on the upper one.",
                    convolve2d(*QUESTION),
                ),
                (
                    "the signs turned round",
                    "you took twice the upper number from the lower one. The −1 lies on the lower number.",
                    -corr2d(*QUESTION),
                ),
                (
                    "kernel ignored",
                    "you added both numbers of each pair. The kernel multiplies them before the sum.",
                    corr2d(QUESTION[0], np.ones((2, 1))),
                ),
                (
                    "the 2 forgotten",
                    "you took the lower number from the upper one. The upper one counts twice first.",
                    corr2d(QUESTION[0], np.array([[1], [-1]])),
                ),
                (
                    "only the 2",
                    "you doubled the upper numbers. The kernel has a second number, for the lower ones.",
                    corr2d(QUESTION[0], np.array([[2], [0]])),
                ),
                (
                    "sign lost",
                    "the kernel's second number is −1: the lower number of each pair is taken away, not added.",
                    corr2d(QUESTION[0], np.abs(QUESTION[1])),
                ),
                (
                    "negatives lost",
                    "one of the sums is below zero. A result may be negative.",
                    np.maximum(corr2d(*QUESTION), 0),
                ),
                (
                    "minus signs lost",
                    "one of the sums is below zero. Keep its sign.",
                    np.abs(corr2d(*QUESTION)),
                ),
                (
                    "the kernel laid down",
                    "you laid the kernel on two numbers beside each other. It is two rows high and one column wide.",
                    corr2d(QUESTION[0], QUESTION[1].T),
                ),
                (
                    "same padding",
                    "your prediction has as many rows as X. A 2×1 window has one place fewer in each column.",
                    corr2d(np.pad(QUESTION[0], ((0, 1), (0, 0))), QUESTION[1]),
                ),
                (
                    "full padding",
                    "your prediction has more rows than X. The window does not hang over the border.",
                    corr2d(np.pad(QUESTION[0], ((1, 1), (0, 0))), QUESTION[1]),
                ),
                (
                    "only the first row",
                    "your prediction has one row. From its first place the window moves down by one, and fits once "
                    "more.",
                    corr2d(*QUESTION)[:1],
                ),
                (
                    "the image itself",
                    "your prediction is X itself. The window has two rows, so each column has two places for it.",
                    QUESTION[0],
                ),
                (
                    "columns for rows",
                    "your prediction has its rows and columns exchanged. Each column of X gives one column of the "
                    "result.",
                    corr2d(*QUESTION).T,
                ),
                (
                    "one list",
                    "these are the right numbers, but in one list. Return a list for each row.",
                    corr2d(*QUESTION).ravel(),
                ),
                (
                    "the products, not added",
                    "you multiplied, but did not add. One place of the window gives one number.",
                    [[10, 2], [-3, -4], [6, 8], [-2, -6]],
                ),
            ]
        ],
    ),
]
