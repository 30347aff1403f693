"""The gradebook's layout, as the steps that made it. A new file takes all steps, an old one those it lacks.

Each step is committed in one transaction together with its record. A step, once released, is never edited: add the next one.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from grader.gradebook.connection import GradebookError, transaction


@dataclass(frozen=True)
class Migration:
    """One step: its number in the sequence, what it brings, and its statements."""

    number: int
    name: str
    statements: tuple[str, ...]


MIGRATIONS = (
    Migration(
        1,
        "runs, submissions, attempts, outcomes",
        (
            """CREATE TABLE run (
                id INTEGER PRIMARY KEY,
                assignment TEXT NOT NULL,
                suite TEXT NOT NULL,
                source TEXT NOT NULL,
                by_whom TEXT NOT NULL,
                started_at TEXT NOT NULL,
                finished_at TEXT
            ) STRICT""",
            """CREATE TABLE submission (
                id INTEGER PRIMARY KEY,
                assignment TEXT NOT NULL,
                student TEXT NOT NULL,
                content_hash TEXT NOT NULL,
                display_name TEXT NOT NULL,
                members TEXT NOT NULL,
                submitted_at TEXT,
                source TEXT NOT NULL,
                notes TEXT NOT NULL,
                problem TEXT NOT NULL,
                last_run INTEGER NOT NULL REFERENCES run(id),
                UNIQUE (assignment, student, content_hash)
            ) STRICT""",
            """CREATE TABLE attempt (
                id INTEGER PRIMARY KEY,
                submission INTEGER NOT NULL REFERENCES submission(id),
                suite TEXT NOT NULL,
                by_whom TEXT NOT NULL,
                reason TEXT NOT NULL,
                owner TEXT NOT NULL,
                started_at TEXT NOT NULL,
                finished_at TEXT,
                result TEXT
            ) STRICT""",
            "CREATE UNIQUE INDEX one_open_attempt ON attempt (submission, suite) WHERE finished_at IS NULL",
            "CREATE INDEX attempt_by_submission ON attempt (submission)",
            """CREATE TABLE outcome (
                id INTEGER PRIMARY KEY,
                attempt INTEGER NOT NULL REFERENCES attempt(id),
                check_id TEXT NOT NULL,
                try INTEGER NOT NULL,
                status TEXT NOT NULL,
                outcome TEXT NOT NULL,
                cpu_seconds REAL,
                wall_seconds REAL,
                host TEXT NOT NULL,
                recorded_at TEXT NOT NULL,
                UNIQUE (attempt, check_id, try)
            ) STRICT""",
        ),
    ),
    Migration(
        2,
        "human marks, extensions, releases",
        (
            """CREATE TABLE human_mark (
                id INTEGER PRIMARY KEY,
                assignment TEXT NOT NULL,
                student TEXT NOT NULL,
                item TEXT NOT NULL,
                points TEXT,
                comment TEXT NOT NULL,
                content_hash TEXT NOT NULL,
                by_whom TEXT NOT NULL,
                at TEXT NOT NULL
            ) STRICT""",
            "CREATE INDEX mark_by_student ON human_mark (assignment, student, item)",
            """CREATE TABLE extension (
                id INTEGER PRIMARY KEY,
                assignment TEXT NOT NULL,
                student TEXT NOT NULL,
                until TEXT,
                reason TEXT NOT NULL,
                by_whom TEXT NOT NULL,
                at TEXT NOT NULL
            ) STRICT""",
            """CREATE TABLE release_grades (
                id INTEGER PRIMARY KEY,
                assignment TEXT NOT NULL,
                released INTEGER NOT NULL,
                by_whom TEXT NOT NULL,
                at TEXT NOT NULL
            ) STRICT""",
        ),
    ),
    Migration(
        3,
        "silenced hints",
        (
            """CREATE TABLE silence (
                id INTEGER PRIMARY KEY,
                assignment TEXT NOT NULL,
                target TEXT NOT NULL,
                silent INTEGER NOT NULL,
                by_whom TEXT NOT NULL,
                at TEXT NOT NULL
            ) STRICT""",
        ),
    ),
    Migration(
        4,
        "rosters, and what platforms tell of people",
        (
            "ALTER TABLE submission ADD COLUMN people TEXT NOT NULL DEFAULT '[]'",
            "ALTER TABLE submission ADD COLUMN layout TEXT NOT NULL DEFAULT ''",
            """CREATE TABLE roster (
                id INTEGER PRIMARY KEY,
                run INTEGER NOT NULL REFERENCES run(id),
                student TEXT NOT NULL,
                name TEXT NOT NULL,
                email TEXT NOT NULL,
                team TEXT NOT NULL,
                github TEXT NOT NULL,
                lms_id TEXT NOT NULL,
                UNIQUE (run, student)
            ) STRICT""",
        ),
    ),
)


def version(connection: sqlite3.Connection) -> int:
    """The number of the last step the file has taken; 0 for an empty file. Writes nothing."""
    table = connection.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'migration'").fetchone()
    if table is None:
        return 0
    return int(connection.execute("SELECT coalesce(max(number), 0) FROM migration").fetchone()[0])


def migrate(connection: sqlite3.Connection, migrations: Sequence[Migration] = MIGRATIONS) -> None:
    """Take the steps that the file lacks. Harmless when there are none, and when another process takes them at the same time.

    Raises GradebookError for a file of a newer version, or one that holds something else.
    """
    for migration in migrations:
        if version(connection) >= migration.number:
            continue
        with transaction(connection):
            if version(connection) >= migration.number:
                continue
            _begin_record(connection)
            for statement in migration.statements:
                connection.execute(statement)
            connection.execute("INSERT INTO migration VALUES (?, ?, strftime('%Y-%m-%dT%H:%M:%fZ'))", (migration.number, migration.name))
    found, known = version(connection), len(migrations)
    if found > known:
        raise GradebookError(
            f"this gradebook has layout {found}, and this version knows {known}; use the version that wrote it, or a newer one"
        )


def _begin_record(connection: sqlite3.Connection) -> None:
    if version(connection) == 0:
        foreign = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'migration'").fetchone()
        if foreign is not None:
            raise GradebookError(f"this SQLite file is no gradebook: it holds a table {foreign['name']!r}; name another file")
    connection.execute("CREATE TABLE IF NOT EXISTS migration (number INTEGER PRIMARY KEY, name TEXT NOT NULL, at TEXT NOT NULL) STRICT")
