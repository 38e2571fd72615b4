"""Check an answer to an exercise, and say in words what went wrong.

>>> from lib.check import check
>>> def corr2d(X, K):  # a student's answer, with the kernel flipped
...     h, w = K.shape
...     return np.array([[(X[i : i + h, j : j + w] * K[::-1, ::-1]).sum()
...                       for j in range(X.shape[1] - w + 1)] for i in range(X.shape[0] - h + 1)])
>>> import numpy as np
>>> try:
...     check("corr2d", corr2d, claim="a kernel that is not square")
... except AssertionError as wrong:
...     print(wrong.mistake)
flipped both ways
"""

import sys
from dataclasses import replace

import numpy as np

from lib.check.call import run
from lib.check.compare import difference
from lib.check.declare import EXERCISES, Claim, Exercise, Mistake
from lib.check.diagnose import diagnose, explain_the_stop
from lib.check.words import AND, call_in_words, evidence, in_lines, no_exercise

LIGHT = "{id}{background:#fff;color:#111}"

__all__ = ["EXERCISES", "Claim", "Exercise", "Mistake", "WrongAnswer", "check"]


class WrongAnswer(AssertionError):
    """An answer that does not do what its exercise asks; the text says how, for the student to read.

    `mistake` is the name of the misconception that gives the same results, or of what else happened where it is known,
    or None; `claim` is the claim that failed.
    """

    def __init__(self, message, claim, mistake=None):
        super().__init__(message)
        self.claim, self.mistake = claim, mistake

    def _render_traceback_(self):
        """What notebooks show: the message alone, for our own code is not the student's concern."""
        return [f"WrongAnswer ({self.claim}):", *in_lines(str(self))]


def check(name, answer, *, claim=None, hidden=False):
    """Compare `answer` with the reference of the exercise `name`; return None when all is right.

    All visible claims are checked, or with hidden=True the hidden ones, or the one `claim` that is named.

    Raises: WrongAnswer, whose text names the mistake; ValueError for an exercise or claim that does not exist.
    """
    exercise = EXERCISES.get(name)
    if exercise is None:
        raise ValueError(no_exercise("name", name, EXERCISES))
    if claim is not None and claim not in exercise.claims:
        raise ValueError(no_exercise("claim", claim, exercise.claims))
    chosen = [c for c in exercise.claims.values() if (c.hidden == hidden if claim is None else c.name == claim)]
    improper = None
    for one in chosen:
        for inputs in one.inputs:
            improper = improper or check_once(exercise, one, answer, inputs)
    if improper:
        raise improper


def check_once(exercise, claim, answer, inputs):
    """Check one call. Raise WrongAnswer where its result is wrong; return one where only the way to it is."""
    expected = exercise.reference(*inputs)
    outcome = run(exercise, answer, inputs)
    call = call_in_words(exercise, inputs)
    if outcome.problem:
        mistake = explain_the_stop(exercise, answer) if outcome.stopped else None
        elsewhere = f"\n{AND}{mistake.says}" if mistake else ""
        name = mistake.name if mistake else outcome.happened
        raise WrongAnswer(f"{call}: {outcome.problem}{elsewhere}", claim.name, name) from None
    wrong = difference(expected, outcome.value, exercise.axes)
    if wrong:
        mistake = diagnose(exercise, answer, inputs, outcome.value)
        secret = claim.hidden or not inputs  # a prediction, which a student may try again
        message = f"{call}: {mistake.says if mistake else wrong.discreet if secret else wrong.says}"
        if outcome.changed:
            message += f" Besides, your function changed its argument {outcome.changed}. Work on a copy."
        if not secret:
            got = np.asarray(outcome.value) if isinstance(outcome.value, np.ndarray) else outcome.value
            message += "\n" + evidence(exercise, inputs, expected, got, wrong)
            show_picture(exercise, inputs, expected, got, wrong)
        raise WrongAnswer(message, claim.name, mistake.name if mistake else wrong.name) from None
    if outcome.changed:
        says = f"the result is right, but your function changed its argument {outcome.changed}. Work on a copy."
        return WrongAnswer(f"{call}: {says}", claim.name, "argument changed")
    if outcome.handed_over:
        says = f"the result is right, but {outcome.handed_over} computed it. Here you write the steps yourself."
        return WrongAnswer(f"{call}: {says}", claim.name, "handed over")
    return None


def show_picture(exercise, inputs, expected, got, wrong):
    """In a notebook, the exercise's own picture of what happened.

    It is shown as an image, for a notebook that is not trusted takes HTML apart and leaves loose words; there the
    sentence stands in its place. An image cannot know whether the page is dark, so it stands on a light ground.
    """
    ipython = sys.modules.get("IPython")
    if exercise.picture and ipython and ipython.get_ipython():
        drawing = exercise.picture(inputs, expected, got, wrong)
        if drawing is not None:
            drawing = replace(drawing, css=f"{drawing.css}{LIGHT}")
            ipython.display.display({"image/svg+xml": drawing.svg, "text/plain": f"[Picture: {drawing.alt}]"}, raw=True)
