"""Over-engineered: a request, a nucleus and a sampler as objects; the cut is made for all rows at once, the draw row by row."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Request:
    """What was asked for, checked."""

    logits: Tensor
    p: float

    def __post_init__(self) -> None:
        if not 0 < self.p <= 1:
            raise ValueError(f"p is {self.p}; it has to be above 0 and at most 1")
        if self.logits.dim() not in (1, 2) or self.logits.numel() == 0:
            raise ValueError(f"logits of shape {tuple(self.logits.shape)}; (vocab,) or (batch, vocab) is needed")
        if bool(self.logits.isnan().any()):
            raise ValueError("logits hold NaN")
        if not bool(self.logits.amax(dim=-1).isfinite().all()):
            raise ValueError("a row of logits has no finite entry, or +inf")

    @property
    def single(self) -> bool:
        """Whether it is about one row without a batch."""
        return self.logits.dim() == 1

    def probabilities(self) -> Tensor:
        """(batch, vocab), in float32 or float64."""
        rows = self.logits.unsqueeze(0) if self.single else self.logits
        return torch.softmax(rows, dim=-1, dtype=torch.promote_types(rows.dtype, torch.float32))


@dataclass(frozen=True)
class Nucleus:
    """The tokens that were kept, likeliest first, and their probabilities: (batch, widest nucleus), 0 where a row's ends before."""

    ids: Tensor
    weights: Tensor

    @classmethod
    def of(cls, probabilities: Tensor, p: float) -> Nucleus:
        """The shortest beginning of each row's ranking that holds p."""
        ids = torch.argsort(probabilities, dim=-1, descending=True)
        ranked = torch.take_along_dim(probabilities, ids, dim=-1)
        reached = torch.cumsum(ranked, dim=-1) >= p
        sizes = reached.shape[-1] - reached.sum(dim=-1, keepdim=True) + 1
        widest = min(int(sizes.max()), ids.shape[-1])
        inside = torch.arange(widest) < sizes
        return cls(ids[:, :widest], torch.where(inside, ranked[:, :widest], 0.0))


class Sampler(ABC):
    """Draws one token from each row of a nucleus."""

    @abstractmethod
    def draw(self, nucleus: Nucleus) -> Tensor:
        """(batch,) token ids."""


class RowSampler(Sampler):
    """One call of multinomial for each row."""

    def __init__(self, generator: torch.Generator | None) -> None:
        self._generator = generator

    def draw(self, nucleus: Nucleus) -> Tensor:
        """(batch,) token ids."""
        places = torch.stack([torch.multinomial(row, 1, generator=self._generator) for row in nucleus.weights.unbind()])
        return nucleus.ids.gather(1, places).flatten()


def nucleus_sampling(logits: Tensor, p: float = 0.95, generator: torch.Generator | None = None) -> Tensor:
    """(vocab,) -> 0-d, (batch, vocab) -> (batch,)."""
    request = Request(logits, p)
    tokens = RowSampler(generator).draw(Nucleus.of(request.probabilities(), p))
    return tokens[0] if request.single else tokens
