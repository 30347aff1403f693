"""Grades every specimen with the real judge and says whether the grader is right. The evidence behind every grade."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.checks.outcome import CheckOutcome
from grader.checks.worker_source import WorkerLost
from grader.diagnosis.signature import Signature, features, from_json, to_json
from grader.judge.pool import Checked, Judged, JudgePool, Started, Task, Unjudged
from grader.judge.result import Result
from grader.judge.suite import Suite
from grader.release.generate import check_starter_is_current
from grader.verify.expectations import Caught, caught, idle_checks, mode_differences, problems_of
from grader.verify.false_alarms import false_alarm_bound
from grader.verify.figures import Figure, at_least, at_most
from grader.verify.kept import Kept
from grader.verify.local_mode import LocalRuns
from grader.verify.specimens import Kind, Specimen, build, find_all
from grader.verify.variants import Variant

SIGNATURES = Path("solutions") / "misconceptions" / "signatures.json"
CLASS_SIZE = 1000


@dataclass(frozen=True)
class Evidence:
    """What verify found.

    Attributes:
        problems: sentences; none means that the grader is right as far as this run looked.
        signatures: the trace of each misconception, as seen now.
        idle: checks that caught none of the misconceptions that were run.
    """

    figures: tuple[Figure, ...]
    problems: tuple[str, ...]
    catches: tuple[Caught, ...]
    signatures: tuple[Signature, ...]
    idle: tuple[str, ...]


def verify(suite: Suite, *, quick: bool, jobs: int, cache: Path, tell: Callable[[str], None]) -> Evidence:
    """Run everything; ``quick`` takes one alternative and one misconception for each exercise.

    A quick run also takes the reference's outcomes for exercises that a variant cannot reach; a full run checks those too.
    ``cache`` is a folder that keeps results by content and suite.
    """
    variants = find_all(suite)
    chosen = _first_of_each(variants) if quick else variants
    with tempfile.TemporaryDirectory(prefix="fairmark-verify-") as folder, JudgePool(suite, jobs, allow_tier="A") as pool:
        specimens = build(suite, chosen, Path(folder))
        kept = Kept(suite, cache / ("quick" if quick else "full"))
        results = dict(_judged(pool, [(specimens[0], {})], kept, tell))
        reference = results[specimens[0].key].checks
        rest = [(item, _out_of_reach(suite, item, reference) if quick else {}) for item in specimens[1:]]
        results |= dict(_judged(pool, rest, kept, tell))
        tell("the same in local mode")
        differences = tuple(_both_modes(suite, specimens, results, quick))
    problems = [sentence for item in specimens for sentence in problems_of(item, results[item.key], suite)]
    problems += differences
    problems += check_starter_is_current(
        suite.course, suite.plan.assignment, suite.repository, suite.repository / "starter" / suite.plan.assignment
    )
    signatures = tuple(_signatures(specimens, results))
    known = load_signatures(suite.repository)
    catches = tuple(caught(item, results[item.key], known) for item in specimens if item.kind is Kind.MISCONCEPTION)
    checks = results[Kind.REFERENCE.value].checks
    idle = () if quick else idle_checks([outcome.check for outcome in checks], catches)
    figures = _figures(suite, variants, specimens, problems, catches, checks)
    return Evidence(figures, tuple(problems), catches, signatures, idle)


def load_signatures(repository: Path) -> tuple[Signature, ...]:
    """The table that diagnosis uses; empty before the first ``verify --update``."""
    path = repository / SIGNATURES
    return from_json(path.read_text(encoding="utf-8")) if path.exists() else ()


def save_signatures(repository: Path, signatures: Sequence[Signature]) -> None:
    """Write the table that diagnosis uses; misconceptions that were not run now keep their old trace."""
    kept = {(item.exercise, item.name): item for item in (*load_signatures(repository), *signatures)}
    (repository / SIGNATURES).write_text(to_json(list(kept.values())), encoding="utf-8")


def _first_of_each(variants: Sequence[tuple[Kind, Variant]]) -> tuple[tuple[Kind, Variant], ...]:
    first: dict[tuple[Kind, str], Variant] = {}
    for kind, variant in variants:
        first.setdefault((kind, variant.exercise), variant)
    return tuple((kind, variant) for (kind, _), variant in first.items())


def _out_of_reach(suite: Suite, specimen: Specimen, reference: Sequence[CheckOutcome]) -> dict[str, CheckOutcome]:
    """The reference's outcomes for exercises that neither are nor depend on one whose module the variant changes."""
    if specimen.variant is None:
        return {}
    files = {name for name, _ in specimen.variant.files}
    changed = {exercise.id for exercise in suite.course.exercises if exercise.module.split(".")[-1] + ".py" in files}
    reached = changed | {exercise.id for exercise in suite.course.exercises if changed & set(exercise.depends_on)}
    return {outcome.check: outcome for outcome in reference if outcome.exercise not in reached}


