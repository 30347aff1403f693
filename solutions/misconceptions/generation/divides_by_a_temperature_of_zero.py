"""Divides by the temperature, whatever it is.

For the TA: Temperature 0 has no case of its own: logits / 0 are infinities, and the softmax makes NaN of them.

For the student: What is 2.0 / 0 in PyTorch, and what is 0.0 / 0? Which token should come out at temperature 0?
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
    scaled = logits / temperature
    if top_k is not None:
        kept = torch.zeros_like(scaled, dtype=torch.bool).scatter(-1, scaled.topk(top_k).indices, True)
        scaled = scaled.masked_fill(~kept, -torch.inf)
    return nucleus_sampling(scaled, p=1.0 if top_p is None else top_p, generator=generator)
