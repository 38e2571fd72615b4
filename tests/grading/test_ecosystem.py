"""What instructors already use goes on working: roster, exchange folders, formgrader in a browser, the validate button.

One class goes through a term: imported, released, fetched, handed in, collected, graded by command and by hand, handed
in again, told about.
"""

import getpass
import re
import socket
import subprocess
import sys
import time
import urllib.request

import nbformat
import pytest
from nbgrader.api import Gradebook

from tests.grading.mini import ENVIRONMENT, grading, make_course, nbgrader, report, solve

ME = getpass.getuser()  # nbgrader's exchange takes the login name for the student's id
ROSTER = f"""id,first_name,last_name,email,lms_user_id
{ME},Ann,Lee,ann@example.org,71
absent,Bob,Roy,bob@example.org,72
"""


def book(root):
    return Gradebook(f"sqlite:///{root}/gradebook.db")


class Desk:
    """A student's directory, from which they fetch and submit."""

    def __init__(self, root):
        self.root = root

    def run(self, *arguments):
        done = subprocess.run(
            [sys.executable, "-m", "nbgrader", *arguments, "ps1", "--course", "mini"],
            cwd=self.root, env=ENVIRONMENT, capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr

    def hand_in(self, **answers):
        path = self.root / "ps1" / "ps1.ipynb"
        nbformat.write(solve(nbformat.read(path, as_version=4), **answers), path)
        self.run("submit")


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course with a roster and an exchange, after the first hand-in was collected and graded."""
    place = tmp_path_factory.mktemp("term")
    exchange = place / "exchange"
    exchange.mkdir()
    exchange.chmod(0o777)
    config = f"c.Exchange.root = {str(exchange)!r}\nc.Exchange.path_includes_course = False"
    root = make_course(place / "course", config=config)
    (root / "students.csv").write_text(ROSTER)
    nbgrader(root, "db", "student", "import", "students.csv")
    nbgrader(root, "release_assignment", "ps1")
    desk = place / "desk"
    desk.mkdir()
    (desk / "nbgrader_config.py").write_text(f"c = get_config()\n{config}\n")
    desk = Desk(desk)
    desk.run("fetch_assignment")
    desk.hand_in(best="best = 0")
    nbgrader(root, "collect", "ps1")
    done = grading(root, "autograde", "ps1", "--json")
    assert report(done)["by"][ME]["score"] == 11, done.stdout
    return root, desk


@pytest.fixture(scope="module")
def server(course):
    """Jupyter with nbgrader's extensions, as an instructor starts it in the course directory."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    path = course[0].parent / "server.log"
    lab = {f"JUPYTERLAB_{part}_DIR": str(path.with_name(part)) for part in ("SETTINGS", "WORKSPACES")}
    with open(path, "w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "jupyter_server", "--allow-root", f"--port={port}", "--ServerApp.port_retries=0",
             "--IdentityProvider.token=", "--ServerApp.disable_check_xsrf=True", f"--ServerApp.root_dir={course[0]}"],
            cwd=course[0], env=ENVIRONMENT | lab, stdout=log, stderr=log,
        )  # fmt: skip
    address, deadline = f"http://127.0.0.1:{port}", time.monotonic() + 90
    while True:
        try:
            urllib.request.urlopen(f"{address}/api").read()
            break
        except OSError:
            assert process.poll() is None, path.read_text()
            assert time.monotonic() < deadline, path.read_text()
            time.sleep(0.2)
    yield address
    process.terminate()
    process.wait(30)


@pytest.fixture
def page(chromium):
    page = chromium.new_page()
    page.set_default_timeout(60_000)
    yield page
    page.close()


def test_the_roster_is_in_the_gradebook_and_in_the_export(course):
    root, _ = course
    grading(root, "export", "--format", "canvas", "--to", "canvas.csv")
    table = (root / "canvas.csv").read_text()
    assert re.search(rf'"Lee, Ann",71,{ME},{ME},,11.0', table)
    assert re.search('"Roy, Bob",72,absent,absent,,0.0', table)


def test_formgrader_shows_the_assignment_and_takes_a_grade_by_hand(course, server, page):
    root, _ = course
    page.goto(f"{server}/formgrader/gradebook/ps1/ps1")
    page.get_by_role("link", name="Submission #1").click()
    page.wait_for_selector("#why")
    page.fill("#why", "4")
    page.fill("#why-comment", "Say more.")
    with page.expect_response(lambda r: "/api/comment/" in r.url and r.request.method == "PUT"):
        page.locator("#why-comment").blur()
    with page.expect_response(lambda r: "/api/grade/" in r.url and r.request.method == "PUT"):
        page.fill("#best_value", "0.5")
        page.locator("#best_value").blur()
    with book(root) as gradebook:
        assert gradebook.find_grade("why", "ps1", "ps1", ME).manual_score == 4
        assert gradebook.find_grade("best_value", "ps1", "ps1", ME).manual_score == 0.5
    page.goto(f"{server}/formgrader/manage_submissions/ps1")
    page.get_by_text("15.5").wait_for()
    assert report(grading(root, "autograde", "ps1", "--regrade", "--json"))["graded"] == 1
    page.reload()
    page.get_by_text("15.5").wait_for()
    with book(root) as gradebook:
        assert gradebook.find_comment("why", "ps1", "ps1", ME).comment == "Say more."


def test_the_validate_button_tells_a_student(server, page):
    page.goto(f"{server}/lab/tree/release/ps1/ps1.ipynb")
    page.get_by_role("button", name="Validate").click()
    told = page.locator(".jp-Dialog", has_text="Validation Results")
    told.wait_for()
    assert "double(X)" in told.inner_text()
    assert "NotImplementedError" in told.inner_text()


def test_feedback_goes_back_through_the_exchange(course):
    root, desk = course
    assert grading(root, "feedback", "ps1").returncode == 0
    nbgrader(root, "release_feedback", "ps1")
    desk.run("fetch_feedback")
    pages = list((desk.root / "ps1" / "feedback").glob("*/ps1.html"))
    assert len(pages) == 1
    assert "best_value" in pages[0].read_text()


def test_who_hands_in_again_is_graded_again_and_keeps_the_points_given_by_hand(course):
    root, desk = course
    time.sleep(1)  # nbgrader's time stamps have seconds
    desk.hand_in()
    nbgrader(root, "collect", "ps1", "--update")
    again = report(grading(root, "autograde", "ps1", "--json"))
    assert (again["graded"], again["by"][ME]["score"]) == (1, 12)
    with book(root) as gradebook:
        assert gradebook.find_grade("why", "ps1", "ps1", ME).manual_score == 4
    assert report(grading(root, "autograde", "ps1", "--json"))["unchanged"] == 1
