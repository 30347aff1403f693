"""One submission becomes one result. The judge holds checks, expected values and the reference; student code runs in a jail, elsewhere."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from grader.checks.home import module_path
from grader.checks.outcome import CheckOutcome, Status
from grader.checks.session import CheckSession, Telemetry
from grader.checks.worker_source import WorkerLost, WorkerSource
from grader.jail.workers import JailedWorkers
from grader.jail.zygote import Zygote
from grader.judge.addresses import without_addresses
from grader.judge.checks_run import run_checks
from grader.judge.doubt import Doubting
from grader.judge.named_limits import with_named_limits
from grader.judge.result import Result
from grader.judge.second_run import compared, failures_to_repeat, rest_to_repeat
from grader.judge.suite import Suite
from grader.judge.suspicions import suspicions
from grader.judge.verdict import verdict

Record = Callable[[CheckOutcome, Telemetry], None]


class JailLost(Exception):
    """The process that jails come from is gone: this judge cannot go on, another can."""


class Judge:
    """Judges submission after submission against one suite, from one zygote. A context manager."""

    def __init__(self, suite: Suite, zygote: Zygote) -> None:
        self._suite = suite
        self._zygote = zygote
        self._second: Zygote | None = None
        self._measured: dict[tuple[str, str], Any] = {}
        self._folder = tempfile.TemporaryDirectory(prefix="fairmark-judge-")
        self._reference = Path(self._folder.name) / "reference"
        package = suite.plan.package
        shutil.copytree(suite.reference / package, self._reference / package, ignore=shutil.ignore_patterns("__pycache__"))
        self._open = contextlib.ExitStack()

    def __enter__(self) -> Judge:
        self._open.enter_context(self._folder)
        self._reference_jail: WorkerSource = self._open.enter_context(self._jail(self._zygote, self._reference))
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def judge(self, root: Path, content_hash: str, done: Mapping[str, CheckOutcome], record: Record) -> Result:
        """Check the package under ``root`` and give the verdict.

        Args:
            root: clean folder from intake.
            content_hash: what the submission is known by.
            done: outcomes from before an interruption, by check id; those checks are not run again.
            record: called with each outcome before the next check starts; again for a check that was run again.

        Raises SuiteFault when the suite itself cannot run, JailLost when another judge must go on.
        """
        outcomes = {check: outcome for check, outcome in done.items() if outcome.status is not Status.GRADER_FAULT}

        def note(outcome: CheckOutcome, telemetry: Telemetry) -> None:
            outcomes[outcome.check] = outcome
            record(outcome, telemetry)

        self._run(self._zygote, root, outcomes, frozenset(), note, doubting=True)
        if faults := _with_status(outcomes, Status.GRADER_FAULT):
            self._run_faults(self._zygote, root, faults, outcomes, note)
        for choose in (failures_to_repeat, rest_to_repeat):
            self._repeat(root, choose(outcomes), outcomes, note)
        for exercise in self._suite.course.exercises:
            if exercise.given_on_failure:
                self._with_given(root, exercise.id, outcomes, record)
        tier = self._zygote.report
        return verdict(
            self._suite,
            content_hash,
            outcomes,
            tier=tier.tier,
            missing_layers=tuple(sorted(tier.missing)),
            notes=suspicions(root),
        )

    def _run_again(self, zygote: Zygote, root: Path, checks: Collection[str], outcomes: Mapping[str, CheckOutcome], note: Record) -> None:
        """Run these checks, of which there are outcomes already; those that end in a grader fault are tried once more."""
        faults: list[str] = []

        def note_or_retry(outcome: CheckOutcome, telemetry: Telemetry) -> None:
            if outcome.status is Status.GRADER_FAULT:
                faults.append(outcome.check)
            else:
                note(outcome, telemetry)

        self._run(zygote, root, *_only(checks, outcomes), note_or_retry, doubting=True)
        if faults:
            self._run_faults(zygote, root, faults, outcomes, note)

    def _run_faults(self, zygote: Zygote, root: Path, checks: Collection[str], outcomes: Mapping[str, CheckOutcome], note: Record) -> None:
        """Run checks again that ended in a grader fault, perhaps because the reference's jail is gone."""
        self._reference_jail = self._open.enter_context(self._jail(zygote, self._reference))
        self._run(zygote, root, *_only(checks, outcomes), note)

    @staticmethod
    def _jail(zygote: Zygote, root: Path) -> JailedWorkers:
        try:
            return zygote.open(root)
        except WorkerLost as lost:
            raise JailLost(str(lost)) from None

    def _run(
        self,
        zygote: Zygote,
        root: Path,
        done: Mapping[str, CheckOutcome],
        only: frozenset[str],
        note: Record,
        *,
        doubting: bool = False,
    ) -> None:
        suite = self._suite
        with self._jail(zygote, root) as workers:
            session = CheckSession(
                suite.plan,
                root,
                Doubting(workers) if doubting else workers,
                suite.secret.seed,
                lambda outcome, telemetry: note(with_named_limits(without_addresses(outcome)), telemetry),
                (self._reference, self._reference_jail),
                self._measured,
                only,
                done=dict(done),
            )
            run_checks(session, suite.folders)

    def _repeat(self, root: Path, checks: frozenset[str], outcomes: dict[str, CheckOutcome], note: Record) -> None:
        """Run these checks a second time, and note of each what both runs together say."""
        if not checks:
            return
        first = {check: outcomes[check] for check in checks}

        def compare(outcome: CheckOutcome, telemetry: Telemetry) -> None:
            note(compared(first[outcome.check], outcome), telemetry)

        self._run_again(self._another_zygote(), root, checks, outcomes, compare)

    def _another_zygote(self) -> Zygote:
        """Two forks of one process have the same addresses and the same leftovers in memory: what depends on those differs only here."""
        if self._second is None:
            try:
                self._second = self._open.enter_context(Zygote(allow_tier=self._zygote.report.tier))
            except WorkerLost as lost:
                raise JailLost(str(lost)) from None
        return self._second

    def _with_given(self, root: Path, exercise_id: str, outcomes: dict[str, CheckOutcome], record: Record) -> None:
        """Run an exercise's failed checks again with the reference in place of earlier exercises that are broken.

        Only a pass is taken over: of what the worker then says, nothing but that bit leaves the judge, so the reference cannot leak.
        """
        exercise = self._suite.course.exercise(exercise_id)
        selected = {planned.id for planned in self._suite.plan.exercises}
        broken = tuple(name for name in exercise.given_on_failure if name in selected and not _complete(outcomes, name))
        failed = {check for check, outcome in outcomes.items() if outcome.exercise == exercise_id and outcome.status is not Status.PASSED}
        if not broken or not failed or _untouched(outcomes, exercise_id):
            return

        def adopt(outcome: CheckOutcome, telemetry: Telemetry) -> None:
            if outcome.status is Status.PASSED:
                adopted = replace(outcome, used_given=broken)
            elif outcome.status is Status.GRADER_FAULT:  # it might have passed: that stays open
                message = "the grader failed while the reference stood in for earlier parts"
                adopted = replace(outcomes[outcome.check], status=Status.GRADER_FAULT, message=message, used_given=broken)
            else:
                return
            outcomes[outcome.check] = adopted
            record(adopted, telemetry)

        with tempfile.TemporaryDirectory(prefix="fairmark-given-") as folder:
            overlay = Path(folder) / "submission"
            shutil.copytree(root, overlay)
            for name in broken:
                module = module_path(self._suite.course.exercise(name).module)
                shutil.copyfile(self._reference / module, overlay / module)
            if any(outcomes[check].status is Status.UNSTABLE for check in failed):
                failed = self._passing(overlay, failed, outcomes)  # one pass would be luck
            self._run_again(self._zygote, overlay, failed, outcomes, adopt)

    def _passing(self, root: Path, checks: set[str], outcomes: Mapping[str, CheckOutcome]) -> set[str]:
        found: dict[str, CheckOutcome] = {}
        self._run_again(self._zygote, root, checks, outcomes, lambda outcome, _: found.update({outcome.check: outcome}))
        return _with_status(found, Status.PASSED)


def _only(checks: Collection[str], outcomes: Mapping[str, CheckOutcome]) -> tuple[dict[str, CheckOutcome], frozenset[str]]:
    """What a session is told so that it runs these checks and no other: all others as done, and the exercises to look at."""
    others = {check: outcome for check, outcome in outcomes.items() if check not in checks}
    return others, frozenset(outcomes[check].exercise for check in checks)


def _with_status(outcomes: Mapping[str, CheckOutcome], status: Status) -> set[str]:
    return {check for check, outcome in outcomes.items() if outcome.status is status}


def _complete(outcomes: Mapping[str, CheckOutcome], exercise: str) -> bool:
    return all(outcome.status is Status.PASSED for outcome in outcomes.values() if outcome.exercise == exercise)


def _untouched(outcomes: Mapping[str, CheckOutcome], exercise: str) -> bool:
    """True when the exercise itself is a stub: nothing of it could pass with better earlier parts."""
    own = [outcome for outcome in outcomes.values() if outcome.exercise == exercise]
    return all(outcome.status is Status.NOT_STARTED and outcome.message.startswith(f"{exercise} ") for outcome in own)
