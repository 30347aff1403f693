"""Exponentials of logits over temperature in a float32 tensor, divided by their sum."""

from __future__ import annotations

import torch


def _one(row: list[float], temperature: float, top_k: int | None, top_p: float | None, generator: torch.Generator | None) -> int:
    logits = torch.tensor(row)
    if temperature == 0:
        return int(logits.argmax())
    exponentials = torch.exp(logits / temperature)
    probabilities, tokens = (exponentials / exponentials.sum()).sort(descending=True)
    if top_k is not None:
        probabilities, tokens = probabilities[:top_k], tokens[:top_k]
        probabilities = probabilities / probabilities.sum()
    if top_p is not None:
        before = probabilities.cumsum(0) - probabilities
        probabilities = probabilities[before < top_p]
    point = torch.rand((), dtype=torch.float64, generator=generator) * probabilities.double().sum()
    rank = int((probabilities.double().cumsum(0) <= point).sum())
    return int(tokens[min(rank, len(probabilities) - 1)])
