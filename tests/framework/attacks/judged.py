"""The corpus as a class, through intake, judge, jail and gradebook; after each submission a look at all that it must not have touched."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from arena import SECRETS, SEED, TOKEN, VARIABLE, Arena, secrets_in
from attack_file import Attack
from harness import Judge, Processes, is_running, wait_until

from grader.batch.grade import GRADEBOOK, Progress, grade
from grader.checks.outcome import Status
from grader.gradebook.gradebook import Gradebook
from grader.gradebook.records import SubmissionRecord
from grader.jail import syscalls
from grader.jail.probe import available_tier
from grader.judge.result import Result
from grader.judge.secret import Secret
from grader.judge.suite import load_suite

HONEST = ("right", "wrong", "busy", "slow", "mutating", "forbidden")
_SETTLING_SECONDS = 20.0
_FLOOD = 1 << 20


@dataclass(frozen=True)
class Setting:
    """A tier, and how this machine gets it: ``user`` runs the judge, ``blocked`` are system calls that are refused to it."""

    tier: str
    user: str
    blocked: tuple[str, ...] = ()


SETTINGS = {
    "A": Setting("A", "ordinary"),
    "A as root": Setting("A", "root"),
    "B": Setting("B", "ordinary", ("unshare",)),
}


@dataclass(frozen=True)
class Judged:
    """What the real grader made of an attack. ``harm``: a sentence for each promise that was broken; ``told``: notes for the TA."""

    attack: str
    earned: float
    honest: float
    harm: tuple[str, ...]
    told: tuple[str, ...]


def missing(setting: Setting) -> str:
    """Why this machine cannot judge so; empty when it can. Raises pytest's Skipped where the user cannot be had."""

    def answer(_said: object, tell: Callable[[Any], None]) -> None:
        _block(setting)
        report = available_tier()
        tell("" if report.tier == setting.tier else f"tier {report.tier} is what there is: {'; '.join(report.missing.values())[:300]}")

    return str(_ask(setting, answer))


def judge_all(setting: Setting, attacks: Sequence[Attack], services: Mapping[str, str]) -> tuple[Judged, ...]:
    """Judge the attacks one after the other, an honest submission after each."""

    def answer(_said: object, tell: Callable[[Any], None]) -> None:
        _block(setting)
        with tempfile.TemporaryDirectory(prefix="fairmark-attack-", dir="/tmp") as folder:
            tell([vars(judged) for judged in _Class(Path(folder), attacks, services, setting).judged()])

    rows = _ask(setting, answer)
    return tuple(Judged(row["attack"], row["earned"], row["honest"], tuple(row["harm"]), tuple(row["told"])) for row in rows)


def _ask(setting: Setting, answer: Callable[[Iterator[str], Callable[[Any], None]], None]) -> Any:
    judge = Judge(setting.user, answer)
    try:
        return judge.result()
    finally:
        judge.close()


def _block(setting: Setting) -> None:
    if not setting.blocked:
        return
    import pyseccomp  # looks for libseccomp when imported

    engine = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
    for name in setting.blocked:
        engine.add_rule(pyseccomp.ERRNO(errno.EPERM), name)
    engine.load()


