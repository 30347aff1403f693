"""Ends the loop as soon as any prompt's search is over."""

from __future__ import annotations

import torch
from torch import Tensor, nn


def _search(
    model: nn.Module,
    prompt: Tensor,
    beam_width: int,
    max_new_tokens: int,
    length_penalty: float,
    early_stopping: bool,
    eos_id: int | None,
) -> _Pool:
    batch, start = prompt.shape
    filling = torch.zeros(batch, max_new_tokens, dtype=prompt.dtype, device=prompt.device)
    if eos_id is not None:
        filling += eos_id
    alive = torch.cat([prompt, filling], dim=1).unsqueeze(1)
    pool = _Pool(alive, beam_width)
    totals = torch.zeros(batch, 1, device=prompt.device)
    cache = model.make_cache() if hasattr(model, "make_cache") else None
    feed = prompt
    step, done = 0, False
    while step < max_new_tokens and not done:
        here = start + step
        step += 1
        output = model(alive[:, :, :here].flatten(0, 1)) if cache is None else model(feed, cache=cache)
        odds = _log_probabilities(output, beam_width).view(*alive.shape[:2], -1)
        vocab = odds.shape[-1]
        best, index = (odds + totals[:, :, None]).flatten(1).topk(min(2 * beam_width, odds[0].numel()))
        parents, tokens = index // vocab, index % vocab
        grown = _rows(alive, parents)
        grown[:, :, here] = tokens
        ends = torch.zeros_like(tokens, dtype=torch.bool) if eos_id is None else tokens.eq(eos_id)
        if step == max_new_tokens:
            ends = torch.ones_like(ends)
        divisor = step**length_penalty
        pool.offer(grown[:, :beam_width], (best / divisor).masked_fill(~ends, -torch.inf)[:, :beam_width], step)
        width = alive.shape[1]
        totals, kept = best.masked_fill(ends, -torch.inf).topk(min(beam_width, best.shape[1]))
        alive = _rows(grown, kept)
        worst = pool.scores[:, -1]
        over = worst >= totals[:, 0] / divisor
        if early_stopping:
            over = over | ~worst.isneginf()
        done = bool(over.any())
        if cache is not None:
            cache.reorder((torch.arange(batch, device=prompt.device)[:, None] * width + _rows(parents, kept)).flatten())
            feed = alive[:, :, here].reshape(-1, 1)
    return pool
