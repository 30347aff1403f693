"""A candidate is complete if the end token stands anywhere in it; the search has its candidates as whole sequences at hand."""

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
    blank = torch.full((batch, max_new_tokens), 0 if eos_id is None else eos_id, dtype=prompt.dtype, device=prompt.device)
    beams = torch.cat([prompt, blank], dim=1)[:, None]
    pool = _Pool(beams, beam_width)
    sums = torch.zeros(batch, 1, device=prompt.device)
    open_ = torch.ones(batch, 1, dtype=torch.bool, device=prompt.device)
    cache = model.make_cache() if hasattr(model, "make_cache") else None
    fed = prompt
    for count in range(1, max_new_tokens + 1):
        width, end = beams.shape[1], start + count
        output = model(fed, cache=cache) if cache is not None else model(beams[:, :, : end - 1].reshape(batch * width, end - 1))
        table = sums.unsqueeze(2) + _log_probabilities(output, beam_width).unflatten(0, (batch, width))
        vocab = table.shape[2]
        totals, flat = table.flatten(1).topk(min(2 * beam_width, width * vocab))
        origin = torch.div(flat, vocab, rounding_mode="floor")
        candidates = _rows(beams, origin)
        candidates[:, :, end - 1] = flat % vocab
        over = torch.zeros_like(flat, dtype=torch.bool) if eos_id is None else (candidates[:, :, :end] == eos_id).any(dim=2)
        if count == max_new_tokens:
            over[:] = True
        scores = totals / count**length_penalty
        offered = over & open_ & (torch.arange(totals.shape[1], device=prompt.device) < beam_width)
        pool.offer(candidates, scores.masked_fill(~offered, -torch.inf), count)
        sums, place = totals.masked_fill(over, -torch.inf).topk(min(beam_width, totals.shape[1]))
        beams = _rows(candidates, place)
        worst = pool.scores[:, -1:]
        open_ = open_ & (sums[:, :1] / count**length_penalty > worst)
        if early_stopping:
            open_ = open_ & worst.isneginf()
        if not open_.any():
            return pool
        if cache is not None:
            offset = torch.arange(batch, device=prompt.device)[:, None] * width
            cache.reorder((offset + _rows(origin, place)).reshape(-1))
            fed = beams[:, :, end - 1].reshape(-1, 1)
    return pool
