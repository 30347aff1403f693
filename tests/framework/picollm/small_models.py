"""Small models with known or random behaviour, for the tests of the reference."""

import torch
from picollm.transformer import TransformerModel
from torch import Tensor, nn


def random_transformer(seed: int, vocab_size: int = 7, max_seq_len: int = 12) -> TransformerModel:
    """Two blocks whose weights are large enough for every token and position to matter."""
    torch.manual_seed(seed)
    model = TransformerModel(vocab_size, 16, 4, 2, max_seq_len=max_seq_len)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(torch.randn_like(parameter) * 0.5 + (1.0 if parameter.dim() == 1 else 0.0))
    return model.eval()


class WithoutCache(nn.Module):
    """The same model, which has no cache and answers with a tuple."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, tokens: Tensor) -> tuple[Tensor, str]:
        return self.model(tokens), "and something else"


class Bigram(nn.Module):
    """Logits that depend on the last token only: row t of a (vocab, vocab) table."""

    def __init__(self, table: Tensor) -> None:
        super().__init__()
        self.table = table

    def forward(self, tokens: Tensor) -> Tensor:
        return self.table[tokens]
