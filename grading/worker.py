"""Runs in a worker: takes one submission at a time between its jail and its judge, and keeps the time and the memory.

Trusted; what comes from the jail passes through it unread, bounded in size and time.
"""

import contextlib
import os
import shutil
import signal
import socket
import tempfile
import time

from grading.forkserver import fork_role
from grading.jail import descendants
from grading.scoring import finish, score
from grading.wire import Closed, Late, TooLong, Wire, pair

PATIENCE = 6  # how many times longer code may take that the machine keeps from running
GRACE = 1.0  # seconds that code gets to end after it was interrupted
OUTPUT_BUDGET = 128 * 2**20  # bytes that one jail may send in its life
RESTARTS = 6


class Gone(Exception):
    """The jail ended, or stopped to make sense. The message says how, for the student."""


def main(wire, control):
    """Grade what the command sends, until it hangs up."""
    control = control.sock
    judges = {}
    while True:
        order = wire.receive()
        if order["op"] == "judge":
            count = len(order["tests"]) + 1
            sockets = [socket.socket(fileno=socket.recv_fds(wire.sock, 1, 1)[1][0]) for _ in range(count)]
            judges[order["notebook"]] = dict(zip([*order["tests"], None], sockets, strict=True))
        else:
            submission = Submission(order, judges.get(order["notebook"], {}), control)
            try:
                reply = submission.grade()
            except (Closed, Late, OSError, ValueError, KeyError) as error:
                reply = {"failed": f"grading stopped: {type(error).__name__}: {error}"}
            finally:
                submission.close()
            wire.send(reply)


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
        self.wire.send({**{key: order[key] for key in wanted}, "number": number, "directory": self.directory})
        hello, deadline = {}, time.monotonic() + 30
        while not {"pid", "ready"} <= set(hello):  # after this the student's code runs, and nothing it says is believed
            hello.update(self.wire.receive(deadline))
            if "failed" in hello:
                raise OSError(hello["failed"])
        self.pid = hello["pid"]
        self.base = memory_of([self.pid])

    def ask(self, message, seconds):
        """Send one order; the reply, as bytes where it is passed on. Raises Gone when there will be none."""
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
                    return self._reply(
                        time.monotonic() + PATIENCE * GRACE if starved else time.monotonic() + GRACE
                    ), True
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
        used = memory_of(family) - self.base * len(family)
        if used > self.limits["memory"] and exact_memory(family) > self.limits["memory"]:
            self.kill()
            raise Gone(f"it used more than {self.limits['memory'] // 2**20} MB of memory")
        if len(family) > 4 * self.limits["processes"]:
            self.kill()
            raise Gone("it started too many processes")

    def signal(self, number):
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def kill(self):
        """The first process of the jail takes the others with it: see `student.supervise` where no namespace does."""
        self.signal(signal.SIGKILL)

    def close(self):
        if self.pid:
            self.kill()
        self.wire.close()
        if self.directory:
            shutil.rmtree(self.directory, ignore_errors=True)


def _stat(pid):
    """The fields of /proc/PID/stat after the program's name; none if the process is gone."""
    with contextlib.suppress(OSError), open(f"/proc/{pid}/stat") as file:
        return file.read().rpartition(")")[2].split()
    return []


def cpu_seconds(pids):
    """Seconds that these processes have computed."""
    ticks = sum(int(fields[11]) + int(fields[12]) for fields in map(_stat, pids) if fields)
    return ticks / os.sysconf("SC_CLK_TCK")


def wants_to_run(pids):
    """Whether one of these processes waits for a processor or a disk, rather than for the time to pass."""
    return any(fields and fields[0] in "RD" for fields in map(_stat, pids))


def memory_of(pids):
    """Bytes in memory, pages shared with the fork server counted for each process."""
    total = 0
    for pid in pids:
        with contextlib.suppress(OSError, ValueError), open(f"/proc/{pid}/status") as file:
            total += sum(int(line.split()[1]) for line in file if line.startswith(("RssAnon", "RssShmem")))
    return total * 1024


def exact_memory(pids):
    """Bytes that only these processes hold: slower to find out."""
    total = 0
    for pid in pids:
        with contextlib.suppress(OSError, ValueError), open(f"/proc/{pid}/smaps_rollup") as file:
            total += sum(int(line.split()[1]) for line in file if line.startswith(("Private_Dirty", "Pss_Shmem")))
    return total * 1024


class Judge:
    """The worker's side of one judge."""

    def __init__(self, snapshot, order):
        ours, theirs = pair()
        socket.send_fds(snapshot, [b"s"], [theirs.fileno()])
        theirs.close()
        self.wire, self.pid = Wire(ours), 0
        self.wire.send({"seed": order["test_seed"], **{key: order["limits"][key] for key in ("total", "memory")}})
        hello = self.wire.receive(time.monotonic() + 30)
        self.pid, self.directory = hello["pid"], hello["directory"]

    def close(self):
        self.wire.close()
        if self.pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
            shutil.rmtree(self.directory, ignore_errors=True)


