"""`lib.check` compares plain values strictly, runs answers safely, and writes for people."""

import warnings

import numpy as np
import pytest

from lib.check import EXERCISES, Exercise, Mistake, WrongAnswer, check
from lib.check.call import run
from lib.check.compare import difference
from lib.check.words import WIDTH, call_in_words, in_lines

SAME = {
    "ints as floats": (np.array([1, 2]), np.array([1.0, 2.0])),
    "rounding of 64-bit sums": (np.array([0.3]), np.array([0.1 + 0.2])),
    "32-bit results": (np.array([1.0, 3.3]), np.array([1.0, 3.3], dtype=np.float32)),
    "NaN where NaN is right": (np.array([np.nan, 1]), np.array([np.nan, 1])),
    "infinity where infinity is right": (np.array([-np.inf, 1]), np.array([-np.inf, 1])),
    "a NumPy integer": (5, np.int64(5)),
    "a whole float for a size": (5, 5.0),
    "a list for a tuple": ((1, 2), [1, 2]),
    "an array for a list of rows": ([[1, 2], [3, 4]], np.array([[1, 2], [3, 4]])),
    "nested values": ([(3, "conv"), {"a": None}], [(3, "conv"), {"a": None}]),
    "a whole number longer than 64 bits": (3**80, 3**80),
    "an empty result that is right": (np.empty((0, 3)), np.empty((0, 3))),
}
DIFFERENT = {
    "an empty array, which broadcasts": (np.array([1.0]), np.array([]), "shape (0,), but (1,)"),
    "a shape that broadcasts": (np.ones((2, 3)), np.ones((1, 3)), "shape (1, 3), but (2, 3)"),
    "an extra axis": (np.ones((2, 3)), np.ones((2, 3, 1)), "shape (2, 3, 1), but (2, 3)"),
    "NaN": (np.array([1.0, 2]), np.array([1.0, np.nan]), "nan at index 1, but a finite number"),
    "infinity": (np.array([[1.0, 2]]), np.array([[1.0, np.inf]]), "inf at row 0, column 1"),
    "infinity of the other sign": (np.array([np.inf]), np.array([-np.inf]), "expected inf, got -inf"),
    "objects": (np.array([1, 2]), np.array([1, 2], dtype=object), "object values (dtype object)"),
    "complex numbers": (np.array([1, 2]), np.array([1, 2], dtype=complex), "complex values"),
    "truth values": (np.array([1, 1]), np.array([True, True]), "bool values"),
    "text": (np.array([1, 2]), np.array(["1", "2"]), "text values"),
    "a list for an array": (np.array([1, 2]), [1, 2], "of type list, but a NumPy array was expected"),
    "the first element that differs": (
        np.array([[1, 2], [3, 4]]),
        np.array([[1, 2], [4, 3]]),
        "2 of the 4 numbers differ. The first is at row 1, column 0: expected 3, got 4.",
    ),
    "nothing": (3, None, "Did you forget `return`?"),
    "True for 1": (1, True, "of type bool, but a whole number was expected"),
    "1 for True": (True, 1, "of type int, but a bool was expected"),
    "a size that is not whole": (5, 5.5, "your result is 5.5, but a whole number was expected"),
    "a size that is nearly right": (5, 5 + 1e-12, "but 5 was expected"),
    "a whole number longer than 64 bits": (5, 3**80, "your result is 1.47809e+38, but 5 was expected"),
    "a whole number longer than any float": (5, 3**9000, "a number too long to write, but 5 was expected"),
    "a long whole number for a fraction": (0.5, 3**9000, "a number too long to write, but 0.5 was expected"),
    "one that is off in its last digit": (10**20, 10**20 + 1, "was expected"),
    "text for a number": (5, "5", "of type str"),
    "another text": ("a", "b", "your result is 'b', but 'a' was expected"),
    "an array for a number": (5, np.array([5]), "of type ndarray"),
    "a matrix": (
        np.array([[1, 2]]),
        np.array([[1, 2]]).view(np.matrix),
        "of type matrix, but a plain NumPy array was expected",
    ),
    "a mask": (np.array([1, 2]), np.ma.masked_array([1, 2]), "of type MaskedArray, but a plain NumPy array"),
    "a mask for a list": ([1, 2], np.ma.masked_array([1, 2]), "of type MaskedArray, but a plain NumPy array"),
    "objects for a list": ([1, 2], np.array([1, 2], dtype=object), "of type ndarray"),
    "too few entries": ((1, 2), (1,), "1 entry, but 2 were"),
    "a wrong entry": ((1, 2), (1, 3), "entry 1 of your result is 3, but 2 was expected."),
    "a missing key": ({"a": 1}, {"b": 1}, "the keys ['b'], but ['a']"),
    "a wrong value": ({"a": 1}, {"a": 2}, "entry 'a' of your result is 2, but 1"),
}


