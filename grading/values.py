"""Runs in the jail and in the judge: plain values as JSON and back. Decoding trusts nothing: only base types."""

import base64
import builtins
import datetime
import decimal
import fractions
import io
import json
import operator
import sys
from collections import deque
from collections.abc import Iterator

import numpy as np

DEPTH = 60
SIZE = 64 * 2**20  # bytes of one message
functions = None  # a grading.functions.Functions, while a test is on and functions may be handed out
ITEMS = 10_000  # of an iterator, which may have no end
TORCH_DTYPES = [
    "float16",
    "bfloat16",
    "float32",
    "float64",
    "complex64",
    "complex128",
    "uint8",
    "int8",
    "int16",
    "int32",
    "int64",
    "bool",
]  # the ones that have a plain memory layout


class NotPlain(TypeError):
    """A value that cannot travel between two processes by value."""


def _b64(data):
    return base64.b64encode(data).decode("ascii")


def _is_tensor(value):
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(value, getattr(torch, "Tensor", ()))


def encode(value, depth=0):
    """A JSON document for a plain value. Subclasses collapse to their base type.

    >>> encode((1, [True, None], {"a": 2.5}))
    {'t': [1, [True, None], {'d': [['a', 2.5]]}]}
    >>> encode(object())
    Traceback (most recent call last):
    grading.values.NotPlain: a value of type object is not a plain value: use numbers, strings, tuples, lists, \
dicts, NumPy arrays or torch tensors
    """
    if depth > DEPTH:
        raise NotPlain(f"the value is nested more than {DEPTH} levels deep")
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, np.generic | np.ndarray):
        return _encode_array(value)
    if isinstance(value, int):
        number = int.__index__(value)
        return number if abs(number) < 2**63 else {"i": hex(number)}
    if isinstance(value, float):
        return float.__float__(value)
    if isinstance(value, complex):
        return {"c": [value.real, value.imag]}
    if isinstance(value, str):
        return "".join(value)
    if isinstance(value, bytes | bytearray):
        return {"y" if isinstance(value, bytearray) else "b": _b64(value)}
    if isinstance(value, tuple):
        return {"t": [encode(v, depth + 1) for v in tuple.__iter__(value)]}
    if isinstance(value, list):
        return [encode(v, depth + 1) for v in list.__iter__(value)]
    if isinstance(value, dict):
        return {"d": [[encode(k, depth + 1), encode(v, depth + 1)] for k, v in dict.items(value)]}
    if isinstance(value, frozenset | set):
        return {"f" if isinstance(value, frozenset) else "s": [encode(v, depth + 1) for v in value]}
    if isinstance(value, deque):
        return {"D": [encode(v, depth + 1) for v in value]}
    for tag, kind in VIEWS.items():
        if isinstance(value, kind):
            return {tag: [encode(v, depth + 1) for v in value]}
    for kind in DATES:
        if isinstance(value, kind):
            return {"x": [kind.__name__, kind.isoformat(value)]}
    if isinstance(value, decimal.Decimal):
        return {"N": decimal.Decimal.__str__(value)}
    if isinstance(value, fractions.Fraction):
        return {"F": [encode(value.numerator), encode(value.denominator)]}
    if isinstance(value, datetime.timedelta):
        return {"m": [value.days, value.seconds, value.microseconds]}
    if isinstance(value, range):
        return {"r": [value.start, value.stop, value.step]}
    if isinstance(value, slice):
        return {"l": [encode(v, depth + 1) for v in (value.start, value.stop, value.step)]}
    if value is Ellipsis:
        return {"e": 0}
    if isinstance(value, np.dtype) and value.kind in "biufc":
        return {"k": value.str}
    if isinstance(value, type) and (name := _type_name(value)):
        return {"o": name}
    if _is_tensor(value):
        return _encode_tensor(value)
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(value, getattr(torch, "dtype", ())):
        return {"q": str(value).removeprefix("torch.")}
    if functions is not None and (document := functions.encode(value)) is not None:
        return document
    raise NotPlain(
        f"a value of type {type(value).__name__} is not a plain value: use numbers, strings, tuples, lists, dicts, "
        "NumPy arrays or torch tensors"
    )


