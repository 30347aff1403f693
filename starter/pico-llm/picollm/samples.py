"""Given: show what a trained model writes, without needing any exercise but nucleus_sampling for the top-p samples.

It computes the whole sequence anew for each token; your own ``generate`` and its cache do better.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

from picollm.nucleus_sampling import nucleus_sampling
from picollm.tokenizer import EOS, SOS, Tokenizer

TOP_P = (0.5, 0.95, 1.0)


@torch.no_grad()
def continue_prompt(
    model: nn.Module, prompt: list[int], max_new_tokens: int, context: int, choose: Callable[[Tensor], Tensor]
) -> list[int]:
    """Continue token ids one at a time until ``<eos>`` or max_new_tokens, in evaluation mode.

    Args:
        model: tokens (1, seq) -> logits (1, seq, vocab), or a tuple that begins with them.
        prompt: token ids, at least one.
        max_new_tokens: the most tokens to add.
        context: how many of the last tokens the model is shown.
        choose: logits (vocab,) -> the next token's id.

    Returns:
        The new token ids, ``<eos>`` included if it came.
    """
    model.eval()
    device = next(model.parameters()).device
    ids = list(prompt)
    while len(ids) < len(prompt) + max_new_tokens and (len(ids) == len(prompt) or ids[-1] != EOS):
        output = model(torch.tensor([ids[-context:]], device=device))
        logits = output[0] if isinstance(output, tuple) else output
        ids.append(int(choose(logits[0, -1])))
    return ids[len(prompt) :]


def show_samples(model: nn.Module, tokenizer: Tokenizer, prompt: str, max_new_tokens: int, context: int, seed: int) -> list[int]:
    """Print a greedy continuation and one for each p of TOP_P; return the new token ids of all of them."""
    ids = [SOS, *tokenizer.encode(prompt)]

    def show(label: str, choose: Callable[[Tensor], Tensor]) -> list[int]:
        new = continue_prompt(model, ids, max_new_tokens, context, choose)
        print(f"  {label:<10} {prompt}{tokenizer.decode(new)}")
        return new

    generated = show("greedy", lambda logits: logits.argmax())
    generator = torch.Generator(device=next(model.parameters()).device).manual_seed(seed)
    try:
        for p in TOP_P:
            generated += show(f"top-p {p:g}", lambda logits, p=p: nucleus_sampling(logits, p, generator))  # type: ignore[misc]
    except NotImplementedError as missing:
        print(f"  greedy only: top-p samples need nucleus_sampling ({missing})")
    return generated
