"""What the tests of lib share: drawn arrays, awkward memory layouts, and the comparison with PyTorch."""

import numpy as np
import torch
from hypothesis import strategies as st

FLOATS = ("float16", "float32", "float64")
INTS = ("uint8", "int8", "int16", "int32", "int64")
COMPLEX = ("complex64", "complex128")
TOLERANCE = {"float16": 4e-3, "float32": 2e-5, "float64": 1e-11, "complex64": 2e-5, "complex128": 1e-11}


def numbers(rng, shape, dtype="float64"):
    """Drawn numbers of `dtype`, of both signs where it has them."""
    dtype = np.dtype(dtype)
    if dtype.kind in "iu":
        return rng.integers(-9, 10, shape).astype(dtype)
    values = rng.normal(size=shape)
    return (values + 1j * rng.normal(size=shape) if dtype.kind == "c" else values).astype(dtype)


def tensor(array):
    """A PyTorch copy of an array, whatever its layout; anything else as it is."""
    return torch.from_numpy(np.array(array, order="C")) if isinstance(array, np.ndarray) else array


def answer(function, *arguments, **options):
    """What PyTorch answers to the same call, as an array or a tuple of arrays."""
    with torch.no_grad():
        result = function(*map(tensor, arguments), **options)
    return tuple(part.numpy() for part in result) if isinstance(result, tuple) else result.numpy()


def same(actual, expected):
    """Hold two answers equal: dtype, shape, NaN and inf exactly, and numbers as far as their dtype's rounding goes."""
    assert actual.dtype == expected.dtype
    assert actual.shape == expected.shape
    tolerance = TOLERANCE.get(expected.dtype.name, 0)
    scale = max([1.0, *np.abs(expected[np.isfinite(expected)].ravel()).astype(float)])
    np.testing.assert_allclose(actual, expected, rtol=tolerance, atol=tolerance * scale)


def layouts(x):
    """The same numbers, laid out differently in memory."""
    spaced = np.empty(tuple(2 * n for n in x.shape), x.dtype)[tuple(slice(None, None, 2) for _ in x.shape)]
    spaced[...] = x
    frozen = x.copy()
    frozen.flags.writeable = False
    return {
        "Fortran order": np.asfortranarray(x),
        "channels last": np.moveaxis(np.moveaxis(x, 1, -1).copy(), -1, 1),
        "reversed": x[..., ::-1].copy()[..., ::-1],
        "every other": spaced,
        "read-only": frozen,
        "the other byte order": x.astype(x.dtype.newbyteorder()),
    }


def per_axis(ndim, low, high):
    """One int for every axis, or one for all."""
    return st.one_of(st.integers(low, high), st.tuples(*[st.integers(low, high)] * ndim))


SEEDS = st.integers(0, 2**32 - 1)
