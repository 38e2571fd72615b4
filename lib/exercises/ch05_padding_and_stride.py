"""Chapter 5: padding, stride and dilation, and how large the output is."""

import math
from itertools import combinations

import numpy as np

import lib
from lib.check import Claim, Exercise, Mistake
from lib.exercises.inputs import floats, ints
from lib.exercises.pictures import what_differs

MODES = {
    "zeros": "constant",
    "reflect": "reflect",
    "replicate": "edge",
    "circular": "wrap",
}  # PyTorch's name -> NumPy's


def pad2d(X, p, mode):
    """X with p more rows above and below and p more columns left and right, filled as PyTorch's padding_mode says."""
    return np.pad(np.asarray(X, dtype=float), p, MODES[mode])


def conv_output_size(n, k, s, p, d):
    """How many windows fit."""
    return (n + 2 * p - d * (k - 1) - 1) // s + 1


def corr2d_sp(X, K, stride, padding):
    """Cross-correlation of the zero-padded X, its window moving by `stride`."""
    X, K = np.asarray(X, dtype=float), np.asarray(K, dtype=float)
    return lib.conv2d(X[None], K[None, None], stride=stride, padding=padding)[0]


def same_padding(k, d):
    """What must be added on the left and on the right so that the size stays, at stride 1."""
    total = d * (k - 1)
    return total // 2, total - total // 2


def coverage(n, k, p):
    """How many windows touch each of the n pixels."""
    return np.array([sum(start <= i < start + k for start in range(-p, n + p - k + 1)) for i in range(n)])


QUESTION = [
    (14, 5, 1, 1, 2),
    (10, 3, 2, 0, 3),
    (10, 4, 3, 2, 1),
]  # n, k, s, p, d: each wrong formula gives another list


def predict_sizes():
    """The kernels span 9, 7 and 4; the padded rows have 16, 10 and 14 places."""
    return [conv_output_size(*layer) for layer in QUESTION]


# --- pad2d ------------------------------------------------------------------------------------------------------------


def outside(mode, before, after):
    """One mode with other pixels outside: which index stands for i < 0, and which for i ≥ n, on n pixels."""

    def made(X, p, asked):
        if asked != mode:
            return pad2d(X, p, asked)
        taken = [
            [before(i, n, p) if i < 0 else after(i, n, p) if i >= n else i for i in range(-p, n + p)] for n in X.shape
        ]
        return np.asarray(X, dtype=float)[np.ix_(*taken)]

    return made


OUTSIDE = [  # mode, name, what is said, the index taken before the start, and behind the end
    (
        "reflect",
        "border pixel repeated by reflect",
        "your reflection starts with the border pixel itself (NumPy calls that 'symmetric'). The mirror stands on the "
        "border pixel, so it is not repeated.",
        lambda i, n, p: -1 - i,
        lambda i, n, p: 2 * n - 1 - i,
    ),
    (
        "reflect",
        "border pixel repeated by reflect, above and left",
        "above and on the left, your reflection starts with the border pixel itself. Beside 1 2 3 stands 2.",
        lambda i, n, p: -1 - i,
        lambda i, n, p: 2 * n - 2 - i,
    ),
    (
        "reflect",
        "border pixel repeated by reflect, below and right",
        "below and on the right, your reflection starts with the border pixel itself. Beside 1 2 3 stands 2.",
        lambda i, n, p: -i,
        lambda i, n, p: 2 * n - 1 - i,
    ),
    (
        "reflect",
        "reflect not turned round",
        "the pixels beside the border were copied in their old order. A mirror turns the order round.",
        lambda i, n, p: i + p + 1,
        lambda i, n, p: i - p - 1,
    ),
    (
        "circular",
        "circular from the near side",
        "in mode circular the rows above the image are its first rows. What follows when you walk over the upper "
        "border of a ring?",
        lambda i, n, p: i + p,
        lambda i, n, p: i - p,
    ),
    (
        "circular",
        "circular turned round",
        "in mode circular you took the right pixels in reverse order. Walking on round a ring does not turn round.",
        lambda i, n, p: n - 1 - p - i,
        lambda i, n, p: n + p - 1 - i,
    ),
    (
        "circular",
        "circular, one pixel skipped",
        "in mode circular you skip a pixel at the border. On a ring the last pixel stands directly before the first.",
        lambda i, n, p: (i - 1) % n,
        lambda i, n, p: (i + 1) % n,
    ),
    (
        "circular",
        "circular, border pixel repeated",
        "in mode circular the border pixel stands there twice. On a ring the last pixel stands directly before the "
        "first.",
        lambda i, n, p: (i + 1) % n,
        lambda i, n, p: (i - 1) % n,
    ),
]

DONE = {  # name -> NumPy's mode, what was done in words
    "zeros": ("constant", "the border is 0"),
    "replicate": ("edge", "you repeated the border pixel"),
    "reflect": ("reflect", "you mirrored the image"),
    "mirror": ("symmetric", "you mirrored the image, border pixel included"),
    "circular": ("wrap", "you took pixels from the other side"),
    "mean": ("mean", "the border holds means"),
}

ASKED = {
    "zeros": "Zeros means that the border is 0.",
    "reflect": "A reflection mirrors the pixels behind the border.",
    "replicate": "Replicate repeats the border pixel p times.",
    "circular": "Circular goes on at the other side of the image.",
}


def instead(mode, done):
    """One mode done as one of NumPy's."""
    return lambda X, p, asked: np.pad(np.asarray(X, dtype=float), p, done if asked == mode else MODES[asked])


