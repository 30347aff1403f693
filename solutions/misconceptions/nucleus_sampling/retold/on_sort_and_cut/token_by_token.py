"""For each row a Python list of tokens, filled one by one with a running sum."""

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
    wide = logits if logits.dtype == torch.float64 else logits.float()
    tokens = []
    for row in torch.atleast_2d(wide.softmax(-1)):
        probs, ids = row.sort(descending=True)
        nucleus, total = [], 0.0
        for share, token in zip(probs.tolist(), ids.tolist(), strict=True):
            nucleus.append(token)
            total += share
            if total >= p:
                break
        drawn = torch.multinomial(probs[: len(nucleus)], 1, generator=generator)
        tokens.append(nucleus[int(drawn)])
    return torch.tensor(tokens).reshape(logits.shape[:-1])
