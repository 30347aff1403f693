"""Only running[0] is extended, by its k most likely tokens."""

from __future__ import annotations

import torch
from torch import Tensor


class Search:
    def advance(self, odds: Tensor) -> None:
        best = max(self.running, key=lambda hypothesis: hypothesis.total)
        length = len(best.tokens) + 1
        values, tokens = odds[best.row].topk(self.width)
        self.running = []
        for value, token in zip(values.tolist(), tokens.tolist(), strict=True):
            child = Hypothesis(best.total + value, (*best.tokens, token), best.row)
            if token == self.eos or length >= self.steps:
                self.pool.append((child.total / length**self.penalty, child.tokens))
            elif child.total > -torch.inf:
                self.running.append(child)
        self.pool = sorted(self.pool, reverse=True)[: self.width]
        if len(self.pool) == self.width and self.running:
            hopeless = self.running[0].total / length**self.penalty <= self.pool[-1][0]
            if self.early or hopeless:
                self.running = []
