"""One style sheet and one script for the whole site, holding only what its pages use.

The theme and its extensions bring twelve style sheets, a 1.5 MB icon library and a dozen scripts to every page. Once
the pages are written, this keeps of the styles what some element of a page can match, of the icons those that are
named, of the mathematical font the letters that occur, and joins the scripts. The explorers' own styles and scripts
are not among them: a page asks for those when an explorer comes near.
"""

import hashlib
import json
import logging
import re
import shutil
import unicodedata
from html import unescape
from pathlib import Path
from urllib.parse import quote

import tinycss2
from fontTools import subset
from fontTools.ttLib import TTFont
from formulas import TEMML

from lib.draw import COLOURS

logging.getLogger("fontTools").setLevel(logging.ERROR)  # it narrates every table of every font

STYLES = [
    "basic.css",
    "styles/pydata-sphinx-theme.css",
    "styles/sphinx-book-theme.css",
    "mystnb.*.css",
    "exercise.css",
    "proof.css",
    "sphinx-design.min.css",
    "*book.css",
]
SCRIPTS = [
    "documentation_options.js",
    "design-tabs.js",
    "scripts/sphinx-book-theme.js",
    "scripts/pydata-sphinx-theme.js",
    "book.js",
]
ABSENT = {"dropdown-item", "dropdown-menu-dark", "list-group-item", "list-group-item-action"}  # a choice of versions
SEARCH = ["doctools.js", "sphinx_highlight.js"]  # for the search page, and for a page to which it leads
GIVEN = re.compile(  # what a script says when it gives an element its classes
    r"(?:classList\.\w+\(|className\s*[=:]|\bclass:|\"class\",)([^;{}]*)|<\w+ class=(\"[^\"]*\")"
)
UNUSED = [  # what nothing on the finished pages asks for
    "locales", "vendor", "scripts", "styles", "*webpack-macros.html", "sphinx-thebe.*", "images/logo_*", "*.css",
    "clipboard.min.js", "copybutton*.js", "togglebutton.js", "*-solid.svg", "copy-button.svg", "file.png", "plus.png",
    "minus.png", *SCRIPTS, *SEARCH,
]  # fmt: skip


VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
TAG = re.compile(r"<(/?)([a-zA-Z][\w-]*)((?:[^>\"']|\"[^\"]*\"|'[^']*')*)>")


