"""A helper scores finished hypotheses and leaves the end token out of their length; one that is nothing but an end token counts as 1."""

from __future__ import annotations

import torch
from torch import Tensor


class Search:
    def score(self, total: float, tokens: tuple[int, ...]) -> float:
        words = [token for token in tokens if token != self.eos]
        return float(total / max(1, len(words)) ** self.penalty)

    def advance(self, odds: Tensor) -> None:
        length = len(self.running[0].tokens) + 1
        candidates = []
        for hypothesis in self.running:
            values, tokens = odds[hypothesis.row].sort(descending=True)
            for value, token in list(zip(values.tolist(), tokens.tolist(), strict=True))[: 2 * self.width]:
                candidates.append(Hypothesis(hypothesis.total + value, (*hypothesis.tokens, token), hypothesis.row))
        candidates.sort(key=lambda candidate: candidate.total, reverse=True)
        survivors = []
        for rank, candidate in enumerate(candidates[: 2 * self.width]):
            ends = candidate.tokens[-1] == self.eos or length == self.steps
            if not ends and candidate.total > -torch.inf:
                survivors.append(candidate)
            if ends and rank < self.width:
                self.pool.append((self.score(candidate.total, candidate.tokens), candidate.tokens))
        self.pool = sorted(self.pool, reverse=True)[: self.width]
        self.running = survivors[: self.width]
        if self.running and len(self.pool) == self.width:
            leader = self.running[0]
            if self.early or self.score(leader.total, leader.tokens) <= self.pool[-1][0]:
                self.running = []
