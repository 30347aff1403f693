"""Starts with all weights zero.

For the TA: Every matrix and embedding is initialised to zero. All gradients but the unembedding's are then zero, and that one's too,
because the stream is zero: nothing ever moves. With random parameters the model is right.

For the student: Compute the gradient of the unembedding at the first step by hand, when the embedding is zero.
"""

from torch import nn


def _initialise(module: nn.Module) -> None:
    if isinstance(module, nn.Linear | nn.Embedding):
        nn.init.zeros_(module.weight)
    if isinstance(module, nn.Linear) and module.bias is not None:
        nn.init.zeros_(module.bias)
