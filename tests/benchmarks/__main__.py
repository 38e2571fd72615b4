"""Time lib, PyTorch and its peers in turn, at one thread, by the processor's clock; print ratios and targets.

Every round times each of them once, so that whatever slows the machine slows all; what is reported is the median of the
rounds' ratios. Ratios to PyTorch below 1 mean lib is faster; ratios of the peers are to lib.
"""

import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "MXNET_CPU_WORKER_NTHREADS"):
    os.environ[name] = "1"
for name in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):  # where set they may halve NumPy's matrix multiplication
    os.environ.pop(name, None)

import argparse  # noqa: E402
import math  # noqa: E402
import statistics  # noqa: E402
import time  # noqa: E402
import tracemalloc  # noqa: E402

import numpy as np  # noqa: E402
import torch  # noqa: E402

from lib.frameworks import has_mxnet, import_mxnet  # noqa: E402
from tests.benchmarks import peers  # noqa: E402
from tests.benchmarks.cases import CASES  # noqa: E402

FORWARD_LIMIT, MANY_LIMIT, WORST_LIMIT, POOL_LIMIT, SHUFFLE_LIMIT = 1.0, 1.7, 2.7, 0.35, 1.0
PEER_LIMITS = {
    "loops": 500,
    "numpy_ml_im2col": 6,
    "index_im2col": 5,
    "strided_im2col": 1.5,
    "tensordot": 1.4,
    "scipy": 2.5,
}
EXTRA_LIMIT = 2 * 2**20


def seconds(call, repeats):
    start = time.process_time()
    for _ in range(repeats):
        call()
    return (time.process_time() - start) / repeats


def race(calls, rounds):
    """The median seconds of every call, and the median over rounds of its ratio to the first."""
    repeats = {}
    for name, call in calls.items():
        call()
        repeats[name] = max(1, int(0.02 / max(seconds(call, 1), 1e-6)))
    laps = [{name: seconds(call, repeats[name]) for name, call in calls.items()} for _ in range(rounds)]
    first = next(iter(calls))
    times = {name: statistics.median(lap[name] for lap in laps) for name in calls}
    return times, {name: statistics.median(lap[name] / lap[first] for lap in laps) for name in calls}


def mean(ratios):
    return math.exp(statistics.fmean(map(math.log, ratios)))


def check(case, ours, theirs):
    """Refuse to time an answer that is not PyTorch's."""
    ours, theirs = ours(), theirs()
    for mine, other in zip(*(a if isinstance(a, tuple) else (a,) for a in (ours, theirs)), strict=True):
        limit = 1e-4 * float(other.abs().max())
        if not np.allclose(mine, other.numpy(), atol=limit):
            raise SystemExit(f"{case.name}: lib and PyTorch disagree by {np.abs(mine - other.numpy()).max()}")


def extra_memory(case, call):
    """Peak bytes beyond the output and the padded input."""
    tracemalloc.start()
    answer = call()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    held = sum(a.nbytes for a in (answer if isinstance(answer, tuple) else (answer,)))
    return max(0, peak - held - case.padded())


def against_torch(case, rounds):
    ours, theirs = case.calls()
    check(case, ours, theirs)
    calls = {"torch": theirs, "lib": ours}
    if case.products():
        count, outputs, taps, positions = case.products()
        rng = np.random.default_rng(1)
        left = rng.normal(size=(outputs, taps)).astype(np.float32)
        right = rng.normal(size=(taps, positions)).astype(np.float32)
        calls["gemm"] = lambda: [left @ right for _ in range(count)]
    times, ratios = race(calls, rounds)
    percent = f"{100 * times['gemm'] / times['lib']:5.0f} %" if "gemm" in times else "      -"
    memory = extra_memory(case, ours)
    print(
        f"{case.name:40}{times['torch'] * 1e3:10.2f}{times['lib'] * 1e3:10.2f}{ratios['lib']:9.2f}"
        f"{percent:>9}{memory / 2**20:9.2f}",
        flush=True,
    )
    return ratios["lib"], memory


def comparable(case):
    """The peers know two dimensions, stride and padding."""
    return case.kind == "conv" and len(case.x) == 4 and not {"groups", "dilation"} & set(case.options)


