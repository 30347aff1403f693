"""The given loss."""

import math

import pytest
import torch
from picollm.loss import next_token_loss


def test_scores_each_token_against_the_logits_before_it():
    tokens = torch.tensor([[1, 2, 0]])
    logits = torch.full((1, 3, 3), -20.0)
    logits[0, 0, 2], logits[0, 1, 0] = 20.0, 20.0
    assert next_token_loss(logits, tokens).item() == pytest.approx(0.0, abs=1e-6)
    assert next_token_loss(torch.zeros(1, 3, 3), tokens).item() == pytest.approx(math.log(3))


def test_padding_is_not_scored():
    generator = torch.Generator().manual_seed(0)
    logits = torch.randn(2, 4, 5, generator=generator)
    tokens = torch.tensor([[1, 2, 0, 0], [3, 4, 2, 1]])
    picked = logits.log_softmax(-1)[[0, 1, 1, 1], [0, 0, 1, 2], [2, 4, 2, 1]]
    assert next_token_loss(logits, tokens, ignore_index=0).item() == pytest.approx(-picked.mean().item())
    assert next_token_loss(logits, tokens).item() != pytest.approx(-picked.mean().item())


def test_a_tuple_that_begins_with_the_logits_is_accepted():
    tokens = torch.tensor([[1, 2]])
    logits = torch.randn(1, 2, 3, generator=torch.Generator().manual_seed(0))
    assert torch.equal(next_token_loss((logits, logits * 2), tokens), next_token_loss(logits, tokens))


@pytest.mark.parametrize(
    ("shape", "tokens", "words"),
    [
        ((2, 3, 5), torch.ones(2, 4, dtype=torch.int64), r"for tokens \(2, 4\), got \(2, 3, 5\)"),
        ((3, 5), torch.ones(1, 3, dtype=torch.int64), r"got \(3, 5\)"),
        ((2, 1, 5), torch.ones(2, 1, dtype=torch.int64), "no token to score"),
        ((1, 3, 5), torch.tensor([[1, 0, 0]]), "no token to score"),
    ],
)
def test_what_cannot_be_scored_is_refused(shape, tokens, words):
    with pytest.raises(ValueError, match=words):
        next_token_loss(torch.zeros(shape), tokens, ignore_index=0)
