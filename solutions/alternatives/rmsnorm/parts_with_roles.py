"""Over-engineered: a policy for the dtype, a module for the statistic and one for the gain, and eps kept in a buffer."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn


@dataclass(frozen=True)
class Precision:
    """In which dtype an input is worked on."""

    least: torch.dtype = torch.float32

    def widen(self, x: Tensor) -> Tensor:
        """The same values in this dtype, or in their own where that is wider."""
        return x.type(torch.promote_types(x.dtype, self.least))


class InverseRoot(nn.Module):
    """(mean of squares + eps) ** -1/2 along the last axis."""

    eps: Tensor

    def __init__(self, eps: float) -> None:
        super().__init__()
        self.register_buffer("eps", torch.tensor(float(eps), dtype=torch.float64), persistent=False)

    def _apply(self, fn, recurse=True):  # type: ignore[no-untyped-def]
        """Casting the module leaves eps in float64: in half precision it would lose its digits."""
        eps = self.eps
        super()._apply(fn, recurse)
        self.eps = eps.to(self.eps.device)
        return self

    def forward(self, wide: Tensor) -> Tensor:
        """(..., dim) -> (..., 1)."""
        return torch.pow(torch.mean(torch.square(wide), -1, keepdim=True) + self.eps.to(wide.dtype), -0.5)


class Gain(nn.Module):
    """Multiplies each feature by a number of its own, 1 at first."""

    def __init__(self, features: int) -> None:
        super().__init__()
        self.values = nn.Parameter(torch.empty(features))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Back to the start."""
        nn.init.ones_(self.values)

    def forward(self, normal: Tensor) -> Tensor:
        """(..., dim) -> (..., dim)."""
        return torch.einsum("...d,d->...d", normal, self.values.to(normal.dtype))


class RMSNorm(nn.Module):
    """Puts the parts together."""

    def __init__(self, dim: int, eps: float = 1e-5, precision: Precision | None = None) -> None:
        super().__init__()
        if dim < 1:
            raise ValueError(f"dim must be a positive number of features, got {dim}")
        self.dim = dim
        self.precision = precision or Precision()
        self.inverse_root = InverseRoot(eps)
        self.gain = Gain(dim)

    def _check(self, x: Tensor) -> None:
        if x.dim() == 0:
            raise ValueError("a single number is no vector")
        if x.shape[-1] != self.dim:
            raise ValueError(f"the last axis has {x.shape[-1]} features, not {self.dim}")

    def forward(self, x: Tensor) -> Tensor:
        """(..., dim) -> (..., dim)."""
        self._check(x)
        wide = self.precision.widen(x)
        result: Tensor = self.gain(wide * self.inverse_root(wide))
        return result.type_as(x)
