"""A candidate that ends before the last step enters the pool and runs on."""

from dataclasses import dataclass, field

import torch
from torch import Tensor


@dataclass
class Search:
    width: int
    steps: int
    penalty: float
    early: bool
    eos: int | None
    running: list[Hypothesis]
    pool: list[tuple[float, tuple[int, ...]]] = field(default_factory=list)

    def advance(self, odds: Tensor) -> None:
        """One step; odds (rows of the batch, vocab) are log-probabilities."""
        length = len(self.running[0].tokens) + 1
        candidates = []
        for hypothesis in self.running:
            values, tokens = odds[hypothesis.row].topk(min(2 * self.width, odds.shape[1]))
            for value, token in zip(values.tolist(), tokens.tolist(), strict=True):
                candidates.append(Hypothesis(hypothesis.total + value, (*hypothesis.tokens, token), hypothesis.row))
        candidates.sort(key=lambda candidate: candidate.total, reverse=True)
        self.running = []
        for rank, candidate in enumerate(candidates[: 2 * self.width]):
            if candidate.tokens[-1] == self.eos and rank < self.width:
                self.pool.append((candidate.total / length**self.penalty, candidate.tokens))
            if length < self.steps:
                if len(self.running) < self.width and candidate.total > -torch.inf:
                    self.running.append(candidate)
            elif rank < self.width and candidate.tokens[-1] != self.eos:
                self.pool.append((candidate.total / length**self.penalty, candidate.tokens))
        self.pool.sort(reverse=True)
        del self.pool[self.width :]
        full = len(self.pool) == self.width
        if full and self.running and (self.early or self.running[0].total / length**self.penalty <= self.pool[-1][0]):
            self.running = []