class Used:
    """What style sheet selectors can match: elements of the pages, and what the scripts may make or change.

    Elements of one kind at one place are counted once. They are numbered in reading order, so that those inside an
    element are the ones from its number to its `end`.
    """

    def __init__(self, pages, scripts):
        root, self.attributes = {}, {"open", "hidden", "disabled", "checked", "aria-expanded"}
        for page in pages:
            self.read(page, root)
        self.kinds, self.parents, self.ends, self.known = [], [], [], {}
        self.number(root, None)
        scripts = "\n".join(scripts)
        given = " ".join(one + other for one, other in GIVEN.findall(scripts))
        strings = re.findall(r"\"[^\"\n]*\"|'[^'\n]*'|`[^`]*`", given)
        self.words = set(re.findall(r"[a-zA-Z_][\w-]*", " ".join(strings))) - ABSENT
        self.made = set(re.findall(r'\b(?:make|createElement)\("(\w+)"', scripts)) | {"html", "body", "li", "p", "ul"}
        kept = re.findall(r"\bdataset\.(\w+)", scripts)
        self.attributes |= {"data-" + re.sub("([A-Z])", r"-\1", name).lower() for name in kept}

    def read(self, page, root):
        """Add the elements of a page to a tree of kinds: (tag, classes and id) and what is inside."""
        path = [("", root)]
        for closes, tag, attributes in TAG.findall(page):
            tag = tag.lower()
            if closes:
                while len(path) > 1 and path.pop()[0] != tag:
                    pass
                continue
            given = dict(re.findall(r"([\w:-]+)(?:=[\"']([^\"']*)[\"'])?", attributes))
            self.attributes |= given.keys()
            kind = tag, frozenset(f"{given.get('class', '')} {given.get('id', '')}".split())
            inside = path[-1][1].setdefault(kind, {})
            if tag not in VOID and not attributes.endswith("/"):
                path.append((tag, inside))

    def number(self, tree, parent):
        """Number the elements of the tree, each before those inside it."""
        for kind, inside in tree.items():
            at = len(self.kinds)
            self.kinds.append(kind)
            self.parents.append(parent)
            self.ends.append(at)
            self.number(inside, at)
            self.ends[at] = len(self.kinds)

    def elements(self, tag, names):
        """The numbers of the elements with this tag, and with those classes that no script could give them."""
        names = frozenset(names - self.words)
        if (tag, names) not in self.known:
            fitting = enumerate(self.kinds)
            self.known[tag, names] = {n for n, kind in fitting if tag in (None, kind[0]) and names <= kind[1]}
        return self.known[tag, names]

    def matches(self, selector):
        """Whether some element could be what the selector asks for (what stands in brackets is not asked)."""
        reached = None  # the elements that the selector has come to; None where a script may have made one
        for combinator, tag, names, attributes in compounds(selector):
            if not attributes <= self.attributes:
                return False
            if names <= self.words and (tag is None or tag in self.made):
                reached = None
                continue
            found = self.elements(tag, names)
            if reached is not None:
                if combinator == " ":
                    inside = {n for top in reached for n in range(top + 1, self.ends[top])}
                    found = found & inside
                elif combinator == ">":
                    found = {n for n in found if self.parents[n] in reached}
                else:
                    beside = {self.parents[n] for n in reached}
                    found = {n for n in found if self.parents[n] in beside}
            if not found:
                return False
            reached = found
        return True


def compounds(selector):
    """The parts of a selector, each about one element: how it stands to the one before, its tag, classes, attributes.

    >>> list(compounds(tinycss2.parse_component_value_list("ul > li.a:hover [b]")))
    [(' ', 'ul', set(), set()), ('>', 'li', {'a'}, set()), (' ', None, set(), {'b'})]
    """
    combinator, tag, names, attributes, before, empty = " ", None, set(), set(), "", True
    for token in selector:
        parts = token.type == "whitespace" or (token.type == "literal" and token.value in ">+~")
        if parts:
            if not empty:
                yield combinator, tag, names, attributes
                combinator, tag, names, attributes, empty = " ", None, set(), set(), True
            combinator = token.value if token.type == "literal" else combinator
        else:
            empty = False
            if token.type == "hash" or (token.type == "ident" and before == "."):
                names.add(token.value)
            elif token.type == "ident" and before != ":":
                tag = token.lower_value
            elif token.type == "[] block":
                attributes.add(next(part.value for part in token.content if part.type == "ident"))
        before = token.value if token.type == "literal" else ""
    if not empty:
        yield combinator, tag, names, attributes


def split(tokens, at=","):
    """Tokens in groups, parted at each comma."""
    groups = [[]]
    for token in tokens:
        if token.type == "literal" and token.value == at:
            groups.append([])
        else:
            groups[-1].append(token)
    return groups


def keep(rules, used):
    """The rules that can match, as text."""
    for rule in rules:
        if rule.type == "qualified-rule":
            selectors = [s for s in split(rule.prelude) if used.matches(s)]
            if selectors:
                text = ",".join(tinycss2.serialize(s).strip() for s in selectors)
                yield f"{text}{{{tinycss2.serialize(rule.content).strip()}}}"
        elif rule.type == "at-rule" and rule.lower_at_keyword in ("media", "supports"):
            inside = "".join(keep(tinycss2.parse_rule_list(rule.content, True, True), used))
            if inside:
                yield f"@{rule.at_keyword}{tinycss2.serialize(rule.prelude)}{{{inside}}}"
        elif rule.type == "at-rule" and rule.lower_at_keyword in ("keyframes", "page"):
            yield rule.serialize()


