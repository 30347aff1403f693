"""The random checks of the exercise kgram_mlp: training runs, whose failures have no exact tail and are bounded by what was measured."""

from __future__ import annotations

import math

from grader.checks.attempts import all_fail_bound
from grader.verify.error_budget import RandomCheck

# Single attempts and failures of each design, as `python -m benchmarks.training_spread` counts them; the bounds hold for these designs.
WALK_ATTEMPTS, WALK_RUNS = 8, 80
WALK = {
    "reference": 0,
    "carries_a_tail": 0,
    "causal_convolution": 0,
    "gathered_by_index": 0,
    "linear_per_place": 0,
    "small_weights_and_sigmoids": 0,
    "stacked_inner_matrices": 0,
    "table_per_place": 0,
    "tied_and_terse": 0,
    "unfold_embeddings": 0,
}
CYCLE_ATTEMPTS, CYCLE_RUNS = 10, 60
CYCLE = dict.fromkeys(WALK, 0)


def random_checks() -> tuple[RandomCheck, ...]:
    """One for each check whose marker has alpha above 0."""
    test = "the loss after training stays above the bound in each attempt (Clopper and Pearson, for each measured design)"
    walk = all_fail_bound(WALK_ATTEMPTS, WALK_RUNS, WALK)
    cycle = all_fail_bound(CYCLE_ATTEMPTS, CYCLE_RUNS, CYCLE)
    return (
        RandomCheck("public/test_kgram_mlp.py::test_learns", test, CYCLE_ATTEMPTS, cycle, _caught(bound=0.64 * math.log(12))),
        RandomCheck("hidden/test_kgram_mlp.py::test_learns_a_random_walk", test, WALK_ATTEMPTS, walk, _caught(bound=1.3)),
    )


def _caught(bound: float) -> dict[str, float]:
    """Probabilities lie between 0 and 1: taken for logits of 12 tokens they leave a loss of log(1 + 11 / e) at least."""
    return {"returns_probabilities": float(math.log(1 + 11 / math.e) > bound)}
