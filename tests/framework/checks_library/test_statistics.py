"""Statistics of random answers against scipy, hand-counted cases, and simulated right and wrong answers."""

from __future__ import annotations

import math

import pytest
import torch
from scipy import stats

from grader.checks import binomial
from grader.checks.compare import CheckFailure
from grader.checks.statistics import (
    expect_distribution,
    expect_frequencies,
    expect_never,
    expect_only,
    expect_rate,
    power,
    sample_size,
)

CASES = [
    (1, 0.5),
    (7, 0.3),
    (100, 0.01),
    (100, 0.99),
    (20_000, 0.0602),
    (20_000, 1e-5),
    (1_000_000, 0.5),
    (50, 1e-12),
    (12, 0.0),
    (12, 1.0),
]


@pytest.mark.parametrize(("trials", "probability"), CASES)
def test_binomial_tails_are_those_of_scipy(trials: int, probability: float) -> None:
    mean, spread = trials * probability, math.sqrt(trials * probability * (1 - probability))
    for count in sorted({0, 1, trials, *(round(mean + step * spread) for step in (-40, -9, -3, -1, 0, 1, 3, 9, 40))}):
        if 0 <= count <= trials:
            assert binomial.mass(count, trials, probability) == pytest.approx(
                stats.binom.pmf(count, trials, probability), rel=1e-7, abs=1e-290
            )
            assert binomial.at_least(count, trials, probability) == pytest.approx(
                stats.binom.sf(count - 1, trials, probability), rel=1e-7, abs=1e-290
            )
            assert binomial.at_most(count, trials, probability) == pytest.approx(
                stats.binom.cdf(count, trials, probability), rel=1e-7, abs=1e-290
            )


def test_binomial_tails_by_hand() -> None:
    assert binomial.at_least(3, 3, 0.5) == pytest.approx(1 / 8)
    assert binomial.at_most(1, 3, 0.5) == pytest.approx(4 / 8)
    assert binomial.two_sided(0, 3, 0.5) == pytest.approx(2 / 8)
    assert (binomial.at_least(4, 3, 0.5), binomial.at_most(-1, 3, 0.5), binomial.at_least(0, 3, 0.5)) == (0.0, 0.0, 1.0)


@pytest.mark.parametrize(
    ("trials", "probability", "alpha"), [(100, 0.3, 0.01), (1000, 0.002, 1e-6), (64, 0.5, 1e-10), (10, 1.0, 0.01), (10, 0.0, 0.01)]
)
def test_the_accepted_counts_are_exactly_those_above_alpha(trials: int, probability: float, alpha: float) -> None:
    fine = [count for count in range(trials + 1) if binomial.two_sided(count, trials, probability) >= alpha]
    assert binomial.accepted(trials, probability, alpha) == (fine[0], fine[-1])


def counted(*counts: int) -> torch.Tensor:
    return torch.repeat_interleave(torch.arange(len(counts)), torch.tensor(counts))


def test_frequencies_that_fit_pass_with_their_bound() -> None:
    verdict = expect_frequencies(counted(500, 300, 200), torch.tensor([0.5, 0.3, 0.2], dtype=torch.float64), alpha=1e-10)
    assert (verdict.alpha_bound, verdict.p_value) == (1e-10, 1.0)
    assert verdict.statistic == pytest.approx(0.0, abs=1e-9)


def test_the_p_value_is_the_union_bound_over_exact_tails() -> None:
    verdict = expect_frequencies(counted(560, 440), torch.tensor([0.5, 0.5]))
    assert verdict.p_value == pytest.approx(2 * stats.binomtest(560, 1000, 0.5).pvalue, rel=1e-7)
    assert verdict.statistic == pytest.approx(60 / math.sqrt(250))


def test_a_token_that_never_came_is_named() -> None:
    probabilities = torch.full((16,), 0.94 / 15, dtype=torch.float64)
    probabilities[7] = 0.06
    draws = torch.multinomial(probabilities.where(torch.arange(16) != 7, torch.tensor(0.0)), 20_000, replacement=True)
    with pytest.raises(CheckFailure, match=r"token 7 came 0 times in 20,000 draws; expected about 1,200"):
        expect_frequencies(draws, probabilities)


def test_a_token_of_probability_zero_is_named() -> None:
    with pytest.raises(CheckFailure, match="token 2 came once in 1,001 draws; its probability is 0"):
        expect_frequencies(counted(500, 500, 1), torch.tensor([0.5, 0.5, 0.0]))


