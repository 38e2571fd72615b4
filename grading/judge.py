"""Runs in the judge: the instructor's notebook once, then its tests for each submission, in forked copies.

It may trust the course, and nothing that comes from a jail (grading.answers).
"""

import builtins
import contextlib
import functools
import hashlib
import os
import shutil
import signal
import socket
import sys
import tempfile
import time
import traceback
import types

from grading import randomness, shell, values
from grading.answers import Conversation, Reference, place_answers
from grading.functions import KNOWN, library_name
from grading.jail import COPY_BELOW, die_with_parent, limit_memory
from grading.names import Dependence, names_of, reachable, statements
from grading.scoring import as_score, finish, last_result, score
from grading.values import dumps, encode
from grading.wire import Closed, Wire

INTERNAL = {"In", "Out", "exit", "quit", "open", "get_ipython", "_", "__", "___"}


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
    scratch = tempfile.mkdtemp(prefix="judge-")  # in the pool's own directory, which goes with the pool
    os.environ.clear()
    os.environ.update(order["environment"])
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    os.chdir(work_place(scratch, "instructor", order["files"]))
    sys.path[:0] = order["path"]
    randomness.count_seedings()
    randomness.reseed(order["seed"])
    book = Notebook(shell.Shell.instance(), scratch)
    for cell in order["cells"]:
        book.run(cell)
    together = book.finish()
    files = {name: getattr(module, "__file__", None) for name, module in list(sys.modules.items())}
    deciding = {file for name, file in files.items() if file and name.partition(".")[0] in order["references"]}
    deciding |= {file for file in files.values() if file and file.startswith(order["course"] + os.sep)}
    report = {"tests": book.tests, "problems": book.problems, "failing": book.failing, "slowest": book.slowest}
    wire.send({**report, "modules": sorted(deciding)})
    for sock in [*book.snapshots.values(), together]:
        socket.send_fds(wire.sock, [b"s"], [sock.fileno()])
        sock.close()
    with contextlib.suppress(Closed):
        wire.receive()  # the command closes its end when grading is over


def work_place(scratch, name, files):
    """A new directory with these files: what cells write must reach neither the course nor another submission."""
    place = os.path.join(scratch, name)
    os.mkdir(place)
    for name, path in files.items():
        target = os.path.join(place, name)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        if os.path.getsize(path) <= COPY_BELOW:
            shutil.copyfile(path, target)
        else:
            os.symlink(os.path.abspath(path), target)
    return place


def files_here():
    """The files below the working directory: name -> path."""
    found = (os.path.join(place, name) for place, _, names in os.walk(os.getcwd()) for name in names)
    return {os.path.relpath(path): path for path in found}


