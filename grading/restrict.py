"""Runs in the jail: keeps an answer from handing its work to the library that it should rebuild.

A courtesy to honest students, who get told. What a score rests on: the reference answers are not in the jail.
"""

import contextlib
import importlib
import importlib.abc
import importlib.machinery
import sys
import threading
import types


class Delegated(RuntimeError):
    """The answer called what the exercise asks to write."""


def told(name):
    return Delegated(f"the answer hands its work to {name}. This exercise asks you to write it yourself")


class _StandIn(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds packages whose real contents stay outside the jail; what is asked of them exists but refuses to work."""

    def __init__(self, packages):
        self.packages = packages

    def find_spec(self, name, path=None, target=None):
        top = name.partition(".")[0]
        if top not in self.packages:
            return None
        real = importlib.machinery.PathFinder.find_spec(name, path) if path else None
        return real or importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec):
        module = _Absent(spec.name)
        module.__path__ = self.packages.get(spec.name, [])[:1]
        return module

    def exec_module(self, module):
        pass


class _Absent(types.ModuleType):
    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        full = f"{self.__name__}.{name}"
        with contextlib.suppress(ImportError):
            spec = importlib.machinery.PathFinder.find_spec(full, self.__path__)
            if spec is not None:
                return importlib.import_module(full)

        return _elsewhere if name == "check" else _Withheld(full)


class GradedElsewhere(RuntimeError):
    """A check was called in the jail. It must not pass in silence: a test cell that says nothing earns its points."""


def _elsewhere(*args, **kwargs):
    raise GradedElsewhere("grading happens elsewhere: while a class is graded, answers and checks are kept apart")


class _Withheld:
    """Stands for what stays outside the jail: it has a name and refuses to be used."""

    def __init__(self, name):
        object.__setattr__(self, "_name", name)

    def __call__(self, *args, **kwargs):
        raise told(self._name)

    __getitem__ = __iter__ = __len__ = __call__

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        raise told(self._name)


def install(stand_ins):
    """Put the stand-ins in place; return a context manager that forbids names while an answer is called."""
    if stand_ins:
        sys.meta_path.insert(0, _StandIn(stand_ins))
    return forbid


@contextlib.contextmanager
def forbid(names, namespace):
    """While this holds, these functions, by their dotted names, refuse to work; `torch:op` names an operator.

    They refuse in their module and under every name that the notebook, `namespace`, has given them.
    """
    operators = {name.partition(":")[2] for name in names if name.startswith("torch:")}
    replaced = []
    for name in names:
        module, _, attribute = name.rpartition(".")
        original = vars(sys.modules[module]).get(attribute) if module in sys.modules else None
        if original is None:
            continue

        def refuse(*args, _name=name, **kwargs):
            raise told(_name)

        for scope in (vars(sys.modules[module]), namespace):
            for alias in [alias for alias, value in scope.items() if value is original]:
                replaced.append((scope, alias, original))
                scope[alias] = refuse
    try:
        with _watch_torch(operators) if operators and "torch" in sys.modules else contextlib.nullcontext():
            yield
    finally:
        for scope, alias, original in reversed(replaced):
            scope[alias] = original


def _watch_torch(operators):
    """Every torch operation passes here, by whatever name it was reached."""
    from torch.utils._python_dispatch import TorchDispatchMode

    class Watch(TorchDispatchMode):
        def __torch_dispatch__(self, function, kinds, args=(), kwargs=None):
            name = function.overloadpacket.__name__
            if name in operators:
                raise told(f"torch's {name}")
            return function(*args, **(kwargs or {}))

    return Watch()


class Watch:
    """Notes which of some libraries are called while it holds."""

    def __init__(self, libraries):
        self.libraries, self.seen, self.lost = tuple(libraries or ()), set(), False

    def __enter__(self):
        if self.libraries:
            threading.setprofile(self.look)
            sys.setprofile(self.look)
        return self

    def __exit__(self, *exception):
        if self.libraries:
            self.lost = getattr(sys.getprofile(), "__self__", None) is not self
            sys.setprofile(None)
            threading.setprofile(None)

    def look(self, frame, event, function):
        if event == "call":
            module = frame.f_globals.get("__name__", "")
        elif event == "c_call":
            owner = getattr(function, "__self__", None)
            module = (
                getattr(function, "__module__", None) or getattr(owner, "__module__", None) or type(owner).__module__
            )
        else:
            return
        for library in self.libraries:
            if f"{module}.".startswith(f"{library}."):
                self.seen.add(library)
