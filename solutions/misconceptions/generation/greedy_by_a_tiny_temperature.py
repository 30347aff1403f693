"""Replaces temperature 0 by a tiny one, and draws.

For the TA: Temperature 0 becomes 1e-6 and the token is drawn. The result is greedy but for near ties, and random numbers are consumed.

For the student: With temperature 0 nothing is random. Why does your code call a random generator?
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
    temperature = max(temperature, 1e-6)
    scaled = (logits - logits.amax(dim=-1, keepdim=True)) / temperature
    if top_k is not None:
        kept = torch.zeros_like(scaled, dtype=torch.bool).scatter(-1, scaled.topk(top_k).indices, True)
        scaled = scaled.masked_fill(~kept, -torch.inf)
    return nucleus_sampling(scaled, p=1.0 if top_p is None else top_p, generator=generator)
