"""The walls hold for root and for an ordinary user, with namespaces and, where these are forbidden, with Landlock."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from grading import jail, landlock, protection
from tests.grading.mini import ENVIRONMENT, grading, hand_in, make_course, released, report, solve
from tests.grading.submissions import SUBMISSIONS

ROOT = Path(__file__).parents[2]

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


def closed_above(path):
    """The uppermost directory above a path that other users may not enter, or None."""
    return next((p for p in reversed(Path(path).parents) if not p.stat().st_mode & 0o001), None)


def as_nobody():
    """A command that runs another as an ordinary user, who can read Python and the course wherever they lie.

    Root's home, or a temporary directory, may be closed to others: in a mount namespace of its own, an open directory
    covers it, in which only Python and the course are left.
    """
    switch = ["setpriv", "--reuid", "nobody", "--regid", "nogroup", "--clear-groups"]
    needed = [path for path in (sys.base_prefix, str(ROOT)) if closed_above(path)]
    if not needed:
        return switch
    kept = range(len(needed))
    lines = ["set -e", "mount -t tmpfs tmpfs /mnt"]
    lines += [f"mkdir /mnt/{n}; mount --bind '{needed[n]}' /mnt/{n}" for n in kept]
    lines += [f"mount -t tmpfs -o mode=755 tmpfs '{top}'" for top in sorted({closed_above(path) for path in needed})]
    lines += [f"mkdir -p '{needed[n]}'; mount --bind /mnt/{n} '{needed[n]}'" for n in kept]
    return ["unshare", "-m", "sh", "-c", "; ".join(lines) + f'; exec {" ".join(switch)} "$@"', "sh"]


def test_holds_for_an_ordinary_user(tmp_path):
    root = make_class(tmp_path / "course")
    command = [sys.executable, "-m", "grading", "autograde", "ps1", "--json"]
    if os.geteuid() != 0:
        done = report(grading(root, *command[3:]))
    else:
        place = f"/var/tmp/grading-{os.getpid()}"
        shutil.copytree(root, place)
        subprocess.run(["chown", "-R", "nobody:nogroup", place], check=True)
        environment = {**ENVIRONMENT, "HOME": place}
        run = subprocess.run([*as_nobody(), *command], cwd=place, env=environment, capture_output=True, text=True)
        shutil.rmtree(place)
        done = report(run)
    assert done["protection"] == "namespaces"
    assert done["by"]["right"]["score"] == 12
    assert {done["by"][name]["score"] for name in ATTACKS} == {7}
