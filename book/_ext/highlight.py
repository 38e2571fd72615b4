"""Code in four colours: a word is marked only where a colour of its own helps to read it.

Pygments marks every name, sign and blank, which makes pages with much code twice as heavy. The colours stand in
book/_static/book.css.
"""

from pygments.formatters import HtmlFormatter
from pygments.token import Comment, Keyword, Name, Number, Operator, Punctuation, String, Text, Token
from sphinx.highlighting import PygmentsBridge

CLASSES = {
    Comment: "c",
    Keyword: "k",
    Operator.Word: "k",
    Name.Class: "f",
    Name.Decorator: "f",
    Name.Function: "f",
    String: "s",
    **dict.fromkeys((Name, Number, Operator, Punctuation, Text), ""),
}


class FewSpans(HtmlFormatter):
    """Pygments' HTML, with a span only round what has a colour."""

    def _get_css_classes(self, ttype):
        """The class of a token: its own kind's, or that of the kind which it belongs to."""
        kind = ttype
        while kind not in CLASSES and kind is not Token:
            kind = kind.parent
        return CLASSES[kind] if kind in CLASSES else super()._get_css_classes(ttype)


def setup(app):
    PygmentsBridge.html_formatter = FewSpans
    return {"parallel_read_safe": True, "parallel_write_safe": True}
