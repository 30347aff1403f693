"""What speaks for a misconception and what against it: a submission's answers beside those of its trace, question by question."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from grader.diagnosis.signature import is_check, is_gist, is_replay, is_where

PASSED = "passed"
# So many agreements are taken for granted: a question that was put to two designs only is not unsteady yet.
_AGREED_BEFOREHAND = 2


@dataclass(frozen=True)
class Weights:
    """How much a question counts, for or against, before what its answer tells.

    Attributes:
        status: how a check ends. ``gist``: what a failed check says. ``where``: the function that an exception came from.
        fact: an observation. ``answer``: what came for a fixed input, where it is the same.
        other_answer: where it is not, which says less, as two authors of one mistake often return different nonsense.
        doubt: what always speaks against, so that little evidence is never strong.
    """

    status: float = 1.0
    gist: float = 1.0
    where: float = 0.5
    fact: float = 2.0
    answer: float = 2.0
    other_answer: float = 1.0
    doubt: float = 1.0


WEIGHTS = Weights()


@dataclass(frozen=True)
class Evidence:
    """One question: what the submission shows, what the misconception shows, and how much that counts: below zero against it."""

    question: str
    seen: str
    known: str
    weight: float


class Telling:
    """How much an answer tells, by the traces of an exercise's misconceptions.

    The more, the fewer misconceptions give it (inverse document frequency); the less, the more often one misconception gives another answer
    over another design.
    """

    def __init__(self, traces: Iterable[tuple[str, Mapping[str, str]]]) -> None:
        """``traces``: a misconception's name and what it answers, for each trace."""
        by_name: dict[str, list[Mapping[str, str]]] = defaultdict(list)
        for name, known in traces:
            by_name[name].append(known)
        self._size = len(by_name)
        self._known = Counter(pair for designs in by_name.values() for pair in {pair for known in designs for pair in known.items()})
        self._asked: dict[str, float] = defaultdict(float)
        self._agreed: dict[str, float] = defaultdict(float)
        for designs in by_name.values():
            self._compare(designs)

    def of(self, question: str, answer: str) -> float:
        """1 for an answer that all give, whatever the design; more for a rarer one, less for an unsteady one."""
        rarity = 1.0 + math.log((1 + self._size) / (1 + self._known[question, answer]))
        return rarity * self.steadiness(question)

    def steadiness(self, question: str) -> float:
        """The share of pairs of designs over which one misconception gives one answer."""
        return (self._agreed.get(question, 0) + _AGREED_BEFOREHAND) / (self._asked.get(question, 0) + _AGREED_BEFOREHAND)

    def _compare(self, designs: Sequence[Mapping[str, str]]) -> None:
        for one, other in combinations(designs, 2):
            for question in one.keys() | other.keys():
                if is_check(question) or (question in one and question in other):
                    # However many pairs, n designs count as n - 1.
                    self._asked[question] += 2 / len(designs)
                    self._agreed[question] += (one.get(question, PASSED) == other.get(question, PASSED)) * 2 / len(designs)


def weigh(
    seen: Mapping[str, str], asked: Collection[str], known: Mapping[str, str], telling: Telling, weights: Weights
) -> tuple[Evidence, ...]:
    """All questions that say something, weightiest first.

    ``asked`` are the checks that ran: one that is asked and gave no answer passed. A question that was put to one side only says nothing:
    a check that stopped early observes less.
    """
    found = []
    for question in seen.keys() | known.keys():
        if is_check(question):
            if question in asked:
                found.append(_status(question, seen.get(question, PASSED), known.get(question, PASSED), telling, weights))
        elif question in seen and question in known:
            found.append(_observed(question, seen[question], known[question], telling, weights))
    return tuple(sorted((item for item in found if item.weight), key=lambda item: (-abs(item.weight), item.question)))


def strength(evidence: Iterable[Evidence], weights: Weights) -> float:
    """The share of what speaks for it, between 0 and 1."""
    listed = list(evidence)
    speaking_for = sum(item.weight for item in listed if item.weight > 0)
    against = sum(-item.weight for item in listed if item.weight < 0)
    return speaking_for / (speaking_for + against + weights.doubt) if speaking_for else 0.0


def _status(check: str, seen: str, known: str, telling: Telling, weights: Weights) -> Evidence:
    if seen == known:
        return Evidence(check, seen, known, weights.status * telling.of(check, seen))
    if PASSED in (seen, known):
        return Evidence(check, seen, known, -weights.status * telling.of(check, known if seen == PASSED else seen))
    # Both fail, in different ways: two authors of one mistake may well raise here and return nonsense there.
    return Evidence(check, seen, known, 0.0)


def _observed(question: str, seen: str, known: str, telling: Telling, weights: Weights) -> Evidence:
    same = seen == known
    if is_gist(question):
        weight = weights.gist
    elif is_where(question):
        weight = weights.where
    elif is_replay(question):
        weight = weights.answer if same else weights.other_answer
    else:
        weight = weights.fact
    return Evidence(question, seen, known, (weight if same else -weight) * telling.of(question, known))
