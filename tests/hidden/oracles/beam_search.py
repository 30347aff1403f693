"""Beam search as the handout's section 10 words it, one prompt at a time, in float64, without a cache; and the best of all continuations.

Rules that submissions often get wrong can be switched, so that a check can look for a question on which the wrong rule shows.
"""

import itertools
from dataclasses import dataclass

import torch


@dataclass(frozen=True)
class Rules:
    """The handout's rules; each switch is a misreading.

    Attributes:
        enter_from_all: candidates beyond the first k may enter the pool too.
        never_stop: the search goes on to max_new_tokens whatever the pool holds.
        count_prompt: the prompt counts in the length.
    """

    length_penalty: float = 1.0
    early_stopping: bool = False
    eos_id: int | None = None
    enter_from_all: bool = False
    never_stop: bool = False
    count_prompt: bool = False


@dataclass(frozen=True)
class Found:
    """The pool, best first, as (score, generated tokens); and the smallest distance between two numbers that had to be compared."""

    pool: tuple[tuple[float, tuple[int, ...]], ...]
    margin: float

    def scores(self, num_return):
        """(num_return,) float64."""
        return torch.tensor([score for score, _ in self.pool[:num_return]], dtype=torch.float64)


def search(model, prompt, k, max_new_tokens, rules):
    """Search from one prompt (seq,) with a built given model."""
    running, pool, gaps = [(0.0, ())], [], []
    for length in range(1, max_new_tokens + 1):
        odds = log_probabilities(model, prompt, [tokens for _, tokens in running])
        candidates = [
            (total + float(row[token]), (*tokens, token))
            for (total, tokens), row in zip(running, odds, strict=True)
            for token in range(len(row))
        ]
        candidates = sorted(candidates, reverse=True)[: 2 * k + 1]
        gaps += distances([total for total, _ in candidates])
        candidates = candidates[: 2 * k]
        counted = length + (len(prompt) if rules.count_prompt else 0)
        ended = [tokens[-1] == rules.eos_id or length == max_new_tokens for _, tokens in candidates]
        may_enter = len(candidates) if rules.enter_from_all else k
        entering = [
            (total / counted**rules.length_penalty, tokens)
            for (total, tokens), end in zip(candidates[:may_enter], ended, strict=False)
            if end
        ]
        pool = sorted(pool + entering, reverse=True)
        gaps += distances([score for score, _ in pool])
        pool = pool[:k]
        running = [candidate for candidate, end in zip(candidates, ended, strict=True) if not end][:k]
        if not running:
            break
        if len(pool) == k and not rules.never_stop:
            best = running[0][0] / counted**rules.length_penalty
            gaps.append(abs(best - pool[-1][0]))
            if rules.early_stopping or best <= pool[-1][0]:
                break
    return Found(tuple(pool), min(gaps))


def best_of_all(model, prompt, max_new_tokens, eos_id=None, tokens=None):
    """(sum of log-probabilities, tokens) of the most likely continuation of all that there are, found by trying each.

    A continuation ends with eos_id or has max_new_tokens tokens. ``tokens`` limits which ones are tried, all by default.
    """
    model.eval()
    vocab = model.vocab_size
    best = (-float("inf"), ())
    for length in range(1, max_new_tokens + 1):
        for path in itertools.product(tokens or range(vocab), repeat=length):
            complete = length == max_new_tokens or path[-1] == eos_id
            if complete and eos_id not in path[:-1]:
                best = max(best, (log_probability(model, prompt, path), path))
    return best


def log_probability(model, prompt, path):
    """Sum of the log-probabilities of the tokens of ``path`` after ``prompt`` (seq,)."""
    row = torch.cat([prompt, torch.tensor(path)])
    with torch.no_grad():
        output = model(row.unsqueeze(0))
    logits = (output[0] if isinstance(output, tuple) else output)[0, len(prompt) - 1 : -1]
    odds = torch.log_softmax(logits.double(), dim=-1)
    return float(odds[torch.arange(len(path)), list(path)].sum())


def log_probabilities(model, prompt, continuations):
    """Log-probabilities of the next token after the prompt and each continuation, all of one length: (n, vocab) float64."""
    rows = torch.stack([torch.cat([prompt, torch.tensor(tokens, dtype=torch.int64)]) for tokens in continuations])
    model.eval()
    with torch.no_grad():
        output = model(rows)
    logits = output[0] if isinstance(output, tuple) else output
    return torch.log_softmax(logits[:, -1].double(), dim=-1)


def distances(values):
    """Between neighbours of a sorted list; infinitely likely and impossible ones do not count."""
    return [abs(one - other) for one, other in itertools.pairwise(values) if abs(one - other) < float("inf")]
