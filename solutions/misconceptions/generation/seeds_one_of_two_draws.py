"""Draws in two places, and hands the generator to one of them.

For the TA: With top_k and top_p together the token is drawn in a branch of its own, from the global source; everywhere else the generator
is used.

For the student: How many lines of your sample draw? Which of them know the generator?
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
    if top_k is not None:
        threshold = scaled.topk(top_k).values[..., -1:]
        scaled = scaled.masked_fill(scaled < threshold, -torch.inf)
    if top_k is not None and top_p is not None:
        return nucleus_sampling(scaled, p=top_p)
    return nucleus_sampling(scaled, p=1.0 if top_p is None else top_p, generator=generator)
