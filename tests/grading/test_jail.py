"""The walls hold for root and for an ordinary user, with namespaces and, where these are forbidden, with Landlock."""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest

from grading import jail, landlock, protection
from tests.grading.mini import ENVIRONMENT, grading, hand_in, make_course, released, report, solve
from tests.grading.submissions import SUBMISSIONS, before

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
    hand_in(root, "forks", before(solve(released(root)), "share", "import os\nprint(os.popen('echo hi').read())"))
    hand_in(root, "sees", before(released(root), "double", SEES.replace("COURSE", f"/var/tmp/grading-{os.getpid()}")))
    return root


SEES = """
import ctypes, json, os, signal, socket, subprocess
def attempt(action):
    try:
        return str(action())
    except Exception as error:
        return type(error).__name__
def trace():
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.ptrace(16, os.getppid(), 0, 0) == -1:
        raise PermissionError
subprocess.run(["sh", "-c", "setsid sleep 1234 &"])
print("SEEN " + json.dumps({
    "network": attempt(lambda: socket.create_connection(("127.0.0.1", 22), 1)),
    "root": attempt(lambda: os.listdir("/")),
    "gradebook": attempt(lambda: open("COURSE/gradebook.db")),
    "write": attempt(lambda: open("/var/tmp/intruder", "w")),
    "signal": attempt(lambda: os.kill(os.getppid(), signal.SIGTERM)),
    "trace": attempt(trace),
}))
"""


def printed(root, student):
    nb = nbformat.read(root / "autograded" / student / "ps1" / "ps1.ipynb", as_version=4)
    return "".join(o.get("text", "") for c in nb.cells if c.cell_type == "code" for o in c.outputs)


def closed_above(path):
    """The uppermost directory above a path that other users may not enter, or None."""
    return next((p for p in reversed(Path(path).parents) if not p.stat().st_mode & 0o001), None)


def where_all_may_read():
    """A command that runs another where every user can read Python and the course, wherever they lie.

    Root's home, or a temporary directory, may be closed to others: in a mount namespace of its own, an open directory
    covers it, in which only Python and the course are left.
    """
    needed = [path for path in (sys.base_prefix, str(ROOT)) if closed_above(path)]
    if not needed:
        return []
    kept = range(len(needed))
    lines = ["set -e", "mount -t tmpfs tmpfs /mnt"]
    lines += [f"mkdir /mnt/{n}; mount --bind '{needed[n]}' /mnt/{n}" for n in kept]
    lines += [f"mount -t tmpfs -o mode=755 tmpfs '{top}'" for top in sorted({closed_above(path) for path in needed})]
    lines += [f"mkdir -p '{needed[n]}'; mount --bind /mnt/{n} '{needed[n]}'" for n in kept]
    return ["unshare", "-m", "sh", "-c", "; ".join(lines) + '; exec "$@"', "sh"]


ORDINARY = ["setpriv", "--reuid", "nobody", "--regid", "nogroup", "--clear-groups"]
COMMAND = [sys.executable, "-m", "grading", "autograde", "ps1", "--json"]
WITHOUT_NAMESPACES = [
    sys.executable, "-c", "from grading import cli, protection; protection.namespaces = lambda: 'not here'; cli.main()",
    *COMMAND[3:],
]  # fmt: skip


def run_elsewhere(root, command, ordinary):
    """Grade a copy of the class that the ordinary user `nobody` owns; where nobody is root, it is just graded."""
    if os.geteuid() != 0:
        return subprocess.run(command, cwd=root, env=ENVIRONMENT, capture_output=True, text=True)
    place = f"/var/tmp/grading-{os.getpid()}"
    shutil.copytree(root, place)
    try:
        if ordinary:
            subprocess.run(["chown", "-R", "nobody:nogroup", place], check=True)
            command = [*ORDINARY, *command]
        return subprocess.run(
            [*where_all_may_read(), *command], cwd=place, env={**ENVIRONMENT, "HOME": place}, capture_output=True,
            text=True,
        )  # fmt: skip
    finally:
        shutil.copytree(f"{place}/autograded", root / "autograded", dirs_exist_ok=True)
        shutil.rmtree(place)


