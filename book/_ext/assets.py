"""One style sheet and one script for the whole site, holding only what its pages use.

The theme and its extensions bring twelve style sheets, a 1.5 MB icon library and a dozen scripts to every page. Once
the pages are written, this keeps of the styles what the pages can match, of the icons those that are named, of the
mathematical fonts the letters that occur, and joins the scripts.
"""

import base64
import hashlib
import logging
import re
import shutil
from html import unescape
from pathlib import Path

import tinycss2
from fontTools import subset
from fontTools.ttLib import TTFont
from formulas import KATEX

from lib.draw import COLOURS

logging.getLogger("fontTools").setLevel(logging.ERROR)  # it narrates every table of every font

STYLES = [
    "basic.css",
    "styles/pydata-sphinx-theme.css",
    "pygments.css",
    "styles/sphinx-book-theme.css",
    "togglebutton.css",
    "copybutton.css",
    "mystnb.*.css",
    "exercise.css",
    "proof.css",
    "sphinx-design.min.css",
    "*book.css",
    "explorers.css",
]
SCRIPTS = [
    "documentation_options.js",
    "doctools.js",
    "sphinx_highlight.js",
    "clipboard.min.js",
    "copybutton.js",
    "togglebutton.js",
    "design-tabs.js",
    "scripts/sphinx-book-theme.js",
    "scripts/pydata-sphinx-theme.js",
    "book.js",
]
SETTINGS = (  # what the extensions would write into each page
    'let toggleHintShow = "Show", toggleHintHide = "Hide", toggleOpenOnPrint = "true",'
    ' togglebuttonSelector = ".toggle, .admonition.dropdown";\n'
)
REPLACED = re.compile(
    r"fa-(?!lg|solid)|navbar-(?!nav)|dropdown(?!$)|tooltip|version-"
)  # classes of parts that are not there
UNUSED = [  # what nothing on the finished pages asks for
    "locales", "vendor", "scripts", "styles", "*webpack-macros.html", "sphinx-thebe.*", "images/logo_*", "*.css",
    "copybutton_funcs.js", "*-solid.svg", "copy-button.svg", "file.png", "plus.png", "minus.png", *SCRIPTS,
]  # fmt: skip


class Used:
    """The words that style sheet selectors can match: in the pages, and in the scripts that change them."""

    def __init__(self, pages, scripts):
        tags = re.findall(r"<([a-zA-Z][\w-]*)((?:[^>\"']|\"[^\"]*\"|'[^']*')*)>", "\n".join(pages))
        self.tags = {name.lower() for name, _ in tags}
        self.names, self.attributes = set(), {"open", "hidden", "disabled", "checked", "aria-expanded"}
        for attributes in {attributes for _, attributes in tags}:
            for name, value in re.findall(r"([\w:-]+)(?:=[\"']([^\"']*)[\"'])?", attributes):
                self.attributes.add(name)
                if name in ("class", "id"):
                    self.names.update(value.split())
        strings = re.findall(r"\"[^\"\n]*\"|'[^'\n]*'|`[^`]*`", "\n".join(scripts))
        self.names |= set(re.findall(r"[a-zA-Z_][\w-]+", " ".join(strings)))
        self.tags |= self.names & {"button", "details", "dialog", "input", "li", "mark", "p", "span", "ul"}
        kept = re.findall(r"\bdataset\.(\w+)", "\n".join(scripts))
        self.attributes |= {"data-" + re.sub("([A-Z])", r"-\1", name).lower() for name in kept}
        self.tags |= set(re.findall(r'\bmake\("(\w+)"', "\n".join(scripts)))  # what explorers build
        self.names = {name for name in self.names if not REPLACED.match(name)}

    def matches(self, selector):
        """Whether everything that the selector asks for occurs somewhere (what stands in brackets is not asked)."""
        before = ""
        for token in selector:
            if token.type == "hash" or (token.type == "ident" and before == "."):
                ok = token.value in self.names
            elif token.type == "ident" and before != ":":
                ok = token.lower_value in self.tags
            elif token.type == "[] block":
                ok = next(part.value for part in token.content if part.type == "ident") in self.attributes
            else:
                ok = True
            if not ok:
                return False
            before = token.value if token.type == "literal" else ""
        return True


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


DEFINITION = re.compile(
    r"(?<=[{;])\s*(--[\w-]+)\s*:((?:[^;{}\"'(]|\"[^\"]*\"|'[^']*'|\((?:[^()]|\([^()]*\))*\))*)(;|(?=\}))"
)


def without_unread_properties(css):
    """The style sheet without those custom properties that nothing reads, nor what only they read."""
    while True:
        read = set(re.findall(r"var\(\s*(--[\w-]+)", css))
        shorter = DEFINITION.sub(lambda found, read=read: found[0] if found[1] in read else "", css)
        shorter = re.sub(r"(?<=[}])[^{}@]+\{\s*\}", "", shorter)
        if shorter == css:
            return css
        css = shorter


