"""One token at a time, for all rows at once"""

from __future__ import annotations

import torch
from torch import Tensor


def nucleus_sampling(logits: Tensor, p: float = 0.95, generator: torch.Generator | None = None) -> Tensor:
    if p <= 0 or p > 1:
        raise ValueError(f"p has to be in (0, 1] but is {p}")
    if logits.ndim not in (1, 2) or logits.size(-1) == 0:
        raise ValueError(f"bad shape of logits: {tuple(logits.shape)}")
    if torch.isnan(logits).any() or not torch.isfinite(logits.max(-1).values).all():
        raise ValueError("logits with NaN, or a row without a finite entry")
    wide = logits if logits.dtype == torch.float64 else logits.float()
    probs, ids = torch.sort(torch.softmax(wide, -1), dim=-1, descending=True)
    kept = torch.zeros_like(probs)
    before = torch.zeros_like(probs[..., 0])
    for place in range(probs.shape[-1]):
        kept[..., place] = torch.where(before < p, probs[..., place], 0.0)
        before = before + probs[..., place]
    place = torch.multinomial(kept, 1, generator=generator)
    return ids.gather(-1, place).squeeze(-1)
