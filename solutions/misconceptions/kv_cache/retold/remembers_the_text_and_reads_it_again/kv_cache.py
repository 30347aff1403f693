"""The cache holds one tensor of tokens, and forward_cached runs the model on all of them."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor


class KVCache:
    def __init__(self) -> None:
        self.text: Tensor | None = None

    @property
    def length(self) -> int:
        return 0 if self.text is None else self.text.shape[1]

    def extend(self, tokens: Tensor) -> Tensor:
        self.text = tokens.clone() if self.text is None else torch.hstack((self.text, tokens))
        return self.text

    def reset(self) -> None:
        self.text = None

    def reorder(self, rows: Tensor | Sequence[int]) -> None:
        if self.text is not None:
            self.text = self.text.index_select(0, torch.as_tensor(rows, device=self.text.device))
