"""The gradebook: one SQLite file with everything a class handed in and got. Nothing in it is ever overwritten by a regrade.

One ``Gradebook`` belongs to the process and thread that opened it; any number of processes may have the same file open.
"""

from __future__ import annotations

import difflib
import json
import os
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import asdict
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Self

from grader.checks.outcome import CheckOutcome, Status
from grader.gradebook.connection import GradebookError, connect, is_alive, plainly_told, this_process, transaction
from grader.gradebook.migrations import migrate
from grader.gradebook.records import Attempt, Extension, HumanMark, MarkEntry, Silence, SubmissionRecord, Telemetry
from grader.intake.identity import Person
from grader.intake.roster import RosterStudent
from grader.intake.submission import Submission
from grader.judge.result import Result


class AttemptBusy(GradebookError):
    """Another running process grades this submission with this suite; leave it to that one."""


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Gradebook:
    """Opens, creates and migrates the file. Use it as a context manager, or call ``close``.

    Raises GradebookUnavailable, here and at each change, where the machine stands against it.
    """

    def __init__(self, path: Path, clock: Callable[[], datetime] = _utc_now) -> None:
        self.path = path
        self._clock = clock
        self._pid = os.getpid()
        with plainly_told():
            self._connection = connect(path)
            migrate(self._connection)

    def close(self) -> None:
        """Close the file; idempotent."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    # --- runs and submissions ----------------------------------------------------------------------------------------

    def start_run(self, assignment: str, suite: str, source: str, by_whom: str) -> int:
        """Note that someone begins to grade a download; returns the run's id."""
        with self._transaction():
            cursor = self._connection.execute(
                "INSERT INTO run (assignment, suite, source, by_whom, started_at) VALUES (?, ?, ?, ?, ?)",
                (assignment, suite, source, by_whom, self._now()),
            )
        return int(cursor.lastrowid or 0)

    def finish_run(self, run: int) -> None:
        """Note that a run went through its whole download."""
        with self._transaction():
            self._connection.execute("UPDATE run SET finished_at = ? WHERE id = ?", (self._now(), run))

    def register(self, run: int, submissions: Iterable[Submission]) -> tuple[SubmissionRecord, ...]:
        """Enter a run's submissions, in one transaction; the last registered one of a student is the one that counts.

        The same content handed in twice stays one submission, with the earlier of its times.
        """
        with self._transaction():
            assignment = self._one("SELECT assignment FROM run WHERE id = ?", (run,), f"there is no run {run}")["assignment"]
            return tuple(self._register(run, assignment, submission) for submission in submissions)

    def enter_roster(self, run: int, roster: Iterable[RosterStudent]) -> None:
        """Keep the list of the class that a run was given; it holds until a later run is given one."""
        with self._transaction():
            self._connection.executemany(
                "INSERT INTO roster (run, student, name, email, team, github, lms_id) VALUES (?, ?, ?, ?, ?, ?, ?)",
                [(run, item.id, item.name, item.email, item.group, item.github, item.lms_id) for item in roster],
            )

    def roster(self, assignment: str) -> tuple[RosterStudent, ...]:
        """The list of the class that holds, in its order; empty when there never was one."""
        rows = self._connection.execute(
            """SELECT * FROM roster WHERE run = (SELECT max(run.id) FROM run JOIN roster ON roster.run = run.id WHERE assignment = ?)
            ORDER BY id""",
            (assignment,),
        )
        return tuple(RosterStudent(row["student"], row["name"], row["email"], row["team"], row["github"], row["lms_id"]) for row in rows)

    def submissions(self, assignment: str) -> tuple[SubmissionRecord, ...]:
        """The submission that counts of each student, by student."""
        rows = self._connection.execute(
            """SELECT * FROM submission AS mine WHERE assignment = ? AND NOT EXISTS (
                SELECT 1 FROM submission AS newer WHERE newer.assignment = mine.assignment AND newer.student = mine.student
                AND (newer.last_run, newer.id) > (mine.last_run, mine.id)) ORDER BY student""",
            (assignment,),
        )
        return tuple(_submission(row) for row in rows)

    def submission_of(self, assignment: str, student: str) -> SubmissionRecord:
        """The submission of one student that counts. Raises GradebookError, naming near ids, when there is none."""
        records = {record.student: record for record in self.submissions(assignment)}
        if student not in records:
            near = ", ".join(difflib.get_close_matches(student, records))
            hint = f"perhaps {near}" if near else "the class page and the CSV have the ids"
            raise GradebookError(f"{assignment} has no submission of {student!r}; {hint}")
        return records[student]

    # --- attempts and outcomes ---------------------------------------------------------------------------------------

    def begin_attempt(self, submission: int, suite: str, by_whom: str, reason: str = "first grading", *, regrade: bool = False) -> Attempt:
        """The attempt to grade a submission (its key) by a suite: a finished one, one to resume, or a new one.

        A finished attempt comes back as it is, unless ``regrade`` asks for a new one or it holds grader faults: then a new
        attempt takes over what was settled, and only the rest runs again. Raises AttemptBusy while another process has it.
        """
        with self._transaction():
            same = "submission = ? AND suite = ?"
            opened = self._connection.execute(f"SELECT * FROM attempt WHERE {same} AND finished_at IS NULL", (submission, suite)).fetchone()
            if opened is not None:
                self._take_over(opened)
                return self._attempt(opened, resumed=True)
            last = self._connection.execute(f"SELECT * FROM attempt WHERE {same} ORDER BY id DESC LIMIT 1", (submission, suite)).fetchone()
            faulty = last is not None and self._has_fault(last["id"])
            if last is not None and not regrade and not faulty:
                return self._attempt(last, resumed=False)
            if faulty and not regrade:
                reason = "grader faults tried again"
            cursor = self._connection.execute(
                "INSERT INTO attempt (submission, suite, by_whom, reason, owner, started_at) VALUES (?, ?, ?, ?, ?, ?)",
                (submission, suite, by_whom, reason, this_process(), self._now()),
            )
            if faulty and not regrade:
                self._copy_settled(last["id"], int(cursor.lastrowid or 0))
            return self._attempt(self._attempt_row(int(cursor.lastrowid or 0)), resumed=False)

    def record_outcome(self, attempt: int, outcome: CheckOutcome, telemetry: Telemetry | None = None) -> None:
        """Keep one outcome; it is on disk when this returns.

        Only a grader fault can be followed by another outcome of the same check, a failure by one in which given modules stood in,
        and any by what a second run told: that it differs from run to run.

        Raises GradebookError when the attempt is finished, or the check is settled with another outcome.
        """
        text = json.dumps(outcome.to_json(), sort_keys=True)
        cost = telemetry or Telemetry()
        with self._transaction():
            if self._attempt_row(attempt)["finished_at"] is not None:
                raise GradebookError(f"attempt {attempt} is finished; a regrade is a new attempt")
            before = self._connection.execute(
                "SELECT * FROM outcome WHERE attempt = ? AND check_id = ? ORDER BY try DESC LIMIT 1", (attempt, outcome.check)
            ).fetchone()
            if before is not None and before["outcome"] == text:
                return
            told_more = outcome.used_given or outcome.status is Status.UNSTABLE
            if before is not None and before["status"] != Status.GRADER_FAULT and not told_more:
                raise GradebookError(f"attempt {attempt} already holds another outcome of {outcome.check}: {before['status']}")
            self._connection.execute(
                """INSERT INTO outcome (attempt, check_id, try, status, outcome, cpu_seconds, wall_seconds, host, recorded_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)""",
                (
                    attempt,
                    outcome.check,
                    1 if before is None else before["try"] + 1,
                    outcome.status.value,
                    text,
                    cost.cpu_seconds,
                    cost.wall_seconds,
                    cost.host,
                    self._now(),
                ),
            )

    def finish_attempt(self, attempt: int, result: Result) -> None:
        """Close an attempt with the judge's result. Finishing again with the same result changes nothing.

        Raises GradebookError when the result is of another submission or suite, or differs from the one that is there.
        """
        text = _storable(result.to_json())
        with self._transaction():
            row = self._attempt_row(attempt)
            submission = self._one("SELECT * FROM submission WHERE id = ?", (row["submission"],), "")
            belongs = (submission["assignment"], submission["content_hash"], row["suite"])
            if (result.assignment, result.submission, result.suite) != belongs:
                raise GradebookError(
                    f"the result is of {result.assignment} {result.submission} {result.suite}, attempt {attempt} of {' '.join(belongs)}"
                )
            if row["finished_at"] is not None and row["result"] != text:
                raise GradebookError(f"attempt {attempt} already has another result; a regrade is a new attempt")
            if row["finished_at"] is None:
                self._connection.execute("UPDATE attempt SET finished_at = ?, result = ? WHERE id = ?", (self._now(), text, attempt))

    def attempts(self, submission: int) -> tuple[Attempt, ...]:
        """Every attempt at a submission (its key), oldest first."""
        rows = self._connection.execute("SELECT * FROM attempt WHERE submission = ? ORDER BY id", (submission,)).fetchall()
        return tuple(self._attempt(row, resumed=False) for row in rows)

    def attempts_of_student(self, assignment: str, student: str) -> tuple[Attempt, ...]:
        """Every attempt at every submission of a student, oldest first."""
        rows = self._connection.execute(
            """SELECT attempt.* FROM attempt JOIN submission ON submission.id = attempt.submission
            WHERE assignment = ? AND student = ? ORDER BY attempt.id""",
            (assignment, student),
        ).fetchall()
        return tuple(self._attempt(row, resumed=False) for row in rows)

    def latest_result(self, submission: int) -> Result | None:
        """The result that counts: of the newest finished attempt; None before there is one."""
        row = self._connection.execute(
            "SELECT result FROM attempt WHERE submission = ? AND result IS NOT NULL ORDER BY id DESC LIMIT 1", (submission,)
        ).fetchone()
        return None if row is None else Result.from_json(row["result"])

    def telemetry(self, attempt: int) -> dict[str, Telemetry]:
        """What each check of an attempt cost, by check id; of a check that was tried again, the last time."""
        rows = self._connection.execute("SELECT * FROM outcome WHERE attempt = ? ORDER BY id", (attempt,))
        return {row["check_id"]: Telemetry(row["cpu_seconds"], row["wall_seconds"], row["host"]) for row in rows}

    # --- what people enter -------------------------------------------------------------------------------------------

    def enter_marks(self, assignment: str, entries: Iterable[MarkEntry], by_whom: str) -> int:
        """Enter human marks, all or none, in one transaction; returns how many changed something.

        An entry that says what its ``replaces`` said, or what holds already, is left alone.

        Raises GradebookError naming every entry of an unknown student, or whose mark was changed by someone else since it was read.
        """
        with self._transaction():
            history = {mark.id: mark for mark in self.mark_history(assignment)}
            current = self.marks(assignment)
            hashes = {record.student: record.content_hash for record in self.submissions(assignment)}
            refused, wanted = [], []
            for entry in entries:
                mark = current.get((entry.student, entry.item))
                seen = mark if entry.replaces is None else history.get(entry.replaces)
                if (entry.points, entry.comment) in (_said(seen), _said(mark)):
                    continue
                if entry.student not in hashes:
                    refused.append(f"there is no submission of {entry.student!r}")
                elif seen != mark:
                    refused.append(f"{entry.student}, {entry.item}: {mark.by_whom if mark else 'someone'} changed this mark meanwhile")
                wanted.append(entry)
            if refused:
                raise GradebookError("\n  ".join(("nothing was entered; take a fresh form:", *refused)))
            for entry in wanted:
                self._insert_mark(assignment, entry, hashes[entry.student], by_whom)
        return len(wanted)

    def marks(self, assignment: str) -> dict[tuple[str, str], HumanMark]:
        """The human marks that hold, by (student, item). A withdrawn one is there with ``points`` None."""
        return {(mark.student, mark.item): mark for mark in self.mark_history(assignment)}

    def mark_history(self, assignment: str) -> tuple[HumanMark, ...]:
        """Every human mark ever entered, oldest first."""
        rows = self._connection.execute("SELECT * FROM human_mark WHERE assignment = ? ORDER BY id", (assignment,))
        return tuple(
            HumanMark(
                row["id"],
                row["student"],
                row["item"],
                None if row["points"] is None else Fraction(row["points"]),
                row["comment"],
                row["content_hash"],
                row["by_whom"],
                datetime.fromisoformat(row["at"]),
            )
            for row in rows
        )

    def extend(self, assignment: str, student: str, until: datetime | None, reason: str, by_whom: str) -> None:
        """Give a student a later deadline, with time zone; None withdraws it. It may come before the submission does."""
        if until is not None and until.tzinfo is None:
            raise GradebookError(f"the extension {until} of {student} has no time zone; write for example 2026-12-20T23:59:00+01:00")
        with self._transaction():
            self._connection.execute(
                "INSERT INTO extension (assignment, student, until, reason, by_whom, at) VALUES (?, ?, ?, ?, ?, ?)",
                (assignment, student, None if until is None else until.isoformat(), reason, by_whom, self._now()),
            )

    def extensions(self, assignment: str) -> dict[str, Extension]:
        """The extension that holds for each student who was ever given one."""
        rows = self._connection.execute("SELECT * FROM extension WHERE assignment = ? ORDER BY id", (assignment,))
        return {
            row["student"]: Extension(
                row["student"], _moment(row["until"]), row["reason"], row["by_whom"], datetime.fromisoformat(row["at"])
            )
            for row in rows
        }

    def release_grades(self, assignment: str, by_whom: str, *, released: bool = True) -> None:
        """Let students see what the course shows after release, or take that back."""
        with self._transaction():
            self._connection.execute(
                "INSERT INTO release_grades (assignment, released, by_whom, at) VALUES (?, ?, ?, ?)",
                (assignment, int(released), by_whom, self._now()),
            )

    def grades_released(self, assignment: str) -> bool:
        """Whether grades are released now."""
        row = self._connection.execute(
            "SELECT released FROM release_grades WHERE assignment = ? ORDER BY id DESC LIMIT 1", (assignment,)
        ).fetchone()
        return row is not None and bool(row["released"])

    def silence(self, assignment: str, target: str, by_whom: str, *, silent: bool = True) -> None:
        """Show a hint to no student any more, or show it again."""
        with self._transaction():
            self._connection.execute(
                "INSERT INTO silence (assignment, target, silent, by_whom, at) VALUES (?, ?, ?, ?, ?)",
                (assignment, target, int(silent), by_whom, self._now()),
            )

    def silences(self, assignment: str) -> dict[str, Silence]:
        """What is silent now, by target."""
        rows = self._connection.execute("SELECT * FROM silence WHERE assignment = ? ORDER BY id", (assignment,))
        last = {row["target"]: row for row in rows}
        return {
            target: Silence(target, row["by_whom"], datetime.fromisoformat(row["at"]))
            for target, row in sorted(last.items())
            if row["silent"]
        }

    # --- inside ------------------------------------------------------------------------------------------------------

    def _transaction(self) -> AbstractContextManager[None]:
        if os.getpid() != self._pid:
            raise GradebookError("a gradebook cannot be used by a forked process; open it there anew")
        return transaction(self._connection)

    def _now(self) -> str:
        return self._clock().isoformat(timespec="milliseconds")

    def _one(self, statement: str, values: tuple[int | str, ...], missing: str) -> sqlite3.Row:
        row: sqlite3.Row | None = self._connection.execute(statement, values).fetchone()
        if row is None:
            raise GradebookError(missing)
        return row

    def _register(self, run: int, assignment: str, submission: Submission) -> SubmissionRecord:
        submitted_at = None if submission.submitted_at is None else submission.submitted_at.astimezone(UTC).isoformat()
        self._connection.execute(
            """INSERT INTO submission
            (assignment, student, content_hash, display_name, members, submitted_at, source, notes, problem, people, layout, last_run)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (assignment, student, content_hash) DO UPDATE SET
            display_name = excluded.display_name, members = excluded.members, source = excluded.source, notes = excluded.notes,
            problem = excluded.problem, people = excluded.people, layout = excluded.layout, last_run = excluded.last_run,
            submitted_at = coalesce(min(submitted_at, excluded.submitted_at), submitted_at, excluded.submitted_at)""",
            (
                assignment,
                submission.id,
                submission.content_hash,
                _storable(submission.student),
                json.dumps(submission.members),
                submitted_at,
                _storable(submission.source),
                json.dumps(submission.notes),
                _storable(submission.problem),
                json.dumps([asdict(person) for person in submission.people]),
                submission.layout,
                run,
            ),
        )
        find = "SELECT * FROM submission WHERE assignment = ? AND student = ? AND content_hash = ?"
        return _submission(self._one(find, (assignment, submission.id, submission.content_hash), ""))

    def _insert_mark(self, assignment: str, entry: MarkEntry, content_hash: str, by_whom: str) -> None:
        points = None if entry.points is None else str(entry.points)
        self._connection.execute(
            """INSERT INTO human_mark (assignment, student, item, points, comment, content_hash, by_whom, at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)""",
            (assignment, entry.student, entry.item, points, _storable(entry.comment), content_hash, by_whom, self._now()),
        )

    def _attempt_row(self, attempt: int) -> sqlite3.Row:
        return self._one("SELECT * FROM attempt WHERE id = ?", (attempt,), f"there is no attempt {attempt}")

    def _take_over(self, row: sqlite3.Row) -> None:
        me = this_process()
        if row["owner"] != me and is_alive(row["owner"]):
            raise AttemptBusy(f"attempt {row['id']} is being graded by process {row['owner'].partition(':')[0]}")
        self._connection.execute("UPDATE attempt SET owner = ? WHERE id = ?", (me, row["id"]))

    def _outcome_rows(self, attempt: int) -> list[sqlite3.Row]:
        last = "try = (SELECT max(try) FROM outcome AS later WHERE later.attempt = outcome.attempt AND later.check_id = outcome.check_id)"
        return self._connection.execute(f"SELECT * FROM outcome WHERE attempt = ? AND {last} ORDER BY id", (attempt,)).fetchall()

    def _has_fault(self, attempt: int) -> bool:
        return any(row["status"] == Status.GRADER_FAULT for row in self._outcome_rows(attempt))

    def _copy_settled(self, old: int, new: int) -> None:
        for row in self._outcome_rows(old):
            if row["status"] != Status.GRADER_FAULT:
                columns = "check_id, try, status, outcome, cpu_seconds, wall_seconds, host, recorded_at"
                self._connection.execute(
                    f"INSERT INTO outcome (attempt, {columns}) SELECT ?, {columns} FROM outcome WHERE id = ?", (new, row["id"])
                )

    def _attempt(self, row: sqlite3.Row, *, resumed: bool) -> Attempt:
        outcomes = (CheckOutcome.from_json(json.loads(item["outcome"])) for item in self._outcome_rows(row["id"]))
        return Attempt(
            id=row["id"],
            submission=row["submission"],
            suite=row["suite"],
            by_whom=row["by_whom"],
            reason=row["reason"],
            started_at=datetime.fromisoformat(row["started_at"]),
            finished_at=_moment(row["finished_at"]),
            resumed=resumed,
            outcomes=tuple(outcome for outcome in outcomes if outcome.status is not Status.GRADER_FAULT),
            result=None if row["result"] is None else Result.from_json(row["result"]),
        )


def _said(mark: HumanMark | None) -> tuple[Fraction | None, str]:
    return (None, "") if mark is None else (mark.points, mark.comment)


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _storable(text: str) -> str:
    """Text without lone surrogates, which SQLite refuses: they become their escapes, which JSON reads back as they were."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _submission(row: sqlite3.Row) -> SubmissionRecord:
    return SubmissionRecord(
        key=row["id"],
        assignment=row["assignment"],
        student=row["student"],
        content_hash=row["content_hash"],
        display_name=row["display_name"],
        members=tuple(json.loads(row["members"])),
        submitted_at=_moment(row["submitted_at"]),
        source=row["source"],
        notes=tuple(json.loads(row["notes"])),
        problem=row["problem"],
        people=tuple(Person(**person) for person in json.loads(row["people"])),
        layout=row["layout"],
    )
