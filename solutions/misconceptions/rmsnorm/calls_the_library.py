"""Calls the library's RMSNorm

For the TA: torch.nn.functional.rms_norm, which is what was to be written. The values are right.

For the student: Which functions does the last paragraph of the handout's section rule out?
"""

from torch import Tensor
from torch.nn import functional


class RMSNorm:
    def forward(self, x: Tensor) -> Tensor:
        if x.shape[-1:] != (self.dim,):
            raise ValueError(f"the last dimension must be {self.dim}, got an input of shape {tuple(x.shape)}")
        return functional.rms_norm(x, (self.dim,), self.weight, self.eps)
