"""Keeps k + 1 tokens.

For the TA: Top-k is off by one: the threshold is the logit at place k, counted from 0, and everything from there on is kept.

For the student: With top_k = 1 there is no choice. How many tokens does your filter keep then?
"""

import torch
from torch import Tensor


def sample(
    logits: Tensor,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
    generator: torch.Generator | None = None,
) -> Tensor:
    if temperature < 0 or (top_k is not None and not 1 <= top_k <= logits.shape[-1]) or (top_p is not None and not 0 < top_p <= 1):
        raise ValueError(f"no such filter: temperature={temperature}, top_k={top_k}, top_p={top_p}")
    if temperature == 0:
        return logits.argmax(dim=-1)
    scaled = (logits - logits.amax(dim=-1, keepdim=True)) / temperature
    if top_k is not None and top_k < logits.shape[-1]:
        threshold = scaled.sort(dim=-1, descending=True).values[..., top_k, None]
        scaled = scaled.masked_fill(scaled < threshold, -torch.inf)
    return nucleus_sampling(scaled, p=1.0 if top_p is None else top_p, generator=generator)
