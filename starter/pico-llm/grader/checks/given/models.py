"""The given models themselves. Integer arithmetic decides their logits, so they answer alike on every machine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import torch
from torch import nn

from grader.checks.given.base import CachedLanguageModel, GivenLanguageModel

# A prime below 2**31: products of two residues fit into int64.
_PRIME = 2_147_483_647
_FAR = 40.0
_STEPS = 2**20


class TableModel(CachedLanguageModel):
    """Logits from a table indexed by the last ``memory`` tokens; missing ones count as token 0."""

    def __init__(self, vocab: int, memory: int, seed: int, scale: float, table: Sequence[Any] | None) -> None:
        super().__init__(vocab)
        if table is None:
            generator = torch.Generator().manual_seed(seed)
            steps = torch.randint(1 - _STEPS, _STEPS, (vocab**memory, vocab), generator=generator)
            values = steps.float() / _STEPS * scale
        else:
            given = torch.tensor(table, dtype=torch.float32)
            if tuple(given.shape) != (vocab,) * (memory + 1):
                raise ValueError(f"the table must have the shape {(vocab,) * (memory + 1)}, not {tuple(given.shape)}")
            values = given.reshape(vocab**memory, vocab)
        self.memory = memory
        self.table = nn.Parameter(values)

    def row_logits(self, tokens: torch.Tensor) -> torch.Tensor:
        """(batch, seq) -> (batch, seq, vocab)."""
        padded = nn.functional.pad(tokens, (self.memory - 1, 0))
        windows = padded.unfold(1, self.memory, 1)  # (batch, seq, memory)
        place_values = self.vocab_size ** torch.arange(self.memory - 1, -1, -1)
        return self.table[(windows * place_values).sum(-1)]


class PrefixModel(CachedLanguageModel):
    """Logits from a hash of every (position, token) pair so far."""

    def __init__(self, vocab: int, seed: int, scale: float = 3.0) -> None:
        super().__init__(vocab)
        self.seed = seed
        # A parameter, so that code which asks for the model's device or dtype finds one.
        self.scale = nn.Parameter(torch.tensor(scale))

    def row_logits(self, tokens: torch.Tensor) -> torch.Tensor:
        """(batch, seq) -> (batch, seq, vocab), even over (-scale, scale)."""
        position = torch.arange(tokens.shape[1])
        pairs = _mixed(position * self.vocab_size + tokens + 1, self.seed)  # (batch, seq)
        prefix = pairs.cumsum(1) % _PRIME
        cells = _mixed(prefix.unsqueeze(-1) + torch.arange(self.vocab_size) * 7_919, self.seed + 1)  # (batch, seq, vocab)
        return ((cells.double() / _PRIME) * 2 - 1).float() * self.scale


class EndingModel(PrefixModel):
    """A prefix model that gives eos at set lengths and nowhere else."""

    def __init__(self, vocab: int, eos_id: int, lengths: Sequence[int], seed: int) -> None:
        super().__init__(vocab, seed)
        self.eos_id = eos_id
        self.lengths = tuple(lengths)

    def row_logits(self, tokens: torch.Tensor) -> torch.Tensor:
        """(batch, seq) -> (batch, seq, vocab)."""
        logits = super().row_logits(tokens).clone()
        ends = torch.tensor(self.lengths)[tokens[:, :1] % len(self.lengths)]  # (batch, 1)
        next_position = torch.arange(1, tokens.shape[1] + 1)
        logits[..., self.eos_id] = torch.where(next_position == ends, _FAR, -_FAR)
        return logits


class UncachedModel(GivenLanguageModel):
    """A prefix model without a cache."""

    def __init__(self, vocab: int, seed: int) -> None:
        super().__init__(vocab)
        self.inner = PrefixModel(vocab, seed)

    def row_logits(self, tokens: torch.Tensor) -> torch.Tensor:
        """(batch, seq) -> (batch, seq, vocab)."""
        return self.inner.row_logits(tokens)


class DropoutModel(PrefixModel):
    """Wrong and random in train mode."""

    def answer(self, logits: torch.Tensor) -> torch.Tensor:
        """The logits in eval mode; negated and dropped out in train mode."""
        return nn.functional.dropout(-logits, p=0.5) if self.training else logits


class TupleModel(PrefixModel):
    """Returns more than the logits."""

    def answer(self, logits: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """(logits, positions), positions (new,) int64."""
        return logits, torch.arange(logits.shape[1])


def _mixed(values: torch.Tensor, seed: int) -> torch.Tensor:
    """A pseudo-random residue of each value: int64 in [0, _PRIME)."""
    mixed = (values * 48_271 + (seed * 69_621 + 11) % _PRIME) % _PRIME
    for offset in (1_299_709, 15_485_863, 179_424_673):
        mixed = (mixed * mixed + offset) % _PRIME
    return mixed * 16_807 % _PRIME


MODELS: Mapping[str, type[GivenLanguageModel]] = MappingProxyType(
    {
        "dropout": DropoutModel,
        "ending": EndingModel,
        "prefix": PrefixModel,
        "table": TableModel,
        "tuple": TupleModel,
        "uncached": UncachedModel,
    }
)
