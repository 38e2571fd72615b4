"""Show the site while it is being written: build what changed, and reload the page that is open.

Run by `make serve`. It looks at the times of the sources twice a second, which works on every system.
"""

import subprocess
import sys
import threading
import time
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

ROOT = Path(__file__).parents[2]
SITE = ROOT / "_build/html"
WATCHED = ("book/**/*", "lib/**/*.py", "_config.yml", "requirements.txt")
RELOAD = b"<script>new EventSource('/_changes').onmessage = () => location.reload()</script>"


class Changes:
    """How often the site was built anew; those who wait are told."""

    def __init__(self):
        self.count = 0
        self.condition = threading.Condition()

    def announce(self):
        with self.condition:
            self.count += 1
            self.condition.notify_all()

    def wait(self, seen, seconds):
        """Wait for a build after the one that was seen; the new count."""
        with self.condition:
            self.condition.wait_for(lambda: self.count != seen, timeout=seconds)
            return self.count


class Preview(SimpleHTTPRequestHandler):
    """The built site, each page with a line of script that waits for changes."""

    def __init__(self, changes, *rest, **options):
        self.changes = changes
        super().__init__(*rest, **options)

    def log_message(self, *_):
        """Say nothing."""

    def end_headers(self):
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def do_GET(self):
        if self.path == "/_changes":
            return self.tell()
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        if path.suffix != ".html":
            return super().do_GET()
        code = 200 if path.exists() else 404
        page = path if path.exists() else SITE / "404.html"
        if not page.exists():
            return self.send_error(404)
        content = page.read_bytes().replace(b"</body>", RELOAD + b"</body>")
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def tell(self):
        """A stream of events: one line for each new build."""
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        seen = self.changes.count
        try:
            while True:
                now = self.changes.wait(seen, seconds=15)
                self.wfile.write(b"data: changed\n\n" if now != seen else b": still here\n\n")
                self.wfile.flush()
                seen = now
        except OSError:
            return  # the reader has left


def times():
    """When each source was last written."""
    files = (path for pattern in WATCHED for path in ROOT.glob(pattern))
    return {path: path.stat().st_mtime_ns for path in files if path.is_file() and "__pycache__" not in path.parts}


def build():
    """Build the site; whether that went well. What Sphinx complains about is shown."""
    program = Path(sys.executable).with_name("jupyter-book")
    done = subprocess.run([program, "build", "book", "-W", "--keep-going"], cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        print(done.stderr or done.stdout, file=sys.stderr)
    return done.returncode == 0


def serve(port, changes):
    """A server for the site at this port, not yet running."""
    server = ThreadingHTTPServer(("127.0.0.1", port), partial(Preview, changes, directory=str(SITE)))
    server.daemon_threads = True
    return server


def main(port=8000):
    """Serve the site and build it anew whenever a source changes, until Ctrl-C."""
    changes = Changes()
    server = serve(port, changes)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"Reading: http://localhost:{server.server_port}/  (changes are built and shown; Ctrl-C ends)", flush=True)
    known = times()
    try:
        while True:
            time.sleep(0.5)
            now = times()
            if now != known:
                known, start = now, time.monotonic()
                good = build()
                print(f"{'Built' if good else 'Not built'} in {time.monotonic() - start:.0f} s", flush=True)
                changes.announce()
    except KeyboardInterrupt:
        server.shutdown()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
