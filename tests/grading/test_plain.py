"""`nbgrader autograde`, as instructors know it, uses the same parts by configuration and comes to the same scores."""

import os

import nbformat

from tests.grading.mini import cell, gradebook_scores, grading, hand_in, make_course, nbgrader, released, solve

PLAIN = """
from grading.plain import AUTOGRADE, SANITIZE
c.Autograde.sanitize_preprocessors = SANITIZE
c.Autograde.autograde_preprocessors = AUTOGRADE
"""


def make_class(root, config=""):
    make_course(root, config=config)
    hand_in(root, "right", solve(released(root)))
    hand_in(root, "cheat", solve(released(root), double="np.allclose = lambda *a: True\ndef double(x): return x"))
    hand_in(root, "crash", solve(released(root), double="import os\nos._exit(0)"))
    hand_in(root, "warns", solve(released(root), double="import warnings\ndef double(x):\n    warnings.warn('!')\n"
                                 "    return 2.0 * np.asarray(x)"))  # fmt: skip
    skipped = released(root)
    for item in skipped.cells:
        item.metadata.tags = ["skip-execution"]
    hand_in(root, "skip", skipped)
    twice = solve(released(root))
    twice.cells.insert(3, nbformat.from_dict({**cell(twice, "double"), "id": "twice"}))
    hand_in(root, "twice", twice)
    folder = hand_in(root, "link", released(root))
    os.symlink("../../../gradebook.db", folder / "data.db")
    return root


def test_the_plain_command_gives_the_same_scores(tmp_path):
    plain, fast = make_class(tmp_path / "plain", PLAIN), make_class(tmp_path / "fast")
    nbgrader(plain, "autograde", "ps1")
    assert grading(fast, "autograde", "ps1").returncode == 0
    assert gradebook_scores(plain) == gradebook_scores(fast)
    totals = {s: sum(v or 0 for v in cells.values()) for s, cells in gradebook_scores(plain).items()}
    assert totals == {"right": 12, "cheat": 7, "crash": 7, "warns": 12, "skip": 0, "twice": 12, "link": 0}
    assert not (plain / "autograded" / "link" / "ps1" / "data.db").exists()
    folder = hand_in(plain, "copies", released(plain))
    (folder / "ps1.ipynb").unlink()
    os.symlink("../../right/ps1/ps1.ipynb", folder / "ps1.ipynb")
    done = nbgrader(plain, "autograde", "ps1", "--student", "copies", check=False)
    assert "ps1.ipynb is a link" in done.stderr
    assert not any(gradebook_scores(plain)["copies"].values())
