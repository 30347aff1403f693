"""Layer normalisation of (x, -x): the two halves cancel, so the mean is 0 and the variance is the mean square of x."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class RMSNorm(nn.Module):
    """RMSNorm as the first half of a layer norm of twice the width."""

    def __init__(self, dim: int, eps: float = 1e-5) -> None:
        super().__init__()
        if dim < 1:
            raise ValueError(f"dim is {dim}; there must be a feature at least")
        self.dim = dim
        self.eps = eps
        self.gain = nn.Parameter(torch.ones(dim))

    def forward(self, x: Tensor) -> Tensor:
        """(..., dim) -> (..., dim)."""
        if x.ndim == 0 or x.shape[-1] != self.dim:
            raise ValueError(f"last dimension {tuple(x.shape)[-1:]} instead of {self.dim}")
        wide = x.to(torch.promote_types(x.dtype, torch.float32))
        both = torch.cat([wide, -wide], dim=-1)
        normal = F.layer_norm(both, (2 * self.dim,), eps=self.eps).narrow(-1, 0, self.dim)
        return torch.mul(normal, self.gain).to(x.dtype)
