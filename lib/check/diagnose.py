"""Find the mistake that explains a wrong answer best: a declared one, a slip, two at once, or chance."""

import contextlib
import copy
import io
import time
import warnings

import numpy as np

from lib.check.call import run
from lib.check.compare import difference
from lib.check.declare import Mistake
from lib.check.slips import ENOUGH, cut_to_a_square, of_a_window, of_arguments, slips_of

PROOF = 4  # results with as many numbers do not agree with a misconception by chance
SEARCH = 1  # seconds to look for two things at once, for some counter-models are slow


@contextlib.contextmanager
def quiet():
    """What the student prints is read once, and what NumPy warns of in counter-models is nobody's concern."""
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield


@quiet()
def diagnose(exercise, answer, inputs, value):
    """The mistake that explains why `answer` returned `value` for these inputs, or None."""
    if value is None or (isinstance(value, np.ndarray) and type(value) is not np.ndarray):
        return None
    elsewhere = returned_values(exercise, answer)
    declared = name_the_mistake(exercise, inputs, value, elsewhere)
    if declared and gives_all(declared, elsewhere):
        return declared
    told = telling(exercise, inputs, value, elsewhere)
    found = (
        (told and name_a_slip(exercise, inputs, value, elsewhere))
        or name_entry_by_entry(exercise, inputs, value, elsewhere)
        or name_chance(exercise, answer, inputs, value)
    )
    if found:
        return found
    likeness, share = name_a_likeness(exercise, inputs, value, elsewhere) if told else (None, 0)
    return (
        (share == 1 and likeness)
        or (told and name_two_at_once(exercise, inputs, value, elsewhere))
        or declared
        or (share >= 1 / 2 and likeness)
        or name_squares(exercise, answer)
        or (not inputs and name_entry_by_entry(exercise, inputs, value, elsewhere, loose=True))
        or None
    )


@quiet()
def explain_the_stop(exercise, answer):
    """The mistake that fits all that `answer` returns on the visible inputs where it does not stop."""
    found, returned = None, returned_values(exercise, answer)
    wrong, _ = parted(exercise, returned)
    if wrong:
        found = next((m for m in exercise.mistakes.values() if gives_all(m, returned)), None)
        if not found and telling(exercise, *wrong[0], returned):
            found = name_a_slip(exercise, *wrong[0], returned)
    return found or name_squares(exercise, answer)


def returned_values(exercise, answer):
    """(inputs, result) for all visible inputs on which `answer` returns one."""
    returned = []
    for inputs in (i for c in exercise.claims.values() if not c.hidden for i in c.inputs):
        outcome = run(exercise, answer, inputs)
        if not outcome.problem:
            returned.append((inputs, outcome.value))
        elif not outcome.stopped:  # it never ends; once is enough to wait
            break
    return returned


def parted(exercise, returned):
    """The wrong ones among (inputs, result), and the right ones."""
    wrong, right = [], []
    for inputs, value in returned:
        (wrong if difference(exercise.reference(*inputs), value) else right).append((inputs, value))
    return wrong, right


def gives_all(mistake, elsewhere):
    return all(mistake.gives(value, inputs) for inputs, value in elsewhere)


def name_the_mistake(exercise, inputs, value, elsewhere):
    """The declared mistake that gives `value` too and fits best what was returned elsewhere, or None."""
    candidates = [m for m in exercise.mistakes.values() if m.gives(value, inputs)]
    if not candidates:
        return None
    best = max(candidates, key=lambda m: sum(m.gives(v, i) for i, v in elsewhere))
    return best if fits(best, exercise.reference, elsewhere) else None


def fits(mistake, reference, elsewhere):
    """Whether a misconception that gave one result explains the answer, or gave it by chance.

    It must give at least half of what was returned where the answer or the misconception is wrong.
    """
    confirmed = against = 0
    for inputs, value in elsewhere:
        if not mistake.gives(value, inputs):
            against += 1
        elif difference(reference(*copy.deepcopy(inputs)), value):
            confirmed += 1
    return confirmed >= against


