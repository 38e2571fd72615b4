"""Chapter 3: both gradients of a convolution, the walk downhill, and its largest step."""

import numpy as np

import lib
from lib.check import Claim, Exercise, Mistake
from lib.exercises.inputs import bar, floats, ints


def corr2d(X, K):
    return lib.corr2d(np.asarray(X, dtype=float), np.asarray(K, dtype=float))


def kernel_grad(X, K, Y):
    """The image slid over by twice the error."""
    return 2 * corr2d(X, corr2d(X, K) - Y)


def input_grad(dY, K):
    """Each number of dY, spread over its window in the shares that K gives; overlaps add."""
    (h, w) = np.shape(K)
    return corr2d(rim(dY, h - 1, w - 1), np.asarray(K)[::-1, ::-1])


def fit_kernel(X, Y, shape, lr, steps):
    """Gradient descent on the summed squares, from a kernel of zeros."""
    return descend(X, Y, shape, lr, steps)


def max_stable_lr(X, shape):
    """2 / λmax of the Hessian 2 AᵀA, where the rows of A are the windows of X."""
    return float(2 / np.linalg.eigvalsh(hessian(X, shape)).max())


def fit_with_autograd(X, Y, shape, lr, steps):
    """The same walk; students let PyTorch find the gradient."""
    return descend(X, Y, shape, lr, steps)


def predict_descent():
    """Errors 5 and 2 along directions of steepness 40 and 10, after one step of 0.04; and the limit 2/40."""
    return [-3.0, 1.2, 0.05]


def rim(X, rows, columns):
    """X with so many zeros on every side."""
    return np.pad(np.asarray(X, dtype=float), ((rows, rows), (columns, columns)))


def table(X, shape):
    """The windows of X, one per row."""
    return np.lib.stride_tricks.sliding_window_view(np.asarray(X, dtype=float), shape).reshape(-1, int(np.prod(shape)))


def hessian(X, shape):
    return 2 * table(X, shape).T @ table(X, shape)


def descend(X, Y, shape, lr, steps, gradient=kernel_grad, start=0.0):
    K = np.full(shape, float(start))
    for _ in range(steps):
        K = K - lr * gradient(X, K, Y)
    return K


def error(X, K, Y):
    return corr2d(X, K) - np.asarray(Y, dtype=float)


def scattered(dY, K, combine):
    """The windows of the input gradient, put together by `combine`(what is there, what comes)."""
    dY, K = np.asarray(dY, dtype=float), np.asarray(K, dtype=float)
    (h, w) = K.shape
    dX = np.zeros((dY.shape[0] + h - 1, dY.shape[1] + w - 1))
    for i, j in np.ndindex(*dY.shape):
        dX[i : i + h, j : j + w] = combine(dX[i : i + h, j : j + w], dY[i, j] * K)
    return dX


def piled_up(X, Y, shape, lr, steps):
    """Descent that adds each gradient to all before it."""
    K, total = np.zeros(shape), np.zeros(shape)
    for _ in range(steps):
        total = total + kernel_grad(X, K, Y)
        K = K - lr * total
    return K


def window_by_window(X, Y, shape, lr, steps):
    """A step for every single window."""
    K, windows, targets = np.zeros(int(np.prod(shape))), table(X, shape), np.ravel(Y)
    for _ in range(steps):
        for part, wanted in zip(windows, targets, strict=True):
            K = K - lr * 2 * (part @ K - wanted) * part
    return K.reshape(shape)


def with_bias(X, Y, shape, lr, steps):
    """Descent that trains a bias too, and gives back the kernel only."""
    K, c = np.zeros(shape), 0.0
    for _ in range(steps):
        off = error(X, K, Y) + c
        K, c = K - lr * 2 * corr2d(X, off), c - lr * 2 * off.sum()
    return K


def number_by_number(X, Y, shape, lr, steps):
    """Each number of the kernel is changed before the gradient of the next is taken."""
    K = np.zeros(shape)
    for _ in range(steps):
        for at in np.ndindex(*shape):
            K[at] -= lr * kernel_grad(X, K, Y)[at]
    return K


def slower_and_slower(X, Y, shape, lr, steps):
    K = np.zeros(shape)
    for step in range(steps):
        K = K - lr / (step + 1) * kernel_grad(X, K, Y)
    return K


def of_windows(windows, shape):
    """The largest stable step for these windows alone."""
    A = windows.reshape(-1, int(np.prod(shape)))
    return float(2 / np.linalg.eigvalsh(2 * A.T @ A).max())


def with_ones(X, shape):
    """The table of the windows with a column of ones, as a bias needs it."""
    return np.c_[table(X, shape), np.ones(len(table(X, shape)))]


def with_momentum(X, Y, shape, lr, steps):
    K, moving = np.zeros(shape), np.zeros(shape)
    for _ in range(steps):
        moving = 0.9 * moving + kernel_grad(X, K, Y)
        K = K - lr * moving
    return K


def with_adam(X, Y, shape, lr, steps):
    """torch.optim.Adam with its usual settings."""
    K, mean, square = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    for step in range(1, steps + 1):
        gradient = kernel_grad(X, K, Y)
        mean, square = 0.9 * mean + 0.1 * gradient, 0.999 * square + 0.001 * gradient**2
        K = K - lr * mean / (1 - 0.9**step) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8)
    return K


def losses(X, Y, shape, lr, steps):
    return [float((error(X, descend(X, Y, shape, lr, n), Y) ** 2).sum()) for n in range(steps)]


BAR = bar(6, 8, 2, 6).astype(int)
TARGET = corr2d(BAR, np.array([[2, -2]]))


def gradient_inputs(rng, image, kernel, kinds=(floats, floats, floats)):
    places = (image[0] - kernel[0] + 1, image[1] - kernel[1] + 1)
    return tuple(kind(rng, *shape) for kind, shape in zip(kinds, (image, kernel, places), strict=True))


def descent_inputs(rng, image, shape, lr, steps, kind=floats):
    places = (image[0] - shape[0] + 1, image[1] - shape[1] + 1)
    return (kind(rng, *image), floats(rng, *places), shape, lr, steps)


def descent_claims(points):
    """The claims that fit_kernel and fit_with_autograd share."""
    return [
        Claim("ten steps on the bar", points, [(BAR, TARGET, (1, 2), 0.03, 10)]),
        Claim(
            "a kernel that is not square",
            1,
            lambda rng: [
                descent_inputs(rng, (5, 7), (2, 3), 0.001, 6),
                descent_inputs(rng, (6, 4), (3, 1), 0.002, 3, ints),
            ],
        ),
        Claim("one step, and none", 1, lambda rng: [descent_inputs(rng, (4, 5), (1, 2), 0.004, n) for n in (1, 0)]),
        Claim(
            "other walks",
            2,
            lambda rng: [
                descent_inputs(rng, (6, 5), (2, 1), 0.001 * int(rng.integers(1, 4)), int(rng.integers(4, 9))),
                descent_inputs(rng, (4, 8), (1, 3), 0.002, int(rng.integers(3, 7))),
            ],
            hidden=True,
        ),
    ]