FACES = (  # Temml's own faces, from the files that are beside the style sheet
    "@font-face{font-family:Latin Modern Math;src:url(latinmodern-math.woff)}"
    "@font-face{font-family:Temml;src:url(Temml.woff2)}"
)
DEFINITION = re.compile(
    r"(?<=[{;])\s*(--[\w-]+)\s*:((?:[^;{}\"'(]|\"[^\"]*\"|'[^']*'|\((?:[^()]|\([^()]*\))*\))*)(;|(?=\}))"
)


def without_unread_properties(css, others):
    """The style sheet without those custom properties that neither it nor `others` reads, nor what only they read."""
    while True:
        read = set(re.findall(r"var\(\s*(--[\w-]+)", css + others))
        shorter = DEFINITION.sub(lambda found, read=read: found[0] if found[1] in read else "", css)
        shorter = re.sub(r"(?<=[}])[^{}@]+\{\s*\}", "", shorter)
        if shorter == css:
            return css
        css = shorter


def without_unused_motion(css):
    """The style sheet without the keyframes that no animation names."""
    named = set(re.findall(r"[\w-]+", " ".join(re.findall(r"animation(?:-name)?:([^;}]*)", css))))
    motion = r"@keyframes ([\w-]+)\s*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}"
    return re.sub(motion, lambda found: found[0] if found[1] in named else "", css)


def tight(css):
    """The style sheet without comments and needless blanks."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    css = re.sub(r"\s*([{};,])\s*", r"\1", re.sub(r"\s+", " ", css))
    return re.sub(r"(?<=[{;])([\w-]+): ", r"\1:", css).replace(";}", "}")


def icons(pages, library):
    """A rule for each Font Awesome icon that a page names: its outline, painted in the text's colour."""
    named = sorted(set(re.findall(r"\bfa-([a-z][a-z-]+)", "\n".join(pages))))
    rules = []
    for name in named:
        found = re.search(rf'[{{,]"?{name}"?:\[(\d+),(\d+),\[[^\]]*\],"\w+","([^"]+)"\]', library)
        if found:
            width, height, outline = found.groups()
            svg = f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width} {height}'><path d='{outline}'/></svg>"
            address = "data:image/svg+xml," + quote(svg, safe=" =:/',")
            rules.append(f'.fa-{name}{{--icon:url("{address}")}}')
    return "".join(rules)


def letters(pages):
    """Every character that the formulas on the pages show: a letter that stands alone is shown in italics."""
    formulas = " ".join(found for page in pages for found in re.findall(r"<math.*?</math>", page, re.DOTALL))
    shown = set(unescape(re.sub(r"<[^>]*>", "", formulas)))
    if re.search(r"<m(sqrt|root)\b", formulas):  # browsers draw the sign of a root, no page writes it
        shown.add("\N{SQUARE ROOT}")
    alone = {unescape(found) for found in re.findall(r"<mi>([^<]|&\w+;)</mi>", formulas)}
    italics = [*map(chr, (*range(0x1D434, 0x1D468), *range(0x1D6E2, 0x1D71C))), "\N{PLANCK CONSTANT}"]
    return "".join(sorted(shown.union(one for one in italics if unicodedata.normalize("NFKC", one) in alone)))


def font(text, folder):
    """Temml's font with no more than the letters of the text."""
    font = TTFont(TEMML / "latinmodern-math.otf", recalcTimestamp=False)
    subsetter = subset.Subsetter(subset.Options(layout_features=[], hinting=False, drop_tables=["FFTM"]))
    subsetter.populate(text=text)
    subsetter.subset(font)
    font.flavor = "woff"
    font.save(folder / "latinmodern-math.woff")