@pytest.mark.parametrize("case", SAME)
def test_equal_values_pass(case):
    assert difference(*SAME[case]) is None


@pytest.mark.parametrize("case", DIFFERENT)
def test_different_values_are_told_apart_in_words(case):
    expected, got, words = DIFFERENT[case]
    assert words in difference(expected, got).says


def test_a_tensor_is_told_how_to_become_an_array():
    import torch

    assert "Try `.detach().numpy()`" in difference(np.ones(2), torch.ones(2)).says


def test_a_subclass_with_its_own_equality_gains_nothing():
    class Equal(np.ndarray):
        def __eq__(self, other):
            return np.ones(self.shape, bool)

        __ne__ = __sub__ = __rsub__ = lambda self, other: np.zeros(self.shape)

    assert difference(np.array([1.0, 2]), np.array([8.0, 9]).view(Equal)) is not None


def test_a_call_is_described_by_sizes_and_options():
    exercise = EXERCISES["corr2d"]
    assert call_in_words(exercise, (np.ones((3, 4)), np.ones((2, 2)))) == "corr2d on a 3×4 X and a 2×2 K"


def test_the_students_arguments_are_copies():
    X, K = np.arange(6.0).reshape(2, 3), np.ones((1, 2))

    def answer(X, K):
        X[0] = -1
        return X

    assert run(EXERCISES["corr2d"], answer, (X, K)).changed == "X"
    assert X[0, 1] == 1


def test_leaving_the_program_is_reported_and_survived():
    def answer(X, K):
        raise SystemExit("bye")

    assert "stopped with SystemExit: bye" in run(EXERCISES["corr2d"], answer, (1, 2)).problem


def test_an_exception_of_any_make_is_told():
    class Mute(BaseException):
        def __str__(self):
            raise RuntimeError

    def answer(X, K):
        raise Mute

    assert run(EXERCISES["corr2d"], answer, (1, 2)).problem.startswith("your function stopped with Mute\n  line 2 of")


def test_a_library_that_works_in_a_thread_is_seen():
    import threading

    import lib

    def answer(X, K):
        found = []
        worker = threading.Thread(target=lambda: found.append(lib.corr2d(X, K)))
        worker.start()
        worker.join()
        return found[0]

    assert run(EXERCISES["corr2d"], answer, (np.ones((3, 4)), np.ones((2, 2)))).handed_over == "`lib`"


def test_an_answer_that_the_student_stops_is_told_with_its_line():
    def answer(X, K):
        raise KeyboardInterrupt

    assert run(EXERCISES["corr2d"], answer, (1, 2)).problem == (
        "you stopped it.\n  line 2 of your function: raise KeyboardInterrupt"
    )


