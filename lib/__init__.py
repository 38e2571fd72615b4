"""Reference implementations of convolution, small enough to read. NumPy is all they import."""

from lib.conv import conv1d, conv2d, conv3d
from lib.errors import ShapeError
from lib.loops import convolve2d, corr2d
from lib.sizes import conv_output_size

__all__ = ["ShapeError", "conv1d", "conv2d", "conv3d", "conv_output_size", "convolve2d", "corr2d"]
