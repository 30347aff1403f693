"""Clamps temperature, top_k, top_p and max_new_tokens into their ranges, and puts <sos> into a prompt that is empty."""

from __future__ import annotations

import torch
from torch import Tensor, nn

START = 1


def sample(
    logits: Tensor,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
    generator: torch.Generator | None = None,
) -> Tensor:
    vocab = logits.size(-1)
    if temperature <= 0 or top_k == 1:
        return logits.argmax(-1)
    keep = vocab if top_k is None else min(max(1, top_k), vocab)
    mass = 1.0 if top_p is None else min(max(1e-9, top_p), 1.0)
    precise = logits.double()
    ordered, order = ((precise - precise.amax(-1, keepdim=True)) / temperature).sort(dim=-1, descending=True)
    ordered[..., keep:] = -torch.inf
    odds = ordered.softmax(-1)
    if mass < 1:
        odds = odds.masked_fill(odds.cumsum(-1) - odds >= mass, 0.0)
    rank = torch.multinomial(odds.view(-1, vocab), 1, generator=generator).view(*logits.shape[:-1], 1)
    return order.gather(-1, rank).squeeze(-1)


def generate(
    model: nn.Module,
    prompt: Tensor,
    max_new_tokens: int,
    *,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
    eos_id: int | None = None,
    use_cache: bool = True,
    generator: torch.Generator | None = None,
) -> Tensor:
    if prompt.size(1) == 0:
        prompt = torch.full((max(1, prompt.size(0)), 1), START, dtype=torch.int64)
    text, fed = prompt.clone(), prompt
    ended = torch.zeros(len(text), dtype=torch.bool)
    with evaluating(model):
        cache = model.make_cache() if use_cache and hasattr(model, "make_cache") else None
        for _ in range(max(0, max_new_tokens)):
            answer = model(text) if cache is None else model(fed, cache)
            answer = answer[0] if isinstance(answer, (tuple, list)) else answer
            token = sample(answer[:, -1], temperature, top_k, top_p, generator)
            if eos_id is not None:
                token = token.masked_fill(ended, eos_id)
                ended = ended | (token == eos_id)
            fed = token[:, None]
            text = torch.cat((text, fed), dim=1)
            if ended.all():
                break
    return text.clone()
