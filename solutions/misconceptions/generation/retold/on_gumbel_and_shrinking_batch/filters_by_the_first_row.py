"""The k-th largest score is read from row 0 and compared with the scores of all rows."""

from __future__ import annotations

import torch
from torch import Tensor


def sample(
    logits: Tensor,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
    generator: torch.Generator | None = None,
) -> Tensor:
    if temperature < 0:
        raise ValueError(f"temperature must be at least 0, it is {temperature}")
    if top_k is not None and not 1 <= top_k <= logits.shape[-1]:
        raise ValueError(f"top_k must be 1 to {logits.shape[-1]}, it is {top_k}")
    if top_p is not None and not 0 < top_p <= 1:
        raise ValueError(f"top_p must be in (0, 1], it is {top_p}")
    if temperature == 0:
        return logits.argmax(dim=-1)
    rows = torch.atleast_2d(logits)
    scores = (rows - rows.amax(dim=1, keepdim=True)).log_softmax(dim=1) / temperature
    if top_k is not None:
        threshold = scores[0].sort(descending=True).values[top_k - 1]
        scores = scores.masked_fill(scores < threshold, -torch.inf)
    if top_p is not None:
        odds, order = scores.softmax(dim=1).sort(dim=1, descending=True)
        late = odds.cumsum(dim=1) - odds >= top_p
        scores = scores.masked_fill(torch.zeros_like(late).scatter(1, order, late), -torch.inf)
    noise = torch.rand(scores.shape, generator=generator, dtype=torch.float64).clamp_min(1e-300)
    winners = (scores.double() - (-noise.log()).log()).argmax(dim=1)
    return winners.reshape(logits.shape[:-1])
