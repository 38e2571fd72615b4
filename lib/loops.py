"""The two sliding-window sums as loops: the truth that everything faster in `lib` is held to."""

import numpy as np

from lib.arguments import array
from lib.errors import ShapeError


def corr2d(X, K):
    """Slide the kernel K over the image X, unflipped: what deep learning calls convolution.

    Shapes: X (H, W), K (h, w) -> (H - h + 1, W - w + 1).
    Units:  sizes in pixels; the result has the dtype in which NumPy multiplies X and K.
    Raises: ShapeError when X or K is not a matrix, or K is larger than X; TypeError when they are not numbers.
    Source: Dive into Deep Learning, "Convolutions for Images"; chapter 1.

    >>> corr2d(np.arange(9).reshape(3, 3), np.arange(4).reshape(2, 2))
    array([[19, 25],
           [37, 43]])
    """
    X, K = _matrices(X, K)
    h, w = K.shape
    Y = np.zeros((X.shape[0] - h + 1, X.shape[1] - w + 1), np.result_type(X, K))
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            Y[i, j] = (X[i : i + h, j : j + w] * K).sum(dtype=Y.dtype)
    return Y


def convolve2d(X, K):
    """Slide the kernel K over the image X, flipped in both directions: what mathematics calls convolution.

    Shapes: X (H, W), K (h, w) -> (H - h + 1, W - w + 1): the valid part, where K lies wholly on X.
    Units:  sizes in pixels; the result has the dtype in which NumPy multiplies X and K.
    Raises: ShapeError when X or K is not a matrix, or K is larger than X; TypeError when they are not numbers.
    Source: Dumoulin & Visin (2016), section 1.1; chapter 1. Equal to scipy.signal.convolve2d(X, K, mode="valid").

    >>> convolve2d(np.arange(9).reshape(3, 3), np.arange(4).reshape(2, 2))
    array([[ 5, 11],
           [23, 29]])
    """
    X, K = _matrices(X, K)
    return corr2d(X, K[::-1, ::-1])


def _matrices(X, K):
    X, K = array("X", X), array("K", K)
    for name, matrix in (("X", X), ("K", K)):
        if matrix.ndim != 2:
            raise ShapeError(f"{name} must be a matrix (height, width), but got shape {matrix.shape}")
        if 0 in matrix.shape:
            raise ShapeError(f"{name} must have at least one row and one column, but got shape {matrix.shape}")
    if K.shape[0] > X.shape[0] or K.shape[1] > X.shape[1]:
        raise ShapeError(f"K must be no larger than X, but K has shape {K.shape} and X only {X.shape}")
    return X, K
