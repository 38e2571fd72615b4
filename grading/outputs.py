"""Runs in a worker: outputs of cells. Of those from a jail only what nbformat knows gets through, rebuilt."""


def error_output(name, text):
    """An error as nbformat has it."""
    return {"output_type": "error", "ename": name, "evalue": text, "traceback": [f"{name}: {text}"]}


def clean(outputs):
    """Outputs from a jail, rebuilt and bounded.

    >>> clean([{"output_type": "stream", "name": "stdin", "text": "hi", "extra": 1}, {"output_type": "script"}, 7])
    [{'output_type': 'stream', 'name': 'stdout', 'text': 'hi'}]
    """
    kept = []
    for output in outputs if isinstance(outputs, list) else []:
        if not isinstance(output, dict):
            continue
        kind = output.get("output_type")
        if kind == "stream":
            name = "stderr" if output.get("name") == "stderr" else "stdout"
            kept.append({"output_type": kind, "name": name, "text": _text(output.get("text"), 400_000)})
        elif kind == "error":
            lines = output.get("traceback")
            lines = [_text(line, 8000) for line in lines[:200]] if isinstance(lines, list) else []
            name, value = _text(output.get("ename"), 200), _text(output.get("evalue"), 8000)
            kept.append({"output_type": kind, "ename": name, "evalue": value, "traceback": lines})
        elif kind in ("display_data", "execute_result") and isinstance(output.get("data"), dict):
            data = {str(mime)[:100]: _text(body, 8 * 2**20) for mime, body in list(output["data"].items())[:10]}
            output = {"output_type": kind, "data": data, "metadata": {}}
            kept.append({**output, "execution_count": None} if kind == "execute_result" else output)
        if len(kept) >= 300:
            break
    return kept


def _text(value, limit):
    text = value if isinstance(value, str) else ""
    return text[:limit].encode("utf-8", "replace").decode("utf-8")
