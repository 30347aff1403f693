"""Filters and draws one row at a time in plain Python, by walking down the ranked odds until a random number is used up.

The loop is a generator function that yields one column of tokens at a time.
"""

import math

import torch


def sample(logits, temperature=1.0, top_k=None, top_p=None, generator=None):
    if not temperature >= 0:
        raise ValueError(f"temperature={temperature}")
    if top_k is not None and top_k not in range(1, logits.shape[-1] + 1):
        raise ValueError(f"top_k={top_k} with {logits.shape[-1]} tokens")
    if top_p is not None and not 0.0 < top_p <= 1.0:
        raise ValueError(f"top_p={top_p}")
    if logits.dim() == 1:
        return _one(logits.tolist(), temperature, top_k, top_p, generator)
    return torch.tensor([_one(row, temperature, top_k, top_p, generator) for row in logits.tolist()])


def _one(row, temperature, top_k, top_p, generator):
    ranked = sorted(range(len(row)), key=lambda token: -row[token])
    if temperature == 0:
        return ranked[0]
    weights = {token: math.exp((row[token] - row[ranked[0]]) / temperature) for token in ranked[:top_k]}
    total = math.fsum(weights.values())
    kept, mass = [], 0.0
    for token, weight in weights.items():
        if top_p is not None and mass >= top_p * total:
            break
        kept.append(token)
        mass += weight
    left = torch.rand((), dtype=torch.float64, generator=generator).item() * mass
    for token in kept:
        left -= weights[token]
        if left < 0:
            return token
    return kept[0]


def _columns(model, prompt, eos_id, use_cache, how):
    """Yields one column of new tokens after the other, for ever."""
    cache = model.make_cache() if use_cache and "make_cache" in dir(model) else None
    text = new = prompt
    over = [False] * len(prompt)
    while True:
        output = model(text) if cache is None else model(new, cache=cache)
        logits = output if torch.is_tensor(output) else output[0]
        yielded = sample(logits[:, -1], *how)
        if eos_id is not None:
            yielded = torch.tensor([eos_id if done else token for done, token in zip(over, yielded.tolist(), strict=True)])
            over = [done or token == eos_id for done, token in zip(over, yielded.tolist(), strict=True)]
        new = yielded[:, None]
        text = torch.cat([text, new], 1)
        yield new, all(over)


def generate(model, prompt, max_new_tokens, *, temperature=1.0, top_k=None, top_p=None, eos_id=None, use_cache=True, generator=None):
    if prompt.size(1) < 1 or max_new_tokens < 0:
        raise ValueError(f"prompt of {prompt.size(1)} tokens, {max_new_tokens} new ones")
    mode = model.training
    model.eval()
    try:
        with torch.no_grad():
            text = prompt
            columns = _columns(model, prompt, eos_id, use_cache, (temperature, top_k, top_p, generator))
            for _ in range(max_new_tokens):
                column, over = next(columns)
                text = torch.cat([text, column], dim=1)
                if over:
                    break
            return text
    finally:
        model.train(mode)
