"""Takes the largest logit where the logits have no batch.

For the TA: One row by itself, (vocab,), is answered with argmax, whatever the temperature. Batches are sampled.

For the student: Sample twenty times from one row of equal logits, (vocab,). How many different tokens come?
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
    if temperature == 0 or logits.dim() == 1:
        return logits.argmax(dim=-1)
    scaled = (logits - logits.amax(dim=-1, keepdim=True)) / temperature
    if top_k is not None:
        threshold = scaled.topk(top_k).values[..., -1:]
        scaled = scaled.masked_fill(scaled < threshold, -torch.inf)
    return nucleus_sampling(scaled, p=1.0 if top_p is None else top_p, generator=generator)