def exchanged(one, other):
    return lambda X, p, mode: pad2d(X, p, {one: other, other: one}.get(mode, mode))


def filled_with(value):
    """Another number in mode zeros."""
    return lambda X, p, mode: (
        np.pad(np.asarray(X, dtype=float), p, constant_values=value(X)) if mode == "zeros" else pad2d(X, p, mode)
    )


SIDES = [  # name, what is said, how wide the border is above, below, left and right
    ("only rows", "rows were added above and below, but no columns left and right.", lambda p: (p, p, 0, 0)),
    ("only columns", "columns were added, but no rows above and below.", lambda p: (0, 0, p, p)),
    (
        "only bottom and right",
        "the border was added below and on the right only. It goes all round.",
        lambda p: (0, p, 0, p),
    ),
    (
        "only top and left",
        "the border was added above and on the left only. It goes all round.",
        lambda p: (p, 0, p, 0),
    ),
    (
        "one too few behind",
        "below and on the right your border is one too narrow. Where does your range end?",
        lambda p: (p, max(p - 1, 0), p, max(p - 1, 0)),
    ),
    (
        "all of it above and left",
        "2p rows were added above, and 2p columns on the left. They are shared: p on each side.",
        lambda p: (2 * p, 0, 2 * p, 0),
    ),
    (
        "all of it below and right",
        "2p rows were added below, and 2p columns on the right. They are shared: p on each side.",
        lambda p: (0, 2 * p, 0, 2 * p),
    ),
    ("twice as much", "your border is 2p wide. It is p wide on each side.", lambda p: (2 * p,) * 4),
    ("one too wide", "your border is p + 1 wide. It is p wide on each side.", lambda p: (p + 1,) * 4),
    ("one too narrow", "your border is p − 1 wide. It is p wide on each side.", lambda p: (max(p - 1, 0),) * 4),
    ("always one pixel", "your border is one pixel wide whatever p is.", lambda p: (1,) * 4),
    (
        "p shared by both sides",
        "your border has p rows in all. It has p on each side.",
        lambda p: (p // 2, p - p // 2) * 2,
    ),
]


def with_sides(widths):
    def made(X, p, mode):
        above, below, left, right = widths(p)
        return np.pad(np.asarray(X, dtype=float), ((above, below), (left, right)), MODES[mode])

    return made


def empty_corners(X, p, mode):
    padded = pad2d(X, p, mode)
    for rows in (slice(0, p), slice(-p, None)):
        for columns in (slice(0, p), slice(-p, None)):
            padded[rows, columns] = 0
    return padded


def picture_of_padding(inputs, expected, got, wrong):
    """The image stands beside its padded self, so no place of it is framed."""
    return what_differs([("X", inputs[0], "input"), "→"], expected, got, wrong, reads=((0, 0), inputs[0].shape))


PAD = Exercise(
    pad2d,
    [
        Claim(
            "zeros",
            1,
            lambda rng: [(ints(rng, 2, 3), 1, "zeros"), (floats(rng, 4, 3), 2, "zeros"), (ints(rng, 3, 2), 0, "zeros")],
        ),
        Claim(
            "replicate",
            1,
            lambda rng: [(ints(rng, 3, 4), 1, "replicate"), (floats(rng, 4, 3), 3, "replicate")],
        ),
        Claim("reflect", 1, lambda rng: [(ints(rng, 3, 4), 1, "reflect"), (floats(rng, 4, 5), 3, "reflect")]),
        Claim("circular", 1, lambda rng: [(ints(rng, 3, 4), 1, "circular"), (floats(rng, 5, 4), 3, "circular")]),
        Claim(
            "other images",
            1,
            lambda rng: (
                [(ints(rng, *rng.integers(4, 7, 2)), int(rng.integers(1, 4)), mode) for mode in MODES]
                + [(floats(rng, *rng.integers(4, 7, 2)), 2, mode) for mode in MODES]
                + [(floats(rng, 4, 3), 0, mode) for mode in MODES]
            ),
            hidden=True,
        ),
    ],
    [
        Mistake(
            "filled with ones",
            "the border is filled with ones. In mode zeros it is 0.",
            filled_with(lambda X: 1),
        ),
        Mistake(
            "filled with the mean",
            "the border is filled with the mean of X. In mode zeros it is 0.",
            filled_with(np.mean),
        ),
        Mistake(
            "filled with −inf",
            "the border is filled with −∞, as max pooling does. In mode zeros it is 0.",
            filled_with(lambda X: -np.inf),
        ),
        Mistake(
            "filled with NaN",
            "the border is NaN. In mode zeros it is 0.",
            filled_with(lambda X: np.nan),
        ),
        Mistake(
            "always zeros",
            "the border is 0 whatever the mode. The mode says what to fill in.",
            lambda X, p, mode: pad2d(X, p, "zeros"),
        ),
        Mistake(
            "always the border pixel",
            "the border pixel is repeated whatever the mode. The mode says what to fill in.",
            lambda X, p, mode: pad2d(X, p, "replicate"),
        ),
        Mistake(
            "always the other side",
            "the image goes on at its other side whatever the mode. The mode says what to fill in.",
            lambda X, p, mode: pad2d(X, p, "circular"),
        ),
        *(Mistake(name, says, outside(mode, *ways)) for mode, name, says, *ways in OUTSIDE),
        *(
            Mistake(f"{done} for {mode}", f"in mode {mode} {words}. {ASKED[mode]}", instead(mode, numpys))
            for mode in ASKED
            for done, (numpys, words) in DONE.items()
            if done != mode and (mode, done) != ("reflect", "mirror")  # which OUTSIDE says better
        ),
        *(
            Mistake(f"{one} and {other} exchanged", f"{one} and {other} are exchanged.", exchanged(one, other))
            for one, other in combinations(("reflect", "replicate", "circular"), 2)
        ),
        *(Mistake(name, says, with_sides(widths)) for name, says, widths in SIDES),
        Mistake(
            "corners left empty",
            "the four corners of your border are 0. They are filled too: pad the rows first, then the columns of the "
            "result.",
            empty_corners,
        ),
        Mistake("not padded", "your result is X itself: nothing was added.", lambda X, p, mode: np.asarray(X, float)),
    ],
    picture=picture_of_padding,
)

# --- sizes ------------------------------------------------------------------------------------------------------------

SIZES = [  # (n, k, s, p, d): the table of the chapter
    (5, 3, 2, 0, 1),
    (6, 3, 2, 1, 1),
    (7, 3, 1, 0, 2),
    (10, 3, 2, 0, 1),
    (5, 4, 1, 2, 1),
    (224, 7, 2, 3, 1),
    (224, 11, 4, 0, 1),
    (32, 3, 1, 0, 3),
]


def probes(rng, count):
    """Layers whose window fits, with every option away from its default; the last ones leave a remainder."""
    drawn = []
    while len(drawn) < count:
        n, k = int(rng.integers(12, 40)), int(rng.integers(2, 7))
        s, p, d = int(rng.integers(2, 5)), int(rng.integers(1, 4)), int(rng.integers(2, 5))
        if n + 2 * p > d * (k - 1) + 1 and (n + 2 * p - d * (k - 1) - 1) % s:
            drawn.append((n, k, s, p, d))
    return drawn


OUTPUT_SIZE = Exercise(
    conv_output_size,
    [
        Claim(
            "no padding, no stride",
            1,
            [(4, 3, 1, 0, 1), (32, 3, 1, 0, 1), (9, 2, 1, 0, 1), (7, 7, 1, 0, 1), (6, 1, 1, 0, 1)],
        ),
        Claim(
            "stride, with and without a remainder",
            1,
            [(7, 3, 2, 0, 1), (10, 3, 2, 0, 1), (11, 4, 3, 0, 1), (9, 2, 4, 0, 1)],
        ),
        Claim("the table of the chapter", 1, SIZES),
        Claim("everything at once", 1, lambda rng: [(18, 3, 4, 2, 3), (8, 4, 3, 3, 2), *probes(rng, 5)]),
        Claim("other layers", 2, lambda rng: probes(rng, 12), hidden=True),
    ],
    [
        Mistake(name, says, model)
        for name, says, model in [
            (
                "rounded up",
                "the division is rounded up. A window that would hang over the end is not used: round down.",
                lambda n, k, s, p, d: math.ceil((n + 2 * p - d * (k - 1) - 1) / s) + 1,
            ),
            (
                "rounded to the nearest",
                "the division is rounded to the nearest. A window that would hang over the end is not used: round "
                "down.",
                lambda n, k, s, p, d: round((n + 2 * p - d * (k - 1) - 1) / s) + 1,
            ),
            (
                "not rounded",
                "the division is not rounded. There is no half window: round down.",
                lambda n, k, s, p, d: (n + 2 * p - d * (k - 1) - 1) / s + 1,
            ),
            (
                "padding counted once",
                "the padding is counted once. It stands on both sides.",
                lambda n, k, s, p, d: (n + p - d * (k - 1) - 1) // s + 1,
            ),
            (
                "padding counted four times",
                "the padding is counted twice on each side. Each side has p.",
                lambda n, k, s, p, d: (n + 4 * p - d * (k - 1) - 1) // s + 1,
            ),
            (
                "padding left out",
                "the padding is missing.",
                lambda n, k, s, p, d: (n - d * (k - 1) - 1) // s + 1,
            ),
            (
                "padding subtracted",
                "the padding is subtracted. It makes the input larger.",
                lambda n, k, s, p, d: (n - 2 * p - d * (k - 1) - 1) // s + 1,
            ),
            (
                "padding and dilation left out",
                "padding and dilation are missing: this is right for p = 0 and d = 1 only.",
                lambda n, k, s, p, d: (n - k) // s + 1,
            ),
            (
                "only the kernel counted",
                "this is n − k + 1: right without padding, stride and dilation only.",
                lambda n, k, s, p, d: n - k + 1,
            ),
            (
                "dilation left out, not rounded",
                "the dilation is missing, and the division is not rounded down.",
                lambda n, k, s, p, d: (n + 2 * p - k) / s + 1,
            ),
            (
                "first window not counted",
                "one window is missing: the first one, which stands at the start before any step.",
                lambda n, k, s, p, d: (n + 2 * p - d * (k - 1) - 1) // s,
            ),
            (
                "one window too many",
                "you count one window too many.",
                lambda n, k, s, p, d: (n + 2 * p - d * (k - 1) - 1) // s + 2,
            ),
            (
                "the 1 divided too",
                "the +1 is divided by the stride with the rest. The first window costs no step: add 1 after dividing.",
                lambda n, k, s, p, d: (n + 2 * p - d * (k - 1)) // s,
            ),
            (
                "only the 1 divided",
                "only the 1 is divided by the stride: `//` binds tighter than `−`. Put the whole way in brackets.",
                lambda n, k, s, p, d: n + 2 * p - d * (k - 1) - 1 // s + 1,
            ),
            (
                "one pixel too many",
                "your window spans one pixel too little: a kernel of k with dilation d spans d(k−1)+1.",
                lambda n, k, s, p, d: (n + 2 * p - d * (k - 1)) // s + 1,
            ),
            (
                "one pixel too few",
                "your window spans one pixel too much: a kernel of k with dilation d spans d(k−1)+1.",
                lambda n, k, s, p, d: (n + 2 * p - d * (k - 1) - 2) // s + 1,
            ),
            (
                "stride left out",
                "the stride is missing: this is the size at stride 1.",
                lambda n, k, s, p, d: n + 2 * p - d * (k - 1),
            ),
            (
                "stride multiplied",
                "the stride multiplies the size. Larger steps give fewer windows.",
                lambda n, k, s, p, d: (n + 2 * p - d * (k - 1) - 1) * s + 1,
            ),
            (
                "stride subtracted",
                "the stride is subtracted. It divides the way that the window can go.",
                lambda n, k, s, p, d: n + 2 * p - d * (k - 1) - s + 1,
            ),
            (
                "kernel left out",
                "the kernel is missing: this is the padded size divided by the stride.",
                lambda n, k, s, p, d: (n + 2 * p) // s,
            ),
            (
                "padded size divided, rounded up",
                "this is the padded size divided by the stride, rounded up, as if windows could hang over the end.",
                lambda n, k, s, p, d: math.ceil((n + 2 * p) / s),
            ),
            (
                "the rule for same padding",
                "this is n divided by the stride, rounded up: right only where the padding is chosen for it ('same').",
                lambda n, k, s, p, d: math.ceil(n / s),
            ),
            (
                "n divided by the stride",
                "this is n divided by the stride, rounded down. The kernel and the padding count too.",
                lambda n, k, s, p, d: n // s,
            ),
            (
                "dilation left out",
                "the dilation is missing: a kernel of k spans d(k−1)+1 pixels.",
                lambda n, k, s, p, d: (n + 2 * p - k) // s + 1,
            ),
            (
                "dilation counted from 0",
                "you counted the dilation from 0: d as the number of gaps between two taps. Here d=1 is the ordinary "
                "kernel, and d is the distance of two taps.",
                lambda n, k, s, p, d: (n + 2 * p - (d + 1) * (k - 1) - 1) // s + 1,
            ),
            (
                "dilation times kernel",
                "you let the kernel span d·k, with a gap after every tap. After the last tap there is none: it spans "
                "d(k−1)+1.",
                lambda n, k, s, p, d: (n + 2 * p - d * k) // s + 1,
            ),
            (
                "dilation added",
                "you added the dilation to the kernel's size once. It adds d−1 in each of the k−1 gaps.",
                lambda n, k, s, p, d: (n + 2 * p - (k + d - 1)) // s + 1,
            ),
            (
                "dilation for stride",
                "dilation and stride are exchanged.",
                lambda n, k, s, p, d: (n + 2 * p - s * (k - 1) - 1) // d + 1,
            ),
            (
                "padding and stride exchanged",
                "padding and stride are exchanged.",
                lambda n, k, s, p, d: (n + 2 * s - d * (k - 1) - 1) // max(p, 1) + 1,
            ),
            (
                "padding for both, kernel twice",
                "the kernel is subtracted twice, as the padding is added. It is subtracted once.",
                lambda n, k, s, p, d: (n + 2 * p - 2 * d * (k - 1) - 1) // s + 1,
            ),
            (
                "size kept",
                "your answer is n: as if padding always kept the size.",
                lambda n, k, s, p, d: n,
            ),
            (
                "only n divided",
                "only n is divided by the stride. The whole way that the window can go is divided.",
                lambda n, k, s, p, d: n // s + 2 * p - d * (k - 1),
            ),
            (
                "padding outside the division",
                "the padding is added after dividing. The window slides over the padding too: add it before.",
                lambda n, k, s, p, d: (n - d * (k - 1) - 1) // s + 1 + 2 * p,
            ),
            (
                "transposed rule",
                "this is the size of a transposed convolution, which goes the other way.",
                lambda n, k, s, p, d: (n - 1) * s - 2 * p + d * (k - 1) + 1,
            ),
        ]
    ],
)


# --- corr2d_sp --------------------------------------------------------------------------------------------------------


def valid(X, K):
    return corr2d_sp(X, K, 1, 0)


def strided(X, K, down, across, above=0, below=0, left=0, right=0, mode="constant", dilation=1):
    """Cross-correlation with everything free."""
    X, K = np.asarray(X, dtype=float), np.asarray(K, dtype=float)
    padded = np.pad(X, ((above, below), (left, right)), mode)
    return lib.conv2d(padded[None], K[None, None], stride=(down, across), dilation=dilation)[0]


def hanging_over(X, K, s, p):
    """One more window where the steps leave a remainder, the missing pixels being 0."""
    (H, W), (h, w) = X.shape, K.shape
    more = [(s - (n + 2 * p - k) % s) % s for n, k in ((H, h), (W, w))]
    return strided(X, K, s, s, p, p + more[0], p, p + more[1])


def window_of_padded(at, X, K, stride, padding):
    padded = np.pad(np.asarray(X), padding)
    i, j = (a * stride for a in at)
    h, w = K.shape
    return padded[i : i + h, j : j + w]


def picture_of_padded(inputs, expected, got, wrong):
    X, K, stride, padding = inputs
    padded = np.pad(X, padding)
    reads = wrong.at and (tuple(a * stride for a in wrong.at), K.shape)
    name = "X, padded" if padding else "X"
    return what_differs([(name, padded, "input"), "⋆", ("K", K, "kernel"), "="], expected, got, wrong, reads)


ITEM_21 = (
    np.array([[1, 2, 0, 3, 1], [0, 1, 2, 3, 1], [1, 2, 1, 0, 0], [5, 2, 3, 1, 1], [2, 1, 0, 1, 1]]),
    np.array([[1, 2, 1], [0, 1, 0], [2, 1, 0]]),
)

STRIDED = Exercise(
    corr2d_sp,
    [
        Claim(
            "the example of the chapter", 1, [(*ITEM_21, 1, 0), (*ITEM_21, 2, 0), (*ITEM_21, 1, 1), (*ITEM_21, 2, 1)]
        ),
        Claim(
            "stride",
            1,
            lambda rng: [(ints(rng, 6, 8), ints(rng, 3, 2), 2, 0), (ints(rng, 9, 7), ints(rng, 2, 3), 3, 0)],
        ),
        Claim(
            "padding",
            1,
            lambda rng: [(ints(rng, 4, 5), ints(rng, 3, 2), 1, 1), (ints(rng, 5, 4), ints(rng, 2, 3), 1, 2)],
        ),
        Claim(
            "both, and fractions",
            1,
            lambda rng: [
                (floats(rng, 6, 7), floats(rng, 3, 4), 2, 1),
                (ints(rng, 7, 5), floats(rng, 4, 3), 3, 2),
                (ints(rng, 8, 6), floats(rng, 3, 3), 2, 3),
            ],
        ),
        Claim(
            "other images",
            2,
            lambda rng: [
                (floats(rng, *rng.integers(6, 10, 2)), floats(rng, *rng.integers(2, 5, 2)), s, p)
                for s, p in [(1, 0), (2, 1), (3, 1), (2, 2), (4, 3), (3, 0)]
            ],
            hidden=True,
        ),
    ],
    [
        Mistake(name, says, model)
        for name, says, model in [
            (
                "stride ignored",
                "the stride is ignored: your window moves by one.",
                lambda X, K, s, p: corr2d_sp(X, K, 1, p),
            ),
            (
                "padding ignored",
                "the padding has no effect: it is left out, or K was padded as well.",
                lambda X, K, s, p: corr2d_sp(X, K, s, 0),
            ),
            (
                "one too little padding",
                "your padding is one narrower than `padding`.",
                lambda X, K, s, p: corr2d_sp(X, K, s, max(p - 1, 0)),
            ),
            (
                "one too much padding",
                "your padding is one wider than `padding`.",
                lambda X, K, s, p: corr2d_sp(X, K, s, p + 1),
            ),
            (
                "stride and padding ignored",
                "stride and padding are both ignored.",
                lambda X, K, s, p: valid(X, K),
            ),
            (
                "stride down only",
                "the window jumps from row to row, but moves by one along the columns.",
                lambda X, K, s, p: strided(X, K, s, 1, p, p, p, p),
            ),
            (
                "stride across only",
                "the window jumps along the columns, but moves by one from row to row.",
                lambda X, K, s, p: strided(X, K, 1, s, p, p, p, p),
            ),
            (
                "starts at the second place",
                "the first window is left out: steps start at place 0, not at place 1.",
                lambda X, K, s, p: corr2d_sp(X, K, 1, p)[1::s, 1::s] if s > 1 else corr2d_sp(X, K, s, p),
            ),
            (
                "starts one stride late",
                "the first window is left out: the window starts at 0, not after the first step.",
                lambda X, K, s, p: corr2d_sp(X, K, 1, p)[s - 1 :: s, s - 1 :: s],
            ),
            (
                "steps of stride + 1",
                "your window moves by stride + 1. Stride 1 is the ordinary step.",
                lambda X, K, s, p: corr2d_sp(X, K, s + 1, p),
            ),
            (
                "steps of the kernel's size",
                "your window jumps by its own size. The stride says how far it moves.",
                lambda X, K, s, p: strided(X, K, *K.shape, p, p, p, p),
            ),
            (
                "stride inside the window",
                "the stride spreads the window: its numbers lie `stride` apart. That is dilation; the stride moves the "
                "whole window.",
                lambda X, K, s, p: strided(X, K, 1, 1, p, p, p, p, dilation=s),
            ),
            (
                "image thinned first",
                "you took every s-th pixel first and slid the kernel over what was left. Slide over all pixels, with "
                "larger steps.",
                lambda X, K, s, p: valid(np.pad(np.asarray(X, float), p)[::s, ::s], K),
            ),
            (
                "thinned, then padded",
                "you took every s-th pixel of X, padded that, and moved by one. Pad X, and move by s.",
                lambda X, K, s, p: corr2d_sp(np.asarray(X, float)[::s, ::s], K, 1, p),
            ),
            (
                "one window hangs over",
                "you used one more window at the end, which hangs over the border. A window that does not fit is not "
                "used.",
                hanging_over,
            ),
            (
                "padded below and right only",
                "the zeros stand below and on the right only. They go all round, so the first window starts at the "
                "padded corner.",
                lambda X, K, s, p: strided(X, K, s, s, 0, p, 0, p),
            ),
            (
                "padded above and left only",
                "the zeros stand above and on the left only. They go all round.",
                lambda X, K, s, p: strided(X, K, s, s, p, 0, p, 0),
            ),
            (
                "all the padding below and right",
                "all zeros stand below and on the right. They are shared: p on each side.",
                lambda X, K, s, p: strided(X, K, s, s, 0, 2 * p, 0, 2 * p),
            ),
            (
                "all the padding above and left",
                "all zeros stand above and on the left. They are shared: p on each side.",
                lambda X, K, s, p: strided(X, K, s, s, 2 * p, 0, 2 * p, 0),
            ),
            (
                "rows padded only",
                "zeros stand above and below, but not left and right.",
                lambda X, K, s, p: strided(X, K, s, s, p, p),
            ),
            (
                "columns padded only",
                "zeros stand left and right, but not above and below.",
                lambda X, K, s, p: strided(X, K, s, s, 0, 0, p, p),
            ),
            (
                "padded twice",
                "2p zeros stand on each side. There are p on each.",
                lambda X, K, s, p: corr2d_sp(X, K, s, 2 * p),
            ),
            (
                "always same padding",
                "you padded so much that the size stays. The padding is given.",
                lambda X, K, s, p: strided(
                    X, K, s, s, *(f(k - 1) for k in K.shape for f in (lambda t: t // 2, lambda t: t - t // 2))
                ),
            ),
            (
                "result padded",
                "the zeros were put round the result. They go round X, before the window slides.",
                lambda X, K, s, p: np.pad(corr2d_sp(X, K, s, 0), p),
            ),
            (
                "border repeated",
                "the border pixels are repeated outside ('replicate'). Here the padding is 0.",
                lambda X, K, s, p: strided(X, K, s, s, p, p, p, p, mode="edge"),
            ),
            (
                "border reflected",
                "the image is mirrored outside ('reflect'). Here the padding is 0.",
                lambda X, K, s, p: strided(X, K, s, s, p, p, p, p, mode="reflect"),
            ),
            (
                "wraps around",
                "the window goes on at the other side of X ('circular'). Here the padding is 0.",
                lambda X, K, s, p: strided(X, K, s, s, p, p, p, p, mode="wrap"),
            ),
            (
                "padded with ones",
                "the border is filled with ones. Here the padding is 0.",
                lambda X, K, s, p: corr2d_sp(np.pad(np.asarray(X, float), p, constant_values=1), K, s, 0),
            ),
            (
                "stride and padding exchanged",
                "stride and padding are exchanged: the stride comes first.",
                lambda X, K, s, p: corr2d_sp(X, K, max(p, 1), s),
            ),
            (
                "flipped both ways",
                "the kernel was turned round: a true convolution. It is laid down as it is.",
                lambda X, K, s, p: corr2d_sp(X, K[::-1, ::-1], s, p),
            ),
            (
                "mean for sum",
                "the products of each window are averaged. They are added.",
                lambda X, K, s, p: corr2d_sp(X, K, s, p) / K.size,
            ),
            (
                "steps of one, only as many as fit",
                "your result has the right shape, but its windows lie one apart: i and j must be multiplied by the "
                "stride where the window is cut out.",
                lambda X, K, s, p: corr2d_sp(X, K, 1, p)[
                    : len(corr2d_sp(X, K, s, p)), : corr2d_sp(X, K, s, p).shape[1]
                ],
            ),
            (
                "the loop jumps over outputs",
                "your loop jumps by the stride through the places of the result, so most stay 0. `i` counts outputs, "
                "one by one; their windows start at i · stride.",
                lambda X, K, s, p: jumping(corr2d_sp(X, K, 1, p), corr2d_sp(X, K, s, p), s),
            ),
            (
                "filled only every s-th place",
                "your result keeps the size of stride 1, with gaps of 0 between the numbers. Put them next to each "
                "other.",
                lambda X, K, s, p: spread(corr2d_sp(X, K, 1, p), s),
            ),
        ]
    ],
    window=window_of_padded,
    picture=picture_of_padded,
)


def jumping(dense, right, s):
    """Only every s-th row and column filled, with the windows at those places themselves."""
    only = np.zeros_like(right)
    only[::s, ::s] = dense[: len(right) : s, : right.shape[1] : s]
    return only


def spread(Y, s):
    """Only every s-th row and column left, zeros between."""
    only = np.zeros_like(Y)
    only[::s, ::s] = Y[::s, ::s]
    return only


# --- same_padding -----------------------------------------------------------------------------------------------------

SAME = Exercise(
    same_padding,
    [
        Claim("odd kernels", 1, [(3, 1), (5, 1), (7, 1), (1, 1)]),
        Claim("even kernels", 1, [(2, 1), (4, 1), (6, 1)]),
        Claim("dilation", 1, [(3, 2), (5, 3), (4, 2), (4, 3), (2, 5)]),
        Claim(
            "other kernels",
            1,
            lambda rng: (
                [(int(rng.integers(2, 12)), int(rng.integers(1, 7))) for _ in range(8)] + [(6, 3), (1, 4), (8, 5)]
            ),
            hidden=True,
        ),
    ],
    [
        Mistake(name, says, model)
        for name, says, model in [
            (
                "the odd one on the left",
                "where the padding cannot be halved, the extra pixel goes to the right.",
                lambda k, d: same_padding(k, d)[::-1],
            ),
            (
                "one more for every even kernel",
                "you give the right side one more for every even kernel. What counts is d(k−1): with an even dilation "
                "it is even, and halves exactly.",
                lambda k, d: (d * (k - 1) // 2, d * (k - 1) // 2 + (k % 2 == 0)),
            ),
            (
                "both sides rounded up",
                "you padded as much on the left as on the right. For an even kernel that is one pixel too much.",
                lambda k, d: (same_padding(k, d)[1],) * 2,
            ),
            (
                "both sides rounded down",
                "you padded as much on the left as on the right. For an even kernel that is one pixel too few.",
                lambda k, d: (same_padding(k, d)[0],) * 2,
            ),
            (
                "halves not rounded",
                "half pixels cannot be added. Where the sum is odd, the right side gets one more.",
                lambda k, d: (d * (k - 1) / 2,) * 2,
            ),
            (
                "everything on both sides",
                "each of your sides has all that is needed for both. They share it.",
                lambda k, d: (d * (k - 1),) * 2,
            ),
            ("everything on the right", "all the padding is on the right.", lambda k, d: (0, d * (k - 1))),
            ("everything on the left", "all the padding is on the left.", lambda k, d: (d * (k - 1), 0)),
            (
                "dilation left out",
                "the dilation is missing: a kernel of k spans d(k−1)+1 pixels.",
                lambda k, d: same_padding(k, 1),
            ),
            (
                "dilation times kernel",
                "you let the kernel span d·k pixels. After the last tap there is no gap.",
                lambda k, d: ((d * k - 1) // 2, d * k - 1 - (d * k - 1) // 2),
            ),
            (
                "one too many in all",
                "your two sides add up to one too many. How many places does a window of 3 lose on a row? 2, not 3.",
                lambda k, d: ((d * (k - 1) + 1) // 2, d * (k - 1) + 1 - (d * (k - 1) + 1) // 2),
            ),
            (
                "half the kernel times the dilation",
                "you rounded before you multiplied by the dilation. The whole padding is d(k−1); halve that.",
                lambda k, d: (d * ((k - 1) // 2), d * (k // 2)),
            ),
            (
                "half the kernel times the dilation, both sides",
                "both sides have d·(k//2). That is right only for odd kernels.",
                lambda k, d: (d * (k // 2),) * 2,
            ),
            (
                "dilation counted from 0",
                "you counted the dilation from 0. Here d=1 is the ordinary kernel.",
                lambda k, d: same_padding(k, d + 1),
            ),
            (
                "dilation added",
                "you added the dilation to the kernel's size. It multiplies the k−1 distances between taps.",
                lambda k, d: same_padding(k + d - 1, 1),
            ),
            (
                "half the kernel",
                "k//2 on each side is right only for odd kernels without dilation.",
                lambda k, d: (k // 2,) * 2,
            ),
            (
                "half the kernel, rounded down",
                "(k−1)//2 on each side is right only for odd kernels without dilation.",
                lambda k, d: ((k - 1) // 2,) * 2,
            ),
            (
                "one number",
                "your result is one number. Return two: (left, right).",
                lambda k, d: d * (k - 1) // 2,
            ),
            (
                "the sum",
                "your result is the whole padding. Return two numbers: (left, right).",
                lambda k, d: d * (k - 1),
            ),
            ("no padding", "without padding the output is smaller.", lambda k, d: (0, 0)),
            (
                "kernel and dilation exchanged",
                "kernel size and dilation are exchanged.",
                lambda k, d: same_padding(d, k),
            ),
        ]
    ],
)

# --- coverage ---------------------------------------------------------------------------------------------------------


def counted_from(starts):
    """Coverage where the windows start at other places."""

    def made(n, k, p):
        return np.array([sum(start <= i < start + k for start in starts(n, k, p)) for i in range(n)])

    return made


def counted_at(pixels):
    """Coverage counted window by window, at an index that may be below zero: pixels(start, k, n)."""

    def made(n, k, p):
        counts = np.zeros(n, dtype=int)
        for start in range(-p, n + p - k + 1):
            counts[pixels(start, k, n)] += 1
        return counts

    return made


COVERAGE = Exercise(
    coverage,
    [
        Claim("no padding", 1, [(5, 3, 0), (8, 2, 0), (9, 4, 0), (4, 1, 0)]),
        Claim("a kernel longer than half the row", 1, [(5, 4, 0), (6, 5, 0), (4, 4, 0)]),
        Claim("padding", 1, [(5, 3, 1), (6, 3, 2), (5, 1, 2), (7, 2, 3), (7, 5, 1), (4, 5, 1), (6, 4, 2), (3, 5, 3)]),
        Claim(
            "other rows",
            1,
            lambda rng: (
                [
                    (n, k, p)
                    for n, k, p in zip(
                        rng.integers(5, 12, 8).tolist(),
                        rng.integers(1, 6, 8).tolist(),
                        [0, 1, 2, 0, 3, 1, 2, 1],
                        strict=True,
                    )
                ]
                + [(7, 6, 0), (4, 6, 2), (5, 6, 1)]
            ),
            hidden=True,
        ),
    ],
    [
        Mistake(name, says, model)
        for name, says, model in [
            (
                "the same everywhere",
                "you say that every pixel is touched by k windows. Slide the window and count for the first pixel.",
                lambda n, k, p: np.full(n, k),
            ),
            (
                "equal as soon as there is padding",
                "you say that padding makes all pixels equal. With p smaller than k−1 the outer pixels still get "
                "fewer.",
                lambda n, k, p: np.full(n, k) if p else coverage(n, k, 0),
            ),
            (
                "padding ignored",
                "the padding is ignored: windows may start p places earlier and end p places later.",
                lambda n, k, p: coverage(n, k, 0),
            ),
            (
                "padding on the left only",
                "windows start p places earlier, but they may also end p places later.",
                counted_from(lambda n, k, p: range(-p, n - k + 1)),
            ),
            (
                "padding on the right only",
                "windows end p places later, but they may also start p places earlier.",
                counted_from(lambda n, k, p: range(n + p - k + 1)),
            ),
            (
                "last window left out",
                "the last window is missing. How many places does a 2-wide window have on 4 pixels?",
                counted_from(lambda n, k, p: range(-p, n + p - k)),
            ),
            (
                "first window left out",
                "the first window is missing: it starts at the padded border.",
                counted_from(lambda n, k, p: range(-p + 1, n + p - k + 1)),
            ),
            (
                "one window too many",
                "there is one window too many: it hangs over the end.",
                counted_from(lambda n, k, p: range(-p, n + p - k + 2)),
            ),
            *(
                (
                    f"windows of k {sign} 1",
                    f"your windows begin where they should, but touch k {sign} 1 pixels each. A window touches k.",
                    lambda n, k, p, more=more: np.array(
                        [sum(start <= i < start + k + more for start in range(-p, n + p - k + 1)) for i in range(n)]
                    ),
                )
                for sign, more in (("−", -1), ("+", 1))
            ),
            (
                "only the first window",
                "only the first window is counted. Is there a `return` inside the loop?",
                counted_from(lambda n, k, p: [-p]),
            ),
            (
                "padding pixels counted too",
                "your result has an entry for every padded pixel. Only the n real pixels are asked for.",
                lambda n, k, p: coverage(n + 2 * p, k, 0),
            ),
            (
                "the padded row's first pixels",
                "you counted for the first n pixels of the padded row. The real ones start at place p.",
                lambda n, k, p: coverage(n + 2 * p, k, 0)[:n],
            ),
            (
                "number of windows forgotten",
                "your counts grow to k even where fewer than k windows exist. A pixel cannot be in more windows than "
                "there are.",
                lambda n, k, p: np.array([min(i + 1 + p, n - i + p, k) for i in range(n)]),
            ),
            (
                "only the left end",
                "your counts grow from the left but do not fall to the right: a window that hangs over the end is no "
                "window.",
                lambda n, k, p: np.array([min(i + 1 + p, k) for i in range(n)]),
            ),
            (
                "only the right end",
                "your counts fall to the right but do not grow from the left.",
                lambda n, k, p: np.array([min(n - i + p, k) for i in range(n)]),
            ),
            (
                "where windows start",
                "you counted the windows that start at each pixel. A window touches all pixels under it.",
                lambda n, k, p: np.array([int(i <= n + p - k) for i in range(n)]),
            ),
            (
                "one too few",
                "every count is one too small. Is the last pixel of a window counted?",
                lambda n, k, p: coverage(n, k, p) - 1,
            ),
            (
                "k in the middle, 1 at the ends",
                "your counts are 1 at both ends and k everywhere else. Slide the window and count.",
                lambda n, k, p: np.array([1 if i in (0, n - 1) else k for i in range(n)]),
            ),
            (
                "touched or not",
                "your result says whether a pixel is touched. Count how often.",
                lambda n, k, p: np.minimum(coverage(n, k, p), 1),
            ),
            (
                "slices that count from the end",
                "some pixels far from the border get too many: a slice such as `[0:-1]` ends before the last pixel, "
                "not before the first. Take care with windows that lie wholly in the padding.",
                counted_at(lambda start, k, n: slice(max(start, 0), start + k)),
            ),
            (
                "slices that begin below zero",
                "the windows that begin in the left padding are lost: a slice such as `[-1:2]` begins at the last "
                "pixel, and so it is empty. Begin at `max(start, 0)`.",
                counted_at(lambda start, k, n: slice(start, start + k)),
            ),
            (
                "indices below zero",
                "pixels at the right end get too many: an index below zero counts from the end. Add only where "
                "`0 <= i < n`.",
                counted_at(lambda start, k, n: list(range(start, min(start + k, n)))),
            ),
            (
                "a share",
                "your counts are divided by the kernel's size. Return the counts.",
                lambda n, k, p: coverage(n, k, p) / k,
            ),
            (
                "a share of the windows",
                "your counts are divided by the number of windows. Return the counts.",
                lambda n, k, p: coverage(n, k, p) / (n + 2 * p - k + 1),
            ),
            (
                "an image",
                "your result is for an image, n × n. Here the pixels stand in one row.",
                lambda n, k, p: np.outer(coverage(n, k, p), coverage(n, k, p)),
            ),
            (
                "steps of the kernel's size",
                "your windows do not overlap. They move by one.",
                counted_from(lambda n, k, p: range(-p, n + p - k + 1, k)),
            ),
            (
                "padding counted twice",
                "your windows start 2p places earlier. There are p padded pixels on each side.",
                lambda n, k, p: coverage(n, k, 2 * p),
            ),
            (
                "the windows",
                "your result counts windows, one number for each. Count for each pixel.",
                lambda n, k, p: np.full(n + 2 * p - k + 1, k),
            ),
            (
                "the number of windows",
                "your result is the number of windows. Count for each pixel those that touch it.",
                lambda n, k, p: n + 2 * p - k + 1,
            ),
        ]
    ],
)

PREDICTION = Exercise(
    predict_sizes,
    [Claim("the prediction", 2, [()])],
    [
        Mistake(m.name, m.says, lambda m=m: [m.model(*layer) for layer in QUESTION])
        for m in OUTPUT_SIZE.mistakes.values()
    ],
)

EXERCISES = [PREDICTION, PAD, OUTPUT_SIZE, STRIDED, SAME, COVERAGE]