@pytest.mark.parametrize("draws", [torch.tensor([0, 3]), torch.tensor([-1]), torch.tensor([0.5]), torch.tensor([], dtype=torch.int64)])
def test_draws_that_are_no_categories_fail(draws: torch.Tensor) -> None:
    with pytest.raises(CheckFailure):
        expect_frequencies(draws, torch.tensor([0.5, 0.5]))


@pytest.mark.parametrize("probabilities", [[0.5, 0.4], [1.5, -0.5], [[0.5, 0.5]]])
def test_what_is_no_distribution_is_the_checks_own_mistake(probabilities: list[float]) -> None:
    with pytest.raises(ValueError, match="not a distribution"):
        expect_frequencies(torch.tensor([0]), torch.tensor(probabilities))


def test_support() -> None:
    assert expect_never(torch.tensor([1, 2]), {0}).alpha_bound == 0.0
    assert expect_only(torch.tensor([[1], [2]]), {1, 2, 3}).alpha_bound == 0.0
    with pytest.raises(CheckFailure, match="token 0 came once in 3 draws"):
        expect_never(torch.tensor([1, 0, 2]), [0, 5])
    with pytest.raises(CheckFailure, match="token 9 came 2 times in 3 draws"):
        expect_only(torch.tensor([1, 9, 9]), [1])


def test_rate() -> None:
    assert expect_rate(52, 100, 0.5, what="the rows agreed").statistic == pytest.approx(0.4)
    with pytest.raises(CheckFailure, match="the rows agreed 1,000 times in 1,000 trials; expected about 100"):
        expect_rate(1000, 1000, 0.1, what="the rows agreed")


def test_distribution_of_real_samples() -> None:
    samples = torch.rand(4000, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    verdict = expect_distribution(samples, lambda x: x.clamp(0, 1))
    assert verdict.statistic == pytest.approx(stats.kstest(samples.numpy(), "uniform").statistic, abs=1e-12)
    assert verdict.p_value >= stats.kstest(samples.numpy(), "uniform").pvalue
    with pytest.raises(CheckFailure, match="of 4,000 samples; expected about"):
        expect_distribution(samples**1.5, lambda x: x.clamp(0, 1))


def test_false_alarms_stay_below_their_bound() -> None:
    probabilities = torch.tensor([0.6, 0.25, 0.1, 0.05], dtype=torch.float64)
    generator = torch.Generator().manual_seed(2)
    alarms = 0
    for _ in range(400):
        draws = torch.multinomial(probabilities, 200, replacement=True, generator=generator)
        try:
            expect_frequencies(draws, probabilities, alpha=0.05)
        except CheckFailure:
            alarms += 1
    assert binomial.at_least(alarms, 400, 0.05) > 1e-6, alarms


def test_power_is_a_lower_bound_that_simulation_confirms() -> None:
    right, wrong = torch.tensor([0.5, 0.3, 0.2], dtype=torch.float64), torch.tensor([0.6, 0.25, 0.15], dtype=torch.float64)
    stated = power(600, right, wrong, alpha=1e-3)
    assert 0.5 < stated < 0.99
    generator = torch.Generator().manual_seed(3)
    caught = 0
    for _ in range(400):
        try:
            expect_frequencies(torch.multinomial(wrong, 600, replacement=True, generator=generator), right, alpha=1e-3)
        except CheckFailure:
            caught += 1
    assert binomial.at_most(caught, 400, stated) > 1e-6, (caught, stated)


def test_power_by_hand() -> None:
    # Ten fair tosses against a coin that always shows 1: rejected at 0 or 10 heads (p-value 2/1024, twice for two categories).
    fair, fixed = torch.tensor([0.5, 0.5]), torch.tensor([0.0, 1.0])
    assert power(10, fair, fixed, alpha=0.01) == 1.0
    assert power(10, fair, fixed, alpha=0.003) == 0.0
    assert expect_frequencies(counted(0, 10), fair, alpha=0.003).p_value == pytest.approx(4 / 1024)
    assert power(10, fair, fair) == 0.0


def test_sample_size_is_enough_and_not_much_more() -> None:
    right, wrong = torch.tensor([0.5, 0.3, 0.2], dtype=torch.float64), torch.tensor([0.55, 0.3, 0.15], dtype=torch.float64)
    n = sample_size(right, wrong, alpha=1e-10, wanted=0.999)
    assert power(n, right, wrong, alpha=1e-10) >= 0.999
    assert power(int(n * 0.97), right, wrong, alpha=1e-10) < 0.999
    with pytest.raises(ValueError, match="told apart"):
        sample_size(right, right)
