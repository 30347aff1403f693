"""Runs the layers on all windows in a single call."""

from __future__ import annotations

from torch import Tensor, nn


class KGramMLPSeqModel(nn.Module):
    def forward(self, tokens: Tensor) -> tuple[Tensor, None]:
        """(batch, seq) -> (batch, seq, vocab_size), and nothing."""
        if tokens.ndim != 2 or tokens.size(1) == 0:
            raise ValueError(f"tokens must be (batch, seq) with seq above 0, got {tuple(tokens.shape)}")
        embedded = nn.functional.pad(self.wte(tokens), (0, 0, self.k - 1, 0))
        windows = embedded.unfold(1, self.k, 1).flatten(start_dim=2)
        hidden = self.rest(self.first(windows))
        return self.head(hidden), None
