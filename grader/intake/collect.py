"""Turns a download into submissions: each in a clean folder of its own, each with what was changed, ignored or missing.

A download is a folder, a zip or a tar, of folders, archives and files, nested as they may be, laid out as a platform does or in any other
way. Nobody is lost: what cannot be read is a submission with a problem.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import tzinfo
from pathlib import Path, PurePosixPath

from grader.checks.given_modules import given_digest
from grader.checks.handin import HandIn, examine, examine_at
from grader.checks.plan import Plan
from grader.checks.tree import LeftOut, read_tree
from grader.course.load import load_course
from grader.intake.adapters.adapt import AUTO, adapt
from grader.intake.attempts import keep_newest
from grader.intake.from_notebook import from_notebook, is_notebook
from grader.intake.given import given_modules
from grader.intake.identity import Person, display_name, student_ids
from grader.intake.late_mark import late_mark
from grader.intake.nested import MAX_NESTING, expand
from grader.intake.other_name import imports_that_fail
from grader.intake.places import Unpacked
from grader.intake.refused import Budget, Refused
from grader.intake.submission import Submission
from grader.intake.units import Unit, Units

_SHOWN = 5


def collect(path: Path, plan: Plan, workspace: Path, repository: Path, adapter: str = AUTO) -> tuple[Submission, ...]:
    """The submissions in ``path``, sorted by id; each one's files are written to ``workspace/<id>``, in place of what was there.

    ``repository`` is the course's: its given modules take the place of the students', and its time zone is that of times in zips.
    ``adapter`` is for submissions without the course's package, one of ``adapt.CHOICES``.
    Raises IntakeError when the download is missing, damaged as a whole or empty; OSError when the disk is.
    """
    assignment = load_course(repository / "course.toml").assignment(plan.assignment)
    given = given_modules(assignment, repository)
    workspace.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".intake-", dir=workspace) as name:
        scratch = Path(name)
        course = _Course(plan, given, assignment.time_zone, adapter)
        with Units(plan, assignment.time_zone, scratch / "wrappers") as found:
            units = found.of(path)
            ids = student_ids([(unit.handle, unit.source) for unit in units])
            submissions = []
            for key, unit in sorted(zip(ids, units, strict=True), key=lambda pair: pair[0]):
                submission = _submission(key, unit, course, scratch / "unit", workspace / key)
                submissions.append(replace(submission, notes=(*submission.notes, *late_mark(unit, submission.submitted_at, assignment))))
                shutil.rmtree(scratch / "unit", ignore_errors=True)
    return tuple(submissions)


def content_hash(root: Path) -> str:
    """sha256 over the names and bytes of every file below ``root``."""
    digest = hashlib.sha256()
    for file in sorted(file for file in root.rglob("*") if file.is_file()):
        name, content = file.relative_to(root).as_posix().encode(), file.read_bytes()
        digest.update(b"%d:%s%d:" % (len(name), name, len(content)))
        digest.update(content)
    return digest.hexdigest()


@dataclass(frozen=True)
class _Course:
    """What is the same for every submission of a download."""

    plan: Plan
    given: Mapping[str, bytes]
    zone: tzinfo
    adapter: str

    @property
    def digests(self) -> dict[str, str]:
        return {path: given_digest(content) for path, content in self.given.items()}


def _submission(key: str, unit: Unit, course: _Course, scratch: Path, root: Path) -> Submission:
    clean = scratch / "clean"
    clean.mkdir(parents=True)
    submitted_at = None
    try:
        submitted_at = unit.submitted_at()
        sent, hand_in = _examined(unit, course, scratch)
        beside: Mapping[str, bytes] = {}
        if course.adapter != AUTO or hand_in.problem:
            hand_in, beside = _through_adapter(sent.folder, hand_in, course)
        if not hand_in.problem:
            _write(clean, sent.folder, hand_in, {**course.given, **beside})
        renamed = imports_that_fail(sent.folder, unit.source, hand_in.modules, course.plan.package)
        notes = (*_notes(sent.left_out, hand_in, course.plan.package), *renamed)
        members, problem = hand_in.members, hand_in.problem
    except Refused as refusal:
        notes, members, problem = (), (), str(refusal)
    except (PermissionError, FileNotFoundError) as error:
        notes, members, problem = (), (), f"It cannot be read on this machine: {error.strerror}."
    people = unit.entry.people if unit.entry else ()
    shutil.rmtree(root, ignore_errors=True)
    clean.rename(root)
    return Submission(
        id=key,
        student=display_name(unit.label),
        members=members or _members(people),
        root=root,
        content_hash=content_hash(root),
        submitted_at=submitted_at,
        source=display_name(unit.source),
        notes=(*(unit.entry.notes if unit.entry else ()), *notes),
        problem=problem,
        people=people,
        layout=unit.layout,
    )


def _members(people: Sequence[Person]) -> tuple[str, ...]:
    """The names of a group, as far as the platform tells them."""
    return tuple(display_name(person.name or person.number) for person in people) if len(people) > 1 else ()


def _through_adapter(folder: Path, hand_in: HandIn, course: _Course) -> tuple[HandIn, Mapping[str, bytes]]:
    """A hand-in without the course's package as an adapter presents it, and what is written beside it; as it was where none fits."""
    tree = read_tree(folder)
    packaged = any(PurePosixPath(name).parent.name == course.plan.package for name in tree.files if name.endswith(".py"))
    adapted = None if packaged else adapt(folder, tree, course.plan, course.adapter)
    if adapted is None:
        return hand_in, {}
    presented = examine_at(adapted.home, folder, tree, course.plan, course.digests)
    return replace(presented, notes=(*adapted.notes, *presented.notes)), adapted.files


