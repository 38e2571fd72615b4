"""Chapter 4: many channels in, many channels out, and what a layer costs."""

from dataclasses import replace

import numpy as np

import lib
from lib.check import Claim, Exercise, Mistake
from lib.exercises.inputs import floats, ints
from lib.exercises.pictures import what_differs


def corr2d_multi_in(X, K):
    """One kernel with a part for every input channel: each part slides over its channel, and the results are added."""
    return parts(X, K).sum(axis=0)


def corr2d_multi_in_out(X, K, b):
    """One such sum for every output channel, plus that channel's bias."""
    return lib.conv2d(np.asarray(X, dtype=float), np.asarray(K, dtype=float), np.asarray(b, dtype=float))


def conv1x1(X, K):
    """Every pixel's channels, mixed by the same matrix."""
    X, K = np.asarray(X, dtype=float), np.asarray(K, dtype=float)
    return np.einsum("oc,chw->ohw", K, X)


def count_params(c_in, c_out, kh, kw, bias, groups):
    """The weights, and one bias for each output channel."""
    return c_out * (c_in // groups) * kh * kw + (c_out if bias else 0)


def conv_macs(c_in, c_out, kh, kw, h_out, w_out, groups):
    """One multiply-add for each weight at each place of the output."""
    return c_out * (c_in // groups) * kh * kw * h_out * w_out


def layer_forward(X, weight, bias):
    """The same layer on a batch."""
    return lib.conv2d(np.asarray(X, dtype=float), np.asarray(weight, dtype=float), np.asarray(bias, dtype=float))


def predict_layer():
    """Conv2d(3, 8, 5) on ten colour images of 20 × 24: the shape of the output, and the learned numbers."""
    return (10, 8, 16, 20), count_params(3, 8, 5, 5, True, 1)


# --- one kernel and its channels --------------------------------------------------------------------------------------


def parts(X, K):
    """Each channel's own result, before the addition: (C, H', W')."""
    X, K = np.asarray(X, dtype=float), np.asarray(K, dtype=float)
    return np.array([lib.corr2d(x, k) for x, k in zip(X, K, strict=True)])


def in_place_of_each(Z, one):
    """An array of the shape of Z, with one thing in the place of each of its entries."""
    return np.broadcast_to(one, np.shape(Z))


WITH_CHANNELS = [  # name, what is said, the counter-model of one kernel (X, K); layers with several make them too
    (
        "channels not added",
        "your result still has one map for each input channel. One kernel makes one map: its channels' results are "
        "added.",
        parts,
    ),
    (
        "channels averaged",
        "the results of the channels are averaged. They are added.",
        lambda X, K: parts(X, K).mean(axis=0),
    ),
    (
        "largest channel",
        "your result keeps the largest of the channels' results. They are added.",
        lambda X, K: parts(X, K).max(axis=0),
    ),
    (
        "channels multiplied",
        "the results of the channels are multiplied. They are added.",
        lambda X, K: parts(X, K).prod(axis=0),
    ),
    (
        "channels subtracted",
        "the results of the later channels are subtracted from the first. They are added.",
        lambda X, K: 2 * parts(X, K)[0] - corr2d_multi_in(X, K),
    ),
    (
        "channels made positive",
        "the absolute values of the channels' results are added. Keep the signs.",
        lambda X, K: np.abs(parts(X, K)).sum(axis=0),
    ),
    (
        "negatives of each channel set to zero",
        "each channel's result loses its negative numbers before the addition. Keep the signs.",
        lambda X, K: np.maximum(parts(X, K), 0).sum(axis=0),
    ),
    (
        "only the first channel",
        "only channel 0 counts in your result. Is there a `return` inside the loop over channels?",
        lambda X, K: parts(X, K)[0],
    ),
    (
        "only the last channel",
        "only the last channel counts in your result. Each channel must be added to the ones before: `+=`, not `=`.",
        lambda X, K: parts(X, K)[-1],
    ),
    (
        "last channel left out",
        "the last channel is missing from your sums. What is the last number that `range` gives?",
        lambda X, K: parts(X, K)[:-1].sum(axis=0),
    ),
    (
        "first channel left out",
        "channel 0 is missing from your sums. Channels count from 0.",
        lambda X, K: parts(X, K)[1:].sum(axis=0),
    ),
    (
        "parts in reverse order",
        "the kernel's parts meet the channels in reverse order. Part c belongs to channel c; nothing is flipped.",
        lambda X, K: corr2d_multi_in(X[::-1], K),
    ),
    (
        "one part reused",
        "the part of the kernel for channel 0 is used on every channel. Each channel has a part of its own.",
        lambda X, K: corr2d_multi_in(X, in_place_of_each(K, K[0])),
    ),
    (
        "last part reused",
        "the part of the kernel for the last channel is used on every channel. Each channel has a part of its own.",
        lambda X, K: corr2d_multi_in(X, in_place_of_each(K, K[-1])),
    ),
    (
        "one channel read again and again",
        "every part of the kernel slides over channel 0. Part c belongs to channel c.",
        lambda X, K: corr2d_multi_in(in_place_of_each(X, X[0]), K),
    ),
    (
        "kernel averaged over its channels",
        "every channel meets the average of the kernel's parts. Each channel has a part of its own.",
        lambda X, K: corr2d_multi_in(X, in_place_of_each(K, K.mean(axis=0))),
    ),
    (
        "added before multiplying",
        "the channels are added first, and so are the parts of the kernel. Multiply channel by channel, then add.",
        lambda X, K: lib.corr2d(X.sum(axis=0, dtype=float), K.sum(axis=0, dtype=float)),
    ),
]


def in_windows(combine):
    """For every place, any function of the window and the kernel, both (C, h, w)."""

    def made(X, K):
        _, h, w = K.shape
        return np.array(
            [
                [combine(X[:, i : i + h, j : j + w], K) for j in range(X.shape[2] - w + 1)]
                for i in range(X.shape[1] - h + 1)
            ]
        )

    return made


WITH_WINDOWS = [
    (
        "+ for *",
        "window and kernel are added. Multiply number by number; then add all products.",
        in_windows(lambda part, K: (part + K).sum()),
    ),
    (
        "@ for *",
        "your windows are multiplied as matrices (`@`). Multiply the numbers that lie on each other (`*`).",
        in_windows(lambda part, K: (part @ K).sum()),
    ),
    (
        "largest product",
        "your result is the largest product of each window. The products are added.",
        in_windows(lambda part, K: (part * K).max()),
    ),
    (
        "flipped both ways",
        "each part of the kernel was turned round: a true convolution. A layer lays the kernel down as it is.",
        lambda X, K: corr2d_multi_in(X, K[:, ::-1, ::-1]),
    ),
    (
        "flipped along all three axes",
        "the kernel was flipped along channels, rows and columns (`K[::-1, ::-1, ::-1]`). It is laid down as it is.",
        lambda X, K: corr2d_multi_in(X, np.flip(K)),
    ),
    (
        "averaged over all weights",
        "your result is divided by the number of weights. The products of all channels are added, not averaged.",
        lambda X, K: corr2d_multi_in(X, K) / K.size,
    ),
    (
        "averaged in each window",
        "each channel's window is averaged (`mean`) before the channels are added. Everything is added.",
        lambda X, K: corr2d_multi_in(X, K) / K[0].size,
    ),
]


def several(model):
    """The mistake of one kernel, made with each of several, the bias added rightly."""

    def made(X, K, b):
        maps = np.array([model(X, k) for k in K])
        return maps + np.reshape(b, (-1, *[1] * (maps.ndim - 1)))

    return made


def window(at, X, K, *_):
    i, j = at[-2:]
    h, w = K.shape[-2:]
    return X[:, i : i + h, j : j + w]


def picture(inputs, expected, got, wrong):
    """Every channel beside its part of the kernel; of several kernels, the one whose map first differs."""
    X, K, *b = inputs
    last = []
    if K.ndim == 4:
        o = wrong.at[0] if wrong.at else 0
        K, expected = K[o], expected[o]
        got = got[o] if isinstance(got, np.ndarray) and got.ndim == 3 and len(got) > o else None
        last = ["+", (f"b[{o}]", [[b[0][o]]], "kernel")] if b else []
    before = []
    for c, (x, k) in enumerate(zip(X, K, strict=True)):
        before += ["+", (f"X[{c}]", x, "input"), "⋆", (f"part {c}", k, "kernel")]
    reads = wrong.at and (wrong.at[-2:], K.shape[1:])
    return what_differs([*before[1:], *last, "="], expected, got, wrong, reads)


RGB = np.array([[[1, 2, 0, -1], [0, 1, 3, 1], [2, 0, 1, 4]], [[0, 1, 1, 2], [3, -2, 0, 1], [1, 1, 2, 0]]])
PARTS = np.array([[[1, 0], [2, -1]], [[0, 3], [1, 1]]])  # the chapter's kernel: one part for each of two channels

MULTI_IN = Exercise(
    corr2d_multi_in,
    [
        Claim("the example of the chapter", 1, [(RGB, PARTS)]),
        Claim(
            "three channels, nothing square",
            1,
            lambda rng: [(ints(rng, 3, 4, 6), ints(rng, 3, 2, 3)), (ints(rng, 3, 7, 5), ints(rng, 3, 3, 2))],
        ),
        Claim(
            "one channel, many channels, fractions",
            1,
            lambda rng: [
                (floats(rng, 1, 4, 5), floats(rng, 1, 2, 3)),
                (ints(rng, 5, 5, 4), floats(rng, 5, 3, 2)),
                (ints(rng, 4, 3, 5), floats(rng, 4, 1, 1)),
            ],
        ),
        Claim(
            "other images and kernels",
            1,
            lambda rng: [
                (floats(rng, shape[0], *rng.integers(5, 8, 2)), floats(rng, *shape))
                for shape in [(2, 3, 4), (6, 1, 3), (3, 5, 5), (4, 4, 1)]
            ],
            hidden=True,
        ),
    ],
    [Mistake(*entry) for entry in WITH_CHANNELS + WITH_WINDOWS],
    slides=2,
    window=window,
    picture=picture,
)

BIASES = [  # name, what is said, (the maps without bias, b as a column, K) -> the maps
    (
        "bias left out",
        "the bias is missing: each output channel adds its own number.",
        lambda Y, b, K: Y,
    ),
    ("bias twice", "the bias is added twice.", lambda Y, b, K: Y + 2 * b),
    ("bias multiplied", "the bias is multiplied in. It is added.", lambda Y, b, K: Y * b),
    (
        "bias once per input channel",
        "the bias is added once for every input channel. Add it once, after the channels are added.",
        lambda Y, b, K: Y + b * K.shape[1],
    ),
    (
        "bias once per product",
        "the bias is added to every product of the window. Add it once, after the sum.",
        lambda Y, b, K: Y + b * K[0].size,
    ),
    (
        "bias once per place of the kernel",
        "the bias is added to every place of the window. Add it once, after the sum.",
        lambda Y, b, K: Y + b * K[0, 0].size,
    ),
    (
        "bias along the width",
        "the bias runs along the columns of the map. It belongs to output channels: one number for a whole map. NumPy "
        "lines up the last axes unless you reshape it.",
        lambda Y, b, K: Y + b[:, 0, 0],
    ),
    (
        "bias along the height",
        "the bias runs along the rows of the map. It belongs to output channels: one number for a whole map.",
        lambda Y, b, K: Y + b[:, 0],
    ),
    (
        "bias at one place only",
        "the bias is added at the first place of each map only. It is added everywhere.",
        lambda Y, b, K: Y + b * (np.arange(Y[0].size) == 0).reshape(Y[0].shape),
    ),
    ("the first bias for all", "every map got the first bias. Map o adds b[o].", lambda Y, b, K: Y + b[0]),
    ("the last bias for all", "every map got the last bias. Map o adds b[o].", lambda Y, b, K: Y + b[-1]),
    ("the mean bias for all", "every map got the mean of all biases. Map o adds b[o].", lambda Y, b, K: Y + b.mean()),
    (
        "all biases added to each map",
        "every map got the sum of all biases. Map o adds b[o].",
        lambda Y, b, K: Y + b.sum(),
    ),
]


def biased(add):
    """The layer with its bias added in another way."""
    return lambda X, K, b: add(corr2d_multi_in_out(X, K, np.zeros(len(K))), np.reshape(b, (-1, 1, 1)), K)


MULTI_IN_OUT = Exercise(
    corr2d_multi_in_out,
    [
        Claim(
            "two kernels",
            1,
            [(RGB, np.stack([PARTS, PARTS[::-1] * 2 - 1]), np.array([10, -20]))],
        ),
        Claim(
            "three channels in, four out",
            1,
            lambda rng: [
                (ints(rng, 3, 4, 6), ints(rng, 4, 3, 2, 3), ints(rng, 4)),
                (ints(rng, 3, 6, 5), ints(rng, 4, 3, 3, 2), ints(rng, 4)),
            ],
        ),
        Claim(
            "as many out as in",  # where a wrong axis still fits
            1,
            lambda rng: [
                (ints(rng, 3, 5, 4), floats(rng, 3, 3, 3, 2), floats(rng, 3)),  # the result is 3×3×3
                (ints(rng, 4, 4, 7), floats(rng, 4, 4, 1, 4), floats(rng, 4)),  # the result is 4×4×4
            ],
        ),
        Claim(
            "one kernel, one channel",
            1,
            lambda rng: [
                (floats(rng, 3, 4, 5), floats(rng, 1, 3, 2, 3), floats(rng, 1)),
                (floats(rng, 1, 5, 4), floats(rng, 3, 1, 2, 3), floats(rng, 3)),
            ],
        ),
        Claim(
            "other layers",
            2,
            lambda rng: [
                (ints(rng, shape[1], *rng.integers(5, 8, 2)), floats(rng, *shape), floats(rng, shape[0]))
                for shape in [(2, 3, 4, 2), (5, 2, 1, 3), (3, 3, 2, 2), (6, 4, 3, 1)]
            ],
            hidden=True,
        ),
    ],
    [
        *(Mistake(name, says, biased(add)) for name, says, add in BIASES),
        Mistake(
            "input and output channels exchanged",
            "the first two axes of K are exchanged. K[o, c] is the part of kernel o for input channel c.",
            lambda X, K, b: corr2d_multi_in_out(X, K.swapaxes(0, 1), b),
        ),
        Mistake(
            "map o sees only channel o",
            "map o was made from channel o alone. Every kernel reads all input channels.",
            lambda X, K, b: (
                np.array([lib.corr2d(X[o].astype(float), K[o, o].astype(float)) for o in range(len(K))])
                + np.reshape(b, (-1, 1, 1))
            ),
        ),
        *(Mistake(name, says, several(model)) for name, says, model in WITH_CHANNELS + WITH_WINDOWS),
    ],
    slides=2,
    window=window,
    picture=picture,
)


def as_one_by_one(model):
    """The mistake of one kernel, made with each row of K."""
    return lambda X, K: np.array([model(X, row[:, None, None]) for row in K])


ONE_BY_ONE = Exercise(
    conv1x1,
    [
        Claim(
            "two channels in, three out",
            1,
            [(RGB, np.array([[1, 2], [0, -1], [3, 1]])), (RGB, np.array([[2.5, -1], [1, 0.5], [0, -3]]))],
        ),
        Claim(
            "other numbers of channels",
            1,
            lambda rng: [
                (ints(rng, 4, 3, 5), floats(rng, 2, 4)),
                (floats(rng, 1, 3, 4), floats(rng, 5, 1)),
                (floats(rng, 3, 5, 2), floats(rng, 1, 3)),
            ],
        ),
        Claim(
            "as many out as in",  # where a wrong axis still fits
            1,
            lambda rng: [
                (ints(rng, 3, 4, 5), floats(rng, 3, 3)),
                (ints(rng, 4, 4, 3), floats(rng, 4, 4)),
                (ints(rng, 3, 4, 3), floats(rng, 3, 3)),
            ],
        ),
        Claim(
            "other pixels",
            1,
            lambda rng: [
                (ints(rng, c, *rng.integers(2, 7, 2)), floats(rng, o, c)) for o, c in [(2, 3), (6, 2), (4, 4)]
            ],
            hidden=True,
        ),
    ],
    [
        *(Mistake(name, says, as_one_by_one(model)) for name, says, model in WITH_CHANNELS),
        Mistake(
            "matrix transposed",
            "input and output channels of K are exchanged. Row o of K holds the weights of output channel o.",
            lambda X, K: conv1x1(X, np.asarray(K).T),
        ),
        Mistake(
            "pixels in rows",
            "your result is a matrix of output channels × pixels. Give every map its rows and columns back.",
            lambda X, K: conv1x1(X, K).reshape(len(K), -1),
        ),
        Mistake(
            "pixels counted down the columns",
            "your pixels are the right ones, but counted down the columns and laid out along the rows.",
            lambda X, K: conv1x1(X.swapaxes(1, 2).reshape(X.shape), K),
        ),
        Mistake(
            "pixels read in the wrong order",
            "`reshape` does not move axes: your pixels were mixed up when (C, H, W) became (H·W, C). Move the channel "
            "axis first, or keep it in front.",
            lambda X, K: (np.asarray(X, float).reshape(-1, len(X)) @ np.asarray(K, float).T).T.reshape(
                len(K), *X.shape[1:]
            ),
        ),
        Mistake(
            "maps put together in the wrong order",
            "`reshape` does not move axes: the maps were mixed up when (H·W, O) became (O, H, W). Move the axis first.",
            lambda X, K: np.moveaxis(conv1x1(X, K), 0, -1).reshape(len(K), *X.shape[1:]),
        ),
        Mistake(
            "mixes rows, not channels",
            "`K @ X` multiplies K with the rows of each channel. The sum must run over the channels, the first axis.",
            lambda X, K: np.asarray(K, float) @ np.asarray(X, float),
        ),
        Mistake(
            "mixes columns, not channels",
            "the sum runs along the columns of the image. It must run over the channels, the first axis.",
            lambda X, K: np.asarray(X, float) @ np.asarray(K, float).T,
        ),
        Mistake(
            "pixels read and written in the wrong order",
            "`reshape` does not move axes: (C, H, W) does not become (H·W, C) by it, nor (H·W, O) become (O, H, W). "
            "Keep the channels in front.",
            lambda X, K: (np.asarray(X, float).reshape(-1, len(X)) @ np.asarray(K, float).T).reshape(
                len(K), *X.shape[1:]
            ),
        ),
        Mistake(
            "one number per channel",
            "channel o is multiplied by the sum of row o. Every output channel mixes all input channels.",
            lambda X, K: X * np.asarray(K).sum(axis=1).reshape(-1, 1, 1),
        ),
        Mistake(
            "only the diagonal",
            "channel o is multiplied by K[o, o] only. Every output channel mixes all input channels.",
            lambda X, K: X * np.diag(K).reshape(-1, 1, 1),
        ),
        Mistake(
            "+ for *",
            "weights and channels are added. Multiply each channel by its weight, then add the products.",
            lambda X, K: (np.asarray(K)[:, :, None, None] + X).sum(axis=1),
        ),
    ],
    window=lambda at, X, K: X[:, at[1], at[2]],
    picture=lambda inputs, *rest: picture((inputs[0], inputs[1][:, :, None, None]), *rest),
)


WEIGHTS = [  # name, what is said, the number of weights
    (
        "one part for all input channels",
        "each kernel is counted with one part, but it has one part for every input channel of its group.",
        lambda i, o, h, w, g: o * h * w,
    ),
    (
        "one part, divided by groups",
        "each kernel is counted with one part, and the rest is divided by groups. It has one part for every input "
        "channel of its group.",
        lambda i, o, h, w, g: o // g * h * w,
    ),
    (
        "one kernel",
        "only one kernel is counted. There is one for each output channel.",
        lambda i, o, h, w, g: i // g * h * w,
    ),
    (
        "channels added",
        "input and output channels are added. Every output channel has a part for every input channel of its group.",
        lambda i, o, h, w, g: (o + i // g) * h * w,
    ),
    (
        "all channels added",
        "input and output channels are added, groups or not. Every output channel has a part for every input channel "
        "of its group.",
        lambda i, o, h, w, g: (o + i) * h * w,
    ),
    (
        "height and width added",
        "the kernel's height and width are added. A part has height × width weights.",
        lambda i, o, h, w, g: o * i // g * (h + w),
    ),
    (
        "kernel left out",
        "the size of the kernel is missing: this is right for 1×1 kernels only.",
        lambda i, o, h, w, g: o * i // g,
    ),
    (
        "groups ignored",
        "groups are ignored: with g groups a kernel reads only 1/g of the input channels.",
        lambda i, o, h, w, g: o * i * h * w,
    ),
    (
        "groups multiplied",
        "the weights are multiplied by the number of groups. Groups make a layer smaller.",
        lambda i, o, h, w, g: o * i * g * h * w,
    ),
    (
        "divided by groups twice",
        "both channel counts are divided by groups. That is one group; there are `groups` of them.",
        lambda i, o, h, w, g: (o // g) * (i // g) * h * w,
    ),
    (
        "groups added",
        "the weights of a layer without groups are counted, and groups is added or subtracted. It divides.",
        lambda i, o, h, w, g: o * (i - g + 1) * h * w,
    ),
]


def weights(i, o, h, w, g):
    return count_params(i, o, h, w, False, g)


LAYERS = [  # (c_in, c_out, kh, kw, bias, groups)
    (3, 6, 3, 3, True, 1),
    (1, 6, 5, 5, True, 1),
    (6, 16, 5, 5, True, 1),
    (64, 128, 3, 3, True, 1),
]

PARAMS = Exercise(
    count_params,
    [
        Claim("the layers of the chapter", 1, LAYERS),
        Claim("no bias", 1, [(3, 64, 7, 7, False, 1), (5, 2, 3, 1, False, 1), (4, 4, 1, 1, False, 1)]),
        Claim("a kernel that is not square", 1, [(2, 7, 3, 5, True, 1), (4, 3, 1, 6, True, 1)]),
        Claim(
            "groups",
            1,
            [(96, 256, 5, 5, True, 2), (6, 9, 3, 2, True, 3), (8, 8, 3, 3, False, 8), (12, 4, 2, 5, False, 4)],
        ),
        Claim(
            "other layers",
            1,
            lambda rng: [
                (int(g * i), int(g * o), int(h), int(w), bool(b), int(g))
                for g, i, o, h, w, b in zip(
                    [1, 2, 3, 1, 5],
                    rng.integers(2, 9, 5),
                    rng.integers(2, 9, 5),
                    rng.integers(2, 5, 5),
                    rng.integers(5, 8, 5),
                    [True, True, False, False, True],
                    strict=True,
                )
            ],
            hidden=True,
        ),
    ],
    [
        *(
            Mistake(name, says, lambda i, o, h, w, b, g, count=count: count(i, o, h, w, g) + (o if b else 0))
            for name, says, count in WEIGHTS
        ),
        *(
            Mistake(name, says, lambda i, o, h, w, b, g, biases=biases: weights(i, o, h, w, g) + biases(i, o, b, g))
            for name, says, biases in [
                (
                    "bias never counted",
                    "the biases are missing: a layer with bias learns one more number for each output channel.",
                    lambda i, o, b, g: 0,
                ),
                ("bias always counted", "biases are counted even where bias is False.", lambda i, o, b, g: o),
                (
                    "bias turned round",
                    "biases are counted exactly where bias is False.",
                    lambda i, o, b, g: 0 if b else o,
                ),
                (
                    "bias subtracted",
                    "the biases are taken away. The layer learns them besides the weights.",
                    lambda i, o, b, g: -o if b else 0,
                ),
                (
                    "bias twice",
                    "the biases are counted twice. Each output channel has one.",
                    lambda i, o, b, g: 2 * o if b else 0,
                ),
                (
                    "one bias for the layer",
                    "one bias is counted for the whole layer. Each output channel has its own.",
                    lambda i, o, b, g: 1 if b else 0,
                ),
                (
                    "one bias per input channel",
                    "one bias is counted for each input channel. It belongs to the output channels.",
                    lambda i, o, b, g: i if b else 0,
                ),
                (
                    "one bias per part",
                    "one bias is counted for every part of every kernel. A kernel adds one bias, after its parts are "
                    "added.",
                    lambda i, o, b, g: o * i // g if b else 0,
                ),
                (
                    "bias divided by groups",
                    "the biases are divided by groups. Each output channel keeps its own.",
                    lambda i, o, b, g: o // g if b else 0,
                ),
                (
                    "bias for each group",
                    "the biases are counted once for each group. Each output channel has one.",
                    lambda i, o, b, g: o * g if b else 0,
                ),
                (
                    "one bias per group",
                    "one bias is counted for each group. Each output channel has one.",
                    lambda i, o, b, g: g if b else 0,
                ),
            ]
        ),
        *(
            Mistake(name, says, model)
            for name, says, model in [
                (
                    "only one kernel",
                    "one kernel is counted with its bias. There is one for each output channel.",
                    lambda i, o, h, w, b, g: i // g * h * w + (1 if b else 0),
                ),
                (
                    "input channels as kernels",
                    "one flat kernel and one bias are counted for each input channel; the output channels play no "
                    "part.",
                    lambda i, o, h, w, b, g: i * (h * w + (1 if b else 0)),
                ),
                (
                    "groups and bias ignored",
                    "neither groups nor bias changes your count. With g groups a kernel reads only 1/g of the input "
                    "channels, and without bias there are no biases.",
                    lambda i, o, h, w, b, g: o * i * h * w + o,
                ),
                (
                    "one group",
                    "one group is counted, with its biases. There are `groups` of them.",
                    lambda i, o, h, w, b, g: (o // g) * (i // g) * h * w + (o // g if b else 0),
                ),
                (
                    "one bias per weight",
                    "as many biases as weights are counted. Each output channel has one.",
                    lambda i, o, h, w, b, g: weights(i, o, h, w, g) * (2 if b else 1),
                ),
                (
                    "brackets missing",
                    "where bias is False your count is 0. `a + b if bias else 0` is `(a + b) if bias else 0`: set "
                    "brackets.",
                    lambda i, o, h, w, b, g: weights(i, o, h, w, g) + o if b else 0,
                ),
                (
                    "bias inside the window",
                    "the bias is counted as one more input channel. It is one number for each kernel, not a part.",
                    lambda i, o, h, w, b, g: o * (i // g + (1 if b else 0)) * h * w,
                ),
            ]
        ),
    ],
)

PLACES = [  # (c_in, c_out, kh, kw, h_out, w_out, groups)
    (3, 6, 3, 3, 30, 30, 1),
    (1, 6, 5, 5, 28, 28, 1),
    (3, 96, 11, 11, 55, 55, 1),
]

MACS = Exercise(
    conv_macs,
    [
        Claim("the layers of the chapter", 1, PLACES),
        Claim("nothing square", 1, [(2, 7, 3, 5, 11, 4, 1), (4, 3, 1, 6, 5, 9, 1)]),
        Claim("groups", 1, [(96, 256, 5, 5, 27, 27, 2), (6, 9, 3, 2, 4, 7, 3), (8, 8, 3, 3, 5, 6, 8)]),
        Claim(
            "other layers",
            1,
            lambda rng: [
                (int(g * i), int(g * o), int(h), int(w), int(y), int(x), int(g))
                for g, i, o, h, w, y, x in zip(
                    [1, 2, 3, 5],
                    rng.integers(2, 9, 4),
                    rng.integers(2, 9, 4),
                    rng.integers(2, 5, 4),
                    rng.integers(5, 8, 4),
                    rng.integers(11, 15, 4),
                    rng.integers(16, 20, 4),
                    strict=True,
                )
            ],
            hidden=True,
        ),
    ],
    [
        *(
            Mistake(name, says, lambda i, o, h, w, y, x, g, count=count: count(i, o, h, w, g) * y * x)
            for name, says, count in WEIGHTS
        ),
        *(
            Mistake(name, says, lambda i, o, h, w, y, x, g, places=places: weights(i, o, h, w, g) * places(h, w, y, x))
            for name, says, places in [
                (
                    "parameters only",
                    "this is the number of weights. Each weight is used at every place of the output.",
                    lambda h, w, y, x: 1,
                ),
                (
                    "one row of places",
                    "the output's width is missing: you counted one place in each row.",
                    lambda h, w, y, x: y,
                ),
                (
                    "one column of places",
                    "the output's height is missing: you counted one place in each column.",
                    lambda h, w, y, x: x,
                ),
                (
                    "heights and widths added",
                    "height and width of the output are added. The output has height × width places.",
                    lambda h, w, y, x: y + x,
                ),
                (
                    "the output shrunk again",
                    "you took the kernel's size away once more. `h_out` and `w_out` are the output's sizes already.",
                    lambda h, w, y, x: (y - h + 1) * (x - w + 1),
                ),
                (
                    "places counted on the input",
                    "you counted a window for every pixel of the input. Count the places of the output.",
                    lambda h, w, y, x: (y + h - 1) * (x + w - 1),
                ),
                (
                    "multiplications and additions counted apart",
                    "your count is twice the right one. A multiply-add is one multiplication together with one "
                    "addition.",
                    lambda h, w, y, x: 2 * y * x,
                ),
            ]
        ),
        *(
            Mistake(name, says, lambda i, o, h, w, y, x, g, model=model: model(weights(i, o, h, w, g), o, y * x))
            for name, says, model in [  # from the weights, the output channels and the places
                (
                    "bias counted",
                    "the additions of the bias are counted too. Only products count here.",
                    lambda k, o, places: (k + o) * places,
                ),
                (
                    "the bias once",
                    "the biases are counted too, once for each kernel. Only products count here.",
                    lambda k, o, places: k * places + o,
                ),
                (
                    "additions between products",
                    "you counted the additions between the products, one fewer than products in each window.",
                    lambda k, o, places: (k - o) * places,
                ),
                (
                    "all operations",
                    "you counted products and the additions between them. Count each product once.",
                    lambda k, o, places: (2 * k - o) * places,
                ),
                (
                    "all operations and the bias",
                    "you counted products, additions and the bias. Count each product once.",
                    lambda k, o, places: (2 * k + o) * places,
                ),
                (
                    "parameters with bias",
                    "this is the number of parameters. Each weight is used at every place of the output.",
                    lambda k, o, places: k + o,
                ),
                (
                    "output values only",
                    "this is the number of values in the output. Each of them costs a whole window of products.",
                    lambda k, o, places: o * places,
                ),
            ]
        ),
        Mistake(
            "windows that do not overlap",
            "every number of the input is counted once. Windows overlap: count the products place by place.",
            lambda i, o, h, w, y, x, g: o * i // g * (y + h - 1) * (x + w - 1),
        ),
    ],
)


def image_by_image(model):
    return lambda X, K, b: np.array([model(image, K, b) for image in X])


def picture_of_a_batch(inputs, expected, got, wrong):
    """The image of the batch whose result first differs."""
    (X, *rest), n = inputs, wrong.at[0] if wrong.at else 0
    got = got[n] if isinstance(got, np.ndarray) and got.ndim == 4 and len(got) > n else None
    return picture((X[n], *rest), expected[n], got, replace(wrong, at=wrong.at and wrong.at[1:]))


FORWARD = Exercise(
    layer_forward,
    [
        Claim("one image", 1, [(RGB[None].astype(float), PARTS[None].astype(float), np.array([0.5]))]),
        Claim(
            "a batch",
            1,
            lambda rng: [
                (floats(rng, 2, 3, 5, 6), floats(rng, 4, 3, 3, 2), floats(rng, 4)),
                (floats(rng, 3, 3, 6, 5), floats(rng, 3, 3, 2, 3), floats(rng, 3)),
                (floats(rng, 2, 4, 5, 6), floats(rng, 4, 4, 2, 3), floats(rng, 4)),
            ],
        ),
        Claim(
            "whole numbers",
            1,
            lambda rng: [
                (ints(rng, 2, 2, 4, 5), ints(rng, 3, 2, 2, 3), ints(rng, 3)),
                (ints(rng, 2, 3, 5, 4), floats(rng, 2, 3, 2, 3), ints(rng, 2)),
            ],
        ),
        Claim(
            "other layers",
            1,
            lambda rng: [
                (floats(rng, n, shape[1], *rng.integers(5, 8, 2)), floats(rng, *shape), floats(rng, shape[0]))
                for n, shape in [(3, (2, 3, 4, 2)), (1, (5, 2, 1, 3)), (2, (3, 3, 2, 2))]
            ],
            hidden=True,
        ),
    ],
    [
        *(Mistake(name, says, image_by_image(biased(add))) for name, says, add in BIASES),
        *(Mistake(name, says, image_by_image(several(model))) for name, says, model in WITH_CHANNELS),
        Mistake(
            "bias along the batch",
            "the bias runs along the batch. It belongs to output channels.",
            lambda X, K, b: layer_forward(X, K, np.zeros(len(K))) + np.reshape(b, (-1, 1, 1, 1)),
        ),
        Mistake(
            "weights left at one",
            "your weights are all 1. The layer has to use the weights that were given.",
            lambda X, K, b: layer_forward(X, np.ones_like(K), b),
        ),
        Mistake(
            "weights left at zero",
            "your weights are all 0, so only the bias is left. The layer has to use the weights that were given.",
            lambda X, K, b: layer_forward(X, np.zeros_like(K), b),
        ),
        Mistake(
            "input and output channels exchanged",
            "the first two axes of the weight are exchanged. They are (out, in, height, width).",
            lambda X, K, b: layer_forward(X, np.swapaxes(K, 0, 1), b),
        ),
        Mistake(
            "padding 1",
            "your layer has padding 1. Here it has none.",
            lambda X, K, b: layer_forward(np.pad(np.asarray(X, float), ((0, 0), (0, 0), (1, 1), (1, 1))), K, b),
        ),
        Mistake(
            "same padding",
            "your layer keeps the size of the image ('same' padding). Here it has no padding.",
            lambda X, K, b: lib.conv2d(
                np.asarray(X, float), np.asarray(K, float), np.asarray(b, float), padding="same"
            ),
        ),
        Mistake(
            "stride 2",
            "your layer moves by two. Here the stride is 1.",
            lambda X, K, b: layer_forward(X, K, b)[..., ::2, ::2],
        ),
        Mistake(
            "followed by ReLU",
            "negative results are set to 0, as ReLU does. The layer is the convolution alone.",
            lambda X, K, b: np.maximum(layer_forward(X, K, b), 0),
        ),
        Mistake(
            "followed by a sigmoid",
            "a sigmoid was applied to the result. The layer is the convolution alone.",
            lambda X, K, b: 1 / (1 + np.exp(-layer_forward(X, K, b))),
        ),
        Mistake(
            "followed by tanh",
            "tanh was applied to the result. The layer is the convolution alone.",
            lambda X, K, b: np.tanh(layer_forward(X, K, b)),
        ),
        Mistake(
            "channels last",
            "your result has its channels last. The shape is (N, O, H', W').",
            lambda X, K, b: np.moveaxis(layer_forward(X, K, b), 1, -1),
        ),
        Mistake(
            "the input itself",
            "your function returned its input. What does `forward` return?",
            lambda X, K, b: np.asarray(X, float),
        ),
    ],
    allows=("torch",),
    axes=("image", "channel", "row", "column"),
    window=lambda at, X, weight, bias: window(at[1:], X[at[0]], weight),
    picture=picture_of_a_batch,
)

SHAPE, LEARNED = predict_layer()

PREDICTION = Exercise(
    predict_layer,
    [Claim("the prediction", 1, [()])],
    [
        *(
            Mistake(name, f"the shape is right, but {says}", lambda count=count: (SHAPE, count))
            for name, says, count in [
                (
                    "one part for all channels",
                    "each kernel has a part for every colour: three 5×5 parts, not one.",
                    208,
                ),
                ("bias forgotten", "the biases are missing. How many of them does the layer have?", 600),
                ("one bias", "the layer has more than one bias. Each kernel has its own.", 601),
                ("a bias per colour", "biases belong to kernels, not to colours.", 603),
                ("a bias per part", "you counted a bias for each part of a kernel. A kernel has one.", 624),
                ("one kernel", "you counted one kernel. There are eight.", 76),
                ("one kernel, all biases", "you counted the weights of one kernel. There are eight kernels.", 83),
                ("one kernel, no bias", "you counted the weights of one kernel. There are eight, with biases.", 75),
                ("kernel left out", "a part of a kernel has 5×5 weights, not one.", 32),
                ("height and width added", "a part of a kernel has 5×5 weights, not 5 + 5.", 248),
                ("one side of the kernel", "a part of a kernel has 5×5 weights, not 5.", 128),
                ("one part, no bias", "each kernel has a part for every colour, and a bias.", 200),
                ("channels added", "channels are not added: each of the 8 kernels has 3 parts.", 283),
                (
                    "one parameter count per image",
                    "the weights do not multiply with the batch: all images share them.",
                    6080,
                ),
                (
                    "multiply-adds",
                    "you multiplied by the places of the output. A weight is learned once, however often it is used.",
                    600 * 16 * 20,
                ),
            ]
        ),
        *(
            Mistake(name, says, lambda shape=shape: (shape, LEARNED))
            for name, says, shape in [
                ("batch forgotten", "your shape has three axes. The batch of ten comes first.", (8, 16, 20)),
                ("one image", "the batch of ten stays: ten images go in, and ten come out.", (1, 8, 16, 20)),
                (
                    "channels last",
                    "your shape has the channels last. PyTorch has them second: (N, C, H, W).",
                    (10, 16, 20, 8),
                ),
                (
                    "channels first",
                    "your shape has the channels before the batch. PyTorch has the batch first: (N, C, H, W).",
                    (8, 10, 16, 20),
                ),
                (
                    "input channels kept",
                    "your output has three channels. One map comes from each kernel.",
                    (10, 3, 16, 20),
                ),
                (
                    "channels added to one",
                    "your output has one channel. Each kernel makes a map of its own.",
                    (10, 1, 16, 20),
                ),
                (
                    "a map for each pair",
                    "you counted a map for each pair of kernel and colour. The three results of a kernel are added.",
                    (10, 24, 16, 20),
                ),
                (
                    "size kept",
                    "your maps are as large as the images. A 5×5 window has fewer places; nothing was padded.",
                    (10, 8, 20, 24),
                ),
                (
                    "n − k",
                    "each side of your maps is one too small. Count the places of a window with your finger.",
                    (10, 8, 15, 19),
                ),
                (
                    "a margin on one side",
                    "each side of your maps is too large. The window loses k − 1 places, not half of that.",
                    (10, 8, 18, 22),
                ),
                (
                    "windows side by side",
                    "your windows jump by their own size. A layer moves its kernel by one.",
                    (10, 8, 4, 4),
                ),
                ("n + k − 1", "your maps are larger than the images. The window stays inside.", (10, 8, 24, 28)),
                ("width before height", "height and width are exchanged. The height comes first.", (10, 8, 20, 16)),
            ]
        ),
        Mistake("the two exchanged", "first the shape, then the number.", lambda: (LEARNED, SHAPE)),
    ],
)

EXERCISES = [PREDICTION, MULTI_IN, MULTI_IN_OUT, ONE_BY_ONE, PARAMS, MACS, FORWARD]
