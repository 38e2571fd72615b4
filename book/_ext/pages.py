"""Small corrections to each page before it is written: images with their sizes and in files of their own, fewer marks
in code, errors without a machine's paths.
"""

import re
from base64 import b64decode
from hashlib import sha1
from html import escape, unescape
from io import BytesIO
from pathlib import Path, PurePosixPath

import imagesize

from lib.draw.svg import DARK

LARGE = 1500  # characters of a data address from which an image is better a file of its own
DRAWING = re.compile(  # of lib.draw: picture, title and words, the box that pauses it, the end of an explorer around it
    r'<div class="drawing">(<svg[^>]*><title[^>]*>([^<]*)</title><desc[^>]*>([^<]*)</desc>(?:(?!</svg>).)*</svg>)'
    r"(<label>[^/]*</label>)?</div>(?=(</\w+-explorer>)?)",
    re.DOTALL,
)
NUMBER = r"<text[^>]*>[^<]*\d"  # what has none is seen whole on a phone too, however small
LABEL = '<label class="pst-js-only"'
STILL = "<style>*{animation:none!important}</style>"
CHEVRON = '<i class="fa-solid fa-angle-right" aria-hidden="true"></i>'
HERE = str(Path(__file__).parents[2])


def find(app, src):
    """The file that an <img>'s address stands for while the page is written (Sphinx copies images later)."""
    name = PurePosixPath(src).name
    for source, target in app.builder.images.items():
        if target == name:
            return Path(app.srcdir) / source
    return None


def with_sizes(app, page, body):
    """Every image says its size, so that nothing jumps; large ones are files, and load when they are scrolled to."""
    folder = Path(app.outdir) / "_images"
    folder.mkdir(parents=True, exist_ok=True)
    up = "../" * page.count("/")
    first = True

    def store(address):
        """The content of a data address as a file."""
        kind, data = re.match(r"data:image/([a-z]+)[^,]*;base64,(.*)", address, re.DOTALL).groups()
        content = b64decode(data)
        path = folder / f"{sha1(content).hexdigest()[:16]}.{kind}"
        path.write_bytes(content)
        return path

    def improve(found):
        nonlocal first
        tag = found[0]
        src = unescape(re.search(r'\bsrc="([^"]*)"', tag)[1])
        path = None
        if src.startswith("data:image/") and len(src) > LARGE:
            path = store(src)
            tag = tag.replace(re.search(r'\bsrc="([^"]*)"', tag)[0], f'src="{up}_images/{path.name}"')
        elif not src.startswith("data:") and "width=" not in tag:
            path = find(app, src)
        elif ";base64," in src:
            path = BytesIO(b64decode(src.split(",", 1)[1]))
        if path is not None and "width=" not in tag and "style=" not in tag:
            width, height = imagesize.get(path)
            if width > 0:
                tag = tag.replace("<img", f'<img width="{width}" height="{height}"', 1)
        if not first:
            tag = tag.replace("<img", '<img loading="lazy" decoding="async"', 1)
        first = False
        return tag

    def svg_file(svg):
        """The address of a drawing as a file."""
        path = folder / f"{sha1(svg.encode()).hexdigest()[:16]}.svg"
        path.write_text(svg, encoding="utf-8")
        return f"{up}_images/{path.name}"

    def scale(found):
        """The bar of colours below a map of signed numbers, as an image: it is the same below each."""
        style = re.search(r'style="([^"]*)"', found[0])[1] + ";width:100%;height:10px"
        src = svg_file(found[0].replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1))
        return f'<img class="dark-light" style="{style}" src="{src}" alt="" aria-hidden="true">'

    def separate(found):
        """A drawing as an image. One that moves stands still until it comes near (book.js) or its explorer does."""
        svg, title, about, pause, explored = found.groups()
        src = svg_file(svg.removesuffix("</svg>") + DARK + (STILL if pause else "") + "</svg>")
        size = re.search(r' width="[^"]*" height="[^"]*"', svg)[0] + ' style="max-width:100%;height:auto"'
        moves = pause and not explored
        motion = f' data-moves="{svg_file(svg)}"' if moves else ""
        image = f'<img class="dark-light"{size} src="{src}" alt="{escape(unescape(f"{title}. {about}"))}"{motion}>'
        kind = "drawing" if re.search(NUMBER, svg) else "drawing whole"
        return f'<div class="{kind}">{image}{pause.replace("<label", LABEL) if moves else ""}</div>'

    body = re.sub(DRAWING, separate, body)
    body = re.sub(r'<svg aria-hidden="true" width="100%".*?</svg>', scale, body)
    body = re.sub(r'data-photo="(data:[^"]*)"', lambda found: f'data-photo="{up}_images/{store(found[1]).name}"', body)
    return re.sub(r"<img\b[^>]*>", improve, body)


