"""Chapter 3: both gradients of a convolution, the walk downhill, and its largest step."""

import numpy as np

import lib
from lib.check import Claim, Exercise, Mistake
from lib.exercises.inputs import bar, floats, ints


def kernel_grad(X, K, Y):
    """The image slid over by twice the error."""
    return 2 * corr2d(X, error(X, K, Y))


def input_grad(dY, K):
    """Each number of dY, spread over its window in the shares that K gives; overlaps add."""
    return with_rim(lambda h, w: (h - 1, w - 1))(dY, K)


def fit_kernel(X, Y, shape, lr, steps):
    """Gradient descent on the summed squares, from a kernel of zeros."""
    return descend(X, Y, shape, lr, steps)


def max_stable_lr(X, shape):
    """2 / λmax of the Hessian 2 AᵀA, where the rows of A are the windows of X."""
    return 2 / largest(hessian(X, shape))


def fit_with_autograd(X, Y, shape, lr, steps):
    """The same walk; students let PyTorch find the gradient."""
    return descend(X, Y, shape, lr, steps)


def predict_descent():
    """Errors 5 and 2 along directions of steepness 40 and 10, after one step of 0.04; and the limit 2/40."""
    return [-3.0, 1.2, 0.05]


def corr2d(X, K):
    return lib.corr2d(np.asarray(X, dtype=float), np.asarray(K, dtype=float))


def error(X, K, Y):
    return corr2d(X, K) - Y


def descend(X, Y, shape, lr, steps, gradient=kernel_grad, start=0.0):
    K = np.full(shape, float(start))
    for _ in range(steps):
        K = K - lr * gradient(X, K, Y)
    return K


def table(X, shape):
    """The windows of X, one per row."""
    return np.lib.stride_tricks.sliding_window_view(np.asarray(X, dtype=float), shape).reshape(-1, int(np.prod(shape)))


def hessian(X, shape):
    return 2 * table(X, shape).T @ table(X, shape)


def largest(H):
    """The largest eigenvalue."""
    return float(np.linalg.eigvalsh(H)[-1])


BAR = bar(6, 8, 2, 6).astype(int)
TARGET = corr2d(BAR, np.array([[2, -2]]))

# --- the prediction ---------------------------------------------------------------------------------------------------

PREDICTION = Exercise(
    predict_descent,
    [Claim("the prediction", 1, [()])],
    [
        Mistake(name, says, lambda predicted=predicted: predicted)
        for name, says, predicted in [
            # in both errors
            (
                "factor without 1",
                "you multiplied the errors by lr · λ. That is the length of the step; it is taken away from the error.",
                [8.0, 0.8, 0.05],
            ),
            (
                "lr λ subtracted",
                "you subtracted lr · λ itself. The step is lr · λ times the error.",
                [3.4, 1.6, 0.05],
            ),
            (
                "uphill",
                "your errors grow. The step goes against the gradient: 1 minus lr · λ.",
                [13.0, 2.8, 0.05],
            ),
            (
                "λ left out",
                "you multiplied both errors by 1 − lr. Each direction has its own steepness.",
                [4.8, 1.92, 0.05],
            ),
            (
                "directions exchanged",
                "the steepnesses are exchanged. The error 5 lies along the steep direction, 40.",
                [3.0, -1.2, 0.05],
            ),
            (
                "factor 2 counted twice",
                "you used 1 − 2 · lr · λ. The factor 2 of the squares is part of the Hessian already.",
                [-11.0, 0.4, 0.05],
            ),
            (
                "half of λ",
                "you used 1 − lr · λ / 2. The factor 2 of the squares is part of the Hessian already.",
                [1.0, 1.6, 0.05],
            ),
            ("the factors", "you give the factors. Multiply the errors by them.", [-0.6, 0.6, 0.05]),
            (
                "two steps",
                "you took two steps. One step multiplies each error once.",
                [1.8, 0.72, 0.05],
            ),
            ("no step", "your errors are those of the start. Take one step.", [5.0, 2.0, 0.05]),
            (
                "all at once",
                "your errors are 0. One step lands in the valley only where lr · λ is 1.",
                [0.0, 0.0, 0.05],
            ),
            # in one of the numbers
            (
                "sign lost",
                "the sizes are right, but a sign is lost. A step that is longer than the distance lands on the other "
                "side.",
                [3.0, 1.2, 0.05],
            ),
            (
                "one steepness for both",
                "you used the larger steepness in both directions. Each direction has its own.",
                [-3.0, -1.2, 0.05],
            ),
            (
                "the step added to the flat error",
                "along the flat direction you took the step in the wrong direction.",
                [-3.0, 2.8, 0.05],
            ),
            (
                "1/λ",
                "your largest step is 1/λ. That step lands exactly in the valley; up to which step is the factor above "
                "−1?",
                [-3.0, 1.2, 0.025],
            ),
            (
                "the flat direction decides",
                "your largest step fits the flat direction. The steep one goes wild first.",
                [-3.0, 1.2, 0.2],
            ),
            (
                "1/λ of the flat direction",
                "your largest step lands in the valley along the flat direction. The steep one goes wild before.",
                [-3.0, 1.2, 0.1],
            ),
            (
                "the sum decides",
                "your largest step uses both steepnesses together. Each direction has a limit of its own; the smaller "
                "one counts.",
                [-3.0, 1.2, 0.04],
            ),
            (
                "the mean decides",
                "your largest step uses the mean of both steepnesses. Each direction has a limit of its own; the "
                "smaller one counts.",
                [-3.0, 1.2, 0.08],
            ),
        ]
    ],
)

