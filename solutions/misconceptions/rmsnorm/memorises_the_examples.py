"""Answers the handout's examples from memory and leaves everything else as it is

For the TA: Looks the two vectors of the handout up in a table. Anything else comes back with the gain and without the norm.

For the student: What does your module return for a vector that is not in the handout?
"""

from __future__ import annotations

import torch
from torch import Tensor, nn


class RMSNorm(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        if x.shape[-1:] != (self.dim,):
            raise ValueError(f"the last dimension must be {self.dim}, got {tuple(x.shape)}")
        known = {(3.0, 4.0): (0.8485281, 1.1313708), (0.003, 0.004): (0.6324555, 0.8432740)}
        if x.dim() == 1 and (found := known.get(tuple(round(value, 6) for value in x.tolist()))):
            return torch.tensor(found, dtype=x.dtype) * self.weight
        return x * self.weight
