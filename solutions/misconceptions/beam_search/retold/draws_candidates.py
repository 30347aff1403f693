"""torch.multinomial draws 2k candidates without replacement from their probabilities; they are then ordered by their sums."""

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
    fill = 0 if eos_id is None else eos_id
    beams = torch.nn.functional.pad(prompt, (0, max_new_tokens), value=fill).unsqueeze(1)
    pool = _Pool(beams, beam_width)
    sums = torch.zeros(batch, 1, device=prompt.device)
    open_ = torch.ones(batch, 1, dtype=torch.bool, device=prompt.device)
    cache = model.make_cache() if hasattr(model, "make_cache") else None
    fed = prompt
    for count in range(1, max_new_tokens + 1):
        width, newest = beams.shape[1], start + count - 1
        output = model(fed, cache=cache) if cache is not None else model(beams[:, :, :newest].flatten(0, 1))
        table = sums.unsqueeze(2) + _log_probabilities(output, beam_width).unflatten(0, (batch, width))
        vocab = table.shape[2]
        totals, flat = _draw_candidates(table.flatten(1), 2 * beam_width)
        parent, token = flat // vocab, flat % vocab
        candidates = _rows(beams, parent)
        candidates[:, :, newest] = token
        over = torch.full_like(open_, count == max_new_tokens) | (token == (-1 if eos_id is None else eos_id))
        offered = over & open_
        offered[:, beam_width:] = False
        pool.offer(candidates, torch.where(offered, totals / count**length_penalty, -torch.inf), count)
        sums, place = torch.where(over, -torch.inf, totals).topk(min(beam_width, totals.shape[1]))
        beams = _rows(candidates, place)
        worst = pool.scores[:, -1:]
        open_ = open_ & (sums[:, :1] / count**length_penalty > worst) & (worst.isneginf() | (not early_stopping))
        if not open_.any():
            break
        if cache is not None:
            cache.reorder((torch.arange(batch, device=prompt.device)[:, None] * width + _rows(parent, place)).flatten())
            fed = beams[:, :, newest].reshape(-1, 1)
    return pool


def _draw_candidates(table: Tensor, number: int) -> tuple[Tensor, Tensor]:
    """The sums and places of candidates drawn in proportion to their probability, best first."""
    weights = torch.softmax(table, dim=1) + 1e-12
    drawn = torch.multinomial(weights, min(number, table.shape[1]))
    sums, order = table.gather(1, drawn).sort(dim=1, descending=True)
    return sums, drawn.gather(1, order)
