"""Runs in the command: grades an assignment of a class, from submitted files to the gradebook."""

import contextlib
import hashlib
import os
import queue
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from nbgrader.utils import find_all_files, parse_utc

from grading import protection
from grading.course import code_fingerprint, fingerprint, versions
from grading.errors import CourseError
from grading.jail import readable_paths
from grading.normalise import BrokenFile, normalise, to_notebook
from grading.store import Store
from grading.writer import WriteError, Writer

MAX_FILES = 50 * 2**20  # bytes of other files that one student may hand in
UNHURRIED = 10  # times the usual time: a busy machine must not make a test look as if it could not run by value


@dataclass
class Outcome:
    """What became of one submission. Status: graded, unchanged or failed."""

    student: str
    status: str
    score: float | None = None
    max_score: float | None = None
    flags: list = field(default_factory=list)
    reason: str | None = None
    seconds: float = 0.0


@dataclass
class Task:
    """One submission on its way."""

    student: str
    folder: str
    notebooks: dict  # name -> (normalised, notebook path, contract)
    files: dict
    timestamp: str | None
    keys: dict  # name -> hash of everything its result depends on
    key: str
    flags: list
    seen: list  # what the file system said of the submitted files when they were read
    results: dict = field(default_factory=dict)
    start: float = 0.0


class Plan:
    """How one notebook's tests are run, found out by grading the instructor's own notebook."""

    def __init__(self, contract, limits, report, course):
        self.contract, self.limits = contract, limits
        self.problems, self.failing = list(report["problems"]), report["failing"]
        self.course = course
        self.tests = {}
        for cell in contract["cells"]:
            if cell["role"] != "test":
                continue
            found = report["tests"].get(cell["grade_id"])
            self.tests[cell["grade_id"]] = {
                "points": cell["points"], "forbidden": course.forbidden(contract, cell["grade_id"]),
                "mode": "judge", "why": None, "names": [], "together": False, "partial": True, "after": [],
            }  # fmt: skip
            if found is None:
                self.weaken(cell["grade_id"], contract["problem"] or "the instructor's notebook lacks it")
            else:
                parts = ("names", "together", "partial", "after")
                self.tests[cell["grade_id"]].update({part: found[part] for part in parts})
                if found["why"]:
                    self.weaken(cell["grade_id"], found["why"])

    def weaken(self, grade_id, why):
        """Run this test in the jail, where a submission could forge its result."""
        self.tests[grade_id].update(mode="jail", why=why)

    def raise_limits(self, limits):
        """Give at least this time."""
        self.limits = {kind: max(value, limits[kind]) for kind, value in self.limits.items()}

    def in_jail(self):
        """The same tests, all in the jail."""
        return {grade_id: {**test, "mode": "jail"} for grade_id, test in self.tests.items()}

    def compare(self, solved, solved_in_jail, stub, stub_in_jail):
        """Tests that say something else by value than among the student's code cannot run by value."""
        for grade_id, test in self.tests.items():
            if test["mode"] == "jail":
                continue
            here, there = (r["tests"].get(grade_id, {}) for r in (solved, solved_in_jail))
            if here.get("score", 0) == there.get("score", 0) == 0 < test["points"] and grade_id not in self.failing:
                message = (here.get("error") or {}).get("message", "")
                self.problems.append(
                    f"the instructor's own solution passes {grade_id}, but not where submissions run: {message[:300]}"
                )
            if here.get("score", 0) < there.get("score", 0):
                error = here.get("error") or {}
                message = (error.get("message") or "it fails by value").split("\n")[0]
                self.weaken(grade_id, f"{error.get('name', 'score')}: {message}"[:300])
                continue
            here, there = (r["tests"].get(grade_id, {}) for r in (stub, stub_in_jail))
            if here.get("score", 0) > there.get("score", 0):
                self.weaken(grade_id, "by value it would give points to an unanswered notebook")


def hashes(files):
    """The contents of files, by their names, as hashes."""
    return {name: hashlib.sha256(Path(path).read_bytes()).hexdigest() for name, path in files.items()}


