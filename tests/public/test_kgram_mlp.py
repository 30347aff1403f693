"""Public checks of the exercise kgram_mlp, handout section 4. Only the contract is used; how the model is built is the student's choice."""

import math

import pytest
import torch

from grader.checks.compare import expect_close, expect_shape
from grader.checks.tolerance import Tolerance, tolerance_for


def build(subject, vocab_size=9, **changes):
    """A small model in eval mode with random parameters: k = 3, one chunk."""
    model = subject.KGramMLPSeqModel(vocab_size, **{"k": 3, "embed_size": 8, "num_inner_layers": 1, "chunk_size": 64, **changes})
    subject.probes.randomize_parameters(model, seed=1)
    model.eval()
    return model


def logits_of(model, tokens):
    """The logits; a model may return a tuple that begins with them."""
    output = model(tokens)
    return output[0] if isinstance(output, tuple) else output


def near(logits):
    """How far two calculations of the same logits may be apart: measured by how much logits vary between positions, not by the largest."""
    assert torch.isfinite(logits).all(), "some logits are infinite or not a number"
    rows = logits.double().flatten(0, -2)
    largest, typical = rows.abs().max(), (rows - rows.mean(0)).abs().median()
    assert largest <= 1000 * typical, f"the largest logit is {largest:.3g}, and between positions logits differ by {typical:.3g} only"
    # Of many normal numbers the largest is about 4 times the median magnitude.
    varying = tolerance_for(logits, torch.float32, 256, scale=4 * float(typical))
    # What all positions have in common is rounded with them, in the last sums.
    return Tolerance(varying.absolute + tolerance_for(logits, torch.float32, 32).absolute)


@pytest.mark.check(
    "kgram_mlp.newest_token",
    spec="KGR-2",
    title="uses the newest token: the logits at position t change with token t",
    hint="Write down the window of position 0. If the newest token is not in it, every window ends one too early.",
)
def test_newest_token_counts(subject, observe):
    model = build(subject)
    before, after = torch.tensor([[3, 1, 4, 1, 5]]), torch.tensor([[3, 1, 4, 1, 6]])
    one, other = logits_of(model, before), logits_of(model, after)
    observe("kgram.misses_newest", torch.equal(one[:, -1], other[:, -1]))
    assert not torch.equal(one[:, -1], other[:, -1]), (
        "the last token was changed from 5 to 6, and the logits of the last position do not notice"
    )
    expect_close(
        other[:, :-1],
        one[:, :-1],
        tolerance=near(one),
        input=after,
        what="the logits before the last token, after only that one was changed",
    )


@pytest.mark.check(
    "kgram_mlp.newest_token",
    spec="KGR-3",
    title="looks at k tokens and no further",
    hint="With k = 3, position 4 sees tokens 2, 3 and 4. Count the places in your window.",
)
def test_exactly_k_tokens(subject):
    model = build(subject)
    base = torch.tensor([[3, 1, 4, 1, 5]])
    logits = logits_of(model, base)[0, 4]
    for place in range(5):
        changed = base.clone()
        changed[0, place] += 2
        moved = not torch.equal(logits_of(model, changed)[0, 4], logits)
        if place < 2:
            assert not moved, f"with k = 3, position 4 sees tokens 2, 3 and 4; but its logits change with token {place}"
        else:
            assert moved, f"with k = 3, position 4 sees tokens 2, 3 and 4; but its logits do not change with token {place}"


@pytest.mark.check(
    "kgram_mlp.places",
    spec="KGR-4",
    title="notices when two tokens of the window are exchanged",
    hint="If the window is averaged or added up, the order is lost. Does each place have weights of its own?",
)
def test_order_counts(subject):
    model = build(subject)
    logits = logits_of(model, torch.tensor([[2, 7, 4], [7, 2, 4]]))[:, -1]
    difference = (logits[0] - logits[1]).abs().max()
    assert difference > 1e-4, "the windows (2, 7, 4) and (7, 2, 4) have the same logits: the order of the tokens is lost"


