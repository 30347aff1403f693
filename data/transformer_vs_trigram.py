"""Does the corpus reward a longer memory? Held-out perplexity of the reference transformer beside that of the trigram, both word by word.

    python data/transformer_vs_trigram.py [TRAIN VALID] [--words N] [--epochs N] [--json FILE]

Both see the same training stories and the same vocabulary (words seen twice, `<unk>` for all others, `<end>` behind each story), and are
scored on the same held-out tokens, each story on its own; the transformer sees at most 63 tokens back. One thread on a CPU.
The seed is fixed; the last digits still depend on machine and torch version.
"""

import argparse
import json
import math
import random
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional
from trigram import END, START, UNKNOWN, Story, Trigram, first_words, known, stories_of, vocabulary_of

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "solutions"))

from picollm.loss import next_token_loss
from picollm.transformer import TransformerModel

PAD = 0
WIDTH, HEADS, BLOCKS = 128, 4, 2
WINDOW = 64
WORDS_PER_BATCH = 1_024
PEAK_LEARNING_RATE = 3e-3
STORIES = Path(__file__).parent / "stories"


class Encoder:
    """Words to ids: 0 pads, the rest is the trigram's vocabulary with `<start>`, `<unk>` and `<end>`."""

    def __init__(self, vocabulary: frozenset[str]) -> None:
        self.vocabulary = vocabulary
        self._ids = {word: number for number, word in enumerate(["<pad>", START, UNKNOWN, END, *sorted(vocabulary)])}

    def __len__(self) -> int:
        return len(self._ids)

    def encode(self, story: Story) -> list[int]:
        """`<start>`, the story, `<end>`: every token but the first is predicted."""
        return [self._ids[word] for word in (START, *known(story, self.vocabulary))]


def windows(row: list[int], rng: random.Random) -> list[list[int]]:
    """Pieces of at most WINDOW tokens, cut at random, that overlap by one token: every token but the first is predicted once."""
    cuts = [0, *range(rng.randrange(1, WINDOW), len(row) - 1, WINDOW - 1)]
    return [row[start : end + 1] for start, end in zip(cuts, [*cuts[1:], len(row) - 1], strict=True)]


def batches(rows: Sequence[list[int]], rng: random.Random) -> list[Tensor]:
    """Windows of about equal length together, in random order: (batch, seq) int64, padded with 0, at most WORDS_PER_BATCH tokens each."""
    pieces = [piece for row in rows for piece in windows(row, rng)]
    rng.shuffle(pieces)
    made: list[Tensor] = []
    waiting: list[list[int]] = []
    for piece in sorted(pieces, key=len):
        if waiting and (len(waiting) + 1) * len(piece) > WORDS_PER_BATCH:
            made.append(_padded(waiting))
            waiting = []
        waiting.append(piece)
    made.append(_padded(waiting))
    rng.shuffle(made)
    return made


def _padded(rows: Sequence[list[int]]) -> Tensor:
    length = max(map(len, rows))
    return torch.tensor([row + [PAD] * (length - len(row)) for row in rows])


def train(model: TransformerModel, rows: Sequence[list[int]], epochs: int) -> None:
    """AdamW; the learning rate rises over the first twentieth and falls to zero along a cosine."""
    rng = random.Random(0)
    plan = [batch for _ in range(epochs) for batch in batches(rows, rng)]
    optimizer = torch.optim.AdamW(model.parameters(), lr=PEAK_LEARNING_RATE, weight_decay=0.1, betas=(0.9, 0.98))
    model.train()
    for step, tokens in enumerate(plan):
        share = step / len(plan)
        for group in optimizer.param_groups:
            group["lr"] = PEAK_LEARNING_RATE * min(share / 0.05, 0.5 + 0.5 * math.cos(math.pi * share))
        loss = next_token_loss(model(tokens), tokens, ignore_index=PAD)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        if step % 100 == 0:
            print(f"step {step}/{len(plan)}: training perplexity {math.exp(loss.item()):.1f}", file=sys.stderr, flush=True)


@torch.no_grad()
def perplexity(model: TransformerModel, rows: Sequence[list[int]]) -> float:
    """Exponential of the mean negative log-likelihood per token; beyond the first window, each is scored with half a window before it."""
    model.eval()
    nats, tokens = 0.0, 0
    for row in rows:
        scored = 1
        while scored < len(row):
            end = min(len(row), max(WINDOW, scored + WINDOW // 2))
            piece = torch.tensor([row[max(0, end - WINDOW) : end]])
            losses = functional.cross_entropy(model(piece)[0, :-1], piece[0, 1:], reduction="none")
            nats += losses[scored - end :].sum().item()
            tokens += end - scored
            scored = end
    return math.exp(nats / tokens)


def compare(train_stories: Sequence[Story], held_out: Sequence[Story], epochs: int) -> dict[str, float]:
    """Both perplexities, their ratio, and what the transformer cost."""
    vocabulary = vocabulary_of(train_stories)
    trigram = Trigram(train_stories, vocabulary).perplexity(held_out)
    encoder = Encoder(vocabulary)
    rows, held_out_rows = [encoder.encode(story) for story in train_stories], [encoder.encode(story) for story in held_out]
    torch.manual_seed(0)
    model = TransformerModel(len(encoder), WIDTH, HEADS, BLOCKS, max_seq_len=WINDOW)
    began = time.process_time()
    train(model, rows, epochs)
    seconds = time.process_time() - began
    transformer = perplexity(model, held_out_rows)
    return {
        "trigram_perplexity": round(trigram, 2),
        "transformer_perplexity": round(transformer, 2),
        "ratio": round(transformer / trigram, 3),
        "vocabulary": len(vocabulary),
        "held_out_tokens": sum(len(row) - 1 for row in held_out_rows),
        "epochs": epochs,
        "training_cpu_seconds": round(seconds),
    }


def main() -> int:
    """The command line described at the top; exit status 1 if the transformer does not beat the trigram."""
    parser = argparse.ArgumentParser(description="Hold the reference transformer against a trigram on a story corpus.")
    parser.add_argument("train", type=Path, nargs="?", default=STORIES / "train.txt")
    parser.add_argument("held_out", type=Path, nargs="?", default=STORIES / "valid.txt")
    parser.add_argument("--words", type=int, default=10**9, help="train on the first stories up to this many words")
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--json", type=Path, help="write the figures here too")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    texts = [path.read_text(encoding="utf-8") for path in (arguments.train, arguments.held_out)]
    figures = compare(first_words(stories_of(texts[0]), arguments.words), stories_of(texts[1]), arguments.epochs)
    for name, value in figures.items():
        print(f"{name:24}{value:>12,}")
    if arguments.json:
        arguments.json.parent.mkdir(parents=True, exist_ok=True)
        arguments.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    return 0 if figures["ratio"] < 1 else 1


if __name__ == "__main__":
    sys.exit(main())
