"""Given: how well a model predicts the next token."""

from __future__ import annotations

from torch import Tensor
from torch.nn import functional as F


def next_token_loss(logits: Tensor | tuple[Tensor, ...], tokens: Tensor, ignore_index: int | None = None) -> Tensor:
    """Mean cross entropy, in nats, of each token given those before it.

    Args:
        logits: (batch, seq, vocab), or a tuple that begins with them. Entry t is scored against token t+1; the last one against nothing.
        tokens: (batch, seq) int64, what the logits were computed from.
        ignore_index: a token that is not scored, such as the padding.

    Returns:
        0-d, in the dtype of the logits.

    Raises:
        ValueError: the shapes do not fit together, or there is no token to score.
    """
    scores = logits[0] if isinstance(logits, tuple) else logits
    if scores.dim() != 3 or scores.shape[:2] != tokens.shape:
        raise ValueError(f"logits must be (batch, seq, vocab) for tokens {tuple(tokens.shape)}, got {tuple(scores.shape)}")
    targets = tokens[:, 1:].flatten()  # (batch * (seq - 1),)
    scored = targets.numel() if ignore_index is None else int((targets != ignore_index).sum())
    if scored == 0:
        raise ValueError(f"there is no token to score: tokens are {tuple(tokens.shape)}, and each sequence's first has nothing before it")
    predictions = scores[:, :-1].flatten(0, 1)  # (batch * (seq - 1), vocab)
    return F.cross_entropy(predictions, targets, ignore_index=-100 if ignore_index is None else ignore_index)
