"""Chapter 9: kernels taken apart: into a column and a row, into space and channels, into three lines."""

import itertools

import numpy as np

import lib
from lib.check import Claim, Exercise, Mistake
from lib.check.slips import of_a_window
from lib.exercises.inputs import floats, ints, quarters
from lib.exercises.pictures import what_differs

# --- a column times a row


def outer_kernel(col, row):
    """The kernel whose number at (a, b) is col[a] · row[b]."""
    return np.outer(np.asarray(col, dtype=float), np.asarray(row, dtype=float))


CHAPTER = np.array([0.5, 0.7, 0.8]), np.array([0.3, 0.4, 0.5])

OUTER_CLAIMS = [
    Claim("the kernel of the chapter", 1, [CHAPTER]),
    Claim(
        "a column and a row of different length",
        1,
        lambda rng: [(ints(rng, 2), ints(rng, 4)), (ints(rng, 3), ints(rng, 2))],
    ),
    Claim(
        "whole numbers and fractions",
        1,
        lambda rng: [(ints(rng, 3), quarters(rng, 3)), (quarters(rng, 4), ints(rng, 1))],
    ),
    Claim(
        "other columns and rows",
        1,
        lambda rng: [
            (floats(rng, int(a)), floats(rng, int(b))) for a, b in rng.permuted([[2, 5], [3, 4], [1, 3]], axis=1)
        ],
        hidden=True,
    ),
]


def pairs(combine):
    """A kernel from every pair of a column's and a row's number."""
    return lambda col, row: combine(np.asarray(col, float)[:, None], np.asarray(row, float)[None, :])


OUTER_MISTAKES = [
    # what happens to a pair
    Mistake("sum for product", "you added each pair of numbers. They are multiplied.", pairs(np.add)),
    Mistake(
        "sum, exchanged",
        "you added each pair of numbers, and rows and columns are exchanged. Numbers are multiplied, and the column "
        "runs down.",
        lambda col, row: np.add.outer(np.asarray(row, float), col),
    ),
    Mistake("difference for product", "you subtracted in each pair. Numbers are multiplied.", pairs(np.subtract)),
    Mistake("quotient for product", "you divided in each pair. Numbers are multiplied.", pairs(np.divide)),
    Mistake("larger for product", "you took the larger of each pair. Numbers are multiplied.", pairs(np.maximum)),
    Mistake(
        "smaller for product",
        "you took the smaller of each pair. Numbers are multiplied.",
        pairs(np.minimum),
    ),
    # which pairs
    Mistake(
        "one number",
        "your result is one number, the sum of products. Here every number of the column meets every number of the "
        "row.",
        lambda col, row: float(np.dot(col, row)),
    ),
    Mistake(
        "number by number",
        "you multiplied the column and the row number by number. Here *every* number of the column meets *every* "
        "number "
        "of the row.",
        lambda col, row: np.asarray(col, float) * np.asarray(row, float),
    ),
    Mistake(
        "on the diagonal",
        "your products stand on a diagonal. Every number of the column meets every number of the row.",
        lambda col, row: np.diag(np.asarray(col, float) * np.asarray(row, float)),
    ),
    Mistake(
        "convolution of the two",
        "you convolved the column with the row as if both were signals. Every number of the column meets every number "
        "of the row, at a place of its own.",
        lambda col, row: np.convolve(np.asarray(col, float), np.asarray(row, float)),
    ),
    Mistake(
        "both as columns",
        "you made a column of both. Their product has one column; `row` must lie across: shape (1, w).",
        lambda col, row: (np.asarray(col, float) * np.asarray(row, float))[:, None],
    ),
    # column and row
    Mistake(
        "column and row exchanged",
        "rows and columns of your kernel are exchanged. The column runs from top to bottom: row a of the kernel is "
        "col[a] times the row.",
        lambda col, row: outer_kernel(row, col),
    ),
    Mistake(
        "one row for all",
        "every row of your kernel is the row itself. Row a is col[a] times the row.",
        pairs(lambda a, b: b + 0 * a),
    ),
    Mistake(
        "one column for all",
        "every column of your kernel is the column itself. Column b is row[b] times the column.",
        pairs(lambda a, b: a + 0 * b),
    ),
    Mistake(
        "first column alone",
        "your result is the first column of the kernel alone. There is a column for every number of the row.",
        lambda col, row: outer_kernel(col, row)[:, :1],
    ),
    # the numbers
    Mistake(
        "divided by its largest number",
        "your kernel is divided by its largest number. The products stay as they are.",
        lambda col, row: outer_kernel(col, row) / outer_kernel(col, row).max(),
    ),
    Mistake(
        "divided by its length",
        "your kernel is divided by its length (its norm). The products stay as they are.",
        lambda col, row: outer_kernel(col, row) / np.linalg.norm(outer_kernel(col, row)),
    ),
]

# --- how many of them a kernel needs

NOTHING = 1e-9  # a singular value this small, compared with the largest, counts as zero


def separable_rank(K):
    """How many column-times-row kernels add up to K: the number of singular values that are not zero."""
    values = np.linalg.svd(np.asarray(K, dtype=float), compute_uv=False)
    return int((values > NOTHING * values.max()).sum())


def of_rank(rng, rank, rows, columns):
    """A kernel of that rank, of fractions that rounding leaves not quite dependent."""
    return sum(np.outer(floats(rng, rows), floats(rng, columns)) for _ in range(rank))


CONTOUR = -np.ones((5, 5), dtype=int)
CONTOUR[2, 2] = 24

