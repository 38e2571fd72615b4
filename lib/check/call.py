"""Call a student's answer: on copies, for a limited time, and see who really computes the result."""

import contextlib
import copy
import signal
import sys
import threading
import time
import traceback
from _thread import interrupt_main
from dataclasses import dataclass
from difflib import get_close_matches

import numpy as np

SECONDS = 5
LOADING = 4  # times as many for an answer with PyTorch, which loads parts of itself when they are first used
PATIENCE = 4
HELPERS = ("lib", "torch", "mxnet", "tensorflow", "jax", "scipy.signal", "scipy.ndimage")
NOT_REFERENCES = ("lib.draw", "lib.check", "lib.errors")


class TimeUp(BaseException):
    """Not an Exception, so that a student's `except Exception` does not catch it."""


@dataclass(frozen=True)
class Outcome:
    """What came of one call."""

    value: object = None
    problem: str = ""  # why there is no value, in words
    stopped: bool = False  # the problem is an exception of the student's own
    happened: str | None = None  # the problem's name, where it is a known one
    changed: str = ""  # the argument that the answer changed
    handed_over: str = ""  # the library that did the work


def run(exercise, answer, inputs):
    """Call `answer` on a copy of `inputs`."""
    given = copy.deepcopy(inputs)
    caught = []
    seconds = SECONDS * (LOADING if "torch" in exercise.allows else 1)
    try:
        if not callable(answer):
            return Outcome(problem=f"{exercise.name} is of type {type(answer).__name__}, but a function was expected.")
        with time_limit(seconds), watching(exercise, answer, caught):
            value = answer(*given)
    except TimeUp as error:
        told = f"no answer after {seconds} seconds. Is there a loop that never ends, or one loop too many?"
        return Outcome(problem=told + line_in_words(answer, error), happened="too slow")
    except KeyboardInterrupt as error:
        return Outcome(problem=f"you stopped it.{line_in_words(answer, error)}")
    except BaseException as error:  # SystemExit, or one of the student's own making
        if type(error) is NotImplementedError and not belongs(last_module(error), HELPERS):
            return Outcome(problem="not answered yet.", happened="not answered")
        told, happened = exception_in_words(answer, error)
        return Outcome(problem=told, stopped=True, happened=happened)
    changed = next((n for n, a, b in zip(exercise.arguments, inputs, given, strict=False) if not same(a, b)), "")
    return Outcome(value, changed=changed, handed_over=caught[0] if caught else "")


@contextlib.contextmanager
def time_limit(seconds):
    """Raise TimeUp in the body after so many seconds (in the main thread; elsewhere there is no limit).

    On a busy machine the clock runs while the answer waits for its turn. So the seconds are those of the processor, and
    a body that sleeps is given up after PATIENCE times as many by the clock.
    """
    start = time.process_time(), time.monotonic()
    if threading.current_thread() is not threading.main_thread():
        yield
    elif hasattr(signal, "setitimer"):

        def ring(*_):
            if time.process_time() - start[0] >= seconds or time.monotonic() - start[1] >= PATIENCE * seconds:
                raise TimeUp

        before = signal.signal(signal.SIGALRM, ring)
        signal.setitimer(signal.ITIMER_REAL, seconds, 0.1)  # again and again: a bare `except` may swallow the first
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)
    else:  # Windows
        rung = threading.Event()
        timer = threading.Timer(seconds, lambda: (rung.set(), interrupt_main()))
        timer.start()
        try:
            yield
        except KeyboardInterrupt:
            if not rung.is_set():
                raise
            raise TimeUp from None
        finally:
            timer.cancel()


@contextlib.contextmanager
def watching(exercise, answer, caught):
    """Note in `caught` the first library that is called to do what the student was asked to write."""
    helpers = [name for name in HELPERS if name not in exercise.allows]
    if (getattr(answer, "__module__", None) or "").startswith(("lib.check", "lib.exercises")):  # our own models
        yield
        return

    def look(frame, event, function):
        if event == "call":
            module = frame.f_globals.get("__name__", "")
        elif event == "c_call":
            owner = getattr(function, "__self__", None)
            module = (
                getattr(function, "__module__", None) or getattr(owner, "__module__", None) or type(owner).__module__
            )
        else:
            return
        if not caught and not belongs(module, NOT_REFERENCES) and (helper := belongs(module, helpers)):
            caught.append(f"`{helper}`")
            sys.setprofile(before)  # one is enough, and looking is slow

    before, elsewhere = sys.getprofile(), threading.getprofile()
    sys.setprofile(look)
    threading.setprofile(look)  # in threads that the answer begins
    try:
        yield
    finally:
        sys.setprofile(before)
        threading.setprofile(elsewhere)


def last_module(error):
    """The name of the module that raised an exception."""
    *_, (frame, _) = traceback.walk_tb(error.__traceback__)
    return frame.f_globals.get("__name__", "")


def belongs(module, packages):
    """The one of `packages` that a module is or lies in, or None."""
    return next((name for name in packages if f"{module}.".startswith(f"{name}.")), None)


