"""Reference implementations of convolution, small enough to read. NumPy is all they import."""

from lib.errors import ShapeError

__all__ = ["ShapeError"]
