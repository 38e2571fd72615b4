"""Runs in a worker: its side of one jail and of one judge. Starts them, asks them, watches their use, and ends them.

Trusts the judge; of the jail it believes the process id, which comes before the student's code runs, and nothing after.
"""

import contextlib
import os
import shutil
import signal
import socket
import tempfile
import time

from grading.forkserver import fork_role
from grading.processes import cpu_seconds, descendants, exact_memory, memory_of, wants_to_run
from grading.wire import Closed, Late, TooLong, Wire, pair

PATIENCE = 6  # how many times longer code may take that the machine keeps from running
GRACE = 1.0  # seconds that code gets to end after it was interrupted
OUTPUT_BUDGET = 128 * 2**20  # bytes that one jail may send in its life


class Gone(Exception):
    """The jail ended, or stopped to make sense. The message says how, for the student."""


class Jail:
    """The worker's side of one jail."""

    def __init__(self, order, control, number):
        self.limits = order["limits"]
        self.directory = None
        apart = order["protection"] == "namespaces"
        if not apart:
            self.directory = tempfile.mkdtemp(prefix="jail-")
        ours, theirs = pair()
        self.wire, self.seq, self.pid = Wire(ours, budget=OUTPUT_BUDGET), 0, 0
        fork_role(control, "jail", theirs, apart=apart)
        theirs.close()
        wanted = ("protection", "readable", "hidden", "limits", "files", "written", "environment", "seed", "stand_ins")
        weaker = any(test["mode"] == "jail" for test in order["tests"].values())
        about = {"number": number, "directory": self.directory, "weaker": weaker}
        self.wire.send({**{key: order[key] for key in wanted}, **about})
        try:
            self._greet()
        except BaseException:
            self.close()
            raise
        self.base = memory_of([self.pid])

    def _greet(self):
        """Wait until the walls stand; no student's code has run before."""
        hello, deadline = {}, time.monotonic() + 30
        while not {"pid", "ready"} <= set(hello):
            hello.update(self.wire.receive(deadline))
            self.pid = hello.get("pid", 0)
            if "failed" in hello:
                raise OSError(hello["failed"])

    def ask(self, message, seconds):
        """Send one order; return the reply, and whether it ran out of time. Raises Gone when there will be none."""
        self.seq += 1
        try:
            with contextlib.suppress(Closed):  # it may have left a word: that no jail could be built, say
                self.wire.send({**message, "seq": self.seq})
            begin, used = time.monotonic(), cpu_seconds([self.pid])
            while True:
                try:
                    return self._reply(time.monotonic() + seconds), False
                except Late:
                    # On a busy machine the clock runs for others too: code that wants to run gets its share.
                    family = descendants(self.pid)
                    starved = cpu_seconds(family) - used < 0.7 * seconds and wants_to_run(family)
                    if starved and time.monotonic() - begin < PATIENCE * seconds:
                        continue
                    self.signal(signal.SIGINT)
                    return self._reply(time.monotonic() + (PATIENCE * GRACE if starved else GRACE)), True
        except Late:
            raise Gone(f"it ran longer than {seconds:g} seconds and did not stop when interrupted") from None
        except Closed:
            raise Gone("its process ended") from None
        except TooLong:
            raise Gone("it sent too much output") from None
        except (ValueError, UnicodeDecodeError):
            raise Gone("its process sent something unreadable") from None

    def _reply(self, deadline):
        while True:
            reply = self.wire.receive(deadline, self.watch)
            if reply.get("seq") == self.seq:
                return reply

    def watch(self):
        """Called now and then while the jail works: more memory than allowed ends it."""
        family = descendants(self.pid)
        if self.memory(family) > self.limits["memory"] and exact_memory(family) > self.limits["memory"]:
            self.kill()
            raise self.too_much()
        if len(family) > 4 * self.limits["processes"]:
            self.kill()
            raise Gone("it started too many processes")

    def check_memory(self, reply):
        """A cell that got no more memory and keeps what it got leaves none to the others: it ends the jail, too."""
        raised = reply.get("raised")
        refused = isinstance(raised, dict) and raised.get("kind") == "MemoryError"
        if refused and self.memory(descendants(self.pid)) > self.limits["memory"] / 2:
            raise self.too_much()

    def memory(self, family):
        """Bytes that these processes of the jail use beyond what they began with; shared pages count for each."""
        return memory_of(family) - self.base * len(family)

    def too_much(self):
        return Gone(f"it used more than {self.limits['memory'] // 2**20} MB of memory")

    def signal(self, number):
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def kill(self):
        """The first process of the jail takes the others with it: see `student.supervise` where no namespace does."""
        self.signal(signal.SIGKILL)

    def close(self):
        """End it, and leave nothing of it behind."""
        if self.pid:
            self.kill()
        self.wire.close()
        if self.directory:
            shutil.rmtree(self.directory, ignore_errors=True)


class Judge:
    """The worker's side of one judge."""

    def __init__(self, snapshot, order):
        """`snapshot`: the socket of the copy of the instructor's notebook from which it is forked."""
        ours, theirs = pair()
        socket.send_fds(snapshot, [b"s"], [theirs.fileno()])
        theirs.close()
        self.wire, self.pid = Wire(ours), 0
        self.wire.send({"seed": order["test_seed"], **{key: order["limits"][key] for key in ("total", "memory")}})
        hello = self.wire.receive(time.monotonic() + 30)
        self.pid, self.directory = hello["pid"], hello["directory"]

    def close(self):
        """End it, and leave nothing of it behind."""
        self.wire.close()
        if self.pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
            shutil.rmtree(self.directory, ignore_errors=True)