RANK_CLAIMS = [
    Claim(
        "separable kernels",
        1,
        [
            (np.outer(*CHAPTER),),
            (np.array([[1, 0, -1], [2, 0, -2], [1, 0, -1]]),),
            (np.array([[3, -6, 9], [2, -4, 6]]),),
        ],
    ),
    Claim(
        "kernels that are not separable",
        1,
        [
            (np.array([[0, 1, 0], [1, -4, 1], [0, 1, 0]]),),
            (CONTOUR,),
            (np.array([[1, -2], [3, 4]]),),
            (np.array([[2, 1, 0, 5], [0, -3, 1, 1], [1, 0, 4, -2]]),),
        ],
    ),
    Claim(
        "fractions that do not come out even",
        1,
        lambda rng: [
            (-np.outer(*CHAPTER),),
            (of_rank(rng, 1, 5, 4),),
            (of_rank(rng, 2, 4, 5),),
            (of_rank(rng, 3, 5, 5),),
        ],
    ),
    Claim(
        "faint kernels, and faint differences",
        1,
        [
            (1e-12 * np.array([[1.5, 2], [-3, 1]]),),
            (np.array([[1, 2], [3, 6 + 1e-4]]),),
            (np.array([[1, 2], [3, 6 + 1e-7]]),),
            (1e9 * np.outer(*CHAPTER),),
            (np.array([[1, 2], [3, 6 + 1e-11]]),),
            (np.array([[0, 1.6e-9], [2, 0]]),),
            (np.array([[0, 0, 2e-10], [2, 0, 0]]),),
        ],
    ),
    Claim(
        "one row, a shift, nothing",
        1,
        [
            (np.array([[2, -1, 3]]),),
            (np.array([[0, 0, 0], [4, 0, 0], [0, 0, 0]]),),
            (np.array([[0, 1, 0], [0, 0, 1], [0, 0, 0]]),),
            (np.zeros((2, 3)),),
        ],
    ),
    Claim(
        "other kernels",
        2,
        lambda rng: (
            [
                (of_rank(rng, r, *shape),)
                for r, shape in [(1, (3, 6)), (2, (6, 3)), (3, (4, 5)), (4, (5, 4)), (1, (2, 2))]
            ]
            + [(1e-7 * of_rank(rng, 2, 3, 4),)]
        ),
        hidden=True,
    ),
]


def singular(K):
    return np.linalg.svd(np.asarray(K, float), compute_uv=False)


def square_only(rule):
    """A rule that is defined for square kernels."""

    def model(K):
        if len(set(np.shape(K))) != 1:
            raise ValueError("not square")
        return rule(np.asarray(K, float))

    return model


