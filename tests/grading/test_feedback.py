"""Feedback: one page per notebook, an index per student, nothing that acts, hidden tests hidden, plots kept."""

import base64
import html
import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser

import pytest

from grading.feedback import clean
from tests.grading.mini import cell, grading, hand_in, make_course, released, solve
from tests.grading.submissions import before


class Acts(HTMLParser):
    """Finds what a browser would run or fetch."""

    def __init__(self, markup):
        super().__init__()
        self.found = []
        self.feed(markup)

    def handle_starttag(self, tag, attributes):
        if tag in ("script", "iframe", "object", "embed", "form", "input", "svg", "math", "link", "base", "video"):
            self.found.append(tag)
        for name, value in attributes:
            value = (value or "").strip().lower()
            if name.startswith("on") or value.startswith(("javascript:", "vbscript:")):
                self.found.append((tag, name))
            if name in ("src", "srcset", "background") and not value.startswith("data:image/"):
                self.found.append((tag, name, value))
            if value.startswith("data:image/svg"):
                self.found += [inside for inside in Acts(drawn(dict(attributes)["src"])).found if inside != "svg"]


def drawn(source):
    """The SVG that the address of an image holds."""
    return base64.b64decode(source.removeprefix("data:image/svg+xml;base64,")).decode()


NASTY = (
    "from IPython.display import HTML, SVG, Javascript, display\n"
    "display(HTML('<script>alert(1)</script><img src=x onerror=alert(2)><b>kept</b>"
    '<a href="javascript:alert(3)">x</a></div></div><form action=//e.com><input></form>\'))\n'
    'display(SVG(\'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(4)"><rect/>'
    "<script>alert(7)</script></svg>'))\n"
    "display(Javascript('alert(5)'))\n"
    'display(HTML(\'<div><svg width="40" height="20"><title>A drawing</title><text x="9">7</text></svg></div>\'))'
)


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    root = make_course(tmp_path_factory.mktemp("course"))
    nasty = before(solve(released(root)), "share", NASTY, "plt.plot([1, 2])")
    cell(nasty, "why").source = "<script>alert(6)</script><img src='https://e.com/track.png'> my words"
    hand_in(root, "nasty", nasty)
    leaky = solve(released(root), double="def double(x):\n    print('LEAK', x)\n    return np.asarray(x) * 0 + 1")
    hand_in(root, "leaky", leaky)
    trips = "def double(x):\n    y = np.asarray(x)\n    return y.no_such_thing"
    hand_in(root, "trips", solve(released(root), double=trips, best="best ="))
    hand_in(root, "wrong", solve(released(root), share="def share(t):\n    return t", best="best = 41"))
    assert grading(root, "autograde", "ps1").returncode == 0
    done = grading(root, "feedback", "ps1")
    assert done.returncode == 0, done.stderr
    return root


def page(course, student):
    return (course / "feedback" / student / "ps1" / "ps1.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("student", ["nasty", "leaky", "wrong"])
def test_a_page_has_nothing_that_acts_or_loads(course, student):
    text = page(course, student)
    assert Acts(text).found == []
    assert "kept" in text or student != "nasty"


def test_plots_are_kept(course):
    assert 'src="data:image/png;base64,' in page(course, "nasty")


def test_drawings_become_images_with_their_words(course):
    text = page(course, "nasty")
    (source,) = re.findall(r'<img src="([^"]*)" alt="A drawing">', text)
    assert [element.text for element in ET.fromstring(drawn(source))] == ["A drawing", "7"]
    assert 'src="data:image/svg+xml' not in page(course, "wrong")


@pytest.mark.parametrize("secret", ["secret_input", "11.0", "-7.5", "LEAK", "the secret number"])
def test_hidden_tests_stay_hidden(course, secret):
    hidden = page(course, "leaky")
    start = hidden.index("hidden tests")
    assert secret not in hidden[start:].partition("def share")[0]
    assert "secret" not in hidden


def test_says_what_failed_and_how(course):
    text = page(course, "wrong")
    assert "this does not hold: assert best == 42" in text
    assert "not graded yet" in text
    assert "a hidden test of double_hidden did not pass" in page(course, "leaky")
    assert re.search(r"share_shown</a></td><td [^>]*>0 of 2", text)
    assert re.search(r"double_shown</a></td><td [^>]*>2 of 2.*?passed", text)


def test_a_cell_that_did_not_run_is_what_an_unknown_name_points_at(course):
    told = html.unescape(page(course, "trips"))
    assert "NameError: name 'best' is not defined. Is the cell that defines it still there, and did it end" in told


def test_each_line_of_the_table_leads_to_its_cell(course):
    text = page(course, "wrong")
    links = dict(re.findall(r'<a href="#([\w-]+)">(\w+)</a>', text))
    assert list(links.values()) == [
        "double_shown", "double_hidden", "share_shown", "count_part", "best_value", "why",
    ]  # fmt: skip
    for anchor, name in links.items():
        assert re.search(rf'id="{anchor}">{name} · ', text)
    notebook = re.sub(r"<[^>]*>", "", text[text.index('class="notebook"') :])
    assert notebook.index("share_shown · ") < notebook.index("torch.allclose(") < notebook.index("count_part · ")


def test_an_exception_points_at_the_students_own_line(course):
    text = page(course, "trips")
    assert "has no attribute &#x27;no_such_thing&#x27;" in text
    shown = re.sub(r"<[^>]*>", "", text)
    assert re.search(r"File &lt;your double&gt;:3\s+return y.no_such_thing", shown)
    assert "in proxy" not in shown
    assert 'File "your notebook", line 3, in double' in html.unescape(shown)
    assert "grading/" not in shown


def test_an_index_links_to_the_pages(course):
    index = (course / "feedback" / "wrong" / "index.html").read_text()
    assert '<a href="ps1/ps1.html">ps1</a>' in index
    assert "9 of 17" in re.sub(r"<[^>]*>", "", index)


def test_an_ungraded_assignment_is_an_error_that_says_what_to_do(course, tmp_path):
    root = make_course(tmp_path / "empty")
    done = grading(root, "feedback", "ps1")
    assert done.returncode == 2
    assert "grading autograde ps1" in done.stderr


CLEANED = {
    "<svg><script>1</script></svg>": "",
    "<svg>": "",
    "<svg " * 200_000: "",  # one pass is enough
    "<svg>" + "<g>" * 5_000 + "</g>" * 5_000 + "</svg>": "",
    "<b>a<svg><g></b></svg>": "<b>a</b>",
    "<svg><foreignObject><b>x</b></foreignObject><image href='http://e.com'/><a href='javascript:1'>y</a></svg>": None,
    "<svg><rect onclick='x()' style='fill:red'/><set attributeName='href' to='javascript:1'/></svg>": None,
    '<p title="<svg><rect/></svg>" onclick=x()>': None,
    '<img src="data:image/svg+xml;base64,AAAA">': "<img>",
    '<a href="data:text/html,x">x</a>': '<a rel="noopener noreferrer nofollow">x</a>',
    "<style>*{}</style><b style='x'>y</b>": "<b>y</b>",
    "<math><mtext><table><mglyph><style><img src=x onerror=1>": None,
}


@pytest.mark.parametrize("markup", CLEANED, ids=range(len(CLEANED)))
def test_cleaning(markup):
    result = clean(markup)
    assert Acts(result).found == []
    if CLEANED[markup] is not None:
        assert result == CLEANED[markup]
