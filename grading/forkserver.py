"""Runs in the fork server: imports the libraries once, starts no thread, holds no secret, and forks what it is told to.

Whoever holds its control socket asks for a role and passes the socket to talk over; all content goes over that socket,
so no test, answer or seed ever is in the memory from which the jails are copied.
"""

import contextlib
import gc
import importlib
import json
import os
import select
import shutil
import signal
import socket
import sys
import traceback

from grading.jail import die_with_parent, fork_apart
from grading.wire import Closed, Wire


def preload(modules):
    """Import what submissions are likely to import, so that their copies need not.

    The collector does not look for garbage in it, which took a third of the start, nor will it in the copies: it would
    write to every page, and each copy would get its own.
    """
    gc.disable()
    for name in modules:
        with contextlib.suppress(Exception):
            importlib.import_module(name)
    if "torch" in sys.modules:  # a forked copy would wait for ever on threads that it did not inherit
        sys.modules["torch"].set_num_threads(1)
    freeze()


def freeze():
    """Take what is here out of the collector's sight. The copies live too briefly to look for garbage often."""
    gc.freeze()
    gc.set_threshold(5000)
    gc.enable()


def main(control, life, modules, scratch):
    """Serve until `life`, a pipe whose other end the command holds, is closed; then leave nothing in `scratch`."""
    from grading import judge, shell, student, worker

    os.setsid()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    preload(modules)
    shell.make_shell()
    freeze()
    roles = {"jail": student.main, "judge": judge.main, "worker": worker.main}
    control = socket.socket(fileno=control)
    children = set()
    with contextlib.suppress(OSError):
        os.write(life, b"!")
    while True:
        ready, _, _ = select.select([control, life], [], [], 1.0)
        reap(children)
        if life in ready:
            break
        if control not in ready:
            continue
        message, sockets, _, _ = socket.recv_fds(control, 4096, 4)
        if not message:
            break
        message = json.loads(message)
        if message["role"] == "preload":
            preload(message["modules"])
            continue
        try:
            pid = fork_apart() if message["apart"] else os.fork()
        except OSError as error:
            if message["role"] == "jail":  # who asked for another role sees that nobody is there
                Wire(socket.socket(fileno=os.dup(sockets[0]))).send({"failed": f"no jail: {error}"})
        else:
            if pid == 0:
                become(roles[message["role"]], sockets, [control.fileno(), life])
            children.add(pid)
        for fd in sockets:
            os.close(fd)
    for pid in children:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)  # the supervisor of a jail ends that first; others end at once
    shutil.rmtree(scratch, ignore_errors=True)  # the command does it too, unless it was killed
    os._exit(0)


def reap(children):
    """Forget the children that have ended."""
    with contextlib.suppress(ChildProcessError):
        while (pid := os.waitpid(-1, os.WNOHANG)[0]) != 0:
            children.discard(pid)


def become(role, sockets, unwanted):
    """In a forked child: drop what is the server's, do the role, and never return."""
    try:
        die_with_parent()
        for fd in unwanted:
            os.close(fd)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        wires = [Wire(socket.socket(fileno=fd)) for fd in sockets]
        role(*wires)
    except Closed:
        pass
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def fork_role(control, role, *sockets, apart=False):
    """Ask the server behind `control` for a process in this role, in new namespaces if `apart`; give it the sockets."""
    socket.send_fds(control, [json.dumps({"role": role, "apart": apart}).encode()], [s.fileno() for s in sockets])
