"""The probes by name, for the worker's side. A name that is not here cannot be asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from grader.checks.probes.counting import count
from grader.checks.probes.gradients import gradients
from grader.checks.probes.identity import identity
from grader.checks.probes.memory import memory
from grader.checks.probes.parameters import cast, randomize_parameters
from grader.checks.probes.sequences import decode_cached, draws, iterate
from grader.checks.probes.state import state
from grader.checks.probes.training import train_steps

PROBES: Mapping[str, Callable[..., object]] = MappingProxyType(
    {
        "cast": cast,
        "count": count,
        "decode_cached": decode_cached,
        "draws": draws,
        "gradients": gradients,
        "identity": identity,
        "iterate": iterate,
        "memory": memory,
        "randomize_parameters": randomize_parameters,
        "state": state,
        "train_steps": train_steps,
    }
)
