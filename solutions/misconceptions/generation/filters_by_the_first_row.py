"""Takes the top-k threshold from the first row for all rows.

For the TA: The k-th largest logit of row 0 decides what is kept in every row. A batch of one is right.

For the student: Two rows whose logits lie at different heights: how many tokens of the second row survive?
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
    if temperature < 0 or (top_k is not None and not 1 <= top_k <= logits.shape[-1]) or (top_p is not None and not 0 < top_p <= 1):
        raise ValueError(f"no such filter: temperature={temperature}, top_k={top_k}, top_p={top_p}")
    if temperature == 0:
        return logits.argmax(dim=-1)
    scaled = (logits - logits.amax(dim=-1, keepdim=True)) / temperature
    if top_k is not None:
        smallest = scaled.reshape(-1, logits.shape[-1])[0].topk(top_k).values[-1]
        best = scaled == scaled.amax(dim=-1, keepdim=True)
        scaled = scaled.masked_fill((scaled < smallest) & ~best, -torch.inf)
    return nucleus_sampling(scaled, p=1.0 if top_p is None else top_p, generator=generator)
