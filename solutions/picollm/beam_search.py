"""Exercise beam_search: look for the continuation of highest probability by following the best few at once."""

from __future__ import annotations

import torch
from torch import Tensor, nn


@torch.no_grad()
def beam_search(
    model: nn.Module,
    prompt: Tensor,
    beam_width: int,
    max_new_tokens: int,
    *,
    length_penalty: float = 1.0,
    early_stopping: bool = False,
    eos_id: int | None = None,
    num_return: int = 1,
) -> tuple[Tensor, Tensor]:
    """Continue each prompt with the best sequences that beam search finds (semantics of Hugging Face's ``generate`` with ``num_beams``).

    A hypothesis is a continuation, which ends with eos_id or has max_new_tokens tokens. Its score is the sum of its tokens'
    log-probabilities divided by (number of its tokens, eos_id included) ** length_penalty.

    Each step extends every running beam by every token and ranks these candidates by their sum of log-probabilities. Those among the
    best beam_width that are complete enter the pool, which keeps the beam_width hypotheses of highest score. The best beam_width
    candidates that are not complete run on. The search of a prompt is over when its pool is full and no running beam has, at its
    present length, a higher score than the pool's worst; after that nothing enters its pool.

    Args:
        model: as for ``generate``: called with the whole sequences, or with the new tokens and the cache that ``make_cache()`` gave.
        prompt: (batch, seq) int64, not empty.
        beam_width: how many beams run, 1 to vocab.
        max_new_tokens: the most tokens to add, at least 0.
        length_penalty: greater than 0 favours long hypotheses, below 0 short ones; 0 compares plain sums.
        early_stopping: True: the search of a prompt is also over as soon as its pool is full.
        eos_id: the token that completes a hypothesis; None: only the length does.
        num_return: how many hypotheses are returned, 1 to beam_width.

    Returns:
        sequences: (batch, num_return, seq + n) int64, prompt included, best first, filled with eos_id; n is the length of the longest.
        scores: (batch, num_return) floating. A hypothesis of probability 0 has the score -inf.

    Raises:
        ValueError: the prompt is empty or not (batch, seq), or beam_width, max_new_tokens or num_return is outside its range.
    """
    # BEGIN SOLUTION
    _check_arguments(prompt, beam_width, max_new_tokens, num_return)
    if max_new_tokens == 0:
        return prompt.unsqueeze(1).repeat(1, num_return, 1), torch.zeros(len(prompt), num_return, device=prompt.device)
    modes = {module: module.training for module in model.modules()}
    model.eval()
    try:
        pool = _search(model, prompt, beam_width, max_new_tokens, length_penalty, early_stopping, eos_id)
    finally:
        for module, training in modes.items():
            module.training = training
    longest = prompt.shape[1] + int(pool.lengths[:, :num_return].max())
    return pool.sequences[:, :num_return, :longest], pool.scores[:, :num_return]
    # END SOLUTION


# BEGIN SOLUTION
def _check_arguments(prompt: Tensor, beam_width: int, max_new_tokens: int, num_return: int) -> None:
    if prompt.dim() != 2 or prompt.numel() == 0:
        raise ValueError(f"the prompt must be (batch, seq) with at least one token, got shape {tuple(prompt.shape)}")
    if beam_width < 1:
        raise ValueError(f"beam_width must be at least 1, got {beam_width}")
    if max_new_tokens < 0:
        raise ValueError(f"max_new_tokens must be at least 0, got {max_new_tokens}")
    if not 1 <= num_return <= beam_width:
        raise ValueError(f"num_return must be between 1 and beam_width {beam_width}, got {num_return}")


