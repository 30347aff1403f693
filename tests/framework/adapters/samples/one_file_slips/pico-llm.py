"""A sample for the tests: the single-file layout with a norm without its root, a nucleus that ends too early, and no transformer."""

import argparse

import torch
import torch.nn as nn

parser = argparse.ArgumentParser()
parser.add_argument("--steps", type=int, default=10)
args = parser.parse_args()


class RMSNorm(nn.Module):
    def __init__(self, dim, eps=1e-5):
        super().__init__()
        self.eps = eps
        self.gain = nn.Parameter(torch.ones(dim))

    def forward(self, x):
        return self.gain * x / (x.square().mean(-1, keepdim=True) + self.eps)


class KGramMLPSeqModel(nn.Module):
    """Its window is the student's own, and ends with the newest token."""

    def __init__(self, vocab_size, k=3, embed_size=1024, num_inner_layers=1, chunk_size=1):
        super().__init__()
        self.k = k
        self.embedding = nn.Embedding(vocab_size + 1, embed_size)
        inner = [nn.Sequential(nn.Linear(embed_size, embed_size), nn.SiLU()) for _ in range(num_inner_layers)]
        self.net = nn.Sequential(nn.Linear(k * embed_size, embed_size), nn.SiLU(), *inner, nn.Linear(embed_size, vocab_size))

    def forward(self, tokens_seq):
        filling = tokens_seq.new_full((self.k - 1, tokens_seq.shape[1]), self.embedding.num_embeddings - 1)
        padded = torch.cat([filling, tokens_seq])
        outputs = []
        for t in range(self.k, len(padded) + 1):
            window = padded[t - self.k : t]
            outputs.append(self.net(self.embedding(window).transpose(0, 1).flatten(1)))
        return torch.stack(outputs)


def nucleus_sampling(logits, p=0.95):
    probabilities, ids = torch.softmax(logits, dim=-1).sort(descending=True)
    keep = probabilities.cumsum(0) <= p
    keep[0] = True
    return int(ids[torch.multinomial(probabilities * keep, 1)])
