"""The ledger: every number that the mirrored tutorials state holds, or is put right, and a chapter teaches it.

ITEMS is the table: item -> what it claims, the chapters that teach it, whether it is a trap, and its assertion. The
assertion is made here, with `lib`, PyTorch and MXNet. Each chapter of the item has a code cell tagged `ledger-<item>`
that asserts it too, from its own numbers; where tutorials go wrong, so has the page of traps.
"""

import ast
from collections import namedtuple
from functools import cache
from pathlib import Path

import jupytext
import numpy as np
import pytest
import torch
import torch.nn.functional as F
from PIL import Image
from torch import nn

import lib
from lib import ShapeError, conv1d, conv2d, conv3d, conv_output_size, convolve2d, corr2d, draw
from lib.frameworks import import_mxnet

BOOK = Path(__file__).parents[1] / "book"
Item = namedtuple("Item", "claim chapters trap holds")
ITEMS = {}


def item(number, claim, *chapters, trap=False):
    """Enter the decorated assertion as item `number`, taught in `chapters`: numbers, or the names of other pages."""

    def enter(holds):
        assert number not in ITEMS, f"item {number} stands twice"
        ITEMS[number] = Item(claim, chapters, trap, holds)
        return holds

    return enter


STRIPES = np.ones((6, 8))
STRIPES[:, 2:6] = 0
SIDEWAYS = np.ones((6, 8))
SIDEWAYS[2:4] = 0
CONTOUR = np.full((5, 5), -1.0)
CONTOUR[2, 2] = 24
X5 = np.array([[1, 2, 0, 3, 1], [0, 1, 2, 3, 1], [1, 2, 1, 0, 0], [5, 2, 3, 1, 1], [2, 1, 0, 1, 1]])
K3 = np.array([[1, 2, 1], [0, 1, 0], [2, 1, 0]])


def photo(name):
    return np.asarray(Image.open(BOOK / "images" / name))


def four(x):
    """A matrix as a tensor (1, 1, H, W)."""
    return torch.tensor(np.asarray(x, dtype=np.float32))[None, None]


def same(left, right, **tolerance):
    np.testing.assert_allclose(np.asarray(left), np.asarray(right), **{"rtol": 1e-6, "atol": 1e-6, **tolerance})


# corr2d, edges, learning a kernel


@item(1, "corr2d is a weighted sum over every window, (H − h + 1, W − w + 1) of them, in two loops", 1)
def _(rng):
    X, K = rng.normal(size=(5, 7)), rng.normal(size=(2, 4))
    Y = corr2d(X, K)
    assert Y.shape == (4, 4)
    for i, j in np.ndindex(4, 4):
        assert np.isclose(Y[i, j], sum(X[i + a, j + b] * K[a, b] for a in range(2) for b in range(4)))


@item(2, "0…8 under 0…3 gives 19, 25, 37, 43, and 5, 11, 23, 29 when the kernel is turned", 1, trap=True)
def _(rng):
    X, K = np.arange(9).reshape(3, 3), np.arange(4).reshape(2, 2)
    same(corr2d(X, K), [[19, 25], [37, 43]])
    same(F.conv2d(four(X), four(K))[0, 0], [[19, 25], [37, 43]])
    same(convolve2d(X, K), [[5, 11], [23, 29]])


@item(3, "columns 2…5 of a 6×8 image set to 0: [[2, −2]] gives 0, 2, 0, 0, 0, −2, 0 in every row", 2, trap=True)
def _(rng):
    assert np.flatnonzero(~STRIPES.any(axis=0)).tolist() == [2, 3, 4, 5]
    same(corr2d(STRIPES, [[2, -2]]), [[0, 2, 0, 0, 0, -2, 0]] * 6)


@item(4, "rows 2…3 set to 0: [[2], [−2]] gives rows of 0, 2, 0, −2, 0", 2)
def _(rng):
    same(corr2d(SIDEWAYS, [[2], [-2]]), np.repeat([[0], [2], [0], [-2], [0]], 8, axis=1))


@item(5, "[[2, −2], [2, −2]] is no diagonal-edge kernel: 0 on the diagonal; [[2, −2], [−2, 2]] is one", 2, trap=True)
def _(rng):
    vertical, diagonal = np.array([[2, -2], [2, -2]]), np.array([[2, -2], [-2, 2]])
    same(corr2d(np.eye(5), vertical), [[0, 2, 0, 0], [-2, 0, 2, 0], [0, -2, 0, 2], [0, 0, -2, 0]])
    assert np.linalg.matrix_rank(vertical) == 1
    Y = corr2d(np.eye(5), diagonal)
    same(Y, 4 * np.eye(4) - 2 * np.eye(4, k=1) - 2 * np.eye(4, k=-1))


PRINTED = [19.661, 3.299, 0.553, 0.093, 0.016]  # the losses of steps 2, 4, 6, 8, 10 from a zero start


