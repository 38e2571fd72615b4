"""Chapter 12: windows along one axis and along three, and layers that never see the future."""

import numpy as np

import lib
from lib.check import Claim, Exercise, Mistake
from lib.exercises.inputs import floats, ints, quarters

# --- one axis


def corr1d_multi(X, K):
    """Each output channel adds up what its slices give on all input channels."""
    return lib.conv1d(np.asarray(X, dtype=float), np.asarray(K, dtype=float))


def signal_window(at, X, K, d=None):
    """What one output of a 1-D layer reads: all channels, k moments; with `d`, as a causal layer reads them."""
    t, k = at[1], K.shape[2]
    if d is None:
        return X[:, t : t + k]
    return np.pad(X, [(0, 0), (d * (k - 1), 0)])[:, t : t + d * (k - 1) + 1 : d]


CORR1D_CLAIMS = [
    Claim("one channel, one kernel", 1, [(np.array([[2, 5, -1, 0, 4, 1, -3]]), np.array([[[1, 3, -2]]]))]),
    Claim(
        "several channels",
        1,
        lambda rng: [(ints(rng, 3, 8), ints(rng, 2, 3, 4)), (ints(rng, 2, 7), ints(rng, 5, 2, 3))],
    ),
    Claim(
        "the shortest and the longest kernel",
        1,
        lambda rng: [(ints(rng, 2, 5), ints(rng, 3, 2, 1)), (ints(rng, 4, 6), ints(rng, 3, 4, 6))],
    ),
    Claim("whole numbers in, fractions out", 1, lambda rng: [(ints(rng, 3, 7), quarters(rng, 4, 3, 2))]),
    Claim(
        "other signals and kernels",
        1,
        lambda rng: [
            (floats(rng, c, int(rng.integers(k + 2, 14))), floats(rng, o, c, k))
            for o, c, k in [(1, 4, 3), (4, 1, 5), (3, 5, 2), (6, 2, 4)]
        ],
        hidden=True,
    ),
]


def as_float(X):
    return np.asarray(X, dtype=float)


def padded(X, K, d, before, after):
    """corr1d_multi with dilation d and zeros at both ends."""
    X = np.pad(np.asarray(X, dtype=float), [(0, 0), (before, after)])
    return lib.conv1d(X, np.asarray(K, dtype=float), dilation=d)


def slices(X, K):
    """What each slice gives on its channel, before adding: (O, C, L − k + 1)."""
    X, K = np.asarray(X, dtype=float), np.asarray(K, dtype=float)
    return np.array(
        [[lib.conv1d(X[c : c + 1], K[o : o + 1, c : c + 1])[0] for c in range(len(X))] for o in range(len(K))]
    )


CORR1D_MISTAKES = [
    # the kernel
    Mistake(
        "flipped",
        "your kernels are turned round, as np.convolve does it. Lay them down as they are.",
        lambda X, K: corr1d_multi(X, K[..., ::-1]),
    ),
    Mistake(
        "full padding, flipped",
        "you used the whole of `np.convolve`: it turns the kernel round and lets it hang over the ends. Here it "
        "lies as it is and stays inside.",
        lambda X, K: padded(X, K[..., ::-1], 1, K.shape[2] - 1, K.shape[2] - 1),
    ),
    # the channels
    Mistake(
        "mean over the channels",
        "the channels are averaged. They are added.",
        lambda X, K: corr1d_multi(X, K) / len(X),
    ),
    Mistake(
        "channels not added",
        "your result keeps an axis for the input channels. What the slices give is added.",
        slices,
    ),
    Mistake(
        "channels not added, at the end",
        "your result keeps an axis for the input channels, at its end. Add what the slices give: `.sum()` over all "
        "of the window.",
        lambda X, K: np.moveaxis(slices(X, K), 1, -1),
    ),
    Mistake(
        "channels kept, outputs added",
        "your result has a channel for each input channel. It has one for each kernel: add over the inputs.",
        lambda X, K: slices(X, K).sum(axis=0),
    ),
    Mistake(
        "largest of the channels",
        "your result is the largest of what the channels give. They are added.",
        lambda X, K: slices(X, K).max(axis=1),
    ),
    Mistake(
        "channels added too early",
        "you add the channels first, and the slices of a kernel, and slide then. Each slice meets its own channel; "
        "the results are added.",
        lambda X, K: corr1d_multi(X.sum(axis=0, keepdims=True), K.sum(axis=1, keepdims=True)),
    ),
    Mistake(
        "times the input channels",
        "your result is multiplied by the number of input channels. Is the sum over them made once for each?",
        lambda X, K: corr1d_multi(X, K) * len(X),
    ),
]

