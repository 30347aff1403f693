"""A class for everything: a scorer, a rule for stopping, a pool for each prompt, a lineage that moves the cache, a search that joins them.

Sums are float64 tensors; what has ended is masked with -1e9 by addition; a pool keeps its own sorted list. Prompts that are done stay in
the batch, and their rows are computed and thrown away.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from bisect import insort
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

MASKED = -1.0e9


@dataclass(frozen=True)
class LengthPenalty:
    exponent: float

    def __call__(self, total: float, length: int) -> float:
        return total / length**self.exponent


@dataclass(order=True)
class Finished:
    """Sorted by score, worst first; of equal ones the one that came last is the worst."""

    score: float
    seniority: int
    tokens: list[int] = field(compare=False)


class Pool:
    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._kept: list[Finished] = []
        self._count = 0

    def admit(self, score: float, tokens: list[int]) -> None:
        self._count += 1
        insort(self._kept, Finished(score, -self._count, tokens))
        if len(self._kept) > self._capacity:
            del self._kept[0]

    @property
    def full(self) -> bool:
        return len(self._kept) == self._capacity

    @property
    def worst(self) -> float:
        return self._kept[0].score

    def best(self, number: int) -> list[Finished]:
        return self._kept[::-1][:number]


class StoppingRule(ABC):
    @abstractmethod
    def is_over(self, pool: Pool, best_running: float, /) -> bool: ...


class WhenFull(StoppingRule):
    def is_over(self, pool: Pool, _best_running: float, /) -> bool:
        return pool.full


class WhenHopeless(StoppingRule):
    def is_over(self, pool: Pool, best_running: float, /) -> bool:
        return pool.full and best_running <= pool.worst


class EndDetector:
    def __init__(self, eos_id: int | None, last_step: int) -> None:
        self._eos_id = eos_id
        self._last_step = last_step

    def __call__(self, tokens: Tensor, step: int) -> Tensor:
        if step == self._last_step:
            return torch.ones_like(tokens, dtype=torch.bool)
        return torch.zeros_like(tokens, dtype=torch.bool) if self._eos_id is None else tokens == self._eos_id


class Oracle(ABC):
    """Log-probabilities, float64, of what follows each text (rows, vocab); ``parents`` are the rows that the texts continue."""

    def __init__(self, model: nn.Module) -> None:
        self.model = model

    @abstractmethod
    def logits(self, texts: Tensor, parents: Tensor | None, /) -> Tensor | tuple[Tensor, ...]: ...

    def ask(self, texts: Tensor, parents: Tensor | None) -> Tensor:
        answer = self.logits(texts, parents)
        last = (answer[0] if isinstance(answer, tuple) else answer)[:, -1].double()
        return last - last.logsumexp(dim=-1, keepdim=True)


class Forgetful(Oracle):
    def logits(self, texts: Tensor, _parents: Tensor | None, /) -> Tensor | tuple[Tensor, ...]:
        return self.model(texts)


class Remembering(Oracle):
    def __init__(self, model: nn.Module) -> None:
        super().__init__(model)
        self.cache = model.make_cache()

    def logits(self, texts: Tensor, parents: Tensor | None, /) -> Tensor | tuple[Tensor, ...]:
        if parents is not None:
            self.cache.reorder(parents)
        return self.model(texts[:, self.cache.length :], cache=self.cache)


@dataclass(frozen=True)
class BeamSearch:
    width: int
    steps: int
    penalty: LengthPenalty
    rule: StoppingRule
    ends: EndDetector
    oracle: Oracle

    def run(self, prompt: Tensor) -> list[Pool]:
        batch = len(prompt)
        pools = [Pool(self.width) for _ in range(batch)]
        over = [False] * batch
        texts = prompt.unsqueeze(1)  # (batch, beams, seq)
        totals = torch.zeros(batch, 1, dtype=torch.float64)
        parents = None
        for step in range(1, self.steps + 1):
            beams = texts.shape[1]
            odds = self.oracle.ask(texts.flatten(0, 1), parents).unflatten(0, (batch, beams))
            best, places = (totals.unsqueeze(-1) + odds).flatten(1).topk(min(2 * self.width, beams * odds.shape[-1]))
            origins, tokens = places // odds.shape[-1], places % odds.shape[-1]
            grown = torch.cat([self._pick(texts, origins), tokens.unsqueeze(-1)], dim=-1)
            ended = self.ends(tokens, step)
            totals, chosen = (best + MASKED * ended).topk(min(self.width, best.shape[1]))
            for row, pool in enumerate(pools):
                if not over[row]:
                    for place in ended[row, : self.width].nonzero().flatten().tolist():
                        pool.admit(self.penalty(best[row, place].item(), step), grown[row, place, prompt.shape[1] :].tolist())
                    over[row] = self.rule.is_over(pool, self.penalty(totals[row, 0].item(), step))
            if all(over):
                break
            texts = self._pick(grown, chosen)
            parents = (torch.arange(0, batch * beams, beams).unsqueeze(1) + origins.gather(1, chosen)).flatten()
        return pools

    @staticmethod
    def _pick(texts: Tensor, index: Tensor) -> Tensor:
        return texts.take_along_dim(index.unsqueeze(-1), dim=1)


@contextmanager
def in_eval_mode(model: nn.Module) -> Iterator[None]:
    before = {part: part.training for part in model.modules()}
    model.eval()
    try:
        yield
    finally:
        for part, mode in before.items():
            part.training = mode


def beam_search(
    model: nn.Module,
    prompt: Tensor,
    beam_width: int,
    max_new_tokens: int,
    *,
    length_penalty: float = 1.0,
    early_stopping: bool = False,
    eos_id: int | None = None,
    num_return: int = 1,
) -> tuple[Tensor, Tensor]:
    if prompt.shape[1] < 1:
        raise ValueError("a prompt needs a token")
    if beam_width < 1:
        raise ValueError("a beam needs a hypothesis")
    if max_new_tokens < 0:
        raise ValueError("a number of tokens cannot be negative")
    if not 1 <= num_return <= beam_width:
        raise ValueError("between one result and as many as the beam is wide")
    with in_eval_mode(model), torch.no_grad():
        pools = BeamSearch(
            beam_width,
            max_new_tokens,
            LengthPenalty(length_penalty),
            WhenFull() if early_stopping else WhenHopeless(),
            EndDetector(eos_id, max_new_tokens),
            Remembering(model) if hasattr(model, "make_cache") else Forgetful(model),
        ).run(prompt)
    best = [pool.best(num_return) for pool in pools]
    longest = max(len(entry.tokens) for entries in best for entry in entries)
    texts = [
        [start + entry.tokens + [eos_id] * (longest - len(entry.tokens)) for entry in entries]
        for start, entries in zip(prompt.tolist(), best, strict=True)
    ]
    return torch.tensor(texts), torch.tensor([[entry.score for entry in entries] for entries in best], dtype=torch.float64)
