"""Given: training examples from text files and from TinyStories, mixed by weight.

A text file holds documents: separated by lines ``<|endoftext|>`` where there is such a line, otherwise one per line. A document becomes
``<sos> tokens <eos>``, and one longer than a block becomes several blocks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import torch
from torch import Tensor

from picollm.tokenizer import EOS, PAD, SOS, Tokenizer

SEPARATOR = "<|endoftext|>"
TINYSTORIES = "roneneldan/TinyStories"
HELD_OUT_EVERY = 20


class DataUnavailable(Exception):
    """Training text cannot be had; the message says what to do."""


@dataclass(frozen=True)
class Source:
    """Where documents come from, and the share of the training examples that is drawn from it."""

    documents: tuple[str, ...]
    weight: float


def read_documents(paths: Sequence[Path]) -> tuple[str, ...]:
    """The documents of text files (UTF-8), in order. Raises DataUnavailable for a file that cannot be read or holds none."""
    documents: list[str] = []
    for path in paths:
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            raise DataUnavailable(f"the file {path} is not UTF-8 text: {error}") from None
        except OSError as error:
            raise DataUnavailable(f"cannot read {path} ({error.strerror}); paths count from the folder you are in") from None
        pieces = text.split(SEPARATOR) if SEPARATOR in text.splitlines() else text.splitlines()
        found = [piece.strip() for piece in pieces if piece.strip()]
        if not found:
            raise DataUnavailable(f"the file {path} holds no text")
        documents += found
    return tuple(documents)


def read_tinystories(limit: int) -> tuple[str, ...]:
    """The first stories of TinyStories (Eldan & Li 2023), streamed: no more is downloaded than is needed. Raises DataUnavailable."""
    instead = "or train on the bundled stories: --tinystories_weight 0.0 --input_files data/stories/train.txt"
    try:
        from datasets import load_dataset
    except ImportError:
        raise DataUnavailable(f"TinyStories needs the package 'datasets': pip install datasets; {instead}") from None
    try:
        stream = load_dataset(TINYSTORIES, split="train", streaming=True)
        return tuple(row["text"].strip() for row in islice(stream, limit))
    except Exception as error:  # the network's errors have no common ancestor
        reason = f"{type(error).__name__}: {error}"
        raise DataUnavailable(f"TinyStories could not be downloaded ({reason}); try again with a network, {instead}") from error


def split_documents(documents: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Every 20th document is held out for validation: (training, held out). Fewer than 20 documents are all for training."""
    held_out = tuple(documents[HELD_OUT_EVERY - 1 :: HELD_OUT_EVERY])
    training = tuple(document for index, document in enumerate(documents, start=1) if index % HELD_OUT_EVERY != 0)
    return training, held_out


def make_blocks(documents: Sequence[str], tokenizer: Tokenizer, block_size: int) -> list[Tensor]:
    """Documents as sequences of 2 to block_size token ids, each (length,) int64.

    The blocks of one document overlap by one token, so that each of its tokens is predicted once. Raises ValueError for a block_size
    below 2.
    """
    if block_size < 2:
        raise ValueError(f"block_size must be at least 2, one token and the next, got {block_size}")
    blocks: list[Tensor] = []
    for document in documents:
        ids = [SOS, *tokenizer.encode(document), EOS]
        blocks += [torch.tensor(ids[start : start + block_size]) for start in range(0, len(ids) - 1, block_size - 1)]
    return blocks


def pad_batch(blocks: Sequence[Tensor]) -> Tensor:
    """Blocks as one (batch, longest) int64 tensor, filled with ``<pad>`` on the right."""
    return torch.nn.utils.rnn.pad_sequence(list(blocks), batch_first=True, padding_value=PAD)


class Mixture:
    """Training batches that mix sources by weight. Batch number n is the same in every run with the same seed.

    Args:
        sources: at least one with a weight above 0.
        tokenizer: turns documents into tokens.
        block_size: the most tokens of one example.
        batch_size: examples per batch.
        seed: of the choice of examples.
    """

    def __init__(self, sources: Sequence[Source], tokenizer: Tokenizer, block_size: int, batch_size: int, seed: int) -> None:
        used = [source for source in sources if source.weight > 0]
        self._blocks = [make_blocks(source.documents, tokenizer, block_size) for source in used]
        self._weights = torch.tensor([source.weight for source in used])
        self._batch_size = batch_size
        self._seed = seed

    def batch(self, number: int) -> Tensor:
        """Batch of that number, (batch, longest) int64: each example from a source drawn by weight, and there any with equal chance."""
        # A seed per batch: a run that is resumed needs no memory of what it drew before.
        generator = torch.Generator().manual_seed(self._seed * 1_000_003 + number)
        chosen = torch.multinomial(self._weights, self._batch_size, replacement=True, generator=generator)
        blocks = [self._blocks[source] for source in chosen.tolist()]
        return pad_batch([choices[int(torch.randint(len(choices), (), generator=generator))] for choices in blocks])
