"""Slips that a function can make whatever it computes: with an image for a result, a number, channels, a window."""

import numpy as np

from lib.check import Mistake
from lib.check.compare import difference

PLACES = (  # those of `of_an_image` that speak of the places of a window, for results that no window gives
    "last row and column left out",
    "last row left out",
    "last column left out",
    "starts one window late",
    "every second window",
    "always the first window",
    "the total",
)


def of_an_image(right, *, leave_out=()):
    """Mistakes that spoil the result of `right` afterwards; rows and columns are the last two axes of the result.

    >>> [slip.name for slip in of_an_image(np.negative)][:2]
    ['last row and column left out', 'last row left out']
    """

    def first_only(Y):
        only = np.zeros_like(Y)
        only[..., 0, 0] = Y[..., 0, 0]
        return only

    listed = [
        (
            "last row and column left out",
            "your result lacks its last row and its last column. Count the places of a 2-wide window on 4 numbers with "
            "your finger: where does the last one start?",
            lambda Y: Y[..., :-1, :-1],
        ),
        (
            "last row left out",
            "your result lacks its last row. How many places are there from top to bottom?",
            lambda Y: Y[..., :-1, :],
        ),
        (
            "last column left out",
            "your result lacks its last column. How many places are there from left to right?",
            lambda Y: Y[..., :-1],
        ),
        (
            "starts one window late",
            "the first row and the first column of the result are missing. Counting starts at 0.",
            lambda Y: Y[..., 1:, 1:],
        ),
        (
            "every second window",
            "your result has only every second row and column of the right one.",
            lambda Y: Y[..., ::2, ::2],
        ),
        (
            "rows and columns exchanged",
            "rows and columns of your result are exchanged.",
            lambda Y: Y.swapaxes(-1, -2),
        ),
        (
            "upside down",
            "the rows of your result stand in reverse order.",
            lambda Y: Y[..., ::-1, :],
        ),
        (
            "mirrored",
            "the columns of your result stand in reverse order.",
            lambda Y: Y[..., ::-1],
        ),
        (
            "one axis too many",
            "your result has an extra axis of length 1 in front. Take it away, for example with `Y[0]`.",
            lambda Y: Y[None],
        ),
        (
            "one row of numbers",
            "your result is one long row: the numbers are not in rows and columns any more.",
            lambda Y: Y.ravel(),
        ),
        (
            "wrong sign",
            "your result has every sign turned round.",
            lambda Y: -Y,
        ),
        (
            "absolute values",
            "your result equals the right one without its minus signs. Numbers may be negative; keep the sign.",
            np.abs,
        ),
        (
            "negatives set to zero",
            "your result has 0 where a negative number belongs. Keep the sign.",
            lambda Y: np.maximum(Y, 0),
        ),
        (
            "positives set to zero",
            "your result has 0 where a positive number belongs. Keep the sign.",
            lambda Y: np.minimum(Y, 0),
        ),
        (
            "truncated to whole numbers",
            "the fractions are cut off. An array made for whole numbers, such as `np.zeros_like` of one, cuts "
            "everything that you put into it; make an array of floats.",
            np.trunc,
        ),
        (
            "rounded down",
            "the fractions are rounded down, as `//` and `np.floor` do. Keep them.",
            np.floor,
        ),
        (
            "rounded to whole numbers",
            "the fractions are rounded away. Keep them.",
            np.round,
        ),
        (
            "the total",
            "your result is one number, the sum over all places. Each place gives a number of its own.",
            np.sum,
        ),
        (
            "always the first window",
            "every number of your result comes from the first window. The window has to move with the place.",
            lambda Y: np.zeros_like(Y) + Y[..., :1, :1],
        ),
        (
            "only the first place filled",
            "only the first place of your result is filled; the others stayed 0. Is there a `return` inside the loop?",
            first_only,
        ),
        (
            "all zeros",
            "your result is 0 everywhere. Is the array that you fill the one that you return?",
            np.zeros_like,
        ),
    ]
    return listed_slips(right, listed, leave_out)


def of_a_number(right, *, leave_out=()):
    """Mistakes that spoil a whole number, or how it is computed.

    >>> [slip(3) for slip in of_a_number(lambda n: 2 * n)]
    [7, 5, 12, 36, 3.0]
    """
    listed = [
        (
            "one too many",
            "your result is 1 too large. Try the smallest case, and count with a finger.",
            lambda n: n + 1,
        ),
        ("one too few", "your result is 1 too small. Try the smallest case, and count with a finger.", lambda n: n - 1),
        ("twice as much", "your result is twice the right one. What is counted two times?", lambda n: 2 * n),
        ("squared", "your result is the square of the right one. What is asked is not an area.", lambda n: n * n),
        ("half of it", "your result is half of the right one.", lambda n: n / 2),
    ]
    return listed_slips(right, listed, leave_out)


