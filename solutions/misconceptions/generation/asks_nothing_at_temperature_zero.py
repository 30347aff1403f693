"""Answers at temperature 0 before it looks at top_k and top_p.

For the TA: The case of temperature 0 comes first, so that an impossible top_k or top_p beside it goes unnoticed.

For the student: Does a top_k of 0 make sense at any temperature? Which of your lines comes first?
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
    if temperature == 0:
        return logits.argmax(dim=-1)
    if temperature < 0 or (top_k is not None and not 1 <= top_k <= logits.shape[-1]) or (top_p is not None and not 0 < top_p <= 1):
        raise ValueError(f"no such filter: temperature={temperature}, top_k={top_k}, top_p={top_p}")
    scaled = (logits - logits.amax(dim=-1, keepdim=True)) / temperature
    if top_k is not None:
        threshold = scaled.topk(top_k).values[..., -1:]
        scaled = scaled.masked_fill(scaled < threshold, -torch.inf)
    return nucleus_sampling(scaled, p=1.0 if top_p is None else top_p, generator=generator)