def count(value):
    """How many numbers a result holds."""
    return sum(map(count, value)) if isinstance(value, tuple | list) else np.size(value)


def telling(exercise, inputs, value, elsewhere):
    """Whether there are results enough to speak of slips, of the right kind: numbers, all of them finite."""
    if isinstance(value, np.ndarray) and not (value.dtype.kind in "iuf" and np.isfinite(value).all()):
        return False
    expected = exercise.reference(*inputs)
    if isinstance(expected, np.ndarray):
        if not isinstance(value, np.ndarray | int | float):
            return False
        if not difference(expected.astype(float), value):
            return False  # the numbers are right, in another type
    elif not isinstance(value, int | float):
        return False
    return sum(np.size(v) for _, v in [(inputs, value), *elsewhere]) >= ENOUGH


def name_a_slip(exercise, inputs, value, elsewhere):
    """The slip that gives `value` and all results elsewhere, or None."""
    slips = slips_of(exercise, exercise.reference, inputs, value)
    return next((slip for slip in slips if gives_all(slip, elsewhere)), None)


def name_a_likeness(exercise, inputs, value, elsewhere):
    """The slip, of any kind, that gives `value`, all right results and most of the wrong ones; and its share of these.

    (None, 0) if no slip gives `value` and all right results.
    """
    wrong, right = parted(exercise, elsewhere)
    agree = {}
    for slip in slips_of(exercise, exercise.reference, inputs, value, loose=True):
        if gives_all(slip, right):
            agree[slip] = sum(slip.gives(v, i) for i, v in wrong)
    best = max(agree, key=agree.get, default=None)
    if best is None:
        return None, 0
    return best, agree[best] / len(wrong) if wrong else 1


def name_two_at_once(exercise, inputs, value, elsewhere):
    """A declared mistake together with a slip, or two slips, that give `value` and all results elsewhere; or None."""
    if not isinstance(value, np.ndarray):
        return None  # numbers alone agree with a pair too often
    start = time.process_time()
    declared, right = list(exercise.mistakes.values()), exercise.reference
    slips = [*of_a_window(exercise, right), *of_arguments(exercise, right, inputs, loose=False)]
    for firsts, arguments in ((declared, False), (slips, False), (declared, True)):
        for first in firsts:
            for second in slips_of(exercise, first.model, inputs, value, arguments=arguments):
                if gives_all(second, elsewhere):
                    says = f"two things happened. First: {first.says} Second, as if that were right: {second.says}"
                    return Mistake(f"{first.name}; {second.name}", says, second.model)
            if time.process_time() - start > SEARCH:
                return None
    return None


def name_entry_by_entry(exercise, inputs, value, elsewhere, loose=False):
    """For lists: the declared mistakes that together explain every wrong entry, here and elsewhere; or None.

    With `loose`, one has to explain them all, but may spoil twice as many entries that are right: in a prediction
    somebody may have made a mistake in one place and not in others.
    """
    expected = exercise.reference(*inputs)
    if isinstance(expected, list) and isinstance(next(iter(expected), None), list):
        return None  # an image, written as a list: that is one answer, not several
    if loose and len(entries(expected) or ()) < ENOUGH:
        return None
    cases = [(i, entries(exercise.reference(*i)), entries(v)) for i, v in [(inputs, value), *elsewhere]]
    if any(right is None or came is None or right.keys() != came.keys() for _, right, came in cases):
        return None
    judged = [(mistake, *explained_by(mistake, cases)) for mistake in exercise.mistakes.values()]
    explained = {
        mistake: hits
        for mistake, hits, spoilt in sorted(judged, key=lambda one: one[2])  # those that spoil least come first
        if spoilt == 0 or (loose and spoilt <= 2 * len(hits))
    }
    wrong = {(n, at) for n, (_, right, came) in enumerate(cases) for at in right if not alike(right[at], came[at])}
    found = cover(wrong, explained, most=1 if loose else 3)
    if not found or wrong.difference(*(hits for _, hits in found)):
        return None
    name = "; ".join(mistake.name for mistake, _ in found)
    if not inputs:
        told = [f"{places(hits)}: {mistake.says}" for mistake, hits in found]
        return Mistake(name, " ".join([told[0], *map(begun, told[1:])]), exercise.reference)
    if len(found) == 1:
        return found[0][0]
    ordinals = zip(("First", "Second", "Third"), found, strict=False)
    told = " ".join(f"{which}: {mistake.says}" for which, (mistake, _) in ordinals)
    return Mistake(name, f"{'two' if len(found) == 2 else 'three'} things happened. {told}", exercise.reference)