@dataclass
class _Class:
    """One run over the corpus. Students are numbered and judged in this order: the honest ones, then attack, next, attack, next."""

    root: Path
    attacks: Sequence[Attack]
    services: Mapping[str, str]
    setting: Setting
    harm: dict[str, list[str]] = field(default_factory=dict)
    before: str = ""

    def judged(self) -> list[Judged]:
        """Everything together."""
        out = self.root / "out"
        arena = Arena(self.root, self.services, out, out / GRADEBOOK)
        arena.build()
        for number, name in enumerate(HONEST):
            arena.hand_in_honest(_student(number), name)
        for place, attack in enumerate(self.attacks):
            arena.hand_in(_attacker(place), attack)
            arena.hand_in_honest(_next(place), "right")
        self.harm = {attack.name: [] for attack in self.attacks}
        self._grade(arena)
        with Gradebook(out / GRADEBOOK) as book:
            found = {record.student: (record, book.latest_result(record.key)) for record in book.submissions("hw")}
        honest = {name: _settled(found[_student(number)][1]) for number, name in enumerate(HONEST)}
        assert honest["right"].earned == honest["right"].points, "the honest submission gets full marks"
        for place, attack in enumerate(self.attacks):
            self.harm[attack.name] += _harm(*found[_attacker(place)], honest[attack.honest])
            following = found[_next(place)][1]
            if following is None or following.to_json() != honest["right"].to_json():
                self.harm[attack.name].append("the next submission got another result")
        outputs = [path.read_bytes().decode(errors="replace") for path in out.iterdir() if path.is_file()]
        leaks = {name for text in outputs for name in secrets_in(text)}
        if leaks and not any("secret" in sentence for harm in self.harm.values() for sentence in harm):
            self.harm[self.attacks[-1].name].append(f"by one of all these, an output of the class holds {', '.join(sorted(leaks))}")
        arena.clean_up()
        return [self._judged(attack, *found[_attacker(place)], honest[attack.honest]) for place, attack in enumerate(self.attacks)]

    def _judged(self, attack: Attack, record: SubmissionRecord, result: Result | None, honest: Result) -> Judged:
        notes = (*record.notes, *(result.notes if result else ()), *([record.problem] if record.problem else ()))
        return Judged(attack.name, result.earned if result else 0.0, honest.earned, tuple(self.harm[attack.name]), notes)

    def _grade(self, arena: Arena) -> None:
        os.environ[VARIABLE] = SECRETS["environment"]
        syscalls.prctl(syscalls.PR_SET_CHILD_SUBREAPER, 1)  # whatever loses its parent becomes this process's, and is seen
        me = Processes(os.getpid())
        suite = load_suite(arena.repository, "hw", Secret(SEED, "attack"))
        blamed = {student(place): attack.name for place, attack in enumerate(self.attacks) for student in (_attacker, _next)}

        def look(progress: Progress) -> None:
            if progress.what == "began" and not self.before:
                self.before = arena.digest(arena.results / "submissions")
            if progress.what not in ("done", "given up") or progress.student not in blamed:
                return
            harm = self.harm[blamed[progress.student]]
            if progress.what == "given up":
                harm.append(f"given up: {progress.detail}")
            if not wait_until(lambda: not _strays(me), _SETTLING_SECONDS):
                harm.append(f"{len(_strays(me))} processes run on")
            if arena.digest(arena.results / "submissions") != self.before:
                harm.append("something outside was changed")

        grade(suite, arena.download, arena.results, jobs=1, allow_tier=self.setting.tier, by_whom="attack", regrade=False, tell=look)
        assert not me.alive(), "a process outlives the run"


def _harm(record: SubmissionRecord, result: Result | None, honest: Result) -> Iterator[str]:
    """What the attack's own result says of it."""
    if result is None:
        if not record.problem:
            yield "it has no result"
        return
    if result.earned > honest.earned:
        yield f"it gets {result.earned:g} points, its honest version {honest.earned:g}"
    text = result.to_json() + " ".join(record.notes)
    for name in secrets_in(text):
        yield f"the secret of {name} is in the result"
    if TOKEN in text:
        yield "it had what it wanted"
    if len(text) > _FLOOD:
        yield f"the result has {len(text):,} characters"
    if any(check.status is Status.GRADER_FAULT for check in result.checks):
        yield "the grader took the blame"


def _settled(result: Result | None) -> Result:
    assert result is not None, "an honest submission has no result"
    return result


def _strays(me: Processes) -> list[int]:
    """Processes that have no business between two submissions: the judge may run, its zygotes, and the reference's supervisor."""
    judges = [pid for pid in me.watch.children(me.above) if is_running(pid)]
    zygotes = [pid for judge in judges for pid in me.watch.children(judge) if is_running(pid)]
    below = [pid for zygote in zygotes for pid in me.watch.descendants(zygote) if is_running(pid)]
    return [*judges[1:], *zygotes[2:], *below[1:]]


def _student(number: int) -> str:
    return f"s{number:03d}"


def _attacker(place: int) -> str:
    return _student(len(HONEST) + 2 * place)


def _next(place: int) -> str:
    return _student(len(HONEST) + 2 * place + 1)
