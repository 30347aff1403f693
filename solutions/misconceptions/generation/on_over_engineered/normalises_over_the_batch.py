"""The drawer and top-p take the softmax over dimension 0."""

import torch
from torch import Tensor


@dataclass(frozen=True)
class TopP(Filter):
    p: float

    def __post_init__(self) -> None:
        if self.p <= 0 or self.p > 1:
            raise ValueError(f"top_p {self.p} is not in (0, 1]")

    def __call__(self, scores: Tensor) -> Tensor:
        # Ascending: what is left out is the longest beginning whose mass is at most 1 - p.
        odds, order = scores.softmax(dim=0).sort(dim=-1)
        bias = torch.where(odds.cumsum(dim=-1) <= 1 - self.p, HOPELESS, 0.0).to(scores.dtype)
        bias[..., -1] = 0.0
        return scores + torch.zeros_like(bias).scatter(-1, order, bias)


@dataclass(frozen=True)
class Drawn(Chooser):
    filters: Sequence[Filter]
    generator: torch.Generator | None

    def __call__(self, logits: Tensor) -> Tensor:
        scores = logits.double()
        scores = scores - scores.amax(dim=-1, keepdim=True)
        for apply in self.filters:
            scores = apply(scores)
        cumulative = scores.softmax(dim=0).cumsum(dim=-1)
        number = torch.rand(cumulative.shape[:-1], dtype=torch.float64, generator=self.generator).unsqueeze(-1)
        return (cumulative <= number * cumulative[..., -1:]).sum(dim=-1)
