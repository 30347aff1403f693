"""Beam search once more, with lists and in float64, straight from the handout's sentences: the oracle for the reference."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Hypothesis:
    """Generated tokens, the sum of their log-probabilities, and the score."""

    tokens: tuple[int, ...]
    total: float
    score: float


def slow_beam_search(
    log_probabilities: Callable[[tuple[int, ...]], list[float]],
    beam_width: int,
    max_new_tokens: int,
    length_penalty: float,
    early_stopping: bool,
    eos_id: int | None,
) -> list[Hypothesis]:
    """The best hypotheses for one prompt, best first. ``log_probabilities`` is told what has been generated so far."""
    running = [Hypothesis((), 0.0, 0.0)]
    pool: list[Hypothesis] = []
    for length in range(1, max_new_tokens + 1):
        candidates = []
        for beam in running:
            for token, value in enumerate(log_probabilities(beam.tokens)):
                total = beam.total + value
                candidates.append(Hypothesis((*beam.tokens, token), total, total / length**length_penalty))
        candidates.sort(key=lambda candidate: -candidate.total)
        complete = [candidate for candidate in candidates[:beam_width] if length == max_new_tokens or candidate.tokens[-1] == eos_id]
        pool = sorted(pool + complete, key=lambda candidate: -candidate.score)[:beam_width]
        running = [candidate for candidate in candidates if candidate.tokens[-1] != eos_id][:beam_width]
        if len(pool) == beam_width and (early_stopping or not running or running[0].score <= pool[-1].score):
            break
    return pool
