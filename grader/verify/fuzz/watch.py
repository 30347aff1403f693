"""Sees what this process does while it is on: what it writes outside one folder, reads where it must not, or starts."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
# Event -> which of its arguments are paths that are written.
_CHANGES = {
    "os.mkdir": (0,), "os.rename": (0, 1), "os.link": (1,), "os.symlink": (1,), "os.remove": (0,), "os.rmdir": (0,), "os.utime": (0,),
    "os.chmod": (0,), "os.chown": (0,), "os.truncate": (0,),
}  # fmt: skip
_STARTS = frozenset({"subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "socket.connect", "ctypes.dlopen"})


class Watch:
    """A hook that the interpreter calls. It stays for good, and does nothing while it is off: make one for a process."""

    def __init__(self) -> None:
        self._folder: Path | None = None
        self._secrets: Sequence[Path] = ()
        self._seen: list[str] = []
        sys.addaudithook(self._hear)

    @contextmanager
    def over(self, folder: Path, secrets: Sequence[Path]) -> Iterator[list[str]]:
        """While the block runs, the list it gets grows by a sentence for each offence. ``secrets`` must not be opened."""
        self._seen = []
        self._secrets = [secret.resolve() for secret in secrets]
        self._folder = folder.resolve()
        try:
            yield self._seen
        finally:
            self._folder = None

    def _hear(self, event: str, arguments: tuple[object, ...]) -> None:
        if self._folder is None:
            return
        if event == "open":
            path, _, flags = arguments
            real = _real(path)
            real = real and real.resolve()  # opening follows a link, all else changes the link itself
            if isinstance(flags, int) and flags & _WRITING:
                self._expect_below(event, real)
            if real in self._secrets:
                self._seen.append(f"read {real}")
        elif event in _CHANGES and not _in_an_open_folder(arguments):
            for place in _CHANGES[event]:
                self._expect_below(event, _real(arguments[place]))
        elif event in _STARTS:
            self._seen.append(f"{event} {str(arguments)[:200]}")

    def _expect_below(self, event: str, path: Path | None) -> None:
        if self._folder is not None and path is not None and not path.is_relative_to(self._folder):
            self._seen.append(f"{event} of {path}, which is outside")


def _real(path: object) -> Path | None:
    """Where a path leads, links above its last part followed; None for an open file."""
    if not isinstance(path, str | bytes | os.PathLike):
        return None
    written = Path(os.fsdecode(path))
    return written.parent.resolve() / written.name


def _in_an_open_folder(arguments: tuple[object, ...]) -> bool:
    # Removing a tree names what is in a folder relative to that folder, which was opened before.
    descriptor = arguments[-1]
    return isinstance(descriptor, int) and descriptor >= 0 and not Path(str(arguments[0])).is_absolute()
