"""One share of the whole is drawn for all rows."""

import torch
from torch import Tensor


def _draw(odds: Tensor, generator: torch.Generator | None) -> Tensor:
    """(rows, vocab) -> (rows,): where the running sum passes a random share of the whole."""
    sums = odds.cumsum(dim=1)
    number = torch.rand(1, 1, dtype=torch.float64, generator=generator)
    return torch.searchsorted(sums, number * sums[:, -1:], right=True).squeeze(1)
