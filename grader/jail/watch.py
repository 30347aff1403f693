"""Memory and CPU of all processes of a jail together, read from outside through the machine's /proc.

The kernel's limits are per process; this is the bound on their sum. Baseline memory, which every worker shares with the zygote, is not
counted as the worker's.
"""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class MemorySize:
    """Sizes in bytes: address space, private writable mappings, and filled memory that is not a file's."""

    address_space: int
    writable: int
    filled: int


@dataclass(frozen=True)
class Usage:
    """What a tree of processes uses: CPU seconds of the living and those they waited for, bytes of filled memory, process ids."""

    cpu_seconds: float
    filled: int
    processes: tuple[int, ...]


class Watch:
    """Looks at the descendants of one process. ``proc`` is a descriptor of /proc; ids are those of that /proc."""

    def __init__(self, proc: int) -> None:
        self._proc = proc

    def own_pid(self) -> int:
        """This process's id as /proc knows it, which differs from ``os.getpid()`` in a process namespace."""
        return int(os.readlink("self", dir_fd=self._proc))

    def memory(self, pid: int) -> MemorySize:
        """Raises OSError when the process is gone."""
        fields = self._fields(f"{pid}/status")
        return MemorySize(fields.get("VmSize", 0), fields.get("VmData", 0), fields.get("RssAnon", 0) + fields.get("RssShmem", 0))

    def children(self, pid: int) -> list[int]:
        """Its living and unreaped children."""
        found: list[int] = []
        try:
            tasks = self._list(f"{pid}/task")
        except OSError:
            return found
        for task in tasks:
            with contextlib.suppress(OSError):
                found += [int(child) for child in self._read(f"{pid}/task/{task}/children").split()]
        return found

    def descendants(self, pid: int) -> list[int]:
        """All of them, parents before children."""
        found = self.children(pid)
        for child in found:
            found += self.children(child)
        return found

    def usage(self, pid: int) -> Usage:
        """Sum over all descendants of ``pid``."""
        cpu, filled = 0.0, 0
        processes = self.descendants(pid)
        for process in processes:
            with contextlib.suppress(OSError):
                cpu += self._cpu(process)
                filled += self.memory(process).filled
        return Usage(cpu, filled, tuple(processes))

    def filled_together(self, processes: tuple[int, ...]) -> int:
        """Filled memory of several processes with what they share counted once: exact, and slow (it walks page tables)."""
        total = 0
        for process in processes:
            try:
                fields = self._fields(f"{process}/smaps_rollup")
                total += fields["Pss_Anon"] + fields["Pss_Shmem"]
            except (OSError, KeyError):  # it hides, or is gone: count it whole
                with contextlib.suppress(OSError):
                    total += self.memory(process).filled
        return total

    def threads_of_user(self, user: int) -> int:
        """How many threads run on the machine under a user id: what RLIMIT_NPROC compares with."""
        count = 0
        for name in os.listdir(self._proc):  # noqa: PTH208  a descriptor
            with contextlib.suppress(OSError):
                if name.isdigit() and os.stat(name, dir_fd=self._proc).st_uid == user:
                    count += len(self._list(f"{name}/task"))
        return count

    def kernel_ended_for_memory(self) -> int:
        """How many processes the kernel has ended because the whole machine was short of memory."""
        for line in self._read("vmstat").splitlines():
            if line.startswith("oom_kill "):
                return int(line.split()[1])
        return 0

    def _cpu(self, pid: int) -> float:
        after_name = self._read(f"{pid}/stat").rpartition(")")[2].split()
        return sum(int(value) for value in after_name[11:15]) / _TICKS

    def _fields(self, path: str) -> dict[str, int]:
        lines = (line.split() for line in self._read(path).splitlines())
        return {words[0][:-1]: int(words[1]) * 1024 for words in lines if len(words) == 3 and words[2] == "kB"}

    def _list(self, path: str) -> list[str]:
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=self._proc)
        try:
            return os.listdir(descriptor)  # noqa: PTH208  relative to a descriptor
        finally:
            os.close(descriptor)

    def _read(self, path: str) -> str:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC, dir_fd=self._proc)
        try:
            pieces = []
            while piece := os.read(descriptor, 1 << 16):
                pieces.append(piece)
            return b"".join(pieces).decode(errors="replace")
        finally:
            os.close(descriptor)
