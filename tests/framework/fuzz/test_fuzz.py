"""A short run of the fuzzer breaks no promise of intake; and each promise, when it is broken, is seen."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from grader.intake.collect import collect
from grader.intake.refused import IntakeError
from grader.intake.submission import Submission
from grader.verify.fuzz import __main__ as command
from grader.verify.fuzz.downloads import Work, download
from grader.verify.fuzz.trial import Seen
from grader.verify.fuzz.watch import Watch

TRIALS = range(100)
KINDS = 10
WORK = Work({"picollm/rmsnorm.py": "class RMSNorm:\n    pass\n"}, command.SOUND)
Collect = Callable[..., Sequence[Submission]]


@pytest.fixture(autouse=True)
def compiled_code_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", sys.dont_write_bytecode)


def test_no_promise_is_broken(tmp_path: Path) -> None:
    trials = command.run_trials(TRIALS, 1, tmp_path)
    assert [(trial.number, trial.seen.broken) for trial in trials if trial.seen.broken] == []
    assert len({trial.kind for trial in trials}) == KINDS
    refused = sum(trial.seen.refused for trial in trials)
    assert len(TRIALS) // 4 < refused < len(TRIALS)  # some get through, or nothing behind the door would be tried
    assert all(figure.ok is not False for figure in command.figures_of(trials))


def test_a_number_is_always_the_same_download() -> None:
    first, again, other = ([download(seed, number, WORK) for number in range(2 * KINDS)] for seed in (1, 1, 2))
    assert first == again
    assert sum(one.files != two.files for one, two in zip(first, other, strict=True)) > KINDS
    assert len({made.kind for made in first}) == KINDS


def _raises(*_: object) -> Sequence[Submission]:
    raise RuntimeError("unexpected")


def _says_nothing(*_: object) -> Sequence[Submission]:
    raise IntakeError("no")


def _writes_outside(path: Path, plan: object, workspace: Path, repository: Path) -> Sequence[Submission]:
    (workspace.parent / "evil.py").write_text("x")
    return collect(path, plan, workspace, repository)


def _leaves_scratch(path: Path, plan: object, workspace: Path, repository: Path) -> Sequence[Submission]:
    (workspace / ".scratch").mkdir()
    return collect(path, plan, workspace, repository)


def _follows_a_link(path: Path, plan: object, workspace: Path, repository: Path) -> Sequence[Submission]:
    (workspace / "link").symlink_to("../../secret.py")
    (workspace / "link").read_text()
    (workspace / "link").unlink()
    return collect(path, plan, workspace, repository)


def _starts_a_program(path: Path, plan: object, workspace: Path, repository: Path) -> Sequence[Submission]:
    subprocess.run(["true"], check=True)
    return collect(path, plan, workspace, repository)


def _loses_somebody(*arguments: object) -> Sequence[Submission]:
    return collect(*arguments)[:1]


def _harms_the_neighbour(*arguments: object) -> Sequence[Submission]:
    submissions = collect(*arguments)
    (submissions[0].root / "picollm" / "rmsnorm.py").write_text("x = 1\n")
    return submissions


def _gives_no_reason(*arguments: object) -> Sequence[Submission]:
    submissions = collect(*arguments)
    for file in submissions[0].root.rglob("*.py"):
        file.unlink()
    return submissions


FAULTS: dict[str, tuple[Collect, str, str]] = {
    "crash": (_raises, "crash", "crash: RuntimeError: unexpected"),
    "a refusal of one word": (_says_nothing, "unsaid", "refused with 'no'"),
    "a refusal without a reason": (_gives_no_reason, "unsaid", "amy has nothing and the problem ''"),
    "written outside": (_writes_outside, "outside", "evil.py, which is outside"),
    "left in the workspace": (_leaves_scratch, "outside", ".scratch was left in the workspace"),
    "program": (_starts_a_program, "outside", "subprocess.Popen"),
    "somebody lost": (_loses_somebody, "harmed", "of two students 1 came out"),
    "neighbour": (_harms_the_neighbour, "harmed", "the sound submission was harmed: other files"),
    "a link followed": (_follows_a_link, "outside", "secret.py"),
}


@pytest.mark.parametrize(("broken", "field", "sentence"), FAULTS.values(), ids=FAULTS)
def test_broken_promise_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: Collect, field: str, sentence: str) -> None:
    monkeypatch.setattr("grader.verify.fuzz.trial.collect", broken)
    # A notebook is broken in this one, so that the sound submission beside it is looked at.
    (trial,) = command.run_trials(range(8, 9), 1, tmp_path)
    assert sentence in str(getattr(trial.seen, field))
    assert [figure.name for figure in command.figures_of([trial]) if figure.ok is False]


def test_gates_on_memory_disk_and_time() -> None:
    greedy = Seen("", (), (), "", False, cpu_seconds=61, written=10**9, grown=10**9)
    figures = command.figures_of([command.Trial(0, "kind", greedy)])
    assert [figure.name for figure in figures if figure.ok is False] == [
        "most bytes left on disk",
        "memory grown by, in the worst one",
        "CPU time of the worst one",
    ]


def test_the_watch_sees_changes_only_while_it_is_on(tmp_path: Path) -> None:
    watch = Watch()
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    inside.mkdir()
    outside.mkdir()
    (outside / "before").write_text("x")
    with watch.over(inside, [outside / "before"]) as seen:
        (inside / "a").write_text("x")
        (inside / "a").rename(inside / "b")
        (inside / "way").symlink_to(outside)
        (outside / "other").mkdir()
        assert seen == [f"os.mkdir of {outside / 'other'}, which is outside"]
        (inside / "way" / "c").write_text("x")
        (inside / "b").rename(outside / "b")
        (outside / "before").read_text()
        (outside / "before").unlink()
    (outside / "after").write_text("x")
    assert [sentence.split(" ")[0] for sentence in seen] == ["os.mkdir", "open", "os.rename", "read", "os.remove"]