RANK_MISTAKES = [
    # rows and columns
    Mistake(
        "the smaller side",
        "your result is the number of rows or of columns, whichever is smaller. That is the most a kernel can need; "
        "rows "
        "that are multiples of one another need one.",
        lambda K: min(np.shape(K)),
    ),
    Mistake("number of rows", "your result is the number of rows.", lambda K: np.shape(K)[0]),
    Mistake("number of columns", "your result is the number of columns.", lambda K: np.shape(K)[1]),
    Mistake(
        "rows that are not zero",
        "you counted the rows that are not all zero. Rows that are multiples of one another count once.",
        lambda K: int(np.any(K, axis=1).sum()),
    ),
    Mistake(
        "columns that are not zero",
        "you counted the columns that are not all zero. Columns that are multiples of one another count once.",
        lambda K: int(np.any(K, axis=0).sum()),
    ),
    Mistake(
        "different rows",
        "you counted the different rows. A row that is a multiple of another, or a sum of others, adds nothing.",
        lambda K: len(np.unique(K, axis=0)),
    ),
    Mistake(
        "numbers that are not zero",
        "you counted the numbers that are not zero.",
        lambda K: int(np.count_nonzero(K)),
    ),
    Mistake(
        "number of axes",
        "your result is how many axes the array has.",
        lambda K: np.ndim(K),
    ),
    # what counts as zero
    Mistake(
        "no tolerance",
        "you count singular values that are not *exactly* 0. Computers round: what should be 0 comes out as 1e-17 or "
        "so. "
        "Compare with the largest one.",
        lambda K: int((singular(K) > 0).sum()),
    ),
    Mistake(
        "fixed tolerance",
        "you compare singular values with a fixed small number. A faint kernel has only small ones; compare with the "
        "largest one.",
        lambda K: int((singular(K) > 1e-9).sum()),
    ),
    Mistake(
        "fixed tolerance, larger",
        "you compare singular values with a fixed number that is not small enough for faint kernels. Compare with the "
        "largest one.",
        lambda K: int((singular(K) > 1e-6).sum()),
    ),
    Mistake(
        "tolerance somewhat too large",
        "you count singular values as zero that are small but real: a millionth of the largest is not zero yet.",
        lambda K: int((singular(K) > 1e-6 * singular(K).max()).sum()),
    ),
    Mistake(
        "tolerance too large",
        "you count singular values as zero that are small but real. Call zero what is below 1e-9 times the largest.",
        lambda K: int((singular(K) > 1e-3 * singular(K).max()).sum()),
    ),
    Mistake(
        "tolerance too small",
        "you count singular values that are small enough to be called zero. Call zero what is at most 1e-9 times "
        "the largest.",
        lambda K: int((singular(K) > 1e-12 * singular(K).max()).sum()),
    ),
    Mistake(
        "NumPy's own tolerance",
        "you leave it to NumPy when a value counts as zero, and its limit is about 1e-15. Here it is 1e-9 times the "
        "largest.",
        lambda K: int(np.linalg.matrix_rank(np.asarray(K, float))),
    ),
    Mistake(
        "compared with the mean",
        "you compare with the mean of the singular values. Compare with the largest one.",
        lambda K: int((singular(K) > NOTHING * singular(K).mean()).sum()),
    ),
    Mistake(
        "compared with the largest number",
        "you compare with the largest number of the kernel, which may even be negative. Compare with the largest "
        "singular value.",
        lambda K: int((singular(K) > NOTHING * np.max(K)).sum()),
    ),
    Mistake(
        "at least the tolerance",
        "an all-zero kernel has no singular value above zero, yet you count some: use > rather than >=.",
        lambda K: int((singular(K) >= NOTHING * singular(K).max()).sum()),
    ),
    Mistake(
        "cut to whole numbers",
        "you cut fractions off before you count. A small number is not zero.",
        lambda K: separable_rank(np.asarray(K).astype(int)),
    ),
    Mistake(
        "singular values cut to whole numbers",
        "you cut the singular values to whole numbers before you count. A small one is not zero.",
        lambda K: int((singular(K).astype(int) > 0).sum()),
    ),
    # another number
    Mistake(
        "eigenvalues",
        "you counted eigenvalues that are not 0. A kernel with a 1 off the diagonal can have none, and one that is not "
        "square has no eigenvalues at all. Use singular values.",
        square_only(lambda K: int((np.abs(np.linalg.eigvals(K)) > 1e-9 * np.abs(K).max()).sum())),
    ),
    Mistake(
        "the singular values",
        "your result is the list of singular values. Count those that are not zero.",
        singular,
    ),
    Mistake(
        "trace",
        "your result is the sum of the diagonal.",
        lambda K: float(np.trace(K)),
    ),
    Mistake(
        "determinant",
        "your result is the determinant. It says whether a square kernel has full rank, not which rank it has.",
        square_only(lambda K: float(np.linalg.det(K))),
    ),
    Mistake(
        "largest singular value",
        "your result is the largest singular value. Count those that are not zero.",
        lambda K: float(singular(K).max()),
    ),
    Mistake(
        "singular values added",
        "your result is the sum of the singular values. Count those that are not zero.",
        lambda K: float(singular(K).sum()),
    ),
    Mistake(
        "what is missing",
        "your result counts the singular values that *are* zero.",
        lambda K: min(np.shape(K)) - separable_rank(K),
    ),
    # not every rank
    Mistake(
        "yes or no",
        "your result is True or False. Asked is how many column-times-row kernels are needed.",
        lambda K: separable_rank(K) == 1,
    ),
    Mistake(
        "yes or no as 1 or 0",
        "your result is 1 for a separable kernel and 0 for others. Asked is how many column-times-row kernels are "
        "needed.",
        lambda K: int(separable_rank(K) == 1),
    ),
    Mistake(
        "separable or not as 1 or 2",
        "your result is 1 or 2. A kernel may need more than two column-times-row kernels.",
        lambda K: 1 if separable_rank(K) == 1 else 2,
    ),
    Mistake("always 1", "your result is always 1.", lambda K: 1),
    Mistake(
        "zero kernel counted",
        "you give at least 1. An all-zero kernel is the sum of *no* column-times-row kernels.",
        lambda K: max(separable_rank(K), 1),
    ),
    Mistake(
        "at most two",
        "your result is never more than 2. A kernel may need more column-times-row kernels.",
        lambda K: min(separable_rank(K), 2),
    ),
]

# --- depthwise


def depthwise(X, K):
    """Every channel with a kernel of its own."""
    X, K = np.asarray(X, dtype=float), np.asarray(K, dtype=float)
    return lib.conv2d(X, K[:, None], groups=len(X))


def plain(x, k):
    return lib.corr2d(np.asarray(x, float), np.asarray(k, float))


EXAMPLE = (
    np.array([[[1, -2, 0, 3], [4, 0, -1, 2], [0, 6, 1, -3]], [[2, 0, 1, -1], [-3, 1, 5, 0], [1, 2, -2, 4]]]),
    np.array([[[1, 0], [2, -1]], [[0, 3], [-1, 1]]]),
)

DEPTHWISE_CLAIMS = [
    Claim("two channels", 1, [EXAMPLE]),
    Claim(
        "kernels that are not square",
        1,
        lambda rng: [(ints(rng, 3, 5, 6), ints(rng, 3, 2, 3)), (ints(rng, 4, 6, 4), ints(rng, 4, 3, 1))],
    ),
    Claim(
        "whole numbers and fractions",
        1,
        lambda rng: [(ints(rng, 3, 4, 6), quarters(rng, 3, 2, 2)), (quarters(rng, 2, 5, 4), ints(rng, 2, 1, 3))],
    ),
    Claim("one channel", 1, lambda rng: [(quarters(rng, 1, 4, 5), ints(rng, 1, 2, 3))]),
    Claim(
        "other images",
        2,
        lambda rng: [
            (floats(rng, int(c), int(rng.integers(5, 8)), 9), floats(rng, int(c), *shape))
            for c, shape in zip(rng.permutation([2, 3, 5]), [(3, 2), (1, 4), (2, 5)], strict=True)
        ],
        hidden=True,
    ),
]

