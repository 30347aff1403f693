"""Who a worker is: a user that owns nothing, without capabilities and without a way to gain any.

As root, each jail gets a user id of its own, so that the kernel's count of processes per user (RLIMIT_NPROC, which root is exempt from)
never mixes two jails. A local socket's name, held while the jail lives, is the lock on an id: it needs no file and cannot be left behind.
"""

from __future__ import annotations

import os
import pwd
import socket
from dataclasses import dataclass

from grader.jail import syscalls
from grader.jail.layers.namespaces import INSIDE_USER, UserMap
from grader.jail.tiers import Layer

_FIRST_ID = 62000
_COUNT = 256


@dataclass(frozen=True)
class Identity:
    """The user of one jail.

    Attributes:
        outside: its id on the machine.
        switch_to: the id that the worker changes to, as seen inside; None where it has it already.
        lock: keeps the id from other jails; None where ids are not handed out.
    """

    outside: int
    switch_to: int | None
    lock: socket.socket | None

    @property
    def user_map(self) -> UserMap:
        """Inside, there is this user, and root where the supervisor is root."""
        root = ((0, 0),) if os.geteuid() == 0 else ()
        return UserMap((*root, (INSIDE_USER, self.outside)) if self.outside else root)

    def assume(self, layers: frozenset[Layer]) -> None:
        """Become this user, in a worker, and give up all capabilities. Raises OSError."""
        if self.switch_to is not None:
            os.setgroups([])
            os.setresgid(self.switch_to, self.switch_to, self.switch_to)
            os.setresuid(self.switch_to, self.switch_to, self.switch_to)
        if Layer.NO_CAPABILITIES in layers:
            syscalls.drop_capabilities()
        if Layer.NO_NEW_PRIVILEGES in layers:
            syscalls.prctl(syscalls.PR_SET_NO_NEW_PRIVS, 1)

    def release(self) -> None:
        """Close this process's copy of the lock."""
        if self.lock:
            self.lock.close()


def take_identity(layers: frozenset[Layer]) -> Identity:
    """A free user for a new jail. Raises OSError when all are taken."""
    if os.geteuid() != 0:
        return Identity(os.geteuid(), None, None)
    if Layer.DEDICATED_USER not in layers:
        return Identity(0, None, None)
    for number in range(_FIRST_ID, _FIRST_ID + _COUNT):
        lock = _lock(number)
        if lock:
            return Identity(number, INSIDE_USER if Layer.USER_NAMESPACE in layers else number, lock)
    raise OSError(f"all user ids from {_FIRST_ID} to {_FIRST_ID + _COUNT - 1} are taken")


def _lock(number: int) -> socket.socket | None:
    try:
        pwd.getpwuid(number)
        return None  # somebody's
    except KeyError:
        pass
    lock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        lock.bind(f"\0fairmark-jail-user-{number}")
    except OSError:
        lock.close()
        return None
    return lock
