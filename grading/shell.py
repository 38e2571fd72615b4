"""Runs in the jail and in the judge: IPython without a kernel, which returns what a cell printed and showed."""

import base64
import io
import re
import subprocess
import sys
import traceback

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

TEXT_LIMIT = 200_000  # characters of printed text that a cell keeps
DATA_LIMIT = 4 * 2**20  # characters of one displayed object
ITEMS_LIMIT = 200
PROXY = re.compile(r"\s*File <your \w+>:\d+ in proxy")  # what stands between a test and an answer in a traceback


class Outputs(list):
    """A cell's outputs as nbformat has them, bounded: what exceeds the limits is dropped, and said to be."""

    def reset(self):
        self.clear()
        self.room = TEXT_LIMIT

    def write(self, name, text):
        if self.room < 0:
            return
        if len(text) > self.room:
            text = text[: self.room] + f"\n… output cut after {TEXT_LIMIT} characters …\n"
            self.room = -1
        else:
            self.room -= len(text)
        if self and self[-1]["output_type"] == "stream" and self[-1]["name"] == name:
            self[-1]["parts"].append(text)
        elif len(self) < ITEMS_LIMIT:
            self.append({"output_type": "stream", "name": name, "parts": [text]})

    def show(self, kind, data, metadata):
        data = {mime: _text(body) for mime, body in data.items()}
        data = {mime: body for mime, body in data.items() if len(body) <= DATA_LIMIT}
        if data and len(self) < ITEMS_LIMIT:
            self.append({"output_type": kind, "data": data, "metadata": metadata or {}})

    def error(self, name, message, lines):
        lines = [line[:4000] for line in (lines if len(lines) <= 100 else [*lines[:50], "…", *lines[-49:]])]
        self.append({"output_type": "error", "ename": name, "evalue": message[:8000], "traceback": lines})

    def plain(self):
        """The outputs as plain JSON."""
        done = []
        for output in self:
            output = dict(output)
            if "parts" in output:
                output["text"] = "".join(output.pop("parts"))
            done.append(output)
        return done


def _text(body):
    if isinstance(body, bytes):
        return base64.b64encode(body).decode("ascii")
    return body if isinstance(body, str) else str(body)


class Stream(io.TextIOBase):
    """sys.stdout or sys.stderr of a cell."""

    encoding = "utf-8"

    def __init__(self, name, outputs):
        self.name, self.outputs = name, outputs

    def write(self, text):
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self.outputs.write(self.name, text)
        return len(text)

    def writable(self):
        return True

    def isatty(self):
        return False


class _Publisher(DisplayPublisher):
    outputs = None

    def publish(self, data, metadata=None, **options):
        self.outputs.show("display_data", data, metadata)

    def clear_output(self, wait=False):
        self.outputs.clear()


class _Hook(DisplayHook):
    outputs = None

    def write_output_prompt(self):
        pass

    def write_format_data(self, format_dict, md_dict=None):
        self.outputs.show("execute_result", format_dict, md_dict)

    def finish_displayhook(self):
        pass


class Shell(InteractiveShell):
    """IPython without history, profile, prompt or kernel."""

    def __init__(self, **options):
        config = Config()
        config.HistoryManager.enabled = False
        config.HistoryManager.hist_file = ":memory:"
        super().__init__(config=config, **options)
        self.display_pub = _Publisher(parent=self, shell=self)
        self.colors = "nocolor"
        self.InteractiveTB.set_mode("Plain")  # the others look through all of PyTorch's modules for each line they show
        self.raised = None

    def init_history(self):
        super().init_history()
        self.history_manager.enabled = False

    def init_display_pub(self):
        self.display_pub = _Publisher(parent=self, shell=self)

    def init_displayhook(self):
        self.displayhook = _Hook(parent=self, shell=self)
        from IPython.core.display_trap import DisplayTrap

        self.display_trap = DisplayTrap(hook=self.displayhook)

    def _showtraceback(self, kind, value, lines):
        if isinstance(lines, str):
            lines = lines.split("\n")
        lines = [str(line) for line in lines if not PROXY.match(str(line))]
        self.display_pub.outputs.error(kind.__name__, safe(value), lines)

    def enable_gui(self, gui=None):
        pass  # there is no window system

    def system(self, cmd):
        """What a line that begins with ! runs, its output as it comes: there is no terminal, as IPython would want."""
        words = self.var_expand(cmd, depth=1)
        options = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        with subprocess.Popen(words, shell=True, text=True, errors="replace", **options) as process:
            try:
                while text := process.stdout.read(2**12):
                    sys.stdout.write(text)
            except KeyboardInterrupt:
                process.kill()
                raise
        self.user_ns["_exit_code"] = process.returncode

    def raw_input(self, prompt=""):
        raise EOFError("input() has no keyboard while answers are graded")


def safe(value):
    try:
        return str(value)
    except BaseException:
        return f"<{type(value).__name__}>"


# Cells that load what the first cell, the first function and the first error would otherwise load in every copy.
WARM_UP = ["import sys", "def f(x):\n    return x", "f(1)", "1 / 0", "f("]


def make_shell():
    """The shell of this process, ready to be forked."""
    shell = Shell.instance(profile_dir=None)
    outputs = Outputs()
    outputs.reset()
    shell.display_pub.outputs = shell.displayhook.outputs = outputs
    shell.outputs = outputs
    if "matplotlib" in sys.modules:
        import matplotlib
        import matplotlib_inline.backend_inline as backend

        matplotlib.use("module://matplotlib_inline.backend_inline")
        matplotlib.interactive(True)
        backend.configure_inline_support(shell, "inline")
    for cell in WARM_UP:
        run(shell, cell)
    shell.reset()
    return shell


def run(shell, source, number=None):
    """Run one cell as In[number], else the next; return (its outputs, the exception that ended it or None)."""
    shell.execution_count = number or shell.execution_count
    outputs = shell.outputs
    outputs.reset()
    before = sys.stdout, sys.stderr, sys.stdin
    sys.stdout, sys.stderr = Stream("stdout", outputs), Stream("stderr", outputs)
    sys.stdin = io.StringIO()
    import builtins

    builtins.input = shell.raw_input
    error = None
    try:
        result = shell.run_cell(source, store_history=True)
        error = result.error_before_exec or result.error_in_exec
    except BaseException as unexpected:
        error = unexpected
    finally:
        sys.stdout, sys.stderr, sys.stdin = before
    if error is not None and not any(o["output_type"] == "error" for o in outputs):
        lines = traceback.format_exception(error)
        outputs.error(type(error).__name__, safe(error), "".join(lines).split("\n"))
    return outputs.plain(), error


def line_of(error, source):
    """The line, from 1, of the cell's source at which `error` left it; None if it never was in there."""
    line, frame = None, error.__traceback__
    lines = source.split("\n")
    while frame is not None:
        name = frame.tb_frame.f_code.co_filename
        if "ipykernel" in name or (name.startswith("<ipython-input") and frame.tb_lineno <= len(lines)):
            line = frame.tb_lineno if line is None else line
        frame = frame.tb_next
    return line
