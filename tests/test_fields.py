"""Receptive fields: the known networks, the gradients of real ones, PyTorch modules, and clear refusals."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from lib import receptive_field, receptive_field_region, receptive_fields

VGG = [layer for count in (2, 2, 3, 3, 3) for layer in [(3, 1, 1)] * count + [(2, 2)]]
ALEXNET = [(11, 4), (3, 2), (5, 1, 2), (3, 2), (3, 1, 1), (3, 1, 1), (3, 1, 1), (3, 2)]
MOBILENET = [(3, 2, 1)] + [(3, s, 1) for s in (1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1)]


def bottlenecks(*blocks, stride_on_last):
    """ResNet's longest path: 7×7/2, 3×3/2 pooling, then blocks of 1×1, 3×3, 1×1, one per stage with stride 2."""
    layers = [(7, 2, 3), (3, 2, 1)]
    for stage, count in enumerate(blocks):
        last = stage == len(blocks) - 1
        strided = (count - 1 if not last else None) if stride_on_last else (0 if stage else None)
        layers += [(3, 2 if block == strided else 1, 1) for block in range(count)]
    return layers


BASIC = [(7, 2, 3), (3, 2, 1)] + [(3, 2 if s and i == 0 else 1, 1) for s in range(4) for i in range(4)]
KNOWN = {
    "AlexNet": (ALEXNET, 195, 32),
    "VGG-16": (VGG, 212, 32),
    "MobileNet v1": (MOBILENET, 315, 32),
    "ResNet-50, stride on the last unit": (bottlenecks(3, 4, 6, 3, stride_on_last=True), 483, 32),
    "ResNet-101, stride on the last unit": (bottlenecks(3, 4, 23, 3, stride_on_last=True), 1027, 32),
    "ResNet-152, stride on the last unit": (bottlenecks(3, 8, 36, 3, stride_on_last=True), 1507, 32),
    "ResNet-50": (bottlenecks(3, 4, 6, 3, stride_on_last=False), 427, 32),
    "ResNet-101": (bottlenecks(3, 4, 23, 3, stride_on_last=False), 971, 32),
    "ResNet-152": (bottlenecks(3, 8, 36, 3, stride_on_last=False), 1451, 32),
    "ResNet-18": (BASIC, 435, 32),
    "dilations 1, 2, 4": ([(3, 1, 1, 1), (3, 1, 2, 2), (3, 1, 4, 4)], 15, 1),
    "nothing": ([], 1, 1),
}


@pytest.mark.parametrize(("layers", "size", "stride"), KNOWN.values(), ids=KNOWN)
def test_known_networks(layers, size, stride):
    field = receptive_field(layers)
    assert (field.size, field.stride) == (size, stride)


def test_the_field_after_each_layer():
    assert [field.size for field in receptive_fields(ALEXNET)] == [11, 19, 51, 67, 99, 131, 163, 195]
    sizes = [3, 5, 6, 10, 14, 16, 24, 32, 40, 44, 60, 76, 92, 100, 132, 164, 196, 212]
    assert [field.size for field in receptive_fields(VGG)] == sizes
    assert receptive_fields([]) == []


CHAIN = st.lists(st.tuples(st.integers(1, 4), st.integers(1, 3), st.integers(0, 2), st.integers(1, 3)), max_size=4)


@given(CHAIN)
def test_the_recursion_backwards_agrees(chain):
    """Araujo, Norris & Sim go from the output to the input; lib goes the other way."""
    size, stride, padding = 1, 1, 0
    for kernel_size, s, p, d in reversed(chain):
        size, stride, padding = s * size + d * (kernel_size - 1) + 1 - s, s * stride, s * padding + p
    assert receptive_field(chain) == (size, stride, padding)


@given(CHAIN, st.integers(0, 5))
def test_the_gradient_of_a_real_network_lies_in_the_region(chain, index):
    size = 40
    layers = [nn.Conv1d(1, 1, k, stride=s, padding=p, dilation=d, bias=False).double() for k, s, p, d in chain]
    for layer in layers:
        nn.init.ones_(layer.weight)
    x = torch.ones(1, 1, size, dtype=torch.float64, requires_grad=True)
    try:
        y = nn.Sequential(*layers)(x)
    except RuntimeError:  # a kernel has outgrown what the layers before it left
        return
    if index >= y.shape[-1]:
        return
    y[0, 0, index].backward()
    (seen,) = np.nonzero(x.grad.numpy()[0, 0])
    first, last = receptive_field_region(chain, index)
    assert last - first + 1 == receptive_field(chain).size
    clipped = [pixel for pixel in (first, last) if 0 <= pixel < size]
    assert all(first <= pixel <= last for pixel in seen)
    if len(clipped) == 2 and all(p == 0 for _, _, p, _ in chain):  # with no padding both ends are really seen
        assert (seen[0], seen[-1]) == (first, last)


