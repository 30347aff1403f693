"""Writes 3seqs.txt: three families of integer sequences, one sequence of twenty numbers per line, the families in turn.

A corpus on which a small model learns within seconds, and whose right continuation anyone can see:

- arithmetic: 3 7 11 15 ..., from every start below 100 with every step from 1 to 10;
- Fibonacci-like: 3 7 10 17 ..., each number the sum of the two before it, modulo 100;
- waves: 5 6 7 8 7 6 5 6 ..., from every low below 100 up to a crest 2 to 11 above it and down again.

Run it as ``python data/make_3seqs.py``; it takes no arguments and draws no random numbers.
"""

from __future__ import annotations

from pathlib import Path

TERMS = 20
OUTPUT = Path(__file__).resolve().parents[1] / "3seqs.txt"


def arithmetic(start: int, step: int) -> list[int]:
    """start, start + step, start + 2 * step, ..."""
    return [start + step * index for index in range(TERMS)]


def fibonacci_like(first: int, second: int) -> list[int]:
    """first, second, and then each the sum of the two before it, modulo 100."""
    terms = [first, second]
    while len(terms) < TERMS:
        terms.append((terms[-1] + terms[-2]) % 100)
    return terms


def wave(low: int, height: int) -> list[int]:
    """Up by ones from low to low + height, down again to low, and so on."""
    return [low + height - abs(index % (2 * height) - height) for index in range(TERMS)]


def sequences() -> list[list[int]]:
    """All sequences, 1,000 of each family, the families in turn."""
    families = (
        [arithmetic(start, step) for start in range(100) for step in range(1, 11)],
        [fibonacci_like(first, second) for first in range(40) for second in range(1, 26)],
        [wave(low, height) for low in range(100) for height in range(2, 12)],
    )
    return [sequence for triple in zip(*families, strict=True) for sequence in triple]


def text() -> str:
    """The file's content."""
    return "".join(" ".join(map(str, sequence)) + "\n" for sequence in sequences())


if __name__ == "__main__":
    OUTPUT.write_text(text(), encoding="utf-8", newline="\n")
