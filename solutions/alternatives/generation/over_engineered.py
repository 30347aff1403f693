"""A class for everything: filters that add a bias of -1e9 in a pipeline, a drawer, a feeder for each kind of model, a stopping rule.

Sampling is by the inverse of the cumulative odds, in float64; rows are drawn one random number each.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import torch
from torch import Tensor, nn

HOPELESS = -1.0e9


class Filter(ABC):
    """Turns scores (batch, vocab), of which the largest of each row is 0, into other scores of that kind."""

    @abstractmethod
    def __call__(self, scores: Tensor) -> Tensor: ...


@dataclass(frozen=True)
class Temperature(Filter):
    value: float

    def __post_init__(self) -> None:
        if self.value < 0:
            raise ValueError(f"temperature {self.value} is negative")

    def __call__(self, scores: Tensor) -> Tensor:
        return scores / self.value


@dataclass(frozen=True)
class TopK(Filter):
    k: int
    vocab: int

    def __post_init__(self) -> None:
        if self.k < 1 or self.k > self.vocab:
            raise ValueError(f"top_k {self.k} is not in 1..{self.vocab}")

    def __call__(self, scores: Tensor) -> Tensor:
        bias = torch.full_like(scores, HOPELESS)
        return scores + bias.scatter(-1, scores.topk(self.k).indices, 0.0)


@dataclass(frozen=True)
class TopP(Filter):
    p: float

    def __post_init__(self) -> None:
        if self.p <= 0 or self.p > 1:
            raise ValueError(f"top_p {self.p} is not in (0, 1]")

    def __call__(self, scores: Tensor) -> Tensor:
        # Ascending: what is left out is the longest beginning whose mass is at most 1 - p.
        odds, order = scores.softmax(dim=-1).sort(dim=-1)
        bias = torch.where(odds.cumsum(dim=-1) <= 1 - self.p, HOPELESS, 0.0).to(scores.dtype)
        bias[..., -1] = 0.0
        return scores + torch.zeros_like(bias).scatter(-1, order, bias)


class Chooser(ABC):
    @abstractmethod
    def __call__(self, logits: Tensor) -> Tensor: ...


class Largest(Chooser):
    def __call__(self, logits: Tensor) -> Tensor:
        return logits.max(dim=-1).indices


@dataclass(frozen=True)
class Drawn(Chooser):
    filters: Sequence[Filter]
    generator: torch.Generator | None

    def __call__(self, logits: Tensor) -> Tensor:
        scores = logits.double()
        scores = scores - scores.amax(dim=-1, keepdim=True)
        for apply in self.filters:
            scores = apply(scores)
        cumulative = scores.softmax(dim=-1).cumsum(dim=-1)
        number = torch.rand(cumulative.shape[:-1], dtype=torch.float64, generator=self.generator).unsqueeze(-1)
        return (cumulative <= number * cumulative[..., -1:]).sum(dim=-1)


@dataclass(frozen=True)
class SamplingPlan:
    temperature: float
    top_k: int | None
    top_p: float | None
    generator: torch.Generator | None

    def chooser(self, vocab: int) -> Chooser:
        filters: list[Filter] = [Temperature(self.temperature)]
        if self.top_k is not None:
            filters.append(TopK(self.top_k, vocab))
        if self.top_p is not None:
            filters.append(TopP(self.top_p))
        return Largest() if self.temperature == 0 else Drawn(filters, self.generator)


class Feeder(ABC):
    """Asks a model for the logits that follow a text, (batch, vocab)."""

    def __init__(self, model: nn.Module) -> None:
        self.model = model

    @abstractmethod
    def ask(self, text: Tensor) -> Tensor | tuple[Tensor, ...]: ...

    def after(self, text: Tensor) -> Tensor:
        answer = self.ask(text)
        return (answer[0] if isinstance(answer, tuple) else answer).select(1, -1)


class WholeText(Feeder):
    def ask(self, text: Tensor) -> Tensor | tuple[Tensor, ...]:
        return self.model(text)


class OnlyWhatIsNew(Feeder):
    def __init__(self, model: nn.Module) -> None:
        super().__init__(model)
        self.cache = model.make_cache()

    def ask(self, text: Tensor) -> Tensor | tuple[Tensor, ...]:
        return self.model(text[:, self.cache.length :], cache=self.cache)


class Endings:
    """Which rows have ended."""

    def __init__(self, rows: int, eos_id: int | None) -> None:
        self.eos_id = eos_id
        self.over = [False] * rows

    def admit(self, tokens: Tensor) -> Tensor:
        if self.eos_id is None:
            return tokens
        column = [self.eos_id if over else token for over, token in zip(self.over, tokens.tolist(), strict=True)]
        self.over = [token == self.eos_id for token in column]
        return tokens.new_tensor(column)

    @property
    def everywhere(self) -> bool:
        return all(self.over)


@contextmanager
def restored_modes(model: nn.Module) -> Iterator[None]:
    with ExitStack() as stack:
        for part in model.modules():
            stack.callback(setattr, part, "training", part.training)
        model.eval()
        yield


def sample(
    logits: Tensor,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
    generator: torch.Generator | None = None,
) -> Tensor:
    return SamplingPlan(temperature, top_k, top_p, generator).chooser(logits.shape[-1])(logits)


@torch.no_grad()
def generate(
    model: nn.Module,
    prompt: Tensor,
    max_new_tokens: int,
    *,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
    eos_id: int | None = None,
    use_cache: bool = True,
    generator: torch.Generator | None = None,
) -> Tensor:
    if prompt.shape[1] == 0:
        raise ValueError("an empty prompt")
    if max_new_tokens < 0:
        raise ValueError(f"max_new_tokens is {max_new_tokens}")
    plan = SamplingPlan(temperature, top_k, top_p, generator)
    endings = Endings(len(prompt), eos_id)
    text = prompt.clone()
    with restored_modes(model):
        feeder: Feeder = OnlyWhatIsNew(model) if use_cache and hasattr(model, "make_cache") else WholeText(model)
        while text.shape[1] < prompt.shape[1] + max_new_tokens and not endings.everywhere:
            logits = feeder.after(text)
            column = endings.admit(plan.chooser(logits.shape[-1])(logits))
            text = torch.hstack((text, column.unsqueeze(1)))
    return text
