"""Subtracts, divides and masks with the methods that end in an underscore."""

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
    if temperature < 0:
        raise ValueError(f"the temperature is {temperature}, below 0")
    if top_k is not None and not 0 < top_k <= logits.shape[-1]:
        raise ValueError(f"top_k is {top_k}, of {logits.shape[-1]} tokens")
    if top_p is not None and not 0 < top_p <= 1:
        raise ValueError(f"top_p is {top_p}, outside (0, 1]")
    if temperature == 0:
        return logits.argmax(-1)
    logits.sub_(logits.max(dim=-1, keepdim=True).values).div_(temperature)
    if top_k is not None:
        smallest = logits.topk(top_k, dim=-1).values[..., -1:]
        logits.masked_fill_(logits < smallest, float("-inf"))
    return nucleus_sampling(logits, 1.0 if top_p is None else top_p, generator)
