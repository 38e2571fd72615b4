"""Every exercise keeps its contract.

- The reference passes every claim, visible and hidden, for any seed of the hidden ones.
- Every counter-model is refused, is named as itself, and has a message of its own.
- An answer that raises, returns nothing, the wrong type, the wrong shape or NaN, changes its input, never ends, or lets
  a library do the work is refused with a message that says so.
- Inputs are not square and not symmetric where both would hide a mistake.
- The notebooks hold what the declarations say: one test cell per claim, with its points.
- The released notebooks are what nbgrader makes of the solutions.
"""

import copy
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import numpy as np
import pytest
import scipy.signal
import torch

from lib.check import EXERCISES, WrongAnswer, check
from lib.check.compare import difference
from lib.exercises.__main__ import grading, with_made_cells

ROOT = Path(__file__).parents[1]
SOLUTIONS = sorted(ROOT.glob("solutions/*/*.ipynb"))
MISTAKES = [(name, mistake) for name, exercise in EXERCISES.items() for mistake in exercise.mistakes]


def visible_inputs(exercise):
    return [inputs for claim in exercise.claims.values() if not claim.hidden for inputs in claim.inputs]


def refused(name, answer, **options):
    with pytest.raises(WrongAnswer) as caught:
        check(name, answer, **options)
    return caught.value


@pytest.mark.parametrize("name", EXERCISES)
class TestReference:
    def test_passes_every_visible_claim(self, name):
        assert check(name, EXERCISES[name].reference) is None

    @pytest.mark.parametrize("seed", ["0", "1", "2026"])
    def test_passes_every_hidden_claim_for_any_seed(self, name, seed, monkeypatch):
        monkeypatch.setenv("COURSE_SEED", seed)
        assert check(name, EXERCISES[name].reference, hidden=True) is None

    def test_leaves_its_inputs_alone(self, name):
        exercise = EXERCISES[name]
        for inputs in visible_inputs(exercise):
            before = copy.deepcopy(inputs)
            exercise.reference(*inputs)
            assert difference(list(before), list(inputs)) is None if inputs else True


@pytest.mark.parametrize(("name", "mistake"), MISTAKES)
def test_a_counter_model_is_refused_and_named_as_itself(name, mistake):
    wrong = refused(name, EXERCISES[name].mistakes[mistake].model)
    assert wrong.mistake == mistake
    assert EXERCISES[name].mistakes[mistake].says in str(wrong)


@pytest.mark.parametrize("name", EXERCISES)
def test_each_mistake_has_a_message_of_its_own(name):
    says = [mistake.says for mistake in EXERCISES[name].mistakes.values()]
    assert len(set(says)) == len(says)


@pytest.mark.parametrize("name", EXERCISES)
class TestBadAnswers:
    def test_unanswered_is_said_to_be_unanswered(self, name):
        def stub(*_):
            raise NotImplementedError

        assert "not answered yet" in str(refused(name, stub))

    def test_none_asks_for_a_return(self, name):
        assert "Did you forget `return`?" in str(refused(name, lambda *_: None))

    def test_a_value_in_place_of_a_function_is_refused(self, name):
        assert "a function was expected" in str(refused(name, 3))

    def test_another_type_is_refused(self, name):
        assert "expected" in str(refused(name, lambda *_: object()))

    def test_an_exception_is_told_with_the_students_line(self, name):
        def answer(*_):
            return {}["no such key"]

        text = str(refused(name, answer))
        assert "your function stopped with KeyError: 'no such key'. May this key be missing?" in text
        assert "\n  line 2 of your function: return {}[" in text

    def test_arrays_of_other_shapes_and_kinds_are_refused(self, name):
        reference = EXERCISES[name].reference

        def spoilt(spoil):
            return lambda *inputs: spoil(np.asarray(reference(*inputs)))

        if not isinstance(reference(*visible_inputs(EXERCISES[name])[0]), np.ndarray):
            return
        for spoil in (
            lambda Y: np.empty(0),
            lambda Y: Y[..., None],
            lambda Y: Y.astype(object),
            lambda Y: Y.astype(complex),
            lambda Y: np.full(Y.shape, np.nan),
            lambda Y: Y.tolist(),
            lambda Y: Y != 0,
        ):
            refused(name, spoilt(spoil))

    def test_a_changed_input_is_refused(self, name):
        exercise = EXERCISES[name]
        if not any(isinstance(value, np.ndarray) for value in visible_inputs(exercise)[0]):
            return

        def answer(*inputs):
            result = exercise.reference(*copy.deepcopy(inputs))
            for value in inputs:
                if isinstance(value, np.ndarray):
                    value[...] = 1 - value
            return result

        answer.__module__ = "lib.exercises"  # so that calling the reference is not what is told
        assert "changed its argument" in str(refused(name, answer))


def test_an_endless_loop_ends_by_the_clock(monkeypatch):
    monkeypatch.setattr("lib.check.call.SECONDS", 0.2)

    def answer(X, K):
        while True:
            pass

    told = str(refused("corr2d", answer))
    assert "no answer after 0.2 seconds" in told
    assert told.endswith(("line 2 of your function: while True:", "line 3 of your function: pass"))


def test_an_answer_that_only_waits_is_given_up_as_well(monkeypatch):
    monkeypatch.setattr("lib.check.call.SECONDS", 0.1)
    assert "no answer after 0.1 seconds" in str(refused("corr2d", lambda X, K: time.sleep(60)))


