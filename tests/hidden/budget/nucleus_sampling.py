"""The random checks of the exercise nucleus_sampling: how seldom each fails a right solution, and how surely it sees a wrong one.

A wrong distribution is written as what the named misconception draws, in the check's own example. Sizes are those of the checks.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from grader.checks import binomial
from grader.checks.statistics import power
from grader.verify.error_budget import RandomCheck

ALPHA = 1e-12
PUBLIC, HIDDEN = "public/test_nucleus_sampling.py::", "hidden/test_nucleus_sampling.py::"
# 200 equal rows in each of 50, 30 or 10 calls.
MANY, FEWER, FEW = 10_000, 6_000, 2_000


def missing(draws: int, shares: Sequence[float]) -> float:
    """The chance, at most, that one of these tokens, drawn with its share, never comes."""
    return sum((1 - share) ** draws for share in shares)


def comes(draws: int, share: float) -> float:
    """The chance that a token which a mistake draws with this share comes at all."""
    return 1 - (1 - share) ** draws


def shares(*masses: float) -> Tensor:
    """The masses as a distribution."""
    given = torch.tensor(masses, dtype=torch.float64)
    return given / given.sum()


def sharpened(probabilities: Tensor) -> Tensor:
    """What dividing the logits by 0.7 makes of a distribution."""
    raised = probabilities ** (1 / 0.7)
    return raised / raised.sum()


def random_checks() -> tuple[RandomCheck, ...]:
    """One for each check whose marker has alpha above 0."""
    return (*_boundary(), *_proportion(), *_rows(), *_randomness(), *_large_logits())


def _boundary() -> tuple[RandomCheck, ...]:
    support = "every token of the nucleus comes; the chance that one does not, summed over them"
    # The handout's example at p = 0.8: 0.40, 0.30, 0.15 of 0.85.
    crossing = missing(MANY, (0.40 / 0.85, 0.30 / 0.85, 0.15 / 0.85))
    # Probabilities 0.28, 0.23, 0.19, 0.17, 0.13, at p = 0.4, 0.6, 0.75, 0.9; together no share is below 0.13.
    wherever = 4 * missing(MANY, (0.13,) * 5)
    # A token that never comes is missed for certain; one that should not come is seen where it comes once in 10,000 draws.
    too_many = {"keeps_one_too_many": comes(MANY, 0.17 / 0.87), "softmax_again_after_the_cut": comes(MANY, 0.13)}
    never = {"drops_the_crossing_token": 1.0, "drops_the_likeliest_token": 1.0}
    return (
        RandomCheck(PUBLIC + "test_crossing_token_stays", support, MANY, crossing, never),
        RandomCheck(HIDDEN + "test_support", support, MANY, wherever, never | too_many),
        # 0.60, 0.31 and 0.07 of 0.98; the fourth, 0.02, is outside.
        RandomCheck(
            HIDDEN + "test_default_p",
            support,
            MANY,
            missing(MANY, (0.60 / 0.98, 0.31 / 0.98, 0.07 / 0.98)),
            {"keeps_one_too_many": comes(MANY, 0.02), "drops_the_crossing_token": 1.0},
        ),
        # All of 400 draws from 600 tokens lie among some 200 of them: at most one chance for each choice of these.
        RandomCheck(
            HIDDEN + "test_p_of_one",
            support,
            MANY,
            missing(MANY, (0.25, 0.2, 0.15, 0.1, 0.1, 0.1, 0.1)) + math.exp(math.log(math.comb(600, 200)) + 400 * math.log(200 / 600)),
            {"always_the_likeliest": 1.0, "keeps_200_tokens_at_most": 1.0},
        ),
        # Two tokens of 0.25 must come, beside at most four of 0.1.
        RandomCheck(HIDDEN + "test_ties", support, FEWER, missing(FEWER, (0.25 / 0.9, 0.25 / 0.9)), {"drops_the_likeliest_token": 1.0}),
    )


def _proportion() -> tuple[RandomCheck, ...]:
    test = "exact binomial tails of each token's count, with the union bound over tokens"

    def against(probabilities: Tensor, right: Tensor, draws: int, boundary: float, rest: float) -> dict[str, float]:
        """The powers for three kept tokens, of which ``boundary`` was missing from p at the last, and ``rest`` lay outside."""
        first, second, last = probabilities.tolist()
        pair = sharpened(torch.tensor([first, second], dtype=torch.float64))
        two = shares(first, second)
        return {
            "clips_the_crossing_token": power(draws, right, shares(first, second, boundary), alpha=ALPHA),
            "uniform_in_the_nucleus": power(draws, right, shares(1, 1, 1), alpha=ALPHA),
            "outside_becomes_the_likeliest": power(draws, right, shares(first + rest, second, last), alpha=ALPHA),
            "not_renormalised": power(draws, right, shares(first, second, last + rest), alpha=ALPHA),
            # Sharpened, the first two hold p, and the draws are judged among these.
            "hidden_temperature": power(draws, two, pair, alpha=ALPHA),
        }

    public = torch.tensor([0.50, 0.20, 0.10], dtype=torch.float64)
    hidden = torch.tensor([0.50, 0.18, 0.12], dtype=torch.float64)
    return (
        RandomCheck(PUBLIC + "test_proportions", test, 8_000, ALPHA, against(public, public / public.sum(), 8_000, 0.02, 0.20)),
        # Again with 100 draws for a single row and for a batch of one, where one token alone comes to always_the_likeliest.
        RandomCheck(HIDDEN + "test_frequencies", test, 8_000, 3 * ALPHA, against(hidden, hidden / hidden.sum(), 8_000, 0.02, 0.20)),
        RandomCheck(HIDDEN + "test_wide_nucleus", test + " of four groups", FEW, ALPHA, {"hidden_temperature": _wide_power()}),
    )


def _wide_power() -> float:
    """The least chance, over twenty sets of 300 random logits, that draws at a hidden temperature fail the shares of the four groups."""
    found = []
    for seed in range(20):
        probabilities = torch.softmax(torch.randn(300, generator=torch.Generator().manual_seed(seed)).double(), dim=0)
        right = probabilities.sort(descending=True).values
        kept = right[right.cumsum(0) - right < 0.7]
        wrong = sharpened(right)
        drawn = torch.where(wrong.cumsum(0) - wrong < 0.7, wrong, 0.0)[: len(kept)]
        groups = torch.arange(len(kept)) * 4 // len(kept)
        by_group = [torch.zeros(4, dtype=torch.float64).index_add_(0, groups, masses) for masses in (kept, drawn)]
        found.append(power(FEW, *(masses / masses.sum() for masses in by_group), alpha=ALPHA))
    return min(found)


def _rows() -> tuple[RandomCheck, ...]:
    test = "the same tokens come in a batch and alone; the chance that one is missing in either"
    # Kept at p = 0.7: 0.65, 0.17; 0.28, 0.26, 0.24; 0.3, 0.6. In 2,000 draws together, 4,000 alone.
    public = (0.65 / 0.82, 0.17 / 0.82, 0.28 / 0.78, 0.26 / 0.78, 0.24 / 0.78, 0.6 / 0.9, 0.3 / 0.9)
    # Kept at p = 0.79: 0.5, 0.3; 0.7, 0.15; 0.3, 0.26, 0.24. In 5,000 draws at least together, 6,000 alone.
    hidden = (0.5 / 0.8, 0.3 / 0.8, 0.7 / 0.85, 0.15 / 0.85, 0.3 / 0.8, 0.26 / 0.8, 0.24 / 0.8)
    lowest, highest = binomial.accepted(320, 0.5, ALPHA)
    return (
        # Cut where a row of another kind is cut, a row loses a token for certain, or gets one of 0.1 or more.
        RandomCheck(PUBLIC + "test_each_row_has_its_nucleus", test, 2_000, 2 * missing(2_000, public), {"one_nucleus_for_all_rows": 1.0}),
        RandomCheck(
            PUBLIC + "test_rows_differ",
            "40 draws from 64 equally likely tokens are all the same",
            40,
            64.0**-39,
            {"one_random_number_for_all_rows": 1.0, "always_the_likeliest": 1.0},
        ),
        RandomCheck(
            HIDDEN + "test_rows_have_their_own_nucleus",
            test,
            5_000,
            2 * missing(5_000, hidden),
            {"one_nucleus_for_all_rows": comes(5_000, 0.1)},
        ),
        RandomCheck(
            HIDDEN + "test_rows_are_independent",
            "exact binomial tails of the number of agreeing pairs",
            320,
            ALPHA,
            {"one_random_number_for_all_rows": float(not lowest <= 320 <= highest)},
        ),
    )


def _randomness() -> tuple[RandomCheck, ...]:
    test = "40 draws from 64 equally likely tokens agree by chance"
    chance = 64.0**-40
    return (
        RandomCheck(PUBLIC + "test_generator", test, 40, chance, {"ignores_the_generator": 1 - chance, "reseeds": 1.0}),
        RandomCheck(PUBLIC + "test_next_call_is_new", test, 40, 2 * chance, {"reseeds": 1.0, "always_the_likeliest": 1.0}),
        RandomCheck(HIDDEN + "test_global_generator_left_alone", test, 40, 2 * chance, {"ignores_the_generator": 1.0}),
        # Ten calls for 4 rows, all the same: 64 ** -36. Thirty calls for one row: 64 ** -29.
        RandomCheck(HIDDEN + "test_reproducible_and_fresh", test, 40, chance + 64.0**-36 + 64.0**-29, {"reseeds": 1.0}),
    )


def _large_logits() -> tuple[RandomCheck, ...]:
    # Twice 800 draws from 0, 0, -50 with p = 1; the third token has 1e-22, which is taken for 0.
    test = "exact binomial tails of each token's count, with the union bound over tokens, twice"
    alpha = 2 * ALPHA + 1_600 * math.exp(-50)
    # Infinite divided by infinite: there is no draw at all.
    return (RandomCheck(HIDDEN + "test_large_logits", test, 800, alpha, {"exponentials_overflow": 1.0}),)
