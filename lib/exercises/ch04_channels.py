"""Chapter 4: many channels in, many channels out, and what a layer costs."""

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


# --- the parts that the mistakes are made of ------------------------------------------------------------------------


def parts(X, K):
    """Each channel's own result, before the addition: (C, H', W')."""
    X, K = np.asarray(X, dtype=float), np.asarray(K, dtype=float)
    return np.array([lib.corr2d(x, k) for x, k in zip(X, K, strict=True)])


def no_bias(X, K):
    return corr2d_multi_in_out(X, K, np.zeros(len(K)))


def column(b):
    """A bias as a column, so that it is added channel by channel."""
    return np.asarray(b, dtype=float).reshape(-1, 1, 1)


def pad(X, above, below):
    return np.pad(np.asarray(X, dtype=float), ((0, 0), (above[0], below[0]), (above[1], below[1])))


def same(X, K):
    """X with the zeros that keep its size."""
    h, w = K.shape[-2:]
    return pad(X, ((h - 1) // 2, (w - 1) // 2), (h // 2, w // 2))


def full(X, K):
    h, w = K.shape[-2:]
    return pad(X, (h - 1, w - 1), (h - 1, w - 1))


def in_windows(X, K, combine):
    """For every place, any function of the window (C, h, w) and the kernel (C, h, w)."""
    X, K = np.asarray(X, dtype=float), np.asarray(K, dtype=float)
    (_, H, W), (_, h, w) = X.shape, K.shape
    places = [[(i, j) for j in range(W - w + 1)] for i in range(H - h + 1)]
    return np.array([[combine(X[:, i : i + h, j : j + w], K) for i, j in row] for row in places])


def window(at, X, K, *_):
    i, j = at[-2:]
    h, w = K.shape[-2:]
    return X[:, i : i + h, j : j + w]


def picture(inputs, expected, got, wrong):
    """Every channel beside its part of the kernel; of several kernels, the one whose map first differs."""
    X, K = inputs[:2]
    if K.ndim == 4:
        o = wrong.at[0] if wrong.at else 0
        K, expected = K[o], expected[o]
        got = got[o] if isinstance(got, np.ndarray) and got.ndim == 3 and len(got) > o else None
    before = []
    for c, (x, k) in enumerate(zip(X, K, strict=True)):
        before += ["+", (f"X[{c}]", x, "input"), "⋆", (f"part {c}", k, "kernel")]
    return what_differs([*before[1:], "="], expected, got, wrong)


def pixel(at, X, K):
    return X[:, at[1], at[2]]


# --- mistakes about one kernel; the layer with several makes them too -------------------------------------------------

ONE_KERNEL = [  # name, what is said, the counter-model of (X, K)
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
        "averaged over all weights",
        "your result is divided by the number of weights. The products of all channels are added, not averaged.",
        lambda X, K: corr2d_multi_in(X, K) / K.size,
    ),
    (
        "averaged in each window",
        "each channel's window is averaged (`mean`) before the channels are added. Everything is added.",
        lambda X, K: corr2d_multi_in(X, K) / K[0].size,
    ),
    (
        "one part reused",
        "the part of the kernel for channel 0 is used on every channel. Each channel has a part of its own.",
        lambda X, K: parts(X, np.stack([K[0]] * len(K))).sum(axis=0),
    ),
    (
        "last part reused",
        "the part of the kernel for the last channel is used on every channel. Each channel has a part of its own.",
        lambda X, K: parts(X, np.stack([K[-1]] * len(K))).sum(axis=0),
    ),
    (
        "one channel read again and again",
        "every part of the kernel slides over channel 0. Part c belongs to channel c.",
        lambda X, K: parts(np.stack([X[0]] * len(X)), K).sum(axis=0),
    ),
    (
        "added before multiplying",
        "the channels are added first, and so are the parts of the kernel. Multiply channel by channel, then add.",
        lambda X, K: parts(X.sum(axis=0, keepdims=True), K.sum(axis=0, keepdims=True))[0],
    ),
    (
        "kernel averaged over its channels",
        "every channel meets the average of the kernel's parts. Each channel has a part of its own.",
        lambda X, K: parts(X, np.stack([K.mean(axis=0)] * len(K))).sum(axis=0),
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
        lambda X, K: parts(X, K[::-1]).sum(axis=0),
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
        "flipped both ways",
        "each part of the kernel was turned round: a true convolution. A layer lays the kernel down as it is.",
        lambda X, K: corr2d_multi_in(X, K[:, ::-1, ::-1]),
    ),
    (
        "flipped along all three axes",
        "the kernel was flipped along channels, rows and columns (`K[::-1, ::-1, ::-1]`). It is laid down as it is.",
        lambda X, K: corr2d_multi_in(X, K[::-1, ::-1, ::-1]),
    ),
    (
        "flipped top to bottom",
        "the kernel was flipped top to bottom. It is laid down as it is.",
        lambda X, K: corr2d_multi_in(X, K[:, ::-1]),
    ),
    (
        "flipped left to right",
        "the kernel was flipped left to right. It is laid down as it is.",
        lambda X, K: corr2d_multi_in(X, K[:, :, ::-1]),
    ),
    (
        "kernel transposed",
        "rows and columns of the kernel are exchanged.",
        lambda X, K: corr2d_multi_in(X, K.swapaxes(1, 2)),
    ),
    (
        "image transposed",
        "rows and columns of the image are exchanged.",
        lambda X, K: corr2d_multi_in(X.swapaxes(1, 2), K),
    ),
    (
        "same padding",
        "your result is as large as X: zeros were added at the border. Here the window stays inside X.",
        lambda X, K: corr2d_multi_in(same(X, K), K),
    ),
    (
        "full padding",
        "your result is larger than X: the window also hangs over the border. Here it stays inside X.",
        lambda X, K: corr2d_multi_in(full(X, K), K),
    ),
    (
        "windows do not overlap",
        "your window jumps by its own size. It moves by one row or column at a time.",
        lambda X, K: corr2d_multi_in(X, K)[:: K.shape[1], :: K.shape[2]],
    ),
    (
        "+ for *",
        "window and kernel are added. Multiply number by number; then add all products.",
        lambda X, K: in_windows(X, K, lambda part, K: (part + K).sum()),
    ),
    (
        "@ for *",
        "your windows are multiplied as matrices (`@`). Multiply the numbers that lie on each other (`*`).",
        lambda X, K: in_windows(X, K, lambda part, K: (part @ K).sum()),
    ),
    (
        "kernel left out",
        "your result is the sum of each window: the kernel plays no part in it.",
        lambda X, K: in_windows(X, K, lambda part, K: part.sum()),
    ),
    (
        "largest product",
        "your result is the largest product of each window. The products are added.",
        lambda X, K: in_windows(X, K, lambda part, K: (part * K).max()),
    ),
]


def several(model):
    """The mistake of one kernel, made with each of several, the bias added rightly."""

    def made(X, K, b):
        maps = np.array([model(X, k) for k in K])
        return maps + column(b).reshape(-1, *[1] * (maps.ndim - 1))

    return made


# --- the exercises --------------------------------------------------------------------------------------------------

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
    [
        *(Mistake(*entry) for entry in ONE_KERNEL),
    ],
    window=window,
    picture=picture,
)

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
        Mistake(
            "bias left out",
            "the bias is missing: each output channel adds its own number.",
            lambda X, K, b: no_bias(X, K),
        ),
        Mistake("bias subtracted", "the bias is subtracted. It is added.", lambda X, K, b: no_bias(X, K) - column(b)),
        Mistake(
            "bias multiplied", "the bias is multiplied in. It is added.", lambda X, K, b: no_bias(X, K) * column(b)
        ),
        Mistake(
            "bias once per input channel",
            "the bias is added once for every input channel. Add it once, after the channels are added.",
            lambda X, K, b: no_bias(X, K) + column(b) * len(X),
        ),
        Mistake(
            "bias once per product",
            "the bias is added to every product of the window. Add it once, after the sum.",
            lambda X, K, b: no_bias(X, K) + column(b) * K[0].size,
        ),
        Mistake(
            "bias once per place of the kernel",
            "the bias is added to every place of the window. Add it once, after the sum.",
            lambda X, K, b: no_bias(X, K) + column(b) * K[0, 0].size,
        ),
        Mistake(
            "bias along the width",
            "the bias runs along the columns of the map. It belongs to output channels: one number for a whole map. "
            "NumPy lines up the last axes unless you reshape it.",
            lambda X, K, b: no_bias(X, K) + np.asarray(b),
        ),
        Mistake(
            "bias along the height",
            "the bias runs along the rows of the map. It belongs to output channels: one number for a whole map.",
            lambda X, K, b: no_bias(X, K) + np.asarray(b).reshape(-1, 1),
        ),
        Mistake(
            "the first bias for all",
            "every map got the first bias. Map o adds b[o].",
            lambda X, K, b: no_bias(X, K) + b[0],
        ),
        Mistake(
            "the last bias for all",
            "every map got the last bias. Map o adds b[o].",
            lambda X, K, b: no_bias(X, K) + b[-1],
        ),
        Mistake(
            "all biases added to each map",
            "every map got the sum of all biases. Map o adds b[o].",
            lambda X, K, b: no_bias(X, K) + np.sum(b),
        ),
        Mistake(
            "biases in reverse order",
            "the biases are in reverse order. Map o adds b[o].",
            lambda X, K, b: no_bias(X, K) + column(b)[::-1],
        ),
        Mistake(
            "outputs in reverse order",
            "the maps come in reverse order. Kernel K[o] makes map o.",
            lambda X, K, b: corr2d_multi_in_out(X, K, b)[::-1],
        ),
        Mistake(
            "outputs added",
            "the maps of all kernels are added to one. Each kernel makes a map of its own.",
            lambda X, K, b: corr2d_multi_in_out(X, K, b).sum(axis=0),
        ),
        Mistake(
            "outputs averaged",
            "the maps of all kernels are averaged. Each kernel makes a map of its own.",
            lambda X, K, b: corr2d_multi_in_out(X, K, b).mean(axis=0),
        ),
        Mistake(
            "output channels last",
            "the output channels are the last axis of your result. They come first: (O, H', W').",
            lambda X, K, b: np.moveaxis(corr2d_multi_in_out(X, K, b), 0, -1),
        ),
        Mistake(
            "only the first kernel",
            "your result is the map of the first kernel. Is there a `return` inside the loop over kernels?",
            lambda X, K, b: corr2d_multi_in_out(X, K, b)[0],
        ),
        Mistake(
            "only the last kernel",
            "your result is the map of the last kernel. Collect one map for each kernel.",
            lambda X, K, b: corr2d_multi_in_out(X, K, b)[-1],
        ),
        Mistake(
            "the first kernel for all",
            "every map comes from the first kernel. Map o comes from K[o].",
            lambda X, K, b: corr2d_multi_in_out(X, np.stack([K[0]] * len(K)), b),
        ),
        Mistake(
            "last kernel left out",
            "the map of the last kernel is missing.",
            lambda X, K, b: corr2d_multi_in_out(X, K, b)[:-1],
        ),
        Mistake(
            "input and output channels exchanged",
            "the first two axes of K are exchanged. K[o, c] is the part of kernel o for input channel c.",
            lambda X, K, b: corr2d_multi_in_out(X, K.swapaxes(0, 1), b),
        ),
        Mistake(
            "maps stacked along the height",
            "the maps stand below each other in one array (`concatenate`). Stack them along a new first axis.",
            lambda X, K, b: np.concatenate(list(corr2d_multi_in_out(X, K, b))),
        ),
        Mistake(
            "map o sees only channel o",
            "map o was made from channel o alone. Every kernel reads all input channels.",
            lambda X, K, b: (
                np.array([lib.corr2d(X[o].astype(float), K[o, o].astype(float)) for o in range(len(K))]) + column(b)
            ),
        ),
        *(Mistake(name, says, several(model)) for name, says, model in ONE_KERNEL),
    ],
    window=window,
    picture=picture,
)

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
        Mistake(
            "matrix transposed",
            "input and output channels of K are exchanged. Row o of K holds the weights of output channel o.",
            lambda X, K: conv1x1(X, np.asarray(K).T),
        ),
        Mistake(
            "channels not added",
            "your result has one map for each pair of channels. The weighted input channels are added.",
            lambda X, K: np.einsum("oc,chw->ochw", K, X),
        ),
        Mistake(
            "channels averaged",
            "the weighted channels are averaged. They are added.",
            lambda X, K: conv1x1(X, K) / len(X),
        ),
        Mistake(
            "only the first channel",
            "only input channel 0 counts in your result.",
            lambda X, K: conv1x1(X[:1], np.asarray(K)[:, :1]),
        ),
        Mistake(
            "only the last channel",
            "only the last input channel counts in your result. Add each to the ones before: `+=`, not `=`.",
            lambda X, K: conv1x1(X[-1:], np.asarray(K)[:, -1:]),
        ),
        Mistake(
            "last channel left out",
            "the last input channel is missing from your sums.",
            lambda X, K: conv1x1(X[:-1], np.asarray(K)[:, :-1]),
        ),
        Mistake(
            "first channel left out",
            "input channel 0 is missing from your sums.",
            lambda X, K: conv1x1(X[1:], np.asarray(K)[:, 1:]),
        ),
        Mistake(
            "input channels in reverse order",
            "the weights meet the input channels in reverse order. K[o, c] belongs to channel c.",
            lambda X, K: conv1x1(X[::-1], K),
        ),
        Mistake(
            "outputs in reverse order",
            "the maps come in reverse order. Row o of K makes map o.",
            lambda X, K: conv1x1(X, K)[::-1],
        ),
        Mistake(
            "outputs added",
            "all maps are added to one. Each row of K makes a map of its own.",
            lambda X, K: conv1x1(X, K).sum(axis=0),
        ),
        Mistake(
            "output channels last",
            "the output channels are the last axis of your result. They come first: (O, H, W).",
            lambda X, K: np.moveaxis(conv1x1(X, K), 0, -1),
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
            "first row for all",
            "every map comes from the first row of K. Map o comes from row o.",
            lambda X, K: conv1x1(X, np.stack([K[0]] * len(K))),
        ),
        Mistake(
            "largest channel",
            "your result keeps the largest of the weighted channels. They are added.",
            lambda X, K: np.einsum("oc,chw->ochw", K, X).max(axis=1),
        ),
        Mistake(
            "+ for *",
            "weights and channels are added. Multiply each channel by its weight, then add the products.",
            lambda X, K: (np.asarray(K)[:, :, None, None] + X).sum(axis=1),
        ),
        Mistake(
            "weights left out",
            "every map is the plain sum of the channels: K plays no part in it.",
            lambda X, K: conv1x1(X, np.ones_like(K)),
        ),
        Mistake(
            "only the first kernel",
            "your result is the map of the first row of K. Every row makes a map.",
            lambda X, K: conv1x1(X, K)[0],
        ),
    ],
    window=pixel,
)


