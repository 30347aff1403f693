"""Tests of random answers with a stated error: each raises for a right answer with a chance of at most ``alpha``.

Counts are judged by exact binomial tails, one category at a time, with the union bound over categories: no approximation for large
samples, so the bound holds for rare categories too. ``power`` and ``sample_size`` say how surely a named wrong distribution is caught.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection
from dataclasses import dataclass

import torch

from grader.checks import binomial
from grader.checks.compare import CheckFailure
from grader.checks.small_text import small_text

ALPHA = 1e-10
_SHOWN = 6
_SUM_ERROR = 1e-6


@dataclass(frozen=True)
class Verdict:
    """A test that passed.

    Attributes:
        alpha_bound: chance, at most, that a right answer would have failed.
        p_value: an upper bound of the chance of an answer at least as odd as this one.
        statistic: the worst deviation; its unit is said by the test.
    """

    alpha_bound: float
    p_value: float
    statistic: float


def expect_frequencies(
    draws: torch.Tensor, probabilities: torch.Tensor, *, alpha: float = ALPHA, input: object = None, what: str = "token"
) -> Verdict:
    """Independent draws follow a distribution; else CheckFailure naming the token that is furthest off.

    Args:
        draws: integers of any shape, one draw each.
        probabilities: (categories,), sum 1; a category of probability 0 must not be drawn. Best calculated in float64.
        alpha: chance of a false alarm.
        input: what the draws were made from.
        what: what a category is called.

    The statistic is the largest distance from the expected count in standard deviations.
    """
    expected = _distribution(probabilities)
    counts = _counts(draws, len(expected), input, what)
    trials = int(draws.numel())
    p_values = [binomial.two_sided(count, trials, chance) for count, chance in zip(counts, expected, strict=True)]
    worst = min(range(len(p_values)), key=p_values.__getitem__)
    p_value = min(1.0, len(p_values) * p_values[worst])
    if p_value < alpha:
        sentence = f"{what} {worst} came {_times(counts[worst])} in {trials:,} draws; {_about(trials * expected[worst])}"
        order = sorted(range(len(p_values)), key=p_values.__getitem__)[:_SHOWN]
        raise _failure(
            sentence,
            input,
            "; ".join(f"{index}: {trials * expected[index]:,.0f}" for index in sorted(order)),
            "; ".join(f"{index}: {counts[index]:,}" for index in sorted(order)),
        )
    return Verdict(alpha, p_value, max(_deviation(count, trials, chance) for count, chance in zip(counts, expected, strict=True)))


def expect_never(draws: torch.Tensor, forbidden: Collection[int], *, input: object = None, what: str = "token") -> Verdict:
    """None of the draws is in ``forbidden``, whose probability is 0; else CheckFailure. A right answer never fails."""
    for category in sorted(forbidden):
        count = int((draws == category).sum())
        if count:
            sentence = f"{what} {category} came {_times(count)} in {draws.numel():,} draws; its probability is 0"
            raise _failure(sentence, input, f"never {small_text(sorted(forbidden), 200)}", f"{category}: {count:,}")
    return Verdict(0.0, 1.0, 0.0)


def expect_only(draws: torch.Tensor, allowed: Collection[int], *, input: object = None, what: str = "token") -> Verdict:
    """All draws are in ``allowed``, the rest has probability 0; else CheckFailure. A right answer never fails."""
    others = sorted(set(draws.flatten().tolist()) - set(allowed))
    if others:
        count = int((draws == others[0]).sum())
        sentence = f"{what} {others[0]} came {_times(count)} in {draws.numel():,} draws, and is none of those that may come"
        raise _failure(sentence, input, f"only {small_text(sorted(allowed), 200)}", f"also {small_text(others, 200)}")
    return Verdict(0.0, 1.0, 0.0)


def expect_rate(successes: int, trials: int, probability: float, *, alpha: float = ALPHA, input: object = None, what: str) -> Verdict:
    """An event of known probability came about as often as it should in independent trials; else CheckFailure.

    ``what`` completes "... 12 times in 100 trials": ``"two rows of the batch agreed"``. The statistic is in standard deviations.
    """
    p_value = binomial.two_sided(successes, trials, probability)
    if p_value < alpha:
        sentence = f"{what} {_times(successes)} in {trials:,} trials; {_about(trials * probability)}"
        raise _failure(sentence, input, f"{trials * probability:,.0f}", f"{successes:,}")
    return Verdict(alpha, p_value, _deviation(successes, trials, probability))


def expect_distribution(
    samples: torch.Tensor,
    cdf: Callable[[torch.Tensor], torch.Tensor],
    *,
    alpha: float = ALPHA,
    input: object = None,
    what: str = "the value",
) -> Verdict:
    """Independent real samples follow a continuous distribution; else CheckFailure.

    The statistic is the largest distance D between the share of samples up to a point and ``cdf`` there. By the inequality of Dvoretzky,
    Kiefer and Wolfowitz with Massart's constant (1990), P(D > d) <= 2 exp(-2 n d²).
    """
    ordered = samples.detach().double().flatten().sort().values
    n = ordered.numel()
    chance = cdf(ordered)
    ranks = torch.arange(1, n + 1, dtype=torch.float64)
    gaps = torch.maximum(ranks / n - chance, chance - (ranks - 1) / n)
    place = int(gaps.argmax())
    distance = float(gaps[place])
    p_value = min(1.0, 2.0 * math.exp(-2.0 * n * distance**2))
    if p_value < alpha:
        share = float((ordered <= ordered[place]).double().mean())
        point, right = float(ordered[place]), float(chance[place])
        sentence = f"{what} is at most {point:.4g} in {share:.1%} of {n:,} samples; expected about {right:.1%}"
        raise _failure(sentence, input, f"{right:.1%}", f"{share:.1%}")
    return Verdict(alpha, p_value, distance)


def power(trials: int, probabilities: torch.Tensor, alternative: torch.Tensor, *, alpha: float = ALPHA) -> float:
    """Chance, at least, that ``expect_frequencies`` fails when the draws follow ``alternative``, by the category that shows it best."""
    expected, actual = _distribution(probabilities), _distribution(alternative)
    best = 0.0
    for chance, other in zip(expected, actual, strict=True):
        if chance != other:
            lowest, highest = binomial.accepted(trials, chance, alpha / len(expected))
            caught = binomial.at_most(lowest - 1, trials, other) + binomial.at_least(highest + 1, trials, other)
            best = max(best, min(1.0, caught))
    return best


def sample_size(probabilities: torch.Tensor, alternative: torch.Tensor, *, alpha: float = ALPHA, wanted: float = 1 - 1e-6) -> int:
    """A number of draws with which ``alternative`` is caught with a chance of at least ``wanted``, within 1 % of the fewest.

    Raises ValueError where the distributions are equal, or so close that ten million draws do not tell them apart.
    """
    high = 16
    while power(high, probabilities, alternative, alpha=alpha) < wanted:
        high *= 2
        if high > 10_000_000:
            raise ValueError("these distributions cannot be told apart with ten million draws")
    low = high // 2
    while high - low > max(1, high // 100):
        middle = (low + high) // 2
        low, high = (low, middle) if power(middle, probabilities, alternative, alpha=alpha) >= wanted else (middle, high)
    return high


def _distribution(probabilities: torch.Tensor) -> list[float]:
    values = probabilities.detach().double()
    if values.dim() != 1 or bool((values < 0).any()) or abs(float(values.sum()) - 1.0) > _SUM_ERROR:
        raise ValueError(f"not a distribution over categories: {small_text(probabilities, 200)}, sum {float(values.sum())}")
    listed: list[float] = (values / values.sum()).tolist()
    return listed


def _counts(draws: torch.Tensor, categories: int, input: object, what: str) -> list[int]:
    flat = draws.detach().flatten()
    if flat.numel() == 0 or flat.is_floating_point():
        raise _failure(f"there is no integer {what} to count", input, "integers", small_text(draws, 200))
    outside = flat[(flat < 0) | (flat >= categories)]
    if outside.numel():
        sentence = f"{what} {int(outside[0])} came, and there are only 0 to {categories - 1}"
        raise _failure(sentence, input, f"0 to {categories - 1}", str(int(outside[0])))
    counted: list[int] = torch.bincount(flat.long(), minlength=categories).tolist()
    return counted


def _deviation(count: int, trials: int, chance: float) -> float:
    spread = math.sqrt(trials * chance * (1.0 - chance))
    return abs(count - trials * chance) / spread if spread else 0.0


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count:,} times"


def _about(expected: float) -> str:
    return "its probability is 0" if expected == 0 else f"expected about {expected:,.0f}" if expected >= 1 else "expected hardly ever"


def _failure(sentence: str, input: object, expected: str, got: str) -> CheckFailure:
    shown = "" if input is None else input if isinstance(input, str) else small_text(input)
    return CheckFailure(sentence, input=shown, expected=expected, got=got)
