"""Every row's pool is offered what ends, whether or not the row is still open."""

from __future__ import annotations

import torch
from torch import Tensor, nn

Entry = tuple[float, list[int]]


def _run(model: nn.Module, prompt: Tensor, k: int, steps: int, penalty: float, early: bool, eos: int | None) -> tuple[Tensor, Tensor]:
    batch, start = prompt.shape
    cache = model.make_cache() if hasattr(model, "make_cache") else None
    texts = feed = prompt.repeat_interleave(k, dim=0)
    sums = torch.tensor([0.0] + [NEVER] * (k - 1)).repeat(batch)
    offset = torch.arange(batch)[:, None] * k
    pools: list[list[Entry]] = [[] for _ in range(batch)]
    open_rows = set(range(batch))
    for length in range(1, steps + 1):
        output = model(texts) if cache is None else model(feed, cache=cache)
        logits = output[0] if isinstance(output, tuple) else output
        odds = torch.log_softmax(logits[:, -1].float(), dim=-1)
        vocab = odds.shape[1]
        best, flat = (odds + sums[:, None]).view(batch, k * vocab).topk(2 * k)
        sources, tokens = offset + flat // vocab, flat % vocab
        ends = torch.full_like(tokens, length == steps, dtype=torch.bool) | (tokens == (-1 if eos is None else eos))
        for row in range(batch):
            for rank in range(k):
                total = float(best[row, rank])
                if ends[row, rank] and total > NEVER / 2:
                    text = [*texts[sources[row, rank]].tolist(), int(tokens[row, rank])]
                    pools[row].append((total / length**penalty, text))
            pools[row].sort(reverse=True)
            del pools[row][k:]
        running, chosen = torch.where(ends, NEVER, best).topk(k)
        for row in sorted(open_rows):
            full = len(pools[row]) == k
            if full and (early or float(running[row, 0]) / length**penalty <= pools[row][-1][0]):
                open_rows.remove(row)
        if not open_rows:
            break
        sums = running.flatten()
        origin = sources.gather(1, chosen).flatten()
        feed = tokens.gather(1, chosen).view(-1, 1)
        texts = torch.cat([texts[origin], feed], dim=1)
        if cache is not None:
            cache.reorder(origin)
    return _as_tensors(pools, k, start + steps, 0 if eos is None else eos)


def _as_tensors(pools: list[list[Entry]], k: int, width: int, fill: int) -> tuple[Tensor, Tensor]:
    """Sequences (batch, k, width) and scores (batch, k); free places hold the filling and NEVER."""
    sequences = torch.full((len(pools), k, width), fill)
    scores = torch.full((len(pools), k), NEVER)
    for row, pool in enumerate(pools):
        for place, (score, text) in enumerate(pool):
            sequences[row, place, : len(text)] = torch.tensor(text)
            scores[row, place] = score
    return sequences, scores
