"""Words, vocabulary, and a trigram model with interpolated Kneser-Ney smoothing.

The model is the yardstick that a corpus and a transformer are held against: one discount per order, no tuning, every probability positive.
Source: Chen and Goodman, "An Empirical Study of Smoothing Techniques for Language Modeling" (1999), section 2.7 and equation 27.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence

UNKNOWN = "<unk>"
END = "<end>"
START = "<start>"
SEPARATOR = "<|endoftext|>"

_TYPOGRAPHY = str.maketrans({"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u2014": "-", "\u2013": "-"})
_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?|[0-9]+|[^\sa-z0-9]")

Story = tuple[str, ...]


def words_of(text: str) -> Story:
    """Lower-case words, numbers and single punctuation marks of `text`; typographic quotes count as plain ones."""
    return tuple(_WORD.findall(text.translate(_TYPOGRAPHY).lower()))


def stories_of(text: str) -> list[Story]:
    """The stories of a corpus file as words; stories are separated by lines `<|endoftext|>`."""
    return [words_of(part) for part in text.split(SEPARATOR) if part.strip()]


def first_words(stories: Sequence[Story], at_most: int) -> list[Story]:
    """Whole stories from the front while they hold at most `at_most` words together."""
    taken: list[Story] = []
    total = 0
    for story in stories:
        total += len(story)
        if total > at_most:
            break
        taken.append(story)
    return taken


def vocabulary_of(stories: Iterable[Story], min_count: int = 2) -> frozenset[str]:
    """Words seen at least `min_count` times; all others are `<unk>` in training and in scoring."""
    counts = Counter(word for story in stories for word in story)
    return frozenset(word for word, count in counts.items() if count >= min_count)


def known(story: Story, vocabulary: frozenset[str]) -> list[str]:
    """The story with unknown words replaced, and the end token behind it: what every model here predicts."""
    return [word if word in vocabulary else UNKNOWN for word in story] + [END]


def _discount(counts: Iterable[int]) -> float:
    """Chen and Goodman's estimate n1 / (n1 + 2 n2); one half where a tiny corpus gives no usable value."""
    of_counts = Counter(counts)
    ones, twos = of_counts[1], of_counts[2]
    return ones / (ones + 2 * twos) if ones and twos else 0.5


class Trigram:
    """Interpolated Kneser-Ney of order three over `vocabulary` with `<unk>` and `<end>`; stories are independent of each other."""

    def __init__(self, stories: Iterable[Story], vocabulary: frozenset[str]) -> None:
        self.vocabulary = vocabulary
        threes: Counter[tuple[str, str, str]] = Counter()
        for story in stories:
            sequence = [START, START, *known(story, vocabulary)]
            threes.update(zip(sequence, sequence[1:], sequence[2:], strict=False))
        twos = Counter((b, c) for _, b, c in threes)
        ones = Counter(c for _, c in twos)
        self._orders = (_Order(ones), _Order(twos), _Order(threes))
        self._floor = 1 / (len(vocabulary) + 2)

    def probability(self, before: tuple[str, str], word: str) -> float:
        """P(word | the two words before it)."""
        value = self._floor
        for order, context in zip(self._orders, ((), before[1:], before), strict=True):
            value = order.interpolate(context, word, value)
        return value

    def log_loss(self, stories: Iterable[Story]) -> tuple[float, int]:
        """Summed negative log-likelihood in nats, and the number of tokens scored (each story's words and its end)."""
        nats, tokens = 0.0, 0
        for story in stories:
            sequence = [START, START, *known(story, self.vocabulary)]
            for a, b, c in zip(sequence, sequence[1:], sequence[2:], strict=False):
                nats -= math.log(self.probability((a, b), c))
                tokens += 1
        return nats, tokens

    def perplexity(self, stories: Iterable[Story]) -> float:
        """Exponential of the mean negative log-likelihood per token."""
        nats, tokens = self.log_loss(stories)
        return math.exp(nats / tokens)


class _Order:
    """Counts of one n-gram order, keyed by context and word, with what interpolation needs per context."""

    def __init__(self, counts: Counter[tuple[str, ...]] | Counter[tuple[str, str]] | Counter[tuple[str, str, str]] | Counter[str]) -> None:
        self._counts = {(key,) if isinstance(key, str) else key: count for key, count in counts.items()}
        self._discount = _discount(self._counts.values())
        self._totals: Counter[tuple[str, ...]] = Counter()
        self._kinds: Counter[tuple[str, ...]] = Counter()
        for key, count in self._counts.items():
            self._totals[key[:-1]] += count
            self._kinds[key[:-1]] += 1

    def interpolate(self, context: tuple[str, ...], word: str, lower: float) -> float:
        total = self._totals[context]
        if not total:
            return lower
        seen = max(self._counts.get((*context, word), 0) - self._discount, 0.0)
        return (seen + self._discount * self._kinds[context] * lower) / total
