"""Chapter 8: kernels with gaps, how far they reach, and what a stack of them sees and skips."""

import itertools
import math

import numpy as np

import lib
from lib.check import Claim, Exercise, Mistake
from lib.exercises.inputs import floats, ints, quarters
from lib.exercises.pictures import what_differs
from lib.exercises.predictions import of_a_prediction

# --- the kernel with its gaps filled by zeros


def dilate_kernel(K, d):
    """K with d − 1 zeros between neighbours."""
    K = np.asarray(K, dtype=float)
    spread = np.zeros([d * (size - 1) + 1 for size in K.shape])
    spread[::d, ::d] = K
    return spread


def spread_by(K, down, across):
    """K with different steps for rows and columns."""
    K = np.asarray(K, dtype=float)
    spread = np.zeros((down * (K.shape[0] - 1) + 1, across * (K.shape[1] - 1) + 1))
    spread[::down, ::across] = K
    return spread


def in_blocks(K, d, at=0):
    """Every number of K in a d×d block of its own, at place `at` of it: zeros stand after (or before) the last too."""
    K = np.asarray(K, dtype=float)
    spread = np.zeros([d * size for size in K.shape])
    spread[at::d, at::d] = K
    return spread


def between(K, d):
    """The straight line from neighbour to neighbour in the gaps, rows first."""
    for axis in (0, 1):
        size = np.shape(K)[axis]
        at = np.arange(d * (size - 1) + 1) / d
        K = np.apply_along_axis(lambda values, at=at, size=size: np.interp(at, range(size), values), axis, K)
    return K


def held(K, d):
    """The gaps filled with the number before them."""
    return np.repeat(np.repeat(np.asarray(K, float), d, 0), d, 1)


DILATE_CLAIMS = [
    Claim("one gap", 1, lambda rng: [(np.array([[1, 2], [3, 4]]), 2), (ints(rng, 2, 3), 2)]),
    Claim("wider gaps", 1, lambda rng: [(ints(rng, 3, 2), 3), (ints(rng, 2, 4), 4)]),
    Claim("fractions, one row, one column", 1, lambda rng: [(quarters(rng, 1, 3), 3), (quarters(rng, 4, 1), 2)]),
    Claim("nothing to spread", 1, lambda rng: [(quarters(rng, 2, 3), 1), (quarters(rng, 1, 1), 4)]),
    Claim(
        "other kernels",
        1,
        lambda rng: [(floats(rng, *shape), int(rng.integers(2, 6))) for shape in [(3, 4), (2, 5), (4, 2), (1, 2)]],
        hidden=True,
    ),
]

