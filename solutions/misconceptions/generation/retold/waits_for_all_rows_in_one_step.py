"""Rows that have ended are filled when the text is put together; the loop looks at the tokens that were drawn in this step."""

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
    if prompt.dim() != 2 or prompt.numel() == 0:
        raise ValueError(f"the prompt has the shape {tuple(prompt.shape)}, and no tokens")
    if max_new_tokens < 0:
        raise ValueError(f"max_new_tokens={max_new_tokens} is below 0")
    cache = model.make_cache() if use_cache and hasattr(model, "make_cache") else None
    modes = [(part, part.training) for part in model.modules()]
    model.eval()
    text, new = prompt.clone(), prompt
    already_over = torch.zeros_like(prompt[:, 0], dtype=torch.bool)
    try:
        for _ in range(max_new_tokens):
            out = model(text) if cache is None else model(new, cache=cache)
            out = out[0] if isinstance(out, tuple) else out
            drawn = sample(out[:, -1], temperature, top_k, top_p, generator)
            written = drawn if eos_id is None else torch.where(already_over, eos_id, drawn)
            new = written.view(-1, 1)
            text = torch.cat((text, new), dim=1)
            if eos_id is not None:
                if bool((drawn == eos_id).all()):
                    break
                already_over |= drawn == eos_id
    finally:
        for part, mode in modes:
            part.training = mode
    return text