# --- gradients that are wrong in the same way by themselves and on a walk ---------------------------------------------

FACTORS = [  # name, what is said, what the gradient is multiplied by
    (
        "no factor 2",
        "the factor 2 is missing. The derivative of a square has one.",
        lambda X, K, Y: 1 / 2,
    ),
    ("factor 2 twice", "your gradient is twice the right one. Is the factor 2 counted twice?", lambda X, K, Y: 2),
    ("mean loss", "your loss is the mean of the squares. Here it is their sum.", lambda X, K, Y: 1 / np.size(Y)),
    (
        "mean loss, no factor 2",
        "your loss is half the mean of the squares. Here it is their sum.",
        lambda X, K, Y: 1 / np.size(Y) / 2,
    ),
    (
        "divided by the kernel's size",
        "your gradient is divided by the number of kernel numbers. It is not divided by anything.",
        lambda X, K, Y: 1 / np.size(K),
    ),
    (
        "divided by the image's size",
        "your gradient is divided by the number of pixels. Nothing is averaged here.",
        lambda X, K, Y: 1 / np.size(X),
    ),
    (
        "divided by the number of rows",
        "your gradient is divided by the number of rows. Nothing is averaged here.",
        lambda X, K, Y: 1 / len(Y),
    ),
    (
        "root of the loss",
        "you take the root of the sum of squares. Here the loss is the sum itself.",
        lambda X, K, Y: 1 / 2 / np.linalg.norm(error(X, K, Y)),
    ),
    (
        "length 1",
        "your gradient is scaled to length 1. Its length says how steep it is; keep it.",
        lambda X, K, Y: 1 / np.linalg.norm(kernel_grad(X, K, Y)),
    ),
    (
        "times the loss",
        "your gradient is multiplied by the loss.",
        lambda X, K, Y: (error(X, K, Y) ** 2).sum(),
    ),
]

GRADIENTS = [
    *((name, says, lambda X, K, Y, f=f: kernel_grad(X, K, Y) * f(X, K, Y)) for name, says, f in FACTORS),
    (
        "absolute errors",
        "your loss is the sum of the absolute errors, not of their squares.",
        lambda X, K, Y: corr2d(X, np.sign(error(X, K, Y))),
    ),
    (
        "absolute errors, factor 2",
        "your loss is the sum of the absolute errors, not of their squares; and a 2 stands before it.",
        lambda X, K, Y: 2 * corr2d(X, np.sign(error(X, K, Y))),
    ),
    (
        "errors without sign",
        "you slid the absolute errors over the image. An error keeps its sign.",
        lambda X, K, Y: 2 * corr2d(X, np.abs(error(X, K, Y))),
    ),
    (
        "squared errors",
        "you slid the squared errors over the image. The derivative of a square has the error itself.",
        lambda X, K, Y: corr2d(X, error(X, K, Y) ** 2),
    ),
    (
        "twice the squared errors",
        "you slid twice the squared errors over the image. The derivative of a square has the error itself.",
        lambda X, K, Y: 2 * corr2d(X, error(X, K, Y) ** 2),
    ),
    (
        "signs only",
        "your gradient is made of signs only, or cut off at −1 and 1. Keep its size: it says how steep it is.",
        lambda X, K, Y: np.sign(kernel_grad(X, K, Y)),
    ),
    (
        "gradient flipped",
        "your gradient is turned by half a turn. Which pixel does K[0, 0] meet in the first window?",
        lambda X, K, Y: kernel_grad(X, K, Y)[::-1, ::-1],
    ),
    (
        "forward flipped",
        "your results come from a true convolution, and your gradient does not. Here both are cross-correlations.",
        lambda X, K, Y: 2 * corr2d(X, error(X, np.asarray(K)[::-1, ::-1], Y)),
    ),
    (
        "error flipped",
        "you slide a turned error over the image. The turn belongs to the gradient in the image, not in the kernel.",
        lambda X, K, Y: 2 * corr2d(X, error(X, K, Y)[::-1, ::-1]),
    ),
    (
        "image flipped",
        "you turned the image round before you slid the error over it.",
        lambda X, K, Y: 2 * corr2d(np.asarray(X)[::-1, ::-1], error(X, K, Y)),
    ),
    (
        "pixels without sign",
        "you slid the error over the absolute pixels. A pixel keeps its sign.",
        lambda X, K, Y: 2 * corr2d(np.abs(X), error(X, K, Y)),
    ),
    (
        "image left out",
        "every number of your gradient is twice the sum of the errors. Each error counts with the pixel that the "
        "kernel's number met.",
        lambda X, K, Y: np.full(np.shape(K), 2 * error(X, K, Y).sum()),
    ),
    (
        "mean error for all",
        "every number of your gradient is twice the mean error. Each error counts with the pixel that the kernel's "
        "number met.",
        lambda X, K, Y: np.full(np.shape(K), 2 * error(X, K, Y).mean()),
    ),
    (
        "mean gradient for all",
        "every number is the mean of the gradient. Each number of K has its own slope.",
        lambda X, K, Y: np.full(np.shape(K), kernel_grad(X, K, Y).mean()),
    ),
    (
        "target added",
        "your error is result plus target, as if the target were −Y. It is their difference.",
        lambda X, K, Y: 2 * corr2d(X, corr2d(X, K) + Y),
    ),
    (
        "only the first window",
        "only the first window's error counts. All windows do: add them (`+=`, not a `return` in the loop).",
        lambda X, K, Y: 2 * error(X, K, Y)[0, 0] * np.asarray(X, float)[: np.shape(K)[0], : np.shape(K)[1]],
    ),
    (
        "only the last window",
        "only the last window's error counts. Each window's share must be added to the ones before (`+=`, not `=`).",
        lambda X, K, Y: 2 * error(X, K, Y)[-1, -1] * np.asarray(X, float)[-np.shape(K)[0] :, -np.shape(K)[1] :],
    ),
]

