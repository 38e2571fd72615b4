"""Submissions of the miniature course, named by outcome, each with the score it must receive.

right_ honest work with full marks, however odd; wrong_ honest work with less; broken_ files that cannot be graded;
hostile_ attempts to gain points or to reach beyond the jail. A function gets the released notebook and the folder it
is handed in from; it returns the notebook, or the bytes of the file.
"""

import json
import os
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell

from tests.grading.mini import FULL, cell, graded, solve

SUBMISSIONS = {}


def expect(score=FULL, flags=(), reason="", **cells):
    """What must come of a submission: its score, the kinds of flags, a piece of the reason it failed for."""

    def register(make):
        SUBMISSIONS[make.__name__] = (
            make,
            {"score": score, "flags": {None} if flags is None else set(flags), "reason": reason, "cells": cells},
        )
        return make

    return register


def before(nb, grade_id, *sources):
    """Put code cells of the student's before a cell."""
    place = nb.cells.index(cell(nb, grade_id))
    nb.cells[place:place] = [new_code_cell(s) for s in sources]
    return nb


# --- right: honest work does not suffer


@expect()
def right_plain(nb, folder):
    return solve(nb)


@expect()
def right_warns(nb, folder):
    return solve(
        nb, double="import warnings\ndef double(x):\n    warnings.warn('slow')\n    return 2.0 * np.asarray(x)"
    )


@expect()
def right_prints_to_stderr(nb, folder):
    return solve(
        nb, count="import sys\ndef count(text, letter):\n    print('!', file=sys.stderr)\n    return text.count(letter)"
    )


@expect()
def right_failing_scratch_cell(nb, folder):
    return before(solve(nb), "share", "1 / 0", "undefined_name", "def broken(:")


@expect(flags=["missing"])
def right_deleted_test(nb, folder):
    solve(nb).cells.remove(cell(nb, "double_hidden"))
    nb.cells.remove(cell(nb, "best_value"))
    return nb


@expect(flags=["edited"])
def right_edited_test(nb, folder):
    cell(solve(nb), "double_shown").source = "assert False"
    return nb


@expect(flags=["copied"])
def right_copied_solution_cell(nb, folder):
    place = nb.cells.index(cell(solve(nb), "double"))
    nb.cells.insert(place, nbformat.from_dict({**cell(nb, "double"), "id": "copy"}))
    return nb


@expect(flags=["moved"])
def right_test_moved_to_the_top(nb, folder):
    test = cell(solve(nb), "share_shown")
    nb.cells.remove(test)
    nb.cells.insert(0, test)
    return nb


@expect()
def right_other_kernel_name(nb, folder):
    solve(nb).metadata.kernelspec = {"name": "conda-env-mine", "display_name": "Mine", "language": "python"}
    return nb


@expect()
def right_without_cell_ids(nb, folder):
    data = json.loads(nbformat.writes(solve(nb)))
    data["nbformat_minor"] = 2
    for item in data["cells"]:
        item.pop("id", None)
    return json.dumps(data).encode()


@expect()
def right_duplicate_cell_ids(nb, folder):
    data = json.loads(nbformat.writes(solve(nb)))
    for item in data["cells"]:
        item["id"] = "same"
    return json.dumps(data).encode()


@expect()
def right_format_3(nb, folder):
    old = nbformat.v3.nbbase.new_notebook(
        worksheets=[
            nbformat.v3.nbbase.new_worksheet(
                cells=[
                    nbformat.v3.new_code_cell(input=c.source, metadata=dict(c.metadata))
                    if c.cell_type == "code"
                    else nbformat.v3.new_text_cell("markdown", source=c.source, metadata=dict(c.metadata))
                    for c in solve(nb).cells
                ]
            )
        ]
    )
    return json.dumps({**old, "nbformat": 3, "nbformat_minor": 0}).encode()


@expect()
def right_asks_for_input(nb, folder):
    return before(solve(nb), "share", "name = input('Who are you? ')")


@expect()
def right_saved_with_a_byte_order_mark(nb, folder):
    return b"\xef\xbb\xbf" + nbformat.writes(solve(nb)).encode()


@expect()
def right_wrong_schema_version(nb, folder):
    for item in solve(nb).cells:
        if "nbgrader" in item.metadata:
            item.metadata.nbgrader.schema_version = 99
    return nb


@expect()
def right_metadata_is_a_string(nb, folder):
    data = json.loads(nbformat.writes(solve(nb)))
    data["metadata"] = "mine"
    data["cells"][0]["metadata"] = "also mine"
    return json.dumps(data).encode()


@expect()
def right_lists_for_arrays(nb, folder):
    return solve(nb, double="def double(x):\n    return [[2.0 * v for v in row] for row in np.asarray(x).tolist()]")


