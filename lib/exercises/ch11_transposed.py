"""Chapter 11: transposed convolution, its size, and the matrix behind its name."""

import numpy as np

import lib
from lib.check import Claim, Exercise, Mistake
from lib.exercises.inputs import floats, ints, quarters
from lib.exercises.predictions import of_a_prediction

# --- stamps


def corr2d_transpose(X, K, stride=1, padding=0, output_padding=0):
    """Every number of X adds its multiple of K to a window of the output."""
    X, K = np.asarray(X, dtype=float), np.asarray(K, dtype=float)
    return lib.conv_transpose2d(X[None], K[None, None], stride=stride, padding=padding, output_padding=output_padding)[
        0
    ]


def window(at, X, K, stride=1, padding=0, output_padding=0):
    """The numbers of X whose stamps touch one output element."""
    spans = []
    for place, n, k in zip(at, X.shape, K.shape, strict=True):
        touching = [i for i in range(n) if 0 <= place + padding - i * stride < k]
        spans.append(touching)
    return X[np.ix_(*spans)]


TRANSPOSE_CLAIMS = [
    Claim(
        "the example of the chapter",
        1,
        [(np.array([[1, -2], [3, 2]]), np.array([[1, 2, 0], [0, -1, 1], [2, 0, 1]]))],
    ),
    Claim(
        "images and kernels that are not square",
        1,
        lambda rng: [(ints(rng, 2, 3), ints(rng, 3, 2)), (ints(rng, 4, 2), ints(rng, 2, 3))],
    ),
    Claim(
        "stride",
        1,
        lambda rng: [
            (ints(rng, 2, 3), ints(rng, 3, 2), 2),
            (ints(rng, 3, 2), ints(rng, 2, 4), 3),
            (ints(rng, 2, 4), ints(rng, 3, 5), 2),
        ],
    ),
    Claim(
        "padding cuts off",
        1,
        lambda rng: [
            (ints(rng, 3, 4), ints(rng, 4, 3), 1, 1),
            (ints(rng, 3, 2), ints(rng, 3, 4), 2, 1),
            (ints(rng, 4, 3), ints(rng, 5, 6), 2, 2),
        ],
    ),
    Claim(
        "output padding",
        1,
        lambda rng: [
            (ints(rng, 3, 2), ints(rng, 3, 4), 2, 1, 1),
            (ints(rng, 2, 3), ints(rng, 5, 4), 3, 1, 2),
            (ints(rng, 2, 3), ints(rng, 3, 2), 2, 0, 1),
        ],
    ),
    Claim("whole numbers in, fractions out", 1, lambda rng: [(ints(rng, 2, 3), quarters(rng, 3, 2), 2, 1)]),
    Claim(
        "other images, kernels and options",
        2,
        lambda rng: [
            (floats(rng, *rng.integers(2, 6, 2)), floats(rng, h, w), s, p, op)
            for h, w, s, p, op in [
                (2, 3, 1, 0, 0),
                (4, 3, 2, 1, 0),
                (4, 5, 3, 1, 1),
                (6, 5, 2, 2, 1),
                (1, 2, 4, 0, 3),
            ]
        ],
        hidden=True,
    ),
]


def stamps(X, K, stride=1, padding=0, output_padding=0, combine=np.add, stamp=np.multiply, steps=None):
    """Like corr2d_transpose, with another way to make the stamps, to put them on each other, or to step."""
    X, K = np.asarray(X, dtype=float), np.asarray(K, dtype=float)
    (H, W), (h, w) = X.shape, K.shape
    down, across = steps or (stride, stride)
    Y = np.full(((H - 1) * down + h + output_padding, (W - 1) * across + w + output_padding), np.nan)
    for i, j in np.ndindex(H, W):
        here = Y[i * down : i * down + h, j * across : j * across + w]
        new = stamp(X[i, j], K)
        here[:] = np.where(np.isnan(here), new, combine(here, new))
    return cut(np.nan_to_num(Y), padding, output_padding)


def cut(Y, padding, output_padding):
    """Take the padding off a whole output that has room for the output padding already."""
    return Y[padding : len(Y) - padding, padding : Y.shape[1] - padding]


def whole(X, K, stride, output_padding=0):
    """The output before anything is cut off."""
    return stamps(X, K, stride, 0, output_padding)


def cut_rows(Y, padding):
    return Y[padding : len(Y) - padding]


def to_size(Y, start, rows, columns):
    """A piece of Y from (start, start) on, filled up with zeros where Y ends."""
    piece = Y[start : start + rows, start : start + columns]
    return np.pad(piece, [(0, rows - piece.shape[0]), (0, columns - piece.shape[1])])


def crowded(X, K, stride, output_padding):
    """Stamps that are `stride` apart from top to bottom only, on an output of the right size."""
    Y = stamps(X, K, steps=(stride, 1))
    missing = (stride - 1) * (X.shape[1] - 1)
    return np.pad(Y, [(0, output_padding), (0, missing + output_padding)])


def lopsided(Y, padding, extra, **uncut):
    """The whole output with one of its sides left uncut."""
    sides = dict.fromkeys(("top", "bottom", "left", "right"), padding) | uncut
    Y = np.pad(Y, [(0, extra)] * 2)
    return Y[sides["top"] : len(Y) - sides["bottom"], sides["left"] : Y.shape[1] - sides["right"]]


def gathered(X, K, stride, padding, output_padding, border=None, last=False):
    """The other way: stuff zeros between the numbers, a border round them, then slide the turned kernel."""
    X, K = np.asarray(X, dtype=float), np.asarray(K, dtype=float)
    H, W = X.shape
    stuffed = np.zeros((H * stride, W * stride) if last else ((H - 1) * stride + 1, (W - 1) * stride + 1))
    stuffed[::stride, ::stride] = X
    sides = [border or (k - 1 - padding, k - 1 - padding + output_padding) for k in K.shape]
    return lib.corr2d(np.pad(stuffed, sides), K[::-1, ::-1])


def overlap_counts(X, K, stride, padding, output_padding):
    """How many stamps touch each output, at least 1."""
    return np.maximum(corr2d_transpose(np.ones(X.shape), np.ones(K.shape), stride, padding, output_padding), 1)


