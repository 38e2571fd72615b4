"""Five famous networks as plain lists, one dict per layer, with PyTorch's parameter names: what the capstone reads.

Only what slides is listed: convolutions and poolings, from the input on, as far as they form a chain. Of a residual
network that is the longest way through it. Activations and normalisations change neither sizes nor fields.
"""


def conv(out_channels, kernel_size, **options):
    """A convolution; options are those of torch.nn.Conv2d.

    >>> conv(6, 5, padding=2)
    {'kind': 'conv', 'out_channels': 6, 'kernel_size': 5, 'padding': 2}
    """
    return {"kind": "conv", "out_channels": out_channels, "kernel_size": kernel_size, **options}


def max_pool(kernel_size, **options):
    """A max pooling; options are those of torch.nn.MaxPool2d."""
    return {"kind": "max_pool", "kernel_size": kernel_size, **options}


def avg_pool(kernel_size, **options):
    """An average pooling; options are those of torch.nn.AvgPool2d."""
    return {"kind": "avg_pool", "kernel_size": kernel_size, **options}


def lenet():
    """LeNet-5 for 28×28 grey images, every output of its second convolution reading all six maps.

    Source: LeCun et al. (1998), section II.B.
    """
    return [conv(6, 5, padding=2), avg_pool(2), conv(16, 5), avg_pool(2)]


def alexnet():
    """AlexNet for 227×227 colour images, in two groups where its two graphics cards did not talk.

    Source: Krizhevsky, Sutskever & Hinton (2012), section 3.5.
    """
    return [
        conv(96, 11, stride=4),
        max_pool(3, stride=2),
        conv(256, 5, padding=2, groups=2),
        max_pool(3, stride=2),
        conv(384, 3, padding=1),
        conv(384, 3, padding=1, groups=2),
        conv(256, 3, padding=1, groups=2),
        max_pool(3, stride=2),
    ]


def vgg16():
    """VGG-16 for 224×224 colour images: 3×3 convolutions in five stages, each ended by a pooling.

    Source: Simonyan & Zisserman (2015), table 1, configuration D.
    """
    layers = []
    for channels, count in ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3)):
        layers += [conv(channels, 3, padding=1) for _ in range(count)] + [max_pool(2)]
    return layers


def resnet50(stride_in="first"):
    """The longest way through ResNet-50 for 224×224 colour images: a stem, then bottlenecks 1×1, 3×3, 1×1.

    Three stages halve the size in the 3×3 convolution of their "first" block, as PyTorch has it; with "last" it is
    each stage's last block that halves, and the first three stages do, as in TensorFlow's Slim.

    Source: He et al. (2016), table 1.
    """
    if stride_in not in ("first", "last"):
        raise ValueError(f'stride_in must be "first" or "last", but got {stride_in!r}')
    layers = [conv(64, 7, stride=2, padding=3, bias=False), max_pool(3, stride=2, padding=1)]
    for stage, (channels, blocks) in enumerate(((64, 3), (128, 4), (256, 6), (512, 3))):
        for block in range(blocks):
            halves = stage > 0 and block == 0 if stride_in == "first" else stage < 3 and block == blocks - 1
            layers += [
                conv(channels, 1, bias=False),
                conv(channels, 3, stride=2 if halves else 1, padding=1, bias=False),
                conv(4 * channels, 1, bias=False),
            ]
    return layers


def mobilenet():
    """MobileNet v1 for 224×224 colour images: pairs of a depthwise 3×3 and a pointwise 1×1 convolution.

    Source: Howard et al. (2017), table 1.
    """
    layers, channels = [conv(32, 3, stride=2, padding=1, bias=False)], 32
    for out_channels, stride in (
        *((64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2)),
        *[(512, 1)] * 5,
        *((1024, 2), (1024, 1)),
    ):
        layers += [
            conv(channels, 3, stride=stride, padding=1, groups=channels, bias=False),
            conv(out_channels, 1, bias=False),
        ]
        channels = out_channels
    return layers


NETWORKS = {  # name -> (layers, size of the input, its channels)
    "LeNet-5": (lenet(), 28, 1),
    "AlexNet": (alexnet(), 227, 3),
    "VGG-16": (vgg16(), 224, 3),
    "ResNet-50": (resnet50(), 224, 3),
    "MobileNet v1": (mobilenet(), 224, 3),
}