def of_channels(right, *, leave_out=()):
    """Mistakes with the first axis of a result, which holds one entry for each output channel."""

    def only(Y, place):
        kept = np.zeros_like(Y)
        kept[place] = Y[place]
        return kept

    listed = [
        (
            "channels added",
            "your output channels are added to each other. Each stays a channel of its own.",
            lambda Y: Y.sum(axis=0),
        ),
        (
            "channels added, axis kept",
            "your output channels are added into one. Each stays a channel of its own.",
            lambda Y: Y.sum(axis=0, keepdims=True),
        ),
        (
            "the total in every channel",
            "every output channel of yours holds the sum of all of them. Start each at zero.",
            lambda Y: np.zeros_like(Y) + Y.sum(axis=0),
        ),
        (
            "channels summed up to here",
            "each output channel has those before it added in. Start a new sum for each channel.",
            lambda Y: np.cumsum(Y, axis=0),
        ),
        ("first channel alone", "your result is its first channel alone. Return all of them.", lambda Y: Y[0]),
        (
            "first channel alone, axis kept",
            "your result holds its first channel only. Is there a `return` inside the loop?",
            lambda Y: Y[:1],
        ),
        ("last channel alone", "your result is its last channel alone. Return all of them.", lambda Y: Y[-1]),
        ("last channel missing", "the last channel of the result is missing.", lambda Y: Y[:-1]),
        (
            "only the first channel filled",
            "only the first channel of your result is filled; the others stayed 0.",
            lambda Y: only(Y, 0),
        ),
        (
            "only the last channel filled",
            "only the last channel of your result is filled. Is the result made anew inside the loop?",
            lambda Y: only(Y, -1),
        ),
        (
            "first channel in every place",
            "all channels of your result are the first one.",
            lambda Y: np.zeros_like(Y) + Y[:1],
        ),
        (
            "last channel in every place",
            "all channels of your result are the last one. Does the loop write to all channels?",
            lambda Y: np.zeros_like(Y) + Y[-1:],
        ),
        ("channels in reverse", "the channels of your result stand in reverse order.", lambda Y: Y[::-1]),
        (
            "channels last",
            "your channels stand on the last axis. Here they come first.",
            lambda Y: np.moveaxis(Y, 0, -1),
        ),
        (
            "channels below each other",
            "your channels stand below each other in one image. Each needs a place of its own on the first axis "
            "(`np.stack`, not `np.concatenate`).",
            lambda Y: np.concatenate(Y, axis=0),
        ),
        (
            "channels side by side",
            "your channels stand side by side in one image. Each needs a place of its own on the first axis "
            "(`np.stack`, not `np.concatenate`).",
            lambda Y: np.concatenate(Y, axis=-1),
        ),
        (
            "channels one off",
            "every channel of your result stands one place too late, and the last one in front. Count from 0.",
            lambda Y: np.roll(Y, 1, axis=0),
        ),
        (
            "largest of the channels",
            "you kept the largest number over the output channels. Each channel stays.",
            lambda Y: Y.max(axis=0),
        ),
        (
            "a line for each channel",
            "each channel of your result is one long line: rows and columns are lost.",
            lambda Y: Y.reshape(len(Y), -1),
        ),
        (
            "channels second",
            "your channels stand on the second axis. Here they come first.",
            lambda Y: Y.swapaxes(0, 1),
        ),
        (
            "times the channels",
            "your result is multiplied by the number of channels. Is something added once for each channel?",
            lambda Y: len(Y) * Y,
        ),
        ("channels averaged", "your output channels are averaged. Each stays as it is.", lambda Y: Y.mean(axis=0)),
        (
            "channels doubled",
            "your result has every channel more than once: it is written out again behind itself.",
            lambda Y: np.concatenate([Y, Y], axis=0),
        ),
    ]
    return listed_slips(right, listed, leave_out)