def joined(static, names):
    """Scripts as one, without comments on lines of their own and indentation."""
    script = "\n;".join((static / name).read_text(encoding="utf-8") for name in names)
    return re.sub(r"^\s*(//.*|/\*[\s\S]*?\*/\s*)$|^\s+", "", script, flags=re.MULTILINE)


def make(static, pages, scripts, folder):
    """Write site.css, the scripts and the fonts into `folder`."""
    css = ":root{" + "".join(f"--{role}:{hue};" for role, hue in COLOURS.items()) + "}"
    css += "".join(path.read_text(encoding="utf-8") for name in STYLES for path in sorted(static.glob(name)))
    css += (TEMML / "Temml-Latin-Modern.css").read_text(encoding="utf-8")
    font(letters(pages), folder)
    shutil.copy(TEMML / "Temml.woff2", folder)
    parsed = tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)
    used = Used(pages, [*scripts.values(), (static / "searchtools.js").read_text(encoding="utf-8")])
    kept = "".join(keep(parsed, used))
    others = (static / "explorers/explorers.css").read_text(encoding="utf-8")
    library = (static / "scripts/fontawesome.js").read_text(encoding="utf-8")
    site = FACES + without_unread_properties(without_unused_motion(kept), others) + icons(pages, library)
    (folder / "site.css").write_text(tight(site), encoding="utf-8")
    for name, script in scripts.items():
        (folder / name).write_text(script, encoding="utf-8")


def finish(app, exception):
    """Make the site from Sphinx's pages: a copy with the assets in place of what they were made from.

    The assets are made anew only where a page or a source of theirs asks for something new.
    """
    if exception or app.builder.name != "html":
        return
    out = Path(app.outdir)
    site, static, folder = out.parent / "html", out / "_static", out.parent / "assets"
    pages = [page.read_text(encoding="utf-8") for page in sorted(out.glob("**/*.html")) if "_static" not in page.parts]
    scripts = {"site.js": joined(static, SCRIPTS), "search.js": joined(static, SEARCH)}
    used = Used(pages, [])
    kinds = [(tag, sorted(names), parent) for (tag, names), parent in zip(used.kinds, used.parents, strict=True)]
    asked = repr((kinds, sorted(used.attributes), letters(pages), scripts, COLOURS))
    sources = [*(f for name in STYLES for f in sorted(static.glob(name))), static / "explorers/explorers.css"]
    key = hashlib.sha1(b"\0".join([asked.encode(), Path(__file__).read_bytes(), *(f.read_bytes() for f in sources)]))
    seal = folder / "key"
    if not seal.exists() or seal.read_text() != key.hexdigest():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        make(static, pages, scripts, folder)
        seal.write_text(key.hexdigest())

    def unused(where, names):
        """The files that no page asks for."""
        inside = Path(where).relative_to(out)
        return {name for name in names if any((inside / name).match(f"_static/{pattern}") for pattern in UNUSED)}

    for old in site.iterdir() if site.exists() else ():
        if not (out / old.name).exists():
            shutil.rmtree(old) if old.is_dir() else old.unlink()
    shutil.rmtree(site / "_static", ignore_errors=True)
    shutil.copytree(out, site, ignore=unused, dirs_exist_ok=True)
    shutil.copytree(folder, site / "_static", ignore=lambda *_: {"key"}, dirs_exist_ok=True)
    index = (out / "searchindex.js").read_text(encoding="utf-8")
    found = json.loads(index.removeprefix("Search.setIndex(").removesuffix(")"))
    shorter = json.dumps(found, ensure_ascii=False, separators=(",", ":"))
    (site / "searchindex.js").write_text(f"Search.setIndex({shorter})", encoding="utf-8")


def setup(app):
    if Path(app.outdir).name == "html":  # Sphinx keeps its own pages; changing them would spoil its next build
        app.outdir = type(app.outdir)(Path(app.outdir).with_name("pages"))
        Path(app.outdir).mkdir(parents=True, exist_ok=True)
    app.connect("build-finished", finish, priority=960)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
