"""Adds up the lengths of all layers.

For the TA: length is the sum over layers. The positions of new tokens are derived from it, so they are wrong too, and max_seq_len is
reached too early.

For the student: After three tokens, what is length in a model of two blocks?
"""

from __future__ import annotations


class KVCache:
    @property
    def length(self) -> int:
        return sum(key.shape[-2] for key in self._keys)
