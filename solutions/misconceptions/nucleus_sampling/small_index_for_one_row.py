"""Returns an int32 token for one row

For the TA: The single token is converted, the batch is not; as an index into an embedding both work, concatenated they do not.

For the student: Print the dtype of your result for (vocab,) and for (batch, vocab).
"""

from __future__ import annotations

import torch
from torch import Tensor


def nucleus_sampling(logits: Tensor, p: float = 0.95, generator: torch.Generator | None = None) -> Tensor:
    if not 0 < p <= 1:
        raise ValueError(f"p must be greater than 0 and at most 1, got {p}")
    _check_logits(logits)
    probabilities = _probabilities(logits)
    ranked, ids = probabilities.sort(dim=-1, descending=True)
    ranked = ranked.masked_fill(ranked.cumsum(dim=-1) - ranked >= p, 0.0)
    places = torch.multinomial(ranked, 1, generator=generator)
    tokens = ids.gather(-1, places).reshape(logits.shape[:-1])
    return tokens.to(torch.int32) if logits.dim() == 1 else tokens
