"""Exercise nucleus_sampling: draw a token from the smallest set of likely tokens that carries the mass p."""

from __future__ import annotations

import torch
from torch import Tensor


def nucleus_sampling(logits: Tensor, p: float = 0.95, generator: torch.Generator | None = None) -> Tensor:
    """Top-p sampling (Holtzman et al. 2020, "The Curious Case of Neural Text Degeneration", section 3.1).

    With the tokens ranked from likely to unlikely, the nucleus is the shortest beginning of that list whose probabilities sum to at
    least p: the token with which the sum reaches p belongs to it. One token is drawn from the nucleus, each with its own share of the
    nucleus's mass. Tokens of equal probability may be ranked either way.

    Args:
        logits: (vocab,) or (batch, vocab), floating; -inf where a token is impossible, +inf nowhere.
        p: the mass to keep, 0 < p <= 1.
        generator: source of randomness; torch's default generator when None.

    Returns:
        int64 token ids: 0-d for (vocab,), (batch,) for (batch, vocab).

    Raises:
        ValueError: p is not in (0, 1]; logits are not of one or two dimensions, are empty; a row holds NaN or has no finite entry.
    """
    raise NotImplementedError("nucleus_sampling is not started: see handout section 5, Nucleus sampling")
