"""Slips that nobody declared are named all the same: by themselves, and together with a declared mistake.

- Each slip of a result and of an argument is named where it is made, for every exercise that returns an array.
- A window that slides has slips of its own, and the axes the names that the exercise gives them.
- Two things at once are named as two, and both sentences are said.
- Wrong entries of a list, such as a prediction, are explained one by one.
- Where nothing else is found, but all is right on squares, that is said.
- A slip is not named where it explains less than a declared mistake, or speaks of too few numbers.
- An answer that depends on chance is said to.
"""

import numpy as np
import pytest

from lib.check import EXERCISES, WrongAnswer, check, slips

RIGHT = {name: exercise.reference for name, exercise in EXERCISES.items()}


def wrong(name, answer):
    answer.__module__ = "lib.exercises"  # so that calling the reference is not what is told
    with pytest.raises(WrongAnswer) as caught:
        check(name, answer)
    return caught.value


RESULTS = {  # what is done to the right result of corr2d_multi_in_out -> the slip's name
    "squeezed": (lambda Y: Y[None, None], "two axes too many"),
    "axis at the end": (lambda Y: Y[..., None], "one axis too many at the end"),
    "concatenated": (lambda Y: np.concatenate(list(Y), 1), "side by side"),
    "as bytes": (lambda Y: Y.astype(np.int64).astype(np.uint8), "wrapped round at 256"),
    "a running total": (lambda Y: np.cumsum(Y).reshape(Y.shape), "a running total"),
    "five times as much": (lambda Y: 5 * Y, "a constant factor"),
    "seven too many": (lambda Y: Y + 7, "a constant distance"),
    "a rim": (lambda Y: np.pad(Y, ((0, 0), (1, 2), (0, 1)), constant_values=3), "more than is asked"),
    "one map and a half": (lambda Y: np.where(np.indices(Y.shape)[1] == len(Y[0]) - 1, 0, Y), "some places empty"),
    "two decimals": (lambda Y: np.round(Y, 2), "rounded to a few decimals"),
    "a rim of threes": (
        lambda Y: np.where(np.indices(Y.shape)[1] + np.indices(Y.shape)[2] == 0, 3, Y),
        "one number in some places",
    ),
    "columns first": (lambda Y: Y.swapaxes(1, 2).reshape(Y.shape), "at other places"),
}


@pytest.mark.parametrize("case", RESULTS)
def test_a_spoilt_result_is_named(case):
    spoil, name = RESULTS[case]
    found = wrong("corr2d_multi_in_out", lambda *inputs: spoil(RIGHT["corr2d_multi_in_out"](*inputs)))
    assert found.mistake == name


ARGUMENTS = {
    "one kernel part for all": (
        "grouped_conv",
        lambda X, K, groups: (X, np.repeat(K[:, -1:], K.shape[1], axis=1), groups),
        "K by its last column only",
    ),
    "written twice": ("count_params", lambda i, o, *rest: (o, o, *rest), "c_out for c_in"),
    "weights without sign": ("layer_forward", lambda X, K, b: (X, np.abs(K), b), "weight without its signs"),
    "bias cut": ("corr2d_multi_in_out", lambda X, K, b: (X, K, np.trunc(b)), "b cut to whole numbers"),
    "first map only": ("corr2d_multi_in", lambda X, K: (0 * X + X[-1:], K), "X by its last entry only"),
    "one number for another": ("count_params", lambda i, *rest: (3, *rest), "c_in taken for 3"),
}


@pytest.mark.parametrize("case", ARGUMENTS)
def test_a_spoilt_argument_is_named(case):
    name, change, slip = ARGUMENTS[case]
    assert wrong(name, lambda *inputs: RIGHT[name](*change(*inputs))).mistake == slip


def test_an_array_made_like_an_argument_is_named():
    found = wrong("corr2d_sp", lambda X, K, s, p: RIGHT["corr2d_sp"](X, K, s, p).astype(X.dtype))
    assert found.mistake == "made like X"


def test_two_things_at_once_are_both_said():
    found = wrong("corr2d", lambda X, K: RIGHT["convolve2d"](X, K) / 3)
    assert found.mistake == "flipped both ways; a constant factor"
    assert "two things happened. First: your result equals a true convolution." in str(found)
    assert "Second, as if that were right: your numbers are all the same multiple" in str(found)


def test_what_is_declared_is_named_before_a_slip():
    found = wrong("dilate_kernel", lambda K, d: d * RIGHT["dilate_kernel"](K, d))
    assert found.mistake == "spread and multiplied by d"  # and not a constant factor


def test_too_few_numbers_name_no_slip():
    found = wrong("predict_groups", lambda: [8, 10])  # twice as much
    assert found.mistake is None