class Submission:
    """One notebook of one student on its way to a result."""

    numbers = 0

    def __init__(self, order, snapshots, control):
        self.order, self.snapshots, self.control = order, snapshots, control
        self.limits = order["limits"]
        self.jail = self.judge = None
        self.deadly, self.restarts = set(), 0
        self.cells, self.tests, self.flags = {}, {}, []
        self.end = time.monotonic() + self.limits["total"]
        self.private = 0
        self.overran = {}  # function -> how often it ran out of time
        code = [cell for cell in order["cells"] if cell["role"] != "text"]
        for number, cell in enumerate(code, start=1):  # the one in brackets on the page and in tracebacks
            cell["number"] = number

    def grade(self):
        """Run all cells in order; a cell that ends the jail is left out when a new one is brought to the same place."""
        for index, cell in enumerate(self.order["cells"]):
            if cell["role"] == "test":
                self.run_test(index, cell)
            elif cell["source"].strip():
                self.run_cell(index, cell)
        if self.jail and self.jail.pid and Submission.numbers % 8 == 1:  # a sample: it takes milliseconds
            self.private = private_memory(self.jail.pid)
        return {"cells": self.cells, "tests": self.tests, "flags": self.flags, "private": self.private}

    def close(self):
        for part in (self.jail, self.judge):
            if part is not None:
                part.close()

    # --- the jail

    def ensure_jail(self, upto):
        """A jail in which the student's cells before `upto` have run."""
        if self.jail is not None:
            return
        if self.restarts > RESTARTS or time.monotonic() > self.end:
            raise Gone("the submission used up its time")
        Submission.numbers += 1
        self.restarts += 1
        self.jail = Jail(self.order, self.control, os.getpid() * 1000 + Submission.numbers)
        for index, cell in enumerate(self.order["cells"][:upto]):
            if cell["role"] != "test" and cell["source"].strip() and index not in self.deadly:
                try:
                    self.jail.ask(running(cell), self.seconds())
                except Gone:
                    self.deadly.add(index)
                    self.lose_jail()
                    self.ensure_jail(upto)
                    return

    def lose_jail(self):
        if self.jail is not None:
            self.jail.close()
            self.jail = None

    def seconds(self):
        """What a cell may take, as far as the submission's time lasts."""
        return max(0.1, min(self.limits["cell"], self.end - time.monotonic()))

    def run_cell(self, index, cell):
        try:
            self.ensure_jail(index)
            reply, late = self.jail.ask(running(cell), self.seconds())
        except Gone as gone:
            self.deadly.add(index)
            self.lose_jail()
            self.cells[index] = [error_output("CellDied", f"This cell did not finish: {gone}.")]
            self.flag("died", f"cell {index + 1} did not finish: {gone}")
            return
        self.cells[index] = clean(reply.get("outputs"))
        if late:
            text = f"This cell ran longer than {self.limits['cell']:g} seconds and was stopped."
            self.cells[index].append(error_output("CellTimeoutError", text))
            self.flag("late", f"cell {index + 1} ran longer than {self.limits['cell']:g} seconds")

    def flag(self, kind, text):
        if len(self.flags) < 30:
            self.flags.append({"kind": kind, "text": text})

    # --- the tests

    def run_test(self, index, cell):
        start = time.monotonic()
        test = self.order["tests"][cell["grade_id"]]
        try:
            self.ensure_jail(index)
            run = self.test_in_jail if test["mode"] == "jail" else self.test_by_value
            result = run(cell, test)
        except Gone as gone:
            self.lose_jail()
            text = f"Your answer could not be tested: {gone}."
            self.flag("died", f"test {cell['grade_id']}: {gone}")
            result = {"score": 0.0, "outputs": [error_output("AnswerDied", text)],
                      "error": {"name": "AnswerDied", "message": text, "line": None}}  # fmt: skip
        self.cells[index] = result.pop("outputs")
        self.tests[cell["grade_id"]] = {**result, "mode": test["mode"], "seconds": round(time.monotonic() - start, 4)}

    def test_in_jail(self, cell, test):
        """Weaker: the test runs among the student's own code, which could forge its result."""
        reply, late = self.jail.ask(running(cell), self.seconds())
        outputs = clean(reply.get("outputs"))
        error = None
        if late or reply.get("ok") is not True:
            raised = reply.get("raised") if isinstance(reply.get("raised"), dict) else {}
            error = {"name": str(raised.get("name", "Error"))[:100], "message": str(raised.get("message", ""))[:8000],
                     "line": None}  # fmt: skip
            if not any(o["output_type"] == "error" for o in outputs):
                outputs.append(error_output(error["name"], error["message"]))
        value, refusal = score(outputs, error, test["points"], test["partial"])
        return {"score": test["points"] if value is None else value, "outputs": finish(outputs, value, refusal),
                "error": error}  # fmt: skip

    def test_by_value(self, cell, test):
        """The worse of two runs where an answer changes its arguments: the test sees that in the second one only.

        So a test that its arguments stay as they were can fail, and an answer that empties them gains nothing.
        """
        result = self.judged(cell, test)
        if result.pop("changed", False) and result["score"] > 0:
            again = self.judged(cell, test, shows=True)
            again.pop("changed", None)
            return min(result, again, key=lambda one: one["score"])
        return result

    def judged(self, cell, test, shows=False):
        """The test runs in the judge, and the judge has the answers called here."""
        seconds = self.seconds()
        about, _ = self.jail.ask({"op": "names", "names": test["names"]}, seconds)
        names = {name: what for name, what in dict(about.get("names") or {}).items() if name in test["names"]}
        names = {name: what if isinstance(what, dict) else {} for name, what in names.items()}
        if self.judge is None or not test["together"]:
            if self.judge is not None:
                self.judge.close()
            self.judge = Judge(self.snapshots[None if test["together"] else cell["grade_id"]], self.order)
        judge, deadline = self.judge, time.monotonic() + PATIENCE * seconds
        died = None
        try:
            parts = {key: test[key] for key in ("after", "partial")}
            judge.wire.send({"id": cell["grade_id"], "names": names, "shows": shows, "number": cell["number"], **parts})
            while True:
                message = judge.wire.receive(deadline)
                if message["op"] == "result":
                    del message["op"]
                    break
                if time.monotonic() > deadline:
                    raise Late
                if self.overran.get(message["name"], 0) >= 2:
                    text = f"{message['name']} has run out of time twice; it is not called again"
                    raised = {"kind": "TimeoutError", "name": "TimeoutError", "message": text}
                    judge.wire.send({"raised": raised, "seq": message["seq"]})
                    continue
                call = {key: message[key] for key in ("name", "args", "kwargs", "watched", "random") if key in message}
                reply, late = self.jail.ask({"op": "call", **call, "forbidden": test["forbidden"]}, seconds)
                if late:
                    self.overran[call["name"]] = self.overran.get(call["name"], 0) + 1
                    self.flag("late", f"{call['name']} ran longer than {seconds:g} seconds in {cell['grade_id']}")
                    reply = {"raised": {"kind": "TimeoutError", "name": "TimeoutError",
                                        "message": f"{call['name']} ran longer than {seconds:g} seconds"}}  # fmt: skip
                    deadline += 2 * GRACE
                judge.wire.send({**reply, "seq": message["seq"]})
        except (Late, Closed, Gone) as trouble:
            judge.close()
            self.judge = None
            if isinstance(trouble, Gone):
                raise
            died = f"the test ran longer than {seconds:g} seconds" if isinstance(trouble, Late) else "the test ended"
        else:
            if message["changed"] or not test["together"]:
                judge.close()
                self.judge = None
            return message
        text = f"Your answer was not accepted: {died}."
        return {"score": 0.0, "outputs": [error_output("TestTimeoutError", text)],
                "error": {"name": "TestTimeoutError", "message": text, "line": None}}  # fmt: skip


