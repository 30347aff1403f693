"""Keeps parents and tokens of every step, and reads the texts back from them at the end; no sequence is copied on the way.

Finished hypotheses are remembered as (score, step, place). The candidates of each step are found in two stages: the best of every
hypothesis first, and the best of these then. The result is always as wide as max_new_tokens allows.
"""

import heapq

import torch


def beam_search(
    model,
    prompt,
    beam_width,
    max_new_tokens,
    *,
    length_penalty=1.0,
    early_stopping=False,
    eos_id=None,
    num_return=1,
):
    if prompt.size(1) == 0:
        raise ValueError("an empty prompt has no continuation")
    if beam_width < 1:
        raise ValueError(f"beam_width is {beam_width}")
    if max_new_tokens < 0:
        raise ValueError(f"max_new_tokens is {max_new_tokens}")
    if not 1 <= num_return <= beam_width:
        raise ValueError(f"num_return is {num_return}, beam_width is {beam_width}")
    before = [(part, part.training) for part in model.modules()]
    model.eval()
    try:
        with torch.no_grad():
            pools, trellis = _walk(model, prompt, beam_width, max_new_tokens, length_penalty, early_stopping, eos_id)
    finally:
        for part, mode in before:
            part.training = mode
    fill = 0 if eos_id is None else eos_id
    sequences = torch.full((len(prompt), num_return, prompt.size(1) + max_new_tokens), fill)
    sequences[:, :, : prompt.size(1)] = prompt.unsqueeze(1)
    scores = torch.zeros(len(prompt), num_return)
    for row, pool in enumerate(pools):
        for place, (score, step, candidate) in enumerate(sorted(pool, reverse=True)[:num_return]):
            scores[row, place] = score
            tokens = _read_back(trellis, row, step, candidate)
            sequences[row, place, prompt.size(1) : prompt.size(1) + len(tokens)] = torch.tensor(tokens)
    return sequences, scores


def _read_back(trellis, row, step, candidate):
    """The tokens that lead to a candidate of a step."""
    tokens = []
    while step >= 0:
        parents, chosen_tokens, _ = trellis[step]
        tokens.append(int(chosen_tokens[row, candidate]))
        beam = int(parents[row, candidate])
        step -= 1
        candidate = int(trellis[step][2][row, beam]) if step >= 0 else 0
    return tokens[::-1]


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
        parents, tokens = flat // per_beam, tokens.flatten(1).gather(1, flat)
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
