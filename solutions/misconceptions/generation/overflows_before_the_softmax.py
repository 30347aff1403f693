"""Exponentiates the logits as they come.

For the TA: exp(logits / T) overflows for logits of 1e4 or small temperatures, and the odds are inf / inf.

For the student: What is exp(10000) in float32? What may be subtracted from all logits of a row without changing the odds?
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
    odds = torch.exp(logits / temperature)
    if top_k is not None:
        kept = torch.zeros_like(odds, dtype=torch.bool).scatter(-1, odds.topk(top_k).indices, True)
        odds = odds.masked_fill(~kept, 0.0)
    odds = odds / odds.sum(dim=-1, keepdim=True)
    return nucleus_sampling(odds.log(), p=1.0 if top_p is None else top_p, generator=generator)
