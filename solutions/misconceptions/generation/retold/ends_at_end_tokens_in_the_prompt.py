"""Asks after every step whether the end token stands anywhere in the row, the prompt included."""

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
    if prompt.dim() != 2 or prompt.shape[1] == 0:
        raise ValueError(f"a prompt needs tokens, this one has the shape {tuple(prompt.shape)}")
    if max_new_tokens < 0:
        raise ValueError(f"cannot write {max_new_tokens} tokens")
    before = [(module, module.training) for module in model.modules()]
    model.eval()
    try:
        cache = model.make_cache() if use_cache and hasattr(model, "make_cache") else None
        text, unread = prompt, prompt
        for _ in range(max_new_tokens):
            output = model(text) if cache is None else model(unread, cache=cache)
            scores = output[0] if isinstance(output, tuple) else output
            tokens = sample(scores[:, -1, :], temperature, top_k, top_p, generator)
            if eos_id is not None:
                tokens = torch.where((text == eos_id).any(dim=1), eos_id, tokens)
            unread = tokens[:, None]
            text = torch.cat([text, unread], dim=1)
            if eos_id is not None and bool((text == eos_id).any(dim=1).all()):
                break
        return text
    finally:
        for module, mode in before:
            module.training = mode
