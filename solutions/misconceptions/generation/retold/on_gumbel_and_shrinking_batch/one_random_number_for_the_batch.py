"""Adds the cumulated odds up and looks where one random number, drawn for the call, falls in every row."""

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
    vocab = logits.shape[-1]
    if temperature < 0:
        raise ValueError(f"temperature must not be negative, it is {temperature}")
    if top_k is not None and not 1 <= top_k <= vocab:
        raise ValueError(f"top_k is {top_k}, the vocabulary {vocab}")
    if top_p is not None and not 0 < top_p <= 1:
        raise ValueError(f"top_p must lie in (0, 1], it is {top_p}")
    if temperature == 0:
        return logits.argmax(dim=-1)
    scaled = (logits.double() - logits.double().amax(dim=-1, keepdim=True)) / temperature
    ranked, tokens = scaled.sort(dim=-1, descending=True)
    if top_k is not None:
        ranked[..., top_k:] = -torch.inf
    odds = ranked.softmax(dim=-1)
    if top_p is not None:
        odds = odds * (odds.cumsum(dim=-1) - odds < top_p)
    cumulated = odds.cumsum(dim=-1)
    point = torch.rand(1, generator=generator, dtype=torch.float64) * cumulated[..., -1:]
    rank = (cumulated <= point).sum(dim=-1, keepdim=True)
    return tokens.gather(-1, rank.clamp_max(vocab - 1)).squeeze(-1)
