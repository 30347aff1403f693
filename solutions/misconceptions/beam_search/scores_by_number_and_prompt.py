"""Returns the scores as (num_return, batch).

For the TA: The scores are transposed; with one prompt or as many prompts as results the shape does not show it.

For the student: Search four prompts for two results each. Which shape have your scores?
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
    training = model.training
    model.eval()
    try:
        pool = _search(model, prompt, beam_width, max_new_tokens, length_penalty, early_stopping, eos_id)
    finally:
        model.train(training)
    longest = prompt.shape[1] + int(pool.lengths[:, :num_return].max())
    return pool.sequences[:, :num_return, :longest], pool.scores[:, :num_return].T