@item(
    6, "learning [[2, −2]] in 10 steps of 0.03: 19.661 … 0.016, ±1.976942; not with the eye, nor sideways", 3, trap=True
)
def _(rng):
    target = corr2d(STRIPES, [[2, -2]])
    for backend in ("numpy", "torch", "mxnet"):
        kernel, losses = lib.learn_kernel(STRIPES, target, (1, 2), lr=0.03, steps=10, backend=backend)
        same(losses[1::2], PRINTED, atol=5e-4)
        same(kernel, [[1.976942, -1.976942]], atol=1e-5)
        assert losses[0] == pytest.approx(48)  # the loss before any update
    for start in rng.uniform(-0.07, 0.07, size=(20, 2)):  # Gluon's own start
        kernel, losses = descend(STRIPES, target, start, 0.03)
        assert 18.5 < losses[1] < 21
        same(kernel, [1.976, -1.976], atol=0.01)
    with pytest.raises(ValueError, match="size 25 into shape"):
        np.eye(5).reshape(1, 1, 6, 8)
    assert not corr2d(SIDEWAYS, [[2, -2]]).any()
    same(descend(SIDEWAYS, np.zeros((6, 7)), [0.7, 0.3], 0.01, steps=60)[0], [0.2, -0.2], atol=1e-4)
    assert 2 / np.linalg.eigvalsh(hessian(SIDEWAYS)).max() == pytest.approx(1 / 56)


@item(7, "the Hessian is [[36, 24], [24, 36]], so steps above 1/30 diverge; with a bias above 0.01609", 3, trap=True)
def _(rng):
    H = hessian(STRIPES)
    same(H, [[36, 24], [24, 36]])
    same(lib.kernel_hessian(STRIPES, (1, 2)), H)
    assert lib.max_stable_lr(STRIPES, (1, 2)) == pytest.approx(1 / 30)
    same(np.linalg.eigvalsh(H), [12, 60])
    same(1 - 0.03 * np.array([12, 60]), [0.64, -0.8])
    target = corr2d(STRIPES, [[2, -2]])
    assert descend(STRIPES, target, [0.1, 0.2], 1 / 30.1, steps=400)[1][-1] < 1e-2
    assert descend(STRIPES, target, [0.1, 0.2], 1 / 29.9, steps=400)[1][-1] > 10
    with_bias = hessian(STRIPES, bias=True)
    assert 2 / np.linalg.eigvalsh(with_bias).max() == pytest.approx(0.01609, abs=5e-6)
    for start, low, high in (([0.1, 0.2, 0.3], 1e7, 1e10), ([0, 0, 0], 0, 0.1)):
        error = np.array(start) - [2, -2, 0]
        for _ in range(10):
            error = error - 0.03 * with_bias @ error
        assert low < error @ with_bias @ error / 2 < high


def windows(X, bias=False):
    """All 1×2 windows of X as rows, and a column of ones where there is a bias."""
    rows = np.lib.stride_tricks.sliding_window_view(X, (1, 2)).reshape(-1, 2)
    return np.c_[rows, np.ones(len(rows))] if bias else rows


def hessian(X, bias=False):
    return 2 * windows(X, bias).T @ windows(X, bias)


def descend(X, Y, kernel, lr, steps=10):
    """Gradient descent on the squared error, written out: the kernel, and each step's loss before its update."""
    rows, kernel, losses = windows(X), np.array(kernel, dtype=float), []
    for _ in range(steps):
        error = rows @ kernel - Y.ravel()
        losses.append((error**2).sum())
        kernel -= lr * 2 * rows.T @ error
    return kernel, losses


@item(8, "[[1, −1]] on a 256×256 photograph gives its gradients; a colour file is refused", 2, trap=True)
def _(rng):
    grey = photo("camera.png")[:256, 100:356].astype(float)
    assert grey.shape == (256, 256)
    same(conv2d(grey[None], np.array([[[[1.0, -1.0]]]]))[0], -np.diff(grey, axis=1))
    colour = photo("chelsea.png")
    with pytest.raises(ValueError, match="broadcast"):
        colour[0:1, 0:2] * np.array([[1, -1]])  # what the tutorial's loop does first
    with pytest.raises(ShapeError, match="X must be a matrix"):
        corr2d(colour, np.array([[1, -1]]))


@item(9, "MXNet cannot differentiate the loop, for it writes in place; PyTorch can, and gets [18, 18]", 3, trap=True)
def _(rng):
    mx = import_mxnet()

    def loop(X, K, Y):
        for i, j in np.ndindex(*Y.shape):
            Y[i, j] = (X[i : i + K.shape[0], j : j + K.shape[1]] * K).sum()
        return Y

    K = torch.zeros(1, 2, requires_grad=True)
    loop(torch.tensor(STRIPES), K, torch.zeros(6, 7, dtype=torch.float64)).sum().backward()
    same(K.grad, [[18, 18]])
    k = mx.nd.ones((1, 2))
    k.attach_grad()
    with pytest.raises(mx.base.MXNetError, match="Inplace operations"), mx.autograd.record():
        loop(mx.nd.array(STRIPES), k, mx.nd.zeros((6, 7)))


@item(10, "nd.Convolution: data (N, C, H, W), weight (F, C, kh, kw), bias (F,); 1-D and 3-D likewise", 4)
def _(rng):
    mx = import_mxnet()
    for kernel, function in (((3,), conv1d), ((3, 2), conv2d), ((2, 3, 2), conv3d)):
        x = rng.normal(size=(2, 3, 5, 6, 4)[: 2 + len(kernel)]).astype(np.float32)
        w, b = rng.normal(size=(4, 3, *kernel)).astype(np.float32), rng.normal(size=4).astype(np.float32)
        y = mx.nd.Convolution(*map(mx.nd.array, (x, w, b)), kernel=kernel, num_filter=4).asnumpy()
        same(y, function(x, w, b), atol=1e-4)


