"""The random checks of the exercise transformer: training runs, whose failures have no exact tail and are bounded by what was measured."""

from __future__ import annotations

import math

from grader.checks.attempts import all_fail_bound
from grader.verify.error_budget import RandomCheck

ATTEMPTS, RUNS = 8, 80
# Failures among the runs of each design, as `python -m benchmarks.training_spread` counts them. The bounds hold for these designs.
SUCCESSOR = {
    "reference": 0,
    "concatenated_positions": 0,
    "distance_biases_sandwich": 0,
    "gains_and_a_scale": 0,
    "learned_distance_biases": 0,
    "over_engineered": 0,
    "rotary_gated_post_norm": 0,
    "rotary_halves_tied": 0,
    "sinusoidal_parallel_tuple": 0,
    "stacked_parameters_zero_head": 0,
    "terse": 0,
}
COPY = {
    "reference": 0,
    "concatenated_positions": 0,
    "distance_biases_sandwich": 0,
    "gains_and_a_scale": 0,
    "learned_distance_biases": 0,
    "over_engineered": 0,
}
GUESSING = math.log(8)


def random_checks() -> tuple[RandomCheck, ...]:
    """One for each check whose marker has alpha above 0."""
    return (
        _check("public/test_transformer.py::test_learns_a_successor_rule", SUCCESSOR, 0.6 * GUESSING),
        _check("hidden/test_transformer.py::test_learns_to_copy", COPY, 0.75 * GUESSING),
    )


def _check(check: str, failures: dict[str, int], bound: float) -> RandomCheck:
    test = (
        f"the loss after training stays above the bound in each of {ATTEMPTS} attempts (Clopper and Pearson for each design, {RUNS} runs)"
    )
    # Where all weights are zero no gradient is anything else: the loss stays that of guessing. Probabilities taken for logits lie between
    # 0 and 1, so they leave a loss of log(1 + 7 / e) at least.
    left = {"starts_at_zero": GUESSING, "softmax_at_the_end": math.log(1 + 7 / math.e)}
    caught = {name: 1.0 for name, loss in left.items() if loss > bound}
    return RandomCheck(check, test, ATTEMPTS, all_fail_bound(ATTEMPTS, RUNS, failures), caught)
