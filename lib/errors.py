"""The errors of the course. Each names the argument, what came and what was expected."""


class ShapeError(ValueError):
    """Sizes that do not fit together: a kernel larger than its image, channels that do not divide, a wrong rank."""
