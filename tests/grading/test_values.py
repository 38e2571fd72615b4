"""Values between jail and judge: plain ones come through as they were, and nothing else does."""

import json

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from grading.values import NotPlain, decode, encode, loads

plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary() | st.complex_numbers(),
    lambda inner: st.lists(inner) | st.tuples(inner, inner) | st.dictionaries(st.text() | st.integers(), inner),
    max_leaves=20,
)
junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from("cbytdsfrleokqanTix") | st.text(), inner),
    max_leaves=20,
)


def travel(value):
    return decode(json.loads(json.dumps(encode(value))))


@given(plain)
def test_plain_values_come_through(value):
    assert repr(travel(value)) == repr(value)


@given(hnp.arrays(st.sampled_from([np.float32, np.int8, np.bool_, np.complex64]), hnp.array_shapes(min_side=0)))
def test_arrays_come_through(array):
    got = travel(array)
    assert type(got) is np.ndarray
    assert (got.dtype, got.shape, got.tobytes()) == (array.dtype, array.shape, array.tobytes())


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.int64, torch.bool, torch.complex64])
def test_tensors_come_through(dtype):
    for shape in ((), (0, 2), (2, 3)):
        tensor = torch.ones(shape).to(dtype)
        got = travel(tensor)
        assert got.dtype == dtype
        assert got.shape == tensor.shape
        assert torch.equal(got, tensor)


@given(junk)
def test_junk_is_refused_or_plain(document):
    try:
        value = decode(document)
    except (ValueError, TypeError, MemoryError):
        return
    encode(value)


class Same(np.ndarray):
    def __eq__(self, other):
        return True


def test_subclasses_collapse():
    assert type(travel(np.ones(2).view(Same))) is np.ndarray
    assert type(travel(type("Text", (str,), {})("a"))) is str
    assert type(travel(type("List", (list,), {})([1]))) is list


@pytest.mark.parametrize(
    "value", [object(), np.array([object()]), lambda: 0, {1: print}, torch.nn.Linear(1, 1), (i for i in "a")]
)
def test_other_things_do_not_travel(value):
    with pytest.raises(NotPlain):
        encode(value)


FORGED = {
    "object dtype": {"a": ["|O", [1], "AAAAAAAAAAA=", True]},
    "too few bytes": {"a": ["<f8", [1000], "AAAAAAAAAAA=", True]},
    "negative shape": {"a": ["<f8", [-1], "", True]},
    "a record with objects": {"a": ["O,O", [1], "", True]},
    "a function for a type": {"o": "eval"},
    "a torch function": {"q": "load"},
    "two tags": {"t": [], "d": []},
}


@pytest.mark.parametrize("name", FORGED)
def test_forged_documents_are_refused(name):
    with pytest.raises((ValueError, TypeError)):
        decode(FORGED[name])


def test_a_deep_message_is_refused():
    with pytest.raises(ValueError, match="nested too deeply"):
        loads(b'{"a":' * 100_000)
