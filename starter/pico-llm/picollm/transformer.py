"""Exercise transformer: a causal decoder, and where the exercise kv_cache continues it.

Sources: Vaswani et al. 2017, "Attention Is All You Need"; Radford et al. 2019, "Language Models are Unsupervised Multitask Learners",
section 2.3, for the norm before each sublayer and after the last block.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from picollm.attention import MultiHeadAttention
from picollm.rmsnorm import RMSNorm

if TYPE_CHECKING:
    from picollm.kv_cache import KVCache


class TransformerBlock(nn.Module):
    """Two sublayers, causal self-attention and an MLP with a hidden layer of 4 * d_model, each with its norm and its residual.

    Args:
        d_model: size of the vectors that come in and go out.
        n_heads: number of attention heads.
    """

    def __init__(self, d_model: int, n_heads: int) -> None:
        super().__init__()
        raise NotImplementedError("transformer is not started: see handout section 7, The transformer")

    def forward(self, x: Tensor, cache: KVCache | None = None, layer: int = 0) -> Tensor:
        """(batch, seq, d_model) -> (batch, seq, d_model). The cache and the layer's number are for the exercise kv_cache."""
        raise NotImplementedError("transformer is not started: see handout section 7, The transformer")


class TransformerModel(nn.Module):
    """A language model: token and learned position embeddings, n_blocks pre-norm blocks, a last RMSNorm, and the unembedding.

    Args:
        vocab_size: number of tokens; ids are 0 to vocab_size - 1.
        d_model: size of the vectors between the blocks.
        n_heads: number of attention heads of each block; must divide d_model.
        n_blocks: number of blocks.
        max_seq_len: how many positions the model knows.

    Raises:
        ValueError: d_model is not divisible by n_heads.
    """

    def __init__(self, vocab_size: int, d_model: int, n_heads: int, n_blocks: int, *, max_seq_len: int = 1024) -> None:
        super().__init__()
        raise NotImplementedError("transformer is not started: see handout section 7, The transformer")

    def make_cache(self) -> KVCache:
        """An empty cache for this model. Given; it works as soon as the exercise kv_cache does."""
        from picollm.kv_cache import KVCache  # here, so that a mistake in that exercise cannot break this one

        return KVCache()

    def forward(self, tokens: Tensor, cache: KVCache | None = None) -> Tensor:
        """Logits for the token that follows each position.

        Args:
            tokens: (batch, seq) int64, seq at least 1.
            cache: None for the exercise transformer. With a cache, forward_cached answers.

        Returns:
            (batch, seq, vocab_size); entry t predicts token t+1 from the tokens up to and including t.

        Raises:
            ValueError: the sequence is empty or longer than max_seq_len.
        """
        if cache is not None:
            return self.forward_cached(tokens, cache)
        raise NotImplementedError("transformer is not started: see handout section 7, The transformer")

    def forward_cached(self, tokens: Tensor, cache: KVCache) -> Tensor:
        """The part that belongs to the exercise kv_cache: logits of the new tokens only, which are then in the cache.

        Args:
            tokens: (batch, new) int64, one or several new positions; they follow those that are in the cache.
            cache: what earlier calls left there; empty at first.

        Returns:
            (batch, new, vocab_size), equal to the last positions of ``forward`` on the whole sequence.

        Raises:
            ValueError: there are no new tokens, or more than max_seq_len positions with those in the cache. The cache is then as before.
        """
        raise NotImplementedError("kv_cache is not started: see handout section 8, The KV cache")
