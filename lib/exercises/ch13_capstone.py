"""The capstone: read a network given as a list, and say of every layer how large it is and what it costs."""

import lib
from lib.architectures import NETWORKS, avg_pool, conv, max_pool
from lib.check import Claim, Exercise, Mistake
from lib.exercises.predictions import of_a_prediction


def describe(layers, n, channels):
    """For each layer its (output size, receptive field at the input, parameters, multiply-adds)."""
    rows, field, step = [], 1, 1
    for layer in layers:
        k, s, p, d = options(layer)
        field, step = field + d * (k - 1) * step, step * s
        if layer["kind"] == "conv":
            n, given = lib.conv_output_size(n, k, s, p, d), channels
            channels, groups = layer["out_channels"], layer.get("groups", 1)
            parameters = lib.count_parameters(given, channels, k, layer.get("bias", True), groups)
            rows.append((n, field, parameters, lib.count_macs(given, channels, k, n, groups)))
        else:
            n = lib.pool_output_size(n, k, s, p, d, layer.get("ceil_mode", False))
            rows.append((n, field, 0, 0))
    return rows


def options(layer):
    """A layer's kernel size, stride, padding and dilation, with PyTorch's defaults: a pooling steps by its own size."""
    k, stride = layer["kernel_size"], layer.get("stride")
    if stride is None:
        stride = 1 if layer["kind"] == "conv" else k
    return k, stride, layer.get("padding", 0), layer.get("dilation", 1)


QUESTION = [conv(4, 3, stride=2), max_pool(2)], 10, 2  # the prediction's network, image and channels


def predict_network():
    """4 places, then 2; a field of 3, then of 3 + 1·2; 4·2·9 weights and 4 biases, used on 16 places."""
    return describe(*QUESTION)


# Counter-models: the walk with every rule in the caller's hands.


def right_size(n, k, s, p, d, layer):
    if layer["kind"] == "conv":
        return lib.conv_output_size(n, k, s, p, d)
    return lib.pool_output_size(n, k, s, p, d, layer.get("ceil_mode", False))


def right_field(field, step, k, s, p, d, layer):
    return field + d * (k - 1) * step


def right_parameters(given, out, k, groups, bias):
    return given // groups * out * k * k + out * bias


def right_macs(given, out, k, groups, bias, size, before):
    return given // groups * out * k * k * size * size


def walk(
    size=right_size,
    field=right_field,
    parameters=right_parameters,
    macs=right_macs,
    given=lambda channels, layer: layer["out_channels"],
    step=lambda step, s, layer: step * s,
    start=1,
    pool=lambda channels, k, size: (0, 0),
    read=options,
    row=lambda n, field, parameters, macs: (n, field, parameters, macs),
    rows=lambda rows: rows,
    on=lambda n, first: n,
):
    """A counter-model that differs from `describe` in the rules that are given."""

    def model(layers, n, channels):
        found, seen, steps, first = [], start, 1, n
        for layer in layers:
            k, s, p, d = read(layer)
            before = on(n, first)
            n = size(before, k, s, p, d, layer)
            seen, steps = field(seen, steps, k, s, p, d, layer), step(steps, s, layer)
            if layer["kind"] == "conv":
                groups, bias, out = layer.get("groups", 1), layer.get("bias", True), layer["out_channels"]
                costs = parameters(channels, out, k, groups, bias), macs(channels, out, k, groups, bias, n, before)
                channels = given(channels, layer)
            else:
                costs = pool(channels, k, n)
            found.append(row(n, seen, *costs))
        return rows(found)

    return model


def counting(weights):
    """A counter-model that counts a layer's weights by another rule of (given, out, k, groups), wherever they count."""
    return walk(
        parameters=lambda given, out, k, groups, bias: weights(given, out, k, groups) + out * bias,
        macs=lambda given, out, k, groups, bias, size, before: weights(given, out, k, groups) * size * size,
    )


def with_options(**replaced):
    """Read a layer's options with some of them always the same, or by another default."""

    def read(layer):
        found = dict(zip(("kernel_size", "stride", "padding", "dilation"), options(layer), strict=True))
        found.update({name: value(layer) if callable(value) else value for name, value in replaced.items()})
        return tuple(found.values())

    return read


def size_by(rule):
    """The size by a rule of (n, k, s, p, d), for convolutions and poolings alike."""
    return lambda n, k, s, p, d, layer: rule(n, k, s, p, d)


