"""Pads the results of a batch with token 0.

For the TA: Each prompt's hypotheses are filled up with the end token among themselves; what is missing to the longest of the batch is 0.

For the student: One prompt's texts are all shorter than another's. What stands behind them in the result?
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
        pool = _search(model, prompt, beam_width, max_new_tokens, length_penalty, early_stopping, eos_id)
    finally:
        for module, training in modes.items():
            module.training = training
    lengths = prompt.shape[1] + pool.lengths[:, :num_return].amax(dim=1)
    rows = [pool.sequences[row, :num_return, :length].T for row, length in enumerate(lengths.tolist())]
    sequences = torch.nn.utils.rnn.pad_sequence(rows, batch_first=True).transpose(1, 2)
    return sequences, pool.scores[:, :num_return]