def running(cell):
    """The message that has a cell run in the jail."""
    return {"op": "cell", "source": cell["source"], "number": cell["number"]}


def error_output(name, text):
    return {"output_type": "error", "ename": name, "evalue": text, "traceback": [f"{name}: {text}"]}


def clean(outputs):
    """Outputs from a jail, rebuilt from what nbformat knows: nothing else gets into a notebook."""
    kept = []
    for output in outputs if isinstance(outputs, list) else []:
        if not isinstance(output, dict):
            continue
        kind = output.get("output_type")
        if kind == "stream":
            name = "stderr" if output.get("name") == "stderr" else "stdout"
            kept.append({"output_type": kind, "name": name, "text": text_of(output.get("text"), 400_000)})
        elif kind == "error":
            lines = output.get("traceback")
            lines = [text_of(line, 8000) for line in lines[:200]] if isinstance(lines, list) else []
            name, value = text_of(output.get("ename"), 200), text_of(output.get("evalue"), 8000)
            kept.append({"output_type": kind, "ename": name, "evalue": value, "traceback": lines})
        elif kind in ("display_data", "execute_result") and isinstance(output.get("data"), dict):
            data = {str(mime)[:100]: text_of(body, 8 * 2**20) for mime, body in list(output["data"].items())[:10]}
            output = {"output_type": kind, "data": data, "metadata": {}}
            kept.append({**output, "execution_count": None} if kind == "execute_result" else output)
        if len(kept) >= 300:
            break
    return kept


def text_of(value, limit):
    text = value if isinstance(value, str) else ""
    return text[:limit].encode("utf-8", "replace").decode("utf-8")


def private_memory(pid):
    """Bytes of a process that are its own and not shared with the fork server."""
    with contextlib.suppress(OSError), open(f"/proc/{pid}/smaps_rollup") as file:
        return 1024 * sum(int(line.split()[1]) for line in file if line.startswith("Private_Dirty"))
    return 0
