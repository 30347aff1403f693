"""Asks whether there is an end token with "if eos_id".

For the TA: The token 0 cannot be the end token: no hypothesis ends before max_new_tokens then.

For the student: What is bool(0)? And what did you want to know?
"""

import torch
from torch import Tensor, nn


def _search(
    model: nn.Module,
    prompt: Tensor,
    beam_width: int,
    max_new_tokens: int,
    length_penalty: float,
    early_stopping: bool,
    eos_id: int | None,
) -> _Pool:
    batch, prompt_length = prompt.shape
    filling = prompt.new_full((batch, max_new_tokens), 0 if eos_id is None else eos_id)
    running = torch.cat((prompt, filling), dim=1).unsqueeze(1)
    sums = torch.zeros(batch, 1)
    unseen = prompt
    searching = torch.ones(batch, dtype=torch.bool)
    pool = _Pool(running[:, :1], beam_width)
    cache = model.make_cache() if hasattr(model, "make_cache") else None
    for generated in range(1, max_new_tokens + 1):
        beams = running.shape[1]
        position = prompt_length + generated - 1
        output = model(running[:, :, :position].flatten(0, 1)) if cache is None else model(unseen, cache=cache)
        log_probabilities = _log_probabilities(output, beam_width).unflatten(0, (batch, beams))
        vocab_size = log_probabilities.shape[-1]
        extended = (sums.unsqueeze(-1) + log_probabilities).flatten(start_dim=1)
        ranked, flat = extended.topk(min(2 * beam_width, extended.shape[1]))
        parents, tokens = flat // vocab_size, flat % vocab_size
        candidates = _rows(running, parents)
        candidates[:, :, position] = tokens
        complete = torch.full_like(tokens, generated == max_new_tokens, dtype=torch.bool)
        if eos_id:
            complete = complete | (tokens == eos_id)
        enters = complete & searching.unsqueeze(1)
        enters[:, beam_width:] = False
        length = generated
        pool.offer(candidates, (ranked / length**length_penalty).masked_fill(~enters, -torch.inf), generated)
        sums, chosen = ranked.masked_fill(complete, -torch.inf).topk(min(beam_width, ranked.shape[1]))
        running = _rows(candidates, chosen)
        worst = pool.scores[:, -1]
        searching = searching & (sums[:, 0] / length**length_penalty > worst)
        if early_stopping:
            searching = searching & worst.isneginf()
        if not searching.any():
            break
        if cache is not None:
            first_row = beams * torch.arange(batch).unsqueeze(1)
            cache.reorder((first_row + _rows(parents, chosen)).flatten())
            unseen = running[:, :, position].reshape(-1, 1)
    return pool
