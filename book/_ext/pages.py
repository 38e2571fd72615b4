"""Small corrections to each page before it is written: images with their sizes, errors without a machine's paths."""

import re
from base64 import b64decode
from hashlib import sha1
from html import unescape
from io import BytesIO
from pathlib import Path, PurePosixPath

import imagesize

LARGE = 1500  # characters of a data address from which an image is better a file of its own
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
    up = "../" * page.count("/")
    first = True

    def store(address):
        """The content of a data address as a file."""
        kind, data = re.match(r"data:image/([a-z]+)[^,]*;base64,(.*)", address, re.DOTALL).groups()
        content = b64decode(data)
        path = folder / f"{sha1(content).hexdigest()[:16]}.{kind}"
        folder.mkdir(parents=True, exist_ok=True)
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
        elif not src.startswith("data:"):
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

    body = re.sub(r'data-photo="(data:[^"]*)"', lambda found: f'data-photo="{up}_images/{store(found[1]).name}"', body)
    return re.sub(r"<img\b[^>]*>", improve, body)


def without_paths(body):
    """Tracebacks that name files of the course as the course does, not as the machine that built it."""
    return body.replace(f"{HERE}/", "")


def with_roles(body):
    """Roles and names as browsers want them: a source is an item of its list; a button is called what it shows."""
    return body.replace('role="doc-biblioentry"', 'role="listitem"').replace(' aria-label="Toggle hidden content"', "")


def with_headers(body):
    """A table's corner that heads nothing is an ordinary cell."""
    return re.sub(r'<th class="head">(<p>\s*</p>)?</th>', "<td></td>", body)


def with_languages(body):
    """Words in another language say so: [卷积]{.language-zh-Hans} is read aloud in Chinese."""
    return re.sub(r'<span class="language-([\w-]+)">', r'<span lang="\1">', body)


def finish(app, pagename, templatename, context, doctree):
    described = re.search(r'<meta content="([^"]*)" name="description"', context.get("metatags", ""))
    if described:  # a card says what the page says of itself
        about = f'<meta property="og:description" content="{described[1]}"'
        context["metatags"] = re.sub(r'<meta property="og:description" content="[^"]*"', about, context["metatags"])
    if context.get("body"):
        context["body"] = with_sizes(app, pagename, context["body"])
        for better in (without_paths, with_roles, with_headers, with_languages):
            context["body"] = better(context["body"])


def setup(app):
    app.connect("html-page-context", finish, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
