"""A run asks for no more than it needs, and what the grader forks stands apart from it."""

import os

import pytest

from grading.course import Course
from grading.errors import PoolError
from grading.grader import Grader
from grading.imports import untouched
from grading.jail import fork_apart
from grading.pool import Pool
from tests.grading.mini import grading, hand_in, make_course, released, report, solve


class Idle(Pool):
    """A pool that nobody may start."""

    def start(self):
        raise PoolError("it was started")


def run(root, pool):
    """The outcomes of grading ps1 in this process, by student."""
    grader = Grader(Course(root), "ps1", pool)
    grader.prepare()
    return {o.student: o for o in grader.run(grader.course.students("ps1"))}


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """A course of one student, graded."""
    root = make_course(tmp_path_factory.mktemp("course") / "mini")
    hand_in(root, "right", solve(released(root)))
    assert report(grading(root, "autograde", "ps1", "--json"))["graded"] == 1
    return root


@pytest.fixture(autouse=True)
def _come_back(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)  # opening a course goes there


def test_a_run_with_nothing_to_do_starts_no_process(graded):
    assert untouched(graded, "ps1")
    assert run(graded, Idle(1))["right"].status == "unchanged"


def test_what_is_handed_in_later_is_graded_by_what_an_earlier_run_learnt(graded):
    hand_in(graded, "half", solve(released(graded), share="def share(t):\n    return t"))
    assert not untouched(graded, "ps1")
    with pytest.raises(PoolError, match="it was started"):
        run(graded, Idle(1))
    with Pool(1) as pool:
        outcomes = run(graded, pool)
    assert {name: (o.status, o.score) for name, o in outcomes.items()} == {
        "right": ("unchanged", 12.0),
        "half": ("graded", 10.0),
    }


def test_what_was_learnt_from_another_notebook_is_not_used(graded):
    source = graded / "source" / "ps1" / "ps1.ipynb"
    source.write_text(source.read_text().replace("best = 42", "best = 40 + 2"))
    with pytest.raises(PoolError, match="it was started"):
        run(graded, Idle(1))


def test_a_process_forked_apart_is_the_first_of_its_own_namespaces():
    names = ("pid", "net", "mnt", "ipc", "uts")
    ours, theirs = os.pipe()
    pid = fork_apart()
    if pid == 0:
        kinds = [os.readlink(f"/proc/{os.readlink('/proc/self')}/ns/{name}") for name in names]
        os.write(theirs, " ".join([str(os.getpid()), *kinds]).encode())
        os._exit(0)
    os.close(theirs)
    with open(ours) as file:
        number, *kinds = file.read().split()
    os.waitpid(pid, 0)
    assert number == "1"
    for name, kind in zip(names, kinds, strict=True):
        assert kind != os.readlink(f"/proc/self/ns/{name}")
