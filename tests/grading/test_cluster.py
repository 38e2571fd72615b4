"""A Dask cluster grades like this machine does, also when one of its workers is killed in the middle."""

import os
import signal
import threading
import time

import pytest

from tests.grading.mini import gradebook_scores, grading, hand_in, make_course, released, report, solve

STUDENTS = 8


def make_class(root):
    make_course(root)
    for n in range(STUDENTS):
        wait = "import time\ntime.sleep(1)\nbest = 42" if n % 2 else f"best = {n}"
        hand_in(root, f"s{n}", solve(released(root), best=wait))
    return root


@pytest.fixture
def cluster(monkeypatch):
    """Two worker processes that come back when they die."""
    import dask
    from distributed import LocalCluster

    with (
        dask.config.set({"distributed.worker.daemon": False}),
        LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster,
    ):
        yield cluster


@pytest.mark.filterwarnings("ignore")
def test_a_worker_killed_in_the_middle_changes_nothing(tmp_path, cluster):
    alone = make_class(tmp_path / "alone")
    assert report(grading(alone, "autograde", "ps1", "--json"))["graded"] == STUDENTS
    spread = make_class(tmp_path / "spread")
    victim = next(iter(cluster.workers.values())).pid

    def kill():
        log = spread / ".grading" / "log.jsonl"
        while not log.exists():
            time.sleep(0.05)
        os.kill(victim, signal.SIGKILL)

    killer = threading.Thread(target=kill, daemon=True)
    killer.start()
    done = report(grading(spread, "autograde", "ps1", "--json", "--cluster", cluster.scheduler_address))
    killer.join(10)
    assert done["failed"] == 0, done
    assert done["graded"] == STUDENTS
    assert gradebook_scores(spread) == gradebook_scores(alone)


def test_an_address_without_a_scheduler_is_an_error(tmp_path):
    root = make_course(tmp_path / "course")
    hand_in(root, "ann", released(root))
    done = grading(root, "autograde", "ps1", "--cluster", "tcp://127.0.0.1:9")
    assert done.returncode == 2
    assert "no Dask scheduler answers at tcp://127.0.0.1:9" in done.stderr
