"""Runs in the judge: the instructor's notebook, then its tests, with the student's answers reached by value only.

It may trust the course. It may not trust an answer: whatever comes from the jail is decoded into base types.
"""

import ast
import contextlib
import hashlib
import inspect
import io
import linecache
import os
import random
import signal
import socket
import sys
import time
import traceback
import types

import numpy as np

from grading import shell
from grading.jail import die_with_parent
from grading.scoring import as_score, finish, last_result, score
from grading.student import reseed
from grading.values import decode, decode_error, dumps, encode
from grading.wire import Closed, Wire

INTERNAL = {"In", "Out", "exit", "quit", "open", "get_ipython", "_", "__", "___"}


# --- What a cell reads and binds -------------------------------------------------------------------------------------


def statements(source):
    """The top-level statements of a cell, with IPython's magic translated; none if it is no Python."""
    from IPython.core.inputtransformer2 import TransformerManager

    try:
        return ast.parse(TransformerManager().transform_cell(source)).body
    except (SyntaxError, ValueError):
        return []


class _Names(ast.NodeVisitor):
    """The names a statement binds, reads now, and reads later, in a function's body."""

    def __init__(self):
        self.binds, self.reads, self.later, self.depth = set(), set(), set(), 0

    def visit_Name(self, node):
        if isinstance(node.ctx, ast.Load):
            (self.later if self.depth else self.reads).add(node.id)
        elif not self.depth:
            self.binds.add(node.id)

    def visit_FunctionDef(self, node):
        if not self.depth:
            self.binds.add(node.name)
        for part in [*node.decorator_list, node.args]:
            self.visit(part)
        self.depth += 1
        for part in node.body:
            self.visit(part)
        self.depth -= 1

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_Lambda(self, node):
        self.visit(node.args)
        self.depth += 1
        self.visit(node.body)
        self.depth -= 1

    def visit_ClassDef(self, node):
        inner = _Names()
        for part in [*node.decorator_list, *node.bases, *node.keywords, *node.body]:
            inner.visit(part)
        self.reads |= inner.reads
        self.later |= inner.later
        if not self.depth:
            self.binds.add(node.name)

    def visit_Global(self, node):
        self.binds.update(node.names)

    def visit_alias(self, node):
        if not self.depth and node.name != "*":
            self.binds.add(node.asname or node.name.partition(".")[0])

    def visit_ExceptHandler(self, node):
        if node.name and not self.depth:
            self.binds.add(node.name)
        self.generic_visit(node)

    def visit_arg(self, node):
        if node.annotation:
            self.visit(node.annotation)


def names_of(node):
    names = _Names()
    names.visit(node)
    if isinstance(node, ast.AugAssign):
        names.reads |= names.binds
    return names


class Dependence:
    """Which names' values come from answers. A function of the course that calls an answer stays the course's own."""

    def __init__(self):
        self.answers, self.derived, self.carriers = set(), set(), set()

    def cell(self, role, source):
        """Follow one cell, statement by statement."""
        for statement in statements(source):
            names = names_of(statement)
            if role == "solution":
                self.answers |= names.binds
                continue
            sources = self.all | self.carriers
            definition = isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
            imports = isinstance(statement, ast.Import | ast.ImportFrom)
            if names.reads & sources and not definition:
                self.derived |= names.binds
            elif (names.later | names.reads) & sources:
                self.carriers |= names.binds
            elif definition or imports or isinstance(statement, ast.Assign):
                for known in (self.answers, self.derived, self.carriers):
                    known -= names.binds  # the course itself gives it a new meaning

    @property
    def all(self):
        return self.answers | self.derived


def code_names(code):
    """All names in a code object and in the functions inside it."""
    names = set(code.co_names)
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            names |= code_names(constant)
    return names


def reachable(source, namespace, contract):
    """The names a test can reach: in its text, or through the notebook's own functions and classes."""
    wanted = set()
    for statement in statements(source):
        names = names_of(statement)
        wanted |= names.reads | names.later
    seen = set()
    while wanted - seen:
        name = (wanted - seen).pop()
        seen.add(name)
        if name in contract:
            continue
        value = namespace.get(name)
        for member in vars(value).values() if isinstance(value, type) else [value]:
            function = getattr(member, "__func__", member)
            if isinstance(function, types.FunctionType) and function.__globals__ is namespace:
                wanted |= code_names(function.__code__)
    return seen


# --- The answers, by value -------------------------------------------------------------------------------------------


