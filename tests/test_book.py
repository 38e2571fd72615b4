"""The book is whole and stays readable: its list of pages, its cells, its terms, its pictures' words, its notebooks.

Every page is listed once, in order. Cells fit a screen and please ruff. A term in bold is in the glossary and links to
it. Whatever draws says in words what it shows. Nothing in git carries outputs. A downloaded notebook runs by itself, in
what the `student` extra installs.
"""

import ast
import json
import os
import re
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import jupytext
import nbformat
import pytest
import yaml
from nbclient import NotebookClient

ROOT = Path(__file__).parents[1]
BOOK = ROOT / "book"
PAGES = {
    path.relative_to(BOOK).with_suffix("").as_posix(): path.read_text(encoding="utf-8")
    for path in sorted([*BOOK.glob("*.md"), *BOOK.glob("instructors/*.md")])
}
NOTEBOOKS = [name for name, text in PAGES.items() if "{code-cell}" in text]
CHAPTERS = [name for name in PAGES if re.match(r"\d\d-", name)]
SLUGS = [
    *("cross-correlation", "edge-detection", "learning-a-kernel", "channels", "padding-and-stride", "pooling"),
    *("receptive-field", "dilated", "separable", "grouped", "transposed", "one-and-three-dimensions", "capstone"),
]
SCREEN = 30  # lines of code
ALL = os.environ.get("COURSE_TESTS") == "all"


@cache
def cells(name, kind="code"):
    """The cells of one kind of a page."""
    return [cell for cell in jupytext.reads(PAGES[name], fmt="md:myst").cells if cell.cell_type == kind]


@cache
def prose(name):
    """A page's sentences: without header, code, formulas, directives' first lines and what stands in backticks."""
    text = re.sub(r"\A---\n.*?\n---\n", "", PAGES[name], flags=re.S)
    text = re.sub(r"^(`{3,})(?!\{(?:admonition|note|tip|warning)).*?^\1\s*$", "", text, flags=re.S | re.M)
    text = re.sub(r"\$\$.*?\$\$|\$[^$\n]+\$", "", text, flags=re.S)
    return re.sub(r"(?<![}`])`[^`\n]+`", "code", text)


# The list of pages


def listed():
    """What _toc.yml lists, in order."""
    toc = yaml.safe_load((BOOK / "_toc.yml").read_text(encoding="utf-8"))
    return [chapter["file"] for part in toc["parts"] for chapter in part["chapters"]]


def test_every_page_is_listed_once_and_every_entry_exists():
    assert sorted(listed()) == sorted(set(PAGES) - {"index"})


def test_the_chapters_are_the_thirteen_in_order():
    assert [name for name in listed() if name in CHAPTERS] == [f"{n:02d}-{slug}" for n, slug in enumerate(SLUGS, 1)]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_a_title_and_a_description(name):
    text = prose(name)
    assert len(re.findall(r"^# ", text, flags=re.M)) == 1
    described = yaml.safe_load(PAGES[name].split("---\n")[1])["myst"]["html_meta"]["description"]
    assert 40 <= len(described) <= 200
    assert "$" not in described


@pytest.mark.parametrize("name", [name for name in CHAPTERS if "capstone" not in name])
def test_a_chapter_has_the_parts_of_a_chapter(name):
    text = prose(name)
    first = PAGES[name].index("{code-cell}")
    assert first < PAGES[name].index("**You will**") < PAGES[name].index("**You need**")
    parts = re.findall(r"^## (.+)$", text, flags=re.M)
    assert [part for part in parts if part in ("Try", "In practice", "Traps", "Sources")] == [
        "Try",
        "In practice",
        "Traps",
        "Sources",
    ]
    assert any(part.startswith("Predict") for part in parts)
    assert parts[-1] == "Sources"
    assert "```{downloads}" in PAGES[name]
    tabs = {tag for cell in cells(name) for tag in cell.metadata.get("tags", []) if tag.startswith("tab-")}
    assert tabs == {"tab-numpy", "tab-pytorch", "tab-mxnet"}


# Cells


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_no_cell_is_longer_than_a_screen(name):
    long = [cell.source.splitlines()[0] for cell in cells(name) if len(cell.source.splitlines()) > SCREEN]
    assert not long, f"{name}: more than {SCREEN} lines in the cells that begin with {long}"


def test_cells_please_ruff(tmp_path):
    for name in NOTEBOOKS:
        jupytext.write(jupytext.reads(PAGES[name], fmt="md:myst"), tmp_path / f"{name}.ipynb")
    settings = ["--config", ROOT / "pyproject.toml", "--extend-ignore", "PT"]  # a cell is not a pytest test
    command = [sys.executable, "-m", "ruff", "check", "--no-cache", *settings, tmp_path]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_notebooks_in_git_carry_no_outputs():
    tracked = subprocess.run(["git", "ls-files", "*.ipynb"], cwd=ROOT, capture_output=True, text=True, check=True)
    paths = tracked.stdout.splitlines()
    assert paths
    for path in paths:
        for cell in json.loads((ROOT / path).read_text(encoding="utf-8"))["cells"]:
            assert not cell.get("outputs"), f"{path}: cell {cell['id']} carries an output"
            assert cell.get("execution_count") is None, f"{path}: cell {cell['id']} carries a number"


