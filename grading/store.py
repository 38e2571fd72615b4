"""Runs in the command: results by hash, and an append-only log, so that a killed run goes on where it stopped."""

import contextlib
import fcntl
import hashlib
import json
import os
import secrets
import time
from pathlib import Path

from grading.errors import CourseError


class Store:
    """What `.grading/` in the course directory holds: results, the log, and the lock that keeps writers apart."""

    def __init__(self, directory, keep_names=True):
        self.directory, self.keep_names = Path(directory), keep_names
        try:
            self.directory.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise CourseError(f"cannot write in {self.directory.parent}: {error.strerror}") from None
        ignore = self.directory / ".gitignore"
        if not ignore.exists():
            ignore.write_text("*\n")
        self.log_path = self.directory / "log.jsonl"

    @contextlib.contextmanager
    def lock(self):
        """One writer to the gradebook at a time; the system frees the lock of a process that died."""
        with open(self.directory / "lock", "w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise CourseError("another grading run is at work in this course; wait for it, or stop it") from None
            yield

    def name(self, student):
        """How the log names a student."""
        if self.keep_names:
            return student
        salt = self.directory / "salt"
        if not salt.exists():
            write_whole(salt, secrets.token_bytes(16))
        return hashlib.sha256(salt.read_bytes() + student.encode("utf-8", "surrogateescape")).hexdigest()[:16]

    # --- results

    def _place(self, key, kind):
        return self.directory / kind / key[:2] / f"{key}.json"

    def get(self, key, kind="results"):
        """The result kept under this hash, or None. `kind`: results, or notebooks, for what was learnt of one."""
        try:
            return json.loads(self._place(key, kind).read_bytes())
        except (OSError, ValueError):
            return None

    def put(self, key, result, kind="results"):
        """Keep a result. One that a power cut left unreadable is made again."""
        place = self._place(key, kind)
        place.parent.mkdir(parents=True, exist_ok=True)
        write_whole(place, json.dumps(result).encode("ascii"), sync=False)

    def prune(self, age=24 * 3600):
        """Drop results that no submission has any more, except those of the last day, which a stopped run may need."""
        last = {(e.get("assignment"), e.get("student")): e for e in self.read_log() if e.get("event") == "graded"}
        keep = {key for entry in last.values() for key in (entry.get("results") or {}).values()}
        for path in (self.directory / "results").glob("*/*.json"):
            if path.stem not in keep and path.stat().st_mtime < time.time() - age:
                path.unlink(missing_ok=True)

    # --- the log

    def write_log(self, event, **what):
        """Append one line. If a power cut takes it, that submission is written to the gradebook once more."""
        line = json.dumps({"time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "event": event, **what})
        with open(self.log_path, "ab+") as file:
            if file.tell() and (file.seek(-1, os.SEEK_END), file.read(1))[1] != b"\n":
                file.write(b"\n")  # the machine went down in the middle of a line
            file.write(line.encode("ascii") + b"\n")

    def read_log(self):
        """The log's entries, oldest first; lines that were cut off are left out."""
        try:
            with open(self.log_path, "rb") as file:
                for line in file:
                    with contextlib.suppress(ValueError):
                        entry = json.loads(line)
                        if isinstance(entry, dict):
                            yield entry
        except FileNotFoundError:
            return

    def graded(self, assignment):
        """For each student, as the log names them, the hash of what was written to the gradebook last."""
        done = {}
        for entry in self.read_log():
            if entry.get("assignment") == assignment:
                if entry.get("event") == "graded":
                    done[entry.get("student")] = entry
                elif entry.get("event") == "writing":
                    done.pop(entry.get("student"), None)
        return done


def write_whole(path, data, sync=True):
    """Write a file so that it is there whole or as before; with `sync`, also after a power cut."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with open(temporary, "wb") as file:
            file.write(data)
            if sync:
                file.flush()
                os.fsync(file.fileno())
        os.replace(temporary, path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