class Conversation:
    """The judge's side of one submission: asks the worker to have an answer called."""

    def __init__(self, wire):
        self.wire, self.seq = wire, 0

    def call(self, name, args, kwargs, watched=()):
        self.seq += 1
        self.wire.send(
            {
                "op": "call",
                "seq": self.seq,
                "name": name,
                "args": [encode(a) for a in args],
                "kwargs": {key: encode(value) for key, value in kwargs.items()},
                "watched": list(watched),
            }
        )
        while True:
            reply = self.wire.receive()
            if reply.get("seq") == self.seq:
                return reply


def make_proxy(name, about, conversation, reference, namespace):
    """A function that stands for the student's: it sends its arguments and returns a copy of the result."""
    place = f"<your {name}>"

    def proxy(*args, **kwargs):
        sent = [encode(a) for a in args], {key: encode(value) for key, value in kwargs.items()}
        caller = sys._getframe(1).f_globals
        checked = caller.get("__name__") == CHECK  # it compares more closely than we do, and explains more
        reply = conversation.call(name, args, kwargs, caller.get("HELPERS", ()) if checked else ())
        if reply.get("printed"):
            print(str(reply["printed"]), end="")
        if checked:
            show_what_happened(reply, args)
        if "raised" in reply:
            raise_like_the_answer(reply["raised"], place)
        if "value" not in reply:
            raise TypeError(str(reply.get("refused", f"{name} gave no answer"))[:4000])
        value = decode(reply["value"])
        if caller is namespace and reference is not None:
            against_reference(name, value, reference, sent)
        return value

    proxy.__code__ = proxy.__code__.replace(co_filename=place, co_firstlineno=1)
    proxy.__name__ = proxy.__qualname__ = name
    proxy.__doc__ = about.get("doc") if isinstance(about.get("doc"), str) else None
    with contextlib.suppress(Exception):
        proxy.__signature__ = make_signature(about["signature"])
    return proxy


CHECK = "lib.check.call"  # the module that calls answers on copies of its own, and looks at what became of them


def show_what_happened(reply, args):
    """Do here what the answer did there, so that the check sees it: change an argument, hand the work to a library."""
    for index, document in reply.get("changed") or ():
        with contextlib.suppress(Exception):
            new, old = decode(document), args[index]
            if isinstance(old, np.ndarray):
                old.flags.writeable = True
                old[...] = new
            elif isinstance(old, list):
                old[:] = new
            elif isinstance(old, dict):
                old.clear()
                old.update(new)
    if reply.get("unwatched"):
        raise AssertionError("the answer switched off what watches who computes the result")
    for helper in reply.get("helpers") or ():
        if isinstance(helper, str):
            scope = {"__name__": helper}
            exec("def called(): pass", scope)
            scope["called"]()


def raise_like_the_answer(raised, place):
    """Raise the answer's exception, at the answer's own line where it is known."""
    error = decode_error(raised)
    line, text = raised.get("line"), str(raised.get("text", ""))[:200]
    if trace := str(raised.get("traceback", "")):
        error.add_note("In the answer:\n" + trace)
    if type(line) is not int or not 0 < line < 10_000:
        line, text = 1, ""
    linecache.cache[place] = (len(text), None, ["\n"] * (line - 1) + [text + "\n"], place)
    exec(compile("\n" * (line - 1) + "raise error", place, "exec"), {"error": error})


def make_signature(parameters):
    return inspect.Signature(
        [
            inspect.Parameter(str(n), inspect._ParameterKind[kind], default=None if has else inspect.Parameter.empty)
            for n, kind, has in parameters
        ]
    )


def against_reference(name, value, reference, sent):
    """Refuse what would pass for equal without being it: an empty or broadcasting shape, NaN where a number belongs."""
    args, kwargs = [decode(a) for a in sent[0]], {key: decode(v) for key, v in sent[1].items()}
    before = random.getstate(), np.random.get_state()
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            expected = reference(*args, **kwargs)
        encode(expected)
    except Exception:
        return  # the instructor's own answer has nothing to compare with
    finally:
        random.setstate(before[0])
        np.random.set_state(before[1])
    if (fault := differs(value, expected)) is not None:
        raise AssertionError(f"{name} returned {fault}")


def as_numbers(value):
    """A value as an array of numbers, or None where it is not one."""
    if isinstance(value, str | bytes | dict | set | frozenset) or value is None:
        return None
    try:
        if hasattr(value, "detach"):
            value = value.detach().to("cpu").resolve_conj().numpy()
        array = np.asarray(value)
    except Exception:
        return None
    return array if array.dtype.kind in "biufc" else None