@expect()
def right_ends_cells_with_plots_and_magics(nb, folder):
    return before(
        solve(nb), "share", "%matplotlib inline\nplt.plot([1, 2])", "%%time\ny = 1", "!echo hello", "await_me = 1\nX"
    )


@expect()
def right_starts_a_process_of_its_own(nb, folder):
    return before(
        solve(nb), "share", "import os\npid = os.fork()\nif pid == 0:\n    os._exit(0)\nos.waitpid(pid, 0)",
        "from multiprocessing import Pool\ndef f(x):\n    return x\nwith Pool(2) as p:\n    print(p.map(f, [1, 2]))",
    )  # fmt: skip


@expect()
def right_uses_many_threads_and_async(nb, folder):
    return before(
        solve(nb), "share", "import threading\nts = [threading.Thread(target=sum, args=([1],)) for _ in range(8)]\n"
        "[t.start() for t in ts]; [t.join() for t in ts]", "import asyncio\nawait asyncio.sleep(0)",
    )  # fmt: skip


@expect()
def right_reseeds_and_reads_the_clock(nb, folder):
    return before(solve(nb), "double", "import random, time\nrandom.seed(1); np.random.seed(2); torch.manual_seed(3)")


@expect()
def right_helper_module_beside_the_notebook(nb, folder):
    Path(folder, "helper.py").write_text("def twice(x):\n    return 2.0 * x\n")
    return solve(nb, double="import helper\ndef double(x):\n    return helper.twice(np.asarray(x))")


@expect()
def right_callable_object(nb, folder):
    return solve(
        nb, double="class Double:\n    def __call__(self, x):\n        return 2.0 * np.asarray(x)\ndouble = Double()"
    )


@expect()
def right_changes_given_names_of_its_own(nb, folder):
    return before(solve(nb), "share", "X = None\nplt = None")


@expect()
def right_extra_solution_outputs(nb, folder):
    return solve(nb, best="for i in range(3000):\n    print('line', i)\nbest = 42")


@expect(flags=["renamed"])
def right_renamed_file(nb, folder):
    Path(folder, "ps1 (1).ipynb").write_text(nbformat.writes(solve(nb)))
    return None


def odd(name, *cells, **answers):
    """Right answers, among cells that are unusual, or given in an unusual way."""

    def make(nb, folder):
        return before(solve(nb, **answers), "double", *cells)

    make.__name__ = f"right_{name}"
    return expect()(make)


odd("unicode_names", "π = 3.14\nprint('😀 \u202e rtl', π)")
odd("fraction_for_a_number", best="from fractions import Fraction\nbest = Fraction(84, 2)")
odd("decimal_for_a_number", best="from decimal import Decimal\nbest = Decimal('42.0')")
odd("enum_for_a_number", best="import enum\nclass E(enum.IntEnum):\n    A = 42\nbest = E.A")
odd("array_of_one_for_a_number", best="best = np.array([42])")
odd("tensor_for_a_number", best="best = torch.tensor(42)")
odd("big_endian_array", double="def double(x):\n    return (2.0 * np.asarray(x)).astype('>f8')")
odd("half_precision", double="def double(x):\n    return (2.0 * np.asarray(x)).astype(np.float16)")
odd("tensor_for_an_array", double="def double(x):\n    return torch.as_tensor(np.array(x)) * 2")
odd("matrix", double="def double(x):\n    return np.matrix(x) * 2")
odd("vectorized", double="double = np.vectorize(lambda v: 2.0 * v)")
odd("bound_method", double="class A:\n    def d(self, x):\n        return 2 * np.asarray(x)\ndouble = A().d")
odd(
    "torch_module",
    share="class Share(torch.nn.Module):\n    def forward(self, t):\n        return t / t.sum()\nshare = Share()",
)
odd("scripted", share="@torch.jit.script\ndef share(t):\n    return t / t.sum()")
odd("cached", count="import functools\n@functools.cache\ndef count(text, letter):\n    return text.count(letter)")
odd("star_imports_and_shadowed_builtins", "from math import *\nfrom numpy import *\nlist = [1]\nabs = len = None")
odd(
    "strict_settings",
    "import warnings\nnp.seterr(all='raise')\nwarnings.simplefilter('error')\ntorch.set_default_dtype(torch.float64)",
)
odd("ends_cells_oddly", "raise SystemExit", "exit()", "raise KeyboardInterrupt", "import sys\nsys.exit(1)")
odd("loses_its_output", "import os, sys\nsys.stdout.close()\nsys.stderr = None", "import os\nos.close(1)\nos.close(2)")
odd(
    "threads_left_behind",
    "import threading\ndef spin():\n    while True: pass\nthreading.Thread(target=spin, daemon=True).start()",
)
odd(
    "exit_handlers",
    "import atexit, os\natexit.register(lambda: os._exit(3))\nclass D:\n    def __del__(self):\n        1 / 0\nD()",
)
odd("many_magics", "%%capture out\nprint(1)", "%%bash\necho hi", "%%writefile t.py\nx = 1", "%run t.py", "np.array?",
    "%pdb on\n1 / 0", "%matplotlib widget", "%load_ext autoreload\n%autoreload 2")  # fmt: skip
