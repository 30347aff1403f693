"""Fixed limits of every worker, and how many jails fit into the machine at once."""

from __future__ import annotations

import os
from pathlib import Path

from grader.checks.worker_source import Limits

MIB = 1 << 20
SCRATCH_BYTES = 64 * MIB
SCRATCH_FILES = 4096
SUBMISSION_BYTES = 64 * MIB
SUBMISSION_FILES = 4096
PROCESSES = 32
OPEN_FILES = 128
STACK_BYTES = 16 * MIB
OUTPUT_KEPT = 8192
ADDRESS_SPACE_SLACK = 4096 * MIB
"""Address space that is reserved but never filled, such as the arenas of threads, on top of the memory limit."""

_JAIL_OVERHEAD = 192 * MIB
_SHARE_OF_MACHINE = 0.8


def jobs_that_fit(limits: Limits) -> int:
    """How many jails may run at once: one per core, and all of them at their memory limit together within 80 % of what is free now.

    At least 1: on a small machine the memory watch still ends a worker that goes over its limit.
    """
    per_jail = limits.memory_mb * MIB + SCRATCH_BYTES + SUBMISSION_BYTES + _JAIL_OVERHEAD
    by_memory = int(_available_bytes() * _SHARE_OF_MACHINE) // per_jail
    return max(1, min(len(os.sched_getaffinity(0)), by_memory))


def _available_bytes() -> int:
    """Free memory of the machine, or what is left of this container's share if that is less."""
    fields = dict(line.split(":", 1) for line in Path("/proc/meminfo").read_text().splitlines())
    available = int(fields["MemAvailable"].split()[0]) * 1024
    for limit_file, usage_file in (("memory.max", "memory.current"), ("memory/memory.limit_in_bytes", "memory/memory.usage_in_bytes")):
        limit, usage = (_read_number(Path("/sys/fs/cgroup") / name) for name in (limit_file, usage_file))
        if limit is not None and usage is not None:
            available = min(available, limit - usage)
    return available


def _read_number(path: Path) -> int | None:
    try:
        return int(path.read_text())
    except (OSError, ValueError):
        return None