def test_holds_for_an_ordinary_user(tmp_path):
    done = report(run_elsewhere(make_class(tmp_path / "course"), COMMAND, ordinary=True))
    assert done["protection"] == "namespaces"
    assert done["by"]["right"]["score"] == 12
    assert {done["by"][name]["score"] for name in ATTACKS} == {7}


@pytest.mark.parametrize("ordinary", [True, False], ids=["as an ordinary user", "as root"])
def test_holds_where_there_are_no_namespaces(tmp_path, ordinary):
    root = make_class(tmp_path / "course")
    done = report(run_elsewhere(root, WITHOUT_NAMESPACES, ordinary))
    assert done["protection"] == "landlock"
    assert done["problems"] == []
    assert done["weaker_tests"] == {}
    assert done["by"]["right"]["score"] == done["by"]["forks"]["score"] == 12
    assert {name: done["by"][name]["score"] for name in ATTACKS} == dict.fromkeys(ATTACKS, 7), done["by"]
    seen = json.loads(printed(root, "sees").partition("SEEN ")[2])
    refused = {"PermissionError", "OSError"}
    assert {seen[what] for what in ("network", "root", "gradebook", "write", "signal", "trace")} <= refused, seen
    assert not left_over("sleep 1234")


def test_a_fork_bomb_ends_with_the_grader_where_there_are_no_namespaces(tmp_path):
    root = make_course(tmp_path / "course", config="c.Grading.cell_seconds = 3")
    bomb = "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass"
    hand_in(root, "bomb", before(solve(released(root)), "double", bomb))
    done = report(run_elsewhere(root, WITHOUT_NAMESPACES, ordinary=True))
    assert done["protection"] == "landlock"
    time.sleep(2)
    home = f"HOME=/var/tmp/grading-{os.getpid()}".encode()
    assert not [process for process in Path("/proc").glob("[0-9]*") if home in environment(process)]


def environment(process):
    """What a process was started with; nothing of one that has ended."""
    try:
        return (process / "environ").read_bytes()
    except OSError:
        return b""


def left_over(text):
    """The processes whose command holds this text and that are still there after a while."""
    for _ in range(50):
        commands = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
        if not (found := [line for line in commands.splitlines() if text in line]):
            break
        time.sleep(0.1)
    return found


def test_root_without_namespaces_is_told_where_python_must_lie(monkeypatch, tmp_path):
    closed = tmp_path / "closed" / "venv"
    closed.mkdir(parents=True)
    closed.parent.chmod(0o700)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(sys, "prefix", str(closed))
    monkeypatch.setattr(protection, "namespaces", lambda: "not here")
    with pytest.raises(protection.NoProtection, match="where Python lies"):
        protection.choose()


LEAVES_A_DAEMON = 'import os, subprocess\nsubprocess.run(["sh", "-c", "setsid sleep 1235 &"])\nos._exit(0)'


def test_without_a_sandbox_it_grades_and_says_so(tmp_path):
    root = make_course(tmp_path / "course", files={"data.csv": b"1,2"})
    hand_in(
        root,
        "right",
        before(solve(released(root)), "double", "assert np.loadtxt('data.csv', delimiter=',').sum() == 3"),
    )
    hand_in(root, "exits", solve(released(root), double=LEAVES_A_DAEMON))
    hand_in(root, "cheats", before(released(root), "double", "np.allclose = lambda *a: True\ndef double(x): return x"))
    done = report(grading(root, "autograde", "ps1", "--no-sandbox", "--json"))
    assert done["protection"] == "none"
    assert {name: one["score"] for name, one in done["by"].items()} == {"right": 12, "exits": 7, "cheats": 0}
    assert not left_over("sleep 1235")
    assert "ran with your own rights" in grading(root, "autograde", "ps1", "--no-sandbox").stdout
    assert report(grading(root, "autograde", "ps1", "--json"))["graded"] == 3  # other walls, other results
