"""What depends on where the site will stand: the sitemap, the social card, the 404 page, and the launch links.

The address is one setting, `html: baseurl:` in _config.yml; the environment variable SITE_ADDRESS goes before it, so
that the publishing workflow can say where it publishes. While there is none, the site is at home, where `make serve`
shows it; then no page names an address as its own, and nothing can be launched elsewhere.
"""

import json
import os
import re
import shutil
from pathlib import Path
from urllib.parse import urlsplit

from lib.draw import COLOURS

HOME = "http://localhost:8000/"
BRANCH = "notebooks"  # where .github/workflows/publish.yml puts the chapters' notebooks


def settle(app, config):
    """Tell the address to everybody who needs it."""
    address = os.environ.get("SITE_ADDRESS") or config.html_baseurl
    config.html_baseurl = f"{address.rstrip('/')}/" if address else ""
    config.site_url = config.ogp_site_url = config.html_baseurl or HOME
    config.notfound_urls_prefix = urlsplit(config.html_baseurl or HOME).path
    config.ogp_site_name = config.html_title
    config.ogp_image = f"{config.site_url}_static/card.png"


def launches(address, chapter):
    """Where a chapter's notebook can be run: names and addresses; none where the site's address names no repository.

    >>> [link["name"] for link in launches("https://ada.github.io/course/", "01-first")]
    ['Colab', 'Binder']
    >>> launches("https://example.org/", "01-first")
    []
    """
    found = re.fullmatch(r"https://([\w-]+)\.github\.io/([\w.-]+)/", address)
    if not found:
        return []
    repository = f"{found[1]}/{found[2]}"
    colab = f"https://colab.research.google.com/github/{repository}/blob/{BRANCH}/{chapter}.ipynb"
    binder = f"https://mybinder.org/v2/gh/{repository}/{BRANCH}?labpath={chapter}.ipynb"
    return [{"name": "Colab", "url": colab}, {"name": "Binder", "url": binder}]


def offer(app, pagename, templatename, context, doctree):
    """The links at the top of a chapter: its notebook, and where to run it."""
    if (Path(app.outdir).parent / "notebooks" / f"{pagename}.ipynb").exists():
        context["page_notebook"] = f"notebooks/{pagename}.ipynb"
        context["page_launches"] = launches(app.config.html_baseurl, pagename)


def for_launching(notebooks, address, target):
    """Copies of the notebooks that first install the course where it is missing, and what Binder needs beside them."""
    found = re.fullmatch(r"https://([\w-]+)\.github\.io/([\w.-]+)/", address)
    if not found:
        return
    package = f"convolution-course[student] @ git+https://github.com/{found[1]}/{found[2]}"
    cell = {
        "cell_type": "code",
        "execution_count": None,
        "id": "install",
        "metadata": {},
        "outputs": [],
        "source": "# Colab starts without the course.\n"
        "import importlib.util\n\n"
        "if importlib.util.find_spec('lib') is None:\n"
        f'    %pip install --quiet "{package}"',
    }
    target.mkdir(parents=True, exist_ok=True)
    for path in notebooks.glob("*.ipynb"):
        notebook = json.loads(path.read_text(encoding="utf-8"))
        notebook["cells"].insert(0, cell)
        (target / path.name).write_text(json.dumps(notebook, indent=1, ensure_ascii=False), encoding="utf-8")
    (target / "requirements.txt").write_text(f"{package}\njupyterlab\n", encoding="utf-8")


def card(path, title):
    """The picture that others show when they link to the site: the first example, and the book's title."""
    from matplotlib.figure import Figure

    fig = Figure(figsize=(12, 6.3), dpi=100, facecolor="white")
    axes = fig.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, 12), ylim=(0, 6.3))
    axes.axis("off")
    grids = [([[0, 1, 2], [3, 4, 5], [6, 7, 8]], 1.2, "input"), ([[0, 1], [2, 3]], 5.3, "kernel")]
    for rows, left, role in [*grids, ([[19, 25], [37, 43]], 8.6, "output")]:
        for i, row in enumerate(rows):
            for j, value in enumerate(row):
                x, y = left + 0.95 * j, 4.9 - 0.95 * i - (0.48 if len(rows) == 2 else 0)
                dashes = "--" if role == "kernel" else "-"
                axes.add_patch(_rectangle((x, y), COLOURS[role], dashes))
                axes.text(x + 0.46, y + 0.44, str(value), size=26, ha="center", va="center")
    axes.text(4.6, 4.35, "⋆", size=40, ha="center", va="center")
    axes.text(7.9, 4.35, "=", size=40, ha="center", va="center")
    axes.text(6, 1.2, title, size=40, ha="center", va="center", weight="bold")
    fig.savefig(path, metadata={"Software": None})


def _rectangle(at, hue, dashes):
    from matplotlib.colors import to_rgba
    from matplotlib.patches import Rectangle

    return Rectangle(at, 0.92, 0.88, facecolor=to_rgba(hue, 0.2), edgecolor=hue, linewidth=3, linestyle=dashes)


def finish(app, exception):
    """Write what stands beside the pages: the card, robots.txt, the notebooks."""
    if exception or app.builder.name != "html":
        return
    out = Path(app.outdir)
    (out / "robots.txt").write_text(f"User-agent: *\nAllow: /\nSitemap: {app.config.site_url}sitemap.xml\n")
    if not (out / "_static/card.png").exists():
        card(out / "_static/card.png", app.config.html_title)
    notebooks = out.parent / "notebooks"
    shutil.rmtree(out / "notebooks", ignore_errors=True)
    if notebooks.exists():
        shutil.copytree(notebooks, out / "notebooks")
        for_launching(notebooks, app.config.html_baseurl, out.parent / "launch")


def setup(app):
    app.connect("config-inited", settle, priority=1)
    app.connect("html-page-context", offer)
    app.connect("build-finished", finish, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
