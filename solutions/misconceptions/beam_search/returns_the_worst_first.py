"""Sorts the hypotheses in ascending order.

For the TA: The pool is turned round: the results are the worst of the pool, worst first.

For the student: Which of your results has the highest score, the first or the last?
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
    longest = prompt.shape[1] + int(pool.lengths.max())
    return pool.sequences.flip(1)[:, :num_return, :longest], pool.scores.flip(1)[:, :num_return]
