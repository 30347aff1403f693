"""The softmax is taken once, of the whole vocabulary; top-k and top-p both set entries of it to zero."""

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
    vocab = logits.size(-1)
    if temperature < 0:
        raise ValueError(f"negative temperature: {temperature}")
    if top_k is not None and (top_k < 1 or top_k > vocab):
        raise ValueError(f"top_k: {top_k}, vocabulary: {vocab}")
    if top_p is not None and (top_p <= 0 or top_p > 1):
        raise ValueError(f"top_p: {top_p}")
    if temperature == 0:
        return logits.argmax(-1)
    wide = logits.double()
    probabilities = torch.softmax((wide - wide.amax(-1, keepdim=True)) / temperature, dim=-1)
    sorted_probabilities, ids = probabilities.sort(dim=-1, descending=True)
    rank = torch.arange(vocab)
    weights = sorted_probabilities.clone()
    if top_k is not None:
        weights = weights.where(rank < top_k, 0.0)
    if top_p is not None:
        mass_before = torch.cumsum(sorted_probabilities, dim=-1) - sorted_probabilities
        weights = weights.where(mass_before < top_p, 0.0)
    drawn = torch.multinomial(weights.reshape(-1, vocab), 1, generator=generator)
    return ids.reshape(-1, vocab).gather(1, drawn).reshape(logits.shape[:-1])
