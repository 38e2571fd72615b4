"""Runs in the judge and in the worker: what a test cell's outputs are worth, said so that nbgrader reads exactly that.

nbgrader gives 0 for an error or anything on stderr, a number for a result that is one, and otherwise full marks.
"""

import contextlib


def score(outputs, error, points, partial):
    """(the score or None for full marks without a number, a message if it is refused) of a test that ran."""
    if error is not None:
        return 0.0, None
    text = last_result(outputs)
    if text in ("False", "np.False_", "tensor(False)"):
        return 0.0, "the test ended in False"
    number = as_score(text)
    if number is None:
        return None, None
    if number != number:
        return 0.0, "the test ended in NaN"
    if not partial:
        return None, None
    return min(max(number, 0.0), points), None if number >= 0 else "the test ended in a negative number"


def last_result(outputs):
    """The printed result of a cell's last expression, or None."""
    return next((o["data"].get("text/plain", "") for o in outputs if o["output_type"] == "execute_result"), None)


def as_score(text):
    """The number a test cell ended in, as nbgrader reads it from the printed result; None if it is none."""
    try:
        return float(text)
    except (TypeError, ValueError):
        pass
    with contextlib.suppress(ValueError):
        if text and text.startswith("np.float") and text.endswith(")"):
            return float(text.partition("(")[2][:-1])
    return None


def finish(outputs, value, message):
    """Outputs from which nbgrader reads exactly this score: an error for 0, a number for a part, neither for all."""
    kept = []
    for output in outputs:
        if output["output_type"] == "execute_result":
            output = {**output, "output_type": "display_data"}
        if output["output_type"] == "stream":
            output = {**output, "name": "stdout"}  # nbgrader gives 0 for anything on stderr, also for a warning
        kept.append(output)
    if message is not None:
        kept.append({"output_type": "error", "ename": "TestFailed", "evalue": message, "traceback": [message]})
    if value is not None and value > 0:
        kept.append({"output_type": "execute_result", "data": {"text/plain": repr(float(value))}, "metadata": {}})
    elif value is not None and not any(o["output_type"] == "error" for o in kept):
        kept.append({"output_type": "execute_result", "data": {"text/plain": "0.0"}, "metadata": {}})
    return kept
