"""A sample for the tests: the single-file layout, everything in it right, with the ways of such files (CUDA by default, heavy imports)."""

import argparse
import math

import seaborn as sns
import tiktoken
import torch
import torch.nn as nn
import torch.nn.functional as F
import wandb
from datasets import load_dataset

from extra_layers import FeedForward


def get_args():
    parser = argparse.ArgumentParser()
    parser.add_argument("--device_id", type=str, default="cuda:0")
    parser.add_argument("--block_size", type=int, default=1024)
    return parser.parse_args()


DEVICE = torch.device("cuda:0")
POSITION_CODES = torch.arange(64, device=DEVICE)


class KGramMLPSeqModel(nn.Module):
    def __init__(self, vocab_size, k=3, embed_size=1024, num_inner_layers=1, chunk_size=1):
        super().__init__()
        self.k, self.vocab_size, self.chunk_size = k, vocab_size, chunk_size
        layers = [nn.Linear(k * vocab_size, embed_size), nn.SiLU()]
        for _ in range(num_inner_layers):
            layers += [nn.Linear(embed_size, embed_size), nn.SiLU()]
        self.net = nn.Sequential(*layers, nn.Linear(embed_size, vocab_size)).to(DEVICE)

    def forward(self, tokens_seq):
        steps, rows = tokens_seq.shape
        pieces = []
        for start in range(0, steps, self.chunk_size):
            chunk = []
            for t in range(start, min(start + self.chunk_size, steps)):
                per_row = []
                for b in range(rows):
                    ids = tokens_seq[t - self.k : t, b].tolist() if t >= self.k else [0] * (self.k - t) + tokens_seq[:t, b].tolist()
                    codes = F.one_hot(torch.tensor(ids), num_classes=self.vocab_size)
                    per_row.append(self.net(codes.flatten().float().unsqueeze(0)))
                chunk.append(torch.cat(per_row, dim=0).unsqueeze(0))
            pieces.append(torch.cat(chunk, dim=0))
        return torch.cat(pieces, dim=0)


class RMSNorm(nn.Module):
    def __init__(self, dim, eps=1e-5):
        super().__init__()
        if dim < 1:
            raise ValueError(f"a norm of {dim} features")
        self.eps = eps
        self.scale = nn.Parameter(torch.ones(dim, device=DEVICE))

    def forward(self, x):
        if x.shape[-1] != len(self.scale):
            raise ValueError(f"expected {len(self.scale)} features, got {x.shape[-1]}")
        wide = x.to(torch.promote_types(x.dtype, torch.float32))
        return (wide / (wide.pow(2).mean(-1, keepdim=True) + self.eps).sqrt() * self.scale).to(x.dtype)


class Block(nn.Module):
    def __init__(self, d_model, n_heads):
        super().__init__()
        if d_model % n_heads:
            raise ValueError(f"{d_model} features for {n_heads} heads")
        self.h = n_heads
        self.norms = nn.ModuleList([RMSNorm(d_model), RMSNorm(d_model)])
        self.to_qkv = nn.Linear(d_model, 3 * d_model)
        self.out = nn.Linear(d_model, d_model)
        self.mlp = FeedForward(d_model)

    def forward(self, x):
        steps, rows, width = x.shape
        heads = self.to_qkv(self.norms[0](x)).view(steps, rows, 3, self.h, width // self.h).permute(2, 1, 3, 0, 4)
        q, k, v = heads[0], heads[1], heads[2]
        scores = q @ k.transpose(-1, -2) / math.sqrt(width // self.h)
        future = torch.ones(steps, steps, dtype=torch.bool, device=x.device).triu(1)
        weights = scores.masked_fill(future, float("-inf")).softmax(-1)
        x = x + self.out((weights @ v).permute(2, 0, 1, 3).reshape(steps, rows, width))
        return x + self.mlp(self.norms[1](x)), weights


class TransformerModel(nn.Module):
    def __init__(self, vocab_size=50257, d_model=1024, n_heads=2, n_blocks=4, max_seq_len=1024, device_id="cuda:0"):
        super().__init__()
        self.embed = nn.Embedding(vocab_size, d_model)
        self.position = nn.Parameter(0.02 * torch.randn(max_seq_len, 1, d_model))
        self.blocks = nn.ModuleList([Block(d_model, n_heads) for _ in range(n_blocks)])
        self.norm = RMSNorm(d_model)
        self.head = nn.Linear(d_model, vocab_size)
        self.to(device_id)

    def forward(self, tokens_seq):
        if not 0 < len(tokens_seq) <= len(self.position):
            raise ValueError(f"a sequence of {len(tokens_seq)} tokens, where 1 to {len(self.position)} fit")
        x = self.embed(tokens_seq) + self.position[: len(tokens_seq)]
        attention = []
        for block in self.blocks:
            x, weights = block(x)
            attention.append(weights)
        return self.head(self.norm(x)), attention


def nucleus_sampling(logits, p=0.95):
    if not 0 < p <= 1:
        raise ValueError("p must be in (0, 1]")
    if logits.numel() == 0 or logits.dim() != 1 or not logits.max().isfinite():
        raise ValueError("logits of one row, with a finite maximum, are needed")
    ranked, ids = logits.float().softmax(-1).sort(descending=True)
    outside = ranked.cumsum(-1) - ranked >= p
    return ids[torch.multinomial(ranked.masked_fill(outside, 0.0), 1)].item()


def train(model):
    wandb.init(project="pico", config=vars(get_args()))
    for row in load_dataset("stories"):
        tiktoken.get_encoding("gpt2").encode(row["text"])
    sns.lineplot([1.0, 2.0])


if __name__ == "__main__":
    train(TransformerModel())
