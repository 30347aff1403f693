"""Own namespaces: no process, network, shared memory or host name of the machine exists inside.

Only the zygote's child calls ``enter``; the zygote, being outside, writes the map of users, which also works where an
administrator lets only root make user namespaces.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

from grader.jail import syscalls
from grader.jail.tiers import Layer

INSIDE_USER = 1000
HOST_NAME = "jail"

_FLAGS = {
    Layer.USER_NAMESPACE: syscalls.CLONE_NEWUSER,
    Layer.PROCESS_NAMESPACE: syscalls.CLONE_NEWPID,
    Layer.NETWORK_NAMESPACE: syscalls.CLONE_NEWNET,
    Layer.IPC_NAMESPACE: syscalls.CLONE_NEWIPC,
    Layer.HOST_NAME: syscalls.CLONE_NEWUTS,
}


@dataclass(frozen=True)
class UserMap:
    """Which users and groups exist inside: ``lines`` of (inside, outside) ids."""

    lines: tuple[tuple[int, int], ...]

    def write(self, pid: int) -> None:
        """Give it to the user namespace of process ``pid``, from outside. Raises OSError."""
        text = "".join(f"{inside} {outside} 1\n" for inside, outside in self.lines)
        if os.geteuid() != 0:
            _write(f"/proc/{pid}/setgroups", "deny")
        _write(f"/proc/{pid}/uid_map", text)
        _write(f"/proc/{pid}/gid_map", text)


def enter(layers: frozenset[Layer], with_files: bool) -> None:
    """Leave the machine's namespaces. ``with_files``: the mount namespace too. Raises OSError."""
    flags = sum(flag for layer, flag in _FLAGS.items() if layer in layers)
    if with_files and Layer.FILE_TREE in layers:
        flags |= syscalls.CLONE_NEWNS
    if flags:
        syscalls.unshare(flags)


def name_host(layers: frozenset[Layer]) -> None:
    """One host name for every jail, so that nothing differs between machines."""
    if Layer.HOST_NAME in layers:
        syscalls.set_host_name(HOST_NAME)


def _write(path: str, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY)
    try:
        os.write(descriptor, text.encode())
    finally:
        os.close(descriptor)