def state_of(folder):
    """What changes when somebody changes a file in a folder: names, sizes, times."""
    found = []
    for directory, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(FileNotFoundError):
                about = os.lstat(os.path.join(directory, name))
                found.append((directory, name, about.st_size, about.st_mtime_ns, about.st_ino))
    return sorted(found)


def read_timestamp(path, flags):
    """When it was handed in, as nbgrader reads it; None, and a flag, where that is no time."""
    if not os.path.lexists(path):
        return None
    try:
        if path.is_symlink():
            raise ValueError("a link")
        text = path.read_text(encoding="utf-8")
        parse_utc(text.strip())
    except (OSError, ValueError, OverflowError):
        flags.append({"kind": "timestamp", "text": "timestamp.txt holds no time: it cannot be seen whether it is late"})
        return None
    return text


def is_plain(path, folder):
    """Whether a path is a file of this folder's own: no link, no device, and not reached through a link."""
    inside = os.path.realpath(path).startswith(os.path.realpath(folder) + os.sep)
    return inside and os.path.isfile(path) and not os.path.islink(path)


def runnable(normalised):
    """The cells as a worker wants them: the text of those that run."""
    return [
        {
            "role": cell.role if cell.cell_type == "code" else "text",
            "grade_id": cell.grade_id,
            "source": cell.source if cell.cell_type == "code" else "",
        }
        for cell in normalised.cells
    ]