def with_zeros_at(before, after):
    """A counter-model whose output padding is rows and columns of zeros."""

    def model(X, K, stride=1, padding=0, output_padding=0):
        Y = corr2d_transpose(X, K, stride, padding)
        return np.pad(Y, [(before * output_padding, after * output_padding)] * 2)

    return model


def shaped(change):
    """A counter-model that works on other arguments: `change` of (X, K, stride, padding, output_padding)."""

    def model(X, K, stride=1, padding=0, output_padding=0):
        return corr2d_transpose(*change(X, K, stride, padding, output_padding))

    return model


def after(change):
    """A counter-model that changes the right result: `change` of (Y, X, K, stride, padding, output_padding)."""

    def model(X, K, stride=1, padding=0, output_padding=0):
        return change(corr2d_transpose(X, K, stride, padding, output_padding), X, K, stride, padding, output_padding)

    return model


def combined(**options):
    """A counter-model that uses `stamps` with other options."""

    def model(X, K, stride=1, padding=0, output_padding=0):
        return stamps(X, K, stride, padding, output_padding, **options)

    return model


def cropped(crop):
    """A counter-model that cuts the whole output in another way: `crop` of (Y, padding, output_padding)."""

    def model(X, K, stride=1, padding=0, output_padding=0):
        return crop(whole(X, K, stride), padding, output_padding)

    return model


