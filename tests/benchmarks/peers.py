"""What a learner would otherwise use for a two-dimensional convolution. Each takes (x, weight, stride, padding)."""

import numpy as np
from numpy.lib.stride_tricks import as_strided, sliding_window_view
from scipy import signal


def _pad(x, padding):
    return np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding))) if padding else x


def _sizes(x, weight, stride):
    return tuple((n - k) // stride + 1 for n, k in zip(x.shape[2:], weight.shape[2:], strict=True))


def loops(x, weight, stride=1, padding=0):
    """A window at a time, as corr2d does."""
    x = _pad(x, padding)
    height, width = _sizes(x, weight, stride)
    y = np.zeros((len(x), len(weight), height, width), x.dtype)
    kh, kw = weight.shape[2:]
    for n, o, i, j in np.ndindex(*y.shape):
        y[n, o, i, j] = (x[n, :, i * stride : i * stride + kh, j * stride : j * stride + kw] * weight[o]).sum()
    return y


def _indices(x, weight, stride):
    """The three index arrays that pick every window: channels, rows, columns, each (taps, positions)."""
    (channels, kh, kw), (height, width) = weight.shape[1:], _sizes(x, weight, stride)
    i = np.tile(np.repeat(np.arange(kh), kw), channels)[:, None] + stride * np.repeat(np.arange(height), width)
    j = np.tile(np.arange(kw), kh * channels)[:, None] + stride * np.tile(np.arange(width), height)
    return np.repeat(np.arange(channels), kh * kw)[:, None], i, j


def index_im2col(x, weight, stride=1, padding=0):
    """All windows by index arrays, as university courses teach it, and one matrix multiplication."""
    x = _pad(x, padding)
    columns = x[:, *_indices(x, weight, stride)]
    columns = columns.transpose(1, 2, 0).reshape(columns.shape[1], -1)
    y = weight.reshape(len(weight), -1) @ columns
    return y.reshape(len(weight), *_sizes(x, weight, stride), len(x)).transpose(3, 0, 1, 2)


def numpy_ml_im2col(x, weight, stride=1, padding=0):
    """The same in the arrangement of the numpy-ml package: channels last outside, indices rebuilt inside."""
    last, kernels = x.transpose(0, 2, 3, 1).copy(), weight.transpose(2, 3, 1, 0).copy()
    last = np.pad(last, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    first = last.transpose(0, 3, 1, 2)
    columns = first[:, *_indices(first, weight, stride)]
    columns = columns.transpose(1, 2, 0).reshape(columns.shape[1], -1)
    y = kernels.transpose(3, 2, 0, 1).reshape(len(weight), -1) @ columns
    y = y.reshape(len(weight), *_sizes(first, weight, stride), len(x)).transpose(3, 1, 2, 0)
    return np.ascontiguousarray(y).transpose(0, 3, 1, 2)


def strided_im2col(x, weight, stride=1, padding=0):
    """All windows as a strided view, copied whole, and one matrix multiplication for each image."""
    x = _pad(x, padding)
    (n, c, h, w), sizes = x.strides, _sizes(x, weight, stride)
    view = as_strided(x, (*x.shape[:2], *weight.shape[2:], *sizes), (n, c, h, w, h * stride, w * stride))
    columns = view.reshape(len(x), weight[0].size, -1)
    return (weight.reshape(len(weight), -1) @ columns).reshape(len(x), len(weight), *sizes)


def tensordot(x, weight, stride=1, padding=0):
    """NumPy's sliding windows and NumPy's tensordot."""
    view = sliding_window_view(_pad(x, padding), weight.shape[2:], axis=(2, 3))[:, :, ::stride, ::stride]
    return np.tensordot(view, weight, axes=((1, 4, 5), (1, 2, 3))).transpose(0, 3, 1, 2)


def scipy(x, weight, stride=1, padding=0):
    """scipy.signal, one kernel and one image at a time, choosing its method itself."""
    x = _pad(x, padding)
    every = [[signal.correlate(image, kernel, mode="valid")[0] for kernel in weight] for image in x]
    return np.array(every)[:, :, ::stride, ::stride]


def mxnet(x, weight, stride=1, padding=0):
    """MXNet's own operator, waited for."""
    from mxnet import nd

    y = nd.Convolution(
        nd.array(x), nd.array(weight), kernel=weight.shape[2:], num_filter=len(weight), no_bias=True,
        stride=(stride, stride), pad=(padding, padding),
    )  # fmt: skip
    y.wait_to_read()
    return y


# peer -> the part it is timed on, as images and output rows, where the whole would take minutes
PARTS = {loops: (1, 2), scipy: (1, None)}
PEERS = [loops, numpy_ml_im2col, index_im2col, strided_im2col, tensordot, scipy, mxnet]
