"""Runs in the jail and in the judge: the random state of Python, NumPy and torch, as one plain value."""

import functools
import random
import sys

seedings = 0  # how often somebody has called a seed function, once they are counted


def reseed(seed):
    """The random state was copied from the fork server: give this process its own, the same at every grading."""
    random.seed(seed)
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed(seed)
    if "torch" in sys.modules:  # torch.manual_seed would also look for graphics cards, which takes longer
        sys.modules["torch"].default_generator.manual_seed(seed)


def count_seedings():
    """Count calls of the seed functions: seeding twice in the same way leaves no other trace."""

    def counted(call):
        @functools.wraps(call)
        def seed(*args, **kwargs):
            global seedings
            seedings += 1
            return call(*args, **kwargs)

        return seed

    random.seed = counted(random.seed)
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed = counted(sys.modules["numpy"].random.seed)
    if "torch" in sys.modules:
        sys.modules["torch"].manual_seed = counted(sys.modules["torch"].manual_seed)


def state():
    """The present state, to be restored here or in another process."""
    found = {"random": random.getstate()}
    if "numpy" in sys.modules:
        found["numpy"] = sys.modules["numpy"].random.get_state()
    if "torch" in sys.modules:
        found["torch"] = sys.modules["torch"].get_rng_state()
    return found


def restore(found):
    """Go on from a state."""
    random.setstate(found["random"])
    if "numpy" in found and "numpy" in sys.modules:
        sys.modules["numpy"].random.set_state(found["numpy"])
    if "torch" in found and "torch" in sys.modules:
        sys.modules["torch"].set_rng_state(found["torch"])