def test_reads_a_pytorch_model():
    block = nn.Sequential(nn.Conv2d(4, 4, 3, padding=1, dilation=1), nn.BatchNorm2d(4), nn.ReLU())
    model = nn.Sequential(
        nn.Conv2d(3, 4, 7, stride=2, padding=3),
        nn.GELU(),
        nn.MaxPool2d(3, 2, 1),
        block,
        nn.Dropout(0.5),
        nn.AvgPool2d(2),
    )
    assert receptive_field(model) == (23, 8, 9)
    assert [field.size for field in receptive_fields(model)] == [7, 7, 11, 19, 19, 19, 19, 23]
    assert receptive_field([nn.Conv2d(1, 1, 3, padding="same"), nn.Conv2d(1, 1, 2, padding="valid")]) == (4, 1, 1)
    assert receptive_field(nn.Conv1d(1, 1, 5, stride=2, dilation=3)) == (13, 2, 0)


def test_layers_that_differ_from_axis_to_axis():
    model = nn.Sequential(nn.Conv2d(1, 1, (3, 5), stride=(1, 2), padding=(0, 2)), nn.MaxPool2d(2))
    assert receptive_field(model) == ((4, 7), (2, 4), (0, 2))
    assert receptive_field_region(model, (1, 3)) == ((2, 10), (5, 16))
    assert receptive_field_region(model, 1) == ((2, 2), (5, 8))
    assert receptive_field_region([(3, 2, 1)], (0, 2)) == ((-1, 3), (1, 5))


REFUSED = {
    "a kernel of 0": ([(0,)], ValueError, "kernel_size must be at least 1, but got 0"),
    "a stride of 0": ([(3, 0)], ValueError, "stride must be at least 1, but got 0"),
    "negative padding": ([(3, 1, -1)], ValueError, "padding must be at least 0, but got -1"),
    "a float": ([(3.0,)], TypeError, "kernel_size must be an int .* but got 3.0"),
    "a number": ([3], TypeError, r"layers must hold tuples \(kernel_size, stride, padding, dilation\).* but got 3"),
    "nothing": (None, TypeError, "layers must be a list of layers, or a PyTorch module, but got None"),
    "a word": ("", TypeError, "layers must be a list of layers, .* but got ''"),
    "a dict": ({}, TypeError, "layers must be a list of layers, .* but got {}"),
    "no axis": ([((), 1)], ValueError, r"kernel_size must be an int or a tuple of 1 ints, but got 0: \(\)"),
    "half of the columns beside the other half": ([nn.GLU()], ValueError, "but got GLU"),
    "five options": ([(3, 1, 0, 1, 1)], TypeError, r"layers must hold tuples .* got \(3, 1, 0, 1, 1\)"),
    "two axes against three": ([((3, 3), 1), ((3, 3, 3), 1)], ValueError, "kernel_size must be an int or a tuple of 3"),
    "sees everything": ([nn.AdaptiveAvgPool2d(1)], ValueError, "layers must be convolutions.*AdaptiveAvgPool2d"),
    "dense": (nn.Sequential(nn.Flatten(), nn.Linear(2, 2)), ValueError, "but got Flatten"),
    "enlarges": ([nn.ConvTranspose2d(1, 1, 2)], ValueError, "but got ConvTranspose2d"),
    "looks at the whole image's mean": ([nn.InstanceNorm2d(1)], ValueError, "but got InstanceNorm2d"),
    "attention": ([nn.MultiheadAttention(2, 1)], ValueError, "but got MultiheadAttention"),
}


@pytest.mark.parametrize(("layers", "error", "message"), REFUSED.values(), ids=REFUSED)
def test_says_what_has_no_field(layers, error, message):
    with pytest.raises(error, match=message):
        receptive_field(layers)


def test_an_output_has_a_number():
    with pytest.raises(ValueError, match="index must be at least 0, but got -1"):
        receptive_field_region([(3,)], -1)
    with pytest.raises(TypeError, match=r"index must be an int .* but got 0.5"):
        receptive_field_region([(3,)], 0.5)
    with pytest.raises(ValueError, match=r"index must be an int or a tuple of 1 ints, but got 0: \(\)"):
        receptive_field_region([(3,)], ())
