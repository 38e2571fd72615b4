"""A page's sentences for its notebook: JupyterLab, VS Code and Colab know Markdown, but no roles and directives."""

import re
from functools import cache
from pathlib import Path

from pybtex.database import parse_file
from pybtex.plugin import find_plugin

BOOK = Path(__file__).parents[1]


def plain(text, keys):
    """The text of one Markdown cell with every role and directive said in plain Markdown.

    `keys` collects what the page has cited so far; at `{bibliography}` it becomes the list of sources.
    """
    keys += [key for found in re.findall(r"\{cite:\w\}`([^`]+)`", text) for key in found.split(",")]
    for pattern, words in RULES:
        text = re.sub(pattern, words, text, flags=re.S | re.M)
    return re.sub(r"^```\{bibliography\}.*?^```$", lambda _: sources(keys), text, flags=re.S | re.M).strip()


def quoted(match):
    """An admonition, as a quotation that opens with its title."""
    title, body = match[1], re.sub(r"^:\w+:.*\n", "", match[2], flags=re.M).strip()
    return "\n".join(f"> {line}".rstrip() for line in (f"**{title}**", "", *body.splitlines()))


def folded(match):
    """A dropdown, as the element that folds in notebooks too."""
    return f"<details><summary>{match[1]}</summary>\n\n{match[2].strip()}\n\n</details>"


def asked(match):
    """An explorer, as the question that it asks: a notebook has no room for the rest."""
    question = re.sub(r"^:[\w-]+:.*\n", "", match[1], flags=re.M).strip()
    return f"> {question} (The explorer is on the course's pages.)".replace(">  (", "> (")


def titled(match):
    """A link to another page, as its words, or as that page's title."""
    if match[1]:
        return match[1]
    page = BOOK / f"{match[2]}.md"
    title = page.exists() and re.search(r"^# (.+)$", page.read_text(encoding="utf-8"), flags=re.M)
    return f"*{title[1]}*" if title else match[2]  # that a page is missing, Sphinx says


def cited(match):
    """A citation: Dumoulin and Visin (2016); three and more authors are et al."""
    return ", ".join(short(key.strip()) for key in match[1].split(","))


def short(key):
    entry = references().entries[key]
    names = [" ".join([*person.prelast_names, *person.last_names]).strip("{}") for person in entry.persons["author"]]
    authors = f"{names[0]} et al." if len(names) > 2 else " and ".join(names)
    return f"{authors} ({entry.fields['year']})" if "year" in entry.fields else authors


def sources(keys):
    """The list of sources with these keys."""
    style, backend = styles()
    entries = [references().entries[key.strip()] for key in dict.fromkeys(keys)]
    return "\n".join(sorted(f"- {entry.text.render(backend)}" for entry in style.format_entries(entries)))


@cache
def styles():
    """How a source is written; looking the two up takes longer than writing all."""
    return find_plugin("pybtex.style.formatting", "plain")(), find_plugin("pybtex.backends", "plaintext")()


@cache
def references():
    return parse_file(BOOK / "references.bib", bib_format="bibtex")


RULES = (
    (r"\{term\}`([^`<]+?)(?: <[^`]+>)?`", r"\1"),
    (r"\{download\}`([^`<]+?) <[^`>]+>`", r"\1"),
    (r"\{cite:\w\}`([^`]+)`", cited),
    (r"\[([^\]\n]*)\]\(([\w-]+)\.md\)", titled),
    (r"^:::\{dropdown\} ([^\n]+)\n(.*?)^:::$", folded),
    (r"^:::\{admonition\} ([^\n]+)\n(.*?)^:::$", quoted),
    (r"^```\{explorer\}[^\n]*\n(.*?)^```$", asked),
    (r"^```\{downloads\}\n```$\n?", "The exercise is beside this chapter on the course's pages."),
    (r"^\([\w-]+\)=\n", ""),
)
