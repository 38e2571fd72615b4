"""Runs in the command: how one notebook is graded. Each of its tests runs in the judge, or, weaker, in the jail.

Which of the two is found out by grading the instructor's own notebook and the unanswered one in both ways.
"""

import hashlib
import os

from grading.course import fingerprint

UNHURRIED = 10  # times the usual time: a busy machine must not make a test look as if it could not run by value
BOTH_WAYS = [(text, mode) for text in ("source", "stub") for mode in ("judge", "jail")]


class Plan:
    """How one notebook's tests are run, and under which limits."""

    def __init__(self, course, contract, base, versions, report):
        """`base`: what all orders have in common; `report`: what the judge found out about the tests."""
        self.course, self.contract, self.base, self.versions = course, contract, base, versions
        self.limits = course.limits(report["slowest"])
        self.code = report["code"]
        self.problems, self.failing = list(report["problems"]), report["failing"]
        self.tests = {}
        for cell in contract["cells"]:
            if cell["role"] != "test":
                continue
            found = report["tests"].get(cell["grade_id"])
            self.tests[cell["grade_id"]] = {
                "points": cell["points"], "forbidden": course.forbidden(contract, cell["grade_id"]),
                "mode": "judge", "why": None, "names": [], "together": False, "partial": True, "after": [], "given": {},
            }  # fmt: skip
            if found is None:
                self.weaken(cell["grade_id"], contract["problem"] or "the instructor's notebook lacks it")
            else:
                parts = ("names", "together", "partial", "after", "given")
                self.tests[cell["grade_id"]].update({part: found[part] for part in parts})
                if found["why"]:
                    self.weaken(cell["grade_id"], found["why"])

    def weaken(self, grade_id, why):
        """Run this test in the jail, where a submission could forge its result."""
        self.tests[grade_id].update(mode="jail", why=why)

    # --- what a worker is told, and what its result depends on

    def order(self, cells, files, key, tests=None, patience=1):
        """The message that has a notebook with these cells graded."""
        limits = {**self.limits, **{kind: patience * self.limits[kind] for kind in ("cell", "total")}}
        seed = int(hashlib.sha256(key.encode()).hexdigest()[:7], 16)
        secret = fingerprint(key, [c["source"] for c in self.contract["cells"] if c["role"] == "test"])
        return {
            **self.base, "notebook": self.contract["notebook"], "cells": cells, "files": files, "limits": limits,
            "tests": tests or self.tests, "seed": seed, "test_seed": int(secret[:7], 16),
        }  # fmt: skip

    def basis(self):
        """What every result of this notebook depends on, whoever's answers are in it."""
        return [
            [cell["source"] for cell in self.contract["instructor"]], self.code, self.versions,
            self.base["protection"], self.course.limits(), os.environ.get("COURSE_SEED"),
        ]  # fmt: skip

    def key(self, normalised, contents):
        """The hash of all that the result of a student's notebook depends on. `contents`: hashes of other files."""
        return fingerprint(
            [[c.role, c.grade_id, c.cell_type, c.source] for c in normalised.cells], contents, self.basis(),
            {g: [t["mode"], t["points"], t["forbidden"]] for g, t in self.tests.items()},
        )  # fmt: skip

    # --- judge or jail

    def both_ways(self, files):
        """The orders whose results `compare` wants, by (text, mode); none where every test runs in the jail anyway."""
        if not any(test["mode"] == "judge" for test in self.tests.values()):
            return {}
        tests = {"judge": self.tests, "jail": {g: {**test, "mode": "jail"} for g, test in self.tests.items()}}
        orders = {}
        for text, mode in BOTH_WAYS:
            cells = [
                {"role": "test" if c["role"] == "test" else "given", "source": c[text], "grade_id": c["grade_id"]}
                for c in self.contract["instructor"]
                if c["role"] != "test" or c["grade_id"] in self.tests
            ]
            orders[text, mode] = self.order(cells, dict(files), "instructor", tests[mode], UNHURRIED)
        return orders

    def compare(self, results):
        """Tests that say something else by value than among the student's code cannot run by value."""
        for grade_id, test in self.tests.items():
            if test["mode"] == "jail":
                continue
            found = {way: results[way]["tests"].get(grade_id, {}) for way in BOTH_WAYS}
            scores = {way: one.get("score", 0) for way, one in found.items()}
            error = found["source", "judge"].get("error") or {}
            message = error.get("message", "")
            if scores["source", "judge"] == scores["source", "jail"] == 0 < test["points"] and (
                grade_id not in self.failing
            ):
                text = f"the instructor's own solution passes {grade_id}, but not where submissions run: "
                self.problems.append(text + message[:300])
            if scores["source", "judge"] < scores["source", "jail"]:
                first = message.partition("\n")[0] or "it fails by value"
                self.weaken(grade_id, f"{error.get('name', 'score')}: {first}"[:300])
            elif scores["stub", "judge"] > scores["stub", "jail"]:
                self.weaken(grade_id, "by value it would give points to an unanswered notebook")
        self.allow_time(results["source", "judge"])

    def allow_time(self, solved):
        """By value everything takes longer than in the instructor's notebook, for students too: allow for it."""
        seconds = [test["seconds"] for g, test in solved["tests"].items() if self.tests[g]["mode"] == "judge"]
        enough = self.course.limits(max(seconds, default=0.0))
        self.limits = {kind: max(value, enough[kind]) for kind, value in self.limits.items()}
