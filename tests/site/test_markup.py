"""What can be said of the pages without a browser: names are unique, headings in order, links lead somewhere."""

import re
from collections import Counter
from functools import cache
from itertools import pairwise
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from bs4 import BeautifulSoup
from fontTools.ttLib import TTFont

from tests.site.conftest import PAGES, SITE

CHINESE = re.compile("[\u4e00-\u9fff]")


@cache
def read(name):
    return BeautifulSoup((SITE / name).read_text(encoding="utf-8"), "html.parser")


@cache
def names(name):
    return [element["id"] for element in read(name).find_all(id=True)]


@pytest.mark.parametrize("name", PAGES)
def test_no_two_elements_share_a_name(name):
    assert [one for one, times in Counter(names(name)).items() if times > 1] == []


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_one_title_and_no_level_is_left_out(name):
    levels = [int(heading.name[1]) for heading in read(name).select("main :is(h1, h2, h3, h4, h5, h6)")]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(below - level <= 1 for level, below in pairwise(levels))


@pytest.mark.parametrize("name", PAGES)
def test_a_head_of_a_table_says_what_it_heads_and_under_an_empty_corner_the_first_column_heads_rows(name):
    for table in read(name).select("main table"):
        assert all(head.get("scope") in ("col", "row") for head in table.find_all("th"))
        if table.thead and not table.thead.find(["td", "th"]).text.strip():
            firsts = [row.find(["td", "th"]) for row in table.tbody.find_all("tr")]
            assert {(first.name, first.get("scope")) for first in firsts} == {("th", "row")}


@pytest.mark.parametrize("name", PAGES)
def test_chinese_says_that_it_is_chinese(name):
    def marked(text):
        return text.find_parent(lang=re.compile("^zh"))

    assert [text for text in read(name).main.find_all(string=CHINESE) if not marked(text)] == []


@pytest.mark.parametrize("name", PAGES)
def test_a_link_within_the_site_leads_to_a_page_and_a_place_on_it(name):
    lost = []
    for link in read(name).select("[href], [src]"):
        address = urljoin(f"https://site/{name}", link.get("href") or link.get("src"))
        target = urlsplit(address)
        if target.netloc != "site":
            continue
        path = unquote(target.path).lstrip("/") or "index.html"
        place = unquote(target.fragment)
        if not (SITE / path).exists() or (place and path in PAGES and place not in names(path)):
            lost.append(address)
    assert lost == []


def test_no_two_pages_have_the_same_title():
    assert [title for title, times in Counter(read(name).title.text for name in PAGES).items() if times > 1] == []


def test_every_sign_of_a_formula_is_in_the_font_and_so_is_the_sign_of_a_root():
    with TTFont(SITE / "_static/latinmodern-math.woff") as font:
        held = set(map(chr, font.getBestCmap()))
    formulas = [formula for name in PAGES for formula in read(name).find_all("math")]
    assert any(formula.find("msqrt") for formula in formulas)
    signs = {sign for formula in formulas for part in formula.find_all(["mo", "mn"]) for sign in part.text}
    assert (signs | {"√"}) - held - set(" \n\u2061\u2062\u2063\u2064") == set()