def test_zeros_among_ones_are_no_empty_places():
    found = wrong("reachable", lambda c, *rest: np.tril(RIGHT["reachable"](c, *rest)))
    assert found.mistake != "some places empty"


WINDOWS = {  # of corr3d, by its window alone: what is done with a block and the kernel -> the slip's name
    "mean of the products": lambda block, K: (block * K).mean(),
    "largest product": lambda block, K: (block * K).max(),
    "only the last product": lambda block, K: (block * K)[-1, -1, -1],
    "+ for *": lambda block, K: (block + K).sum(),
}


@pytest.mark.parametrize("name", WINDOWS)
def test_a_spoilt_window_is_named_where_an_exercise_says_that_one_slides(name):
    def answer(X, K):
        blocks = np.lib.stride_tricks.sliding_window_view(X, K.shape)
        return np.array([WINDOWS[name](blocks[at], K) for at in np.ndindex(blocks.shape[:3])], float).reshape(
            blocks.shape[:3]
        )

    assert wrong("corr3d", answer).mistake == name


def test_the_axes_have_the_names_that_the_exercise_gives_them():
    assert "your result lacks its last moment." in str(
        wrong("corr1d_multi", lambda X, K: RIGHT["corr1d_multi"](X, K)[:, :-1])
    )
    assert "only the first map of your result is filled" in str(
        wrong("corr3d", lambda X, K: RIGHT["corr3d"](X, K) * (np.arange(len(X) - len(K) + 1) == 0)[:, None, None])
    )


def test_two_slips_at_once_are_both_said():
    found = wrong("grouped_conv", lambda X, K, groups: RIGHT["grouped_conv"](X, K[..., ::-1, :], groups)[..., :-1])
    assert found.mistake == "K upside down; last column left out"


def test_half_precision_is_named():
    found = wrong("depthwise", lambda X, K: (1.004 * RIGHT["depthwise"](X, K)).astype(np.float16))
    assert found.mistake == "in half precision"


def swapped(X, K):
    (W, H), (h, w) = X.shape, K.shape
    places = [(i, j) for i in range(H - h + 1) for j in range(W - w + 1)]
    return np.array([(X[i : i + h, j : j + w] * K).sum() for i, j in places]).reshape(H - h + 1, W - w + 1)


def test_height_and_width_exchanged_are_found_on_squares():
    found = wrong("corr2d", swapped)
    assert found.mistake == "right where everything is square"
    assert "stopped with ValueError" in str(found)


PREDICTIONS = {  # what was predicted -> the mistakes that explain its entries
    "two entries, two reasons": ([7, 13, 8], "own stride counted; strides added to the size"),
    "one entry of a whole misconception": ([9, 11, 7], "kernels added"),
    "nothing that is known": ([7, 11, 100], None),
}


@pytest.mark.parametrize("case", PREDICTIONS)
def test_a_prediction_is_looked_at_entry_by_entry(case):
    predicted, names = PREDICTIONS[case]
    found = wrong("predict_fields", lambda: predicted)
    assert found.mistake == names
    assert "7, 11, 7" not in str(found)


@pytest.mark.parametrize(
    ("name", "answer"),
    [  # what one of the visible results would be called, but not the others
        ("depthwise", lambda X, K: RIGHT["depthwise"](X, np.roll(K, -1, axis=0))),  # as in reverse, of two channels
        ("contour_kernel", lambda n: RIGHT["contour_kernel"](n) if n > 1 else np.array([[3.0]])),
    ],
)
def test_what_other_results_contradict_is_not_named(name, answer):
    assert wrong(name, answer).mistake not in ("K in reverse order", "a constant factor", "a constant distance")


def test_no_pair_is_made_up_for_a_number():
    assert ";" not in (wrong("params_grouped", lambda i, o, k, g: (i // g * o * k - 1) // 2).mistake or "")


def test_chance_is_named():
    rng = np.random.default_rng(0)
    found = wrong("fit_kernel", lambda X, Y, shape, lr, steps: rng.normal(size=shape))
    assert found.mistake == "another result each time"


def test_each_slip_has_a_name_and_words_of_its_own():
    of_a_result = slips.IN_THE_SHAPE + slips.IN_THE_PLANE + slips.ALONG_THE_FIRST_AXIS + slips.IN_THE_VALUES
    of_a_window = slips.AT_THE_BORDER + slips.IN_A_WINDOW + slips.WITH_THE_RESULT
    of_an_array = [entry[1:] for entry in slips.OF_AN_ARRAY]
    looking = slips.LOOKING + slips.LOOSELY
    numbers = slips.IN_ONE_NUMBER, slips.IN_A_NUMBER, slips.OF_A_NUMBER
    for table in (of_a_result + looking, of_a_window, of_an_array, *numbers):
        names, words = [entry[0] for entry in table], [entry[-1] for entry in table]
        assert len(set(names)) == len(names)
        assert len(set(words)) == len(words)