def icons(pages, library):
    """A rule for each Font Awesome icon that a page names: its outline, painted in the text's colour."""
    named = sorted(set(re.findall(r"\bfa-([a-z][a-z-]+)", "\n".join(pages))))
    rules = []
    for name in named:
        found = re.search(rf'[{{,]"?{name}"?:\[(\d+),(\d+),\[[^\]]*\],"\w+","([^"]+)"\]', library)
        if found:
            width, height, outline = found.groups()
            svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"><path d="{outline}"/></svg>'
            url = "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()
            rules.append(f".fa-{name}{{--icon:url({url})}}")
    return "".join(rules)


def letters(pages):
    """Every character that stands in a formula on the pages."""
    formulas = (part for page in pages for part in page.split('class="katex-html"')[1:])
    inside = (re.split(r"<math|</(?:p|div|li|td|th|dd|h\d)>", part)[0] for part in formulas)
    return "".join(sorted(set(re.sub(r"<[^>]*>", "", unescape("".join(inside))))))


def fonts(text, folder):
    """KaTeX's fonts with no more than the letters of the text, and the rules that name them."""
    css = (KATEX / "katex.min.css").read_text(encoding="utf-8")
    rules = []
    for face, name in re.findall(r"(@font-face\{[^}]*?src:)[^}]*?url\(fonts/([\w-]+)\.woff\)[^}]*\}", css):
        font = TTFont(KATEX / "fonts" / f"{name}.woff", recalcTimestamp=False)
        subsetter = subset.Subsetter(subset.Options(layout_features=[], hinting=False))
        subsetter.populate(text=text)
        subsetter.subset(font)
        font.flavor = "woff"
        font.save(folder / f"{name}.woff")
        rules.append(f'{face}url({name}.woff) format("woff")}}')
    return "".join(rules) + re.sub(r"@font-face\{[^}]*\}", "", css)


def make(static, pages, script, folder):
    """Write site.css, site.js and the fonts into `folder`."""
    css = ":root{" + "".join(f"--{role}:{hue};" for role, hue in COLOURS.items()) + "}"
    css += "".join(path.read_text(encoding="utf-8") for name in STYLES for path in sorted(static.glob(name)))
    fonts_css = fonts(letters(pages), folder)
    parsed = tinycss2.parse_stylesheet(css + fonts_css, skip_comments=True, skip_whitespace=True)
    modules = [path.read_text(encoding="utf-8") for path in static.glob("explorers/*.js")]
    kept = "".join(keep(parsed, Used(pages, [script, *modules])))
    faces = "".join(re.findall(r"@font-face\{[^}]*\}", fonts_css))
    library = (static / "scripts/fontawesome.js").read_text(encoding="utf-8")
    site = faces + without_unread_properties(kept) + icons(pages, library)
    (folder / "site.css").write_text(site, encoding="utf-8")
    (folder / "site.js").write_text(script, encoding="utf-8")


def finish(app, exception):
    """Make the site from Sphinx's pages: a copy with the assets in place of what they were made from.

    The assets are made anew only where a page or a source of theirs asks for something new.
    """
    if exception or app.builder.name != "html":
        return
    out = Path(app.outdir)
    site, static, folder = out.parent / "html", out / "_static", out.parent / "assets"
    pages = [page.read_text(encoding="utf-8") for page in sorted(out.glob("**/*.html")) if "_static" not in page.parts]
    script = SETTINGS + "\n;".join((static / name).read_text(encoding="utf-8") for name in SCRIPTS)
    script = re.sub(r"^\s*(//.*|/\*[\s\S]*?\*/\s*)$|^\s+", "", script, flags=re.MULTILINE)  # comments, indentation
    used = Used(pages, [])
    asked = repr((sorted(used.tags), sorted(used.names), sorted(used.attributes), letters(pages), script, COLOURS))
    sources = [*(f for name in STYLES for f in sorted(static.glob(name))), *sorted(static.glob("explorers/*.js"))]
    key = hashlib.sha1(b"\0".join([asked.encode(), Path(__file__).read_bytes(), *(f.read_bytes() for f in sources)]))
    seal = folder / "key"
    if not seal.exists() or seal.read_text() != key.hexdigest():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        make(static, pages, script, folder)
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


def setup(app):
    if Path(app.outdir).name == "html":  # Sphinx keeps its own pages; changing them would spoil its next build
        app.outdir = type(app.outdir)(Path(app.outdir).with_name("pages"))
        Path(app.outdir).mkdir(parents=True, exist_ok=True)
    app.connect("build-finished", finish, priority=960)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
