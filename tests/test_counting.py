"""Counting: the course's table, PyTorch's own parameters, PyTorch's count of operations, and clear refusals."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from lib import ShapeError, count_macs, count_parameters

# in_channels, out_channels, kernel_size, bias, groups, output_size -> parameters, multiply-adds
TABLE = {
    "LeNet conv1": ((1, 6, 5, True, 1), 28, 156, 117_600),
    "LeNet conv2": ((6, 16, 5, True, 1), 10, 2_416, 240_000),
    "Conv2d(3, 6, 3)": ((3, 6, 3, True, 1), 30, 168, 145_800),
    "AlexNet conv1": ((3, 96, 11, True, 1), 55, 34_944, 105_415_200),
    "AlexNet conv2, 2 groups": ((96, 256, 5, True, 2), 27, 307_456, 223_948_800),
    "AlexNet conv2, 1 group": ((96, 256, 5, True, 1), 27, 614_656, 447_897_600),
    "VGG conv1_1": ((3, 64, 3, True, 1), 224, 1_792, 86_704_128),
    "VGG conv1_2": ((64, 64, 3, True, 1), 224, 36_928, 1_849_688_064),
    "ResNet conv1": ((3, 64, 7, False, 1), 112, 9_408, 118_013_952),
    "512 to 512": ((512, 512, 3, False, 1), 14, 2_359_296, 462_422_016),
    "depthwise": ((512, 512, 3, False, 512), 14, 4_608, 903_168),
    "pointwise": ((512, 512, 1, False, 1), 14, 262_144, 51_380_224),
    "Conv3d(1, 8, 3)": ((1, 8, (3, 3, 3), True, 1), (6, 14, 14), 224, 8 * 27 * 6 * 14 * 14),
    "Conv1d(4, 6, 5)": ((4, 6, (5,), True, 1), (16,), 126, 6 * 4 * 5 * 16),
}


@pytest.mark.parametrize(("layer", "output_size", "parameters", "macs"), TABLE.values(), ids=TABLE)
def test_gives_the_table_of_the_course(layer, output_size, parameters, macs):
    in_channels, out_channels, kernel_size, _, groups = layer
    assert count_parameters(*layer) == parameters
    assert count_macs(in_channels, out_channels, kernel_size, output_size, groups) == macs


def test_grouping_divides_the_weights():
    assert [count_parameters(8, 8, 3, bias=False, groups=g) for g in (1, 2, 4, 8)] == [576, 288, 144, 72]


@given(
    st.integers(1, 4),
    st.integers(1, 4),
    st.integers(1, 3),
    st.tuples(st.integers(1, 4), st.integers(1, 4)),
    st.booleans(),
)
def test_agrees_with_pytorch(inputs, outputs, groups, kernel_size, bias):
    layer = nn.Conv2d(inputs * groups, outputs * groups, kernel_size, groups=groups, bias=bias)
    assert count_parameters(inputs * groups, outputs * groups, kernel_size, bias, groups) == sum(
        p.numel() for p in layer.parameters()
    )
    transposed = nn.ConvTranspose2d(inputs * groups, outputs * groups, kernel_size, groups=groups, bias=bias)
    assert count_parameters(inputs * groups, outputs * groups, kernel_size, bias, groups) == sum(
        p.numel() for p in transposed.parameters()
    )
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        y = layer(torch.zeros(1, inputs * groups, 7, 6))
    macs = count_macs(inputs * groups, outputs * groups, kernel_size, tuple(y.shape[2:]), groups)
    assert 2 * macs == counter.get_total_flops()


def test_one_size_will_do_for_all_axes():
    assert count_macs(2, 3, 3, (5, 4)) == count_macs(2, 3, (3, 3), (5, 4)) == 2 * 3 * 9 * 20
    assert count_macs(2, 3, (3, 1, 1), 4) == 2 * 3 * 3 * 64
    assert count_macs(np.int64(2), 3, np.int8(3), 4) == 2 * 3 * 9 * 16


REFUSED = {
    "groups and inputs": (
        count_parameters,
        (6, 8, 3, True, 4),
        ShapeError,
        "in_channels must be a multiple of groups=4, but got 6",
    ),
    "groups and outputs": (
        count_macs,
        (8, 6, 3, 5, 4),
        ShapeError,
        "out_channels must be a multiple of groups=4, but got 6",
    ),
    "no channels": (count_parameters, (0, 6, 3), ValueError, "in_channels must be at least 1, but got 0"),
    "kernel 0": (count_parameters, (3, 6, 0), ValueError, "kernel_size must be at least 1, but got 0"),
    "no kernel": (count_parameters, (3, 6, ()), ValueError, "kernel_size must be an int or a tuple"),
    "a float": (count_parameters, (3.0, 6, 3), TypeError, "in_channels must be an int, but got 3.0"),
    "bias a number": (count_parameters, (3, 6, 3, 1), TypeError, "bias must be True or False, but got 1"),
    "no output": (count_macs, (3, 6, 3, 0), ValueError, "output_size must be at least 1, but got 0"),
    "no axis": (count_macs, (3, 6, (), 5), ValueError, "kernel_size must be an int or a tuple of 1 ints, but got 0"),
    "two axes against three": (
        count_macs,
        (3, 6, (3, 3), (5, 5, 5)),
        ValueError,
        "kernel_size must be .* 3 ints, but got 2",
    ),
}


@pytest.mark.parametrize(("function", "arguments", "error", "message"), REFUSED.values(), ids=REFUSED)
def test_says_what_does_not_fit(function, arguments, error, message):
    with pytest.raises(error, match=message):
        function(*arguments)
