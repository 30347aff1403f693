"""The random checks of the exercise attention: the scale of the heads, seen from outside through random weights."""

from __future__ import annotations

import math
from statistics import NormalDist

from grader.checks.attempts import all_fail_bound
from grader.verify.error_budget import RandomCheck

ATTEMPTS, MODULES = 8, 4
RUNS = 80
# Failures among the runs of each design, as `python -m benchmarks.training_spread` counts them for either check. The bound holds for these.
FAILURES = {
    "reference": 0,
    "chunks_of_keys_with_running_softmax": 0,
    "features_before_positions": 0,
    "float64_inside_heads_in_the_batch": 0,
    "fused_by_head": 0,
    "loop_over_heads": 0,
    "over_engineered": 0,
    "separate_maps_with_biases": 0,
    "summed_heads": 0,
    "terse": 0,
    "weight_norm": 0,
    "weights_in_one_flat_parameter": 0,
    "weights_scaled_where_used": 0,
}
# Mean and spread of the ratio's logarithm over those attempts. It is of two means over 4 modules and 32 inputs, taken as normal.
RATIO = NormalDist(0.0, 0.15)
LOWEST, HIGHEST = 0.25, 4.0


def random_checks() -> tuple[RandomCheck, ...]:
    """One for each check whose marker has alpha above 0."""
    return tuple(
        RandomCheck(
            check=check,
            test=f"16 heads' mean squared score is 4 times off one head's in {ATTEMPTS} attempts (Clopper and Pearson, {RUNS} runs)",
            samples=ATTEMPTS * 2 * MODULES,
            alpha=all_fail_bound(ATTEMPTS, RUNS, FAILURES),
            # Large scores, as those of one head that are not divided, no longer move the softmax in proportion: 1 / 10 is measured.
            power={"scaled_by_d_model": _caught(1 / 16), "unscaled_heads": _caught(1 / 10)},
        )
        for check in ("public/test_attention.py::test_scale_of_each_head", "hidden/test_attention.py::test_scale_of_a_head")
    )


def _caught(ratio: float) -> float:
    """The chance, at least, that every attempt fails where the ratio is that many times the right one."""
    accepted = RATIO.cdf(math.log(HIGHEST / ratio)) - RATIO.cdf(math.log(LOWEST / ratio))
    return 1 - ATTEMPTS * accepted
