"""Learn a kernel from one image and what the kernel made of it: by hand, by PyTorch's autograd, by MXNet's Gluon."""

import math

import numpy as np

from lib.arguments import array, integer, integers, one_of
from lib.conv import windows
from lib.errors import ShapeError


def learn_kernel(X, Y, kernel_size, lr, steps, backend="numpy"):
    """Find K such that corr2d(X, K) is close to Y: gradient descent on the sum of squared differences, from K = 0.

    Shapes: X (H, W), Y (H - h + 1, W - w + 1), kernel_size h = w as an int, or (h, w)
            -> K (h, w) and a list of `steps` losses, each the one before its update.
    Units:  lr is the step size; at 2 / (the largest eigenvalue of the Hessian), max_stable_lr, and above it diverges.
    Raises: ShapeError when X, Y and kernel_size do not fit; ValueError and TypeError for other arguments;
            ImportError when the backend is not installed.
    Source: Dive into Deep Learning, "Learning a Kernel"; chapter 3. The three backends do the same steps.

    >>> X = np.ones((6, 8))
    >>> X[:, 2:6] = 0
    >>> Y = np.tile([0.0, 2, 0, 0, 0, -2, 0], (6, 1))
    >>> kernel, losses = learn_kernel(X, Y, (1, 2), lr=3e-2, steps=10)
    >>> np.round(kernel, 3), round(losses[1], 3), round(losses[9], 3)
    (array([[ 1.977, -1.977]]), 19.661, 0.016)
    """
    X, kernel_size = _image(X, kernel_size)
    Y = array("Y", Y, kinds="iuf").astype(float)
    expected = tuple(n - k + 1 for n, k in zip(X.shape, kernel_size, strict=True))
    if Y.shape != expected:
        raise ShapeError(f"Y must have shape {expected}, that of corr2d(X, K), but got {Y.shape}")
    if isinstance(lr, (bool, np.bool_)) or not isinstance(lr, (int, float, np.integer, np.floating)):
        raise TypeError(f"lr must be a number, but got {lr!r}")
    if not (0 < lr < math.inf):
        raise ValueError(f"lr must be above 0 and finite, but got {lr}")
    steps = integer("steps", steps, 0)
    descend = {"numpy": _with_numpy, "torch": _with_torch, "mxnet": _with_mxnet}
    return descend[one_of("backend", backend, tuple(descend))](X, Y, kernel_size, float(lr), steps)


def kernel_hessian(X, kernel_size):
    """The second derivatives of learn_kernel's loss: how steep its bowl is, whatever Y and K.

    Shapes: X (H, W), kernel_size an int or (h, w) -> (h·w, h·w), the kernel's numbers row by row.
    Units:  loss per squared change of the kernel.
    Raises: as learn_kernel.
    Source: chapter 3.

    >>> X = np.ones((6, 8))
    >>> X[:, 2:6] = 0
    >>> kernel_hessian(X, (1, 2))
    array([[36., 24.],
           [24., 36.]])
    """
    X, kernel_size = _image(X, kernel_size)
    columns = _columns(X, kernel_size)
    return 2 * columns @ columns.T


def max_stable_lr(X, kernel_size):
    """The step size from which learn_kernel diverges: 2 over the largest eigenvalue of the Hessian.

    Shapes: X (H, W), kernel_size an int or (h, w) -> a float; infinite where X is 0.
    Units:  as lr of learn_kernel.
    Raises: as learn_kernel.
    Source: chapter 3.

    >>> X = np.ones((6, 8))
    >>> X[:, 2:6] = 0
    >>> round(1 / max_stable_lr(X, (1, 2)), 9)
    30.0
    """
    steepest = float(np.linalg.eigvalsh(kernel_hessian(X, kernel_size))[-1])
    return 2 / steepest if steepest > 0 else math.inf


def _image(X, kernel_size):
    X = array("X", X, kinds="iuf").astype(float)
    if X.ndim != 2:
        raise ShapeError(f"X must be a matrix (height, width), but got shape {X.shape}")
    kernel_size = integers("kernel_size", kernel_size, 2, 1)
    if any(k > n for k, n in zip(kernel_size, X.shape, strict=True)):
        raise ShapeError(f"kernel_size must be no larger than X {X.shape}, but got {kernel_size}")
    return X, kernel_size


def _columns(X, kernel_size):
    """Every window of X as a column: (h·w, windows), so that corr2d(X, K) is K.ravel() @ columns."""
    output_size = [n - k + 1 for n, k in zip(X.shape, kernel_size, strict=True)]
    return windows(X, kernel_size, output_size, (1, 1), (1, 1)).reshape(math.prod(kernel_size), -1)


def _with_numpy(X, Y, kernel_size, lr, steps):
    columns, kernel, losses = _columns(X, kernel_size), np.zeros(math.prod(kernel_size)), []
    for _ in range(steps):
        difference = kernel @ columns - Y.ravel()
        losses.append(float(difference @ difference))
        kernel -= lr * 2 * columns @ difference  # the gradient: every window, weighted by its difference
    return kernel.reshape(kernel_size), losses


def _with_torch(X, Y, kernel_size, lr, steps):
    import torch

    image, target = torch.from_numpy(X)[None, None], torch.from_numpy(Y)[None, None]
    layer = torch.nn.Conv2d(1, 1, kernel_size, bias=False, dtype=torch.float64)
    torch.nn.init.zeros_(layer.weight)
    optimizer, losses = torch.optim.SGD(layer.parameters(), lr=lr), []
    for _ in range(steps):
        loss = ((layer(image) - target) ** 2).sum()
        losses.append(loss.item())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return layer.weight.detach().numpy()[0, 0], losses


def _with_mxnet(X, Y, kernel_size, lr, steps):
    from lib.frameworks import import_mxnet

    mxnet = import_mxnet()
    image, target = (mxnet.nd.array(a, dtype="float64").expand_dims(0).expand_dims(0) for a in (X, Y))
    layer = mxnet.gluon.nn.Conv2D(1, kernel_size=kernel_size, use_bias=False)
    layer.cast("float64")
    layer.initialize(mxnet.init.Zero())
    layer(image)
    trainer, losses = mxnet.gluon.Trainer(layer.collect_params(), "sgd", {"learning_rate": lr}), []
    for _ in range(steps):
        with mxnet.autograd.record():
            loss = ((layer(image) - target) ** 2).sum()
        losses.append(float(loss.asscalar()))
        loss.backward()
        trainer.step(1)
    return layer.weight.data().asnumpy()[0, 0], losses
