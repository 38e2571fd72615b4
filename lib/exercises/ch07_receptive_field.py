"""Chapter 7: how much of the input one output can see, where that part lies, and two kernels in one."""

import functools
import math

import numpy as np

import lib
from lib.check import Claim, Exercise, Mistake
from lib.exercises.inputs import floats, ints, quarters
from lib.exercises.pictures import what_differs
from lib.exercises.predictions import of_a_prediction

# --- the size of the field


def receptive_field_size(layers):
    """One output of the last layer, in input pixels."""
    return lib.receptive_field(layers).size


ALEXNET = [
    (11, 4, 0, 1), (3, 2, 0, 1), (5, 1, 2, 1), (3, 2, 0, 1), (3, 1, 1, 1), (3, 1, 1, 1), (3, 1, 1, 1), (3, 2, 0, 1),
]  # fmt: skip


def some_layers(rng, count):
    """Layers that differ from each other in every option."""
    return [tuple(int(rng.integers(low, high)) for low, high in [(2, 8), (1, 4), (0, 4), (1, 5)]) for _ in range(count)]


SIZE_CLAIMS = [
    Claim("layers that move by one", 1, [([(3, 1, 0, 1)] * 3,), ([(2, 1, 0, 1), (5, 1, 0, 1), (4, 1, 0, 1)],)]),
    Claim(
        "strides",
        1,
        [
            ([(3, 2, 0, 1), (4, 1, 0, 1)],),
            ([(2, 3, 0, 1), (5, 2, 0, 1), (4, 3, 0, 1)],),
            ([(3, 1, 0, 1), (2, 2, 0, 1), (3, 1, 0, 1), (2, 2, 0, 1), (5, 1, 0, 1)],),
        ],
    ),
    Claim("one layer, and none", 1, [([(5, 3, 2, 1)],), ([],)]),
    Claim(
        "padding and dilation",
        1,
        [
            ([(3, 1, 2, 4)],),
            ([(3, 2, 1, 2), (5, 1, 3, 3)],),
            ([(4, 1, 0, 1), (3, 2, 2, 3), (1, 2, 0, 2), (2, 1, 1, 5)],),
        ],
    ),
    Claim("AlexNet", 1, [(ALEXNET,), (ALEXNET[:4],)]),
    Claim("other stacks of layers", 2, lambda rng: [(some_layers(rng, n),) for n in (2, 3, 4, 6)], hidden=True),
]


def grown(layers, widen=lambda k, s, d: d * (k - 1), step=lambda steps, s: steps * s, size=1):
    """The recursion from the input up, with its two rules in the caller's hands."""
    steps = 1
    for k, s, _, d in layers:
        size += widen(k, s, d) * steps
        steps = step(steps, s)
    return size


def descended(layers, down, size=1):
    """The recursion from the output down, with its rule in the caller's hands."""
    for k, s, _, d in reversed(layers):
        size = down(size, d * (k - 1) + 1, s)
    return size


def own_stride(layers):
    """Every layer's growth counted in steps that its own stride has enlarged already."""
    size, steps = 1, 1
    for k, s, _, d in layers:
        steps *= s
        size += d * (k - 1) * steps
    return size


def previous_stride(layers):
    """Only the stride of the layer before, not the product of all."""
    before = [1, *(s for _, s, _, _ in layers)]
    return 1 + sum(d * (k - 1) * s for (k, _, _, d), s in zip(layers, before, strict=False))


def summed_strides(layers):
    size, steps = 1, 0
    for k, s, _, d in layers:
        size += d * (k - 1) * max(steps, 1)
        steps += s
    return size


def dilation_that_compounds(layers):
    size, steps = 1, 1
    for k, s, _, d in layers:
        steps *= d
        size += (k - 1) * steps
        steps *= s
    return size


def with_padding(layers):
    """How far the padding reaches at the input, both sides together."""
    steps, total = 1, 0
    for _, s, p, _ in layers:
        total += 2 * p * steps
        steps *= s
    return total


def reach_of(layer):
    """How far a layer's window reaches beyond its first place."""
    k, _, _, d = layer
    return d * (k - 1)


def step_added(layers):
    """Each layer's growth plus the step, in place of times the step."""
    return 1 + sum(reach_of(layer) + jump(layers[:n]) for n, layer in enumerate(layers))


def jump(layers):
    return math.prod(s for _, s, _, _ in layers)


