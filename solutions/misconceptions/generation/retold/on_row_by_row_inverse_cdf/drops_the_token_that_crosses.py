"""Goes down the ranking as long as the share of what is kept stays below p, the next token included."""

from __future__ import annotations

import math

import torch


def _one(row: list[float], temperature: float, top_k: int | None, top_p: float | None, generator: torch.Generator | None) -> int:
    ranked = sorted(range(len(row)), key=row.__getitem__, reverse=True)
    best = ranked[0]
    if temperature == 0:
        return best
    weights = [math.exp((row[token] - row[best]) / temperature) for token in ranked[:top_k]]
    if top_p is not None and top_p < 1:
        total, cumulative, size = sum(weights), 0.0, 0
        for weight in weights:
            cumulative += weight / total
            if cumulative >= top_p:
                break
            size += 1
        weights = weights[: max(size, 1)]
    target = torch.rand((), dtype=torch.float64, generator=generator).item() * sum(weights)
    for token, weight in zip(ranked, weights, strict=False):
        if target < weight:
            return token
        target -= weight
    return best
