"""Grades every specimen with the real judge and says whether the grader is right. The evidence behind every grade."""

from __future__ import annotations

import tempfile
import zlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.checks.home import module_file
from grader.checks.marker import CheckInfo
from grader.diagnosis.fixed_checks import fixed_checks
from grader.diagnosis.signature import Signature, from_json, to_json, trace
from grader.judge.checks_run import list_checks
from grader.judge.pool import JudgePool
from grader.judge.suite import Suite
from grader.judge.verdict import verdict
from grader.release.generate import check_starter_is_current
from grader.verify.error_budget import RandomCheck, budget_problems, load_random_checks, power_problems
from grader.verify.expectations import Caught, caught, idle_checks, mode_differences, problems_of
from grader.verify.figures import Figure, at_most
from grader.verify.jailed_mode import JailedRuns, Sight, outcomes_of
from grader.verify.kept import Kept
from grader.verify.local_mode import run_all
from grader.verify.margins import largest_right, smallest_wrong
from grader.verify.specimens import Kind, Specimen, build, build_breakages, find_all
from grader.verify.totals import all_passed, caught_and_accepted, of_checks, of_margins, on_disk, patterns
from grader.verify.validation import MISUNDERSTOOD, Sample, Validation, load_misunderstood, validate
from grader.verify.variants import MalformedVariant, Variant

SIGNATURES = Path("solutions") / "misconceptions" / "signatures.json"
BUDGET = Path("tests") / "hidden" / "budget"
TIER = "A"
_RIGHT = (Kind.REFERENCE, Kind.ALTERNATIVE)
_COMPARED = 4
_FOR_DIAGNOSIS = (Kind.RETOLD, Kind.BREAKAGE)


@dataclass(frozen=True)
class Evidence:
    """What verify found.

    Attributes:
        problems: sentences; none means that the grader is right as far as this run looked.
        checks: the suite, check by check.
        random_checks: what the random ones among them state.
        accepted: for each right submission, by key, whether it got full marks.
        catches: what each misconception cost.
        signatures: the traces of each misconception, as seen now.
        validation: how often diagnosis is right; None after a quick run.
        idle: checks that caught none of the misconceptions that were run.
    """

    figures: tuple[Figure, ...]
    problems: tuple[str, ...]
    checks: tuple[CheckInfo, ...]
    random_checks: tuple[RandomCheck, ...]
    accepted: Mapping[str, bool]
    catches: tuple[Caught, ...]
    signatures: tuple[Signature, ...]
    validation: Validation | None
    idle: tuple[str, ...]


def verify(suite: Suite, *, quick: bool, only: Collection[str], jobs: int, cache: Path, tell: Callable[[str], None]) -> Evidence:
    """Run everything, or a part.

    Args:
        quick: one alternative and one misconception for each exercise.
        only: the alternatives and misconceptions of these keys (``rmsnorm/no_eps``).
        cache: a folder that keeps outcomes by content.

    Raises MalformedVariant, also where there is no variant of such a key.
    """
    variants = find_all(suite)
    chosen = _of_keys(variants, only) if only else _first_of_each(variants) if quick else variants
    quick = quick or bool(only)
    with tempfile.TemporaryDirectory(prefix="fairmark-verify-") as folder:
        specimens = build(suite, chosen, Path(folder))
        if not quick:
            specimens += build_breakages(suite, Path(folder))
        judged = [item for item in specimens if item.kind not in _FOR_DIAGNOSIS]
        sights = _judge(suite, judged, jobs, Kept(suite, cache / "jailed"), tell)
        tell("the same in local mode, and what diagnosis is measured on")
        local = run_all(suite, [item for item in specimens if _in_local_mode(item)], jobs, Kept(suite, cache / "local"))
        differences: list[str] = []
        for item in specimens:
            if item.kind in _FOR_DIAGNOSIS:
                sights[item.key] = {**sights[Kind.REFERENCE], **local[item.key]}
            elif item.key in local:
                outcomes = outcomes_of(local[item.key])
                jailed = outcomes_of(sights[item.key], {outcome.exercise for outcome in outcomes.values()})
                differences += mode_differences(item.key, outcomes, jailed)
        return _evidence(suite, variants, specimens, sights, differences, quick=quick)


def load_signatures(repository: Path) -> tuple[Signature, ...]:
    """The table that diagnosis uses; empty before the first ``verify --update``."""
    path = repository / SIGNATURES
    return from_json(path.read_text(encoding="utf-8")) if path.exists() else ()


def save_signatures(repository: Path, signatures: Sequence[Signature]) -> None:
    """Write the table that diagnosis uses."""
    (repository / SIGNATURES).write_text(to_json(signatures), encoding="utf-8")


def _of_keys(variants: Sequence[tuple[Kind, Variant]], keys: Collection[str]) -> tuple[tuple[Kind, Variant], ...]:
    found = tuple((kind, variant) for kind, variant in variants if variant.key in keys and kind is not Kind.RETOLD)
    if missing := set(keys) - {variant.key for _, variant in found}:
        raise MalformedVariant(f"there is no alternative and no misconception {', '.join(sorted(missing))}")
    return found


