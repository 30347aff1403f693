"""A prompt is over by the comparison of scores alone; `early` is handed down and never read."""

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
    whole, newest = prompt, prompt
    sums = torch.zeros(batch, 1, dtype=torch.float64)
    pools: list[Pool] = [[] for _ in range(batch)]
    searching = set(range(batch))
    trellis: list[tuple[Tensor, Tensor, Tensor]] = []
    for step in range(steps):
        output = model(whole) if cache is None else model(newest, cache)
        logits = output[0] if isinstance(output, tuple) else output
        odds = logits[:, -1].double().log_softmax(-1).unflatten(0, (batch, -1))
        width, vocab = odds.shape[1:]
        best, flat = (odds + sums[:, :, None]).flatten(1).topk(min(2 * k, width * vocab))
        parents, tokens = flat // vocab, flat % vocab
        ends = torch.full(tokens.shape, step + 1 == steps) | (tokens == (-1 if eos is None else eos))
        sums, chosen = best.masked_fill(ends, -torch.inf).topk(min(k, best.shape[1]))
        trellis.append((parents, tokens, chosen))
        scores = best / (step + 1) ** penalty
        for row in sorted(searching):
            for place in ends[row, :k].nonzero().flatten().tolist():
                heapq.heappush(pools[row], (scores[row, place].item(), step, place))
                if len(pools[row]) > k:
                    heapq.heappop(pools[row])
            hope = sums[row, 0].item() / (step + 1) ** penalty
            if len(pools[row]) == k and hope <= pools[row][0][0]:
                searching.remove(row)
        if not searching:
            break
        source = (torch.arange(batch)[:, None] * width + parents.gather(1, chosen)).flatten()
        newest = tokens.gather(1, chosen).reshape(-1, 1)
        whole = torch.cat([whole[source], newest], dim=1)
        if cache is not None:
            cache.reorder(source)
    return pools, trellis