@item(
    11,
    "a layer that learns [[1, −1]] with an untrained bias b ends at ±1 − 0.6b, and at a loss of 20.4 b²",
    3,
    trap=True,
)
def _(rng):
    target = corr2d(STRIPES, [[1, -1]])
    for bias in (-0.3, 0.04, 0.5):
        kernel, losses = descend(STRIPES, target - bias, [0, 0], 0.03, steps=200)
        same(kernel, [1 - 0.6 * bias, -1 - 0.6 * bias])
        assert losses[-1] == pytest.approx(20.4 * bias**2)
    for start in rng.uniform(-0.07, 0.07, size=(20, 3)):  # in kind 4.622, 0.782, 0.137, 0.029, 0.011
        losses = descend(STRIPES, target - start[2], start[:2], 0.03)[1]
        assert 3.5 < losses[1] < 6.5
        assert losses[-1] < 0.25


@item(12, "a receptive field grows with depth, and may exceed the input", 7, trap=True)
def _(rng):
    assert lib.receptive_field([(2,), (2,)]).size == 3
    assert [field.size for field in lib.receptive_fields([(3,)] * 4)][-4:] == [3, 5, 7, 9]
    vgg = [layer for count in (2, 2, 3, 3, 3) for layer in [(3, 1, 1)] * count + [(2, 2)]]
    assert lib.receptive_field(vgg)[:2] == (212, 32)
    size = 32
    for options in vgg:
        size = conv_output_size(size, *options)
    assert size == 1  # it runs on 32×32, and sees 212


@item(13, "[[1, 0], [1, 3]] on the first example's output gives 185; so does one 3×3 kernel in one pass", 7)
def _(rng):
    X, K, K1 = np.arange(9).reshape(3, 3), np.arange(4).reshape(2, 2), np.array([[1, 0], [1, 3]])
    both = np.array([[0, 1, 0], [2, 4, 3], [2, 9, 9]])
    assert corr2d(corr2d(X, K), K1) == corr2d(X, both) == 185
    other = rng.normal(size=(5, 6))
    same(corr2d(corr2d(other, K), K1), corr2d(other, both))
    x = torch.zeros(1, 1, 5, 6, requires_grad=True)
    F.conv2d(F.conv2d(x, torch.ones(1, 1, 2, 2)), torch.ones(1, 1, 2, 2))[0, 0, 1, 2].backward()
    assert x.grad[0, 0].nonzero().min(0).values.tolist() == [1, 2]
    assert x.grad[0, 0].nonzero().max(0).values.tolist() == [3, 4]


# Layers


@item(14, "local connections, one kernel for every position, many kernels for many maps", 4, "why", trap=True)
def _(rng):
    layer = nn.Conv2d(3, 6, 3)
    assert sum(p.numel() for p in layer.parameters()) == 168
    x = torch.rand(1, 3, 32, 32)
    poked = x.clone()
    poked[0, 1, 10, 20] += 1
    with torch.no_grad():
        moved = (layer(poked) != layer(x))[0]
    assert moved.sum(dim=(1, 2)).tolist() == [9] * 6  # nine windows contain the pixel, in each of six maps
    assert 3 * 32 * 32 * 6 * 30 * 30 == 16_588_800


@item(15, "convolution is equivariant, not invariant; with stride 2 for even shifts only", 4, trap=True)
def _(rng):
    X, K = rng.normal(size=(7, 12)), rng.normal(size=(3, 2))
    still, by_one, by_two = (np.roll(X, shift, axis=1)[None, None] for shift in (0, 1, 2))
    K = K[None, None]
    assert not np.isclose(conv2d(by_two, K), conv2d(still, K)).any()
    same(conv2d(by_two, K)[..., 2:], conv2d(still, K)[..., :-2])
    same(conv2d(by_two, K, stride=2)[..., 1:], conv2d(still, K, stride=2)[..., :-1])
    assert not np.isclose(conv2d(by_one, K, stride=2)[..., 1:], conv2d(still, K, stride=2)[..., :-1]).any()
    assert not np.isclose(conv2d(by_one, K, stride=2), conv2d(still, K, stride=2)).any()


@item(16, "convolution is an inner product with the second function turned and shifted", 1, "why", trap=True)
def _(rng):
    f, g = rng.normal(size=7), rng.normal(size=3)
    inner = [f[t : t + 3] @ g for t in range(5)]
    turned = [f[t : t + 3] @ g[::-1] for t in range(5)]
    same(np.correlate(f, g, "valid"), inner)
    same(np.convolve(f, g, "valid"), turned)
    assert not np.allclose(inner, turned)
    same(conv1d(f[None], g[None, None])[0], inner)  # deep learning leaves the turn out


@item(17, "a leaf on graph paper is a pooling: its squares do not overlap and weigh nothing", "why", trap=True)
def _(rng):
    leaf, ones = rng.integers(0, 2, size=(4, 6)), np.ones((1, 1, 2, 2), dtype=int)
    squares = leaf.reshape(2, 2, 3, 2).sum(axis=(1, 3))
    same(conv2d(leaf[None], ones, stride=2)[0], squares)
    assert squares.sum() == leaf.sum() < corr2d(leaf, ones[0, 0]).sum()


