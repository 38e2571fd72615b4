"""Every page in a real browser, at two widths, in light and dark: no error, no request to others, nothing cut off.

axe-core (tests/site/axe, version 4.14.1 from npm) finds no violation. Without a script the text and the figures are
there. Screenshots are kept in _build/screenshots.
"""

import os
import re
from pathlib import Path

import pytest

from tests.site.conftest import PAGES, ROOT, SITE

AXE = Path(__file__).parent / "axe/axe.min.js"
SHOTS = ROOT / "_build/screenshots"
VIEWS = {f"{width} {theme}": (width, theme) for width in (1280, 390) for theme in ("light", "dark")}
# axe takes seconds: by default it sees a page at each width and in each theme, with COURSE_TESTS=all in all four views
LOOKED_AT = VIEWS if os.environ.get("COURSE_TESTS") == "all" else {"1280 light", "390 dark"}

FIND_CUT_OFF = """() => [...document.querySelectorAll('.bd-article *')].filter(e => {
  const box = e.getBoundingClientRect();
  if (!box.width || box.right <= innerWidth + 1) return false;
  if (e.closest('.visually-hidden, .headerlink')) return false;
  for (let p = e.parentElement; p; p = p.parentElement) {
    if (['auto', 'scroll', 'hidden', 'clip'].includes(getComputedStyle(p).overflowX)) return false;
  }
  return true;
}).map(e => e.outerHTML.slice(0, 120))"""

FIND_OUT_OF_REACH = """() => [...document.querySelectorAll('div.math')].filter(box => {
  const formula = box.querySelector('math').firstElementChild;
  return formula.getBoundingClientRect().left < box.getBoundingClientRect().left - 1;
}).length"""


SHOW_IMAGES = """() => Promise.all([...document.images].map(image => {
  image.loading = 'eager';
  return image.decode();
}))"""


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_sound(visit, name, view):
    width, theme = VIEWS[view]
    page = visit(name, width=width, theme=theme)
    assert page.evaluate("document.documentElement.dataset.theme") == theme
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, "the page scrolls sideways"
    assert page.evaluate(FIND_CUT_OFF) == []
    assert page.evaluate(FIND_OUT_OF_REACH) == 0, "a formula begins left of where one can scroll to"
    assert page.title()
    assert page.locator("h1").count() >= 1
    if view not in LOOKED_AT:
        return
    SHOTS.mkdir(exist_ok=True, parents=True)
    page.evaluate(SHOW_IMAGES)
    page.screenshot(path=SHOTS / f"{Path(name).stem}-{width}-{theme}.png", full_page=True)
    page.add_script_tag(path=AXE)
    found = page.evaluate("axe.run({resultTypes: ['violations']})")
    told = [f"{v['id']}: {v['help']}: {v['nodes'][0]['html'][:300]}" for v in found["violations"]]
    assert not told, "\n".join(told)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_reads_without_a_script(visit, name):
    page = visit(name, java_script_enabled=False)
    assert page.locator("h1").last.is_visible()
    for explorer in page.locator(".explorer").all():
        figure = explorer.locator("svg, img").first
        assert figure.is_visible(), "without a script an explorer's drawn figure stays"


@pytest.mark.parametrize("name", PAGES)
def test_a_page_asks_nothing_of_other_hosts(name):
    html = (SITE / name).read_text(encoding="utf-8")
    loaded = re.findall(r"<(?:script|img|iframe|source|video|audio)\b[^>]*\bsrc=\"([^\"]+)", html)
    loaded += re.findall(r"<link\b[^>]*rel=\"(?:stylesheet|icon|preload|modulepreload)\"[^>]*href=\"([^\"]+)", html)
    assert [address for address in loaded if re.match(r"(https?:)?//", address)] == []


@pytest.mark.parametrize("name", PAGES)
def test_a_page_describes_itself(name):
    html = (SITE / name).read_text(encoding="utf-8")
    described = re.findall(r'<meta (?:content="([^"]*)" name="description"|name="description" content="([^"]*)")', html)
    texts = {text for pair in described for text in pair if text}
    assert len(texts) == 1, "a page has one description"
    (text,) = texts
    assert 40 <= len(text) <= 200
    assert "\\" not in text, "no raw formula in a description"
    assert "$" not in text, "no raw formula in a description"


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_light(chromium, site, name):
    answers = []
    page = chromium.new_page(viewport={"width": 1350, "height": 940})
    page.on("response", lambda answer: answers.append(answer))
    page.goto(site + name, wait_until="networkidle")
    weight = sum(len(answer.body()) for answer in answers)  # not compressed: not every host does
    assert weight <= 250_000, f"{weight} bytes"
    assert len(answers) <= 30
    page.close()


def test_every_image_says_its_size_and_what_it_shows():
    for name in PAGES:
        for tag in re.findall(r"<img\b[^>]*>", (SITE / name).read_text(encoding="utf-8")):
            words = r'\baria-hidden="true"' if 'alt=""' in tag else r'\balt="[^"]+"'
            assert re.search(words, tag), f"{name}: {tag[:200]} has no alt text"
            assert not re.search(r'\balt="[^" ]*\.(png|svg|jpg|webp)"|alt="_images', tag), f"{name}: {tag[:200]}"
            assert "width=" in tag or "width:" in tag or "aspect-ratio" in tag, f"{name}: {tag[:200]} has no size"


ICONS = """
() => [...document.querySelectorAll("body *")].flatMap(e => ["::before", "::after"].map(part =>
  getComputedStyle(e, part).content)).filter(content => /[\\uE000-\\uF8FF]/.test(content))
"""


