"""The only condition is that of the for loop; pools go on taking what ends."""

from __future__ import annotations

import heapq

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
    offered: list[Pool] = [[] for _ in range(batch)]
    trellis: list[tuple[Tensor, Tensor, Tensor]] = []
    for step in range(steps):
        output = model(text) if cache is None else model(feed, cache)
        logits = (output[0] if isinstance(output, tuple) else output)[:, -1]
        table = totals.unsqueeze(-1) + torch.log_softmax(logits.double(), -1).view(batch, totals.shape[1], -1)
        vocab, beams = table.shape[2], table.shape[1]
        values, flat = table.flatten(1).topk(min(2 * k, beams * vocab))
        parents, tokens = flat // vocab, flat % vocab
        last = step == steps - 1
        ends = torch.ones_like(tokens, dtype=torch.bool) if last else (tokens == (-1 if eos is None else eos))
        for row, place in ends[:, :k].nonzero().tolist():
            offered[row].append((float(values[row, place]) / (step + 1) ** penalty, step, place))
        totals, chosen = torch.where(ends, -torch.inf, values).topk(min(k, values.shape[1]))
        trellis.append((parents, tokens, chosen))
        rows = (torch.arange(batch)[:, None] * beams + parents.gather(1, chosen)).flatten()
        feed = tokens.gather(1, chosen).reshape(-1, 1)
        text = torch.cat([text[rows], feed], dim=1)
        if cache is not None and not last:
            cache.reorder(rows)
    return [heapq.nlargest(k, entries) for entries in offered], trellis