SIZE_MISTAKES = [
    # the kernels
    Mistake(
        "kernels added",
        "your result is the sum of the kernel sizes. Two 3-wide layers see 5 inputs, not 6: neighbouring windows "
        "overlap. How many new inputs does each layer add?",
        lambda layers: sum(k for k, _, _, _ in layers),
    ),
    Mistake(
        "kernels multiplied",
        "your result is the product of the kernel sizes, as if windows did not overlap. Draw two 3-wide layers and "
        "count.",
        lambda layers: math.prod(k for k, _, _, _ in layers),
    ),
    Mistake(
        "no one to start with",
        "your result is 1 too small. With no layer at all an output is one input: the field starts at 1, not at 0.",
        lambda layers: receptive_field_size(layers) - 1,
    ),
    Mistake(
        "no layer sees nothing",
        "without a layer your result is 0. An output without any layer is an input: it sees itself.",
        lambda layers: receptive_field_size(layers) if layers else 0,
    ),
    Mistake(
        "grows by k",
        "each layer of yours adds k steps. A window that is k wide reaches k − 1 steps beyond its first input.",
        lambda layers: grown(layers, lambda k, s, d: d * (k - 1) + 1),
    ),
    Mistake(
        "k + 1 for k − 1",
        "each layer of yours adds k + 1 steps. A window that is k wide reaches k − 1 steps beyond its first input.",
        lambda layers: grown(layers, lambda k, s, d: d * (k + 1)),
    ),
    Mistake(
        "first kernel counted twice",
        "you start with the first kernel, and then add the first layer once more. Start at 1.",
        lambda layers: grown(layers, size=layers[0][0] if layers else 1),
    ),
    Mistake(
        "same reach on both sides",
        "you counted k // 2 values on either side. That is one too many where k is even: a window reaches k − 1 steps.",
        lambda layers: grown(layers, lambda k, s, d: 2 * d * (k // 2)),
    ),
    Mistake(
        "grows by k from 0",
        "your sum takes k steps for each layer and starts at 0. Start at 1, and ask how far a k-wide window reaches "
        "beyond its first input.",
        lambda layers: grown(layers, lambda k, s, d: d * (k - 1) + 1, size=0),
    ),
    Mistake(
        "stride taken off",
        "each layer of yours grows by k less its own stride. A window reaches k − 1 steps beyond its first input, "
        "whatever its stride is.",
        lambda layers: grown(layers, lambda k, s, d: d * (k - 1) + 1 - s),
    ),
    Mistake(
        "only the last growth",
        "your result keeps what the last layer adds and loses the rest. Add to the size: `+=`, not `=`.",
        lambda layers: 1 if not layers else reach_of(layers[-1]) * jump(layers[:-1]),
    ),
    Mistake(
        "growth taken off",
        "your field shrinks with each layer. Each layer sees more.",
        lambda layers: 2 - receptive_field_size(layers),
    ),
    Mistake(
        "half of it",
        "your result is how far the field reaches to one side. Asked is its whole size.",
        lambda layers: (receptive_field_size(layers) - 1) / 2,
    ),
    # the strides
    Mistake(
        "own stride counted",
        "you let a layer's own stride enlarge its own window. The stride moves the *next* window; only the strides of "
        "the layers below count.",
        own_stride,
    ),
    Mistake(
        "only its own stride",
        "each layer's growth is multiplied by its own stride only. Its window steps over outputs of the layers below: "
        "how far apart do those stand at the input?",
        lambda layers: 1 + sum(d * (k - 1) * s for k, s, _, d in layers),
    ),
    Mistake(
        "only the stride before",
        "each layer's growth is multiplied by the stride of the one layer below it. All strides below count, "
        "multiplied.",
        previous_stride,
    ),
    Mistake(
        "strides added",
        "you add the strides of the layers below. Two layers with stride 2 stand 4 apart at the input, three stand 8 "
        "apart: strides multiply.",
        summed_strides,
    ),
    Mistake(
        "strides less 1 added",
        "you add each stride less 1 to the step. Two layers with stride 2 put neighbours 4 apart at the input, three "
        "8: strides multiply.",
        lambda layers: grown(layers, step=lambda steps, s: steps + s - 1),
    ),
    Mistake(
        "size times stride",
        "on the way up you multiply the whole size by each stride. A stride spreads the windows of the layers above, "
        "not what the layers below have seen.",
        lambda layers: functools.reduce(lambda size, layer: size * layer[1] + reach_of(layer), layers, 1),
    ),
    Mistake(
        "strides added to 1",
        "you add each stride to the step. Two layers with stride 2 put neighbours 4 apart at the input, three 8: "
        "strides multiply, and a stride of 1 changes nothing.",
        lambda layers: grown(layers, step=lambda steps, s: steps + s),
    ),
    Mistake(
        "strides ignored",
        "strides play no part in your result. After a stride of 2, neighbouring values stand 2 inputs apart.",
        lambda layers: grown(layers, step=lambda steps, s: 1),
    ),
    Mistake(
        "strides divide",
        "your growth gets smaller with each stride. At the input, the steps of later layers get larger.",
        lambda layers: 1 + sum(d * (k - 1) / jump(layers[:n]) for n, (k, _, _, d) in enumerate(layers)),
    ),
    Mistake(
        "all strides for all layers",
        "you multiply the growth of every layer by all the strides. A layer is spread by the strides *below* it only.",
        lambda layers: 1 + jump(layers) * sum(d * (k - 1) for k, _, _, d in layers),
    ),
    Mistake(
        "step added",
        "you add the step to a layer's growth. A growth of d·(k − 1) steps is *multiplied* by what one step is "
        "worth at the input.",
        step_added,
    ),
    Mistake(
        "the stride",
        "your result is the product of the strides: how far apart two outputs stand at the input. Asked is how many "
        "inputs one of them sees.",
        jump,
    ),
    Mistake(
        "padding read as stride",
        "you take the second number of a layer for its padding. The order is (k, s, p, d).",
        lambda layers: grown([(k, p, s, d) for k, s, p, d in layers]),
    ),
    Mistake(
        "kernel and stride exchanged",
        "you take the first number of a layer for its stride and the second for its kernel. The order is (k, s, p, d).",
        lambda layers: grown([(s, k, p, d) for k, s, p, d in layers]),
    ),
    # the walk down
    Mistake(
        "layers reversed",
        "your result is the one for the layers in reverse order. `layers` goes from input to output; walking down from "
        "the output you meet the last layer first.",
        lambda layers: receptive_field_size(layers[::-1]),
    ),
    Mistake(
        "first step down forgotten",
        "your walk down uses r·s + k. From the first window to the last of r windows there are r − 1 strides.",
        lambda layers: descended(layers, lambda r, k, s: r * s + k),
    ),
    Mistake(
        "k − 1 on the way down",
        "your walk down uses r·s + k − 1. With stride 2 that is too much: r windows stand r − 1 strides apart, and the "
        "last is k wide.",
        lambda layers: descended(layers, lambda r, k, s: r * s + k - 1),
    ),
    Mistake(
        "k − 1 for the last window",
        "your walk down uses (r − 1)·s + k − 1. From the start of the first window to the start of the last are (r "
        "− 1)·s; then the last window is k wide.",
        lambda layers: descended(layers, lambda r, k, s: (r - 1) * s + k - 1),
    ),
    Mistake(
        "starts down from 0",
        "your walk down starts with 0 outputs. One output is what we follow.",
        lambda layers: descended(layers, lambda r, k, s: (r - 1) * s + k, size=0),
    ),
    # the dilation
    Mistake(
        "dilation ignored",
        "dilation plays no part in your result. With dilation d the k taps of a window stand d apart.",
        lambda layers: grown(layers, lambda k, s, d: k - 1),
    ),
    Mistake(
        "d times k",
        "you take d·k for the width of a dilated kernel. Between k taps there are k − 1 gaps.",
        lambda layers: grown(layers, lambda k, s, d: d * k - 1),
    ),
    Mistake(
        "dilation added once",
        "you add the dilation once per layer. Every one of the k − 1 gaps gets wider.",
        lambda layers: grown(layers, lambda k, s, d: k - 1 + d - 1),
    ),
    Mistake(
        "dilation counted from 0",
        "you count dilation from 0. In this book, as in PyTorch, dilation=1 is the ordinary kernel.",
        lambda layers: grown(layers, lambda k, s, d: (d + 1) * (k - 1)),
    ),
    Mistake(
        "dilation carried upward",
        "you let a layer's dilation move the layers above it further apart. Only strides do that; dilation spreads the "
        "taps of its own layer.",
        dilation_that_compounds,
    ),
    Mistake(
        "dilation of the first layer left out",
        "the dilation of the first layer plays no part in your result. Is its width counted apart from the others?",
        lambda layers: receptive_field_size(
            [(*layer[:3], 1 if n == 0 else layer[3]) for n, layer in enumerate(layers)]
        ),
    ),
    Mistake(
        "dilation for the layers above only",
        "your dilation spreads the layers *above* its own, as a stride does. It spreads the taps of its own layer, "
        "and nothing else.",
        lambda layers: grown([(k, s * d, p, 1) for k, s, p, d in layers]),
    ),
    Mistake(
        "padding read as dilation",
        "you take the third number of a layer for its dilation. The order is (k, s, p, d).",
        lambda layers: grown([(k, s, d, p) for k, s, p, d in layers]),
    ),
    # the padding
    Mistake(
        "padding added",
        "you added the padding. It shifts the field and lets it hang over the edge; it makes the field no wider.",
        lambda layers: receptive_field_size(layers) + with_padding(layers),
    ),
    Mistake(
        "padding added on one side, with strides",
        "you added the padding of one side. It shifts the field; it makes it no wider.",
        lambda layers: receptive_field_size(layers) + with_padding(layers) // 2,
    ),
    Mistake(
        "padding added, without strides",
        "you added 2p for every layer. Padding shifts the field; it makes it no wider.",
        lambda layers: receptive_field_size(layers) + sum(2 * p for _, _, p, _ in layers),
    ),
    Mistake(
        "padding added on one side",
        "you added p for every layer. Padding shifts the field; it makes it no wider.",
        lambda layers: receptive_field_size(layers) + sum(p for _, _, p, _ in layers),
    ),
    Mistake(
        "padding taken off",
        "you took the padding off. A field may hang over the edge; its size counts what the formula spans.",
        lambda layers: receptive_field_size(layers) - with_padding(layers),
    ),
    Mistake(
        "padding taken off, without strides",
        "you took 2p off for every layer, as in the formula for the output's size. Padding changes where the field "
        "lies, "
        "not how wide it is.",
        lambda layers: receptive_field_size(layers) - sum(2 * p for _, _, p, _ in layers),
    ),
    # which layers
    Mistake(
        "last layer only",
        "your result is the window of the last layer. That is what it sees of the layer below, not of the input.",
        lambda layers: receptive_field_size(layers[-1:]),
    ),
    Mistake(
        "first layer only",
        "your result is the window of the first layer. Is there a `return` inside the loop?",
        lambda layers: receptive_field_size(layers[:1]),
    ),
    Mistake(
        "largest layer only",
        "your result is the widest single window. The windows of all layers add to it.",
        lambda layers: max([receptive_field_size([layer]) for layer in layers], default=1),
    ),
    Mistake(
        "last layer left out",
        "your result stops one layer too early.",
        lambda layers: receptive_field_size(layers[:-1]),
    ),
    Mistake(
        "first layer left out",
        "your result leaves the first layer out.",
        lambda layers: receptive_field_size(layers[1:]),
    ),
    Mistake(
        "pooling left out",
        "layers whose stride is as large as their kernel, such as 2×2 pooling, are missing from your result. They "
        "widen "
        "the field too, and spread all later layers.",
        lambda layers: receptive_field_size([layer for layer in layers if layer[0] != layer[1]]),
    ),
]

# --- where the field lies


def rf_region(layers, u):
    """The first and the last input that output u sees, both included."""
    return lib.receptive_field_region(layers, u)


REGION_CLAIMS = [
    Claim(
        "the first output, no padding",
        1,
        [([(3, 1, 0, 1), (4, 1, 0, 1)], 0), ([(3, 2, 0, 1), (2, 3, 0, 1), (3, 1, 0, 1)], 0)],
    ),
    Claim("further outputs", 1, [([(3, 2, 0, 1), (2, 3, 0, 1), (4, 1, 0, 1)], 2), ([(2, 1, 0, 1), (5, 3, 0, 1)], 4)]),
    Claim(
        "padding",
        1,
        [([(3, 2, 1, 1), (5, 2, 2, 1)], 0), ([(3, 2, 1, 1), (5, 3, 2, 1)], 5), ([(7, 3, 2, 1), (2, 2, 0, 1)], 1)],
    ),
    Claim(
        "everything together",
        1,
        [
            ([(4, 2, 1, 2), (3, 3, 2, 1), (2, 1, 1, 4)], 3),
            ([(3, 1, 3, 3), (3, 2, 1, 2), (5, 2, 0, 1)], 1),
            ([], 6),
            ([(2, 3, 5, 1)], 1),
        ],
    ),
    Claim(
        "other stacks and outputs",
        2,
        lambda rng: [
            (some_layers(rng, n), u) for n, u in ((1, 3), (2, 0), (3, 7), (4, 2), (5, int(rng.integers(9, 40))))
        ],
        hidden=True,
    ),
]


def span(layers, u, step=None, out=None, size=None):
    """The region from its three numbers, each of which may be replaced."""
    field = lib.receptive_field(layers)
    step = field.stride if step is None else step
    out = field.padding if out is None else out
    size = field.size if size is None else size
    left = u * step - out
    return left, left + size - 1


def walked(layers, u, left, right):
    """The region by walking down, with the rules for its two edges in the caller's hands."""
    a = b = u
    for k, s, p, d in reversed(layers):
        a, b = left(a, k, s, p, d), right(b, k, s, p, d)
    return a, b


def paddings(layers, weigh):
    """The sum of all paddings, each times what `weigh` makes of the strides below it and its own."""
    return sum(p * weigh(jump(layers[:n]), s, d) for n, (_, s, p, d) in enumerate(layers))


def left_edge(a, k, s, p, d):
    return a * s - p


def right_edge(b, k, s, p, d):
    return b * s - p + d * (k - 1)


def about(layers, u, reach):
    """So far to both sides of u times the stride."""
    middle = u * jump(layers)
    return middle - reach, middle + reach


def changed_size(name, wrong):
    """The region whose right edge comes from a wrong size, for a mistake that SIZE_MISTAKES has named."""
    says = next(m.says for m in SIZE_MISTAKES if m.name == name)
    return Mistake(f"size: {name}", f"the left edge is right, the right edge is not: {says}", wrong)


def sized(model):
    return lambda layers, u: span(layers, u, size=model(layers))


def left_first(layers, u):
    """The right edge computed from the left one, which has moved down already."""
    left = right = u
    for k, s, p, d in reversed(layers):
        left = left * s - p
        right = left * s - p + d * (k - 1)
    return left, right


REGION_MISTAKES = [
    # the right edge
    Mistake(
        "right edge not included",
        "your right edge is one too far: it is the first input that is *not* seen. Both edges belong to the region.",
        lambda layers, u: span(layers, u, size=receptive_field_size(layers) + 1),
    ),
    Mistake(
        "size for the right edge",
        "your second number is the size of the field. Asked is the last input that it contains.",
        lambda layers, u: (span(layers, u)[0], receptive_field_size(layers)),
    ),
    Mistake(
        "edges exchanged",
        "your two numbers are exchanged. The left edge comes first.",
        lambda layers, u: span(layers, u)[::-1],
    ),
    Mistake(
        "right edge by k",
        "your walk down moves the right edge by d·(k − 1) + 1. The last input of a k-wide window is k − 1 steps after "
        "its first.",
        lambda layers, u: walked(layers, u, left_edge, lambda b, k, s, p, d: b * s - p + d * (k - 1) + 1),
    ),
    Mistake(
        "ends where the next begins",
        "your region ends where that of the next output begins. Fields of neighbours overlap.",
        lambda layers, u: (span(layers, u)[0], span(layers, u + 1)[0] - 1),
    ),
    Mistake(
        "one window only",
        "your right edge starts anew from the left edge in every layer. Each edge goes down on its own: the right "
        "edge is the end of the *last* window.",
        lambda layers, u: (span(layers, u)[0], span(layers, u)[0] + sum(d * (k - 1) for k, _, _, d in layers[:1])),
    ),
    Mistake(
        "right edge without strides",
        "your right edge goes down without the strides. It goes down like the left one: times the stride, less the "
        "padding; then its window reaches k − 1 steps further.",
        lambda layers, u: walked(layers, u, left_edge, lambda b, k, s, p, d: b - p + d * (k - 1)),
    ),
    Mistake(
        "right edge at the end of a stride",
        "your right edge goes down as (b + 1)·s − 1. The window of place b starts at b·s − p, and that is what its "
        "end is counted from.",
        lambda layers, u: walked(layers, u, left_edge, lambda b, k, s, p, d: (b + 1) * s - p + d * (k - 1) - 1),
    ),
    Mistake(
        "right edge cut off at 0",
        "you cut the right edge off at 0. With much padding the whole field may lie before input 0.",
        lambda layers, u: (span(layers, u)[0], max(span(layers, u)[1], 0)),
    ),
    Mistake(
        "left edge moved before the right one",
        "your right edge is computed from the left edge *after* that has moved a layer down. Keep the old one, or "
        "move both at once: `left, right = …`.",
        left_first,
    ),
    Mistake(
        "ends at the output",
        "your field ends where it should begin. An output sees inputs from its window's start on.",
        lambda layers, u: (span(layers, u)[0] - receptive_field_size(layers) + 1, span(layers, u)[0]),
    ),
    # the padding
    Mistake(
        "padding ignored",
        "padding plays no part in your result. It lets the first window start before input 0.",
        lambda layers, u: span(layers, u, out=0),
    ),
    Mistake(
        "padding not scaled",
        "you take the paddings off as they are. A padding of 1 in a later layer is as wide as one step of that layer's "
        "input: several pixels where layers below have strides.",
        lambda layers, u: span(layers, u, out=paddings(layers, lambda below, s, d: 1)),
    ),
    Mistake(
        "padding scaled by its own stride too",
        "your padding is scaled by its own layer's stride too. Padding stands on the layer's input: walking down, "
        "multiply by the stride first and take the padding off then.",
        lambda layers, u: span(layers, u, out=paddings(layers, lambda below, s, d: below * s)),
    ),
    Mistake(
        "padding scaled by its own stride only",
        "you scale each padding by its own layer's stride. It is the strides below that say how wide one step is.",
        lambda layers, u: span(layers, u, out=paddings(layers, lambda below, s, d: s)),
    ),
    Mistake(
        "padding times dilation",
        "you multiplied the padding by the dilation. Padding is counted in plain pixels of the layer's input.",
        lambda layers, u: span(layers, u, out=paddings(layers, lambda below, s, d: below * d)),
    ),
    Mistake(
        "padding on both sides",
        "you took the padding off twice. Only the padding on the left moves the first window to the left.",
        lambda layers, u: span(layers, u, out=2 * lib.receptive_field(layers).padding),
    ),
    Mistake(
        "half the padding",
        "you take half the padding off. In (k, s, p, d) p is the padding of *one* side.",
        lambda layers, u: walked(
            layers,
            u,
            lambda a, k, s, p, d: left_edge(a, k, s, p // 2, d),
            lambda b, k, s, p, d: right_edge(b, k, s, p // 2, d),
        ),
    ),
    Mistake(
        "padding moves it right",
        "you add the padding to the left edge. The first window starts *before* input 0, so it moves to the left.",
        lambda layers, u: span(layers, u, out=-lib.receptive_field(layers).padding),
    ),
    Mistake(
        "padding added on the left",
        "padding moves your left edge to the right. The first window starts *before* input 0.",
        lambda layers, u: walked(layers, u, lambda a, k, s, p, d: a * s + p, right_edge),
    ),
    Mistake(
        "padding widens it",
        "your left edge moves to the left with the padding and your right edge to the right. A window has the same "
        "width "
        "wherever it lies.",
        lambda layers, u: (span(layers, u)[0], span(layers, u, out=-lib.receptive_field(layers).padding)[1]),
    ),
    Mistake(
        "padding moves the left edge only",
        "padding moves your left edge but not your right one. A window has the same width wherever it lies.",
        lambda layers, u: (span(layers, u)[0], span(layers, u, out=0)[1]),
    ),
    Mistake(
        "padding of the first layer only",
        "only the padding of the first layer counts in your result.",
        lambda layers, u: span(layers, u, out=layers[0][2]),
    ),
    Mistake(
        "padding of the last layer only",
        "only the padding of the last layer counts in your result.",
        lambda layers, u: span(layers, u, out=layers[-1][2]),
    ),
    Mistake(
        "padding for the kernel's half",
        "your walk goes p to the left and p to the right, whatever the kernel is. The window starts at u · s − p "
        "and is k wide.",
        lambda layers, u: walked(layers, u, left_edge, lambda b, k, s, p, d: b * s + p),
    ),
    # places before input 0
    Mistake(
        "cut off at 0",
        "you cut the region off at 0. It may be negative: those inputs lie in the padding, and the exercise wants "
        "them.",
        lambda layers, u: (max(span(layers, u)[0], 0), span(layers, u)[1]),
    ),
    Mistake(
        "moved to 0",
        "you set a negative left edge to 0 and counted the size from there. The region may start before input 0.",
        lambda layers, u: (max(span(layers, u)[0], 0), max(span(layers, u)[0], 0) + receptive_field_size(layers) - 1),
    ),
    Mistake(
        "minus sign lost",
        "the minus sign of your left edge is lost. A field may begin before input 0.",
        lambda layers, u: (abs(span(layers, u)[0]), span(layers, u)[1]),
    ),
    # which output
    Mistake(
        "outputs counted from 1",
        "you count outputs from 1. Output 0 is the first.",
        lambda layers, u: span(layers, u - 1),
    ),
    Mistake(
        "one output too far",
        "your region is that of the next output. Output 0 is the first.",
        lambda layers, u: span(layers, u + 1),
    ),
    Mistake(
        "left edge counted from 1",
        "your left edge goes down from place a − 1. Place 0 is the first, and its window starts at −p.",
        lambda layers, u: walked(layers, u, lambda a, k, s, p, d: left_edge(a - 1, k, s, p, d), right_edge),
    ),
    Mistake(
        "no layer sees place 0",
        "without a layer your region is place 0. Output u is then input u.",
        lambda layers, u: span(layers, u) if layers else (0, 0),
    ),
    Mistake(
        "always the first output",
        "u plays no part in your result.",
        lambda layers, u: span(layers, 0),
    ),
    Mistake(
        "outputs counted from 1 in every layer",
        "you count places from 1 in every layer. Place 0 is the first, and its window starts at −p.",
        lambda layers, u: walked(
            layers, u, lambda a, k, s, p, d: (a - 1) * s - p, lambda b, k, s, p, d: (b - 1) * s - p + d * (k - 1)
        ),
    ),
    # the strides
    Mistake(
        "outputs one pixel apart",
        "you move by one input for each output. Two outputs stand as far apart as all strides multiplied.",
        lambda layers, u: span(layers, u, step=1),
    ),
    Mistake(
        "last stride only",
        "you move by the last layer's stride for each output. At the input, all strides multiply.",
        lambda layers, u: span(layers, u, step=layers[-1][1]),
    ),
    Mistake(
        "first stride only",
        "you move by the first layer's stride for each output. At the input, all strides multiply.",
        lambda layers, u: span(layers, u, step=layers[0][1]),
    ),
    Mistake(
        "strides added",
        "you move by the sum of the strides for each output. Strides multiply.",
        lambda layers, u: span(layers, u, step=sum(s for _, s, _, _ in layers)),
    ),
    Mistake(
        "fields side by side",
        "you move by the whole field for each output, as if the fields of two outputs did not overlap.",
        lambda layers, u: span(layers, u, step=receptive_field_size(layers)),
    ),
    Mistake(
        "windows without strides",
        "your walk down leaves out the strides.",
        lambda layers, u: walked(layers, u, lambda a, k, s, p, d: a - p, lambda b, k, s, p, d: b - p + d * (k - 1)),
    ),
    Mistake(
        "walk with (place − p) · s",
        "your walk takes the padding off before it multiplies by the stride, and lets the window grow with the "
        "stride too. Window number u starts at u · s − p and is k wide.",
        lambda layers, u: walked(
            layers, u, lambda a, k, s, p, d: (a - p) * s, lambda b, k, s, p, d: (b - p + d * (k - 1)) * s
        ),
    ),
    Mistake(
        "stride times dilation",
        "your walk multiplies places by the dilation too. Dilation spreads the taps of one window; only the stride "
        "moves windows apart.",
        lambda layers, u: walked(
            layers, u, lambda a, k, s, p, d: a * s * d - p, lambda b, k, s, p, d: b * s * d - p + d * (k - 1)
        ),
    ),
    Mistake(
        "kernel and stride exchanged",
        "you take the first number of a layer for its stride and the second for its kernel. The order is (k, s, p, d).",
        lambda layers, u: span([(s, k, p, d) for k, s, p, d in layers], u),
    ),
    Mistake(
        "padding read as dilation",
        "you take the third number of a layer for its dilation. The order is (k, s, p, d).",
        lambda layers, u: walked([(k, s, d, p) for k, s, p, d in layers], u, left_edge, right_edge),
    ),
    Mistake(
        "padding read as stride",
        "you take the second number of a layer for its padding. The order is (k, s, p, d).",
        lambda layers, u: walked([(k, p, s, d) for k, s, p, d in layers], u, left_edge, right_edge),
    ),
    Mistake(
        "strides added to the place",
        "your walk adds the stride to the place. Window number u starts at u *times* s.",
        lambda layers, u: walked(
            layers, u, lambda a, k, s, p, d: a + s - p, lambda b, k, s, p, d: b + s - p + d * (k - 1)
        ),
    ),
    # about the middle
    Mistake(
        "centred on the output",
        "you laid the field's middle on u times the stride. Its middle lies there only if the padding is half the "
        "field; "
        "find the left edge from the padding.",
        lambda layers, u: span(layers, u, out=receptive_field_size(layers) // 2),
    ),
    Mistake(
        "as far to both sides",
        "you reach equally far to both sides of u times the stride. Its middle lies there only if the padding is half "
        "the "
        "field, and a field of even size has no middle pixel at all.",
        lambda layers, u: about(layers, u, (receptive_field_size(layers) - 1) // 2),
    ),
    Mistake(
        "half the field to both sides",
        "you reach half the field to both sides of u times the stride. Find the left edge from the padding; the right "
        "edge "
        "lies size − 1 further.",
        lambda layers, u: about(layers, u, receptive_field_size(layers) // 2),
    ),
    # which layers
    Mistake(
        "layers reversed",
        "your result is the one for the layers in reverse order. `layers` goes from input to output; walking down from "
        "the output you meet the last layer first.",
        lambda layers, u: span(layers[::-1], u),
    ),
    Mistake(
        "last layer only",
        "your result is what the last layer sees of the layer below it. Walk on, down to the input.",
        lambda layers, u: span(layers[-1:], u),
    ),
    Mistake(
        "first layer only",
        "your result is what output u of the *first* layer sees. Is there a `return` inside the loop?",
        lambda layers, u: span(layers[:1], u),
    ),
    Mistake(
        "first layer left out",
        "your walk down stops one layer above the input.",
        lambda layers, u: span(layers[1:], u),
    ),
    # the result
    Mistake(
        "every place",
        "your result lists every input of the region. Asked are the first and the last.",
        lambda layers, u: tuple(range(span(layers, u)[0], span(layers, u)[1] + 1)),
    ),
    Mistake(
        "left edge not moved",
        "your left edge stays at u. It goes down like the right one: times the stride, less the padding.",
        lambda layers, u: (u, span(layers, u)[1]),
    ),
    Mistake(
        "right edge not moved",
        "your right edge stays at u. It goes down like the left one, and ends k − 1 steps later.",
        lambda layers, u: (span(layers, u)[0], u),
    ),
    # a wrong size
    changed_size("dilation ignored", sized(lambda layers: grown(layers, lambda k, s, d: k - 1))),
    changed_size("strides ignored", sized(lambda layers: grown(layers, step=lambda steps, s: 1))),
    changed_size("no one to start with", sized(lambda layers: receptive_field_size(layers) - 1)),
    changed_size("own stride counted", sized(own_stride)),
    changed_size("d times k", sized(lambda layers: grown(layers, lambda k, s, d: d * k - 1))),
    changed_size("dilation counted from 0", sized(lambda layers: grown(layers, lambda k, s, d: (d + 1) * (k - 1)))),
    changed_size("kernels added", sized(lambda layers: sum(k for k, _, _, _ in layers))),
]

# --- two kernels in one


def compose_kernels(K1, K2):
    """A copy of K1 for every number of K2, laid down at that number's place."""
    K1, K2 = np.asarray(K1, dtype=float), np.asarray(K2, dtype=float)
    K = np.zeros(np.add(K1.shape, K2.shape) - 1)
    for (a, b), factor in np.ndenumerate(K2):
        K[a : a + K1.shape[0], b : b + K1.shape[1]] += factor * K1
    return K


def full(K1, K2):
    """Cross-correlation of K1, with zeros all round, by K2."""
    (h, w) = np.shape(K2)
    return lib.corr2d(np.pad(np.asarray(K1, float), ((h - 1, h - 1), (w - 1, w - 1))), np.asarray(K2, float))


def inside(K1, K2):
    """Cross-correlation of the larger of the two by the smaller."""
    K1, K2 = np.asarray(K1, float), np.asarray(K2, float)
    return lib.corr2d(K1, K2) if K1.size >= K2.size else lib.corr2d(K2, K1)


def centre(K, like):
    """The middle of K, as large as `like`."""
    (h, w) = np.shape(like)
    top, left = (K.shape[0] - h) // 2, (K.shape[1] - w) // 2
    return K[top : top + h, left : left + w]


def stamped(K1, K2, lay, start=0):
    """Like compose_kernels, but with any rule of what a copy of K1 does to what lies there already."""
    K1, K2 = np.asarray(K1, float), np.asarray(K2, float)
    K = np.full(np.add(K1.shape, K2.shape) - 1, float(start))
    for (a, b), factor in np.ndenumerate(K2):
        there = slice(a, a + K1.shape[0]), slice(b, b + K1.shape[1])
        K[there] = lay(K[there], factor, K1)
    return K


def wrapped(K1, K2):
    """The circular convolution, as large as the larger of the two along each axis."""
    size = np.maximum(K1.shape, K2.shape)
    return np.fft.ifft2(np.fft.fft2(K1, size) * np.fft.fft2(K2, size)).real


KERNELS = np.arange(4).reshape(2, 2), np.array([[1, 0], [1, 3]])  # the chapter's

COMPOSE_CLAIMS = [
    Claim("the kernels of the chapter", 1, [KERNELS]),
    Claim(
        "kernels that are not square",
        1,
        lambda rng: [
            (ints(rng, 2, 3), ints(rng, 3, 4)),
            (ints(rng, 4, 2), ints(rng, 2, 1)),
            (ints(rng, 2, 2), ints(rng, 2, 2)),
        ],
    ),
    Claim(
        "whole numbers and fractions",
        1,
        lambda rng: [(ints(rng, 2, 3), quarters(rng, 2, 2)), (quarters(rng, 3, 2), ints(rng, 1, 3))],
    ),
    Claim(
        "a single number",
        1,
        lambda rng: [(quarters(rng, 2, 3), ints(rng, 1, 1)), (ints(rng, 1, 1), quarters(rng, 3, 2))],
    ),
    Claim(
        "other kernels",
        2,
        lambda rng: [
            (floats(rng, *a), ints(rng, *b)) for a, b in [((3, 3), (2, 4)), ((1, 4), (3, 2)), ((5, 2), (2, 3))]
        ],
        hidden=True,
    ),
]

COMPOSE_MISTAKES = [
    # which way round
    Mistake(
        "cross-correlation of the two",
        "your result is the full cross-correlation of K1 by K2: the copies of K1 lie in reverse order. Which number of "
        "K2 does the window at the top left meet first?",
        lambda K1, K2: full(K1, K2),
    ),
    Mistake(
        "cross-correlation of the two, other way",
        "your result is the full cross-correlation of K2 by K1: K1 is upside down in it. Take a K2 that is 1 at the "
        "top "
        "left and 0 elsewhere: what must come out?",
        lambda K1, K2: full(K2, K1),
    ),
    Mistake(
        "cross-correlation, as large as K1",
        "your result is K1 cross-correlated with K2 and as large as K1. Two layers see more than one, and copies of "
        "K1 are laid down, not windows read.",
        lambda K1, K2: centre(full(K1, K2), K1),
    ),
    # the size
    Mistake(
        "valid part only",
        "your result has only the places where one kernel lies wholly on the other. Two layers see *more* than one; "
        "the "
        "result has h1 + h2 − 1 rows.",
        inside,
    ),
    Mistake(
        "valid part of the convolution",
        "your result has only the middle of the right one, where one kernel lies wholly on the other. The result has "
        "h1 + h2 − 1 rows.",
        lambda K1, K2: inside(K1, np.asarray(K2)[::-1, ::-1]),
    ),
    Mistake(
        "as large as K1",
        "your result is cut down to the size of K1. Two layers see more than the first one alone.",
        lambda K1, K2: centre(compose_kernels(K1, K2), K1),
    ),
    Mistake(
        "as large as K2",
        "your result is cut down to the size of K2. Two layers see more than the second one alone.",
        lambda K1, K2: centre(compose_kernels(K1, K2), K2),
    ),
    Mistake(
        "wraps around",
        "your copies of K1 run over the edge and go on at the other side. The composed kernel is larger than both.",
        lambda K1, K2: wrapped(np.asarray(K1, float), np.asarray(K2, float)),
    ),
    # not laid down at all
    Mistake("matrix product", "your result is the matrix product K1 @ K2.", lambda K1, K2: K1 @ K2),
    Mistake("matrix product, other way", "your result is the matrix product K2 @ K1.", lambda K1, K2: K2 @ K1),
    Mistake(
        "number by number",
        "your kernels are multiplied number by number. A path goes through *any* number of K2 and *any* number of K1.",
        lambda K1, K2: np.asarray(K1) * np.asarray(K2),
    ),
    Mistake(
        "added",
        "your kernels are added. Doing one layer after the other multiplies their numbers along every path.",
        lambda K1, K2: np.asarray(K1) + np.asarray(K2),
    ),
    Mistake(
        "every pair in a table",
        "your result is the table of all products. Products of paths that reach the same pixel are added.",
        lambda K1, K2: np.outer(K1, K2),
    ),
    Mistake(
        "four axes",
        "your result is the table of all products, with four axes. Products of paths that reach the same pixel are "
        "added.",
        lambda K1, K2: np.tensordot(K1, K2, 0),
    ),
    Mistake(
        "one line",
        "you composed two lines of numbers. Kernels have rows and columns: a copy moves down as well as across.",
        lambda K1, K2: np.convolve(np.ravel(K1), np.ravel(K2)),
    ),
    Mistake(
        "row by row",
        "you composed each row of K1 with the same row of K2. *Every* row of K2 meets every row of K1.",
        lambda K1, K2: np.array([np.convolve(a, b) for a, b in zip(K1, K2, strict=True)]),
    ),
    # where copies overlap
    Mistake(
        "copies side by side",
        "your copies of K1 lie side by side. Two neighbouring windows overlap, so their copies do too, one step apart.",
        lambda K1, K2: np.kron(K2, K1),
    ),
    Mistake(
        "copies of K2 side by side",
        "your copies of K2 lie side by side. Two neighbouring windows overlap, so copies lie one step apart.",
        lambda K1, K2: np.kron(K1, K2),
    ),
    Mistake(
        "overwritten",
        "where copies of K1 overlap, your last copy wins. Their numbers are added (`+=`, not `=`).",
        lambda K1, K2: stamped(K1, K2, lambda there, factor, K1: factor * K1),
    ),
    Mistake(
        "largest instead of sum",
        "where copies of K1 overlap, you keep the largest. They are added.",
        lambda K1, K2: stamped(K1, K2, lambda there, factor, K1: np.maximum(there, factor * K1)),
    ),
    Mistake(
        "mean where they overlap",
        "where copies of K1 overlap, you take their mean. They are added.",
        lambda K1, K2: compose_kernels(K1, K2) / compose_kernels(np.ones(K1.shape), np.ones(K2.shape)),
    ),
    Mistake(
        "multiplied where they overlap",
        "where copies of K1 overlap, you multiply. They are added.",
        lambda K1, K2: stamped(K1, K2, lambda there, factor, K1: there * factor * K1, start=1),
    ),
    # what a copy is
    Mistake(
        "copies truncated",
        "the fractions of K2 are lost where K1 holds whole numbers. Make the new array one of floats.",
        lambda K1, K2: stamped(
            K1, K2, lambda there, factor, copy: there + (factor * copy).astype(np.asarray(K1).dtype)
        ),
    ),
    Mistake(
        "copies not weighted",
        "every copy of K1 counts the same in your result. Each is multiplied by its number of K2.",
        lambda K1, K2: stamped(K1, K2, lambda there, factor, K1: there + K1),
    ),
    Mistake(
        "added copies",
        "each copy of K1 has its number of K2 added to it. It is multiplied by it.",
        lambda K1, K2: stamped(K1, K2, lambda there, factor, K1: there + factor + K1),
    ),
    Mistake(
        "divided by the number of copies",
        "your result is the mean over the copies. They are added.",
        lambda K1, K2: compose_kernels(K1, K2) / np.size(K2),
    ),
    Mistake(
        "copies on one place",
        "all your copies of K1 lie on the same place. Each lies where its number of K2 stands: one step further.",
        lambda K1, K2: np.pad(np.asarray(K1, float) * np.sum(K2), [(0, n - 1) for n in np.shape(K2)]),
    ),
    Mistake(
        "K1 times one number",
        "your result is K1 times one number of K2, or times their sum. *Each* number of K2 lays down a copy of K1, "
        "at its own place.",
        lambda K1, K2: np.asarray(K1, float) * np.sum(K2),
    ),
    Mistake(
        "first copy alone",
        "your result is the first copy of K1 alone. Each number of K2 lays one down.",
        lambda K1, K2: np.asarray(K1, float) * np.asarray(K2)[0, 0],
    ),
]

# --- the prediction


def predict_fields():
    """Three 3-wide layers: all with stride 1; the first with stride 2; the last with stride 2."""
    return predicted_fields(receptive_field_size)


def predicted_fields(size):
    """What somebody predicts who takes the field for size(layers)."""
    return [size([(3, s, 0, 1) for s in strides]) for strides in [(1, 1, 1), (2, 1, 1), (1, 1, 2)]]


KNOWN_PREDICTIONS = [
    Mistake(
        "kernels added",
        "you added the kernel sizes. Neighbouring windows overlap: two layers see 5 inputs, not 6.",
        lambda: [9, 9, 9],
    ),
    Mistake(
        "kernels multiplied",
        "you multiplied the kernel sizes. Neighbouring windows overlap: two layers see 5 inputs, not 9.",
        lambda: [27, 27, 27],
    ),
    Mistake(
        "strides ignored",
        "you left the strides out. After the stride of 2, neighbours stand 2 inputs apart: later windows span more.",
        lambda: [7, 7, 7],
    ),
    Mistake(
        "layers reversed",
        "you have the last two exchanged. A stride spreads the layers *above* it; above the last layer there are none.",
        lambda: [7, 7, 11],
    ),
    Mistake(
        "own stride counted",
        "you let a stride widen its own layer's window. It moves the next window; the first one stays 3 wide.",
        lambda: [7, 13, 9],
    ),
    Mistake(
        "only its own stride",
        "you multiplied the layer's own growth by its stride. A stride spreads all layers above it, and not its own "
        "window.",
        lambda: [7, 9, 9],
    ),
    Mistake(
        "next layer only",
        "the stride of 2 spreads the second layer in your answer, but not the third. It spreads all layers above it.",
        lambda: [7, 9, 7],
    ),
    Mistake(
        "no one to start with",
        "this is 1 too small. With no layer, an output sees 1 input: that is where the field starts.",
        lambda: [6, 10, 6],
    ),
    Mistake(
        "twice as large",
        "you doubled the whole field. The first window is 3 wide whatever its stride is.",
        lambda: [7, 14, 14],
    ),
    Mistake(
        "doubled, but not at the end",
        "you doubled the whole field. The first window is 3 wide whatever its stride is; only what lies above spreads.",
        lambda: [7, 14, 7],
    ),
    Mistake(
        "one layer only",
        "you looked at one layer. Each layer's window covers windows of the layer below.",
        lambda: [3, 3, 3],
    ),
    Mistake("two layers only", "your numbers are those of the lower two layers; there are three.", lambda: [5, 7, 5]),
    Mistake("areas", "your numbers are squared. Asked is the width.", lambda: [49, 121, 49]),
    Mistake(
        "strides divide",
        "you let the stride shrink the field. It shrinks the output; each output then sees more.",
        lambda: [7, 5, 7],
    ),
    Mistake(
        "strides added to the size",
        "you added the stride to the size. It moves the windows of the layers above apart: they span more.",
        lambda: [7, 8, 8],
    ),
    Mistake(
        "every stride widens both layers above",
        "network C has its stride in the last layer. A stride spreads the layers *above* it; above the last there "
        "are none.",
        lambda: [7, 11, 11],
    ),
    Mistake(
        "first window widened too",
        "in network B you let the stride widen the first window too. It moves the *next* window; the first one "
        "stays 3 wide.",
        lambda: [7, 13, 7],
    ),
    Mistake(
        "twice as wide, and one more",
        "you took each layer above the stride for more than twice as wide. Two neighbours stand 2 apart; how far "
        "apart are the first and the last of 3?",
        lambda: [7, 15, 7],
    ),
    Mistake(
        "in another order",
        "these are the right numbers for other networks. The answer is in the order A, B, C.",
        lambda: [11, 7, 7],
    ),
]


# --- pictures


def tower_of(layers, u):
    """The tower of a small stack, with room for one output more; None where it is too wide to read."""
    from lib import draw

    _, last = rf_region(layers, u)
    field = lib.receptive_field(layers)
    try:
        return draw.tower(layers, max(last + 1, last + 1 - field.padding) + field.stride, u)
    except ValueError:  # too wide, or a padding that no row can show
        return None


def size_picture(inputs, expected, got, wrong):
    (layers,) = inputs
    return tower_of(layers, 0) if layers and expected <= 30 else None


def region_picture(inputs, expected, got, wrong):
    layers, u = inputs
    return tower_of(layers, u) if layers and expected[1] <= 30 else None


def compose_picture(inputs, expected, got, wrong):
    K1, K2 = inputs
    return what_differs([("K1", K1, "kernel"), ",", ("then K2", K2, "kernel"), "="], expected, got, wrong)


SIZE = Exercise(receptive_field_size, SIZE_CLAIMS, SIZE_MISTAKES, picture=size_picture)
OTHER_PREDICTIONS = of_a_prediction(predict_fields, predicted_fields, SIZE, KNOWN_PREDICTIONS)

EXERCISES = [
    Exercise(predict_fields, [Claim("the prediction", 1, [()])], KNOWN_PREDICTIONS + OTHER_PREDICTIONS),
    SIZE,
    Exercise(rf_region, REGION_CLAIMS, REGION_MISTAKES, picture=region_picture),
    Exercise(compose_kernels, COMPOSE_CLAIMS, COMPOSE_MISTAKES, picture=compose_picture),
]
