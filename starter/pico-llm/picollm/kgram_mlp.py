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
        raise NotImplementedError("kgram_mlp is not started: see handout section 4, The k-gram MLP")

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
        raise NotImplementedError("kgram_mlp is not started: see handout section 4, The k-gram MLP")
