"""What the kernel knows of processes: whose children they are, what they used, what they hold (Linux)."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

HELD_WITHIN = 10.0
_TICKS = os.sysconf("SC_CLK_TCK")


def children(pid: int) -> list[int]:
    """The ids of the processes that `pid` has started and not lost yet, in order."""
    return sorted(int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split())


def cpu_seconds(pid: int) -> float:
    """User and system time of all its threads, in seconds; the kernel counts in steps of 10 ms."""
    after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(after_name[11]) + int(after_name[12])) / _TICKS


def resident_megabytes(pid: int) -> float:
    """Its resident memory in MB (10^6 bytes), pages that it shares with others included."""
    return _megabytes(pid, "Rss:")


def proportional_megabytes(pid: int) -> float:
    """The same, with each page that it shares counted by the share: what all processes have adds up to what
    the machine gives."""
    return _megabytes(pid, "Pss:")


def own_megabytes(pid: int) -> float:
    """What it alone holds, and the machine would have back if it ended."""
    return _megabytes(pid, "Private_Clean:") + _megabytes(pid, "Private_Dirty:")


def holder(near: int, far: int, pids: Sequence[int]) -> int:
    """Which of the processes took the connection from port `near` to port `far` of this machine, once one
    has.

    Raises LookupError where none does within HELD_WITHIN seconds.
    """
    ends = f":{far:04X}", f":{near:04X}"
    patience = time.monotonic() + HELD_WITHIN
    while time.monotonic() < patience:
        rows = (row.split() for row in Path("/proc/net/tcp").read_text().splitlines())
        sockets = {f"socket:[{row[9]}]" for row in rows if (row[1][-5:], row[2][-5:]) == ends}
        for pid in pids:
            if sockets & _opened(pid):
                return pid
        time.sleep(0.001)
    raise LookupError(f"nobody took the connection to port {far}")


def _opened(pid: int) -> set[str]:
    opened = set()
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # closed meanwhile
            opened.add(str(descriptor.readlink()))
    return opened


def _megabytes(pid: int, word: str) -> float:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith(word):
            return int(line.split()[1]) * 1024 / 1e6
    raise LookupError(f"process {pid} has no memory")
