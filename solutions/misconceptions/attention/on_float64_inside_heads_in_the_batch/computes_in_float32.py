"""All is float32 inside, and the result is converted back."""

from __future__ import annotations

import torch
from torch import Tensor


def scaled_dot_product_attention(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None = None) -> Tensor:
    lead = torch.broadcast_shapes(query.shape[:-2], key.shape[:-2], value.shape[:-2])
    flat_query, flat_key, flat_value = (x.float().expand(*lead, *x.shape[-2:]).reshape(-1, *x.shape[-2:]) for x in (query, key, value))
    additive = torch.zeros(1, 1, 1, device=query.device)
    if mask is not None:
        additive = (~mask).float().mul(-1e9).expand(*lead, query.shape[-2], key.shape[-2]).reshape(-1, query.shape[-2], key.shape[-2])
    scores = torch.baddbmm(additive, flat_query, flat_key.transpose(1, 2), alpha=query.shape[-1] ** -0.5)
    result = torch.bmm(torch.softmax(scores, dim=2), flat_value)
    return result.to(query.dtype).reshape(*lead, query.shape[-2], value.shape[-1])
