"""The whole book as one PDF: the built pages, in the order of the contents, printed by Chromium.

Run by `make pdf`, after the site is built. Links between chapters lead to places in the PDF; the explorers show their
drawn figures.
"""

import mimetypes
import os
import shutil
from pathlib import Path
from urllib.parse import urldefrag, urlsplit

from bs4 import BeautifulSoup
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[2]
SITE = ROOT / "_build/html"
TARGET = ROOT / "_build/book.pdf"
HOST = "http://book.localhost/"  # answered from the folder, never from a network
STYLE = """
.bd-article { max-width: none } article + article { break-before: page }
.explorer { border: 0; min-height: 0; padding: 0 }
"""


def soup(name):
    return BeautifulSoup((SITE / name).read_text(encoding="utf-8"), "html.parser")


def order(home):
    """The pages of the book: the home page, then those of its menu."""
    links = home.select("#pst-primary-sidebar nav a.reference.internal")
    return ["index.html", *dict.fromkeys(urldefrag(link["href"]).url for link in links if link["href"] != "#")]


def joined(pages):
    """One page with the articles of all; ids and the links to them carry the name of their page."""
    whole = soup(pages[0])
    whole.body.clear()
    whole.head.append(whole.new_tag("style"))
    whole.head.find_all("style")[-1].string = STYLE
    for script in whole.head.find_all("script"):
        script.decompose()
    for name in pages:
        article = soup(name).select_one("article.bd-article")
        for unwanted in article.select("script, .headerlink, .downloads, .toctree-wrapper"):
            unwanted.decompose()
        for image in article.select("img[loading]"):
            del image["loading"]
        within_drawings = {id(node) for svg in article.select("svg") for node in svg.select("[id]")}
        within_drawings |= {id(svg) for svg in article.select("svg")}
        for node in article.select("[id]"):
            if id(node) not in within_drawings:  # a drawing's style names its own ids
                node["id"] = f"{name}:{node['id']}"
        for link in article.select("a[href]"):
            address, place = urldefrag(link["href"])
            if urlsplit(address).scheme or (address and address not in pages):
                continue
            link["href"] = f"#{address or name}:{place}" if place else f"#{address}"
        article["id"] = name
        whole.body.append(article)
    return str(whole)


def answer(content):
    """Serve the joined page, and everything else from the folder of the site."""

    def handle(route):
        path = SITE / urlsplit(route.request.url).path.lstrip("/")
        if path == SITE:
            route.fulfill(body=content, content_type="text/html; charset=utf-8")
        elif path.is_file():
            route.fulfill(body=path.read_bytes(), content_type=mimetypes.guess_type(path)[0] or "text/plain")
        else:
            route.abort()

    return handle


def main():
    """Write _build/book.pdf."""
    if not (SITE / "index.html").exists():
        raise SystemExit("there is no site in _build/html: run `make book` first")
    content = joined(order(soup("index.html")))
    names = ("chromium", "chromium-browser", "google-chrome")
    found = os.environ.get("CHROME_PATH") or next(filter(None, map(shutil.which, names)), None)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=found, args=["--no-sandbox"])
        page = browser.new_context(java_script_enabled=False, reduced_motion="reduce").new_page()
        page.route("**/*", answer(content))
        page.goto(HOST)
        footer = '<div style="font-size:8px;width:100%;text-align:center"><span class="pageNumber"></span></div>'
        page.pdf(
            path=TARGET,
            format="A4",
            outline=True,
            tagged=True,
            print_background=True,
            display_header_footer=True,
            header_template="<span></span>",
            footer_template=footer,
        )
        browser.close()
    print(f"The book is in {TARGET.relative_to(ROOT)}.")


if __name__ == "__main__":
    main()