DEPTHWISE_MISTAKES = [
    Mistake(
        "channels added",
        "you added the channels, as an ordinary layer does. Depthwise keeps them apart: C channels in, C channels out.",
        lambda X, K: depthwise(X, K).sum(axis=0),
    ),
    Mistake(
        "channels added into each",
        "every output channel of yours is the sum over all channels. Each output channel sees its own input channel "
        "only.",
        lambda X, K: np.repeat(depthwise(X, K).sum(axis=0, keepdims=True), len(X), 0),
    ),
    Mistake(
        "every kernel on every channel, added",
        "each output channel of yours adds what one kernel makes of *all* channels. It sees its own channel only.",
        lambda X, K: np.stack([plain(np.asarray(X, float).sum(axis=0), k) for k in K]),
    ),
    Mistake(
        "every kernel on every channel",
        "you paired every channel with every kernel. Channel c meets kernel K[c] only.",
        lambda X, K: np.stack([[plain(x, k) for k in K] for x in X]),
    ),
]


def window(at, X, K):
    c, i, j = at
    (h, w) = K[c].shape
    return X[c, i : i + h, j : j + w]


DEPTHWISE = Exercise(depthwise, DEPTHWISE_CLAIMS, DEPTHWISE_MISTAKES, slides=2, window=window)

# --- depthwise, then 1×1


def depthwise_separable(X, Kd, Kp):
    """Each channel with its own kernel, then every pixel's channels mixed by Kp."""
    return mix(depthwise(X, Kd), Kp)


def mix(X, Kp):
    """A 1×1 layer: (C, H, W) and (O, C) -> (O, H, W)."""
    return np.tensordot(np.asarray(Kp, float), np.asarray(X, float), 1)


def cropped(X, Kd):
    """The pixels of X at which the windows of Kd begin."""
    _, rows, columns = depthwise(X, Kd).shape
    return np.asarray(X, float)[:, :rows, :columns]


DS_CLAIMS = [
    Claim(
        "as many out as in",
        1,
        lambda rng: [
            (*EXAMPLE, np.array([[1, -1], [2, 3]])),
            (ints(rng, 3, 4, 6), ints(rng, 3, 2, 3), ints(rng, 3, 3)),
        ],
    ),
    Claim("more out than in", 1, [(*EXAMPLE, np.array([[1, -1], [2, 0], [-3, 4]]))]),
    Claim(
        "fewer out than in",
        1,
        lambda rng: [
            (ints(rng, 4, 5, 4), ints(rng, 4, 3, 2), ints(rng, 2, 4)),
            (ints(rng, 2, 4, 6), ints(rng, 2, 2, 2), ints(rng, 1, 2)),
        ],
    ),
    Claim(
        "whole numbers and fractions",
        1,
        lambda rng: [
            (ints(rng, 3, 5, 4), quarters(rng, 3, 2, 2), ints(rng, 4, 3)),
            (ints(rng, 2, 4, 5), ints(rng, 2, 2, 3), quarters(rng, 3, 2)),
        ],
    ),
    Claim(
        "other images",
        2,
        lambda rng: [
            (floats(rng, c, int(rng.integers(5, 8)), 7), floats(rng, c, *shape), floats(rng, o, c))
            for c, o, shape in [(3, 5, (2, 3)), (4, 2, (3, 1)), (2, 2, (1, 4)), (1, 3, (2, 2))]
        ],
        hidden=True,
    ),
]


def in_the_first_step():
    """What goes wrong with the window of the depthwise step, with the 1×1 step done right."""
    for slip in of_a_window(DEPTHWISE, depthwise):
        if slip.name != "divided by the kernel's size":  # with one channel in a window, that is the mean again
            says = f"in the depthwise step: {slip.says}"
            yield Mistake(f"depthwise: {slip.name}", says, lambda X, Kd, Kp, slip=slip: mix(slip.model(X, Kd), Kp))


