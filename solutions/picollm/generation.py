"""Exercise generation: choose one token from logits, and continue a batch of prompts with any language model."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from picollm.nucleus_sampling import nucleus_sampling


def sample(
    logits: Tensor,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
    generator: torch.Generator | None = None,
) -> Tensor:
    """Choose a token: divide by the temperature, keep the top_k most likely, of these the nucleus of mass top_p, and draw.

    Args:
        logits: (vocab,) or (batch, vocab), floating; -inf where a token is impossible.
        temperature: finite, at least 0. At 0 the most likely token is taken and no random number is drawn.
        top_k: how many tokens are kept, 1 to vocab; None keeps all.
        top_p: mass of the nucleus, 0 < top_p <= 1, measured after temperature and top_k; None keeps all.
        generator: source of randomness; torch's default generator when None.

    Returns:
        int64 token ids: 0-d for (vocab,), (batch,) for (batch, vocab).

    Raises:
        ValueError: temperature, top_k or top_p is outside its range; a row of logits holds NaN or +inf, or is -inf throughout.
    """
    # BEGIN SOLUTION
    vocab_size = logits.shape[-1]
    if not 0 <= temperature < math.inf:
        raise ValueError(f"temperature must be finite and at least 0, got {temperature}")
    if top_k is not None and not 1 <= top_k <= vocab_size:
        raise ValueError(f"top_k must be between 1 and the vocabulary's size {vocab_size}, got {top_k}")
    if top_p is not None and not 0 < top_p <= 1:
        raise ValueError(f"top_p must be greater than 0 and at most 1, got {top_p}")
    largest = logits.amax(dim=-1, keepdim=True)  # NaN where the row holds a NaN
    if not largest.isfinite().all():
        raise ValueError(f"each row of logits needs a finite maximum and no NaN, got the maxima {largest.flatten().tolist()}")
    if temperature == 0:
        return logits.argmax(dim=-1)
    # The largest becomes 0, so that a tiny temperature gives -inf elsewhere and never +inf.
    scaled = (logits - largest) / temperature
    if top_k is not None:
        kept = torch.zeros_like(scaled, dtype=torch.bool).scatter(-1, scaled.topk(top_k).indices, True)
        scaled = scaled.masked_fill(~kept, -torch.inf)
    return nucleus_sampling(scaled, p=1.0 if top_p is None else top_p, generator=generator)
    # END SOLUTION


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
    """Continue each prompt of a batch, one token at a time, in evaluation mode; the model's modes are restored afterwards.

    Args:
        model: ``model(tokens)`` gives logits (batch, seq, vocab), or a tuple that begins with them. A model that can cache has
            ``make_cache()``, which gives an empty cache; then ``model(new_tokens, cache=cache)`` gives the logits of the new tokens.
        prompt: (batch, seq) int64, not empty; all prompts of a batch have the same length.
        max_new_tokens: the most tokens to add, at least 0.
        temperature, top_k, top_p, generator: as for ``sample``.
        eos_id: a row that has produced this token has ended, and is filled with it. None: no row ends early.
        use_cache: whether to use the cache of a model that has one.

    Returns:
        (batch, seq + n) int64, the prompt included. n is max_new_tokens, or less if every row has ended before.

    Raises:
        ValueError: the prompt is empty or not (batch, seq), max_new_tokens is negative, or ``sample`` refuses an argument.
    """
    # BEGIN SOLUTION
    if prompt.dim() != 2 or prompt.numel() == 0:
        raise ValueError(f"the prompt must be (batch, seq) with at least one token, got shape {tuple(prompt.shape)}")
    if max_new_tokens < 0:
        raise ValueError(f"max_new_tokens must be at least 0, got {max_new_tokens}")
    make_cache = getattr(model, "make_cache", None) if use_cache else None
    cache = None if make_cache is None else make_cache()
    modes = {module: module.training for module in model.modules()}
    model.eval()
    try:
        sequences = prompt.clone()
        new = prompt
        ended = torch.zeros(len(prompt), dtype=torch.bool, device=prompt.device)
        for _ in range(max_new_tokens):
            output = model(sequences) if cache is None else model(new, cache=cache)
            logits = output[0] if isinstance(output, tuple) else output
            chosen = sample(logits[:, -1], temperature, top_k, top_p, generator)  # (batch,)
            if eos_id is not None:
                chosen = chosen.masked_fill(ended, eos_id)
                ended = ended | (chosen == eos_id)
            new = chosen.unsqueeze(1)
            sequences = torch.cat((sequences, new), dim=1)
            if ended.all():
                break
        return sequences
    finally:
        for module, training in modes.items():
            module.training = training
    # END SOLUTION
