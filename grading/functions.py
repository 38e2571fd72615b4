"""Runs in the jail and in the judge: functions do not travel. The other side gets a number for one, and calls back.

Each side runs only what it has handed out itself; what it hands out is called with plain values.
"""

import contextlib
import functools
import importlib
import inspect
import operator
import sys
import types

from grading.values import safe_text

KNOWN = {"builtins", "cmath", "functools", "itertools", "math", "numpy", "operator", "random", "statistics", "torch"}


class Functions:
    """The functions that one side has handed out, and what stands there for the functions of the other side."""

    def __init__(self, side, stand_in):
        """`side`: "jail" or "judge". `stand_in(number, about)` makes a function that has the other side's called."""
        self.side, self.stand_in = side, stand_in
        self.handed_out, self.theirs = [], {}  # theirs: number, or name of a library's function -> what stands for it
        self.documents = {}  # id -> (what has this id, the document that means it)

    def encode(self, value):
        """What stands for a function in a message; None for what is no function."""
        if id(value) in self.documents:
            return self.documents[id(value)][1]
        if not callable(value) or isinstance(value, type):
            return None
        if self.side == "judge" and (name := library_name(value)):
            self.theirs[name] = value
            return self.means(value, {"G": name})
        if self.side == "judge" and not isinstance(value, types.FunctionType | types.MethodType | functools.partial):
            return None
        self.handed_out.append(value)
        return self.means(value, {"P": [self.side, len(self.handed_out) - 1, describe(value)]})

    def means(self, value, document):
        """From now on this document means this value."""
        self.documents[id(value)] = value, document
        return document

    def decode(self, document):
        """The function that a document means. The judge takes none by its name, unless it has sent that name itself."""
        owner, key, about = document.get("P") or (None, document["G"], None)
        if owner == self.side:
            return self.handed_out[key]
        if key not in self.theirs:
            if owner is None and self.side == "judge":
                raise ValueError(f"not a function that was handed out: {key}")
            self.theirs[key] = self.stand_in(operator.index(key), about) if owner else by_name(key)
            self.means(self.theirs[key], document)
        return self.theirs[key]


def library_name(value):
    """The dotted name by which the other side has the same function, if it belongs to a library that all have."""
    name, home = getattr(value, "__name__", ""), str(getattr(value, "__module__", ""))
    for module in (home.lstrip("_"), "numpy", "torch"):  # functions of operator say that they live in _operator
        if module.partition(".")[0] in KNOWN and getattr(sys.modules.get(module), name, None) is value:
            return f"{module}.{name}"
    return None


def by_name(name):
    """The library's function, or the library, of this dotted name."""
    module, _, attribute = name.rpartition(".")
    return getattr(importlib.import_module(module), attribute) if module else importlib.import_module(name)


def describe(function):
    """What tests may want to know of a function without calling it."""
    name, doc = getattr(function, "__name__", None), getattr(function, "__doc__", None)
    return {
        "name": safe_text(name, 200) if name else type(function).__name__, "doc": doc and safe_text(doc, 2000),
        "signature": signature(function),
    }  # fmt: skip


def signature(function):
    """The parameters as [name, kind, has a default], or None where there is no telling."""
    try:
        parameters = inspect.signature(function).parameters.values()
        return [[p.name, p.kind.name, p.default is not p.empty] for p in parameters]
    except Exception:
        return None


def dress(function, about):
    """Give a stand-in what `describe` found out, as far as it is what it should be."""
    function.__name__ = function.__qualname__ = str(about.get("name", "function"))
    function.__doc__ = about.get("doc") if isinstance(about.get("doc"), str) else None
    with contextlib.suppress(Exception):
        function.__signature__ = inspect.Signature(
            [
                inspect.Parameter(
                    str(n), inspect._ParameterKind[kind], default=None if has else inspect.Parameter.empty
                )
                for n, kind, has in about["signature"]
            ]
        )
    return function
