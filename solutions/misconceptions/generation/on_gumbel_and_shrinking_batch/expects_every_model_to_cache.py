"""The loop over the rows begins with a cache, whatever the model and use_cache."""

import torch


def _continue(model, texts, steps, use_cache, eos_id, how):
    cache = model.make_cache()
    alive = list(range(len(texts)))
    if cache is not None and len(texts[0]) > 1 and steps:
        model(torch.tensor(texts)[:, :-1], cache=cache)
    for _ in range(steps):
        rows = torch.tensor([texts[row] for row in alive])
        output = model(rows) if cache is None else model(rows[:, -1:], cache=cache)
        output = output[0] if isinstance(output, tuple) else output
        for row, token in zip(alive, sample(output[:, -1], *how).tolist(), strict=True):
            texts[row].append(token)
        left = [place for place, row in enumerate(alive) if texts[row][-1] != eos_id]
        if len(left) < len(alive):
            alive = [alive[place] for place in left]
            if not alive:
                break
            if cache is not None:
                cache.reorder(torch.tensor(left))
    return texts
