"""Exercise beam_search: look for the continuation of highest probability by following the best few at once."""

from __future__ import annotations

import torch
from torch import Tensor, nn


@torch.no_grad()
def beam_search(
    model: nn.Module,
    prompt: Tensor,
    beam_width: int,
    max_new_tokens: int,
    *,
    length_penalty: float = 1.0,
    early_stopping: bool = False,
    eos_id: int | None = None,
    num_return: int = 1,
) -> tuple[Tensor, Tensor]:
    """Continue each prompt with the best sequences that beam search finds (semantics of Hugging Face's ``generate`` with ``num_beams``).

    A hypothesis is a continuation, which ends with eos_id or has max_new_tokens tokens. Its score is the sum of its tokens'
    log-probabilities divided by (number of its tokens, eos_id included) ** length_penalty.

    Each step extends every running beam by every token and ranks these candidates by their sum of log-probabilities. Those among the
    best beam_width that are complete enter the pool, which keeps the beam_width hypotheses of highest score. The best beam_width
    candidates that are not complete run on. The search of a prompt is over when its pool is full and no running beam has, at its
    present length, a higher score than the pool's worst; after that nothing enters its pool.

    Args:
        model: as for ``generate``: called with the whole sequences, or with the new tokens and the cache that ``make_cache()`` gave.
        prompt: (batch, seq) int64, not empty.
        beam_width: how many beams run, 1 to vocab.
        max_new_tokens: the most tokens to add, at least 0.
        length_penalty: greater than 0 favours long hypotheses, below 0 short ones; 0 compares plain sums.
        early_stopping: True: the search of a prompt is also over as soon as its pool is full.
        eos_id: the token that completes a hypothesis; None: only the length does.
        num_return: how many hypotheses are returned, 1 to beam_width.

    Returns:
        sequences: (batch, num_return, seq + n) int64, prompt included, best first, filled with eos_id; n is the length of the longest.
        scores: (batch, num_return) floating. A hypothesis of probability 0 has the score -inf.

    Raises:
        ValueError: the prompt is empty or not (batch, seq), or beam_width, max_new_tokens or num_return is outside its range.
    """
    raise NotImplementedError("beam_search is not started: see handout section 10, Beam search")
