"""The site's address is one setting: with a stand-in, everything that needs it names it; without, nothing does.

And Chinese terms of the glossary are words of the search index.
"""

import json
import re
from xml.etree import ElementTree

import pytest

from tests.site.conftest import SITE
from tests.test_build import build

STAND_IN = "https://ada.github.io/windows/"
PAGE = """```{code-cell} python
6 * 7
```

See [](index.md).
"""
GLOSSARY = """---
orphan: true
---

# Glossary

Kernel
: [卷积核]{.language-zh-Hans} · [卷積核]{.language-zh-Hant}
"""


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory):
    """A small book, built for the stand-in address."""
    folder = tmp_path_factory.mktemp("elsewhere")
    (folder / "book").mkdir()
    (folder / "book/glossary.md").write_text(GLOSSARY, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SITE_ADDRESS", STAND_IN.rstrip("/"))
        code, said = build(folder, PAGE)
    assert code == 0, said
    return folder / "_build"


def test_pages_name_their_own_address(elsewhere):
    html = (elsewhere / "html/page.html").read_text(encoding="utf-8")
    assert f'<link rel="canonical" href="{STAND_IN}page.html"' in html
    assert f'<meta property="og:url" content="{STAND_IN}page.html"' in html
    assert f'<meta property="og:image" content="{STAND_IN}_static/card.png"' in html
    assert (elsewhere / "html/_static/card.png").stat().st_size > 5000


def test_the_sitemap_lists_the_pages(elsewhere):
    tree = ElementTree.parse(elsewhere / "html/sitemap.xml")
    found = {node.text for node in tree.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")}
    assert {f"{STAND_IN}index.html", f"{STAND_IN}page.html"} <= found
    assert not any(name in address for name in ("404", "search", "genindex") for address in found)
    assert f"Sitemap: {STAND_IN}sitemap.xml" in (elsewhere / "html/robots.txt").read_text()


def test_the_404_page_finds_its_files_from_anywhere(elsewhere):
    html = (elsewhere / "html/404.html").read_text(encoding="utf-8")
    assert 'href="/windows/_static/site.css"' in html
    assert "There is no such page" in html


def test_launch_links_point_at_the_published_notebooks(elsewhere):
    html = (elsewhere / "html/page.html").read_text(encoding="utf-8")
    assert 'href="https://colab.research.google.com/github/ada/windows/blob/notebooks/page.ipynb"' in html
    assert 'href="https://mybinder.org/v2/gh/ada/windows/notebooks?labpath=page.ipynb"' in html
    assert (elsewhere / "html/notebooks/page.ipynb").exists()


def test_launched_notebooks_install_the_course_first(elsewhere):
    package = "convolution-course[student] @ git+https://github.com/ada/windows"
    notebook = json.loads((elsewhere / "launch/page.ipynb").read_text(encoding="utf-8"))
    assert f'%pip install --quiet "{package}"' in notebook["cells"][0]["source"]
    assert (elsewhere / "launch/requirements.txt").read_text().startswith(package)


def test_chinese_terms_are_found(elsewhere):
    index = (elsewhere / "html/searchindex.js").read_text(encoding="utf-8")
    words = json.loads(re.search(r'"terms":\s*(\{.*?\})', index)[1])
    assert {"卷积核", "卷積核"} <= set(words)


def test_words_in_chinese_are_marked_as_such(elsewhere):
    assert '<span lang="zh-Hans">卷积核</span>' in (elsewhere / "html/glossary.html").read_text(encoding="utf-8")


def test_without_an_address_nothing_is_launched_and_no_page_claims_one():
    for path in SITE.glob("*.html"):
        html = path.read_text(encoding="utf-8")
        assert 'rel="canonical"' not in html
        assert "colab.research.google.com/github/" not in html
