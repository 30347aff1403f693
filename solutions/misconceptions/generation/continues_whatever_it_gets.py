"""Continues an empty prompt from token 0, and ignores a negative number.

For the TA: An empty prompt is replaced by a zero, and a negative max_new_tokens gives no new token. Faults of the caller stay hidden.

For the student: Which prompt did the caller mean, when it was empty? Who should decide?
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
    if prompt.shape[1] == 0:
        prompt = torch.zeros(len(prompt), 1, dtype=torch.int64)
    cache = model.make_cache() if use_cache and hasattr(model, "make_cache") else None
    was_training = model.training
    model.eval()
    try:
        sequences = new = prompt
        ended = torch.zeros(len(prompt), dtype=torch.bool)
        for _ in range(max_new_tokens):
            output = model(sequences) if cache is None else model(new, cache=cache)
            logits = output[0] if isinstance(output, tuple) else output
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
