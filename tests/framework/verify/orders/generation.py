"""Scales the logits in double precision and rounds once, and finds the k largest by sorting."""

import math

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
    vocab_size = logits.shape[-1]
    if not 0 <= temperature < math.inf:
        raise ValueError(f"temperature must be finite and at least 0, got {temperature}")
    if top_k is not None and not 1 <= top_k <= vocab_size:
        raise ValueError(f"top_k must be between 1 and the vocabulary's size {vocab_size}, got {top_k}")
    if top_p is not None and not 0 < top_p <= 1:
        raise ValueError(f"top_p must be greater than 0 and at most 1, got {top_p}")
    largest = logits.amax(dim=-1, keepdim=True)
    if not largest.isfinite().all():
        raise ValueError("each row of logits needs a finite maximum and no NaN")
    if temperature == 0:
        return logits.argmax(dim=-1)
    scaled = ((logits.double() - largest.double()) / temperature).to(logits.dtype)
    if top_k is not None:
        order = scaled.sort(dim=-1, descending=True, stable=True).indices[..., :top_k]
        scaled = torch.full_like(scaled, -torch.inf).scatter(-1, order, scaled.gather(-1, order))
    return nucleus_sampling(scaled, p=1.0 if top_p is None else top_p, generator=generator)
