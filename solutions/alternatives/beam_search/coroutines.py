"""One coroutine searches one prompt and knows of no other; a driver gathers what they want to know of the model into one batch.

A coroutine yields its texts and the rows they continue, is sent log-probabilities, and returns its pool, which is a heap: what ends is
kept there with its score. A finished coroutine asks for nothing any more.
"""

from __future__ import annotations

import heapq
from collections.abc import Generator
from dataclasses import dataclass

import torch
from torch import Tensor

Heap = list[tuple[float, int, list[int]]]
Search = Generator[tuple[Tensor, Tensor], Tensor, Heap]


@dataclass(frozen=True)
class Settings:
    width: int
    steps: int
    penalty: float
    early: bool
    eos: int | None


def search(prompt: list[int], settings: Settings) -> Search:
    """Yields (texts, rows of the previous texts that they continue), is sent log-probabilities (texts, vocab)."""
    width = settings.width
    heap: Heap = []
    texts, parents = torch.tensor([prompt]), torch.tensor([0])
    sums = torch.zeros(1, 1, dtype=torch.float64)
    for length in range(1, settings.steps + 1):
        odds = yield texts, parents
        totals = sums + odds
        best, places = totals.flatten().sort(descending=True, stable=True)
        best, places = best[: 2 * width], places[: 2 * width]
        parents = places.div(totals.shape[1], rounding_mode="floor")
        grown = torch.cat([texts[parents], places.remainder(totals.shape[1]).unsqueeze(1)], dim=1)
        going = [place for place, text in enumerate(grown) if length < settings.steps and int(text[-1]) != settings.eos]
        for place in sorted(set(range(min(width, len(best)))) - set(going)):
            entry = (float(best[place]) / length**settings.penalty, -len(heap) - length * width, grown[place].tolist())
            heapq.heappush(heap, entry)
            if len(heap) > width:
                heapq.heappop(heap)
        if not going:
            break
        sums, texts, parents = best[going[:width]].unsqueeze(1), grown[going[:width]], parents[going[:width]]
        if len(heap) == width and (settings.early or float(sums[0]) / length**settings.penalty <= heap[0][0]):
            break
    return heap


def drive(model, searches: list[Search]) -> list[Heap]:
    """Runs all searches to their end, one call of the model for each step."""
    cache = model.make_cache() if hasattr(model, "make_cache") else None
    wishes = {number: next(one) for number, one in enumerate(searches)}
    first_row = {number: number for number in wishes}
    pools: list[Heap] = [[] for _ in searches]
    while wishes:
        texts = torch.cat([texts for texts, _ in wishes.values()])
        if cache is None:
            output = model(texts)
        else:
            if cache.length:
                cache.reorder(torch.cat([rows + first_row[number] for number, (_, rows) in wishes.items()]))
            output = model(texts[:, cache.length :], cache=cache)
        logits = (output[0] if isinstance(output, tuple) else output)[:, -1]
        answers = torch.log_softmax(logits.double(), dim=-1).split([len(texts) for texts, _ in wishes.values()])
        row, asked, wishes_before = 0, {}, list(wishes)
        for number, answer in zip(wishes_before, answers, strict=True):
            first_row[number] = row
            row += len(answer)
            try:
                asked[number] = searches[number].send(answer)
            except StopIteration as end:
                pools[number] = end.value
        wishes = asked
    return pools


def beam_search(
    model,
    prompt: Tensor,
    beam_width: int,
    max_new_tokens: int,
    *,
    length_penalty: float = 1.0,
    early_stopping: bool = False,
    eos_id: int | None = None,
    num_return: int = 1,
) -> tuple[Tensor, Tensor]:
    if prompt.shape[-1] == 0:
        raise ValueError("no tokens in the prompt")
    if beam_width <= 0:
        raise ValueError(f"beam_width: {beam_width}")
    if not 0 < num_return <= beam_width:
        raise ValueError(f"num_return: {num_return}")
    if max_new_tokens < 0:
        raise ValueError(f"max_new_tokens: {max_new_tokens}")
    settings = Settings(beam_width, max_new_tokens, length_penalty, early_stopping, eos_id)
    modes = [(part, part.training) for part in model.modules()]
    model.eval()
    try:
        with torch.inference_mode():
            pools = drive(model, [search(row, settings) for row in prompt.tolist()])
    finally:
        for part, mode in modes:
            part.training = mode
    best = [heapq.nlargest(num_return, pool) for pool in pools]
    width = prompt.shape[1] + max_new_tokens
    texts = [[text + [eos_id] * (width - len(text)) for _, _, text in pool] for pool in best]
    return torch.tensor(texts), torch.tensor([[score for score, _, _ in pool] for pool in best])
