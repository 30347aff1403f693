"""Filters by sorting, draws with torch.multinomial, and writes the text into a buffer that was made beforehand.

The filters work on sorted odds and are put back by scatter; nothing is taken from the exercise nucleus_sampling. The mode is kept by a
context manager, and gradients are switched off by torch.inference_mode.
"""

import contextlib

import torch


@contextlib.contextmanager
def evaluating(model):
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    try:
        with torch.inference_mode():
            yield
    finally:
        for module, mode in modes:
            module.training = mode


def sample(logits, temperature=1.0, top_k=None, top_p=None, generator=None):
    vocab = logits.size(-1)
    if temperature < 0:
        raise ValueError(f"temperature {temperature} is negative")
    if top_k is not None and not 0 < top_k <= vocab:
        raise ValueError(f"top_k={top_k} of {vocab} tokens")
    if top_p is not None and not 0 < top_p <= 1:
        raise ValueError(f"top_p={top_p} is not in (0, 1]")
    if temperature == 0 or top_k == 1:
        return logits.argmax(-1)
    logits = logits.double()
    ordered, order = ((logits - logits.max(-1, keepdim=True).values) / temperature).sort(descending=True, stable=True)
    if top_k is not None:
        ordered[..., top_k:] = float("-inf")
    odds = ordered.softmax(-1)
    if top_p is not None:
        before = odds.cumsum(-1) - odds
        odds = torch.where(before < top_p, odds, torch.zeros_like(odds))
    rank = torch.multinomial(odds.reshape(-1, vocab), 1, generator=generator).reshape(*logits.shape[:-1], 1)
    return order.gather(-1, rank).squeeze(-1)


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
    buffer = torch.empty(batch, seq + max_new_tokens, dtype=prompt.dtype)
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
