"""Whether two plain values are the same, and if not, how they differ, in words.

Plain values are numbers, strings, booleans, None, tuples, lists and dicts of these, and NumPy arrays. Types are
compared first, then shapes, then finiteness, then values: an empty array or a NaN must never pass for equal.
"""

import math
from dataclasses import dataclass

import numpy as np

TOLERANCE = {2: 2e-3, 4: 1e-4}  # by bytes per number, relative to the largest expected value; float64: 1e-9


@dataclass(frozen=True)
class Difference:
    """How a result differs: `says` in words; `at` is the index of the first element that does, where there is one.

    `tells` is whether the words give the right value away; then `discreet` are words that do not. `name` is what
    happened, where the kind of the result alone says it.
    """

    says: str
    at: tuple | None = None
    tells: bool = False
    name: str | None = None
    where: str = ""  # `at`, as a reader says it

    @property
    def discreet(self):
        if not self.tells:
            return self.says
        return f"your result is not the expected one{f', first at {self.where}' if self.where else ''}."


def difference(expected, got, axes=()):
    """The first `Difference` between a result and the expected one, or None; `axes` are the names of an array's axes.

    A number is right whatever type holds it, but for `float16`, which cuts off digits: 168.0 passes for 168, alone as
    well as in an array. A bool is no number.

    >>> difference(np.array([1, 2]), np.array([1.0, 2.0]))  # ints given as floats are right
    >>> difference(np.array([1, 2]), np.array([])).says
    'your result has shape (0,), but (2,) was expected.'
    >>> difference(3, None).says
    'your function returned None. Did you forget `return`?'
    """
    if got is None and isinstance(expected, list | tuple) and not expected:
        return Difference("your function returned None, but an empty list was expected.", name="nothing returned")
    if got is None and expected is not None:
        return Difference("your function returned None. Did you forget `return`?", name="nothing returned")
    if isinstance(expected, np.ndarray):
        return array_difference(expected, got, axes)
    if isinstance(expected, bool | np.bool_ | str) or expected is None:
        kind = bool if isinstance(expected, np.bool_) else type(expected)
        same_type = isinstance(got, bool | np.bool_) if kind is bool else isinstance(got, kind)
        if not same_type:
            return wrong_type(expected, got)
        return (
            None
            if bool(got == expected)
            else Difference(f"your result is {got!r}, but {expected!r} was expected.", tells=True)
        )
    if isinstance(expected, int | float | np.number):
        return number_difference(expected, got)
    if isinstance(expected, tuple | list):
        return sequence_difference(expected, got)
    if isinstance(expected, dict):
        return dict_difference(expected, got)
    raise TypeError(f"expected: {type(expected).__name__} came, but an answer is a plain value or a NumPy array")


def array_difference(expected, got, axes):
    if type(got).__module__.startswith("torch"):
        says = "your result is a PyTorch tensor, but a NumPy array was expected. Try `.detach().numpy()`."
        return Difference(says, name="a tensor")
    if not isinstance(got, np.ndarray):
        return wrong_type(expected, got)
    if type(got) is not np.ndarray:
        return not_plain(got)
    for kind, word in (
        ("O", "object"),
        ("c", "complex"),
        ("b", "bool"),
        ("SU", "text"),
        ("mM", "date"),
        ("V", "record"),
    ):
        if got.dtype.kind in kind and expected.dtype.kind not in kind:
            says = f"your result holds {word} values (dtype {got.dtype}), but numbers were expected."
            return Difference(says, name=f"{word} values")
    if got.shape != expected.shape:
        return Difference(f"your result has shape {got.shape}, but {expected.shape} was expected.")
    if expected.dtype.kind in "b" or got.dtype.kind in "b":
        off = expected != got
    else:
        want, have = expected.astype(float), got.astype(float)
        finite = np.isfinite(want)
        size = np.abs(want[finite]).max(initial=1.0)
        tolerance = TOLERANCE.get(got.dtype.itemsize, 1e-9) if got.dtype.kind == "f" else 1e-9
        with np.errstate(invalid="ignore"):
            near = np.abs(want - have) <= tolerance * size
        off = ~np.where(finite, near & np.isfinite(have), (want == have) | (np.isnan(want) & np.isnan(have)))
    if not off.any():
        if got.dtype == np.float16 != expected.dtype:
            return in_half_precision()
        if expected.dtype == np.uint8 and got.dtype != np.uint8:  # 8 bits are asked for: a picture
            says = f"the numbers are right, but your result holds {got.dtype} numbers, and `uint8` was expected."
            return Difference(f"{says} Try `.astype(np.uint8)`.", name="not in 8 bits")
        return None
    at = tuple(int(i) for i in np.argwhere(off)[0])
    where = place(at, axes)
    if got.dtype.kind == "f" and not np.isfinite(got[at]) and np.isfinite(expected[at]):
        says = f"your result has {got[at]} at {where}, but a finite number was expected."
        return Difference(says, at, name="not finite", where=where)
    differ = "differs" if off.sum() == 1 else "differ"
    says = (
        f"{off.sum()} of the {off.size} numbers {differ}. The first is at {where}: expected {short(expected[at])}, "
        f"got {short(got[at])}."
    )
    return Difference(says, at, tells=True, where=where)


