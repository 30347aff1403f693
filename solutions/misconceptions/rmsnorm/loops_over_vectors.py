"""Loops over the vectors in Python

For the TA: Right values, one vector at a time: the number of operations grows with the batch.

For the student: How many times does your loop run for a batch of 32 sequences of 1,024 positions?
"""

from __future__ import annotations

import torch
from torch import Tensor, nn


class RMSNorm(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        rows = x.reshape(-1, x.shape[-1]).to(torch.promote_types(x.dtype, torch.float32))
        if rows.shape[-1] != self.dim:
            raise ValueError(f"the last dimension must be {self.dim}, got {tuple(x.shape)}")
        done = [row * torch.rsqrt(row.square().mean() + self.eps) * self.weight for row in rows]
        return torch.stack(done).reshape(x.shape).to(x.dtype)
