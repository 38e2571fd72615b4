"""The explorers' arithmetic, run in a JavaScript engine, equals the library's on settings that hypothesis draws.

It accepts exactly the settings that the library accepts, gives the same sizes and numbers, and its sliders end where
the library begins to refuse. Receptive fields are asked of PyTorch's gradients, channel shuffles of PyTorch too.
"""

import json
import re
from pathlib import Path

import numpy as np
import pytest
import quickjs
import torch
from hypothesis import assume, given
from hypothesis import strategies as st

import lib
from lib.draw.channels import joined, shuffled
from lib.draw.towers import seen
from lib.sizes import conv_output_size

SOURCE = Path(__file__).parents[2] / "book/_static/arithmetic.js"
MODES = ["zeros", "reflect", "replicate", "circular"]
F = torch.nn.functional


class JavaScript:
    """Functions of the module, called with plain values."""

    def __init__(self):
        self.context = quickjs.Context()
        self.context.eval(SOURCE.read_text(encoding="utf-8").replace("export ", ""))

    def __call__(self, name, *arguments):
        answer = self.context.eval(f"JSON.stringify({name}(...{json.dumps(arguments)}) ?? null)")
        return json.loads(answer)


js = JavaScript()

small = st.integers(1, 4)
sizes = st.integers(1, 9)


@st.composite
def convolutions(draw):
    """Settings as the explorer keeps them; many of them do not fit."""
    return {
        "rows": draw(sizes),
        "columns": draw(sizes),
        "kernelRows": draw(small),
        "kernelColumns": draw(small),
        "stride": draw(small),
        "padding": draw(st.integers(0, 4)),
        "dilation": draw(small),
        "mode": draw(st.sampled_from(MODES)),
        "flip": draw(st.booleans()),
        "transposed": False,
        "outputPadding": 0,
    }


@st.composite
def transposed_convolutions(draw):
    return draw(convolutions()) | {"mode": "zeros", "transposed": True, "outputPadding": draw(st.integers(0, 3))}


def numbers_for(c, seed):
    """An input and a kernel with positive and negative whole numbers."""
    rng = np.random.default_rng(seed)
    X = rng.integers(-9, 10, (c["rows"], c["columns"]))
    return X, rng.integers(-5, 6, (c["kernelRows"], c["kernelColumns"]))


def by_the_library(c, X, K):
    """What lib answers, or None where it refuses."""
    weight = (K[::-1, ::-1] if c["flip"] else K)[None, None].astype(float)
    options = {name: c[name] for name in ("stride", "padding", "dilation")}
    try:
        return lib.conv2d(X[None].astype(float), weight, **options, padding_mode=c["mode"])[0]
    except ValueError:
        return None


def by_pytorch_transposed(c, X, K):
    """What PyTorch's transposed convolution answers, or None where it refuses."""
    weight = torch.tensor((K[::-1, ::-1] if c["flip"] else K).copy(), dtype=torch.float64)[None, None]
    options = {name: c[name] for name in ("stride", "padding", "dilation")}
    try:
        x = torch.tensor(X, dtype=torch.float64)[None, None]
        return F.conv_transpose2d(x, weight, **options, output_padding=c["outputPadding"])[0, 0].numpy()
    except RuntimeError:
        return None


@given(convolutions(), st.integers(0, 10**6))
def test_a_convolution_is_the_librarys(c, seed):
    X, K = numbers_for(c, seed)
    expected = by_the_library(c, X, K)
    size = js("sizeOf", c)
    if expected is None:
        assert size is None
        return
    assert size == list(expected.shape)
    np.testing.assert_array_equal(js("convolve", X.tolist(), K.tolist(), c), expected)


@given(transposed_convolutions(), st.integers(0, 10**6))
def test_a_transposed_convolution_is_pytorchs(c, seed):
    X, K = numbers_for(c, seed)
    expected = by_pytorch_transposed(c, X, K)
    size = js("sizeOf", c)
    if expected is None:
        assert size is None
        return
    assert size == list(expected.shape)
    np.testing.assert_array_equal(js("convolve", X.tolist(), K.tolist(), c), expected)


@given(
    st.one_of(convolutions(), transposed_convolutions()),
    st.sampled_from(["rows", "columns", "kernelRows", "kernelColumns", "stride", "padding", "dilation"]),
)
def test_a_slider_ends_where_the_library_refuses(c, name):
    assume(js("sizeOf", c) is not None)
    low, high = (0 if name == "padding" else 1), 9

    def accepted(value):
        changed = c | {name: value}
        X, K = numbers_for(changed, 0)
        return (by_pytorch_transposed if c["transposed"] else by_the_library)(changed, X, K) is not None

    good = [value for value in range(low, high + 1) if accepted(value)]
    assert js("limits", c, name, low, high) == [good[0], good[-1]]
    assert good == list(range(good[0], good[-1] + 1)), "a value between a slider's ends must fit"