def test_a_notebook_shows_the_message_in_short_lines_and_no_code_of_ours():
    wrong = None
    try:
        check("corr2d", EXERCISES["convolve2d"].reference)
    except WrongAnswer as error:
        wrong = error
    lines = wrong._render_traceback_()
    assert lines[:4] == [
        "WrongAnswer (the example of the chapter):",
        "corr2d on a 3×3 X and a 2×2 K:",
        "your result equals a true convolution.",
        "You flipped the kernel; cross-correlation does not.",
    ]
    assert all(len(line) <= WIDTH for line in lines)
    assert not any("Traceback" in line or ".py" in line for line in lines)


def test_the_colon_of_a_key_ends_no_call():
    assert in_lines("describe on layers=[{'kind': 'conv'}] and n=3: your sizes are n // s. Why?") == [
        "describe on layers=[{'kind': 'conv'}] and n=3:",
        "your sizes are n // s.",
        "Why?",
    ]


def test_numbers_are_written_out_or_said_to_be_rounded():
    from lib.check.words import in_columns

    assert in_columns("K", np.array([1, 6 + 1e-11])) == "  K = [1.           , 6.00000000001]"
    assert in_columns("K", np.array([1, 2 / 3])) == "  K ≈ [1.    , 0.6667]"


def test_a_long_sentence_is_wrapped():
    assert all(len(line) <= WIDTH for line in in_lines("f on a 3×3 X: " + "word " * 60 + "."))


def test_an_answer_that_stops_is_named_by_what_it_returns_elsewhere():
    def conv1x1(X, K):
        return np.einsum("oc,ohw->chw", K, X)  # K transposed: stops unless there are as many outputs as inputs

    with pytest.raises(WrongAnswer) as caught:
        check("conv1x1", conv1x1)
    assert caught.value.mistake == "matrix transposed"
    assert "stopped with ValueError" in str(caught.value)
    assert "And on other inputs: input and output channels of K are exchanged." in str(caught.value)


def test_a_misconception_that_fits_one_result_by_chance_is_not_named():
    def receptive_field_size(layers):  # 9 is what "kernels added" gives here, but it is right elsewhere
        return 9 if len(layers) == 3 else EXERCISES["receptive_field_size"].reference(layers)

    receptive_field_size.__module__ = "lib.exercises"  # so that calling the reference is not what is told
    exercise = EXERCISES["receptive_field_size"]
    assert any(m.gives(9, ([(3, 1, 0, 1)] * 3,)) for m in exercise.mistakes.values())
    with pytest.raises(WrongAnswer, match="your result is 9, but 7 was expected") as caught:
        check("receptive_field_size", receptive_field_size)
    assert caught.value.mistake is None


def test_two_mistakes_in_different_columns_of_a_table_are_both_named():
    mistakes = EXERCISES["describe"].mistakes

    def describe(layers, n, channels):
        rows = zip(
            mistakes["own stride"](layers, n, channels), mistakes["bias left out"](layers, n, channels), strict=True
        )
        return [(size, field, parameters, macs) for (size, field, _, macs), (_, _, parameters, _) in rows]

    describe.__module__ = "lib.exercises"
    with pytest.raises(WrongAnswer) as caught:
        check("describe", describe)
    assert caught.value.mistake == "own stride; bias left out"
    assert "two things happened. First: your receptive field" in str(caught.value)


def test_two_mistakes_of_one_name_are_refused():
    reference, claims = EXERCISES["corr2d"].reference, EXERCISES["corr2d"].claims
    twice = [Mistake("the same", "these words.", abs), Mistake("the same", "those words.", abs)]
    with pytest.raises(ValueError, match=r"mistakes of corr2d: \['the same'\] came twice"):
        Exercise(reference, claims, twice)


def test_an_answer_that_stops_everywhere_is_named_by_what_stops_it():
    def conv1x1(X, K):
        return X[K.shape]

    with pytest.raises(WrongAnswer) as caught:
        check("conv1x1", conv1x1)
    assert caught.value.mistake == "index too large"


