"""Measures p in the odds from before top-k.

For the TA: The filters come in the right order, but the cumulative sum still runs over the odds of the whole vocabulary, so p is reached
later than it should be. What comes out is the same as for top_p_before_top_k, for every input without equal logits: of k tokens and a
nucleus in the unfiltered odds the smaller set. No check can tell the two apart; the code can.

For the student: After top-k, what do the odds that are left sum to, in your code?
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
    odds, order = torch.softmax(scaled, dim=-1).sort(dim=-1, descending=True)
    if top_k is not None:
        kept = torch.zeros_like(scaled, dtype=torch.bool).scatter(-1, scaled.topk(top_k).indices, True)
        scaled = scaled.masked_fill(~kept, -torch.inf)
    if top_p is not None:
        beyond = odds.cumsum(dim=-1) - odds >= top_p
        scaled = scaled.masked_fill(torch.zeros_like(beyond).scatter(-1, order, beyond), -torch.inf)
    flat = torch.softmax(scaled, dim=-1).reshape(-1, logits.shape[-1])
    return torch.multinomial(flat, 1, generator=generator).reshape(logits.shape[:-1])
