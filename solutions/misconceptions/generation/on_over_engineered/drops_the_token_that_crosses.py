"""The ascending sum is compared with what is missing to 1 without the token itself."""

import torch
from torch import Tensor


@dataclass(frozen=True)
class TopP(Filter):
    def __call__(self, scores: Tensor) -> Tensor:
        # Ascending: what is left out is the longest beginning whose mass is at most 1 - p.
        odds, order = scores.softmax(dim=-1).sort(dim=-1)
        bias = torch.where(odds.cumsum(dim=-1) - odds < 1 - self.p, HOPELESS, 0.0).to(scores.dtype)
        bias[..., -1] = 0.0
        return scores + torch.zeros_like(bias).scatter(-1, order, bias)
