"""Runs in the command: says what protection this machine gives, and how an assignment's tests can be run."""

import os
import platform
import resource
import shutil
from dataclasses import dataclass
from pathlib import Path

from grading import jail, landlock, protection


@dataclass
class Finding:
    """One line of the doctor's. Verdicts: good, weak, bad."""

    verdict: str
    what: str
    advice: str = ""


def examine():
    """What this machine offers, by trying."""
    found = [system(), walls(), calls(), limits(), gradebook_tools()]
    if os.name == "posix" and os.geteuid() == 0:
        found.append(Finding("good", "runs as root: every submission gets a user id of its own"))
    return found


def system():
    name = f"{platform.system()} {platform.release()}, Python {platform.python_version()}"
    if platform.system() == "Linux":
        return Finding("good", name)
    return Finding(
        "bad", f"{name}: submissions cannot be jailed here",
        "Grade on Linux, or in a Linux virtual machine. --no-sandbox grades here, with your own rights.",
    )  # fmt: skip


def walls():
    """Namespaces, or Landlock, or nothing."""
    why = protection.namespaces()
    if why is None:
        return Finding("good", "namespaces: each submission has its own files, processes, users and no network")
    advice = "Allow user namespaces: "
    if Path("/proc/sys/kernel/apparmor_restrict_unprivileged_userns").exists():
        advice += "sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0 (Ubuntu 24.04 and later)."
    elif Path("/.dockerenv").exists():
        advice += "start the container with --security-opt seccomp=unconfined --security-opt systempaths=unconfined."
    else:
        advice += "sudo sysctl user.max_user_namespaces=10000, or run the command as root."
    if platform.system() == "Linux" and landlock.abi():
        if (closed := protection.closed_directory()) is not None:
            what = f"no namespaces ({why}), and root's submissions may not enter {closed}, where Python lies"
            return Finding("bad", f"{what}: they will be refused", f"Run the command as an ordinary user. {advice}")
        return Finding(
            "weak", f"no namespaces ({why}); Landlock {landlock.abi()} and a system call filter are used", advice
        )
    return Finding("bad", f"no namespaces ({why}) and no Landlock: submissions will be refused", advice)


def calls():
    if platform.machine() in jail.AUDIT_ARCH:
        return Finding("good", f"system call filter for {platform.machine()}")
    return Finding("weak", f"no system call filter is known for {platform.machine()}")


def limits():
    soft = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    if soft != resource.RLIM_INFINITY and soft < 256:
        return Finding("weak", f"only {soft} open files are allowed", "ulimit -n 1024")
    return Finding("good", f"limits: {os.cpu_count()} processors, {soft} open files")


def gradebook_tools():
    if shutil.which("nbgrader"):
        return Finding("good", "nbgrader is on the search path")
    return Finding("weak", "nbgrader is not on the search path", "Activate the environment it is installed in.")


def examine_assignment(course, assignment):
    """How each test of an assignment can be run, by grading the instructor's own notebook."""
    from grading.grader import Grader
    from grading.pool import Pool

    with Pool(1) as pool:
        plans = Grader(course, assignment, pool).prepare()
    found = []
    for name, plan in plans.items():
        found += [Finding("bad", f"{name}: {problem}") for problem in plan.problems]
        for grade_id, test in plan.tests.items():
            if test["mode"] == "judge":
                found.append(Finding("good", f"{name}: {grade_id} runs in the judge"))
            else:
                what = f"{name}: {grade_id} runs among the student's code, because {test['why']}"
                found.append(Finding("weak", what, "Test a function of plain values instead."))
    return found
