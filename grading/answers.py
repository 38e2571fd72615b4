"""Runs in the judge: the student's answers as tests meet them, copies of plain values and functions that ask the jail.

It may not trust an answer: whatever comes from the jail is decoded into base types.
"""

import contextlib
import io
import linecache
import os
import sys
import types
import warnings

import numpy as np

from grading import randomness, values
from grading.functions import Functions, dress
from grading.jail import die_with_parent
from grading.values import decode, decode_error, encode, encode_error
from grading.wire import Closed, Wire, pair


class Conversation:
    """The judge's side of one submission: asks the worker to have an answer called."""

    def __init__(self, wire, seeded=False, shows=False):
        """`seeded`: the test sets the random state, and an answer that draws is to go on from there. `shows`: the test
        sees its own values change when an answer changes an argument."""
        self.wire, self.seq, self.seeded, self.random = wire, 0, seeded, None
        self.shows, self.changed = shows, False
        self.functions = Functions("judge", self.stand_in)

    def stand_in(self, number, about):
        """A function that the student's code has handed out."""
        about = about if isinstance(about, dict) else {}
        name = str(about.get("name"))
        return make_proxy(name if name.isidentifier() else "function", about, self, lambda *_: (), number)

    def call(self, name, args, kwargs, watched=(), number=None):
        """Have an answer, or the function that was handed out under a number, called; the reply."""
        self.seq += 1
        message = {"op": "call", "seq": self.seq, "name": name, "args": args, "kwargs": kwargs, "watched": [*watched]}
        if number is not None:
            message["number"] = number
        if self.seeded and (now := (randomness.seedings, encode(randomness.state()))) != self.random:
            self.random, message["random"] = now, now[1]
        self.wire.send(message)
        while True:
            reply = self.wire.receive()
            if reply.get("seq") == self.seq:
                if "callback" not in reply:
                    return reply
                answer = self.answer(reply["callback"])
                self.seq += 1
                self.wire.send({"op": "answer", "seq": self.seq, **answer})

    def answer(self, wanted):
        """What a function of the test returns to the student's code, which it was handed to."""
        try:
            function = self.functions.handed_out[wanted["number"]]
            args = [decode(document) for document in wanted["args"]]
            kwargs = {key: decode(document) for key, document in wanted["kwargs"].items()}
            return {"value": encode(function(*args, **kwargs))}
        except Exception as error:
            return {"raised": encode_error(error)}


def make_proxy(name, about, conversation, reference, number=None):
    """A function that stands for the student's: it sends its arguments and returns a copy of the result."""
    place = f"<your {name}>"

    def proxy(*args, **kwargs):
        sent = [encode(a) for a in args], {key: encode(value) for key, value in kwargs.items()}
        caller = sys._getframe(1).f_globals
        checked = caller.get("__name__") == CHECK  # it compares more closely than we do, and explains more
        reply = conversation.call(name, *sent, caller.get("HELPERS", ()) if checked else (), number)
        if reply.get("printed"):
            print(str(reply["printed"]), end="")
        conversation.changed |= not checked and bool(reply.get("changed"))
        if checked or conversation.shows:
            show_what_happened(reply, {**dict(enumerate(args)), **kwargs})
        if "raised" in reply:
            exec(*raising(reply["raised"], place))
        if "value" not in reply:
            raise TypeError(str(reply.get("refused", f"{name} gave no answer"))[:4000])
        value = decode(reply["value"])
        return value if checked else compared(value, reference(name, *sent), name)

    proxy.__code__ = proxy.__code__.replace(co_filename=place, co_firstlineno=1)
    if isinstance(about.get("document"), dict):
        conversation.functions.means(proxy, about["document"])
    return dress(proxy, {**about, "name": name} if number is None else about)


CHECK = "lib.check.call"  # the module that calls answers on copies of its own, and looks at what became of them


def show_what_happened(reply, arguments):
    """Do here what the answer did there, so that the check sees it: change an argument, hand the work to a library."""
    for place, document in reply.get("changed") or ():
        with contextlib.suppress(Exception):
            new, old = decode(document), arguments[place]
            if isinstance(old, np.ndarray):
                old.flags.writeable = True
                old[...] = new
            elif isinstance(old, list):
                old[:] = new
            elif isinstance(old, dict):
                old.clear()
                old.update(new)
            elif hasattr(old, "detach"):
                old.detach().copy_(new)
    if reply.get("unwatched"):
        raise AssertionError("the answer switched off what watches who computes the result")
    for helper in reply.get("helpers") or ():
        if isinstance(helper, str):
            scope = {"__name__": helper}
            exec("def called(): pass", scope)
            scope["called"]()


def raising(raised, place):
    """Code that raises the answer's exception, at the answer's own line where it is known, and its namespace."""
    error = decode_error(raised)
    line, text = raised.get("line"), str(raised.get("text", ""))[:200]
    if trace := str(raised.get("traceback", "")):
        error.add_note("In the answer:\n" + trace)
    if type(line) is not int or not 0 < line < 10_000:
        line, text = 1, ""
    linecache.cache[place] = (len(text), None, ["\n"] * (line - 1) + [text + "\n"], place)
    return compile("\n" * (line - 1) + "raise error", place, "exec"), {"error": error}


