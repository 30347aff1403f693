"""Keeps the tokens whose cumulative mass stays below p.

For the TA: The token with which the mass reaches p is removed, except that the first is always kept. The most frequent fault of top-p
sampling in real submissions.

For the student: With odds 0.40, 0.24, ... and p = 0.6, how much mass has the set that you keep? The handout asks for at least p.
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
        kept = torch.zeros_like(scaled, dtype=torch.bool).scatter(-1, scaled.topk(top_k).indices, True)
        scaled = scaled.masked_fill(~kept, -torch.inf)
    if top_p is not None:
        odds, order = torch.softmax(scaled, dim=-1).sort(dim=-1, descending=True)
        beyond = odds.cumsum(dim=-1) > top_p
        beyond[..., 0] = False
        scaled = scaled.masked_fill(torch.zeros_like(beyond).scatter(-1, order, beyond), -torch.inf)
    flat = torch.softmax(scaled, dim=-1).reshape(-1, logits.shape[-1])
    return torch.multinomial(flat, 1, generator=generator).reshape(logits.shape[:-1])
