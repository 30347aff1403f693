"""The random checks of the exercise transformer: training runs, whose failures have no exact tail and are bounded by what was measured."""

from __future__ import annotations

import math

from grader.checks.attempts import all_fail_bound
from grader.verify.error_budget import RandomCheck

ATTEMPTS = 8
# The reference and nine alternatives, as `python -m benchmarks.training_spread` counts them (--runs 10 and 8): single attempts, failures.
SUCCESSOR, COPY = (100, 0), (80, 0)
GUESSING = math.log(8)


def random_checks() -> tuple[RandomCheck, ...]:
    """One for each check whose marker has alpha above 0."""
    return (
        _check("public/test_transformer.py::test_learns_a_successor_rule", SUCCESSOR, 0.6 * GUESSING),
        _check("hidden/test_transformer.py::test_learns_to_copy", COPY, 0.75 * GUESSING),
    )


def _check(check: str, measured: tuple[int, int], bound: float) -> RandomCheck:
    runs, failures = measured
    test = f"the loss after training stays above the bound in each of {ATTEMPTS} attempts (Clopper and Pearson, from {runs} runs)"
    # Where all weights are zero no gradient is anything else: the loss stays that of guessing. Probabilities taken for logits lie between
    # 0 and 1, so they leave a loss of log(1 + 7 / e) at least.
    left = {"starts_at_zero": GUESSING, "softmax_at_the_end": math.log(1 + 7 / math.e)}
    return RandomCheck(
        check, test, ATTEMPTS, all_fail_bound(ATTEMPTS, runs, failures), {name: 1.0 for name, loss in left.items() if loss > bound}
    )