def ceil_rule(drop):
    """The size with another rule for the last window of a pooling that rounds up: `drop` of (its start, n, p)."""

    def size(n, k, s, p, d, layer):
        if layer["kind"] == "conv" or not layer.get("ceil_mode", False):
            return right_size(n, k, s, p, d, layer)
        steps = -(-(n + 2 * p - d * (k - 1) - 1) // s)
        return steps if drop(steps * s, n, p) else steps + 1

    return size


def summed(*columns):
    """Running totals in some columns."""

    def rows(found):
        return [
            tuple(sum(r[c] for r in found[: i + 1]) if c in columns else value for c, value in enumerate(each))
            for i, each in enumerate(found)
        ]

    return rows


MISTAKES = [
    # the size
    Mistake(
        "size never handed on",
        "every layer in your table reads the original image. A layer reads what the layer before has made.",
        walk(on=lambda n, first: first),
    ),
    Mistake(
        "size never changes",
        "your sizes stay those of the image. Each layer makes its own.",
        walk(size=lambda n, k, s, p, d, layer: n),
    ),
    Mistake(
        "no + 1 in the size",
        "your sizes lack the + 1. The first window is there before the first step.",
        walk(size=size_by(lambda n, k, s, p, d: (n + 2 * p - d * (k - 1) - 1) // s)),
    ),
    Mistake(
        "size rounded up",
        "your sizes are rounded up everywhere. A window that does not fit is left out, unless a pooling has ceil_mode.",
        walk(size=size_by(lambda n, k, s, p, d: -(-(n + 2 * p - d * (k - 1) - 1) // s) + 1)),
    ),
    Mistake(
        "all poolings and convolutions rounded up",
        "every layer of yours rounds up by PyTorch's rule. Only poolings with ceil_mode=True do.",
        walk(size=lambda n, k, s, p, d, layer: lib.pool_output_size(n, k, s, p, d, True)),
    ),
    Mistake(
        "one place too many",
        "your sizes count one place too many: a kernel of k spans d · (k − 1) + 1 pixels.",
        walk(size=size_by(lambda n, k, s, p, d: (n + 2 * p - d * (k - 1)) // s + 1)),
    ),
    Mistake(
        "one place too few",
        "your sizes count too few places: a window that is as wide as the image has one.",
        walk(size=size_by(lambda n, k, s, p, d: (n + 2 * p - d * (k - 1) - 2) // s + 1)),
    ),
    Mistake(
        "poolings always rounded up",
        "all of your poolings round up. They do so with ceil_mode=True only.",
        walk(size=lambda n, k, s, p, d, layer: right_size(n, k, s, p, d, {"ceil_mode": True} | layer)),
    ),
    Mistake(
        "sizes not rounded",
        "your sizes have fractions. A window that does not fit is left out: round down.",
        walk(size=size_by(lambda n, k, s, p, d: (n + 2 * p - d * (k - 1) - 1) / s + 1)),
    ),
    Mistake(
        "padding once",
        "you add the padding once. It stands on both sides.",
        walk(size=size_by(lambda n, k, s, p, d: (n + p - d * (k - 1) - 1) // s + 1)),
    ),
    Mistake(
        "padding left out of the size",
        "you leave the padding out of the size.",
        walk(size=size_by(lambda n, k, s, p, d: (n - d * (k - 1) - 1) // s + 1)),
    ),
    Mistake(
        "padding taken off",
        "your padding makes the image smaller. It adds zeros on both sides.",
        walk(size=size_by(lambda n, k, s, p, d: (n - 2 * p - d * (k - 1) - 1) // s + 1)),
    ),
    Mistake(
        "stride left out of the size",
        "you leave the stride out of the size.",
        walk(size=size_by(lambda n, k, s, p, d: n + 2 * p - d * (k - 1))),
    ),
    Mistake(
        "dilation left out of the size",
        "you leave the dilation out of the size: a kernel of k spans d · (k − 1) + 1.",
        walk(size=lambda n, k, s, p, d, layer: right_size(n, k, s, p, 1, layer)),
    ),
    Mistake(
        "dilation left out",
        "you leave the dilation out, of the size and of the field: a kernel of k spans d · (k − 1) + 1.",
        walk(read=with_options(dilation=1)),
    ),
    Mistake(
        "dilation counted from 0",
        "you count dilation from 0. As in PyTorch, dilation 1 is the ordinary kernel.",
        walk(
            size=lambda n, k, s, p, d, layer: right_size(n, k, s, p, d + 1, layer),
            field=lambda field, step, k, s, p, d, layer: field + (d + 1) * (k - 1) * step,
        ),
    ),
    Mistake(
        "dilation of poolings left out",
        "the dilation of the poolings plays no part. A dilated window spans d · (k − 1) + 1 in a pooling too.",
        walk(read=with_options(dilation=lambda layer: layer.get("dilation", 1) if layer["kind"] == "conv" else 1)),
    ),
    Mistake(
        "dilated span d · k",
        "you let a dilated kernel span d · k. Between k numbers there are k − 1 gaps.",
        walk(
            size=lambda n, k, s, p, d, layer: right_size(n, d * k, s, p, 1, layer),
            field=lambda field, step, k, s, p, d, layer: field + (d * k - 1) * step,
        ),
    ),
    Mistake(
        "ceil_mode left out",
        "you round down in a pooling with ceil_mode=True.",
        walk(size=lambda n, k, s, p, d, layer: right_size(n, k, s, p, d, layer | {"ceil_mode": False})),
    ),
    Mistake(
        "ceil_mode of average poolings left out",
        "you round down in an average pooling with ceil_mode=True.",
        walk(
            size=lambda n, k, s, p, d, layer: right_size(
                n, k, s, p, d, layer | {"ceil_mode": False} if layer["kind"] == "avg_pool" else layer
            )
        ),
    ),
    Mistake(
        "ceil_mode without its rule",
        "you round up, but in PyTorch a last window that would start in the padding behind the image is left out.",
        walk(size=ceil_rule(lambda start, n, p: False)),
    ),
    Mistake(
        "last window may start on the padding",
        "you round up and let the last window start at the first pixel of padding behind the image. That pixel is "
        "padding too.",
        walk(size=ceil_rule(lambda start, n, p: start > n + p)),
    ),
    Mistake(
        "left padding forgotten in the rule",
        "you round up, but your rule for the last window compares with n. Windows start p pixels before the image: "
        "where does the padding behind it begin, counted from there?",
        walk(size=ceil_rule(lambda start, n, p: start >= n)),
    ),
    Mistake(
        "both paddings in the rule",
        "you round up, but your rule for the last window compares with n + 2p. The padding behind the image begins "
        "before that.",
        walk(size=ceil_rule(lambda start, n, p: start >= n + 2 * p)),
    ),
    Mistake(
        "pooling size n // k",
        "your poolings make n // k. With a stride or a padding of their own they do not.",
        walk(size=lambda n, k, s, p, d, layer: n // k if layer["kind"] != "conv" else right_size(n, k, s, p, d, layer)),
    ),
    Mistake(
        "sizes rounded to the nearest",
        "your sizes are rounded to the nearest whole number. A window that does not fit is left out: round down.",
        walk(size=size_by(lambda n, k, s, p, d: round((n + 2 * p - d * (k - 1) - 1) / s) + 1)),
    ),
    Mistake(
        "size n // s",
        "your sizes are n // s. A window also needs room: how many places does it have on n pixels and their padding?",
        walk(size=size_by(lambda n, k, s, p, d: n // s)),
    ),
    Mistake(
        "size n / s, rounded up",
        "your sizes are n / s, rounded up. That is so for one padding only; count the places of the window.",
        walk(size=size_by(lambda n, k, s, p, d: -(-n // s))),
    ),
    Mistake(
        "pooling size n // s",
        "your poolings make n // s. With a window larger than its step, or with a padding, they do not.",
        walk(size=lambda n, k, s, p, d, layer: n // s if layer["kind"] != "conv" else right_size(n, k, s, p, d, layer)),
    ),
    # default values
    Mistake(
        "padding k // 2 where none is given",
        "a layer without a padding has half its kernel in your table. Without a padding it has none.",
        walk(read=with_options(padding=lambda layer: layer.get("padding", layer["kernel_size"] // 2))),
    ),
    Mistake(
        "padding of poolings left out",
        "the padding of the poolings plays no part in your sizes. It counts like that of a convolution.",
        walk(read=with_options(padding=lambda layer: layer.get("padding", 0) if layer["kind"] == "conv" else 0)),
    ),
    Mistake(
        "stride 2 where none is given",
        "a layer without a stride steps by 2 in your table. A convolution then steps by 1, a pooling by its own size.",
        walk(read=with_options(stride=lambda layer: layer.get("stride") or 2)),
    ),
    Mistake(
        "poolings step by one",
        "a pooling without a stride steps by one in your table. Without a stride it steps by its own size.",
        walk(read=with_options(stride=lambda layer: layer.get("stride", 1))),
    ),
    Mistake(
        "poolings step by two",
        "a pooling without a stride steps by 2 in your table. Without a stride it steps by its own size.",
        walk(read=with_options(stride=lambda layer: layer.get("stride", 1 if layer["kind"] == "conv" else 2))),
    ),
    Mistake(
        "poolings always step by their size",
        "a pooling always steps by its own size in your table, even where a stride is given.",
        walk(
            read=with_options(
                stride=lambda layer: layer.get("stride", 1) if layer["kind"] == "conv" else layer["kernel_size"]
            )
        ),
    ),
    Mistake(
        "convolutions step by their size",
        "a convolution without a stride steps by its own size in your table. Only poolings do so.",
        walk(read=with_options(stride=lambda layer: layer.get("stride", layer["kernel_size"]))),
    ),
    # the receptive field
    Mistake(
        "field without strides",
        "your receptive fields grow by k − 1 each time, as if no layer before had a stride. A step of this layer is a "
        "longer way in the image.",
        walk(step=lambda step, s, layer: 1),
    ),
    Mistake(
        "own stride",
        "your receptive field multiplies by the layer's own stride. Only the strides of the layers *before* count.",
        walk(field=lambda field, step, k, s, p, d, layer: field + d * (k - 1) * step * s),
    ),
    Mistake(
        "only its own stride",
        "your receptive field multiplies by the layer's own stride alone. The strides of all layers *before* it "
        "multiply.",
        walk(field=lambda field, step, k, s, p, d, layer: field + d * (k - 1) * s),
    ),
    Mistake(
        "only the stride before",
        "your receptive field multiplies by the stride of one layer before. The strides of all layers before multiply.",
        walk(step=lambda step, s, layer: s),
    ),
    Mistake(
        "dilation in the step",
        "you let a dilation make the steps of later layers longer. Only strides do that; a dilation spreads its own "
        "window.",
        walk(step=lambda step, s, layer: step * s * layer.get("dilation", 1)),
    ),
    Mistake(
        "strides added",
        "you add the strides of the layers before. They multiply.",
        walk(step=lambda step, s, layer: step + s - 1),
    ),
    Mistake(
        "strides added to 1",
        "you add each stride to the step. Strides multiply, and a stride of 1 changes nothing.",
        walk(step=lambda step, s, layer: step + s),
    ),
    Mistake(
        "strides divide",
        "a stride makes your steps shorter. In the image, the steps of later layers are longer.",
        walk(step=lambda step, s, layer: step / s),
    ),
    Mistake(
        "strides of poolings left out",
        "the strides of the poolings do not count in your receptive fields. They count like those of convolutions.",
        walk(step=lambda step, s, layer: step * s if layer["kind"] == "conv" else step),
    ),
    Mistake(
        "fields of poolings left out",
        "the windows of the poolings do not count in your receptive fields. A pooling reads a window too.",
        walk(
            field=lambda field, step, k, s, p, d, layer: (
                field + d * (k - 1) * step if layer["kind"] == "conv" else field
            )
        ),
    ),
    Mistake(
        "poolings left out of the field",
        "neither windows nor strides of the poolings count in your receptive fields. Both do.",
        walk(
            field=lambda field, step, k, s, p, d, layer: (
                field + d * (k - 1) * step if layer["kind"] == "conv" else field
            ),
            step=lambda step, s, layer: step * s if layer["kind"] == "conv" else step,
        ),
    ),
    Mistake(
        "dilation left out of the field",
        "the dilation does not count in your receptive fields. A dilated kernel spans d · (k − 1) + 1.",
        walk(field=lambda field, step, k, s, p, d, layer: field + (k - 1) * step),
    ),
    Mistake(
        "dilated field d · k",
        "your receptive fields take d · k for the span of a dilated kernel. Between k numbers there are k − 1 gaps.",
        walk(field=lambda field, step, k, s, p, d, layer: field + (d * k - 1) * step),
    ),
    Mistake(
        "one gap only",
        "your receptive fields widen one gap of a dilated kernel. It has k − 1 gaps.",
        walk(field=lambda field, step, k, s, p, d, layer: field + (k - 1 + d - 1) * step),
    ),
    Mistake(
        "kernel sizes added",
        "your receptive field adds k for each layer. Neighbouring windows overlap: a layer adds k − 1 steps.",
        walk(field=lambda field, step, k, s, p, d, layer: field + (d * (k - 1) + 1) * step, start=0),
    ),
    Mistake(
        "kernel sizes added to one",
        "your receptive field starts at 1 and adds k steps for each layer. A layer adds k − 1 steps.",
        walk(field=lambda field, step, k, s, p, d, layer: field + (d * (k - 1) + 1) * step),
    ),
    Mistake(
        "spans added",
        "your receptive field adds what the kernels span, without the strides. Neighbouring windows overlap, and "
        "strides of earlier layers make steps longer.",
        walk(field=lambda field, step, k, s, p, d, layer: field + d * (k - 1) + 1, start=0),
    ),
    Mistake(
        "field starts at 0",
        "your receptive fields are one too small. Before the first layer a pixel sees itself: 1.",
        walk(start=0),
    ),
    Mistake(
        "starts with two",
        "your receptive fields start at 2. Before the first layer a pixel sees itself: 1.",
        walk(start=2),
    ),
    Mistake(
        "field of the layer alone",
        "your receptive fields belong to each layer alone. They are counted in pixels of the image.",
        walk(field=lambda field, step, k, s, p, d, layer: d * (k - 1) + 1),
    ),
    Mistake(
        "field never grows",
        "your receptive fields stay 1. Each layer adds its windows.",
        walk(field=lambda field, step, k, s, p, d, layer: field),
    ),
    Mistake(
        "only the last growth",
        "your receptive fields keep what the last layer adds and lose the rest: `+=`, not `=`.",
        walk(field=lambda field, step, k, s, p, d, layer: d * (k - 1) * step),
    ),
    Mistake(
        "widest layer only",
        "your receptive field is the widest window so far. The windows of all layers add to it.",
        walk(field=lambda field, step, k, s, p, d, layer: max(field, d * (k - 1) + 1)),
    ),
    Mistake(
        "field cut off at the image",
        "your receptive fields stop at the size of the image. They may be larger: then they reach into the padding.",
        lambda layers, n, channels: [
            (size, min(field, n), *rest) for size, field, *rest in describe(layers, n, channels)
        ],
    ),
    Mistake(
        "padding in the field",
        "your receptive fields change with the padding. Padding moves a field, it does not change its size.",
        walk(field=lambda field, step, k, s, p, d, layer: field + (d * (k - 1) - 2 * p) * step),
    ),
    Mistake(
        "fields squared",
        "your receptive fields count pixels. Return the side of the square.",
        walk(row=lambda n, field, parameters, macs: (n, field * field, parameters, macs)),
    ),
    Mistake(
        "rule of the way down",
        "your receptive field uses (r − 1) · s + k while you go *up*. That rule belongs to the way from the output "
        "down; on the way up, a layer adds k − 1 steps.",
        walk(field=lambda field, step, k, s, p, d, layer: (field - 1) * s + d * (k - 1) + 1),
    ),
    Mistake(
        "fields multiplied",
        "your receptive fields are multiplied by what each layer spans. A layer adds k − 1 steps.",
        walk(field=lambda field, step, k, s, p, d, layer: field * (d * (k - 1) + 1)),
    ),
    # the parameters
    Mistake(
        "in_channels never handed on",
        "every convolution in your table reads the image's channels. A layer reads the channels that the last "
        "convolution made.",
        walk(given=lambda channels, layer: channels),
    ),
    Mistake(
        "out_channels for in_channels",
        "your kernels read as many channels as they make. They read what the layer before has made.",
        counting(lambda given, out, k, groups: out // groups * out * k * k),
    ),
    Mistake(
        "bias left out",
        "the biases are missing. A convolution has one for each output channel, unless bias=False.",
        walk(parameters=lambda given, out, k, groups, bias: given // groups * out * k * k),
    ),
    Mistake(
        "bias always",
        "you count biases where bias=False.",
        walk(parameters=lambda given, out, k, groups, bias: given // groups * out * k * k + out),
    ),
    Mistake(
        "bias for each input channel",
        "you count a bias for each input channel. It belongs to an output channel.",
        walk(parameters=lambda given, out, k, groups, bias: given // groups * out * k * k + given * bias),
    ),
    Mistake(
        "one bias",
        "you count one bias for each layer. There is one for each output channel.",
        walk(parameters=lambda given, out, k, groups, bias: given // groups * out * k * k + bias),
    ),
    Mistake(
        "bias in every slice",
        "you count a bias for each slice of a kernel. There is one for each output channel.",
        walk(parameters=lambda given, out, k, groups, bias: given // groups * out * (k * k + bias)),
    ),
    Mistake(
        "bias for each channel of a group",
        "you count out_channels / groups biases. There is one for each output channel.",
        walk(parameters=lambda given, out, k, groups, bias: given // groups * out * k * k + out // groups * bias),
    ),
    Mistake(
        "groups left out of the parameters",
        "you count the parameters as if there were no groups. With groups a kernel reads fewer channels.",
        walk(parameters=lambda given, out, k, groups, bias: given * out * k * k + out * bias),
    ),
    Mistake(
        "groups left out",
        "you leave the groups out, of the parameters and of the multiply-adds. With groups a kernel reads "
        "in_channels / groups channels.",
        counting(lambda given, out, k, groups: given * out * k * k),
    ),
    Mistake(
        "divided by groups twice",
        "you divide by groups twice. That is one group alone, and there are `groups` of them.",
        counting(lambda given, out, k, groups: (given // groups) * (out // groups) * k * k),
    ),
    Mistake(
        "multiplied by groups",
        "your numbers grow with the groups. With groups a kernel reads in_channels / groups channels.",
        counting(lambda given, out, k, groups: given * groups * out * k * k),
    ),
    Mistake(
        "only the output channels",
        "you count one slice for each kernel. A kernel has a slice for every channel that it reads.",
        counting(lambda given, out, k, groups: out * k * k),
    ),
    Mistake(
        "only the input channels",
        "you count one kernel in all. There is one for each output channel.",
        counting(lambda given, out, k, groups: given // groups * k * k),
    ),
    Mistake(
        "only the input channels, groups left out",
        "you count one slice for each input channel. Each is read by every output of its group.",
        counting(lambda given, out, k, groups: given * k * k),
    ),
    Mistake(
        "k for k·k",
        "a kernel has k rows and k columns. You count k once.",
        counting(lambda given, out, k, groups: given // groups * out * k),
    ),
    Mistake(
        "2·k for k·k",
        "a kernel has k · k weights in a slice, not 2 · k.",
        counting(lambda given, out, k, groups: given // groups * out * 2 * k),
    ),
    Mistake(
        "dilation in the parameters",
        "you count the holes of a dilated kernel as weights. They are not there.",
        lambda layers, n, channels: (
            walk()(layers, n, channels)
            if all(layer.get("dilation", 1) == 1 for layer in layers)
            else dilated_weights(layers, n, channels)
        ),
    ),
    Mistake(
        "poolings with weights",
        "your poolings have weights. Nothing is learned in them.",
        walk(pool=lambda channels, k, size: (k * k, 0)),
    ),
    Mistake(
        "poolings with weights for each channel",
        "your poolings have weights for each channel. Nothing is learned in them.",
        walk(pool=lambda channels, k, size: (channels * k * k, 0)),
    ),
    # the multiply-adds
    Mistake(
        "size of the input in the multiply-adds",
        "you count a multiply-add for each pixel that comes in. A kernel is used once for each pixel that goes *out*.",
        walk(macs=lambda given, out, k, groups, bias, size, before: given // groups * out * k * k * before * before),
    ),
    Mistake(
        "size of the image in the multiply-adds",
        "your multiply-adds use the size of the image in every layer. A kernel is used once for each place of its "
        "layer's own output.",
        lambda layers, n, channels: [
            (size, field, parameters, macs // (size * size) * n * n)
            for size, field, parameters, macs in describe(layers, n, channels)
        ],
    ),
    Mistake(
        "input size times output size",
        "your multiply-adds take one side from the input and one from the output. A kernel is used once for each "
        "place of the *output*.",
        walk(macs=lambda given, out, k, groups, bias, size, before: given // groups * out * k * k * size * before),
    ),
    Mistake(
        "size once",
        "your multiply-adds count one row of places. The output has size · size of them.",
        walk(macs=lambda given, out, k, groups, bias, size, before: given // groups * out * k * k * size),
    ),
    Mistake(
        "kernel size left out of the multiply-adds",
        "your multiply-adds leave the kernel's size out. Each place takes k · k of them for each channel it reads.",
        walk(macs=lambda given, out, k, groups, bias, size, before: given // groups * out * size * size),
    ),
    Mistake(
        "places left out",
        "your multiply-adds are those of one place. The kernels are used on every place of the output.",
        walk(macs=lambda given, out, k, groups, bias, size, before: given // groups * out * k * k),
    ),
    Mistake(
        "one multiply-add for each output",
        "your multiply-adds count each output number once. It takes one multiply-add for each weight of its kernel.",
        walk(macs=lambda given, out, k, groups, bias, size, before: out * size * size),
    ),
    Mistake(
        "biases as multiply-adds",
        "you count the biases among the multiply-adds. A bias is added, not multiplied.",
        walk(
            macs=lambda given, out, k, groups, bias, size, before: (
                (given // groups * out * k * k + out * bias) * size * size
            )
        ),
    ),
    Mistake(
        "operations for multiply-adds",
        "you count multiplications and additions apart. One multiply-add is one of each.",
        walk(macs=lambda *values: 2 * right_macs(*values)),
    ),
    Mistake(
        "additions counted apart",
        "you count multiplications and the additions between them. One multiply-add is one of each.",
        walk(
            macs=lambda given, out, k, groups, bias, size, before: (
                (2 * (given // groups) * k * k - 1) * out * size * size
            )
        ),
    ),
    Mistake(
        "groups left out of the multiply-adds",
        "you count the multiply-adds as if there were no groups.",
        walk(macs=lambda given, out, k, groups, bias, size, before: given * out * k * k * size * size),
    ),
    Mistake(
        "input channels left out of the multiply-adds",
        "your multiply-adds leave the input channels out. Each kernel has a slice for every channel that it reads.",
        walk(macs=lambda given, out, k, groups, bias, size, before: out * k * k * size * size),
    ),
    Mistake(
        "output channels twice",
        "your multiply-adds count the output channels twice: the weights of all kernels are counted already.",
        walk(macs=lambda given, out, k, groups, bias, size, before: given // groups * out * out * k * k * size * size),
    ),
    Mistake(
        "weights and multiply-adds of the dilated span",
        "your multiply-adds count the holes of a dilated kernel. Nothing is multiplied there.",
        lambda layers, n, channels: [
            (*row[:3], wide[3])
            for row, wide in zip(describe(layers, n, channels), dilated_weights(layers, n, channels), strict=True)
        ],
    ),
    Mistake(
        "poolings with multiply-adds",
        "your poolings have multiply-adds. They compare or average; nothing is multiplied by a weight.",
        walk(pool=lambda channels, k, size: (0, channels * k * k * size * size)),
    ),
    Mistake(
        "a multiply-add for each pooled pixel",
        "your poolings have a multiply-add for each number that comes out. Nothing is multiplied by a weight in them.",
        walk(pool=lambda channels, k, size: (0, channels * size * size)),
    ),
    Mistake(
        "a multiply-add for each pixel of a pooling's window",
        "your poolings have multiply-adds. They compare or average; nothing is multiplied by a weight there.",
        walk(pool=lambda channels, k, size: (0, k * k * size * size)),
    ),
    # the table
    Mistake(
        "running totals",
        "your parameters and multiply-adds add up from row to row. Each row counts its own layer alone.",
        walk(rows=summed(2, 3)),
    ),
    Mistake(
        "running total of the parameters",
        "your parameters add up from row to row. Each row counts its own layer alone.",
        walk(rows=summed(2)),
    ),
    Mistake(
        "running total of the multiply-adds",
        "your multiply-adds add up from row to row. Each row counts its own layer alone.",
        walk(rows=summed(3)),
    ),
    Mistake(
        "field before size",
        "size and receptive field are exchanged in your rows.",
        walk(row=lambda n, field, parameters, macs: (field, n, parameters, macs)),
    ),
    Mistake(
        "multiply-adds before parameters",
        "parameters and multiply-adds are exchanged in your rows.",
        walk(row=lambda n, field, parameters, macs: (n, field, macs, parameters)),
    ),
    Mistake(
        "size squared",
        "your sizes count all pixels. Return the side of the square.",
        walk(row=lambda n, field, parameters, macs: (n * n, field, parameters, macs)),
    ),
    Mistake(
        "in millions",
        "your parameters and multiply-adds are in millions. Return whole numbers.",
        walk(row=lambda n, field, parameters, macs: (n, field, parameters / 1e6, macs / 1e6)),
    ),
    Mistake(
        "poolings skipped",
        "your table has no rows for the poolings. Every layer has a row.",
        lambda layers, n, channels: [
            row for layer, row in zip(layers, describe(layers, n, channels), strict=True) if layer["kind"] == "conv"
        ],
    ),
    Mistake(
        "only the last layer",
        "your result is the row of the last layer. Return a list with a row for every layer.",
        walk(rows=lambda rows: rows[-1]),
    ),
    Mistake(
        "only the last layer, in a list",
        "your table holds its last row only. Is the list made anew inside the loop?",
        walk(rows=lambda rows: rows[-1:]),
    ),
    Mistake(
        "only the first layer",
        "your table ends after its first row. Is there a `return` inside the loop?",
        walk(rows=lambda rows: rows[:1]),
    ),
    Mistake(
        "the input as a row",
        "your table begins with a row for the image itself. It has one row for each layer.",
        lambda layers, n, channels: [(n, 1, 0, 0), *describe(layers, n, channels)],
    ),
    Mistake(
        "rows in reverse",
        "your rows stand in reverse order. They go from the input to the output.",
        walk(rows=lambda rows: rows[::-1]),
    ),
    Mistake(
        "columns for rows",
        "your result is a list of columns. Return a list of rows, one for each layer.",
        walk(rows=lambda rows: [tuple(column) for column in zip(*rows, strict=True)]),
    ),
    Mistake(
        "from the output to the input",
        "you walk through the layers from the last to the first. The list goes from the input to the output.",
        lambda layers, n, channels: describe(layers[::-1], n, channels),
    ),
    Mistake(
        "one row of totals",
        "your result is one row for the whole network. Return a list with a row for every layer.",
        walk(rows=lambda rows: (*rows[-1][:2], sum(row[2] for row in rows), sum(row[3] for row in rows))),
    ),
    Mistake(
        "no layer of the table",
        "your table is empty.",
        lambda layers, n, channels: [],
    ),
    Mistake(
        "one long list",
        "your result is one long list of numbers. Return a list of rows: a tuple of four numbers for each layer.",
        walk(rows=lambda rows: [number for row in rows for number in row]),
    ),
]


def dilated_weights(layers, n, channels):
    """The holes of dilated kernels counted as weights and as multiply-adds."""
    rows = []
    for layer, (size, field, parameters, macs) in zip(layers, describe(layers, n, channels), strict=True):
        if layer["kind"] == "conv":
            k = layer["kernel_size"]
            wide = layer.get("dilation", 1) * (k - 1) + 1
            biases = layer["out_channels"] * layer.get("bias", True)
            parameters, macs = (parameters - biases) // (k * k) * wide * wide + biases, macs // (k * k) * wide * wide
        rows.append((size, field, parameters, macs))
    return rows


def random_network(rng, length):
    """A network in which every option differs, and whose image is large enough for it."""
    layers, channels = [], 2
    for _ in range(length):
        k, s = int(rng.integers(1, 6)), int(rng.integers(1, 4))
        if rng.random() < 0.65:
            groups = int(rng.choice([g for g in (1, 2, 3) if channels % g == 0]))
            channels = groups * int(rng.integers(2, 5)) * 2
            chosen = {"stride": s, "padding": int(rng.integers(0, 3)), "dilation": int(rng.integers(1, 3))}
            layer = conv(channels, k, groups=groups, bias=bool(rng.random() < 0.6), **chosen)
        elif rng.random() < 0.5:
            layer = max_pool(k + 1, stride=s, padding=int(rng.integers(0, (k + 1) // 2 + 1)))
            layer |= {"ceil_mode": bool(rng.random() < 0.5), "dilation": int(rng.integers(1, 3))}
        else:
            layer = avg_pool(k + 1, padding=int(rng.integers(0, (k + 1) // 2 + 1)))
        layers.append(layer)
    wanted = lib.receptive_field([options(layer) for layer in layers]).size
    return layers, wanted + int(rng.integers(20, 60)), 2


KNOWN_PREDICTIONS = [
    Mistake(
        "no bias",
        "your parameters lack the biases: one for each of the four output channels.",
        lambda: [(4, 3, 72, 1152), (2, 5, 0, 0)],
    ),
    Mistake(
        "field without strides",
        "the pooling's field grew by one pixel only. One step of its input is two pixels of the image.",
        lambda: [(4, 3, 76, 1152), (2, 4, 0, 0)],
    ),
    Mistake(
        "own stride in the field",
        "the pooling's own stride does not make its field larger. Only strides of layers before it do.",
        lambda: [(4, 3, 76, 1152), (2, 7, 0, 0)],
    ),
    Mistake(
        "own stride in both fields",
        "a layer's own stride does not make its field larger. Only strides of layers before it do.",
        lambda: [(4, 5, 76, 1152), (2, 9, 0, 0)],
    ),
    Mistake(
        "pooling of step one",
        "your pooling moves by one. Without a stride it moves by its own size.",
        lambda: [(4, 3, 76, 1152), (3, 5, 0, 0)],
    ),
    Mistake(
        "rounded up",
        "(10 − 3) / 2 is 3.5: it is rounded down, for half a step is no step. Then comes the + 1.",
        lambda: [(5, 3, 76, 1800), (2, 5, 0, 0)],
    ),
    Mistake(
        "no + 1",
        "your first size lacks the + 1: the first window is there before the first step.",
        lambda: [(3, 3, 76, 648), (1, 5, 0, 0)],
    ),
    Mistake(
        "stride left out",
        "your first layer moves by one. It has stride 2.",
        lambda: [(8, 3, 76, 4608), (4, 4, 0, 0)],
    ),
    Mistake(
        "one input channel",
        "your kernels read one channel. The image has two.",
        lambda: [(4, 3, 40, 576), (2, 5, 0, 0)],
    ),
    Mistake(
        "places of the input",
        "your multiply-adds count the pixels of the image. A kernel is used once for each place of the output.",
        lambda: [(4, 3, 76, 7200), (2, 5, 0, 0)],
    ),
    Mistake(
        "biases as multiply-adds",
        "your multiply-adds count the biases. A bias is added, not multiplied.",
        lambda: [(4, 3, 76, 1216), (2, 5, 0, 0)],
    ),
    Mistake(
        "one place",
        "your multiply-adds are those of one place. The output has 4 · 4 places.",
        lambda: [(4, 3, 76, 72), (2, 5, 0, 0)],
    ),
    Mistake(
        "operations for multiply-adds",
        "you count multiplications and additions apart. One multiply-add is one of each.",
        lambda: [(4, 3, 76, 2304), (2, 5, 0, 0)],
    ),
    Mistake(
        "pooling with weights",
        "your pooling has weights. Nothing is learned in it.",
        lambda: [(4, 3, 76, 1152), (2, 5, 4, 0)],
    ),
    Mistake(
        "field of the layer alone",
        "your second field belongs to the pooling alone. It is counted in pixels of the image.",
        lambda: [(4, 3, 76, 1152), (2, 2, 0, 0)],
    ),
    Mistake(
        "areas",
        "your sizes and fields count pixels. Asked is the side of each square.",
        lambda: [(16, 9, 76, 1152), (4, 25, 0, 0)],
    ),
    Mistake(
        "kernels added",
        "your second field is the sum of both kernels, or counts a step as three pixels. The pooling reaches one "
        "step beyond its first number, and one step is two pixels.",
        lambda: [(4, 3, 76, 1152), (2, 6, 0, 0)],
    ),
    Mistake(
        "sizes not rounded",
        "your first size has a fraction. Half a step is no step: round down.",
        lambda: [(4.5, 3, 76, 1458), (2.25, 5, 0, 0)],
    ),
    Mistake(
        "pooling multiplies",
        "your pooling has multiply-adds. It compares; nothing is multiplied by a weight.",
        lambda: [(4, 3, 76, 1152), (2, 5, 0, 16)],
    ),
]

DESCRIBE = Exercise(
    describe,
    [
        Claim("one convolution", 1, [([conv(6, 3)], 32, 3), ([conv(5, 4, bias=False)], 11, 2)]),
        Claim("LeNet", 2, [NETWORKS["LeNet-5"]]),
        Claim(
            "strides, padding and poolings of their own",
            2,
            [
                ([conv(4, 5, stride=3, padding=1), max_pool(3, stride=2), conv(6, 2, padding=2)], 40, 3),
                (
                    [max_pool(3, padding=1), avg_pool(2), conv(3, 4, stride=2), avg_pool(3, stride=1, padding=1)],
                    61,
                    2,
                ),
            ],
        ),
        Claim(
            "dilation and groups",
            2,
            [
                (
                    [conv(8, 3, dilation=2), conv(12, 3, groups=4, dilation=3, stride=2), max_pool(2, dilation=2)],
                    45,
                    2,
                ),
                ([conv(6, 5, stride=2, groups=3, bias=False), conv(18, 3, groups=6), conv(4, 1)], 33, 9),
            ],
        ),
        Claim(
            "rounding up",
            1,
            [
                ([max_pool(5, stride=2, ceil_mode=True), conv(5, 2), avg_pool(2, ceil_mode=True)], 14, 2),
                ([conv(3, 3, stride=2), max_pool(2, stride=4, ceil_mode=True), conv(2, 1)], 17, 2),
                ([avg_pool(4, stride=5, padding=2, ceil_mode=True), conv(2, 1, stride=2)], 23, 4),
                ([avg_pool(4, stride=5, padding=2, ceil_mode=True), conv(2, 1, padding=1)], 24, 4),
                ([avg_pool(4, stride=6, padding=2, ceil_mode=True), conv(2, 1)], 15, 4),
            ],
        ),
        Claim("AlexNet", 1, [NETWORKS["AlexNet"]]),
        Claim("VGG-16", 1, [NETWORKS["VGG-16"]]),
        Claim("ResNet-50", 1, [NETWORKS["ResNet-50"]]),
        Claim("MobileNet", 1, [NETWORKS["MobileNet v1"]]),
        Claim("no layers", 1, [([], 9, 4)]),
        Claim(
            "other networks",
            3,
            lambda rng: [random_network(rng, length) for length in (2, 3, 4, 5, 6, 7, 8, 9)],
            hidden=True,
        ),
    ],
    MISTAKES,
    window=lambda at, layers, n, channels: layers[at[0]],
)
OTHER_PREDICTIONS = of_a_prediction(predict_network, lambda model: model(*QUESTION), DESCRIBE, KNOWN_PREDICTIONS)

EXERCISES = [
    Exercise(predict_network, [Claim("the prediction", 1, [()])], KNOWN_PREDICTIONS + OTHER_PREDICTIONS),
    DESCRIBE,
]
