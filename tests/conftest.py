"""What every test shares: seeded randomness, and no silent holes."""

import os
import shutil

import numpy as np
import pytest
from hypothesis import HealthCheck, settings

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]
settings.register_profile("sample", max_examples=60, deadline=None, derandomize=True, suppress_health_check=SLOW)
settings.register_profile("all", max_examples=1500, deadline=None, suppress_health_check=SLOW)
settings.load_profile(os.environ.get("COURSE_TESTS", "sample"))


@pytest.fixture
def rng():
    """Random numbers that are the same on every run."""
    return np.random.default_rng(20)


@pytest.fixture(scope="session")
def chromium():
    """The machine's Chromium, or the one that playwright has installed: one for all tests of a process."""
    from playwright.sync_api import sync_playwright  # students' tests run without it

    names = ("chromium", "chromium-browser", "google-chrome")
    found = os.environ.get("CHROME_PATH") or next(filter(None, map(shutil.which, names)), None)
    with sync_playwright() as play:
        # the sandbox of Chromium does not start for root, and the pages are our own
        browser = play.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """A test that needs something missing fails: a skipped oracle is a silent hole."""
    outcome = yield
    report = outcome.get_result()
    if report.skipped:
        report.outcome = "failed"
        report.longrepr = (
            f"{item.nodeid} was skipped; this project does not skip tests: {call.excinfo and call.excinfo.value}"
        )
