"""Scores and values are made float32 inside each head, and so are the logits at the end."""

from __future__ import annotations

import math

import torch
from picollm.kv_cache import KVCache
from torch import Tensor, nn


class Head(nn.Module):
    def attend(self, x: Tensor, key: Tensor, value: Tensor) -> Tensor:
        query, key, value = self.query(x).float(), key.float(), value.float()
        places = torch.arange(key.shape[1], device=x.device)
        distance = places[-query.shape[1] :].unsqueeze(1) - places
        scores = query @ key.transpose(1, 2) / math.sqrt(query.shape[-1]) - self.slope * distance.float()
        weights = torch.softmax(scores.masked_fill(distance < 0, -torch.inf), dim=-1)
        return (weights @ value).to(x.dtype)


class TransformerModel(nn.Module):
    def forward(self, tokens: Tensor, cache: KVCache | None = None) -> Tensor:
        x = self.embedding[tokens[:, -self.context :]]
        for layer, block in enumerate(self.blocks):
            x = block(x, cache, layer)
        return self.norm(x).to(torch.float32) @ self.out.to(torch.float32)
