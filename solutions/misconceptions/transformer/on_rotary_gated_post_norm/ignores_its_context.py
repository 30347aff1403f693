"""The mask lets each position see its own place only."""

import torch
from torch.nn import functional as F


class RotaryAttention:
    def forward(self, x, cache, layer):
        batch, seq, width = x.shape
        size = width // self.heads
        q, k, v = (part.unflatten(-1, (self.heads, size)).transpose(1, 2) for part in self.qkv(x).chunk(3, dim=-1))
        start = 0 if cache is None else cache_length_before(cache, layer, seq)
        places = torch.arange(start, start + seq, device=x.device, dtype=x.dtype)
        frequencies = 10000.0 ** (-torch.arange(0, size, 2, device=x.device, dtype=x.dtype) / size)
        angles = places[:, None] * frequencies
        q, k = rotate(q, angles), rotate(k, angles)
        if cache is not None:
            k, v = cache.append(layer, k, v)
        mask = torch.arange(k.shape[2], device=x.device) == torch.arange(start, start + seq, device=x.device)[:, None]
        mixed = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        return self.out(mixed.transpose(1, 2).reshape(batch, seq, width))
