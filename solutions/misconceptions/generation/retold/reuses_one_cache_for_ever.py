"""The cache is made once and kept in an attribute of the model, where the next call finds it."""

from __future__ import annotations

import torch
from torch import Tensor, nn


@torch.no_grad()
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
    if prompt.numel() == 0 or max_new_tokens < 0:
        raise ValueError(f"prompt of shape {tuple(prompt.shape)}, max_new_tokens {max_new_tokens}")
    cache = None
    if use_cache and hasattr(model, "make_cache"):
        if not hasattr(model, "generation_cache"):
            model.generation_cache = model.make_cache()
        cache = model.generation_cache
    modes = [(part, part.training) for part in model.modules()]
    model.eval()
    text, feed = prompt, prompt
    open_rows = torch.ones(len(prompt), dtype=torch.bool, device=prompt.device)
    try:
        while text.shape[1] - prompt.shape[1] < max_new_tokens and open_rows.any():
            output = model(text) if cache is None else model(feed, cache=cache)
            logits = output[0] if isinstance(output, tuple) else output
            token = sample(logits[:, -1], temperature, top_k, top_p, generator)
            if eos_id is not None:
                token[~open_rows] = eos_id
                open_rows = open_rows & (token != eos_id)
            feed = token.reshape(-1, 1)
            text = torch.cat((text, feed), dim=1)
        return text
    finally:
        for part, mode in modes:
            part.training = mode