DESCENT_MISTAKES = [
    Mistake(
        "gradients pile up",
        "your gradients pile up: each is added to all before it. Begin every step with a fresh gradient "
        "(in PyTorch: set it to zero).",
        piled_up,
    ),
    Mistake(
        "one step too many",
        "your walk takes one step too many. Count them for steps=1.",
        lambda X, Y, shape, lr, steps: descend(X, Y, shape, lr, steps + 1),
    ),
    Mistake(
        "one step too few",
        "your walk takes one step too few. Count them for steps=1.",
        lambda X, Y, shape, lr, steps: descend(X, Y, shape, lr, steps - 1),
    ),
    Mistake(
        "only the first step",
        "only one step remains. Is there a `return` inside the loop, or is the kernel set back to zero in every step?",
        lambda X, Y, shape, lr, steps: descend(X, Y, shape, lr, min(steps, 1)),
    ),
    Mistake(
        "no step",
        "your kernel never moves. Is the step put back into the kernel?",
        lambda X, Y, shape, lr, steps: np.zeros(shape),
    ),
    Mistake(
        "the first gradient in every step",
        "every step uses the gradient of the start. Compute it anew, from the kernel as it is now.",
        lambda X, Y, shape, lr, steps: descend(X, Y, shape, lr, steps, lambda X, K, Y: kernel_grad(X, 0 * K, Y)),
    ),
    Mistake(
        "uphill",
        "your walk goes uphill: the loss grows. The gradient is subtracted.",
        lambda X, Y, shape, lr, steps: descend(X, Y, shape, -lr, steps),
    ),
    Mistake(
        "no factor 2",
        "your steps are half as long. The derivative of a square has a factor 2.",
        lambda X, Y, shape, lr, steps: descend(X, Y, shape, lr / 2, steps),
    ),
    Mistake(
        "twice too long",
        "your steps are twice as long. Is the factor 2 counted twice?",
        lambda X, Y, shape, lr, steps: descend(X, Y, shape, 2 * lr, steps),
    ),
    Mistake(
        "mean loss",
        "your loss is the mean of the squares. Here it is their sum.",
        lambda X, Y, shape, lr, steps: descend(X, Y, shape, lr / np.size(Y), steps),
    ),
    Mistake(
        "mean loss, no factor 2",
        "your loss is half the mean of the squares. Here it is their sum.",
        lambda X, Y, shape, lr, steps: descend(X, Y, shape, lr / np.size(Y) / 2, steps),
    ),
    Mistake(
        "divided by the kernel's size",
        "your gradient is divided by the number of kernel numbers. It is not divided by anything.",
        lambda X, Y, shape, lr, steps: descend(X, Y, shape, lr / np.prod(shape), steps),
    ),
    Mistake(
        "absolute errors",
        "your loss is the sum of the absolute errors, not of their squares.",
        lambda X, Y, shape, lr, steps: descend(
            X, Y, shape, lr, steps, lambda X, K, Y: corr2d(X, np.sign(error(X, K, Y)))
        ),
    ),
    Mistake(
        "root of the loss",
        "you go downhill on the root of the sum. Here the loss is the sum itself.",
        lambda X, Y, shape, lr, steps: descend(
            X, Y, shape, lr, steps, lambda X, K, Y: corr2d(X, error(X, K, Y)) / np.linalg.norm(error(X, K, Y))
        ),
    ),
    Mistake(
        "steps of one length",
        "your gradient is scaled to length 1. Then the steps do not get shorter near the end.",
        lambda X, Y, shape, lr, steps: descend(
            X, Y, shape, lr, steps, lambda X, K, Y: kernel_grad(X, K, Y) / np.linalg.norm(kernel_grad(X, K, Y))
        ),
    ),
    Mistake(
        "signs only",
        "your steps use only the sign of the gradient.",
        lambda X, Y, shape, lr, steps: descend(X, Y, shape, lr, steps, lambda X, K, Y: np.sign(kernel_grad(X, K, Y))),
    ),
    Mistake(
        "learning rate left out",
        "the learning rate plays no part in your steps.",
        lambda X, Y, shape, lr, steps: descend(X, Y, shape, 1, steps),
    ),
    Mistake(
        "always 0.03",
        "your learning rate is always 0.03. Use the argument lr.",
        lambda X, Y, shape, lr, steps: descend(X, Y, shape, 0.03, steps),
    ),
    Mistake(
        "always ten steps",
        "you always take ten steps. Use the argument steps.",
        lambda X, Y, shape, lr, steps: descend(X, Y, shape, lr, 10),
    ),
    Mistake(
        "slower and slower",
        "your learning rate shrinks from step to step. Here it stays the same.",
        slower_and_slower,
    ),
    Mistake(
        "starts at one",
        "your walk starts from a kernel of ones. It should start from zeros.",
        lambda X, Y, shape, lr, steps: descend(X, Y, shape, lr, steps, start=1),
    ),
    Mistake(
        "solved at once",
        "your result is the best kernel itself, not where the walk stands after so many steps.",
        lambda X, Y, shape, lr, steps: np.linalg.lstsq(table(X, shape), np.ravel(Y).astype(float), rcond=None)[
            0
        ].reshape(shape),
    ),
    Mistake(
        "a step for every window",
        "you take a step after every single window. Here one step uses all windows at once.",
        window_by_window,
    ),
    Mistake(
        "number by number",
        "you change the first number of the kernel before you compute the gradient of the next. Compute the whole "
        "gradient first.",
        number_by_number,
    ),
    Mistake(
        "a bias too",
        "you train a bias as well (`bias=True` is the default of a PyTorch layer). Here there is only the kernel.",
        with_bias,
    ),
    Mistake(
        "flipped",
        "your kernel is turned by half a turn: you use true convolution. Here it is cross-correlation.",
        lambda X, Y, shape, lr, steps: descend(X, Y, shape, lr, steps)[::-1, ::-1],
    ),
    Mistake(
        "kernel transposed",
        "rows and columns of your kernel are exchanged.",
        lambda X, Y, shape, lr, steps: descend(X, Y, shape, lr, steps).T,
    ),
    Mistake(
        "the gradient",
        "your result is the last gradient, not the kernel.",
        lambda X, Y, shape, lr, steps: kernel_grad(X, descend(X, Y, shape, lr, max(steps - 1, 0)), Y),
    ),
    Mistake(
        "the losses",
        "your result is the list of losses. The kernel is asked for.",
        losses,
    ),
    Mistake(
        "kernel and losses",
        "your result is a pair of kernel and losses. Only the kernel is asked for.",
        lambda X, Y, shape, lr, steps: (descend(X, Y, shape, lr, steps), losses(X, Y, shape, lr, steps)),
    ),
    Mistake(
        "four axes",
        "your kernel still has the axes for batch and channel. Return shape (h, w): index it with [0, 0].",
        lambda X, Y, shape, lr, steps: descend(X, Y, shape, lr, steps)[None, None],
    ),
    Mistake(
        "flat",
        "your kernel is one row of numbers. Give it back in its shape.",
        lambda X, Y, shape, lr, steps: descend(X, Y, shape, lr, steps).ravel(),
    ),
    Mistake(
        "rounded",
        "your kernel is rounded. Return it as it is.",
        lambda X, Y, shape, lr, steps: np.round(descend(X, Y, shape, lr, steps)),
    ),
    Mistake(
        "fractions cut off",
        "the fractions are cut off. Is your kernel an array of whole numbers?",
        lambda X, Y, shape, lr, steps: np.trunc(descend(X, Y, shape, lr, steps)),
    ),
    Mistake(
        "divided by the image's size",
        "your gradient is divided by the number of pixels. Nothing is averaged here.",
        lambda X, Y, shape, lr, steps: descend(X, Y, shape, lr / np.size(X), steps),
    ),
    Mistake(
        "always 0.01",
        "your learning rate is always 0.01. Use the argument lr.",
        lambda X, Y, shape, lr, steps: descend(X, Y, shape, 0.01, steps),
    ),
    Mistake(
        "always 0.1",
        "your learning rate is always 0.1. Use the argument lr.",
        lambda X, Y, shape, lr, steps: descend(X, Y, shape, 0.1, steps),
    ),
    Mistake(
        "always a hundred steps",
        "you always take a hundred steps. Use the argument steps.",
        lambda X, Y, shape, lr, steps: descend(X, Y, shape, lr, 100),
    ),
    Mistake(
        "forward flipped",
        "your results come from a true convolution, and your gradient does not. Here both are cross-correlations.",
        lambda X, Y, shape, lr, steps: descend(
            X, Y, shape, lr, steps, lambda X, K, Y: 2 * corr2d(X, error(X, K[::-1, ::-1], Y))
        ),
    ),
    Mistake(
        "gradient flipped",
        "your gradient is turned by half a turn.",
        lambda X, Y, shape, lr, steps: descend(
            X, Y, shape, lr, steps, lambda X, K, Y: kernel_grad(X, K, Y)[::-1, ::-1]
        ),
    ),
    Mistake(
        "sign of the kernel",
        "every sign of your kernel is turned round. Is your target −Y?",
        lambda X, Y, shape, lr, steps: -descend(X, Y, shape, lr, steps),
    ),
    Mistake(
        "the feature map",
        "your result is the kernel's feature map. The kernel is asked for.",
        lambda X, Y, shape, lr, steps: corr2d(X, descend(X, Y, shape, lr, steps)),
    ),
    Mistake(
        "the last loss",
        "your result is a loss, one number. The kernel is asked for.",
        lambda X, Y, shape, lr, steps: float((error(X, descend(X, Y, shape, lr, steps), Y) ** 2).sum()),
    ),
    Mistake(
        "every kernel",
        "your result is every kernel on the way. Only the last one is asked for.",
        lambda X, Y, shape, lr, steps: np.array([descend(X, Y, shape, lr, n) for n in range(steps + 1)]),
    ),
    Mistake(
        "momentum",
        "your steps keep 0.9 of the step before (momentum). Here each step uses its own gradient only.",
        with_momentum,
    ),
    Mistake(
        "learning rate squared",
        "the learning rate is used twice in each step.",
        lambda X, Y, shape, lr, steps: descend(X, Y, shape, lr**2, steps),
    ),
    Mistake(
        "divided by the learning rate",
        "you divide by the learning rate. The step is the gradient times the learning rate.",
        lambda X, Y, shape, lr, steps: descend(X, Y, shape, 1 / lr, steps),
    ),
    Mistake(
        "one axis too many",
        "your kernel has three axes. Return shape (h, w).",
        lambda X, Y, shape, lr, steps: descend(X, Y, shape, lr, steps)[None],
    ),
    Mistake(
        "Adam",
        "your steps are Adam's. Here each step is the learning rate times the gradient.",
        with_adam,
    ),
]

