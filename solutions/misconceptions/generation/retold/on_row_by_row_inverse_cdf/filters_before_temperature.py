"""Finds the tokens that stay with odds at temperature 1, and uses the temperature for the draw among them."""

from __future__ import annotations

import math

import torch


def _one(row: list[float], temperature: float, top_k: int | None, top_p: float | None, generator: torch.Generator | None) -> int:
    order = sorted(range(len(row)), key=lambda token: row[token], reverse=True)
    if temperature == 0:
        return order[0]
    top = row[order[0]]
    survivors = order if top_k is None else order[:top_k]
    if top_p is not None:
        plain = [math.exp(row[token] - top) for token in survivors]
        goal, gathered, size = top_p * math.fsum(plain), 0.0, 0
        while size < len(plain) and gathered < goal:
            gathered += plain[size]
            size += 1
        survivors = survivors[:size]
    heat = [math.exp((row[token] - top) / temperature) for token in survivors]
    left = math.fsum(heat) * torch.rand((), dtype=torch.float64, generator=generator).item()
    for token, share in zip(survivors, heat, strict=True):
        if left < share:
            return token
        left -= share
    return survivors[0]
