"""eval() before the loop and train() after it, without asking how the model came."""

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
    if prompt.shape[-1] == 0 or len(prompt) == 0:
        raise ValueError(f"the prompt is empty: {tuple(prompt.shape)}")
    if max_new_tokens < 0:
        raise ValueError(f"max_new_tokens must not be negative, got {max_new_tokens}")
    model.eval()
    try:
        cache = model.make_cache() if use_cache and getattr(model, "make_cache", None) else None
        text = fed = prompt
        finished = torch.zeros(len(prompt), 1, dtype=torch.bool, device=prompt.device)
        for _ in range(max_new_tokens):
            output = model(text) if cache is None else model(fed, cache=cache)
            logits = (output[0] if isinstance(output, tuple) else output)[:, -1]
            fed = sample(logits, temperature=temperature, top_k=top_k, top_p=top_p, generator=generator).unsqueeze(-1)
            if eos_id is not None:
                fed = fed.masked_fill(finished, eos_id)
                finished = finished | (fed == eos_id)
            text = torch.cat((text, fed), dim=-1)
            if bool(finished.all()):
                break
    finally:
        model.train()
    return text