DS_MISTAKES = [
    # which steps
    Mistake(
        "depthwise only",
        "your result is the depthwise step alone. The 1×1 step, which mixes the channels by Kp, is missing.",
        lambda X, Kd, Kp: depthwise(X, Kd),
    ),
    Mistake(
        "1×1 only",
        "your result is the 1×1 step alone. Each channel's own kernel comes first.",
        lambda X, Kd, Kp: mix(X, Kp),
    ),
    Mistake(
        "1×1 only, cut to size",
        "your result has the right shape, but Kd plays no part in it.",
        lambda X, Kd, Kp: mix(cropped(X, Kd), Kp),
    ),
    Mistake(
        "1×1 twice",
        "you did the 1×1 step twice and left the depthwise step out.",
        lambda X, Kd, Kp: mix(mix(X, Kp), Kp),
    ),
    Mistake(
        "1×1 first",
        "you mixed the channels first and slid the kernels then. Kd has one kernel for each *input* channel: it comes "
        "first.",
        lambda X, Kd, Kp: depthwise(mix(X, Kp), Kd),
    ),
    # the depthwise step
    *in_the_first_step(),
    # between the steps
    Mistake(
        "negatives cut off between",
        "you set negative numbers to 0 between the two steps. Networks often do; this exercise does not.",
        lambda X, Kd, Kp: mix(np.maximum(depthwise(X, Kd), 0), Kp),
    ),
    Mistake(
        "without signs between",
        "the minus signs are lost between the two steps. Keep them.",
        lambda X, Kd, Kp: mix(np.abs(depthwise(X, Kd)), Kp),
    ),
    Mistake(
        "truncated between",
        "the fractions are cut off between the two steps. Keep both results as arrays of floats.",
        lambda X, Kd, Kp: mix(depthwise(X, Kd).astype(int), Kp),
    ),
    Mistake(
        "channels added before 1×1",
        "you added the channels after the depthwise step; nothing is left to mix. Kp weighs each channel before they "
        "are "
        "added.",
        lambda X, Kd, Kp: np.stack([depthwise(X, Kd).sum(axis=0) * np.sum(row) for row in np.asarray(Kp, float)]),
    ),
    Mistake(
        "channels averaged before 1×1",
        "you averaged the channels after the depthwise step; nothing is left to mix.",
        lambda X, Kd, Kp: np.stack([depthwise(X, Kd).mean(axis=0) * np.sum(row) for row in np.asarray(Kp, float)]),
    ),
    Mistake(
        "channels added at once",
        "you added the channels of X first, slid one kernel over the sum, and weighed it then. Each channel has a "
        "kernel and a weight of its own.",
        lambda X, Kd, Kp: np.stack([plain(np.sum(X, axis=0), Kd[0]) * np.sum(row) for row in np.asarray(Kp, float)]),
    ),
    # the 1×1 step
    Mistake(
        "Kp transposed",
        "you used Kp the other way round. Row o of Kp holds what output channel o takes of each input channel.",
        lambda X, Kd, Kp: mix(depthwise(X, Kd), np.transpose(Kp)),
    ),
    Mistake(
        "Kp plays no part",
        "every output channel is the plain sum of the channels. Kp weighs them.",
        lambda X, Kd, Kp: np.stack([depthwise(X, Kd).sum(axis=0)] * len(Kp)),
    ),
    Mistake(
        "channels not added",
        "you weighed each channel but did not add them. An output channel is a sum over all channels.",
        lambda X, Kd, Kp: np.asarray(Kp, float)[:, :, None, None] * depthwise(X, Kd),
    ),
    Mistake(
        "channels averaged",
        "you averaged the weighed channels. They are added.",
        lambda X, Kd, Kp: depthwise_separable(X, Kd, Kp) / len(X),
    ),
    Mistake(
        "each channel with one weight",
        "you weighed channel c by Kp[c, c] alone. Every output channel mixes *all* channels.",
        lambda X, Kd, Kp: np.diag(np.asarray(Kp, float))[:, None, None] * depthwise(X, Kd),
    ),
    Mistake(
        "weights added to the channels",
        "the weights of Kp are added to the channels. They multiply them.",
        lambda X, Kd, Kp: (np.asarray(Kp, float)[:, :, None, None] + depthwise(X, Kd)).sum(axis=1),
    ),
    Mistake(
        "largest instead of sum",
        "you kept the largest weighed channel. They are added.",
        lambda X, Kd, Kp: (np.asarray(Kp, float)[:, :, None, None] * depthwise(X, Kd)).max(axis=1),
    ),
    Mistake(
        "product instead of sum",
        "you multiplied the weighed channels. They are added.",
        lambda X, Kd, Kp: (np.asarray(Kp, float)[:, :, None, None] * depthwise(X, Kd)).prod(axis=1),
    ),
    Mistake(
        "X added to the result",
        "the pixels of X are added to your result. Some networks have such a shortcut; here it has none.",
        lambda X, Kd, Kp: depthwise_separable(X, Kd, Kp) + cropped(X, Kd),
    ),
    Mistake(
        "pixels mixed before the 1×1 step",
        "your reshape to (pixels, channels) mixes pixels and channels: the channel is the first axis, so it must be "
        "moved, not reshaped, to the end.",
        lambda X, Kd, Kp: (lambda D: (D.reshape(-1, len(D)) @ np.transpose(Kp)).T.reshape(len(Kp), *D.shape[1:]))(
            depthwise(X, Kd)
        ),
    ),
    Mistake(
        "matrix product with the rows",
        "`@` multiplies Kp with the rows of each channel, not with the channels. Weigh whole channels, then add them.",
        lambda X, Kd, Kp: np.asarray(Kp, float) @ depthwise(X, Kd),
    ),
    Mistake(
        "as many outputs as inputs",
        "your result has no more output channels than there are input channels. There is one for each row of Kp.",
        lambda X, Kd, Kp: depthwise_separable(X, Kd, Kp)[: len(X)],
    ),
]

# --- counting


def params_dw_separable(c_in, c_out, k):
    """One k×k kernel per input channel, and a 1×1 layer; no bias."""
    return c_in * k * k + c_in * c_out


DW_PARAMS_CLAIMS = [
    Claim("the layers of the chapter", 1, [(8, 8, 3), (512, 512, 3)]),
    Claim("more out than in, fewer out than in", 1, [(3, 64, 5), (32, 6, 3), (10, 7, 4)]),
    Claim("one channel, one pixel", 1, [(1, 6, 3), (5, 1, 2), (6, 4, 1)]),
    Claim(
        "other layers",
        1,
        lambda rng: [(*map(int, rng.integers(2, 300, 2)), int(rng.integers(2, 12))) for _ in range(5)],
        hidden=True,
    ),
]