def test_no_icon_stands_there_as_an_empty_box(visit):
    # Letters of the theme's icon font, which the site does not carry
    for name in ("10-grouped.html", "traps.html", "index.html", "instructors/grading.html"):
        assert visit(name).evaluate(ICONS) == [], name


def test_a_drawing_that_fits_a_phone_is_seen_whole(visit):
    page = visit("11-transposed.html", width=390)
    sizes = "all => all.map(e => [e.querySelector('svg, img').getAttribute('width'), e.scrollWidth - e.clientWidth])"
    beyond = [more for width, more in page.locator(".drawing").evaluate_all(sizes) if float(width) < 500]
    assert len(beyond) >= 4
    assert max(beyond) <= 0
    numberless = visit("05-padding-and-stride.html", width=390).locator(".drawing.whole").evaluate_all(sizes)
    assert max(float(width) for width, _ in numberless) > 500
    assert max(more for _, more in numberless) <= 0


def test_an_edge_fades_where_there_is_more_to_scroll(visit):
    box = visit("11-transposed.html", width=390).locator(".drawing.more-right").first
    assert "transparent" in box.evaluate("e => getComputedStyle(e).getPropertyValue('--right')")
    assert box.get_attribute("tabindex") == "0"
    box.evaluate("e => e.scrollLeft = e.scrollWidth")
    box.page.wait_for_selector(".drawing.more-left:not(.more-right)")


def test_dark_pages_do_not_put_drawings_on_boxes(visit):
    page = visit("01-cross-correlation.html", theme="dark")
    ground = "e => { for (let p = e; p; p = p.parentElement) { const c = getComputedStyle(p).backgroundColor;"
    ground += " if (c !== 'rgba(0, 0, 0, 0)') return c; } }"
    behind = page.locator("body").evaluate(ground)
    for drawing in page.locator(".cell_output .drawing").all():
        assert drawing.evaluate(ground) == behind


def test_the_colours_come_from_the_one_table(visit):
    from lib.draw import COLOURS

    page = visit("index.html")
    for role, hue in COLOURS.items():
        said = page.evaluate(f"getComputedStyle(document.documentElement).getPropertyValue('--{role}')")
        assert said.strip().lower() == hue.lower()


def test_the_theme_button_changes_the_theme_and_the_next_page_remembers(visit, site):
    page = visit("index.html")
    button = page.locator(".theme-switch-button").first
    button.click()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.goto(site + "playground.html")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


REFUSED = """
for (const storage of ["localStorage", "sessionStorage"]) {
  const get = () => { throw new DOMException("Access is denied for this document.", "SecurityError"); };
  Object.defineProperty(self, storage, {configurable: true, get});
}
"""


def test_a_browser_that_keeps_nothing_shows_the_page_all_the_same(visit, site):
    page = visit("404.html", ready=None)
    page.add_init_script(REFUSED)
    page.goto(site + "01-cross-correlation.html")
    page.locator(".theme-switch-button").first.click()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.get_by_text("PyTorch", exact=True).first.click()
    assert "torch" in page.locator(".sd-tab-content:visible").first.inner_text()
    page.locator(".explorer").first.scroll_into_view_if_needed()
    page.locator(".explorer[data-ready]").first.wait_for()


def test_tabs_are_kept_in_step_and_remembered(visit, site):
    page = visit("01-cross-correlation.html")
    page.get_by_text("PyTorch", exact=True).first.click()
    shown = page.locator(".sd-tab-content:visible")
    assert "torch" in shown.first.inner_text()
    page.reload()
    assert "torch" in page.locator(".sd-tab-content:visible").first.inner_text()


def test_the_menu_opens_on_a_phone(visit):
    page = visit("01-cross-correlation.html", width=390, has_touch=True)
    page.locator(".primary-toggle").tap()
    menu = page.locator("#pst-primary-sidebar-modal")
    assert menu.is_visible()
    menu.get_by_role("link", name="Playground").tap()
    page.wait_for_url("**/playground.html")


def test_the_first_tab_leads_past_the_menu(visit):
    page = visit("01-cross-correlation.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent").strip() == "Skip to main content"


def test_a_moving_picture_can_be_paused(visit):
    page = visit("01-cross-correlation.html")
    drawing = page.locator(".cell_output .drawing:has(input)").first
    drawing.scroll_into_view_if_needed()
    drawing.locator("svg").wait_for()
    state = (
        "e => [...e.querySelectorAll('svg *')].map(n => getComputedStyle(n)).filter(s => s.animationName !== 'none')"
    )
    state += ".map(s => s.animationPlayState)"
    assert set(drawing.evaluate(state)) == {"running"}
    drawing.locator("input").check()
    assert set(drawing.evaluate(state)) == {"paused"}


def test_pictures_stand_still_where_the_reader_asks_for_less_motion(visit):
    page = visit("01-cross-correlation.html", reduced_motion="reduce")
    picture = page.locator(".cell_output .drawing:has(input) > img").first
    picture.scroll_into_view_if_needed()
    page.wait_for_timeout(300)
    assert picture.is_visible(), "the image that stands still is not replaced by one that moves"
    assert not page.locator(".drawing label").first.is_visible()


def test_print_opens_what_is_folded(visit):
    page = visit("01-cross-correlation.html")
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert all(tab.is_visible() for tab in page.locator(".sd-tab-content").all())
    assert page.locator("details:not([open])").count() == 0
    fading = "all => all.filter(part => getComputedStyle(part).animationName !== 'none').length"
    assert page.locator(".cell details > :not(summary)").evaluate_all(fading) == 0, "printed before it is seen"
    assert page.locator("h1").is_visible()
    assert not page.locator(".bd-sidebar-primary").is_visible()
