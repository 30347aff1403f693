"""There is one variable for the text, and it goes to the model with the cache as it does without."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor, nn


def _columns(
    model: nn.Module,
    prompt: Tensor,
    eos_id: int | None,
    use_cache: bool,
    how: tuple[float, int | None, float | None, torch.Generator | None],
) -> Iterator[tuple[Tensor, bool]]:
    extra = {"cache": model.make_cache()} if use_cache and hasattr(model, "make_cache") else {}
    text = prompt
    over = torch.zeros(len(prompt), dtype=torch.bool)
    while True:
        output = model(text, **extra)
        logits = output[0] if isinstance(output, tuple) else output
        chosen = sample(logits[:, -1], *how)
        if eos_id is not None:
            chosen = torch.where(over, eos_id, chosen)
            over = over | (chosen == eos_id)
        text = torch.cat([text, chosen[:, None]], dim=1)
        yield chosen[:, None], bool(over.all())
