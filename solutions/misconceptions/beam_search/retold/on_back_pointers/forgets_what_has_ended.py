"""Candidates that end before the last step are masked out of the beam; the pool is made of the beam at the last step."""

from __future__ import annotations

import torch
from torch import Tensor, nn

Pool = list[tuple[float, int, int]]


def _walk(
    model: nn.Module, prompt: Tensor, k: int, steps: int, penalty: float, early: bool, eos: int | None
) -> tuple[list[Pool], list[tuple[Tensor, Tensor, Tensor]]]:
    batch = prompt.shape[0]
    cache = model.make_cache() if hasattr(model, "make_cache") else None
    text = feed = prompt
    totals = torch.zeros(batch, 1, dtype=torch.float64)
    trellis: list[tuple[Tensor, Tensor, Tensor]] = []
    for step in range(steps):
        output = model(text) if cache is None else model(feed, cache)
        logits = (output[0] if isinstance(output, tuple) else output)[:, -1]
        odds = torch.log_softmax(logits.double(), -1).view(batch, totals.shape[1], -1) + totals[..., None]
        beams, vocab = odds.shape[1:]
        values, flat = odds.flatten(1).topk(min(2 * k, beams * vocab))
        parents, tokens = flat // vocab, flat % vocab
        if step < steps - 1 and eos is not None:
            values = values.masked_fill(tokens == eos, -torch.inf)
        totals, chosen = values.topk(min(k, values.shape[1]))
        trellis.append((parents, tokens, chosen))
        if step == steps - 1:
            break
        rows = (torch.arange(batch).unsqueeze(1) * beams + parents.gather(1, chosen)).flatten()
        feed = tokens.gather(1, chosen).reshape(-1, 1)
        text = torch.cat([text[rows], feed], dim=1)
        if cache is not None:
            cache.reorder(rows)
    scores = totals / steps**penalty
    pools = [[(float(scores[row, rank]), steps - 1, int(place)) for rank, place in enumerate(chosen[row])] for row in range(batch)]
    return pools, trellis
