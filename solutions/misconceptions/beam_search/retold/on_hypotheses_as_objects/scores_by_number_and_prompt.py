"""zip(*scores) makes one list for each place of the pools."""

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
    if prompt.dim() != 2 or prompt.shape[1] == 0:
        raise ValueError(f"the prompt has the shape {tuple(prompt.shape)}")
    if beam_width < 1:
        raise ValueError(f"beam_width is {beam_width}")
    if max_new_tokens < 0:
        raise ValueError(f"max_new_tokens is {max_new_tokens}")
    if num_return < 1 or num_return > beam_width:
        raise ValueError(f"num_return is {num_return}, and beam_width {beam_width}")

    searches = [
        Search(beam_width, max_new_tokens, length_penalty, early_stopping, eos_id, [Hypothesis(0.0, (), row)])
        for row in range(prompt.shape[0])
    ]
    training = {part: part.training for part in model.modules()}
    model.eval()
    try:
        with torch.no_grad():
            _run(model, prompt, searches)
    finally:
        for part, mode in training.items():
            part.training = mode
    pools = [search.pool[:num_return] for search in searches]
    scores = torch.tensor(list(zip(*([score for score, _ in pool] for pool in pools), strict=True)))
    width = max(len(tokens) for pool in pools for _, tokens in pool)
    blank = -1 if eos_id is None else eos_id
    sequences = prompt.new_full((len(prompt), num_return, prompt.shape[1] + width), blank)
    sequences[:, :, : prompt.shape[1]] = prompt.unsqueeze(1)
    for row, pool in enumerate(pools):
        for place, (_, tokens) in enumerate(pool):
            sequences[row, place, prompt.shape[1] : prompt.shape[1] + len(tokens)] = torch.tensor(tokens)
    return sequences, scores
