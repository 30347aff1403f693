"""Hypotheses are small objects in Python lists, one search object per prompt; prompts whose search is over leave the batch.

The model still sees one batch per step. Sums are kept as Python floats, which are double precision.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import torch
from torch import Tensor


@dataclass(frozen=True)
class Hypothesis:
    total: float
    tokens: tuple[int, ...]
    row: int  # of the batch that the model has seen last


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
            if candidate.tokens[-1] != self.eos and length < self.steps:
                if len(self.running) < self.width and candidate.total > -torch.inf:
                    self.running.append(candidate)
            elif rank < self.width:
                self.pool.append((candidate.total / length**self.penalty, candidate.tokens))
        self.pool.sort(reverse=True)
        del self.pool[self.width :]
        full = len(self.pool) == self.width
        if full and self.running and (self.early or self.running[0].total / length**self.penalty <= self.pool[-1][0]):
            self.running = []


def beam_search(
    model,
    prompt: Tensor,
    beam_width: int,
    max_new_tokens: int,
    *,
    length_penalty: float = 1.0,
    early_stopping: bool = False,
    eos_id: int | None = None,
    num_return: int = 1,
) -> tuple[Tensor, Tensor]:
    if prompt.shape[1] < 1 or beam_width < 1 or max_new_tokens < 0 or num_return < 1 or num_return > beam_width:
        raise ValueError(f"{tuple(prompt.shape)=}, {beam_width=}, {max_new_tokens=}, {num_return=}")
    searches = [
        Search(beam_width, max_new_tokens, length_penalty, early_stopping, eos_id, [Hypothesis(0.0, (), row)]) for row in range(len(prompt))
    ]
    was_training = model.training
    model.eval()
    try:
        with torch.no_grad():
            _run(model, prompt, searches)
    finally:
        model.train(was_training)
    best = [search.pool[:num_return] for search in searches]
    width = max(len(tokens) for pool in best for _, tokens in pool)
    rows = [
        [[*start, *tokens, *[eos_id] * (width - len(tokens))] for _, tokens in pool]
        for start, pool in zip(prompt.tolist(), best, strict=True)
    ]
    return torch.tensor(rows), torch.tensor([[score for score, _ in pool] for pool in best])


def _run(model, prompt: Tensor, searches: list[Search]) -> None:
    cache = model.make_cache() if hasattr(model, "make_cache") else None
    feed = prompt
    for _ in range(searches[0].steps):
        output = model(feed, cache=cache) if cache is not None else model(feed)
        logits = output[0] if isinstance(output, tuple) else output
        odds = torch.log_softmax(logits[:, -1].double(), dim=1)
        for search in searches:
            if search.running:
                search.advance(odds)
        alive = [(row, hypothesis) for row, search in enumerate(searches) for hypothesis in search.running]
        if not alive:
            break
        if cache is not None:
            cache.reorder(torch.tensor([hypothesis.row for _, hypothesis in alive]))
            feed = torch.tensor([hypothesis.tokens[-1:] for _, hypothesis in alive])
        else:
            feed = torch.tensor([prompt[row].tolist() + list(hypothesis.tokens) for row, hypothesis in alive])
        for search in searches:
            search.running = [
                Hypothesis(hypothesis.total, hypothesis.tokens, place)
                for place, (_, hypothesis) in enumerate(alive)
                if any(hypothesis is own for own in search.running)
            ]
