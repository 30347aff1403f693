"""In the second of the two stages, what is divided and what remains change places."""

import heapq

import torch


def _walk(model, prompt, k, steps, penalty, early, eos):
    batch = len(prompt)
    cache = model.make_cache() if hasattr(model, "make_cache") else None
    text = feed = prompt
    totals = torch.zeros(batch, 1, dtype=torch.float64)
    pools = [[] for _ in range(batch)]
    over = [False] * batch
    trellis = []
    for step in range(steps):
        output = model(text) if cache is None else model(feed, cache)
        logits = (output[0] if isinstance(output, tuple) else output)[:, -1]
        odds = logits.double().log_softmax(-1).unflatten(0, (batch, -1))
        beams = odds.size(1)
        values, tokens = odds.topk(min(2 * k, odds.size(2)))
        per_beam = values.size(2)
        values, flat = (values + totals.unsqueeze(-1)).flatten(1).topk(min(2 * k, beams * per_beam))
        parents, tokens = flat % beams, tokens.flatten(1).gather(1, flat)
        ends = (tokens == eos) if eos is not None else torch.zeros_like(tokens, dtype=torch.bool)
        if step == steps - 1:
            ends = torch.ones_like(ends)
        totals, chosen = values.masked_fill(ends, -torch.inf).topk(min(k, values.size(1)))
        trellis.append((parents, tokens, chosen))
        divisor = (step + 1) ** penalty
        for row in range(batch):
            if over[row]:
                continue
            for candidate in range(min(k, values.size(1))):
                if ends[row, candidate]:
                    entry = (float(values[row, candidate]) / divisor, step, candidate)
                    (heapq.heappushpop if len(pools[row]) == k else heapq.heappush)(pools[row], entry)
            if len(pools[row]) == k:
                over[row] = early or float(totals[row, 0]) / divisor <= pools[row][0][0]
        if all(over):
            break
        rows = (torch.arange(batch).unsqueeze(1) * beams + parents.gather(1, chosen)).flatten()
        feed = tokens.gather(1, chosen).reshape(-1, 1)
        if cache is None:
            text = torch.cat([text[rows], feed], dim=1)
        else:
            cache.reorder(rows)
    return pools, trellis
