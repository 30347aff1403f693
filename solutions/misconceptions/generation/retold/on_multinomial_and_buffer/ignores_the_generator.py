"""torch.multinomial is called with the weights and the number of draws, and nothing else."""

from __future__ import annotations

import torch
from torch import Tensor


def sample(
    logits: Tensor,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
    generator: torch.Generator | None = None,
) -> Tensor:
    if temperature < 0:
        raise ValueError(f"the temperature must be 0 or more, not {temperature}")
    if top_k is not None and not 1 <= top_k <= logits.size(-1):
        raise ValueError(f"the vocabulary has {logits.size(-1)} tokens, top_k is {top_k}")
    if top_p is not None and not 0 < top_p <= 1:
        raise ValueError(f"top_p must be above 0 and at most 1, not {top_p}")
    if temperature == 0:
        return logits.argmax(-1)
    scores = (logits.double() - logits.double().amax(-1, keepdim=True)) / temperature
    if top_k is not None:
        best = scores.topk(top_k)
        scores = torch.full_like(scores, -torch.inf).scatter(-1, best.indices, best.values)
    weights = scores.softmax(-1)
    if top_p is not None:
        ordered, ids = weights.sort(dim=-1, descending=True)
        ordered[ordered.cumsum(-1) - ordered >= top_p] = 0.0
        weights = torch.zeros_like(weights).scatter(-1, ids, ordered)
    return torch.multinomial(weights, 1).squeeze(-1)
