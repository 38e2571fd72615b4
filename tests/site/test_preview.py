"""`make serve` shows what changed: an open page reloads after a build. `make pdf` makes one document of all pages."""

import re
import sys
import threading
from importlib import import_module

import pytest

from tests.site.conftest import ROOT, SITE

sys.path.insert(0, str(ROOT / "book/_ext"))
pdf, preview = import_module("pdf"), import_module("preview")


@pytest.fixture
def previewed():
    changes = preview.Changes()
    with preview.serve(0, changes) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/", changes
        server.shutdown()


def test_an_open_page_reloads_after_a_build(previewed, chromium):
    address, changes = previewed
    page = chromium.new_page()
    page.goto(address)
    page.evaluate("window.before = true")
    stop = threading.Event()

    def announce():
        while not stop.wait(0.2):  # again and again, for the page may not listen yet
            changes.announce()

    with page.expect_navigation():
        threading.Thread(target=announce, daemon=True).start()
    stop.set()
    page.wait_for_function("!window.before")
    page.close()


def test_a_missing_page_is_the_404_page(previewed, chromium):
    page = chromium.new_page()
    answer = page.goto(previewed[0] + "no/such/page.html")
    assert answer.status == 404
    assert page.locator("h1").last.inner_text().startswith("There is no such page")
    page.close()


def test_a_change_of_a_source_is_noticed(tmp_path, monkeypatch):
    (tmp_path / "book").mkdir()
    chapter = tmp_path / "book/one.md"
    chapter.write_text("one")
    monkeypatch.setattr(preview, "ROOT", tmp_path)
    before = preview.times()
    assert preview.times() == before
    (tmp_path / "book/two.md").write_text("two")
    assert preview.times() != before


def test_the_pdf_joins_all_pages_in_order_and_keeps_their_links():
    pages = pdf.order(pdf.soup("index.html"))
    listed = re.findall(r"(?:root|file): (\S+)", (ROOT / "book/_toc.yml").read_text(encoding="utf-8"))
    assert pages == [f"{name}.html" for name in listed]
    assert all((SITE / name).exists() for name in pages)
    whole = pdf.BeautifulSoup(pdf.joined(pages), "html.parser")
    ids = {node["id"] for node in whole.select("[id]")}
    links = [link["href"] for link in whole.select("article a[href^='#']") if link["href"] != "#"]
    assert links
    assert [link for link in links if link.removeprefix("#") not in ids] == []
    assert not whole.select("article script")
