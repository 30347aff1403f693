"""Takes the log-softmax over the rows of the batch.

For the TA: log_softmax(dim=0): the odds of a token sum to one over the hypotheses.

For the student: For one hypothesis, what do the exponentials of your log-probabilities sum to?
"""

import torch
from torch import Tensor


def _log_probabilities(output: Tensor | tuple[Tensor, ...], beam_width: int) -> Tensor:
    logits = (output[0] if isinstance(output, tuple) else output)[:, -1]
    return torch.log_softmax(logits.float(), dim=0)
