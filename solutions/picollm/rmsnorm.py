"""Exercise rmsnorm: normalise each vector by its root mean square."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class RMSNorm(nn.Module):
    """Root mean square layer normalisation (Zhang & Sennrich 2019, "Root Mean Square Layer Normalization", section 3).

    Each vector along the last dimension is divided by its root mean square and then multiplied, entry by entry, by a learned gain.
    Unlike layer normalisation nothing is subtracted and nothing is added.

    Args:
        dim: size of the last dimension of the input.
        eps: added to the mean square, so that a vector of zeros stays a vector of zeros.

    Raises:
        ValueError: dim is below 1.
    """

    def __init__(self, dim: int, eps: float = 1e-5) -> None:
        super().__init__()
        # BEGIN SOLUTION
        if dim < 1:
            raise ValueError(f"dim must be at least 1, got {dim}")
        self.dim = dim
        self.eps = eps
        self.weight = nn.Parameter(torch.ones(dim))
        # END SOLUTION

    def forward(self, x: Tensor) -> Tensor:
        """Normalise over the last dimension only.

        Args:
            x: (..., dim), any floating dtype. Half precision is computed in float32 inside.

        Returns:
            (..., dim), with the dtype of x.

        Raises:
            ValueError: the last dimension of x is not dim; the message names both.
        """
        # BEGIN SOLUTION
        if x.shape[-1:] != (self.dim,):  # broadcasting would stretch a last dimension of 1
            raise ValueError(f"the last dimension must be {self.dim}, got an input of shape {tuple(x.shape)}")
        # Squares overflow or lose digits in half precision; float64 stays as it is.
        precise = x.to(torch.promote_types(x.dtype, torch.float32))
        mean_square = precise.square().mean(dim=-1, keepdim=True)  # (..., 1)
        normalised = precise * torch.rsqrt(mean_square + self.eps)
        return (normalised * self.weight).to(x.dtype)
        # END SOLUTION