class _Pool:
    """The best complete hypotheses of each prompt, best first: sequences (batch, width, total), scores and lengths (batch, width).

    ``lengths`` counts generated tokens. A place with the score -inf is free.
    """

    def __init__(self, blank: Tensor, width: int) -> None:
        """blank: (batch, 1, total), the prompt and then the filling."""
        self.sequences = blank.repeat(1, width, 1)
        self.lengths = torch.zeros_like(self.sequences[:, :, 0])
        self.scores = torch.full(self.lengths.shape, -torch.inf, device=blank.device)

    def offer(self, sequences: Tensor, scores: Tensor, length: int) -> None:
        """Keep the best of these (batch, n, total) and of those here. A score (batch, n) of -inf offers nothing."""
        width = self.scores.shape[1]
        self.scores, best = torch.cat((self.scores, scores), dim=1).topk(width)
        self.sequences = _rows(torch.cat((self.sequences, sequences), dim=1), best)
        self.lengths = _rows(torch.cat((self.lengths, torch.full_like(sequences[:, :, 0], length)), dim=1), best)


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
    # One beam at first: as many equal ones would find every candidate as many times.
    running = torch.cat((prompt, filling), dim=1).unsqueeze(1)  # (batch, beams, total)
    sums = torch.zeros(batch, 1, device=prompt.device)  # (batch, beams) log-probability of what each beam has generated
    searching = torch.ones(batch, dtype=torch.bool, device=prompt.device)
    pool = _Pool(running, beam_width)
    make_cache = getattr(model, "make_cache", None)
    cache = None if make_cache is None else make_cache()
    unseen = prompt  # the tokens that the cache has not yet seen

    for generated in range(1, max_new_tokens + 1):
        beams = running.shape[1]
        position = prompt_length + generated - 1
        output = model(running[:, :, :position].flatten(0, 1)) if cache is None else model(unseen, cache=cache)
        log_probabilities = _log_probabilities(output, beam_width).view(batch, beams, -1)  # (batch, beams, vocab)
        vocab_size = log_probabilities.shape[-1]

        # Twice the width: each beam has one candidate that ends with eos_id, so at least beam_width others are among them.
        extended = (sums.unsqueeze(-1) + log_probabilities).flatten(start_dim=1)  # (batch, beams * vocab)
        ranked, flat = extended.topk(min(2 * beam_width, extended.shape[1]))  # (batch, candidates), best first
        parents, tokens = flat // vocab_size, flat % vocab_size
        candidates = _rows(running, parents)
        candidates[:, :, position] = tokens

        complete = torch.full_like(tokens, generated == max_new_tokens, dtype=torch.bool)
        if eos_id is not None:
            complete = complete | (tokens == eos_id)
        enters = complete & searching.unsqueeze(1)
        enters[:, beam_width:] = False
        pool.offer(candidates, (ranked / generated**length_penalty).masked_fill(~enters, -torch.inf), generated)

        sums, chosen = ranked.masked_fill(complete, -torch.inf).topk(min(beam_width, ranked.shape[1]))
        running = _rows(candidates, chosen)
        worst = pool.scores[:, -1]
        searching = searching & (sums[:, 0] / generated**length_penalty > worst)
        if early_stopping:
            searching = searching & worst.isneginf()
        if not searching.any():
            break
        if cache is not None:
            first_row = beams * torch.arange(batch, device=prompt.device).unsqueeze(1)
            cache.reorder((first_row + _rows(parents, chosen)).flatten())
            unseen = running[:, :, position].reshape(-1, 1)
    return pool


def _log_probabilities(output: Tensor | tuple[Tensor, ...], beam_width: int) -> Tensor:
    """The model's output -> log-probabilities of the next token, (rows, vocab), in float32 at least."""
    logits = (output[0] if isinstance(output, tuple) else output)[:, -1]
    if beam_width > logits.shape[-1]:
        raise ValueError(f"beam_width must be at most the vocabulary's size {logits.shape[-1]}, got {beam_width}")
    log_probabilities = torch.log_softmax(logits.to(torch.promote_types(logits.dtype, torch.float32)), dim=-1)
    if log_probabilities.isnan().any():
        raise ValueError("the model gave logits that are NaN or +inf, or -inf for every token; log-probabilities need one finite logit")
    return log_probabilities


def _rows(values: Tensor, index: Tensor) -> Tensor:
    """For each prompt its rows in the order of index: (batch, n, ...) and (batch, m) -> (batch, m, ...)."""
    return values[torch.arange(len(values), device=values.device).unsqueeze(1), index]


# END SOLUTION
