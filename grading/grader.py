"""Runs in the command: grades an assignment of a class, from submitted files to the gradebook.

How each test is run: plan. What a student handed in: submitted. Who grades: pool or cluster. Who writes: writer.
"""

import os
import queue
import threading
import time
from dataclasses import dataclass, field

from grading import protection
from grading.course import code_fingerprint, fingerprint, versions
from grading.errors import CourseError
from grading.jail import readable_paths
from grading.normalise import BrokenFile, to_notebook
from grading.plan import Plan
from grading.store import Store
from grading.submitted import Submitted, hashes, other_files, read_submission, state_of
from grading.writer import WriteError, Writer

REFUSALS = 3  # submissions in a row that a locked gradebook or a full disk does not take; then the run ends


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
    """One submission on its way to the gradebook."""

    student: str
    folder: str
    submitted: Submitted
    files: dict  # name -> path, the student's and the instructor's
    keys: dict  # notebook -> hash of everything its result depends on
    key: str  # hash of everything that is written
    results: dict = field(default_factory=dict)  # notebook -> result
    start: float = field(default_factory=time.monotonic)

    @property
    def is_complete(self):
        return len(self.results) == len(self.keys)


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
        self.plans, self.learnt = {}, False
        self.stop, self.refused = threading.Event(), 0
        self.memory = []

    # --- getting ready

    def prepare(self):
        """Find out how each test can be run: from what an earlier run has learnt, or by running the notebooks."""
        source = self.course.folder(self.course.coursedir.source_directory, ".", self.assignment)
        self.source_files = other_files(source, self.course.coursedir.ignore) if os.path.isdir(source) else {}
        self.source_hashes = hashes(self.source_files)
        stand_ins, settings = self.course.stand_ins(), self.course.settings
        environment = {"LANG": "C.UTF-8", "NBGRADER_EXECUTION": "autograde", "PYTHONHASHSEED": "0"}
        environment |= {"PIP_NO_INDEX": "1"}  # there is no network: a cell that installs something must not wait for it
        environment |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
        visible = [path for _, *parts in stand_ins.values() for path in parts]
        self.base = {  # what the orders for all submissions have in common
            "protection": self.protection, "hidden": [self.course.root, *self.course.installed_copies()],
            "written": {}, "environment": environment,
            "readable": readable_paths([*settings.readable, *visible]), "stand_ins": stand_ins,
        }  # fmt: skip
        self.versions, self.penalty = versions(), self.course.penalty()
        reports = {} if self.regrade else self.kept_reports()
        if len(reports) == len(self.contracts):
            self.make_plans(reports)
        if not self.plans:
            self.learn()
        return self.plans

    def kept_reports(self):
        """What an earlier run has learnt about the notebooks, as far as nothing it depends on has changed since."""
        reports = {name: self.store.get(fingerprint(self.assignment, name), "notebooks") for name in self.contracts}
        return {
            name: report
            for name, report in reports.items()
            if report is not None
            and report["basis"] == self.basis(self.contracts[name])
            and report["code"] == code_fingerprint(report["modules"])
        }

    def basis(self, contract):
        """A hash of what a report depends on, but for the modules, which it names."""
        order = {**self.judge_order(contract), "environment": os.environ.get("COURSE_SEED")}
        return fingerprint(order, contract["problem"], self.source_hashes, self.versions)

    def learn(self):
        """Have judges run the instructor's notebooks. A run that finds nothing to grade can do without."""
        reports = {}
        for name, contract in self.contracts.items():
            report = {"tests": {}, "problems": [], "failing": [], "modules": [], "slowest": 0.0}
            if not contract["problem"]:
                report = self.pool.add_notebook(name, self.judge_order(contract))
            reports[name] = {**report, "code": code_fingerprint(report["modules"]), "basis": self.basis(contract)}
            self.store.put(fingerprint(self.assignment, name), reports[name], "notebooks")
        self.learnt = True
        self.make_plans(reports)

    def judge_order(self, contract):
        """The message that has a judge run the instructor's notebook."""
        return {
            "cells": contract["instructor"],
            "files": self.source_files,
            "path": self.course.judge_path(self.assignment),
            "course": self.course.root,
            "references": self.course.settings.references,
            "environment": {**os.environ, "NBGRADER_EXECUTION": "autograde"},
            "seed": 1,
        }

    def make_plans(self, reports):
        """Plan how tests run: grade the instructor's notebook and the unanswered one, by value and in the jail.

        There are no plans yet where that was not done before and no judge has the notebooks.
        """
        plans = {
            name: Plan(self.course, contract, self.base, self.versions, reports[name])
            for name, contract in self.contracts.items()
        }
        orders, results = {}, {}
        for name, plan in plans.items():
            for way, order in plan.both_ways(self.source_files).items():
                orders[name, way] = order, fingerprint(order, self.source_hashes, plan.basis())
        for key, (_, place) in orders.items():
            if not self.regrade and (known := self.store.get(place)) is not None:
                results[key] = known
        missing = [(key, order) for key, (order, _) in orders.items() if key not in results]
        if missing and not self.learnt:
            return
        for key, result in self.pool.run(missing):
            if "failed" in result:
                raise CourseError(f"the instructor's own notebook {key[0]} could not be graded: {result['failed']}")
            results[key] = result
            self.store.put(orders[key][1], result)
        for name in {name for name, _ in results}:
            plans[name].compare({way: result for (one, way), result in results.items() if one == name})
        self.plans = plans

    # --- submissions

    def task(self, student, folder):
        """A submission as a task; BrokenFile if it cannot be graded as it is."""
        try:
            student.encode("utf-8")
        except UnicodeEncodeError:
            raise BrokenFile("the student's id is not valid text") from None
        submitted = read_submission(folder, self.contracts, self.course.coursedir.ignore)
        skip = set(self.course.app.config.Autograde.get("exclude_overwriting", {}).get(self.assignment, []))
        ours = {n: path for n, path in self.source_files.items() if n not in skip or n not in submitted.files}
        files = submitted.files | ours
        own = hashes({n: path for n, path in files.items() if n not in ours})
        contents = {n: self.source_hashes[n] if n in ours else own[n] for n in files}
        keys = {name: self.plans[name].key(normalised, contents) for name, normalised in submitted.notebooks.items()}
        key = fingerprint(keys, submitted.timestamp, sorted(keys), self.due(student))
        return Task(student, folder, submitted, files, keys, key)

    def orders_of(self, task):
        """What a worker has yet to do for a task: name and order of each notebook."""
        for name, normalised in task.submitted.notebooks.items():
            if name not in task.results:
                yield name, self.plans[name].order(runnable(normalised), task.files, task.keys[name])

    def grade_notebook(self, name, normalised, files):
        """The result of one notebook, without any of the rest."""
        if not self.learnt:
            self.learn()
        key = self.plans[name].key(normalised, hashes(files))
        return dict(self.pool.run([(name, self.plans[name].order(runnable(normalised), files, key))]))[name]

    def due(self, student):
        """What penalties depend on: the due date and the extension as the gradebook has them, and the plugin."""
        if not hasattr(self, "_due"):
            with self.course.gradebook() as gradebook:
                assignment = gradebook.find_assignment(self.assignment)
                self._due = str(assignment.duedate), self.penalty
                self._extensions = {s.student_id: str(s.extension) for s in assignment.submissions if s.extension}
        return self._due, self._extensions.get(student)

    # --- the run

    def run(self, students, report=lambda outcome: None):
        """Grade these submissions; call `report` with each outcome; return all."""
        outcomes = []
        self.done = {} if self.regrade else self.store.graded(self.assignment)
        self.known = self.in_gradebook()
        self.finished = queue.Queue(maxsize=64)  # tasks to write, outcomes; at last None, or what went wrong
        self.writer = Writer(self.course, self.assignment)
        threading.Thread(target=self.grade, args=(students,), daemon=True).start()
        while (item := self.finished.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            outcome = self.write(item) if isinstance(item, Task) else item
            if outcome.status == "failed":
                self.log("failed", outcome.student, reason=outcome.reason)
            outcomes.append(outcome)
            report(outcome)
            if self.stop.is_set():
                break
        self.writer.close()
        self.store.prune()
        return outcomes

    def grade(self, students):
        """In a thread of its own: have the pool grade what is not graded yet."""
        waiting = {}
        try:
            for (student, name), result in self.pool.run(self.orders(students, waiting)):
                task = waiting[student]
                task.results[name] = result
                if "failed" not in result:
                    self.memory.append(result.get("private", 0))
                    self.store.put(task.keys[name], result)
                if task.is_complete:
                    self.finished.put(waiting.pop(student))
                if self.stop.is_set():
                    break
            self.finished.put(None)
        except BaseException as error:
            self.finished.put(error)

    def orders(self, students, waiting):
        """Read the submissions one by one; yield what is to be graded, and put the tasks it is for into `waiting`."""
        for student, folder in students.items():
            if self.stop.is_set():
                return
            try:
                task = self.task(student, folder)
            except BrokenFile as broken:
                self.finished.put(Outcome(student, "failed", reason=str(broken)))
                continue
            except OSError as error:
                self.finished.put(Outcome(student, "failed", reason=f"{error.filename}: {error.strerror}"))
                continue
            entry = self.done.get(self.store.name(student))
            if entry and entry["key"] == task.key and student in self.known and self.is_written(task):
                unchanged = Outcome(student, "unchanged", entry["score"], entry["max_score"], entry["flags"])
                self.finished.put(unchanged)
                continue
            for name, key in task.keys.items():
                if not self.regrade and (result := self.store.get(key)) is not None:
                    task.results[name] = result
            if task.is_complete:
                self.finished.put(task)
                continue
            if not self.learnt:
                self.learn()
                task = self.task(student, folder)  # should the plans have changed
            waiting[student] = task
            for name, order in self.orders_of(task):
                yield (student, name), order

    def in_gradebook(self):
        """Students for whom the gradebook has a submission of this assignment."""
        with self.course.gradebook() as gradebook:
            return {s.student_id for s in gradebook.find_assignment(self.assignment).submissions}

    def is_written(self, task):
        folder = self.course.folder(self.course.coursedir.autograded_directory, task.student, self.assignment)
        paths = [os.path.join(folder, name + ".ipynb") for name in task.keys]
        return all(os.path.exists(path) and os.path.getsize(path) for path in paths)  # a power cut can leave it empty

    def write(self, task):
        """Take one graded submission into the gradebook, and say so in the log."""
        submitted, results = task.submitted, task.results
        flags = list(submitted.flags)
        for result in results.values():
            if "failed" in result:
                return Outcome(task.student, "failed", reason=result["failed"], flags=submitted.flags)
            flags += result["flags"]
            weaker = [g for g, t in result["tests"].items() if t["mode"] == "jail"]
            if weaker:
                flags.append({"kind": "weaker", "text": f"{', '.join(sorted(weaker))} ran in the jail"})
        notebooks = {
            name: (to_notebook(normalised, self.contracts[name]), results[name]["cells"])
            for name, normalised in submitted.notebooks.items()
        }
        self.log("writing", task.student, key=task.key)
        try:
            self.writer.write(task.student, notebooks, task.files, submitted.timestamp)
        except WriteError as error:
            self.refused += error.lasting
            if self.refused == REFUSALS:
                self.stop.set()
            return Outcome(task.student, "failed", reason=str(error), flags=submitted.flags)
        self.refused = 0
        score = sum(t["score"] for r in results.values() for t in r["tests"].values())
        most = sum(t["points"] for plan in self.plans.values() for t in plan.tests.values())
        seconds = round(time.monotonic() - task.start, 3)
        key = task.key
        if state_of(task.folder) != submitted.state:
            flags.append({"kind": "changed", "text": "it changed while it was graded; run the command again"})
            key = "changed"
        self.log(
            "graded", task.student, key=key, score=score, max_score=most, flags=flags, seconds=seconds,
            results=task.keys, protection=self.protection, versions=self.versions,
            limits={n: plan.limits for n, plan in self.plans.items()},
        )  # fmt: skip
        return Outcome(task.student, "graded", score, most, flags, None, seconds)

    def log(self, event, student, **what):
        self.store.write_log(event, assignment=self.assignment, student=self.store.name(student), **what)
