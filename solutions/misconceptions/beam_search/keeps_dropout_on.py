"""Searches in the mode that the model is in.

For the TA: model.eval() is missing: with dropout, log-probabilities are random.

For the student: Search twice with a model in train mode. Are the scores equal?
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
    pool = _search(model, prompt, beam_width, max_new_tokens, length_penalty, early_stopping, eos_id)
    longest = prompt.shape[1] + int(pool.lengths[:, :num_return].max())
    return pool.sequences[:, :num_return, :longest], pool.scores[:, :num_return]
