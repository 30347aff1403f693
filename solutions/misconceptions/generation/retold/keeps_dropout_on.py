"""There is no call of eval() and nothing to restore; gradients are off."""

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
    if prompt.numel() == 0:
        raise ValueError("there is no prompt to continue")
    if max_new_tokens < 0:
        raise ValueError(f"max_new_tokens is negative: {max_new_tokens}")
    cached = use_cache and hasattr(model, "make_cache")
    cache = model.make_cache() if cached else None
    columns = [prompt]
    running = torch.ones(prompt.shape[0], dtype=torch.bool, device=prompt.device)
    with torch.no_grad():
        while len(columns) <= max_new_tokens and running.any():
            result = model(columns[-1], cache=cache) if cached else model(torch.cat(columns, dim=1))
            if isinstance(result, tuple):
                result = result[0]
            token = sample(result[:, -1], temperature, top_k, top_p, generator)
            if eos_id is not None:
                token = torch.where(running, token, torch.full_like(token, eos_id))
                running = running & token.ne(eos_id)
            columns.append(token.unsqueeze(1))
    return torch.cat(columns, dim=1)
