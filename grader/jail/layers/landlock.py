"""Landlock: what a worker may open, on top of the file tree or instead of it; no TCP, no signal and no ptrace to outside its domain.

py-landlock 0.1.1 knows the kernel's interface versions and makes the calls. Its ready-made ``Landlock`` class is not used, because
the rules are better made by the supervisor: what a fresh fork does costs more, since every page it touches is copied.
"""

from __future__ import annotations

import os
from pathlib import Path

from py_landlock import AccessFs, PathBeneathAttr, RulesetAttr, RulesetFd, add_rule, create_ruleset, get_abi_version, restrict_self
from py_landlock.abi import get_supported_fs, get_supported_net, get_supported_scope

from grader.jail.layers.visible import DEVICES, Visible

_READ = AccessFs.READ_FILE | AccessFs.READ_DIR
_WRITE = (
    _READ
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


def make_rules(visible: Visible, submission: Path, scoped: bool) -> RulesetFd:
    """Rules that allow reading what is visible and the submission. Raises py_landlock.LandlockError, OSError."""
    version = get_abi_version()
    handled = RulesetAttr()
    handled.handled_access_fs = get_supported_fs(version)
    handled.handled_access_net = get_supported_net(version)
    handled.scoped = get_supported_scope(version) if scoped else 0
    rules = create_ruleset(handled)
    for folder in visible.listable:
        _allow(rules, folder, AccessFs.READ_DIR)
    for path in (*visible.readable, submission):
        _allow(rules, path, _READ if path.is_dir() else AccessFs.READ_FILE)
    for device in DEVICES:
        _allow(rules, Path(device), AccessFs.READ_FILE | AccessFs.WRITE_FILE)
    return rules


def restrict(rules: RulesetFd, writable_folder: Path | None) -> None:
    """Put the rules on this process and all it starts, for good; needs no_new_privs or CAP_SYS_ADMIN.

    Raises py_landlock.LandlockError, OSError.
    """
    if writable_folder:
        _allow(rules, writable_folder, _WRITE & get_supported_fs(get_abi_version()))
    restrict_self(rules, None)


def _allow(rules: RulesetFd, path: Path, access: AccessFs) -> None:
    rule = PathBeneathAttr()
    rule.allowed_access = access
    rule.parent_fd = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        add_rule(rules, rule)
    finally:
        os.close(rule.parent_fd)
