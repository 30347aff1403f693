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
    # BEGIN SOLUTION
    if not 0 < p <= 1:
        raise ValueError(f"p must be greater than 0 and at most 1, got {p}")
    _check_logits(logits)
    probabilities = _probabilities(logits)  # (batch, vocab)

    # Sorting the vocabulary to cut off its tail costs far more than the draw. So draw first, and only then see whether the token lies in
    # the nucleus. If not, it is discarded with all that rank behind it, and the row draws again from the rest. The nucleus is never
    # touched, so the token that is kept in the end has exactly the probability it should have; and as each discarded token takes about
    # half of what lies outside with it, a few rounds are enough even for a nucleus of one token.
    remaining = probabilities
    tokens = torch.zeros(len(probabilities), 1, dtype=torch.int64, device=logits.device)
    kept = torch.zeros_like(tokens, dtype=torch.bool)
    while not kept.all():
        drawn = _draw(remaining, generator)  # (batch, 1)
        ahead = _ranked_ahead(probabilities, drawn)  # (batch, vocab)
        mass_ahead = (probabilities * ahead).sum(dim=-1, keepdim=True)
        tokens = torch.where(kept, tokens, drawn)
        kept = kept | (mass_ahead < p)
        remaining = remaining.where(ahead | kept, 0.0)
    return tokens.reshape(logits.shape[:-1])
    # END SOLUTION


# BEGIN SOLUTION
def _check_logits(logits: Tensor) -> None:
    if logits.dim() not in (1, 2) or logits.shape[-1] == 0:
        raise ValueError(f"logits must be (vocab,) or (batch, vocab) with at least one token, got shape {tuple(logits.shape)}")
    largest = logits.amax(dim=-1)  # NaN where the row holds a NaN; a maximum of +inf would become NaN in softmax, so it is refused too
    if not largest.isfinite().all():
        raise ValueError(f"each row of logits needs a finite maximum and no NaN, got the maxima {largest.tolist()}")


def _probabilities(logits: Tensor) -> Tensor:
    """(vocab,) or (batch, vocab) -> (batch, vocab), in float32 at least: sums over a vocabulary are too coarse in half precision."""
    rows = logits.reshape(-1, logits.shape[-1])
    return torch.softmax(rows.to(torch.promote_types(rows.dtype, torch.float32)), dim=-1)


def _draw(weights: Tensor, generator: torch.Generator | None) -> Tensor:
    """One index per row with probability proportional to its weight, by inverting the cumulative sum: (batch, n) -> (batch, 1)."""
    cumulative = weights.cumsum(dim=-1)
    uniform = torch.rand(len(weights), 1, dtype=weights.dtype, device=weights.device, generator=generator)  # in [0, 1)
    # right=True: the first index whose sum is greater, so an index of weight zero is never found.
    return torch.searchsorted(cumulative, uniform * cumulative[:, -1:], right=True)


def _ranked_ahead(probabilities: Tensor, tokens: Tensor) -> Tensor:
    """Which tokens rank ahead of the row's own, (batch, vocab) bool. Of equally likely tokens the one with the smaller id is ahead."""
    own = probabilities.gather(dim=-1, index=tokens)  # (batch, 1)
    ids = torch.arange(probabilities.shape[-1], device=probabilities.device)
    return (probabilities > own) | ((probabilities == own) & (ids < tokens))


# END SOLUTION
