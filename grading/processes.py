"""Runs wherever one process watches over others: what the system says of them in /proc."""

import contextlib
import os


def descendants(pid):
    """The process and all it has started, as far as they live."""
    found, queue = [], [pid]
    while queue and len(found) < 5000:
        parent = queue.pop()
        found.append(parent)
        with contextlib.suppress(OSError):
            for task in os.listdir(f"/proc/{parent}/task"):
                with open(f"/proc/{parent}/task/{task}/children") as file:
                    queue += [int(child) for child in file.read().split()]
    return found


def _stat(pid):
    """The fields of /proc/PID/stat after the program's name; none if the process is gone."""
    with contextlib.suppress(OSError), open(f"/proc/{pid}/stat") as file:
        return file.read().rpartition(")")[2].split()
    return []


def cpu_seconds(pids):
    """Seconds that these processes have computed."""
    ticks = sum(int(fields[11]) + int(fields[12]) for fields in map(_stat, pids) if fields)
    return ticks / os.sysconf("SC_CLK_TCK")


def wants_to_run(pids):
    """Whether one of these processes waits for a processor or a disk, rather than for the time to pass."""
    return any(fields and fields[0] in "RD" for fields in map(_stat, pids))


def _bytes(pids, file, lines):
    """The sum of these lines of /proc/PID/`file`, which gives them in kB."""
    total = 0
    for pid in pids:
        with contextlib.suppress(OSError, ValueError), open(f"/proc/{pid}/{file}") as text:
            total += sum(int(line.split()[1]) for line in text if line.startswith(lines))
    return total * 1024


def memory_of(pids):
    """Bytes in memory, pages shared with the fork server counted for each process."""
    return _bytes(pids, "status", ("RssAnon", "RssShmem"))


def exact_memory(pids):
    """Bytes that only these processes hold: slower to find out."""
    return _bytes(pids, "smaps_rollup", ("Private_Dirty", "Pss_Shmem"))


def private_memory(pid):
    """Bytes of a process that are its own and not shared with the fork server."""
    return _bytes([pid], "smaps_rollup", "Private_Dirty")
