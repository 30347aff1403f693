"""The widespread single-file layout: tokens (seq, batch), logits (seq, batch, vocab), nucleus sampling of one row to an int."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.utils._python_dispatch import is_in_torch_dispatch_mode

from .binding import Binding, not_found
from .presenting import first


def sequence_first(inner: Callable[..., Any], tokens: Tensor) -> Any:
    """(batch, seq) -> (batch, seq, vocab)."""
    logits = first(inner(tokens.transpose(0, 1).contiguous()))
    return logits.transpose(0, 1) if isinstance(logits, Tensor) and logits.dim() == 3 else logits


def window_before(inner: Callable[..., Any], tokens: Tensor) -> Any:
    """The same for a window that ends before the newest token, as that layout hands it out: read one position later it ends with it."""
    if tokens.dim() != 2 or tokens.shape[1] == 0:
        return sequence_first(inner, tokens)
    one_more = torch.cat([tokens, tokens.new_zeros(len(tokens), 1)], dim=1)
    logits = sequence_first(inner, one_more)
    return logits[:, 1:] if isinstance(logits, Tensor) else logits


def row_by_row(theirs: Callable[..., Any], arguments: dict[str, Any], binding: Binding) -> Any:
    """Nucleus sampling that knows one row: called once for each."""
    logits = binding.their("logits")
    given = arguments[logits]
    if given.dim() != 2:
        return theirs(**arguments)
    if is_in_torch_dispatch_mode():  # somebody counts: what a batch costs, where no batch is computed, says nothing of the submission
        raise not_found(binding.exercise, f"{binding.what} knows one row, so that a batch has no cost of its own")
    tokens = [torch.as_tensor(first(theirs(**{**arguments, logits: row}))).reshape(-1) for row in given]
    return torch.cat(tokens) if tokens else given.new_zeros(0, dtype=torch.int64)
