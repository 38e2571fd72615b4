"""Calls, arrays and evidence, written for a person."""

import re
import textwrap
from difflib import get_close_matches

import numpy as np

SMALL = 64  # numbers that are worth writing out
AND = "  And on other inputs: "  # begins a sentence below the evidence
WIDTH = 80  # characters on a line; nbgrader's validate cuts longer ones


def call_in_words(exercise, inputs):
    """How the answer was called: `corr2d on a 3×4 X and a 2×2 K`."""
    told = [
        array_in_words(name, value)
        if isinstance(value, np.ndarray)
        else f"{name}={value!r}"
        if not isinstance(value, list) or few(value, 2 * WIDTH)
        else f"{len(value)} {name}"
        for name, value in zip(exercise.arguments, inputs, strict=False)
    ]
    if not told:
        return exercise.name
    return f"{exercise.name} on {' and '.join([', '.join(told[:-1]), told[-1]] if told[:-1] else told)}"


def array_in_words(name, value):
    if value.ndim == 1:
        return f"a {name} of {value.size} number{'s' * (value.size != 1)}"
    return f"a {'×'.join(map(str, value.shape)) or 'single number'} {name}"


def evidence(exercise, inputs, expected, got, wrong):
    """The arrays themselves where they are small, and the first window that differs."""
    named = [(n, v) for n, v in zip(exercise.arguments, inputs, strict=False) if isinstance(v, np.ndarray)]
    if isinstance(expected, list) and wrong.at and not few(expected, 2 * WIDTH):  # only the entry that differs
        (at,) = wrong.at
        named += [(f"expected[{at}]", expected[at]), (f"got[{at}]", got[at])]
    elif wrong.at and isinstance(expected, np.ndarray) and expected.ndim == 2 and expected.size > SMALL:
        row = wrong.at[0]  # only the row that differs
        named += [(f"expected[{row}]", expected[row]), (f"got[{row}]", got[row])]
    else:
        named += [("expected", expected), ("got", got)]
    lines = [in_columns(name, value) for name, value in named if few(value)]
    if wrong.at is not None and exercise.window and isinstance(expected, np.ndarray | list):
        what = "what element" if isinstance(expected, np.ndarray) else "what entry"
        where = ", ".join(map(str, wrong.at))
        lines.append(in_columns(f"{what} ({where}) is made of", exercise.window(wrong.at, *inputs)))
    return "\n".join(lines)


def few(value, characters=8 * SMALL):
    """Whether a value is worth writing out; lists may be ragged, so they are measured as text."""
    if isinstance(value, np.ndarray):
        return value.size <= SMALL
    try:
        return len(repr(value)) <= characters
    except ValueError:  # Python writes no whole number of more than 4300 digits
        return False


def in_columns(name, value):
    """A name and a value, an array's rows standing below each other."""
    if not isinstance(value, np.ndarray):
        return f"  {name} = {value!r}"
    decimals = tiny = None
    if value.dtype.kind == "f":
        value = value + 0  # a zero has no sign to read
        tiny = bool(((value != 0) & (np.abs(value) < 1e-4)).any())
        decimals = 4 if tiny or value.dtype.itemsize < 8 else enough_decimals(value)
    head = f"  {name} {'=' if decimals or value.dtype.kind != 'f' else '≈'} "
    text = np.array2string(
        value, separator=", ", precision=decimals or 4, suppress_small=not tiny, prefix=" " * len(head)
    )
    return head + text


def enough_decimals(value):
    """The fewest decimals, from 4 on, that show the numbers as they are; None where no readable number is enough."""
    near = 1e-13 * np.abs(value[np.isfinite(value)]).max(initial=1)
    with np.errstate(all="ignore"):  # the largest numbers there are cannot be rounded
        return next((n for n in range(4, 13) if np.allclose(value.round(n), value, 0, near, equal_nan=True)), None)


def no_exercise(argument, came, known):
    """What to say for a name that does not exist."""
    near = get_close_matches(str(came), list(known), 1)
    hint = f"did you mean {near[0]!r}?" if near else f"choose one of {', '.join(sorted(known))}."
    return f"{argument}: there is no {came!r}; {hint}"


def in_lines(message):
    """A message as notebooks show it: the call, each sentence and each array begin a line of their own."""
    first, *evidence = message.split("\n")
    sentences = re.split(r"(?<=[.?!]) (?=[A-Z])", first)
    call, *rest = re.split(r"(?<!'): ", sentences[0], maxsplit=1)  # not the colon behind a key of a dict
    lines = [f"{call}:", *rest, *sentences[1:]] if rest else sentences
    told = [line for sentence in lines for line in textwrap.wrap(sentence, WIDTH)]
    return told + [
        part
        for line in evidence
        for part in (textwrap.wrap(line, WIDTH, subsequent_indent="  ") if line.startswith(AND) else [line])
    ]
