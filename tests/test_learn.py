"""learn_kernel: three frameworks, the same steps; the losses of the course; and how large a step may be."""

import sys

import numpy as np
import pytest

from lib import ShapeError, corr2d, kernel_hessian, learn_kernel, max_stable_lr
from tests.oracles import numbers

X = np.ones((6, 8))
X[:, 2:6] = 0
Y = corr2d(X, np.array([[2, -2]]))
BACKENDS = ["numpy", "torch", "mxnet"]


@pytest.mark.parametrize("backend", BACKENDS)
def test_gives_the_losses_of_the_course(backend):
    kernel, losses = learn_kernel(X, Y, (1, 2), lr=3e-2, steps=10, backend=backend)
    np.testing.assert_allclose(losses[1::2], [19.661, 3.299, 0.553, 0.093, 0.016], atol=5e-4)
    np.testing.assert_allclose(kernel, [[1.976942, -1.976942]], atol=5e-7)
    assert isinstance(kernel, np.ndarray)
    assert all(type(loss) is float for loss in losses)


@pytest.mark.parametrize("backend", BACKENDS[1:])
def test_the_frameworks_take_the_same_steps(rng, backend):
    x, target = numbers(rng, (7, 9)), numbers(rng, (2, 3))
    ours, theirs = (learn_kernel(x, corr2d(x, target), (2, 3), 4e-3, 40, name) for name in ("numpy", backend))
    tolerance = 1e-5 if backend == "mxnet" else 1e-12  # MXNet keeps the step size in float32
    np.testing.assert_allclose(ours[0], theirs[0], rtol=tolerance, atol=tolerance)
    np.testing.assert_allclose(ours[1], theirs[1], rtol=tolerance, atol=tolerance)


def test_finds_the_kernel(rng):
    x, target = numbers(rng, (12, 9)), numbers(rng, (2, 3))
    kernel, losses = learn_kernel(x, corr2d(x, target), (2, 3), max_stable_lr(x, (2, 3)) / 2, 2000)
    np.testing.assert_allclose(kernel, target, atol=1e-9)
    assert losses == sorted(losses, reverse=True)


def test_the_bowl_of_the_course():
    np.testing.assert_array_equal(kernel_hessian(X, (1, 2)), [[36, 24], [24, 36]])
    assert np.isclose(max_stable_lr(X, (1, 2)), 1 / 30)


def test_the_hessian_is_the_second_difference_of_the_loss(rng):
    x, y, step = numbers(rng, (5, 7)), numbers(rng, (4, 5)), numbers(rng, (2, 3))
    loss = [((corr2d(x, t * step) - y) ** 2).sum() for t in (-1, 0, 1)]
    curvature = step.ravel() @ kernel_hessian(x, (2, 3)) @ step.ravel()
    assert np.isclose(loss[0] - 2 * loss[1] + loss[2], curvature)


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_step_beyond_the_largest_diverges(rng, backend):
    x = numbers(rng, (5, 7))
    y, limit = corr2d(x, numbers(rng, (2, 3))), max_stable_lr(x, (2, 3))
    assert learn_kernel(x, y, (2, 3), 0.99 * limit, 400, backend)[1][-1] < 1
    assert learn_kernel(x, y, (2, 3), 1.01 * limit, 1500, backend)[1][-1] > 1e6


def test_a_target_of_zeros_cannot_tell():
    stripes = X.T.copy()  # item 4's image: it only changes from row to row
    assert learn_kernel(stripes, corr2d(stripes, np.array([[2, -2]])), (1, 2), 1e-2, 20)[0].tolist() == [[0, 0]]
    assert max_stable_lr(np.zeros((3, 4)), 2) == np.inf


def test_whole_numbers_will_do_and_nothing_is_changed():
    x, y = X.astype(int), Y.astype(int)
    before = x.copy(), y.copy()
    same = learn_kernel(x, y, (np.int64(1), 2), 3e-2, 10)
    np.testing.assert_array_equal(same[0], learn_kernel(X, Y, (1, 2), 3e-2, 10)[0])
    np.testing.assert_array_equal(x, before[0])
    np.testing.assert_array_equal(y, before[1])
    assert learn_kernel(x, y, (1, 2), 3e-2, 0)[1] == []


def test_a_missing_framework_says_so(monkeypatch):
    monkeypatch.setitem(sys.modules, "mxnet", None)
    with pytest.raises(ImportError, match="pip install 'mxnet"):
        learn_kernel(X, Y, (1, 2), 3e-2, 1, backend="mxnet")


REFUSED = {
    "another Y": ((X, Y[:5], (1, 2), 0.1, 1), ShapeError, r"Y must have shape \(6, 7\).* but got \(5, 7\)"),
    "kernel too large": (
        (X, Y, (1, 9), 0.1, 1),
        ShapeError,
        r"kernel_size must be no larger than X \(6, 8\).*\(1, 9\)",
    ),
    "a batch": ((X[None], Y, (1, 2), 0.1, 1), ShapeError, r"X must be a matrix .* got shape \(1, 6, 8\)"),
    "kernel 0": ((X, Y, 0, 0.1, 1), ValueError, "kernel_size must be at least 1, but got 0"),
    "no step": ((X, Y, (1, 2), 0, 1), ValueError, "lr must be above 0 and finite, but got 0"),
    "uphill": ((X, Y, (1, 2), -0.1, 1), ValueError, "lr must be above 0 and finite, but got -0.1"),
    "not a number": ((X, Y, (1, 2), float("nan"), 1), ValueError, "lr must be above 0 and finite, but got nan"),
    "a word": ((X, Y, (1, 2), "0.1", 1), TypeError, "lr must be a number, but got '0.1'"),
    "half a step": ((X, Y, (1, 2), 0.1, 1.5), TypeError, "steps must be an int, but got 1.5"),
    "steps back": ((X, Y, (1, 2), 0.1, -1), ValueError, "steps must be at least 0, but got -1"),
    "another backend": ((X, Y, (1, 2), 0.1, 1, "jax"), ValueError, "backend must be one of 'numpy', 'torch', 'mxnet'"),
    "complex": ((X + 1j, Y, (1, 2), 0.1, 1), TypeError, "X has dtype complex128"),
}


@pytest.mark.parametrize(("arguments", "error", "message"), REFUSED.values(), ids=REFUSED)
def test_says_what_does_not_fit(arguments, error, message):
    with pytest.raises(error, match=message):
        learn_kernel(*arguments)
