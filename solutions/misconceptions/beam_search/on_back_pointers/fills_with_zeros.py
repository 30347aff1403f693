"""The result is made of zeros, as wide as max_new_tokens allows."""

import torch


def beam_search(
    model,
    prompt,
    beam_width,
    max_new_tokens,
    *,
    length_penalty=1.0,
    early_stopping=False,
    eos_id=None,
    num_return=1,
):
    if prompt.size(1) == 0:
        raise ValueError("an empty prompt has no continuation")
    if beam_width < 1:
        raise ValueError(f"beam_width is {beam_width}")
    if max_new_tokens < 0:
        raise ValueError(f"max_new_tokens is {max_new_tokens}")
    if not 1 <= num_return <= beam_width:
        raise ValueError(f"num_return is {num_return}, beam_width is {beam_width}")
    before = [(part, part.training) for part in model.modules()]
    model.eval()
    try:
        with torch.no_grad():
            pools, trellis = _walk(model, prompt, beam_width, max_new_tokens, length_penalty, early_stopping, eos_id)
    finally:
        for part, mode in before:
            part.training = mode
    sequences = torch.zeros((len(prompt), num_return, prompt.size(1) + max_new_tokens), dtype=torch.int64)
    sequences[:, :, : prompt.size(1)] = prompt.unsqueeze(1)
    scores = torch.zeros(len(prompt), num_return)
    for row, pool in enumerate(pools):
        for place, (score, step, candidate) in enumerate(sorted(pool, reverse=True)[:num_return]):
            scores[row, place] = score
            tokens = _read_back(trellis, row, step, candidate)
            sequences[row, place, prompt.size(1) : prompt.size(1) + len(tokens)] = torch.tensor(tokens)
    return sequences, scores