def without_paths(body):
    """Tracebacks that name files of the course as the course does, not as the machine that built it."""
    return body.replace(f"{HERE}/", "")


def with_roles(body):
    """Roles and names as browsers want them: a source is an item of its list; a button is called what it shows."""
    return body.replace('role="doc-biblioentry"', 'role="listitem"').replace(' aria-label="Toggle hidden content"', "")


def with_headers(body):
    """A table's heads say that they head columns. Where the corner heads nothing, the first column heads rows."""
    corner = r'(<thead>\s*<tr[^>]*>)<th class="head">(?:<p>\s*</p>)?</th>'

    def with_row_heads(table):
        if not re.search(corner, table[0]):
            return table[0]
        headed = re.sub(corner, r"\1<td></td>", table[0])
        return re.sub(r"(<tr[^>]*>\s*)<td>(?!</td>)(.*?)</td>", r'\1<th scope="row">\2</th>', headed, flags=re.DOTALL)

    body = re.sub(r"<table.*?</table>", with_row_heads, body, flags=re.DOTALL)
    return re.sub(r'<th class="head', r'<th scope="col" class="head', body)


def with_summaries(body):
    """What folds a box is named by words, not by paragraphs, which HTML does not allow there."""
    summary = r"<summary>\s*<p (.*?)</p>\s*<p (.*?)</p>\s*</summary>"
    return re.sub(summary, r"<summary><span \1</span><span \2</span></summary>", body)


def with_languages(body):
    """Words in another language say so, [卷积]{.language-zh-Hans} and titles of sources: they are read as Chinese."""
    body = re.sub(r'<span class="language-([\w-]+)">', r'<span lang="\1">', body)
    chinese = r"[\u4e00-\u9fff][\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]*"

    def mark(source):
        return re.sub(rf"{chinese}(?![^<]*>)", r'<span lang="zh-Hans">\g<0></span>', source[0])

    return re.sub(r'<div class="citation".*?</div>', mark, body, flags=re.DOTALL)


def with_short_code(body):
    """Words of code and cells of notebooks without the layers and classes that nothing asks for."""
    body = re.sub(r' docutils container"', '"', body).replace(' docutils literal notranslate"', ' literal"')
    body = body.replace('"docutils literal notranslate"', '"literal"').replace("<pre><span></span>", "<pre>")
    return re.sub(r'<span class="pre">([^<]*)</span>', r"\1", body)


def with_icons(body):
    """The sign that folds a box open, drawn by the style sheet: one page would repeat its outline 49 times."""
    return re.sub(r'<svg[^>]*class="sd-octicon sd-octicon-chevron.*?</svg>', CHEVRON, body, flags=re.DOTALL)


def finish(app, pagename, templatename, context, doctree):
    described = re.search(r'<meta content="([^"]*)" name="description"', context.get("metatags", ""))
    if described:  # a card says what the page says of itself
        about = f'<meta property="og:description" content="{described[1]}"'
        context["metatags"] = re.sub(r'<meta property="og:description" content="[^"]*"', about, context["metatags"])
    if context.get("body"):
        context["body"] = with_sizes(app, pagename, context["body"])
        for better in (
            without_paths,
            with_short_code,
            with_icons,
            with_roles,
            with_headers,
            with_summaries,
            with_languages,
        ):
            context["body"] = better(context["body"])


def setup(app):
    app.connect("html-page-context", finish, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
