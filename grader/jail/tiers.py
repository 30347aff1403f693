"""The layers of isolation, and the three tiers they add up to.

A layer is present when trying it in a child worked (``probe.py``), not because of a kernel version. A layer is in this list only if a test
removes it and a named attack then succeeds (tests/framework/jail). That is why there is no cgroup or time namespace here: with no /proc
and no cgroup files inside, nothing could be shown to need them.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass


class Layer(enum.StrEnum):
    """One thing that stands between student code and the machine."""

    USER_NAMESPACE = "user namespace"
    FILE_TREE = "own file tree"
    PROCESS_NAMESPACE = "process namespace"
    NETWORK_NAMESPACE = "network namespace"
    IPC_NAMESPACE = "ipc namespace"
    HOST_NAME = "own host name"
    SCRATCH = "capped scratch"
    DEDICATED_USER = "dedicated user"
    NO_CAPABILITIES = "no capabilities"
    NO_NEW_PRIVILEGES = "no new privileges"
    SYSCALL_FILTER = "system call filter"
    LANDLOCK = "landlock"
    LANDLOCK_SCOPE = "landlock scope"
    SIGNAL_FILTER = "signal filter"
    CPU_LIMIT = "cpu limit"
    MEMORY_LIMIT = "memory limit"
    PROCESS_LIMIT = "process limit"
    FILE_SIZE_LIMIT = "file size limit"
    OPEN_FILE_LIMIT = "open file limit"
    WATCH = "watch over the whole jail"
    SWEEP = "sweep after each worker"
    CLEAN_ENVIRONMENT = "clean environment"


NAMESPACES = frozenset(
    {
        Layer.USER_NAMESPACE,
        Layer.FILE_TREE,
        Layer.PROCESS_NAMESPACE,
        Layer.NETWORK_NAMESPACE,
        Layer.IPC_NAMESPACE,
        Layer.HOST_NAME,
        Layer.SCRATCH,
        Layer.NO_CAPABILITIES,
    }
)
ALWAYS = frozenset(
    {
        Layer.CPU_LIMIT,
        Layer.MEMORY_LIMIT,
        Layer.PROCESS_LIMIT,
        Layer.FILE_SIZE_LIMIT,
        Layer.OPEN_FILE_LIMIT,
        Layer.SWEEP,
        Layer.CLEAN_ENVIRONMENT,
    }
)
_NEEDED_B = ALWAYS | {Layer.NO_NEW_PRIVILEGES, Layer.SYSCALL_FILTER, Layer.WATCH}
_TIERS = ("A", "B", "C")


@dataclass(frozen=True)
class TierReport:
    """What isolation there is.

    Attributes:
        tier: ``A`` (namespaces, filter, limits), ``B`` (Landlock, filter, limits) or ``C`` (limits only: not a boundary).
        layers: the layers present, by name.
        missing: layer -> why it is not there.
    """

    tier: str
    layers: tuple[str, ...]
    missing: Mapping[str, str]

    def allows(self, lowest: str) -> bool:
        """True if the tier is ``lowest`` or better."""
        return _TIERS.index(self.tier) <= _TIERS.index(lowest)


class IsolationMissing(RuntimeError):
    """The machine offers less isolation than the caller accepts. The message names what is missing and what to do."""

    def __init__(self, report: TierReport, lowest: str) -> None:
        reasons = "\n".join(f"  {layer}: {reason}" for layer, reason in report.missing.items())
        super().__init__(
            f"this machine isolates student code at tier {report.tier} only, and tier {lowest} is asked for. Missing:\n{reasons}\n"
            f"Grade on a machine that has them, or accept the risk (docs/threat-model.md) by allowing tier {report.tier}."
        )


def report_on(layers: frozenset[Layer], missing: Mapping[Layer, str], as_root: bool) -> TierReport:
    """The tier that these layers add up to. ``as_root``: a dedicated user is needed too, because root has rights that outlive a jail."""
    own_user = frozenset({Layer.DEDICATED_USER}) if as_root else frozenset()
    if layers >= _NEEDED_B | NAMESPACES | own_user:
        tier = "A"
    elif layers >= _NEEDED_B | {Layer.LANDLOCK, Layer.SIGNAL_FILTER} | own_user:
        tier = "B"
    else:
        tier = "C"
    return TierReport(tier, tuple(sorted(layers)), {str(layer): reason for layer, reason in missing.items()})