class Notebook:
    """The instructor's notebook as it runs, and what is known of its tests."""

    def __init__(self, ip, scratch):
        self.ip, self.namespace, self.scratch = ip, ip.user_ns, scratch
        self.follow = Dependence()
        self.states, self.tests, self.snapshots = {}, {}, {}
        self.owners = {}  # name -> the test that bound it last
        self.written = set()  # files that answers or tests have written
        self.marks = {}  # test -> fingerprints of what it can reach
        self.opaque = set()  # names of objects that a solution cell may have changed and that cannot travel
        self.problems, self.failing, self.slowest = [], [], 0.0

    def run(self, cell):
        source, role, namespace = cell["source"], cell["role"], self.namespace
        if role == "test":
            self.before_test(cell)
        names = names_of(*statements(source))
        read = names.reads | names.later - names.binds
        watch = role == "solution" or (role == "given" and read & (self.follow.all | self.follow.carriers))
        before = digests(namespace) if watch else {}
        files, start = set(files_here()), time.monotonic()
        outputs, error = shell.run(self.ip, source)
        self.slowest = max(self.slowest, time.monotonic() - start)
        if watch or role == "test":
            self.written |= set(files_here()) - files
        self.uses_test_variables(cell, read)
        self.follow.cell(role, source)
        self.owners |= dict.fromkeys(names.binds, cell["grade_id"] if role == "test" else None)
        if watch:  # what a cell changed in place comes from the answers too
            after = digests(namespace)
            changed = {name for name in after if name not in before or after[name] != before[name]}
            self.follow.derived |= changed if role == "solution" else changed & set(before) - names.binds
            self.opaque |= {name for name in read & set(before) if before[name] is None}
        if role == "test":
            self.after_test(cell, outputs, error, read)
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
        given = {name: library(self.namespace.get(name, vars(builtins).get(name))) for name in reach - contract}
        tests_own = {name for name in reach if self.owners.get(name)}
        self.tests[grade_id] = {
            "points": cell["points"], "names": sorted(reach & contract - tests_own), "contract": sorted(contract),
            "why": None, "partial": False, "source": cell["source"], "after": [],
            "given": {name: what for name, what in given.items() if what},
        }  # fmt: skip
        self.snapshots[grade_id] = self.snapshot()

    def after_test(self, cell, outputs, error, read):
        test = self.tests[cell["grade_id"]]
        _, message = score(outputs, error, cell["points"], partial=True)
        number = as_score(last_result(outputs))
        test["partial"] = number is not None and 0 <= number <= cell["points"]
        if error is not None or message:
            self.failing.append(cell["grade_id"])
            self.problems.append(
                f"the instructor's own solution does not pass {cell['grade_id']}: "
                + (message or f"{type(error).__name__}: {shell.safe(error)[:300]}")
            )
        if hidden := self.opaque & (read | set(test["names"])):
            test["why"] = f"{', '.join(sorted(hidden))} cannot travel by value"

    def uses_test_variables(self, cell, read):
        """A variable that a test binds exists only where the test runs: its later readers must see to that."""
        for name in sorted(read):
            owner = self.owners.get(name)
            if owner is None:
                continue
            if cell["role"] != "test":
                self.tests[owner]["why"] = f"its variable {name} is used by a cell that is no test"
            elif name in self.follow.derived:  # else it is a constant of the course: every test gets the instructor's
                before = self.tests[cell["grade_id"]]["after"]
                before += [one for one in [*self.tests[owner]["after"], owner] if one not in before]

    def finish(self):
        """Which tests may start from the final state, because nothing they reach has changed since; its snapshot."""
        for grade_id, test in self.tests.items():
            earlier, state = [self.tests[one] for one in test["after"]], self.states[grade_id]
            test["names"] = sorted({*test["names"]}.union(*(one["names"] for one in earlier)))
            test["together"] = all(one["together"] for one in earlier) and all(
                digest(state[name]) == mark and (mark is not None or name in test["contract"])
                for name, mark in self.marks[grade_id].items()
            )
        return self.snapshot()

    def snapshot(self):
        """A forked copy of this process that waits, and from which each submission's judge is forked."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        if os.fork():
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
                    self.judge(Wire(socket.socket(fileno=sockets[0])))
                except Closed:
                    pass
                except BaseException:
                    traceback.print_exc()
                os._exit(0)
            os.close(sockets[0])

    def judge(self, wire):
        """Run tests for one submission until the worker hangs up."""
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        order = wire.receive()
        files = {name: path for name, path in files_here().items() if name not in self.written}
        scratch = tempfile.mkdtemp(dir=self.scratch)
        reference = Reference(self.namespace, self.states, work_place(scratch, "reference", files))
        os.chdir(work_place(scratch, "test", files))
        wire.send({"pid": os.getpid(), "directory": scratch})
        limit_memory(order["memory"])  # an answer of a few bytes can ask for more, such as range(10**9)
        signal.alarm(int(order["total"]) + 5)  # should the worker be gone, the clock ends this process
        while True:
            message = wire.receive()
            if "id" in message:  # else it replies to a call that the test no longer waits for
                wire.send({"op": "result", **self.judge_test(wire, message, order["seed"], reference)})

    def judge_test(self, wire, message, seed, reference):
        """Run one test with the student's answers in the place of the instructor's."""
        test, original = self.tests[message["id"]], self.states[message["id"]]
        self.namespace.clear()
        self.namespace.update({name: value for name, value in original.items() if name not in test["contract"]})
        conversation = Conversation(wire, "seed" in test["source"], message["shows"])
        values.functions = conversation.functions
        expected = functools.partial(reference.expected, message["id"])
        for one in [*message["after"], message["id"]]:  # the earlier ones for the variables that they give to this one
            place_answers(self.namespace, original, message["names"], conversation, expected)
            randomness.reseed(seed)
            outputs, error = shell.run(self.ip, self.tests[one]["source"], message["number"])
        value, refusal = score(outputs, error, test["points"], message["partial"])
        return {
            "score": test["points"] if value is None else value, "changed": conversation.changed,
            "outputs": finish(outputs, value, refusal),
            "error": None if error is None else {
                "name": type(error).__name__, "message": shell.safe(error)[:8000],
                "line": shell.line_of(error, test["source"]), "claim": claim_of(error),
            },
        }  # fmt: skip


def library(value):
    """The dotted name of a library, or of what belongs to one."""
    if isinstance(value, types.ModuleType):
        return value.__name__ if value.__name__.partition(".")[0] in KNOWN else None
    return library_name(value)


def claim_of(error):
    """The claim that a check of `lib` names in its error."""
    claim = getattr(error, "claim", None)
    return claim if isinstance(claim, str) else None
