"""How fast lib is, beside PyTorch and beside what a learner would otherwise use: `python -m tests.benchmarks`."""
