"""The tests' tables bite: change one operator, constant or bound in lib, and some answer differs from PyTorch's.

Each function below is changed in every such place, one at a time, and asked again. Few changes may go unnoticed: those
of guards, whose case is another test's, and of code that then means the same.
"""

import ast
import inspect
import os
import random
import textwrap
import warnings

import numpy as np
import pytest
import torch.nn.functional as F
from torch.nn import grad

import lib
from lib import conv, conv_transpose, counting, fields, loops, pool, sizes
from tests import test_conv, test_conv_transpose, test_counting, test_fields, test_pool, test_sizes
from tests.oracles import answer, numbers, same
from tests.test_loops import KNOWN

SWAPS = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.FloorDiv: ast.Mult, ast.Mod: ast.Mult,
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
}  # fmt: skip


def mutants(function):
    """Every version of a function with one thing changed, as (what changed, its code)."""
    source = textwrap.dedent(inspect.getsource(function))
    whole = ast.parse(source)
    kept = [n for n in ast.walk(whole) if isinstance(n, ast.Raise | ast.arguments)]  # messages, defaults
    kept = {inner for outer in kept for inner in ast.walk(outer)}
    for place, node in enumerate(ast.walk(whole)):
        if node in kept:
            continue
        tree = ast.parse(source)
        twin = list(ast.walk(tree))[place]
        if isinstance(node, ast.BinOp) and type(node.op) in SWAPS:
            twin.op = SWAPS[type(node.op)]()
        elif isinstance(node, ast.Compare) and type(node.ops[0]) in SWAPS:
            twin.ops[0] = SWAPS[type(node.ops[0])]()
        elif isinstance(node, ast.Constant) and type(node.value) is int:
            twin.value = node.value + 1
        else:
            continue
        namespace = dict(vars(inspect.getmodule(function)))
        exec(compile(ast.fix_missing_locations(tree), "a mutant", "exec"), namespace)
        yield f"line {node.lineno} of {function.__name__}: {ast.unparse(twin)}", namespace[function.__name__].__code__


def of_conv():
    rng = np.random.default_rng(3)
    for case in [*test_conv.CASES.values(), {"x": (1, 2, 6, 5), "w": (2, 2, 3, 2), "padding": (2, 1)}]:
        options = dict(case)
        x, w = numbers(rng, options.pop("x")), numbers(rng, options.pop("w"))
        if x.size < 5000:
            plain = {name: test_conv._plain(value) for name, value in options.items()}
            expected = answer(test_conv.TORCH[w.ndim - 2], x, w, **plain)
            yield lambda x=x, w=w, options=options: test_conv.LIB[w.ndim - 2](x, w, **options), expected
            bias = numbers(rng, len(w))
            expected = answer(test_conv.TORCH[w.ndim - 2], x, w, bias, **plain)
            yield lambda x=x, w=w, b=bias, options=options: test_conv.LIB[w.ndim - 2](x, w, b, **options), expected
    x, w, padding = numbers(rng, (2, 3, 6, 5)), numbers(rng, (4, 3, 3, 2)), (2, 1)
    expected = answer(F.conv2d, np.pad(x, ((0, 0), (0, 0), (2, 2), (1, 1)), "reflect"), w)
    yield lambda: lib.conv2d(x, w, padding=padding, padding_mode="reflect"), expected
    slopes = numbers(rng, (2, 4, 3, 2))
    expected = answer(grad.conv2d_input, (2, 3, 9, 6), w, slopes, stride=3, padding=1, dilation=(1, 3))
    yield lambda: lib.conv2d_input((2, 3, 9, 6), w, slopes, 3, 1, (1, 3)), expected


