"""Runs in the command: finds out, by trying, which walls this machine can put around a submission."""

import functools
import platform
import subprocess
import sys

from grading import landlock
from grading.errors import NoProtection

TRY = "import sys; sys.path[:] = {path!r}; from grading import jail; j = jail.Jail([], [], {{}}, 1); j.unshare()"


@functools.cache
def namespaces():
    """None if namespaces work here, else why not."""
    if platform.system() != "Linux":
        return f"{platform.system()} has no namespaces"
    code = TRY.format(path=[p for p in sys.path if p])
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, timeout=60)
    return None if done.returncode == 0 else done.stderr.strip().split("\n")[-1]


def choose(sandbox=True):
    """The strongest protection there is: namespaces, landlock or, only when told so, none."""
    if not sandbox:
        return "none"
    if namespaces() is None:
        return "namespaces"
    if platform.system() == "Linux" and landlock.abi() >= 1:
        return "landlock"
    raise NoProtection(
        f"this machine cannot put submissions in a jail ({namespaces()}). `grading doctor` says what to install. "
        "--no-sandbox grades without a jail: then submissions can do whatever you can"
    )
