"""Draws one random number and uses it for every row.

For the TA: A single uniform number is compared with all rows' cumulative odds. Each row by itself has the right frequencies; equal
prompts always get equal texts.

For the student: Sample twice from the same odds in one batch. How often do the two rows agree?
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
        kept = torch.zeros_like(scaled, dtype=torch.bool).scatter(-1, scaled.topk(top_k).indices, True)
        scaled = scaled.masked_fill(~kept, -torch.inf)
    if top_p is not None:
        odds, order = torch.softmax(scaled, dim=-1).sort(dim=-1, descending=True)
        beyond = odds.cumsum(dim=-1) - odds >= top_p
        scaled = scaled.masked_fill(torch.zeros_like(beyond).scatter(-1, order, beyond), -torch.inf)
    cumulative = torch.softmax(scaled.double(), dim=-1).cumsum(dim=-1)
    threshold = torch.rand((), dtype=torch.float64, generator=generator) * cumulative[..., -1:]
    return torch.searchsorted(cumulative, threshold, right=True).squeeze(-1)
