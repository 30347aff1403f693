"""A root folder of its own: a small read-only tree with what ``visible`` lists, a copy of the submission, and nothing else.

No /proc and no /sys: torch needs neither once the zygote has loaded it. The submission is copied, not shown in place, because the jail's
user may not be able to enter the folder it lies in, and because a copy cannot change while it is graded.
"""

from __future__ import annotations

import os
import shutil
import stat
from pathlib import Path

from grader.jail import syscalls
from grader.jail.layers.visible import DEVICES, Visible
from grader.jail.limits import MIB, SUBMISSION_BYTES, SUBMISSION_FILES

SUBMISSION = Path("/submission")
SCRATCH = Path("/scratch")

_STAGE = "/tmp"
_READ_ONLY = syscalls.MOUNT_ATTR_RDONLY | syscalls.MOUNT_ATTR_NOSUID


def enter_file_tree(visible: Visible, submission: Path | None) -> None:
    """Build the tree and make it the root, in a mount namespace of one's own. Raises OSError, SubmissionTooLarge."""
    syscalls.mount("none", "/", None, syscalls.MS_REC | syscalls.MS_PRIVATE)
    # Opened first: what lies under the stage cannot be reached by name once it is covered.
    shown = [*visible.paths, *(Path(device) for device in DEVICES), *visible.grader_paths]
    sources = {path: os.open(path, os.O_PATH | os.O_CLOEXEC) for path in shown}
    handed_in = os.open(submission, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC) if submission else None

    flags = syscalls.MS_NOSUID | syscalls.MS_NODEV
    syscalls.mount("jail", _STAGE, "tmpfs", flags, f"mode=755,size={SUBMISSION_BYTES + MIB}")
    for path in visible.paths:
        _show(path, sources[path], syscalls.MOUNT_ATTR_NODEV)
    if visible.hidden:
        syscalls.mount("hidden", _STAGE + str(visible.hidden), "tmpfs", flags, "mode=755,size=64k")
    for path in visible.grader_paths:
        _show(path, sources[path], syscalls.MOUNT_ATTR_NODEV)
    for device in DEVICES:
        _show(Path(device), sources[Path(device)], syscalls.MOUNT_ATTR_NOEXEC)
    for link, target in visible.links:
        _inside(link.parent).mkdir(parents=True, exist_ok=True)
        _inside(link).symlink_to(target)
    for folder in (SCRATCH, SUBMISSION):
        _inside(folder).mkdir()
    _inside(Path("/dev/shm")).symlink_to(SCRATCH)
    if not _inside(Path("/tmp")).exists():  # it does where the interpreter or the grader lies in it
        _inside(Path("/tmp")).symlink_to(SCRATCH)
    if handed_in is not None:
        copy_submission(handed_in, _inside(SUBMISSION))
        os.close(handed_in)
    for descriptor in sources.values():
        os.close(descriptor)
    if visible.hidden:
        syscalls.restrict_mount(_STAGE + str(visible.hidden), _READ_ONLY, recursive=False)
    syscalls.restrict_mount(_STAGE, _READ_ONLY | syscalls.MOUNT_ATTR_NODEV, recursive=False)
    syscalls.enter_root(_STAGE)


class SubmissionTooLarge(Exception):
    """The submission's folder holds more than a jail has room for."""


def copy_submission(source: int, target: Path) -> None:
    """Copy regular files and folders, readable for all; links and special files are left out. Raises SubmissionTooLarge, OSError."""
    room, places = SUBMISSION_BYTES, SUBMISSION_FILES
    for folder, folder_names, file_names, descriptor in os.fwalk(".", dir_fd=source, follow_symlinks=False):
        for name in folder_names:
            if stat.S_ISDIR(os.stat(name, dir_fd=descriptor, follow_symlinks=False).st_mode):
                (target / folder / name).mkdir(mode=0o755)
        for name in file_names:
            status = os.stat(name, dir_fd=descriptor, follow_symlinks=False)
            if not stat.S_ISREG(status.st_mode):
                continue
            room -= -(-status.st_size // 4096) * 4096  # whole pages
            places -= 1
            if room < 0 or places < 0:
                raise SubmissionTooLarge(f"the submission has more than {SUBMISSION_FILES} files or {SUBMISSION_BYTES // MIB} MiB")
            with (
                os.fdopen(os.open(name, os.O_RDONLY | os.O_NOFOLLOW, dir_fd=descriptor), "rb") as original,
                (target / folder / name).open("wb") as copy,
            ):
                shutil.copyfileobj(original, copy)


def _show(path: Path, source: int, attributes: int) -> None:
    target = _inside(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    if stat.S_ISDIR(os.fstat(source).st_mode):
        target.mkdir(exist_ok=True)
    else:
        target.touch()
    syscalls.mount(f"/proc/self/fd/{source}", str(target), None, syscalls.MS_BIND | syscalls.MS_REC)
    syscalls.restrict_mount(str(target), _READ_ONLY | attributes, recursive=True)


def _inside(path: Path) -> Path:
    return Path(_STAGE + str(path))
