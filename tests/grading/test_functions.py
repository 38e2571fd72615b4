"""Functions do not travel: the other side calls back, and gets nothing that was not handed out."""

import math
import operator
import os

import numpy as np
import pytest
import torch

from grading import values
from grading.functions import Functions, library_name
from grading.values import NotPlain, decode, encode


@pytest.fixture
def judge(monkeypatch):
    functions = Functions("judge", lambda number, about: lambda: ("theirs", number, about["name"]))
    monkeypatch.setattr(values, "functions", functions)
    return functions


def test_a_function_of_a_test_comes_back_as_itself(judge):
    def slope(x, *, times=2):
        """How steep it is."""
        return times * x

    document = encode({"f": [slope, slope]})
    assert len(judge.handed_out) == 1
    back = decode(document)["f"]
    assert back[0] is back[1] is slope
    (_, number, about) = encode(slope)["P"]
    assert (number, about["name"], about["doc"]) == (0, "slope", "How steep it is.")
    assert about["signature"] == [["x", "POSITIONAL_OR_KEYWORD", False], ["times", "KEYWORD_ONLY", True]]


def test_a_function_of_the_student_stays_one_and_the_same(judge):
    document = {"P": ["jail", 7, {"name": "add"}]}
    add = decode(document)
    assert add() == ("theirs", 7, "add")
    assert decode(document) is add
    assert encode(add) == document


@pytest.mark.parametrize(
    ("function", "name"),
    [(math.sin, "math.sin"), (np.exp, "numpy.exp"), (np.sum, "numpy.sum"), (abs, "builtins.abs"),
     (operator.add, "operator.add"), (torch.relu, "torch.relu"), (os.system, None), (lambda: 0, None)],
)  # fmt: skip
def test_what_all_have_goes_by_its_name(function, name):
    assert library_name(function) == name


def test_the_judge_takes_from_a_jail_only_what_it_handed_out(judge):
    for document in (
        {"G": "os.system"}, {"G": "math.sin"}, {"G": 5}, {"G": ["os"]}, {"P": ["judge", 0, {}]}, {"P": []},
        {"P": ["jail", "x", {}]}, {"P": ["jail"]}, {"P": None},
    ):  # fmt: skip
        with pytest.raises(ValueError, match=r"not a|unpack"):
            decode(document)
    sine = encode(math.sin)
    assert decode(sine) is math.sin
    with pytest.raises(NotPlain):
        encode(os.system)


def test_no_function_travels_while_no_test_is_on():
    with pytest.raises(NotPlain):
        encode(len)
    with pytest.raises(ValueError, match="not an encoded value"):
        decode({"P": ["judge", 0, {}]})
