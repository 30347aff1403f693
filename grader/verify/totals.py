"""The totals of a verification, with the bounds that must hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from grader.checks.marker import CheckInfo
from grader.checks.outcome import CheckOutcome, Status
from grader.verify.error_budget import CLASS_SIZE, MOST_FALSE_ALARMS, false_alarms
from grader.verify.expectations import Caught
from grader.verify.figures import Figure, at_least, at_most
from grader.verify.margins import Extreme
from grader.verify.specimens import Kind
from grader.verify.variants import Variant

Variants = Sequence[tuple[Kind, Variant]]


def on_disk(variants: Variants, exercises: Sequence[str]) -> list[Figure]:
    """How many misconceptions and alternatives there are, over how many bases."""
    plain = [item for kind, item in variants if kind is Kind.MISCONCEPTION and item.base is None]
    bases = [item.key.partition("@")[0] for kind, item in variants if kind is Kind.MISCONCEPTION and item.base]
    alternatives = [item for kind, item in variants if kind is Kind.ALTERNATIVE]
    return [
        at_least("misconceptions on disk", len(plain), 120, "files"),
        at_least("fewest misconceptions of an exercise", _fewest(plain, exercises), 12),
        at_least("misconceptions also over two alternatives", sum(bases.count(key) >= 2 for key in set(bases)), 30),
        at_least("alternatives on disk", len(alternatives), 50, "variants"),
        at_least("fewest alternatives of an exercise", _fewest(alternatives, exercises), 5),
    ]


def caught_and_accepted(catches: Sequence[Caught], accepted: Mapping[str, bool]) -> list[Figure]:
    """How many wrong submissions were caught, by which suite, and how many right ones got full marks (``accepted``, by key)."""
    plain = [item for item in catches if item.specimen.variant and item.specimen.variant.base is None]
    return [
        Figure("misconceptions judged, over all bases", len(catches), "submissions"),
        at_least("misconceptions caught by hidden checks", _share([bool(item.hidden) for item in catches]), 1.0),
        at_least("misconceptions caught by public checks", _share([bool(item.public) for item in plain]), 0.8),
        at_least("misconceptions that lose points", _share([bool(item.ideas) for item in catches]), 1.0),
        Figure("ideas that a misconception costs, mean", sum(len(item.ideas) for item in plain) / max(1, len(plain)), "ideas"),
        Figure("right submissions judged", len(accepted), "submissions"),
        at_least("right submissions with full marks", _share(list(accepted.values())), 1.0),
    ]


def patterns(catches: Sequence[Caught]) -> list[Figure]:
    """How many different sets of failed checks the misconceptions leave."""
    return [at_least("distinct patterns of failed checks", len({item.pattern for item in catches}), 60, "patterns")]


def of_checks(checks: Sequence[CheckInfo], idle: Sequence[str]) -> list[Figure]:
    """How many checks there are, and their false alarms in a class."""
    hidden = sum(check.id.startswith("hidden/") for check in checks)
    return [
        Figure("public checks", len(checks) - hidden, "checks"),
        Figure("hidden checks", hidden, "checks"),
        Figure("random checks", sum(check.alpha > 0 for check in checks), "checks"),
        at_most(f"false alarms in a class of {CLASS_SIZE}, bound", false_alarms(checks), MOST_FALSE_ALARMS),
        at_most("checks that catch nothing", len(idle), 0, "checks"),
    ]


def of_margins(right: Extreme | None, wrong: Extreme | None) -> list[Figure]:
    """The room between right and wrong on both sides of the tolerances."""
    found = []
    if right:
        found.append(at_most(f"largest error of a right submission ({right.specimen})", right.value, 1.0, "tolerances"))
    if wrong:
        found.append(at_least(f"smallest error of a wrong submission ({wrong.specimen})", wrong.value, 1.0, "tolerances"))
    return found


def all_passed(outcomes: Mapping[str, CheckOutcome]) -> bool:
    """Whether a submission got full marks."""
    return all(outcome.status is Status.PASSED for outcome in outcomes.values())


def _fewest(variants: Sequence[Variant], exercises: Sequence[str]) -> int:
    return min(sum(item.exercise == exercise for item in variants) for exercise in exercises)


def _share(flags: Sequence[bool]) -> float:
    return sum(flags) / len(flags) if flags else 0.0
