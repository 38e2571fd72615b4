"""Runs in the jail: the student's cells, and calls of the student's functions. Nothing it says is trusted."""

import base64
import contextlib
import functools
import os
import re
import shutil
import signal
import sys
import threading
import traceback
import types

from grading import jail, landlock, randomness, restrict, shell, values
from grading.functions import Functions, dress
from grading.functions import describe as about
from grading.pristine import Pristine
from grading.processes import descendants
from grading.values import NotPlain, decode, decode_error, encode, encode_error, encode_result, safe_text
from grading.wire import Closed


def main(wire):
    """First build the walls, while everything can still be seen; then run what the student wrote."""
    order = wire.receive()
    written = {name: base64.b64decode(data) for name, data in order["written"].items()}
    keep_only(wire.sock)
    if order["protection"] == "namespaces":
        try:
            wire.send({"pid": int(os.readlink("/proc/self"))})  # as the grader numbers it; in here it is 1
            walls = jail.Walls(order["readable"], order["hidden"], order["limits"], order["number"])
            walls.settle()
            walls.enter(order["files"], written)
            jail.die_with_parent()  # changing user ids forgets it
        except Exception as error:
            wire.send({"failed": f"no jail: {type(error).__name__}: {error}"})
            return
        furnish(order, jail.HOME, "/tmp", "/usr/local/bin:/usr/bin:/bin")
    else:
        if pid := os.fork():
            supervise(wire, pid)
        os.setsid()
        jail.die_with_parent()
        copy_into(order["directory"], order["files"], written)
        furnish(order, order["directory"], order["directory"], os.environ.get("PATH", os.defpath))
        os.chdir(order["directory"])
        if order["protection"] == "landlock":
            landlock.enter(order["directory"], order["readable"], order["limits"], order["number"])
            jail.die_with_parent()  # changing user ids forgets it
    serve(wire, order)


def furnish(order, home, scratch, path):
    """The environment that the student's code finds: nothing of the grader's."""
    os.environ.clear()
    os.environ.update(order["environment"], HOME=home, TMPDIR=scratch, PATH=path)


def supervise(wire, pid):
    """Without a pid namespace, what outlives the jail comes to its parent, this process, to be ended here.

    So this process must not be killed with the rest: when the grader ends, it is told to, and ends the jail first.
    """

    def end(*_):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)

    signal.signal(signal.SIGTERM, end)
    jail.die_with_parent(signal.SIGTERM)
    jail.adopt_orphans()
    with contextlib.suppress(Closed):
        wire.send({"pid": pid})
    wire.close()
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, 0)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)  # its number may soon be another's
        while True:
            for process in descendants(os.getpid())[1:]:  # whole trees at once, or a fork bomb outruns this
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)
            os.waitpid(-1, 0)
    os._exit(0)


def keep_only(sock):
    """Close every file but this socket; standard input and output lead nowhere."""
    null = os.open(os.devnull, os.O_RDWR)
    for fd in (0, 1, 2):
        os.dup2(null, fd)
    keep = sock.fileno()
    os.closerange(3, keep)
    os.closerange(keep + 1, 65536)


def copy_into(directory, files, written):
    """The working directory of a jail without its own file system."""
    for name, path in files.items():
        target = os.path.join(directory, name)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        shutil.copyfile(path, target, follow_symlinks=False)
    for name, data in written.items():
        with open(os.path.join(directory, name), "wb") as file:
            file.write(data)


class Interruptible:
    """SIGINT ends the student's code, and only that."""

    def __init__(self):
        self.running, self.outer = False, []
        signal.signal(signal.SIGINT, self.handle)

    def handle(self, number, frame):
        if self.running:
            self.running = False
            raise KeyboardInterrupt("stopped: it ran for too long")

    def __enter__(self):
        self.outer.append(self.running)
        self.running = True

    def __exit__(self, *exception):
        self.running = self.outer.pop()


class Line:
    """The wire to the worker. The student's code may use it for one thing: to have a function of a test called."""

    def __init__(self, wire, call):
        """`call(message)` calls a function of the student's, which that function of the test may want meanwhile."""
        self.wire, self.call, self.seq, self.owner = wire, call, 0, os.getpid()
        self.test, self.calling, self.lock = 0, False, threading.RLock()

    def begin(self):
        """A new cell or test: what the last one handed out means nothing any more."""
        self.test += 1
        values.functions = Functions("jail", self.stand_in)

    def receive(self):
        message = self.wire.receive()
        self.seq = message["seq"]
        return message

    def send(self, reply):
        self.wire.send({**reply, "seq": self.seq})

    def stand_in(self, number, about):
        """A function that has one of the test's called, while that test waits for the student's answer."""
        test = self.test

        def function(*args, **kwargs):
            wanted = {"args": [encode(a) for a in args], "kwargs": {key: encode(v) for key, v in kwargs.items()}}
            with self.lock:
                if not self.calling or self.test != test or os.getpid() != self.owner:
                    raise RuntimeError("a function of a test can be called while that test runs, in the first process")
                self.send({"callback": {"number": number, **wanted}})
                while (message := self.receive())["op"] != "answer":
                    self.send(self.call(message))
            if "raised" in message:
                raise decode_error(message["raised"])
            return decode(message["value"])

        return dress(function, about)


