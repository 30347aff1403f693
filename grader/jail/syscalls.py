"""The few Linux system calls that neither Python 3.11 nor a kept library offers, through libc.

Everything else goes through the standard library (fork, rlimits, descriptor passing), pyseccomp (system call filter) or
py-landlock. Numbers from 424 on are the same on every architecture; ``pivot_root`` is the one that differs and has no libc wrapper.
Every function raises OSError.
"""

from __future__ import annotations

import ctypes
import os
import platform
from pathlib import Path

CLONE_NEWNS = 0x00020000
CLONE_NEWUTS = 0x04000000
CLONE_NEWIPC = 0x08000000
CLONE_NEWUSER = 0x10000000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000
NEW_NAMESPACE_FLAGS = 0x7E020080

MS_NOSUID, MS_NODEV, MS_NOEXEC = 2, 4, 8
MS_BIND, MS_REC, MS_PRIVATE = 4096, 16384, 1 << 18
MNT_DETACH = 2

MOUNT_ATTR_RDONLY, MOUNT_ATTR_NOSUID, MOUNT_ATTR_NODEV, MOUNT_ATTR_NOEXEC = 1, 2, 4, 8
_AT_FDCWD, _AT_RECURSIVE = -100, 0x8000
_MOUNT_SETATTR = 442
_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_NO_NEW_PRIVS, PR_SET_CHILD_SUBREAPER = 1, 4, 38, 36
_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, _INSTRUCTION_BYTES = 22, 2, 8
_CAPABILITY_VERSION_3 = 0x20080522

_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long


class _MountAttributes(ctypes.Structure):
    _fields_ = (
        ("set", ctypes.c_uint64),
        ("clear", ctypes.c_uint64),
        ("propagation", ctypes.c_uint64),
        ("user_namespace_fd", ctypes.c_uint64),
    )


class _FilterProgram(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("code", ctypes.c_void_p))


def unshare(flags: int) -> None:
    """Leave the namespaces named by ``flags`` for new ones; a new process namespace takes effect for the next child."""
    _check(_libc.unshare(ctypes.c_int(flags)), "unshare")


def mount(source: str, target: str, kind: str | None, flags: int, options: str = "") -> None:
    """Mount; ``source`` is a path for a bind mount and a label for a new file system."""
    arguments = (source.encode(), target.encode(), kind.encode() if kind else None, ctypes.c_ulong(flags), options.encode() or None)
    _check(_libc.mount(*arguments), f"mount {target}")


def restrict_mount(target: str, attributes: int, recursive: bool) -> None:
    """Add attributes such as MOUNT_ATTR_RDONLY to a mount and, if ``recursive``, to those below it."""
    change = _MountAttributes(attributes, 0, 0, 0)
    flags = _AT_RECURSIVE if recursive else 0
    size = ctypes.c_size_t(ctypes.sizeof(change))
    _check(_libc.syscall(_MOUNT_SETATTR, _AT_FDCWD, target.encode(), flags, ctypes.byref(change), size), f"mount_setattr {target}")


def enter_root(new_root: str) -> None:
    """Make ``new_root``, a mount point, the root folder and let go of the old one (pivot_root(2), NOTES: the ``.``, ``.`` form)."""
    number = _PIVOT_ROOT.get(platform.machine())
    if number is None:
        raise OSError(f"no system call table for {platform.machine()}")
    os.chdir(new_root)
    _check(_libc.syscall(number, b".", b"."), "pivot_root")
    _check(_libc.umount2(b".", MNT_DETACH), "umount of the old root")
    os.chdir("/")


def set_host_name(name: str) -> None:
    """Name the machine, in the current UTS namespace."""
    _check(_libc.sethostname(name.encode(), ctypes.c_size_t(len(name))), "sethostname")


def prctl(option: int, value: int, second: int = 0) -> None:
    """Set a property of this process."""
    values = (ctypes.c_ulong(number) for number in (value, second, 0, 0))
    _check(_libc.prctl(ctypes.c_int(option), *values), f"prctl {option}")


def install_filter(program: bytes) -> None:
    """Put a system call filter, in the kernel's BPF form, on this process."""
    code = ctypes.create_string_buffer(program, len(program))
    described = _FilterProgram(len(program) // _INSTRUCTION_BYTES, ctypes.addressof(code))
    prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.addressof(described))


def drop_capabilities() -> None:
    """Give up every capability for good: effective, permitted and inheritable."""
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    nothing = (ctypes.c_uint32 * 6)()
    _check(_libc.capset(header, nothing), "capset")


def process_files() -> int:
    """A descriptor of /proc that stays good after the root folder has changed; its process ids are those of this namespace."""
    return os.open(Path("/proc"), os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)


def _check(result: int, what: str) -> None:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