@item(18, "Conv and ConvTranspose take as many axes as their names say", 4, 12, trap=True)
def _(rng):
    for axes, plain, transposed in (
        (1, nn.Conv1d, nn.ConvTranspose1d),
        (2, nn.Conv2d, nn.ConvTranspose2d),
        (3, nn.Conv3d, nn.ConvTranspose3d),
    ):
        assert plain(2, 4, 3)(torch.ones(1, 2, *[9] * axes)).shape == (1, 4, *[7] * axes)
        assert transposed(2, 4, 3)(torch.ones(1, 2, *[9] * axes)).shape == (1, 4, *[11] * axes)
        if axes > 1:
            with pytest.raises(RuntimeError):
                transposed(2, 4, 3)(torch.ones(1, 2, 9))


@item(19, "Conv2d's arguments and defaults; dilation is no stride", 5, trap=True)
def _(rng):
    layer = nn.Conv2d(4, 6, 3)
    assert (layer.stride, layer.padding, layer.dilation, layer.groups) == ((1, 1), (0, 0), (1, 1), 1)
    assert (layer.padding_mode, layer.bias.shape) == ("zeros", (6,))
    x = torch.rand(1, 4, 9, 8)
    for mode in ("zeros", "reflect", "replicate", "circular"):
        for padding in (2, (1, 2), "same", "valid"):
            layer = nn.Conv2d(4, 6, 3, padding=padding, padding_mode=mode)
            weight, bias = layer.weight.detach().numpy(), layer.bias.detach().numpy()
            expected = conv2d(x.numpy(), weight, bias, padding=padding, padding_mode=mode)
            same(layer(x).detach(), expected, atol=1e-5)
    line, kernel = np.arange(8)[None], np.array([[[1, 0, -1]]])
    same(conv1d(line, kernel, stride=2), [[-2, -2, -2]])
    same(conv1d(line, kernel, dilation=2), [[-4, -4, -4, -4]])


ANIMATIONS = {  # the seven: size, kernel, stride, padding -> output
    "no padding, no strides": (4, 3, 1, 0, 2),
    "arbitrary padding, no strides": (5, 4, 1, 2, 6),
    "half padding, no strides": (5, 3, 1, 1, 5),
    "full padding, no strides": (5, 3, 1, 2, 7),
    "no padding, strides": (5, 3, 2, 0, 2),
    "padding, strides": (5, 3, 2, 1, 3),
    "padding, strides, odd": (6, 3, 2, 1, 3),
}


@item(20, "seven animations, each of the size that its settings give; the strided ones are strided", 5, trap=True)
def _(rng):
    for n, k, s, p, out in ANIMATIONS.values():
        assert conv_output_size(n, k, s, p) == out
        drawing = draw.slide((n, n), (k, k), stride=s, padding=p)
        assert f"makes a {out}×{out} output" in drawing.alt
        assert (f"tride {s}" in drawing.alt) == (s > 1)
        assert drawing.svg.count("@keyframes") > 0


@item(21, "the 5×5 example: [[10, 12, 12], …]; with stride 2; with padding 1", 5)
def _(rng):
    for options, expected in (
        ({}, [[10, 12, 12], [18, 16, 16], [13, 9, 3]]),
        ({"stride": 2}, [[10, 12], [13, 3]]),
        (
            {"padding": 1},
            [[1, 3, 4, 10, 8], [5, 10, 12, 12, 6], [7, 18, 16, 16, 8], [11, 13, 9, 3, 4], [14, 13, 9, 7, 4]],
        ),
    ):
        same(conv2d(X5[None], K3[None, None], **options)[0], expected)
        same(F.conv2d(four(X5), four(K3), **options)[0, 0], expected)


@item(22, "F.conv2d takes (N, C, H, W) and (C, H, W), not (H, W); it pads with 0 from the top left", 4, trap=True)
def _(rng):
    x, k = four(X5), four(K3)
    assert F.conv2d(x, k).shape == (1, 1, 3, 3)
    assert F.conv2d(x[0], k).shape == (1, 3, 3)
    with pytest.raises(RuntimeError, match=r"3D \(unbatched\) or 4D \(batched\)"):
        F.conv2d(x[0, 0], k)
    padded = np.pad(X5, 1)
    assert F.conv2d(x, k, padding=1)[0, 0, 0, 0] == (padded[:3, :3] * K3).sum() == 1


@item(23, "padding keeps the size if the stride is 1 and 2p = d(k − 1), and only then", 5, trap=True)
def _(rng):
    for k in range(1, 6):
        for p in range(5):
            for d in range(1, 4):
                kept = 20 + 2 * p >= d * (k - 1) + 1 and conv_output_size(20, k, 1, p, d) == 20
                assert kept == (2 * p == d * (k - 1))
    assert conv_output_size(20, 3, 2, 1) == 10