def serve(wire, order):
    """Run cells and calls until the worker hangs up. A forked copy of this process may not answer for it."""
    ip = shell.Shell.instance()
    sys.path.insert(0, os.getcwd())
    sys.argv = ["jail"]
    randomness.reseed(order["seed"])
    guard = restrict.install(order.get("stand_ins", {}))
    interruptible, me = Interruptible(), os.getpid()
    pristine = Pristine(ip) if order["weaker"] else None  # reading so much copies 8 MB
    operations = {"cell": functools.partial(run_cell, pristine), "names": describe_names, "call": call}
    line = Line(wire, lambda message: call(ip, message, interruptible, guard))
    wire.send({"ready": True})
    while True:
        message = line.receive()
        line.calling = message["op"] == "call"
        if not line.calling:
            line.begin()
        reply = {}
        try:
            reply = operations[message["op"]](ip, message, interruptible, guard)
        except KeyboardInterrupt as error:
            reply = {"raised": encode_error(error), "late": True}
        except MemoryError:
            reply = {"raised": {"kind": "MemoryError", "name": "MemoryError", "message": "out of memory"}}
        if os.getpid() != me:
            os._exit(0)
        with line.lock:  # a thread of the student's that has a function of the test called gets its answer first
            line.calling = False
            try:
                line.send(reply)
            except (ValueError, RecursionError, MemoryError):
                line.send({"refused": "the reply could not be sent"})


def run_cell(pristine, ip, message, interruptible, guard):
    """A cell of the student's, or a test among the student's code: that comes with what its names mean."""
    around = pristine.around(message["given"]) if "given" in message else contextlib.nullcontext()
    with interruptible, around:
        outputs, error = shell.run(ip, message["source"], message["number"])
    reply = {"outputs": outputs, "ok": error is None}
    if error is not None:
        reply["raised"] = encode_error(error)
    return reply


def describe_names(ip, message, interruptible, guard):
    """What stands behind each name: a value, something to call, a module, or something that cannot travel."""
    with interruptible:
        return {"names": {name: describe(ip.user_ns, name) for name in message["names"]}}


def describe(namespace, name):
    if name not in namespace:
        return {"kind": "missing"}
    value = namespace[name]
    if isinstance(value, types.ModuleType):
        return {"kind": "module", "name": safe_text(getattr(value, "__name__", ""), 200)}
    try:
        document = encode(value)
        if isinstance(document, dict) and document.keys() & {"P", "G"}:
            return {"kind": "callable", **about(value), "document": document}
        return {"kind": "value", "value": document}
    except NotPlain as error:
        if callable(value):
            return {"kind": "callable", **about(value)}
        return {"kind": "refused", "why": str(error)}
    except Exception as error:
        return {"kind": "refused", "why": f"it could not be read: {safe_text(error, 300)}"}


def call(ip, message, interruptible, guard):
    """Call one of the student's functions; plain values in, plain values out."""
    try:
        args = [decode(a) for a in message["args"]]
        kwargs = {name: decode(value) for name, value in message["kwargs"].items()}
        numbered = values.functions.handed_out
        function = numbered[message["number"]] if "number" in message else ip.user_ns[message["name"]]
    except KeyError:
        return {"raised": encode_error(NameError(f"name '{message['name']}' is not defined"))}
    if "random" in message:
        randomness.restore(decode(message["random"]))
    stdout, stderr = sys.stdout, sys.stderr
    outputs = shell.Outputs()  # its own: while it waits for a function of the test, that can have another one called
    outputs.reset()
    sys.stdout, sys.stderr = shell.Stream("stdout", outputs), shell.Stream("stdout", outputs)
    reply = {}
    try:
        with (
            interruptible,
            guard(message.get("forbidden", ()), ip.user_ns),
            restrict.Watch(message.get("watched")) as watch,
        ):
            value = encode_result(function(*args, **kwargs))  # what a generator does belongs to the call
        reply = {"value": value, "helpers": sorted(watch.seen), "unwatched": watch.lost}
    except NotPlain as error:
        reply = {"refused": f"{message['name']} returned what cannot be tested: {error}"}
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        lines = "".join(traceback.format_exception(type(error), error, error.__traceback__.tb_next))
        lines = re.sub(r"<ipython-input-\d+-\w+>", "your notebook", lines)
        reply = {"raised": {**encode_error(error, lines), **own_line(function, error)}}
    finally:
        sys.stdout, sys.stderr = stdout, stderr
    with contextlib.suppress(Exception):
        before = {**dict(enumerate(message["args"])), **message["kwargs"]}
        after = {place: encode(value) for place, value in {**dict(enumerate(args)), **kwargs}.items()}
        reply["changed"] = [[place, new] for place, new in after.items() if new != before[place]]
    printed = "".join("".join(o["parts"]) for o in outputs if "parts" in o)
    if printed:
        reply["printed"] = printed[:20_000]
    return reply


def own_line(function, error):
    """Where in the student's function an exception came from: the line, counted from its first, and its text."""
    code = getattr(function, "__code__", None)
    frames = [f for f in traceback.extract_tb(error.__traceback__) if code and f.filename == code.co_filename]
    if not frames:
        return {}
    return {"line": frames[-1].lineno - code.co_firstlineno + 1, "text": frames[-1].line or ""}
