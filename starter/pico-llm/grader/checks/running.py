"""The pytest plugin behind every run of checks, in the student's folder and in the judge: fixtures, and one outcome for each check."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from functools import cache
from pathlib import Path

import pytest
import torch

from grader.checks.answer_text import MAX_ANSWER
from grader.checks.api_rules import scan_source
from grader.checks.classify import EndedBefore, Ending, ForbiddenInSource, ending_of
from grader.checks.compare import CheckFailure
from grader.checks.ends import CheckTimeout, WorkerEnded
from grader.checks.home import module_path
from grader.checks.margin import noting_margins
from grader.checks.marker import CheckInfo, declare_markers, read_marker, refusal
from grader.checks.outcome import CheckOutcome, Status
from grader.checks.properties import Corpus
from grader.checks.reference import Reference
from grader.checks.session import CheckSession, Telemetry
from grader.checks.student_error import StudentError
from grader.checks.subject import Subject, derive_seed
from grader.checks.worker_source import WorkerExit, WorkerSource

Fact = bool | int | str
INFO = pytest.StashKey[CheckInfo]()
FACTS = pytest.StashKey[dict[str, Fact]]()
SUBJECTS = pytest.StashKey[list[Subject]]()
ENDING = pytest.StashKey[Ending]()
STARTED = pytest.StashKey[float]()
MARGIN = pytest.StashKey[float]()


class ChecksPlugin:
    """Runs the checks of one session and hands each outcome to ``session.record`` before the next check starts."""

    def __init__(self, session: CheckSession) -> None:
        self.session = session
        self._forbidden = cache(self._scan)
        self._seconds: Counter[str] = Counter()
        self._timeouts = Counter(outcome.exercise for outcome in session.done.values() if outcome.status is Status.TIMEOUT)

    def pytest_configure(self, config: pytest.Config) -> None:
        """Make the markers known."""
        declare_markers(config)

    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Keep the checks of this session, in the order of the plan; refuse checks that the course file or handout do not know."""
        plan, session = self.session.plan, self.session
        order = {exercise.id: place for place, exercise in enumerate(plan.exercises)}
        kept, dropped = [], []
        for item in items:
            info = read_marker(item)
            if info is None:
                raise pytest.UsageError(f"{item.nodeid} has no check marker")
            if info.exercise not in order or (session.only and info.exercise not in session.only) or info.id in session.done:
                dropped.append(item)
                continue
            if problem := refusal(info, plan):
                raise pytest.UsageError(problem)
            item.stash[INFO], item.stash[FACTS], item.stash[SUBJECTS] = info, {}, []
            kept.append(item)
        kept.sort(key=lambda item: order[item.stash[INFO].exercise])
        config.hook.pytest_deselected(items=dropped)
        items[:] = kept

    @pytest.fixture
    def subject(self, request: pytest.FixtureRequest) -> Iterator[Subject]:
        """The student's code, in a fresh worker."""
        info: CheckInfo = request.node.stash[INFO]
        if findings := self._forbidden(info.exercise):
            raise ForbiddenInSource(findings)
        if self._timeouts[info.exercise] >= self.session.max_timeouts:
            reason = f"not run: {self.session.max_timeouts} checks of this exercise have run out of time already"
            raise EndedBefore(CheckTimeout(reason, WorkerExit("running")))
        if self._seconds[info.exercise] >= self.session.max_exercise_seconds:
            reason = (
                f"not run: the checks of this exercise have taken {self.session.max_exercise_seconds:g} s of real time already, the limit"
            )
            raise EndedBefore(CheckTimeout(reason, WorkerExit("running")))
        try:
            subject = self._open(self.session.workers, info)
        except WorkerEnded as ended:
            raise EndedBefore(ended) from None
        request.node.stash[SUBJECTS].append(subject)
        yield subject
        subject.close()

    @pytest.fixture
    def reference(self, request: pytest.FixtureRequest) -> Reference:
        """What the reference solution does, for hidden checks."""
        if self.session.reference is None:
            raise pytest.UsageError("this run has no reference solution; the fixture is for hidden checks")
        info: CheckInfo = request.node.stash[INFO]
        _, workers = self.session.reference
        return Reference(lambda: self._open(workers, info), self.session.reference_store, info.id)

    @pytest.fixture
    def gen(self, request: pytest.FixtureRequest) -> torch.Generator:
        """The source of this check's random inputs."""
        return torch.Generator().manual_seed(derive_seed(self.session.seed, request.node.stash[INFO].id, "inputs"))

    @pytest.fixture
    def corpus(self, request: pytest.FixtureRequest, gen: torch.Generator) -> Corpus:
        """The examples of a property check: the same for one suite seed, each with random streams of its own."""
        info: CheckInfo = request.node.stash[INFO]

        def begin(example: int) -> None:
            gen.manual_seed(derive_seed(self.session.seed, info.id, "inputs", example))
            for subject in request.node.stash[SUBJECTS]:
                subject.reseed(example)

        return Corpus(derive_seed(self.session.seed, info.id, "corpus"), self.session.minimise, begin)

    @pytest.fixture
    def observe(self, request: pytest.FixtureRequest) -> Callable[[str, Fact], None]:
        """Note a fact without parameters in it, for diagnosis."""
        facts = request.node.stash[FACTS]

        def note(name: str, value: Fact) -> None:
            if type(value) not in (bool, int, str) or len(str(value)) > MAX_ANSWER:
                raise CheckFailure(f"the answer is of an unexpected kind, {type(value).__name__}")
            facts[name] = value

        return note

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Note when the check began."""
        item.stash[STARTED] = time.monotonic()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, object, object]:
        """Note how near the check's comparisons came to their tolerances."""
        with noting_margins() as noted:
            try:
                return (yield)
            finally:
                item.stash[MARGIN] = max(noted, default=0.0)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Classify each phase; record the outcome when the last phase is over."""
        report = yield
        if call.excinfo is not None or call.when == "call":
            error = call.excinfo.value if call.excinfo else None
            if ENDING not in item.stash or item.stash[ENDING].status is Status.PASSED:
                item.stash[ENDING] = self._ending(item, error)
        if call.when == "call" or call.excinfo is not None:
            self._adjust(report, item.stash[ENDING])
        if call.when == "teardown":
            self._record(item)
        return report

    def _open(self, workers: WorkerSource, info: CheckInfo) -> Subject:
        plan = self.session.plan
        modules = {symbol: exercise.module for exercise in plan.exercises for symbol in exercise.symbols}
        rules = plan.exercise(info.exercise).api
        return Subject(workers, modules, rules, info.limits, seed=self.session.seed, check=info.id)

    def _scan(self, exercise_id: str) -> str:
        exercise = self.session.plan.exercise(exercise_id)
        source = module_path(exercise.module)
        try:
            found = scan_source((self.session.root / source).read_text(encoding="utf-8"), source, exercise.api)
        except (OSError, ValueError, SyntaxError):
            return ""  # a module that cannot be read fails at import, with a better message
        return "\n".join(
            f"{finding.name} is not allowed in this exercise ({finding.filename}:{finding.line}: {finding.text})" for finding in found
        )

    def _ending(self, item: pytest.Item, error: BaseException | None) -> Ending:
        """How the check ended. Whatever goes wrong in finding out is this check's fault of the grader, and no other's."""
        try:
            return self._classified(item, error)
        except Exception as failure:  # noqa: BLE001 - an exception in a hook would end the whole run
            return Ending(Status.GRADER_FAULT, f"the ending could not be told: {type(failure).__name__}: {str(failure)[:200]}")

    def _classified(self, item: pytest.Item, error: BaseException | None) -> Ending:
        answered = any(subject.answered for subject in item.stash[SUBJECTS])
        line = _syntax_error_line(self.session.root, error)
        info, plan = item.stash[INFO], self.session.plan
        exercise = plan.exercise(info.exercise)
        return ending_of(error, exercise=exercise, package=plan.package, limits=info.limits, answered=answered, source_line=line)

    def _adjust(self, report: pytest.TestReport, ending: Ending) -> None:
        """What plain pytest shows: no traceback through the checks, and a stub that is not started as a skip."""
        report.sections = []
        if ending.status is Status.NOT_STARTED:
            report.outcome = "skipped"
            report.longrepr = ("", 0, ending.message)
        elif ending.status is not Status.PASSED:
            report.outcome = "failed"
            report.longrepr = f"{ending.status}: {ending.message}"

    def _record(self, item: pytest.Item) -> None:
        info, ending = item.stash[INFO], item.stash[ENDING]
        facts = tuple(sorted(item.stash[FACTS].items()))
        outcome = CheckOutcome(
            check=info.id,
            exercise=info.exercise,
            idea=info.idea,
            spec=info.spec,
            title=info.title,
            # A hint is about an answer.
            hint="" if ending.is_about_the_source or ending.status is Status.CRASHED else info.hint,
            status=ending.status,
            message=ending.message,
            input=ending.input,
            expected=ending.expected,
            got=ending.got,
            frames=ending.frames,
            observations=facts,
        )
        exits = [subject.close() for subject in item.stash[SUBJECTS]] or [WorkerExit("exited")]
        wall = time.monotonic() - item.stash[STARTED]
        self._timeouts[info.exercise] += outcome.status is Status.TIMEOUT
        self._seconds[info.exercise] += round(wall)
        cpu = sum(exit.cpu_seconds for exit in exits)
        self.session.record(outcome, Telemetry(wall, cpu, exits[-1].output, item.stash.get(MARGIN, 0.0)))


def _syntax_error_line(root: Path, error: BaseException | None) -> str:
    """The source line that a student's syntax error points at; empty when it is none."""
    described = getattr(error, "student_error", None)
    if not isinstance(described, StudentError) or described.ancestor != "SyntaxError" or not described.frames:
        return ""
    name, _, number = described.frames[-1].partition(":")
    path = (root / name).resolve()
    if not path.is_relative_to(root.resolve()) or not (number.isascii() and number.isdecimal()):
        return ""
    try:
        return path.read_text(encoding="utf-8").splitlines()[int(number) - 1]
    except (OSError, ValueError, IndexError):
        return ""