def test_a_ragged_list_is_written_out_and_refused():
    with pytest.raises(WrongAnswer, match="of type list, but a NumPy array was expected") as caught:
        check("corr2d", lambda X, K: [[1, 2], [3]])
    assert "got = [[1, 2], [3]]" in str(caught.value)


@pytest.mark.parametrize("kind", [np.matrix, np.ma.MaskedArray])
@pytest.mark.parametrize("name", ["corr2d", "describe", "effective_kernel_size"])
def test_an_array_of_another_class_is_refused_wherever_it_comes(name, kind):
    def answer(*inputs):
        return np.atleast_2d(EXERCISES[name].reference(*inputs)).view(kind)

    answer.__module__ = "lib.exercises"
    with pytest.raises(WrongAnswer, match=r"of type (matrix|MaskedArray)"):
        check(name, answer)


def test_entries_of_unequal_depth_are_refused():
    with pytest.raises(WrongAnswer, match="entry 0, 0 of your result is of type tuple, but a whole number"):
        check("describe", lambda layers, n, channels: [((n, n), 1, 1, 1)] * len(layers))


def test_a_long_list_of_layers_is_counted_and_only_the_row_that_differs_is_shown():
    exercise = EXERCISES["describe"]

    def answer(layers, n, channels):
        rows = exercise.reference(layers, n, channels)
        return rows if len(rows) < 5 else [*rows[:4], (1, 2, 3, 4), *rows[5:]]

    answer.__module__ = "lib.exercises"  # so that calling the reference is not what is told
    with pytest.raises(WrongAnswer) as caught:
        check("describe", answer, claim="VGG-16")
    call, *evidence = str(caught.value).split("\n")
    assert call.startswith("describe on 18 layers, n=224 and channels=3: entry 4, 0 of your result is 1, but 112")
    assert evidence == [
        "  expected[4] = (112, 14, 147584, 1849688064)",
        "  got[4] = (1, 2, 3, 4)",
        "  what entry (4) is made of = {'kind': 'conv', 'out_channels': 128, 'kernel_size': 3, 'padding': 1}",
    ]


def test_a_number_too_long_to_write_is_refused_all_the_same():
    with pytest.raises(WrongAnswer):
        check("describe", lambda layers, n, channels: [(3**9000, 1, 1, 1)] * len(layers), claim="LeNet")


def told(answer, name="corr2d"):
    with pytest.raises(WrongAnswer) as caught:
        check(name, answer)
    return str(caught.value)


def test_numbers_that_are_not_finite_are_said_to_be():
    reference = EXERCISES["corr2d"].reference
    assert "nan at row 0, column 0, but a finite number" in told(lambda X, K: reference(X, K) * np.nan)


def test_a_helper_of_the_students_is_named_and_no_line_of_ours_is_shown():
    def window(X):
        return X[nowhere]  # noqa: F821

    def answer(X, K):
        return window(X)

    assert "Is there a cell above that defines it, and did you run that cell?\n  in `window`: return X[" in told(answer)
    assert "`run`" not in told(lambda X: X)
    assert "the arguments that the exercise names" in told(lambda X: X)


def test_a_misspelt_name_is_told_the_one_that_was_meant():
    def answer(X, K):
        return x + K  # noqa: F821

    assert "name 'x' is not defined. Did you mean `X`?" in told(answer)


def test_a_layer_without_forward_is_answered_already():
    import torch

    def answer(X, K):
        return torch.nn.Module()(X)

    text = told(answer)
    assert "not answered yet" not in text
    assert 'missing the required "forward" function' in text
    assert "line 2 of your function: return torch.nn.Module()(X)" in text


def test_an_answer_that_waits_for_typing_is_told_so():
    def answer(X, K):
        raise EOFError("EOF when reading a line")

    assert "Nobody can type during a check" in told(answer)


