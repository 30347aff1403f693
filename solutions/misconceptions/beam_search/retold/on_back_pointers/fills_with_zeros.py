"""The result is made by new_zeros, and the tokens are written into it."""

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
    if prompt.size(1) < 1:
        raise ValueError("the prompt has no tokens")
    if beam_width < 1 or not 1 <= num_return <= beam_width:
        raise ValueError(f"beam_width is {beam_width} and num_return {num_return}")
    if max_new_tokens < 0:
        raise ValueError(f"max_new_tokens is {max_new_tokens}")
    modes = {part: part.training for part in model.modules()}
    model.eval()
    try:
        with torch.no_grad():
            pools, trellis = _walk(model, prompt, beam_width, max_new_tokens, length_penalty, early_stopping, eos_id)
    finally:
        for part, mode in modes.items():
            part.training = mode
    found = prompt.new_zeros(len(prompt), num_return, prompt.size(1) + max_new_tokens)
    found[:, :, : prompt.size(1)] = prompt[:, None]
    scores = torch.zeros(len(prompt), num_return)
    for row, pool in enumerate(pools):
        for place, (score, step, candidate) in enumerate(sorted(pool, key=lambda entry: -entry[0])[:num_return]):
            tokens = prompt.new_tensor(_read_back(trellis, row, step, candidate))
            found[row, place, prompt.size(1) :][: len(tokens)] = tokens
            scores[row, place] = score
    return found, scores
