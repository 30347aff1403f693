"""Draws from the unfiltered odds, and again, row by row, until the token is one that the filters keep; no odds are ever renormalised.

Whether a token is kept is asked of its rank and of the mass that stands before it. The text is a list of columns. A row that has ended
is not drawn for any more, but stays in the batch.
"""

import torch


def sample(logits, temperature=1.0, top_k=None, top_p=None, generator=None):
    if temperature < 0.0:
        raise ValueError(f"a negative temperature: {temperature}")
    if top_k is not None and (top_k < 1 or top_k > logits.shape[-1]):
        raise ValueError(f"top_k must be 1 to {logits.shape[-1]}: {top_k}")
    if top_p is not None and (top_p <= 0.0 or top_p > 1.0):
        raise ValueError(f"top_p must be above 0 and at most 1: {top_p}")
    rows = logits.reshape(-1, logits.shape[-1]).double()
    if temperature == 0.0:
        return rows.sort(dim=1, descending=True, stable=True).indices[:, 0].reshape(logits.shape[:-1])
    odds = ((rows - rows.amax(dim=1, keepdim=True)) / temperature).softmax(dim=1)
    kept = _kept(odds, top_k, top_p)
    tokens = torch.multinomial(odds, 1, generator=generator)
    rejected = (~kept.gather(1, tokens)).squeeze(1)
    while rejected.any():
        tokens[rejected] = torch.multinomial(odds[rejected], 1, generator=generator)
        rejected = (~kept.gather(1, tokens)).squeeze(1)
    return tokens.reshape(logits.shape[:-1])


def _kept(odds, top_k, top_p):
    """Which tokens the filters keep, (rows, vocab): a rank below top_k, and less than p of what top_k keeps standing before it."""
    order = odds.argsort(dim=1, descending=True, stable=True)
    rank = order.argsort(dim=1)
    kept = rank < (odds.shape[1] if top_k is None else top_k)
    if top_p is not None:
        ordered = (odds * kept).gather(1, order)
        before = torch.nn.functional.pad(ordered.cumsum(dim=1), (1, -1)).gather(1, rank)
        kept = kept & (before < top_p * (odds * kept).sum(dim=1, keepdim=True))
    return kept


def generate(model, prompt, max_new_tokens, *, temperature=1.0, top_k=None, top_p=None, eos_id=None, use_cache=True, generator=None):
    if 0 in prompt.shape:
        raise ValueError(f"there is nothing to continue in a prompt of shape {tuple(prompt.shape)}")
    if max_new_tokens < 0:
        raise ValueError(f"cannot add {max_new_tokens} tokens")
    modes = {name: part.training for name, part in model.named_modules()}
    model.eval()
    try:
        with torch.no_grad():
            columns = list(prompt.unbind(dim=1))
            cache = model.make_cache() if use_cache and getattr(model, "make_cache", None) else None
            known = 0
            going = torch.ones(len(prompt), dtype=torch.bool)
            while len(columns) < prompt.shape[1] + max_new_tokens and going.any():
                text = torch.stack(columns[known:], dim=1)
                output = model(text) if cache is None else model(text, cache=cache)
                known = 0 if cache is None else len(columns)
                logits = output[0] if isinstance(output, tuple) else output
                column = torch.full_like(columns[0], 0 if eos_id is None else eos_id)
                column[going] = sample(logits[going, -1], temperature, top_k, top_p, generator)
                if eos_id is not None:
                    going[column == eos_id] = False
                columns.append(column)
            return torch.stack(columns, dim=1)
    finally:
        for name, part in model.named_modules():
            part.training = modes[name]
