"""A Lighthouse budget: every page, on a desktop and on a phone, meets the floor, or this says which audit fails.

    python -m tests.site.lighthouse [page ...]

Accessibility, best practices and SEO are 100, a page weighs at most 250 kB in at most 30 requests. Performance is only
told: a CI machine is too noisy to judge it. Lighthouse comes from npm (`npm install --prefix _build/lighthouse
lighthouse@12.8.2`).
"""

import json
import os
import shutil
import subprocess
import sys
import threading
from functools import partial
from http.server import ThreadingHTTPServer

from tests.site.conftest import PAGES, ROOT, SITE, Host

PROGRAM = ROOT / "_build/lighthouse/node_modules/.bin/lighthouse"
FLOOR = {"accessibility": 100, "best-practices": 100, "seo": 100}
MOST_BYTES, MOST_REQUESTS = 250_000, 30
DEVICES = {"desktop": ["--preset=desktop"], "phone": []}
EXCUSED = {"404.html": {"seo"}, "search.html": {"seo"}}  # a page that asks not to be indexed cannot have full marks


def measure(address, device):
    """Lighthouse's report on a page."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    environment = {**os.environ, **({"CHROME_PATH": found} if found and "CHROME_PATH" not in os.environ else {})}
    command = [PROGRAM, address, *DEVICES[device], "--quiet", "--output=json", "--chrome-flags=--headless --no-sandbox"]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=180)
    if done.returncode:
        raise SystemExit(f"Lighthouse failed on {address}:\n{done.stderr}")
    return json.loads(done.stdout)


def judge(name, report):
    """A line that says how a page does, and what is below the floor."""
    scores = {key: round(100 * (category["score"] or 0)) for key, category in report["categories"].items()}
    weight = report["audits"]["total-byte-weight"]["numericValue"]
    requests = len(report["audits"]["network-requests"]["details"]["items"])
    excused = EXCUSED.get(name, set())
    wrong = [f"{key} {scores[key]}" for key, least in FLOOR.items() if scores[key] < least and key not in excused]
    for key, category in report["categories"].items():
        if key in FLOOR and scores[key] < FLOOR[key] and key not in excused:
            failed = (report["audits"][ref["id"]] for ref in category["auditRefs"] if ref["weight"])
            wrong += [f"  {audit['id']}: {audit['title']}" for audit in failed if audit["score"] == 0]
    if weight > MOST_BYTES:
        wrong.append(f"weighs {weight / 1000:.0f} kB, more than {MOST_BYTES // 1000}")
    if requests > MOST_REQUESTS:
        wrong.append(f"asks for {requests} files, more than {MOST_REQUESTS}")
    told = ", ".join(f"{key} {score}" for key, score in scores.items())
    return f"{told}, {weight / 1000:.0f} kB, {requests} requests", wrong


def main(names):
    """Measure the pages, all by default; the exit code says whether all are within the budget."""
    if not PROGRAM.exists():
        raise SystemExit(f"there is no {PROGRAM.relative_to(ROOT)}: see `make help`")
    wrong = []
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Host, directory=str(SITE))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        for name in names or [page for page in PAGES if page not in EXCUSED]:
            for device in DEVICES:
                line, below = judge(name, measure(f"http://127.0.0.1:{server.server_port}/{name}", device))
                print(f"{name} {device}: {line}", flush=True)
                wrong += [f"{name} {device}: {text}" for text in below]
        server.shutdown()
    print("\n".join(wrong) or "Every page is within the budget.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