def differs(value, expected):
    """What makes `value` no candidate for `expected` before any number is compared; None if nothing does.

    >>> differs(np.zeros((0,)), np.ones((2, 3)))
    'shape (0,), and (2, 3) was expected'
    >>> differs(np.array([[1.0]]), np.array([[2.0]])) is None
    True
    """
    wanted = as_numbers(expected)
    if wanted is None:
        if isinstance(expected, tuple | list) and isinstance(value, tuple | list):
            if len(value) != len(expected):
                return f"{len(value)} items, and {len(expected)} were expected"
            faults = (differs(v, e) for v, e in zip(value, expected, strict=True))
            return next((f"an item with {f}" for f in faults if f), None)
        if isinstance(expected, dict | set) and isinstance(value, dict | set) and expected and not value:
            return "nothing, and something was expected"
        return None
    given = as_numbers(value)
    if given is None:
        return None
    if given.shape != wanted.shape:
        return f"shape {given.shape}, and {wanted.shape} was expected"
    if given.dtype.kind in "fc" and (np.isnan(given) & ~np.isnan(wanted)).any():
        return "NaN where a number was expected"
    return None


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


def place_answers(namespace, original, about, conversation):
    """Put the answers where the instructor's were."""
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
            except (ValueError, KeyError) as error:
                namespace[name] = Refused(f"{name} could not be read: {error}")
        elif kind == "callable":
            function = reference if callable(reference) else None
            namespace[name] = make_proxy(name, what, conversation, function, namespace)
        elif kind == "refused":
            namespace[name] = Refused(f"{name}: {str(what.get('why', ''))[:1000]}")
        elif kind == "module" and what.get("name") in sys.modules:
            namespace[name] = sys.modules[what["name"]]


# --- The instructor's notebook ---------------------------------------------------------------------------------------


def digest(value):
    """A fingerprint of a plain value; None for one that is not plain."""
    try:
        return hashlib.sha1(dumps({"v": encode(value)})).hexdigest()
    except Exception:
        return None


STEADY = types.ModuleType | types.FunctionType | type | types.BuiltinFunctionType  # what cells rebind but do not change


def digests(namespace):
    """Fingerprints of a namespace's values."""
    return {
        name: digest(value)
        for name, value in namespace.items()
        if not name.startswith("_") and name not in INTERNAL and not isinstance(value, STEADY)
    }


def main(wire):
    """Run the instructor's cells once, keep the state before each test, and tell how each test can be run."""
    order = wire.receive()
    os.environ.clear()
    os.environ.update(order["environment"])
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    os.chdir(order["directory"])
    sys.path[:0] = order["path"]
    reseed(order["seed"])
    book = Notebook(shell.Shell.instance())
    for cell in order["cells"]:
        book.run(cell)
    together = book.finish()
    inside = {m.__file__ for m in list(sys.modules.values()) if getattr(m, "__file__", None)}
    inside = sorted(f for f in inside if any(f.startswith(p + os.sep) for p in order["course"]))
    wire.send({"tests": book.tests, "problems": book.problems, "modules": inside, "slowest": book.slowest})
    for sock in [*book.snapshots.values(), together]:
        socket.send_fds(wire.sock, [b"s"], [sock.fileno()])
        sock.close()
    with contextlib.suppress(Closed):
        wire.receive()  # the command closes its end when grading is over


