"""Takes the softmax over the rows of the batch

For the TA: dim=0: a token's probabilities add up to 1 over the rows. A single row without a batch is right.

For the student: For logits of shape (2, 5), along which dimension do your probabilities add up to 1?
"""

from __future__ import annotations

import torch
from torch import Tensor


def nucleus_sampling(logits: Tensor, p: float = 0.95, generator: torch.Generator | None = None) -> Tensor:
    if not 0 < p <= 1:
        raise ValueError(f"p must be greater than 0 and at most 1, got {p}")
    _check_logits(logits)
    wide = logits.to(torch.promote_types(logits.dtype, torch.float32))
    probabilities = torch.softmax(wide, dim=0).nan_to_num().reshape(-1, logits.shape[-1])
    ranked, ids = probabilities.sort(dim=-1, descending=True)
    sums = ranked.cumsum(dim=-1)
    ranked = ranked.masked_fill(sums - ranked >= p, 0.0)
    places = torch.multinomial(ranked, 1, generator=generator)
    return ids.gather(-1, places).reshape(logits.shape[:-1])
