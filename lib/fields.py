"""Receptive fields: which inputs one output can see, for a chain of convolutions and poolings."""

import sys
from typing import NamedTuple

from lib.arguments import integers
from lib.errors import ShapeError


class ReceptiveField(NamedTuple):
    """What one output sees of the input: how many pixels, how far the next output's are, and how far out the first's."""

    size: int
    stride: int
    padding: int


def receptive_field(layers):
    """The receptive field, at the input, of an output of the last of `layers`.

    Shapes: layers from input to output, each (kernel_size, stride, padding, dilation) with the later ones optional
            (1, 0, 1), or a PyTorch module; or an nn.Sequential. -> ReceptiveField(size, stride, padding): ints, or,
            where a layer differs from axis to axis, tuples with one entry per axis.
    Units:  input pixels. padding is how far the first output's field starts before the input.
    Raises: ValueError and TypeError for options out of range, and for modules that see the whole input or enlarge it.
    Source: Araujo, Norris & Sim, "Computing Receptive Fields of Convolutional Neural Networks", Distill (2019);
            chapter 7.

    >>> receptive_field([(3,), (2, 2), (3,)])
    ReceptiveField(size=8, stride=2, padding=0)
    >>> receptive_field([(3, 1, 1, 1), (3, 1, 2, 2), (3, 1, 4, 4)])
    ReceptiveField(size=15, stride=1, padding=7)
    """
    return receptive_fields(layers)[-1]


def receptive_fields(layers):
    """The receptive field, at the input, after each of `layers`, the input itself (1, 1, 0) first.

    Shapes: as in receptive_field -> a list one longer than the number of layers.
    Units:  input pixels.
    Raises: as receptive_field.
    Source: as receptive_field.

    >>> [field.size for field in receptive_fields([(3,), (3,), (3,)])]
    [1, 3, 5, 7]
    """
    layers = _as_options(layers)
    axes = max([len(option) for layer in layers for option in layer], default=1)
    chains = [[_of_axis(layer, axis, axes) for layer in layers] for axis in range(axes)]
    if all(chain == chains[0] for chain in chains):
        return _grow(chains[0])
    return [ReceptiveField(*zip(*fields, strict=True)) for fields in zip(*map(_grow, chains), strict=True)]


def receptive_field_region(layers, index):
    """The first and the last input pixel that output number `index` sees; outside the input they lie in the padding.

    Shapes: layers as in receptive_field, index an int or one per axis -> (first, last), both inclusive.
    Units:  input pixels, counted from 0; negative ones lie in the padding before the input.
    Raises: as receptive_field.
    Source: as receptive_field.

    >>> receptive_field_region([(3, 2, 1), (3, 2, 1)], 0)
    (-3, 3)
    >>> receptive_field_region([(3, 2, 1), (3, 2, 1)], 5)
    (17, 23)
    """
    field = receptive_field(layers)
    several = isinstance(field.size, tuple) or isinstance(index, (tuple, list))
    axes = len(field.size) if isinstance(field.size, tuple) else len(index) if several else 1
    index = integers("index", index, axes, 0)
    columns = [value if isinstance(value, tuple) else (value,) * axes for value in field]
    first = tuple(u * stride - padding for u, stride, padding in zip(index, *columns[1:], strict=True))
    last = tuple(start + size - 1 for start, size in zip(first, columns[0], strict=True))
    return (first, last) if several else (first[0], last[0])


def _grow(chain):
    """The recursion along one axis: every layer widens the field by (span - 1) steps of the stride so far."""
    field = ReceptiveField(1, 1, 0)
    fields = [field]
    for kernel_size, stride, padding, dilation in chain:
        size, step, start = field
        field = ReceptiveField(size + dilation * (kernel_size - 1) * step, step * stride, start + padding * step)
        fields.append(field)
    return fields
