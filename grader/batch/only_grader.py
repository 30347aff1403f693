"""One grader at a time in a results folder: two would replace each other's unpacked submissions while they are being judged."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

LOCK = "grading.lock"


class AnotherGrader(Exception):
    """Somebody grades into this folder at this moment."""


@contextlib.contextmanager
def only_grader(out: Path) -> Iterator[None]:
    """Inside, this process is the only one that grades into ``out``. The kernel takes the lock back however the process ends.

    Raises AnotherGrader.
    """
    with (out / LOCK).open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise AnotherGrader(
                f"process {file.read().strip()} is grading into {out}: wait until it is done, or name another folder with --out"
            ) from None
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield
