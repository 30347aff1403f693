"""Takes the logarithm of the softmax, with a little added.

For the TA: log(softmax + 1e-9) limits every log-probability to about -20.7, so impossible tokens become possible and long unlikely texts
are all alike.

For the student: What is the log-probability of a token whose logit is -inf, in your code?
"""

import torch
from torch import Tensor


def _log_probabilities(output: Tensor | tuple[Tensor, ...], beam_width: int) -> Tensor:
    logits = (output[0] if isinstance(output, tuple) else output)[:, -1]
    if beam_width > logits.shape[-1]:
        raise ValueError(f"beam_width must be at most {logits.shape[-1]}, got {beam_width}")
    return torch.log(torch.softmax(logits, dim=-1) + 1e-9)