TRANSPOSE_MISTAKES = [
    # the kernel
    Mistake(
        "kernel turned",
        "your kernel is turned by half a turn. If you stuffed zeros between the numbers and slid a window: the window "
        "needs the turned kernel. If you made stamps: a stamp is the kernel as it is.",
        shaped(lambda X, K, *rest: (X, K[::-1, ::-1], *rest)),
    ),
    Mistake(
        "kernel flipped top to bottom",
        "your kernel is flipped top to bottom. A stamp is the kernel as it is.",
        shaped(lambda X, K, *rest: (X, K[::-1], *rest)),
    ),
    Mistake(
        "kernel flipped left to right",
        "your kernel is flipped left to right. A stamp is the kernel as it is.",
        shaped(lambda X, K, *rest: (X, K[:, ::-1], *rest)),
    ),
    Mistake(
        "kernel transposed",
        'you used K.T. "Transposed" speaks of the large matrix behind the convolution, not of the kernel.',
        shaped(lambda X, K, *rest: (X, K.T, *rest)),
    ),
    Mistake(
        "image and kernel exchanged",
        "you stamp X for each number of K. With stride 1 that is the same; with a larger stride it is not.",
        shaped(lambda X, K, *rest: (K, X, *rest)),
    ),
    # what a stamp is
    Mistake(
        "input left out",
        "each stamp is the kernel itself: the numbers of X play no part in it.",
        combined(stamp=lambda number, K: K),
    ),
    Mistake(
        "+ for *",
        "the number and the kernel are added. Each stamp is the number *times* the kernel.",
        combined(stamp=lambda number, K: number + K),
    ),
    Mistake(
        "stamps cut to whole numbers",
        "the fractions of each stamp are cut off before it is added. Make the output an array of floats.",
        combined(stamp=lambda x, K: np.trunc(x * K)),
    ),
    Mistake(
        "pixels repeated",
        "your result repeats the numbers of X. Each number multiplies the kernel, and that is what is spread.",
        lambda X, K, stride=1, padding=0, output_padding=0: np.kron(
            np.asarray(X, dtype=float), np.ones((stride, stride))
        ),
    ),
    Mistake(
        "numbers repeated, then stamped",
        "you made X larger by repeating its numbers, and stamped then. Between the numbers stand zeros.",
        lambda X, K, stride=1, padding=0, output_padding=0: stamps(
            np.kron(X, np.ones((stride, stride))), K, 1, padding, output_padding
        ),
    ),
    # where stamps overlap
    Mistake(
        "overlaps overwritten",
        "where stamps overlap, the last one has wiped out those before it. Add it to them: `+=`, not `=`.",
        combined(combine=lambda old, new: new),
    ),
    Mistake(
        "first stamp stays",
        "where stamps overlap, only the first one counts. They are added.",
        combined(combine=lambda old, new: old),
    ),
    Mistake(
        "largest of the overlaps",
        "where stamps overlap, you keep the largest number. They are added.",
        combined(combine=np.maximum),
    ),
    Mistake(
        "mean of the overlaps",
        "where stamps overlap, your result is their mean. They are added.",
        after(lambda Y, *rest: Y / overlap_counts(*rest)),
    ),
    Mistake(
        "products of the overlaps",
        "where stamps overlap, you multiply them with each other. They are added.",
        combined(combine=np.multiply),
    ),
    Mistake(
        "no overlaps",
        "your stamps stand side by side, each as large as K. They are `stride` apart, so they may overlap.",
        lambda X, K, stride=1, padding=0, output_padding=0: cut(
            np.kron(X, np.asarray(K, dtype=float)), padding, output_padding
        ),
    ),
    # the stride
    Mistake(
        "stride left out",
        "your stamps are one step apart. They are `stride` apart.",
        lambda X, K, stride=1, padding=0, output_padding=0: stamps(X, K, 1, padding, output_padding),
    ),
    Mistake(
        "stride − 1",
        "your stamps are stride − 1 apart. That is how many zeros stand between two numbers; the stamps are `stride` "
        "apart.",
        lambda X, K, stride=1, padding=0, output_padding=0: stamps(X, K, stride - 1, padding, output_padding),
    ),
    Mistake(
        "stride − 1, but at least 1",
        "your stamps are stride − 1 apart where the stride is 2 or more. They are `stride` apart; stride − 1 zeros "
        "stand between two numbers.",
        lambda X, K, stride=1, padding=0, output_padding=0: stamps(X, K, max(stride - 1, 1), padding, output_padding),
    ),
    Mistake(
        "stride left out on an output of the right size",
        "your output has the right size, but the stamps on it are one step apart. They are `stride` apart.",
        lambda X, K, stride=1, padding=0, output_padding=0: cut(
            np.pad(stamps(X, K), [(0, (n - 1) * (stride - 1) + output_padding) for n in X.shape]),
            padding,
            output_padding,
        ),
    ),
    Mistake(
        "stride − 1 on an output of the right size",
        "your output has the right size, but the stamps on it are stride − 1 apart. They are `stride` apart.",
        lambda X, K, stride=1, padding=0, output_padding=0: cut(
            np.pad(whole(X, K, stride - 1), [(0, n - 1 + output_padding) for n in X.shape]),
            padding,
            output_padding,
        ),
    ),
    Mistake(
        "stride down only",
        "your stamps are `stride` apart from top to bottom, but not from left to right.",
        lambda X, K, stride=1, padding=0, output_padding=0: stamps(X, K, 1, padding, output_padding, steps=(stride, 1)),
    ),
    Mistake(
        "stride across only",
        "your stamps are `stride` apart from left to right, but not from top to bottom.",
        lambda X, K, stride=1, padding=0, output_padding=0: stamps(X, K, 1, padding, output_padding, steps=(1, stride)),
    ),
    Mistake(
        "stride in one direction only",
        "your output has the right size, but from left to right the stamps are one step apart. They are `stride` "
        "apart in both directions.",
        lambda X, K, stride=1, padding=0, output_padding=0: cut(
            crowded(X, K, stride, output_padding), padding, output_padding
        ),
    ),
    Mistake(
        "one zero too many",
        "your stamps are stride + 1 apart. Between two numbers stand stride − 1 zeros.",
        lambda X, K, stride=1, padding=0, output_padding=0: stamps(X, K, stride + 1, padding, output_padding),
    ),
    Mistake(
        "stride 2 where none is given",
        "without a stride your function steps by 2. The default is stride=1.",
        lambda X, K, stride=2, padding=0, output_padding=0: corr2d_transpose(X, K, stride, padding, output_padding),
    ),
    # the padding
    Mistake(
        "padding added",
        "your padding makes the result larger. In a transposed convolution it cuts off rows and columns.",
        lambda X, K, stride=1, padding=0, output_padding=0: np.pad(
            corr2d_transpose(X, K, stride, 0, output_padding), padding
        ),
    ),
    Mistake(
        "padding left out",
        "your result still has the rows and columns that the padding cuts off.",
        lambda X, K, stride=1, padding=0, output_padding=0: whole(X, K, stride, output_padding),
    ),
    Mistake(
        "X padded",
        "you put zeros round X before you spread it. Padding cuts off a border of the output.",
        lambda X, K, stride=1, padding=0, output_padding=0: corr2d_transpose(
            np.pad(X, padding), K, stride, 0, output_padding
        ),
    ),
    Mistake(
        "padding at the start only",
        "your padding is cut off at the top and on the left only. It is cut off on all four sides.",
        cropped(lambda Y, padding, extra: np.pad(Y[padding:, padding:], [(0, extra)] * 2)),
    ),
    Mistake(
        "padding at the end only",
        "your padding is cut off at the bottom and on the right only. It is cut off on all four sides.",
        cropped(lambda Y, padding, extra: to_size(Y, 0, *(n - padding + extra for n in Y.shape))),
    ),
    Mistake(
        "twice the padding at the end",
        "your result has the right size, but all of the padding was cut off at the bottom and on the right. Half of "
        "it comes off at the top and on the left.",
        cropped(lambda Y, padding, extra: to_size(Y, 0, *(n - 2 * padding + extra for n in Y.shape))),
    ),
    Mistake(
        "twice the padding at the start",
        "your result has the right size, but all of the padding was cut off at the top and on the left. Half of it "
        "comes off at the bottom and on the right.",
        cropped(lambda Y, padding, extra: to_size(Y, 2 * padding, *(n - 2 * padding + extra for n in Y.shape))),
    ),
    Mistake(
        "twice the padding on every side",
        "you cut off twice the padding on each side. `padding` rows come off at the top, and as many at the bottom.",
        lambda X, K, stride=1, padding=0, output_padding=0: cut(whole(X, K, stride, output_padding), 2 * padding, 0),
    ),
    Mistake(
        "columns not cut",
        "your padding cuts off rows, but no columns.",
        lambda X, K, stride=1, padding=0, output_padding=0: cut_rows(whole(X, K, stride, output_padding), padding),
    ),
    Mistake(
        "rows not cut at the start",
        "your padding cuts off rows at the bottom, but not at the top.",
        cropped(lambda Y, padding, extra: lopsided(Y, padding, extra, top=0)),
    ),
    Mistake(
        "columns not cut at the start",
        "your padding cuts off columns on the right, but not on the left.",
        cropped(lambda Y, padding, extra: lopsided(Y, padding, extra, left=0)),
    ),
    Mistake(
        "rows not cut at the end",
        "your padding cuts off rows at the top, but not at the bottom.",
        cropped(lambda Y, padding, extra: lopsided(Y, padding, extra, bottom=0)),
    ),
    Mistake(
        "columns not cut at the end",
        "your padding cuts off columns on the left, but not on the right.",
        cropped(lambda Y, padding, extra: lopsided(Y, padding, extra, right=0)),
    ),
    Mistake(
        "empty slice at padding 0",
        "without padding your result is empty: `Y[0:-0]` is `Y[0:0]`. Say where the slice ends, counted from the "
        "start.",
        after(lambda Y, X, K, stride, padding, extra: Y if padding else Y[:0, :0]),
    ),
    Mistake(
        "padding 1 where none is given",
        "without a padding your function cuts off 1. The default is padding=0.",
        lambda X, K, stride=1, padding=1, output_padding=0: corr2d_transpose(X, K, stride, padding, output_padding),
    ),
    # the output padding
    Mistake(
        "output padding left out",
        "your result lacks the rows and columns of the output padding. It adds to the size at the bottom and on the "
        "right.",
        shaped(lambda X, K, stride, padding, _: (X, K, stride, padding, 0)),
    ),
    Mistake(
        "output padding of zeros",
        "your output padding is rows and columns of zeros. It only makes room: what the padding would cut off there, "
        "stays.",
        with_zeros_at(0, 1),
    ),
    Mistake(
        "output padding at the start",
        "your output padding is zeros at the top and on the left. It makes room at the bottom and on the right.",
        with_zeros_at(1, 0),
    ),
    Mistake(
        "output padding all round",
        "your output padding is zeros on all four sides. It makes room at the bottom and on the right only.",
        with_zeros_at(1, 1),
    ),
    Mistake(
        "border repeated for the output padding",
        "your output padding repeats the last row and column. It only makes room: what the padding would cut off "
        "there, stays.",
        lambda X, K, stride=1, padding=0, output_padding=0: np.pad(
            corr2d_transpose(X, K, stride, padding), [(0, output_padding)] * 2, "edge"
        ),
    ),
    Mistake(
        "less cut off at the start",
        "your output padding keeps rows and columns at the top and on the left. It keeps them at the bottom and on "
        "the right.",
        cropped(
            lambda Y, padding, extra: to_size(
                np.pad(Y, [(max(extra - padding, 0), 0)] * 2),
                max(padding - extra, 0),
                *(n - 2 * padding + extra for n in Y.shape),
            )
        ),
    ),
    Mistake(
        "output padding subtracted",
        "your output padding makes the result smaller. It makes it larger.",
        cropped(lambda Y, padding, extra: to_size(Y, padding, *(n - 2 * padding - extra for n in Y.shape))),
    ),
    Mistake(
        "output padding of rows only",
        "your output padding adds rows, but no columns. It adds both.",
        after(lambda Y, X, K, stride, padding, extra: Y[:, : Y.shape[1] - extra]),
    ),
    Mistake(
        "output padding of columns only",
        "your output padding adds columns, but no rows. It adds both.",
        after(lambda Y, X, K, stride, padding, extra: Y[: len(Y) - extra]),
    ),
    # the size
    Mistake(
        "n times stride",
        "your result has n · stride rows. The last stamp starts at (n − 1) · stride and is as long as K: how many "
        "rows is that, and how many does the padding take off?",
        lambda X, K, stride=1, padding=0, output_padding=0: to_size(
            whole(X, K, stride), padding, *(n * stride for n in X.shape)
        ),
    ),
    Mistake(
        "a row of zeros for each stride",
        "your result has `stride` rows and columns of zeros at its end. The last stamp starts at (n − 1) · stride.",
        after(
            lambda Y, X, K, stride, padding, extra: np.pad(whole(X, K, stride, extra), [(0, stride)] * 2)[
                padding : len(Y) + padding + stride, padding : Y.shape[1] + padding + stride
            ]
        ),
    ),
    # gathered instead
    Mistake(
        "stuffed after the last number too",
        "you stuffed zeros after the last number as well, so your result is too large. Zeros go *between* the numbers.",
        lambda X, K, stride=1, padding=0, output_padding=0: gathered(X, K, stride, padding, output_padding, last=True),
    ),
    Mistake(
        "no border round the stuffed image",
        "you stuffed zeros and slid the turned kernel, but without a border. A stamp reaches beyond its number: how "
        "far must the window start outside?",
        lambda X, K, stride=1, padding=0, output_padding=0: gathered(
            X, K, stride, padding, output_padding, border=(0, 0)
        ),
    ),
    Mistake(
        "border of padding only",
        "you stuffed zeros, put a border of `padding` round them and slid a window. The border is what the kernel "
        "needs minus the padding.",
        lambda X, K, stride=1, padding=0, output_padding=0: gathered(
            X, K, stride, padding, output_padding, border=(padding, padding)
        ),
    ),
    Mistake(
        "an ordinary convolution",
        "your result is the ordinary convolution, which gathers windows. Here each number is spread over a window.",
        lambda X, K, stride=1, padding=0, output_padding=0: lib.conv2d(
            np.asarray(X, dtype=float)[None], np.asarray(K, dtype=float)[None, None], stride=stride, padding=padding
        )[0],
    ),
    # the sum
    Mistake(
        "divided by the kernel's size",
        "your result is divided by the number of kernel entries. The stamps are added as they are.",
        after(lambda Y, X, K, *_: Y / K.size),
    ),
    Mistake(
        "divided by the stride",
        "your result is divided by the stride. The stamps are added as they are.",
        after(lambda Y, X, K, stride, *_: Y / stride),
    ),
    Mistake(
        "divided by the stride twice",
        "your result is divided by stride · stride. Overlaps are added, not averaged.",
        after(lambda Y, X, K, stride, padding, extra: Y / stride**2),
    ),
    Mistake(
        "times the sum of the kernel",
        "your result is multiplied by the sum of the kernel. Each stamp is X[i, j] times K, and that is all.",
        after(lambda Y, X, K, *rest: Y * K.sum()),
    ),
]