odd("shell_lines", double="!echo $HOME {1 + 1}\n!cat\n%pip install nothing-of-this-name\ndef double(x):\n    return 2.0 * np.asarray(x)")  # fmt: skip  # noqa: E501
odd("widgets", "import ipywidgets as w\nw.interact(lambda x: x, x=3)\nw.IntSlider()")
odd("debugger", "breakpoint()", "import pdb\npdb.set_trace()")
odd(
    "asks_for_input_in_every_way",
    "import getpass, sys\ngetpass.getpass()",
    "sys.stdin.read()\nfor line in open(0): pass",
)
odd("goes_elsewhere", "import os\nos.chdir('/tmp')")
odd("shows_and_prints_in_a_function", double="def double(x):\n    display('hello')\n    plt.plot([1, 2])\n    print('x' * 100_000)\n    return 2.0 * np.asarray(x)")  # fmt: skip  # noqa: E501
odd(
    "data_loader_with_workers",
    "from torch.utils.data import DataLoader\nassert len(list(DataLoader(list(range(8)), num_workers=2))) == 8",
)


@expect(flags=["missing"])
def right_all_metadata_lost(nb, folder):
    nb = solve(nb)
    for item in nb.cells:
        item.metadata = {}
    return nb


@expect(flags=["missing"])
def right_answer_in_a_cell_of_its_own(nb, folder):
    nb = solve(nb)
    cell(nb, "double").metadata = {}
    return nb


@expect()
def right_odd_cell_ids(nb, folder):
    data = json.loads(nbformat.writes(solve(nb)))
    for index, item in enumerate(data["cells"]):
        item["id"] = [None, 5, "", "a b", "../x", "x" * 300][index % 6]
    return json.dumps({**data, "nbformat_minor": "99"}).encode()


@expect()
def right_unknown_cell_types_and_outputs(nb, folder):
    data = json.loads(nbformat.writes(solve(nb)))
    for item in data["cells"]:
        if item["cell_type"] == "code":
            item["outputs"] = [5, None, {"output_type": "pyout"}]
    data["cells"] += [{"cell_type": "weird", "source": ["a"], "metadata": None}, {}, {"cell_type": "raw", "source": ""}]
    return json.dumps(data).encode()


@expect()
def right_odd_attachments(nb, folder):
    image = new_markdown_cell("![a](attachment:a.png)")
    image["attachments"] = {"a.png": {"image/png": "aGk=", "x": "y"}, "<x>": {"text/html": "<script>"}}
    solve(nb).cells.insert(0, image)
    return nb


@expect()
def right_utf_16_with_odd_characters(nb, folder):
    solve(nb).cells += [new_code_cell("x = 'a\x00b'"), new_markdown_cell("a\x00b\x1b[31m")]
    return nbformat.writes(nb).encode("utf-16")


@expect()
def right_lone_surrogate(nb, folder):
    nb = json.loads(nbformat.writes(solve(nb)))
    nb["cells"].append({"cell_type": "code", "source": "s = '\ud800'", "metadata": {}, "outputs": []})
    return json.dumps(nb).encode()


@expect()
def right_30_mb_of_outputs_in_the_file(nb, folder):
    solve(nb).cells[1].outputs = [nbformat.v4.new_output("stream", text="x" * 30 * 2**20)]
    return nb


@expect(flags=["renamed"])
def right_in_a_folder_of_its_own(nb, folder):
    Path(folder, "ps1").mkdir()
    Path(folder, "ps1", "my ps1.ipynb").write_text(nbformat.writes(solve(nb)))
    return None


@expect()
def right_beside_a_checkpoint_and_a_copy(nb, folder):
    for name in (".ipynb_checkpoints/ps1-checkpoint.ipynb", "ps1-Copy1.ipynb"):
        Path(folder, name).parent.mkdir(exist_ok=True)
        Path(folder, name).write_text(nbformat.writes(nb))
    return solve(nb)


@expect(flags=["timestamp"])
def right_with_a_timestamp_that_is_none(nb, folder):
    Path(folder, "timestamp.txt").write_text("yesterday\n")
    return solve(nb)


@expect()
def right_reads_its_own_data(nb, folder):
    Path(folder, "sub").mkdir()
    Path(folder, "sub", "dätä 😀.csv").write_text("1,2")
    return solve(nb, best="best = int(np.loadtxt('sub/dätä 😀.csv', delimiter=',').sum()) * 14")


