"""The Lighthouse budget refuses a page below the floor, and says which audit failed."""

import copy

import pytest

from tests.site.conftest import ROOT
from tests.site.lighthouse import judge

GOOD = {
    "categories": {
        "performance": {"score": 0.5, "auditRefs": []},  # only told
        "accessibility": {"score": 1, "auditRefs": [{"id": "image-alt", "weight": 10}]},
        "best-practices": {"score": 1, "auditRefs": []},
        "seo": {"score": 1, "auditRefs": []},
    },
    "audits": {
        "image-alt": {"id": "image-alt", "title": "Images have alt texts", "score": 1},
        "total-byte-weight": {"numericValue": 100_000},
        "network-requests": {"details": {"items": [{}] * 12}},
    },
}


def without_alt(report):
    report["categories"]["accessibility"]["score"] = 0.95
    report["audits"]["image-alt"]["score"] = 0


def heavy(report):
    report["audits"]["total-byte-weight"]["numericValue"] = 300_000


def talkative(report):
    report["audits"]["network-requests"]["details"]["items"] *= 3


def unknown_to_searchers(report):
    report["categories"]["seo"]["score"] = 0.9


def test_a_good_page_passes_whatever_its_speed():
    line, wrong = judge("index.html", GOOD)
    assert wrong == []
    assert "performance 50" in line


@pytest.mark.parametrize(
    ("spoil", "complaint"),
    [(without_alt, "image-alt"), (heavy, "300 kB"), (talkative, "36 files"), (unknown_to_searchers, "seo 90")],
)
def test_a_page_below_the_floor_fails(spoil, complaint):
    report = copy.deepcopy(GOOD)
    spoil(report)
    _, wrong = judge("index.html", report)
    assert any(complaint in text for text in wrong)


def test_ci_measures_pages_that_are_there():
    call = next(line for line in (ROOT / ".ci/run").read_text().splitlines() if line.startswith("make lighthouse"))
    pages = call.split('"')[1].split()
    assert pages
    assert [page for page in pages if not (ROOT / "_build/html" / page).exists()] == []