DW_PARAMS_MISTAKES = [
    # one step only, or one step more
    Mistake(
        "standard layer",
        "you counted an ordinary layer: a kernel for every pair of channels. Depthwise has one kernel per input "
        "channel.",
        lambda i, o, k: i * o * k * k,
    ),
    Mistake("depthwise only", "you left out the 1×1 layer, which mixes the channels.", lambda i, o, k: i * k * k),
    Mistake(
        "depthwise only, for the outputs",
        "you counted a k×k kernel for each *output* channel and left out the 1×1 layer. The depthwise step has one for "
        "each input channel; the 1×1 layer mixes them.",
        lambda i, o, k: o * k * k,
    ),
    Mistake("1×1 only", "you left out the depthwise kernels.", lambda i, o, k: i * o),
    Mistake(
        "1×1 layer twice",
        "you counted the 1×1 layer twice.",
        lambda i, o, k: i * k * k + 2 * i * o,
    ),
    Mistake(
        "column and row for every pair",
        "you counted a column and a row for every pair of channels. Depthwise-separable splits space from channels, "
        "not "
        "rows from columns.",
        lambda i, o, k: 2 * k * i * o,
    ),
    Mistake(
        "steps multiplied",
        "you multiplied the weights of the two steps. They are added.",
        lambda i, o, k: i * k * k * i * o,
    ),
    Mistake(
        "the share",
        "your result is the share of the ordinary layer's weights, 1/c_out + 1/k². Asked is the number.",
        lambda i, o, k: 1 / o + 1 / k**2,
    ),
    Mistake(
        "what is saved",
        "your result is how many weights are saved. Asked is how many there are.",
        lambda i, o, k: i * o * k * k - i * k * k - i * o,
    ),
    # the depthwise kernels
    Mistake(
        "k not squared",
        "you counted k weights per channel. A depthwise kernel has k rows *and* k columns.",
        lambda i, o, k: i * k + i * o,
    ),
    Mistake(
        "column and row",
        "you counted a column and a row per channel. That is a *spatially* separable kernel; depthwise kernels are "
        "whole.",
        lambda i, o, k: 2 * i * k + i * o,
    ),
    Mistake(
        "one column and one row",
        "you counted one column and one row, and the 1×1 layer. The depthwise step has a whole k×k kernel per channel.",
        lambda i, o, k: 2 * k + i * o,
    ),
    Mistake(
        "one depthwise kernel",
        "you counted one k×k kernel in all. There is one for each input channel.",
        lambda i, o, k: k * k + i * o,
    ),
    Mistake(
        "depthwise kernels per output",
        "you counted a k×k kernel for each *output* channel. The depthwise step has as many as there are input "
        "channels.",
        lambda i, o, k: o * k * k + i * o,
    ),
    Mistake(
        "depthwise kernels as deep as the input",
        "your depthwise kernels have a weight for every channel. Each sees one channel only.",
        lambda i, o, k: i * i * k * k + i * o,
    ),
    Mistake(
        "always 3×3",
        "you counted 9 weights for each depthwise kernel, whatever k is.",
        lambda i, o, k: 9 * i + i * o,
    ),
    Mistake(
        "k·k·k",
        "you counted k·k·k weights for each depthwise kernel. It has k rows and k columns.",
        lambda i, o, k: i * k**3 + i * o,
    ),
    Mistake(
        "depthwise kernels for inputs and outputs",
        "you counted a k×k kernel for each input *and* each output channel, and the 1×1 layer. Only the inputs have "
        "one.",
        lambda i, o, k: (i + o) * k * k + i * o,
    ),
    Mistake(
        "larger channel count",
        "you counted a k×k kernel for each of the larger number of channels. The depthwise step has one for each "
        "*input* channel.",
        lambda i, o, k: max(i, o) * k * k + i * o,
    ),
    Mistake(
        "depthwise kernels for every pair",
        "you counted a depthwise kernel for each pair of channels. There is one for each input channel.",
        lambda i, o, k: i * o * (k * k + 1),
    ),
    # the 1×1 kernels
    Mistake(
        "1×1 kernels with one weight",
        "you counted one weight per 1×1 kernel. A 1×1 kernel has a weight for every input channel.",
        lambda i, o, k: i * k * k + o,
    ),
    Mistake(
        "one 1×1 kernel",
        "you counted one 1×1 kernel. There is one for each output channel.",
        lambda i, o, k: i * k * k + i,
    ),
    Mistake(
        "as many 1×1 kernels as inputs",
        "you counted as many 1×1 kernels as there are *input* channels. There is one for each output channel.",
        lambda i, o, k: i * k * k + i * i,
    ),
    Mistake(
        "1×1 between outputs",
        "your 1×1 layer goes from output channels to output channels. It goes from input to output channels.",
        lambda i, o, k: i * k * k + o * o,
    ),
    Mistake(
        "1×1 counted with k",
        "your 1×1 kernels have k weights per channel. They have one.",
        lambda i, o, k: i * k * k + i * o * k,
    ),
    Mistake(
        "1×1 kernels counted as k×k",
        "your second step has k×k kernels. Its kernels are 1×1: one weight per input channel.",
        lambda i, o, k: i * k * k + i * o * k * k,
    ),
    Mistake(
        "a kernel per input and per output",
        "you counted a k×k kernel for each input and each output channel. The second step has 1×1 kernels, each with a "
        "weight for every input channel.",
        lambda i, o, k: i * k * k + o * k * k,
    ),
    Mistake(
        "1×1 layer added, not multiplied",
        "you counted c_in + c_out weights for the 1×1 layer. It joins *every* input channel to *every* output channel.",
        lambda i, o, k: i * k * k + i + o,
    ),
    Mistake(
        "channels exchanged",
        "you exchanged input and output channels in the depthwise step, and the 1×1 layer has its own size squared.",
        lambda i, o, k: o * k * k + o * o,
    ),
    Mistake("k² and c_out", "you forgot the input channels in both steps.", lambda i, o, k: k * k + o),
    Mistake(
        "everything added",
        "you added channels and kernel. Count the weights of one kernel, then how many kernels there are.",
        lambda i, o, k: i + o + k * k,
    ),
    # biases
    Mistake(
        "with bias",
        "you counted the biases too. Asked is without bias.",
        lambda i, o, k: i * k * k + i * o + i + o,
    ),
    Mistake(
        "with bias of the outputs",
        "you counted a bias per output channel. Asked is without bias.",
        lambda i, o, k: i * k * k + i * o + o,
    ),
    Mistake(
        "with bias of the channels",
        "you counted a bias per depthwise kernel. Asked is without bias.",
        lambda i, o, k: i * k * k + i * o + i,
    ),
    Mistake(
        "one depthwise kernel, with bias",
        "you counted one k×k kernel in all, and biases. There is a kernel for each input channel, and no bias.",
        lambda i, o, k: k * k + i * o + o,
    ),
]


