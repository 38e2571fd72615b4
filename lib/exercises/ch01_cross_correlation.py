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


def pad(X, rows, columns):
    return np.pad(np.asarray(X, dtype=float), (rows, columns))


def each_window(X, K, combine):
    """Like corr2d, but with any function of a window and the kernel."""
    X, K = np.asarray(X, dtype=float), np.asarray(K, dtype=float)
    (H, W), (h, w) = X.shape, K.shape
    return np.array([[combine(X[i : i + h, j : j + w], K) for j in range(W - w + 1)] for i in range(H - h + 1)])


def same(X, K):
    (h, w) = K.shape
    return corr2d(pad(X, ((h - 1) // 2, h // 2), ((w - 1) // 2, w // 2)), K)


def full(X, K):
    (h, w) = K.shape
    return corr2d(pad(X, (h - 1, h - 1), (w - 1, w - 1)), K)


def height_for_both(X, K):
    """What ranges written for a square image give."""
    X, K = np.asarray(X, dtype=float), np.asarray(K, dtype=float)
    (H, _), (h, w) = X.shape, K.shape
    size = H - h + 1
    Y = np.zeros((size, size))
    for i in range(size):
        for j in range(size):
            part = X[i : i + h, j : j + w]
            Y[i, j] = (part * K).sum()
    return Y


def backwards(X, K):
    """Sums over X[i − a, j − b], where an index below zero counts from the end."""
    H, W = corr2d(X, K).shape
    return sum(K[a, b] * np.roll(np.asarray(X, float), (a, b), (0, 1))[:H, :W] for a, b in np.ndindex(K.shape))


def window(at, X, K):
    i, j = at
    (h, w) = K.shape
    return X[i : i + h, j : j + w]


def picture(inputs, expected, got, wrong):
    X, K = inputs
    return what_differs([("X", X, "input"), "⋆", ("K", K, "kernel"), "="], expected, got, wrong)


EXAMPLE = np.arange(9).reshape(3, 3), np.arange(4).reshape(2, 2)


def claims(wide):
    """The claims that corr2d and convolve2d share; `wide` counts the points of the first one."""
    return [
        Claim("the example of the chapter", wide, [EXAMPLE]),
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


SHARED_MISTAKES = [
    Mistake(
        "last row and column left out",
        "your result equals the right one without its last row and column. Count the places of a 2-wide window on "
        "4 numbers with your finger: where does the last one start?",
        lambda X, K: corr2d(X, K)[:-1, :-1],
    ),
    Mistake(
        "last row left out",
        "your result lacks its last row. How many places does the window have from top to bottom?",
        lambda X, K: corr2d(X, K)[:-1],
    ),
    Mistake(
        "last column left out",
        "your result lacks its last column. How many places does the window have from left to right?",
        lambda X, K: corr2d(X, K)[:, :-1],
    ),
    Mistake(
        "same padding",
        "your result is as large as X: zeros were added at the border ('same' padding). Here the window stays in X.",
        same,
    ),
    Mistake(
        "full padding",
        "your result is larger than X: the window also hangs over the border ('full' padding). Here it stays inside X.",
        full,
    ),
    Mistake(
        "wraps around",
        "your window runs over the border and goes on at the other side of X. Here it stays inside X.",
        lambda X, K: corr2d(np.pad(np.asarray(X, float), ((0, K.shape[0] - 1), (0, K.shape[1] - 1)), "wrap"), K),
    ),
    Mistake(
        "windows do not overlap",
        "your window jumps by its own size. It moves by one row or column at a time, so windows overlap.",
        lambda X, K: corr2d(X, K)[:: K.shape[0], :: K.shape[1]],
    ),
    Mistake(
        "every second window",
        "your result has every second row and column of the right one. The window moves by one, not by two.",
        lambda X, K: corr2d(X, K)[::2, ::2],
    ),
    Mistake(
        "starts one window late",
        "the first row and column of the result are missing. The first window starts at row 0, column 0.",
        lambda X, K: corr2d(X, K)[1:, 1:],
    ),
    Mistake(
        "mean for sum",
        "your result equals the mean of the products. The products of a window are added, not averaged.",
        lambda X, K: corr2d(X, K) / K.size,
    ),
    Mistake(
        "divided by the kernel's sum",
        "your result is divided by the sum of K. Some filters are normalised like this; corr2d takes K as it is.",
        lambda X, K: corr2d(X, K) / K.sum(),
    ),
    Mistake(
        "truncated to whole numbers",
        "the fractions are cut off. Your output array has the whole-number dtype of X; make it an array of floats.",
        lambda X, K: corr2d(X, K).astype(int) if np.asarray(X).dtype.kind in "iu" else corr2d(X, K),
    ),
    Mistake(
        "rounded to whole numbers",
        "the fractions are rounded away. Keep the sums as they are.",
        lambda X, K: np.round(corr2d(X, K)),
    ),
    Mistake(
        "absolute values",
        "your result equals the right one without its minus signs. Sums may be negative; keep the sign.",
        lambda X, K: np.abs(corr2d(X, K)),
    ),
    Mistake(
        "negatives set to zero",
        "your result has 0 where the sum is negative. Keep the sign.",
        lambda X, K: np.maximum(corr2d(X, K), 0),
    ),
    Mistake("wrong sign", "your result has every sign turned round.", lambda X, K: -corr2d(X, K)),
    Mistake(
        "result transposed",
        "rows and columns of your result are exchanged. Y[i, j] belongs to the window that starts at X[i, j].",
        lambda X, K: corr2d(X, K).T,
    ),
    Mistake(
        "kernel transposed",
        "rows and columns of the kernel are exchanged: this is the result for K.T.",
        lambda X, K: corr2d(X, K.T),
    ),
    Mistake(
        "image transposed",
        "rows and columns of the image are exchanged: this is the result for X.T.",
        lambda X, K: corr2d(X.T, K),
    ),
    Mistake(
        "one size for both axes",
        "you use the height where the width is meant, as if images and kernels were square.",
        height_for_both,
    ),
    Mistake(
        "@ for *",
        "your windows are multiplied as matrices (`@`). Here each number meets the one on the same place (`*`).",
        lambda X, K: each_window(X, K, lambda part, K: (part @ K).sum()),
    ),
    Mistake(
        "+ for *",
        "window and kernel are added. Each number is multiplied by the one on the same place; then comes the sum.",
        lambda X, K: each_window(X, K, lambda part, K: (part + K).sum()),
    ),
    Mistake(
        "kernel left out",
        "your result is the sum of each window: the kernel plays no part in it.",
        lambda X, K: each_window(X, K, lambda part, K: part.sum()),
    ),
    Mistake(
        "largest product",
        "your result is the largest product of each window. The products are added.",
        lambda X, K: each_window(X, K, lambda part, K: (part * K).max()),
    ),
    Mistake(
        "product of products",
        "the products of each window are multiplied together. They are added.",
        lambda X, K: each_window(X, K, lambda part, K: (part * K).prod()),
    ),
    Mistake(
        "sum of columns",
        "each place holds the sums of the columns of its window. Python's `sum` adds rows; `.sum()` adds all numbers.",
        lambda X, K: each_window(X, K, lambda part, K: (part * K).sum(axis=0)),
    ),
    Mistake(
        "squared differences",
        "window and kernel are subtracted and squared. That measures how alike they are; here they are multiplied.",
        lambda X, K: each_window(X, K, lambda part, K: ((part - K) ** 2).sum()),
    ),
    Mistake(
        "only the last product",
        "only the last product of each window is left. Each product must be added to the ones before (`+=`, not `=`).",
        lambda X, K: each_window(X, K, lambda part, K: part[-1, -1] * K[-1, -1]),
    ),
    Mistake(
        "only the first row of the kernel",
        "only the first row of each window counts in your result. Is there a `return` or an indent one level too deep?",
        lambda X, K: each_window(X, K, lambda part, K: part[0] @ K[0]),
    ),
    Mistake(
        "always the first window",
        "every number of your result comes from the same window, the first. The window has to move with i and j.",
        lambda X, K: np.full_like(corr2d(X, K), corr2d(X, K)[0, 0]),
    ),
    Mistake(
        "only the first place filled",
        "only the first number of your result is set; the others stayed 0. Is there a `return` inside the loop?",
        lambda X, K: np.where(np.arange(corr2d(X, K).size).reshape(corr2d(X, K).shape) == 0, corr2d(X, K), 0),
    ),
    Mistake(
        "the total",
        "your result is one number, the sum over all windows. Each window gives a number of its own.",
        lambda X, K: corr2d(X, K).sum(),
    ),
]

BACKWARDS = (
    "you read X[i − a, j − b], as in the formula of mathematics. In Python an index below zero counts from the end, so "
    "the first windows take pixels of the other side."
)

EXERCISES = [
    Exercise(
        corr2d,
        claims(1),
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
            Mistake("index that runs backwards", BACKWARDS, backwards),
            *SHARED_MISTAKES,
        ],
        window=window,
        picture=picture,
    ),
    Exercise(
        convolve2d,
        claims(1),
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
                "index that runs backwards",
                BACKWARDS,
                backwards,
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
            *(
                Mistake(m.name, m.says, lambda X, K, m=m: m.model(X, K[::-1, ::-1]))
                for m in SHARED_MISTAKES
                if m.name != "kernel transposed"
            ),
        ],
        window=window,
        picture=picture,
    ),
    Exercise(
        predict_corr2d,
        [Claim("the prediction", 1, [()])],
        [
            Mistake(
                "flipped",
                "you multiplied the lower number of each pair by 2. That is what a flipped kernel does; here the 2 "
                "lies on the upper one.",
                lambda: convolve2d(*QUESTION).astype(int).tolist(),
            ),
            Mistake(
                "kernel ignored",
                "you added both numbers of each pair. The kernel multiplies them before the sum.",
                lambda: corr2d(QUESTION[0], np.ones((2, 1))).astype(int).tolist(),
            ),
            Mistake(
                "same padding",
                "your prediction has as many rows as X. A 2×1 window has one place fewer in each column.",
                lambda: same(*QUESTION).astype(int).tolist(),
            ),
            Mistake(
                "the image itself",
                "your prediction is X itself. The window has two rows, so each column has two places for it.",
                lambda: QUESTION[0].tolist(),
            ),
            Mistake(
                "columns for rows",
                "your prediction has its rows and columns exchanged. Each column of X gives one column of the result.",
                lambda: corr2d(*QUESTION).astype(int).T.tolist(),
            ),
            Mistake(
                "one list",
                "these are the right numbers, but in one list. Return a list for each row.",
                lambda: corr2d(*QUESTION).astype(int).ravel().tolist(),
            ),
            Mistake(
                "sign lost",
                "the kernel's second number is −1: the lower number of each pair is taken away, not added.",
                lambda: corr2d(QUESTION[0], np.abs(QUESTION[1])).astype(int).tolist(),
            ),
            Mistake(
                "the products, not added",
                "you multiplied, but did not add. One place of the window gives one number.",
                lambda: [[10, 2], [-3, -4], [6, 8], [-2, -6]],
            ),
        ],
    ),
]
