"""The five networks are what their papers say: PyTorch builds them, and the numbers are the published ones."""

import numpy as np
import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from lib import receptive_field, receptive_fields
from lib.architectures import NETWORKS, alexnet, avg_pool, conv, lenet, max_pool, mobilenet, resnet50, vgg16
from lib.check import EXERCISES
from lib.exercises.ch13_capstone import random_network

LAYERS = {"max_pool": torch.nn.MaxPool2d, "avg_pool": torch.nn.AvgPool2d}

FIELDS = {  # receptive field and effective stride, as Araujo, Norris & Sim (2019) and the papers have them
    "AlexNet": (alexnet(), 195, 32),
    "VGG-16": (vgg16(), 212, 32),
    "MobileNet v1": (mobilenet(), 315, 32),
    "ResNet-50, PyTorch": (resnet50(), 427, 32),
    "ResNet-50, Slim": (resnet50("last"), 483, 32),
    "LeNet-5": (lenet(), 16, 4),
}

OTHER = {  # what the five do not have: dilation, rounding up, padded pools, overlapping windows
    "dilated": ([conv(4, 3, dilation=2, padding=1), conv(6, 3, dilation=3, groups=2), max_pool(2, dilation=2)], 21, 3),
    "rounded up": ([max_pool(5, stride=2, ceil_mode=True), conv(5, 2, bias=False), avg_pool(2, ceil_mode=True)], 14, 2),
    "window behind the image": ([conv(3, 3, stride=2), max_pool(2, stride=4, ceil_mode=True), conv(2, 1)], 17, 2),
    "window in the padding": ([avg_pool(4, stride=5, padding=2, ceil_mode=True), conv(2, 1, stride=2)], 23, 4),
    "all at once": ([conv(9, 5, stride=3, padding=4, dilation=2, groups=3, bias=False), max_pool(3, padding=1)], 32, 6),
}


def modules(layers, channels):
    """The network in PyTorch, on the meta device: sizes without numbers."""
    network = torch.nn.Sequential()
    for layer in layers:
        options = {name: value for name, value in layer.items() if name != "kind"}
        if layer["kind"] == "conv":
            network.append(torch.nn.Conv2d(channels, device="meta", **options))
            channels = layer["out_channels"]
        else:
            network.append(LAYERS[layer["kind"]](**options))
    return network


def measured(layers, n, channels):
    """What PyTorch says of every layer: (size, parameters, multiply-adds)."""
    x, rows = torch.empty(1, channels, n, n, device="meta"), []
    for layer in modules(layers, channels):
        with FlopCounterMode(display=False) as counter:
            x = layer(x)
        assert x.shape[2] == x.shape[3]
        rows.append((x.shape[2], sum(p.numel() for p in layer.parameters()), counter.get_total_flops() // 2))
    return rows


@pytest.mark.parametrize("case", (NETWORKS | OTHER).values(), ids=NETWORKS | OTHER)
def test_describe_says_what_pytorch_measures(case):
    layers, n, channels = case
    described = EXERCISES["describe"].reference(layers, n, channels)
    assert [(size, parameters, macs) for size, _, parameters, macs in described] == measured(layers, n, channels)
    assert [field for _, field, _, _ in described] == [f.size for f in receptive_fields(modules(layers, channels))]


@pytest.mark.parametrize("seed", range(12))
def test_describe_says_what_pytorch_measures_on_networks_drawn_by_chance(seed):
    layers, n, channels = random_network(np.random.default_rng(seed), length=7)
    described = EXERCISES["describe"].reference(layers, n, channels)
    assert [(size, parameters, macs) for size, _, parameters, macs in described] == measured(layers, n, channels)
    assert [field for _, field, _, _ in described] == [f.size for f in receptive_fields(modules(layers, channels))]


@pytest.mark.parametrize("case", FIELDS.values(), ids=FIELDS)
def test_receptive_fields_are_the_published_ones(case):
    layers, size, stride = case
    field = receptive_field(modules(layers, 1 if size == 16 else 3))
    assert (field.size, field.stride) == (size, stride)


def test_alexnet_and_vgg_grow_step_by_step():
    steps = {name: [row[1] for row in EXERCISES["describe"].reference(*NETWORKS[name])] for name in NETWORKS}
    assert steps["AlexNet"] == [11, 19, 51, 67, 99, 131, 163, 195]
    vgg = [3, 5, 6, 10, 14, 16, 24, 32, 40, 44, 60, 76, 92, 100, 132, 164, 196, 212]
    assert steps["VGG-16"] == vgg


def test_parameters_are_the_published_ones():
    totals = {name: sum(row[2] for row in EXERCISES["describe"].reference(*NETWORKS[name])) for name in NETWORKS}
    assert totals["VGG-16"] == 14_714_688  # torchvision's vgg16().features
    assert totals["LeNet-5"] == 156 + 2_416
    assert totals["AlexNet"] == 34_944 + 307_456 + 885_120 + 663_936 + 442_624


def test_the_field_of_lenet_is_what_moves_its_output():
    network = torch.nn.Sequential(
        torch.nn.Conv2d(1, 6, 5, padding=2), torch.nn.AvgPool2d(2), torch.nn.Conv2d(6, 16, 5), torch.nn.AvgPool2d(2)
    )
    for parameter in network.parameters():
        torch.nn.init.constant_(parameter, 0.01)  # so that nothing cancels
    image = torch.zeros(1, 1, 60, 60, requires_grad=True)
    network(image)[0, :, 6, 5].sum().backward()
    rows, columns = image.grad[0, 0].nonzero().T
    assert (rows.max() - rows.min() + 1, columns.max() - columns.min() + 1) == (16, 16)


def test_a_place_for_the_stride_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match='stride_in must be "first" or "last", but got \'middle\''):
        resnet50("middle")
