"""Begins at once."""

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
    modes = {part: part.training for part in model.modules()}
    model.eval()
    try:
        with torch.no_grad():
            pools, trellis = _walk(model, prompt, beam_width, max_new_tokens, length_penalty, early_stopping, eos_id)
    finally:
        for part, mode in modes.items():
            part.training = mode
    found = prompt.new_full((len(prompt), num_return, prompt.size(1) + max_new_tokens), eos_id or 0)
    found[:, :, : prompt.size(1)] = prompt[:, None]
    scores = torch.zeros(len(prompt), num_return)
    for row, pool in enumerate(pools):
        for place, (score, step, candidate) in enumerate(sorted(pool, reverse=True)[:num_return]):
            tokens = prompt.new_tensor(_read_back(trellis, row, step, candidate))
            found[row, place, prompt.size(1) :][: len(tokens)] = tokens
            scores[row, place] = score
    return found, scores