def params_flattened(c, kh, kw):
    """One filter as three lines: along channels, height and width; no bias."""
    return c + kh + kw


FLAT_CLAIMS = [
    Claim("a 3×3 filter on 8 channels", 1, [(8, 3, 3), (3, 3, 3)]),
    Claim("filters that are not square", 1, [(16, 5, 3), (4, 1, 7), (1, 2, 6)]),
    Claim("other filters", 1, lambda rng: [tuple(map(int, rng.integers(2, 40, 3))) for _ in range(5)], hidden=True),
]

FLAT_MISTAKES = [
    # not taken apart
    Mistake(
        "whole filter",
        "you counted the whole filter, c·kh·kw. Flattened, it is three lines, and their lengths are added.",
        lambda c, kh, kw: c * kh * kw,
    ),
    Mistake(
        "1×1 and a whole kernel",
        "you counted c + kh·kw: the kernel's height and width are not taken apart yet.",
        lambda c, kh, kw: c + kh * kw,
    ),
    Mistake(
        "depthwise",
        "you counted depthwise kernels, and one 1×1 kernel. Flattened, space is taken apart as well.",
        lambda c, kh, kw: c * kh * kw + c,
    ),
    Mistake("channels left out, multiplied", "your result is kh·kw.", lambda c, kh, kw: kh * kw),
    Mistake(
        "pairs of lengths",
        "you multiplied the lengths in pairs. The three lines are added.",
        lambda c, kh, kw: c * kh + kh * kw + c * kw,
    ),
    # the channels
    Mistake("no channels", "you left out the line along the channels.", lambda c, kh, kw: kh + kw),
    Mistake(
        "one for the channels",
        "you counted one weight along the channels. That line is c long.",
        lambda c, kh, kw: 1 + kh + kw,
    ),
    Mistake(
        "column and row per channel",
        "you counted a column and a row for each channel. After the line along the channels one channel is left.",
        lambda c, kh, kw: c * (kh + kw),
    ),
    Mistake(
        "column and row per channel, and the channels",
        "you counted a column and a row for each channel, and the line along the channels. After that line one channel "
        "is left.",
        lambda c, kh, kw: c + c * (kh + kw),
    ),
    Mistake(
        "row per channel",
        "you counted a row for each channel. After the line along the channels one channel is left.",
        lambda c, kh, kw: c + kh + c * kw,
    ),
    Mistake(
        "column per channel",
        "you counted a column for each channel. After the line along the channels one channel is left.",
        lambda c, kh, kw: c + c * kh + kw,
    ),
    Mistake(
        "for every channel",
        "you counted three lines for each channel. One filter has three lines in all.",
        lambda c, kh, kw: c * (c + kh + kw),
    ),
    Mistake(
        "three 1×1 kernels over the channels",
        "you counted three 1×1 kernels with a weight per channel. Only one of the three lines runs along the channels.",
        lambda c, kh, kw: 3 * c,
    ),
    Mistake(
        "three 1×1 kernels",
        "you counted three 1×1 kernels. Some texts say so, but the three are 1-D: along the channels, down and across.",
        lambda c, kh, kw: 3,
    ),
    # height and width
    Mistake("channels times height", "you multiplied where two lengths are added.", lambda c, kh, kw: c * kh + kw),
    Mistake(
        "channels times width", "you multiplied channels and width; lengths are added.", lambda c, kh, kw: c * kw + kh
    ),
    Mistake("height twice", "you used the height for the width too.", lambda c, kh, kw: c + 2 * kh),
    Mistake("width twice", "you used the width for the height too.", lambda c, kh, kw: c + 2 * kw),
    Mistake("width left out", "you left out the line across.", lambda c, kh, kw: c + kh),
    Mistake("height left out", "you left out the line down.", lambda c, kh, kw: c + kw),
    Mistake(
        "longer side twice",
        "you used the longer side for both.",
        lambda c, kh, kw: c + 2 * max(kh, kw),
    ),
    Mistake(
        "shorter side twice",
        "you used the shorter side for both.",
        lambda c, kh, kw: c + 2 * min(kh, kw),
    ),
    Mistake(
        "always 3×3",
        "you counted 3 + 3 for the kernel, whatever its height and width are.",
        lambda c, kh, kw: c + 6,
    ),
    # squares and shares
    Mistake(
        "squares",
        "you squared the lengths. Each line has as many weights as it is long.",
        lambda c, kh, kw: c * c + kh * kh + kw * kw,
    ),
    Mistake(
        "kernel squared",
        "you squared height and width. Each line has as many weights as it is long.",
        lambda c, kh, kw: c + kh * kh + kw * kw,
    ),
    Mistake(
        "the share",
        "your result is the share of the whole filter's weights. Asked is the number.",
        lambda c, kh, kw: (c + kh + kw) / (c * kh * kw),
    ),
    Mistake(
        "how many times fewer",
        "your result says how many times fewer weights there are. Asked is their number.",
        lambda c, kh, kw: c * kh * kw / (c + kh + kw),
    ),
    Mistake(
        "what is saved",
        "your result is how many weights are saved. Asked is how many there are.",
        lambda c, kh, kw: c * kh * kw - c - kh - kw,
    ),
    Mistake(
        "mean of the lengths",
        "your result is the mean of the three lengths. They are added.",
        lambda c, kh, kw: (c + kh + kw) / 3,
    ),
    # biases
    Mistake("with bias", "you counted a bias. Asked is without.", lambda c, kh, kw: c + kh + kw + 1),
    Mistake(
        "two biases",
        "your result is 2 too large. There are no biases.",
        lambda c, kh, kw: c + kh + kw + 2,
    ),
    Mistake("with three biases", "you counted three biases. Asked is without.", lambda c, kh, kw: c + kh + kw + 3),
    Mistake(
        "1×1 and a whole kernel, with bias",
        "you counted c + kh·kw and a bias: height and width are not taken apart yet, and there is no bias.",
        lambda c, kh, kw: c + kh * kw + 1,
    ),
    Mistake(
        "two less",
        "your result is 2 too small. The lines are separate; they share no weight.",
        lambda c, kh, kw: c + kh + kw - 2,
    ),
]

