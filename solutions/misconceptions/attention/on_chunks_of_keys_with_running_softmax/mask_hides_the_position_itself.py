"""gt in place of ge."""

from __future__ import annotations

import torch
from torch import Tensor


def causal_mask(n_queries: int, n_keys: int | None = None) -> Tensor:
    missing = 0 if n_keys is None else n_keys - n_queries
    if missing < 0:
        raise ValueError(f"{n_queries} queries are more than {n_keys} keys")
    place = torch.arange(n_queries + missing)
    return torch.gt(place.unsqueeze(1), place)[missing:]
