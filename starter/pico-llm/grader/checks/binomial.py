"""Exact tails of the binomial distribution, from the mass function and its ratios. Relative error below 1e-8 for up to a million trials."""

from __future__ import annotations

import math

_NEGLIGIBLE = 1e-17


def mass(successes: int, trials: int, probability: float) -> float:
    """P(X = successes) for X ~ Binomial(trials, probability)."""
    if not 0 <= successes <= trials:
        return 0.0
    if probability in (0.0, 1.0):
        return float(successes == trials * probability)
    log_ways = math.lgamma(trials + 1) - math.lgamma(successes + 1) - math.lgamma(trials - successes + 1)
    log_mass = log_ways + successes * math.log(probability) + (trials - successes) * math.log1p(-probability)
    return math.exp(log_mass)


def at_least(successes: int, trials: int, probability: float) -> float:
    """P(X >= successes)."""
    if successes <= 0:
        return 1.0
    if successes > trials or probability == 0.0:
        return 0.0
    if probability == 1.0:
        return 1.0
    if successes <= trials * probability:
        return max(0.0, 1.0 - at_most(successes - 1, trials, probability))
    # Beyond the mean the terms fall, faster and faster: stop where the rest cannot matter.
    term = total = mass(successes, trials, probability)
    odds = probability / (1.0 - probability)
    for count in range(successes, trials):
        term *= (trials - count) / (count + 1) * odds
        total += term
        if term <= _NEGLIGIBLE * total:
            break
    return min(1.0, total)


def at_most(successes: int, trials: int, probability: float) -> float:
    """P(X <= successes)."""
    if successes >= trials:
        return 1.0
    if successes < 0 or probability == 1.0:
        return 0.0
    if probability == 0.0:
        return 1.0
    if successes >= trials * probability:
        return max(0.0, 1.0 - at_least(successes + 1, trials, probability))
    term = total = mass(successes, trials, probability)
    odds = (1.0 - probability) / probability
    for count in range(successes, 0, -1):
        term *= count / (trials - count + 1) * odds
        total += term
        if term <= _NEGLIGIBLE * total:
            break
    return min(1.0, total)


def two_sided(successes: int, trials: int, probability: float) -> float:
    """Twice the smaller tail, at most 1: below any ``a`` with a chance of at most ``a``."""
    return min(1.0, 2.0 * min(at_least(successes, trials, probability), at_most(successes, trials, probability)))


def accepted(trials: int, probability: float, alpha: float) -> tuple[int, int]:
    """The counts (lowest, highest) whose two-sided p-value is at least ``alpha``; the others come with a chance of at most ``alpha``."""
    mean = math.floor(trials * probability)
    low, high = -1, mean  # low is rejected, high accepted (or the mean)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if two_sided(middle, trials, probability) >= alpha else (middle, high)
    lowest = high
    low, high = mean, trials + 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if two_sided(middle, trials, probability) >= alpha else (low, middle)
    return lowest, low