# Terms


def glossary():
    """Each entry of the glossary: its terms, and the lines that define them."""
    body = re.search(r"```\{glossary\}\n(.*?)\n```", PAGES["glossary"], flags=re.S)[1]
    entries = []
    for line in body.splitlines():
        if line.startswith("  "):
            entries[-1].lines.append(line.strip())
        elif line:
            if not entries or entries[-1].lines:
                entries.append(SimpleNamespace(terms=[], lines=[]))
            entries[-1].terms.append(line)
    return entries


ENTRIES = glossary()
TERMS = {term.lower() for entry in ENTRIES for term in entry.terms}
HAN = r"[\u4e00-\u9fff、 0-9×A-Za-z]+"


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.terms[0])
def test_an_entry_has_its_names_in_both_scripts_and_one_sentence(entry):
    names, sentence = entry.lines
    assert re.fullmatch(rf"\[{HAN}\]\{{.language-zh-Hans\}} · \[{HAN}\]\{{.language-zh-Hant\}}", names)
    assert re.fullmatch(r"[A-Z].*[^.]\.", sentence)
    assert not re.search(r"[.!?] [A-Z]", sentence), "one sentence is enough"


def test_entries_stand_in_the_order_of_the_alphabet_and_only_once():
    first = [entry.terms[0].lower() for entry in ENTRIES]
    assert first == sorted(first)
    assert len(TERMS) == sum(len(entry.terms) for entry in ENTRIES)


def linked(text):
    """The targets of all {term} roles, in order."""
    roles = re.findall(r"\{term\}`([^`]+)`", text)
    return [re.sub(r".*<(.+)>", r"\1", role).lower() for role in roles]


@pytest.mark.parametrize("name", PAGES)
def test_every_linked_term_is_defined(name):
    undefined = set(linked(PAGES[name])) - TERMS
    assert not undefined, f"{name} links to terms that the glossary does not have: {undefined}"


@pytest.mark.parametrize("name", [name for name in PAGES if name not in ("index", "glossary", "contributing")])
def test_a_word_in_bold_is_a_term_and_links_to_its_sentence(name):
    # Bold also opens a paragraph: then it ends in a full stop or a colon, is a quotation, or starts with a capital.
    bold = re.findall(r"\*\*([a-z0-9][^*\n]*?[^.:?!,*])\*\*", prose(name))
    unlinked = [words for words in bold if not words.startswith("code") and "{term}" not in words]
    missing = [words for words in unlinked if words.lower() not in TERMS]
    assert not unlinked, f"{name}: write **{{term}}`…`** for {unlinked}; not in the glossary: {missing}"


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_term_is_linked_at_its_first_use_only(name):
    bold = linked("".join(re.findall(r"\*\*(\{term\}`[^`]+`)\*\*", prose(name))))
    assert len(bold) == len(set(bold)), f"{name}: a term is introduced twice in {bold}"


# Pictures and their words


