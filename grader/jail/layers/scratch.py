"""The only place a worker can write: a temporary file system in memory, capped in bytes and files.

It is mounted in a mount namespace of the worker's own, so it vanishes with the worker's last process and nothing needs cleaning.
"""

from __future__ import annotations

import os

from grader.jail import syscalls
from grader.jail.layers.file_tree import SCRATCH
from grader.jail.limits import SCRATCH_BYTES, SCRATCH_FILES


def mount_scratch(owner: int, capped: bool) -> None:
    """Mount it over the empty folder for temporary files, owned by ``owner`` (an id as seen inside). Raises OSError."""
    syscalls.unshare(syscalls.CLONE_NEWNS)
    size = f"size={SCRATCH_BYTES},nr_inodes={SCRATCH_FILES}" if capped else "size=0"
    flags = syscalls.MS_NOSUID | syscalls.MS_NODEV | syscalls.MS_NOEXEC
    syscalls.mount("scratch", str(SCRATCH), "tmpfs", flags, f"mode=700,{size}")
    os.chown(SCRATCH, owner, owner)