@given(st.integers(3, 12), st.integers(3, 12), st.integers(1, 3), st.integers(1, 3), st.integers(0, 10**6))
def test_a_photographs_response_is_the_librarys(height, width, rows, columns, seed):
    rng = np.random.default_rng(seed)
    image, K = rng.integers(0, 256, (height, width)), rng.integers(-4, 5, (rows, columns))
    answer = js.context.eval(
        f"JSON.stringify(Array.from(filter({json.dumps(image.ravel().tolist())}, {width}, {height}, {K.tolist()})))"
    )
    np.testing.assert_array_equal(json.loads(answer), lib.corr2d(image, K).ravel())


layer = st.tuples(small, st.integers(1, 3), st.integers(0, 3), st.integers(1, 3)).map(list)


@given(st.integers(1, 24), st.lists(layer, min_size=1, max_size=4), st.integers(0, 10**6))
def test_a_receptive_field_is_the_librarys(size, layers, choice):
    lengths, n = [size], size
    try:
        for k, s, p, d in layers:
            n = conv_output_size(n, k, s, p, d)
            lengths.append(n)
    except ValueError:
        assert js("levels", size, layers) is None
        return
    assert js("levels", size, layers) == lengths
    index = choice % n
    assert js("region", layers, index) == list(lib.receptive_field_region(layers, index))
    levels = zip(seen(layers, lengths, index), lengths, strict=True)
    inside = [sorted(u for u in places if 0 <= u < n) for places, n in levels]
    assert js("seen", size, layers, index) == inside
    first, last = lib.receptive_field_region(layers, index)
    field = js("fields", layers)[-1]
    assert field["size"] == last - first + 1
    left, next_left = (lib.receptive_field_region(layers, n)[0] for n in (0, 1))
    assert [field["stride"], -field["padding"]] == [next_left - left, left]


@given(st.integers(1, 16), st.integers(1, 16), small, st.booleans(), st.integers(0, 100))
def test_groups_parameters_and_multiplications_are_pytorchs(inputs, outputs, k, bias, choice):
    divisors = js("commonDivisors", inputs, outputs)
    assert divisors == [g for g in range(1, 17) if inputs % g == 0 and outputs % g == 0]
    groups = divisors[choice % len(divisors)]
    layer = torch.nn.Conv2d(inputs, outputs, k, bias=bias, groups=groups)
    count = sum(p.numel() for p in layer.parameters())
    assert js("parameters", inputs, outputs, k, bias, groups) == count
    assert js("multiplications", inputs, outputs, k, 5, groups) == layer.weight.numel() * 25
    for o in range(outputs):
        assert js("reads", o, inputs, outputs, groups) == np.flatnonzero(joined(inputs, outputs, groups)[o]).tolist()
    group = divisors[choice % len(divisors)]
    order = F.channel_shuffle(torch.arange(inputs).reshape(1, -1, 1, 1), group).flatten().tolist()
    assert js("shuffled", inputs, group) == order == list(map(int, shuffled(inputs, group)))


@given(st.integers(2, 6), st.integers(2, 7), st.integers(0, 10**6))
def test_descent_is_that_of_autograd(rows, columns, seed):
    rng = np.random.default_rng(seed)
    X, K, Y = rng.normal(size=(rows, columns)), rng.normal(size=(1, 2)), rng.normal(size=(rows, columns - 1))
    weight = torch.tensor(K[None, None], requires_grad=True)
    error = F.conv2d(torch.tensor(X)[None, None], weight)[0, 0] - torch.tensor(Y)
    loss = (error**2).sum()
    loss.backward()
    values = [a.tolist() for a in (X, K, Y)]
    assert js("loss", *values) == pytest.approx(loss.item())
    np.testing.assert_allclose(js("gradient", *values), weight.grad[0, 0].numpy(), rtol=1e-9, atol=1e-9)
    windows = np.array([X[i, j : j + 2] for i in range(rows) for j in range(columns - 1)])
    hessian = 2 * windows.T @ windows
    np.testing.assert_allclose(js("curvature", X.tolist()), hessian, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(js("eigenvalues", hessian.tolist()), np.linalg.eigvalsh(hessian), atol=1e-9)
    assert js("largestStep", X.tolist()) == pytest.approx(2 / np.linalg.eigvalsh(hessian)[-1])


def test_the_largest_step_of_chapter_3_is_a_thirtieth():
    assert js("largestStep", [[1, 1, 0, 0, 0, 0, 1, 1]] * 6) == pytest.approx(1 / 30)


@pytest.mark.parametrize(
    ("value", "text"), [(19, "19"), (-2.5, "−2.5"), (0.15, "0.15"), (1.97694, "1.977"), (-0.0, "0"), (1 / 3, "0.3333")]
)
def test_numbers_read_as_in_the_drawings(value, text):
    assert js("number", value) == text


def test_a_sum_reads_as_one_would_write_it():
    assert js("sentence", [[0, 0], [3, -2]], -6) == "0·0 + 3·(−2) = −6"


def test_the_module_knows_no_page():
    assert not re.search(r"\b(document|window|fetch|import)\b(?!s)", re.sub(r"//.*", "", SOURCE.read_text("utf-8")))
