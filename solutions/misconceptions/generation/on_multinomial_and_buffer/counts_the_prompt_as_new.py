"""The buffer has max_new_tokens columns, the prompt's included."""

import torch


def generate(
    model,
    prompt,
    max_new_tokens,
    *,
    temperature=1.0,
    top_k=None,
    top_p=None,
    eos_id=None,
    use_cache=True,
    generator=None,
):
    batch, seq = prompt.shape
    if seq == 0:
        raise ValueError("the prompt is empty")
    if max_new_tokens < 0:
        raise ValueError(f"max_new_tokens={max_new_tokens} is negative")
    buffer = torch.empty(batch, max_new_tokens, dtype=prompt.dtype)
    buffer[:, :seq] = prompt
    alive = torch.ones(batch, dtype=torch.bool)
    start, end = 0, seq
    with evaluating(model):
        cache = model.make_cache() if use_cache and callable(getattr(model, "make_cache", None)) else None
        while end < buffer.size(1) and alive.any():
            answer = model(buffer[:, :end]) if cache is None else model(buffer[:, start:end], cache)
            if isinstance(answer, (tuple, list)):
                answer = answer[0]
            token = sample(answer[:, -1, :], temperature, top_k, top_p, generator)
            buffer[:, end] = token if eos_id is None else torch.where(alive, token, eos_id)
            if eos_id is not None:
                alive &= token != eos_id
            start, end = end, end + 1
    return buffer[:, :end].clone()
