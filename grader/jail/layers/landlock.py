"""Landlock: what a worker may open, on top of the file tree or instead of it; no TCP, no signal and no ptrace to outside its domain.

py-landlock 0.1.1 does this whole: it knows the interface versions of the kernel and is pure Python.
"""

from __future__ import annotations

from pathlib import Path

from py_landlock import AccessFs, Landlock, get_abi_version

from grader.jail.layers.visible import DEVICES, Visible

_WRITE = (
    AccessFs.READ_FILE
    | AccessFs.READ_DIR
    | AccessFs.WRITE_FILE
    | AccessFs.TRUNCATE
    | AccessFs.MAKE_REG
    | AccessFs.MAKE_DIR
    | AccessFs.MAKE_FIFO
    | AccessFs.MAKE_SYM
    | AccessFs.REMOVE_FILE
    | AccessFs.REMOVE_DIR
    | AccessFs.REFER
)


def prepare() -> None:
    """Let py-landlock find libc while the whole machine can still be seen. Raises py_landlock.LandlockError without Landlock."""
    get_abi_version()


def restrict(visible: Visible, submission: Path, writable_folder: Path | None, scoped: bool) -> None:
    """Put it on this process and all it starts, for good. Raises py_landlock.LandlockError, OSError."""
    ruleset = Landlock(strict=False)
    if not scoped:
        ruleset.allow_all_scope()
    for folder in visible.listable:
        ruleset.add_path_rule(folder, access=AccessFs.READ_DIR)
    for path in (*visible.readable, submission):
        access = AccessFs.READ_FILE | AccessFs.READ_DIR if path.is_dir() else AccessFs.READ_FILE
        ruleset.add_path_rule(path, access=access)
    for device in DEVICES:
        ruleset.add_path_rule(device, access=AccessFs.READ_FILE | AccessFs.WRITE_FILE)
    if writable_folder:
        ruleset.add_path_rule(writable_folder, access=_WRITE)
    ruleset.apply()
