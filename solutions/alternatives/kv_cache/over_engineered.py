"""Every thought a class of its own: an immutable snapshot per layer, transitions between snapshots, and a journal that counts.

Nothing is changed in place: a reorder, a reset and an extension each make new snapshots.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Generic, Protocol, TypeVar

import torch
from torch import Tensor

State = TypeVar("State")


class Transition(Protocol[State]):
    def __call__(self, state: State) -> State: ...


@dataclass(frozen=True)
class Snapshot:
    """Keys and values of one layer, each (batch, heads, length, size)."""

    keys: Tensor
    values: Tensor

    @property
    def positions(self) -> int:
        return self.keys.size(-2)


@dataclass(frozen=True)
class Extend:
    key: Tensor
    value: Tensor

    def __call__(self, state: Snapshot | None) -> Snapshot:
        if state is None:
            return Snapshot(self.key, self.value)
        return replace(state, keys=torch.cat((state.keys, self.key), -2), values=torch.cat((state.values, self.value), -2))


@dataclass(frozen=True)
class Gather:
    rows: Tensor

    def __call__(self, state: Snapshot) -> Snapshot:
        def pick(stored: Tensor) -> Tensor:
            index = self.rows.to(stored.device).view(-1, 1, 1, 1).expand(-1, *stored.shape[1:])
            return stored.gather(0, index) if len(stored) >= len(self.rows) else stored.index_select(0, self.rows.to(stored.device))

        return Snapshot(pick(state.keys), pick(state.values))


@dataclass
class Journal(Generic[State]):
    """The present state of each layer."""

    states: dict[int, State] = field(default_factory=dict)

    def apply(self, layer: int, transition: Transition[State | None]) -> State:
        self.states[layer] = transition(self.states.get(layer))
        return self.states[layer]

    def apply_to_all(self, transition: Transition[State]) -> None:
        self.states = {layer: transition(state) for layer, state in self.states.items()}


class KVCache:
    def __init__(self) -> None:
        self._journal: Journal[Snapshot] = Journal()

    @property
    def length(self) -> int:
        return min((state.positions for state in self._journal.states.values()), default=0)

    def append(self, layer: int, key: Tensor, value: Tensor) -> tuple[Tensor, Tensor]:
        # The layer's number comes from outside; its positions before this call are what the new ones follow.
        state = self._journal.apply(layer, Extend(key, value))
        return state.keys, state.values

    def reset(self) -> None:
        self._journal = Journal()

    def reorder(self, rows: Tensor | Sequence[int]) -> None:
        self._journal.apply_to_all(Gather(torch.as_tensor(rows, dtype=torch.int64)))
