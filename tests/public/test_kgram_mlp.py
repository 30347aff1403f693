"""Public checks of the exercise kgram_mlp, handout section 4. Only the contract is used; how the model is built is the student's choice."""

import math
from functools import partial

import pytest
import torch

from grader.checks.attempts import passes_in_one_of
from grader.checks.compare import expect_close, expect_dtype, expect_refused, expect_shape, expect_that
from grader.checks.tolerance import Tolerance, tolerance_for


def build(subject, vocab_size=9, **changes):
    """A small model in eval mode with random parameters: k = 3, one chunk."""
    sizes = {"k": 3, "embed_size": 8, "num_inner_layers": 1, "chunk_size": 64, **changes}
    # Two models of the same sizes are the same even where some of their numbers are no parameters.
    model = subject.call(subject.KGramMLPSeqModel, (vocab_size,), sizes, seed=1)
    subject.probes.randomize_parameters(model, seed=1)
    model.eval()
    return model


def logits_of(model, tokens):
    """The logits; a model may return a tuple that begins with them."""
    output = model(tokens)
    return output[0] if isinstance(output, tuple) else output


def same_dice(subject, model, *inputs):
    """The logits for inputs of one shape, each from the same random state: a model that is random moves as much as its input makes it."""
    return [logits_of(lambda given: subject.call(model, (given,), seed=1), tokens) for tokens in inputs]


def near(logits):
    """How far two calculations of the same logits may be apart: measured by how much logits vary between positions, not by the largest."""
    expect_that(torch.isfinite(logits).all(), "some logits are infinite or not a number", expected="finite logits", got=logits)
    rows = logits.double().flatten(0, -2)
    largest, typical = rows.abs().max(), (rows - rows.mean(0)).abs().median()
    sentence = f"the largest logit is {largest:.3g}, and between positions logits differ by {typical:.3g} only"
    expect_that(largest <= 1000 * typical, sentence, expected=f"at most 1000 times {typical:.3g}", got=f"{largest:.3g}")
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
    one, other = same_dice(subject, model, before, after)
    observe("kgram.misses_newest", torch.equal(one[:, -1], other[:, -1]))
    expect_that(
        not torch.equal(one[:, -1], other[:, -1]),
        "the last token was changed from 5 to 6, and the logits of the last position do not notice",
        input=f"{before.tolist()} and {after.tolist()}",
        expected="other logits at position 4",
        got="the same logits",
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
    changed = [base + 2 * torch.nn.functional.one_hot(torch.tensor([place]), 5) for place in range(5)]
    before, *after = same_dice(subject, model, base, *changed)
    for place, logits in enumerate(after):
        moved = not torch.equal(logits[0, 4], before[0, 4])
        shown = f"{base.tolist()} and {changed[place].tolist()}"
        sees = "with k = 3, position 4 sees tokens 2, 3 and 4; but its logits"
        if place < 2:
            expect_that(not moved, f"{sees} change with token {place}", input=shown, expected="the same logits", got="other logits")
        else:
            expect_that(moved, f"{sees} do not change with token {place}", input=shown, expected="other logits", got="the same logits")


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
    expect_that(
        difference > 1e-4,
        "the windows (2, 7, 4) and (7, 2, 4) have the same logits: the order of the tokens is lost",
        input="[[2, 7, 4], [7, 2, 4]]",
        expected="logits that differ by more than 0.0001",
        got=f"they differ by {difference:.3g}",
    )


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
    "kgram_mlp.places",
    spec="KGR-5",
    title="tells the beginning of a sequence from a token that was said three times",
    hint="What stands before the first token in your windows? It should be the same for every sequence.",
)
def test_start_is_no_repetition(subject):
    model = build(subject)
    tokens = torch.tensor([[4, 4, 4], [5, 5, 5], [6, 6, 6], [7, 7, 7]])
    logits = logits_of(model, tokens)
    moved = (logits[:, 0] - logits[:, 2]).abs().amax(dim=1) > near(logits).absolute
    expect_that(
        moved.any(),
        "with k = 3, the logits after a, a, a are those after a at the very beginning, whichever token a is",
        input=tokens,
        expected="other logits at position 2 than at position 0",
        got="the same logits in each row",
    )