def _examined(unit: Unit, course: _Course, scratch: Path) -> tuple[Unpacked, HandIn]:
    """What was sent, with inner zips opened as far as it takes to find the package, or a notebook taken in its place."""
    plan, digests, zone = course.plan, course.digests, course.zone
    budget = Budget()
    sent = unit.unpack(scratch / "sent", budget)
    hand_in = examine(sent.folder, plan, digests)
    for depth in range(MAX_NESTING):
        inner = expand(sent, scratch / f"nested-{depth}", budget, zone) if hand_in.problem else None
        if inner is None:
            break
        unopened, sent = sent, inner
        hand_in = examine(sent.folder, plan, digests)
        if hand_in.problem and (chosen := keep_newest(unopened.folder, sent.folder, plan)):
            hand_in = examine(sent.folder, plan, digests)
            hand_in = replace(hand_in, notes=(chosen, *hand_in.notes))
    if hand_in.problem and (converted := from_notebook(sent, scratch, budget, plan)):
        sent = converted.sent
        hand_in = examine(sent.folder, plan, digests)
        hand_in = replace(hand_in, notes=(*converted.notes, *hand_in.notes))
    return sent, hand_in


def _write(clean: Path, sent: Path, hand_in: HandIn, given: Mapping[str, bytes]) -> None:
    for item in (*hand_in.modules, *hand_in.delivered):
        target = clean / item.path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(sent / item.source, target, follow_symlinks=False)
    for path, content in given.items():
        (clean / path).parent.mkdir(parents=True, exist_ok=True)
        (clean / path).write_bytes(content)


def _notes(left_out: Iterable[LeftOut], hand_in: HandIn, package: str) -> tuple[str, ...]:
    unusual = [item for item in (*left_out, *hand_in.ignored) if item.reason != "not part of a hand-in"]
    told = {word for note in hand_in.notes for word in note.split()}
    named = [f"{item.path} ({item.reason})" for item in unusual if item.path not in told]
    more = f" and {len(named) - _SHOWN} more" if len(named) > _SHOWN else ""
    dropped = (f"Left out: {', '.join(named[:_SHOWN])}{more}.",) if named else ()
    faults = (fault.told for fault in hand_in.faults)
    notebooks = [item.path for item in hand_in.ignored if is_notebook(item.path) and not hand_in.problem]
    unread = (f"{', '.join(notebooks[:_SHOWN])} is not looked at: the Python files of {package} count.",) if notebooks else ()
    incomplete = (item for item in hand_in.deliverables if not item.complete and not hand_in.problem)
    missing = (f"{item.title}: {len(item.files)} files of at least {item.at_least} were handed in ({item.pattern})." for item in incomplete)
    return (*hand_in.notes, *faults, *unread, *dropped, *missing)
