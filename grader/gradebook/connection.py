"""How the gradebook's SQLite file is opened, and how each change of it becomes one transaction.

WAL lets readers go on while one process writes; other writers wait their turn. WAL needs all processes on one machine and the file
on a local disk. ``synchronous = FULL`` syncs the log at each commit, so that a commit survives a power failure too, not only kill -9.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

_WAIT_SECONDS = 60.0
_ADVICE = {
    sqlite3.SQLITE_FULL: "make room on its disk",
    sqlite3.SQLITE_IOERR: "see that its disk has room and is in order",
    sqlite3.SQLITE_READONLY: "make its folder and the file writable",
    sqlite3.SQLITE_CANTOPEN: "make its folder writable",
    sqlite3.SQLITE_BUSY: f"close the program that has held it for more than {_WAIT_SECONDS:g} s",
}


class GradebookError(Exception):
    """The gradebook refuses: the sentence says what was asked, what stands against it, and what to do."""


class GradebookUnavailable(GradebookError):
    """The machine stands against it, and not what was asked: a full disk, a folder that is read-only, another program's lock."""


def connect(path: Path) -> sqlite3.Connection:
    """A connection in WAL mode, foreign keys enforced, rows by name; creates the file.

    Raises GradebookError for a file that is no database, sqlite3.OperationalError for one that cannot be read or written now.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(path, timeout=_WAIT_SECONDS, isolation_level=None)
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
    except sqlite3.OperationalError:
        raise
    except (OSError, sqlite3.DatabaseError) as error:
        raise GradebookError(f"{path} cannot be opened as a gradebook: {error}") from error
    return connection


@contextlib.contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All or nothing: takes the write lock at once, commits at the end, rolls back on any exception.

    Raises GradebookUnavailable where the disk or another process stands against it.
    """
    with plainly_told():
        try:
            connection.execute("BEGIN IMMEDIATE")
            yield
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:  # SQLite has rolled back by itself after some errors
                connection.execute("ROLLBACK")
            raise


@contextlib.contextmanager
def plainly_told() -> Iterator[None]:
    """Inside, what the machine refuses is a GradebookUnavailable, whose sentence says what can be done about it."""
    try:
        yield
    except sqlite3.OperationalError as error:
        advice = _ADVICE.get(error.sqlite_errorcode & 0xFF)
        if advice is None:
            raise
        told = f"the gradebook cannot be used ({error}): {advice}, and run the same command again; what was recorded is kept"
        raise GradebookUnavailable(told) from error


def this_process() -> str:
    """A name for the running process that no later one shares: its id and the moment it started."""
    return process_name(os.getpid()) or f"{os.getpid()}:unknown"


def is_alive(name: str) -> bool:
    """Whether the process of that name still runs on this machine."""
    return process_name(int(name.partition(":")[0])) == name


def process_name(pid: int) -> str | None:
    """The name of the process with that id, None when there is none. Reads /proc, so Linux only."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return None
    state, *fields = stat.rpartition(")")[2].split()
    return None if state == "Z" else f"{pid}:{fields[18]}:{boot}"