class Reference:
    """The instructor's answers, called in a process of their own: what they change there helps no student."""

    def __init__(self, namespace, states, directory):
        self.namespace, self.states, self.directory = namespace, states, directory
        self.wire = None

    def expected(self, test, name, args, kwargs):
        """What the instructor's answer returns, in a tuple; empty where it does not return a plain value."""
        if self.wire is None:
            self._start()
        try:
            self.wire.send({"test": test, "name": name, "args": args, "kwargs": kwargs})
            return tuple(decode(document) for document in self.wire.receive()["value"])
        except Closed:
            self.wire = None
            return ()

    def _start(self):
        ours, theirs = pair()
        if os.fork():
            theirs.close()
            self.wire = Wire(ours)
            return
        die_with_parent()
        ours.close()
        with contextlib.suppress(BaseException):
            self._serve(Wire(theirs))
        os._exit(0)

    def _serve(self, wire):
        os.chdir(self.directory)
        values.functions = None  # what is handed out is not this process's to call
        sys.stdout = sys.stderr = io.StringIO()
        warnings.simplefilter("ignore")
        while True:
            order = wire.receive()
            self.namespace.clear()
            self.namespace.update(self.states[order["test"]])
            try:
                args = [decode(document) for document in order["args"]]
                kwargs = {key: decode(document) for key, document in order["kwargs"].items()}
                value = [encode(self.namespace[order["name"]](*args, **kwargs))]
            except Exception:
                value = []
            wire.send({"value": value})


def compared(value, expected, name):
    """The value that an answer returned, if it can be told apart from what was expected."""
    for wanted in expected:
        if callable(value) and not callable(wanted):
            raise AssertionError(f"{name} returned something to call, and a value was expected")
        if (fault := differs(value, wanted)) is not None:
            raise AssertionError(f"{name} returned {fault}")
    if not expected and (array := as_array(value)) is not None and not (array.size and is_finite(array).all()):
        return Refused(f"{name} returned nothing, NaN or infinity where the instructor's answer has no value")
    return value


def is_finite(array):
    return np.isfinite(array) if array.dtype.kind in "fc" else np.ones(array.shape, bool)


def as_array(value):
    """A value as NumPy and torch would compare it, or None where they would not."""
    try:
        if hasattr(value, "detach"):
            value = value.detach().resolve_conj().resolve_neg()
            return (value.float() if str(value.dtype) == "torch.bfloat16" else value).numpy()
        if isinstance(value, np.ndarray):
            return value
        array = np.asarray(value)
    except Exception:
        return None
    return array if array.dtype.kind in "biufc" else None


def differs(value, expected):
    """What makes `value` pass for `expected` without being it, before any number is compared; None if nothing does.

    >>> differs(np.zeros((0,)), np.ones((2, 3)))
    'shape (0,), and (2, 3) was expected'
    >>> differs(np.array([[1.0]]), np.array([[2.0]])) is None
    True
    """
    if isinstance(expected, dict | set) and isinstance(value, dict | set) and expected and not value:
        return "nothing, and something was expected"
    if isinstance(expected, dict) and isinstance(value, dict):
        return first_fault((value[key], expected[key]) for key in expected if key in value)
    wanted, given = as_array(expected), as_array(value)
    if wanted is None and isinstance(expected, tuple | list) and isinstance(value, tuple | list):
        if expected and not value:
            return "no items, and some were expected"
        return first_fault(zip(value, expected, strict=False))
    if wanted is None or given is None:
        return None
    if given.shape != wanted.shape and not given.size == wanted.size == 1 and broadcast(given.shape, wanted.shape):
        return f"shape {given.shape}, and {wanted.shape} was expected"
    finite = is_finite(wanted) if given.shape == wanted.shape else is_finite(wanted).all()
    if (~is_finite(given) & finite).any():
        return "NaN or infinity where a finite number was expected"
    return None


def first_fault(pairs):
    faults = (differs(value, expected) for value, expected in pairs)
    return next((f"an item with {fault}" for fault in faults if fault), None)


def broadcast(shape, other):
    """Whether arrays of these shapes would be compared in silence."""
    return all(a == b or 1 in (a, b) for a, b in zip(reversed(shape), reversed(other), strict=False)) or 0 in shape


def _refuse(self, *args, **kwargs):
    raise TypeError(object.__getattribute__(self, "why"))


class Refused:
    """Stands for an answer that is not a plain value: whatever a test does with it says so."""

    def __init__(self, why):
        object.__setattr__(self, "why", why)

    __getattribute__ = _refuse
    __hash__ = None


OPERATORS = """
bool len iter call eq ne lt le gt ge add radd sub rsub mul rmul truediv rtruediv matmul rmatmul pow rpow neg abs
getitem setitem contains float int index str repr array format mod and or xor invert round
"""
for _name in OPERATORS.split():
    setattr(Refused, f"__{_name}__", _refuse)


def place_answers(namespace, original, about, conversation, expected):
    """Put the answers where the instructor's were. `expected` calls an answer of the instructor's."""
    for name, what in about.items():
        reference = original.get(name)
        kind = what.get("kind")
        if isinstance(reference, types.ModuleType):
            namespace[name] = reference  # a module is the judge's own import, whatever the student has under that name
        elif kind == "value":
            try:
                value = decode(what["value"])
                fault = differs(value, reference) if reference is not None else None
                namespace[name] = value if fault is None else Refused(f"{name} has {fault}")
            except (ValueError, LookupError) as error:
                namespace[name] = Refused(f"{name} could not be read: {error}")
        elif kind == "callable":
            if reference is not None and not callable(reference):
                namespace[name] = Refused(f"{name} is something to call, and a value was expected")
            else:
                namespace[name] = make_proxy(name, what, conversation, expected)
        elif kind == "refused":
            namespace[name] = Refused(f"{name}: {str(what.get('why', ''))[:1000]}")
        elif kind == "module":
            namespace[name] = Refused(f"{name} is a module")