def _first_of_each(variants: Sequence[tuple[Kind, Variant]]) -> tuple[tuple[Kind, Variant], ...]:
    first: dict[tuple[Kind, str], Variant] = {}
    for kind, variant in variants:
        if kind is not Kind.RETOLD:
            first.setdefault((kind, variant.exercise), variant)
    return tuple((kind, variant) for (kind, _), variant in first.items())


def _judge(suite: Suite, specimens: Sequence[Specimen], jobs: int, kept: Kept, tell: Callable[[str], None]) -> dict[str, Sight]:
    """What was seen of every check of every specimen, by key.

    A misconception may cost points in exercises that depend on its own, and cannot be felt in others: their code is the reference's. So
    but for the first one of each exercise, which is judged whole, a misconception runs its own exercise's checks.
    """
    with JudgePool(suite, jobs, allow_tier=TIER) as pool:
        runs = JailedRuns(suite, pool, kept, tell)
        reference = next(item for item in specimens if item.kind is Kind.REFERENCE)
        sights = dict(runs.run([reference], {}))
        misconceptions = [item for item in specimens if item.kind is Kind.MISCONCEPTION]
        whole = {item.exercise: item for item in reversed(misconceptions)}
        stand_ins = {
            item.key: _stand_ins(suite, item, sights[reference.key]) for item in misconceptions if item is not whole[item.exercise]
        }
        sights |= dict(runs.run([item for item in specimens if item is not reference], stand_ins))
    return sights


def _stand_ins(suite: Suite, specimen: Specimen, reference: Sight) -> Sight:
    """What was seen of the reference in the exercises that a specimen is not about and whose modules it leaves alone."""
    changed = {name for name, _ in specimen.variant.files} if specimen.variant else set[str]()
    own = {exercise.id for exercise in suite.plan.exercises if module_file(exercise.module) in changed}
    return {check: seen for check, seen in reference.items() if seen.outcome.exercise not in {specimen.exercise, *own}}


def _in_local_mode(specimen: Specimen) -> bool:
    """All right ones, and one misconception in four: more tell nothing new about the modes. Those for diagnosis run here alone."""
    return specimen.kind is not Kind.MISCONCEPTION or zlib.crc32(specimen.key.encode()) % _COMPARED == 0


def _evidence(
    suite: Suite,
    variants: Sequence[tuple[Kind, Variant]],
    specimens: Sequence[Specimen],
    sights: Mapping[str, Sight],
    differences: Sequence[str],
    *,
    quick: bool,
) -> Evidence:
    results = {
        item.key: verdict(suite, item.content_hash, outcomes_of(sights[item.key]), tier=TIER, missing_layers=()) for item in specimens
    }
    catches = tuple(caught(item, results[item.key]) for item in specimens if item.kind is Kind.MISCONCEPTION)
    accepted = {item.key: all_passed(outcomes_of(sights[item.key])) for item in specimens if item.kind in _RIGHT}
    checks = list_checks(suite.plan, suite.folders)
    stated = load_random_checks(suite.repository / BUDGET)
    starter = suite.repository / "starter" / suite.plan.assignment
    problems = [sentence for item in specimens for sentence in problems_of(item, results[item.key], suite)]
    problems += differences
    problems += check_starter_is_current(suite.course, suite.plan.assignment, suite.repository, starter)
    problems += budget_problems(checks, stated)
    signatures = tuple(_signatures(suite, specimens, sights))
    validation, idle = None, tuple[str, ...]()
    figures = [*on_disk(variants, [exercise.id for exercise in suite.plan.exercises]), *caught_and_accepted(catches, accepted)]
    if not quick:
        problems += power_problems(checks, stated, {item.specimen.key.partition("/")[2]: (*item.public, *item.hidden) for item in catches})
        idle = idle_checks([check.id for check in checks], catches)
        figures += patterns(catches)
        misunderstood = load_misunderstood(suite.repository / MISUNDERSTOOD)
        validation = validate(tuple(_samples(specimens, sights)), signatures, misunderstood)
        figures += validation.figures
    figures += of_checks(checks, idle)
    figures += of_margins(
        largest_right((item.key, sights[item.key]) for item in specimens if item.kind in _RIGHT),
        smallest_wrong((item.key, sights[item.key]) for item in specimens if item.kind is Kind.MISCONCEPTION),
    )
    figures.append(at_most("problems", len(problems), 0))
    return Evidence(tuple(figures), tuple(problems), checks, stated, accepted, catches, signatures, validation, idle)


def _signatures(suite: Suite, specimens: Sequence[Specimen], sights: Mapping[str, Sight]) -> Iterator[Signature]:
    fixed = fixed_checks(suite.folders)
    for specimen in specimens:
        if specimen.kind is Kind.MISCONCEPTION and specimen.variant is not None:
            variant = specimen.variant
            found = trace(outcomes_of(sights[specimen.key]).values(), variant.exercise, fixed)
            yield Signature(variant.exercise, variant.name, variant.title, found, variant.for_the_ta, variant.for_the_student)


def _samples(specimens: Sequence[Specimen], sights: Mapping[str, Sight]) -> Iterator[Sample]:
    for item in specimens:
        if item.kind in _FOR_DIAGNOSIS:
            name = item.variant.name if item.variant else ""
            yield Sample(item.exercise, item.key, name, tuple(outcomes_of(sights[item.key], {item.exercise}).values()))
