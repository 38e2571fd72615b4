"""Runs in the jail: puts back what a student's code may have replaced, for a test that has to run among that code.

Such a test is weaker all the same: code that looks for this module's memory, or a thread, can undo it.
"""

import contextlib
import sys

from grading.functions import by_name

MODULES = (
    *("builtins", "ast", "inspect", "json", "math", "operator", "traceback", "types", "unittest"),
    *("IPython.core.interactiveshell", "numpy", "numpy.linalg", "numpy.random", "numpy.testing"),
    *("torch", "torch.linalg", "torch.nn", "torch.nn.functional", "torch.testing"),
    *("grading.pristine", "grading.shell", "grading.student", "grading.values", "grading.wire"),
)
TRAITS = ("builtin_trap", "display_formatter", "display_trap", "input_transformer_manager")


class Pristine:
    """What modules, IPython and PyTorch's tensors were like before the student's first cell."""

    def __init__(self, ip):
        self.ip = ip
        self.modules = {name: sys.modules[name] for name in MODULES if name in sys.modules}
        self.contents = [(module, dict(vars(module))) for module in self.modules.values()]
        classes = [*type(ip).__mro__[:-1]]
        if "torch" in sys.modules:
            classes += sys.modules["torch"].Tensor.__mro__[:2]
        self.classes = [(kind, dict(vars(kind))) for kind in classes]
        parts = [ip, ip.displayhook, ip.display_pub, ip.display_formatter, ip.compile, ip.InteractiveTB, ip.events]
        parts.append(ip.input_transformer_manager)
        self.objects = [(part, dict(vars(part))) for part in parts]
        self.traits = {name: ip._trait_values[name] for name in TRAITS}
        self.lists = [(one, [*one]) for one in (ip.input_transformers_cleanup, ip.input_transformers_post)]
        self.lists += [(one, [*one]) for one in ip.events.callbacks.values()]

    def restore(self):
        """Put everything back that is not as it was; what is new stays, unless it hides what was there."""
        sys.settrace(None)
        sys.setprofile(None)
        sys.modules.update(self.modules)
        for module, contents in self.contents:
            vars(module).update(contents)
        for kind, contents in self.classes:
            for name in vars(kind).keys() - contents.keys():
                if hasattr(kind.__base__, name):
                    delattr(kind, name)
            for name, value in contents.items():
                if vars(kind).get(name) is not value:
                    with contextlib.suppress(AttributeError, TypeError):
                        setattr(kind, name, value)
        for part, contents in self.objects:
            for name in vars(part).keys() - contents.keys():
                if hasattr(type(part), name):
                    del vars(part)[name]
            vars(part).update(contents)
        self.ip._trait_values.update(self.traits)
        self.ip.ast_transformers = []
        for one, contents in self.lists:
            one[:] = contents

    @contextlib.contextmanager
    def around(self, given):
        """For the time of a test, the libraries are themselves. `given`: names of the test -> what they mean."""
        self.restore()
        space = self.ip.user_ns
        theirs = {name: space[name] for name in given if name in space}
        for name, path in given.items():
            with contextlib.suppress(ImportError, AttributeError):
                space[name] = by_name(path)
        try:
            yield
        finally:
            for name in given:
                space.pop(name, None)
            space.update(theirs)