def of_conv_transpose():
    rng = np.random.default_rng(3)
    for odd in (0, np.inf):
        for case in test_conv_transpose.CASES.values():
            options = dict(case)
            x, w = numbers(rng, options.pop("x")), numbers(rng, options.pop("w"))
            w[0, -1] += odd
            w.flat[[w.size // 2, w.size - 1]] -= odd
            bias = numbers(rng, w.shape[1] * options.get("groups", 1))
            if x.size < 5000:
                call = test_conv_transpose.LIB[w.ndim - 2]
                expected = answer(test_conv_transpose.TORCH[w.ndim - 2], x, w, bias, **options)
                yield lambda x=x, w=w, b=bias, options=options, call=call: call(x, w, b, **options), expected


def of_pool():
    rng = np.random.default_rng(3)
    for shape, options in test_pool.CORNERS.values():
        x = numbers(rng, shape)
        if x.size > 20_000:
            continue
        plain = {n: [int(v) for v in o] if isinstance(o, tuple | list) else o for n, o in options.items()}
        for image in (x, np.where(x > 0.7, np.nan, x), np.full_like(x, -np.inf)):
            largest = answer(F.max_pool2d, image, **plain, return_indices=True)
            yield lambda x=image, o=options: lib.max_pool2d(x, **o, return_indices=True)[0], largest[0]
            yield lambda x=image, o=options: lib.max_pool2d(x, **o, return_indices=True)[1], largest[1]
        for counted in (True, False):
            whole = np.round(9 * x).astype(np.int64)
            for image in (x, whole):
                expected = answer(F.avg_pool2d, image, **plain, count_include_pad=counted)
                yield lambda x=image, o=options, c=counted: lib.avg_pool2d(x, **o, count_include_pad=c), expected
        if x.size:
            expected = answer(F.avg_pool2d, whole, **plain, divisor_override=-3)
            yield lambda x=whole, o=options: lib.avg_pool2d(x, **o, divisor_override=-3), expected
    yield lambda: lib.avg_pool2d(np.array([[[-3, 0], [0, 0]]], np.uint8), 2), np.array([[[63]]], np.uint8)
    x = numbers(rng, (1, 2, 9, 8))
    expected = answer(F.max_pool2d, x, (3, 2), 2, 1, (2, 3), return_indices=True)
    yield lambda: lib.max_pool2d(x, (3, 2), 2, 1, (2, 3), return_indices=True)[1], expected[1]


def of_sizes():
    yield lambda: lib.conv_output_size((7, 4), 6, padding="same", dilation=(1, 2)), (7, 4)
    yield lambda: lib.conv_output_size(7, 3, padding="same"), 7
    yield lambda: lib.conv_output_size(7, 3, 2, "valid"), 3
    yield lambda: lib.conv_output_size(0, 1, 1, 1), 2
    yield lambda: lib.conv_output_size((0, 3), 1, padding="same"), (0, 3)
    yield lambda: lib.conv_output_size(7, 1, padding="same"), 7
    for options in ((4, 3, 2, 1, 2), (4, 3, 1, 0, 1)):
        yield lambda options=options: lib.conv_transpose_output_size(*options), ValueError
    yield lambda: lib.pool_output_size(9, 3, 1, 2), ValueError
    yield lambda: lib.conv_output_size(2, 5, 1, 1), ValueError
    for bad in ({"stride": 2, "padding": "same"}, {"stride": 0, "padding": "same"}, {"padding": "same", "dilation": 0}):
        yield lambda bad=bad: lib.conv_output_size(7, 3, **bad), ValueError
    for n, k, s, p, d, expected in test_sizes.TABLE:
        yield lambda o=(n, k, s, p, d): lib.conv_output_size(*o), expected
    for n in range(1, 9):
        for k, s, p, d in ((1, 1, 0, 1), (2, 1, 1, 2), (3, 2, 1, 1), (4, 3, 2, 1), (3, 2, 0, 2)):
            for name, arguments, call in (
                ("conv_output_size", (n, k, s, p, d), lambda x, a: F.conv1d(
                    x, x[..., :1].repeat(1, 1, a[1]), None, *a[2:])),
                ("conv_transpose_output_size", (n, k, s, p, s - 1, d), lambda x, a: F.conv_transpose1d(
                    x, x[..., :1].repeat(1, 1, a[1]), None, *a[2:5], 1, a[5])),
                ("pool_output_size", (n, k, s, p, d, True), lambda x, a: F.max_pool1d(x, *a[1:])),
                ("pool_output_size", (n, k, s, p, d, False), lambda x, a: F.max_pool1d(x, *a[1:])),
            ):  # fmt: skip
                try:
                    expected = answer(call, np.ones((1, 1, n)), arguments).shape[-1]
                except RuntimeError:
                    expected = ValueError
                yield lambda name=name, arguments=arguments: getattr(lib, name)(*arguments), expected


def of_loops():
    for X, K, expected in KNOWN.values():
        yield lambda X=X, K=K: lib.corr2d(X, K), np.array(expected, np.result_type(X, K))
        yield lambda X=X, K=K: lib.convolve2d(X, K[::-1, ::-1]), np.array(expected, np.result_type(X, K))


def of_counting():
    for layer, output_size, parameters, macs in test_counting.TABLE.values():
        yield lambda layer=layer: lib.count_parameters(*layer), parameters
        yield lambda o=(*layer[:3], output_size, layer[4]): lib.count_macs(*o), macs
    yield lambda: lib.count_macs(2, 3, 3, 1), 2 * 3 * 9


def of_fields():
    for layers, size, stride in test_fields.KNOWN.values():
        yield lambda layers=layers: lib.receptive_field(layers)[:2], (size, stride)
    yield lambda: lib.receptive_field_region([(3, 2, 1), (3, 2, 1, 2)], 5), (17, 27)
    yield lambda: lib.receptive_field([(3, 2, 1), (3, 2, 1, 2)]), (11, 4, 3)
    yield lambda: lib.receptive_field_region([(3, 2, 1)], 0), (-1, 1)
    yield lambda: lib.receptive_field_region([((3, 5), 2)], (1, 0)), ((2, 0), (4, 4))


# what is asked, of which functions, and how many of all changes may go unnoticed: padding further than windows reach,
# the size of a tile, stand-ins where there is nothing to do, and axes and sizes that NumPy counts from either end
TARGETS = {
    "loops": (of_loops, [loops.corr2d, loops.convolve2d], 0),
    "sizes": (of_sizes, [sizes.conv_output_size, sizes.conv_transpose_output_size, sizes.pool_output_size], 0),
    "conv": (of_conv, [conv.windows, conv.pad, conv.padding_sides, conv.correlate, conv.add_shifted], 9),
    "conv_transpose": (of_conv_transpose, [conv_transpose.spread, conv_transpose.lattices, conv_transpose.reach], 18),
    "pool": (of_pool, [pool._axes, pool._patch, pool._first, pool._positions, pool._counts, pool._toward_zero], 5),
    "counting": (of_counting, [counting.count_parameters, counting.count_macs], 0),
    "fields": (of_fields, [fields._grow, fields.receptive_field_region], 1),
}


def wrong(questions):
    """Whether some question gets another answer than expected."""
    for ours, expected in questions:
        try:
            actual = ours()
        except Exception as error:
            if expected is ValueError and isinstance(error, ValueError):
                continue
            return True
        try:
            if isinstance(expected, np.ndarray):
                same(actual, expected)
            elif actual != expected:
                return True
        except AssertionError:
            return True
    return False


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", TARGETS)
def test_a_change_is_noticed(name):
    ask, functions, tolerated = TARGETS[name]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        questions = list(ask())
        assert not wrong(questions)
        changed = [(function, *mutant) for function in functions for mutant in mutants(function)]
        if os.environ.get("COURSE_TESTS") != "all":
            changed = random.Random(1).sample(changed, min(25, len(changed)))
        unnoticed = []
        for function, what, code in changed:
            kept, function.__code__ = function.__code__, code
            try:
                if not wrong(questions):
                    unnoticed.append(what)
            finally:
                function.__code__ = kept
    assert len(unnoticed) <= tolerated, "\n".join(unnoticed)
