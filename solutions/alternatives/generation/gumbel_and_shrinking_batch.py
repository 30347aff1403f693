"""Draws by adding Gumbel noise and taking the largest; rows that have ended leave the batch, and the cache is told so.

The prompt goes into the cache in two pieces, all but its last token and then that. Texts are Python lists until the end.
"""

from __future__ import annotations

import torch
from torch import Tensor


def sample(
    logits: Tensor,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
    generator: torch.Generator | None = None,
) -> Tensor:
    problems = [
        temperature < 0 and f"temperature must not be negative, it is {temperature}",
        top_k is not None and (top_k < 1 or top_k > logits.shape[-1]) and f"top_k is {top_k}, the vocabulary {logits.shape[-1]}",
        top_p is not None and (top_p <= 0 or top_p > 1) and f"top_p must lie in (0, 1], it is {top_p}",
    ]
    if any(problems):
        raise ValueError("; ".join(problem for problem in problems if problem))
    if temperature == 0:
        return logits.max(dim=-1).indices
    scores = torch.log_softmax(logits, dim=-1) / temperature
    if top_k is not None:
        threshold = torch.topk(scores, top_k).values[..., -1:]
        scores = torch.where(scores < threshold, -torch.inf, scores)
    if top_p is not None:
        odds = torch.softmax(scores, dim=-1)
        # A token stays when the tokens that are more likely than it do not reach p without it.
        ahead = odds.unsqueeze(-2) > odds.unsqueeze(-1)
        scores = scores.masked_fill((ahead * odds.unsqueeze(-2)).sum(-1) >= top_p, -torch.inf)
    uniform = torch.rand(scores.shape, generator=generator, dtype=torch.float64).clamp_min(1e-300)
    return torch.argmax(scores.double() - torch.log(-torch.log(uniform)), dim=-1)


@torch.no_grad()
def generate(
    model,
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
    if prompt.numel() == 0 or max_new_tokens < 0:
        raise ValueError(f"cannot continue a prompt of shape {tuple(prompt.shape)} by {max_new_tokens} tokens")
    training = model.training
    model.eval()
    try:
        texts = _continue(model, prompt.tolist(), max_new_tokens, use_cache, eos_id, (temperature, top_k, top_p, generator))
    finally:
        model.train(training)
    width = max(len(text) for text in texts)
    return torch.tensor([text + [eos_id] * (width - len(text)) for text in texts])


def _continue(model, texts, steps, use_cache, eos_id, how):
    cache = model.make_cache() if use_cache and hasattr(model, "make_cache") else None
    alive = list(range(len(texts)))
    if cache is not None and len(texts[0]) > 1 and steps:
        model(torch.tensor(texts)[:, :-1], cache=cache)
    for _ in range(steps):
        rows = torch.tensor([texts[row] for row in alive])
        output = model(rows) if cache is None else model(rows[:, -1:], cache=cache)
        output = output[0] if isinstance(output, tuple) else output
        for row, token in zip(alive, sample(output[:, -1], *how).tolist(), strict=True):
            texts[row].append(token)
        left = [place for place, row in enumerate(alive) if texts[row][-1] != eos_id]
        if len(left) < len(alive):
            alive = [alive[place] for place in left]
            if not alive:
                break
            if cache is not None:
                cache.reorder(torch.tensor(left))
    return texts
