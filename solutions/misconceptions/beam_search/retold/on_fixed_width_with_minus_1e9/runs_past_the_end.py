"""Only the last step ends a hypothesis; the end token is a token."""

from __future__ import annotations

import torch
from torch import Tensor, nn


def _run(model: nn.Module, prompt: Tensor, k: int, steps: int, penalty: float, early: bool, eos: int | None) -> tuple[Tensor, Tensor]:
    batch, start = prompt.shape
    first_of = k * torch.arange(batch).unsqueeze(1)
    blank = prompt.new_full((batch, steps), eos if eos is not None else 0)
    beams = torch.cat((prompt, blank), dim=1).unsqueeze(1).repeat(1, k, 1)
    finished, finished_scores = beams.clone(), torch.full((batch, k), NEVER)
    sums = torch.full((batch, k), NEVER)
    sums[:, 0] = 0.0
    busy = torch.ones(batch, 1, dtype=torch.bool)
    cache = model.make_cache() if hasattr(model, "make_cache") else None
    unread = prompt.repeat_interleave(k, dim=0)
    for step in range(steps):
        output = model(unread, cache=cache) if cache is not None else model(unread)
        logits = (output[0] if isinstance(output, tuple) else output)[:, -1]
        odds = torch.log_softmax(logits.float(), dim=1)
        table = sums.unsqueeze(2) + odds.unflatten(0, (batch, k))
        vocab = table.shape[2]
        totals, flat = table.flatten(1).topk(2 * k)
        parent, token = flat // vocab, flat % vocab
        grown = torch.stack([beams[row, parent[row]] for row in range(batch)])
        grown[:, :, start + step] = token
        ends = torch.full_like(token, step + 1 == steps, dtype=torch.bool)
        scored = totals / (step + 1) ** penalty
        may_enter = ends & busy & (totals > NEVER / 2)
        may_enter[:, k:] = False
        finished_scores, keep = torch.cat((finished_scores, scored.where(may_enter, NEVER)), dim=1).topk(k)
        merged = torch.cat((finished, grown), dim=1)
        finished = torch.stack([merged[row, keep[row]] for row in range(batch)])
        sums, keep = totals.where(~ends, NEVER).topk(k)
        beams = torch.stack([grown[row, keep[row]] for row in range(batch)])
        worst = finished_scores[:, -1:]
        beaten = (sums[:, :1] / (step + 1) ** penalty <= worst) | early
        busy = busy & ~(beaten & (worst > NEVER / 2))
        if not busy.any():
            break
        if cache is None:
            unread = beams[:, :, : start + step + 1].flatten(0, 1)
        else:
            cache.reorder((first_of + parent.gather(1, keep)).flatten())
            unread = beams[:, :, start + step].reshape(-1, 1)
    return finished, finished_scores
