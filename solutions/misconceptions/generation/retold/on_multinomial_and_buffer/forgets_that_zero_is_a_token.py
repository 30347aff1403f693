"""Tests the end token's truth: 0 counts as none given."""

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
    if not prompt.numel():
        raise ValueError("empty prompt")
    if max_new_tokens < 0:
        raise ValueError(f"max_new_tokens: {max_new_tokens}")
    seq = prompt.size(1)
    buffer = torch.cat((prompt, prompt.new_zeros(len(prompt), max_new_tokens)), dim=1)
    going = torch.ones(len(prompt), dtype=torch.bool)
    filled = seq
    with evaluating(model):
        cache = model.make_cache() if use_cache and hasattr(model, "make_cache") else None
        fed = 0
        for place in range(seq, buffer.size(1)):
            answer = model(buffer[:, :place]) if cache is None else model(buffer[:, fed:place], cache)
            answer = answer[0] if isinstance(answer, tuple) else answer
            token = sample(answer[:, -1], temperature, top_k, top_p, generator)
            if eos_id:
                token = torch.where(going, token, eos_id)
                going = going & (token != eos_id)
            buffer[:, place] = token
            fed, filled = place, place + 1
            if eos_id and not going.any():
                break
    return buffer[:, :filled].clone()
