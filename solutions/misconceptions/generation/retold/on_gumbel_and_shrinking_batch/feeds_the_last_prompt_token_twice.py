"""The whole prompt goes into the cache before the loop, whose first step feeds the last token of each row."""

from __future__ import annotations

import torch
from torch import Tensor, nn


def _continue(
    model: nn.Module,
    texts: list[list[int]],
    steps: int,
    use_cache: bool,
    eos_id: int | None,
    how: tuple[float, int | None, float | None, torch.Generator | None],
) -> list[list[int]]:
    cache = model.make_cache() if use_cache and hasattr(model, "make_cache") else None
    if cache is not None and steps > 0:
        model(torch.tensor(texts), cache=cache)
    alive = list(range(len(texts)))
    for _ in range(steps):
        if cache is None:
            output = model(torch.tensor([texts[row] for row in alive]))
        else:
            output = model(torch.tensor([texts[row][-1:] for row in alive]), cache=cache)
        logits: Tensor = output[0] if isinstance(output, tuple) else output
        for row, token in zip(alive, sample(logits[:, -1], *how), strict=True):
            texts[row].append(int(token))
        survivors = [place for place, row in enumerate(alive) if texts[row][-1] != eos_id]
        if not survivors:
            break
        if len(survivors) < len(alive):
            alive = [alive[place] for place in survivors]
            if cache is not None:
                cache.reorder(torch.tensor(survivors))
    return texts
