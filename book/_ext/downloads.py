"""The `{downloads}` directive: a chapter's own notebook and its exercise, to take home. And all exercises in one file,
with the package that checks them.

A chapter is written in MyST-Markdown. At the start of each build every chapter is also written as a notebook, always
in the same way, so that what a reader downloads does not depend on caches, and in words that every notebook program
can show.
"""

from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import jupytext
from docutils import nodes
from plain import plain
from sphinx.addnodes import download_reference
from sphinx.util.docutils import SphinxDirective

ROOT = Path(__file__).parents[2]
FOLDED = {  # what a tag folds away on the page, in Jupyter's own words
    "hide-input": {"source_hidden": True},
    "hide-output": {"outputs_hidden": True},
    "hide-cell": {"source_hidden": True, "outputs_hidden": True},
    "settles": {"source_hidden": True, "outputs_hidden": True},
}
FOLDER = "convolution-course"  # what the file unpacks to, and `pip install` takes
PACKED = [
    *("exercises/*/*", "lib/**/*.py", "grading/**/*.py", "book/images/*.png", "book/images/ORIGIN.md"),
    *("pyproject.toml", "README.md", "LICENSE"),
]


def write_notebooks(app):
    """Every chapter with code cells, as _build/notebooks/<chapter>.ipynb."""
    folder = Path(app.outdir).parent / "notebooks"
    folder.mkdir(parents=True, exist_ok=True)
    for chapter in sorted(Path(app.srcdir).glob("*.md")):
        if "{code-cell}" in (source := chapter.read_text(encoding="utf-8")):
            notebook, keys = jupytext.reads(source, fmt="md:myst"), []
            for n, cell in enumerate(notebook.cells):
                cell["id"] = f"cell-{n}"  # jupytext draws ids at random
                if cell.cell_type == "markdown":
                    cell.source = plain(cell.source, keys)
                for tag in cell.metadata.get("tags", []):
                    if tag in FOLDED:
                        cell.metadata["jupyter"] = FOLDED[tag]
            text = jupytext.writes(notebook, fmt="ipynb")
            target = folder / f"{chapter.stem}.ipynb"
            if not target.exists() or target.read_text(encoding="utf-8") != text:
                target.write_text(text, encoding="utf-8")


def pack_exercises(app):
    """All exercises and what they run with, as _build/exercises.zip; the same file as long as these are the same."""
    target = Path(app.outdir).parent / "exercises.zip"
    content = BytesIO()
    with ZipFile(content, "w", ZIP_DEFLATED) as packed:
        for path in sorted(path for pattern in PACKED for path in ROOT.glob(pattern) if path.is_file()):
            entry = ZipInfo(str(Path(FOLDER, path.relative_to(ROOT))))  # its date is fixed
            packed.writestr(entry, path.read_bytes(), ZIP_DEFLATED)
    if not target.exists() or target.read_bytes() != content.getvalue():
        target.write_bytes(content.getvalue())


class Downloads(SphinxDirective):
    """A list of links: the exercise that goes with this chapter, and the chapter as a notebook."""

    def run(self):
        chapter = self.env.docname
        notebooks = Path(self.env.app.outdir).parent / "notebooks"
        offered = [
            ("The exercise to this chapter", ROOT / "exercises" / chapter / f"{chapter}.ipynb"),
            ("This chapter as a notebook", notebooks / f"{chapter}.ipynb"),
            ("All exercises in one file", notebooks.parent / "exercises.zip"),
        ]
        links = nodes.bullet_list(classes=["downloads"])
        for text, path in offered:
            if not path.exists():
                raise self.error(f"{text.lower()} is missing: there is no {path.relative_to(ROOT)}")
            target = "/" + str(Path("..") / path.relative_to(ROOT))
            words = nodes.inline("", f"{text} ({path.suffix})")
            link = download_reference("", "", words, refdoc=chapter, reftarget=target)
            links += nodes.list_item("", nodes.paragraph("", "", link))
        return [links]


def setup(app):
    app.add_directive("downloads", Downloads)
    app.connect("builder-inited", write_notebooks)
    app.connect("builder-inited", pack_exercises)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
