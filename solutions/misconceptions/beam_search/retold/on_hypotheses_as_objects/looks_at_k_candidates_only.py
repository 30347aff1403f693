"""The sorted candidates are cut after k, before it is asked which of them end: fewer may run on."""

from __future__ import annotations

import torch
from torch import Tensor


class Search:
    def advance(self, odds: Tensor) -> None:
        candidates = []
        for parent in self.running:
            top = odds[parent.row].topk(min(self.width, odds.shape[1]))
            for value, token in zip(top.values, top.indices, strict=True):
                candidates.append(Hypothesis(parent.total + value.item(), (*parent.tokens, int(token)), parent.row))
        candidates = sorted(candidates, key=lambda one: one.total, reverse=True)[: self.width]
        length = len(candidates[0].tokens)
        self.running = []
        for candidate in candidates:
            if candidate.tokens[-1] == self.eos or length == self.steps:
                self.pool.append((candidate.total / length**self.penalty, candidate.tokens))
            elif candidate.total > -torch.inf:
                self.running.append(candidate)
        self.pool = sorted(self.pool, reverse=True)[: self.width]
        if self.running and len(self.pool) == self.width:
            leader = self.running[0].total / length**self.penalty
            if self.early or not leader > self.pool[-1][0]:
                self.running = []