SHAPES = "Print both shapes just before this line: which axis is not as long as you think?"
ENDS = "Where does the loop end that makes this index? Counting starts at 0."
WHOLE = "An index is a whole number: `//` gives one, `/` does not."
FLOATS = "That array holds whole numbers; make it an array of floats."
ONE_TYPE = "All tensors here must hold numbers of one type: `.float()` or `.double()` makes them so."
ASKED = "Nobody can type during a check: all that your function needs comes as arguments."
# fmt: off
ADVICE = [  # (what happened, the exception's name, a part of its text, what to do); the first that fits is said
    ("unknown name", "NameError", "", "Is there a cell above that defines it, and did you run that cell?"),
    ("recursion without end", "RecursionError", "", "It calls itself again and again, without an end."),
    ("waits for input", "EOFError", "", ASKED),
    ("waits for input", "StdinNotImplementedError", "", ASKED),
    ("array of whole numbers", "UFuncTypeError", "output from dtype", FLOATS),
    ("array of whole numbers", "UFuncOutputCastingError", "", FLOATS),
    ("shapes that do not fit", "ValueError", "broadcast", SHAPES),
    ("shapes that do not fit", "ValueError", "matmul", SHAPES),
    ("shapes that do not fit", "IndexError", "broadcast", SHAPES),
    ("shapes that do not fit", "RuntimeError", "must match the size", SHAPES),
    ("shapes that do not fit", "ValueError", "cannot reshape", "How many numbers are there, and how many places?"),
    ("several numbers for one place", "ValueError", "setting an array element with a sequence",
     "Several numbers go where one belongs. Is a sum missing, or does it leave an axis?"),
    ("too many or too few to unpack", "ValueError", "values to unpack",
     "Print the shape, or the length, just before this line: how many are there?"),
    ("negative size", "ValueError", "negative dimensions",
     "Print the shapes just before this line: which axis is which?"),
    ("missing key", "KeyError", "",
     "May this key be missing? `d.get(key, default)` says what then stands in its place."),
    ("index too large", "IndexError", "out of bounds", ENDS),
    ("index too large", "IndexError", "out of range", ENDS),
    ("index not whole", "IndexError", "only integers", WHOLE),
    ("index not whole", "TypeError", "slice indices must be integers", WHOLE),
    ("index not whole", "TypeError", "cannot be interpreted as an integer", WHOLE),
    ("math for arrays", "TypeError", "converted to Python scalars",
     "`math` takes one number; NumPy's functions take arrays: `np.sqrt`."),
    ("no gradient asked for", "RuntimeError", "does not require grad",
     "Was K made with `requires_grad=True`? `K = K - …` loses that too: take the step with `K -= …`."),
    ("no_grad left out", "RuntimeError", "a leaf Variable that requires grad",
     "Take the step inside `with torch.no_grad():`."),
    ("kernel made anew", "AttributeError", "'NoneType' object has no attribute 'zero_'",
     "`K = K - …` makes a new tensor, without a gradient. Take the step with `K -= …`, which changes K itself."),
    ("detach left out", "RuntimeError", "Can't call numpy() on Tensor", ""),
    ("types of numbers mixed", "RuntimeError", "scalar type", ONE_TYPE),
    ("types of numbers mixed", "RuntimeError", "should be the same", ONE_TYPE),
    ("gradient of whole numbers", "RuntimeError", "can require gradients",
     "Make the tensor with `dtype=torch.float64`."),
    ("channels that do not fit", "RuntimeError", "channels, but got",
     "Print the shapes of the input and of the weight: on which axis do the channels stand?"),
    ("super().__init__() left out", "AttributeError", "before Module.__init__",
     "The `__init__` of a layer begins with `super().__init__()`."),
    ("forward left out", "NotImplementedError", "missing the required", "Is the method called `forward`?"),
    ("wrong number of arguments", "TypeError", "positional argument",
     "It is called with the arguments that the exercise names, in that order."),
    ("something is None", "TypeError", "NoneType",
     "Something is None here: an option that was not given, or a function without `return`."),
    ("something is None", "AttributeError", "'NoneType'",
     "Something is None here: what a function without `return` gives, perhaps."),
]
# fmt: on


def exception_in_words(answer, error):
    """A student's own exception, with the student's own line and what to do about it; and what happened, if known."""
    kind = type(error).__name__.lstrip("_")
    try:
        text = str(error)
    except Exception:  # a student's own class may have no words
        text = ""
    known = ((what, says) for what, name, part, says in ADVICE if name == kind and part in text)
    happened, advice = next(known, (None, ""))
    advice = near_name(error) or advice
    told = f"your function stopped with {kind}: {text}".rstrip(": .") + (f". {advice}" if advice else "")
    return told + line_in_words(answer, error), happened


def near_name(error):
    """For a misspelt name, the one of the function's own that was meant."""
    if not isinstance(error, NameError) or not error.name:
        return ""
    *_, (frame, _) = traceback.walk_tb(error.__traceback__)
    own = {name.lower(): name for name in frame.f_locals}
    near = get_close_matches(error.name.lower(), own, 1)
    return f"Did you mean `{own[near[0]]}`?" if near else ""


def line_in_words(answer, error):
    """The student's line at which an exception came, on a line of its own; nothing where it is not known."""
    code = getattr(answer, "__code__", None)
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename != __file__]  # ours are no concern
    theirs = [f for f in frames if not f.filename.startswith((sys.prefix, sys.base_prefix))]
    own = [f for f in frames if code and f.filename == code.co_filename] or theirs[-1:] or frames[-1:]
    if not own or not own[-1].line:
        return ""
    where = f"in `{own[-1].name}`"
    if code and own[-1].filename == code.co_filename and own[-1].name in (code.co_name, "<listcomp>", "<genexpr>"):
        where = f"line {own[-1].lineno - code.co_firstlineno + 1} of your function"
    return f"\n  {where}: {own[-1].line}"


def same(a, b):
    """Whether an argument is as it was, to the bit."""
    if isinstance(a, np.ndarray):
        return isinstance(b, np.ndarray) and a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()
    if isinstance(a, tuple | list):
        return len(a) == len(b) and all(same(x, y) for x, y in zip(a, b, strict=True))
    if isinstance(a, dict):
        return list(a) == list(b) and all(same(a[k], b[k]) for k in a)
    return a is b or a == b