EXERCISES = [
    Exercise(
        predict_descent,
        [Claim("the prediction", 1, [()])],
        [
            Mistake(
                "sign lost",
                "the sizes are right, but a sign is lost. A step that is longer than the distance lands on the other "
                "side.",
                lambda: [3.0, 1.2, 0.05],
            ),
            Mistake(
                "1/λ",
                "your largest step is 1/λ. That step lands exactly in the valley; up to which step is the factor above "
                "−1?",
                lambda: [-3.0, 1.2, 0.025],
            ),
            Mistake(
                "the flat direction decides",
                "your largest step fits the flat direction. The steep one goes wild first.",
                lambda: [-3.0, 1.2, 0.2],
            ),
            Mistake(
                "factor without 1, and 1/λ",
                "you multiplied the errors by lr · λ: that is the step, which is taken away from the error. And 1/λ is "
                "the step that lands in the valley, not the largest stable one.",
                lambda: [8.0, 0.8, 0.025],
            ),
            Mistake(
                "the step added to the flat error",
                "along the flat direction you took the step in the wrong direction.",
                lambda: [-3.0, 2.8, 0.05],
            ),
            Mistake(
                "the sum decides",
                "your largest step uses both steepnesses together. Each direction has a limit of its own; the smaller "
                "one counts.",
                lambda: [-3.0, 1.2, 0.04],
            ),
            Mistake(
                "factor without 1",
                "you multiplied the errors by lr · λ. That is the length of the step; it is taken away from the error.",
                lambda: [8.0, 0.8, 0.05],
            ),
            Mistake(
                "lr λ subtracted",
                "you subtracted lr · λ itself. The step is lr · λ times the error.",
                lambda: [3.4, 1.6, 0.05],
            ),
            Mistake(
                "uphill",
                "your errors grow. The step goes against the gradient: 1 minus lr · λ.",
                lambda: [13.0, 2.8, 0.05],
            ),
            Mistake(
                "λ left out",
                "you multiplied both errors by 1 − lr. Each direction has its own steepness.",
                lambda: [4.8, 1.92, 0.05],
            ),
            Mistake(
                "directions exchanged",
                "the steepnesses are exchanged. The error 5 lies along the steep direction, 40.",
                lambda: [3.0, -1.2, 0.05],
            ),
            Mistake(
                "factor 2 counted twice",
                "you used 1 − 2 · lr · λ. The factor 2 of the squares is part of the Hessian already.",
                lambda: [-11.0, 0.4, 0.05],
            ),
            Mistake(
                "the factors",
                "you give the factors. Multiply the errors by them.",
                lambda: [-0.6, 0.6, 0.05],
            ),
        ],
    ),
    Exercise(
        kernel_grad,
        [
            Claim("the first step of the chapter", 1, [(BAR, np.zeros((1, 2)), TARGET)]),
            Claim(
                "a kernel that is not square",
                1,
                lambda rng: [gradient_inputs(rng, (5, 7), (2, 3)), gradient_inputs(rng, (6, 4), (3, 1))],
            ),
            Claim(
                "whole numbers and fractions",
                1,
                lambda rng: [gradient_inputs(rng, (4, 5), (2, 2), (ints, ints, floats))],
            ),
            Claim(
                "the smallest and the largest kernel",
                1,
                lambda rng: [gradient_inputs(rng, (3, 4), (1, 1)), gradient_inputs(rng, (3, 4), (3, 4))],
            ),
            Claim(
                "other images",
                2,
                lambda rng: [
                    gradient_inputs(rng, tuple(map(int, rng.integers(5, 9, 2))), shape)
                    for shape in [(2, 1), (3, 4), (1, 3)]
                ],
                hidden=True,
            ),
        ],
        [
            Mistake(
                "no factor 2",
                "your gradient is half the right one. The derivative of a square has a factor 2.",
                lambda X, K, Y: kernel_grad(X, K, Y) / 2,
            ),
            Mistake(
                "factor 2 twice",
                "your gradient is twice the right one. Is the factor 2 counted twice?",
                lambda X, K, Y: kernel_grad(X, K, Y) * 2,
            ),
            Mistake(
                "wrong sign",
                "every sign is turned round. The gradient points uphill; is your error Y minus the result?",
                lambda X, K, Y: -kernel_grad(X, K, Y),
            ),
            Mistake(
                "wrong sign, no factor 2",
                "the sign is turned round and the factor 2 is missing.",
                lambda X, K, Y: -kernel_grad(X, K, Y) / 2,
            ),
            Mistake(
                "mean loss",
                "this is the gradient of the mean of the squares. Here the loss is their sum.",
                lambda X, K, Y: kernel_grad(X, K, Y) / np.size(Y),
            ),
            Mistake(
                "mean loss, no factor 2",
                "your gradient is divided by the number of errors, and the factor 2 is missing. The loss is a sum.",
                lambda X, K, Y: kernel_grad(X, K, Y) / np.size(Y) / 2,
            ),
            Mistake(
                "divided by the kernel's size",
                "your gradient is divided by the number of kernel numbers.",
                lambda X, K, Y: kernel_grad(X, K, Y) / np.size(K),
            ),
            Mistake(
                "root of the loss",
                "this is the gradient of the root of the sum. Here the loss is the sum itself.",
                lambda X, K, Y: kernel_grad(X, K, Y) / 2 / np.linalg.norm(error(X, K, Y)),
            ),
            Mistake(
                "gradient flipped",
                "your gradient is turned by half a turn. Which pixel does K[0, 0] meet in the first window?",
                lambda X, K, Y: kernel_grad(X, K, Y)[::-1, ::-1],
            ),
            Mistake(
                "gradient upside down",
                "the rows of your gradient are in reverse order.",
                lambda X, K, Y: kernel_grad(X, K, Y)[::-1],
            ),
            Mistake(
                "gradient mirrored",
                "the columns of your gradient are in reverse order.",
                lambda X, K, Y: kernel_grad(X, K, Y)[:, ::-1],
            ),
            Mistake(
                "error flipped",
                "you slide a turned error over the image. The turn belongs to the gradient in the image, not in the "
                "kernel.",
                lambda X, K, Y: 2 * corr2d(X, error(X, K, Y)[::-1, ::-1]),
            ),
            Mistake(
                "forward flipped",
                "your results come from a true convolution. Here they come from cross-correlation.",
                lambda X, K, Y: 2 * corr2d(X, error(X, np.asarray(K)[::-1, ::-1], Y)),
            ),
            Mistake(
                "target left out",
                "the target plays no part: you used the result in place of the error.",
                lambda X, K, Y: 2 * corr2d(X, corr2d(X, K)),
            ),
            Mistake(
                "result left out",
                "the kernel plays no part: you used −Y in place of the error.",
                lambda X, K, Y: -2 * corr2d(X, Y),
            ),
            Mistake(
                "target for error",
                "the kernel plays no part: you used Y in place of the error.",
                lambda X, K, Y: 2 * corr2d(X, Y),
            ),
            Mistake(
                "target added",
                "your error is result plus target. It is their difference.",
                lambda X, K, Y: 2 * corr2d(X, corr2d(X, K) + Y),
            ),
            Mistake(
                "image left out",
                "every number of your gradient is twice the sum of the errors. Each error counts with the pixel that "
                "the "
                "kernel's number met.",
                lambda X, K, Y: np.full(np.shape(K), 2 * error(X, K, Y).sum()),
            ),
            Mistake(
                "always the first window",
                "each error is multiplied with the same part of the image. For K[a, b] the part starts at row a, "
                "column b.",
                lambda X, K, Y: np.full(np.shape(K), kernel_grad(X, K, Y)[0, 0]),
            ),
            Mistake(
                "squared error",
                "you slide the squared error. The derivative of a square has the error itself.",
                lambda X, K, Y: corr2d(X, error(X, K, Y) ** 2),
            ),
            Mistake(
                "twice the squared error",
                "you slide twice the squared error. The derivative of a square has the error itself.",
                lambda X, K, Y: 2 * corr2d(X, error(X, K, Y) ** 2),
            ),
            Mistake(
                "absolute errors",
                "this is the gradient of the sum of absolute errors. Here the errors are squared.",
                lambda X, K, Y: corr2d(X, np.sign(error(X, K, Y))),
            ),
            Mistake(
                "signs only",
                "your gradient is made of signs only.",
                lambda X, K, Y: np.sign(kernel_grad(X, K, Y)),
            ),
            Mistake(
                "length 1",
                "your gradient is scaled to length 1.",
                lambda X, K, Y: kernel_grad(X, K, Y) / np.linalg.norm(kernel_grad(X, K, Y)),
            ),
            Mistake(
                "multiplied by K",
                "your gradient is multiplied by K. The derivative of X·K in K is X.",
                lambda X, K, Y: kernel_grad(X, K, Y) * K,
            ),
            Mistake(
                "result transposed",
                "rows and columns of your gradient are exchanged.",
                lambda X, K, Y: kernel_grad(X, K, Y).T,
            ),
            Mistake(
                "fractions cut off",
                "the fractions are cut off. Did the gradient get the whole-number type of K?",
                lambda X, K, Y: np.trunc(kernel_grad(X, K, Y)),
            ),
            Mistake(
                "the next kernel",
                "your result is the kernel after a step, K minus the gradient. Only the gradient is asked for.",
                lambda X, K, Y: K - kernel_grad(X, K, Y),
            ),
            Mistake(
                "the loss",
                "your result is the loss, one number. The gradient has one number for each number in K.",
                lambda X, K, Y: float((error(X, K, Y) ** 2).sum()),
            ),
            Mistake(
                "the error",
                "your result is the error map. The gradient has the shape of K.",
                error,
            ),
            Mistake(
                "one number",
                "your gradient is added up to one number. It has one number for each number in K.",
                lambda X, K, Y: float(kernel_grad(X, K, Y).sum()),
            ),
            Mistake(
                "input gradient",
                "this is the gradient in the image X. The gradient in the kernel has the shape of K.",
                lambda X, K, Y: input_grad(2 * error(X, K, Y), K),
            ),
            Mistake(
                "rounded",
                "the fractions are rounded away.",
                lambda X, K, Y: np.round(kernel_grad(X, K, Y)),
            ),
            Mistake(
                "wrong sign, mean loss",
                "the sign is turned round, and you used the mean of the squares. The loss is a sum.",
                lambda X, K, Y: -kernel_grad(X, K, Y) / np.size(Y),
            ),
            Mistake(
                "wrong sign, mean loss, no factor 2",
                "the sign is turned round, the factor 2 is missing, and the errors are averaged. The loss is a sum.",
                lambda X, K, Y: -kernel_grad(X, K, Y) / np.size(Y) / 2,
            ),
            Mistake(
                "divided by the image's size",
                "your gradient is divided by the number of pixels. Nothing is averaged here.",
                lambda X, K, Y: kernel_grad(X, K, Y) / np.size(X),
            ),
            Mistake(
                "divided by the number of rows",
                "your gradient is divided by the number of rows. Nothing is averaged here.",
                lambda X, K, Y: kernel_grad(X, K, Y) / len(Y),
            ),
            Mistake(
                "one step of 0.03",
                "your result is the kernel after a step of 0.03. Only the gradient is asked for.",
                lambda X, K, Y: K - 0.03 * kernel_grad(X, K, Y),
            ),
            Mistake(
                "the step of 0.03",
                "your gradient is multiplied by a learning rate, 0.03. Only the gradient is asked for.",
                lambda X, K, Y: 0.03 * kernel_grad(X, K, Y),
            ),
            Mistake(
                "squared gradient",
                "your gradient is squared.",
                lambda X, K, Y: (corr2d(X, error(X, K, Y))) ** 2 * 2,
            ),
            Mistake(
                "mean error for all",
                "every number is twice the mean error. Each error counts with the pixel that the kernel's number met.",
                lambda X, K, Y: np.full(np.shape(K), 2 * error(X, K, Y).mean()),
            ),
            Mistake(
                "mean gradient for all",
                "every number is the mean of the gradient. Each number of K has its own slope.",
                lambda X, K, Y: np.full(np.shape(K), kernel_grad(X, K, Y).mean()),
            ),
            Mistake(
                "errors without sign",
                "you slid the absolute errors. An error keeps its sign.",
                lambda X, K, Y: 2 * corr2d(X, np.abs(error(X, K, Y))),
            ),
            Mistake(
                "pixels without sign",
                "you slid over the absolute pixels. A pixel keeps its sign.",
                lambda X, K, Y: 2 * corr2d(np.abs(X), error(X, K, Y)),
            ),
            Mistake(
                "times the loss",
                "your gradient is multiplied by the loss.",
                lambda X, K, Y: kernel_grad(X, K, Y) * (error(X, K, Y) ** 2).sum(),
            ),
            Mistake(
                "flat",
                "your gradient is one row of numbers. It has the shape of K.",
                lambda X, K, Y: kernel_grad(X, K, Y).ravel(),
            ),
            Mistake(
                "four axes",
                "your gradient still has the axes for batch and channel. It has the shape of K.",
                lambda X, K, Y: kernel_grad(X, K, Y)[None, None],
            ),
            Mistake(
                "only the first window",
                "only the first window's error counts. All windows do: add them (`+=`, not a `return` in the loop).",
                lambda X, K, Y: 2 * error(X, K, Y)[0, 0] * np.asarray(X, float)[: np.shape(K)[0], : np.shape(K)[1]],
            ),
            Mistake(
                "only the last window",
                "only the last window's error counts. Each window's share must be added to the ones before (`+=`, not "
                "`=`).",
                lambda X, K, Y: 2 * error(X, K, Y)[-1, -1] * np.asarray(X, float)[-np.shape(K)[0] :, -np.shape(K)[1] :],
            ),
            Mistake(
                "image flipped",
                "you turned the image round before you slid the error over it.",
                lambda X, K, Y: 2 * corr2d(np.asarray(X)[::-1, ::-1], error(X, K, Y)),
            ),
            Mistake(
                "zeros",
                "your gradient is all zeros.",
                lambda X, K, Y: np.zeros(np.shape(K)),
            ),
        ],
        window=lambda at, X, K, Y: X[at[0] : at[0] + Y.shape[0], at[1] : at[1] + Y.shape[1]],
    ),
    Exercise(
        input_grad,
        [
            Claim("the row of the chapter", 1, [(np.array([[5, -1, 2]]), np.array([[3, 4]]))]),
            Claim(
                "a kernel that is not square",
                1,
                lambda rng: [(floats(rng, 3, 5), ints(rng, 2, 3)), (ints(rng, 4, 3), floats(rng, 3, 2))],
            ),
            Claim(
                "a kernel larger than dY, and one number",
                1,
                lambda rng: [(floats(rng, 2, 1), floats(rng, 3, 4)), (floats(rng, 3, 4), floats(rng, 1, 1))],
            ),
            Claim(
                "other maps",
                2,
                lambda rng: [
                    (floats(rng, *rng.integers(3, 7, 2)), floats(rng, *shape)) for shape in [(1, 3), (4, 2), (2, 3)]
                ],
                hidden=True,
            ),
        ],
        [
            Mistake(
                "not flipped",
                "your kernel is not turned. Write out which results pixel 1 takes part in: its shares run backwards.",
                lambda dY, K: input_grad(dY, np.asarray(K)[::-1, ::-1]),
            ),
            Mistake(
                "flipped top to bottom only",
                "your kernel is turned the wrong way round: one direction is missing.",
                lambda dY, K: input_grad(dY, np.asarray(K)[:, ::-1]),
            ),
            Mistake(
                "flipped left to right only",
                "your kernel is turned left to right only, or top to bottom is turned once too often.",
                lambda dY, K: input_grad(dY, np.asarray(K)[::-1]),
            ),
            Mistake(
                "valid",
                "your result is smaller than dY. X is larger than dY: there were H' + h − 1 rows.",
                lambda dY, K: corr2d(dY, np.asarray(K)[::-1, ::-1]),
            ),
            Mistake(
                "valid, not flipped",
                "your result is smaller than dY, and the kernel is not turned. X is larger than dY.",
                corr2d,
            ),
            Mistake(
                "same",
                "your result is as large as dY. X is larger: each side lost pixels on the way forward.",
                lambda dY, K: input_grad(dY, K)[(np.shape(K)[0] - 1) // 2 :, (np.shape(K)[1] - 1) // 2 :][
                    : np.shape(dY)[0], : np.shape(dY)[1]
                ],
            ),
            Mistake(
                "one zero too many",
                "your rim of zeros is as wide as the kernel; it should be one narrower.",
                lambda dY, K: corr2d(rim(dY, *np.shape(K)), np.asarray(K)[::-1, ::-1]),
            ),
            Mistake(
                "rim exchanged",
                "your rim is w − 1 rows and h − 1 columns wide. It is h − 1 rows and w − 1 columns.",
                lambda dY, K: corr2d(rim(dY, np.shape(K)[1] - 1, np.shape(K)[0] - 1), np.asarray(K)[::-1, ::-1]),
            ),
            Mistake(
                "rim always 1",
                "your rim of zeros is always 1 wide. It depends on the kernel.",
                lambda dY, K: corr2d(rim(dY, 1, 1), np.asarray(K)[::-1, ::-1]),
            ),
            Mistake(
                "overlaps overwritten",
                "where windows overlap, the last one wins. A pixel that takes part in several results gets all the "
                "shares, added (`+=`, not `=`).",
                lambda dY, K: scattered(dY, K, lambda old, new: new),
            ),
            Mistake(
                "overlaps averaged",
                "shares of the same pixel are averaged. They are added.",
                lambda dY, K: (
                    input_grad(dY, K) / input_grad(np.ones_like(dY, dtype=float), np.ones_like(K, dtype=float))
                ),
            ),
            Mistake(
                "largest share",
                "only the largest share of a pixel counts. They are added.",
                lambda dY, K: scattered(dY, K, np.maximum),
            ),
            Mistake(
                "dY left out",
                "dY plays no part: this is the gradient of the plain sum of the results.",
                lambda dY, K: input_grad(np.ones_like(dY, dtype=float), K),
            ),
            Mistake(
                "kernel left out",
                "the kernel plays no part: each dY is spread evenly over its window.",
                lambda dY, K: input_grad(dY, np.ones_like(K, dtype=float)),
            ),
            Mistake(
                "factor 2",
                "your result has a factor 2. dY is the gradient of the loss already; nothing is squared here.",
                lambda dY, K: 2 * input_grad(dY, K),
            ),
            Mistake("half", "your result is half the right one.", lambda dY, K: input_grad(dY, K) / 2),
            Mistake("wrong sign", "every sign is turned round.", lambda dY, K: -input_grad(dY, K)),
            Mistake(
                "divided by the kernel's size",
                "your result is divided by the number of kernel numbers.",
                lambda dY, K: input_grad(dY, K) / np.size(K),
            ),
            Mistake(
                "divided by the number of results",
                "your result is divided by the number of results. Nothing is averaged here.",
                lambda dY, K: input_grad(dY, K) / np.size(dY),
            ),
            Mistake(
                "kernel transposed",
                "rows and columns of the kernel are exchanged. (The transpose of an operation is not K.T.)",
                lambda dY, K: input_grad(dY, np.asarray(K).T),
            ),
            Mistake(
                "result transposed",
                "rows and columns of your result are exchanged.",
                lambda dY, K: input_grad(dY, K).T,
            ),
            Mistake(
                "result turned",
                "your result is turned by half a turn: dY was turned, not K.",
                lambda dY, K: input_grad(np.asarray(dY)[::-1, ::-1], K),
            ),
            Mistake(
                "fractions cut off",
                "the fractions are cut off. Does your result have the whole-number type of dY?",
                lambda dY, K: np.trunc(input_grad(dY, K)),
            ),
            Mistake(
                "zeros only below and to the right",
                "your zeros stand below and to the right only, twice as many as needed there. They belong on all four "
                "sides.",
                lambda dY, K: corr2d(
                    np.pad(np.asarray(dY, float), [(0, 2 * (n - 1)) for n in np.shape(K)]), np.asarray(K)[::-1, ::-1]
                ),
            ),
            Mistake(
                "last row and column left out",
                "the last row and column of your result are missing. X has H' + h − 1 rows.",
                lambda dY, K: input_grad(dY, K)[:-1, :-1],
            ),
            Mistake(
                "one row and column too many",
                "your result has one row and one column too many. X has H' + h − 1 rows.",
                lambda dY, K: np.pad(input_grad(dY, K), ((0, 1), (0, 1))),
            ),
            Mistake(
                "gradient in the kernel",
                "your result multiplies all of dY by the sum of K. Each pixel gets its own shares.",
                lambda dY, K: np.asarray(dY, float) * np.sum(K),
            ),
            Mistake(
                "edge repeated",
                "your rim repeats the border of dY. It should be zeros: outside there are no results.",
                lambda dY, K: corr2d(
                    np.pad(np.asarray(dY, float), [(n - 1, n - 1) for n in np.shape(K)], mode="edge"),
                    np.asarray(K)[::-1, ::-1],
                ),
            ),
            Mistake(
                "transposed for flipped",
                "you transposed the kernel (K.T) where it should be turned by half a turn.",
                lambda dY, K: corr2d(rim(dY, np.shape(K)[0] - 1, np.shape(K)[1] - 1), np.asarray(K).T),
            ),
            Mistake(
                "quarter turn",
                "you turned the kernel by a quarter turn (np.rot90). It takes half a turn: two quarters.",
                lambda dY, K: corr2d(rim(dY, np.shape(K)[0] - 1, np.shape(K)[1] - 1), np.rot90(K)),
            ),
            Mistake(
                "result backwards",
                "your result is turned by half a turn: its numbers stand in reverse order.",
                lambda dY, K: input_grad(dY, K)[::-1, ::-1],
            ),
            Mistake(
                "result upside down",
                "the rows of your result are in reverse order.",
                lambda dY, K: input_grad(dY, K)[::-1],
            ),
            Mistake(
                "result mirrored",
                "the columns of your result are in reverse order.",
                lambda dY, K: input_grad(dY, K)[:, ::-1],
            ),
            Mistake(
                "zeros",
                "your result is all zeros. Are the shares added to it?",
                lambda dY, K: np.zeros_like(input_grad(dY, K)),
            ),
            Mistake(
                "total",
                "every number of your result is the sum of dY. Each pixel gets its own shares.",
                lambda dY, K: np.full_like(input_grad(dY, K), np.sum(dY)),
            ),
            Mistake(
                "total times K",
                "your result is K times the sum of dY. Each dY has a place of its own.",
                lambda dY, K: np.asarray(K, float) * np.sum(dY),
            ),
            Mistake(
                "windows side by side",
                "your windows stand side by side (a Kronecker product). They overlap: each is one pixel further.",
                lambda dY, K: np.kron(np.asarray(dY, float), K),
            ),
            Mistake(
                "rim by height only",
                "your rim is h − 1 wide on all sides. From left to right it is w − 1.",
                lambda dY, K: corr2d(rim(dY, np.shape(K)[0] - 1, np.shape(K)[0] - 1), np.asarray(K)[::-1, ::-1]),
            ),
            Mistake(
                "rim by width only",
                "your rim is w − 1 wide on all sides. Above and below it is h − 1.",
                lambda dY, K: corr2d(rim(dY, np.shape(K)[1] - 1, np.shape(K)[1] - 1), np.asarray(K)[::-1, ::-1]),
            ),
            Mistake(
                "flat",
                "your result is one row of numbers. It has rows and columns, as X had.",
                lambda dY, K: input_grad(dY, K).ravel(),
            ),
            Mistake(
                "four axes",
                "your result still has the axes for batch and channel. It has rows and columns, as X had.",
                lambda dY, K: input_grad(dY, K)[None, None],
            ),
            Mistake(
                "only the last window",
                "only the last window's shares remain. Is the result set to zero inside the loop?",
                lambda dY, K: np.pad(np.asarray(dY, float)[-1, -1] * np.asarray(K), [(n - 1, 0) for n in np.shape(dY)]),
            ),
            Mistake(
                "only the first window",
                "only the first window's shares are there. Is there a `return` inside the loop?",
                lambda dY, K: np.pad(np.asarray(dY, float)[0, 0] * np.asarray(K), [(0, n - 1) for n in np.shape(dY)]),
            ),
            Mistake(
                "shares without sign",
                "your shares have lost their signs.",
                lambda dY, K: input_grad(np.abs(dY), np.abs(K)),
            ),
            Mistake(
                "rounded",
                "the fractions are rounded away.",
                lambda dY, K: np.round(input_grad(dY, K)),
            ),
        ],
        window=lambda at, dY, K: dY[
            max(at[0] - K.shape[0] + 1, 0) : at[0] + 1, max(at[1] - K.shape[1] + 1, 0) : at[1] + 1
        ],
    ),
    Exercise(fit_kernel, descent_claims(1), DESCENT_MISTAKES),
    Exercise(
        max_stable_lr,
        [
            Claim("the bar of the chapter", 1, [(BAR, (1, 2))]),
            Claim(
                "a kernel that is not square", 1, lambda rng: [(floats(rng, 5, 7), (2, 3)), (ints(rng, 4, 6), (3, 1))]
            ),
            Claim("a valley with a flat floor", 1, [(np.ones((4, 5)) * [[1], [1], [0], [1]], (1, 2))]),
            Claim(
                "other images",
                2,
                lambda rng: [
                    (floats(rng, *rng.integers(4, 8, 2)), shape) for shape in [(1, 3), (2, 1), (3, 2), (1, 1)]
                ],
                hidden=True,
            ),
        ],
        [
            Mistake(
                "1/λ",
                "your step is 1/λmax, half the right one. It lands in the valley; up to which step is the factor above "
                "−1?",
                lambda X, shape: max_stable_lr(X, shape) / 2,
            ),
            Mistake(
                "Hessian without its 2",
                "your step is twice the right one. The loss is a square, so its Hessian is 2 AᵀA, not AᵀA.",
                lambda X, shape: max_stable_lr(X, shape) * 2,
            ),
            Mistake(
                "four times",
                "your step is four times the right one. Count the factors 2: one in the Hessian, one above λ.",
                lambda X, shape: max_stable_lr(X, shape) * 4,
            ),
            Mistake(
                "a quarter",
                "your step is a quarter of the right one. Count the factors 2: one in the Hessian, one above λ.",
                lambda X, shape: max_stable_lr(X, shape) / 4,
            ),
            Mistake(
                "smallest eigenvalue",
                "you used the smallest eigenvalue. The steepest direction goes wild first. (eigvalsh sorts upwards.)",
                lambda X, shape: float(2 / np.linalg.eigvalsh(hessian(X, shape))[0]),
            ),
            Mistake(
                "sum of the eigenvalues",
                "you divided by the sum of all eigenvalues (the trace). The largest one alone decides.",
                lambda X, shape: float(2 / np.trace(hessian(X, shape))),
            ),
            Mistake(
                "mean of the eigenvalues",
                "you divided by the mean of the eigenvalues. The largest one alone decides.",
                lambda X, shape: float(2 * np.prod(shape) / np.trace(hessian(X, shape))),
            ),
            Mistake(
                "largest and smallest",
                "you used the largest and the smallest eigenvalue together. That is the fastest step, not the largest "
                "stable one.",
                lambda X, shape: float(2 / np.linalg.eigvalsh(hessian(X, shape))[[0, -1]].sum()),
            ),
            Mistake(
                "largest number on the diagonal",
                "you used the largest number on the Hessian's diagonal. The steepest direction may lie between the "
                "axes.",
                lambda X, shape: float(2 / np.diag(hessian(X, shape)).max()),
            ),
            Mistake(
                "sum of the Hessian",
                "you divided by the sum of all numbers in the Hessian. Its largest eigenvalue is asked for.",
                lambda X, shape: float(2 / np.abs(hessian(X, shape)).sum()),
            ),
            Mistake(
                "largest row sum",
                "you used the largest row sum of the Hessian. That is only a bound for its largest eigenvalue.",
                lambda X, shape: float(2 / np.abs(hessian(X, shape)).sum(axis=1).max()),
            ),
            Mistake(
                "norm of the Hessian",
                "you used the root of the sum of squares (np.linalg.norm). The largest eigenvalue is asked for.",
                lambda X, shape: float(2 / np.linalg.norm(hessian(X, shape))),
            ),
            Mistake(
                "determinant",
                "you used the determinant. That is the product of the eigenvalues; the largest one alone decides.",
                lambda X, shape: float(2 / np.linalg.det(hessian(X, shape))),
            ),
            Mistake(
                "singular value not squared",
                "you used the largest singular value of A. Its square is the eigenvalue of AᵀA.",
                lambda X, shape: float(2 / np.linalg.norm(table(X, shape), 2)),
            ),
            Mistake(
                "1 over the singular value",
                "you used 1 over the largest singular value of A. Square it first.",
                lambda X, shape: float(1 / np.linalg.norm(table(X, shape), 2)),
            ),
            Mistake(
                "the eigenvalue",
                "your result is the largest eigenvalue itself. The step is 2 divided by it.",
                lambda X, shape: float(np.linalg.eigvalsh(hessian(X, shape)).max()),
            ),
            Mistake(
                "mean loss",
                "this is the limit for the mean of the squares. Here the loss is their sum.",
                lambda X, shape: max_stable_lr(X, shape) * len(table(X, shape)),
            ),
            Mistake(
                "divided by the number of pixels",
                "your Hessian is divided by the number of pixels. Nothing is averaged.",
                lambda X, shape: max_stable_lr(X, shape) * np.size(X),
            ),
            Mistake(
                "shape exchanged",
                "you cut windows of shape (columns, rows). `shape` is (rows, columns).",
                lambda X, shape: max_stable_lr(X, shape[::-1]),
            ),
            Mistake(
                "windows do not overlap",
                "your windows do not overlap. There is one for every place of the kernel.",
                lambda X, shape: of_windows(
                    np.lib.stride_tricks.sliding_window_view(np.asarray(X, float), shape)[:: shape[0], :: shape[1]],
                    shape,
                ),
            ),
            Mistake(
                "last window left out",
                "the last row and column of windows are missing.",
                lambda X, shape: max_stable_lr(np.asarray(X)[:-1, :-1], shape),
            ),
            Mistake(
                "a bias too",
                "this is the limit with a bias: your table has a column of ones.",
                lambda X, shape: of_windows(with_ones(X, shape), np.prod(shape) + 1),
            ),
            Mistake(
                "sum of squares of the image",
                "you used the sum of the squared pixels. The windows overlap, so the pixels work together: it takes "
                "the "
                "eigenvalues of AᵀA.",
                lambda X, shape: float(1 / (np.asarray(X, float) ** 2).sum()),
            ),
            Mistake(
                "means taken away",
                "you took the mean of each column away (a covariance). The Hessian uses the pixels as they are.",
                lambda X, shape: of_windows(table(X, shape) - table(X, shape).mean(axis=0), shape),
            ),
            Mistake(
                "all eigenvalues",
                "your result has one step for each eigenvalue. The smallest of these steps is the limit.",
                lambda X, shape: 2 / np.linalg.eigvalsh(hessian(X, shape)),
            ),
            Mistake(
                "a little less",
                "your step is a little smaller than the limit. The border itself is asked for.",
                lambda X, shape: 0.99 * max_stable_lr(X, shape),
            ),
            Mistake(
                "always 1/30",
                "your result is always 1/30, the limit of the chapter's bar. It depends on the image.",
                lambda X, shape: 1 / 30,
            ),
            Mistake(
                "always 0.03",
                "your result is always 0.03. It depends on the image.",
                lambda X, shape: 0.03,
            ),
            Mistake(
                "root of the eigenvalue",
                "you divided by the root of the largest eigenvalue of the Hessian. Divide by the eigenvalue itself.",
                lambda X, shape: float(2 / np.sqrt(np.linalg.eigvalsh(hessian(X, shape)).max())),
            ),
            Mistake(
                "eigenvalue squared",
                "you divided by the square of the largest eigenvalue. Are you taking singular values of H and squaring "
                "them?",
                lambda X, shape: float(2 / np.linalg.eigvalsh(hessian(X, shape)).max() ** 2),
            ),
            Mistake(
                "2λ",
                "your result is 2 times the largest eigenvalue. The step is 2 divided by it.",
                lambda X, shape: float(2 * np.linalg.eigvalsh(hessian(X, shape)).max()),
            ),
            Mistake(
                "λ/2",
                "your result is upside down: λmax/2, where 2/λmax is meant.",
                lambda X, shape: float(np.linalg.eigvalsh(hessian(X, shape)).max() / 2),
            ),
            Mistake(
                "condition number",
                "you used the ratio of the largest and the smallest eigenvalue. The largest one alone decides.",
                lambda X, shape: float(2 / np.linalg.cond(hessian(X, shape))),
            ),
            Mistake(
                "2 over the sum of squares",
                "you divided 2 by the sum of the squared pixels. The Hessian is made of windows, which overlap.",
                lambda X, shape: float(2 / (np.asarray(X, float) ** 2).sum()),
            ),
            Mistake(
                "norm of the image",
                "you divided by the norm of the image. The Hessian is made of its windows.",
                lambda X, shape: float(2 / np.linalg.norm(np.asarray(X, float))),
            ),
            Mistake(
                "largest pixel",
                "you divided by the largest pixel. The Hessian is made of all windows.",
                lambda X, shape: float(2 / np.abs(X).max()),
            ),
            Mistake(
                "first eigenvalue left out",
                "you used the second largest eigenvalue. The largest one goes wild first.",
                lambda X, shape: float(2 / np.linalg.eigvalsh(hessian(X, shape))[-2]),
            ),
            Mistake(
                "mean of the windows",
                "your Hessian uses the mean window only. Every window counts.",
                lambda X, shape: of_windows(table(X, shape).mean(axis=0), shape),
            ),
            Mistake(
                "only the first window",
                "your Hessian uses the first window only. Every window counts.",
                lambda X, shape: of_windows(table(X, shape)[:1], shape),
            ),
        ],
    ),
    Exercise(
        fit_with_autograd,
        descent_claims(1),
        DESCENT_MISTAKES,
        allows=("torch",),
    ),
]
