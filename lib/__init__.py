"""Reference implementations of convolution, small enough to read. NumPy is all they import."""

from lib import kernels
from lib.conv import conv1d, conv2d, conv3d
from lib.conv_transpose import conv_transpose1d, conv_transpose2d, conv_transpose3d
from lib.counting import count_macs, count_parameters
from lib.errors import ShapeError
from lib.fields import ReceptiveField, receptive_field, receptive_field_region, receptive_fields
from lib.gradients import conv1d_input, conv1d_weight, conv2d_input, conv2d_weight, conv3d_input, conv3d_weight
from lib.learn import kernel_hessian, learn_kernel, max_stable_lr
from lib.loops import convolve2d, corr2d
from lib.pool import avg_pool1d, avg_pool2d, avg_pool3d, max_pool1d, max_pool2d, max_pool3d
from lib.separable import depthwise_separable_conv2d, flattened_conv2d, separable_conv2d
from lib.shuffle import channel_shuffle
from lib.sizes import conv_output_size, conv_transpose_output_size, pool_output_size

__all__ = [
    "ReceptiveField",
    "ShapeError",
    "avg_pool1d",
    "avg_pool2d",
    "avg_pool3d",
    "channel_shuffle",
    "conv1d",
    "conv1d_input",
    "conv1d_weight",
    "conv2d",
    "conv2d_input",
    "conv2d_weight",
    "conv3d",
    "conv3d_input",
    "conv3d_weight",
    "conv_output_size",
    "conv_transpose1d",
    "conv_transpose2d",
    "conv_transpose3d",
    "conv_transpose_output_size",
    "convolve2d",
    "corr2d",
    "count_macs",
    "count_parameters",
    "depthwise_separable_conv2d",
    "flattened_conv2d",
    "kernel_hessian",
    "kernels",
    "learn_kernel",
    "max_pool1d",
    "max_pool2d",
    "max_pool3d",
    "max_stable_lr",
    "pool_output_size",
    "receptive_field",
    "receptive_field_region",
    "receptive_fields",
    "separable_conv2d",
]
