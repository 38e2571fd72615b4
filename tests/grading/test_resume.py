"""Nothing is lost: killed at any moment, interrupted, locked out, out of disk; the same command ends the work."""

import errno
import fcntl
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time

import pytest

from grading.store import Store
from grading.writer import _refusal
from tests.grading.mini import (  # fmt: skip
    ENVIRONMENT,
    gradebook_scores,
    grading,
    hand_in,
    make_course,
    nbgrader,
    released,
    report,
    solve,
)

STUDENTS = 12
MOMENTS = 25 if os.environ.get("COURSE_TESTS") == "all" else 4


def make_class(root):
    make_course(root)
    for n in range(STUDENTS):
        half = {"best": f"best = {n}"} if n % 3 else {}
        hand_in(root, f"s{n:02}", solve(released(root), **half))
    return root


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    root = make_class(tmp_path_factory.mktemp("undisturbed"))
    start = time.monotonic()
    assert grading(root, "autograde", "ps1").returncode == 0
    return gradebook_scores(root), time.monotonic() - start


def start(root, *arguments, **variables):
    return subprocess.Popen(
        [sys.executable, "-m", "grading", "autograde", "ps1", *arguments], cwd=root, env={**ENVIRONMENT, **variables},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip


def log(root, event):
    entries = []
    for line in (root / ".grading" / "log.jsonl").read_bytes().splitlines():
        try:
            entries.append(json.loads(line))
        except ValueError:
            continue  # cut off by the kill
    return [e for e in entries if e["event"] == event]


def test_killed_at_any_moment_it_goes_on(tmp_path, undisturbed):
    scores, seconds = undisturbed
    root, moments = make_class(tmp_path / "killed"), random.Random(5)
    for n in range(MOMENTS):
        run = start(root)
        time.sleep(moments.uniform(0.3, 0.95) * seconds)
        if n % 2:
            os.killpg(run.pid, signal.SIGKILL)  # all at once, as when the power goes
        else:
            run.kill()
        run.communicate()
    done = report(grading(root, "autograde", "ps1", "--json"))
    assert done["failed"] == done["not_reached"] == 0
    assert gradebook_scores(root) == scores
    with sqlite3.connect(root / "gradebook.db") as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert database.execute("SELECT count(*) FROM submitted_assignment").fetchall() == [(STUDENTS,)]
    students = [entry["student"] for entry in log(root, "graded")]
    assert set(students) == {f"s{n:02}" for n in range(STUDENTS)}
    again = report(grading(root, "autograde", "ps1", "--json"))
    assert again["graded"] == 0


def test_no_process_and_no_file_outlives_a_killed_run(tmp_path):
    root, scratch = make_course(tmp_path / "course"), tmp_path / "scratch"
    scratch.mkdir(mode=0o755)
    for n in range(4):
        hand_in(root, f"s{n}", solve(released(root), double="import time\ntime.sleep(4)"))
    run = start(root, TMPDIR=str(scratch))
    deadline = time.monotonic() + 60
    while not (children := family(run.pid)) or len(children) < 6:
        assert time.monotonic() < deadline
        time.sleep(0.2)
    run.kill()
    run.communicate()
    while any(os.path.exists(f"/proc/{pid}") for pid in children):
        assert time.monotonic() < deadline, children
        time.sleep(0.1)
    assert list(scratch.iterdir()) == []


def family(pid):
    found = []
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                with open(f"/proc/{entry}/stat") as file:
                    parent = int(file.read().rpartition(")")[2].split()[1])
            except OSError:
                continue
            found.append((int(entry), parent))
    family, grown = {pid}, True
    while grown:
        more = {child for child, parent in found if parent in family} - family
        family |= more
        grown = bool(more)
    return family - {pid}


def test_interrupted_it_stops_clean_and_goes_on(tmp_path, undisturbed):
    root = make_class(tmp_path / "course")
    run = start(root, "--jobs", "1")
    path, deadline = root / ".grading" / "log.jsonl", time.monotonic() + 60
    while not (path.exists() and log(root, "graded")):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    run.send_signal(signal.SIGINT)
    out, err = run.communicate(timeout=60)
    assert "Traceback" not in err + out
    assert run.returncode in (0, 130)
    if run.returncode == 130:
        assert "run the command again" in out
    assert grading(root, "autograde", "ps1").returncode == 0
    assert gradebook_scores(root) == undisturbed[0]
    assert len(log(root, "graded")) == STUDENTS


def test_a_locked_gradebook_loses_nothing(tmp_path, undisturbed):
    root = make_class(tmp_path / "course")
    with open(root / "nbgrader_config.py", "a") as config:
        config.write(f"c.CourseDirectory.db_url = 'sqlite:///{root}/gradebook.db?timeout=0.1'\n")
    lock = sqlite3.connect(root / "gradebook.db", isolation_level=None)
    lock.execute("BEGIN IMMEDIATE")
    done = grading(root, "autograde", "ps1", "--json")
    assert done.returncode == 1
    told = report(done)
    assert all("locked by another program" in outcome["reason"] for outcome in told["submissions"])
    assert (told["failed"], told["not_reached"]) == (3, STUDENTS - 3)  # it does not wait for each of a large class
    assert not list((root / "autograded").glob("*/*"))
    lock.execute("ROLLBACK")
    lock.execute("BEGIN EXCLUSIVE")
    done = grading(root, "autograde", "ps1")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "locked by another program" in done.stderr
    lock.execute("ROLLBACK")
    lock.close()
    assert grading(root, "autograde", "ps1").returncode == 0
    assert gradebook_scores(root) == undisturbed[0]


def test_two_runs_at_a_time_do_not_mix(tmp_path):
    root = make_course(tmp_path / "course")
    hand_in(root, "ann", solve(released(root)))
    (root / ".grading").mkdir()
    with open(root / ".grading" / "lock", "w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        other = grading(root, "autograde", "ps1")
    assert other.returncode == 2
    assert "another grading run" in other.stderr
    assert grading(root, "autograde", "ps1").returncode == 0


def test_on_a_full_disk_what_was_kept_stays_whole(tmp_path, monkeypatch):
    store = Store(tmp_path / ".grading")
    store.put("ab12", {"score": 1})

    def full(*paths):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", full)
        with pytest.raises(OSError, match="No space left"):
            store.put("ab12", {"score": 2})
    assert store.get("ab12") == {"score": 1}
    assert len(list((tmp_path / ".grading" / "results" / "ab").iterdir())) == 1
    refusal = _refusal(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), [])
    assert str(refusal) == "the disk is full; nothing is lost, make room and run the command again"


def test_a_line_cut_off_by_a_power_cut_is_left_out(tmp_path):
    store = Store(tmp_path / ".grading")
    store.write_log("graded", assignment="ps1", student="ann", key="k1")
    with open(store.log_path, "ab") as file:
        file.write(b'{"event": "graded", "assignment": "ps1", "stu')
    store.write_log("graded", assignment="ps1", student="bob", key="k2")
    assert {name: entry["key"] for name, entry in store.graded("ps1").items()} == {"ann": "k1", "bob": "k2"}


def test_what_a_power_cut_left_empty_or_cut_off_is_made_again(tmp_path):
    root = make_class(tmp_path / "course")
    assert grading(root, "autograde", "ps1").returncode == 0
    before = {path: path.read_bytes() for path in root.glob("autograded/*/ps1/ps1.ipynb")}
    for path in list(before)[:2]:
        path.write_bytes(b"")
    for path in list(root.glob(".grading/results/*/*.json"))[::2]:
        path.write_bytes(path.read_bytes()[:100])
    (root / ".grading" / "stage").mkdir()
    (root / ".grading" / "stage" / "ps1.ipynb").write_text("{")
    again = report(grading(root, "autograde", "ps1", "--json"))
    assert (again["graded"], again["failed"]) == (2, 0)
    assert {path: path.read_bytes() for path in before} == before


def test_a_changed_test_regrades_what_it_touches(tmp_path):
    root = make_course(tmp_path / "course")
    hand_in(root, "ann", solve(released(root)))
    assert report(grading(root, "autograde", "ps1", "--json"))["graded"] == 1
    assert report(grading(root, "autograde", "ps1", "--json"))["unchanged"] == 1
    path = root / "source" / "ps1" / "ps1.ipynb"
    path.write_text(path.read_text().replace("best == 42", "best == 41"))
    nbgrader(root, "generate_assignment", "ps1", "--force")
    again = report(grading(root, "autograde", "ps1", "--json"))
    assert again["by"]["ann"]["score"] == 11
    assert "does not pass best_value" in again["problems"][0]


def test_a_resubmission_is_graded_and_a_manual_grade_survives(tmp_path):
    from nbgrader.api import Gradebook

    root = make_course(tmp_path / "course")
    hand_in(root, "ann", solve(released(root), best="best = 0"))
    grading(root, "autograde", "ps1")
    with Gradebook(f"sqlite:///{root}/gradebook.db") as gradebook:
        gradebook.find_grade("why", "ps1", "ps1", "ann").manual_score = 4.0
        gradebook.db.commit()
    hand_in(root, "ann", solve(released(root)))
    assert report(grading(root, "autograde", "ps1", "--json"))["by"]["ann"]["score"] == 12
    assert report(grading(root, "autograde", "ps1", "--json", "--regrade"))["graded"] == 1
    with Gradebook(f"sqlite:///{root}/gradebook.db") as gradebook:
        assert gradebook.find_grade("why", "ps1", "ps1", "ann").manual_score == 4.0
        assert gradebook.find_submission("ps1", "ann").score == 16.0
