"""Search finds what readers look for, in a browser."""

import pytest


@pytest.mark.parametrize("words", ["true convolution", "receptive field", "Playground", "kernel", "卷积核", "卷積核"])
def test_a_search_finds_pages(visit, words):
    page = visit(f"search.html?q={words}", ready="")
    page.locator("#search-results li a").first.wait_for()


def test_a_search_for_nonsense_says_so(visit):
    page = visit("search.html?q=qqxyzzy", ready="")
    page.get_by_text("did not match any documents").wait_for()


def test_the_search_box_opens_with_a_key(visit):
    page = visit("index.html")
    page.keyboard.press("Control+k")
    page.locator("#pst-search-dialog input").fill("padding")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?q=padding")
