"""Always returns the likeliest token

For the TA: argmax in place of a draw.

For the student: How many different tokens do you see in a thousand calls?
"""

from __future__ import annotations

import torch
from torch import Tensor


def nucleus_sampling(logits: Tensor, p: float = 0.95, generator: torch.Generator | None = None) -> Tensor:
    if not 0 < p <= 1:
        raise ValueError(f"p must be greater than 0 and at most 1, got {p}")
    _check_logits(logits)
    probabilities = _probabilities(logits)
    return probabilities.argmax(dim=-1).reshape(logits.shape[:-1])