def encode_result(value):
    """The document of what a function returned. An iterator travels as its first items: this uses it up."""
    if not isinstance(value, Iterator) or isinstance(value, io.IOBase):
        return encode(value)
    items, size, end = [], 0, None
    for item in value:
        items.append(encode(item, 1))
        size += len(dumps({"v": items[-1]}))
        if len(items) == ITEMS or size > 2**20:
            end = f"more than {len(items)} items of an iterator do not travel"
            break
    return {"I": [items, end]}


def _iterate(items, end):
    yield from items
    if end is not None:
        raise RuntimeError(end)


def _type_name(kind):
    if getattr(builtins, kind.__name__, None) is kind:
        return kind.__name__
    if issubclass(kind, np.generic) and getattr(np, kind.__name__, None) is kind:
        return "np." + kind.__name__
    return None


def _encode_array(value):
    if value.dtype.kind not in "biufcSUmM":
        raise NotPlain(f"an array of dtype {value.dtype} is not a plain array of numbers or strings")
    if value.nbytes > SIZE:
        raise NotPlain(f"an array of shape {value.shape} holds {value.nbytes} bytes; at most {SIZE} may travel")
    data = np.ascontiguousarray(np.asarray(value)).tobytes()
    if isinstance(value, np.generic):
        return {"n": [value.dtype.str, _b64(data)]}
    return {"a": [value.dtype.str, list(value.shape), _b64(data), bool(value.flags.writeable)]}


def _encode_tensor(value):
    import torch

    name = str(value.dtype).removeprefix("torch.")
    if name not in TORCH_DTYPES or value.layout is not torch.strided or value.device.type != "cpu":
        raise NotPlain(f"a tensor of dtype {value.dtype}, layout {value.layout}, on {value.device} is not a plain one")
    if value.numel() * value.element_size() > SIZE:
        raise NotPlain(f"a tensor of shape {tuple(value.shape)} is too large to travel")
    flat = value.detach().resolve_conj().resolve_neg().contiguous().reshape(-1)
    data = flat.view(torch.uint8).numpy().tobytes() if flat.numel() else b""
    return {"T": [name, list(value.shape), _b64(data), bool(value.requires_grad)]}


def decode(document, depth=0):
    """The value of a JSON document, made of base types only; ValueError if the document is not one of ours.

    >>> decode({"t": [1, {"d": [["a", 2.5]]}]})
    (1, {'a': 2.5})
    """
    if depth > DEPTH + 2:
        raise ValueError("the value is nested too deeply")
    if document is None or isinstance(document, bool | int | float | str):
        return document
    if isinstance(document, list):
        return [decode(v, depth + 1) for v in document]
    if not isinstance(document, dict) or len(document) != 1:
        raise ValueError("not an encoded value")
    ((tag, body),) = document.items()
    try:
        return _DECODERS[tag](body, depth + 1)
    except (LookupError, TypeError, ArithmeticError, AttributeError, ImportError) as error:
        raise ValueError(f"not an encoded value: {error}") from None


def _size(shape, itemsize, data):
    if not all(type(n) is int and n >= 0 for n in shape) or len(shape) > 32:
        raise ValueError(f"not a shape: {shape}")
    count = 1
    for n in shape:
        count *= n
    if count * itemsize != len(data):
        raise ValueError(f"{len(data)} bytes cannot fill shape {tuple(shape)}")


def _decode_array(body, depth):
    dtype, shape, data = np.dtype(str(body[0])), tuple(body[1]), base64.b64decode(body[2])
    if dtype.kind not in "biufcSUmM" or dtype.hasobject:
        raise ValueError(f"not a plain dtype: {dtype}")
    _size(shape, dtype.itemsize, data)
    array = np.frombuffer(bytearray(data), dtype=dtype).reshape(shape) if data else np.zeros(shape, dtype)
    array.flags.writeable = body[3] is not False
    return array


def _decode_scalar(body, depth):
    return _decode_array([body[0], [], body[1], True], depth)[()]


def _decode_tensor(body, depth):
    import torch

    if body[0] not in TORCH_DTYPES:
        raise ValueError(f"not a plain dtype: {body[0]}")
    dtype, shape, data = getattr(torch, body[0]), tuple(body[1]), base64.b64decode(body[2])
    _size(shape, dtype.itemsize, data)
    tensor = torch.frombuffer(bytearray(data), dtype=dtype).reshape(shape) if data else torch.zeros(shape, dtype=dtype)
    return tensor.requires_grad_() if body[3] is True and dtype.is_floating_point else tensor