class Notebook:
    """The instructor's notebook as it runs, and what is known of its tests."""

    def __init__(self, ip):
        self.ip, self.namespace = ip, ip.user_ns
        self.follow = Dependence()
        self.states, self.tests, self.snapshots = {}, {}, {}
        self.bound = {}  # test -> the names it binds from answers or otherwise
        self.marks = {}  # test -> fingerprints of what it can reach
        self.opaque = set()  # names of objects that a solution cell may have changed and that cannot travel
        self.problems, self.slowest = [], 0.0

    def run(self, cell):
        source, role, namespace = cell["source"], cell["role"], self.namespace
        if role == "test":
            self.before_test(cell)
        names = [names_of(s) for s in statements(source)]
        read = set().union(*(n.reads | n.later for n in names))
        binds = set().union(*(n.binds for n in names))
        watch = role == "solution" or (role == "given" and read & (self.follow.all | self.follow.carriers))
        before = digests(namespace) if watch else {}
        start = time.monotonic()
        outputs, error = shell.run(self.ip, source)
        spent = time.monotonic() - start
        self.slowest = max(self.slowest, spent)
        self.uses_test_variables(cell, read)
        self.follow.cell(role, source)
        if watch:  # what a cell changed in place comes from the answers too
            after = digests(namespace)
            changed = {name for name in after if name not in before or after[name] != before[name]}
            self.follow.derived |= changed if role == "solution" else changed & set(before) - binds
            self.opaque |= {name for name in read & set(before) if before[name] is None}
        if role == "test":
            self.after_test(cell, outputs, error, spent, binds, read)
        elif error is not None:
            self.problems.append(f"cell {cell['index'] + 1} raises {type(error).__name__}: {shell.safe(error)[:300]}")

    def before_test(self, cell):
        grade_id, contract = cell["grade_id"], self.follow.all
        reach = reachable(cell["source"], self.namespace, contract)
        self.states[grade_id] = dict(self.namespace)
        self.marks[grade_id] = {
            name: digest(self.namespace[name])
            for name in reach
            if name in self.namespace and not isinstance(self.namespace[name], STEADY)
        }
        self.tests[grade_id] = {
            "points": cell["points"], "names": sorted(reach & contract), "contract": sorted(contract), "why": None,
            "partial": False,
        }  # fmt: skip
        self.snapshots[grade_id] = snapshot(self.ip, self.states, self.tests)

    def after_test(self, cell, outputs, error, spent, binds, read):
        test = self.tests[cell["grade_id"]]
        _, message = score(outputs, error, cell["points"], partial=True)
        number = as_score(last_result(outputs))
        test["partial"] = number is not None and 0 <= number <= cell["points"]
        test["spent"] = spent
        if error is not None or message:
            self.problems.append(
                f"the instructor's own solution does not pass {cell['grade_id']}: "
                + (message or f"{type(error).__name__}: {shell.safe(error)[:300]}")
            )
        if hidden := self.opaque & (read | set(test["names"])):
            test["why"] = f"{', '.join(sorted(hidden))} cannot travel by value"
        self.bound[cell["grade_id"]] = binds

    def uses_test_variables(self, cell, read):
        """A variable that a test binds exists only where the test runs: its later readers must run there too."""
        for grade_id, names in self.bound.items():
            shared = names & read - self.follow.answers
            if cell["role"] == "test" and not shared & self.follow.derived:
                continue  # a constant of the course: every test gets the instructor's
            if shared and cell["role"] != "solution":
                why = f"the variable {min(shared)} passes from {grade_id} to another cell"
                self.tests[grade_id]["why"] = why
                if cell["role"] == "test":
                    self.tests[cell["grade_id"]]["why"] = why

    def finish(self):
        """Which tests may start from the final state, because nothing they reach has changed since; its snapshot."""
        for grade_id, test in self.tests.items():
            state = self.states[grade_id]
            test["together"] = all(
                digest(state[name]) == mark and (mark is not None or name in test["contract"])
                for name, mark in self.marks[grade_id].items()
            )
        return snapshot(self.ip, self.states, self.tests)


def snapshot(ip, states, tests):
    """A forked copy of this process that waits, and from which each submission's judge is forked."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    pid = os.fork()
    if pid:
        theirs.close()
        return ours
    die_with_parent()
    ours.close()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        message, sockets, _, _ = socket.recv_fds(theirs, 16, 1)
        if not message:
            os._exit(0)
        if os.fork() == 0:
            theirs.close()
            try:
                judge_submission(Wire(socket.socket(fileno=sockets[0])), ip, states, tests)
            except Closed:
                pass
            except BaseException:
                traceback.print_exc()
            os._exit(0)
        os.close(sockets[0])


def judge_submission(wire, ip, states, tests):
    """Run tests for one submission until the worker hangs up."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    order = wire.receive()
    wire.send({"pid": os.getpid()})
    signal.alarm(int(order["total"]) + 5)  # should the worker be gone, the clock ends this process
    namespace = ip.user_ns
    while True:
        message = wire.receive()
        if "id" not in message:
            continue  # the reply to a call that the test no longer waits for
        test = tests[message["id"]]
        original = states[message["id"]]
        namespace.clear()
        namespace.update({name: value for name, value in original.items() if name not in test["contract"]})
        place_answers(namespace, original, message["names"], Conversation(wire))
        reseed(order["seed"])
        outputs, error = shell.run(ip, message["source"])
        value, refusal = score(outputs, error, test["points"], test["partial"])
        wire.send({
            "op": "result",
            "score": test["points"] if value is None else value,
            "outputs": finish(outputs, value, refusal),
            "error": None if error is None else {
                "name": type(error).__name__, "message": shell.safe(error)[:8000],
                "line": shell.line_of(error, message["source"]), "claim": claim_of(error),
            },
        })  # fmt: skip


def claim_of(error):
    """The claim that a check of `lib` names in its error."""
    claim = getattr(error, "claim", None)
    return claim if isinstance(claim, str) else None