DILATE_MISTAKES = [
    # how wide the gaps are
    Mistake(
        "d zeros between",
        "you put d zeros between neighbours. With dilation d neighbours stand d places apart: how many places lie "
        "between?",
        lambda K, d: dilate_kernel(K, d + 1),
    ),
    Mistake(
        "always one zero",
        "you put one zero between neighbours, whatever d is.",
        lambda K, d: dilate_kernel(K, 2),
    ),
    Mistake(
        "d counts the zeros less one too many",
        "your neighbours stand d − 1 places apart. They stand d apart; then d − 1 places lie between them.",
        lambda K, d: dilate_kernel(K, max(d - 1, 1)),
    ),
    Mistake(
        "d squared",
        "your neighbours stand d² places apart. Is the kernel spread twice?",
        lambda K, d: dilate_kernel(K, d * d),
    ),
    Mistake(
        "d times two",
        "your neighbours stand 2·d places apart. They stand d apart.",
        lambda K, d: dilate_kernel(K, 2 * d),
    ),
    Mistake(
        "zeros between zeros",
        "you put zeros in more than once, and the second time between the zeros as well. The numbers stand d places "
        "apart in the end.",
        lambda K, d: dilate_kernel(K, 2 ** (d - 1)),
    ),
    Mistake("not spread", "your result is K as it was.", lambda K, d: np.array(K, dtype=float)),
    Mistake(
        "thinned out",
        "you took every d-th number of K. That is a stride; dilation keeps all numbers and moves them apart.",
        lambda K, d: np.asarray(K, float)[::d, ::d],
    ),
    # zeros at the ends
    Mistake(
        "zeros after the last",
        "there are zeros after the last row and column too. Gaps lie *between* numbers only.",
        in_blocks,
    ),
    Mistake(
        "zeros before the first",
        "there are zeros before the first row and column. Gaps lie *between* numbers only.",
        lambda K, d: in_blocks(K, d, d - 1),
    ),
    Mistake(
        "zeros in the middle of blocks",
        "each number stands in the middle of a block of zeros. Gaps lie *between* numbers only; K begins and ends with "
        "its own numbers.",
        lambda K, d: in_blocks(K, d, d // 2),
    ),
    Mistake(
        "zeros all round",
        "you put zeros round the kernel, which is padding. Dilation puts them between its numbers.",
        lambda K, d: np.pad(np.asarray(K, float), d - 1),
    ),
    Mistake(
        "d zeros all round",
        "you put d zeros round the kernel, which is padding. Dilation puts zeros between its numbers.",
        lambda K, d: np.pad(np.asarray(K, float), d),
    ),
    Mistake(
        "zeros between and all round",
        "the gaps are right, but there are zeros round the kernel as well. K begins and ends with its own numbers.",
        lambda K, d: np.pad(dilate_kernel(K, d), d - 1),
    ),
    Mistake(
        "one frame of zeros",
        "the gaps are right, but there are d zeros round the kernel as well. K begins and ends with its own numbers.",
        lambda K, d: np.pad(dilate_kernel(K, d), d),
    ),
    Mistake(
        "d·k − 1 wide",
        "your result has d·k − 1 rows. That is right for d = 2 only. How many gaps lie between k numbers?",
        lambda K, d: in_blocks(K, d)[:-1, :-1],
    ),
    Mistake(
        "starts at d",
        "your numbers start at row and column d. K begins with its own first number.",
        lambda K, d: np.pad(in_blocks(K, d), ((d, 0), (d, 0)))[: d * np.shape(K)[0] + 1, : d * np.shape(K)[1] + 1],
    ),
    Mistake(
        "zeros as large as K",
        "your result is as large as K and holds zeros only. How large is the spread kernel, and were the numbers of "
        "K put in?",
        lambda K, d: np.zeros(np.shape(K)),
    ),
    # what the gaps hold
    Mistake(
        "numbers repeated",
        "you repeat each number in a block of d×d. The gaps are filled with zeros.",
        held,
    ),
    Mistake(
        "gaps hold the number before",
        "your result has the right size, but the gaps hold the number before them. They hold zeros.",
        lambda K, d: held(K, d)[: d * (np.shape(K)[0] - 1) + 1, : d * (np.shape(K)[1] - 1) + 1],
    ),
    Mistake(
        "gaps filled smoothly",
        "your gaps are filled with values between the neighbours, as in enlarging a photo. They hold zeros.",
        lambda K, d: between(np.asarray(K, float), d),
    ),
    Mistake(
        "gaps of ones",
        "your gaps are filled with ones. They hold zeros.",
        lambda K, d: np.where(dilate_kernel(np.ones(np.shape(K)), d) == 0, 1, dilate_kernel(K, d)),
    ),
    Mistake(
        "K repeated as a whole",
        "your result is K again and again, side by side. Dilation moves the numbers of one K apart.",
        lambda K, d: np.tile(np.asarray(K, float), (d, d)),
    ),
    Mistake(
        "numbers on diagonals",
        "each number stands d times, on a diagonal. It stands once, and zeros fill the gaps.",
        lambda K, d: np.kron(np.asarray(K, float), np.eye(d)),
    ),
    # rows or columns
    Mistake("only rows spread", "you spread the rows but not the columns.", lambda K, d: spread_by(K, d, 1)),
    Mistake("only columns spread", "you spread the columns but not the rows.", lambda K, d: spread_by(K, 1, d)),
    Mistake(
        "along the diagonal",
        "your numbers lie apart, but the kernel was put in as one block. Its numbers go to every d-th row and column.",
        lambda K, d: np.pad(np.asarray(K, float), [(0, (d - 1) * (size - 1)) for size in np.shape(K)]),
    ),
    # the numbers
    Mistake(
        "multiplied by d",
        "you multiplied the numbers by d. They stay as they are and move apart.",
        lambda K, d: d * np.asarray(K, float),
    ),
    Mistake(
        "spread and multiplied by d",
        "the numbers stand in the right places but are multiplied by d. They stay as they are.",
        lambda K, d: d * dilate_kernel(K, d),
    ),
    Mistake(
        "weights divided",
        "you divided the weights. They stay as they are and move apart.",
        lambda K, d: dilate_kernel(K, d) / d**2,
    ),
]

# --- how wide it is


def effective_kernel_size(k, d):
    """From the first tap to the last, both included."""
    return d * (k - 1) + 1


EFFECTIVE_CLAIMS = [
    Claim("three taps", 1, [(3, 2), (3, 4), (3, 3)]),
    Claim("other sizes", 1, [(5, 2), (2, 3), (7, 4), (4, 5)]),
    Claim("the plain kernel and the single tap", 1, [(5, 1), (1, 6), (1, 1)]),
    Claim(
        "more sizes",
        1,
        lambda rng: [(int(rng.integers(2, 12)), int(rng.integers(2, 20))) for _ in range(6)],
        hidden=True,
    ),
]

EFFECTIVE_MISTAKES = [
    # one gap, two gaps
    Mistake("k + d", "you computed k + d. Every one of the gaps gets wider, not one.", lambda k, d: k + d),
    Mistake(
        "one gap only",
        "you computed k + d − 1: that is one widened gap. How many gaps do k taps have?",
        lambda k, d: k + d - 1,
    ),
    Mistake(
        "two gaps only",
        "you computed k + 2·(d − 1): right for 3 taps, which have two gaps. How many gaps do k taps have?",
        lambda k, d: k + 2 * (d - 1),
    ),
    Mistake(
        "k + 2·d",
        "you computed k + 2·d. Between k taps are k − 1 gaps, and each holds d − 1 places.",
        lambda k, d: k + 2 * d,
    ),
    # how long a step is
    Mistake(
        "d zeros between",
        "you put d zeros between two taps. With dilation d there are d − 1: dilation 1 is the plain kernel.",
        lambda k, d: (d + 1) * (k - 1) + 1,
    ),
    Mistake(
        "d zeros after each tap",
        "you put d zeros after each tap and took one off. With dilation d there are d − 1 zeros between two taps.",
        lambda k, d: k * (d + 1) - 1,
    ),
    Mistake(
        "divided by d",
        "you divided by d. Dilation makes a kernel wider; what divides is a stride.",
        lambda k, d: (k - 1) // d + 1,
    ),
    Mistake(
        "steps to the power d",
        "you computed (k − 1) to the power d. There are k − 1 steps, each d long.",
        lambda k, d: (k - 1) ** d + 1,
    ),
    Mistake(
        "step doubled for each d",
        "you let the step double from one d to the next. With dilation d neighbouring taps stand d apart.",
        lambda k, d: 2 ** (d - 1) * (k - 1) + 1,
    ),
    Mistake(
        "k + 1 steps, less 1",
        "you computed d·(k + 1) − 1. Between k taps are k − 1 steps, each d long; then the first tap is counted too.",
        lambda k, d: d * (k + 1) - 1,
    ),
    Mistake("k to the d", "you computed k to the power d.", lambda k, d: k**d),
    # how many steps
    Mistake("d·k", "you computed d·k. Between k taps there are only k − 1 steps.", lambda k, d: d * k),
    Mistake(
        "no +1",
        "you computed d·(k − 1): the steps from the first tap to the last. Count the first tap too.",
        lambda k, d: d * (k - 1),
    ),
    Mistake("d·k − 1", "you computed d·k − 1. Draw 3 taps with dilation 3 and count.", lambda k, d: d * k - 1),
    Mistake("d·k + 1", "you computed d·k + 1. Draw 3 taps with dilation 3 and count.", lambda k, d: d * k + 1),
    Mistake(
        "one taken off",
        "you take 1 off where the first tap is added. From the first tap to the last are d·(k − 1) steps.",
        lambda k, d: d * (k - 1) - 1,
    ),
    Mistake(
        "k + 1 steps",
        "you count k + 1 steps. Between k taps are k − 1.",
        lambda k, d: d * (k + 1) + 1,
    ),
    Mistake(
        "k − 2 steps",
        "you count k − 2 steps. Between k taps are k − 1.",
        lambda k, d: d * (k - 2) + 1,
    ),
    Mistake(
        "as many gaps as taps",
        "you widened k gaps. Between k taps there are k − 1.",
        lambda k, d: k + k * d,
    ),
    Mistake(
        "k and d exchanged",
        "you exchanged k and d. There are k − 1 steps, each d long.",
        lambda k, d: k * (d - 1) + 1,
    ),
    Mistake(
        "k // 2 to each side",
        "you let the kernel reach k // 2 taps to both sides. That is right for odd k only.",
        lambda k, d: 2 * (k // 2) * d + 1,
    ),
    Mistake(
        "right for three taps only",
        "your result is right for 3 taps only. How many steps are there with k taps?",
        lambda k, d: 2 * d + 1,
    ),
    # something else is counted
    Mistake("k kept", "your result is k. That is the number of taps; asked is how far they reach.", lambda k, d: k),
    Mistake("d", "your result is d. That is one step from tap to tap.", lambda k, d: d),
    Mistake(
        "the zeros only",
        "your result is the number of zeros. Asked is the width with the taps.",
        lambda k, d: (k - 1) * (d - 1),
    ),
    Mistake(
        "the zeros and one",
        "your result counts the zeros and one tap. All k taps belong to the width.",
        lambda k, d: (k - 1) * (d - 1) + 1,
    ),
    Mistake(
        "half of it",
        "your result is how far the kernel reaches to each side of its middle. Asked is its whole width.",
        lambda k, d: d * (k - 1) // 2,
    ),
]

# --- sliding it


def corr2d_dilated(X, K, d):
    """Cross-correlation with taps d apart."""
    return lib.corr2d(np.asarray(X, dtype=float), dilate_kernel(K, d))


def plain(X, K):
    return lib.corr2d(np.asarray(X, dtype=float), np.asarray(K, dtype=float))


def like_the_right(Y, X, K, d):
    """The first rows and columns of Y, as many as the right result has."""
    return Y[: len(X) - d * (len(K) - 1), : len(X[0]) - d * (len(K[0]) - 1)]


def whole_input(X, K, d):
    """As many outputs as the plain kernel gives; taps beyond the edge read nothing."""
    extra = [(0, (d - 1) * (size - 1)) for size in np.shape(K)]
    return corr2d_dilated(np.pad(np.asarray(X, float), extra), K, d)


def cut_short(X, K, d):
    """As many outputs as the plain kernel gives; slices that reach beyond the edge are shorter."""
    X, K = np.asarray(X, float), np.asarray(K, float)
    rows, columns = plain(X, K).shape
    (h, w) = (d * (size - 1) + 1 for size in K.shape)
    return np.array([[(X[i : i + h : d, j : j + w : d] * K).sum() for j in range(columns)] for i in range(rows)])


def window(at, X, K, d):
    (i, j), (h, w) = at, np.shape(K)
    return X[i : i + d * (h - 1) + 1 : d, j : j + d * (w - 1) + 1 : d]


EXAMPLE = np.array([[1, 3, 0, 2, 5, 4, 1], [2, 0, 1, -1, 3, 2, 2], [0, 1, 4, 2, -2, 1, 5], [3, -1, 2, 0, 1, 6, 2]])

CORR_CLAIMS = [
    Claim(
        "two rows of taps", 1, [(EXAMPLE, np.array([[1, -1], [2, 3]]), 2), (EXAMPLE.T, np.array([[-2, 1], [0, 3]]), 2)]
    ),
    Claim("one row, one column", 1, [(EXAMPLE, np.array([[1, -1, 2]]), 2), (EXAMPLE.T, np.array([[1], [-2]]), 3)]),
    Claim(
        "rows and columns",
        1,
        lambda rng: [(ints(rng, 7, 6), ints(rng, 3, 2), 2), (ints(rng, 6, 8), ints(rng, 2, 3), 3)],
    ),
    Claim(
        "dilation 1, and fractions",
        1,
        lambda rng: [
            (ints(rng, 4, 6), ints(rng, 3, 2), 1),
            (ints(rng, 6, 7), quarters(rng, 2, 2), 3),
            (quarters(rng, 5, 7), ints(rng, 3, 3), 2),
        ],
    ),
    Claim(
        "other images and kernels",
        2,
        lambda rng: [
            (floats(rng, 9, int(rng.integers(10, 13))), floats(rng, 3, 2), 3),
            (ints(rng, int(rng.integers(7, 10)), 8), floats(rng, 2, 4), 2),
            (floats(rng, 9, 10), ints(rng, 2, 2), 4),
        ],
        hidden=True,
    ),
]

CORR_MISTAKES = [
    # stride or dilation
    Mistake(
        "stride instead",
        "your window jumps by d and its taps lie side by side. That is a stride; dilation moves the taps apart and the "
        "window still moves by one.",
        lambda X, K, d: plain(X, K)[::d, ::d],
    ),
    Mistake(
        "dilation and stride",
        "your result has every d-th row and column of the right one. Does your window jump by d, or did you thin out X "
        "before you slid K over it? The window starts at every pixel.",
        lambda X, K, d: corr2d_dilated(X, K, d)[::d, ::d],
    ),
    Mistake(
        "dilation ignored",
        "d plays no part in your result: the taps lie side by side.",
        lambda X, K, d: plain(X, K),
    ),
    Mistake(
        "plain kernel, dilated size",
        "your result has the right size, but the taps lie side by side in it.",
        lambda X, K, d: like_the_right(plain(X, K), X, K, d),
    ),
    Mistake(
        "d − 1 apart",
        "your taps stand d − 1 apart. With dilation d they stand d apart, with d − 1 places between.",
        lambda X, K, d: corr2d_dilated(X, K, max(d - 1, 1)),
    ),
    Mistake(
        "kernel thinned out",
        "your result has the right size, but you take every d-th number of K. Dilation keeps all numbers of K and "
        "moves them apart.",
        lambda X, K, d: like_the_right(plain(X, np.asarray(K)[::d, ::d]), X, K, d),
    ),
    Mistake(
        "always dilation 2",
        "your taps stand 2 apart, whatever d is.",
        lambda X, K, d: corr2d_dilated(X, K, 2),
    ),
    # how the kernel is spread
    Mistake(
        "d zeros between",
        "your taps stand d + 1 apart, with d zeros between. With dilation d they stand d apart.",
        lambda X, K, d: corr2d_dilated(X, K, d + 1),
    ),
    Mistake(
        "kernel with zeros at its end",
        "your kernel has zeros after its last row and column, so some windows at the edge are missing. Gaps lie "
        "between "
        "taps only.",
        lambda X, K, d: lib.corr2d(np.asarray(X, float), in_blocks(K, d)),
    ),
    Mistake(
        "numbers repeated",
        "your kernel repeats each number in a d×d block. The gaps of a dilated kernel read nothing.",
        lambda X, K, d: lib.corr2d(np.asarray(X, float), held(K, d)),
    ),
    Mistake(
        "gaps hold the number before",
        "the gaps of your kernel hold the number before them. The gaps of a dilated kernel read nothing.",
        lambda X, K, d: lib.corr2d(np.asarray(X, float), held(K, d)[: d * (len(K) - 1) + 1, : d * (len(K[0]) - 1) + 1]),
    ),
    Mistake(
        "only rows spread",
        "your taps stand d apart from top to bottom, but side by side from left to right.",
        lambda X, K, d: plain(X, spread_by(K, d, 1)),
    ),
    Mistake(
        "only columns spread",
        "your taps stand d apart from left to right, but directly below each other.",
        lambda X, K, d: plain(X, spread_by(K, 1, d)),
    ),
    Mistake(
        "image spread",
        "you spread X, not K.",
        lambda X, K, d: plain(dilate_kernel(X, d), K),
    ),
    Mistake(
        "both spread",
        "you spread X as well as K.",
        lambda X, K, d: plain(dilate_kernel(X, d), dilate_kernel(K, d)),
    ),
    Mistake(
        "a true convolution without gaps",
        "your kernel is flipped and has no gaps. Lay it down as it is, with its taps d apart.",
        lambda X, K, d: plain(X, np.asarray(K)[::-1, ::-1]),
    ),
    # the border
    Mistake(
        "d·k for the width",
        "the last rows and columns of the result are missing: you take d·k for the width of the kernel. Between k taps "
        "there are k − 1 gaps.",
        lambda X, K, d: corr2d_dilated(X, K, d)[: len(X) - d * len(K) + 1, : len(X[0]) - d * len(K[0]) + 1],
    ),
    Mistake(
        "d·k for the width, no +1",
        "the last d rows and columns of the result are missing. The kernel is d·(k − 1) + 1 wide, and a window as "
        "wide as "
        "X still has one place.",
        lambda X, K, d: corr2d_dilated(X, K, d)[:-d, :-d],
    ),
    Mistake(
        "taps beyond the edge",
        "your result is as large as with the plain kernel, so its last windows reach beyond X. With its gaps the "
        "kernel "
        "is d·(k − 1) + 1 wide: how many places has it?",
        whole_input,
    ),
    Mistake(
        "windows cut short at the edge",
        "your result is as large as with the plain kernel. The last windows reach beyond X, and NumPy cuts such "
        "slices short without a word. How many places has the spread kernel?",
        lambda X, K, d: cut_short(X, K, d),
    ),
    Mistake(
        "border repeated",
        "your result is larger: the pixels at the border are repeated. Here the window stays inside X.",
        lambda X, K, d: corr2d_dilated(
            np.pad(np.asarray(X, float), [(d * (size - 1) // 2,) * 2 for size in np.shape(K)], "edge"), K, d
        ),
    ),
    # the sum
    Mistake(
        "mean over the zeros too",
        "your result is the mean of the products, zeros in the gaps included. Products are added.",
        lambda X, K, d: corr2d_dilated(X, K, d) / dilate_kernel(K, d).size,
    ),
    Mistake(
        "multiplied by d",
        "your result is d times the right one. Dilation moves the taps, it does not weigh them.",
        lambda X, K, d: d * corr2d_dilated(X, K, d),
    ),
]

# --- stacks of them


def stack_rf(k, dilations):
    """The receptive field of layers with k taps each, stride 1."""
    return lib.receptive_field([(k, 1, 0, d) for d in dilations]).size


STACK_CLAIMS = [
    Claim("dilations 1, 2, 4", 1, [(3, [1, 2, 4]), (3, [1, 2, 4, 8])]),
    Claim("other dilations", 1, [(3, [2, 2, 2]), (2, [1, 3, 5]), (5, [2, 1]), (4, [3, 1, 6, 2])]),
    Claim("one layer, none, a single tap", 1, [(3, [5]), (4, []), (1, [2, 4])]),
    Claim(
        "other stacks",
        1,
        lambda rng: [(int(rng.integers(2, 8)), rng.integers(1, 10, n).tolist()) for n in (2, 3, 4, 6)],
        hidden=True,
    ),
]


def compounded(k, dilations, own):
    """The field if a dilation spread the layers above it, as a stride does."""
    size, step = 1, 1
    for d in dilations:
        size += (k - 1) * (step * d if own else step)
        step *= d
    return size


STACK_MISTAKES = [
    # stacking
    Mistake(
        "compounds like strides",
        "you multiply a dilation by those below it. Only strides spread the layers above them; with stride 1 each "
        "layer's "
        "values stand 1 apart, whatever the dilation below.",
        lambda k, dilations: compounded(k, dilations, True),
    ),
    Mistake(
        "compounds, own dilation left out",
        "you treat dilations as strides: each layer grows by the product of the dilations below it. Each grows by its "
        "own.",
        lambda k, dilations: compounded(k, dilations, False),
    ),
    Mistake(
        "widths added",
        "you added the widths of the dilated kernels. Neighbouring windows overlap: each layer adds its width less 1.",
        lambda k, dilations: sum(d * (k - 1) + 1 for d in dilations),
    ),
    Mistake(
        "widths added to 1",
        "you added the widths of the dilated kernels to 1. Each layer adds its width less 1.",
        lambda k, dilations: 1 + sum(d * (k - 1) + 1 for d in dilations),
    ),
    Mistake(
        "widths multiplied",
        "you multiplied the widths of the dilated kernels. Neighbouring windows overlap; growth is added.",
        lambda k, dilations: math.prod(d * (k - 1) + 1 for d in dilations),
    ),
    Mistake(
        "dilations multiplied",
        "you multiplied the dilations. The layers' growths are added.",
        lambda k, dilations: 1 + (k - 1) * math.prod(dilations),
    ),
    Mistake(
        "kernels multiplied",
        "your result is k to the power of the number of layers. Growth is added.",
        lambda k, dilations: k ** len(dilations),
    ),
    Mistake("kernels added", "your result is k for every layer, added.", lambda k, dilations: k * len(dilations)),
    Mistake("dilations added", "your result is the sum of the dilations.", lambda k, dilations: sum(dilations)),
    # where it starts
    Mistake(
        "no one to start with",
        "your result is 1 too small. With no layer an output is one input.",
        lambda k, dilations: stack_rf(k, dilations) - 1,
    ),
    Mistake(
        "starts with k",
        "you start with k and add every layer's growth. The field starts with 1 input.",
        lambda k, dilations: k + (k - 1) * sum(dilations),
    ),
    Mistake(
        "no layer sees k",
        "without a layer your result is k. An output without any layer is an input: it sees itself.",
        lambda k, dilations: stack_rf(k, dilations) if dilations else k,
    ),
    Mistake(
        "no layer sees nothing",
        "without a layer your result is 0. An output without any layer is an input: it sees itself.",
        lambda k, dilations: stack_rf(k, dilations) if dilations else 0,
    ),
    Mistake(
        "the one multiplied too",
        "you multiply the 1 by k − 1 as well. The field starts with one input; only the dilations are multiplied.",
        lambda k, dilations: (k - 1) * (1 + sum(dilations)),
    ),
    # what a layer adds
    Mistake(
        "d·k",
        "each layer of yours adds d·k. Between k taps there are k − 1 gaps.",
        lambda k, dilations: 1 + k * sum(dilations),
    ),
    Mistake(
        "d·k − 1",
        "each layer of yours adds d·k − 1. Between k taps there are k − 1 gaps, each d wide.",
        lambda k, dilations: 1 + sum(d * k - 1 for d in dilations),
    ),
    Mistake(
        "d zeros between",
        "you count dilation from 0, with d zeros between taps. dilation=1 is the plain kernel.",
        lambda k, dilations: 1 + sum((d + 1) * (k - 1) for d in dilations),
    ),
    Mistake(
        "one gap per layer",
        "you widened one gap per layer. A layer with k taps has k − 1 gaps.",
        lambda k, dilations: 1 + sum(k - 1 + d - 1 for d in dilations),
    ),
    Mistake(
        "the zeros only",
        "each layer of yours adds the zeros in its gaps only. It adds its steps: d·(k − 1).",
        lambda k, dilations: 1 + sum((k - 1) * (d - 1) for d in dilations),
    ),
    Mistake(
        "growth doubled",
        "your growth is twice the right one: a layer adds d·(k − 1) in all, not on each side.",
        lambda k, dilations: 1 + 2 * (k - 1) * sum(dilations),
    ),
    Mistake(
        "k // 2 to each side",
        "you let each layer reach k // 2 taps to both sides. That is right for odd k only.",
        lambda k, dilations: 1 + 2 * (k // 2) * sum(dilations),
    ),
    Mistake(
        "d + k − 1",
        "each layer of yours adds d + k − 1. It adds k − 1 steps, *each* d long.",
        lambda k, dilations: 1 + sum(d + k - 1 for d in dilations),
    ),
    Mistake(
        "k − 2 steps",
        "each layer of yours has k − 2 steps. Between k taps are k − 1.",
        lambda k, dilations: 1 + (k - 2) * sum(dilations),
    ),
    Mistake(
        "k + 1 steps",
        "each layer of yours has k + 1 steps. Between k taps are k − 1.",
        lambda k, dilations: 1 + (k + 1) * sum(dilations),
    ),
    Mistake(
        "k and the gaps",
        "you start with k and add the places in the gaps. Start with 1; each layer adds its steps: d·(k − 1).",
        lambda k, dilations: k + (k - 1) * sum(d - 1 for d in dilations),
    ),
    Mistake(
        "k for every dilation",
        "your result is k times the sum of the dilations. Start at 1, and let each layer add d·(k − 1).",
        lambda k, dilations: k * sum(dilations),
    ),
    # which layers
    Mistake(
        "last layer only",
        "your result is the width of the last layer. All layers add to the field.",
        lambda k, dilations: stack_rf(k, dilations[-1:]),
    ),
    Mistake(
        "first layer only",
        "your result is the width of the first layer. Is there a `return` inside the loop?",
        lambda k, dilations: stack_rf(k, dilations[:1]),
    ),
    Mistake(
        "widest layer only",
        "your result is the width of the widest layer. All layers add to the field.",
        lambda k, dilations: max([d * (k - 1) + 1 for d in dilations], default=1),
    ),
    Mistake(
        "first layer not dilated",
        "you took the first layer as not dilated.",
        lambda k, dilations: stack_rf(k, [1, *dilations[1:]] if dilations else []),
    ),
    Mistake(
        "last layer left out",
        "your result leaves the last layer out.",
        lambda k, dilations: stack_rf(k, dilations[:-1]),
    ),
    Mistake(
        "first layer left out",
        "your result leaves the first layer out.",
        lambda k, dilations: stack_rf(k, dilations[1:]),
    ),
    # which dilations
    Mistake(
        "dilations ignored",
        "the dilations play no part in your result.",
        lambda k, dilations: 1 + (k - 1) * len(dilations),
    ),
    Mistake(
        "largest dilation everywhere",
        "you used the largest dilation for every layer.",
        lambda k, dilations: 1 + (k - 1) * max(dilations, default=0) * len(dilations),
    ),
    Mistake(
        "last dilation everywhere",
        "you used the last dilation for every layer.",
        lambda k, dilations: 1 + (k - 1) * ([0, *dilations][-1]) * len(dilations),
    ),
    Mistake(
        "first dilation everywhere",
        "you used the first dilation for every layer.",
        lambda k, dilations: 1 + (k - 1) * sum(dilations[:1]) * len(dilations),
    ),
    Mistake(
        "as if dilations doubled",
        "your result takes the dilations for 1, 2, 4, …, whatever the list says.",
        lambda k, dilations: 1 + (k - 1) * (2 ** len(dilations) - 1),
    ),
    # right by chance
    Mistake(
        "only for three taps",
        "your formula 1 + 2·Σd is right for 3 taps only.",
        lambda k, dilations: 1 + 2 * sum(dilations),
    ),
    Mistake(
        "only for doubling",
        "your formula is right for 3 taps and dilations 1, 2, 4, … only.",
        lambda k, dilations: 2 ** (len(dilations) + 1) - 1,
    ),
    # something else is counted
    Mistake(
        "inputs that are seen",
        "your result counts the inputs that are read. The receptive field spans from the first to the last, gaps "
        "included.",
        lambda k, dilations: len(inputs_seen(k, dilations)),
    ),
]

# --- what they skip


def inputs_seen(k, dilations):
    """The places, from 0 for the leftmost, of the inputs that one output reads."""
    seen = {0}
    for d in dilations:
        seen = {place + tap * d for place in seen for tap in range(k)}
    return sorted(seen)


SEEN_CLAIMS = [
    Claim("one layer", 1, [(3, [2]), (2, [3]), (4, [1])]),
    Claim("the same dilation twice", 1, [(3, [2, 2]), (2, [3, 3])]),
    Claim("different dilations", 1, [(3, [1, 2]), (2, [1, 4]), (3, [1, 5]), (2, [4, 1, 7])]),
    Claim("no layer, a single tap", 1, [(3, []), (1, [4, 2])]),
    Claim(
        "other stacks",
        2,
        lambda rng: [(k, rng.integers(1, 9, n).tolist()) for k, n in ((2, 2), (3, 2), (2, 4), (4, 3))],
        hidden=True,
    ),
]


def paths(k, dilations):
    """The place at the end of every path, one for each."""
    return sorted(sum(steps) for steps in itertools.product(*[[tap * d for tap in range(k)] for d in dilations]))


def discovered(k, dilations):
    """The place at the end of every path, layer after layer, as a walk finds them."""
    places = [0]
    for d in dilations:
        places = [place + tap * d for place in places for tap in range(k)]
    return places


def strided_seen(k, dilations):
    seen, step = {0}, 1
    for d in dilations:
        step *= d
        seen = {place + tap * step for place in seen for tap in range(k)}
    return sorted(seen)


SEEN_MISTAKES = [
    # which places
    Mistake(
        "no gaps",
        "your list has every place of the receptive field. Are all of them read? Follow the taps down, one by one.",
        lambda k, dilations: list(range(stack_rf(k, dilations))),
    ),
    Mistake(
        "only the skipped",
        "your list has the places that are *skipped*. Asked are those that are read.",
        lambda k, dilations: [n for n in range(stack_rf(k, dilations)) if n not in inputs_seen(k, dilations)],
    ),
    Mistake(
        "every d-th place",
        "you step through the field by one of the dilations. With different dilations the steps mix; follow the taps.",
        lambda k, dilations: list(range(0, stack_rf(k, dilations), max(dilations, default=1))),
    ),
    Mistake(
        "every place of the smallest step",
        "you step through the field by the smallest dilation. Not every multiple of it can be reached; follow the "
        "taps.",
        lambda k, dilations: list(range(0, stack_rf(k, dilations), min(dilations, default=1))),
    ),
    Mistake(
        "only the output",
        "your list has place 0 alone, as if there were no layer.",
        lambda k, dilations: [0],
    ),
    Mistake(
        "taps of the layers, not their sums",
        "you put the taps of all layers together in one list. A path takes one tap in *every* layer; its steps add up.",
        lambda k, dilations: sorted({0} | {tap * d for d in dilations for tap in range(k)}),
    ),
    # paths
    Mistake(
        "each path listed",
        "some places stand in your list more than once: several paths lead to them. List each place once.",
        paths,
    ),
    Mistake(
        "each path listed, not in order",
        "some places stand in your list more than once, and they are not in order. List each place once, leftmost "
        "first.",
        lambda k, dilations: discovered(k, dilations),
    ),
    Mistake(
        "in order of discovery",
        "the right places, but in the order in which you found them. The leftmost comes first.",
        lambda k, dilations: list(dict.fromkeys(discovered(k, dilations))),
    ),
    Mistake(
        "number of paths",
        "your list counts the paths to each place. Asked are the places to which any path leads.",
        lambda k, dilations: [paths(k, dilations).count(n) for n in range(stack_rf(k, dilations))],
    ),
    # which layers
    Mistake(
        "last layer only",
        "your list has the taps of the last layer. Each of them is a value of the layer below, with taps of its own.",
        lambda k, dilations: inputs_seen(k, dilations[-1:]),
    ),
    Mistake(
        "first layer only",
        "your list has the taps of the first layer only.",
        lambda k, dilations: inputs_seen(k, dilations[:1]),
    ),
    Mistake(
        "last layer left out",
        "your list leaves the last layer out.",
        lambda k, dilations: inputs_seen(k, dilations[:-1]),
    ),
    Mistake(
        "no layer reads nothing",
        "without a layer your list is empty. An output without any layer is an input: it reads place 0.",
        lambda k, dilations: inputs_seen(k, dilations) if dilations else [],
    ),
    # the taps
    Mistake(
        "one tap too many",
        "every layer of yours has k + 1 taps.",
        lambda k, dilations: inputs_seen(k + 1, dilations),
    ),
    Mistake(
        "one tap too few",
        "every layer of yours has k − 1 taps.",
        lambda k, dilations: inputs_seen(k - 1, dilations),
    ),
    Mistake(
        "the same tap in every layer",
        "your paths take the same tap in every layer. A path may take another tap in each; every choice counts.",
        lambda k, dilations: sorted({tap * sum(dilations) for tap in range(k)}),
    ),
    Mistake(
        "first and last place only",
        "your list has the first and the last place only. Which places between them are read?",
        lambda k, dilations: sorted({0, stack_rf(k, dilations) - 1}),
    ),
    Mistake(
        "outer taps only",
        "your layers have only their first and their last tap. All k taps are read.",
        lambda k, dilations: inputs_seen(min(k, 2), [d * (k - 1) for d in dilations]) if k > 1 else [0],
    ),
    Mistake(
        "always two taps",
        "your layers always have two taps. They have k.",
        lambda k, dilations: inputs_seen(2, dilations),
    ),
    Mistake(
        "taps counted from 1",
        "your taps are numbered 1 to k. The first tap is number 0: it reads place n itself.",
        lambda k, dilations: [n + sum(dilations) for n in inputs_seen(k, dilations)],
    ),
    Mistake(
        "tap plus dilation",
        "you add a tap's number and the dilation. Tap number a stands a *times* d after the first.",
        lambda k, dilations: sorted(
            {sum(step) for step in itertools.product(*[[tap + d for tap in range(k)] for d in dilations])}
        ),
    ),
    # the dilations
    Mistake(
        "compounds like strides",
        "you multiply a dilation by those of the other layers. Only strides do that; each layer's taps stand its own d "
        "apart.",
        strided_seen,
    ),
    Mistake(
        "d zeros between",
        "your taps stand d + 1 apart, with d places between. With dilation d they stand d apart.",
        lambda k, dilations: inputs_seen(k, [d + 1 for d in dilations]),
    ),
    Mistake(
        "dilations ignored",
        "the dilations play no part in your result.",
        lambda k, dilations: inputs_seen(k, [1] * len(dilations)),
    ),
    # how places are counted
    Mistake(
        "counted from 1",
        "you count places from 1. The leftmost is 0.",
        lambda k, dilations: [n + 1 for n in inputs_seen(k, dilations)],
    ),
    Mistake(
        "counted from the middle",
        "you count places from the middle of the field. The leftmost is 0.",
        lambda k, dilations: [n - (stack_rf(k, dilations) - 1) // 2 for n in inputs_seen(k, dilations)],
    ),
    Mistake(
        "last place missing",
        "the last place is missing from your list. A kernel with k taps has one at (k − 1)·d.",
        lambda k, dilations: inputs_seen(k, dilations)[:-1],
    ),
    Mistake(
        "first place missing",
        "place 0 is missing from your list.",
        lambda k, dilations: inputs_seen(k, dilations)[1:],
    ),
    Mistake(
        "counted to the left",
        "your places are negative: you walk to the left. Place 0 is the leftmost; walk to the right.",
        lambda k, dilations: sorted(-n for n in inputs_seen(k, dilations)),
    ),
    Mistake(
        "largest first",
        "the right places, in the wrong order. The leftmost comes first.",
        lambda k, dilations: inputs_seen(k, dilations)[::-1],
    ),
    # the result
    Mistake(
        "the number of them",
        "your result is how many places are read. Asked are the places, in a list.",
        lambda k, dilations: len(inputs_seen(k, dilations)),
    ),
    Mistake(
        "True and False",
        "your list says for each place whether it is read. Asked are the places that are.",
        lambda k, dilations: [n in inputs_seen(k, dilations) for n in range(stack_rf(k, dilations))],
    ),
    Mistake(
        "one and 0 for places",
        "your list says with 1 and 0 for each place whether it is read. Asked are the places that are.",
        lambda k, dilations: [int(n in inputs_seen(k, dilations)) for n in range(stack_rf(k, dilations))],
    ),
]

# --- the prediction


def predict_dilated():
    """A 5×5 kernel with dilation 2 on a 28×28 image: its width, its weights, the output's width."""
    return predicted_dilated(effective_kernel_size)


def predicted_dilated(width):
    """What somebody predicts who takes a kernel for width(k, d) wide."""
    return [width(5, 2), 25, 28 - width(5, 2) + 1]


KNOWN_PREDICTIONS = [
    Mistake(
        "d·k",
        "you took 10 for the width. Between five taps there are four steps of 2, with one place inside each.",
        lambda: [10, 25, 19],
    ),
    Mistake(
        "dilation ignored",
        "you computed a plain 5×5 kernel. Where do its taps lie when they stand 2 apart?",
        lambda: [5, 25, 24],
    ),
    Mistake(
        "output of the plain kernel",
        "the width is right, but your output is that of a plain 5×5 kernel. How many places has a window as wide as "
        "you say?",
        lambda: [9, 25, 24],
    ),
    Mistake(
        "weights in the gaps",
        "you count weights in the gaps. The gaps read nothing: dilation adds no weights.",
        lambda: [9, 81, 20],
    ),
    Mistake(
        "no place for the last window",
        "a window that is w wide has 28 − w + 1 places, not 28 − w.",
        lambda: [9, 25, 19],
    ),
    Mistake(
        "stride instead",
        "you divided by 2. That is what a stride does; dilation spreads the taps, and the window moves by one.",
        lambda: [9, 25, 10],
    ),
    Mistake(
        "width of a stride",
        "your output is that of a plain 5×5 kernel with stride 2. Dilation spreads the taps; the window moves by one.",
        lambda: [9, 25, 12],
    ),
    Mistake("stride and plain width", "you computed a stride of 2. Dilation spreads the taps.", lambda: [5, 25, 12]),
    Mistake(
        "no +1 in the width",
        "from the first to the last tap are 8 steps; that makes one place more.",
        lambda: [8, 25, 21],
    ),
    Mistake("same size", "the output is 28 wide only if zeros are added at the border.", lambda: [9, 25, 28]),
    Mistake("one row of weights", "the kernel has rows and columns: count all of its weights.", lambda: [9, 5, 20]),
    Mistake("one gap", "you widened one gap. Five taps have four gaps.", lambda: [6, 25, 23]),
    Mistake("areas", "your first and last number are areas. Asked are widths.", lambda: [81, 25, 400]),
    Mistake(
        "weights times dilation",
        "you multiplied the weights by the dilation. The gaps hold no weights.",
        lambda: [9, 50, 20],
    ),
    Mistake(
        "a wide kernel full of weights",
        "your kernel is 10 wide and full of weights. It has five taps each way, and its gaps hold none.",
        lambda: [10, 100, 19],
    ),
    Mistake(
        "two rows of weights",
        "the kernel has five rows and five columns: count all of its weights.",
        lambda: [9, 10, 20],
    ),
    Mistake(
        "one place too many",
        "a window that is 9 wide starts at 0, 1, 2 and so on. Where does the last one start? How many places are that?",
        lambda: [9, 25, 21],
    ),
]


def spread_picture(inputs, expected, got, wrong):
    K, d = inputs
    return what_differs([(f"K, d = {d}", K, "kernel"), "→"], expected, got, wrong)


def corr_picture(inputs, expected, got, wrong):
    X, K, d = inputs
    return what_differs(
        [("X", X, "input"), "⋆", ("K with its gaps", dilate_kernel(K, d), "kernel"), "="], expected, got, wrong
    )


def tower_picture(inputs, expected, got, wrong):
    """What one output reads through the stack; None where there is no layer, or too wide a field to read."""
    from lib import draw

    k, dilations = inputs
    size = stack_rf(k, dilations)
    return draw.tower([(k, 1, 0, d) for d in dilations], size, 0) if dilations and size <= 40 else None


WIDTH = Exercise(effective_kernel_size, EFFECTIVE_CLAIMS, EFFECTIVE_MISTAKES)
OTHER_PREDICTIONS = of_a_prediction(predict_dilated, predicted_dilated, WIDTH, KNOWN_PREDICTIONS)

EXERCISES = [
    Exercise(predict_dilated, [Claim("the prediction", 1, [()])], KNOWN_PREDICTIONS + OTHER_PREDICTIONS),
    Exercise(dilate_kernel, DILATE_CLAIMS, DILATE_MISTAKES, picture=spread_picture),
    WIDTH,
    Exercise(corr2d_dilated, CORR_CLAIMS, CORR_MISTAKES, slides=2, window=window, picture=corr_picture),
    Exercise(stack_rf, STACK_CLAIMS, STACK_MISTAKES, picture=tower_picture),
    Exercise(inputs_seen, SEEN_CLAIMS, SEEN_MISTAKES, picture=tower_picture),
]