def cover(wrong, explained, most):
    """The few mistakes that explain most of the wrong entries, each with those that it explains."""
    found, left = [], set(wrong)
    for _ in range(most):
        best = max(explained, key=lambda mistake: len(explained[mistake] & left), default=None)
        if best is None or not explained[best] & left:
            break
        found.append((best, explained[best] & left))
        left -= explained[best]
    return found


def explained_by(mistake, cases):
    """The wrong entries (case, place) that a mistake gives, and how many right ones it would spoil."""
    hits, spoilt = set(), 0
    for n, (inputs, right, came) in enumerate(cases):
        try:
            gives = entries(mistake.model(*copy.deepcopy(inputs)))
        except Exception:  # a counter-model need not be defined everywhere
            continue
        for at in right if gives and gives.keys() == right.keys() else ():
            if alike(right[at], came[at]):
                spoilt += not alike(gives[at], right[at])
            elif alike(gives[at], came[at]):
                hits.add((n, at))
    return hits, spoilt


def entries(value):
    """Place -> number, of a list or of lists in a list; None of anything else."""
    if not isinstance(value, list | tuple):
        return None
    found = {}
    for n, entry in enumerate(value):
        inner = entries(entry)
        found.update({(n,): entry} if inner is None else {(n, *at): deeper for at, deeper in inner.items()})
    return found


def alike(a, b):
    return difference(a, b) is None


def places(hits):
    """`entry 0`, `entries 0, 2 and 3`, `entries (0, 2) and (1, 3)`."""
    *told, last = [str(at if len(at) > 1 else at[0]) for at in sorted({at for _, at in hits})]
    return f"entries {', '.join(told)} and {last}" if told else f"entry {last}"


def begun(sentence):
    """With a capital, which `capitalize` gives but takes from the rest."""
    return sentence[:1].upper() + sentence[1:]


def name_chance(exercise, answer, inputs, value):
    """That a second call on the same inputs gives another result."""
    if not isinstance(value, int | float) and not (isinstance(value, np.ndarray) and value.dtype.kind in "iuf"):
        return None
    again = run(exercise, answer, inputs)
    if again.problem or not difference(value, again.value):
        return None
    says = (
        "the same call gives another result each time. Is something random in it, or does the function remember what "
        "it did before?"
    )
    return Mistake("another result each time", says, exercise.reference)


def name_squares(exercise, answer):
    """That the results are right where images and kernels are square."""
    proven = 0
    for inputs in (i for c in exercise.claims.values() if not c.hidden for i in c.inputs):
        square = tuple(map(made_square, inputs))
        if all(a is b for a, b in zip(inputs, square, strict=True)):
            continue
        try:
            expected = exercise.reference(*square)
        except Exception:  # the kernel no longer fits
            continue
        outcome = run(exercise, answer, square)
        if outcome.problem or difference(expected, outcome.value):
            return None
        proven += count(expected)
    if proven < PROOF:
        return None
    says = "where everything is square, your result is right. Are rows and columns exchanged somewhere?"
    return Mistake("right where everything is square", says, exercise.reference)


def made_square(given):
    """An image, or a shape, as large as its smaller side; anything else as it is."""
    if isinstance(given, np.ndarray) and given.ndim > 1 and given.shape[-1] != given.shape[-2]:
        return cut_to_a_square(given)
    if isinstance(given, tuple) and len(set(given)) == 2 == len(given):
        return (min(given),) * 2
    return given
