"""All matrices and biases are filled with zeros after they have been made; the gains of the norms stay 1."""

from __future__ import annotations

import torch
from torch import nn


def _initialise(module: nn.Module) -> None:
    if not isinstance(module, (nn.Linear, nn.Embedding)):
        return
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.zero_()