@item(24, "64 CIFAR-10-shaped images: (64, 6, 30, 30), 168 parameters, 157 batches, the last of 16", 4, trap=True)
def _(rng, tmp_path):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
    from torch.utils.data import DataLoader, TensorDataset
    from torch.utils.tensorboard import SummaryWriter

    split = TensorDataset(torch.zeros(10_000, 3, 8, 8, dtype=torch.uint8))
    sizes = [len(images) for (images,) in DataLoader(split, batch_size=64)]
    assert (len(sizes), sizes[0], sizes[-1]) == (157, 64, 16)
    layer = nn.Conv2d(3, 6, 3)
    images = torch.rand(64, 3, 32, 32)
    with torch.no_grad():
        maps = layer(images)
    assert maps.shape == (64, 6, 30, 30)
    assert sum(p.numel() for p in layer.parameters()) == lib.count_parameters(3, 6, (3, 3)) == 168
    false_colours = maps.reshape(-1, 3, 30, 30)
    assert false_colours.shape == (128, 3, 30, 30)
    same(false_colours[1], maps[0, 3:])
    with SummaryWriter(tmp_path) as writer:
        writer.add_images("input", images, 0)
        writer.add_images("output", maps[0, :, None].clamp(0, 1), 0)
    events = EventAccumulator(str(tmp_path)).Reload()
    assert events.Tags()["images"] == ["input", "output"]


@item(25, "a kernel for RGB is three sub-kernels whose results are added; six kernels make six maps", 4)
def _(rng):
    x, w = rng.normal(size=(3, 6, 7)), rng.normal(size=(6, 3, 3, 3))
    y = conv2d(x, w)
    assert (w[0].size, y.shape) == (27, (6, 4, 5))
    for o in range(6):
        same(y[o], sum(corr2d(x[c], w[o, c]) for c in range(3)))


@item(26, "32 → 30; a corner is covered by 1 window, an edge by 3, the inside by 9", 5, trap=True)
def _(rng):
    assert conv_output_size(32, 3) == 30
    coverage = F.conv_transpose2d(torch.ones(1, 1, 30, 30), torch.ones(1, 1, 3, 3))[0, 0]
    assert (coverage[0, 0], coverage[0, 9], coverage[9, 0], coverage[9, 9]) == (1, 3, 3, 9)


@item(27, "⌊(n − k + 2p)/s⌋ + 1 holds without dilation; in general ⌊(n + 2p − d(k−1) − 1)/s⌋ + 1", 5, trap=True)
def _(rng):
    for n, k, s, p in ((32, 3, 1, 0), (10, 3, 2, 0), (224, 7, 2, 3), (227, 11, 4, 0), (9, 4, 3, 1)):
        assert conv_output_size(n, k, s, p) == (n - k + 2 * p) // s + 1
        for d in (2, 3):
            y = F.conv1d(torch.zeros(1, 1, n), torch.zeros(1, 1, k), stride=s, padding=p, dilation=d)
            assert y.shape[-1] == conv_output_size(n, k, s, p, d) == (n + 2 * p - d * (k - 1) - 1) // s + 1
            assert conv_output_size(n, k, s, p, d) != (n - k + 2 * p) // s + 1 or s > 1


@item(28, "the kernels of a layer have no order: exchange them, and the network computes the same", 4, trap=True)
def _(rng):
    x, first, second = rng.normal(size=(2, 9, 8)), rng.normal(size=(6, 2, 3, 3)), rng.normal(size=(4, 6, 3, 2))
    order = [3, 0, 5, 1, 2, 4]
    there = conv2d(np.maximum(conv2d(x, first), 0), second)
    here = conv2d(np.maximum(conv2d(x, first[order]), 0), second[:, order])
    same(there, here)


@item(
    29,
    "read, grey, float, (1, 1, H, W), layer, squeeze; uint8 and float64 are refused by float32 weights",
    2,
    trap=True,
)
def _(rng):
    pixels = photo("camera.png")
    assert pixels.dtype == np.uint8
    layer = nn.Conv2d(1, 2, 5, bias=False)
    for refused in (pixels, pixels.astype(np.float64)):
        with pytest.raises(RuntimeError, match="expected scalar type"):
            layer(torch.from_numpy(refused.copy())[None, None])
    y = layer(torch.from_numpy(pixels.astype(np.float32))[None, None])
    assert y.squeeze().shape == (2, 508, 508)


@item(30, "the contour kernel sums to 0 and is 25 (x − mean); a step gives 0, −5, −10, 10, 5, 0; ±6120", 2, trap=True)
def _(rng):
    assert CONTOUR.sum() == 0
    step = np.repeat([[0.0] * 6 + [1.0] * 6], 5, axis=0)
    same(corr2d(step, CONTOUR), [[0, 0, -5, -10, 10, 5, 0, 0]])
    x = photo("camera.png")[100:140, 50:120].astype(float)
    mean = conv2d(x[None], np.full((1, 1, 5, 5), 1 / 25))[0]
    same(corr2d(x, CONTOUR), 25 * (x[2:-2, 2:-2] - mean), atol=1e-8)
    assert (np.where(CONTOUR > 0, 255, 0) * CONTOUR).sum() == 6120
    assert (np.where(CONTOUR < 0, 255, 0) * CONTOUR).sum() == -6120
    layer = nn.Conv2d(1, 2, 5, bias=False)
    with torch.no_grad():
        layer.weight[0, 0] = torch.tensor(CONTOUR)
    assert layer(four(x)).shape == (1, 2, 36, 66)
    same(layer(four(x))[0, 0].detach(), corr2d(x, CONTOUR), atol=0.05)


@item(
    31, "the contours are in channel 0, and as floats nearly all of them lie outside what a screen shows", 2, trap=True
)
def _(rng):
    x = photo("camera.png").astype(np.float32)
    contours = conv2d(x[None], CONTOUR.astype(np.float32)[None, None])[0]
    assert ((contours <= 0) | (contours >= 1)).mean() > 0.95
    assert np.abs(contours).max() > 1000


