"""Formulas, typeset while the book is built: Temml runs here, so a page needs no script to show them.

It writes MathML, which browsers draw and screen readers read by themselves. `book/_ext/temml` is version 0.13.5 of the
npm package `temml`, its script, style sheet and font, and Latin Modern Math 1.959, the mathematical font that the style
sheet names (from Debian's fonts-lmodern).
"""

import json
import re
from functools import cache
from pathlib import Path

from docutils.nodes import SkipNode
from quickjs import Context, JSException
from sphinx.util import logging

TEMML = Path(__file__).parent / "temml"
LINE = 24  # signs that fit a line of any phone: a longer formula scrolls, a shorter one stands in line with the words
OPTIONS = {"throwOnError": True, "strict": True}

logger = logging.getLogger(__name__)


@cache
def engine():
    """A JavaScript engine that has read Temml."""
    context = Context()
    context.eval("var console = {warn: function (text) { throw new Error(text) }}")
    context.eval((TEMML / "temml.min.js").read_text(encoding="utf-8"))
    return context


@cache
def typeset(formula, display):
    """The MathML of a formula.

    Raises: ValueError where Temml does not understand it.

    >>> typeset("x", display=False)
    '<math><mi>x</mi></math>'
    """
    options = json.dumps({**OPTIONS, "displayMode": display})
    try:
        return engine().eval(f"temml.renderToString({json.dumps(formula)}, {options})")
    except JSException as error:
        raise ValueError(str(error).split("\n")[0].removeprefix("ParseError: ")) from None


def show(self, node, display):
    """The formula of a node as HTML; one that Temml refuses is a warning, which fails the build."""
    try:
        return typeset(node.astext(), display)
    except ValueError as error:
        logger.warning("%s", error, location=node)
        return f"<code>{self.encode(node.astext())}</code>"


def inline(self, node):
    formula = show(self, node, display=False)
    kind = "math wide" if len(re.sub(r"<[^>]*>|\s", "", formula)) > LINE else "math"
    self.body.append(f'<span class="{kind}">{formula}</span>')
    raise SkipNode


def block(self, node):
    identity = f' id="{node["ids"][0]}"' if node.get("ids") else ""
    number = f'<span class="eqno">({node["number"]})</span>' if node.get("number") else ""
    self.body.append(f'<div class="math"{identity}>{show(self, node, display=True)}{number}</div>\n')
    raise SkipNode


def setup(app):
    app.add_html_math_renderer("temml", (inline, None), (block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