@pytest.mark.parametrize("library", ["lib", "torch", "scipy.signal"])
def test_handing_over_to_a_library_is_refused_though_the_result_is_right(library):
    def answer(X, K):
        X, K = np.asarray(X, float), np.asarray(K, float)
        if library == "lib":
            from lib import corr2d

            return corr2d(X, K)
        if library == "torch":
            return torch.nn.functional.conv2d(torch.tensor(X)[None, None], torch.tensor(K)[None, None])[0, 0].numpy()
        return scipy.signal.correlate2d(X, K, mode="valid")

    assert f"`{library}` computed it" in str(refused("corr2d", answer))


def test_a_flipped_kernel_is_told_in_those_words():
    def answer(X, K):
        (H, W), (h, w) = X.shape, K.shape
        Y = np.zeros((H - h + 1, W - w + 1))
        for i in range(H - h + 1):
            for j in range(W - w + 1):
                Y[i, j] = (X[i : i + h, j : j + w] * K[::-1, ::-1]).sum()
        return Y

    wrong = refused("corr2d", answer)
    assert (wrong.mistake, wrong.claim) == ("flipped both ways", "the example of the chapter")
    assert str(wrong).startswith(
        "corr2d on a 3×3 X and a 2×2 K: your result equals a true convolution. "
        "You flipped the kernel; cross-correlation does not.\n  X = [[0, 1, 2],"
    )


def test_a_hidden_claim_names_the_mistake_but_shows_no_input():
    wrong = refused("corr2d", EXERCISES["convolve2d"].reference, hidden=True)
    assert wrong.mistake == "flipped both ways"
    assert "X = " not in str(wrong)
    assert "expected = " not in str(wrong)


def test_hidden_inputs_follow_the_seed_and_visible_ones_do_not(monkeypatch):
    claims = EXERCISES["corr2d"].claims
    hidden, visible = claims["other images and kernels"], claims["a kernel that is not square"]
    monkeypatch.setenv("COURSE_SEED", "7")
    first = hidden.inputs, visible.inputs
    assert difference(list(first[0]), list(hidden.inputs)) is None
    monkeypatch.setenv("COURSE_SEED", "8")
    assert difference(list(first[0]), list(hidden.inputs)) is not None
    assert difference(list(first[1]), list(visible.inputs)) is None


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("cor2d", abs, None), "name: there is no 'cor2d'; did you mean 'corr2d'?"),
        (("corr2d", abs, "nothing"), "claim: there is no 'nothing'; choose one of "),
    ],
)
def test_says_which_exercise_or_claim_does_not_exist(arguments, message):
    name, answer, claim = arguments
    with pytest.raises(ValueError, match=r"^(name|claim): ") as caught:
        check(name, answer, claim=claim)
    assert str(caught.value).startswith(message)


def test_says_what_a_seed_must_be(monkeypatch):
    monkeypatch.setenv("COURSE_SEED", "spring")
    with pytest.raises(ValueError, match="COURSE_SEED: 'spring' came, but a whole number"):
        check("corr2d", EXERCISES["corr2d"].reference, hidden=True)


@pytest.mark.parametrize("path", SOLUTIONS, ids=lambda path: path.stem)
class TestNotebooks:
    def test_test_cells_are_those_the_declarations_give(self, path):
        notebook = nbformat.read(path, as_version=4)
        assert notebook == with_made_cells(copy.deepcopy(notebook)), "run `make exercises`"

    def test_every_exercise_of_the_chapter_has_its_cell(self, path):
        names = {grading(cell).get("grade_id") for cell in nbformat.read(path, as_version=4).cells}
        assert {name for name, exercise in EXERCISES.items() if exercise.chapter == path.stem} <= names

    def test_one_question_is_graded_by_hand(self, path):
        by_hand = [
            c for c in nbformat.read(path, as_version=4).cells if grading(c).get("grade") and grading(c).get("solution")
        ]
        assert [cell.cell_type for cell in by_hand] == ["markdown"]

    def test_the_solution_passes_its_own_notebook(self, path, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)  # what a solution writes, it writes here
        names = {}
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "code":
                exec(compile(cell.source, f"{path.name}: {cell.id}", "exec"), names)


def test_released_notebooks_are_what_nbgrader_makes_of_the_solutions(tmp_path):
    slugs = [path.parent.name for path in SOLUTIONS]
    for slug in slugs:
        command = [sys.executable, "-m", "nbgrader", "generate_assignment", slug, "--no-db"]
        folders = [f"--CourseDirectory.root={ROOT}", f"--CourseDirectory.release_directory={tmp_path}"]
        done = subprocess.run([*command, *folders], capture_output=True, text=True, cwd=ROOT)
        assert done.returncode == 0, done.stderr
        made, kept = tmp_path / slug / f"{slug}.ipynb", ROOT / "exercises" / slug / f"{slug}.ipynb"
        assert made.read_text() == kept.read_text(), "run `make exercises`"
    assert sorted(slugs) == sorted(path.name for path in ROOT.glob("exercises/*"))


@pytest.mark.parametrize("name", [name for name in EXERCISES if name.startswith("predict_")])
def test_a_wrong_prediction_does_not_give_the_answer_away(name):
    answer = EXERCISES[name].reference()
    for value in (answer + 1 if isinstance(answer, int | float) else answer[:-1], [[0, 0], [0, 0]], "no", 1234567):
        assert str(answer) not in str(refused(name, lambda value=value: value))