@item(32, "a weight's axes are (out, in / groups, kh, kw); none is the batch", 4, trap=True)
def _(rng):
    layer = nn.Conv2d(8, 12, (3, 5), groups=2)
    assert tuple(layer.weight.shape) == (12, 4, 3, 5)
    assert layer(torch.ones(7, 8, 9, 9)).shape == (7, 12, 7, 5)


@item(33, "responses at an edge are signed: negative on the dark side", 2, trap=True)
def _(rng):
    step = np.repeat([[0.0] * 6 + [1.0] * 6], 5, axis=0)
    response = corr2d(step, CONTOUR)[0]
    dark, bright = response[:4], response[4:]
    assert dark.min() == -10 < dark.max() == 0 == bright.min() < bright.max() == 10


@item(34, "a random kernel's map mostly resembles the photograph, and sometimes does not", 2, trap=True)
def _(rng):
    x = photo("camera.png").astype(np.float32)
    kernels = rng.uniform(-0.2, 0.2, size=(200, 1, 5, 5)).astype(np.float32)  # PyTorch's start for 5×5
    maps = conv2d(x[None], kernels).reshape(200, -1)
    r = np.abs([np.corrcoef(each, x[2:-2, 2:-2].ravel())[0, 1] for each in maps])
    assert 0.85 < np.median(r) < 0.99
    assert 0.03 < (r < 0.5).mean() < 0.2


@item(35, "transposed convolution is no inverse: only the shape returns", 11, trap=True)
def _(rng):
    x, w = torch.randn(1, 1, 5, 6), torch.randn(1, 1, 3, 2)
    back = F.conv_transpose2d(F.conv2d(x, w), w)
    assert back.shape == x.shape
    assert not torch.isclose(back, x).all()
    same(lib.conv_transpose2d(F.conv2d(x, w).numpy(), w.numpy()), back, atol=1e-4)
    M = np.array([conv2d(e.reshape(1, 5, 6), w[0].numpy()[None]).ravel() for e in np.eye(30, dtype=np.float32)]).T
    same(M.T @ M @ x.numpy().ravel(), back.numpy().ravel(), atol=1e-4)


# Pooling and the kinds of convolution


@item(36, "max pooling keeps the strongest, average pooling the mean, of each channel alone", 6)
def _(rng):
    x = rng.normal(size=(2, 5, 6, 8))
    blocks = x.reshape(2, 5, 3, 2, 4, 2)
    same(lib.max_pool2d(x, 2), blocks.max(axis=(3, 5)))
    same(lib.avg_pool2d(x, 2), blocks.mean(axis=(3, 5)))
    for k, s, p in ((3, 2, 1), (2, 1, 0), (3, 3, 0)):
        same(lib.max_pool2d(x, k, s, p), F.max_pool2d(torch.tensor(x), k, s, p))
        same(lib.avg_pool2d(x, k, s, p), F.avg_pool2d(torch.tensor(x), k, s, p))


@item(37, "pooling has no weights, adds little invariance, and only the maximum is nonlinear", 6, trap=True)
def _(rng):
    noise = rng.normal(size=(1, 1001, 2001))
    still, along_one = lib.max_pool2d(noise[:, :-1, :-1], 2), lib.max_pool2d(noise[:, :-1, 1:], 2)
    along_both = lib.max_pool2d(noise[:, 1:, 1:], 2)
    assert (still == along_one).mean() == pytest.approx(1 / 3, abs=0.005)
    assert (still == along_both).mean() == pytest.approx(1 / 7, abs=0.005)
    a, b = noise[:, :40, :40], noise[:, 40:80, :40]
    turned = lib.max_pool2d(np.rot90(a, axes=(1, 2)), 2)
    assert (turned == lib.max_pool2d(a, 2)).mean() < 0.01
    same(turned, np.rot90(lib.max_pool2d(a, 2), axes=(1, 2)))  # the maxima move along
    same(lib.avg_pool2d(a + b, 2), lib.avg_pool2d(a, 2) + lib.avg_pool2d(b, 2))
    assert not np.allclose(lib.max_pool2d(a + b, 2), lib.max_pool2d(a, 2) + lib.max_pool2d(b, 2))
    assert [*nn.MaxPool2d(2).parameters(), *nn.AvgPool2d(2).parameters()] == []


@item(38, "MaxPool2d with indices: 189, 168, 204, 81, 172 at 1, 227, 5, 230, 8; and 225 is not 256", 6, trap=True)
def _(rng):
    torch.manual_seed(0)
    x = torch.randint(0, 225, (1, 64, 224, 224)).float()
    y, where = nn.MaxPool2d(2, 2, return_indices=True)(x)
    assert y.shape == (1, 64, 112, 112)
    assert y[0, 0, 0, :5].tolist() == [189, 168, 204, 81, 172]
    assert where[0, 0, 0, :5].tolist() == [1, 227, 5, 230, 8]
    assert x.max() == 224
    ours, at = lib.max_pool2d(x.numpy(), 2, return_indices=True)
    assert (ours == y.numpy()).all()
    assert (at == where.numpy()).all()


@item(39, "AvgPool2d on whole numbers cuts off toward zero: 114 for 114.25, 0 for −0.75", 6, trap=True)
def _(rng):
    whole = torch.tensor([[[[114, 114, -1, -1], [114, 115, -1, 0]]]])
    assert nn.AvgPool2d(2)(whole).flatten().tolist() == [114, 0]
    assert nn.AvgPool2d(2)(whole.float()).flatten().tolist() == [114.25, -0.75]
    assert lib.avg_pool2d(whole.numpy(), 2).ravel().tolist() == [114, 0]


