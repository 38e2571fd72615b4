"""Runs in a worker: has one submission at a time graded between its jail and its judge, and puts the result together.

What it does is a function of one message: answers, tests and limits in; outputs, scores and flags out. Trusted; what
comes from the jail passes through it unread.
"""

import os
import socket
import time

from grading.keeper import GRACE, PATIENCE, Gone, Jail, Judge
from grading.outputs import clean, error_output
from grading.processes import private_memory
from grading.scoring import finish, score
from grading.wire import Closed, Late

RESTARTS = 6  # how often a jail that died is replaced


def main(wire, control):
    """Grade what the command sends, until it hangs up."""
    control = control.sock
    judges = {}  # notebook -> {test, or None for all that share a judge: the socket of its snapshot}
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


class Submission:
    """One notebook of one student on its way to a result.

    Its cells run in order. A cell that ends the jail is left out when a new one is brought to the same place.
    """

    jails = 0  # how many this worker has had

    def __init__(self, order, snapshots, control):
        self.order, self.snapshots, self.control = order, snapshots, control
        self.limits = order["limits"]
        self.end = time.monotonic() + self.limits["total"]
        self.jail = self.judge = None
        self.starts = 0
        self.deadly = set()  # cells that ended a jail
        self.untested = {}  # why a test could not be run -> the tests
        self.overran = {}  # function -> how often it ran out of time
        self.cells, self.tests, self.flags, self.private = {}, {}, [], 0
        code = [cell for cell in order["cells"] if cell["role"] != "text"]
        for number, cell in enumerate(code, start=1):  # the one in brackets on the page and in tracebacks
            cell["number"] = number

    def grade(self):
        """The result: outputs of cells, what became of tests, flags, and a sample of the memory a jail takes."""
        for index, cell in enumerate(self.order["cells"]):
            if cell["role"] == "test":
                self.run_test(index, cell)
            elif cell["source"].strip():
                self.run_cell(index, cell)
        for why, (first, *more) in self.untested.items():
            self.flag("died", f"test {first}{f' and {len(more)} more' if more else ''}: {why}")
        if self.jail and Submission.jails % 8 == 1:  # to look takes milliseconds
            self.private = private_memory(self.jail.pid)
        return {"cells": self.cells, "tests": self.tests, "flags": self.flags, "private": self.private}

    def close(self):
        self.lose_jail()
        self.lose_judge()

    def seconds(self):
        """What a cell may take, as far as the submission's time lasts."""
        return max(0.1, min(self.limits["cell"], self.end - time.monotonic()))

    def flag(self, kind, text):
        if len(self.flags) < 30:
            self.flags.append({"kind": kind, "text": text})

    # --- the student's cells

    def ensure_jail(self, upto):
        """A jail in which the student's cells before `upto` have run."""
        while self.jail is None or time.monotonic() > self.end:
            if self.starts > RESTARTS or time.monotonic() > self.end:
                raise Gone("the submission used up its time")
            self.starts += 1
            Submission.jails += 1
            self.jail = Jail(self.order, self.control, os.getpid() * 1000 + Submission.jails)
            for index, cell in enumerate(self.order["cells"][:upto]):
                if cell["role"] != "test" and cell["source"].strip() and index not in self.deadly:
                    try:
                        self.jail.ask(running(cell), self.seconds())
                    except Gone:
                        self.deadly.add(index)
                        self.lose_jail()
                        break

    def lose_jail(self):
        if self.jail is not None:
            self.jail.close()
            self.jail = None

    def run_cell(self, index, cell):
        try:
            self.ensure_jail(index)
            reply, late = self.jail.ask(running(cell), self.seconds())
            self.jail.check_memory(reply)
        except Gone as gone:
            self.deadly.add(index)
            self.lose_jail()
            self.cells[index] = [error_output("CellDied", f"This cell did not finish: {gone}.")]
            self.flag("died", f"cell {index + 1} did not finish: {gone}")
            return
        self.cells[index] = clean(reply.get("outputs"))
        if late:
            text = f"ran longer than {self.limits['cell']:g} seconds"
            self.cells[index].append(error_output("CellTimeoutError", f"This cell {text} and was stopped."))
            self.flag("timeout", f"cell {index + 1} {text}")

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
            self.untested.setdefault(str(gone), []).append(cell["grade_id"])
            result = refused("AnswerDied", f"Your answer could not be tested: {gone}.")
        self.cells[index] = result.pop("outputs")
        self.tests[cell["grade_id"]] = {**result, "mode": test["mode"], "seconds": round(time.monotonic() - start, 4)}

    def test_in_jail(self, cell, test):
        """Weaker: the test runs among the student's own code, which could forge its result."""
        reply, late = self.jail.ask({**running(cell), "given": test["given"]}, self.seconds())
        outputs = clean(reply.get("outputs"))
        error = None
        if late or reply.get("ok") is not True:
            raised = reply.get("raised") if isinstance(reply.get("raised"), dict) else {}
            error = fault(str(raised.get("name", "Error"))[:100], str(raised.get("message", ""))[:8000])
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
            self.ensure_jail(self.order["cells"].index(cell))
            again = self.judged(cell, test, shows=True)
            again.pop("changed", None)
            return min(result, again, key=lambda one: one["score"])
        return result

    def judged(self, cell, test, shows=False):
        """The test runs in the judge, and the judge has the answers called here. `shows`: see answers.Conversation."""
        seconds = self.seconds()
        about, _ = self.jail.ask({"op": "names", "names": test["names"]}, seconds)
        names = {name: what for name, what in dict(about.get("names") or {}).items() if name in test["names"]}
        names = {name: what if isinstance(what, dict) else {} for name, what in names.items()}
        if not test["together"]:
            self.lose_judge()
        if self.judge is None:
            self.judge = Judge(self.snapshots[None if test["together"] else cell["grade_id"]], self.order)
        try:
            parts = {"after": test["after"], "partial": test["partial"], "number": cell["number"], "shows": shows}
            self.judge.wire.send({"id": cell["grade_id"], "names": names, **parts})
            result = self.answer_calls(cell, test, seconds)
        except Gone:
            self.lose_judge()
            raise
        except (Late, Closed) as trouble:
            self.lose_judge()
            died = f"the test ran longer than {seconds:g} seconds" if isinstance(trouble, Late) else "the test ended"
            return refused("TestTimeoutError", f"Your answer was not accepted: {died}.")
        if result["changed"] or not test["together"]:
            self.lose_judge()
        return result

    def answer_calls(self, cell, test, seconds):
        """Have the jail answer the calls that the judge asks for, until the judge says what the test came to."""
        wire, deadline = self.judge.wire, time.monotonic() + PATIENCE * seconds
        name, waiting = "", False  # the jail may wait for what a function of the test gives
        try:
            while True:
                message = wire.receive(deadline)
                if message["op"] == "result":
                    del message["op"]
                    return message
                if time.monotonic() > deadline:
                    raise Late
                name = message.get("name", name)
                if message["op"] == "call" and self.overran.get(name, 0) >= 2:
                    reply = timed_out(f"{name} has run out of time twice; it is not called again")
                else:
                    # An answer to call, or what the test's own function returned to the answer that it was handed to.
                    reply, late = self.jail.ask({**message, "forbidden": test["forbidden"]}, seconds)
                    waiting = "callback" in reply
                    if late and waiting:
                        raise Gone(f"it ran longer than {seconds:g} seconds and did not stop when interrupted")
                    if late:
                        self.overran[name] = self.overran.get(name, 0) + 1
                        self.flag("timeout", f"{name} ran longer than {seconds:g} seconds in {cell['grade_id']}")
                        reply = timed_out(f"{name} ran longer than {seconds:g} seconds")
                        deadline += 2 * GRACE
                wire.send({**reply, "seq": message["seq"]})
        finally:
            if waiting:  # for an answer that will not come
                self.lose_jail()

    def lose_judge(self):
        if self.judge is not None:
            self.judge.close()
            self.judge = None


def running(cell):
    """The message that has a cell run in the jail."""
    return {"op": "cell", "source": cell["source"], "number": cell["number"]}


def timed_out(text):
    """The reply to a call that took too long."""
    return {"raised": {"kind": "TimeoutError", "name": "TimeoutError", "message": text}}


def fault(name, text):
    """What a result says of the error that ended a test."""
    return {"name": name, "message": text, "line": None}


def refused(name, text):
    """The result of a test that could not be run to its end."""
    return {"score": 0.0, "outputs": [error_output(name, text)], "error": fault(name, text)}
