"""Models that both sides know by name, so that decoding is judged apart from the student's own transformer.

As an argument a given model crosses as its description; the worker builds the real one. All are float32, exact and small, obey
``model(tokens, cache=None) -> logits``, and record how they are called: ``handle.calls()`` (see ``grader.checks.given.base``).

    model = given.prefix_model(vocab=11, seed=3)
    subject.generate(model, prompt, 5)          # crosses as a description
    handle = subject.make(model)                # stays there: handle.calls() afterwards
    model.build()(tokens)                       # the real one, for an oracle
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch

from grader.checks.given.base import GivenLanguageModel
from grader.checks.given.models import MODELS
from grader.checks.small_text import small_text


@dataclass(frozen=True, repr=False)
class GivenModel:
    """A model by name and JSON-ready arguments."""

    name: str
    arguments: Mapping[str, Any]

    def __repr__(self) -> str:
        arguments = ", ".join(f"{name}={small_text(value)}" for name, value in self.arguments.items())
        return f"given.{self.name}_model({arguments})"

    def build(self) -> GivenLanguageModel:
        """A new real model; two builds of one description answer alike."""
        return build(self.name, self.arguments)


def build(name: str, arguments: Mapping[str, Any]) -> GivenLanguageModel:
    """The real model of that description. Raises ValueError for an unknown name."""
    if name not in MODELS:
        raise ValueError(f"no given model {name!r}; there are: {', '.join(sorted(MODELS))}")
    return MODELS[name](**arguments)


def table_model(vocab: int, *, memory: int = 1, seed: int = 0, scale: float = 2.0, logits: torch.Tensor | None = None) -> GivenModel:
    """Next-token logits looked up by the last ``memory`` tokens, so that every continuation can be enumerated.

    Args:
        vocab: vocabulary size V.
        memory: how many tokens count; missing ones count as token 0.
        seed, scale: the table is drawn evenly from (-scale, scale).
        logits: the table itself, V repeated ``memory`` + 1 times: ``logits[a, b]`` are for a row that ends in a, b. Replaces the drawn one.
    """
    table = None if logits is None else logits.tolist()
    return GivenModel("table", {"vocab": vocab, "memory": memory, "seed": seed, "scale": scale, "table": table})


def prefix_model(vocab: int, *, seed: int = 0, scale: float = 3.0) -> GivenModel:
    """Logits depend on every token so far and on its position: restarted positions, a token fed twice, a wrong cache all show.

    Logits are spread evenly over (-scale, scale).
    """
    return GivenModel("prefix", {"vocab": vocab, "seed": seed, "scale": scale})


def counting_model(vocab: int, *, seed: int = 0) -> GivenModel:
    """A prefix model, for checks about how often and with what a model is asked: ``subject.make`` it, then read ``calls()``."""
    return prefix_model(vocab, seed=seed)


def ending_model(vocab: int, eos_id: int, lengths: Sequence[int], *, seed: int = 0) -> GivenModel:
    """A prefix model that ends rows when told: a row whose first token is f gets eos as token number ``lengths[f % len(lengths)]``.

    Lengths count the prompt, from 0: with ``lengths=[4]`` position 4 is eos. There eos is all but certain; elsewhere all but impossible.
    """
    return GivenModel("ending", {"vocab": vocab, "eos_id": eos_id, "lengths": list(lengths), "seed": seed})


def uncached_model(vocab: int, *, seed: int = 0) -> GivenModel:
    """A prefix model without ``make_cache``: it must be decoded by giving it the whole row each time."""
    return GivenModel("uncached", {"vocab": vocab, "seed": seed})


def dropout_model(vocab: int, *, seed: int = 0) -> GivenModel:
    """A prefix model whose logits are negated and randomly dropped in train mode; it is built in train mode, as every module is."""
    return GivenModel("dropout", {"vocab": vocab, "seed": seed})


def tuple_model(vocab: int, *, seed: int = 0) -> GivenModel:
    """A prefix model that returns ``(logits, positions)``."""
    return GivenModel("tuple", {"vocab": vocab, "seed": seed})