# --- wrong: honest work with less than full marks


@expect(0.0)
def wrong_unchanged(nb, folder):
    return nb


@expect(7.0, double_shown=0.0, double_hidden=0.0)
def wrong_squares(nb, folder):
    return solve(nb, double="def double(x):\n    return np.asarray(x) ** 2")


@expect(10.0, count_part=2.0)
def wrong_in_part(nb, folder):
    return solve(nb, count="def count(text, letter):\n    return 0")


@expect(11.0, best_value=0.0)
def wrong_value(nb, folder):
    return solve(nb, best="best = 43")


@expect(7.0, double_shown=0.0, double_hidden=0.0)
def wrong_empty_array(nb, folder):
    return solve(nb, double="def double(x):\n    return np.zeros((0, 3))")


@expect(7.0, double_shown=0.0, double_hidden=0.0)
def wrong_nan(nb, folder):
    return solve(nb, double="def double(x):\n    return np.full(np.shape(x), np.nan)")


@expect(10.0, share_shown=0.0)
def wrong_broadcasts(nb, folder):
    return solve(nb, share="def share(t):\n    return torch.zeros(0)")


@expect(11.0, best_value=0.0)
def wrong_object_with_its_own_eq(nb, folder):
    return solve(nb, best="class Any:\n    def __eq__(self, other):\n        return True\nbest = Any()")


@expect(7.0, double_shown=0.0, double_hidden=0.0)
def wrong_returns_none(nb, folder):
    return solve(nb, double="def double(x):\n    2.0 * np.asarray(x)")


@expect(7.0, double_shown=0.0, double_hidden=0.0)
def wrong_syntax(nb, folder):
    return solve(nb, double="def double(x)\n    return 2 * x")


@expect(7.0, double_shown=0.0, double_hidden=0.0)
def wrong_recurses_for_ever(nb, folder):
    return solve(nb, double="def double(x):\n    return double(x)")


@expect(7.0, flags=["timeout"], double_shown=0.0, double_hidden=0.0)
def wrong_endless_loop_in_a_cell(nb, folder):
    return solve(nb, double="while True:\n    pass")


@expect(10.0, share_shown=0.0)
def wrong_endless_loop_in_a_function(nb, folder):
    return solve(nb, share="def share(t):\n    while True:\n        pass")


# --- broken: an error for this student only


