"""One number is drawn and broadcast over the rows."""

import torch
from torch import Tensor


@dataclass(frozen=True)
class Drawn(Chooser):
    def __call__(self, logits: Tensor) -> Tensor:
        scores = logits.double()
        scores = scores - scores.amax(dim=-1, keepdim=True)
        for apply in self.filters:
            scores = apply(scores)
        cumulative = scores.softmax(dim=-1).cumsum(dim=-1)
        number = torch.rand(1, dtype=torch.float64, generator=self.generator)
        return (cumulative <= number * cumulative[..., -1:]).sum(dim=-1)
