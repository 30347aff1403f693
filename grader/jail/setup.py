"""What all jails of one zygote share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from grader.checks.wire import Channel
from grader.jail import syscalls
from grader.jail.layers import landlock
from grader.jail.layers.syscall_filter import SyscallFilter
from grader.jail.layers.visible import Visible, visible_paths
from grader.jail.tiers import Layer

Serve = Callable[[Channel, Path], None]


@dataclass(frozen=True)
class JailSetup:
    """Made once, before any student code exists, and inherited by fork.

    Attributes:
        layers: the layers in use.
        visible: what of the machine is shown inside.
        syscall_filter: the filter, ready to be put on; None where it is not in use.
        serve: what a worker runs once it is confined.
        proc: descriptor of the machine's /proc, for supervisors only.
    """

    layers: frozenset[Layer]
    visible: Visible
    syscall_filter: SyscallFilter | None
    serve: Serve
    proc: int


def prepare_setup(layers: frozenset[Layer], serve: Serve) -> JailSetup:
    """Everything that must be found out or loaded outside, before the first jail. Raises OSError, RuntimeError."""
    if Layer.LANDLOCK in layers:
        landlock.prepare()
    signals_to_itself_only = Layer.SIGNAL_FILTER in layers and Layer.PROCESS_NAMESPACE not in layers
    chosen_filter = SyscallFilter(signals_to_itself_only, Layer.FILE_TREE in layers) if Layer.SYSCALL_FILTER in layers else None
    return JailSetup(layers, visible_paths(), chosen_filter, serve, syscalls.process_files())