def walk(step):
    """An answer to `fit_with_autograd` that takes its steps with `step`."""
    import torch

    def fit(X, Y, shape, lr, steps):
        K = torch.zeros(shape, requires_grad=True)
        for _ in range(steps):
            x, y = torch.tensor(X, dtype=torch.float32), torch.tensor(Y, dtype=torch.float32)
            loss = ((torch.nn.functional.conv2d(x[None], K[None, None]) - y) ** 2).sum()
            K = step(K, loss, lr)
        return K.detach().numpy()

    return fit


def without_no_grad(K, loss, lr):
    loss.backward()
    K -= lr * K.grad
    return K


def made_anew(K, loss, lr):
    loss.backward()
    K = (K - lr * K.grad).detach()
    K.grad.zero_()
    return K


def untracked(K, loss, lr):
    loss.backward()
    return (K - lr * K.grad).detach()


@pytest.mark.parametrize(
    ("step", "happened", "advice"),
    [
        (without_no_grad, "no_grad left out", "`with torch.no_grad():`"),
        (made_anew, "kernel made anew", "`K -= …`"),
        (untracked, "no gradient asked for", "`requires_grad=True`"),
    ],
)
def test_where_pytorch_stops_a_walk_the_student_is_told_what_to_change(step, happened, advice):
    with pytest.raises(WrongAnswer) as caught:
        check("fit_with_autograd", walk(step))
    assert caught.value.mistake == happened
    assert advice in str(caught.value)


def test_no_warning_of_a_counter_model_reaches_the_student():
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        told(lambda X, K: np.zeros((0, 3)))  # the mean of nothing, and the like
    assert seen == []


def test_what_an_answer_prints_is_printed_once(capsys):
    def answer(X, K):
        print("here")
        return -EXERCISES["corr2d"].reference(X, K)

    told(answer)
    assert capsys.readouterr().out.count("here") == 1


def test_a_picture_in_eight_bits_is_asked_for_as_such():
    reference = EXERCISES["signed_to_gray"].reference
    assert "holds float64 numbers, and `uint8`" in told(lambda Y: reference(Y).astype(float), "signed_to_gray")


def test_a_faint_number_is_not_shown_as_zero():
    from lib.check.words import in_columns

    assert in_columns("K", np.array([1e-12, 1])) == "  K = [1.e-12, 1.e+00]"
    assert in_columns("K", np.array([-0.0, 1])) == "  K = [0., 1.]"


def test_a_notebook_shows_a_picture_as_an_image_with_a_sentence_beside_it(monkeypatch):
    import IPython

    shown = []
    monkeypatch.setattr(IPython, "get_ipython", lambda: True)
    monkeypatch.setattr(IPython.display, "display", lambda data, raw: shown.append(data))
    told(EXERCISES["convolve2d"].reference)
    (data,) = shown
    assert sorted(data) == ["image/svg+xml", "text/plain"]  # no HTML, which untrusted notebooks take apart
    assert data["image/svg+xml"].startswith("<svg ")
    assert "{background:#fff;color:#111}" in data["image/svg+xml"]
    assert data["text/plain"].startswith("[Picture: What goes in, the expected result and yours; they first differ at")


@pytest.mark.parametrize(
    ("spoil", "name"),
    [
        (lambda Y: None, "nothing returned"),
        (lambda Y: Y.tolist(), "another type"),
        (lambda Y: Y.astype(object), "object values"),
        (lambda Y: Y * np.inf, "not finite"),
    ],
)
def test_what_the_kind_of_a_result_says_is_named(spoil, name):
    with pytest.raises(WrongAnswer) as caught:
        check("corr2d", lambda X, K: spoil(EXERCISES["corr2d"].reference(X, K)))
    assert caught.value.mistake == name


def test_a_vector_is_counted_in_numbers():
    exercise = EXERCISES["corr2d_multi_in_out"]
    words = call_in_words(exercise, (np.ones((1, 3, 4)), np.ones((2, 1, 2, 2)), np.ones(2)))
    assert words == "corr2d_multi_in_out on a 1×3×4 X, a 2×1×2×2 K and a b of 2 numbers"
