"""Takes the logarithm of a sum over the vocabulary from its end, in place of log_softmax."""

import torch
from torch import Tensor


def _log_probabilities(output: Tensor | tuple[Tensor, ...], beam_width: int) -> Tensor:
    logits = (output[0] if isinstance(output, tuple) else output)[:, -1]
    if beam_width > logits.shape[-1]:
        raise ValueError(f"beam_width must be at most the vocabulary's size {logits.shape[-1]}, got {beam_width}")
    logits = logits.to(torch.promote_types(logits.dtype, torch.float32))
    shifted = logits - logits.amax(dim=-1, keepdim=True)
    log_probabilities = shifted - shifted.exp().flip(-1).cumsum(dim=-1)[:, -1:].log()
    if log_probabilities.isnan().any():
        raise ValueError("the model gave logits that are NaN or +inf, or -inf for every token; log-probabilities need one finite logit")
    return log_probabilities
