"""Given: a look into the embedding table: which tokens a model has learned to place next to those it wrote."""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional as F

from picollm.tokenizer import Tokenizer


def find_embedding(model: nn.Module, vocab_size: int) -> Tensor | None:
    """The first embedding table with a row for each token, (vocab_size, size), or None where the model has none."""
    for module in model.modules():
        if isinstance(module, nn.Embedding) and module.num_embeddings >= vocab_size:
            return module.weight.detach()[:vocab_size]
    return None


def nearest_tokens(embedding: Tensor, token: int, count: int) -> list[tuple[int, float]]:
    """The tokens whose embeddings (vocab, size) have the highest cosine similarity with the token's own, and that similarity."""
    similarities = F.cosine_similarity(embedding, embedding[token], dim=-1)
    similarities[token] = -2.0  # below every cosine: a token is not its own neighbour
    best = similarities.topk(min(count, len(similarities) - 1))
    return list(zip(best.indices.tolist(), best.values.tolist(), strict=True))


def show_neighbours(model: nn.Module, tokenizer: Tokenizer, tokens: list[int], count: int = 5) -> None:
    """Print, for each of the tokens once, its nearest neighbours in the model's embedding table."""
    embedding = find_embedding(model, tokenizer.vocab_size)
    if embedding is None:
        print("  no embedding table with a row per token, so no neighbours to show")
        return
    for token in dict.fromkeys(tokens):
        near = ", ".join(f"{tokenizer.name(other)} {similarity:.2f}" for other, similarity in nearest_tokens(embedding, token, count))
        print(f"  {tokenizer.name(token):<12} is near {near}")
