"""What an adapter looks for, and under which other names: one entry for each name of the course that signatures can tell."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from grader.intake.adapters.beside.binding import Ours

VOCABULARY = ("vocab_size", "n_vocab", "num_tokens", "n_tokens", "ntoken", "vocabulary_size", "vocab")
WIDTH = (
    *("d_model", "n_embd", "embed_dim", "emb_dim", "embed_size", "embedding_dim", "model_dim", "hidden_size", "hidden_dim", "width", "dim"),
    "d_in",
)
HEADS = ("n_heads", "n_head", "num_heads", "num_attention_heads", "nhead", "heads")
BLOCKS = ("n_blocks", "n_layers", "n_layer", "num_layers", "num_blocks", "num_hidden_layers", "depth", "layers")
LENGTH = (
    *("max_seq_len", "block_size", "context_length", "context_size", "max_len", "max_length", "seq_len", "n_ctx", "ctx_len"),
    *("max_position_embeddings", "max_seq_length"),
)
# What the course does not know: a value that changes nothing, or the usual one.
CONSTANTS: dict[str, Any] = {
    **dict.fromkeys(("dropout", "drop_rate", "dropout_rate", "p_drop", "attn_pdrop", "resid_pdrop", "embd_pdrop", "attn_dropout"), 0.0),
    **dict.fromkeys(("bias", "qkv_bias"), False),
    **dict.fromkeys(("rope_theta", "theta", "rope_base"), 10000.0),
}
DEVICES = ("device", "device_id")
# The hidden layer of a block.
FOURFOLD = ("d_ff", "ffn_dim", "ff_dim", "d_hidden", "mlp_dim", "intermediate_size", "dim_feedforward", "hidden_dim", "hidden_size")


@dataclass(frozen=True)
class Parameter:
    """One of our parameters, and what others call it, the likeliest first. ``decisive``: without it nothing is recognised."""

    ours: Ours
    names: tuple[str, ...]
    decisive: bool = True


@dataclass(frozen=True)
class Wanted:
    """A name of the course.

    Attributes:
        symbol: ``TransformerModel``.
        is_class: whether it is a model or layer; otherwise a function.
        pattern: what the other's name must contain; empty where the parameters alone are enough.
        parameters: ours, in order.
        limits: ours that only promise not to ask for more.
        built_of_others: whether it hands its settings on to classes beside it.
        needs: what is looked for, in words.
    """

    symbol: str
    is_class: bool
    pattern: str
    parameters: tuple[Parameter, ...]
    needs: str
    limits: tuple[str, ...] = ()
    built_of_others: bool = False

    def may_be_called(self, name: str) -> bool:
        """Whether a definition of that name can be it."""
        return re.search(self.pattern, name, re.IGNORECASE) is not None


def _must(name: str, *others: str) -> Parameter:
    return Parameter(Ours(name), (name, *others))


def _may(name: str, value: object, *others: str, decisive: bool = False) -> Parameter:
    return Parameter(Ours(name, required=False, value=value), (name, *others), decisive)


# The course does not pass it here; others need it for a mask, or to cut the prompt.
_LONGEST = _may("max_seq_len", 1024, *LENGTH[1:])
_GENERATOR = _may("generator", None, "gen", "rng")
_FILTERS = (_may("temperature", 1.0, "temp"), _may("top_k", None, "k"), _may("top_p", None, "p", "nucleus_p"))

WANTED = (
    Wanted(
        "RMSNorm",
        is_class=True,
        pattern="rms",
        parameters=(
            _must("dim", *WIDTH, "normalized_shape", "size", "features", "n_features", "num_features", "hidden"),
            _may("eps", 1e-5, "epsilon", "norm_eps", "variance_epsilon"),
        ),
        needs="a class with rms in its name whose constructor takes the size, and whose forward takes one tensor",
    ),
    Wanted(
        "KGramMLPSeqModel",
        is_class=True,
        pattern="k_?gram|n_?gram",
        parameters=(
            _must("vocab_size", *VOCABULARY[1:]),
            _may("k", 3, "n", "context_size", "window", "window_size", decisive=True),
            _may("embed_size", 1024, "embed_dim", "emb_dim", "embedding_dim", "n_embd", "d_model", "hidden_size", "hidden_dim"),
            _may("num_inner_layers", 1, "n_layers", "num_layers", "n_inner_layers"),
            _may("chunk_size", 1, "chunk"),
        ),
        needs="a class with kgram or ngram in its name whose constructor takes the vocabulary's size and k",
    ),
    Wanted(
        "TransformerModel",
        is_class=True,
        pattern="",
        parameters=(
            _must("vocab_size", *VOCABULARY[1:]),
            _must("d_model", *WIDTH[1:]),
            _must("n_heads", *HEADS[1:]),
            _must("n_blocks", *BLOCKS[1:]),
            _may("max_seq_len", 1024, *LENGTH[1:]),
        ),
        needs="one class whose constructor takes the sizes of vocabulary and vectors and the numbers of heads and blocks",
        limits=("max_seq_len",),
        built_of_others=True,
    ),
    Wanted(
        "MultiHeadAttention",
        is_class=True,
        pattern="atten|attn",
        parameters=(_must("d_model", *WIDTH[1:]), _must("n_heads", *HEADS[1:]), _LONGEST),
        needs="one class with attention in its name whose constructor takes the size and the number of heads, and whose forward takes x",
        limits=("max_seq_len",),
    ),
    Wanted(
        "nucleus_sampling",
        is_class=False,
        pattern="nucleus|top_?p",
        parameters=(_must("logits"), _may("p", 0.95, "top_p", "threshold", "nucleus_p", decisive=True), _GENERATOR),
        needs="a function with nucleus or top_p in its name that takes logits and p",
    ),
    Wanted(
        "sample",
        is_class=False,
        pattern="^sample",
        parameters=(_must("logits"), *_FILTERS, _GENERATOR),
        needs="a function sample that takes logits",
    ),
    Wanted(
        "generate",
        is_class=False,
        pattern="^generate",
        parameters=(
            _must("model"),
            _must("prompt", "idx", "input_ids", "tokens", "prompt_ids", "token_ids", "x"),
            _must("max_new_tokens", "max_tokens", "n_tokens", "num_tokens"),
            *_FILTERS,
            _may("eos_id", None, "eos_token_id", "eos", "eos_token"),
            _may("use_cache", True),
            _GENERATOR,
            _LONGEST,
        ),
        needs="a function generate that takes a model, the prompt's tokens and how many to add",
        limits=("use_cache", "max_seq_len"),
    ),
)
