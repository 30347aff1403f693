"""Exercise kv_cache: keep the keys and values of earlier positions, so that decoding computes each position once."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor


class KVCache:
    """The keys and values of the positions that a transformer has already seen, for all its layers.

    A new cache is empty. ``model(tokens, cache=cache)`` takes the new tokens only, appends theirs, and returns their logits. How the
    layers put their keys and values in is up to you.
    """

    def __init__(self) -> None:
        raise NotImplementedError("kv_cache is not started: see handout section 8, The KV cache")

    @property
    def length(self) -> int:
        """How many positions are in the cache; 0 when it is empty."""
        raise NotImplementedError("kv_cache is not started: see handout section 8, The KV cache")

    def reset(self) -> None:
        """Forget everything: the cache is then like a new one, and may be used for a batch of another size."""
        raise NotImplementedError("kv_cache is not started: see handout section 8, The KV cache")

    def reorder(self, rows: Tensor | Sequence[int]) -> None:
        """Make row i of the batch what row ``rows[i]`` was, as beam search does when it drops one beam and splits another.

        Args:
            rows: (new_batch,) int64, or a list of int. Rows may be repeated or left out, and the batch may grow or shrink.
        """
        raise NotImplementedError("kv_cache is not started: see handout section 8, The KV cache")
