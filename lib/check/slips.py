"""Slips that any function can make, whatever it computes: in its result, or in what it takes its arguments for.

They are looked for where no declared mistake explains everything, by themselves and together with each declared
mistake. So two things at once are named although nobody declared the pair, and an exercise declares what is its own.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from lib.check.compare import difference
from lib.check.declare import Mistake

ENOUGH = 3  # so many numbers do not agree by accident


@dataclass(frozen=True)
class Slip(Mistake):
    """What the model gives, spoilt: `spoil` takes that, and what came, from which it may read a factor or a place."""

    spoil: Callable = lambda right, came: right

    def gives(self, value, inputs):
        return Mistake(self.name, self.says, lambda *given: self.spoil(self.model(*given), value)).gives(value, inputs)


def name_a_slip(exercise, inputs, value, elsewhere):
    """The slip that gives `value` and all results `elsewhere`; or None."""
    if not telling(exercise, inputs, value, elsewhere):
        return None
    slips = slips_of(exercise.reference, exercise.arguments, inputs, value, loose=False)
    return next((slip for slip in slips if all(slip.gives(v, i) for i, v in elsewhere)), None)


def name_a_likeness(exercise, inputs, value, elsewhere):
    """The slip, of any kind, that gives `value`, most of the wrong results `elsewhere` and all right ones; or None."""
    if not telling(exercise, inputs, value, elsewhere):
        return None
    wrong = [(i, v) for i, v in elsewhere if difference(exercise.reference(*i), v)]
    right = [(i, v) for i, v in elsewhere if not difference(exercise.reference(*i), v)]
    agree = {}
    for slip in slips_of(exercise.reference, exercise.arguments, inputs, value):
        if all(slip.gives(v, i) for i, v in right):
            agree[slip] = sum(slip.gives(v, i) for i, v in wrong)
    best = max(agree, key=agree.get, default=None)
    return best if best and 2 * agree[best] >= len(wrong) else None


def name_two_at_once(exercise, inputs, value, elsewhere):
    """The declared mistake together with a slip that give `value` and all results `elsewhere`; or None.

    The search ends after a second: some counter-models are slow.
    """
    start = time.process_time()
    if not telling(exercise, inputs, value, elsewhere):
        return None
    for mistake in exercise.mistakes.values():
        for slip in slips_of(mistake.model, exercise.arguments, inputs, value, loose=False):
            if all(slip.gives(v, i) for i, v in elsewhere):
                return both(mistake, slip)
        if time.process_time() - start > 1:
            return None
    return None


def telling(exercise, inputs, value, elsewhere):
    """Whether there are results enough to speak of, of the right kind: numbers, all of them finite."""
    if isinstance(value, np.ndarray) and not (value.dtype.kind in "iuf" and np.isfinite(value).all()):
        return False
    expected = exercise.reference(*inputs)
    if isinstance(expected, np.ndarray) != isinstance(value, np.ndarray):
        return False
    if isinstance(expected, np.ndarray) and not difference(expected.astype(float), value):
        return False  # the numbers are right, in another type
    return sum(v.size if isinstance(v, np.ndarray) else 1 for _, v in [(inputs, value), *elsewhere]) >= ENOUGH


def both(mistake, slip):
    """Two things at once."""
    says = f"two things happened. First: {mistake.says} Second: {slip.says}"
    return replace(slip, name=f"{mistake.name}; {slip.name}", says=says)


def slips_of(model, names, inputs, value, loose=True):
    """The slips of a model that give `value`; those that would explain too much only if `loose`."""
    try:
        with np.errstate(all="ignore"):
            made = model(*inputs)
    except Exception:  # a counter-model need not be defined everywhere
        made = None
    if isinstance(made, np.ndarray) and isinstance(value, np.ndarray):
        spoilt = IN_AN_ARRAY + (LOOSELY if loose else [])
    else:
        spoilt = IN_A_NUMBER if isinstance(made, int | float) else []
    if isinstance(made, np.ndarray) and spoilt and len(np.unique(value)) < min(ENOUGH, value.size):
        spoilt = [entry for entry in spoilt if entry[2] not in (the_same_factor, the_same_distance)]
    for name, says, spoil in spoilt:
        if Slip(name, says, lambda *_: made, spoil).gives(value, inputs):
            yield Slip(name, says, model, spoil)
    for name, says, given in of_arguments(model, names, inputs, loose):
        slip = Mistake(name, says, given)
        if slip.gives(value, inputs):
            yield slip


# --- in the result ----------------------------------------------------------------------------------------------------


def simply(spoil):
    """A slip that does not look at what came."""
    return lambda right, came: spoil(right)


def the_same_factor(right, came):
    """`right` times the factor that fits what came."""
    factor = (right * came).sum() / (right * right).sum()
    return right * factor if factor else None


def the_same_distance(right, came):
    return right + (came - right).flat[0]


def some_places_empty(right, came):
    """`right` with zeros where zeros came."""
    return np.where(came == 0, 0, right) if came.shape == right.shape else None


def one_number_in_some_places(right, came):
    """`right` with one and the same other number where that came; one place alone would prove nothing."""
    if came.shape != right.shape:
        return None
    wrong = ~np.isclose(came, right, 1e-9, 1e-9)
    alike = len(np.unique(came[wrong])) == 1 and 1 < wrong.sum() <= wrong.size - ENOUGH
    return np.where(wrong, came, right) if alike else None


def fewer_decimals(right, came):
    """`right` rounded to as many decimals as it takes to give what came."""
    rounded = [np.round(right, decimals) for decimals in range(1, 7)]
    return next((Y for Y in rounded if np.shape(Y) == np.shape(came) and np.allclose(Y, came, 1e-12, 1e-12)), None)


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


def first_only(Y):
    only = np.zeros_like(Y)
    only[..., 0, 0] = Y[..., 0, 0]
    return only


IN_AN_ARRAY = [  # name, what is said, (right, came) -> what the slip gives
    *(
        (name, says, simply(spoil))
        for name, says, spoil in [
            (
                "last row and column left out",
                "your result lacks its last row and its last column. Count the places of a 2-wide window on 4 numbers "
                "with your finger: where does the last one start?",
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
            ("turned round", "your result is turned by half a turn.", lambda Y: Y[..., ::-1, ::-1]),
            ("upside down", "the rows of your result stand in reverse order.", lambda Y: Y[..., ::-1, :]),
            ("mirrored", "the columns of your result stand in reverse order.", lambda Y: Y[..., ::-1]),
            ("in reverse order", "your result stands in reverse order along its first axis.", lambda Y: Y[::-1]),
            (
                "first axis last",
                "the numbers are right, but what should be the first axis of your result is the last one.",
                lambda Y: np.moveaxis(Y, 0, -1),
            ),
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
                "an axis lost",
                "your result lost an axis of length 1, as `squeeze` does. Keep it: the shape follows one rule always.",
                np.squeeze,
            ),
            (
                "one row of numbers",
                "your result is one long row: the numbers are not in rows and columns any more.",
                np.ravel,
            ),
            (
                "below each other",
                "the parts of your result stand below each other in one (`concatenate`). Each needs a place of its own "
                "on a first axis (`stack`).",
                lambda Y: np.concatenate(list(Y), 0),
            ),
            (
                "side by side",
                "the parts of your result stand side by side in one. Each needs a place of its own on a first axis "
                "(`stack`).",
                lambda Y: np.concatenate(list(Y), -1),
            ),
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
                "the fractions are cut off. An array made for whole numbers, such as `np.zeros_like` of one, cuts "
                "everything that you put into it; make an array of floats.",
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
            (
                "a running total",
                "each number of your result has the ones before it added in. Begin a new sum for each place.",
                lambda Y: np.cumsum(Y).reshape(Y.shape),
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
            (
                "in order",
                "your numbers are sorted. Each belongs to its place.",
                lambda Y: np.sort(Y, None).reshape(Y.shape),
            ),
            (
                "only the first entry",
                "your result is the first entry of the right one only. Is there a `return` inside the loop?",
                lambda Y: Y[0],
            ),
            (
                "added along the first axis",
                "your result is the right one added up along its first axis. Keep its entries apart.",
                lambda Y: Y.sum(0),
            ),
            (
                "averaged along the first axis",
                "your result is the right one averaged along its first axis. Keep its entries apart.",
                lambda Y: Y.mean(0),
            ),
            (
                "always the first window",
                "every number of yours is the first of the right ones. What you look at has to move with the place.",
                lambda Y: np.zeros_like(Y) + Y[..., :1, :1],
            ),
            (
                "only the first place filled",
                "only the first place of your result is filled, the rest is 0. Is there a `return` inside the loop?",
                first_only,
            ),
            (
                "all zeros",
                "your result is 0 everywhere. Is the array that you fill the one that you return?",
                np.zeros_like,
            ),
        ]
    ),
    (
        "some places empty",
        "the numbers that are there are right, but some places stayed 0. Which places does your loop never reach?",
        some_places_empty,
    ),
    (
        "rounded to a few decimals",
        "your numbers are right, but rounded. Return them as they are; `print` may round.",
        fewer_decimals,
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
        "at other places",
        "all the right numbers are there, but at other places. Which axis runs first?",
        other_places,
    ),
]

IN_A_NUMBER = [
    (name, says, simply(spoil))
    for name, says, spoil in [
        (
            "one too many",
            "your result is 1 too large. Count the smallest case with your finger.",
            lambda n: n + 1,
        ),
        (
            "one too few",
            "your result is 1 too small. Count the smallest case with your finger.",
            lambda n: n - 1,
        ),
        ("twice as much", "your result is twice the right one. What is counted two times?", lambda n: 2 * n),
        ("half of it", "your result is half of the right one. What is counted only once?", lambda n: n / 2),
        ("half of it, rounded", "your result is half of the right one, rounded down.", lambda n: n // 2),
        ("one over it", "your result is 1 divided by the right one. Which is divided by which?", lambda n: 1 / n),
        ("squared", "your result is the square of the right one.", lambda n: n * n),
        ("the root of it", "your result is the square root of the right one.", lambda n: n**0.5),
        ("wrong sign", "your result has the wrong sign.", lambda n: -n),
    ]
] + [
    (
        "rounded to a few decimals",
        "your number is right, but rounded. Return it as it is; `print` may round.",
        fewer_decimals,
    ),
]

# --- in the arguments -------------------------------------------------------------------------------------------------


def of_arguments(model, names, inputs, loose):
    """(name, what is said, the model with it), for every way to take one argument for another."""
    for at, (name, given) in enumerate(zip(names, inputs, strict=False)):
        ways = []
        if isinstance(given, np.ndarray):
            ways = [(what, says, way) for axes, what, says, way in OF_AN_ARRAY if axes <= given.ndim]
            says = f"your result is an array made like {name}, and cannot hold all numbers. Make an array of floats."
            yield f"made like {name}", says, made_like(model, at)
        elif isinstance(given, int) and not isinstance(given, bool) and loose:
            ways = OF_A_NUMBER
        for what, says, way in ways:
            yield f"{name} {what}", f"this is the result {says.replace('Z', name)}", with_changed(model, at, way)
    for a, b in combinations(range(len(inputs)), 2):
        if type(inputs[a]) is type(inputs[b]) and np.ndim(inputs[a]) == np.ndim(inputs[b]):
            says = f"this is the result with {names[a]} and {names[b]} exchanged. In which order do the arguments come?"
            yield f"{names[a]} and {names[b]} exchanged", says, with_exchanged(model, a, b)
            if loose and isinstance(inputs[a], int) and not isinstance(inputs[a], bool):
                for one, other in ((a, b), (b, a)):
                    says = (
                        f"this is the result with {names[other]} in the place of {names[one]} too. Is it written twice?"
                    )
                    yield f"{names[other]} for {names[one]}", says, with_the_other(model, one, other)


def made_like(model, at):
    return lambda *given: model(*given).astype(given[at].dtype).astype(float)


def with_changed(model, at, way):
    return lambda *given: model(*given[:at], way(given[at]), *given[at + 1 :])


def with_exchanged(model, a, b):
    return lambda *given: model(*given[:a], given[b], *given[a + 1 : b], given[a], *given[b + 1 :])


def with_the_other(model, one, other):
    return lambda *given: model(*given[:one], given[other], *given[one + 1 :])


def to_a_square(Z):
    side = min(Z.shape[-2:])
    return Z[..., :side, :side]


OF_AN_ARRAY = [  # how many axes it takes, name, what is said (Z stands for the argument), the change
    (2, "turned round", "for Z turned by half a turn (`Z[..., ::-1, ::-1]`).", lambda Z: Z[..., ::-1, ::-1]),
    (2, "upside down", "for Z with its rows in reverse order (`Z[..., ::-1, :]`).", lambda Z: Z[..., ::-1, :]),
    (2, "mirrored", "for Z with its columns in reverse order (`Z[..., ::-1]`).", lambda Z: Z[..., ::-1]),
    (1, "in reverse order", "for Z in reverse order along its first axis (`Z[::-1]`).", lambda Z: Z[::-1]),
    (2, "cut to a square", "for Z cut to a square: is one size used for both axes?", to_a_square),
    (2, "transposed", "for Z with its rows and columns exchanged.", lambda Z: Z.swapaxes(-1, -2)),
    (3, "with its first axes exchanged", "for Z with its first two axes exchanged.", lambda Z: Z.swapaxes(0, 1)),
    (1, "with the wrong sign", "for −Z: every number of it has the wrong sign.", np.negative),
    (1, "without its signs", "for |Z|: its minus signs are lost.", np.abs),
    (1, "without its negatives", "for a Z whose negative numbers are set to 0.", lambda Z: np.maximum(Z, 0)),
    (1, "cut to whole numbers", "for a Z whose fractions are cut off.", np.trunc),
    (1, "squared", "for Z squared.", np.square),
    (1, "left out", "for a Z of ones: its numbers play no part.", np.ones_like),
    (2, "by its first column only", "for a Z that is `Z[:, 0]` all along its second axis.", lambda Z: 0 * Z + Z[:, :1]),
    (
        2,
        "by its last column only",
        "for a Z that is `Z[:, -1]` all along its second axis.",
        lambda Z: 0 * Z + Z[:, -1:],
    ),
    (3, "by its first entry only", "for a Z whose entries are all its first one, `Z[0]`.", lambda Z: 0 * Z + Z[:1]),
    (3, "by its last entry only", "for a Z whose entries are all its last one, `Z[-1]`.", lambda Z: 0 * Z + Z[-1:]),
    (3, "averaged", "for a Z whose entries are all their average.", lambda Z: 0 * Z + Z.mean(0, keepdims=True)),
]
OF_A_NUMBER = [
    ("one too large", "for Z + 1. Where does it count once too often?", lambda z: z + 1),
    ("one too small", "for Z − 1. Where is it counted once too little?", lambda z: z - 1),
    ("taken twice", "for twice Z.", lambda z: 2 * z),
    ("taken by half", "for half of Z.", lambda z: z // 2),
    ("taken for 0", "for Z = 0: it plays no part.", lambda z: 0),
    ("taken for 1", "for Z = 1: it plays no part.", lambda z: 1),
    ("taken for 2", "for Z = 2, whatever Z is.", lambda z: 2),
    ("taken for 3", "for Z = 3, whatever Z is.", lambda z: 3),
    ("squared", "for Z squared.", lambda z: z * z),
]
