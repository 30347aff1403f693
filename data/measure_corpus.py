"""Figures of a story corpus: size, vocabulary, repeated 5-grams, and how well a trigram predicts its held-out part.

    python data/measure_corpus.py data/stories/train.txt data/stories/valid.txt [--beside TRAIN VALID] [--json FILE]

With `--beside`, both corpora are cut to the same number of words first (whole stories from the front), so that the figures compare.
What each figure means is written at the field it fills.
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from trigram import Story, Trigram, first_words, stories_of, vocabulary_of

TYPES_WINDOW = 100_000


@dataclass(frozen=True)
class Figures:
    """What is measured on one corpus; words are lower-case and include punctuation marks."""

    stories: int
    """Stories in the training sample."""
    words: int
    """Words in the training sample."""
    held_out_words: int
    """Words in the held-out sample."""
    words_per_story: float
    types: int
    """Distinct words in the training sample."""
    types_per_100k: int
    """Distinct words in the first 100,000 words of the training sample (fewer if it is shorter)."""
    repeated_5grams: float
    """Share of the training sample's 5-grams that occurred earlier in it: 1 - distinct / all. No 5-gram spans two stories."""
    held_out_5grams: float
    """Share of the held-out sample's 5-grams that occur in the training sample."""
    trigram_perplexity: float
    """Held-out perplexity per token of an interpolated Kneser-Ney trigram; words seen once in training are <unk>."""
    unknown_rate: float
    """Share of held-out words that are <unk> to that trigram."""


def five_grams(stories: Sequence[Story]) -> list[tuple[str, ...]]:
    """All 5-grams, in order, none spanning two stories."""
    return [story[i : i + 5] for story in stories for i in range(len(story) - 4)]


def repeated_share(grams: Sequence[tuple[str, ...]]) -> float:
    """Share of `grams` that occurred earlier in the sequence."""
    return 1 - len(set(grams)) / len(grams)


def share_seen(grams: Sequence[tuple[str, ...]], elsewhere: Sequence[tuple[str, ...]]) -> float:
    """Share of `grams` that occur among `elsewhere`."""
    seen = set(elsewhere)
    return sum(gram in seen for gram in grams) / len(grams)


def measure(train: Sequence[Story], held_out: Sequence[Story]) -> Figures:
    """All figures of one corpus."""
    words = [word for story in train for word in story]
    held_out_words = [word for story in held_out for word in story]
    vocabulary = vocabulary_of(train)
    train_grams = five_grams(train)
    return Figures(
        stories=len(train),
        words=len(words),
        held_out_words=len(held_out_words),
        words_per_story=round(len(words) / len(train), 1),
        types=len(set(words)),
        types_per_100k=len(set(words[:TYPES_WINDOW])),
        repeated_5grams=round(repeated_share(train_grams), 4),
        held_out_5grams=round(share_seen(five_grams(held_out), train_grams), 4),
        trigram_perplexity=round(Trigram(train, vocabulary).perplexity(held_out), 2),
        unknown_rate=round(sum(word not in vocabulary for word in held_out_words) / len(held_out_words), 4),
    )


def cut_to_equal(corpora: Sequence[list[Story]]) -> list[list[Story]]:
    """Each corpus cut to the size of the smallest, in words, at a story's end."""
    at_most = min(sum(len(story) for story in stories) for stories in corpora)
    return [first_words(stories, at_most) for stories in corpora]


def table(columns: dict[str, Figures]) -> str:
    """One line per figure, one column per corpus; the ratio of the first to the second where there are two."""
    rows = [["figure", *columns, *(["ratio"] if len(columns) == 2 else [])]]
    for name in Figures.__dataclass_fields__:
        values = [getattr(figures, name) for figures in columns.values()]
        ratio = [f"{values[0] / values[1]:.2f}"] if len(values) == 2 else []
        rows.append([name, *(f"{value:,}" for value in values), *ratio])
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.rjust(width) if i else cell.ljust(width) for i, (cell, width) in enumerate(zip(row, widths, strict=True)))
        for row in rows
    )


def read(path: Path) -> list[Story]:
    """The stories of a corpus file."""
    return stories_of(path.read_text(encoding="utf-8"))


def main() -> None:
    """The command line described at the top."""
    parser = argparse.ArgumentParser(description="Measure a story corpus.")
    parser.add_argument("train", type=Path)
    parser.add_argument("held_out", type=Path)
    parser.add_argument("--beside", nargs=2, type=Path, metavar=("TRAIN", "VALID"), help="a second corpus, measured at equal size")
    parser.add_argument("--json", type=Path, help="write the figures here too")
    arguments = parser.parse_args()
    pairs = {"this": (arguments.train, arguments.held_out)}
    if arguments.beside:
        pairs["beside"] = tuple(arguments.beside)
    trains = cut_to_equal([read(train) for train, _ in pairs.values()])
    held_outs = cut_to_equal([read(held_out) for _, held_out in pairs.values()])
    columns = {name: measure(train, held_out) for name, train, held_out in zip(pairs, trains, held_outs, strict=True)}
    print(table(columns))
    if arguments.json:
        arguments.json.parent.mkdir(parents=True, exist_ok=True)
        arguments.json.write_text(
            json.dumps({name: asdict(figures) for name, figures in columns.items()}, indent=2) + "\n", encoding="utf-8"
        )


if __name__ == "__main__":
    main()
