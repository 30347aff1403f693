"""A prompt is closed as soon as its pool holds one hypothesis; the other places keep their copies of the prompt."""

import torch
from torch.nn import functional as F


def _run(model, prompt, k, steps, penalty, early, eos):
    batch, start = prompt.shape
    total = start + steps
    fill = eos if eos is not None else 0
    running = prompt.new_full((batch, k, total), fill)
    running[:, :, :start] = prompt[:, None]
    running_scores = torch.full((batch, k), NEVER)
    running_scores[:, 0] = 0.0
    done = running.clone()
    done_scores = torch.full((batch, k), NEVER)
    open_ = torch.ones(batch, 1, dtype=torch.bool)
    cache = model.make_cache() if hasattr(model, "make_cache") else None
    offsets = torch.arange(batch)[:, None] * k
    feed = running[:, :, :start].reshape(batch * k, start)
    for length in range(1, steps + 1):
        logits = model(feed) if cache is None else model(feed, cache=cache)
        logits = logits[0] if isinstance(logits, tuple) else logits
        odds = F.log_softmax(logits[:, -1].float(), dim=-1).view(batch, k, -1) + running_scores[..., None]
        vocab = odds.shape[-1]
        best, where = odds.view(batch, -1).topk(2 * k, dim=1)
        parent, token = where // vocab, where % vocab
        grown = running.gather(1, parent[..., None].expand(-1, -1, total)).clone()
        grown[:, :, start + length - 1] = token
        hit = torch.full_like(open_, length == steps).expand(-1, 2 * k) | (token == (-1 if eos is None else eos))

        enters = hit & open_ & (torch.arange(2 * k) < k) & (best > NEVER / 2)
        offered = torch.where(enters, best / length**penalty, NEVER)
        merged_scores = torch.cat([done_scores, offered], dim=1)
        done_scores, keep = merged_scores.topk(k, dim=1)
        done = torch.cat([done, grown], dim=1).gather(1, keep[..., None].expand(-1, -1, total))

        running_scores, keep = (best + hit * NEVER).topk(k, dim=1)
        running = grown.gather(1, keep[..., None].expand(-1, -1, total))
        open_ = open_ & (done_scores[:, :1] <= NEVER / 2)
        if not open_.any():
            break
        if cache is None:
            feed = running[:, :, : start + length].reshape(batch * k, -1)
        else:
            cache.reorder((offsets + parent.gather(1, keep)).view(-1))
            feed = running[:, :, start + length - 1].reshape(batch * k, 1)
    return done, done_scores
