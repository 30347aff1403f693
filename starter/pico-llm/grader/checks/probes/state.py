"""A model and the random generators at one moment, as digests that can be compared."""

from __future__ import annotations

import hashlib
import random
from typing import Any

import numpy as np
import torch

from grader.checks.probes.parameters import require_module


def _digest(tensor: torch.Tensor) -> str:
    data = tensor.detach().cpu().contiguous().reshape(-1).view(torch.uint8)
    return hashlib.sha256(data.numpy().tobytes()).hexdigest()


def _row(name: str, tensor: torch.Tensor) -> dict[str, Any]:
    return {
        "name": name,
        "shape": tuple(tensor.shape),
        "dtype": str(tensor.dtype).removeprefix("torch."),
        "requires_grad": tensor.requires_grad,
        "digest": _digest(tensor),
    }


def rng_digest() -> str:
    """Digest of the global generators of torch, numpy and random; nothing is drawn from them."""
    numpy_state = np.random.get_state(legacy=False)
    assert isinstance(numpy_state, dict)
    whole = hashlib.sha256(torch.get_rng_state().numpy().tobytes())
    whole.update(numpy_state["state"]["key"].tobytes())
    whole.update(repr((numpy_state["state"]["pos"], numpy_state["has_gauss"], numpy_state["gauss"])).encode())
    whole.update(repr(random.getstate()).encode())
    return whole.hexdigest()


def state(model: object) -> dict[str, Any]:
    """Fields of ``ModelState``. Raises TypeError for anything but a module."""
    module = require_module(model, "state")
    return {
        "training": module.training,
        "rng_digest": rng_digest(),
        "parameters": [_row(name, parameter) for name, parameter in module.named_parameters()],
        "buffers": [_row(name, buffer) for name, buffer in module.named_buffers()],
    }
