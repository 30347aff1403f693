"""Takes the first column, and then goes on while columns are missing."""

from __future__ import annotations

import torch
from torch import Tensor, nn


def generate(
    model: nn.Module,
    prompt: Tensor,
    max_new_tokens: int,
    *,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
    eos_id: int | None = None,
    use_cache: bool = True,
    generator: torch.Generator | None = None,
) -> Tensor:
    if prompt.size(1) == 0:
        raise ValueError("a prompt without tokens")
    if max_new_tokens < 0:
        raise ValueError(f"{max_new_tokens} new tokens")
    mode = model.training
    model.eval()
    try:
        with torch.no_grad():
            columns = _columns(model, prompt, eos_id, use_cache, (temperature, top_k, top_p, generator))
            column, over = next(columns)
            written = [column]
            while not over and len(written) < max_new_tokens:
                column, over = next(columns)
                written.append(column)
    finally:
        model.train(mode)
    return torch.hstack([prompt, *written])
