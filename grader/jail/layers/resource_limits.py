"""What the kernel counts for each process: CPU, memory, processes, files."""

from __future__ import annotations

import math
import os
import resource

from grader.checks.worker_source import Limits
from grader.jail.limits import ADDRESS_SPACE_SLACK, MIB, OPEN_FILES, PROCESSES, SCRATCH_BYTES, STACK_BYTES
from grader.jail.tiers import Layer
from grader.jail.watch import MemorySize, Watch


def apply_limits(limits: Limits, baseline: MemorySize, processes: int, layers: frozenset[Layer]) -> None:
    """Lower this process's limits, soft and hard.

    Memory is bounded by RLIMIT_DATA, which counts what can be written and so comes close to real use; RLIMIT_AS bounds the rest (shared
    mappings) with room for address space that libraries only reserve. CPU is counted in whole seconds here; the watch counts in fractions.
    """
    memory = limits.memory_mb * MIB
    wanted = {
        Layer.CPU_LIMIT: ((resource.RLIMIT_CPU, math.ceil(limits.cpu_seconds)),),
        Layer.MEMORY_LIMIT: (
            (resource.RLIMIT_DATA, baseline.writable + memory),
            (resource.RLIMIT_AS, baseline.address_space + memory + ADDRESS_SPACE_SLACK),
        ),
        Layer.PROCESS_LIMIT: ((resource.RLIMIT_NPROC, processes),),
        Layer.FILE_SIZE_LIMIT: ((resource.RLIMIT_FSIZE, SCRATCH_BYTES),),
        Layer.OPEN_FILE_LIMIT: ((resource.RLIMIT_NOFILE, OPEN_FILES),),
    }
    for layer, values in wanted.items():
        for number, value in values if layer in layers else ():
            # One second between the signal that says why and the one that cannot be caught.
            _lower(number, value, margin=1 if number == resource.RLIMIT_CPU else 0)
    _lower(resource.RLIMIT_STACK, STACK_BYTES)
    for number in (resource.RLIMIT_CORE, resource.RLIMIT_MEMLOCK, resource.RLIMIT_MSGQUEUE):
        _lower(number, 0)


def process_allowance(layers: frozenset[Layer], watch: Watch) -> int:
    """How many processes the worker's user may have. Without a user namespace or user of its own, those it has elsewhere count too."""
    if Layer.USER_NAMESPACE in layers or Layer.DEDICATED_USER in layers:
        return PROCESSES
    return PROCESSES + watch.threads_of_user(os.geteuid())


def _lower(number: int, value: int, margin: int = 0) -> None:
    hard = resource.getrlimit(number)[1]
    soft, wanted = value, value + margin
    if hard != resource.RLIM_INFINITY:
        soft, wanted = min(soft, hard), min(wanted, hard)
    resource.setrlimit(number, (soft, wanted))
