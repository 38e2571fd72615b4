"""The gradebook can be PostgreSQL: tested against a real server, which the test starts from Debian's package."""

import glob
import os
import shutil
import socket
import subprocess
import tempfile

import pytest
from nbgrader.api import Gradebook

from tests.grading.mini import grading, hand_in, make_course, released, report, solve


def program(name):
    """A program of PostgreSQL's, wherever Debian puts it."""
    found = shutil.which(name) or next(iter(sorted(glob.glob(f"/usr/lib/postgresql/*/bin/{name}"), reverse=True)), None)
    if found is None:
        pytest.fail(f"{name} is missing: apt-get install postgresql")
    return found


@pytest.fixture
def server():
    """The URL of a database on a server of its own."""
    folder = tempfile.mkdtemp(prefix="grading-pg-")
    user = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}
    if user:
        shutil.chown(folder, "postgres", "postgres")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    data = f"{folder}/data"
    subprocess.run([program("initdb"), "-D", data, "-U", "grader", "-A", "trust"], check=True, cwd="/", **user,
                   stdout=subprocess.DEVNULL)  # fmt: skip
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
    subprocess.run([program("pg_ctl"), "-D", data, "-w", "-o", options, "-l", f"{folder}/log", "start"], check=True,
                   cwd="/", stdout=subprocess.DEVNULL, **user)  # fmt: skip
    try:
        yield f"postgresql+psycopg://grader@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run([program("pg_ctl"), "-D", data, "-m", "immediate", "stop"], check=True, cwd="/", **user,
                       stdout=subprocess.DEVNULL)  # fmt: skip
        shutil.rmtree(folder, ignore_errors=True)


def test_a_class_is_graded_into_postgresql(tmp_path, server):
    root = make_course(tmp_path / "course", config=f"c.CourseDirectory.db_url = {server!r}")
    hand_in(root, "right", solve(released(root)))
    hand_in(root, "wrong", released(root))
    done = report(grading(root, "autograde", "ps1", "--json"))
    assert {s: o["score"] for s, o in done["by"].items()} == {"right": 12, "wrong": 0}
    assert not (root / "gradebook.db").exists()
    with Gradebook(server) as gradebook:
        assert gradebook.find_submission("ps1", "right").score == 12
    assert report(grading(root, "autograde", "ps1", "--json"))["unchanged"] == 2