@pytest.mark.check(
    "kgram_mlp.chunks",
    spec="KGR-9",
    title="gives the same logits whatever chunk_size is",
    hint="The first position of a chunk sees tokens of the chunk before. Where do they come from in your code?",
)
def test_chunk_size_changes_nothing(subject, observe):
    tokens = torch.tensor([[3, 1, 4, 1, 5, 2, 6]])
    expected = logits_of(build(subject, chunk_size=7), tokens)
    chunked = {chunk_size: logits_of(build(subject, chunk_size=chunk_size), tokens) for chunk_size in (1, 3)}
    observe("kgram.positions_with_chunk_size_3", chunked[3].shape[1] if chunked[3].dim() == 3 else -1)
    for chunk_size, got in chunked.items():
        expect_close(
            got,
            expected,
            tolerance=near(expected),
            input=tokens,
            what=f"the logits of 7 positions with chunk_size={chunk_size}, against those with chunk_size=7",
        )


@pytest.mark.check(
    "kgram_mlp.chunks",
    spec="KGR-9",
    title="sends the same gradients to the parameters whatever chunk_size is",
    hint="Which chunks does the gradient of the loss flow through in your code, and is anything detached between them?",
)
def test_chunk_size_changes_no_gradient(subject):
    tokens = torch.tensor([[3, 1, 4, 1, 5, 2, 6]])
    whole, chunked = (subject.probes.gradients(build(subject, chunk_size=chunk_size), tokens) for chunk_size in (7, 3))
    for one, other in zip(whole, chunked, strict=True):
        expected = torch.tensor(one.norm or 0.0)
        what = f"the size of the gradient at {one.name} with chunk_size=3, against that with chunk_size=7"
        expect_close(other.norm or 0.0, expected, tolerance=tolerance_for(expected, torch.float32, 1024), input=tokens, what=what)


@pytest.mark.check(
    "kgram_mlp.chunks",
    spec="KGR-10",
    title="needs much less memory with chunk_size=1 than in one chunk",
    hint="Which tensors are as long as the sequence while your loop over the chunks runs? They gain nothing from the chunks.",
)
def test_chunks_save_memory(subject, observe):
    tokens = torch.arange(256).reshape(2, 128) % 4
    peaks = []
    for chunk_size in (1, 128):
        model = subject.KGramMLPSeqModel(4, k=16, embed_size=32, num_inner_layers=1, chunk_size=chunk_size)
        model.requires_grad_(False)
        peaks.append(subject.probes.memory(model, tokens).peak_bytes)
    one_by_one, at_once = peaks
    saved = "less" if one_by_one < at_once / 2 else "somewhat less" if one_by_one < 0.98 * at_once else "the same"
    observe("kgram.memory_in_chunks", saved)
    shown = "2 x 128 tokens, k=16, chunk_size=1"
    expect_that(one_by_one > 0, "2 x 128 tokens are said to take no memory", input=shown, expected="more than 0 bytes", got=one_by_one)
    sentence = f"2 x 128 tokens with k=16 take {one_by_one:,} bytes with chunk_size=1 and {at_once:,} in one chunk"
    expect_that(
        one_by_one < at_once / 2, sentence, input=shown, expected=f"less than {at_once / 2:,.0f} bytes", got=f"{one_by_one:,} bytes"
    )


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
    # A bias, and perhaps a norm with two vectors, besides each matrix.
    sentence = f"two inner layers of 7 x 7 should add 98 learned numbers, and a few for biases; they add {more}"
    expect_that(98 <= more <= 140, sentence, input="embed_size=7, num_inner_layers 0 and 2", expected="98 to 140 more", got=f"{more} more")


@pytest.mark.check(
    "kgram_mlp.mlp",
    spec="KGR-8",
    title="sends a gradient to every parameter",
    hint="Where do the numbers of that parameter enter the computation? Look for .data, detach(), no_grad() and layers that nobody calls.",
)
def test_every_parameter_has_a_gradient(subject):
    tokens = torch.arange(9)[None]
    rows = subject.probes.gradients(build(subject, num_inner_layers=2), tokens)
    missing = ", ".join(row.name for row in rows if not row.norm)
    expect_that(
        not missing, f"no gradient reaches {missing}", input=tokens, expected="a gradient at every parameter", got=f"none at {missing}"
    )


