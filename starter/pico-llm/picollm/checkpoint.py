"""Given: training state in one safetensors file: tensors, and metadata as JSON. Nothing is ever unpickled.

The file holds the model, the optimiser, the state of the random number generators and the progress, so that a run that is resumed goes on
as if it had never stopped.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.optim import Optimizer

_SCHEMA = 1


@dataclass(frozen=True)
class LossRecord:
    """The loss of one training step, in nats per token; ``validation`` only after the last step of an epoch."""

    step: int
    training: float
    validation: float | None = None


@dataclass
class Progress:
    """How far a model's training has come: finished epochs and steps, and the loss of each step."""

    epochs: int = 0
    steps: int = 0
    losses: list[LossRecord] = field(default_factory=list)


def save_checkpoint(path: Path, model: nn.Module, optimizer: Optimizer, progress: Progress, settings: dict[str, Any]) -> None:
    """Write the checkpoint; a crash in the middle leaves the one before whole.

    Args:
        path: ends in .safetensors.
        model, optimizer, progress: what is saved.
        settings: JSON-ready; with what the model was made, compared when the run is resumed.
    """
    optimizer_state = optimizer.state_dict()
    tensors = {f"model.{name}": tensor for name, tensor in model.state_dict().items()}
    plain: dict[str, dict[str, Any]] = {}
    for index, values in optimizer_state["state"].items():
        for name, value in values.items():
            if isinstance(value, Tensor):
                tensors[f"optimizer.{index}.{name}"] = value
            else:
                plain.setdefault(str(index), {})[name] = value
    for device, state in _random_states(model).items():
        tensors[f"random.{device}"] = state
    metadata = {
        "schema": _SCHEMA,
        "settings": settings,
        "progress": asdict(progress),
        "optimizer_groups": optimizer_state["param_groups"],
        "optimizer_plain": plain,
    }
    temporary = path.with_suffix(".partial")
    # Copies, because the format refuses tensors that share memory, as tied weights do.
    copies = {name: tensor.detach().cpu().clone().contiguous() for name, tensor in tensors.items()}
    save_file(copies, temporary, metadata={"picollm": json.dumps(metadata)})
    temporary.replace(path)


def load_checkpoint(path: Path, model: nn.Module, optimizer: Optimizer, settings: dict[str, Any]) -> Progress:
    """Put the saved state into model, optimiser and random number generators, and return the progress.

    Raises:
        ValueError: the file is no checkpoint, or it was made with other settings or by another model; nothing is changed then.
    """
    try:
        with safe_open(path, framework="pt") as file:
            metadata = json.loads((file.metadata() or {}).get("picollm", "{}"))
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - no mapping
    except (SafetensorError, ValueError) as error:
        raise ValueError(f"{path} is no checkpoint: {error}") from None
    if metadata.get("schema") != _SCHEMA:
        raise ValueError(f"{path} is no checkpoint of this version")
    differing = sorted(
        name for name in settings.keys() | metadata["settings"].keys() if settings.get(name) != metadata["settings"].get(name)
    )
    if differing:
        told = ", ".join(f"{name} {metadata['settings'].get(name)!r}, now {settings.get(name)!r}" for name in differing)
        raise ValueError(f"{path} was made with other settings ({told}); use the same, or train anew without --resume")
    weights = {name.removeprefix("model."): tensor for name, tensor in tensors.items() if name.startswith("model.")}
    present = {name: tensor.shape for name, tensor in model.state_dict().items()}
    if present != {name: tensor.shape for name, tensor in weights.items()}:
        raise ValueError(f"{path} was made by a model with other parameters; if you changed the code, train anew without --resume")

    model.load_state_dict(weights)
    state: dict[int, dict[str, Any]] = {int(index): dict(values) for index, values in metadata["optimizer_plain"].items()}
    for name, tensor in tensors.items():
        if name.startswith("optimizer."):
            _, index, key = name.split(".", maxsplit=2)
            state.setdefault(int(index), {})[key] = tensor
    optimizer.load_state_dict({"state": state, "param_groups": metadata["optimizer_groups"]})
    _restore_random_states({name.removeprefix("random."): tensor for name, tensor in tensors.items() if name.startswith("random.")})
    saved = metadata["progress"]
    return Progress(saved["epochs"], saved["steps"], [LossRecord(**record) for record in saved["losses"]])


def _random_states(model: nn.Module) -> dict[str, Tensor]:
    """The state of torch's default generator, and of the one on the device where the model is."""
    states = {"cpu": torch.get_rng_state()}
    device = next((parameter.device.type for parameter in model.parameters()), "cpu")
    if device == "cuda":
        states["cuda"] = torch.cuda.get_rng_state()
    if device == "mps":
        states["mps"] = torch.mps.get_rng_state()
    return states


def _restore_random_states(states: dict[str, Tensor]) -> None:
    torch.set_rng_state(states["cpu"])
    if "cuda" in states and torch.cuda.is_available():
        torch.cuda.set_rng_state(states["cuda"])
    if "mps" in states and torch.backends.mps.is_available():
        torch.mps.set_rng_state(states["mps"])
