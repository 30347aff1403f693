"""The random checks of the exercise kgram_mlp: training runs, whose failures have no exact tail and are bounded by what was measured."""

from __future__ import annotations

import math

from grader.checks.attempts import all_fail_bound
from grader.verify.error_budget import RandomCheck

# The reference and seven alternatives were trained 100 times each on either check's data, each time from another seed. On the cycle the
# largest loss was far below the bound of 0.563, on the walk far below 1.3: none failed.
RUNS, FAILURES, ATTEMPTS = 800, 0, 6
TEST = "the loss after training stays above the bound in each of 6 attempts (Clopper and Pearson's bound for one, from 800 measured runs)"


def random_checks() -> tuple[RandomCheck, ...]:
    """One for each check whose marker has alpha above 0."""
    alpha = all_fail_bound(ATTEMPTS, RUNS, FAILURES)
    return (
        RandomCheck("public/test_kgram_mlp.py::test_learns", TEST, ATTEMPTS, alpha, _caught(vocab_size=5, bound=0.35 * math.log(5))),
        RandomCheck("hidden/test_kgram_mlp.py::test_learns_a_random_walk", TEST, ATTEMPTS, alpha, _caught(vocab_size=12, bound=1.3)),
    )


def _caught(vocab_size: int, bound: float) -> dict[str, float]:
    """Probabilities lie between 0 and 1: taken for logits they leave a loss of log(1 + (vocab_size - 1) / e) at least."""
    return {"returns_probabilities": float(math.log(1 + (vocab_size - 1) / math.e) > bound)}
