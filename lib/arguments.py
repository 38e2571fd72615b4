"""What a call may be given: here every function of `lib` checks it, saying what came and what was expected."""

import operator

import numpy as np

from lib.errors import ShapeError

AXES = {1: "L", 2: "HW", 3: "DHW"}  # the names of the spatial axes, as PyTorch's documentation has them


def array(name, value, kinds="iufc"):
    """`value` as an array of numbers, in this machine's byte order, of one of the `kinds` of dtype."""
    found = value if isinstance(value, np.ndarray) else _as_array(name, value)
    if found.dtype.kind not in kinds:
        allowed = [
            word
            for kind, word in zip("biufc", ("bool", "int", "int", "float", "complex"), strict=True)
            if kind in kinds
        ]
        raise TypeError(f"{name} has dtype {found.dtype}, but expected {' or '.join(dict.fromkeys(allowed))} numbers")
    return np.asarray(found, found.dtype.newbyteorder("="))


def _as_array(name, value):
    try:
        return np.asarray(value)
    except (ValueError, TypeError, RuntimeError) as error:  # ragged lists, tensors that record gradients, ...
        raise TypeError(f"{name} must be an array of numbers, but got {type(value).__name__}: {error}") from error


def same_dtype(**arrays):
    """Refuse a mixture of dtypes, as PyTorch does: the answer's dtype would depend on a rule nobody reads."""
    (first, model), *others = [(name, value) for name, value in arrays.items() if value is not None]
    for name, value in others:
        if value.dtype != model.dtype:
            raise TypeError(
                f"{name} has dtype {value.dtype}, but expected {model.dtype}, the dtype of {first}: "
                f"convert one of them with astype"
            )


def integer(name, value, least=None, wanted="an int"):
    """One int that fits into 64 bits, a NumPy integer included; True, 2.0 and an array are not ints."""
    if type(value) is not int:
        value = _as_int(name, value, wanted)
    if least is not None and value < least:
        raise ValueError(f"{name} must be at least {least}, but got {value}")
    if not -(2**63) <= value < 2**63:
        raise ValueError(f"{name} must fit into 64 bits, but got {value}")
    return value


def _as_int(name, value, wanted):
    try:
        if not isinstance(value, (bool, np.bool_, np.ndarray)):
            return operator.index(value)
    except TypeError:
        pass
    raise TypeError(f"{name} must be {wanted}, but got {value!r}")


def integers(name, value, count, least=None):
    """One int for every axis, from an int (the same for all), or from a tuple or list of one or of `count` ints."""
    wanted = f"an int or a tuple of {count} ints"
    if not isinstance(value, (tuple, list)):
        return (integer(name, value, least, wanted),) * count
    if not value or len(value) not in (1, count):
        raise ValueError(f"{name} must be {wanted}, but got {len(value)}: {value!r}")
    numbers = tuple(integer(name, number, least) for number in value)
    return numbers if len(numbers) == count else numbers * count


def flag(name, value):
    """True or False, NumPy's included; 1 and None are neither."""
    if not isinstance(value, (bool, np.bool_)):
        raise TypeError(f"{name} must be True or False, but got {value!r}")
    return bool(value)


def one_of(name, value, choices):
    """`value`, if it is one of the words `choices`."""
    if not isinstance(value, str):
        raise TypeError(f"{name} must be one of {', '.join(map(repr, choices))}, but got {value!r}")
    if value not in choices:
        raise ValueError(f"{name} must be one of {', '.join(map(repr, choices))}, but got {value!r}")
    return value


def batched(name, x, ndim):
    """`x` with a batch axis, and whether it came with one: (N, C, ...) as it is, (C, ...) as a batch of one."""
    if x.ndim not in (ndim + 1, ndim + 2):
        raise ShapeError(
            f"{name} must be (N, C, {', '.join(AXES[ndim])}) or (C, {', '.join(AXES[ndim])}), but got shape {x.shape}"
        )
    return (x, True) if x.ndim == ndim + 2 else (x[None], False)
