"""How an exercise is declared: a reference, its claims, and the mistakes that people make."""

import copy
import inspect
import os
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from zlib import crc32

import numpy as np

from lib.check.compare import difference


@dataclass(frozen=True)
class Claim:
    """What one test cell asserts: the answer equals the reference on these inputs.

    `drawn` is a list of argument tuples, or a function of a random generator that returns one. Visible claims draw
    the same inputs always; hidden ones draw from the environment variable COURSE_SEED (0 where it is not set).
    """

    name: str
    points: int
    drawn: list | Callable
    hidden: bool = False

    @property
    def inputs(self):
        """The argument tuples, new ones on every call."""
        if not callable(self.drawn):
            return copy.deepcopy(self.drawn)
        seed = course_seed() if self.hidden else 0
        return self.drawn(np.random.default_rng([seed, crc32(self.name.encode())]))


@dataclass(frozen=True)
class Mistake:
    """A misconception: what the student is told, and a counter-model that computes what it would give."""

    name: str
    says: str  # goes on after "corr2d on a 3×4 X and a 2×2 K: "
    model: Callable

    def __call__(self, *inputs):
        return self.model(*inputs)

    def gives(self, value, inputs):
        """Whether the misconception would give exactly this value on these inputs."""
        with np.errstate(all="ignore"):
            try:
                return difference(self.model(*copy.deepcopy(inputs)), value) is None
            except Exception:  # a counter-model need not be defined everywhere
                return False


@dataclass(frozen=True)
class Exercise:
    """One function that students write. Its name is the reference's; its chapter is its module's."""

    reference: Callable
    claims: dict[str, Claim]
    mistakes: dict[str, Mistake] = field(default_factory=dict)
    allows: tuple = ()  # of the libraries that could answer for the student, those this exercise is about
    axes: tuple = ()  # the names of the result's axes, where they are not (channel,) row, column
    slides: int = 0  # along so many last axes of X the window K slides by one, where the result is made so
    window: Callable | None = None  # (index of an output element, *inputs) -> the part of the input it comes from
    picture: Callable | None = None  # (inputs, expected, got, difference) -> a Drawing
    chapter: str = ""

    def __post_init__(self):
        for name in ("claims", "mistakes"):
            listed = getattr(self, name)
            if not isinstance(listed, dict):
                names = [entry.name for entry in listed]
                if twice := {one for one in names if names.count(one) > 1}:
                    raise ValueError(f"{name} of {self.name}: {sorted(twice)} came twice; each needs a name of its own")
                object.__setattr__(self, name, dict(zip(names, listed, strict=True)))
        module = inspect.getmodule(self.reference).__name__ if not self.chapter else ""
        if not self.chapter:
            object.__setattr__(self, "chapter", module.rpartition(".")[2].removeprefix("ch").replace("_", "-"))

    @property
    def name(self):
        return self.reference.__name__

    @property
    def arguments(self):
        """The names of the arguments, in order."""
        return list(inspect.signature(self.reference).parameters)


class Exercises(Mapping):
    """Function name -> exercise, read from the modules of `lib.exercises` when first asked for."""

    def __init__(self):
        self._found = None

    @property
    def found(self):
        if self._found is None:
            package = import_module("lib.exercises")
            names = sorted(module.name for module in pkgutil.iter_modules(package.__path__))
            modules = [import_module(f"lib.exercises.{name}") for name in names if name.startswith("ch")]
            self._found = {exercise.name: exercise for module in modules for exercise in module.EXERCISES}
        return self._found

    def __getitem__(self, name):
        return self.found[name]

    def __iter__(self):
        return iter(self.found)

    def __len__(self):
        return len(self.found)


def course_seed():
    """The seed of the hidden claims: the instructor's, from COURSE_SEED, else 0."""
    text = os.environ.get("COURSE_SEED", "0")
    if not text.isascii() or not text.isdigit():
        raise ValueError(f"COURSE_SEED: {text!r} came, but a whole number such as 2026 was expected")
    return int(text)


EXERCISES = Exercises()
