"""Which definition of a submission is which name of the course: by the shape of its signature, and only where there is one answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from grader.intake.adapters.beside.binding import Binding
from grader.intake.adapters.definitions import SETTINGS, Argument, Definition
from grader.intake.adapters.wanted import CONSTANTS, DEVICES, FOURFOLD, Wanted

START = ("start_pos", "start_position")
_SHOWN = 4


@dataclass(frozen=True)
class Mapped:
    """A definition that is one of ours. ``config`` is ``""``, ``"dict"`` or the definition of the class that holds its settings."""

    wanted: Wanted
    definition: Definition
    binding: Binding
    config: Definition | str = ""


@dataclass(frozen=True)
class Unmapped:
    """One of ours that was not found, with the reason."""

    wanted: Wanted
    why: str


def map_one(wanted: Wanted, found: Sequence[Definition], exercise: str) -> Mapped | Unmapped:
    """The definition that is ``wanted``. Two that could be it are none, unless one has our very name."""
    candidates: list[Mapped] = []
    near: list[str] = []
    for definition in found:
        if definition.is_class != wanted.is_class or not wanted.may_be_called(definition.name):
            continue
        outcome = _bound(wanted, definition, found, exercise)
        if isinstance(outcome, Mapped):
            candidates.append(outcome)
        elif wanted.pattern:
            near.append(f"{definition.shown}, {outcome}")
    if wanted.built_of_others:
        candidates = [item for item in candidates if not any(_builds(other.definition, item.definition) for other in candidates)]
    chosen = candidates if len(candidates) == 1 else [item for item in candidates if item.definition.name == wanted.symbol]
    if len(chosen) == 1:
        return chosen[0]
    if candidates:
        return Unmapped(wanted, f"several could be it ({_listed(item.definition.shown for item in candidates)})")
    return Unmapped(wanted, f"looked for {wanted.needs}" + (f"; {_listed(near)}" if near else ""))


def _bound(wanted: Wanted, definition: Definition, found: Sequence[Definition], exercise: str) -> Mapped | str:
    """The mapping of one definition, or why there is none."""
    if refusal := _wrong_forward(wanted, definition):
        return refusal
    arguments, config = _settings(definition, found if wanted.built_of_others else (definition,), found)
    binding = _bind(wanted, definition, arguments, exercise)
    return binding if isinstance(binding, str) else Mapped(wanted, definition, binding, config)


def _wrong_forward(wanted: Wanted, definition: Definition) -> str:
    if not wanted.is_class:
        return ""
    if not definition.forward:
        return "has no forward that takes a tensor"
    more = [item.name for item in definition.forward[1:] if item.required and item.name not in START]
    return f"needs more than one tensor in forward ({', '.join(more)})" if more else ""


def _settings(
    definition: Definition, readers: Sequence[Definition], found: Sequence[Definition]
) -> tuple[tuple[Argument, ...], Definition | str]:
    """What the constructor takes: its own parameters, or what is in the one object of settings that it takes and ``readers`` look into."""
    required = [item.name for item in definition.arguments if item.required]
    if not definition.is_class or len(required) != 1 or required[0] not in SETTINGS:
        return definition.arguments, ""
    keys = tuple(dict.fromkeys(key for item in readers for key in item.keys))
    holders = [item for item in found if item.has_fields and item.name in definition.names]
    holders = holders or [item for item in found if item.has_fields and item.name.lower().endswith(("config", "args"))]
    if len(holders) == 1:
        return holders[0].arguments, holders[0]
    return (tuple(Argument(key, required=True) for key in keys), "dict") if keys else (definition.arguments, "")


def _bind(wanted: Wanted, definition: Definition, arguments: Sequence[Argument], exercise: str) -> Binding | str:
    theirs: dict[str, str] = {}
    names = [argument.name for argument in arguments]
    for parameter in wanted.parameters:
        free = [name for name in parameter.names if name in names and name not in theirs]
        if free:
            theirs[free[0]] = parameter.ours.name
        elif parameter.decisive:
            return f"has no parameter for {parameter.ours.name}"
    constants: dict[str, Any] = {}
    multiples: list[tuple[str, str, int]] = []
    for argument in arguments:
        if argument.name in theirs:
            continue
        if argument.name in DEVICES:
            constants[argument.name] = "cpu"
        elif argument.required and argument.name in CONSTANTS:
            constants[argument.name] = CONSTANTS[argument.name]
        elif argument.required and argument.name == "d_out" and "d_in" in theirs:
            theirs["d_out"] = theirs["d_in"]
        elif argument.required and argument.name in FOURFOLD and "d_model" in theirs.values():
            multiples.append((argument.name, "d_model", 4))
        elif argument.required:
            return f"needs {argument.name}, of which the course knows nothing"
    optional = {argument.name for argument in arguments if not argument.required}
    return Binding(
        exercise=exercise,
        what=definition.shown,
        ours=tuple(parameter.ours for parameter in wanted.parameters),
        theirs=tuple(theirs.items()),
        constants=tuple(constants.items()),
        multiples=tuple(multiples),
        limits=wanted.limits,
        defaulted=() if wanted.is_class else tuple(name for name in theirs if name in optional),
    )


def _builds(outer: Definition, inner: Definition) -> bool:
    """Whether a class names another in its body: a model its blocks."""
    return outer is not inner and inner.name in outer.names


def _listed(items: Iterable[str]) -> str:
    shown = list(items)
    return "; ".join(shown[:_SHOWN]) + (f" and {len(shown) - _SHOWN} more" if len(shown) > _SHOWN else "")
