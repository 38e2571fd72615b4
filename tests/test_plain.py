"""A chapter's notebook says in plain Markdown what the page says with roles and directives."""

import sys
from pathlib import Path

import pytest

EXTENSIONS = Path(__file__).parents[1] / "book" / "_ext"


@pytest.fixture(autouse=True)
def _extensions(monkeypatch):
    monkeypatch.setattr(sys, "path", [str(EXTENSIONS), *sys.path])


CASES = {  # MyST -> Markdown
    "a term": ("a **{term}`kernel`** slides", "a **kernel** slides"),
    "a term under another word": ("two {term}`kernels <kernel>` slide", "two kernels slide"),
    "two authors": ("see {cite:t}`dumoulin2016`.", "see Dumoulin and Visin (2016)."),
    "many authors": ("see {cite:t}`goodfellow2016`, section 9", "see Goodfellow et al. (2016), section 9"),
    "two sources": ("{cite:p}`dumoulin2016,araujo2019`", "Dumoulin and Visin (2016), Araujo et al. (2019)"),
    "a source without a year": ("{cite:t}`article-c` says", "Tutorial C says"),
    "another chapter": ("see [](01-cross-correlation.md)", "see *Slide a window over an image*"),
    "another chapter in other words": ("see [the first one](01-cross-correlation.md)", "see the first one"),
    "a page that does not exist": ("see [](99-nothing.md)", "see 99-nothing"),
    "a link to the web": (
        "see [nbgrader](https://nbgrader.readthedocs.io/)",
        "see [nbgrader](https://nbgrader.readthedocs.io/)",
    ),
    "an admonition": (
        ":::{admonition} Before you go on\n:class: tip\n\nGuess.\n\nThen look.\n:::",
        "> **Before you go on**\n>\n> Guess.\n>\n> Then look.",
    ),
    "a dropdown": (
        ":::{dropdown} Padding keeps the size.\n**False.** See `pad`.\n:::",
        "<details><summary>Padding keeps the size.</summary>\n\n**False.** See `pad`.\n\n</details>",
    ),
    "two dropdowns": (
        ":::{dropdown} A\na\n:::\n\n:::{dropdown} B\nb\n:::",
        "<details><summary>A</summary>\n\na\n\n</details>\n\n<details><summary>B</summary>\n\nb\n\n</details>",
    ),
    "an explorer": (
        "```{explorer} convolution\n:kernel: 0 1; 2 3\n:flip:\nWhat comes?\n```",
        "> What comes? (The explorer is on the course's pages.)",
    ),
    "an explorer without a question": (
        "```{explorer} channels\n:groups: 2\n```",
        "> (The explorer is on the course's pages.)",
    ),
    "downloads": ("```{downloads}\n```", "The exercise is beside this chapter on the course's pages."),
    "a label": ("(sizes)=\n## Sizes", "## Sizes"),
    "a formula stays": ("$$\n(X \\star K)_{i,j}\n$$", "$$\n(X \\star K)_{i,j}\n$$"),
    "code stays": ("```bash\npip install lib\n```", "```bash\npip install lib\n```"),
}


@pytest.mark.parametrize(("myst", "markdown"), CASES.values(), ids=CASES)
def test_says_it_in_markdown(myst, markdown):
    from plain import plain

    assert plain(myst, []) == markdown


def test_the_list_of_sources_has_what_the_page_cited_so_far_once_each():
    from plain import plain

    keys = []
    plain("{cite:t}`dumoulin2016` and {cite:t}`article-e`", keys)
    plain("{cite:p}`dumoulin2016`", keys)
    lines = plain("## Sources\n\n```{bibliography}\n:filter: docname in docnames\n```", keys).splitlines()
    assert lines[:2] == ["## Sources", ""]
    assert len(lines) == 4
    assert lines[2].startswith("- Tutorial E. 为什么需要卷积层")
    assert lines[3].startswith("- Vincent Dumoulin and Francesco Visin. A guide to convolution arithmetic")