def of_a_window(right, axes, *, reach=lambda K, *rest: np.subtract(K.shape, 1), leave_out=()):
    """Mistakes with a window that slides along the last `axes` axes, for functions of (X, K, …).

    `reach(K, …)` is how far the window reaches beyond its first place, along each axis of K.
    """

    def padded(before, after):
        def model(X, K, *rest):
            sides = [(before(e), after(e)) for e in np.asarray(reach(K, *rest))[-axes:]]
            return right(np.pad(np.asarray(X, float), [(0, 0)] * (np.ndim(X) - axes) + sides), K, *rest)

        return model

    def filled_up(X, K, *rest):
        Y = right(X, K, *rest)
        missing = [(0, n - m) for n, m in zip(X.shape[-axes:], Y.shape[-axes:], strict=True)]
        return np.pad(Y, [(0, 0)] * (Y.ndim - axes) + missing)

    def of_kernel(change):
        return lambda X, K, *rest: right(X, change(np.asarray(K, float)), *rest)

    def lengthened(Y, rows, columns):
        return np.pad(Y, [(0, 0)] * (Y.ndim - 2) + [(0, rows), (0, columns)])

    def shortened(Y, rows, columns):
        return lengthened(Y[..., : Y.shape[-2] - rows, : Y.shape[-1] - columns], rows, columns)

    last = tuple(range(-axes, 0))
    listed = [
        (
            "flipped",
            "your kernels are turned round, as in a true convolution. Cross-correlation lays them down as they are.",
            of_kernel(lambda K: np.flip(K, last)),
        ),
        (
            "mean of the products",
            "the products of each window are averaged. They are added.",
            lambda X, K, *rest: right(X, K, *rest) / np.prod(np.shape(K)[-axes:]),
        ),
        (
            "kernels left out",
            "your result adds up each window: the numbers of the kernel play no part in it.",
            of_kernel(np.ones_like),
        ),
        (
            "kernels without sign",
            "the minus signs of the kernel are lost.",
            of_kernel(np.abs),
        ),
        (
            "same padding",
            "your result is as large as X: zeros were added at the border. Here the window stays inside.",
            padded(lambda e: e // 2, lambda e: e - e // 2),
        ),
        (
            "same padding, more before",
            "your result is as large as X: zeros were added at the border. Here the window stays inside X.",
            padded(lambda e: e - e // 2, lambda e: e // 2),
        ),
        (
            "full padding",
            "your result is larger than X: the window also hangs over the border. Here it stays inside.",
            padded(lambda e: e, lambda e: e),
        ),
        (
            "zeros behind the end",
            "your result is as large as X: its last windows reach beyond the end. How many places fit inside?",
            padded(lambda e: 0, lambda e: e),
        ),
        (
            "zeros before the start",
            "your result is as large as X: its first windows begin before the start. The first place is at 0.",
            padded(lambda e: e, lambda e: 0),
        ),
        (
            "zeros where no window fits",
            "your result is as large as X, with zeros where no window fits. Make it as large as there are places.",
            filled_up,
        ),
        (
            "X without sign",
            "the minus signs of X are lost.",
            lambda X, K, *rest: right(np.abs(X), K, *rest),
        ),
        (
            "X turned round",
            "X is turned round before the window slides over it.",
            lambda X, K, *rest: right(np.flip(X, last), K, *rest),
        ),
        (
            "kernels divided by their sum",
            "the kernel is divided by its sum. Some filters are made like this; here its numbers stay as they are.",
            of_kernel(lambda K: K / K.sum()),
        ),
        *(
            (name, says, lambda *inputs, spoil=spoil: spoil(right(*inputs)))
            for name, says, spoil in [
                ("one added", "every number of your result is 1 too large. Sums start at 0.", lambda Y: Y + 1),
                ("everything twice", "every number of your result is twice the right one.", lambda Y: 2 * Y),
                (
                    "a sum never reset",
                    "each number of your result has all those before it added in. Start a new sum at every place.",
                    lambda Y: np.cumsum(Y).reshape(Y.shape),
                ),
                (
                    "a sum reset in each row only",
                    "each number of your result has those to its left added in. Start a new sum at every place.",
                    lambda Y: np.cumsum(Y, axis=-1),
                ),
                (
                    "last place of each row not filled" if axes > 1 else "last place not filled",
                    "the last number of each row of your result stayed 0. Does the loop end one place too early?",
                    lambda Y: np.where(np.arange(Y.shape[-1]) == Y.shape[-1] - 1, 0, Y),
                ),
                (
                    "one column of zeros too many" if axes > 1 else "one zero too many",
                    "each row of your result has a 0 too many at its end. How many places has the window?",
                    lambda Y: np.pad(Y, [(0, 0)] * (Y.ndim - 1) + [(0, 1)]),
                ),
                (
                    "an axis at the end",
                    "your result has an extra axis of length 1 at its end. Take it away.",
                    lambda Y: Y[..., None],
                ),
            ]
        ),
    ]
    if axes > 1:
        listed += [
            (
                "last row and column not filled",
                "the last row and the last column of your result stayed 0. Do the loops end one place too early?",
                lambda X, K, *rest: shortened(right(X, K, *rest), 1, 1),
            ),
            (
                "last row not filled",
                "the last row of your result stayed 0. Does the loop over the rows end one place too early?",
                lambda X, K, *rest: shortened(right(X, K, *rest), 1, 0),
            ),
            (
                "one row of zeros too many",
                "your result has a row of zeros too many at its end. How many places are there from top to bottom?",
                lambda X, K, *rest: lengthened(right(X, K, *rest), 1, 0),
            ),
            (
                "one row and column of zeros too many",
                "your result has a row and a column of zeros too many at its end. A window of h rows has H − h + 1 "
                "places on H rows.",
                lambda X, K, *rest: lengthened(right(X, K, *rest), 1, 1),
            ),
            (
                "only the first row of the kernel",
                "only the first row of the kernel counts in your result. Is there a `return` inside a loop, or a "
                "sum that is made anew too often?",
                of_kernel(lambda K: np.where(np.arange(K.shape[-2])[:, None] == 0, K, 0)),
            ),
            (
                "flipped top to bottom",
                "your kernels are flipped top to bottom. Lay them down as they are.",
                of_kernel(lambda K: np.flip(K, -2)),
            ),
            (
                "flipped left to right",
                "your kernels are flipped left to right. Lay them down as they are.",
                of_kernel(lambda K: np.flip(K, -1)),
            ),
            (
                "kernels transposed",
                "rows and columns of each kernel are exchanged.",
                of_kernel(lambda K: np.swapaxes(K, -1, -2)),
            ),
        ]
    return [Mistake(name, says, model) for name, says, model in listed if name not in leave_out]


def listed_slips(right, listed, leave_out):
    """Mistakes from (name, words, what happens to the right result)."""
    return [
        Mistake(name, says, lambda *inputs, spoil=spoil: spoil(right(*inputs)))
        for name, says, spoil in listed
        if name not in leave_out
    ]


def of_a_prediction(right, ask, mistakes, known):
    """Mistakes of another exercise that lead to wrong predictions which the list `known` has not got already.

    `ask(answer)` is what one who answers the other exercise so would predict. Of several with one result, the first.
    """
    predictions, names = [right(), *(one() for one in known)], {one.name for one in known}
    found = []
    for mistake in mistakes:
        try:
            predicted = ask(mistake.model)
        except Exception:  # the mistake is not defined on the question
            continue
        if mistake.name not in names and all(difference(other, predicted) for other in predictions):
            predictions.append(predicted)
            found.append(Mistake(mistake.name, mistake.says, lambda predicted=predicted: predicted))
    return found


def of_pairing(right, *, leave_out=()):
    """Mistakes in which channel meets which kernel, for functions of (X, K, …) with one kernel per output channel."""
    listed = [
        (
            "X's channels in reverse",
            "the channels of X are taken in reverse order.",
            lambda X, K, *rest: right(X[::-1], K, *rest),
        ),
        (
            "X's channels one off",
            "each kernel meets the channel before its own. Count channels from 0.",
            lambda X, K, *rest: right(np.roll(X, 1, axis=0), K, *rest),
        ),
        (
            "slices one off",
            "each slice of a kernel meets the channel after its own. Count slices from 0.",
            lambda X, K, *rest: right(X, np.roll(K, 1, axis=1), *rest),
        ),
        (
            "kernels averaged",
            "every output channel uses the mean of all kernels. Each has a kernel of its own.",
            lambda X, K, *rest: right(X, np.repeat(K.mean(axis=0, keepdims=True), len(K), axis=0), *rest),
        ),
        (
            "kernels added",
            "every output channel uses the sum of all kernels. Each has a kernel of its own.",
            lambda X, K, *rest: right(X, np.repeat(K.sum(axis=0, keepdims=True), len(K), axis=0), *rest),
        ),
        (
            "last kernel for all",
            "every output channel uses the last kernel. Each has a kernel of its own.",
            lambda X, K, *rest: right(X, np.repeat(K[-1:], len(K), axis=0), *rest),
        ),
    ]
    return [Mistake(name, says, model) for name, says, model in listed if name not in leave_out]
