"""Receptive fields: which inputs one output can see, through a chain of convolutions and poolings."""

import sys
from collections.abc import Iterable
from typing import NamedTuple

from lib.arguments import integers


class ReceptiveField(NamedTuple):
    """What an output sees of the input: how many pixels, how far from the next one's, how far out the first starts."""

    size: int
    stride: int
    padding: int


def receptive_field(layers):
    """The receptive field, at the input, of an output of the last of `layers`.

    Shapes: layers from input to output, each (kernel_size, stride, padding, dilation) with the later ones optional
            (1, 0, 1), or a PyTorch module; or an nn.Sequential -> ReceptiveField(size, stride, padding): ints, or,
            where a layer differs from axis to axis, tuples with one entry per axis.
    Units:  input pixels. padding is how far the first output's field starts before the input.
    Raises: ValueError and TypeError for options out of range, and for modules that have no such field, as one that
            sees the whole input or makes it larger.
    Source: Araujo, Norris & Sim, "Computing Receptive Fields of Convolutional Neural Networks", Distill (2019);
            chapter 7.

    >>> receptive_field([(3,), (2, 2), (3,)])
    ReceptiveField(size=8, stride=2, padding=0)
    >>> receptive_field([(3, 1, 1, 1), (3, 1, 2, 2), (3, 1, 4, 4)])
    ReceptiveField(size=15, stride=1, padding=7)
    """
    fields = receptive_fields(layers)
    return fields[-1] if fields else ReceptiveField(1, 1, 0)


def receptive_fields(layers):
    """The receptive field, at the input, after each of `layers`.

    Shapes: layers as in receptive_field -> a list, as long as layers; of a nested nn.Sequential every module counts.
    Units:  input pixels.
    Raises: as receptive_field.
    Source: as receptive_field; chapter 7.

    >>> [field.size for field in receptive_fields([(3,), (3,), (2, 2), (3,)])]
    [3, 5, 6, 10]
    """
    layers = _options(layers)
    several = [len(option) for layer in layers for option in layer if isinstance(option, (tuple, list))]
    axes = max([1, *several])
    chains = list(zip(*(_per_axis(layer, axes) for layer in layers), strict=True))
    if len(set(chains)) <= 1:
        return _grow(chains[0]) if chains else []
    return [ReceptiveField(*zip(*fields, strict=True)) for fields in zip(*map(_grow, chains), strict=True)]


def receptive_field_region(layers, index):
    """The first and the last input pixel that output number `index` sees; what lies outside the input is padding.

    Shapes: layers as in receptive_field, index an int -> (first, last), two ints, both inclusive; index a tuple, or
            layers that differ from axis to axis -> two tuples with one entry per axis.
    Units:  input pixels, counted from 0.
    Raises: as receptive_field; ValueError for a negative index.
    Source: as receptive_field; chapter 7.

    >>> receptive_field_region([(3, 2, 1), (3, 2, 1)], 0)
    (-3, 3)
    >>> receptive_field_region([(3, 2, 1), (3, 2, 1)], (5, 0))
    ((17, -3), (23, 3))
    """
    field = receptive_field(layers)
    counts = {len(value) for value in (field.size, index) if isinstance(value, (tuple, list))}
    axes = max([1, *counts])
    index = integers("index", index, axes, 0)
    size, stride, padding = (integers(name, value, axes) for name, value in field._asdict().items())
    first = tuple(u * s - p for u, s, p in zip(index, stride, padding, strict=True))
    last = tuple(start + r - 1 for start, r in zip(first, size, strict=True))
    return (first, last) if counts else (first[0], last[0])


def _grow(chain):
    """The recursion along one axis: each layer adds its span less one, in steps as wide as the strides before it."""
    fields, (size, step, start) = [], (1, 1, 0)
    for kernel_size, stride, padding, dilation in chain:
        size, start, step = size + dilation * (kernel_size - 1) * step, start + padding * step, step * stride
        fields.append(ReceptiveField(size, step, start))
    return fields


def _per_axis(layer, axes):
    """(kernel_size, stride, padding, dilation) of a layer along each axis."""
    named = zip(("kernel_size", "stride", "padding", "dilation"), layer, (1, 1, 0, 1), strict=True)
    return list(zip(*(integers(name, option, axes, least) for name, option, least in named), strict=True))


def _options(layers):
    """Every layer as four options. PyTorch modules are told by what they are, without importing PyTorch."""
    torch = sys.modules.get("torch")  # no module can exist before it is imported
    if torch and isinstance(layers, torch.nn.Module) and not isinstance(layers, torch.nn.Sequential):
        layers = [layers]
    if isinstance(layers, (str, dict)) or not isinstance(layers, Iterable):
        raise TypeError(f"layers must be a list of layers, or a PyTorch module, but got {layers!r}")
    found = []
    for layer in layers:
        if torch and isinstance(layer, torch.nn.Sequential):
            found += _options(layer)
        elif torch and isinstance(layer, torch.nn.Module):
            found.append(_of_module(layer, torch.nn))
        elif isinstance(layer, (tuple, list)) and 1 <= len(layer) <= 4:
            found.append((*layer, *(1, 0, 1)[len(layer) - 1 :]))
        else:
            raise TypeError(
                "layers must hold tuples (kernel_size, stride, padding, dilation), the last three optional, "
                f"or PyTorch modules, but got {layer!r}"
            )
    return found


def _of_module(module, nn):
    """The four options of a PyTorch module."""
    modules = nn.modules
    sliding = (nn.Conv1d, nn.Conv2d, nn.Conv3d, modules.pooling._MaxPoolNd, modules.pooling._AvgPoolNd)
    if isinstance(module, sliding):
        dilation, padding = getattr(module, "dilation", 1), module.padding
        if isinstance(padding, str):  # of "same", the part before the input
            spans = zip(module.dilation, module.kernel_size, strict=True)
            padding = tuple(d * (k - 1) // 2 if padding == "same" else 0 for d, k in spans)
        return module.kernel_size, module.stride, padding, dilation
    mixing = (nn.MultiheadAttention, nn.Softmax, nn.Softmin, nn.LogSoftmax, nn.GLU)
    pixelwise = type(module).__module__ == nn.ReLU.__module__ and not isinstance(module, mixing)
    kinds = (nn.Identity, nn.ChannelShuffle, modules.batchnorm._BatchNorm, modules.dropout._DropoutNd)
    if pixelwise or (isinstance(module, kinds) and not isinstance(module, modules.instancenorm._InstanceNorm)):
        return 1, 1, 0, 1
    raise ValueError(
        f"layers must be convolutions, max or average poolings, or work on each pixel alone, "
        f"but got {type(module).__name__}"
    )
