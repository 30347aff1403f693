"""Calls the search under no_grad and leaves the modes alone."""

from __future__ import annotations

import torch
from torch import Tensor, nn


def beam_search(
    model: nn.Module,
    prompt: Tensor,
    beam_width: int,
    max_new_tokens: int,
    *,
    length_penalty: float = 1.0,
    early_stopping: bool = False,
    eos_id: int | None = None,
    num_return: int = 1,
) -> tuple[Tensor, Tensor]:
    _check_arguments(prompt, beam_width, max_new_tokens, num_return)
    if max_new_tokens == 0:
        return prompt[:, None].repeat(1, num_return, 1), torch.zeros(len(prompt), num_return, device=prompt.device)
    with torch.no_grad():
        pool = _search(model, prompt, beam_width, max_new_tokens, length_penalty, early_stopping, eos_id)
    width = prompt.shape[1] + int(pool.lengths[:, :num_return].amax())
    return pool.sequences[:, :num_return, :width], pool.scores[:, :num_return]
