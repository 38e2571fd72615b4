"""Grading a class: nbgrader's own autograde, ours with one worker and with all, in one run on one class.

    python tests/benchmarks/bench_grading.py [students]

End to end, from the command to the gradebook, jail and judge on. nbgrader grades a sample of the class, because it
takes seconds for each; its start-up is measured apart and not counted against it. Ours is counted. The last lines take
the time apart and say what 10,000 submissions would need. Run it where nothing else runs.
"""

import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.grading.mini import gradebook_scores, grading, hand_in, make_course, nbgrader, released, report, solve

SAMPLE = 8


def timed(call):
    """Seconds by the clock, and the result."""
    start = time.monotonic()
    result = call()
    return time.monotonic() - start, result


def autograde(course, jobs):
    """Seconds that grading this course takes, and what the command says."""
    return timed(lambda: report(grading(course, "autograde", "ps1", "--json", "--jobs", str(jobs))))


def fresh(original, place):
    """The same course, with nothing graded."""
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(original, place)
    return place


def writing_seconds(course):
    """Seconds per submission that go into the gradebook when every result is there, and of a run with nothing to do."""
    idle, done = autograde(course, 1)
    assert done["graded"] == 0
    Path(course, ".grading", "log.jsonl").write_text("")
    again, done = autograde(course, 1)
    return (again - idle) / done["graded"], idle


def main(students=120):
    with tempfile.TemporaryDirectory(prefix="bench-grading-") as place:
        place = Path(place)
        original = make_course(place / "original")
        for n in range(students):
            half = {"best": f"best = {n}"} if n % 3 else {}
            hand_in(original, f"s{n:03}", solve(released(original), count=COUNT.format(n=n), **half))
        one, few = fresh(original, place / "nbgrader-1"), fresh(original, place / "nbgrader")
        for course, kept in ((one, 1), (few, SAMPLE + 1)):
            for folder in sorted((course / "submitted").iterdir())[kept:]:
                shutil.rmtree(folder)
        rows, scores = [], {}
        first, _ = timed(lambda: nbgrader(one, "autograde", "ps1"))
        all_of_them, _ = timed(lambda: nbgrader(few, "autograde", "ps1"))
        theirs = (all_of_them - first) / SAMPLE
        rows.append(("nbgrader autograde", theirs, theirs, 1.0, ""))
        for jobs in sorted({1, os.cpu_count() or 1}):
            course = fresh(original, place / f"ours-{jobs}")
            seconds, done = autograde(course, jobs)
            assert done["graded"] == students, done
            scores[jobs] = gradebook_scores(course)
            memory = f"{done['private_memory_mb']:.1f} MB"
            each = seconds / students
            rows.append((f"grading autograde --jobs {jobs}", each, seconds, theirs / each, memory))
        writing, idle = writing_seconds(place / "ours-1")
        start, _ = autograde(fresh(one, place / "ours-start"), jobs)
        assert all(s == scores[1] for s in scores.values())
        assert {k: v for k, v in scores[1].items() if k in gradebook_scores(few)} == gradebook_scores(few)
        print(f"{students} submissions of 5 tests; {os.cpu_count()} processors; scores equal in all runs")
        print(f"{'':32} {'s each':>8} {'s in all':>9} {'ratio':>7}  private memory of a jail")
        for name, each, total, ratio, memory in rows:
            print(f"{name:32} {each:8.3f} {total:9.1f} {ratio:6.1f}x  {memory}")
        more = (seconds - start) / (students - 1)  # what each submission adds, with all workers
        print(f"gradebook {writing:.3f} s each, with one worker; nothing to do {idle:.1f} s; one alone {start:.1f} s;"
              f" nbgrader's start {first - theirs:.1f} s")  # fmt: skip
        print(f"10,000 submissions: {start:.1f} s + 10,000 x {more:.3f} s = {(start + 10_000 * more) / 60:.0f} minutes;"
              f" nbgrader {10_000 * theirs / 3600:.1f} hours")  # fmt: skip


COUNT = "def count(text, letter):\n    return sum(1 for c in text if c == letter)  # {n}"

if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
