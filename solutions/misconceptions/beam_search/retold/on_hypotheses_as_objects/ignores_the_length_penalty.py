"""The pool holds the sums as they are, and the running ones are compared with them."""

from __future__ import annotations

import torch
from torch import Tensor


class Search:
    def advance(self, odds: Tensor) -> None:
        step = len(self.running[0].tokens) + 1
        extended = [
            Hypothesis(old.total + odds[old.row, token].item(), (*old.tokens, token), old.row)
            for old in self.running
            for token in odds[old.row].topk(min(odds.shape[1], 2 * self.width)).indices.tolist()
        ]
        extended.sort(key=lambda one: one.total, reverse=True)
        del extended[2 * self.width :]
        ended = {one.tokens for one in extended if step == self.steps or one.tokens[-1] == self.eos}
        self.pool += [(one.total, one.tokens) for one in extended[: self.width] if one.tokens in ended]
        self.pool.sort(reverse=True)
        self.pool = self.pool[: self.width]
        self.running = [one for one in extended if one.tokens not in ended and one.total > -torch.inf][: self.width]
        if self.running and len(self.pool) >= self.width and (self.early or self.running[0].total <= self.pool[-1][0]):
            self.running.clear()