@item(40, "2-D convolution of one channel; of RGB, three results added", 4)
def _(rng):
    x, w = rng.normal(size=(3, 5, 7)), rng.normal(size=(1, 3, 2, 3))
    same(conv2d(x[:1], w[:, :1])[0], corr2d(x[0], w[0, 0]))
    same(conv2d(x, w)[0], sum(corr2d(x[c], w[0, c]) for c in range(3)))


@item(41, "a 3-D kernel moves along three axes; depth is not channels; a sample is (C, D, H, W)", 12, trap=True)
def _(rng):
    layer = nn.Conv3d(1, 8, 3)
    assert layer(torch.ones(1, 1, 8, 16, 16)).shape == (1, 8, 6, 14, 14)
    assert sum(p.numel() for p in layer.parameters()) == 224
    x, w = rng.normal(size=(1, 6, 5, 7)), rng.normal(size=(1, 1, 2, 3, 2))
    y = conv3d(x, w)[0]
    assert y.shape == (5, 3, 6)
    same(y[1], sum(corr2d(x[0, 1 + a], w[0, 0, a]) for a in range(2)))
    assert conv2d(x[0], rng.normal(size=(1, 6, 3, 2))).shape == (1, 3, 6)  # as channels: the depth is gone


@item(42, "transposed: the matrix transposed; 2×2 under 3×3 gives 4×4; 7 and 8 both map to 4", 11, trap=True)
def _(rng):
    y, w = rng.normal(size=(1, 2, 2)), rng.normal(size=(1, 1, 3, 3))
    x = lib.conv_transpose2d(y, w)
    assert x.shape == (1, 4, 4)
    same(x, F.conv_transpose2d(torch.tensor(y), torch.tensor(w)))
    M = np.array([conv2d(e.reshape(1, 4, 4), w).ravel() for e in np.eye(16)]).T
    assert (M.shape, (M != 0).sum()) == ((4, 16), 36)
    same(M.T @ y.ravel(), x.ravel())
    same(conv2d(np.pad(y, ((0, 0), (2, 2), (2, 2))), w[..., ::-1, ::-1]), x)
    assert conv_output_size(7, 3, 2, 1) == conv_output_size(8, 3, 2, 1) == 4
    assert [lib.conv_transpose_output_size(4, 3, 2, 1, extra) for extra in (0, 1)] == [7, 8]
    for k, s, p, expected in ((3, 2, 0, [1, 1, 2, 1, 2, 1, 2, 1, 1]), (4, 2, 1, [1, 2, 2, 2, 2, 2, 2, 1])):
        same(lib.conv_transpose1d(np.ones((1, 4)), np.ones((1, 1, k)), stride=s, padding=p)[0], expected)


@item(43, "dilation L inserts L − 1 zeros; k = 3 with dilation 3 takes 32 to 26", 8, trap=True)
def _(rng):
    x, w = rng.normal(size=(1, 32, 32)), rng.normal(size=(1, 1, 3, 3))
    assert conv2d(x, w, dilation=3).shape == (1, 26, 26)
    for d in (2, 3):
        stuffed = np.zeros((1, 1, 2 * d + 1, 2 * d + 1))
        stuffed[..., ::d, ::d] = w
        assert (stuffed[0, 0, 0] == 0).sum() == 2 * (d - 1)
        same(conv2d(x, w, dilation=d), conv2d(x, stuffed))


@item(44, "(.5, .7, .8)ᵀ(.3, .4, .5): equal to about 6e-5 in float32; 9 → 6 weights; rank 1 only", 9, trap=True)
def _(rng):
    column, row = np.float32([0.5, 0.7, 0.8]), np.float32([0.3, 0.4, 0.5])
    whole = np.outer(column, row)
    same(whole, [[0.15, 0.2, 0.25], [0.21, 0.28, 0.35], [0.24, 0.32, 0.4]])
    x = photo("camera.png").astype(np.float32)[None, None]
    once = conv2d(x, whole[None, None])
    apart = np.abs(lib.separable_conv2d(x, column, row) - once).max()
    assert 0 < apart < 5e-4
    assert np.abs(torch.tensor(once) - F.conv2d(torch.tensor(x), torch.tensor(whole)[None, None])).max() < 5e-4
    assert (whole.size, column.size + row.size) == (9, 6)
    sobel, laplacian = np.outer([1, 2, 1], [1, 0, -1]), [[0, 1, 0], [1, -4, 1], [0, 1, 0]]
    other = [[1, 1, 1], [1, -8, 1], [1, 1, 1]]
    assert [np.linalg.matrix_rank(k) for k in (sobel, CONTOUR, laplacian, other)] == [1, 2, 2, 2]


