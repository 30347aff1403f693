"""Given: a byte-level tokenizer that learns its vocabulary from the text at hand and needs no download.

Byte-pair encoding (Sennrich et al. 2016, "Neural Machine Translation of Rare Words with Subword Units", section 3.2) over the bytes of
UTF-8: every text can be encoded, and decodes to itself exactly. Ids 0 to 3 are the special tokens, then come the 256 bytes, then the
merges in the order in which they were learned. Special tokens are added by whoever builds a sequence; text never turns into one.
"""

from __future__ import annotations

import heapq
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path

PAD, SOS, EOS, UNK = 0, 1, 2, 3
SPECIAL_TOKENS = ("<pad>", "<sos>", "<eos>", "<unk>")

_FIRST_BYTE = len(SPECIAL_TOKENS)
_FIRST_MERGE = _FIRST_BYTE + 256
_SCHEMA = 1
# Letters, digits or punctuation with at most one space before them, or a run of white space: together every character.
_WORD = re.compile(r" ?[^\W\d_]+| ?\d+| ?(?:[^\w\s]|_)+|\s+")

Pair = tuple[int, int]


class Tokenizer:
    """Text to token ids and back.

    Args:
        merges: the pairs of ids that were merged, in order; the first one became id 260.
    """

    def __init__(self, merges: Sequence[Pair]) -> None:
        self.merges = tuple(merges)
        self._rank = {pair: rank for rank, pair in enumerate(self.merges)}
        self._bytes = [b""] * _FIRST_BYTE + [bytes([value]) for value in range(256)]
        for left, right in self.merges:
            self._bytes.append(self._bytes[left] + self._bytes[right])
        self._known_words: dict[str, list[int]] = {}

    @property
    def vocab_size(self) -> int:
        """Number of ids, the special tokens included."""
        return len(self._bytes)

    def encode(self, text: str) -> list[int]:
        """Token ids of a text, without special tokens."""
        return [token for word in _WORD.findall(text) for token in self._encode_word(word)]

    def decode(self, tokens: Iterable[int]) -> str:
        """The text of token ids; special tokens have none, and bytes that are no UTF-8 become U+FFFD.

        Raises:
            ValueError: an id is outside the vocabulary.
        """
        ids = list(tokens)
        for token in ids:
            if not 0 <= token < self.vocab_size:
                raise ValueError(f"token ids must be between 0 and {self.vocab_size - 1}, got {token}")
        return b"".join(self._bytes[token] for token in ids).decode("utf-8", errors="replace")

    def name(self, token: int) -> str:
        """A token as a person reads it: ``<eos>``, ``' the'``, ``'\\xe2'`` for a byte that is no character."""
        if token < _FIRST_BYTE:
            return SPECIAL_TOKENS[token]
        return "'" + self._bytes[token].decode("utf-8", errors="backslashreplace") + "'"

    def save(self, path: Path) -> None:
        """Write the tokenizer as JSON."""
        path.write_text(json.dumps({"schema": _SCHEMA, "merges": self.merges}) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> Tokenizer:
        """Read what ``save`` wrote. Raises ValueError for anything else."""
        data = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(data, dict) or data.get("schema") != _SCHEMA:
            raise ValueError(f"{path} is no tokenizer file of this version")
        return cls([(left, right) for left, right in data["merges"]])

    def _encode_word(self, word: str) -> list[int]:
        if word not in self._known_words:
            ids = _bytes_of(word)
            while len(ids) > 1:
                # Merges are applied in the order in which they were learned.
                pair = min(pairwise(ids), key=lambda pair: self._rank.get(pair, len(self.merges)))
                if pair not in self._rank:
                    break
                ids = _merge(ids, pair, _FIRST_MERGE + self._rank[pair])
            self._known_words[word] = ids
        return self._known_words[word]


def train_tokenizer(texts: Iterable[str], vocab_size: int) -> Tokenizer:
    """Learn merges until the vocabulary has vocab_size ids, or no pair of ids is left that occurs twice.

    Args:
        texts: what to learn from. The same texts give the same tokenizer.
        vocab_size: at least 260, the special tokens and the bytes.

    Raises:
        ValueError: vocab_size is too small.
    """
    if vocab_size < _FIRST_MERGE:
        raise ValueError(f"vocab_size must be at least {_FIRST_MERGE} (special tokens and bytes), got {vocab_size}")
    counts = Counter(word for text in texts for word in _WORD.findall(text))
    words = [(_bytes_of(word), count) for word, count in counts.items()]
    pair_counts: Counter[Pair] = Counter()
    where: defaultdict[Pair, set[int]] = defaultdict(set)  # the words that hold, or once held, the pair
    for index, (ids, count) in enumerate(words):
        for pair in pairwise(ids):
            pair_counts[pair] += count
            where[pair].add(index)

    merges: list[Pair] = []
    # Most frequent first, of equals the smallest ids. A count that has changed since is put back with its new value.
    heap = [(-count, pair) for pair, count in pair_counts.items()]
    heapq.heapify(heap)
    while heap and _FIRST_MERGE + len(merges) < vocab_size:
        negative, pair = heapq.heappop(heap)
        if -negative != pair_counts[pair]:
            continue
        if pair_counts[pair] < 2:
            break
        changed = _merge_everywhere(words, where, pair_counts, pair, _FIRST_MERGE + len(merges))
        merges.append(pair)
        for other in changed:
            heapq.heappush(heap, (-pair_counts[other], other))
    return Tokenizer(merges)


def _merge_everywhere(
    words: list[tuple[list[int], int]], where: defaultdict[Pair, set[int]], pair_counts: Counter[Pair], pair: Pair, new_id: int
) -> set[Pair]:
    """Replace the pair by new_id in all words, bring the counts up to date, and return the pairs whose count has changed."""
    changed: set[Pair] = set()
    for index in where.pop(pair):
        ids, count = words[index]
        merged = _merge(ids, pair, new_id)
        for old in pairwise(ids):
            pair_counts[old] -= count
            changed.add(old)
        for new in pairwise(merged):
            pair_counts[new] += count
            where[new].add(index)
            changed.add(new)
        words[index] = merged, count
    return changed


def _merge(ids: list[int], pair: Pair, new_id: int) -> list[int]:
    """The ids with each occurrence of the pair, from the left, replaced by new_id."""
    merged: list[int] = []
    for token in ids:
        if merged and (merged[-1], token) == pair:
            merged[-1] = new_id
        else:
            merged.append(token)
    return merged


def _bytes_of(word: str) -> list[int]:
    return [_FIRST_BYTE + value for value in word.encode("utf-8")]
