"""Never sorts: the smallest odds that are kept are found by bisection. Odds are einsums of one-hot rows; texts lie as (seq, batch).

The prompt goes into the cache in pieces of two positions, whose logits are thrown away but for the last.
"""

from __future__ import annotations

import torch
from torch import Tensor

PIECE = 2
HALVINGS = 80


def sample(logits, temperature=1.0, top_k=None, top_p=None, generator=None):
    vocab = logits.shape[-1]
    for name, value, right in (
        ("temperature", temperature, temperature >= 0),
        ("top_k", top_k, top_k is None or 0 < top_k <= vocab),
        ("top_p", top_p, top_p is None or 0 < top_p <= 1),
    ):
        if not right:
            raise ValueError(f"{name} cannot be {value}")
    rows = torch.atleast_2d(logits).double()
    if temperature == 0:
        chosen = rows.argmax(dim=1)
    else:
        odds = torch.exp((rows - rows.amax(dim=1, keepdim=True)) / temperature)
        if top_k is not None:
            odds = _above(odds, torch.ones_like(odds), torch.full((len(odds), 1), top_k - 0.5))
        if top_p is not None:
            # A hair less than p, so that a sum of floats that should be 1 may miss it.
            odds = _above(odds, odds, odds.sum(dim=1, keepdim=True) * (top_p - 1e-9))
        chosen = _draw(odds, generator)
    return chosen.reshape(logits.shape[:-1])


def _above(odds: Tensor, weights: Tensor, wanted: Tensor) -> Tensor:
    """Odds with 0 below the largest threshold at which the weights of what is kept still sum to ``wanted`` (rows, 1)."""
    low, high = torch.zeros_like(wanted), odds.amax(dim=1, keepdim=True).double() * 1.0000001
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        enough = (weights * (odds >= middle)).sum(dim=1, keepdim=True) >= wanted
        low, high = torch.where(enough, middle, low), torch.where(enough, high, middle)
    return torch.where(odds >= low, odds, 0.0)


def _draw(odds: Tensor, generator: torch.Generator | None) -> Tensor:
    """(rows, vocab) -> (rows,): where the running sum passes a random share of the whole."""
    sums = odds.cumsum(dim=1)
    number = torch.rand(len(odds), 1, dtype=torch.float64, generator=generator)
    return torch.searchsorted(sums, number * sums[:, -1:], right=True).squeeze(1)


def generate(
    model,
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
    if len(prompt.T) < 1 or max_new_tokens < 0:
        raise ValueError(f"{len(prompt.T)} tokens cannot be continued by {max_new_tokens}")
    training = model.training
    try:
        with torch.no_grad():
            model.eval()
            text = prompt.T  # (seq, batch)
            cache = model.make_cache() if use_cache and hasattr(model, "make_cache") else None
            living = set(range(len(prompt)))
            fed = 0
            for _ in range(max_new_tokens):
                logits = _last(model(text.T)) if cache is None else _last_of_pieces(model, text[fed:].T, cache)
                fed = len(text)
                tokens = sample(logits, temperature, top_k, top_p, generator).tolist()
                tokens = [token if row in living else eos_id for row, token in enumerate(tokens)]
                living -= {row for row, token in enumerate(tokens) if token == eos_id}
                text = torch.vstack((text, torch.tensor(tokens)))
                if not living:
                    break
            return text.T.contiguous()
    finally:
        model.train(training)


def _last_of_pieces(model, tokens: Tensor, cache) -> Tensor:
    return [_last(model(piece, cache)) for piece in tokens.split(PIECE, dim=1)][-1]


def _last(output) -> Tensor:
    return (output if isinstance(output, Tensor) else output[0])[:, -1]