def drawings(source):
    """Calls of lib.draw in a cell, as (function, keyword arguments)."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("draw."):
            yield ast.unparse(node.func).removeprefix("draw."), {word.arg: word.value for word in node.keywords}


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_every_drawing_says_what_it_shows(name):
    from lib import draw

    for cell in cells(name):
        for function, keywords in drawings(cell.source):
            assert function in draw.__all__, f"{name}: lib.draw has no {function}"
            if "alt" in keywords:
                words = [part.value for part in ast.walk(keywords["alt"]) if isinstance(part, ast.Constant)]
                told = "".join(word for word in words if isinstance(word, str))
                assert len(told) >= 15, f"{name}: {told!r} does not say what draw.{function} shows"


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_figures_come_from_lib_draw(name):
    for cell in cells(name):
        if re.search(r"\bplt\.(show|imshow|plot)\(|\.savefig\(", cell.source):
            assert "draw.plot(" in cell.source, f"{name}: a figure without words in\n{cell.source}"


@pytest.mark.parametrize("name", PAGES)
def test_pages_have_no_raw_html_and_images_have_words(name):
    text = prose(name)
    assert not re.search(r"<(?:/?(?:div|span|img|table|br|p|a|b|i|details|summary|figure|svg|script|style)\b)", text)
    assert not re.search(r"!\[\s*\]\(", text)
    for image in re.findall(r"```\{(?:image|figure)\}.*?```", PAGES[name], flags=re.S):
        assert re.search(r":alt: \S{3}", image), f"{name}: {image} needs an :alt:"


# The page of traps


def questions():
    """Each dropdown of the page of traps: its statement, its answer, and the cell that follows."""
    pattern = r":::\{dropdown\} (.+?)\n(.+?)\n:::\n\n```\{code-cell\} python\n(.+?)\n```"
    return [SimpleNamespace(statement=s, answer=a, cell=c) for s, a, c in re.findall(pattern, PAGES["traps"], re.S)]


def test_every_question_has_an_answer_a_chapter_and_a_run():
    found = questions()
    assert len(found) == PAGES["traps"].count("{dropdown}") == PAGES["traps"].count("settles, ledger-") >= 40
    for question in found:
        assert re.match(r"\*\*(True|False)\b", question.answer), question.statement
        assert re.search(r"\[\]\((\d\d-[a-z-]+|why)\.md\)", question.answer), question.statement
        assert "\nassert " in question.cell or "\n    assert " in question.cell, question.statement


def test_some_of_the_statements_are_true():
    answers = [question.answer.startswith("**True") for question in questions()]
    assert 5 <= sum(answers) <= len(answers) / 2
    assert not any(all(answers[i : i + 4]) for i in range(len(answers)))


# Sources


def test_every_chapter_cites_and_lists_what_it_cites():
    keys = re.findall(r"^@\w+\{([^,]+),", (BOOK / "references.bib").read_text(encoding="utf-8"), flags=re.M)
    assert len(keys) == len(set(keys)), f"twice in references.bib: {sorted({k for k in keys if keys.count(k) > 1})}"
    for name, text in PAGES.items():
        cited = {key.strip() for keys in re.findall(r"\{cite(?::\w+)?\}`([^`]+)`", text) for key in keys.split(",")}
        assert cited <= set(keys), f"{name}: {cited - set(keys)} not in references.bib"
        assert not cited or "```{bibliography}" in text, f"{name} cites, but has no list of sources"
        assert cited or name not in CHAPTERS, f"{name} cites nothing"


# A downloaded notebook

# What some page imports that the `student` extra need not bring: hidden, when a notebook is run as a student would.
NOT_FOR_STUDENTS = ("mxnet", "scipy", "tensorboard", "jupytext", "sphinx", "nbgrader")


def downloaded(folder):
    """The notebooks that the build writes, by name."""
    sys.path.insert(0, str(BOOK / "_ext"))
    try:
        from downloads import write_notebooks
    finally:
        sys.path.pop(0)
    write_notebooks(SimpleNamespace(outdir=str(folder / "html"), srcdir=str(BOOK)))
    return {path.stem: nbformat.read(path, as_version=4) for path in (folder / "notebooks").glob("*.ipynb")}


def test_a_downloaded_notebook_needs_no_myst(tmp_path):
    notebooks = downloaded(tmp_path)
    assert sorted(notebooks) == NOTEBOOKS
    for name, notebook in notebooks.items():
        for cell in notebook.cells:
            if cell.cell_type == "markdown":
                myst = re.search(r"\{[\w:-]+\}`|^(:::|```\{)|\]\([^)]*\.md\)|^\([\w-]+\)=", cell.source, flags=re.M)
                assert not myst, f"{name}: a notebook program cannot show {myst[0]!r} in\n{cell.source}"


def student_brings(package):
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    return any(re.match(rf"{package}\b", wanted) for wanted in extras["student"])


@pytest.mark.parametrize("name", NOTEBOOKS if ALL else ["01-cross-correlation"])
@pytest.mark.parametrize("hidden", [(), NOT_FOR_STUDENTS], ids=["here", "in what students install"])
def test_a_downloaded_notebook_runs_by_itself(name, hidden, tmp_path, monkeypatch):
    notebook = downloaded(tmp_path)[name]
    missing = [package for package in hidden if not student_brings(package)]
    hide = f"import sys\nsys.modules.update(dict.fromkeys({missing!r}))"
    notebook.cells.insert(0, nbformat.v4.new_code_cell(hide))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))  # as if the course were installed
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    client = NotebookClient(notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": tmp_path}})
    client.execute()
    said = [out for cell in notebook.cells for out in cell.get("outputs", []) if out.get("name") == "stderr"]
    assert not said, f"{name} prints warnings: {said}"


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_page_imports_what_students_have(name):
    allowed = {"lib", "numpy", "torch", "matplotlib", "PIL", "IPython", *sys.stdlib_module_names}
    for cell in cells(name):
        for node in ast.walk(ast.parse(cell.source)):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module] if isinstance(node, ast.ImportFrom) else []
            unknown = [full for full in names if full.split(".")[0] not in allowed]
            assert not unknown or student_brings(unknown[0].split(".")[0]) or "has_mxnet" in cell.source, (
                f"{name} imports {unknown}, which the student extra does not bring"
            )