@pytest.mark.check(
    "kgram_mlp.mlp",
    spec="KGR-7",
    title="has an activation, so that the effect of one token depends on the other",
    hint="Two linear maps, one after the other, are one linear map. What stands between yours?",
)
def test_activation(subject):
    model = build(subject, k=2, num_inner_layers=0)
    subject.probes.randomize_parameters(model, seed=1, std=1.0)
    tokens = torch.tensor([[3, 3, 1, 1], [3, 3, 2, 2], [5, 5, 1, 1], [5, 5, 2, 2]])
    logits = logits_of(model, tokens)
    after_three, after_five = logits[0] - logits[1], logits[2] - logits[3]
    difference, rounding = (after_three - after_five).abs().max(), 1e-4 * logits.abs().max()
    expect_that(
        difference > rounding,
        "replacing 1 by 2 changes the logits by the same amount after 3 and after 5: your model is a linear map of its window",
        input=tokens,
        expected=f"changes that differ by more than {rounding:.3g}",
        got=f"they differ by {difference:.3g}",
    )


@pytest.mark.check(
    "kgram_mlp.mlp",
    spec="KGR-8",
    title="learns to continue a sequence in which each token decides the next",
    hint="Does the loss stay where it was? Then something is not trained: look at how the layers are stored, and at what forward returns.",
    alpha=1e-10,  # in one of 10 attempts, of which few fail
)
def test_learns(subject, corpus):
    rows = [[start] for start in range(12)]
    for row in rows:
        while len(row) < 9:
            row.append((7 * row[-1] + 3) % 12)
    guessing = math.log(12)

    def attempt():
        model = subject.KGramMLPSeqModel(12, k=2, embed_size=32, num_inner_layers=1, chunk_size=16)
        # Small weights and flat activations take their time: what falls slowly falls too.
        losses = subject.probes.train_steps(model, [torch.tensor(rows)] * 140)
        expect_that(
            losses[-1] < 0.64 * guessing,
            f"after 140 steps the loss is {losses[-1]:.3f}; it began at {losses[0]:.3f}, and guessing has {guessing:.3f}",
            input=f"the rows {rows}",
            expected=f"less than {0.64 * guessing:.3f}",
            got=f"{losses[-1]:.3f}",
        )

    passes_in_one_of(10, attempt, begin=corpus.begin_example)


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
            input=f"ones of shape {(batch, seq)}",
            what=f"the logits for tokens of shape {(batch, seq)}",
        )


@pytest.mark.check(
    "kgram_mlp.sound",
    spec=("KGR-1", "KGR-14"),
    title="computes in the dtype of its parameters, and leaves the tokens as they were",
    hint="Look for a dtype written into forward, such as .float(), and for anything that writes into tokens.",
)
def test_dtype_and_tokens_kept(subject):
    model = subject.probes.cast(build(subject), torch.float64)
    tokens = torch.tensor([[0, 3, 1, 0, 8, 2]])
    logits = logits_of(model, tokens)
    kept = not subject.last.mutated
    expect_that(kept, "the caller's tokens were changed in place", input=tokens, expected="the tokens as they were", got="other tokens")
    expect_dtype(logits, torch.float64, input=tokens, what="the logits of the model in float64")


@pytest.mark.check(
    "kgram_mlp.sound",
    spec="KGR-13",
    title="refuses k = 0 and chunk_size = 0 with a ValueError that names them",
    hint="Check the arguments at the beginning of __init__, and put the wrong value into the message.",
)
def test_refuses_zero(subject):
    for name in ("k", "chunk_size"):
        sizes = {"k": 3, "embed_size": 8, "num_inner_layers": 1, "chunk_size": 4, name: 0}
        message = expect_refused(partial(subject.KGramMLPSeqModel, 9, **sizes), input=sizes)
        sentence = f"the message for {name}=0 names neither: {message}"
        expect_that(name in message or "0" in message, sentence, input=sizes, expected=f"a message with {name} or 0 in it", got=message)