def _decode_type(name, depth):
    kind = getattr(np, name[3:]) if name.startswith("np.") else getattr(builtins, name)
    if not isinstance(kind, type):
        raise ValueError(f"not a type: {name}")
    return kind


def _decode_torch_dtype(name, depth):
    import torch

    if name not in TORCH_DTYPES:
        raise ValueError(f"not a plain dtype: {name}")
    return getattr(torch, name)


def _int(text, depth):
    if len(text) > 100_000:
        raise ValueError("the integer has too many digits")
    return int(text, 16)


VIEWS = {"K": type({}.keys()), "V": type({}.values()), "M": type({}.items())}
DATES = (datetime.datetime, datetime.date, datetime.time)  # a datetime is a date: the narrower type first
_DECODERS = {
    "i": _int,
    "c": lambda body, depth: complex(float(body[0]), float(body[1])),
    "b": lambda body, depth: base64.b64decode(body),
    "y": lambda body, depth: bytearray(base64.b64decode(body)),
    "t": lambda body, depth: tuple(decode(v, depth) for v in body),
    "d": lambda body, depth: {decode(k, depth): decode(v, depth) for k, v in body},
    "s": lambda body, depth: {decode(v, depth) for v in body},
    "f": lambda body, depth: frozenset(decode(v, depth) for v in body),
    "D": lambda body, depth: deque(decode(v, depth) for v in body),
    "K": lambda body, depth: dict.fromkeys(decode(v, depth) for v in body).keys(),
    "V": lambda body, depth: dict(enumerate(decode(v, depth) for v in body)).values(),
    "M": lambda body, depth: dict(decode(v, depth) for v in body).items(),
    "I": lambda body, depth: _iterate([decode(v, depth) for v in body[0]], None if body[1] is None else str(body[1])),
    "x": lambda body, depth: {kind.__name__: kind for kind in DATES}[body[0]].fromisoformat(body[1]),
    "N": lambda body, depth: decimal.Decimal(str(body)[:100_000]),
    "F": lambda body, depth: fractions.Fraction(*(operator.index(decode(n, depth)) for n in body)),
    "m": lambda body, depth: datetime.timedelta(*(int(n) for n in body)),
    "r": lambda body, depth: range(*(int(v) for v in body)),
    "l": lambda body, depth: slice(*(decode(v, depth) for v in body)),
    "e": lambda body, depth: Ellipsis,
    "k": lambda body, depth: np.dtype(str(body)),
    "o": _decode_type,
    "q": _decode_torch_dtype,
    "P": lambda body, depth: functions.decode({"P": body}),
    "G": lambda body, depth: functions.decode({"G": body}),
    "a": _decode_array,
    "n": _decode_scalar,
    "T": _decode_tensor,
}


def encode_error(error, text=""):
    """What the other side may know of an exception: its nearest built-in type, its message and its traceback."""
    kind = next(k.__name__ for k in type(error).__mro__ if getattr(builtins, k.__name__, None) is k)
    return {"kind": kind, "name": type(error).__name__, "message": safe_text(error, 4000), "traceback": text[-8000:]}


def decode_error(document):
    """An exception of a built-in type; never one that would end the process, such as SystemExit, or a loop in silence.

    `all(map(is_prime, primes))` holds for an answer that raises StopIteration.

    >>> decode_error({"kind": "StopIteration", "name": "StopIteration", "message": ""})
    RuntimeError('StopIteration: ')
    """
    kind = getattr(builtins, str(document.get("kind")), None)
    message = str(document.get("message", ""))[:4000]
    name = str(document.get("name", "Exception"))[:100]
    odd = UnicodeError | ExceptionGroup | StopIteration | StopAsyncIteration
    if not (isinstance(kind, type) and issubclass(kind, Exception)) or issubclass(kind, odd):
        return RuntimeError(f"{name}: {message}")
    return kind(message)


def safe_text(value, limit):
    """str(value), however odd its __str__ is."""
    try:
        text = str(value)
    except BaseException:
        text = f"<{type(value).__name__}>"
    return text if len(text) <= limit else text[:limit] + " …"


def dumps(message):
    """One message as bytes."""
    return json.dumps(message, separators=(",", ":")).encode("ascii")


def loads(data):
    """A message from bytes; ValueError for anything else, also for one nested too deeply."""
    try:
        message = json.loads(data)
    except RecursionError:
        raise ValueError("the message is nested too deeply") from None
    if not isinstance(message, dict):
        raise ValueError("not a message")
    return message
