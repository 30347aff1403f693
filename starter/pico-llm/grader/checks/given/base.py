"""What all given models share: the call contract, the cache, the record of calls."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn


class GivenCache:
    """The cache of a given model: simply the tokens it has seen, (batch, length) int64."""

    def __init__(self, owner: GivenLanguageModel) -> None:
        self._owner = owner
        self.tokens: torch.Tensor | None = None

    @property
    def length(self) -> int:
        """Number of positions stored."""
        return 0 if self.tokens is None else self.tokens.shape[1]

    def reset(self) -> None:
        """Forget everything, the batch size included."""
        self.tokens = None

    def reorder(self, rows: torch.Tensor) -> None:
        """Keep these rows of the batch, in this order, repeats allowed. An empty cache stays empty."""
        if self.tokens is not None:
            self.tokens = self.tokens[torch.as_tensor(rows, dtype=torch.int64)]

    def extended(self, tokens: torch.Tensor) -> torch.Tensor:
        """All tokens so far, the new ones (batch, n) included. Raises ValueError for another batch size."""
        if self.tokens is None:
            return tokens
        if self.tokens.shape[0] != tokens.shape[0]:
            raise ValueError(
                f"the cache holds {self.tokens.shape[0]} rows, the new tokens have {tokens.shape[0]}; "
                "cache.reorder(rows) changes which rows it holds"
            )
        return torch.cat([self.tokens, tokens], dim=1)

    def belongs_to(self, model: GivenLanguageModel) -> bool:
        """Whether that model made it."""
        return self._owner is model


class GivenLanguageModel(nn.Module):
    """``model(tokens, cache=None) -> logits``: tokens (batch, seq) int64, logits (batch, seq, vocab) float32.

    Subclasses say what the logits of every position of a row are; with a cache, those of the new positions are returned. Without
    ``make_cache`` (see ``CachedLanguageModel``) there is none.
    """

    def __init__(self, vocab: int) -> None:
        super().__init__()
        self.vocab_size = vocab
        self._calls: list[dict[str, Any]] = []

    def row_logits(self, tokens: torch.Tensor) -> torch.Tensor:
        """Logits after each position, from the tokens up to it: (batch, seq) -> (batch, seq, vocab)."""
        raise NotImplementedError

    def answer(self, logits: torch.Tensor) -> Any:
        """What the call returns; logits (batch, new, vocab)."""
        return logits

    def forward(self, tokens: torch.Tensor, cache: GivenCache | None = None) -> Any:
        """Logits of the given tokens. With a cache, tokens are only the new ones, and are appended to it.

        Raises:
            TypeError: the tokens are not int64, or the cache is not one this model made.
            ValueError: the tokens are not (batch, seq), empty or outside the vocabulary, or their batch size is not the cache's.
        """
        self._check(tokens, cache)
        self._calls.append(
            {
                "batch": tokens.shape[0],
                "tokens": tokens.shape[1],
                "cached": cache is not None,
                "length": 0 if cache is None else cache.length,
                "training": self.training,
                "grad_enabled": torch.is_grad_enabled(),
            }
        )
        row = tokens if cache is None else cache.extended(tokens)
        if cache is not None:
            cache.tokens = row.clone()
        return self.answer(self.row_logits(row)[:, -tokens.shape[1] :])

    def calls(self) -> list[dict[str, Any]]:
        """One entry per call so far: batch, tokens (new ones), cached, length (of the cache before it), training, grad_enabled."""
        return [dict(call) for call in self._calls]

    def _check(self, tokens: torch.Tensor, cache: GivenCache | None) -> None:
        if tokens.dtype is not torch.int64:
            raise TypeError(f"tokens must be int64, not {tokens.dtype}")
        if tokens.dim() != 2 or 0 in tokens.shape:
            raise ValueError(f"tokens must be (batch, seq), neither of them 0; they are {tuple(tokens.shape)}")
        if int(tokens.min()) < 0 or int(tokens.max()) >= self.vocab_size:
            raise ValueError(f"tokens must lie in 0..{self.vocab_size - 1}; they reach from {int(tokens.min())} to {int(tokens.max())}")
        if cache is None:
            return
        if not hasattr(self, "make_cache"):
            raise TypeError("this model has no cache: it offers no make_cache(), so give it the whole row and no cache")
        if not isinstance(cache, GivenCache) or not cache.belongs_to(self):
            raise TypeError(f"this {type(cache).__name__} is not this model's cache; ask the model for its cache: model.make_cache()")


class CachedLanguageModel(GivenLanguageModel):
    """A given model that can be decoded with a cache."""

    def make_cache(self) -> GivenCache:
        """A new empty cache of this model."""
        return GivenCache(self)
