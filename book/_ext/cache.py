"""Keep the outputs of chapters true: forget them when `lib` or the lock changes, and pages when an extension does.

jupyter-cache looks at a chapter's own cells only. A chapter that calls `lib` has other outputs when `lib` changes.
Sphinx looks at a page's own text only. A page is another one when a template, a style, a script or an extension
that shapes it changes.
"""

import hashlib
import shutil
from pathlib import Path

ROOT = Path(__file__).parents[2]


OUTPUTS = ("lib/**/*.py", "book/images/*", "requirements.txt")
PAGES = ("book/_ext/*.py", "book/_templates/*", "book/_static/**/*")


def fingerprint(patterns):
    """One hash over the files that the patterns name."""
    files = sorted(path for pattern in patterns for path in ROOT.glob(pattern) if path.is_file())
    return hashlib.sha256(b"\0".join(str(f.relative_to(ROOT)).encode() + f.read_bytes() for f in files)).hexdigest()


def changed(seal, now):
    """Whether the seal of an earlier build says something else than now; from here on it says what is now."""
    if seal.exists() and seal.read_text() == now:
        return False
    seal.write_text(now)
    return True


def forget_stale_outputs(app, config):
    """Drop the cache where what it was made with has changed, and then, or for their own reasons, the pages."""
    build = Path(app.outdir).parent
    outputs = changed(build / ".fingerprint", fingerprint(OUTPUTS))
    if outputs:
        shutil.rmtree(build / ".jupyter_cache", ignore_errors=True)
    if changed(build / ".fingerprint-pages", fingerprint(PAGES)) or outputs:
        shutil.rmtree(app.doctreedir, ignore_errors=True)
        Path(app.doctreedir).mkdir(parents=True)


def setup(app):
    app.connect("config-inited", forget_stale_outputs, priority=1)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
