"""Finds the boundary by bisection instead of sorting, keeps all ties there, draws with the Gumbel trick; returns an int for one row."""

from __future__ import annotations

import torch
from torch import Tensor

_STEPS = 12


def nucleus_sampling(logits: Tensor, p: float = 0.95, generator: torch.Generator | None = None) -> Tensor | int:
    """(vocab,) -> int, (batch, vocab) -> (batch,)."""
    if not (isinstance(p, (int, float)) and 0 < p <= 1):
        raise ValueError(f"p={p!r} is not in (0, 1]")
    if not 1 <= logits.dim() <= 2 or logits.numel() == 0:
        raise ValueError(f"logits of shape {tuple(logits.shape)} are neither (vocab,) nor (batch, vocab)")
    rows = torch.atleast_2d(logits).to(torch.float64)
    log_probs = rows - torch.logsumexp(rows, -1, keepdim=True)
    if log_probs.isnan().any():
        raise ValueError("a row of logits is NaN somewhere or -inf everywhere, or has +inf")
    threshold = _boundary(log_probs, p)
    uniform = torch.rand(log_probs.shape, generator=generator, dtype=torch.float64).clamp_min_(1e-300)
    gumbel = uniform.log_().neg_().log_().neg_()
    tokens = gumbel.add_(log_probs).masked_fill_(log_probs < threshold, -torch.inf).argmax(-1)
    return tokens if logits.dim() == 2 else int(tokens)


def _boundary(log_probs: Tensor, p: float) -> Tensor:
    """The largest log-probability c in each row such that the tokens at or above c hold at least p: (batch, vocab) -> (batch, 1)."""
    finite = log_probs.masked_fill(log_probs == -torch.inf, torch.inf)
    low, high = finite.amin(-1, keepdim=True), log_probs.amax(-1, keepdim=True)  # the mass at or above low is 1
    if p >= 1:
        return low
    # Bisect down to a narrow band, then let the few distinct values in it decide.
    probs = log_probs.exp()
    for _ in range(_STEPS):
        middle = (low + high) / 2
        enough = (probs * (log_probs >= middle)).sum(-1, keepdim=True) >= p
        low, high = torch.where(enough, middle, low), torch.where(enough, high, middle)
    band = ((log_probs >= low) & (log_probs <= high)).sum(-1).max()
    values, places = log_probs.masked_fill(log_probs > high, -torch.inf).topk(int(band), dim=-1)
    above = (probs * (log_probs > high)).sum(-1, keepdim=True)
    reached = above + probs.gather(-1, places).cumsum(-1) >= p
    first = reached.to(torch.uint8).argmax(-1, keepdim=True)
    return values.gather(-1, first)
