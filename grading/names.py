"""Runs in the judge: which names the cells of the instructor's notebook read and bind. Reads the course's text only."""

import ast
import contextlib
import dis
import inspect
import types
import warnings
from dataclasses import dataclass, field


def statements(source):
    """The top-level statements of a cell, with IPython's magic translated; none if it is no Python."""
    from IPython.core.inputtransformer2 import TransformerManager

    try:
        return ast.parse(TransformerManager().transform_cell(source)).body
    except (SyntaxError, ValueError):
        return []


@dataclass
class Names:
    """The names that code binds, reads before it binds them, and reads later, in the body of a function."""

    binds: set = field(default_factory=set)
    reads: set = field(default_factory=set)
    later: set = field(default_factory=set)


def names_of(*nodes):
    """The names in these statements, as Python's compiler sees them.

    >>> names = names_of(*ast.parse("for v in xs:\\n    f(v)\\ng = lambda: [w for w in y]").body)
    >>> sorted(names.binds), sorted(names.reads), sorted(names.later)
    (['g', 'v'], ['f', 'xs'], ['y'])
    """
    found = Names()
    with contextlib.suppress(SyntaxError, ValueError), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
        _follow(compile(ast.Module([*nodes], []), "", "exec", flags, dont_inherit=True), found, found.binds, now=True)
    return found


def _follow(code, found, bound, now):
    """Go through a code object in order; `bound` are the names of its scope that have a value by then."""
    for step in dis.get_instructions(code):
        if step.opname == "STORE_NAME":
            bound.add(step.argval)
        elif step.opname == "STORE_GLOBAL":
            found.binds.add(step.argval)
        elif step.opname in ("LOAD_NAME", "LOAD_GLOBAL") and step.argval not in bound:
            (found.reads if now else found.later).add(step.argval)
        elif isinstance(step.argval, types.CodeType):
            inner = step.argval
            at_once = not inner.co_flags & inspect.CO_OPTIMIZED or inner.co_name in COMPREHENSIONS  # a class, or these
            _follow(inner, found, {*bound} if at_once else set(), now and at_once)


COMPREHENSIONS = {"<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>"}


class Dependence:
    """Which names' values come from answers. A function of the course that calls an answer stays the course's own."""

    def __init__(self):
        self.answers, self.derived, self.carriers = set(), set(), set()

    def cell(self, role, source):
        """Follow one cell, statement by statement."""
        for statement in statements(source):
            names = names_of(statement)
            imports = isinstance(statement, ast.Import | ast.ImportFrom)
            if role == "solution":
                if not imports:  # what a library gives is the judge's own import
                    self.answers |= names.binds
                continue
            sources = self.all | self.carriers
            definition = isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
            if names.reads & sources and not definition:
                self.derived |= names.binds
            elif (names.later | names.reads) & sources:
                self.carriers |= names.binds
            elif definition or imports or isinstance(statement, ast.Assign):
                for known in (self.answers, self.derived, self.carriers):
                    known -= names.binds  # the course itself gives it a new meaning

    @property
    def all(self):
        return self.answers | self.derived


def reachable(source, namespace, contract):
    """The names a test can reach: in its text, or through the notebook's own functions and classes."""
    names = names_of(*statements(source))
    wanted = names.reads | names.later
    seen = set()
    while wanted - seen:
        name = (wanted - seen).pop()
        seen.add(name)
        if name in contract:
            continue
        value = namespace.get(name)
        for member in vars(value).values() if isinstance(value, type) else [value]:
            function = getattr(member, "__func__", member)
            if isinstance(function, types.FunctionType) and function.__globals__ is namespace:
                found = Names()
                _follow(function.__code__, found, set(), now=False)
                wanted |= found.later
    return seen
