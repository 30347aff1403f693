"""The random check of the exercise attention: the scale of the heads, seen from outside through random weights."""

from __future__ import annotations

from statistics import NormalDist

from grader.checks.attempts import all_fail_bound
from grader.verify.error_budget import RandomCheck

ATTEMPTS, MODULES = 8, 4
# The reference and nine alternatives, as `python -m benchmarks.training_spread --runs 10` counts them: single attempts, failures.
RUNS, FAILURES = 100, 0
# Mean and spread of the ratio over 60 attempts of right modules. It is a mean over 4 modules and 32 inputs, taken as normal.
RATIO = NormalDist(1.02, 0.06)
LOWEST, HIGHEST = 0.5, 2.0


def random_checks() -> tuple[RandomCheck, ...]:
    """One for each check whose marker has alpha above 0."""
    return (
        RandomCheck(
            check="hidden/test_attention.py::test_scale_of_a_head",
            test=f"a head's mean squared score is off by a factor of 2 in each of {ATTEMPTS} attempts (Clopper and Pearson, {RUNS} runs)",
            samples=ATTEMPTS * MODULES,
            alpha=all_fail_bound(ATTEMPTS, RUNS, FAILURES),
            power={"scaled_by_d_model": _caught(1 / 16), "unscaled_heads": _caught(4.0)},
        ),
    )


def _caught(factor: float) -> float:
    """The chance, at least, that every attempt fails where the squared scores are ``factor`` times the right ones (16 heads of 4)."""
    accepted = RATIO.cdf(HIGHEST / factor) - RATIO.cdf(LOWEST / factor)
    return 1 - ATTEMPTS * accepted
