"""Searches one prompt after the other.

For the TA: A loop over the prompts does a whole search for each, with a cache of its own. The answers are right; the model is called once
a step for each prompt.

For the student: Two prompts, five steps: how often do you call the model? What is the first dimension of its input for?
"""

import torch
from torch import Tensor, nn


@torch.no_grad()
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
    modes = {module: module.training for module in model.modules()}
    model.eval()
    try:
        pools = [_search(model, row.unsqueeze(0), beam_width, max_new_tokens, length_penalty, early_stopping, eos_id) for row in prompt]
    finally:
        for module, training in modes.items():
            module.training = training
    longest = prompt.shape[1] + max(int(pool.lengths[:, :num_return].max()) for pool in pools)
    sequences = torch.cat([pool.sequences[:, :num_return, :longest] for pool in pools])
    return sequences, torch.cat([pool.scores[:, :num_return] for pool in pools])
