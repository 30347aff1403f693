"""Draws from the whole softmax and throws the token away when the likelier ones hold p already; only those rows draw again."""

from __future__ import annotations

import torch
from torch import Tensor


def nucleus_sampling(logits: Tensor, p: float = 0.95, generator: torch.Generator | None = None) -> Tensor:
    """(vocab,) -> 0-d, (batch, vocab) -> (batch,). The rounds that a row needs are 1 / p on average, at most."""
    if not 0 < p <= 1:
        raise ValueError(f"p = {p} is not in (0, 1]")
    if logits.dim() == 0 or logits.dim() > 2 or logits.shape[-1] == 0:
        raise ValueError(f"logits have the shape {tuple(logits.shape)}")
    wide = logits.reshape(-1, logits.shape[-1])
    wide = wide if wide.dtype is torch.float64 else wide.float()
    if not wide.amax(dim=1).isfinite().all():  # NaN and +inf show in the maximum, too
        raise ValueError("logits: NaN, +inf, or a row of nothing but -inf")
    probabilities = wide.softmax(dim=1)
    tokens = probabilities.new_zeros(len(probabilities), dtype=torch.int64)
    open_rows = torch.arange(len(probabilities))
    while len(open_rows):
        rows = probabilities[open_rows]
        drawn = torch.multinomial(rows, 1, generator=generator)
        likelier = torch.where(rows > rows.gather(1, drawn), rows, 0.0).sum(dim=1)
        tokens[open_rows] = drawn[:, 0]
        open_rows = open_rows[likelier >= p]
    return tokens.reshape(logits.shape[:-1])
