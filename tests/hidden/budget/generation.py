"""The random checks of the exercise generation: how seldom each fails a right solution, and how surely it sees a wrong one.

Sizes are those of the checks. Where a check draws its odds by chance the power is a bound over all odds that it can draw.
"""

from __future__ import annotations

import math

import torch

from grader.checks import binomial, statistics
from grader.verify.error_budget import RandomCheck

ALPHA = 1e-12
VOCAB = 11
COUNTS = "exact two-sided binomial tails of each token's count"


def random_checks() -> tuple[RandomCheck, ...]:
    """One for each check whose marker has alpha above 0."""
    return (*_filters(), *_draws(), *_public())


def _filters() -> tuple[RandomCheck, ...]:
    check = "hidden/test_generation.py::test_filters"
    # The fifth of five kept tokens has the least share where all four steps of the logits are as large as they can be, 0.4.
    fifth = math.exp(-4 * 0.4) / sum(math.exp(-place * 0.4) for place in range(5))
    equal = torch.full((VOCAB,), 1 / VOCAB)
    always = torch.zeros(VOCAB)
    always[0] = 1.0
    return (
        RandomCheck(f"{check}[top_k]", COUNTS, 2 * 1000, 2 * ALPHA, {"keeps_one_token_too_many": _comes(fifth, 1000)}),
        _crossing(f"{check}[top_p]", p=0.55, step=0.1),
        _crossing(f"{check}[all_three]", p=0.7, step=0.2 / 1.7),
        _crossing(f"{check}[sharp_top_p]", p=0.85, step=0.2 / 0.6),
        RandomCheck(
            "hidden/test_generation.py::test_filters_that_keep_everything",
            COUNTS,
            1000,
            ALPHA,
            {"one_random_number_for_the_batch": statistics.power(1000, equal, always, alpha=ALPHA)},
        ),
    )


def _crossing(check: str, p: float, step: float) -> RandomCheck:
    """``step``: the least distance of two logits, in the sharper or the flatter row, whichever is needed.

    The odds from the crossing token on sum to more than 1 - p, and fall by a factor of exp(-step) at least, so that the crossing token has
    a share of (1 - p)(1 - exp(-step)) at least. Where it is dropped it never comes.
    """
    share = (1 - p) * (1 - math.exp(-step))
    never = binomial.two_sided(0, 1000, share) * VOCAB
    return RandomCheck(check, COUNTS, 2 * 1000, 2 * ALPHA, {"drops_the_token_that_crosses": float(never < ALPHA)})


def _draws() -> tuple[RandomCheck, ...]:
    # Logits of (-2, 2): what top_k = 3 of 5 leaves out has a share of two of the least beside three of the greatest.
    left_out = 2 * math.exp(-2) / (2 * math.exp(-2) + 3 * math.exp(2))
    # Logits of (-0.5, 0.5): no token is likelier than one of the greatest beside ten of the least.
    likeliest = math.exp(0.5) / (math.exp(0.5) + (VOCAB - 1) * math.exp(-0.5))
    same_text = likeliest**40
    return (
        RandomCheck(
            "hidden/test_generation.py::test_one_row",
            "40 draws from 11 equally likely tokens are all the same",
            40,
            11.0**-39,
            {"takes_the_largest_of_one_row": 1.0},
        ),
        RandomCheck(
            "hidden/test_generation.py::test_rows_are_independent",
            "exact two-sided binomial tail of how often two rows agree",
            400,
            ALPHA,
            {"one_random_number_for_the_batch": float(binomial.two_sided(400, 400, 1 / 8) < ALPHA)},
        ),
        RandomCheck(
            "hidden/test_generation.py::test_frequencies_of_texts",
            COUNTS.replace("token", "pair of tokens"),
            1500,
            ALPHA,
            {"forgets_the_filters_after_the_first_token": _comes(left_out, 1500)},
        ),
        RandomCheck(
            "hidden/test_generation.py::test_generate_uses_the_generator",
            "two texts of 40 tokens drawn from different seeds are equal",
            40,
            same_text,
            {"forgets_to_pass_the_generator": 1 - same_text, "ignores_the_generator": 1 - same_text},
        ),
    )


def _public() -> tuple[RandomCheck, ...]:
    odds = torch.tensor([0.40, 0.24, 0.16, 0.12, 0.08], dtype=torch.float64)
    two, one = torch.tensor([0.625, 0.375]), torch.tensor([1.0, 0.0])
    sharpened = odds[:2] ** 2
    return (
        RandomCheck(
            "public/test_generation.py::test_order_of_the_filters",
            COUNTS,
            4 * 600,
            4 * ALPHA,
            {
                "drops_the_token_that_crosses": statistics.power(600, two, one, alpha=ALPHA),
                "filters_before_temperature": _comes(float(sharpened[1] / sharpened.sum()), 600),
                "top_p_before_top_k": _comes(float(two[1]), 600),
            },
        ),
        RandomCheck(
            "public/test_generation.py::test_same_seed_same_tokens",
            "64 tokens of 50 equally likely ones are the same with another seed",
            64,
            50.0**-64,
            {"ignores_the_generator": 1 - 50.0**-64},
        ),
        RandomCheck(
            "public/test_generation.py::test_rows_may_differ",
            "64 rows of 8 equally likely tokens all get the same",
            64,
            _all_agree(64),
            {"one_random_number_for_the_batch": _all_agree(1)},
        ),
    )


def _comes(share: float, draws: int) -> float:
    """The chance that a token with that share, which must never come, comes."""
    return 1 - (1 - share) ** draws


def _all_agree(independent: int) -> float:
    """The chance that so many independent draws from 8 equally likely tokens are all the same."""
    return 8.0 ** (1 - independent)
