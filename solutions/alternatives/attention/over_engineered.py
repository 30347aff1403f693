"""Small classes for every step: a mask that is a rule about places, a softmax of base 2, projections by name, a splitter of heads."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import torch
from torch import Tensor, nn


class Role(enum.Enum):
    """What a position may be asked for."""

    QUERY = "query"
    KEY = "key"
    VALUE = "value"


class Normaliser(Protocol):
    """Scores (..., q, k) and a mask to weights of the same shape."""

    def __call__(self, scores: Tensor, mask: Tensor | None) -> Tensor: ...


class BaseTwoSoftmax:
    """2 ** x in place of e ** x, with the scores multiplied by log2(e) first; half precision is computed in float32."""

    LOG2_E = 1.4426950408889634

    def __call__(self, scores: Tensor, mask: Tensor | None) -> Tensor:
        wide = scores.to(torch.promote_types(scores.dtype, torch.float32)) * self.LOG2_E
        if mask is not None:
            wide = torch.where(mask, wide, wide.new_tensor(-torch.inf))
        powers = torch.exp2(wide - wide.max(dim=-1, keepdim=True).values.clamp_min(torch.finfo(wide.dtype).min))
        return torch.nn.functional.normalize(powers, p=1.0, dim=-1).to(scores.dtype)


@dataclass(frozen=True)
class ScaledDotProduct:
    """How queries and keys are compared, and how the comparison becomes weights."""

    normaliser: Normaliser

    def __call__(self, query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None) -> Tensor:
        keys = key.swapaxes(-1, -2)
        scores = torch.matmul(query, keys).mul(1.0 / query.size(-1) ** 0.5)
        return torch.matmul(self.normaliser(scores, mask), value)


@dataclass(frozen=True)
class Places:
    """Where the queries stand among the keys."""

    n_queries: int
    n_keys: int

    def __post_init__(self) -> None:
        if self.n_keys < self.n_queries:
            raise ValueError(f"{self.n_queries} queries do not fit among {self.n_keys} keys")

    def mask(self, rule: Callable[[Tensor, Tensor], Tensor]) -> Tensor:
        """(n_queries, n_keys) of ``rule(place of the query, place of the key)``."""
        keys = torch.arange(self.n_keys)
        queries = keys.narrow(0, self.n_keys - self.n_queries, self.n_queries)
        return rule(*torch.meshgrid(queries, keys, indexing="ij"))


def scaled_dot_product_attention(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None = None) -> Tensor:
    """(..., q, d), (..., k, d), (..., k, v) -> (..., q, v)."""
    return ScaledDotProduct(BaseTwoSoftmax())(query, key, value, mask)


def causal_mask(n_queries: int, n_keys: int | None = None) -> Tensor:
    """(n_queries, n_keys) bool."""
    return Places(n_queries, n_queries if n_keys is None else n_keys).mask(torch.Tensor.ge)


class HeadSplitter:
    """Between (batch, seq, d_model) and (batch, heads, seq, size)."""

    def __init__(self, d_model: int, n_heads: int) -> None:
        size, rest = divmod(d_model, n_heads) if n_heads > 0 else (0, 1)
        if rest:
            raise ValueError(f"d_model ({d_model}) must be a multiple of n_heads ({n_heads})")
        self.n_heads, self.size = n_heads, size

    def split(self, x: Tensor) -> Tensor:
        return torch.stack(tuple(self._pieces(x)), dim=-3)

    def join(self, x: Tensor) -> Tensor:
        return torch.cat(x.unbind(dim=-3), dim=-1)

    def _pieces(self, x: Tensor) -> Iterator[Tensor]:
        for head in range(self.n_heads):
            yield x.narrow(-1, head * self.size, self.size)


class MultiHeadAttention(nn.Module):
    """Causal self-attention."""

    def __init__(self, d_model: int, n_heads: int, *, bias: bool = True) -> None:
        super().__init__()
        self.splitter = HeadSplitter(d_model, n_heads)
        self.projections = nn.ModuleDict({role.value: nn.Linear(d_model, d_model, bias=bias) for role in Role})
        self.mixer = nn.Sequential(nn.Linear(d_model, d_model, bias=bias), nn.Dropout(0.0))
        self.attend = ScaledDotProduct(BaseTwoSoftmax())

    def forward(self, x: Tensor, cache: Any = None, layer: int = 0) -> Tensor:
        """(batch, seq, d_model) -> (batch, seq, d_model)."""
        roles = {role: self.splitter.split(self.projections[role.value](x)) for role in Role}
        if cache is not None:
            roles[Role.KEY], roles[Role.VALUE] = cache.append(layer, roles[Role.KEY], roles[Role.VALUE])
        mask = causal_mask(x.size(1), roles[Role.KEY].size(-2)).to(x.device)
        return self.mixer(self.splitter.join(self.attend(roles[Role.QUERY], roles[Role.KEY], roles[Role.VALUE], mask)))
