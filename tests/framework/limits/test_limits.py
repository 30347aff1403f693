"""Limits are fair: one that is hit says what it is and what the reference needs, and no first call pays for what it imports."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from grader.checks.limit_text import SHARE
from grader.checks.outcome import CheckOutcome, Status
from grader.checks.plan import ApiRules, Plan, PlannedExercise, PlannedIdea, Requirement
from grader.checks.session import CheckSession, Telemetry
from grader.checks.subject import Subject
from grader.checks.wire import Channel
from grader.checks.worker_source import Limits, WorkerExit, WorkerSource
from grader.jail.zygote import Zygote
from grader.judge.checks_run import run_checks
from grader.judge.named_limits import with_named_limits
from grader.judge.secret import Secret
from grader.judge.suite import load_suite

REPOSITORY = Path(__file__).parents[3]
CODE = """
import os, sys, tempfile, threading, time
import torch

def loops(x):
    while True: pass
def waits(x): time.sleep(1000)
def fills(x): return [bytearray(1 << 20) for _ in range(1 << 20)]
def asks(x): return torch.empty(1 << 40)
def opens(x): return [open(__file__) for _ in range(1000)]
def writes(x): return (open(os.path.join(tempfile.gettempdir(), "a"), "wb").write(bytes(1 << 27)))
def starts(x): return [threading.Thread(target=time.sleep, args=(50,)).start() for _ in range(1000)]

before = frozenset(sys.modules)

class Model(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.table = torch.nn.Embedding(8, 8)
        self.norm = torch.nn.LayerNorm(8)
        self.out = torch.nn.Linear(8, 8)
    def forward(self, tokens):
        return self.out(torch.nn.functional.gelu(self.norm(self.table(tokens))))

def imported_since(x): return sorted(set(sys.modules) - before)
"""
NAMES = ("loops", "waits", "fills", "asks", "opens", "writes", "starts")
TESTS = """
import pytest

@pytest.mark.limits(cpu_seconds={cpu}, memory_mb=256)
@pytest.mark.check("work.idea", spec="WRK-1", title="works", hint="a hint")
def test_{name}(subject):
    subject.{name}(1)
"""
SAID = {
    "loops": (
        Status.TIMEOUT,
        ("stopped after 0.5 s of CPU time, the limit of this check", "the reference needs less than 0.05 s of CPU time"),
    ),
    "waits": (
        Status.TIMEOUT,
        ("no answer within 5 s of real time, the limit of this check", "the reference needs less than 0.05 s of CPU time"),
    ),
    "fills": (Status.OUT_OF_MEMORY, ("the limit of this check is 256 MiB of memory", "the reference needs less than 25 MiB")),
    "asks": (Status.OUT_OF_MEMORY, ("the limit of this check is 256 MiB of memory", "the reference needs less than 25 MiB")),
    "opens": (Status.ERROR, ("The limit of a check is 128 open files; the reference needs none",)),
    "writes": (Status.ERROR, ("The limit of a check is 64 MiB in 4096 files; the reference needs none",)),
    "starts": (Status.ERROR, ("The limit of a check is 32 processes and threads; the reference needs none",)),
}


@pytest.fixture(scope="module")
def zygote() -> Iterator[Zygote]:
    with Zygote(allow_tier="B") as zygote:
        yield zygote


@pytest.fixture(scope="module")
def student(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("student")
    (root / "pkg").mkdir()
    (root / "pkg" / "__init__.py").write_text("")
    (root / "pkg" / "work.py").write_text(CODE)
    return root


@pytest.fixture(scope="module")
def outcomes(zygote: Zygote, student: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, CheckOutcome]:
    folder = tmp_path_factory.mktemp("limits") / "public"
    folder.mkdir()
    (folder / "test_work.py").write_text("\n".join(TESTS.format(name=name, cpu=0.5) for name in NAMES))
    exercise = PlannedExercise(
        "work", "Work", "pkg.work", NAMES, "1. Work", "required", (), ApiRules("deny", ()), (PlannedIdea("work.idea", "Works", 3),)
    )
    plan = Plan("hw", "Homework", "pkg", (exercise,), (Requirement("WRK-1", "1. Work", "It works."),), (), ())
    found: dict[str, CheckOutcome] = {}
    with zygote.open(student) as workers:
        session = CheckSession(plan, student, workers, 7, lambda outcome, _: found.update({outcome.check: with_named_limits(outcome)}))
        run_checks(session, (folder,))
    return {check.partition("::test_")[2]: outcome for check, outcome in found.items()}


@pytest.mark.parametrize("name", NAMES)
def test_a_limit_that_is_hit_says_what_it_is_and_what_the_reference_needs(outcomes: dict[str, CheckOutcome], name: str) -> None:
    status, sentences = SAID[name]
    assert outcomes[name].status is status, outcomes[name]
    assert [sentence for sentence in sentences if sentence not in outcomes[name].message] == [], outcomes[name].message


class Tenth:
    """Workers that may use a tenth of what they should have."""

    def __init__(self, workers: WorkerSource) -> None:
        self._workers = workers

    def start(self, limits: Limits) -> Channel:
        return self._workers.start(replace(limits, cpu_seconds=limits.cpu_seconds / SHARE, memory_mb=limits.memory_mb // SHARE))

    def stop(self) -> WorkerExit:
        return self._workers.stop()


def test_the_reference_needs_less_than_a_tenth_of_every_limit(zygote: Zygote) -> None:
    suite = load_suite(REPOSITORY, "pico-llm", Secret(7, "test"))
    found: dict[str, tuple[CheckOutcome, Telemetry]] = {}
    with zygote.open(suite.reference) as workers, zygote.open(suite.reference) as other:

        def note(outcome: CheckOutcome, telemetry: Telemetry) -> None:
            found[outcome.check] = (outcome, telemetry)

        session = CheckSession(suite.plan, suite.reference, Tenth(workers), 7, note, (suite.reference, Tenth(other)))
        run_checks(session, suite.folders)
    assert len(found) > 200
    assert [outcome for outcome, _ in found.values() if outcome.status is not Status.PASSED] == []


def test_no_check_pays_for_what_its_first_call_imports(zygote: Zygote, student: Path) -> None:
    """Importing torch's rarely used parts costs a second: it is done before the fork, once, and not in the time of the first check."""
    with zygote.open(student) as workers:
        names = ("Model", "imported_since")
        subject = Subject(workers, dict.fromkeys(names, "pkg.work"), ApiRules("deny", ()), Limits(), seed=1, check="first")
        import torch

        tokens = torch.ones(2, 3, dtype=torch.int64)
        model = subject.Model()
        subject.probes.randomize_parameters(model)
        subject.probes.gradients(model, tokens)
        subject.probes.count(model, tokens)
        subject.probes.memory(model, tokens, backward=True)
        subject.probes.state(model)
        subject.probes.train_steps(model, [tokens, tokens])
        imported = subject.imported_since(1)
        subject.close()
    heavy = [name for name in imported if name.partition(".")[0] in ("torch", "numpy", "sympy", "pytest")]
    assert heavy == [], json.dumps(imported)
