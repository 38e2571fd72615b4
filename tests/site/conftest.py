"""The built site, served from this machine, and a real browser to look at it."""

import gzip
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SITE = ROOT / "_build/html"
PAGES = sorted(page.relative_to(SITE).as_posix() for page in SITE.glob("**/*.html"))


class Host(SimpleHTTPRequestHandler):
    """A file server that compresses text, and knows its 404 page, as public hosts do."""

    def log_message(self, *_):
        """Say nothing."""

    def send_error(self, code, *rest):
        page = SITE / "404.html"
        if code != 404 or not page.exists():
            return super().send_error(code, *rest)
        self.answer(404, page.read_bytes(), "text/html")

    def send_head(self):
        path = Path(self.translate_path(self.path))
        kind = self.guess_type(str(path))
        if path.is_file() and kind.startswith(("text/", "application/j")) and "gzip" in self.headers["Accept-Encoding"]:
            self.answer(200, path.read_bytes(), kind)
            return None
        return super().send_head()

    def answer(self, code, content, kind):
        """Send compressed content."""
        packed = gzip.compress(content, 6)
        self.send_response(code)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(packed)))
        self.end_headers()
        if self.command != "HEAD":
            self.copyfile(BytesIO(packed), self.wfile)


@pytest.fixture(scope="session")
def site():
    """The address of the built site."""
    if not PAGES:
        pytest.fail("there is no site in _build/html: run `make book` first")
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Host, directory=str(SITE))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture
def visit(site, chromium):
    """Open a page; whatever it complains about, or asks of others, fails the test when it ends."""
    contexts, wrong = [], []

    def open_page(name, *, width=1280, theme="light", ready=".explorer[data-ready]", **options):
        context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=theme, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: said.type in ("error", "warning") and wrong.append(f"{name}: {said.text}"))
        page.on("pageerror", lambda error: wrong.append(f"{name}: {error}"))
        page.on(
            "request",
            lambda asked: asked.url.startswith((site, "data:", "blob:")) or wrong.append(f"{name} asks {asked.url}"),
        )
        page.on(
            "response",
            lambda answer: answer.status < 400 or wrong.append(f"{name}: {answer.status} for {answer.url}"),
        )
        page.goto(site + name)
        if ready and options.get("java_script_enabled", True):
            for explorer in page.locator(".explorer").all():  # they come to life when they come near
                explorer.scroll_into_view_if_needed()
                explorer.and_(page.locator(ready)).wait_for()
            page.evaluate("scrollTo({top: 0, behavior: 'instant'})")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not wrong, "\n".join(wrong)