# --- never the future


def causal_conv1d(X, K, d):
    """The same with d · (k − 1) zeros before the first moment."""
    return padded(X, K, d, d * (K.shape[2] - 1), 0)


CAUSAL_CLAIMS = [
    Claim(
        "dilation 1",
        1,
        lambda rng: [(ints(rng, 1, 7), ints(rng, 1, 1, 3), 1), (ints(rng, 2, 6), ints(rng, 3, 2, 4), 1)],
    ),
    Claim(
        "dilated",
        1,
        lambda rng: [(ints(rng, 2, 9), ints(rng, 3, 2, 3), 2), (ints(rng, 3, 10), ints(rng, 2, 3, 2), 3)],
    ),
    Claim(
        "a kernel that reaches back beyond the start",
        1,
        lambda rng: [(ints(rng, 2, 5), ints(rng, 3, 2, 3), 4), (ints(rng, 2, 6), ints(rng, 4, 2, 1), 2)],
    ),
    Claim("whole numbers in, fractions out", 1, lambda rng: [(ints(rng, 2, 8), quarters(rng, 3, 2, 3), 2)]),
    Claim(
        "other signals and kernels",
        2,
        lambda rng: [
            (floats(rng, c, int(rng.integers(5, 14))), floats(rng, o, c, k), d)
            for o, c, k, d in [(1, 3, 3, 1), (4, 2, 2, 4), (2, 3, 4, 2), (3, 1, 5, 3)]
        ],
        hidden=True,
    ),
]


def ends(X, K, d):
    """All the zeros that the window needs to keep the length."""
    return d * (K.shape[2] - 1)


def spread(K, d):
    """Kernels with d − 1 zeros between their numbers."""
    wide = np.zeros((*K.shape[:2], d * (K.shape[2] - 1) + 1))
    wide[..., ::d] = K
    return wide