@pytest.mark.check(
    "kgram_mlp.places",
    spec=("KGR-5", "KGR-6"),
    title="fills the start with padding, and never with the end of the sequence or another row",
    hint="What stands before the first token? Look for roll, and for a batch that was reshaped to one long sequence.",
)
def test_start_is_padded(subject):
    model = build(subject)
    expected = logits_of(model, torch.tensor([[3, 1]]))[0]
    longer = torch.tensor([[8, 6, 7, 5], [3, 1, 7, 5], [3, 1, 2, 6]])
    got = logits_of(model, longer)
    for row in (1, 2):
        expect_close(
            got[row, :2],
            expected,
            tolerance=near(got),
            input=longer,
            what=f"the logits of row {row} after its first two tokens, 3 and 1, against those of 3, 1 alone",
        )


@pytest.mark.check(
    "kgram_mlp.chunks",
    spec="KGR-9",
    title="gives the same logits whatever chunk_size is",
    hint="The first position of a chunk sees tokens of the chunk before. Where do they come from in your code?",
)
def test_chunk_size_changes_nothing(subject):
    tokens = torch.tensor([[3, 1, 4, 1, 5, 2, 6]])
    expected = logits_of(build(subject, chunk_size=7), tokens)
    for chunk_size in (1, 3):
        got = logits_of(build(subject, chunk_size=chunk_size), tokens)
        expect_close(
            got,
            expected,
            tolerance=near(expected),
            input=tokens,
            what=f"the logits of 7 positions with chunk_size={chunk_size}, against those with chunk_size=7",
        )


@pytest.mark.check(
    "kgram_mlp.chunks",
    spec="KGR-10",
    title="needs much less memory with chunk_size=1 than in one chunk",
    hint="Which tensors are as long as the sequence while your loop over the chunks runs? They gain nothing from the chunks.",
)
def test_chunks_save_memory(subject):
    tokens = torch.arange(256).reshape(2, 128) % 4
    peaks = []
    for chunk_size in (1, 128):
        model = subject.KGramMLPSeqModel(4, k=16, embed_size=32, num_inner_layers=1, chunk_size=chunk_size)
        model.requires_grad_(False)
        peaks.append(subject.probes.memory(model, tokens).peak_bytes)
    one_by_one, at_once = peaks
    assert one_by_one > 0, "2 x 128 tokens are said to take no memory"
    assert one_by_one < at_once / 2, f"2 x 128 tokens with k=16 take {one_by_one:,} bytes with chunk_size=1 and {at_once:,} in one chunk"


@pytest.mark.check(
    "kgram_mlp.mlp",
    spec=("KGR-7", "KGR-8"),
    title="has inner layers that take part and can be trained",
    hint="nn.Module does not look for layers in a plain Python list. Which container does it know?",
)
def test_inner_layers_are_trained(subject):
    tokens = torch.arange(9)[None]
    learned = []
    for layers in (0, 2):
        model = build(subject, k=2, embed_size=7, num_inner_layers=layers)
        learned.append(sum(torch.Size(row.shape).numel() for row in subject.probes.gradients(model, tokens) if row.norm))
    more = learned[1] - learned[0]
    assert 98 <= more <= 126, f"two inner layers of 7 x 7 should add 98 learned numbers, and a few for biases; they add {more}"


@pytest.mark.check(
    "kgram_mlp.mlp",
    spec="KGR-8",
    title="learns to continue a sequence in which each token decides the next",
    hint="Does the loss stay where it was? Then something is not trained: look at how the layers are stored, and at what the window holds.",
    alpha=1e-12,  # 160 trained models of four designs end below 0.05
)
def test_learns(subject):
    model = subject.KGramMLPSeqModel(5, k=2, embed_size=16, num_inner_layers=1, chunk_size=16)
    follows = [3, 4, 1, 0, 2]
    rows = [[start] for start in range(5)]
    for row in rows:
        while len(row) < 9:
            row.append(follows[row[-1]])
    losses = subject.probes.train_steps(model, [torch.tensor(rows)] * 40)
    assert losses[-1] < 0.35 * math.log(5), (
        f"after 40 steps the loss is {losses[-1]:.3f}; it began at {losses[0]:.3f}, and guessing has {math.log(5):.3f}"
    )


@pytest.mark.check(
    "kgram_mlp.sound",
    spec="KGR-1",
    title="returns (batch, seq, vocab_size), also for sequences shorter than k",
    hint="Follow the shape through forward for a single token.",
)
def test_shapes(subject):
    model = build(subject)
    for batch, seq in ((2, 5), (1, 1), (3, 2)):
        expect_shape(
            logits_of(model, torch.ones(batch, seq, dtype=torch.int64)),
            (batch, seq, 9),
            what=f"the logits for tokens of shape {(batch, seq)}",
        )