# --- the size


def transpose_output_size(n, k, s, p, op):
    """n stamps of size k at step s, without p at each end, and op more at the end."""
    return (n - 1) * s - 2 * p + k + op


SIZE_CLAIMS = [
    Claim("stride 1, no padding", 1, [(2, 3, 1, 0, 0), (7, 4, 1, 0, 0)]),
    Claim("seven or eight", 1, [(4, 3, 2, 1, 0), (4, 3, 2, 1, 1)]),
    Claim("all options", 1, [(5, 4, 3, 0, 0), (6, 5, 3, 2, 1), (9, 7, 5, 1, 3), (13, 4, 4, 3, 2), (1, 6, 2, 0, 1)]),
    Claim(
        "other sizes",
        1,
        lambda rng: [
            (
                int(rng.integers(2, 40)),
                int(k),
                int(s),
                int(rng.integers(0, k // 2 + 1)),
                int(rng.integers(0, s)),
            )
            for k, s in zip(rng.integers(2, 12, 8), rng.integers(2, 8, 8), strict=True)
        ],
        hidden=True,
    ),
]

SIZE_MISTAKES = [
    # how many steps
    Mistake(
        "n for n − 1",
        "you count n steps. Between n stamps there are n − 1 steps.",
        lambda n, k, s, p, op: n * s - 2 * p + k + op,
    ),
    Mistake(
        "n + 1 for n − 1",
        "you count n + 1 steps. Between n stamps there are n − 1 steps.",
        lambda n, k, s, p, op: (n + 1) * s - 2 * p + k + op,
    ),
    Mistake(
        "n − 2 steps",
        "you count n − 2 steps. Between the first of n stamps and the last are n − 1.",
        lambda n, k, s, p, op: (n - 2) * s - 2 * p + k + op,
    ),
    Mistake(
        "nothing but n and k",
        "your result is n + k − 1: right for stride 1 without padding only.",
        lambda n, k, s, p, op: n + k - 1,
    ),
    Mistake(
        "stride left out",
        "you leave the stride out.",
        lambda n, k, s, p, op: (n - 1) - 2 * p + k + op,
    ),
    Mistake(
        "stride added",
        "you add the stride. The last stamp starts at n − 1 *times* s.",
        lambda n, k, s, p, op: n - 1 + s - 2 * p + k + op,
    ),
    Mistake(
        "s − 1 for s",
        "your stamps are s − 1 apart. That is how many zeros stand between two numbers; the step is s.",
        lambda n, k, s, p, op: (n - 1) * (s - 1) + k - 2 * p + op,
    ),
    Mistake(
        "s zeros between",
        "you count s zeros between two numbers. With stride s there are s − 1.",
        lambda n, k, s, p, op: (n - 1) * (s + 1) + k - 2 * p + op,
    ),
    Mistake(
        "divided by the stride",
        "you divide by the stride, as an ordinary convolution does. Stamps are s apart: multiply.",
        lambda n, k, s, p, op: (n - 1) // s - 2 * p + k + op,
    ),
    # the last stamp
    Mistake(
        "n times stride",
        "this is n · s. It is the right size only for some kernels. Where does the last stamp start, and how long is "
        "it?",
        lambda n, k, s, p, op: n * s,
    ),
    Mistake(
        "n times stride and output padding",
        "this is n · s + op. Where does the last stamp start, and how long is it?",
        lambda n, k, s, p, op: n * s + op,
    ),
    Mistake(
        "n times stride, less the padding",
        "you take the output for n · s, less the padding. The last stamp starts at (n − 1) · s and is k long.",
        lambda n, k, s, p, op: n * s - 2 * p + op,
    ),
    Mistake(
        "zeros after the last number too",
        "you count s − 1 zeros after the last number as well. They stand between the numbers only.",
        lambda n, k, s, p, op: n * s - 2 * p + k - 1 + op,
    ),
    Mistake(
        "kernel left out",
        "you leave the kernel out. The last stamp is k long.",
        lambda n, k, s, p, op: (n - 1) * s - 2 * p + op,
    ),
    Mistake(
        "only the first pixel of the last stamp",
        "you count the last stamp as one pixel. It is k long.",
        lambda n, k, s, p, op: (n - 1) * s - 2 * p + 1 + op,
    ),
    Mistake(
        "kernel times stride",
        "you multiply the kernel by the stride. The last stamp is k long, whatever the step is.",
        lambda n, k, s, p, op: (n - 1) * s - 2 * p + k * s + op,
    ),
    Mistake(
        "n − 1 · s",
        "you take s off n once. Between n stamps are n − 1 steps: `(n - 1) * s`, with its brackets.",
        lambda n, k, s, p, op: n - s - 2 * p + k + op,
    ),
    Mistake(
        "kernel twice",
        "you count the kernel twice. The last stamp is k long.",
        lambda n, k, s, p, op: (n - 1) * s - 2 * p + 2 * k + op,
    ),
    Mistake(
        "kernel subtracted",
        "the signs of kernel and padding are exchanged. The kernel makes the output larger, the padding smaller.",
        lambda n, k, s, p, op: (n - 1) * s - k + 2 * p + op,
    ),
    # stamps side by side
    Mistake(
        "stamps side by side",
        "you count n whole stamps of k. They are s apart.",
        lambda n, k, s, p, op: n * k - 2 * p + op,
    ),
    Mistake(
        "stamps side by side, whole",
        "your result is n · k, as if stamps stood side by side. They are s apart.",
        lambda n, k, s, p, op: n * k,
    ),
    # the padding
    Mistake(
        "padding added",
        "you add the padding. Here it cuts off.",
        lambda n, k, s, p, op: (n - 1) * s + 2 * p + k + op,
    ),
    Mistake(
        "padding once",
        "you take the padding off once. It comes off at both ends.",
        lambda n, k, s, p, op: (n - 1) * s - p + k + op,
    ),
    Mistake(
        "padding left out",
        "you leave the padding out. It cuts off p at both ends.",
        lambda n, k, s, p, op: (n - 1) * s + k + op,
    ),
    Mistake(
        "no padding at all",
        "you leave out both paddings.",
        lambda n, k, s, p, op: (n - 1) * s + k,
    ),
    Mistake(
        "padding times stride",
        "you multiply the padding by the stride. It counts pixels of the output.",
        lambda n, k, s, p, op: (n - 1 - 2 * p) * s + k + op,
    ),
    Mistake(
        "input padded",
        "you add the padding to the input. It comes off the output, at both ends.",
        lambda n, k, s, p, op: (n + 2 * p - 1) * s + k + op,
    ),
    # the output padding
    Mistake(
        "output padding left out",
        "you leave the output padding out. It adds to the size.",
        lambda n, k, s, p, op: (n - 1) * s - 2 * p + k,
    ),
    Mistake(
        "output padding twice",
        "you add the output padding twice. It adds to one end only.",
        lambda n, k, s, p, op: (n - 1) * s - 2 * p + k + 2 * op,
    ),
    Mistake(
        "output padding subtracted",
        "you subtract the output padding. It makes the output larger.",
        lambda n, k, s, p, op: (n - 1) * s - 2 * p + k - op,
    ),
    Mistake(
        "output padding times stride",
        "you multiply the output padding by the stride. It counts pixels of the output.",
        lambda n, k, s, p, op: (n - 1 + op) * s - 2 * p + k,
    ),
    Mistake(
        "output padding for every step",
        "you add the output padding to every step. It is added once, at the end.",
        lambda n, k, s, p, op: (n - 1) * (s + op) - 2 * p + k,
    ),
    Mistake(
        "output padding taken off at both ends",
        "you treat the output padding like the padding, and take it off at both ends. It is *added*, once.",
        lambda n, k, s, p, op: (n - 1) * s - 2 * (p + op) + k,
    ),
    # another size
    Mistake(
        "the size of a convolution",
        "this is the size of an ordinary convolution. A transposed one goes the other way.",
        lambda n, k, s, p, op: (n + 2 * p - k) // s + 1,
    ),
    Mistake(
        "the size of a convolution, and output padding",
        "you use the formula of the ordinary convolution and add the output padding. Here numbers are spread: the "
        "output is larger than the input.",
        lambda n, k, s, p, op: (n + 2 * p - k) // s + 1 + op,
    ),
    Mistake(
        "size kept",
        "your result is n. A transposed convolution spreads each number, so the output is larger.",
        lambda n, k, s, p, op: n,
    ),
    Mistake(
        "border without its window",
        "you stuffed zeros and put a border round them: that is what a window slides over. How many places has it?",
        lambda n, k, s, p, op: (n - 1) * s + 1 + 2 * (k - 1 - p) + op,
    ),
]

# --- the matrix


def conv_matrix(K, in_shape):
    """The matrix M with M @ X.ravel() == corr2d(X, K).ravel(), for X with shape in_shape."""
    return rows_of(K, in_shape).reshape(-1, in_shape[0] * in_shape[1])


def rows_of(K, in_shape):
    """For each place of the kernel, a picture of shape in_shape with the kernel on that place: (H', W', H, W)."""
    (H, W), (h, w) = in_shape, np.shape(K)
    M = np.zeros((H - h + 1, W - w + 1, H, W))
    for i, j in np.ndindex(M.shape[:2]):
        M[i, j, i : i + h, j : j + w] = K
    return M


MATRIX_CLAIMS = [
    Claim("a 2×2 kernel on a 3×4 image", 1, lambda rng: [(ints(rng, 2, 2), (3, 4))]),
    Claim(
        "kernels that are not square",
        1,
        lambda rng: [(ints(rng, 2, 3), (4, 5)), (ints(rng, 3, 2), (4, 3)), (ints(rng, 3, 1), (5, 4))],
    ),
    Claim(
        "the smallest and the largest kernel",
        1,
        lambda rng: [(ints(rng, 1, 1), (2, 3)), (ints(rng, 2, 3), (2, 3))],
    ),
    Claim("a kernel of fractions", 1, lambda rng: [(quarters(rng, 2, 3), (3, 4))]),
    Claim(
        "other kernels and images",
        2,
        lambda rng: [
            (floats(rng, h, w), (h + int(rng.integers(1, 5)), w + int(rng.integers(1, 5))))
            for h, w in [(2, 3), (3, 2), (1, 4), (4, 1), (3, 3)]
        ],
        hidden=True,
    ),
]


def matrix(change):
    """A counter-model of conv_matrix from pictures: `change` of (pictures (H', W', H, W), K, in_shape)."""

    def model(K, in_shape):
        return change(rows_of(K, in_shape), K, in_shape)

    return model


def without_gaps(K, in_shape):
    """The kernel's numbers beside each other, from the place's first pixel on."""
    (H, W), (h, w) = in_shape, K.shape
    M = np.zeros(((H - h + 1) * (W - w + 1), H * W))
    for row, (i, j) in enumerate(np.ndindex(H - h + 1, W - w + 1)):
        M[row, i * W + j : i * W + j + K.size] = np.ravel(K)
    return M


def one_step_each_row(K, in_shape):
    """Each row is the one before, one step further; the step at the end of a line is forgotten."""
    first = np.ravel(rows_of(K, in_shape)[0, 0])
    return np.stack([np.roll(first, n) for n in range((in_shape[0] - K.shape[0] + 1) * (in_shape[1] - K.shape[1] + 1))])


def padded_matrix(K, in_shape, before, after):
    """The matrix of a convolution whose window may hang over the border."""
    (H, W), whole_shape = in_shape, [n + b + a for n, b, a in zip(in_shape, before, after, strict=True)]
    big = rows_of(K, whole_shape)
    return big[..., before[0] : before[0] + H, before[1] : before[1] + W].reshape(-1, H * W)


def pixels_of_windows(K, in_shape):
    """The numbers of the pixels that each window covers."""
    (H, W), (h, w) = in_shape, K.shape
    numbers = np.arange(H * W).reshape(H, W)
    return np.stack([numbers[i : i + h, j : j + w].ravel() for i, j in np.ndindex(H - h + 1, W - w + 1)])


def with_lines_of(length, K, in_shape):
    """Pixel (r, c) taken for number r · length + c, as long as that exists."""
    (H, W), (h, w) = in_shape, K.shape
    M = np.zeros(((H - h + 1) * (W - w + 1), H * W))
    for row, (i, j) in enumerate(np.ndindex(H - h + 1, W - w + 1)):
        for (a, b), value in np.ndenumerate(K):
            if (i + a) * length + j + b < H * W:
                M[row, (i + a) * length + j + b] = value
    return M


def one_line(K, in_shape):
    """The kernel as one line of numbers, moved on by one in each row, as far as it fits."""
    places = (in_shape[0] - K.shape[0] + 1) * (in_shape[1] - K.shape[1] + 1)
    pixels = in_shape[0] * in_shape[1]
    M = np.zeros((places, pixels + places + K.size))
    for row in range(places):
        M[row, row : row + K.size] = np.ravel(K)
    return M[:, :pixels]


def outputs_in_short_lines(K, in_shape):
    """Output (i, j) written to row i · (H − h + 1) + j, as long as that exists."""
    pictures = rows_of(K, in_shape)
    rows, columns = pictures.shape[:2]
    M = np.zeros((rows * columns, in_shape[0] * in_shape[1]))
    for i, j in np.ndindex(rows, columns):
        if i * rows + j < len(M):
            M[i * rows + j] = pictures[i, j].ravel()
    return M


def never_cleared(K, in_shape):
    """Every kernel laid on the same picture."""
    picture, rows = np.zeros(in_shape), []
    (H, W), (h, w) = in_shape, K.shape
    for i, j in np.ndindex(H - h + 1, W - w + 1):
        picture[i : i + h, j : j + w] = K
        rows.append(picture.flatten())
    return np.array(rows)


def around(K, in_shape):
    """A row for each pixel: the kernel is moved round the borders."""
    picture = np.zeros(in_shape)
    picture[: K.shape[0], : K.shape[1]] = K
    return np.array([np.roll(picture, at, (0, 1)).ravel() for at in np.ndindex(in_shape)])


MATRIX_MISTAKES = [
    # which way round
    Mistake(
        "transposed",
        "your matrix is Mᵀ, the one of the transposed convolution. M has a row for each output and a column for each "
        "pixel.",
        lambda K, in_shape: conv_matrix(K, in_shape).T,
    ),
    Mistake(
        "kernel turned",
        "your kernel is turned by half a turn: this is the matrix of a true convolution. corr2d lays K down as it is.",
        lambda K, in_shape: conv_matrix(K[::-1, ::-1], in_shape),
    ),
    Mistake(
        "pseudo-inverse",
        'your matrix is the inverse of M, as far as it has one. "Transposed" is not "inverse", and asked is M itself.',
        lambda K, in_shape: np.linalg.pinv(conv_matrix(K, in_shape)),
    ),
    Mistake(
        "M times its transpose",
        "your matrix is M times Mᵀ. Asked is M.",
        lambda K, in_shape: conv_matrix(K, in_shape) @ conv_matrix(K, in_shape).T,
    ),
    # in which order pixels are counted
    Mistake(
        "pixels column by column",
        "your columns count the pixels down each column of X. `X.ravel()` goes along the rows.",
        matrix(lambda M, K, shape: M.swapaxes(2, 3).reshape(-1, shape[0] * shape[1])),
    ),
    Mistake(
        "outputs column by column",
        "your rows count the outputs down each column. They go along the rows, like `ravel()`.",
        matrix(lambda M, K, shape: M.swapaxes(0, 1).reshape(-1, shape[0] * shape[1])),
    ),
    Mistake(
        "everything column by column",
        "rows and columns of your matrix both count down the columns of an image. They go along the rows, like "
        "`ravel()`.",
        matrix(lambda M, K, shape: M.transpose(1, 0, 3, 2).reshape(-1, shape[0] * shape[1])),
    ),
    Mistake(
        "rows and columns of the image exchanged",
        "your matrix is for an image of W rows and H columns. in_shape is (rows, columns).",
        lambda K, in_shape: conv_matrix(K, in_shape[::-1]),
    ),
    Mistake(
        "image taken for a square",
        "your matrix is for an image of H rows and H columns. in_shape is (H, W).",
        lambda K, in_shape: conv_matrix(K, (in_shape[0], in_shape[0])),
    ),
    Mistake(
        "lines of H pixels",
        "you count a line of the image as H pixels long. It has W pixels: pixel (r, c) is number r · W + c.",
        lambda K, in_shape: with_lines_of(in_shape[0], K, in_shape),
    ),
    Mistake(
        "outputs counted in lines of the wrong length",
        "you count a line of the output as H − h + 1 long. It has W − w + 1 places.",
        lambda K, in_shape: outputs_in_short_lines(K, in_shape),
    ),
    Mistake(
        "image one larger",
        "your matrix is for an image with one more row and column.",
        lambda K, in_shape: conv_matrix(K, (in_shape[0] + 1, in_shape[1] + 1)),
    ),
    # what a row holds
    Mistake(
        "no gaps",
        "the kernel's numbers stand side by side in your rows. After each line of the kernel there is a gap: the rest "
        "of the image's line.",
        without_gaps,
    ),
    Mistake(
        "no gaps, one step each row",
        "your rows hold the kernel's numbers side by side, one step further in each row. Where do the kernel's "
        "*lines* lie in the flattened image?",
        lambda K, in_shape: one_line(K, in_shape),
    ),
    Mistake(
        "one step too few at the end of a line",
        "each of your rows is the one before, moved by one. When the kernel goes down to the next line, it moves by "
        "more.",
        one_step_each_row,
    ),
    Mistake(
        "steps as wide as the kernel",
        "each of your rows is the one before, moved on by the kernel's width. It moves by one pixel.",
        lambda K, in_shape: np.stack(
            [np.roll(conv_matrix(K, in_shape)[0], n * K.shape[1]) for n in range(len(conv_matrix(K, in_shape)))]
        ),
    ),
    Mistake(
        "kernels side by side",
        "your kernel jumps by its own size. It moves by one row or column at a time.",
        matrix(lambda M, K, shape: M[:: K.shape[0], :: K.shape[1]].reshape(-1, shape[0] * shape[1])),
    ),
    Mistake(
        "pixels of the windows",
        "each of your rows lists the pixels of a window. A row of M has a column for *every* pixel, with the "
        "kernel's numbers under the window and zeros elsewhere.",
        lambda K, in_shape: pixels_of_windows(K, in_shape),
    ),
    Mistake(
        "kernel in blocks",
        "your matrix repeats the whole kernel in blocks along a diagonal. A row of M is the flattened *image* with "
        "the kernel laid on one place.",
        lambda K, in_shape: np.kron(np.eye(*(n - k + 1 for n, k in zip(in_shape, K.shape, strict=True))), K),
    ),
    Mistake(
        "ones outside the kernel",
        "your rows have a 1 where the kernel does not lie. Pixels outside the window have the weight 0.",
        lambda K, in_shape: np.where(conv_matrix(np.ones(K.shape), in_shape) == 0, 1, conv_matrix(K, in_shape)),
    ),
    Mistake(
        "picture not cleared",
        "your kernel leaves its numbers behind when it moves on. Begin each row with a picture of zeros of its own.",
        never_cleared,
    ),
    Mistake(
        "one picture for all rows",
        "all your rows are alike: `ravel()` makes no copy, so they share one picture. Begin each with new zeros.",
        lambda K, in_shape: np.zeros_like(conv_matrix(K, in_shape)) + never_cleared(K, in_shape)[-1],
    ),
    # which places
    Mistake(
        "same padding",
        "your matrix has as many rows as there are pixels: its window hangs over the border. Here it stays inside.",
        lambda K, in_shape: padded_matrix(K, in_shape, [(k - 1) // 2 for k in K.shape], [k // 2 for k in K.shape]),
    ),
    Mistake(
        "same padding, more before",
        "your matrix has as many rows as there are pixels: its window begins before the image. Here it stays inside.",
        lambda K, in_shape: padded_matrix(K, in_shape, [k // 2 for k in K.shape], [(k - 1) // 2 for k in K.shape]),
    ),
    Mistake(
        "full padding",
        "your matrix has too many rows: its window hangs over the border on every side. Here it stays inside.",
        lambda K, in_shape: padded_matrix(K, in_shape, [k - 1 for k in K.shape], [k - 1 for k in K.shape]),
    ),
    Mistake(
        "windows go on at the other side",
        "you have a row for each pixel, and kernels that leave the image come in again on its other side. M has a row "
        "for each place where K fits.",
        around,
    ),
    Mistake(
        "last places left out",
        "your matrix lacks the places in the last row and column. A window of h rows has H − h + 1 places on H rows.",
        matrix(lambda M, K, shape: M[:-1, :-1].reshape(-1, shape[0] * shape[1])),
    ),
    Mistake(
        "last row of places left out",
        "your matrix lacks the places in the last row. A window of h rows has H − h + 1 places on H rows.",
        matrix(lambda M, K, shape: M[:-1].reshape(-1, shape[0] * shape[1])),
    ),
    Mistake(
        "last column of places left out",
        "your matrix lacks the places in the last column. A window of w columns has W − w + 1 places on W columns.",
        matrix(lambda M, K, shape: M[:, :-1].reshape(-1, shape[0] * shape[1])),
    ),
    Mistake(
        "last places not filled",
        "the rows for the last places are zeros. Do the loops end one place too early?",
        matrix(
            lambda M, K, shape: np.pad(M[:-1, :-1], [(0, 1), (0, 1), (0, 0), (0, 0)]).reshape(-1, shape[0] * shape[1])
        ),
    ),
    Mistake(
        "rows of zeros at the end",
        "your matrix has as many rows as there are pixels, with rows of zeros at the end. It has a row for each "
        "output.",
        lambda K, in_shape: np.pad(
            conv_matrix(K, in_shape), [(0, in_shape[0] * in_shape[1] - len(conv_matrix(K, in_shape))), (0, 0)]
        ),
    ),
    # the axes
    Mistake(
        "four axes",
        "your matrix has four axes: output row and column, image row and column. Reshape it to two.",
        matrix(lambda M, K, shape: M),
    ),
    Mistake(
        "three axes",
        "each row of your matrix is still a picture. Flatten it with `ravel()`.",
        matrix(lambda M, K, shape: M.reshape(-1, *shape)),
    ),
    Mistake(
        "three axes, outputs apart",
        "the outputs of your matrix still have a row and a column. Each output has *one* row of M: reshape.",
        matrix(lambda M, K, shape: M.reshape(*M.shape[:2], -1)),
    ),
    Mistake(
        "columns added",
        "your result is the sum over all rows: how much weight each pixel gets in all. M has a row for each output.",
        lambda K, in_shape: conv_matrix(K, in_shape).sum(axis=0),
    ),
]

# --- pictures


def beside(*parts, expected, got):
    """What goes in, what was expected and what came; no window is framed, for every number of X has its own."""
    from lib import draw

    sizes = [np.size(part[1]) for part in parts if not isinstance(part, str)]
    if max(*sizes, expected.size) > 80:
        return None
    parts = [*parts, ("expected", expected, "output")]
    if isinstance(got, np.ndarray) and got.ndim == 2 and 0 < got.size <= 80 and got.dtype.kind in "iuf":
        parts += ["≠", ("got", got, "padding")]
    return draw.equation(*parts, alt="What goes in, the expected result and yours.", title="What differs")


def picture(inputs, expected, got, wrong):
    X, K = inputs[:2]
    return beside(("X", X, "input"), "", ("K", K, "kernel"), "→", expected=expected, got=got)


def matrix_picture(inputs, expected, got, wrong):
    return beside(("K", inputs[0], "kernel"), "→", expected=expected, got=got)


# --- the prediction


QUESTION = np.array([[2, -1]]), np.array([[1, 2], [0, 3]])  # the prediction's X and K


def predict_transpose():
    """2·K and −1·K, one column apart; the middle column is their sum."""
    return predicted_rows(corr2d_transpose)


def predicted_rows(transpose):
    """What somebody predicts who takes the transposed convolution for transpose(X, K)."""
    return np.asarray(transpose(*QUESTION)).astype(int).tolist()


KNOWN_PREDICTIONS = [
    Mistake(
        "kernel turned",
        "your stamps are turned by half a turn. A stamp is the kernel as it is.",
        lambda: corr2d_transpose(QUESTION[0], QUESTION[1][::-1, ::-1]).astype(int).tolist(),
    ),
    Mistake(
        "overwritten",
        "in the middle column only the second stamp counts. Where stamps overlap, they are added.",
        lambda: stamps(*QUESTION, combine=lambda old, new: new).astype(int).tolist(),
    ),
    Mistake(
        "first stamp stays",
        "in the middle column only the first stamp counts. Where stamps overlap, they are added.",
        lambda: stamps(*QUESTION, combine=lambda old, new: old).astype(int).tolist(),
    ),
    Mistake(
        "side by side",
        "your stamps stand side by side. With stride 1 the second one starts one column after the first.",
        lambda: np.kron(*QUESTION).tolist(),
    ),
    Mistake(
        "kernel transposed",
        "you used K.T. The name speaks of a larger matrix, not of the kernel.",
        lambda: corr2d_transpose(QUESTION[0], QUESTION[1].T).astype(int).tolist(),
    ),
    Mistake(
        "gathered",
        "you laid a window on X, as an ordinary convolution does. Here each number of X is spread over a window.",
        lambda: (QUESTION[1] @ QUESTION[0].ravel())[:, None].tolist(),
    ),
    Mistake(
        "mean of the overlap",
        "in the middle column you took the mean of both stamps. They are added.",
        lambda: [[2, 1.5, -2], [0, 3, -3]],
    ),
    Mistake(
        "sign lost",
        "the second number of X is −1, so its stamp is −1 · K.",
        lambda: corr2d_transpose(np.abs(QUESTION[0]), QUESTION[1]).astype(int).tolist(),
    ),
    Mistake(
        "only the first stamp",
        "this is 2 · K. The second number of X makes a stamp too.",
        lambda: (2 * QUESTION[1]).tolist(),
    ),
    Mistake(
        "below each other",
        "your stamps are below each other. The numbers of X stand in one row, so the stamps do too.",
        lambda: corr2d_transpose(QUESTION[0].T, QUESTION[1]).astype(int).tolist(),
    ),
]

TRANSPOSE = Exercise(corr2d_transpose, TRANSPOSE_CLAIMS, TRANSPOSE_MISTAKES, window=window, picture=picture)

OTHER_PREDICTIONS = of_a_prediction(predict_transpose, predicted_rows, TRANSPOSE, KNOWN_PREDICTIONS)


EXERCISES = [
    Exercise(predict_transpose, [Claim("the prediction", 1, [()])], KNOWN_PREDICTIONS + OTHER_PREDICTIONS),
    TRANSPOSE,
    Exercise(transpose_output_size, SIZE_CLAIMS, SIZE_MISTAKES),
    Exercise(conv_matrix, MATRIX_CLAIMS, MATRIX_MISTAKES, picture=matrix_picture),
]