CAUSAL_MISTAKES = [
    # where the zeros stand
    Mistake(
        "sees the future",
        "all your zeros stand after the last moment, so each output looks ahead. Put them before the first moment.",
        lambda X, K, d: padded(X, K, d, 0, ends(X, K, d)),
    ),
    Mistake(
        "zeros on both sides",
        "half of your zeros stand at each end, so outputs look ahead. All zeros belong before the first moment.",
        lambda X, K, d: padded(X, K, d, ends(X, K, d) // 2, ends(X, K, d) - ends(X, K, d) // 2),
    ),
    Mistake(
        "more zeros before than after",
        "your zeros stand at both ends. All of them belong before the first moment.",
        lambda X, K, d: padded(X, K, d, ends(X, K, d) - ends(X, K, d) // 2, ends(X, K, d) // 2),
    ),
    Mistake(
        "k − 1 zeros before, the rest after",
        "k − 1 of your zeros stand before the first moment and the rest after the last, so outputs look ahead. How far "
        "back does the kernel reach?",
        lambda X, K, d: padded(X, K, d, K.shape[2] - 1, ends(X, K, d) - K.shape[2] + 1),
    ),
    Mistake(
        "all zeros on both sides",
        "your result is longer than X: the zeros stand before it *and* after it.",
        lambda X, K, d: padded(X, K, d, ends(X, K, d), ends(X, K, d)),
    ),
    Mistake(
        "from the future",
        "your layer is causal backwards: each output sees only the present and the future. Put the zeros before the "
        "first moment.",
        lambda X, K, d: causal_conv1d(X[:, ::-1], K, d)[:, ::-1],
    ),
    Mistake(
        "zeros written behind",
        "your first outputs are those of the first whole windows, and zeros fill up the end. Put the zeros before "
        "the *signal*.",
        lambda X, K, d: np.pad(padded(X, K, d, 0, 0), [(0, 0), (0, ends(X, K, d))]),
    ),
    Mistake(
        "one zero too many at the end",
        "your result is one moment too long: there is a zero behind the signal.",
        lambda X, K, d: padded(X, K, d, ends(X, K, d), 1),
    ),
    # how many zeros there are
    Mistake(
        "no zeros",
        "your result is shorter than X. Put zeros before the first moment, so that it keeps its length.",
        lambda X, K, d: padded(X, K, d, 0, 0),
    ),
    Mistake(
        "the present left out",
        "your output t ends one moment too early: it does not see moment t itself. How many zeros are needed?",
        lambda X, K, d: padded(X[:, :-1], K, d, ends(X, K, d) + 1, 0),
    ),
    Mistake(
        "one moment ahead",
        "your output t sees moment t + 1. You have one zero too few before, and one number too many after.",
        lambda X, K, d: padded(X[:, 1:], K, d, ends(X, K, d), 1),
    ),
    Mistake(
        "k − 1 zeros",
        "you put k − 1 zeros before the signal, whatever the dilation. How far back does the kernel reach?",
        lambda X, K, d: padded(X, K, d, K.shape[2] - 1, 0),
    ),
    Mistake(
        "d · k zeros",
        "you put d · k zeros before the signal, so the result is too long. Between k numbers there are k − 1 steps.",
        lambda X, K, d: padded(X, K, d, d * K.shape[2], 0),
    ),
    Mistake(
        "d · k − 1 zeros",
        "you put d · k − 1 zeros before the signal. Between k numbers there are k − 1 steps of d.",
        lambda X, K, d: padded(X, K, d, d * K.shape[2] - 1, 0),
    ),
    Mistake(
        "d · k zeros, then cut",
        "you put d · k zeros before the signal, so output t sees moment t − d and not t. Between k numbers there "
        "are k − 1 steps.",
        lambda X, K, d: padded(X, K, d, d * K.shape[2], 0)[:, : X.shape[1]],
    ),
    Mistake(
        "k zeros",
        "you put k zeros before the signal. How far back does the kernel reach, with k numbers that are d apart?",
        lambda X, K, d: padded(X, K, d, K.shape[2], 0),
    ),
    Mistake(
        "d zeros",
        "you put d zeros before the signal. How far back does the kernel reach, with k numbers that are d apart?",
        lambda X, K, d: padded(X, K, d, d, 0),
    ),
    # what stands before the signal
    Mistake(
        "first value repeated",
        "before the first moment you repeat the first value. Zeros stand there.",
        lambda X, K, d: padded(np.pad(X, [(0, 0), (ends(X, K, d), 0)], "edge"), K, d, 0, 0),
    ),
    Mistake(
        "end of the signal before its start",
        "before the first moment you put the end of the signal: that is the future. Zeros stand there.",
        lambda X, K, d: padded(np.pad(X, [(0, 0), (ends(X, K, d), 0)], "wrap"), K, d, 0, 0),
    ),
    Mistake(
        "start reflected",
        "before the first moment you put the signal in a mirror. Zeros stand there.",
        lambda X, K, d: padded(np.pad(X, [(0, 0), (ends(X, K, d), 0)], "reflect"), K, d, 0, 0),
    ),
    Mistake(
        "ones before the signal",
        "before the first moment you put ones. Zeros stand there.",
        lambda X, K, d: padded(np.pad(as_float(X), [(0, 0), (ends(X, K, d), 0)], constant_values=1), K, d, 0, 0),
    ),
    Mistake(
        "first outputs left 0",
        "the first outputs are 0. They see fewer moments, but they do see some.",
        lambda X, K, d: np.where(np.arange(X.shape[1]) < ends(X, K, d), 0, causal_conv1d(X, K, d)),
    ),
    # the dilation
    Mistake(
        "dilation left out",
        "your kernel's numbers meet neighbouring moments. With dilation d they are d moments apart.",
        lambda X, K, d: causal_conv1d(X, K, 1),
    ),
    Mistake(
        "dilation counted from 0",
        "your kernel's numbers are d + 1 moments apart. With dilation d they are d apart: d = 1 is the ordinary "
        "kernel.",
        lambda X, K, d: causal_conv1d(X, K, d + 1),
    ),
    Mistake(
        "dilation of the zeros only",
        "your zeros know about the dilation, your kernel does not: the result is too long.",
        lambda X, K, d: padded(X, K, 1, ends(X, K, d), 0),
    ),
    Mistake(
        "dilation of the zeros only, then cut",
        "your zeros know about the dilation, your kernel does not.",
        lambda X, K, d: padded(X, K, 1, ends(X, K, d), 0)[:, : X.shape[1]],
    ),
    Mistake(
        "stride for dilation",
        "your window jumps by d. Dilation leaves the window's step at one and puts gaps into the kernel.",
        lambda X, K, d: causal_conv1d(X, K, 1)[:, ::d],
    ),
    Mistake(
        "every d-th moment only",
        "your window reads neighbours in a signal of every d-th moment. Each moment needs an output.",
        lambda X, K, d: causal_conv1d(X[:, ::d], K, 1),
    ),
    Mistake(
        "kernel numbers repeated",
        "you repeat each number of the kernel d times. Between two numbers stand d − 1 zeros.",
        lambda X, K, d: causal_conv1d(X, np.repeat(K, d, axis=2), 1),
    ),
    Mistake(
        "moments repeated",
        "you repeat each moment d times. The signal stays as it is; the *kernel's* numbers stand d moments apart.",
        lambda X, K, d: causal_conv1d(np.repeat(X, d, axis=1), K, 1)[:, : X.shape[1]],
    ),
    # the kernel
    Mistake(
        "kernel turned round",
        "your kernel's *first* number meets the present. Its last one does: the kernel lies as it is, from past to "
        "present.",
        lambda X, K, d: causal_conv1d(X, K[..., ::-1], d),
    ),
    Mistake(
        "kernel turned round, without gaps",
        "your kernel is turned round and has no gaps. Its last number meets the present, and its numbers are d "
        "moments apart.",
        lambda X, K, d: causal_conv1d(X, K[..., ::-1], 1),
    ),
    # the channels
    Mistake(
        "mean over the channels",
        "the channels are averaged. They are added.",
        lambda X, K, d: causal_conv1d(X, K, d) / len(X),
    ),
    Mistake(
        "channels not added",
        "your result keeps an axis for the input channels. What the slices give is added.",
        lambda X, K, d: slices(np.pad(as_float(X), [(0, 0), (ends(X, K, d), 0)]), spread(K, d)),
    ),
    Mistake(
        "channels added too early",
        "you add the channels first, and the slices of a kernel, and slide then. Each slice meets its own channel; "
        "the results are added.",
        lambda X, K, d: causal_conv1d(X.sum(axis=0, keepdims=True), K.sum(axis=1, keepdims=True), d),
    ),
]

# --- three axes


def corr3d(X, K):
    """The sum of block × kernel at every place where the kernel fits into the volume."""
    return lib.conv3d(np.asarray(X, dtype=float)[None], np.asarray(K, dtype=float)[None, None])[0]


def volume_window(at, X, K):
    """The block of X that one output reads."""
    return X[tuple(slice(i, i + k) for i, k in zip(at, K.shape, strict=True))]


CORR3D_CLAIMS = [
    Claim("a small film", 1, lambda rng: [(ints(rng, 3, 4, 5), ints(rng, 2, 2, 3))]),
    Claim(
        "blocks of other shapes",
        1,
        lambda rng: [(ints(rng, 5, 3, 4), ints(rng, 2, 3, 1)), (ints(rng, 4, 5, 3), ints(rng, 3, 1, 2))],
    ),
    Claim(
        "the smallest and the largest block",
        1,
        lambda rng: [(ints(rng, 2, 3, 4), ints(rng, 1, 1, 1)), (ints(rng, 2, 4, 3), ints(rng, 2, 4, 3))],
    ),
    Claim("whole numbers in, fractions out", 1, lambda rng: [(ints(rng, 4, 3, 5), quarters(rng, 2, 2, 3))]),
    Claim(
        "other volumes",
        2,
        lambda rng: [
            (floats(rng, *(np.array(size) + rng.integers(1, 4, 3))), floats(rng, *size))
            for size in [(1, 3, 2), (3, 2, 1), (2, 1, 4), (4, 2, 3)]
        ],
        hidden=True,
    ),
]


def blocks(X, K, combine):
    """corr3d with any function of a block of X and the kernel."""
    X, K = as_float(X), as_float(K)
    (D, H, W), (d, h, w) = X.shape, K.shape
    places = np.ndindex(D - d + 1, H - h + 1, W - w + 1)
    values = [combine(X[t : t + d, i : i + h, j : j + w], K) for t, i, j in places]
    return np.array(values).reshape(D - d + 1, H - h + 1, W - w + 1)


def frames(X, K):
    """Each frame alone under the first slice of the kernel."""
    return np.stack([lib.corr2d(as_float(frame), as_float(K[0])) for frame in X])


def filled(X, K, before, after):
    """corr3d of X with zeros round it."""
    return corr3d(np.pad(as_float(X), list(zip(before, after, strict=True))), K)


CORR3D_MISTAKES = [
    # the depth
    Mistake(
        "depth treated as channels",
        "you added everything up over the depth, as over channels. The kernel also slides along the depth, so the "
        "result has D − d + 1 maps.",
        lambda X, K: corr3d(X, K).sum(axis=0),
    ),
    Mistake(
        "depth added with an axis",
        "your result has depth 1: you added up over the depth, as over channels. The kernel slides along the depth.",
        lambda X, K: corr3d(X, K).sum(axis=0, keepdims=True),
    ),
    Mistake(
        "each frame alone",
        "each frame is read alone, with the first slice of the kernel. The block reads d frames at a time.",
        frames,
    ),
    Mistake(
        "each frame alone, mean of the slices",
        "you averaged the slices of the kernel and read each frame alone. Slice a belongs to frame t + a.",
        lambda X, K: corr3d(X, K.mean(axis=0, keepdims=True)),
    ),
    Mistake(
        "kernel added over its depth",
        "you added the slices of the kernel and read each frame alone. Slice a belongs to frame t + a.",
        lambda X, K: corr3d(X, K.sum(axis=0, keepdims=True)),
    ),
    Mistake(
        "slice with its own frame only",
        "slice a of the kernel reads frame a, and nothing is added. The block slides along the film, and what its "
        "slices give is added.",
        lambda X, K: np.stack([lib.corr2d(as_float(frame), as_float(part)) for frame, part in zip(X, K, strict=False)]),
    ),
    Mistake(
        "one frame for all slices",
        "all slices of the kernel read the same frame. Slice a reads frame t + a.",
        lambda X, K: corr3d(X[: len(X) - len(K) + 1], K.sum(axis=0, keepdims=True)),
    ),
    Mistake(
        "slices not added",
        "your result keeps an axis for the slices of the kernel. What they give is added.",
        lambda X, K: np.stack([corr3d(X[a : len(X) - len(K) + 1 + a], K[a : a + 1]) for a in range(len(K))]),
    ),
    Mistake(
        "mean over the depth",
        "your result is divided by the depth of the kernel. What the slices give is added.",
        lambda X, K: corr3d(X, K) / len(K),
    ),
    Mistake(
        "times the depth",
        "your result is multiplied by the kernel's depth. Is something added once for each slice?",
        lambda X, K: corr3d(X, K) * len(K),
    ),
    Mistake(
        "largest over the depth",
        "your result is the largest of what the slices give. They are added.",
        lambda X, K: blocks(X, K, lambda block, K: (block * K).sum(axis=(1, 2)).max()),
    ),
    # the border
    Mistake(
        "same padding in the plane",
        "your maps are as large as the frames: zeros were added round them. Here the block stays inside.",
        lambda X, K: filled(X, K, [0, *((k - 1) // 2 for k in K.shape[1:])], [0, *(k // 2 for k in K.shape[1:])]),
    ),
    Mistake(
        "same padding in depth",
        "your result has as many maps as X has frames: zeros were added before or after. Here the block stays inside.",
        lambda X, K: filled(X, K, [(len(K) - 1) // 2, 0, 0], [len(K) // 2, 0, 0]),
    ),
    Mistake(
        "zeros before and after the film, more before",
        "your result is as deep as X: there are zeros before and behind the film. Here the block stays inside.",
        lambda X, K: filled(X, K, (len(K) // 2, 0, 0), ((len(K) - 1) // 2, 0, 0)),
    ),
    Mistake(
        "blocks do not overlap in depth",
        "your block jumps by its own depth. It moves by one frame at a time.",
        lambda X, K: corr3d(X, K)[:: K.shape[0]],
    ),
]

# --- the prediction


FILM, BLOCK = (2, 10, 12, 20), (5, 2, 3, 3, 3)  # the prediction: shape of the film, of the layer's weight


def predict_shape():
    """Depth, height and width each shrink by two; the channels become five."""
    return [BLOCK[0], *(n - k + 1 for n, k in zip(FILM[1:], BLOCK[2:], strict=True))]


PREDICT_MISTAKES = [
    # the channels
    Mistake(
        "input channels kept",
        "your shape has the two input channels. There is one output channel for each kernel.",
        lambda: [2, 8, 10, 18],
    ),
    Mistake(
        "both channel counts",
        "your shape has the input and the output channels. What the slices for the input channels give is added.",
        lambda: [5, 2, 8, 10, 18],
    ),
    Mistake(
        "channels multiplied",
        "your shape has a channel for each pair of input and output. Input channels are added up.",
        lambda: [10, 8, 10, 18],
    ),
    Mistake(
        "channels multiplied, nothing shrunk",
        "input channels are added up, so they do not multiply the outputs; and without padding each axis shrinks.",
        lambda: [10, 10, 12, 20],
    ),
    Mistake(
        "channels added",
        "you added the channel counts. There is one output channel for each kernel.",
        lambda: [7, 8, 10, 18],
    ),
    Mistake(
        "channels shrunk",
        "you took two off the channels as well. Nothing slides along them.",
        lambda: [3, 8, 10, 18],
    ),
    Mistake("no channels", "your shape has no channels. There is one for each kernel.", lambda: [8, 10, 18]),
    Mistake(
        "channels last",
        "your shape has the channels last. PyTorch puts them before the axes that slide.",
        lambda: [8, 10, 18, 5],
    ),
    Mistake(
        "depth before the channels",
        "your shape has the depth before the channels. The order is (C, D, H, W).",
        lambda: [8, 5, 10, 18],
    ),
    # the depth
    Mistake(
        "depth kept",
        "in your shape the depth stayed 10. The kernel slides along the depth too, and is 3 deep.",
        lambda: [5, 10, 10, 18],
    ),
    Mistake(
        "depth gone",
        "your shape has no depth. Depth is not a channel: the kernel slides along it.",
        lambda: [5, 10, 18],
    ),
    Mistake(
        "one map",
        "your depth is 1, as if the kernel were as deep as the film. It is 3 deep and slides along the depth.",
        lambda: [5, 1, 10, 18],
    ),
    Mistake(
        "frames and rows exchanged",
        "depth and height are exchanged. The order is (C, D, H, W).",
        lambda: [5, 10, 8, 18],
    ),
    # the size
    Mistake(
        "shrunk by three",
        "a window of 3 has n − 3 + 1 places, not n − 3.",
        lambda: [5, 7, 9, 17],
    ),
    Mistake(
        "shrunk by one",
        "a window of 3 has n − 3 + 1 places, so each axis loses two, not one.",
        lambda: [5, 9, 11, 19],
    ),
    Mistake(
        "shrunk by four",
        "a window of 3 has n − 3 + 1 places, so each axis loses two in all, not two at each end.",
        lambda: [5, 6, 8, 16],
    ),
    Mistake(
        "same size",
        "in your shape nothing shrinks. There is no padding: a window of 3 has n − 3 + 1 places.",
        lambda: [5, 10, 12, 20],
    ),
    Mistake("grown", "each axis shrinks: the kernel stays inside.", lambda: [5, 12, 14, 22]),
    Mistake(
        "divided by three",
        "you divided by the kernel's size. It moves by one at a time.",
        lambda: [5, 3, 4, 6],
    ),
    Mistake(
        "rows and columns exchanged",
        "height and width are exchanged. The order is (C, D, H, W).",
        lambda: [5, 8, 18, 10],
    ),
    Mistake("shape of the input", "this is the shape that goes in.", lambda: [2, 10, 12, 20]),
]

EXERCISES = [
    Exercise(predict_shape, [Claim("the prediction", 1, [()])], PREDICT_MISTAKES),
    Exercise(corr1d_multi, CORR1D_CLAIMS, CORR1D_MISTAKES, axes=("channel", "moment"), slides=1, window=signal_window),
    Exercise(causal_conv1d, CAUSAL_CLAIMS, CAUSAL_MISTAKES, axes=("channel", "moment"), slides=1, window=signal_window),
    Exercise(corr3d, CORR3D_CLAIMS, CORR3D_MISTAKES, axes=("map", "row", "column"), slides=3, window=volume_window),
]
