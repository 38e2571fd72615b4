"""Every sample submission receives the answer it must: right, wrong, broken and hostile ones, in one class, one run."""

import json
import os
import re
import subprocess
from pathlib import Path

import nbformat
import pytest

from tests.grading.mini import gradebook_scores, grading, hand_in, make_course, released, report
from tests.grading.submissions import SUBMISSIONS


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A class that has handed in every sample."""
    root = make_course(tmp_path_factory.mktemp("course"), config="c.Grading.cell_seconds = 3")
    for name, (make, _) in SUBMISSIONS.items():
        folder = Path(root, "submitted", name, "ps1")
        folder.mkdir(parents=True)
        made = make(released(root), folder)
        if made is not None:
            hand_in(root, name, made)
    return root


@pytest.fixture(scope="module")
def graded(course):
    """The outcome of one run over the whole class."""
    return report(grading(course, "autograde", "ps1", "--jobs", "2", "--json"))


@pytest.fixture(scope="module")
def scores(graded, course):
    """What that run has put into the gradebook."""
    return gradebook_scores(course)


@pytest.mark.parametrize("name", SUBMISSIONS)
def test_receives_its_answer(graded, scores, name):
    expected, got = SUBMISSIONS[name][1], graded["by"][name]
    if expected["score"] is None:
        assert got["status"] == "failed", got
        assert expected["reason"] in got["reason"]
        return
    assert got["status"] == "graded", got
    assert got["score"] == expected["score"], got
    for cell, score in expected["cells"].items():
        assert scores[name][cell] == score
    kinds = {flag["kind"] for flag in got["flags"]}
    if SUBMISSIONS[name][1]["flags"] and None not in expected["flags"]:
        assert expected["flags"] <= kinds, got["flags"]
    elif name.startswith("right_"):
        assert not kinds, got["flags"]


def test_the_gradebook_has_what_was_reported(graded, scores):
    for name, outcome in graded["by"].items():
        if outcome["status"] == "graded":
            assert sum(v for k, v in scores[name].items() if k != "why") == outcome["score"]
        else:
            assert name not in scores


def test_all_tests_ran_in_the_judge(graded):
    assert graded["weaker_tests"] == {}
    assert graded["problems"] == []


def printed(course, name):
    nb = nbformat.read(course / "autograded" / name / "ps1" / "ps1.ipynb", as_version=4)
    return "".join(o.get("text", "") for c in nb.cells if c.cell_type == "code" for o in c.outputs)


def test_tracebacks_name_cells_as_the_page_does(graded, course):
    for name in ("right_failing_scratch_cell", "wrong_unchanged"):
        nb = nbformat.read(course / "autograded" / name / "ps1" / "ps1.ipynb", as_version=4)
        code = [c for c in nb.cells if c.cell_type == "code"]
        lines = [(c.execution_count, line) for c in code for o in c.outputs for line in o.get("traceback", ())]
        named = [(count, int(place)) for count, line in lines for place in re.findall(r"Cell In\[(\d+)\]", line)]
        assert all(count == place for count, place in named)
        assert named


def test_a_jail_does_not_hold_the_tests(graded, course):
    assert "HITS 0" in printed(course, "hostile_looks_for_the_tests_in_memory")


def test_a_jail_sees_nothing_and_reaches_nothing(graded, course):
    text = printed(course, "hostile_escapes_are_walled_in")
    seen = json.loads(text.partition("SEEN ")[2].split("\n")[0])
    assert seen["course"] == []
    assert str(course).strip("/").split("/")[0] not in set(seen["root"]) - {"tmp", "root", "home", "work"}
    assert seen["processes"] == ["1"]
    assert seen["uid"] != os.getuid()
    assert "COURSE_SEED" not in seen["initial"] + "".join(seen["environment"])
    assert {seen["network"], seen["write"], seen["setuid"]} <= {"PermissionError", "OSError", "ConnectionRefusedError"}
    assert seen["kill"] == "ProcessLookupError"
    assert seen["ptrace"] == seen["mount"] == seen["unshare"] == -1
    assert seen["grading"] in ("ModuleNotFoundError", "FileNotFoundError", "TypeError")


def test_nothing_is_left_behind(graded, course):
    assert not Path("/tmp/message-to-others").exists()
    assert not Path("/usr/intruder").exists()
    processes = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    assert "sleep 4321" not in processes
    assert not list(Path(course, "autograded").rglob("data.db"))
    assert not list(Path(course, "autograded").rglob("pipe"))


def test_a_failed_submission_leaves_no_folder(graded, course):
    assert not Path(course, "autograded/broken_truncated").exists()


def test_a_second_run_has_nothing_to_do(graded, course):
    again = report(grading(course, "autograde", "ps1", "--jobs", "2", "--json"))
    assert again["graded"] == 0
    assert again["unchanged"] == graded["graded"]
    assert again["failed"] == graded["failed"]