def counted(count, names):
    """Mistakes for a formula: name -> (what is said, the wrong formula)."""
    return [Mistake(name, says, model) for name, (says, model) in names.items()]


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
    counted(
        count_params,
        {
            "one part for all input channels": (
                "each kernel is counted with one part, but it has one part for every input channel of its group.",
                lambda i, o, h, w, b, g: o * h * w + (o if b else 0),
            ),
            "bias never counted": (
                "the biases are missing: a layer with bias learns one more number for each output channel.",
                lambda i, o, h, w, b, g: o * i // g * h * w,
            ),
            "bias subtracted": (
                "the biases are taken away. The layer learns them besides the weights.",
                lambda i, o, h, w, b, g: o * i // g * h * w - (o if b else 0),
            ),
            "bias twice": (
                "the biases are counted twice. Each output channel has one.",
                lambda i, o, h, w, b, g: o * i // g * h * w + (2 * o if b else 0),
            ),
            "bias always counted": (
                "biases are counted even where bias is False.",
                lambda i, o, h, w, b, g: o * i // g * h * w + o,
            ),
            "bias turned round": (
                "biases are counted exactly where bias is False.",
                lambda i, o, h, w, b, g: o * i // g * h * w + (0 if b else o),
            ),
            "one bias for the layer": (
                "one bias is counted for the whole layer. Each output channel has its own.",
                lambda i, o, h, w, b, g: o * i // g * h * w + (1 if b else 0),
            ),
            "one bias per input channel": (
                "one bias is counted for each input channel. It belongs to the output channels.",
                lambda i, o, h, w, b, g: o * i // g * h * w + (i if b else 0),
            ),
            "one bias per part": (
                "one bias is counted for every part of every kernel. A kernel adds one bias, after its parts are "
                "added.",
                lambda i, o, h, w, b, g: o * i // g * (h * w + (1 if b else 0)),
            ),
            "one bias per weight": (
                "as many biases as weights are counted. Each output channel has one.",
                lambda i, o, h, w, b, g: o * i // g * h * w * (2 if b else 1),
            ),
            "only one kernel": (
                "one kernel is counted with its bias. There is one for each output channel.",
                lambda i, o, h, w, b, g: i // g * h * w + (1 if b else 0),
            ),
            "one kernel, all biases": (
                "the weights of one kernel are counted. There is one kernel for each output channel.",
                lambda i, o, h, w, b, g: i // g * h * w + (o if b else 0),
            ),
            "input channels as kernels": (
                "one flat kernel and one bias are counted for each input channel; the output channels play no part.",
                lambda i, o, h, w, b, g: i * (h * w + (1 if b else 0)),
            ),
            "channels added": (
                "input and output channels are added. Every output channel has a part for every input channel.",
                lambda i, o, h, w, b, g: (i + o) * h * w + (o if b else 0),
            ),
            "height and width added": (
                "the kernel's height and width are added. A part has height × width weights.",
                lambda i, o, h, w, b, g: o * i // g * (h + w) + (o if b else 0),
            ),
            "height for both": (
                "the kernel's height is used for its width too.",
                lambda i, o, h, w, b, g: o * i // g * h * h + (o if b else 0),
            ),
            "width for both": (
                "the kernel's width is used for its height too.",
                lambda i, o, h, w, b, g: o * i // g * w * w + (o if b else 0),
            ),
            "channels alone": (
                "the size of the kernel is missing: this is right for 1×1 kernels only.",
                lambda i, o, h, w, b, g: o * i // g + (o if b else 0),
            ),
            "groups ignored": (
                "groups are ignored: with g groups a kernel reads only 1/g of the input channels.",
                lambda i, o, h, w, b, g: o * i * h * w + (o if b else 0),
            ),
            "groups multiplied": (
                "the weights are multiplied by the number of groups. Groups make a layer smaller.",
                lambda i, o, h, w, b, g: o * i * g * h * w + (o if b else 0),
            ),
            "divided by groups twice": (
                "both channel counts are divided by groups. That is one group; there are `groups` of them.",
                lambda i, o, h, w, b, g: (o // g) * (i // g) * h * w + (o if b else 0),
            ),
            "one group": (
                "one group is counted, with its biases. There are `groups` of them.",
                lambda i, o, h, w, b, g: (o // g) * (i // g) * h * w + (o // g if b else 0),
            ),
            "bias divided by groups": (
                "the biases are divided by groups. Each output channel keeps its own.",
                lambda i, o, h, w, b, g: o * i // g * h * w + (o // g if b else 0),
            ),
            "bias for each group": (
                "the biases are counted once for each group. Each output channel has one.",
                lambda i, o, h, w, b, g: o * i // g * h * w + (o * g if b else 0),
            ),
            "one bias per group": (
                "one bias is counted for each group. Each output channel has one.",
                lambda i, o, h, w, b, g: o * i // g * h * w + (g if b else 0),
            ),
            "groups added": (
                "the weights of a layer without groups are counted, and groups is added or subtracted. It divides.",
                lambda i, o, h, w, b, g: o * (i - g + 1) * h * w + (o if b else 0),
            ),
            "bias inside the window": (
                "the bias is counted as one more input channel. It is one number for each kernel, not a part.",
                lambda i, o, h, w, b, g: o * (i // g + (1 if b else 0)) * h * w,
            ),
        },
    ),
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
    counted(
        conv_macs,
        {
            "multiplications and additions counted apart": (
                "your count is twice the right one. A multiply-add is one multiplication together with one addition.",
                lambda i, o, h, w, y, x, g: 2 * conv_macs(i, o, h, w, y, x, g),
            ),
            "bias counted": (
                "the additions of the bias are counted too. Only products count here.",
                lambda i, o, h, w, y, x, g: conv_macs(i, o, h, w, y, x, g) + o * y * x,
            ),
            "additions between products": (
                "you counted the additions between the products, one fewer than products in each window.",
                lambda i, o, h, w, y, x, g: o * (i // g * h * w - 1) * y * x,
            ),
            "all operations": (
                "you counted products and the additions between them. Count each product once.",
                lambda i, o, h, w, y, x, g: o * (2 * (i // g) * h * w - 1) * y * x,
            ),
            "all operations and the bias": (
                "you counted products, additions and the bias. Count each product once.",
                lambda i, o, h, w, y, x, g: 2 * conv_macs(i, o, h, w, y, x, g) + o * y * x,
            ),
            "input channels left out": (
                "the input channels are missing: a kernel multiplies in every channel of its group.",
                lambda i, o, h, w, y, x, g: o * h * w * y * x,
            ),
            "input channels left out, divided by groups": (
                "the input channels are missing, and the rest is divided by groups.",
                lambda i, o, h, w, y, x, g: o // g * h * w * y * x,
            ),
            "output channels left out": (
                "the output channels are missing: every kernel works at every place.",
                lambda i, o, h, w, y, x, g: i // g * h * w * y * x,
            ),
            "groups ignored": (
                "groups are ignored: with g groups a kernel reads only 1/g of the input channels.",
                lambda i, o, h, w, y, x, g: o * i * h * w * y * x,
            ),
            "groups multiplied": (
                "the count is multiplied by the number of groups. Groups save work.",
                lambda i, o, h, w, y, x, g: o * i * g * h * w * y * x,
            ),
            "divided by groups twice": (
                "both channel counts are divided by groups. That is the work of one group; there are `groups` of them.",
                lambda i, o, h, w, y, x, g: (o // g) * (i // g) * h * w * y * x,
            ),
            "parameters only": (
                "this is the number of weights. Each weight is used at every place of the output.",
                lambda i, o, h, w, y, x, g: o * i // g * h * w,
            ),
            "parameters with bias": (
                "this is the number of parameters. Each weight is used at every place of the output.",
                lambda i, o, h, w, y, x, g: o * i // g * h * w + o,
            ),
            "output values only": (
                "this is the number of values in the output. Each of them costs a whole window of products.",
                lambda i, o, h, w, y, x, g: o * y * x,
            ),
            "the bias once": (
                "the biases are counted too, once for each kernel. Only products count here.",
                lambda i, o, h, w, y, x, g: o * i // g * h * w * y * x + o,
            ),
            "the output shrunk again": (
                "you took the kernel's size away once more. `h_out` and `w_out` are the output's sizes already.",
                lambda i, o, h, w, y, x, g: o * i // g * h * w * (y - h + 1) * (x - w + 1),
            ),
            "places counted on the input": (
                "you counted a window for every pixel of the input. Count the places of the output.",
                lambda i, o, h, w, y, x, g: o * i // g * h * w * (y + h - 1) * (x + w - 1),
            ),
            "output height for both": (
                "the output's height is used for its width too.",
                lambda i, o, h, w, y, x, g: o * i // g * h * w * y * y,
            ),
            "output width for both": (
                "the output's width is used for its height too.",
                lambda i, o, h, w, y, x, g: o * i // g * h * w * x * x,
            ),
            "kernel height for both": (
                "the kernel's height is used for its width too.",
                lambda i, o, h, w, y, x, g: o * i // g * h * h * y * x,
            ),
            "kernel width for both": (
                "the kernel's width is used for its height too.",
                lambda i, o, h, w, y, x, g: o * i // g * w * w * y * x,
            ),
            "kernel left out": (
                "the size of the kernel is missing: this is right for 1×1 kernels only.",
                lambda i, o, h, w, y, x, g: o * i // g * y * x,
            ),
            "one row of places": (
                "the output's width is missing: you counted one place in each row.",
                lambda i, o, h, w, y, x, g: o * i // g * h * w * y,
            ),
            "one column of places": (
                "the output's height is missing: you counted one place in each column.",
                lambda i, o, h, w, y, x, g: o * i // g * h * w * x,
            ),
            "channels added": (
                "input and output channels are added. Every output channel reads every input channel of its group.",
                lambda i, o, h, w, y, x, g: (o + i // g) * h * w * y * x,
            ),
            "heights and widths added": (
                "height and width of the output are added. The output has height × width places.",
                lambda i, o, h, w, y, x, g: o * i // g * h * w * (y + x),
            ),
            "kernel height and width added": (
                "height and width of the kernel are added. A part has height × width weights.",
                lambda i, o, h, w, y, x, g: o * i // g * (h + w) * y * x,
            ),
            "windows that do not overlap": (
                "every number of the input is counted once. Windows overlap: count the products place by place.",
                lambda i, o, h, w, y, x, g: o * i // g * (y + h - 1) * (x + w - 1),
            ),
        },
    ),
)

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
        Mistake(
            "bias left out",
            "the bias is missing. Is it a parameter of your layer, and does `forward` use it?",
            lambda X, K, b: layer_forward(X, K, np.zeros(len(K))),
        ),
        Mistake(
            "bias twice",
            "the bias is added twice: once by the convolution and once by you.",
            lambda X, K, b: layer_forward(X, K, 2 * np.asarray(b)),
        ),
        Mistake(
            "bias subtracted",
            "the bias is subtracted. It is added.",
            lambda X, K, b: layer_forward(X, K, -np.asarray(b)),
        ),
        Mistake(
            "bias along the width",
            "the bias runs along the columns. It belongs to output channels: shape it (O, 1, 1).",
            lambda X, K, b: layer_forward(X, K, np.zeros(len(K))) + b,
        ),
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
            "height and width of the kernel exchanged",
            "the last two axes of the weight are exchanged. They are (out, in, height, width).",
            lambda X, K, b: layer_forward(X, np.swapaxes(K, 2, 3), b),
        ),
        Mistake(
            "flipped",
            "the kernel was turned round: a true convolution. A layer lays it down as it is.",
            lambda X, K, b: layer_forward(X, K[:, :, ::-1, ::-1], b),
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
            "only the first image",
            "your result holds the first image of the batch only.",
            lambda X, K, b: layer_forward(X, K, b)[0],
        ),
        Mistake(
            "only the first image, in a batch of one",
            "your result holds the first image only. Every image of the batch goes through the layer.",
            lambda X, K, b: layer_forward(X, K, b)[:1],
        ),
        Mistake(
            "batch averaged",
            "the images of the batch are averaged. Each goes through the layer by itself.",
            lambda X, K, b: layer_forward(X, K, b).mean(axis=0),
        ),
        Mistake(
            "batch added",
            "the images of the batch are added. Each goes through the layer by itself.",
            lambda X, K, b: layer_forward(X, K, b).sum(axis=0),
        ),
        Mistake(
            "batch and channels exchanged",
            "the first two axes of your result are exchanged. They are (N, O, H', W').",
            lambda X, K, b: layer_forward(X, K, b).swapaxes(0, 1),
        ),
        Mistake(
            "channels last",
            "your result has its channels last. The shape is (N, O, H', W').",
            lambda X, K, b: np.moveaxis(layer_forward(X, K, b), 1, -1),
        ),
        Mistake(
            "channels averaged",
            "the result is divided by the number of input channels. The channels' results are added.",
            lambda X, K, b: layer_forward(X, np.asarray(K) / K.shape[1], b),
        ),
        Mistake(
            "one axis lost",
            "your result lost an axis of length 1 (`squeeze`). The shape is (N, O, H', W'), even where N or O is 1.",
            lambda X, K, b: np.squeeze(layer_forward(X, K, b)),
        ),
        Mistake(
            "the input itself",
            "your function returned its input. What does `forward` return?",
            lambda X, K, b: np.asarray(X, float),
        ),
    ],
    allows=("torch",),
)

PREDICTION = Exercise(
    predict_layer,
    [Claim("the prediction", 1, [()])],
    [
        Mistake(
            "one part for all channels",
            "the shape is right, but each kernel has a part for every colour: three 5×5 parts, not one.",
            lambda: ((10, 8, 16, 20), 208),
        ),
        Mistake(
            "bias forgotten",
            "the shape is right, but the biases are missing. How many of them does the layer have?",
            lambda: ((10, 8, 16, 20), 600),
        ),
        Mistake(
            "one bias",
            "the shape is right, but the layer has more than one bias. Each kernel has its own.",
            lambda: ((10, 8, 16, 20), 601),
        ),
        Mistake(
            "a bias per colour",
            "the shape is right, but biases belong to kernels, not to colours.",
            lambda: ((10, 8, 16, 20), 603),
        ),
        Mistake(
            "a bias per part",
            "the shape is right, but you counted a bias for each part of a kernel. A kernel has one.",
            lambda: ((10, 8, 16, 20), 624),
        ),
        Mistake(
            "one kernel",
            "the shape is right, but you counted one kernel. There are eight.",
            lambda: ((10, 8, 16, 20), 76),
        ),
        Mistake(
            "one parameter count per image",
            "the shape is right, but the weights do not multiply with the batch: all images share them.",
            lambda: ((10, 8, 16, 20), 6080),
        ),
        Mistake(
            "batch forgotten",
            "your shape has three axes. The batch of ten comes first.",
            lambda: ((8, 16, 20), 608),
        ),
        Mistake(
            "channels last",
            "your shape has the channels last. PyTorch has them second: (N, C, H, W).",
            lambda: ((10, 16, 20, 8), 608),
        ),
        Mistake(
            "input channels kept",
            "your output has three channels. One map comes from each kernel.",
            lambda: ((10, 3, 16, 20), 608),
        ),
        Mistake(
            "a map for each pair",
            "you counted a map for each pair of kernel and colour. The three results of a kernel are added.",
            lambda: ((10, 24, 16, 20), 608),
        ),
        Mistake(
            "size kept",
            "your maps are as large as the images. A 5×5 window has fewer places; nothing was padded.",
            lambda: ((10, 8, 20, 24), 608),
        ),
        Mistake(
            "n − k",
            "each side of your maps is one too small. Count the places of a window with your finger.",
            lambda: ((10, 8, 15, 19), 608),
        ),
        Mistake(
            "width before height",
            "height and width are exchanged. The height comes first.",
            lambda: ((10, 8, 20, 16), 608),
        ),
    ],
)

EXERCISES = [PREDICTION, MULTI_IN, MULTI_IN_OUT, ONE_BY_ONE, PARAMS, MACS, FORWARD]
