"""Runs in the command, or in a Dask worker: starts the fork server and its workers, and hands submissions to them."""

import contextlib
import json
import os
import select
import socket
import subprocess
import sys
import tempfile
from collections import deque
from itertools import chain

from grading.errors import PoolError
from grading.forkserver import fork_role
from grading.wire import Closed, Wire, pair

ALWAYS = ["numpy", "matplotlib.pyplot", "IPython.core.completer"]
# Large pages make a fork four times cheaper: the kernel copies few entries instead of 40,000. glibc's allocator can ask
# for them, Python's own does not.
LARGE_PAGES = {"GLIBC_TUNABLES": "glibc.malloc.hugetlb=1", "PYTHONMALLOC": "malloc"}
SINGLE = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"), "1")
START = """
import gc, sys; gc.disable(); sys.path[:] = {path!r}
from grading.forkserver import main; main({control}, {life}, {modules!r}, {scratch!r})
"""


class Pool:
    """Workers that grade submissions side by side, each in a jail and before a judge of its own."""

    def __init__(self, jobs, modules=()):
        self.jobs, self.modules = jobs, [*ALWAYS, *modules]
        self.workers, self.judges, self.known = [], [], []
        self.server = None

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.close()

    def start(self):
        """Start the fork server. It imports for a second: who knows that there is work starts it early."""
        self.scratch = tempfile.TemporaryDirectory(prefix="grading-")
        os.chmod(self.scratch.name, 0o711)  # jails without a file system of their own lie in it
        self.control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.life, life = pair()
        passed = ("PATH", "LANG", "LC_ALL", "HOME", "MPLCONFIGDIR", "XDG_CACHE_HOME", "LD_LIBRARY_PATH", "SYSTEMROOT")
        environment = {name: os.environ[name] for name in passed if name in os.environ}
        environment |= {**SINGLE, **LARGE_PAGES, "IPYTHONDIR": self.scratch.name, "TMPDIR": self.scratch.name}
        # What lies in the course folder must not be taken for a library: `python -m` puts that folder on the path.
        home, here = os.path.dirname(os.path.dirname(os.path.abspath(__file__))), os.getcwd()
        path = [p for p in map(os.path.abspath, sys.path) if p == home or p != here]
        ends = {"control": theirs.fileno(), "life": life.fileno()}
        code = START.format(path=path, modules=self.modules, scratch=self.scratch.name, **ends)
        self.server = subprocess.Popen(
            [sys.executable, "-s", "-P", "-c", code], env=environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, pass_fds=(theirs.fileno(), life.fileno()), cwd=self.scratch.name,
        )  # fmt: skip
        theirs.close()
        life.close()

    def preload(self, modules):
        """Have the fork server import these too, before it forks anything."""
        if self.server is None:
            self.modules += modules
            return
        self.control.send(json.dumps({"role": "preload", "modules": list(modules)}).encode())

    def ready(self):
        """Wait until the fork server has imported what it always imports, and start the workers."""
        if self.workers:
            return
        if self.server is None:
            self.start()
        if self.life.recv(1) != b"!":
            raise PoolError("the fork server did not start; its message is above")
        self.workers = [self._worker() for _ in range(self.jobs)]

    def _worker(self):
        ours, theirs = pair()
        fork_role(self.control, "worker", theirs, self.control)
        theirs.close()
        worker = Wire(ours)
        for notebook, tests, sockets in self.known:
            self._introduce(worker, notebook, tests, sockets)
        return worker

    def add_notebook(self, notebook, order):
        """Have the instructor's notebook run in a judge; return what it found out about the tests."""
        self.ready()
        ours, theirs = pair()
        fork_role(self.control, "judge", theirs)
        theirs.close()
        wire = Wire(ours)
        wire.send(order)
        try:
            report = wire.receive()
        except Closed:
            raise PoolError(f"the instructor's notebook {notebook} ended its process while it ran") from None
        tests = list(report["tests"])
        sockets = [socket.socket(fileno=socket.recv_fds(ours, 1, 1)[1][0]) for _ in range(len(tests) + 1)]
        self.judges.append(wire)
        self.known.append((notebook, tests, sockets))
        for worker in self.workers:
            self._introduce(worker, notebook, tests, sockets)
        return report

    @staticmethod
    def _introduce(worker, notebook, tests, sockets):
        worker.send({"op": "judge", "notebook": notebook, "tests": tests})
        for sock in sockets:
            socket.send_fds(worker.sock, [b"s"], [sock.fileno()])

    def run(self, orders):
        """Grade the orders, pairs of a key and a message; yield (key, result) as they are done."""
        orders = iter(orders)
        if (first := next(orders, None)) is None:
            return
        self.ready()
        waiting, busy, idle = chain([first], orders), {}, deque(self.workers)
        retried = set()
        more = True
        while busy or more:
            while idle and more:
                key, order = next(waiting, (None, None))
                if order is None:
                    more = False
                    break
                worker = idle.popleft()
                worker.send({**order, "op": "grade"})
                busy[worker] = key, order
            if not busy:
                break
            for worker in select.select(list(busy), [], [])[0]:
                key, order = busy.pop(worker)
                try:
                    result = worker.receive()
                except Closed:
                    self.workers.remove(worker)
                    worker.close()
                    worker = self._worker()
                    self.workers.append(worker)
                    if key not in retried:
                        retried.add(key)
                        worker.send({**order, "op": "grade"})
                        busy[worker] = key, order
                        continue
                    result = {"failed": "the process that graded it died twice; is the machine short of memory?"}
                idle.append(worker)
                yield key, result

    def close(self):
        """End everything that was started."""
        if self.server is None:
            return
        for part in [*self.workers, *self.judges, *(sock for _, _, sockets in self.known for sock in sockets)]:
            part.close()
        self.life.close()
        self.control.close()
        if not self.workers:  # it has not been asked for anything, and may still be importing
            self.server.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.server.wait(5)
        if self.server.poll() is None:
            self.server.kill()
            self.server.wait()
        self.server = None
        self.scratch.cleanup()