def number_difference(expected, got):
    if isinstance(got, np.ndarray) and got.ndim == 0:
        got = got[()]
    if isinstance(got, bool | np.bool_) or not isinstance(got, int | float | np.number) or np.iscomplexobj(got):
        return wrong_type(expected, got)
    if isinstance(expected, int) and isinstance(got, int):
        same = got == expected  # of any length
    elif np.isnan(expected) or np.isinf(expected):
        same = bool(got == expected) or bool(np.isnan(got) and np.isnan(expected))
    else:
        size = TOLERANCE.get(got.dtype.itemsize, 1e-9) if isinstance(got, np.floating) else 1e-9
        same = finite(got) and abs(got - expected) <= size * (0 if isinstance(expected, int) else 1) * max(
            1.0, abs(expected)
        )
    if same:
        return in_half_precision() if isinstance(got, np.float16) and not isinstance(expected, np.float16) else None
    if isinstance(expected, int) and finite(got) and abs(got - round(got)) > 1e-3:
        says = f"your result is {short(got)}, but a whole number was expected. Is it rounded?"
        return Difference(says, name="not a whole number")
    return Difference(f"your result is {short(got)}, but {short(expected)} was expected.", tells=True)


def in_half_precision():
    says = "your result is right to about three digits: it is `float16`, which holds no more. Compute with `float64`."
    return Difference(says, name="in half precision")


def finite(number):
    """Whether a number is finite and fits into a float."""
    try:
        return math.isfinite(number)
    except OverflowError:
        return False


def sequence_difference(expected, got):
    if isinstance(got, np.ndarray) and type(got) is not np.ndarray:
        return not_plain(got)
    if isinstance(got, np.ndarray) and got.ndim and got.dtype != object:
        got = got.tolist()
    if not isinstance(got, tuple | list):
        return wrong_type(expected, got)
    if len(got) != len(expected):
        entries, were = "entry" if len(got) == 1 else "entries", "was" if len(expected) == 1 else "were"
        return Difference(f"your result has {len(got)} {entries}, but {len(expected)} {were} expected.")
    for i, (want, have) in enumerate(zip(expected, got, strict=True)):
        inner = difference(want, have)
        if inner:
            return Difference(of_entry(i, inner.says), (i,), inner.tells, inner.name, f"entry {i}")
    return None


def dict_difference(expected, got):
    if not isinstance(got, dict):
        return wrong_type(expected, got)
    if set(got) != set(expected):
        return Difference(f"your result has the keys {sorted(map(str, got))}, but {sorted(expected)} were expected.")
    for key, want in expected.items():
        inner = difference(want, got[key])
        if inner:
            return Difference(of_entry(repr(key), inner.says), tells=inner.tells, name=inner.name)
    return None


def of_entry(at, says):
    """What was said of a result, said of an entry of it.

    >>> of_entry(0, of_entry(2, "your result is 17, but 11 was expected."))
    'entry 0, 2 of your result is 17, but 11 was expected.'
    """
    if says.startswith("your function returned None"):
        return f"entry {at} of your result is None."
    if says.startswith("your result "):
        return f"entry {at} of {says}"
    if says.startswith("entry "):
        return f"entry {at}, {says.removeprefix('entry ')}"
    return f"entry {at} of your result is wrong: {says}"


def not_plain(got):
    """That an array of a class of its own came, such as a matrix or one with a mask."""
    says = f"your result is of type {type(got).__name__}, but a plain NumPy array was expected. Try `np.asarray(…)`."
    return Difference(says, name="another type")


def wrong_type(expected, got):
    names = {"ndarray": "a NumPy array", "int": "a whole number", "float": "a number", "str": "a text"}
    want = names.get(type(expected).__name__, f"a {type(expected).__name__}")
    says = f"your result is of type {type(got).__name__}, but {want} was expected."
    if isinstance(expected, np.ndarray) and isinstance(got, list | tuple):
        says += " Try `np.array(…)` around it."
    return Difference(says, name="another type")


def axis_names(ndim, given=()):
    """What the axes of an array are called: as an exercise says, or as usual."""
    usual = ("image", "channel", "row", "column")[-ndim:] if 1 < ndim <= 4 else ("number",) * ndim
    return given if len(given) == ndim else usual


def place(at, axes=()):
    """An index as a reader says it."""
    names = axis_names(len(at), axes) if len(at) > 1 else ["index"]
    return ", ".join(f"{n} {i}" for n, i in zip(names, at, strict=True))


def short(value):
    """A number in at most ten characters or so; whole numbers up to fifteen."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 10**15:
        return f"{value:.6g}" if finite(value) else "a number too long to write"
    return f"{value:.6g}" if isinstance(value, float | np.floating) else f"{value}"
