"""Exercise kgram_mlp: predict the next token from the last k tokens with a multilayer perceptron."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class KGramMLPSeqModel(nn.Module):
    """A neural k-gram model (Bengio et al. 2003, "A Neural Probabilistic Language Model", section 2).

    The logits at position t are computed from tokens t-k+1 to t, the newest token included, and from nothing else. Where the sequence
    has not yet k tokens the window is filled on the left with a padding, the same everywhere. Each token enters as an embedding: a
    one-hot code would take k * vocab_size floats per position.

    Args:
        vocab_size: number of tokens; ids are 0 to vocab_size - 1.
        k: how many tokens a prediction sees.
        embed_size: size of a token's embedding, and of the hidden layers.
        num_inner_layers: how many further hidden layers follow the first one.
        chunk_size: how many positions of the sequence are computed at once. It bounds the memory and does not change the result.

    Raises:
        ValueError: vocab_size, k, embed_size or chunk_size is below 1, or num_inner_layers below 0.
    """

    def __init__(self, vocab_size: int, k: int = 3, embed_size: int = 1024, num_inner_layers: int = 1, chunk_size: int = 1) -> None:
        super().__init__()
        # BEGIN SOLUTION
        _check_sizes(vocab_size, k, embed_size, num_inner_layers, chunk_size)
        self.k = k
        self.chunk_size = chunk_size
        self.padding_id = vocab_size  # one row more than there are tokens: the padding has an embedding of its own
        self.embedding = nn.Embedding(vocab_size + 1, embed_size)
        layers: list[nn.Module] = [nn.Linear(k * embed_size, embed_size), nn.SiLU()]
        for _ in range(num_inner_layers):
            layers += [nn.Linear(embed_size, embed_size), nn.SiLU()]
        self.mlp = nn.Sequential(*layers, nn.Linear(embed_size, vocab_size))
        # END SOLUTION

    def forward(self, tokens: Tensor, cache: object = None) -> Tensor:  # noqa: ARG002
        """Logits for the token that follows each position.

        Args:
            tokens: (batch, seq) int64, seq at least 1.
            cache: accepted so that every model is called alike; ignored.

        Returns:
            (batch, seq, vocab_size); entry t predicts token t+1.

        Raises:
            ValueError: tokens are not two-dimensional, or the sequence is empty.
        """
        # BEGIN SOLUTION
        _check_tokens(tokens)
        padded = F.pad(tokens, (self.k - 1, 0), value=self.padding_id)  # (batch, k - 1 + seq)
        windows = padded.unfold(dimension=1, size=self.k, step=1)  # (batch, seq, k): row t ends with token t
        # The embedded windows are k times as large as the embedded sequence, so only a chunk of them exists at a time.
        chunks = [self.mlp(self.embedding(chunk).flatten(start_dim=2)) for chunk in torch.split(windows, self.chunk_size, dim=1)]
        return torch.cat(chunks, dim=1)
        # END SOLUTION


# BEGIN SOLUTION
def _check_sizes(vocab_size: int, k: int, embed_size: int, num_inner_layers: int, chunk_size: int) -> None:
    if min(vocab_size, k, embed_size, chunk_size) < 1 or num_inner_layers < 0:
        raise ValueError(
            "vocab_size, k, embed_size and chunk_size must be at least 1 and num_inner_layers at least 0, got "
            f"vocab_size={vocab_size}, k={k}, embed_size={embed_size}, chunk_size={chunk_size}, num_inner_layers={num_inner_layers}"
        )


def _check_tokens(tokens: Tensor) -> None:
    if tokens.dim() != 2 or tokens.shape[1] == 0:
        raise ValueError(f"expected tokens of shape (batch, seq) with at least one position, got {tuple(tokens.shape)}")


# END SOLUTION
