"""Runs in the command: reads what one student has handed in. Trusts nothing in it, and follows no link out of it."""

import contextlib
import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from nbgrader.utils import find_all_files, parse_utc

from grading.normalise import BrokenFile, normalise

MAX_FILES = 50 * 2**20  # bytes of other files that one student may hand in


@dataclass
class Submitted:
    """A submission as it was read."""

    notebooks: dict  # name -> the notebook that is graded, as `normalise` gives it
    files: dict  # name -> path, of what lies beside the notebooks
    timestamp: str | None
    flags: list
    state: list  # what the file system said of the files: see `state_of`


def read_submission(folder, contracts, ignore):
    """What lies in a student's folder; BrokenFile if it cannot be graded as it is. `ignore`: nbgrader's patterns."""
    os.listdir(folder)  # what follows takes a folder without read rights for an empty one
    flags, notebooks, state = [], {}, state_of(folder)
    present = {p.stem: p for p in sorted(Path(folder).glob("*.ipynb")) if p.is_file() and not p.is_symlink()}
    for name, contract in contracts.items():
        path = present.get(name) or renamed(name, contract, folder, contracts, ignore, flags)
        if path is None:
            continue
        notebooks[name] = normalise(path.read_bytes(), path.name, contract)
        prefix = f"{name}: " if len(contracts) > 1 else ""
        flags += [{**flag, "text": prefix + flag["text"]} for flag in notebooks[name].flags]
    if not notebooks:
        wanted = ", ".join(f"{name}.ipynb" for name in contracts)
        linked = (f"{p.name} (a link)" for p in Path(folder).glob("*.ipynb") if p.is_symlink())
        found = ", ".join([*(p.name for p in present.values()), *linked][:5])
        raise BrokenFile(f"there is no {wanted}; found {found or 'no notebook'}")
    for name in contracts:
        if name not in notebooks:
            flags.append({"kind": "missing", "text": f"{name}.ipynb was not handed in and counts 0"})
    files = other_files(folder, ignore, flags)
    return Submitted(notebooks, files, read_timestamp(Path(folder, "timestamp.txt"), flags), flags, state)


def renamed(name, contract, folder, contracts, ignore, flags):
    """A notebook under another name, or in a folder of its own, is known by its graded cells; None if none is."""
    known = [f'"{cell["grade_id"]}"' for cell in contract["cells"] if cell["grade_id"]]
    matches = []
    taken = [os.path.join(folder, other + ".ipynb") for other in contracts]
    for path in sorted(find_all_files(folder, ignore)):
        if not path.endswith(".ipynb") or path in taken or not is_plain(path, folder):
            continue
        with contextlib.suppress(OSError):
            text = Path(path).read_text(encoding="utf-8", errors="replace")
            if any(grade_id in text for grade_id in known):
                matches.append(path)
    if len(matches) != 1:
        return None
    flags.append({"kind": "renamed", "text": f"{os.path.relpath(matches[0], folder)} was taken for {name}.ipynb"})
    return Path(matches[0])


def other_files(folder, ignore, flags=None):
    """Files beside the notebooks: name -> path. Links and anything that is no plain file stay out.

    `flags` are given for a student's folder, whose size is bounded; the instructor's is taken as it is.
    """
    files, size = {}, 0
    for path in sorted(find_all_files(folder, [*ignore, "*.ipynb", "timestamp.txt"])):
        name = os.path.relpath(path, folder)
        if not is_plain(path, folder):
            if flags is not None:
                flags.append({"kind": "link", "text": f"{name[:80]} is a link or no plain file and was left out"})
            continue
        size += os.path.getsize(path)
        if flags is not None and size > MAX_FILES:
            flags.append({"kind": "large", "text": f"files after {name[:80]} were left out: too large in all"})
            break
        files[name] = path
    return files


def read_timestamp(path, flags):
    """When it was handed in, as nbgrader reads it; None, and a flag, where that is no time."""
    if not os.path.lexists(path):
        return None
    try:
        if path.is_symlink():
            raise ValueError("a link")
        text = path.read_text(encoding="utf-8")
        parse_utc(text.strip())
    except (OSError, ValueError, OverflowError):
        flags.append({"kind": "timestamp", "text": "timestamp.txt holds no time: it cannot be seen whether it is late"})
        return None
    return text


def is_plain(path, folder):
    """Whether a path is a file of this folder's own: no link, no device, and not reached through a link."""
    inside = os.path.realpath(path).startswith(os.path.realpath(folder) + os.sep)
    return inside and os.path.isfile(path) and not os.path.islink(path)


def hashes(files):
    """The contents of files, by their names, as hashes."""
    return {name: hashlib.sha256(Path(path).read_bytes()).hexdigest() for name, path in files.items()}


def state_of(folder):
    """What changes when somebody changes a file in a folder: names, sizes, times."""
    found = []
    for directory, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(FileNotFoundError):
                about = os.lstat(os.path.join(directory, name))
                found.append((directory, name, about.st_size, about.st_mtime_ns, about.st_ino))
    return sorted(found)
