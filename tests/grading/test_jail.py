"""The walls hold for root and for an ordinary user, with namespaces and, where these are forbidden, with Landlock."""

import os
import shutil
import subprocess
import sys

import pytest

from grading import jail, landlock, protection
from tests.grading.mini import ENVIRONMENT, grading, hand_in, make_course, released, report, solve
from tests.grading.submissions import SUBMISSIONS

ATTACKS = ["hostile_crash_fork_bomb", "hostile_crash_memory", "hostile_crash_disk", "hostile_crash_exit"]


def test_this_machine_has_namespaces():
    assert protection.namespaces() is None
    assert protection.choose() == "namespaces"
    assert protection.choose(sandbox=False) == "none"


def test_without_any_wall_it_refuses(monkeypatch):
    monkeypatch.setattr(protection, "namespaces", lambda: "forbidden")
    monkeypatch.setattr(landlock, "abi", lambda: 0)
    with pytest.raises(protection.NoProtection, match="--no-sandbox"):
        protection.choose()


@pytest.mark.parametrize("machine", sorted(jail.AUDIT_ARCH))
def test_the_system_call_filter_is_a_whole_program(machine):
    program = jail.system_call_filter(machine)
    assert len(program) % 8 == 0
    assert program[-8:-6] == b"\x06\x00"  # it ends in a return


def make_class(root):
    make_course(root, config="c.Grading.cell_seconds = 3")
    for name in ATTACKS:
        make, _ = SUBMISSIONS[name]
        folder = root / "submitted" / name / "ps1"
        folder.mkdir(parents=True)
        hand_in(root, name, make(released(root), folder))
    hand_in(root, "right", solve(released(root)))
    return root


def test_holds_for_an_ordinary_user(tmp_path):
    if os.geteuid() != 0:
        root = make_class(tmp_path / "course")
        done = report(grading(root, "autograde", "ps1", "--json"))
    else:
        root = make_class(tmp_path / "course")
        place = f"/var/tmp/grading-{os.getpid()}"
        shutil.copytree(root, place)
        subprocess.run(["chown", "-R", "nobody:nogroup", place], check=True)
        ways = [os.path.realpath(sys.executable), sys.prefix, ENVIRONMENT["PYTHONPATH"]]
        if not all(readable_by_others(way) for way in ways):
            pytest.fail(f"an ordinary user cannot read {ways}: install Python where everyone can read it")
        run = subprocess.run(
            [sys.executable, "-m", "grading", "autograde", "ps1", "--json"], cwd=place, user="nobody", group="nogroup",
            extra_groups=[], env={**ENVIRONMENT, "HOME": place}, capture_output=True, text=True,
        )  # fmt: skip
        shutil.rmtree(place)
        done = report(run)
    assert done["protection"] == "namespaces"
    assert done["by"]["right"]["score"] == 12
    assert {done["by"][name]["score"] for name in ATTACKS} == {7}


def readable_by_others(path):
    while path != "/":
        if not os.stat(path).st_mode & 0o005:
            return False
        path = os.path.dirname(path)
    return True
