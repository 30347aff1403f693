"""Exercise generation: choose one token from logits, and continue a batch of prompts with any language model."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from picollm.nucleus_sampling import nucleus_sampling


def sample(
    logits: Tensor,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
    generator: torch.Generator | None = None,
) -> Tensor:
    """Choose a token: divide by the temperature, keep the top_k most likely, of these the nucleus of mass top_p, and draw.

    Args:
        logits: (vocab,) or (batch, vocab), floating; -inf where a token is impossible.
        temperature: finite, at least 0. At 0 the most likely token is taken and no random number is drawn.
        top_k: how many tokens are kept, 1 to vocab; None keeps all.
        top_p: mass of the nucleus, 0 < top_p <= 1, measured after temperature and top_k; None keeps all.
        generator: source of randomness; torch's default generator when None.

    Returns:
        int64 token ids: 0-d for (vocab,), (batch,) for (batch, vocab).

    Raises:
        ValueError: temperature, top_k or top_p is outside its range; a row of logits holds NaN or +inf, or is -inf throughout.
    """
    raise NotImplementedError("generation is not started: see handout section 9, Generation")


@torch.no_grad()
def generate(
    model: nn.Module,
    prompt: Tensor,
    max_new_tokens: int,
    *,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
    eos_id: int | None = None,
    use_cache: bool = True,
    generator: torch.Generator | None = None,
) -> Tensor:
    """Continue each prompt of a batch, one token at a time, in evaluation mode; the model's modes are restored afterwards.

    Args:
        model: ``model(tokens)`` gives logits (batch, seq, vocab), or a tuple that begins with them. A model that can cache has
            ``make_cache()``, which gives an empty cache; then ``model(new_tokens, cache=cache)`` gives the logits of the new tokens.
        prompt: (batch, seq) int64, not empty; all prompts of a batch have the same length.
        max_new_tokens: the most tokens to add, at least 0.
        temperature, top_k, top_p, generator: as for ``sample``.
        eos_id: a row that has produced this token has ended, and is filled with it. None: no row ends early.
        use_cache: whether to use the cache of a model that has one.

    Returns:
        (batch, seq + n) int64, the prompt included. n is max_new_tokens, or less if every row has ended before.

    Raises:
        ValueError: the prompt is empty or not (batch, seq), max_new_tokens is negative, or ``sample`` refuses an argument.
    """
    raise NotImplementedError("generation is not started: see handout section 9, Generation")
