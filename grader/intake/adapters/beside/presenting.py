"""Models and functions of a submission, called under the course's names and shapes."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import torch
from torch import Tensor, nn

from .binding import Binding, not_found
from .loading import Place

Forward = Callable[[Callable[..., Any], Tensor], Any]
Arrange = Callable[[Callable[..., Any], dict[str, Any], Binding], Any]


class Presented(nn.Module):
    """A model of the submission. ``forward_of`` calls it in its own layout."""

    def __init__(self, place: Place, inner: Any, forward_of: Forward) -> None:
        super().__init__()
        self.inner = inner
        self._place = place
        self._forward_of = forward_of

    def make_cache(self) -> Any:
        """A cache has no form that all code bases share."""
        raise not_found("kv_cache", "a cache of another code base cannot be told from its signatures")

    def forward(self, tokens: Tensor, cache: object = None) -> Any:
        """(batch, seq) -> (batch, seq, vocab), or (..., dim) -> (..., dim) for a layer."""
        if cache is not None:
            self.make_cache()
        with self._place.around():
            return self._forward_of(self.inner, tokens)


def model(place: Place, binding: Binding, forward_of: Forward) -> Callable[..., Presented]:
    """A constructor under our names of what lies at ``place``."""
    build = place.load()

    def construct(*args: Any, **kwargs: Any) -> Presented:
        settings = binding.translate(args, kwargs)
        with place.around():
            return Presented(place, build(**settings), forward_of)

    return construct


def function(place: Place, binding: Binding, arrange: Arrange) -> Callable[..., Any]:
    """A function under our names. ``arrange`` calls theirs with their arguments. A generator that theirs cannot take is lent to it."""
    theirs = place.load()
    takes_generator = "generator" in {our for _, our in binding.theirs}

    def call(*args: Any, **kwargs: Any) -> Any:
        given = binding.bind(args, kwargs)
        generator = None if takes_generator else given.pop("generator", None)
        arguments = binding.translate((), given)
        with place.around(), lent(generator):
            return arrange(theirs, arguments, binding)

    return call


@contextlib.contextmanager
def lent(generator: torch.Generator | None) -> Iterator[None]:
    """While the block runs, torch's default generator is this one; afterwards both are as they would be."""
    if generator is None:
        yield
        return
    before = torch.get_rng_state()
    torch.set_rng_state(generator.get_state())
    try:
        yield
    finally:
        generator.set_state(torch.get_rng_state())
        torch.set_rng_state(before)


def first(output: Any) -> Any:
    """The logits of a model that returns more: the first of several, or what is called ``logits``."""
    if isinstance(output, tuple | list) and output:
        return output[0]
    if isinstance(output, Mapping) and "logits" in output:
        return output["logits"]
    return getattr(output, "logits", output)


def as_they_are(inner: Callable[..., Any], x: Tensor) -> Any:
    """A layer that has the same shapes on both sides."""
    return first(inner(x))


def passed_on(theirs: Callable[..., Any], arguments: dict[str, Any], _: Binding) -> Any:
    """A function that has the same shapes on both sides."""
    return first(theirs(**arguments))
