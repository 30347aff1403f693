"""Writes the text into a buffer of floating point numbers.

For the TA: The buffer is torch.zeros(batch, length), which is float32; where the model complains .long() was added, and the result is
returned as it lies in the buffer.

For the student: Which dtype has torch.zeros(2, 3)? Which dtype has the text that you return?
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
        width = prompt.shape[1]
        buffer = torch.zeros(len(prompt), width + max_new_tokens)
        buffer[:, :width] = new = prompt
        ended = torch.zeros(len(prompt), dtype=torch.bool)
        for _ in range(max_new_tokens):
            output = model(buffer[:, :width].long()) if cache is None else model(new, cache=cache)
            logits = output[0] if isinstance(output, tuple) else output
            chosen = sample(logits[:, -1], temperature, top_k, top_p, generator)
            if eos_id is not None:
                chosen = chosen.masked_fill(ended, eos_id)
                ended = ended | (chosen == eos_id)
            new = chosen.unsqueeze(1)
            buffer[:, width] = chosen
            width += 1
            if ended.all():
                break
        return buffer[:, :width]
    finally:
        model.train(was_training)