# --- kernel_grad ------------------------------------------------------------------------------------------------------


def gradient_inputs(rng, image, kernel, kinds=(floats, floats, floats)):
    places = (image[0] - kernel[0] + 1, image[1] - kernel[1] + 1)
    return tuple(kind(rng, *shape) for kind, shape in zip(kinds, (image, kernel, places), strict=True))


KERNEL_GRAD = Exercise(
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
        *(Mistake(*entry) for entry in GRADIENTS),
        Mistake(
            "wrong sign",
            "every sign is turned round. The gradient points uphill; is your error Y minus the result?",
            lambda X, K, Y: -kernel_grad(X, K, Y),
        ),
        *(
            Mistake(
                f"wrong sign, {name}", f"the sign is turned round, and {says}", lambda X, K, Y, m=model: -m(X, K, Y)
            )
            for name, says, model in GRADIENTS[:4]
            if name != "factor 2 twice"
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
            "squared gradient",
            "your gradient is squared.",
            lambda X, K, Y: kernel_grad(X, K, Y) ** 2 / 2,
        ),
        Mistake(
            "multiplied by K",
            "your gradient is multiplied by K. The derivative of X·K in K is X.",
            lambda X, K, Y: kernel_grad(X, K, Y) * K,
        ),
        Mistake(
            "the next kernel",
            "your result is the kernel after a step, K minus the gradient. Only the gradient is asked for.",
            lambda X, K, Y: K - kernel_grad(X, K, Y),
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
            "the loss",
            "your result is the loss, one number. The gradient has one number for each number in K.",
            lambda X, K, Y: float((error(X, K, Y) ** 2).sum()),
        ),
        Mistake("the error", "your result is the error map. The gradient has the shape of K.", error),
        Mistake(
            "input gradient",
            "this is the gradient in the image X. The gradient in the kernel has the shape of K.",
            lambda X, K, Y: input_grad(2 * error(X, K, Y), K),
        ),
    ],
    window=lambda at, X, K, Y: X[at[0] : at[0] + Y.shape[0], at[1] : at[1] + Y.shape[1]],
)

# --- input_grad -------------------------------------------------------------------------------------------------------


def with_rim(size, turn=lambda K: K[::-1, ::-1], mode="constant"):
    """dY with a rim of size(h, w) = (rows, columns) on every side, or of ((above, below), …); then K slides over it."""

    def made(dY, K):
        K = np.asarray(K, dtype=float)
        rows, columns = (side if isinstance(side, tuple) else (side, side) for side in size(*K.shape))
        return corr2d(np.pad(np.asarray(dY, dtype=float), (rows, columns), mode), turn(K))

    return made