@item(45, "depthwise and pointwise, 8 → 8, 3×3: 576 against 72 + 64 = 136 weights, 1/8 + 1/9", 9, trap=True)
def _(rng):
    standard = lib.count_parameters(8, 8, (3, 3), bias=False)
    depthwise = lib.count_parameters(8, 8, (3, 3), bias=False, groups=8)
    pointwise = lib.count_parameters(8, 8, (1, 1), bias=False)
    assert (standard, depthwise, pointwise) == (576, 72, 64)
    assert (depthwise + pointwise) / standard == pytest.approx(1 / 8 + 1 / 9)
    assert tuple(nn.Conv2d(8, 20, 1).weight.shape) == (20, 8, 1, 1)  # as many as output channels
    x, d, p = rng.normal(size=(8, 6, 7)), rng.normal(size=(8, 1, 3, 3)), rng.normal(size=(20, 8, 1, 1))
    y = lib.depthwise_separable_conv2d(x, d, p)
    same(y, np.einsum("oc,chw->ohw", p[..., 0, 0], [corr2d(x[c], d[c, 0]) for c in range(8)]))
    assert np.linalg.matrix_rank(d[0, 0]) == 3  # not spatially separable


@item(46, "flattened: three 1-D kernels, X + Y + C weights; 13,772 products where the formula has 12,600", 9, trap=True)
def _(rng):
    x = rng.normal(size=(8, 32, 32))
    channel, column, row = rng.normal(size=8), rng.normal(size=3), rng.normal(size=3)
    y = lib.flattened_conv2d(x, channel, column, row)
    kernel = np.einsum("c,i,j->cij", channel, column, row)
    same(y.reshape(30, 30), conv2d(x, kernel[None])[0])
    assert (kernel.size, channel.size + column.size + row.size) == (72, 14)
    assert 8 * 32 * 32 + 3 * 30 * 32 + 3 * 30 * 30 == 13_772
    assert 30 * 30 * (8 + 3 + 3) == 12_600


@item(
    47, "weights 576, 288, 144, 72 for 1, 2, 4, 8 groups; shuffling 6 in 2 groups gives 0, 3, 1, 4, 2, 5", 10, trap=True
)
def _(rng):
    for groups, weights in ((1, 576), (2, 288), (4, 144), (8, 72)):
        assert nn.Conv2d(8, 8, 3, groups=groups, bias=False).weight.numel() == weights
        assert lib.count_parameters(8, 8, (3, 3), bias=False, groups=groups) == weights
    x = np.arange(6.0).reshape(1, 6, 1, 1)
    assert lib.channel_shuffle(x, 2).ravel().tolist() == [0, 3, 1, 4, 2, 5]
    assert nn.ChannelShuffle(2)(torch.tensor(x)).flatten().tolist() == [0, 3, 1, 4, 2, 5]
    x, w = rng.normal(size=(4, 5, 6)), rng.normal(size=(6, 2, 3, 3))
    same(conv2d(x, w, groups=2), np.concatenate([conv2d(x[:2], w[:3]), conv2d(x[2:], w[3:])]))


@item(48, "stacked small kernels save weights, not the field: 18C² against 25C², 27C² against 49C²", 7, trap=True)
def _(rng):
    for C in (4, 64):
        three, five, seven = (lib.count_parameters(C, C, (k, k), bias=False) for k in (3, 5, 7))
        assert (2 * three, five) == (18 * C**2, 25 * C**2)
        assert (3 * three, seven) == (27 * C**2, 49 * C**2)
    assert lib.receptive_field([(3,), (3,)]).size == lib.receptive_field([(5,)]).size == 5
    assert lib.receptive_field([(3,)] * 3).size == lib.receptive_field([(7,)]).size == 7


# The table is whole, and the book has it


def test_no_item_is_missing():
    assert sorted(ITEMS) == list(range(1, 49))


@pytest.mark.parametrize("number", ITEMS, ids=[f"item {n}" for n in ITEMS])
def test_the_item_holds(number, rng, tmp_path):
    print(f"item {number}: {ITEMS[number].claim}")
    holds = ITEMS[number].holds
    holds(rng, tmp_path) if holds.__code__.co_argcount == 2 else holds(rng)


@cache
def tagged(page):
    """The code cells of a page, as (tags, source)."""
    cells = jupytext.read(page, fmt="md:myst").cells
    return [(cell.metadata.get("tags", []), cell.source) for cell in cells if cell.cell_type == "code"]


TAUGHT = [(n, page) for n, each in ITEMS.items() for page in (*each.chapters, *(["traps"] if each.trap else []))]


@pytest.mark.parametrize(("number", "page"), TAUGHT, ids=[f"item {n} in {page}" for n, page in TAUGHT])
def test_the_page_has_a_cell_that_asserts_it(number, page):
    found = list(BOOK.glob(f"{page:02d}-*.md" if isinstance(page, int) else f"{page}.md"))
    assert len(found) == 1, f"item {number} is taught in {page}, but there is no such page in book/"
    cells = [source for tags, source in tagged(found[0]) if f"ledger-{number}" in tags]
    assert cells, f"{found[0].name} has no code cell tagged ledger-{number}"
    asserts = [node for cell in cells for node in ast.walk(ast.parse(cell)) if isinstance(node, ast.Assert)]
    tells = [node for node in asserts if any(isinstance(part, ast.Name) for part in ast.walk(node.test))]
    assert tells, f"the cell tagged ledger-{number} in {found[0].name} asserts nothing that was computed"


def test_every_tag_belongs_to_an_item():
    for page in BOOK.glob("*.md"):
        for tags, _ in tagged(page):
            for tag in tags:
                if tag.startswith("ledger-"):
                    assert int(tag.removeprefix("ledger-")) in ITEMS, f"{page.name}: there is no item for {tag}"
