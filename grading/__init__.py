"""Grade a class with nbgrader: fast, in a jail, and with scores that a submission cannot forge.

A submission's cells run in a *jail*, its tests in a *judge* that sees the answers by value only, and one *writer*
puts the scores into nbgrader's gradebook. The command is `grading`; `grading doctor` says what this machine protects.

    command: grader ─┬─ pool ── fork server ─┬─ workers: one submission at a time, between
                     │                       ├─ a jail: the student's cells
                     └─ writer               └─ a judge: the tests

The first line of each module says in which of these it runs. Read grader, plan and submitted for what the command
does; worker and keeper for what becomes of a submission; student and jail for its one side, judge and answers for the
other.
"""

__version__ = "0.1.0"