class Grader:
    """Grades one assignment."""

    def __init__(self, course, assignment, pool, sandbox=True, regrade=False):
        self.course, self.assignment, self.pool, self.regrade = course, assignment, pool, regrade
        self.protection = protection.choose(sandbox)
        self.contracts = course.contracts(assignment)
        if not self.contracts:
            raise CourseError(f"the assignment {assignment!r} has no notebooks")
        self.store = Store(course.private, course.settings.keep_names)
        self.pool.preload(course.modules(self.contracts))
        self.plans = {}
        self.stop = threading.Event()
        self.memory = []
        self.base = {}

    # --- getting ready

    def prepare(self):
        """Run the instructor's notebooks; find out how each test can be run."""
        source = self.course.folder(self.course.coursedir.source_directory, ".", self.assignment)
        self.source_files = self.other_files(source) if os.path.isdir(source) else {}
        hidden = [self.course.root]
        environment = {"LANG": "C.UTF-8", "NBGRADER_EXECUTION": "autograde", "PYTHONHASHSEED": "0"}
        environment |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
        settings = self.course.settings
        self.base = {
            "protection": self.protection, "hidden": hidden, "written": {}, "environment": environment,
            "readable": readable_paths([*settings.readable, *self.visible_parts()]),
            "stand_ins": self.course.stand_ins(),
        }  # fmt: skip
        self.versions = versions()
        for name, contract in self.contracts.items():
            report = {"tests": {}, "problems": [], "failing": [], "modules": [], "slowest": 0.0}
            if not contract["problem"]:
                report = self.pool.add_notebook(name, self.judge_order(contract))
            plan = Plan(contract, self.course.limits(report["slowest"]), report, self.course)
            plan.code = code_fingerprint(report["modules"])
            self.plans[name] = plan
        self.compare_modes()
        return self.plans

    def judge_order(self, contract):
        return {
            "cells": contract["instructor"],
            "files": self.source_files,
            "path": self.course.judge_path(self.assignment),
            "course": self.course.root,
            "references": self.course.settings.references,
            "environment": {**os.environ, "NBGRADER_EXECUTION": "autograde"},
            "seed": 1,
        }

    def visible_parts(self):
        return [path for _, *parts in self.course.stand_ins().values() for path in parts]

    def compare_modes(self):
        """Grade the instructor's notebook and the unanswered one, by value and in the jail."""
        orders, kept = [], {}
        for name, plan in self.plans.items():
            if not any(test["mode"] == "judge" for test in plan.tests.values()):
                continue
            for text in ("source", "stub"):
                cells = [
                    {"role": "given" if c["role"] != "test" else "test", "source": c[text], "grade_id": c["grade_id"]}
                    for c in plan.contract["instructor"]
                    if c["role"] != "test" or c["grade_id"] in plan.tests
                ]
                for mode, tests in (("judge", plan.tests), ("jail", plan.in_jail())):
                    order = self.order(name, cells, dict(self.source_files), "instructor", tests, UNHURRIED)
                    kept[name, text, mode] = fingerprint(order, hashes(self.source_files), self.basis(plan))
                    orders.append(((name, text, mode), order))
        known = {} if self.regrade else {key: self.store.get(place) for key, place in kept.items()}
        results = {key: result for key, result in known.items() if result is not None}
        for key, result in self.pool.run(order for order in orders if order[0] not in results):
            results[key] = result
            if "failed" not in result:
                self.store.put(kept[key], result)
        for key, result in results.items():
            if "failed" in result:
                raise CourseError(f"the instructor's own notebook {key[0]} could not be graded: {result['failed']}")
        for name in {key[0] for key in results}:
            runs = [results[name, text, mode] for text in ("source", "stub") for mode in ("judge", "jail")]
            plan = self.plans[name]
            plan.compare(*runs)
            tests = runs[0]["tests"].items()  # by value everything takes longer, for students too
            by_value = [test["seconds"] for grade_id, test in tests if plan.tests[grade_id]["mode"] == "judge"]
            plan.raise_limits(self.course.limits(max(by_value, default=0.0)))

    def order(self, name, cells, files, key, tests=None, patience=1):
        """The message that has one notebook graded."""
        plan = self.plans[name]
        limits = {**plan.limits, **{kind: patience * plan.limits[kind] for kind in ("cell", "total")}}
        seed = int(hashlib.sha256(key.encode()).hexdigest()[:7], 16)
        secret = fingerprint(key, [c["source"] for c in plan.contract["cells"] if c["role"] == "test"])
        return {
            **self.base, "notebook": name, "cells": cells, "files": files, "limits": limits,
            "tests": tests or plan.tests, "seed": seed, "test_seed": int(secret[:7], 16),
        }  # fmt: skip

    # --- submissions

    def other_files(self, folder, flags=None):
        """Files beside the notebooks: name -> path. Links and anything that is no plain file stay out."""
        files, size = {}, 0
        for path in sorted(find_all_files(folder, [*self.course.coursedir.ignore, "*.ipynb", "timestamp.txt"])):
            name = os.path.relpath(path, folder)
            if not is_plain(path, folder):
                if flags is not None:
                    flags.append({"kind": "link", "text": f"{name[:80]} is a link or no plain file and was left out"})
                continue
            size += os.path.getsize(path)
            if flags is not None and size > MAX_FILES:
                flags.append({"kind": "large", "text": f"files after {name[:80]} were left out: too large in all"})
                break
            files[name] = path
        return files

    def read(self, student, folder):
        """A submission as a task; BrokenFile if it cannot be graded as it is."""
        try:
            student.encode("utf-8")
        except UnicodeEncodeError:
            raise BrokenFile("the student's id is not valid text") from None
        flags, notebooks, keys, seen = [], {}, {}, state_of(folder)
        present = {p.stem: p for p in sorted(Path(folder).glob("*.ipynb")) if p.is_file() and not p.is_symlink()}
        linked = [p.name for p in Path(folder).glob("*.ipynb") if p.is_symlink()]
        for name, contract in self.contracts.items():
            path = present.get(name) or self.renamed(name, contract, folder, flags)
            if path is None:
                continue
            data = path.read_bytes()
            normalised = normalise(data, path.name, contract)
            prefix = f"{name}: " if len(self.contracts) > 1 else ""
            flags += [{**flag, "text": prefix + flag["text"]} for flag in normalised.flags]
            notebooks[name] = normalised
        if not notebooks:
            wanted = ", ".join(f"{name}.ipynb" for name in self.contracts)
            found = ", ".join([*(p.name for p in present.values()), *(f"{n} (a link)" for n in linked)][:5])
            raise BrokenFile(f"there is no {wanted}; found {found or 'no notebook'}")
        for name in self.contracts:
            if name not in notebooks:
                flags.append({"kind": "missing", "text": f"{name}.ipynb was not handed in and counts 0"})
        files = self.other_files(folder, flags)
        skip = set(self.course.app.config.Autograde.get("exclude_overwriting", {}).get(self.assignment, []))
        files |= {name: path for name, path in self.source_files.items() if name not in skip or name not in files}
        contents = hashes(files)
        timestamp = read_timestamp(Path(folder, "timestamp.txt"), flags)
        for name, normalised in notebooks.items():
            keys[name] = self.key(name, normalised, contents)
        key = fingerprint(keys, timestamp, sorted(notebooks), self.due(student))
        return Task(student, folder, notebooks, files, timestamp, keys, key, flags, seen)

    def renamed(self, name, contract, folder, flags):
        """A notebook under another name, or in a folder of its own, is known by its graded cells."""
        known = {cell["grade_id"] for cell in contract["cells"]}
        matches = []
        taken = [os.path.join(folder, other + ".ipynb") for other in self.contracts]
        for path in sorted(find_all_files(folder, self.course.coursedir.ignore)):
            if not path.endswith(".ipynb") or path in taken or not is_plain(path, folder):
                continue
            try:
                text = Path(path).read_text(encoding="utf-8", errors="replace")
            except OSError:
                continue
            if any(f'"{grade_id}"' in text for grade_id in known if grade_id):
                matches.append(path)
        if len(matches) != 1:
            return None
        flags.append({"kind": "renamed", "text": f"{os.path.relpath(matches[0], folder)} was taken for {name}.ipynb"})
        return Path(matches[0])

    def key(self, name, normalised, contents):
        """The hash of all that a notebook's result depends on."""
        plan = self.plans[name]
        return fingerprint(
            [[c.role, c.grade_id, c.cell_type, c.source] for c in normalised.cells], contents, self.basis(plan),
            {g: [t["mode"], t["points"], t["forbidden"]] for g, t in plan.tests.items()},
        )  # fmt: skip

    def basis(self, plan):
        """What every result of a notebook depends on, whoever's answers are in it."""
        return [
            [cell["source"] for cell in plan.contract["instructor"]], plan.code, self.versions, self.protection,
            self.course.limits(), os.environ.get("COURSE_SEED"),
        ]  # fmt: skip

    def due(self, student):
        """The due date and the student's extension as the gradebook has them: when they move, penalties change."""
        if not hasattr(self, "_due"):
            with self.course.gradebook() as gradebook:
                assignment = gradebook.find_assignment(self.assignment)
                self._due = str(assignment.duedate)
                self._extensions = {s.student_id: str(s.extension) for s in assignment.submissions if s.extension}
        return self._due, self._extensions.get(student)

    # --- the run

    def run(self, students, report=lambda outcome: None):
        """Grade these submissions; call `report` with each outcome; return all."""
        outcomes = []
        done = {} if self.regrade else self.store.graded(self.assignment)
        known = self.in_gradebook()
        tasks, finished = {}, queue.Queue(maxsize=64)
        self.writer = Writer(self.course, self.assignment)

        def orders():
            for student, folder in students.items():
                if self.stop.is_set():
                    return
                try:
                    task = self.read(student, folder)
                except BrokenFile as broken:
                    finished.put((student, "failed", str(broken)))
                    continue
                except OSError as error:
                    finished.put((student, "failed", f"{error.filename}: {error.strerror}"))
                    continue
                entry = done.get(self.store.name(student))
                if entry and entry["key"] == task.key and student in known and self.is_written(task):
                    finished.put((student, "unchanged", task))
                    continue
                task.start = time.monotonic()
                tasks[student] = task
                for name, key in task.keys.items():
                    result = None if self.regrade else self.store.get(key)
                    if result is not None:
                        task.results[name] = result
                if len(task.results) == len(task.keys):
                    finished.put((student, "done", task))
                    continue
                for name, normalised in task.notebooks.items():
                    if name not in task.results:
                        yield (student, name), self.order(name, runnable(normalised), task.files, task.keys[name])

        def work():
            try:
                for (student, name), result in self.pool.run(orders()):
                    task = tasks[student]
                    task.results[name] = result
                    if "failed" not in result:
                        self.memory.append(result.get("private", 0))
                        self.store.put(task.keys[name], result)
                    if len(task.results) == len(task.keys):
                        finished.put((student, "done", task))
                    if self.stop.is_set():
                        break
                finished.put(None)
            except BaseException as error:
                finished.put(error)

        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        while (item := finished.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            student, status, what = item
            if status == "done":
                outcome = self.write(what)
                tasks.pop(student, None)
            elif status == "failed":
                outcome = Outcome(student, "failed", reason=what)
                self.store.write_log("failed", assignment=self.assignment, student=self.store.name(student),
                                     reason=what)  # fmt: skip
            else:
                entry = done[self.store.name(student)]
                outcome = Outcome(student, "unchanged", entry["score"], entry["max_score"], entry["flags"])
            outcomes.append(outcome)
            report(outcome)
            if self.stop.is_set():
                break
        self.writer.close()
        self.store.prune()
        return outcomes

    def grade_notebook(self, name, normalised, files):
        """The result of one notebook, without any of the rest."""
        order = self.order(name, runnable(normalised), files, self.key(name, normalised, hashes(files)))
        return dict(self.pool.run([(name, order)]))[name]

    def in_gradebook(self):
        """Students for whom the gradebook has a submission of this assignment."""
        with self.course.gradebook() as gradebook:
            return {s.student_id for s in gradebook.find_assignment(self.assignment).submissions}

    def is_written(self, task):
        folder = self.course.folder(self.course.coursedir.autograded_directory, task.student, self.assignment)
        return all(os.path.exists(os.path.join(folder, name + ".ipynb")) for name in task.notebooks)

    def write(self, task):
        """Take one graded submission into the gradebook, and say so in the log."""
        name = self.store.name(task.student)
        failed = [r["failed"] for r in task.results.values() if "failed" in r]
        if failed:
            return self.failed(task, failed[0])
        flags = list(task.flags)
        for result in task.results.values():
            flags += result["flags"]
            weaker = [g for g, t in result["tests"].items() if t["mode"] == "jail"]
            if weaker:
                flags.append({"kind": "weaker", "text": f"{', '.join(sorted(weaker))} ran in the jail"})
        notebooks = {
            n: (to_notebook(task.notebooks[n], self.contracts[n]), task.results[n]["cells"]) for n in task.notebooks
        }
        self.store.write_log("writing", assignment=self.assignment, student=name, key=task.key)
        try:
            self.writer.write(task.student, notebooks, task.files, task.timestamp)
        except WriteError as error:
            return self.failed(task, str(error))
        score = sum(t["score"] for r in task.results.values() for t in r["tests"].values())
        most = sum(t["points"] for plan in self.plans.values() for t in plan.tests.values())
        seconds = round(time.monotonic() - task.start, 3)
        if state_of(task.folder) != task.seen:
            flags.append({"kind": "changed", "text": "it changed while it was graded; run the command again"})
            key = "changed"
        else:
            key = task.key
        self.store.write_log(
            "graded", assignment=self.assignment, student=name, key=key, score=score, max_score=most, flags=flags,
            seconds=seconds, results=task.keys, protection=self.protection, versions=self.versions,
            limits={n: plan.limits for n, plan in self.plans.items()},
        )  # fmt: skip
        return Outcome(task.student, "graded", score, most, flags, None, seconds)

    def failed(self, task, reason):
        self.store.write_log("failed", assignment=self.assignment, student=self.store.name(task.student), reason=reason)
        return Outcome(task.student, "failed", reason=reason, flags=task.flags)