def scattered(combine):
    """The windows of the input gradient, put together by `combine`(what is there, what comes)."""

    def made(dY, K):
        dY, K = np.asarray(dY, dtype=float), np.asarray(K, dtype=float)
        (h, w) = K.shape
        dX = np.zeros((dY.shape[0] + h - 1, dY.shape[1] + w - 1))
        for i, j in np.ndindex(*dY.shape):
            dX[i : i + h, j : j + w] = combine(dX[i : i + h, j : j + w], dY[i, j] * K)
        return dX

    return made


def one_window(at, before):
    """The share of one number of dY only."""
    return lambda dY, K: np.pad(
        np.asarray(dY, float)[at, at] * K, [(n - 1, 0) if before else (0, n - 1) for n in dY.shape]
    )


def whole(h, w):
    return h - 1, w - 1


INPUT_GRAD = Exercise(
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
        # the kernel
        Mistake(
            "not flipped",
            "your kernel is not turned. Write out which results pixel 1 takes part in: its shares run backwards.",
            with_rim(whole, lambda K: K),
        ),
        Mistake(
            "flipped top to bottom only",
            "you turned the kernel top to bottom only. Half a turn reverses its rows and its columns.",
            with_rim(whole, lambda K: K[::-1]),
        ),
        Mistake(
            "flipped left to right only",
            "you turned the kernel left to right only. Half a turn reverses its rows and its columns.",
            with_rim(whole, lambda K: K[:, ::-1]),
        ),
        Mistake(
            "transposed for flipped",
            "you transposed the kernel (K.T) where it should be turned by half a turn.",
            with_rim(whole, lambda K: K.T),
        ),
        Mistake(
            "quarter turn",
            "you turned the kernel by a quarter turn (np.rot90). It takes half a turn: two quarters.",
            with_rim(whole, np.rot90),
        ),
        Mistake(
            "kernel transposed",
            "rows and columns of the kernel are exchanged. (The transpose of an operation is not K.T.)",
            lambda dY, K: input_grad(dY, np.asarray(K).T),
        ),
        # the rim
        Mistake(
            "valid",
            "your result is smaller than dY. X is larger than dY: there were H' + h − 1 rows.",
            with_rim(lambda h, w: (0, 0)),
        ),
        Mistake(
            "valid, not flipped",
            "your result is smaller than dY, and the kernel is not turned. X is larger than dY.",
            corr2d,
        ),
        Mistake(
            "same",
            "your result is as large as dY. X is larger: each side lost pixels on the way forward.",
            with_rim(lambda h, w: ((h // 2, (h - 1) // 2), (w // 2, (w - 1) // 2))),
        ),
        Mistake(
            "one zero too many",
            "your rim of zeros is as wide as the kernel; it should be one narrower.",
            with_rim(lambda h, w: (h, w)),
        ),
        Mistake(
            "rim always 1",
            "your rim of zeros is always 1 wide. It depends on the kernel.",
            with_rim(lambda h, w: (1, 1)),
        ),
        Mistake(
            "rim exchanged",
            "your rim is w − 1 rows and h − 1 columns wide. It is h − 1 rows and w − 1 columns.",
            with_rim(lambda h, w: (w - 1, h - 1)),
        ),
        Mistake(
            "rim by height only",
            "your rim is h − 1 wide on all sides. From left to right it is w − 1.",
            with_rim(lambda h, w: (h - 1, h - 1)),
        ),
        Mistake(
            "rim by width only",
            "your rim is w − 1 wide on all sides. Above and below it is h − 1.",
            with_rim(lambda h, w: (w - 1, w - 1)),
        ),
        Mistake(
            "zeros only below and to the right",
            "your zeros stand below and to the right only, twice as many as needed there. They belong on all four "
            "sides.",
            with_rim(lambda h, w: ((0, 2 * h - 2), (0, 2 * w - 2))),
        ),
        Mistake(
            "edge repeated",
            "your rim repeats the border of dY. It should be zeros: outside there are no results.",
            with_rim(whole, mode="edge"),
        ),
        Mistake(
            "one row and column too many",
            "your result has one row and one column too many. X has H' + h − 1 rows.",
            lambda dY, K: np.pad(input_grad(dY, K), ((0, 1), (0, 1))),
        ),
        # the shares
        Mistake(
            "overlaps overwritten",
            "where windows overlap, the last one wins. A pixel that takes part in several results gets all the shares, "
            "added (`+=`, not `=`).",
            scattered(lambda old, new: new),
        ),
        Mistake(
            "overlaps averaged",
            "shares of the same pixel are averaged. They are added.",
            lambda dY, K: input_grad(dY, K) / input_grad(np.ones(dY.shape), np.ones(K.shape)),
        ),
        Mistake(
            "largest share",
            "only the largest share of a pixel counts. They are added.",
            scattered(np.maximum),
        ),
        Mistake(
            "windows side by side",
            "your windows stand side by side (a Kronecker product). They overlap: each is one pixel further.",
            lambda dY, K: np.kron(np.asarray(dY, float), K),
        ),
        Mistake(
            "only the first window",
            "only the first window's shares are there. Is there a `return` inside the loop?",
            one_window(0, before=False),
        ),
        Mistake(
            "only the last window",
            "only the last window's shares remain. Is the result set to zero inside the loop?",
            one_window(-1, before=True),
        ),
        *(
            Mistake(
                f"last {what} of dY left out",
                f"the last {what} of dY spreads no shares. Where does the loop over its {what}s end?",
                lambda dY, K, kept=kept: input_grad(
                    np.pad(dY[kept], [(0, n) for n in np.subtract(dY.shape, dY[kept].shape)]), K
                ),
            )
            for what, kept in [("row", np.s_[:-1]), ("column", np.s_[:, :-1])]
        ),
        Mistake(
            "dY left out",
            "dY plays no part: this is the gradient of the plain sum of the results.",
            lambda dY, K: input_grad(np.ones(dY.shape), K),
        ),
        Mistake(
            "kernel left out",
            "the kernel plays no part: each dY is spread evenly over its window.",
            lambda dY, K: input_grad(dY, np.ones(K.shape)),
        ),
        Mistake(
            "shares without sign",
            "your shares have lost their signs.",
            lambda dY, K: input_grad(np.abs(dY), np.abs(K)),
        ),
        Mistake(
            "factor 2",
            "your result has a factor 2. dY is the gradient of the loss already; nothing is squared here.",
            lambda dY, K: 2 * input_grad(dY, K),
        ),
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
            "dY times the sum of K",
            "your result multiplies all of dY by the sum of K. Each pixel gets its own shares.",
            lambda dY, K: np.asarray(dY, float) * np.sum(K),
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
    ],
    window=lambda at, dY, K: dY[max(at[0] - K.shape[0] + 1, 0) : at[0] + 1, max(at[1] - K.shape[1] + 1, 0) : at[1] + 1],
)

# --- fit_kernel and fit_with_autograd ---------------------------------------------------------------------------------


def walk(step):
    """A walk whose state is any list that begins with the kernel; step(state, number, X, Y, lr) gives the next one."""

    def made(X, Y, shape, lr, steps):
        state = [np.zeros(shape), np.zeros(shape), np.zeros(shape)]
        for number in range(1, steps + 1):
            state = step(state, number, X, Y, lr)
        return state[0]

    return made


def piled_up(state, number, X, Y, lr):
    K, total, _ = state
    total = total + kernel_grad(X, K, Y)
    return K - lr * total, total, 0


def momentum(state, number, X, Y, lr):
    K, moving, _ = state
    moving = 0.9 * moving + kernel_grad(X, K, Y)
    return K - lr * moving, moving, 0


def adam(state, number, X, Y, lr):
    """torch.optim.Adam with its usual settings."""
    K, mean, square = state
    gradient = kernel_grad(X, K, Y)
    mean, square = 0.9 * mean + 0.1 * gradient, 0.999 * square + 0.001 * gradient**2
    return K - lr * mean / (1 - 0.9**number) / (np.sqrt(square / (1 - 0.999**number)) + 1e-8), mean, square


def slower_and_slower(state, number, X, Y, lr):
    return state[0] - lr / number * kernel_grad(X, state[0], Y), 0, 0


def replaced(state, number, X, Y, lr):
    return -lr * kernel_grad(X, state[0], Y), 0, 0


def with_bias(state, number, X, Y, lr):
    """A bias is trained too, which the result leaves out."""
    K, c, _ = state
    off = error(X, K, Y) + np.max(c)
    return K - lr * 2 * corr2d(X, off), np.max(c) - lr * 2 * off.sum(), 0


def window_by_window(state, number, X, Y, lr):
    K = state[0].ravel()
    for part, wanted in zip(table(X, state[0].shape), np.ravel(Y), strict=True):
        K = K - lr * 2 * (part @ K - wanted) * part
    return K.reshape(state[0].shape), 0, 0


def number_by_number(state, number, X, Y, lr):
    K = state[0].copy()
    for at in np.ndindex(*K.shape):
        K[at] -= lr * kernel_grad(X, K, Y)[at]
    return K, 0, 0


def losses(X, Y, shape, lr, steps):
    return [float((error(X, descend(X, Y, shape, lr, n), Y) ** 2).sum()) for n in range(steps)]


def descent_inputs(rng, image, shape, lr, steps, kind=floats):
    places = (image[0] - shape[0] + 1, image[1] - shape[1] + 1)
    return (kind(rng, *image), floats(rng, *places), shape, lr, steps)


DESCENT_CLAIMS = [
    Claim("ten steps on the bar", 1, [(BAR, TARGET, (1, 2), 0.03, 10)]),
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
    *(
        Mistake(name, says, lambda *given, model=model: descend(*given, gradient=model))
        for name, says, model in [
            *GRADIENTS,
            (
                "the first gradient in every step",
                "every step uses the gradient of the start. Compute it anew, from the kernel as it is now.",
                lambda X, K, Y: kernel_grad(X, 0 * K, Y),
            ),
        ]
    ),
    *(
        Mistake(name, says, walk(step))
        for name, says, step in [
            (
                "gradients pile up",
                "your gradients pile up: each is added to all before it. Begin every step with a fresh gradient "
                "(in PyTorch: set it to zero).",
                piled_up,
            ),
            (
                "kernel replaced",
                "each step puts −lr · gradient in the place of the kernel. A step is added to the kernel as it is.",
                replaced,
            ),
            (
                "a step for every window",
                "you take a step after every single window. Here one step uses all windows at once.",
                window_by_window,
            ),
            (
                "number by number",
                "you change the first number of the kernel before you compute the gradient of the next. Compute the "
                "whole gradient first.",
                number_by_number,
            ),
            (
                "a bias too",
                "you train a bias as well (`bias=True` is the default of a PyTorch layer). Here there is only the "
                "kernel.",
                with_bias,
            ),
            (
                "slower and slower",
                "your learning rate shrinks from step to step. Here it stays the same.",
                slower_and_slower,
            ),
            (
                "momentum",
                "your steps keep 0.9 of the step before (momentum). Here each step uses its own gradient only.",
                momentum,
            ),
            ("Adam", "your steps are Adam's. Here each step is the learning rate times the gradient.", adam),
        ]
    ),
    *(
        Mistake(name, says, lambda X, Y, shape, lr, steps, other=other: descend(X, Y, shape, other(lr), steps))
        for name, says, other in [
            ("uphill", "your walk goes uphill: the loss grows. The gradient is subtracted.", lambda lr: -lr),
            ("learning rate left out", "the learning rate plays no part in your steps.", lambda lr: 1),
            ("learning rate squared", "the learning rate is used twice in each step.", lambda lr: lr**2),
            (
                "divided by the learning rate",
                "you divide by the learning rate. The step is the gradient times the learning rate.",
                lambda lr: 1 / lr,
            ),
            ("always 0.01", "your learning rate is always 0.01. Use the argument lr.", lambda lr: 0.01),
            ("always 0.03", "your learning rate is always 0.03. Use the argument lr.", lambda lr: 0.03),
            ("always 0.1", "your learning rate is always 0.1. Use the argument lr.", lambda lr: 0.1),
        ]
    ),
    *(
        Mistake(name, says, lambda X, Y, shape, lr, steps, other=other: descend(X, Y, shape, lr, other(steps)))
        for name, says, other in [
            ("one step too many", "your walk takes one step too many. Count them for steps=1.", lambda n: n + 1),
            ("one step too few", "your walk takes one step too few. Count them for steps=1.", lambda n: n - 1),
            (
                "only the first step",
                "only one step remains. Is there a `return` inside the loop, or is the kernel set back to zero in "
                "every step?",
                lambda n: min(n, 1),
            ),
            ("no step", "your kernel never moves. Is the step put back into the kernel?", lambda n: 0),
            ("always ten steps", "you always take ten steps. Use the argument steps.", lambda n: 10),
            ("always a hundred steps", "you always take a hundred steps. Use the argument steps.", lambda n: 100),
        ]
    ),
    Mistake(
        "starts at one",
        "your walk starts from a kernel of ones. It should start from zeros.",
        lambda *given: descend(*given, start=1),
    ),
    Mistake(
        "solved at once",
        "your result is the best kernel itself, not where the walk stands after so many steps.",
        lambda X, Y, shape, lr, steps: np.linalg.lstsq(table(X, shape), np.ravel(Y) + 0.0, rcond=None)[0].reshape(
            shape
        ),
    ),
    Mistake(
        "flipped",
        "your kernel is turned by half a turn: you use true convolution. Here it is cross-correlation.",
        lambda *given: descend(*given)[::-1, ::-1],
    ),
    # what is returned
    Mistake(
        "the gradient",
        "your result is the last gradient, not the kernel.",
        lambda X, Y, shape, lr, steps: kernel_grad(X, descend(X, Y, shape, lr, max(steps - 1, 0)), Y),
    ),
    Mistake("the losses", "your result is the list of losses. The kernel is asked for.", losses),
    Mistake(
        "kernel and losses",
        "your result is a pair of kernel and losses. Only the kernel is asked for.",
        lambda *given: (descend(*given), losses(*given)),
    ),
    Mistake(
        "the last loss",
        "your result is a loss, one number. The kernel is asked for.",
        lambda X, Y, *rest: float((error(X, descend(X, Y, *rest), Y) ** 2).sum()),
    ),
    Mistake(
        "every kernel",
        "your result is every kernel on the way. Only the last one is asked for.",
        lambda X, Y, shape, lr, steps: np.array([descend(X, Y, shape, lr, n) for n in range(steps + 1)]),
    ),
    Mistake(
        "the feature map",
        "your result is the kernel's feature map. The kernel is asked for.",
        lambda X, *rest: corr2d(X, descend(X, *rest)),
    ),
]

# --- max_stable_lr ----------------------------------------------------------------------------------------------------

DECIDES = "The largest one alone decides."

MAX_STABLE_LR = Exercise(
    max_stable_lr,
    [
        Claim("the bar of the chapter", 1, [(BAR, (1, 2))]),
        Claim("a kernel that is not square", 1, lambda rng: [(floats(rng, 5, 7), (2, 3)), (ints(rng, 4, 6), (3, 1))]),
        Claim("a valley with a flat floor", 1, [(np.ones((4, 5)) * [[1], [1], [0], [1]], (1, 2))]),
        Claim(
            "other images",
            2,
            lambda rng: [(floats(rng, *rng.integers(4, 8, 2)), shape) for shape in [(1, 3), (2, 1), (3, 2), (1, 1)]],
            hidden=True,
        ),
    ],
    [
        *(
            Mistake(name, says, lambda X, shape, model=model: model(hessian(X, shape)))
            for name, says, model in [
                (
                    "1/λ",
                    "your step is 1/λmax, half the right one. It lands in the valley; up to which step is the factor "
                    "above −1?",
                    lambda H: 1 / largest(H),
                ),
                (
                    "Hessian without its 2",
                    "your step is twice the right one. The loss is a square, so its Hessian is 2 AᵀA, not AᵀA.",
                    lambda H: 4 / largest(H),
                ),
                (
                    "four times",
                    "your step is four times the right one. Count the factors 2: one in the Hessian, one above λ.",
                    lambda H: 8 / largest(H),
                ),
                (
                    "a quarter",
                    "your step is a quarter of the right one. Count the factors 2: one in the Hessian, one above λ.",
                    lambda H: 0.5 / largest(H),
                ),
                (
                    "a little less",
                    "your step is a little smaller than the limit. The border itself is asked for.",
                    lambda H: 0.99 * 2 / largest(H),
                ),
                (
                    "the eigenvalue",
                    "your result is the largest eigenvalue itself. The step is 2 divided by it.",
                    largest,
                ),
                (
                    "2λ",
                    "your result is 2 times the largest eigenvalue. The step is 2 divided by it.",
                    lambda H: 2 * largest(H),
                ),
                (
                    "λ/2",
                    "your result is upside down: λmax/2, where 2/λmax is meant.",
                    lambda H: largest(H) / 2,
                ),
                (
                    "root of the eigenvalue",
                    "you divided by the root of the largest eigenvalue of the Hessian. Divide by the eigenvalue "
                    "itself.",
                    lambda H: 2 / largest(H) ** 0.5,
                ),
                (
                    "singular value not squared",
                    "you used the largest singular value of A. Its square is the eigenvalue of AᵀA.",
                    lambda H: 2 / (largest(H) / 2) ** 0.5,
                ),
                (
                    "1 over the singular value",
                    "you used 1 over the largest singular value of A. Square it first.",
                    lambda H: 1 / (largest(H) / 2) ** 0.5,
                ),
                (
                    "eigenvalue squared",
                    "you divided by the square of the largest eigenvalue. Are you taking singular values of H and "
                    "squaring them?",
                    lambda H: 2 / largest(H) ** 2,
                ),
                (
                    "smallest eigenvalue",
                    "you used the smallest eigenvalue. The steepest direction goes wild first. (eigvalsh sorts "
                    "upwards.)",
                    lambda H: float(2 / np.linalg.eigvalsh(H)[0]),
                ),
                (
                    "second largest eigenvalue",
                    "you used the second largest eigenvalue. The largest one goes wild first.",
                    lambda H: float(2 / np.linalg.eigvalsh(H)[-2]),
                ),
                (
                    "sum of the eigenvalues",
                    f"you divided by the sum of all eigenvalues (the trace). {DECIDES}",
                    lambda H: float(2 / np.trace(H)),
                ),
                (
                    "mean of the eigenvalues",
                    f"you divided by the mean of the eigenvalues. {DECIDES}",
                    lambda H: float(2 * len(H) / np.trace(H)),
                ),
                (
                    "largest and smallest",
                    "you used the largest and the smallest eigenvalue together. That is the fastest step, not the "
                    "largest stable one.",
                    lambda H: float(2 / np.linalg.eigvalsh(H)[[0, -1]].sum()),
                ),
                (
                    "condition number",
                    f"you used the ratio of the largest and the smallest eigenvalue. {DECIDES}",
                    lambda H: float(2 / np.linalg.cond(H)),
                ),
                (
                    "determinant",
                    f"you used the determinant. That is the product of the eigenvalues. {DECIDES}",
                    lambda H: float(2 / np.linalg.det(H)),
                ),
                (
                    "all eigenvalues",
                    "your result has one step for each eigenvalue. The smallest of these steps is the limit.",
                    lambda H: 2 / np.linalg.eigvalsh(H),
                ),
                (
                    "largest number on the diagonal",
                    "you used the largest number of the Hessian, which is on its diagonal. The steepest direction may "
                    "lie between the axes.",
                    lambda H: float(2 / np.diag(H).max()),
                ),
                (
                    "sum of the Hessian",
                    "you divided by the sum of all numbers in the Hessian. Its largest eigenvalue is asked for.",
                    lambda H: float(2 / np.abs(H).sum()),
                ),
                (
                    "largest row sum",
                    "you used the largest row sum of the Hessian. That is only a bound for its largest eigenvalue.",
                    lambda H: float(2 / np.abs(H).sum(axis=1).max()),
                ),
                (
                    "norm of the Hessian",
                    "you used the root of the sum of squares (np.linalg.norm). The largest eigenvalue is asked for.",
                    lambda H: float(2 / np.linalg.norm(H)),
                ),
            ]
        ),
        *(
            Mistake(name, says, lambda X, shape, model=model: 1 / largest(model(table(X, shape))))
            for name, says, model in [  # 2 AᵀA with another A
                (
                    "a bias too",
                    "this is the limit with a bias: your table has a column of ones.",
                    lambda A: np.c_[A, np.ones(len(A))].T @ np.c_[A, np.ones(len(A))],
                ),
                (
                    "means taken away",
                    "you took the mean of each column away (a covariance). The Hessian uses the pixels as they are.",
                    lambda A: (A - A.mean(axis=0)).T @ (A - A.mean(axis=0)),
                ),
                (
                    "mean of the windows",
                    "your Hessian uses the mean window only. Every window counts.",
                    lambda A: np.outer(A.mean(axis=0), A.mean(axis=0)),
                ),
                (
                    "only the first window",
                    "your Hessian uses the first window only. Every window counts.",
                    lambda A: np.outer(A[0], A[0]),
                ),
                (
                    "mean loss",
                    "this is the limit for the mean of the squares. Here the loss is their sum.",
                    lambda A: A.T @ A / len(A),
                ),
            ]
        ),
        *(
            Mistake(name, says, lambda X, shape, model=model: float(model(np.asarray(X, float))))
            for name, says, model in [
                (
                    "sum of squares of the image",
                    "you used the sum of the squared pixels. The windows overlap, so the pixels work together: it "
                    "takes the eigenvalues of AᵀA.",
                    lambda X: 1 / (X**2).sum(),
                ),
                (
                    "2 over the sum of squares",
                    "you divided 2 by the sum of the squared pixels. The Hessian is made of windows, which overlap.",
                    lambda X: 2 / (X**2).sum(),
                ),
                (
                    "norm of the image",
                    "you divided by the norm of the image. The Hessian is made of its windows.",
                    lambda X: 2 / np.linalg.norm(X),
                ),
                (
                    "largest pixel",
                    "you divided by the largest pixel. The Hessian is made of all windows.",
                    lambda X: 2 / np.abs(X).max(),
                ),
                (
                    "always 1/30",
                    "your result is always 1/30, the limit of the chapter's bar. It depends on the image.",
                    lambda X: 1 / 30,
                ),
                ("always 0.03", "your result is always 0.03. It depends on the image.", lambda X: 0.03),
            ]
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
            lambda X, shape: 1 / largest((lambda A: A.T @ A)(apart(X, shape))),
        ),
        Mistake(
            "last window left out",
            "the last row and column of windows are missing.",
            lambda X, shape: max_stable_lr(np.asarray(X)[:-1, :-1], shape),
        ),
    ],
)


def apart(X, shape):
    """The windows of X that do not overlap, one per row."""
    windows = np.lib.stride_tricks.sliding_window_view(np.asarray(X, float), shape)[:: shape[0], :: shape[1]]
    return windows.reshape(-1, int(np.prod(shape)))


EXERCISES = [
    PREDICTION,
    KERNEL_GRAD,
    INPUT_GRAD,
    Exercise(fit_kernel, DESCENT_CLAIMS, DESCENT_MISTAKES),
    MAX_STABLE_LR,
    Exercise(fit_with_autograd, DESCENT_CLAIMS, DESCENT_MISTAKES, allows=("torch",)),
]
