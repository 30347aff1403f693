"""Takes the rows as a view and fills them with masked_fill_."""

from __future__ import annotations

import torch
from torch import Tensor


def nucleus_sampling(logits: Tensor, p: float = 0.95, generator: torch.Generator | None = None) -> Tensor:
    if p <= 0 or p > 1:
        raise ValueError(f"p has to be in (0, 1] but is {p}")
    if logits.ndim not in (1, 2) or logits.size(-1) == 0:
        raise ValueError(f"bad shape of logits: {tuple(logits.shape)}")
    if torch.isnan(logits).any() or not torch.isfinite(logits.amax(-1)).all():
        raise ValueError("a row of logits holds NaN, or nothing finite")
    rows = torch.atleast_2d(logits)
    wide = rows.to(torch.promote_types(rows.dtype, torch.float32))
    ranked, order = wide.softmax(-1).sort(dim=-1, descending=True, stable=True)
    remove = ranked.cumsum(-1) >= p
    remove[:, 1:] = remove[:, :-1].clone()
    remove[:, 0] = False
    rows.masked_fill_(remove.scatter(1, order, remove), -torch.inf)
    weights = rows.to(wide.dtype).softmax(-1)
    return torch.multinomial(weights, 1, generator=generator).reshape(logits.shape[:-1])
