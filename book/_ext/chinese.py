"""Search in Chinese beside English: the glossary's terms are the words that the search index keeps whole.

Chinese has no blanks between words. jieba cuts it into words, but it does not know the field's terms: without the
glossary 卷积核 falls into pieces and is not found.
"""

import logging
import re
from pathlib import Path

import jieba

GLOSSARY = "glossary.md"
OFTEN = 100_000  # how often jieba believes to have seen a term: enough to keep it whole


def terms(text):
    """The Chinese terms of a glossary, the longest first.

    >>> terms("[卷积核]{.language-zh-Hans} · [卷積核]{.language-zh-Hant}, [核]{.language-zh-Hans}")
    ['卷积核', '卷積核', '核']
    """
    marked = re.findall(r"\[([^\]]+)\]\{\.language-zh[\w-]*\}", text)
    return sorted(
        {word for term in marked for word in re.findall("[\u4e00-\u9fff]+", term)}, key=lambda w: (-len(w), w)
    )


def write_dictionary(app, config):
    """Give Sphinx's Chinese search the glossary as its dictionary."""
    jieba.setLogLevel(logging.ERROR)  # it announces its start on stderr
    glossary = Path(app.srcdir) / GLOSSARY
    words = terms(glossary.read_text(encoding="utf-8")) if glossary.exists() else []
    dictionary = Path(app.outdir).parent / "chinese-terms.txt"
    dictionary.write_text("".join(f"{word} {OFTEN}\n" for word in words), encoding="utf-8")
    config.html_search_language = "zh"
    config.html_search_options = {"dict": str(dictionary)}


def setup(app):
    app.connect("config-inited", write_dictionary, priority=1)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
