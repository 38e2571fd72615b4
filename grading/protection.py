"""Runs in the command: finds out, by trying, which walls this machine can put around a submission."""

import functools
import os
import platform
import sys
from pathlib import Path

from grading import jail, landlock
from grading.errors import NoProtection


@functools.cache
def namespaces():
    """None if namespaces work here, else why not."""
    if platform.system() != "Linux":
        return f"{platform.system()} has no namespaces"
    if platform.machine() not in jail.SYS_CLONE:
        return f"how {platform.machine()} makes them is not known"
    ours, theirs = os.pipe()
    try:
        pid = jail.fork_apart()
    except OSError as error:
        os.close(ours)
        os.close(theirs)
        return str(error)
    if pid == 0:
        try:
            jail.Walls().settle()
        except BaseException as error:
            os.write(theirs, (str(error) or type(error).__name__).encode())
        finally:
            os._exit(0)
    os.close(theirs)
    with open(ours) as file:
        why = file.read()
    os.waitpid(pid, 0)
    return why or None


def closed_directory():
    """A directory on the way to Python that only root may enter; None if there is none, or if nobody is root here."""
    if os.geteuid() != 0:
        return None
    places = {place for path in (sys.prefix, sys.base_prefix) for place in (Path(path), *Path(path).parents)}
    return next((str(place) for place in sorted(places) if not place.stat().st_mode & 0o001), None)


def choose(sandbox=True):
    """The strongest protection there is: namespaces, landlock or, only when told so, none."""
    if not sandbox:
        return "none"
    if namespaces() is None:
        return "namespaces"
    if platform.system() == "Linux" and landlock.abi() >= 1:
        if (closed := closed_directory()) is None:
            return "landlock"
        raise NoProtection(
            f"namespaces are forbidden here ({namespaces()}), and the users that root's submissions run as may not "
            f"enter {closed}, where Python lies. Run the command as an ordinary user, or put Python elsewhere"
        )
    raise NoProtection(
        f"this machine cannot put submissions in a jail ({namespaces()}). `grading doctor` says what to install. "
        "--no-sandbox grades without a jail: then submissions can do whatever you can"
    )
