"""Corrects arguments that make no sense, without a word.

For the TA: top_k is clipped to the vocabulary, other impossible values switch their filter off. A typing error in an experiment then goes
unnoticed.

For the student: top_p = 1.5 is surely a mistake. Whose, and who should be told?
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
    if temperature <= 0:
        return logits.argmax(dim=-1)
    scaled = (logits - logits.amax(dim=-1, keepdim=True)) / temperature
    if top_k is not None and top_k > 0:
        kept = torch.zeros_like(scaled, dtype=torch.bool).scatter(-1, scaled.topk(min(top_k, logits.shape[-1])).indices, True)
        scaled = scaled.masked_fill(~kept, -torch.inf)
    return nucleus_sampling(scaled, p=top_p if top_p is not None and 0 < top_p < 1 else 1.0, generator=generator)