def _judged(
    pool: JudgePool, work: Sequence[tuple[Specimen, dict[str, CheckOutcome]]], kept: Kept, tell: Callable[[str], None]
) -> Iterator[tuple[str, Result]]:
    open_tasks = []
    for specimen, done in work:
        result = kept.get(specimen.content_hash)
        if result is not None:
            yield specimen.key, result
        else:
            open_tasks.append(Task(specimen.key, specimen.root, specimen.content_hash, done))
    tell(f"{len(open_tasks)} specimens to judge, {len(work) - len(open_tasks)} kept from before")
    for event in pool.run(open_tasks):
        match event:
            case Judged(key, result):
                kept.put(result)
                tell(f"judged {key}: {result.earned + result.bonus_earned:g} of {result.points + result.bonus_points:g}")
                yield key, result
            case Unjudged(key, reason):
                raise WorkerLost(f"{key} could not be judged: {reason}")
            case Started() | Checked():
                continue


def _both_modes(suite: Suite, specimens: Sequence[Specimen], results: dict[str, Result], quick: bool) -> Iterator[str]:
    with LocalRuns(suite) as runs:
        for specimen in specimens:
            if quick and specimen.kind in (Kind.ALTERNATIVE, Kind.MISCONCEPTION):
                continue
            only = frozenset({specimen.variant.exercise}) if specimen.variant else frozenset[str]()
            local = runs.run(specimen.root, only)
            jailed = {item.check: item for item in results[specimen.key].checks if not only or item.exercise in only}
            yield from mode_differences(specimen.key, local, jailed)


def _signatures(specimens: Sequence[Specimen], results: dict[str, Result]) -> Iterator[Signature]:
    for specimen in specimens:
        if specimen.kind is Kind.MISCONCEPTION and specimen.variant is not None:
            found = features(results[specimen.key].checks, specimen.variant.exercise)
            yield Signature(specimen.variant.exercise, specimen.variant.name, specimen.variant.title, found)


def _figures(
    suite: Suite,
    variants: Sequence[tuple[Kind, Variant]],
    specimens: Sequence[Specimen],
    problems: Sequence[str],
    catches: Sequence[Caught],
    checks: Sequence[CheckOutcome],
) -> tuple[Figure, ...]:
    hidden = sum(outcome.hidden for outcome in checks)
    per_exercise = [
        sum(kind is wanted and item.exercise == exercise.id for kind, item in variants)
        for exercise in suite.plan.exercises
        for wanted in (Kind.MISCONCEPTION,)
    ]
    return (
        Figure("checks", len(checks), "checks"),
        Figure("public checks", len(checks) - hidden, "checks"),
        Figure("specimens judged", len(specimens), "submissions"),
        Figure("misconceptions on disk", sum(kind is Kind.MISCONCEPTION for kind, _ in variants), "files"),
        at_least("fewest misconceptions of an exercise", min(per_exercise), 5),
        Figure("alternatives on disk", sum(kind is Kind.ALTERNATIVE for kind, _ in variants), "files"),
        at_least("misconceptions caught by hidden checks", _share([bool(item.hidden) for item in catches]), 1.0),
        Figure("misconceptions caught by public checks", _share([bool(item.public) for item in catches]), "", aim=">= 0.8"),
        at_least("misconceptions that lose points", _share([item.lost_points for item in catches]), 1.0),
        at_least("misconceptions named by diagnosis", _share([item.named for item in catches]), 1.0),
        at_most(f"false alarms in a class of {CLASS_SIZE}, bound", CLASS_SIZE * false_alarm_bound(suite), 1e-6),
        at_most("problems", len(problems), 0),
    )


def _share(flags: Sequence[bool]) -> float:
    return sum(flags) / len(flags) if flags else 0.0


def matrix(evidence: Evidence) -> str:
    """The kill matrix as JSON: misconception -> the checks that caught it."""
    rows = {item.specimen.key: {"public": item.public, "hidden": item.hidden, "named": item.named} for item in evidence.catches}
    return json.dumps({"caught": rows, "idle": evidence.idle}, indent=1, sort_keys=True) + "\n"
