"""Apache MXNet beside today's NumPy: its last release, 1.9.1, asks for names that NumPy and SciPy have dropped."""

import importlib
import importlib.util
import warnings

import numpy as np

# What MXNet 1.9.1 looks up in NumPy, and what NumPy 1.20 said each name meant.
DROPPED = {"bool": bool, "int": int, "float": float, "complex": complex, "object": object, "str": str}


def has_mxnet():
    """Whether import_mxnet() can succeed here: MXNet is installed, beside the NumPy 1 that it needs.

    >>> isinstance(has_mxnet(), bool)
    True
    """
    return np.__version__.startswith("1.") and importlib.util.find_spec("mxnet") is not None


def import_mxnet():
    """Import MXNet quietly, with the NumPy names it misses put back. After it, `from mxnet import nd` works as well.

    Returns: the module mxnet.
    Raises:  ImportError, which says in one sentence what to do, where MXNet is not installed or cannot be loaded.
    Source:  the release notes of NumPy 1.20 and 1.24, "deprecations" and "expired deprecations"; chapter 1.

        mx = import_mxnet()
        mx.nd.ones((2, 3))
    """
    if not has_mxnet():
        beside = f"NumPy is {np.__version__}" if importlib.util.find_spec("mxnet") else "it is not installed"
        raise ImportError(_advice(beside))
    for name, meaning in DROPPED.items():
        if name not in vars(np):
            setattr(np, name, meaning)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # its own use of deprecated names, which nobody will fix any more
            mxnet = importlib.import_module("mxnet")
            _settle_scipy()
    except (ImportError, OSError, AttributeError) as error:
        raise ImportError(_advice(str(error))) from error
    return mxnet


def _settle_scipy():
    """mxnet.nd.array reads scipy.sparse.csr.csr_matrix on every call, and SciPy warns each time: give it the class."""
    if importlib.util.find_spec("scipy"):
        importlib.import_module("scipy.sparse.csr").csr_matrix = importlib.import_module("scipy.sparse").csr_matrix


def _advice(reason):
    return (
        f"MXNet cannot be used here ({reason}): its last release, 1.9.1, runs on Linux and on Intel macOS beside "
        f"NumPy 1, where pip install 'mxnet==1.9.1' 'numpy<2' gets it; everything else in the course works without it."
    )
