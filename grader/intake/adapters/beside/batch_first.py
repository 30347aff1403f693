"""Decoder-only packages that are batch first: tokens (batch, seq), logits (batch, seq, vocab), some of them only when given targets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from torch import Tensor

from .binding import Binding
from .presenting import first


def with_start(inner: Callable[..., Any], tokens: Tensor) -> Any:
    """(batch, seq) -> (batch, seq, vocab), of a model that is told the first position."""
    return first(inner(tokens, 0))


def with_targets(inner: Callable[..., Any], tokens: Tensor) -> Any:
    """The same for a model that answers for the last position alone unless it has targets to score."""
    logits = first(inner(tokens))
    short = isinstance(logits, Tensor) and tokens.dim() == 2 and tokens.shape[1] > 1 and logits.shape[:2] == (len(tokens), 1)
    return first(inner(tokens, tokens)) if short else logits


def rows(theirs: Callable[..., Any], arguments: dict[str, Any], binding: Binding) -> Any:
    """Sampling that knows batches: a single row is a batch of one."""
    logits = binding.their("logits")
    given = arguments[logits]
    single = given.dim() == 1
    tokens = first(theirs(**{**arguments, logits: given.unsqueeze(0) if single else given}))
    fits = isinstance(tokens, Tensor) and tokens.numel() == (1 if single else len(given))
    return tokens.reshape(given.shape[:-1]) if fits else tokens
