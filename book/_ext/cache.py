"""Keep the outputs of chapters true: forget them when `lib` or the lock changes.

jupyter-cache looks at a chapter's own cells only. A chapter that calls `lib` has other outputs when `lib` changes.
"""

import hashlib
import shutil
from pathlib import Path

ROOT = Path(__file__).parents[2]


def fingerprint():
    """One hash over everything besides a chapter's own text that its outputs depend on."""
    files = sorted([*ROOT.glob("lib/**/*.py"), *ROOT.glob("book/images/*"), ROOT / "requirements.txt"])
    return hashlib.sha256(b"\0".join(str(f.relative_to(ROOT)).encode() + f.read_bytes() for f in files)).hexdigest()


def forget_stale_outputs(app, config):
    """Drop the cache, and Sphinx's own memory of the pages, when the fingerprint is not the one they were made with."""
    build = Path(app.outdir).parent
    seal = build / ".fingerprint"
    now = fingerprint()
    if not seal.exists() or seal.read_text() != now:
        shutil.rmtree(build / ".jupyter_cache", ignore_errors=True)
        shutil.rmtree(app.doctreedir, ignore_errors=True)
        Path(app.doctreedir).mkdir(parents=True)
        seal.write_text(now)


def setup(app):
    app.connect("config-inited", forget_stale_outputs, priority=1)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