# --- the prediction

QUESTION = [
    np.array([[1, 2], [3, 6]]),
    np.array([[1, 2], [2, 1]]),
    np.array([[0, 0, 0], [5, 0, 2]]),
    np.array([[1, 0], [0, 1]]),
]


def predict_separable():
    """Which kernels of the question are a column times a row."""
    return [separable_rank(K) == 1 for K in QUESTION]


PREDICT_MISTAKES = [
    Mistake(
        "all", "not every kernel is a column times a row. Are the rows multiples of one another?", lambda: [True] * 4
    ),
    Mistake("none", "some of them are. Look for rows that are multiples of one another.", lambda: [False] * 4),
    Mistake(
        "symmetric ones",
        "you chose the symmetric kernels. A symmetric kernel need not be a column times a row: are its rows multiples "
        "of "
        "one another?",
        lambda: [False, True, False, True],
    ),
    Mistake(
        "a row of zeros",
        "you left out the third kernel. A row of zeros is 0 times any other row.",
        lambda: [True, False, False, False],
    ),
    Mistake(
        "zeros count as separable",
        "in the fourth kernel neither row is a multiple of the other, although it holds many zeros.",
        lambda: [True, False, True, True],
    ),
    Mistake(
        "same numbers",
        "the second kernel has the same numbers in both rows, but one row is not a *multiple* of the other.",
        lambda: [True, True, True, False],
    ),
    Mistake(
        "only those with zeros",
        "zeros do not make a kernel separable. Are the rows multiples of one another?",
        lambda: [False, False, True, True],
    ),
    Mistake(
        "square ones",
        "the shape does not matter. Are the rows multiples of one another?",
        lambda: [True, True, False, True],
    ),
    Mistake(
        "second for first",
        "look at the second kernel and the fourth again: is one row a multiple of the other?",
        lambda: [False, True, True, False],
    ),
    Mistake(
        "first left out", "look at the first kernel again: 3 6 is 3 times 1 2.", lambda: [False, False, True, False]
    ),
]

HINTS = [
    "look at the first kernel again: 3 6 is 3 times 1 2.",
    "look at the second kernel again: is one row a *multiple* of the other?",
    "look at the third kernel again: a row of zeros is 0 times any other row.",
    "look at the fourth kernel again: is one row a *multiple* of the other?",
]


def wrong_about(*kernels):
    """The prediction that is wrong about these kernels alone, with what to look at."""
    says = " ".join(HINTS[n].capitalize() if i else HINTS[n] for i, n in enumerate(kernels))
    value = [right ^ (n in kernels) for n, right in enumerate(predict_separable())]
    return Mistake(f"kernels {', '.join(str(n + 1) for n in kernels)}", says, lambda: value)


ELSEWHERE = [wrong_about(*kernels) for size in (1, 2, 3) for kernels in itertools.combinations(range(4), size)]
PREDICT_MISTAKES += [m for m in ELSEWHERE if m() not in [known() for known in PREDICT_MISTAKES]]


def outer_picture(inputs, expected, got, wrong):
    col, row = inputs
    column, line = ("col", np.reshape(col, (-1, 1)), "kernel"), ("row", np.reshape(row, (1, -1)), "kernel")
    return what_differs([column, "·", line, "="], expected, got, wrong)


EXERCISES = [
    Exercise(predict_separable, [Claim("the prediction", 1, [()])], PREDICT_MISTAKES),
    Exercise(outer_kernel, OUTER_CLAIMS, OUTER_MISTAKES, picture=outer_picture),
    Exercise(separable_rank, RANK_CLAIMS, RANK_MISTAKES),
    DEPTHWISE,
    Exercise(depthwise_separable, DS_CLAIMS, DS_MISTAKES),
    Exercise(params_dw_separable, DW_PARAMS_CLAIMS, DW_PARAMS_MISTAKES),
    Exercise(params_flattened, FLAT_CLAIMS, FLAT_MISTAKES),
]
