"""Adds logits as they come.

For the TA: No log-softmax: logits of different rows have no common zero, so that hypotheses are compared by numbers that mean nothing.

For the student: Add 100 to all logits of one row. Do the probabilities change? Does your score?
"""

from torch import Tensor


def _log_probabilities(output: Tensor | tuple[Tensor, ...], beam_width: int) -> Tensor:
    logits = (output[0] if isinstance(output, tuple) else output)[:, -1]
    if beam_width > logits.shape[-1]:
        raise ValueError(f"beam_width must be at most {logits.shape[-1]}, got {beam_width}")
    return logits
