"""Runs in the command and in Dask workers: the same grading on many machines.

Workers see the course directory under the same path and have the same packages. Task names hold hashes, never tests.
"""

import threading

from grading.course import fingerprint
from grading.errors import PoolError

_here = threading.local()  # each thread of a Dask worker keeps a pool of its own


class ClusterPool:
    """A pool whose workers are those of a Dask cluster."""

    def __init__(self, address):
        self.address, self.modules, self.notebooks = address, [], []

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.close()

    def start(self):
        """Connect to the scheduler."""
        from distributed import Client

        try:
            self.client = Client(self.address, timeout="10s", set_as_default=False)
        except (OSError, ValueError) as error:
            raise PoolError(f"no Dask scheduler answers at {self.address}: {error}") from None
        self.jobs = sum(self.client.nthreads().values())
        if not self.jobs:
            self.client.close()
            raise PoolError(f"the Dask scheduler at {self.address} has no workers")

    def preload(self, modules):
        self.modules = list(modules)
        self._renew()

    def add_notebook(self, notebook, order):
        """Have the instructor's notebook run on one worker; the others follow when they get work."""
        self.notebooks.append((notebook, order))
        self._renew()
        key = f"notebook-{fingerprint(notebook, self.setup['key'])[:32]}"
        return self.client.submit(report_on_worker, self.setup, notebook, key=key, pure=False).result()

    def _renew(self):
        """What a worker needs before it can grade. It goes with every task, so that no worker's death loses it."""
        key = fingerprint(self.modules, self.notebooks)
        self.setup = {"modules": [*self.modules], "notebooks": [*self.notebooks], "key": key}

    def run(self, orders):
        """Grade the orders, pairs of a key and a message; yield (key, result) as they are done."""
        from distributed import as_completed

        orders = iter(orders)
        futures, done = {}, as_completed(loop=self.client.loop)

        def more():
            key, order = next(orders, (None, None))
            if order is None:
                return False
            name = f"grade-{fingerprint(str(key), order, self.setup['key'])[:32]}"
            future = self.client.submit(grade_on_worker, self.setup, order, key=name, pure=False, retries=2)
            futures[future] = key
            done.add(future)
            return True

        while len(futures) < 2 * self.jobs and more():
            pass
        for future in done:
            key = futures.pop(future)
            if future.status == "finished":
                yield key, future.result()
            else:
                yield key, {"failed": f"the cluster gave up on it: {future.exception()}"}
            future.release()
            while len(futures) < 2 * self.jobs and more():
                pass

    def close(self):
        self.client.close()


def _pool(setup):
    """This thread's pool, with the notebooks of this set-up."""
    from grading.pool import Pool

    if getattr(_here, "key", None) != setup["key"]:
        if getattr(_here, "pool", None) is not None:
            _here.pool.close()
        _here.key = None
        _here.pool = Pool(1, setup["modules"])
        _here.pool.start()
        _here.reports = {name: _here.pool.add_notebook(name, order) for name, order in setup["notebooks"]}
        _here.key = setup["key"]
    return _here.pool


def report_on_worker(setup, notebook):
    """What the judge found out about a notebook's tests."""
    _pool(setup)
    return _here.reports[notebook]


def grade_on_worker(setup, order):
    """Grade one notebook of one student."""
    return dict(_pool(setup).run([(0, order)]))[0]