def against_peers(case, rounds):
    """How much slower each peer is than lib, on a part of the work where the whole takes long."""
    x, weight = case.arrays
    options = {"stride": case.options.get("stride", 1), "padding": case.options.get("padding", 0)}
    ours = case.calls()[0]
    calls, scale = {"lib": ours}, {"lib": 1.0}
    for peer in peers.PEERS:
        if peer is peers.mxnet and not has_mxnet():
            continue
        images, rows = peers.PARTS.get(peer, (len(x), None))
        whole = ours().shape
        part = x[:images]
        if rows:
            part = part[:, :, : (rows - 1) * options["stride"] + weight.shape[2]]
        kernels = weight[:4] if peer in peers.PARTS else weight
        done = math.prod(output_shape(part, kernels, options))
        calls[peer.__name__] = lambda peer=peer, part=part, kernels=kernels: peer(part, kernels, **options)
        scale[peer.__name__] = math.prod(whole) / done
    _, ratios = race(calls, rounds)
    ratios = {name: ratio * scale[name] for name, ratio in ratios.items() if name != "lib"}
    print(f"{case.name:26}" + "".join(f"{ratios.get(p.__name__, math.nan):16.1f}" for p in peers.PEERS), flush=True)
    return ratios


def output_shape(x, weight, options):
    sizes = (
        (n + 2 * options["padding"] - k) // options["stride"] + 1
        for n, k in zip(x.shape[2:], weight.shape[2:], strict=True)
    )
    return len(x), len(weight), *sizes


def verdict(name, value, limit, at_least=False, unit="×"):
    met = value >= limit if at_least else value <= limit
    sign = "≥" if at_least else "≤"
    print(f"{'met   ' if met else 'MISSED'}  {name:62}{value:9.2f} {unit}   target {sign} {limit:g} {unit}")


def main():
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=9, help="how often everything is timed (9)")
    rounds = parser.parse_args().rounds
    torch.set_num_threads(1)
    if has_mxnet():
        import_mxnet()

    print(f"one thread, float32, processor time, {rounds} rounds in turn; extra: MB beyond output and padded input\n")
    print(f"{'':40}{'torch ms':>10}{'lib ms':>10}{'lib/torch':>9}{'of GEMM':>9}{'extra':>9}")
    with torch.no_grad():
        found = {case.name: against_torch(case, rounds) for case in CASES}
        print(f"\n{'slower than lib, times':26}" + "".join(f"{peer.__name__:>16}" for peer in peers.PEERS))
        compared = [against_peers(case, max(3, rounds // 2)) for case in CASES if comparable(case)]

    ratio = {name: value for name, (value, _) in found.items()}
    convolutions = [case for case in CASES if case.weight is not None]
    forward = [case for case in CASES if not case.kind.endswith("gradient")]
    many = [case for case in convolutions if case.many_channels]
    pooling = [case for case in CASES if "pool" in case.kind]
    print()
    verdict("lib / torch, many channels, geometric mean", mean(ratio[c.name] for c in many), MANY_LIMIT)
    worst = max(many, key=lambda case: ratio[case.name])
    verdict(f"lib / torch, many channels, worst: {worst.name}", ratio[worst.name], WORST_LIMIT)
    verdict("lib / torch, all forward shapes, geometric mean", mean(ratio[c.name] for c in forward), FORWARD_LIMIT)
    verdict("lib / torch, pooling, geometric mean", mean(ratio[c.name] for c in pooling), POOL_LIMIT)
    shuffle = next(case for case in CASES if case.kind == "channel_shuffle")
    verdict("lib / torch, channel shuffle", ratio[shuffle.name], SHUFFLE_LIMIT)
    heaviest = max(found[case.name][1] for case in convolutions)
    verdict("convolutions, extra memory, most", heaviest / 2**20, EXTRA_LIMIT / 2**20, unit="MB")
    limit = 4 * math.prod(pooling[0].x) / 2**20
    verdict("pooling, extra memory, most", max(found[case.name][1] for case in pooling) / 2**20, limit, unit="MB")
    for name, limit in PEER_LIMITS.items():
        verdict(f"{name} / lib, geometric mean", mean(ratios[name] for ratios in compared), limit, at_least=True)
    if has_mxnet():
        print(f"        mxnet / lib, geometric mean {mean(ratios['mxnet'] for ratios in compared):40.2f} ×")


main()
