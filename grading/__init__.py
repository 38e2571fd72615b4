"""Grade a class with nbgrader: fast, in a jail, and with scores that a submission cannot forge.

A submission's cells run in a *jail*, its tests in a *judge* that sees the answers by value only, and one *writer*
puts the scores into nbgrader's gradebook. The command is `grading`; `grading doctor` says what this machine protects.
"""

__version__ = "0.1.0"
