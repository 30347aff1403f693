"""A configuration, a registry of position codes, a stage for each step and a decoder that threads a context through them.

Learned positions are a code among others, chosen by name. Norm before the sublayers and a last one; the MLP is gated by sigmoids. Heads are
attended one after the other and written into a preallocated result. The stream is (seq, batch, d_model).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import torch
from picollm.kv_cache import KVCache
from picollm.rmsnorm import RMSNorm
from torch import Tensor, nn


@dataclass(frozen=True)
class Config:
    """What all stages may know."""

    vocab_size: int
    d_model: int
    n_heads: int
    n_blocks: int
    max_seq_len: int
    position_code: str = "learned"

    def __post_init__(self) -> None:
        if self.n_heads < 1 or self.d_model % self.n_heads != 0:
            raise ValueError(f"d_model={self.d_model} is no multiple of n_heads={self.n_heads}")

    @property
    def head_size(self) -> int:
        return self.d_model // self.n_heads


@dataclass(frozen=True)
class Context:
    """What goes through the stages: the stream (seq, batch, d_model), where it starts, and where keys and values are kept."""

    stream: Tensor
    start: int
    cache: KVCache | None

    def plus(self, change: Tensor) -> Context:
        return replace(self, stream=self.stream + change)


class PositionCode(nn.Module, ABC):
    """(start, seq) -> (seq, 1, d_model)."""

    known: ClassVar[dict[str, Callable[[Config], PositionCode]]] = {}

    def __init_subclass__(cls, name: str, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.known[name] = cls

    @abstractmethod
    def forward(self, start: int, seq: int) -> Tensor: ...


class LearnedPositions(PositionCode, name="learned"):
    def __init__(self, config: Config) -> None:
        super().__init__()
        self.table = nn.Parameter(torch.randn(config.max_seq_len, 1, config.d_model) / config.d_model**0.5)

    def forward(self, start: int, seq: int) -> Tensor:
        if start + seq > self.table.shape[0]:
            raise ValueError(f"no position {start + seq - 1} in a table of {self.table.shape[0]}")
        return self.table.narrow(0, start, seq)


class AttentionStage(nn.Module):
    """Attention on (seq, batch, d_model)."""

    def __init__(self, config: Config, layer: int) -> None:
        super().__init__()
        self.config, self.layer = config, layer
        self.norm = RMSNorm(config.d_model)
        self.roles = nn.ModuleDict({role: nn.Linear(config.d_model, config.d_model) for role in ("query", "key", "value")})
        self.mix = nn.Linear(config.d_model, config.d_model, bias=False)

    def forward(self, context: Context) -> Context:
        read = self.norm(context.stream)
        shape = (*read.shape[:2], self.config.n_heads, self.config.head_size)
        query, key, value = (self.roles[role](read).reshape(shape).permute(1, 2, 0, 3) for role in ("query", "key", "value"))
        if context.cache is not None:
            key, value = context.cache.append(self.layer, key, value)
        found = query.new_empty(shape)
        for head in range(self.config.n_heads):
            found[:, :, head] = self._attend(query[:, head], key[:, head], value[:, head]).transpose(0, 1)
        return context.plus(self.mix(found.flatten(2)))

    @staticmethod
    def _attend(query: Tensor, key: Tensor, value: Tensor) -> Tensor:
        """(batch, new, size) with keys and values (batch, all, size) -> (batch, new, size)."""
        scores = torch.bmm(query, key.mT) * query.shape[-1] ** -0.5
        future = torch.full_like(scores[0], -torch.inf).triu(1 + key.shape[1] - query.shape[1])
        return torch.bmm(torch.softmax(scores + future, dim=-1), value)


class MLPStage(nn.Module):
    """A gated MLP on (seq, batch, d_model)."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.norm = RMSNorm(config.d_model)
        self.widen = nn.Linear(config.d_model, 4 * config.d_model)
        self.gate = nn.GLU(dim=-1)
        self.narrow = nn.Linear(2 * config.d_model, config.d_model)

    def forward(self, context: Context) -> Context:
        return context.plus(self.narrow(self.gate(self.widen(self.norm(context.stream)))))


class Decoder(nn.Sequential):
    """Stage after stage."""

    @classmethod
    def of(cls, config: Config) -> Decoder:
        stages = ((AttentionStage(config, layer), MLPStage(config)) for layer in range(config.n_blocks))
        return cls(*(stage for pair in stages for stage in pair))


class TransformerModel(nn.Module):
    """(batch, seq) -> (batch, seq, vocab_size)."""

    def __init__(self, vocab_size: int, d_model: int, n_heads: int, n_blocks: int, *, max_seq_len: int = 1024) -> None:
        super().__init__()
        config = Config(vocab_size, d_model, n_heads, n_blocks, max_seq_len)
        self.embedding = nn.Embedding(vocab_size, d_model)
        self.positions = PositionCode.known[config.position_code](config)
        self.decoder = Decoder.of(config)
        self.reader = nn.Sequential(RMSNorm(d_model), nn.Linear(d_model, vocab_size, bias=False))

    def make_cache(self) -> KVCache:
        return KVCache()

    def forward(self, tokens: Tensor, cache: KVCache | None = None) -> Tensor:
        start = cache.length if cache is not None else 0
        stream = self.embedding(tokens.T) + self.positions(start, tokens.shape[1])
        return self.reader(self.decoder(Context(stream, start, cache)).stream).transpose(0, 1)
