"""Every candidate that ends is appended to the pool, without a look at its rank."""

from __future__ import annotations

import torch
from torch import Tensor


class Search:
    def advance(self, odds: Tensor) -> None:
        length = len(self.running[0].tokens) + 1
        grown = [
            Hypothesis(parent.total + float(value), (*parent.tokens, token), parent.row)
            for parent in self.running
            for token, value in enumerate(odds[parent.row])
        ]
        best = sorted(grown, key=lambda one: -one.total)[: 2 * self.width]
        over = [one for one in best if length == self.steps or one.tokens[-1] == self.eos]
        going = [one for one in best if one not in over and one.total > -torch.inf]
        self.running = going[: self.width]
        self.pool += [(one.total / length**self.penalty, one.tokens) for one in over]
        self.pool = sorted(self.pool, reverse=True)[: self.width]
        if len(self.pool) == self.width and self.running:
            hope = self.running[0].total / length**self.penalty
            if self.early or hope <= self.pool[-1][0]:
                self.running = []
