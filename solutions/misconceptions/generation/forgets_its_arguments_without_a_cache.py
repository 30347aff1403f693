"""Hands top_p and the generator to sample only when there is a cache.

For the TA: generate has a call of sample for each kind of model; the one without a cache was written first, and did not grow with the
other.

For the student: How many calls of sample are there in your generate? Compare their arguments.
"""

import torch
from torch import Tensor, nn


@torch.no_grad()
def generate(
    model: nn.Module,
    prompt: Tensor,
    max_new_tokens: int,
    *,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
    eos_id: int | None = None,
    use_cache: bool = True,
    generator: torch.Generator | None = None,
) -> Tensor:
    if prompt.dim() != 2 or prompt.numel() == 0 or max_new_tokens < 0:
        raise ValueError(f"nothing to continue: a prompt of shape {tuple(prompt.shape)}, max_new_tokens={max_new_tokens}")
    cache = model.make_cache() if use_cache and hasattr(model, "make_cache") else None
    was_training = model.training
    model.eval()
    try:
        sequences = new = prompt
        ended = torch.zeros(len(prompt), dtype=torch.bool)
        for _ in range(max_new_tokens):
            output = model(sequences) if cache is None else model(new, cache=cache)
            logits = output[0] if isinstance(output, tuple) else output
            if cache is None:
                chosen = sample(logits[:, -1], temperature, top_k)
            else:
                chosen = sample(logits[:, -1], temperature, top_k, top_p, generator)
            if eos_id is not None:
                chosen = chosen.masked_fill(ended, eos_id)
                ended = ended | (chosen == eos_id)
            new = chosen.unsqueeze(1)
            sequences = torch.cat((sequences, new), dim=1)
            if ended.all():
                break
        return sequences
    finally:
        model.train(was_training)
