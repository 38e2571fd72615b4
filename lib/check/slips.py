"""Slips that any function can make, whatever it computes: the one list of them.

An exercise declares only what is its own. What can go wrong with any result, with any argument, or with any window that
slides, stands here, and `lib.check.diagnose` looks for it, by itself and together with each declared mistake.

An entry is (name, what happens, what is said). In what is said, {first}, {row} and {column} are the names of the
result's axes, as the exercise has them, and {Z} is the name of an argument.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from lib.check.compare import axis_names
from lib.check.declare import Mistake

ENOUGH = 3  # so many numbers do not agree by accident
LAST = "a constant factor", "a constant distance"  # what says where a factor comes from is better said


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
    of_result = of_a_result(exercise, model, made, value, loose)
    in_result = [slip for slip in of_result if Slip("", "", lambda *_: made, slip.spoil).gives(value, inputs)]
    yield from (slip for slip in in_result if slip.name not in LAST)
    if arguments:
        for slip in [*of_a_window(exercise, model), *of_arguments(exercise, model, inputs, loose)]:
            if slip.gives(value, inputs):
                yield slip
    yield from (slip for slip in in_result if slip.name in LAST)


# --- in the result ----------------------------------------------------------------------------------------------------


def of_a_result(exercise, model, made, value, loose):
    """The slips that spoil a result such as `made`, so far as they may lead to one such as `value`."""
    simple, looking, words = [], [], {}
    if isinstance(made, int | float):
        simple, looking = IN_A_NUMBER, [entry for entry in LOOKING if entry[1] is fewer_decimals]
    elif isinstance(made, np.ndarray):
        first, *_, row, column = axis_names(made.ndim, exercise.axes) * 3  # one axis may have to do for all three
        words = {"first": first, "row": row, "column": column}
        if isinstance(value, np.ndarray):
            places = [IN_THE_PLANE, ALONG_THE_FIRST_AXIS][:: 1 if first == "row" else -1]
            simple = IN_THE_SHAPE + IN_THE_VALUES + places[0] + places[1]
            alike = len(np.unique(np.abs(made))) < 2  # so any factor and any distance would fit
            looking = [entry for entry in LOOKING if not alike or entry[0] not in LAST] + LOOSELY * loose
        else:
            simple = IN_ONE_NUMBER
    for name, spoil, says in simple:
        yield Slip(name, says.format(**words), model, lambda right, came, spoil=spoil: spoil(right))
    for name, spoil, says in looking:
        yield Slip(name, says.format(**words), model, spoil)


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


# fmt: off
IN_THE_SHAPE = [
    ("one axis too many", lambda Y: Y[None],
     "your result has an extra axis of length 1 in front. Take it away, for example with `Y[0]`."),
    ("two axes too many", lambda Y: Y[None, None],
     "your result has two extra axes of length 1 in front. Take them away, for example with `Y[0, 0]`."),
    ("one axis too many at the end", lambda Y: Y[..., None],
     "your result has an extra axis of length 1 at its end. Take it away, for example with `Y[..., 0]`."),
    ("one axis too many in the middle", lambda Y: Y[:, None],
     "your result has an extra axis of length 1 in its middle. Take it away, for example with `Y[:, 0]`."),
    ("an axis lost", np.squeeze,
     "your result lost an axis of length 1, as `squeeze` does. Keep it: the shape follows one rule always."),
    ("one row of numbers", np.ravel,
     "your result is one long line of numbers. Its shape is lost."),
]
IN_THE_PLANE = [  # with the last two axes
    ("last row and column left out", lambda Y: Y[..., :-1, :-1],
     "your result lacks its last {row} and its last {column}. Where does each loop end?"),
    ("last row left out", lambda Y: Y[..., :-1, :],
     "your result lacks its last {row}. Where does the loop over the {row}s end?"),
    ("last column left out", lambda Y: Y[..., :-1],
     "your result lacks its last {column}. Where does the loop over the {column}s end?"),
    ("starts one window late", lambda Y: Y[..., 1:, 1:],
     "the first {row} and the first {column} of the result are missing. Counting starts at 0."),
    ("first row left out", lambda Y: Y[..., 1:, :],
     "the first {row} of the result is missing. Counting starts at 0."),
    ("first column left out", lambda Y: Y[..., 1:],
     "the first {column} of the result is missing. Counting starts at 0."),
    ("one place too few on every side", lambda Y: Y[..., 1:-1, 1:-1],
     "one {row} and one {column} are missing on every side of your result."),
    ("every second window", lambda Y: Y[..., ::2, ::2],
     "your result has only every second {row} and {column} of the right one."),
    ("every second column", lambda Y: Y[..., ::2],
     "your result has only every second {column} of the right one."),
    ("cut to a square", cut_to_a_square,
     "your result has as many {column}s as {row}s, and the right one has not. Is one size used for both?"),
    ("rows and columns exchanged", lambda Y: Y.swapaxes(-1, -2),
     "{row}s and {column}s of your result are exchanged."),
    ("turned round", lambda Y: Y[..., ::-1, ::-1],
     "your result is turned by half a turn."),
    ("turned by a quarter", lambda Y: np.rot90(Y, 1, (-2, -1)),
     "your result is turned by a quarter of a turn."),
    ("upside down", lambda Y: Y[..., ::-1, :],
     "the {row}s of your result stand in reverse order."),
    ("mirrored", lambda Y: Y[..., ::-1],
     "the {column}s of your result stand in reverse order."),
    ("a running total in each row", lambda Y: np.cumsum(Y, axis=-1),
     "each number of your result has those before it in its {row} added in. Begin a new sum for each place."),
    ("always the first window", lambda Y: np.zeros_like(Y) + Y[..., :1, :1],
     "every number of yours is the first of the right ones. What you look at has to move with the place."),
    ("only the first place filled", only(..., 0, 0),
     "only the first place of your result is filled, the rest is 0. Is there a `return` inside the loop?"),
    ("only the first number filled", lambda Y: only(*[0] * Y.ndim)(Y),
     "only the first number of your result is filled, the rest is 0. Is there a `return` inside the loop?"),
]
ALONG_THE_FIRST_AXIS = [
    ("added along the first axis", lambda Y: Y.sum(0),
     "your {first}s are added to each other. Each stays on its own."),
    ("added along the first axis, axis kept", lambda Y: Y.sum(0, keepdims=True),
     "your {first}s are added into one. Each stays on its own."),
    ("the total in every entry", lambda Y: np.zeros_like(Y) + Y.sum(0),
     "every {first} of your result holds the sum of all of them. Start each at zero."),
    ("a running total along the first axis", lambda Y: np.cumsum(Y, axis=0),
     "each {first} of your result has those before it added in. Start a new sum for each."),
    ("averaged along the first axis", lambda Y: Y.mean(0),
     "your {first}s are averaged. Each stays on its own."),
    ("largest along the first axis", lambda Y: Y.max(0),
     "you kept the largest number over the {first}s. Each stays on its own."),
    ("only the first entry", lambda Y: Y[0],
     "your result is its first {first} alone. Is there a `return` inside the loop?"),
    ("only the first entry, axis kept", lambda Y: Y[:1],
     "your result holds its first {first} only. Is there a `return` inside the loop?"),
    ("only the last entry", lambda Y: Y[-1],
     "your result is its last {first} alone. Is the result made anew inside the loop?"),
    ("only the last entry, axis kept", lambda Y: Y[-1:],
     "your result holds its last {first} only. Is the result made anew inside the loop?"),
    ("last entry missing", lambda Y: Y[:-1],
     "the last {first} of the result is missing."),
    ("first entry missing", lambda Y: Y[1:],
     "the first {first} of the result is missing. Counting starts at 0."),
    ("last of each axis left out", lambda Y: Y[(slice(-1),) * Y.ndim],
     "the last place along each axis is missing."),
    ("only the first entry filled", only(0),
     "only the first {first} of your result is filled; the others stayed 0. Is there a `return` inside the loop?"),
    ("only the last entry filled", only(-1),
     "only the last {first} of your result is filled. Is the result made anew inside the loop?"),
    ("first entry in every place", everywhere(0),
     "all {first}s of your result are the first one."),
    ("last entry in every place", everywhere(-1),
     "all {first}s of your result are the last one. Has each an array of its own?"),
    ("in reverse order", lambda Y: Y[::-1],
     "the {first}s of your result stand in reverse order."),
    ("one place on", lambda Y: np.roll(Y, 1, axis=0),
     "every {first} of your result stands one place too late, and the last one in front. Count from 0."),
    ("first axis last", lambda Y: np.moveaxis(Y, 0, -1),
     "your {first}s stand on the last axis. Here they come first."),
    ("first axis second", lambda Y: Y.swapaxes(0, 1),
     "your {first}s stand on the second axis. Here they come first."),
    ("last axis first", lambda Y: np.moveaxis(Y, -1, 0),
     "your {column}s stand on the first axis. Here they come last."),
    ("axes in reverse", np.transpose,
     "the axes of your result stand in reverse order."),
    ("below each other", lambda Y: np.concatenate(list(Y), 0),
     "the {first}s of your result stand below each other in one (`concatenate`). Each needs a place of its own on a "
     "first axis (`stack`)."),
    ("side by side", lambda Y: np.concatenate(list(Y), -1),
     "the {first}s of your result stand side by side in one. Each needs a place of its own on a first axis (`stack`)."),
    ("a line for each entry", lambda Y: Y.reshape(len(Y), -1),
     "each {first} of your result is one long line of numbers. Its shape is lost."),
    ("the sum of each entry", lambda Y: Y.reshape(len(Y), -1).sum(1),
     "your result is one number for each {first}, a sum. Each place gives a number of its own."),
    ("the mean of each entry", lambda Y: Y.reshape(len(Y), -1).mean(1),
     "your result is one number for each {first}, a mean. Each place gives a number of its own."),
    ("multiplied by the number of entries", lambda Y: len(Y) * Y,
     "your result is multiplied by the number of its {first}s. Is something added once for each?"),
    ("divided by the number of entries", lambda Y: Y / len(Y),
     "your result is divided by the number of its {first}s. Keep the numbers as they are."),
    ("written twice", lambda Y: np.concatenate([Y, Y]),
     "your result has every {first} twice: it is written out again behind itself."),
]
IN_THE_VALUES = [
    ("wrong sign", np.negative,
     "your result has every sign turned round."),
    ("absolute values", np.abs,
     "your result equals the right one without its minus signs. Numbers may be negative; keep the sign."),
    ("negatives set to zero", lambda Y: np.maximum(Y, 0),
     "your result has 0 where a negative number belongs. Keep the sign."),
    ("positives set to zero", lambda Y: np.minimum(Y, 0),
     "your result has 0 where a positive number belongs. Keep the sign."),
    ("truncated to whole numbers", np.trunc,
     "the fractions are cut off. An array made for whole numbers, such as `np.zeros_like` of one, cuts everything that"
     " you put into it; make an array of floats."),
    ("rounded down", np.floor,
     "the fractions are rounded down, as `//` and `np.floor` do. Keep them."),
    ("rounded to whole numbers", np.round,
     "the fractions are rounded away. Keep them."),
    ("wrapped round at 256", lambda Y: Y.astype(np.int64).astype(np.uint8).astype(float),
     "your numbers were put into 8 bits (`uint8`), which hold 0 to 255 and wrap around. Use floats."),
    ("wrapped round at 128", lambda Y: Y.astype(np.int64).astype(np.int8).astype(float),
     "your numbers were put into 8 bits (`int8`), which hold −128 to 127 and wrap around. Use floats."),
    ("cut off at 0 and 255", lambda Y: np.clip(Y, 0, 255),
     "your numbers are cut off at 0 and 255. They may be smaller and larger; keep them."),
    ("cut off at 0 and 1", lambda Y: np.clip(Y, 0, 1),
     "your numbers are cut off at 0 and 1. Keep them."),
    ("squared", np.square,
     "your numbers are squares of the right ones."),
    ("only the signs", np.sign,
     "your result holds the signs only (−1, 0, 1). Keep the numbers."),
    ("twice as much", lambda Y: 2 * Y,
     "every number of your result is twice the right one. What is done two times?"),
    ("one added", lambda Y: Y + 1,
     "every number of your result is 1 too large. Sums start at 0."),
    ("a running total", lambda Y: np.cumsum(Y).reshape(Y.shape),
     "each number of your result has the ones before it added in. Begin a new sum for each place."),
    ("divided by its sum", lambda Y: Y / Y.sum(),
     "your result is divided by its sum. Some filters are normalised like this; here the numbers stay as they are."),
    ("scaled to the largest", lambda Y: Y / np.abs(Y).max(),
     "your result is divided by its largest absolute value. Keep the numbers as they are."),
    ("stretched from 0 to 1", lambda Y: (Y - Y.min()) / np.ptp(Y),
     "your result is stretched so that it goes from 0 to 1. Keep the numbers as they are."),
    ("in order", lambda Y: np.sort(Y, None).reshape(Y.shape),
     "your numbers are sorted. Each belongs to its place."),
    ("all zeros", np.zeros_like,
     "your result is 0 everywhere. Is the array that you fill the one that you return?"),
]
IN_ONE_NUMBER = [  # that came where an array is asked for
    ("the total", np.sum,
     "your result is one number, the sum over all places. Each place gives a number of its own."),
    ("the mean", np.mean,
     "your result is one number, the mean of all places. Each place gives a number of its own."),
    ("the largest", np.max,
     "your result is one number, the largest of all places. Each place gives a number of its own."),
    ("the first number alone", lambda Y: Y.flat[0],
     "your result is one number, the first of the right ones. Is there a `return` inside the loop?"),
    ("the last number alone", lambda Y: Y.flat[-1],
     "your result is one number, the last of the right ones. Where do you keep those before it?"),
]
IN_A_NUMBER = [
    ("one too many", lambda n: n + 1,
     "your result is 1 too large. Count the smallest case with your finger."),
    ("one too few", lambda n: n - 1,
     "your result is 1 too small. Count the smallest case with your finger."),
    ("twice as much", lambda n: 2 * n,
     "your result is twice the right one. What is counted two times?"),
    ("half of it", lambda n: n / 2,
     "your result is half of the right one. What is counted only once?"),
    ("half of it, rounded", lambda n: n // 2,
     "your result is half of the right one, rounded down."),
    ("one over it", lambda n: 1 / n,
     "your result is 1 divided by the right one. Which is divided by which?"),
    ("squared", lambda n: n * n,
     "your result is the square of the right one. Is a size asked for, or an area?"),
    ("the root of it", lambda n: n**0.5,
     "your result is the square root of the right one."),
    ("wrong sign", lambda n: -n,
     "your result has the wrong sign."),
]
# fmt: on


# Slips that look at what came, as (right, came) -> what the slip gives.


def the_same_factor(right, came):
    """`right` times the factor that fits what came."""
    factor = (right * came).sum() / (right * right).sum()
    return right * factor if factor else None


def the_same_distance(right, came):
    return right + (came - right).flat[0]


def some_places_empty(right, came):
    """`right` with zeros where zeros came."""
    tells = came.shape == right.shape and len(np.unique(right)) >= ENOUGH  # zeros among ones say nothing
    return np.where(came == 0, 0, right) if tells else None


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


# fmt: off
LOOKING = [
    ("some places empty", some_places_empty,
     "the numbers that are there are right, but there is 0 where others belong. Does your loop reach every place?"),
    ("zeros around it", zeros_around,
     "the right result is there, but with zeros beside it or around it. How large should it be?"),
    ("rounded to a few decimals", fewer_decimals,
     "your result is right, but rounded. Return it as it is; `print` may round."),
    ("in half precision", half_precision,
     "your numbers are right to about three digits: they are `float16`, which holds no more. Compute with `float64`."),
    ("a constant factor", the_same_factor,
     "your numbers are all the same multiple of the right ones. Where does a factor come in, or get lost?"),
    ("a constant distance", the_same_distance,
     "your numbers are all off by the same amount. What is added once too often, or not at all?"),
]
LOOSELY = [
    ("a part of it", a_part,
     "your numbers are right, but some are missing: your result is a part of the right one. Where does your loop "
     "begin, and where does it end?"),
    ("more than is asked", inside,
     "the right result lies inside yours, with other numbers around it. Which places are there too many?"),
    ("one number in some places", one_number_in_some_places,
     "many numbers are right, and all the others are one and the same number. Where does it come from?"),
    ("right at the first place only", right_at_the_first_place,
     "only the number at the first place is right. What must be done anew, or move on, at every place?"),
    ("at other places", other_places,
     "all the right numbers are there, but at other places. Which number belongs to the first place?"),
]
# fmt: on

# --- in a window that slides ------------------------------------------------------------------------------------------


def of_a_window(exercise, model):
    """What can go wrong with a window K that slides along the last `exercise.slides` axes of X."""
    axes = exercise.slides
    if not axes:
        return
    for name, before, after, mode, says in AT_THE_BORDER:
        yield Mistake(name, says, with_a_border(model, axes, before, after, mode))
    for name, combine, says in IN_A_WINDOW:
        yield Mistake(name, says, with_each_window(model, exercise.window, combine))
    for name, change, says in WITH_THE_RESULT:
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


def without_the_last(Y, size):
    """Without as many places as a window reaches beyond its first."""
    return Y[(..., *(slice(n - k + 1) for n, k in zip(Y.shape[-len(size) :], size, strict=True)))]


STAYS = "Here the window stays inside X."
# fmt: off
AT_THE_BORDER = [  # name, width before and after, from how far the window reaches, mode of np.pad, what is said
    ("same padding", lambda reach: reach // 2, lambda reach: reach - reach // 2, "constant",
     f"your result is as large as X: zeros were added at the border. {STAYS}"),
    ("same padding, more before", lambda reach: reach - reach // 2, lambda reach: reach // 2, "constant",
     f"your result is as large as X: zeros were added at the border, more of them before than after. {STAYS}"),
    ("full padding", lambda reach: reach, lambda reach: reach, "constant",
     f"your result is larger than X: the window also hangs over the border. {STAYS}"),
    ("zeros behind the end", lambda reach: 0, lambda reach: reach, "constant",
     "your result is as large as X: its last windows reach beyond the end. How many places fit inside?"),
    ("zeros before the start", lambda reach: reach, lambda reach: 0, "constant",
     "your result is as large as X: its first windows begin before the start. The first place is at 0."),
    ("wraps around", lambda reach: 0, lambda reach: reach, "wrap",
     f"your window runs over the end and goes on at the other side of X. {STAYS}"),
    ("border repeated", lambda reach: reach // 2, lambda reach: reach - reach // 2, "edge",
     f"your result is as large as X: the numbers at the border are repeated. {STAYS}"),
]
IN_A_WINDOW = [  # name, (part of X, kernel) -> number, what is said
    ("mean of the products", lambda part, K: (part * K).mean(),
     "the products of each window are averaged. They are added."),
    ("largest product", lambda part, K: (part * K).max(),
     "your result is the largest product of each window. The products are added."),
    ("products multiplied", lambda part, K: (part * K).prod(),
     "the products of each window are multiplied. They are added."),
    ("only the last product", lambda part, K: part.flat[-1] * K.flat[-1],
     "only the last product of each window is left. Each must be added to the ones before (`+=`, not `=`)."),
    ("only the first product", lambda part, K: part.flat[0] * K.flat[0],
     "only the first product of each window is there. Is there a `return` inside the loop?"),
    ("@ for *", lambda part, K: (part @ K).sum(),
     "your windows are multiplied as matrices (`@`). Here each number is multiplied by the one on the same place "
     "(`*`)."),
    ("+ for *", lambda part, K: (part + K).sum(),
     "window and kernel are added. Multiply number by number, then add the products."),
]
WITH_THE_RESULT = [  # name, (result, size of the kernel) -> what comes out, what is said
    ("windows do not overlap", lambda Y, size: Y[(..., *(slice(None, None, k) for k in size))],
     "your window jumps by its own size. It moves by one at a time."),
    ("no place for the last windows", without_the_last,
     "the last places of the result are missing. A window of k has n − k + 1 places on n numbers."),
    ("divided by the kernel's size", lambda Y, size: Y / np.prod(size),
     "your result is divided by the number of places of the kernel. The products are added, and that is all."),
]
# fmt: on

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
        for what, way, says in ways:
            yield Mistake(f"{name} {what}", says.format(Z=name), with_changed(model, at, way))
    if sum(isinstance(given, np.ndarray) for given in inputs) > 1:
        says = "this is the result for arrays whose fractions are cut off. Make arrays of floats of them."
        yield Mistake("all cut to whole numbers", says, lambda *given: model(*map(cut_to_whole_numbers, given)))
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


def cut_to_whole_numbers(given):
    return np.trunc(given) if isinstance(given, np.ndarray) else given


def made_like(model, at):
    return lambda *given: model(*given).astype(given[at].dtype).astype(float)


def with_changed(model, at, way):
    return lambda *given: model(*given[:at], way(given[at]), *given[at + 1 :])


def with_exchanged(model, a, b):
    return lambda *given: model(*given[:a], given[b], *given[a + 1 : b], given[a], *given[b + 1 :])


def with_the_other(model, one, other):
    return lambda *given: model(*given[:one], given[other], *given[one + 1 :])


def in_every_place(way):
    """An array with one thing, made by `way` of all its entries, in the place of each."""
    return lambda Z: np.zeros(Z.shape) + way(np.asarray(Z, float), 0, keepdims=True)


MOVES = "Does the index move with the loop?"
# fmt: off
OF_AN_ARRAY = [  # how many axes it takes, then as everywhere
    (2, "turned round", lambda Z: Z[..., ::-1, ::-1],
     "this is the result for {Z} turned by half a turn."),
    (2, "upside down", lambda Z: Z[..., ::-1, :],
     "this is the result for {Z} upside down: its rows are in reverse order."),
    (2, "mirrored", lambda Z: Z[..., ::-1],
     "this is the result for {Z} mirrored: its last axis is in reverse order."),
    (3, "reversed along every axis", np.flip,
     "this is the result for {Z} turned round along every axis."),
    (1, "in reverse order", lambda Z: Z[::-1],
     "this is the result for {Z} in reverse order along its first axis."),
    (3, "in reverse order along its second axis", lambda Z: Z[:, ::-1],
     "this is the result for {Z} in reverse order along its second axis."),
    (2, "cut to a square", cut_to_a_square,
     "this is the result for {Z} cut to a square: is one size used for both axes?"),
    (2, "transposed", lambda Z: Z.swapaxes(-1, -2),
     "this is the result for {Z} with its rows and columns exchanged."),
    (3, "with its first axes exchanged", lambda Z: Z.swapaxes(0, 1),
     "this is the result for {Z} with its first two axes exchanged."),
    (1, "with the wrong sign", np.negative,
     "this is the result for −{Z}: every number of it has the wrong sign."),
    (1, "without its signs", np.abs,
     "this is the result for |{Z}|: its minus signs are lost."),
    (1, "without its negatives", lambda Z: np.maximum(Z, 0),
     "this is the result for {Z} with its negative numbers set to 0."),
    (1, "cut to whole numbers", np.trunc,
     "this is the result for {Z} with its fractions cut off."),
    (1, "squared", np.square,
     "this is the result for {Z} squared."),
    (1, "left out", np.ones_like,
     "{Z} plays no part: this is the result for a {Z} of ones."),
    (1, "divided by its sum", lambda Z: Z / Z.sum(),
     "{Z} is divided by its sum. Some filters are made like this; here its numbers stay."),
    (1, "by its sum", lambda Z: np.full(Z.shape, Z.sum()),
     "this is the result with the sum of {Z} in the place of each number."),
    (2, "by its first column only", everywhere(slice(None), slice(1)),
     "this is the result with {Z}[:, 0] in the place of every {Z}[:, n]. " + MOVES),
    (2, "by its last column only", everywhere(slice(None), slice(-1, None)),
     "this is the result with {Z}[:, -1] in the place of every {Z}[:, n]. " + MOVES),
    (2, "by its first entry only", everywhere(0),
     "this is the result with {Z}[0] in the place of every {Z}[n]. " + MOVES),
    (2, "by its last entry only", everywhere(-1),
     "this is the result with {Z}[-1] in the place of every {Z}[n]. " + MOVES),
    (2, "averaged", in_every_place(np.mean),
     "this is the result with the mean of all {Z}[n] in the place of each."),
    (2, "added up", in_every_place(np.sum),
     "this is the result with the sum of all {Z}[n] in the place of each."),
    (2, "one place on", lambda Z: np.roll(Z, 1, 0),
     "this is the result with {Z}[n − 1] in the place of {Z}[n]. Count from 0."),
    (2, "one place back", lambda Z: np.roll(Z, -1, 0),
     "this is the result with {Z}[n + 1] in the place of {Z}[n]. Count from 0."),
    (3, "one place on along its second axis", lambda Z: np.roll(Z, 1, 1),
     "this is the result with {Z}[:, n − 1] in the place of {Z}[:, n]. Count from 0."),
    (2, "without its last row", only(..., slice(-1), slice(None)),
     "the last row of {Z} does not count. Where does the loop end?"),
    (2, "without its last column", only(..., slice(-1)),
     "the last column of {Z} does not count. Where does the loop end?"),
    (1, "by its first number alone", lambda Z: only(*[0] * Z.ndim)(Z),
     "only the first number of {Z} counts. Is there a `return` inside the loop?"),
    (1, "by its last number alone", lambda Z: only(*[-1] * Z.ndim)(Z),
     "only the last number of {Z} counts. Add what each gives (`+=`, not `=`)."),
    (2, "by its first row alone", only(..., 0, slice(None)),
     "only the first row of {Z} counts. Is there a `return` inside the loop?"),
    (2, "by its last row alone", only(..., -1, slice(None)),
     "only the last row of {Z} counts. Add what each gives (`+=`, not `=`)."),
    (2, "without its last row and column", only(..., slice(-1), slice(-1)),
     "the last row and the last column of {Z} do not count. Where do the loops end?"),
    (2, "by its first column alone", only(..., slice(1)),
     "only the first number of each row of {Z} counts. Is there a `return` inside the loop?"),
    (2, "by its last column alone", only(..., slice(-1, None)),
     "only the last number of each row of {Z} counts. Add what each gives (`+=`, not `=`)."),
    (3, "by its first entry alone", only(0),
     "only {Z}[0] counts. Is there a `return` inside the loop?"),
    (3, "by its last entry alone", only(-1),
     "only {Z}[-1] counts. Add what each gives (`+=`, not `=`)."),
    (3, "by its first slice alone", only(slice(None), 0),
     "only {Z}[:, 0] counts. Is there a `return` inside the loop?"),
    (3, "by its last slice alone", only(slice(None), -1),
     "only {Z}[:, -1] counts. Add what each gives (`+=`, not `=`)."),
]
OF_A_NUMBER = [
    ("one too large", lambda z: z + 1,
     "this is the result for {Z} + 1. Where does it count once too often?"),
    ("one too small", lambda z: z - 1,
     "this is the result for {Z} − 1. Where is it counted once too little?"),
    ("taken twice", lambda z: 2 * z,
     "this is the result for twice {Z}."),
    ("taken by half", lambda z: z // 2,
     "this is the result for half of {Z}."),
    ("taken for 0", lambda z: 0,
     "this is the result for {Z} = 0: it plays no part."),
    ("taken for 1", lambda z: 1,
     "this is the result for {Z} = 1: it plays no part."),
    ("taken for 2", lambda z: 2,
     "this is the result for {Z} = 2, whatever {Z} is."),
    ("taken for 3", lambda z: 3,
     "this is the result for {Z} = 3, whatever {Z} is."),
    ("squared", lambda z: z * z,
     "this is the result for {Z} squared."),
]
# fmt: on
