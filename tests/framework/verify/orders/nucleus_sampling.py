"""Goes through the vocabulary from its end: in the softmax's sum, in the cumulative sum, and so in what a random number means."""

import torch
from torch import Tensor


def _probabilities(logits: Tensor) -> Tensor:
    rows = logits.reshape(-1, logits.shape[-1])
    rows = rows.to(torch.promote_types(rows.dtype, torch.float32))
    weights = (rows - rows.amax(dim=-1, keepdim=True)).exp()
    return weights / weights.flip(-1).cumsum(dim=-1)[:, -1:]


def _draw(weights: Tensor, generator: torch.Generator | None) -> Tensor:
    cumulative = weights.flip(-1).cumsum(dim=-1)
    uniform = torch.rand(len(weights), 1, dtype=weights.dtype, device=weights.device, generator=generator)
    return weights.shape[-1] - 1 - torch.searchsorted(cumulative, uniform * cumulative[:, -1:], right=True)
