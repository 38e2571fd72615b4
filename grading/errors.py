"""Runs in every process: the errors that end a command. Each owns the text that the instructor reads."""


class CourseError(RuntimeError):
    """The course cannot be graded as it is set up. The message says what to do."""


class PoolError(RuntimeError):
    """The fork server or the judge could not start."""


class NoProtection(RuntimeError):
    """This machine cannot jail a submission, and nobody said to do without."""
