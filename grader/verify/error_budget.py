"""The chance that the suite fails a right submission by bad luck, or misses a wrong one: computed, and held against the markers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class RandomCheck:
    """What a random check states of itself.

    Attributes:
        check: its id.
        test: the statistical test, in words.
        samples: draws, or runs, that it looks at.
        alpha: computed bound of the chance that it fails a right submission.
        power: misconception -> computed lower bound of the chance that it catches it.
    """

    check: str
    test: str
    samples: int
    alpha: float
    power: Mapping[str, float]
