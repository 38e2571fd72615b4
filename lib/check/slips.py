"""Slips that any function can make, whatever it computes: the one list of them.

An exercise declares only what is its own. What can go wrong with any result, with any argument, or with any window that
slides, stands here, and `lib.check.diagnose` looks for it, by itself and together with each declared mistake.

An entry is (name, what is said, what happens). In what is said, {first}, {row} and {column} are the names of the
result's axes, as the exercise has them, and {Z} is the name of an argument.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from lib.check.compare import axis_names, difference
from lib.check.declare import Mistake

ENOUGH = 3  # so many numbers do not agree by accident


@dataclass(frozen=True)
class Slip(Mistake):
    """What the model gives, spoilt: `spoil` takes that, and what came, from which it may read a factor or a place."""

    spoil: Callable = lambda right, came: right

    def gives(self, value, inputs):
        return Mistake(self.name, self.says, lambda *given: self.spoil(self.model(*given), value)).gives(value, inputs)


def slips_of(exercise, model, inputs, value, *, loose=False, arguments=True):
    """The slips of a model that give `value`; those that explain much, and so prove little, only if `loose`."""
    try:
        with np.errstate(all="ignore"):
            made = model(*inputs)
    except Exception:  # a counter-model need not be defined everywhere
        made = None
    for slip in of_a_result(exercise, model, made, value, loose):
        if Slip("", "", lambda *_: made, slip.spoil).gives(value, inputs):
            yield slip
    if arguments:
        for slip in [*of_a_window(exercise, model), *of_arguments(exercise, model, inputs, loose)]:
            if slip.gives(value, inputs):
                yield slip


# --- in the result ----------------------------------------------------------------------------------------------------


def of_a_result(exercise, model, made, value, loose):
    """The slips that spoil a result of this kind, if they may lead to `value`."""
    words, looking = {}, []
    if isinstance(made, np.ndarray):
        axes = axis_names(made.ndim, exercise.axes)
        words = {"first": axes[0], "row": axes[-2:][0], "column": axes[-1]} if axes else dict.fromkeys(AXES, "entry")
        if isinstance(value, np.ndarray):
            along = [IN_THE_PLANE, ALONG_THE_FIRST_AXIS]
            simple = [*IN_THE_SHAPE, *IN_THE_VALUES, *sum(along if words["first"] == "row" else along[::-1], [])]
            looking = LOOKING + (LOOSELY if loose else [])
            if len(np.unique(value)) < min(ENOUGH, value.size):  # then a factor or a distance fits by chance
                looking = [entry for entry in looking if entry[2] not in (the_same_factor, the_same_distance)]
        else:
            simple = IN_ONE_NUMBER
    elif isinstance(made, int | float):
        simple, looking = IN_A_NUMBER, [entry for entry in LOOKING if entry[2] is fewer_decimals]
    else:
        return
    for name, says, spoil in simple:
        yield Slip(name, says.format(**words), model, lambda right, came, spoil=spoil: spoil(right))
    for name, says, spoil in looking:
        yield Slip(name, says.format(**words), model, spoil)


AXES = "first", "row", "column"


def only(*at):
    """Zeros, but for the numbers at one place of an array."""

    def change(Z):
        kept = np.zeros(Z.shape)
        kept[at] = Z[at]
        return kept

    return change


def everywhere(*at):
    """The numbers at one place of an array in all places along that axis."""
    return lambda Z: np.zeros(Z.shape) + Z[at]


def cut_to_a_square(Z):
    side = min(Z.shape[-2:])
    return Z[..., :side, :side]


IN_THE_SHAPE = [
    (
        "one axis too many",
        "your result has an extra axis of length 1 in front. Take it away, for example with `Y[0]`.",
        lambda Y: Y[None],
    ),
    (
        "two axes too many",
        "your result has two extra axes of length 1 in front. Take them away, for example with `Y[0, 0]`.",
        lambda Y: Y[None, None],
    ),
    (
        "one axis too many at the end",
        "your result has an extra axis of length 1 at its end. Take it away, for example with `Y[..., 0]`.",
        lambda Y: Y[..., None],
    ),
    (
        "one axis too many in the middle",
        "your result has an extra axis of length 1 in its middle. Take it away, for example with `Y[:, 0]`.",
        lambda Y: Y[:, None],
    ),
    (
        "an axis lost",
        "your result lost an axis of length 1, as `squeeze` does. Keep it: the shape follows one rule always.",
        np.squeeze,
    ),
    ("one row of numbers", "your result is one long line of numbers. Its shape is lost.", np.ravel),
]
IN_THE_PLANE = [  # with the last two axes
    (
        "last row and column left out",
        "your result lacks its last {row} and its last {column}. Where does each loop end?",
        lambda Y: Y[..., :-1, :-1],
    ),
    (
        "last row left out",
        "your result lacks its last {row}. Where does the loop over the {row}s end?",
        lambda Y: Y[..., :-1, :],
    ),
    (
        "last column left out",
        "your result lacks its last {column}. Where does the loop over the {column}s end?",
        lambda Y: Y[..., :-1],
    ),
    (
        "starts one window late",
        "the first {row} and the first {column} of the result are missing. Counting starts at 0.",
        lambda Y: Y[..., 1:, 1:],
    ),
    ("first row left out", "the first {row} of the result is missing. Counting starts at 0.", lambda Y: Y[..., 1:, :]),
    ("first column left out", "the first {column} of the result is missing. Counting starts at 0.", lambda Y: Y[..., 1:]),
    (
        "one place too few on every side",
        "one {row} and one {column} are missing on every side of your result.",
        lambda Y: Y[..., 1:-1, 1:-1],
    ),
    (
        "every second window",
        "your result has only every second {row} and {column} of the right one.",
        lambda Y: Y[..., ::2, ::2],
    ),
    ("every second column", "your result has only every second {column} of the right one.", lambda Y: Y[..., ::2]),
    (
        "cut to a square",
        "your result has no more {column}s than {row}s, nor the other way round. Is one size used for both?",
        cut_to_a_square,
    ),
    (
        "rows and columns exchanged",
        "{row}s and {column}s of your result are exchanged.",
        lambda Y: Y.swapaxes(-1, -2),
    ),
    ("turned round", "your result is turned by half a turn.", lambda Y: Y[..., ::-1, ::-1]),
    ("turned by a quarter", "your result is turned by a quarter of a turn.", lambda Y: np.rot90(Y, 1, (-2, -1))),
    ("upside down", "the {row}s of your result stand in reverse order.", lambda Y: Y[..., ::-1, :]),
    ("mirrored", "the {column}s of your result stand in reverse order.", lambda Y: Y[..., ::-1]),
    (
        "a running total in each row",
        "each number of your result has those before it in its {row} added in. Begin a new sum for each place.",
        lambda Y: np.cumsum(Y, axis=-1),
    ),
    (
        "always the first window",
        "every number of yours is the first of the right ones. What you look at has to move with the place.",
        lambda Y: np.zeros_like(Y) + Y[..., :1, :1],
    ),
    (
        "only the first place filled",
        "only the first place of your result is filled, the rest is 0. Is there a `return` inside the loop?",
        only(..., 0, 0),
    ),
    (
        "only the first number filled",
        "only the first number of your result is filled, the rest is 0. Is there a `return` inside the loop?",
        lambda Y: only(*[0] * Y.ndim)(Y),
    ),
]
ALONG_THE_FIRST_AXIS = [
    (
        "added along the first axis",
        "your {first}s are added to each other. Each stays on its own.",
        lambda Y: Y.sum(0),
    ),
    (
        "added along the first axis, axis kept",
        "your {first}s are added into one. Each stays on its own.",
        lambda Y: Y.sum(0, keepdims=True),
    ),
    (
        "the total in every entry",
        "every {first} of your result holds the sum of all of them. Start each at zero.",
        lambda Y: np.zeros_like(Y) + Y.sum(0),
    ),
    (
        "a running total along the first axis",
        "each {first} of your result has those before it added in. Start a new sum for each.",
        lambda Y: np.cumsum(Y, axis=0),
    ),
    ("averaged along the first axis", "your {first}s are averaged. Each stays on its own.", lambda Y: Y.mean(0)),
    (
        "largest along the first axis",
        "you kept the largest number over the {first}s. Each stays on its own.",
        lambda Y: Y.max(0),
    ),
    (
        "only the first entry",
        "your result is its first {first} alone. Is there a `return` inside the loop?",
        lambda Y: Y[0],
    ),
    (
        "only the first entry, axis kept",
        "your result holds its first {first} only. Is there a `return` inside the loop?",
        lambda Y: Y[:1],
    ),
    (
        "only the last entry",
        "your result is its last {first} alone. Is the result made anew inside the loop?",
        lambda Y: Y[-1],
    ),
    (
        "only the last entry, axis kept",
        "your result holds its last {first} only. Is the result made anew inside the loop?",
        lambda Y: Y[-1:],
    ),
    ("last entry missing", "the last {first} of the result is missing.", lambda Y: Y[:-1]),
    ("first entry missing", "the first {first} of the result is missing. Counting starts at 0.", lambda Y: Y[1:]),
    ("last of each axis left out", "the last place along each axis is missing.", lambda Y: Y[(slice(-1),) * Y.ndim]),
    (
        "only the first entry filled",
        "only the first {first} of your result is filled; the others stayed 0. Is there a `return` inside the loop?",
        only(0),
    ),
    (
        "only the last entry filled",
        "only the last {first} of your result is filled. Is the result made anew inside the loop?",
        only(-1),
    ),
    ("first entry in every place", "all {first}s of your result are the first one.", everywhere(0)),
    (
        "last entry in every place",
        "all {first}s of your result are the last one. Does the loop write to all of them?",
        everywhere(-1),
    ),
    ("in reverse order", "the {first}s of your result stand in reverse order.", lambda Y: Y[::-1]),
    (
        "one place on",
        "every {first} of your result stands one place too late, and the last one in front. Count from 0.",
        lambda Y: np.roll(Y, 1, axis=0),
    ),
    (
        "first axis last",
        "your {first}s stand on the last axis. Here they come first.",
        lambda Y: np.moveaxis(Y, 0, -1),
    ),
    (
        "first axis second",
        "your {first}s stand on the second axis. Here they come first.",
        lambda Y: Y.swapaxes(0, 1),
    ),
    ("last axis first", "your {column}s stand on the first axis. Here they come last.", lambda Y: np.moveaxis(Y, -1, 0)),
    ("axes in reverse", "the axes of your result stand in reverse order.", np.transpose),
    (
        "below each other",
        "the {first}s of your result stand below each other in one (`concatenate`). Each needs a place of its own on a "
        "first axis (`stack`).",
        lambda Y: np.concatenate(list(Y), 0),
    ),
    (
        "side by side",
        "the {first}s of your result stand side by side in one. Each needs a place of its own on a first axis (`stack`).",
        lambda Y: np.concatenate(list(Y), -1),
    ),
    (
        "a line for each entry",
        "each {first} of your result is one long line of numbers. Its shape is lost.",
        lambda Y: Y.reshape(len(Y), -1),
    ),
    (
        "the sum of each entry",
        "your result is one number for each {first}, a sum. Each place gives a number of its own.",
        lambda Y: Y.reshape(len(Y), -1).sum(1),
    ),
    (
        "the mean of each entry",
        "your result is one number for each {first}, a mean. Each place gives a number of its own.",
        lambda Y: Y.reshape(len(Y), -1).mean(1),
    ),
    (
        "multiplied by the number of entries",
        "your result is multiplied by the number of its {first}s. Is something added once for each?",
        lambda Y: len(Y) * Y,
    ),
    (
        "divided by the number of entries",
        "your result is divided by the number of its {first}s. Keep the numbers as they are.",
        lambda Y: Y / len(Y),
    ),
    (
        "written twice",
        "your result has every {first} twice: it is written out again behind itself.",
        lambda Y: np.concatenate([Y, Y]),
    ),
]
IN_THE_VALUES = [
    ("wrong sign", "your result has every sign turned round.", np.negative),
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
        "the fractions are cut off. An array made for whole numbers, such as `np.zeros_like` of one, cuts everything "
        "that you put into it; make an array of floats.",
        np.trunc,
    ),
    ("rounded down", "the fractions are rounded down, as `//` and `np.floor` do. Keep them.", np.floor),
    ("rounded to whole numbers", "the fractions are rounded away. Keep them.", np.round),
    (
        "wrapped round at 256",
        "your numbers were put into 8 bits (`uint8`), which hold 0 to 255 and wrap around. Use floats.",
        lambda Y: Y.astype(np.int64).astype(np.uint8).astype(float),
    ),
    (
        "wrapped round at 128",
        "your numbers were put into 8 bits (`int8`), which hold −128 to 127 and wrap around. Use floats.",
        lambda Y: Y.astype(np.int64).astype(np.int8).astype(float),
    ),
    (
        "cut off at 0 and 255",
        "your numbers are cut off at 0 and 255. They may be smaller and larger; keep them.",
        lambda Y: np.clip(Y, 0, 255),
    ),
    ("cut off at 0 and 1", "your numbers are cut off at 0 and 1. Keep them.", lambda Y: np.clip(Y, 0, 1)),
    ("squared", "your numbers are squares of the right ones.", np.square),
    ("only the signs", "your result holds the signs only (−1, 0, 1). Keep the numbers.", np.sign),
    ("one added", "every number of your result is 1 too large. Sums start at 0.", lambda Y: Y + 1),
    (
        "a running total",
        "each number of your result has the ones before it added in. Begin a new sum for each place.",
        lambda Y: np.cumsum(Y).reshape(Y.shape),
    ),
    (
        "divided by its sum",
        "your result is divided by its sum. Some filters are normalised like this; here the numbers stay as they are.",
        lambda Y: Y / Y.sum(),
    ),
    (
        "scaled to the largest",
        "your result is divided by its largest absolute value. Keep the numbers as they are.",
        lambda Y: Y / np.abs(Y).max(),
    ),
    (
        "stretched from 0 to 1",
        "your result is stretched so that it goes from 0 to 1. Keep the numbers as they are.",
        lambda Y: (Y - Y.min()) / np.ptp(Y),
    ),
    ("in order", "your numbers are sorted. Each belongs to its place.", lambda Y: np.sort(Y, None).reshape(Y.shape)),
    (
        "all zeros",
        "your result is 0 everywhere. Is the array that you fill the one that you return?",
        np.zeros_like,
    ),
]
IN_ONE_NUMBER = [  # that came where an array is asked for
    ("the total", "your result is one number, the sum over all places. Each place gives a number of its own.", np.sum),
    ("the mean", "your result is one number, the mean of all places. Each place gives a number of its own.", np.mean),
    (
        "the largest",
        "your result is one number, the largest of all places. Each place gives a number of its own.",
        np.max,
    ),
    (
        "the first number alone",
        "your result is one number, the first of the right ones. Is there a `return` inside the loop?",
        lambda Y: Y.flat[0],
    ),
    (
        "the last number alone",
        "your result is one number, the last of the right ones. Where do you keep those before it?",
        lambda Y: Y.flat[-1],
    ),
]
IN_A_NUMBER = [
    ("one too many", "your result is 1 too large. Count the smallest case with your finger.", lambda n: n + 1),
    ("one too few", "your result is 1 too small. Count the smallest case with your finger.", lambda n: n - 1),
    ("twice as much", "your result is twice the right one. What is counted two times?", lambda n: 2 * n),
    ("half of it", "your result is half of the right one. What is counted only once?", lambda n: n / 2),
    ("half of it, rounded", "your result is half of the right one, rounded down.", lambda n: n // 2),
    ("one over it", "your result is 1 divided by the right one. Which is divided by which?", lambda n: 1 / n),
    ("squared", "your result is the square of the right one.", lambda n: n * n),
    ("the root of it", "your result is the square root of the right one.", lambda n: n**0.5),
    ("wrong sign", "your result has the wrong sign.", lambda n: -n),
]


# Slips that look at what came, as (right, came) -> what the slip gives.


def the_same_factor(right, came):
    """`right` times the factor that fits what came."""
    factor = (right * came).sum() / (right * right).sum()
    return right * factor if factor else None


def the_same_distance(right, came):
    return right + (came - right).flat[0]


def some_places_empty(right, came):
    """`right` with zeros where zeros came."""
    return np.where(came == 0, 0, right) if came.shape == right.shape else None


def zeros_around(right, came):
    """`right` with zeros on any of its sides, if that is what came."""
    if right.ndim != came.ndim:
        return None
    for corner in np.ndindex(*np.maximum(np.subtract(came.shape, right.shape) + 1, 0)):
        framed = np.zeros(came.shape)
        framed[tuple(slice(start, start + size) for start, size in zip(corner, right.shape, strict=True))] = right
        if np.allclose(framed, came, 1e-9, 1e-9):
            return framed
    return None


def one_number_in_some_places(right, came):
    """`right` with one and the same other number where that came; one place alone would prove nothing."""
    if came.shape != right.shape:
        return None
    wrong = ~np.isclose(came, right, 1e-9, 1e-9)
    alike = len(np.unique(came[wrong])) == 1 and 1 < wrong.sum() <= wrong.size - ENOUGH
    return np.where(wrong, came, right) if alike else None


def right_at_the_first_place(right, came):
    """What came, if only the first number of each picture is right in it."""
    if right.ndim < 2 or came.shape != right.shape:
        return None
    same = np.isclose(came, right, 1e-9, 1e-9)
    return came if same[..., 0, 0].all() and same.sum() == same[..., 0, 0].size <= same.size - ENOUGH else None


def fewer_decimals(right, came):
    """`right` rounded to as many decimals as it takes to give what came."""
    rounded = [np.round(right, decimals) for decimals in range(1, 7)]
    return next((Y for Y in rounded if np.shape(Y) == np.shape(came) and np.allclose(Y, came, 1e-12, 1e-12)), None)


def half_precision(right, came):
    """What came, if it is `right` as nearly as 16 bits allow."""
    near = came.dtype == np.float16 and came.shape == right.shape
    return came if near and np.allclose(came, right, 0, 0.02 * np.abs(right).max()) else None


def other_places(right, came):
    """What came, if it has the numbers of `right`, in any order."""
    same_numbers = right.size == came.size and np.allclose(np.sort(right, None), np.sort(came, None), 1e-9, 1e-9)
    return came if same_numbers and len(np.unique(right)) > min(ENOUGH, right.size - 1) else None


def a_part(right, came):
    """What came, if it lies somewhere in `right`."""
    return came if lies_in(came, right) else None


def inside(right, came):
    """What came, if `right` lies somewhere in it."""
    return came if lies_in(right, came) else None


def lies_in(small, large):
    if small.ndim != large.ndim or any(a > b for a, b in zip(small.shape, large.shape, strict=True)) or not small.size:
        return False
    blocks = np.lib.stride_tricks.sliding_window_view(large, small.shape)
    axes = tuple(range(small.ndim, 2 * small.ndim))
    return bool(np.isclose(blocks, small, 1e-9, 1e-9).all(axis=axes).any())


LOOKING = [
    (
        "some places empty",
        "the numbers that are there are right, but some places stayed 0. Which places does your loop never reach?",
        some_places_empty,
    ),
    (
        "zeros around it",
        "the right result is there, with zeros around it that are too many. How large is the result to be?",
        zeros_around,
    ),
    (
        "rounded to a few decimals",
        "your result is right, but rounded. Return it as it is; `print` may round.",
        fewer_decimals,
    ),
    (
        "in half precision",
        "your numbers are right to about three digits: they are `float16`, which holds no more. Compute with `float64`.",
        half_precision,
    ),
    (
        "a constant factor",
        "your numbers are all the same multiple of the right ones. Where does a factor come in, or get lost?",
        the_same_factor,
    ),
    (
        "a constant distance",
        "your numbers are all off by the same amount. What is added once too often, or not at all?",
        the_same_distance,
    ),
]
LOOSELY = [
    (
        "a part of it",
        "your numbers are right, but some are missing: your result is a part of the right one. Where does your loop "
        "begin, and where does it end?",
        a_part,
    ),
    (
        "more than is asked",
        "the right result lies inside yours, with other numbers around it. Which places are there too many?",
        inside,
    ),
    (
        "one number in some places",
        "many numbers are right, and all the others are one and the same number. Where does it come from?",
        one_number_in_some_places,
    ),
    (
        "right at the first place only",
        "only the number at the first place is right. Is something done once that each place needs?",
        right_at_the_first_place,
    ),
    (
        "at other places",
        "all the right numbers are there, but at other places. Which axis runs first?",
        other_places,
    ),
]

# --- in a window that slides ------------------------------------------------------------------------------------------


def of_a_window(exercise, model):
    """What can go wrong with a window K that slides along the last `exercise.slides` axes of X."""
    axes = exercise.slides
    if not axes:
        return
    for name, says, before, after, mode in AT_THE_BORDER:
        yield Mistake(name, says, with_a_border(model, axes, before, after, mode))
    for name, says, combine in IN_A_WINDOW:
        yield Mistake(name, says, with_each_window(model, exercise.window, combine))
    for name, says, change in WITH_THE_RESULT:
        yield Mistake(name, says, lambda X, K, *rest, change=change: change(model(X, K, *rest), K.shape[-axes:]))
    says = "your kernel is turned round, as in a true convolution. Cross-correlation lays it down as it is."
    yield Mistake("kernel flipped", says, with_changed(model, 1, lambda K: np.flip(K, tuple(range(-axes, 0)))))


def with_a_border(model, axes, before, after, mode):
    """The model on an X with a border; `before` and `after` say how wide, from how far the window reaches."""

    def bordered(X, K, *rest):
        sides = []
        for size, places in zip(X.shape[-axes:], np.shape(model(X, K, *rest))[-axes:], strict=True):
            sides.append((before(size - places), after(size - places)))
        return model(np.pad(np.asarray(X, float), [(0, 0)] * (X.ndim - axes) + sides, mode), K, *rest)

    return bordered


def with_each_window(model, window, combine):
    """The model with another rule for what a window and its kernel give."""

    def combined(X, K, *rest):
        Y = model(X, K, *rest)
        for at in np.ndindex(Y.shape):
            part = window(at, X, K, *rest)
            Y[at] = combine(part, K if K.ndim == part.ndim else K[at[0]])
        return Y

    return combined


STAYS = "Here the window stays inside X."
AT_THE_BORDER = [  # name, what is said, width before and after, mode
    (
        "same padding",
        f"your result is as large as X: zeros were added at the border. {STAYS}",
        lambda reach: reach // 2,
        lambda reach: reach - reach // 2,
        "constant",
    ),
    (
        "same padding, more before",
        f"your result is as large as X: zeros were added at the border, more of them before than after. {STAYS}",
        lambda reach: reach - reach // 2,
        lambda reach: reach // 2,
        "constant",
    ),
    (
        "full padding",
        f"your result is larger than X: the window also hangs over the border. {STAYS}",
        lambda reach: reach,
        lambda reach: reach,
        "constant",
    ),
    (
        "zeros behind the end",
        "your result is as large as X: its last windows reach beyond the end. How many places fit inside?",
        lambda reach: 0,
        lambda reach: reach,
        "constant",
    ),
    (
        "zeros before the start",
        "your result is as large as X: its first windows begin before the start. The first place is at 0.",
        lambda reach: reach,
        lambda reach: 0,
        "constant",
    ),
    (
        "wraps around",
        f"your window runs over the end and goes on at the other side of X. {STAYS}",
        lambda reach: 0,
        lambda reach: reach,
        "wrap",
    ),
    (
        "border repeated",
        f"your result is as large as X: the numbers at the border are repeated. {STAYS}",
        lambda reach: reach // 2,
        lambda reach: reach - reach // 2,
        "edge",
    ),
]
IN_A_WINDOW = [  # name, what is said, (part of X, kernel) -> number
    ("mean of the products", "the products of each window are averaged. They are added.", lambda part, K: (part * K).mean()),
    (
        "largest product",
        "your result is the largest product of each window. The products are added.",
        lambda part, K: (part * K).max(),
    ),
    (
        "products multiplied",
        "the products of each window are multiplied. They are added.",
        lambda part, K: (part * K).prod(),
    ),
    (
        "only the last product",
        "only the last product of each window is left. Each must be added to the ones before (`+=`, not `=`).",
        lambda part, K: part.flat[-1] * K.flat[-1],
    ),
    (
        "only the first product",
        "only the first product of each window is there. Is there a `return` inside the loop?",
        lambda part, K: part.flat[0] * K.flat[0],
    ),
    (
        "@ for *",
        "your windows are multiplied as matrices (`@`). Here each number is multiplied by the one on the same place "
        "(`*`).",
        lambda part, K: (part @ K).sum(),
    ),
    (
        "+ for *",
        "window and kernel are added. Multiply number by number, then add the products.",
        lambda part, K: (part + K).sum(),
    ),
]
WITH_THE_RESULT = [  # name, what is said, (result, size of the kernel) -> what comes out
    (
        "windows do not overlap",
        "your window jumps by its own size. It moves by one at a time.",
        lambda Y, size: Y[(..., *(slice(None, None, k) for k in size))],
    ),
    (
        "no place for the last windows",
        "the last places of the result are missing. A window of k has n − k + 1 places on n numbers.",
        lambda Y, size: Y[(..., *(slice(None, n - k + 1) for n, k in zip(Y.shape[-len(size) :], size, strict=True)))],
    ),
    (
        "divided by the kernel's size",
        "your result is divided by the number of places of the kernel. The products are added, and that is all.",
        lambda Y, size: Y / np.prod(size),
    ),
]

# --- in the arguments -------------------------------------------------------------------------------------------------


def of_arguments(exercise, model, inputs, loose):
    """The model with one argument taken for another, in every way."""
    names = exercise.arguments
    for at, (name, given) in enumerate(zip(names, inputs, strict=False)):
        ways = []
        if isinstance(given, np.ndarray):
            ways = [entry for axes, *entry in OF_AN_ARRAY if axes <= given.ndim]
            says = f"your result is an array made like {name}, and cannot hold all numbers. Make an array of floats."
            yield Mistake(f"made like {name}", says, made_like(model, at))
        elif is_a_count(given) and loose:
            ways = OF_A_NUMBER
        for what, says, way in ways:
            yield Mistake(f"{name} {what}", says.format(Z=name), with_changed(model, at, way))
    for a, b in combinations(range(len(inputs)), 2):
        if type(inputs[a]) is type(inputs[b]) and np.ndim(inputs[a]) == np.ndim(inputs[b]):
            says = f"this is the result with {names[a]} and {names[b]} exchanged. In which order do the arguments come?"
            yield Mistake(f"{names[a]} and {names[b]} exchanged", says, with_exchanged(model, a, b))
            for one, other in ((a, b), (b, a)):
                if isinstance(inputs[a], np.ndarray) or (loose and is_a_count(inputs[a])):
                    says = (
                        f"this is the result with {names[other]} in the place of {names[one]} too. Is it written twice?"
                    )
                    yield Mistake(f"{names[other]} for {names[one]}", says, with_the_other(model, one, other))


def is_a_count(given):
    return isinstance(given, int) and not isinstance(given, bool)


def made_like(model, at):
    return lambda *given: model(*given).astype(given[at].dtype).astype(float)


def with_changed(model, at, way):
    return lambda *given: model(*given[:at], way(given[at]), *given[at + 1 :])


def with_exchanged(model, a, b):
    return lambda *given: model(*given[:a], given[b], *given[a + 1 : b], given[a], *given[b + 1 :])


def with_the_other(model, one, other):
    return lambda *given: model(*given[:one], given[other], *given[one + 1 :])


def in_every_place(way, axis=0):
    """An array with one thing, made by `way` of all its entries, in the place of each."""
    return lambda Z: np.zeros(Z.shape) + way(np.asarray(Z, float), axis, keepdims=True)


MOVES = "Does the index move with the loop?"
OF_AN_ARRAY = [  # how many axes it takes, then as above
    (2, "turned round", "this is the result for {Z} turned by half a turn.", lambda Z: Z[..., ::-1, ::-1]),
    (2, "upside down", "this is the result for {Z} upside down: its rows are in reverse order.", lambda Z: Z[..., ::-1, :]),
    (2, "mirrored", "this is the result for {Z} mirrored: its last axis is in reverse order.", lambda Z: Z[..., ::-1]),
    (3, "reversed along every axis", "this is the result for {Z} turned round along every axis.", np.flip),
    (1, "in reverse order", "this is the result for {Z} in reverse order along its first axis.", lambda Z: Z[::-1]),
    (3, "in reverse order along its second axis", "this is the result for {Z} in reverse order along its second axis.",
     lambda Z: Z[:, ::-1]),
    (2, "cut to a square", "this is the result for {Z} cut to a square: is one size used for both axes?", cut_to_a_square),
    (2, "transposed", "this is the result for {Z} with its rows and columns exchanged.", lambda Z: Z.swapaxes(-1, -2)),
    (3, "with its first axes exchanged", "this is the result for {Z} with its first two axes exchanged.",
     lambda Z: Z.swapaxes(0, 1)),
    (1, "with the wrong sign", "this is the result for −{Z}: every number of it has the wrong sign.", np.negative),
    (1, "without its signs", "this is the result for |{Z}|: its minus signs are lost.", np.abs),
    (1, "without its negatives", "this is the result for {Z} with its negative numbers set to 0.",
     lambda Z: np.maximum(Z, 0)),
    (1, "cut to whole numbers", "this is the result for {Z} with its fractions cut off.", np.trunc),
    (1, "squared", "this is the result for {Z} squared.", np.square),
    (1, "left out", "{Z} plays no part: this is the result for a {Z} of ones.", np.ones_like),
    (1, "divided by its sum", "{Z} is divided by its sum. Some filters are made like this; here its numbers stay.",
     lambda Z: Z / Z.sum()),
    (1, "by its sum", "this is the result with the sum of {Z} in the place of each number.",
     lambda Z: np.full(Z.shape, Z.sum())),
    (2, "by its first column only", "this is the result with {Z}[:, 0] in the place of every {Z}[:, n]. " + MOVES,
     everywhere(slice(None), slice(1))),
    (2, "by its last column only", "this is the result with {Z}[:, -1] in the place of every {Z}[:, n]. " + MOVES,
     everywhere(slice(None), slice(-1, None))),
    (3, "by its first entry only", "this is the result with {Z}[0] in the place of every {Z}[n]. " + MOVES, everywhere(0)),
    (3, "by its last entry only", "this is the result with {Z}[-1] in the place of every {Z}[n]. " + MOVES, everywhere(-1)),
    (3, "averaged", "this is the result with the mean of all {Z}[n] in the place of each.", in_every_place(np.mean)),
    (3, "added up", "this is the result with the sum of all {Z}[n] in the place of each.", in_every_place(np.sum)),
    (2, "one place on", "this is the result with {Z}[n − 1] in the place of {Z}[n]. Count from 0.",
     lambda Z: np.roll(Z, 1, 0)),
    (3, "one place on along its second axis", "this is the result with {Z}[:, n − 1] in the place of {Z}[:, n]. Count from 0.",
     lambda Z: np.roll(Z, 1, 1)),
    (1, "by its first number alone", "only the first number of {Z} counts. Is there a `return` inside the loop?",
     lambda Z: only(*[0] * Z.ndim)(Z)),
    (1, "by its last number alone", "only the last number of {Z} counts. Add what each gives (`+=`, not `=`).",
     lambda Z: only(*[-1] * Z.ndim)(Z)),
    (2, "by its first row alone", "only the first row of {Z} counts. Is there a `return` inside the loop?",
     only(..., 0, slice(None))),
    (2, "by its last row alone", "only the last row of {Z} counts. Add what each gives (`+=`, not `=`).",
     only(..., -1, slice(None))),
    (2, "without its last row and column", "the last row and the last column of {Z} do not count. Where do the loops end?",
     only(..., slice(-1), slice(-1))),
    (2, "by its first column alone", "only the first number of each row of {Z} counts. Is there a `return` inside the loop?",
     only(..., slice(1))),
    (2, "by its last column alone", "only the last number of each row of {Z} counts. Add what each gives (`+=`, not `=`).",
     only(..., slice(-1, None))),
    (3, "by its first entry alone", "only {Z}[0] counts. Is there a `return` inside the loop?", only(0)),
    (3, "by its last entry alone", "only {Z}[-1] counts. Add what each gives (`+=`, not `=`).", only(-1)),
    (3, "by its first slice alone", "only {Z}[:, 0] counts. Is there a `return` inside the loop?",
     only(slice(None), 0)),
    (3, "by its last slice alone", "only {Z}[:, -1] counts. Add what each gives (`+=`, not `=`).",
     only(slice(None), -1)),
]
OF_A_NUMBER = [
    ("one too large", "this is the result for {Z} + 1. Where does it count once too often?", lambda z: z + 1),
    ("one too small", "this is the result for {Z} − 1. Where is it counted once too little?", lambda z: z - 1),
    ("taken twice", "this is the result for twice {Z}.", lambda z: 2 * z),
    ("taken by half", "this is the result for half of {Z}.", lambda z: z // 2),
    ("taken for 0", "this is the result for {Z} = 0: it plays no part.", lambda z: 0),
    ("taken for 1", "this is the result for {Z} = 1: it plays no part.", lambda z: 1),
    ("taken for 2", "this is the result for {Z} = 2, whatever {Z} is.", lambda z: 2),
    ("taken for 3", "this is the result for {Z} = 3, whatever {Z} is.", lambda z: 3),
    ("squared", "this is the result for {Z} squared.", lambda z: z * z),
]
