"""The build of the book says no: to a failing cell, to a warning, to a broken link. And its settings are all known."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import jupyter_book
import pytest
import yaml

ROOT = Path(__file__).parents[1]
HEADER = """---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  name: python3
  display_name: Python 3
  language: python
---

# A page

"""
PAGES = {
    "a sound page": ("```{code-cell} python\n6 * 7\n```\n\nSee [](index.md).\n", None),
    "a failing cell": ("```{code-cell} python\n1 / 0\n```\n", "ZeroDivisionError"),
    "a warning from a cell": ("```{code-cell} python\nimport warnings\nwarnings.warn('old')\n```\n", "stderr"),
    "a broken link": ("See [the next page](no-such-page.md).\n", "no-such-page"),
    "a directive that does not exist": ("```{no-such-directive}\n```\n", "no-such-directive"),
    "a run that settles no question": (
        "```{code-cell} python\n:tags: [settles]\n6 * 7\n```\n",
        "no dropdown stands before",
    ),
    "a citation that does not exist": ("{cite:t}`nobody1999`\n", "nobody1999"),
    "a file that is not there": ("```{image} no-such-image.png\n:alt: nothing\n```\n", "no-such-image.png"),
}


def build(folder, page):
    """Build a book of one page with the course's own settings and extensions."""
    shutil.copy(ROOT / "_config.yml", folder)
    shutil.copytree(ROOT / "book/_ext", folder / "book/_ext")
    shutil.copytree(ROOT / "book/_static", folder / "book/_static")
    shutil.copytree(ROOT / "book/_templates", folder / "book/_templates")
    shutil.copytree(ROOT / "lib", folder / "lib")
    shutil.copy(ROOT / "book/references.bib", folder / "book")
    shutil.copy(ROOT / "requirements.txt", folder)
    (folder / "book/_toc.yml").write_text("format: jb-book\nroot: index\nchapters:\n- file: page\n")
    (folder / "book/index.md").write_text("# A book\n\nSome words.\n")
    (folder / "book/page.md").write_text(HEADER + page)
    program = Path(sys.executable).parent / "jupyter-book"
    command = [str(program), "build", "book", "-W", "--keep-going"]
    environment = {**os.environ, "PATH": f"{program.parent}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, env=environment)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("case", PAGES)
def test_the_build_takes_sound_pages_and_refuses(case, tmp_path):
    page, complaint = PAGES[case]
    code, said = build(tmp_path, page)
    assert (code == 0) == (complaint is None), said[-3000:]
    assert complaint is None or complaint in said


def test_every_setting_is_one_that_jupyter_book_knows():
    folder = Path(jupyter_book.__file__).parent
    schema = json.loads((folder / "config_schema.json").read_text())["properties"]
    defaults = yaml.safe_load((folder / "default_config.yml").read_text())
    settings = yaml.safe_load((ROOT / "_config.yml").read_text())
    for section, value in settings.items():
        assert section in {**schema, **defaults}
        if isinstance(value, dict):
            known = {*schema.get(section, {}).get("properties", {}), *(defaults.get(section) or {})}
            assert set(value) <= known, section
