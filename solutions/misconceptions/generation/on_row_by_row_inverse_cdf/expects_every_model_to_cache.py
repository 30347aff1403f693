"""The generator function begins with a cache, whatever the model and use_cache."""

import torch


def _columns(model, prompt, eos_id, use_cache, how):
    """Yields one column of new tokens after the other, for ever."""
    cache = model.make_cache()
    text = new = prompt
    over = [False] * len(prompt)
    while True:
        output = model(text) if cache is None else model(new, cache=cache)
        logits = output if torch.is_tensor(output) else output[0]
        yielded = sample(logits[:, -1], *how)
        if eos_id is not None:
            yielded = torch.tensor([eos_id if done else token for done, token in zip(over, yielded.tolist(), strict=True)])
            over = [done or token == eos_id for done, token in zip(over, yielded.tolist(), strict=True)]
        new = yielded[:, None]
        text = torch.cat([text, new], 1)
        yield new, all(over)
