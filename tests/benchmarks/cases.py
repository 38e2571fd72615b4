"""What is timed: the same call in lib and in PyTorch, on drawn float32 arrays."""

import math
from dataclasses import dataclass, field

import numpy as np
import torch
import torch.nn.functional as F

import lib

CONV = {n: (getattr(lib, f"conv{n}d"), getattr(F, f"conv{n}d")) for n in (1, 2, 3)}


@dataclass
class Case:
    """One line of the table."""

    name: str
    x: tuple
    weight: tuple | None = None
    options: dict = field(default_factory=dict)
    kind: str = "conv"

    def __post_init__(self):
        rng = np.random.default_rng(0)
        self.arrays = [rng.normal(size=shape).astype(np.float32) for shape in (self.x, self.weight) if shape]
        self.tensors = [torch.from_numpy(a) for a in self.arrays]
        if self.kind.endswith("gradient"):
            self.slopes = rng.normal(size=CONV[2][0](*self.arrays, **self.options).shape).astype(np.float32)

    def calls(self):
        """The call in lib, and in PyTorch."""
        (a, b), (s, t), o = ([*self.arrays, None])[:2], ([*self.tensors, None])[:2], self.options
        if self.kind == "conv":
            ours, theirs = CONV[len(self.x) - 2]
            return (lambda: ours(a, b, **o)), (lambda: theirs(s, t, **o))
        if self.kind == "transposed":
            return (lambda: lib.conv_transpose2d(a, b, **o)), (lambda: F.conv_transpose2d(s, t, **o))
        if self.kind == "input gradient":
            slopes = torch.from_numpy(self.slopes)
            return (
                lambda: lib.conv2d_input(self.x, b, self.slopes, **o),
                lambda: torch.nn.grad.conv2d_input(self.x, t, slopes, **o),
            )
        if self.kind == "weight gradient":
            slopes = torch.from_numpy(self.slopes)
            return (
                lambda: lib.conv2d_weight(a, self.weight, self.slopes, **o),
                lambda: torch.nn.grad.conv2d_weight(s, self.weight, slopes, **o),
            )
        ours, theirs = getattr(lib, self.kind), getattr(F, self.kind)
        return (lambda: ours(a, **o)), (lambda: theirs(s, **o))

    def products(self):
        """The matrix multiplication inside: (how many, O, taps, positions), or None where there is none."""
        if self.weight is None:
            return None
        groups = self.options.get("groups", 1)
        if self.kind == "transposed":
            channels, outputs = self.weight[0], self.weight[1] * math.prod(self.weight[2:])
            return self.x[0], outputs, channels, math.prod(self.x[2:])
        y = CONV[len(self.x) - 2][0](*self.arrays, **self.options).shape
        outputs, taps = self.weight[0] // groups, math.prod(self.weight[1:])
        if self.kind == "input gradient":
            outputs, taps = self.weight[1], self.weight[0] // groups * math.prod(self.weight[2:])
        if self.kind == "weight gradient":
            return self.x[0] * groups, outputs, math.prod(y[2:]), taps
        return self.x[0] * groups, outputs, taps, math.prod(y[2:])

    def padded(self):
        """Bytes of the padded input, where there is padding."""
        padding = self.options.get("padding", 0)
        if self.kind == "transposed":
            spans = [self.options.get("dilation", 1) * (k - 1) for k in self.weight[2:]]
            return 4 * math.prod(self.x[:2]) * math.prod(n + 2 * s for n, s in zip(self.x[2:], spans, strict=True))
        return 4 * math.prod(self.x[:2]) * math.prod(n + 2 * padding for n in self.x[2:]) if padding else 0

    @property
    def many_channels(self):
        return self.weight is not None and self.weight[1] * self.options.get("groups", 1) > 1


IMAGE, DEEP = (1, 1, 512, 512), (8, 64, 56, 56)
POOLED = (8, 64, 112, 112)
CASES = [
    Case("512² image, 3²", IMAGE, (1, 1, 3, 3)),
    Case("512² image, 5²", IMAGE, (1, 1, 5, 5)),
    Case("512² image, 15²", IMAGE, (1, 1, 15, 15)),
    Case("64×3×32² → 6, 3²", (64, 3, 32, 32), (6, 3, 3, 3)),
    Case("8×64×56² → 64, 3²", DEEP, (64, 64, 3, 3), {"padding": 1}),
    Case("8×256×56² → 64, 1²", (8, 256, 56, 56), (64, 256, 1, 1)),
    Case("depthwise 8×128×56², 3²", (8, 128, 56, 56), (128, 1, 3, 3), {"padding": 1, "groups": 128}),
    Case("4 groups", DEEP, (64, 16, 3, 3), {"padding": 1, "groups": 4}),
    Case("dilation 2", DEEP, (64, 64, 3, 3), {"padding": 2, "dilation": 2}),
    Case("stride 2", DEEP, (64, 64, 3, 3), {"padding": 1, "stride": 2}),
    Case("1×3×224² → 64, 7² stride 2", (1, 3, 224, 224), (64, 3, 7, 7), {"padding": 3, "stride": 2}),
    Case("1-D 8×16×4096 → 16, 9", (8, 16, 4096), (16, 16, 9), {"padding": 4}),
    Case("3-D 1×8×16×56² → 8, 3³", (1, 8, 16, 56, 56), (8, 8, 3, 3, 3), {"padding": 1}),
    Case(
        "transposed 8×64×28², 4² stride 2", (8, 64, 28, 28), (64, 64, 4, 4), {"padding": 1, "stride": 2}, "transposed"
    ),
    *(
        Case(
            f"{name} 8×64×112², {k}² stride 2",
            POOLED,
            None,
            {"kernel_size": k, "stride": 2, "padding": p, **more},
            kind,
        )
        for k, p in ((2, 0), (3, 1))
        for name, kind, more in (
            ("max pool", "max_pool2d", {}),
            ("max pool + indices", "max_pool2d", {"return_indices": True}),
            ("average pool", "avg_pool2d", {}),
        )
    ),
    Case("channel shuffle 8×64×56², 4", DEEP, None, {"groups": 4}, "channel_shuffle"),
    Case("input gradient 8×64×56², 3²", DEEP, (64, 64, 3, 3), {"padding": 1}, "input gradient"),
    Case("weight gradient 8×64×56², 3²", DEEP, (64, 64, 3, 3), {"padding": 1}, "weight gradient"),
]