@expect(None, reason="breaks off or is damaged at line")
def broken_truncated(nb, folder):
    data = nbformat.writes(solve(nb)).encode()
    return data[: len(data) // 2]


@expect(None, reason="is not UTF-8 text")
def broken_encoding(nb, folder):
    return nbformat.writes(solve(nb)).encode().replace(b"Because", b"\xff\xfe\xfd")


@expect(None, reason="is empty")
def broken_empty(nb, folder):
    return b""


@expect(None, reason="holds a JSON list")
def broken_list(nb, folder):
    return b"[1, 2]"


@expect(None, reason="newer than this grader")
def broken_future_format(nb, folder):
    return json.dumps({**json.loads(nbformat.writes(nb)), "nbformat": 5}).encode()


@expect(None, reason="no notebook")
def broken_other_json(nb, folder):
    return b'{"name": "package"}'


@expect(None, reason="nested too deeply")
def broken_nesting(nb, folder):
    return b"[" * 200_000


@expect(None, reason="cells are not a list")
def broken_cells(nb, folder):
    return b'{"nbformat": 4, "cells": {"a": 1}}'


@expect(None, reason="is not a cell")
def broken_cell(nb, folder):
    return b'{"nbformat": 4, "cells": [5]}'


@expect(None, reason="there is no ps1.ipynb")
def broken_missing(nb, folder):
    Path(folder, "essay.txt").write_text("I did it elsewhere.")
    return None


@expect(None, reason="(a link)")
def broken_link_to_another_notebook(nb, folder):
    os.symlink("../../right_plain/ps1/ps1.ipynb", Path(folder, "ps1.ipynb"))
    return None


@expect(None, reason="20,001 cells; at most 20,000")
def broken_too_many_cells(nb, folder):
    return json.dumps({"nbformat": 4, "cells": [{"cell_type": "code"}] * 20_001}).encode()


@expect(None, reason="in the middle of a character, on line 2")
def broken_within_a_character(nb, folder):
    return '{"cells": [\n{"source": "\N{EURO SIGN}'.encode()[:-1]


@expect(None, reason="is empty: 4096 bytes")
def broken_by_a_lost_upload(nb, folder):
    return bytes(4096)


@expect()
def right_three_thousand_cells(nb, folder):
    nb = before(solve(nb), "share", *[f"scratch = {i}" for i in range(300)])
    nb.cells += [new_code_cell("") for _ in range(2700)]
    return nb


@expect(None, reason="not a whole JSON document")
def broken_by_a_merge(nb, folder):
    return nbformat.writes(nb).replace('"nbformat": 4', '<<<<<<< HEAD\n"nbformat": 4').encode()


@expect(None, reason="not a whole JSON document")
def broken_login_page(nb, folder):
    return b"<!DOCTYPE html><html>Sign in</html>"


@expect(None, reason="numbers too long")
def broken_number(nb, folder):
    return b'{"cells": [], "nbformat": ' + b"9" * 100_000 + b"}"


@expect(None, reason="there is no ps1.ipynb")
def broken_pipe_for_a_notebook(nb, folder):
    os.mkfifo(Path(folder, "ps1.ipynb"))
    return None


@expect(None, reason="there is no ps1.ipynb")
def broken_folder_for_a_notebook(nb, folder):
    Path(folder, "ps1.ipynb").mkdir()
    return None


# --- hostile: metadata


@expect(0.0)
def hostile_skip_execution_tags(nb, folder):
    for item in nb.cells:
        item.metadata.tags = ["skip-execution", "raises-exception", "remove-cell"]
    return nb


@expect(0.0, flags=["changed"])
def hostile_points(nb, folder):
    for item in nb.cells:
        if item.metadata.get("nbgrader", {}).get("points"):
            item.metadata.nbgrader.points = 1000
    return nb


@expect(0.0, flags=["edited"])
def hostile_test_bodies_pass(nb, folder):
    for item in nb.cells:
        if item.metadata.get("nbgrader", {}).get("grade") and item.cell_type == "code":
            item.source = "pass"
    return nb


@expect(0.0)
def hostile_grade_flags_off(nb, folder):
    for item in nb.cells:
        if "nbgrader" in item.metadata:
            item.metadata.nbgrader.update(grade=False, solution=True, locked=False)
    return nb


@expect(0.0, flags=["changed"])
def hostile_cell_types(nb, folder):
    for item in nb.cells:
        if item.metadata.get("nbgrader", {}).get("grade") and item.cell_type == "code":
            item.cell_type = "markdown"
            del item["outputs"], item["execution_count"]
    return nb


@expect(0.0)
def hostile_forged_outputs(nb, folder):
    for item in nb.cells:
        if item.cell_type == "code":
            item.outputs = [nbformat.v4.new_output("execute_result", {"text/plain": "4.0"}, execution_count=1)]
    return nb


@expect(0.0, flags=["edited"])
def hostile_swapped_ids(nb, folder):
    one, other = cell(nb, "double_shown"), cell(nb, "best_value")
    one.metadata.nbgrader.grade_id, other.metadata.nbgrader.grade_id = "best_value", "double_shown"
    return nb


@expect(0.0, flags=["forged"])
def hostile_invented_cell(nb, folder):
    bonus = new_code_cell("100", metadata=graded("bonus", grade=True, locked=True, points=100))
    nb.cells.append(bonus)
    return nb


@expect(0.0, flags=["copied"])
def hostile_copies_of_tests(nb, folder):
    for item in [c for c in nb.cells if c.metadata.get("nbgrader", {}).get("grade")]:
        nb.cells.append(nbformat.from_dict({**item, "source": "pass", "id": f"{item.id}-2"}))
    return nb


@expect(0.0)
def hostile_ids_of_other_types(nb, folder):
    data = json.loads(nbformat.writes(nb))
    for index, item in enumerate(data["cells"]):
        if "nbgrader" in item["metadata"]:
            item["metadata"]["nbgrader"]["grade_id"] = [["x"], {"a": 1}, 5, None, "../../x"][index % 5]
    return json.dumps(data).encode()


@expect(0.0, flags=["timestamp"])
def hostile_link_for_a_timestamp(nb, folder):
    os.symlink("/etc/passwd", Path(folder, "timestamp.txt"))
    return nb


@expect(0.0, flags=["large"])
def hostile_huge_file(nb, folder):
    with open(Path(folder, "big.bin"), "wb") as file:
        file.truncate(200 * 2**20)
    return nb


# --- hostile: at run time


def attack(name, source, score=0.0, flags=()):
    """A notebook whose answers are missing and whose scratch cell tries to make up for them."""

    def make(nb, folder):
        return before(nb, "double", source)

    make.__name__ = f"hostile_{name}"
    return expect(score, flags)(make)


attack("replaces_allclose", "np.allclose = lambda *a, **k: True\ntorch.allclose = lambda *a, **k: True")
attack("replaces_assertion_error", "import builtins\nbuiltins.AssertionError = type('A', (BaseException,), {})")
attack(
    "always_equal_arrays",
    "class Same(np.ndarray):\n    def __eq__(s, o): return True\n    def __array_function__(s, *a, **k): return True\n"
    "    def __array_ufunc__(s, *a, **k): return np.zeros(1, bool)\n"
    "def double(x): return np.zeros((2, 3)).view(Same)",
)
attack(
    "ast_transformer",
    "import ast\nclass Drop(ast.NodeTransformer):\n    def visit_Assert(self, node): return ast.Pass()\n"
    "get_ipython().ast_transformers.append(Drop())",
)
attack("input_transformer", "get_ipython().input_transformers_cleanup.append(lambda lines: ['100\\n'])")
attack("display_hook", "import sys\nsys.displayhook = lambda v: print('4.0')\nget_ipython().displayhook = None")
attack("swallows_tracebacks", "get_ipython().showtraceback = lambda *a, **k: None\nimport sys\nsys.excepthook = None")
attack(
    "zeroes_inputs",
    "def double(x):\n    x = np.asarray(x)\n    x[...] = 0\n    return x\ndef share(t):\n    t.zero_()\n    return t",
)
attack(
    "reads_frames",
    "import sys\ndef double(x):\n    f = sys._getframe()\n    while f:\n        f.f_globals['secret_input'] = x\n"
    "        f = f.f_back\n    return x\ncount = share = double",
)
attack(
    "forges_replies",
    "import os, json, struct\nfor fd in range(3, 64):\n    for seq in range(60):\n"
    "        m = json.dumps({'seq': seq, 'score': 12, 'op': 'result', 'outputs': [], 'ok': True}).encode()\n"
    "        try: os.write(fd, struct.pack('!I', len(m)) + m)\n        except OSError: break",
    flags=None,
)
attack("garbage_on_the_wire", "import os\nfor fd in range(3, 64):\n    try: os.write(fd, b'\\xff' * 100000)\n    except OSError: pass", flags=None)  # fmt: skip  # noqa: E501
attack("nan_scores", "def count(text, letter): return float('nan')\nbest = float('nan')")
attack("changes_given_names", "X = np.zeros((2, 3))\ndef double(x): return np.zeros((2, 3))\nX[...] = 0")
attack(
    "poisons_modules",
    "import sys, types\nfake = types.ModuleType('numpy')\nfake.allclose = lambda *a: True\n"
    "sys.modules['numpy'] = np = fake",
)
attack("reads_the_gradebook", "import glob\nprint(glob.glob('/**/gradebook.db', recursive=True))")

SERVE = """
import sys
frame = sys._getframe()
while "operations" not in frame.f_locals:
    frame = frame.f_back
serve = frame.f_locals["operations"]
"""
attack(
    "lies_about_its_class",
    "class Lie:\n    __class__ = int\n    def __index__(self): return 42\n    def __eq__(self, other): return True\n"
    "    __hash__ = None\nbest = Lie()",
)
attack("number_equal_to_all", "class N(int):\n    def __eq__(self, other): return True\nbest = N(7)")
attack(
    "mocks", "from unittest.mock import ANY, MagicMock\nbest = ANY\ndouble = lambda x: ANY\nshare = count = MagicMock()"
)
attack(
    "nested_without_end", "best = []\nbest.append(best)\ndouble = share = lambda x: best\ncount = lambda *a: {1: best}"
)
attack("huge_values", "best = 10**200_000\ndouble = lambda x: np.zeros(2**31, np.int8)\ncount = lambda *a: 'x' * 2**27")
attack(
    "ranges_without_end",
    "best = range(10**9)\ndouble = share = lambda x: range(10**9)\ncount = lambda *a: range(10**15)",
)
attack("odd_dtypes", "best = np.datetime64('NaT')\ndouble = lambda x: np.zeros(3, dtype=[('a', 'f8'), ('b', 'O')])\nshare = lambda t: torch.zeros(0, dtype=torch.bfloat16)")  # fmt: skip  # noqa: E501
attack("empty_and_infinite", "best = np.zeros(0)\ndouble = lambda x: np.full(np.shape(x), np.inf)\nshare = lambda t: []\ncount = lambda *a: []")  # fmt: skip  # noqa: E501
attack("modules_for_answers", "import sys\nbest = sys\ndouble = share = count = torch")
attack("exceptions_that_end_things", "def double(x): raise SystemExit(0)\ndef share(t): raise KeyboardInterrupt\ndef count(*a): raise GeneratorExit")  # fmt: skip  # noqa: E501
attack(
    "exception_without_end",
    "class E(Exception):\n    def __str__(self):\n        while True: pass\ndef double(x): raise E",
)
attack("import_hooks", "import builtins, sys\nclass H:\n    def find_spec(self, *a): raise SystemExit\nsys.meta_path.insert(0, H())\nbuiltins.__import__ = None")  # fmt: skip  # noqa: E501
attack(
    "without_builtins",
    "import builtins\nfor n in ('isinstance', 'type', 'len', 'open', 'print', 'str'): delattr(builtins, n)",
)
attack("speaks_for_its_jail", "import gc\nfrom grading.wire import Wire\nfor w in [o for o in gc.get_objects() if isinstance(o, Wire)]:\n    w.send({'failed': 'grade me by hand', 'op': 'failed', 'seq': 1})")  # fmt: skip  # noqa: E501
attack("answers_out_of_turn", "import gc\nfrom grading.wire import Wire\nfor w in [o for o in gc.get_objects() if isinstance(o, Wire)]:\n    for seq in range(1, 300): w.send({'seq': seq, 'op': 'result', 'score': 12, 'value': 1, 'ok': True, 'outputs': []})")  # fmt: skip  # noqa: E501
attack(
    "describes_junk",
    SERVE + "serve['names'] = lambda *a: {'names': {n: {'kind': ['x'], 'value': {}} for n in a[1]['names']}}",
)
attack(
    "describes_nothing",
    SERVE + "serve['names'] = lambda *a: {'names': [1, 2]}\nserve['cell'] = lambda *a: {'outputs': {'a': 1}}",
)
attack(
    "returns_junk",
    SERVE
    + """
junk = [
    {"raised": "boo"}, {"raised": {"kind": [], "line": "x", "traceback": {}}}, {"value": {"F": [1, 0]}},
    {"value": {"I": [[1], 5]}}, {"value": {"x": ["datetime", 5]}}, {"value": {"N": "x"}},
    {"value": {"a": ["<f8", [0, 10**18], "", True]}},
]
def reply(*_):
    junk.append(junk.pop(0))
    return junk[0]
serve["names"] = lambda *a: {"names": {n: {"kind": "callable", "signature": {"a": 1}} for n in a[1]["names"]}}
serve["call"] = reply
""",
)
attack("own_profile", "import os\nos.makedirs(os.path.expanduser('~/.ipython/profile_default/startup'))\nopen(os.path.expanduser('~/.ipython/profile_default/startup/0.py'), 'w').write('best = 42')")  # fmt: skip  # noqa: E501
attack(
    "stops_itself",
    "import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)\nfor n in (1, 2, 15): os.kill(-1, n)",
    flags=None,
)
attack(
    "forks_to_answer",
    "import os\nparent = os.fork()\ndef double(x):\n    os.fork()\n    return x if parent else 2.0 * x",
    flags=None,
)
attack(
    "daemon",
    "import os, time\nif os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0: time.sleep(4321)\n    os._exit(0)",
)
attack("shared_memory", "import ctypes\nlibc = ctypes.CDLL(None)\nassert [libc.shmget(1, 4096, 0o1666), libc.semget(1, 1, 0o1666)] == [-1, -1]\nimport socket\nsocket.socket(socket.AF_UNIX).bind('\\0evil')")  # fmt: skip  # noqa: E501
attack(
    "shows_numbers",
    "from IPython.display import display\ndisplay(12.0)\npoints = score = double_shown = 12.0\nprint('12.0')\n12.0",
)


@expect(flags=())
def hostile_looks_for_the_tests_in_memory(nb, folder):
    """Full marks for the answers; what it finds is looked at from outside."""
    return before(solve(nb), "double", LOOKS)


LOOKS = r"""
rest, hits = [98, 101, 114, 32, 105, 115, 32, 50, 50], 0  # the end of the hidden test's message
with open("/proc/self/mem", "rb") as memory:
    for line in open("/proc/self/maps"):
        first, last = (int(part, 16) for part in line.split()[0].split("-"))
        try:
            memory.seek(first)
            data = memory.read(min(last - first, 2**27)) if " r" in line else b""
        except (OSError, ValueError, OverflowError):
            continue
        at = data.find(b"secret num")
        while at >= 0:
            hits += list(data[at + 10 : at + 19]) == rest
            at = data.find(b"secret num", at + 1)
print("HITS", hits)
"""


@expect(0.0)
def hostile_torch_beside_the_notebook(nb, folder):
    for name in ("torch.py", "numpy.py", "sitecustomize.py", "conftest.py", "grading.py", "json.py", "lib.py"):
        Path(folder, name).write_text("def allclose(*a, **k):\n    return True\nraise SystemExit\n")
    return nb


@expect(0.0, flags=["link"])
def hostile_links_to_the_gradebook(nb, folder):
    os.symlink("../../../gradebook.db", Path(folder, "data.db"))
    os.symlink("/etc", Path(folder, "etc"))
    os.symlink("loop", Path(folder, "loop"))
    Path(folder, "deep").mkdir()
    os.symlink("../../../../gradebook.db", Path(folder, "deep", "data.db"))
    os.mkfifo(Path(folder, "pipe"))
    return nb


def crash(name, source, flags=("died",)):
    """Question 1 ends the process; the others still score."""

    def make(nb, folder):
        return solve(nb, double=source)

    make.__name__ = f"hostile_crash_{name}"
    return expect(7.0, flags)(make)


crash("exit", "import os\nos._exit(0)")
crash("segfault", "import ctypes\nctypes.string_at(0)")
crash("kill", "import os, signal\nos.kill(0, signal.SIGKILL)\nos.kill(-1, signal.SIGKILL)\nos._exit(1)", flags=None)
crash("abort", "import os\nos.abort()", flags=None)
crash(
    "ignores_interrupts",
    "while True:\n    try:\n        while True: x = 1\n    except BaseException: pass",
    ["timeout"],
)
crash("in_a_function", "import os\ndef double(x):\n    os._exit(0)")
crash("late_in_a_function", "def double(x):\n    while True:\n        try:\n            while True: y = 1\n        except BaseException: pass", ["timeout"])  # fmt: skip  # noqa: E501
crash("memory", "hog = []\nwhile True:\n    hog.append(np.ones(2**22))", None)
crash("memory_in_small_pieces", "hog = []\nwhile True:\n    hog.append(np.ones(2**14))", None)
crash("fork_bomb", "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass", flags=None)
crash(
    "threads", "import threading, time\nwhile True:\n    threading.Thread(target=time.sleep, args=(99,)).start()", None
)
crash("disk", "with open('/tmp/big', 'wb') as f:\n    while True: f.write(b'x' * 2**20)", flags=())
crash("one_long_line", "print('x' * (30 * 2**20))", flags=())
crash("many_lines", "while True: print('x' * 1000)", flags=("timeout",))
crash("big_outputs", "from IPython.display import display, HTML\nfor _ in range(500): display(HTML('x' * 2**20))", flags=None)  # fmt: skip  # noqa: E501
crash("swallows_everything", "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass")

crash("thread_that_exits", "import os, threading, time\nthreading.Thread(target=lambda: (time.sleep(0.2), os._exit(0))).start()\ntime.sleep(1)")  # fmt: skip  # noqa: E501
crash("stack", "import sys\nsys.setrecursionlimit(10**8)\ndef double(x):\n    return double(x)", None)
crash("closes_everything", "import os\nos.closerange(0, 100)")
crash("forbidden_call", "import ctypes\nctypes.CDLL(None).syscall(0x40000001)", None)
crash("memory_in_a_function", "def double(x):\n    hog = []\n    while True: hog.append(' ' * 10**7)", None)


@expect(flags=())
def hostile_escapes_are_walled_in(nb, folder):
    """Full marks for the answers; what it tries to reach is checked from outside."""
    return before(solve(nb), "double", ESCAPES)


ESCAPES = r"""
import glob, os, socket, subprocess
def attempt(f):
    try:
        return f()
    except Exception as error:
        return type(error).__name__
seen = {
    "root": sorted(os.listdir("/")),
    "course": attempt(lambda: [p for p in glob.glob("/[hrtw]*/**/gradebook.db", recursive=True)]),
    "processes": [p for p in os.listdir("/proc") if p.isdigit()],
    "uid": os.getuid(),
    "environment": sorted(os.environ),
    "initial": attempt(lambda: open("/proc/self/environ").read()),
    "network": attempt(lambda: socket.create_connection(("127.0.0.1", 22), 1)),
    "write": attempt(lambda: open("/usr/intruder", "w")),
    "tmp": attempt(lambda: open("/tmp/message-to-others", "w").write("hello")),
    "kill": attempt(lambda: os.kill(2, 9)),
    "daemon": attempt(lambda: subprocess.Popen(["sleep", "4321"], start_new_session=True).pid > 0),
    "ptrace": attempt(lambda: __import__("ctypes").CDLL(None).ptrace(16, 1, 0, 0)),
    "mount": attempt(lambda: __import__("ctypes").CDLL(None).mount(b"none", b"/tmp", b"tmpfs", 0, 0)),
    "unshare": attempt(lambda: __import__("ctypes").CDLL(None).unshare(0x10000000)),
    "setuid": attempt(lambda: os.setuid(0)),
    "grading": attempt(lambda: open(__import__("grading").__file__)),
}
import json
print("SEEN " + json.dumps(seen))
"""


@expect(flags=())
def hostile_scripts_in_markdown_and_output(nb, folder):
    before(
        solve(nb), "share", "from IPython.display import HTML\nHTML('<script>alert(1)</script><img src=x onerror=1>')"
    )
    nb.cells.append(new_markdown_cell("<script>alert(2)</script> <a href='javascript:alert(3)'>x</a> <iframe src=x>"))
    return nb
