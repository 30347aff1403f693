"""Goes straight to the sort, with NaN for something unlikely; no argument is checked."""

from __future__ import annotations

import torch
from torch import Tensor


def nucleus_sampling(logits: Tensor, p: float = 0.95, generator: torch.Generator | None = None) -> Tensor:
    wide = logits if logits.dtype == torch.float64 else logits.float()
    wide = wide.nan_to_num(nan=-1e4)
    probs, ids = torch.sort(torch.softmax(wide, -1), dim=-1, descending=True)
    before = torch.cumsum(probs, -1) - probs
    kept = torch.where(before < p, probs, 0.0)
    kept[..., :1] = probs[..., :1]
    place = torch.multinomial(kept.flatten(0, -2) if kept.ndim > 2 else kept, 1, generator=generator)
    return ids.gather(-1, place.reshape(*ids.shape[:-1], 1)).squeeze(-1)
