"""What speaks for a misconception and what against it: a submission's answers beside those of its trace, question by question."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from grader.diagnosis.signature import is_check, is_gist, is_replay

PASSED = "passed"


@dataclass(frozen=True)
class Weights:
    """How much a question counts, for or against, before the rarity of its answer.

    Attributes:
        status: how a check ends. ``gist``: what a failed check says. ``fact``: an observation. ``answer``: what came for a fixed input.
        doubt: what always speaks against, so that little evidence is never strong.
    """

    status: float = 1.0
    gist: float = 1.0
    fact: float = 1.0
    answer: float = 4.0
    doubt: float = 1.0


WEIGHTS = Weights()


@dataclass(frozen=True)
class Evidence:
    """One question: what the submission shows, what the misconception shows, and how much that counts: below zero against it."""

    question: str
    seen: str
    known: str
    weight: float


class Rarity:
    """How much an answer tells: the more, the fewer misconceptions give it (inverse document frequency)."""

    def __init__(self, traces: Iterable[tuple[str, Mapping[str, str]]]) -> None:
        """``traces``: a misconception's name and what it answers, for each trace."""
        given = {(name, *pair) for name, known in traces for pair in known.items()}
        self._known = Counter((question, answer) for _, question, answer in given)
        self._size = len({name for name, _, _ in given})

    def of(self, question: str, answer: str) -> float:
        """1 for an answer that all give, more for a rarer one."""
        return 1.0 + math.log((1 + self._size) / (1 + self._known[question, answer]))


def weigh(
    seen: Mapping[str, str], asked: Collection[str], known: Mapping[str, str], rarity: Rarity, weights: Weights
) -> tuple[Evidence, ...]:
    """All questions that say something, weightiest first.

    ``asked`` are the checks that ran: one that is asked and gave no answer passed. A question that was put to one side only says nothing:
    a check that stopped early observes less.
    """
    found = []
    for question in seen.keys() | known.keys():
        if is_check(question):
            if question in asked:
                found.append(_status(question, seen.get(question, PASSED), known.get(question, PASSED), rarity, weights))
        elif question in seen and question in known:
            found.append(_observed(question, seen[question], known[question], rarity, weights))
    return tuple(sorted((item for item in found if item.weight), key=lambda item: (-abs(item.weight), item.question)))


def strength(evidence: Iterable[Evidence], weights: Weights) -> float:
    """The share of what speaks for it, between 0 and 1."""
    listed = list(evidence)
    speaking_for = sum(item.weight for item in listed if item.weight > 0)
    against = sum(-item.weight for item in listed if item.weight < 0)
    return speaking_for / (speaking_for + against + weights.doubt) if speaking_for else 0.0


def _status(check: str, seen: str, known: str, rarity: Rarity, weights: Weights) -> Evidence:
    if seen == known:
        return Evidence(check, seen, known, weights.status * rarity.of(check, seen))
    if PASSED in (seen, known):
        return Evidence(check, seen, known, -weights.status * rarity.of(check, known if seen == PASSED else seen))
    # Both fail, in different ways: two authors of one mistake may well raise here and return nonsense there.
    return Evidence(check, seen, known, -weights.status / 2)


def _observed(question: str, seen: str, known: str, rarity: Rarity, weights: Weights) -> Evidence:
    weight = weights.gist if is_gist(question) else weights.answer if is_replay(question) else weights.fact
    if seen == known:
        return Evidence(question, seen, known, weight * rarity.of(question, seen))
    return Evidence(question, seen, known, -weight * rarity.of(question, known))
