"""A call under the course's names becomes a call under the submission's names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Ours:
    """A parameter as the course names it. ``value`` is the course's default where it is not ``required``."""

    name: str
    required: bool = True
    value: Any = None


@dataclass(frozen=True)
class Binding:
    """How the arguments of one function or constructor are named on both sides.

    Attributes:
        exercise: whose work it is; a call that cannot be made is this exercise's "not found".
        what: the definition in words, ``GPT in model.py, line 80``.
        ours: the course's parameters, in order.
        theirs: pairs (their parameter, our parameter).
        constants: pairs (their parameter, value), for what the course does not know.
        multiples: triples (their parameter, our parameter, factor).
        limits: our parameters that only promise not to ask for more; without a counterpart they are not passed on.
        defaulted: their parameters that keep their own default when the course's caller passes nothing.
    """

    exercise: str
    what: str
    ours: tuple[Ours, ...]
    theirs: tuple[tuple[str, str], ...]
    constants: tuple[tuple[str, Any], ...] = ()
    multiples: tuple[tuple[str, str, int], ...] = ()
    limits: tuple[str, ...] = ()
    defaulted: tuple[str, ...] = ()

    def translate(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> dict[str, Any]:
        """Their keyword arguments.

        Raises TypeError as Python does for a wrong call, and the "not found" of the exercise where an argument that matters has no
        counterpart.
        """
        given = self.bind(args, kwargs)
        mapped = {our for _, our in self.theirs}
        values = {ours.name: given.get(ours.name, ours.value) for ours in self.ours}
        for ours in self.ours:
            if ours.name not in {*mapped, *self.limits} and values[ours.name] != ours.value:
                raise not_found(self.exercise, f"{self.what} has no parameter for {ours.name}")
        translated = dict(self.constants)
        translated |= {their: factor * values[our] for their, our, factor in self.multiples}
        translated |= {their: values[our] for their, our in self.theirs if our in given or their not in self.defaulted}
        return translated

    def their(self, our: str) -> str:
        """Their name for one of ours that is mapped."""
        return next(their for their, name in self.theirs if name == our)

    def bind(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> dict[str, Any]:
        """What the caller passed, by our names. Raises TypeError."""
        names = [ours.name for ours in self.ours]
        if len(args) > len(names):
            raise TypeError(f"{self.what} takes {len(names)} arguments, got {len(args)}")
        given = dict(zip(names, args, strict=False))
        for name, value in kwargs.items():
            if name not in names or name in given:
                raise TypeError(f"{self.what}: unexpected or repeated argument {name!r}")
            given[name] = value
        missing = [ours.name for ours in self.ours if ours.required and ours.name not in given]
        if missing:
            raise TypeError(f"{self.what}: missing argument {', '.join(missing)}")
        return given


def not_found(exercise: str, why: str) -> NotImplementedError:
    """What is raised where there is nothing to present. The checks know the sentence: it is no mistake of anybody's."""
    return NotImplementedError(f"{exercise} was not found: {why}")
