"""Public checks of the exercise transformer, handout section 7. They use the contract only; how the model is built is left free."""

import math

import pytest
import torch

from grader.checks.attempts import passes_in_one_of
from grader.checks.compare import expect_close, expect_dtype, expect_refused, expect_shape, expect_that
from grader.checks.references import strided
from grader.checks.tolerance import Tolerance, tolerance_for

SIZES = {"vocab_size": 11, "d_model": 16, "n_heads": 4, "n_blocks": 2, "max_seq_len": 16}


def build(subject, *, std=0.3, **changes):
    """A model in eval mode with random parameters."""
    model = subject.TransformerModel(**{**SIZES, **changes})
    subject.probes.randomize_parameters(model, seed=1, std=std)
    model.eval()
    return model


def logits_of(model, tokens):
    """The logits; a model may return a tuple that begins with them."""
    output = model(tokens)
    return output[0] if isinstance(output, tuple) else output


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
    "transformer.logits",
    spec="TRF-1",
    title="gives a score to every token of the vocabulary at every position",
    hint="Follow the shape through forward: (batch, seq) -> embedding -> (batch, seq, d_model) -> unembedding. Is any step missing?",
)
def test_logits_for_every_position(subject):
    tokens = torch.tensor([[1, 4, 1, 5, 9], [2, 6, 5, 3, 5]])
    logits = logits_of(build(subject), tokens)
    expect_shape(logits, (2, 5, 11), input=tokens, what="the logits of 2 rows of 5 tokens, with a vocabulary of 11")
    expect_dtype(logits, torch.float32, input=tokens, what="the logits")
    finite = torch.isfinite(logits).all()
    expect_that(finite, "some logits are infinite or not a number", input=tokens, expected="finite logits", got=logits)


@pytest.mark.check(
    "transformer.logits",
    spec=("TRF-1", "TRF-12"),
    title="takes tokens in any memory layout, up to max_seq_len of them, and leaves them as they are",
    hint="Does your code write into tokens? view fails on a tensor that is not contiguous in memory; reshape does not.",
)
def test_leaves_the_tokens_as_they_are(subject):
    model = build(subject)
    tokens = torch.tensor([[0, 1, 0, 3, 10, 5, 6, 7, 8, 9, 10, 0, 1, 2, 3, 4]])
    expected = logits_of(model, tokens)
    kept = not subject.last.mutated
    expect_that(kept, "the caller's tokens were changed in place", input=tokens, expected="the tokens as they were", got="other tokens")
    expect_close(
        logits_of(model, strided(tokens)), expected, tolerance=near(expected), input=tokens, what="the logits for every second number"
    )


@pytest.mark.check(
    "transformer.logits",
    spec="TRF-15",
    title="computes in float64 after model.to(torch.float64)",
    hint="torch.zeros, torch.arange(...).float() and .float() make float32. Take the dtype from the parameters or from the stream.",
)
def test_float64(subject):
    model = build(subject)
    tokens = torch.tensor([[3, 1, 4, 1, 5]])
    exact = logits_of(subject.probes.cast(model, torch.float64), tokens)
    expect_dtype(exact, torch.float64, input=tokens, what="the logits of the model in float64")
    expect_close(
        logits_of(model, tokens), exact, tolerance=near(exact), input=tokens, what="the logits in float32, against those in float64"
    )


@pytest.mark.check(
    "transformer.causal",
    spec=("TRF-3", "TRF-4"),
    title="changes nothing before a token when that token changes, and something at it",
    hint="Which positions may position t attend to? Look for anything else that mixes positions: a norm, a mean, a shift of the output.",
)
def test_a_token_changes_only_what_follows(subject):
    model = build(subject)
    before = torch.tensor([[3, 1, 4, 1, 5, 9, 2]])
    after = torch.tensor([[3, 1, 4, 8, 5, 9, 2]])
    one, other = logits_of(model, before), logits_of(model, after)
    expect_close(
        other[:, :3], one[:, :3], tolerance=near(one), input=after, what="the logits at positions 0 to 2, after only token 3 was changed"
    )
    for position in range(3, 7):
        expect_that(
            not torch.equal(one[:, position], other[:, position]),
            f"token 3 was changed, and the logits at position {position} do not notice",
            input=f"{before.tolist()} and {after.tolist()}",
            expected=f"other logits at position {position}",
            got="the same logits",
        )


@pytest.mark.check(
    "transformer.causal",
    spec="TRF-3",
    title="gives the first tokens of a text the logits they have when nothing follows",
    hint="A position must not know how long the text will become. Is anything counted from the end?",
)
def test_the_future_does_not_count(subject):
    model = build(subject)
    tokens = torch.tensor([[3, 1, 4, 1, 5, 9, 2, 6]])
    whole, begun = logits_of(model, tokens), logits_of(model, tokens[:, :5])
    expect_close(begun, whole[:, :5], tolerance=near(whole), input=tokens, what="the logits of the first 5 tokens, alone and with the rest")


@pytest.mark.check(
    "transformer.causal",
    spec="TRF-4",
    title="still sees the first token at the last position of a long text",
    hint="Position t attends to all positions from 0 to t. Is there a window, or a block size smaller than max_seq_len?",
)
def test_the_first_token_is_not_forgotten(subject):
    model = build(subject, max_seq_len=20)
    one = torch.arange(16).unsqueeze(0) % 11
    other = one.clone()
    other[0, 0] = 7
    expect_that(
        not torch.equal(logits_of(model, one)[0, -1], logits_of(model, other)[0, -1]),
        "token 0 of 16 was changed, and the logits at position 15 do not notice",
        input=f"{one.tolist()} and {other.tolist()}",
        expected="other logits at position 15",
        got="the same logits",
    )


@pytest.mark.check(
    "transformer.rows",
    spec="TRF-5",
    title="gives a row the same logits whatever stands in the other rows",
    hint="Tokens are (batch, seq). Which dimension does attention compare with itself? Check each reshape and transpose.",
)
def test_rows_do_not_mix(subject):
    model = build(subject)
    first = torch.tensor([[9, 2, 6, 5, 3], [3, 1, 4, 1, 5], [5, 8, 9, 7, 9]])
    second = torch.tensor([[8, 9, 7, 9, 10], [3, 1, 4, 1, 5], [2, 3, 8, 4, 6]])
    # The row in the middle: rows that attend to each other under a causal mask look one way only.
    expected = logits_of(model, first)[1]
    expect_close(
        logits_of(model, second)[1],
        expected,
        tolerance=near(expected),
        input=second,
        what="the logits of row 1, after only rows 0 and 2 were changed",
    )


@pytest.mark.check(
    "transformer.order",
    spec="TRF-6",
    title="notices when two earlier tokens are exchanged",
    hint="Attention by itself takes a weighted mean, and a mean does not know the order. What tells your model where a token stands?",
)
def test_order_matters(subject):
    model = build(subject, n_blocks=1)
    one = logits_of(model, torch.tensor([[3, 7, 4, 1]]))[0, -1]
    other = logits_of(model, torch.tensor([[7, 3, 4, 1]]))[0, -1]
    # With a sum over positions the two differ by rounding only, about 1e-6.
    difference = (one - other).abs().max()
    expect_that(
        difference > 1e-4,
        "tokens 3 7 4 1 and 7 3 4 1 get the same logits at the last position",
        input="[[3, 7, 4, 1]] and [[7, 3, 4, 1]]",
        expected="logits that differ by more than 0.0001",
        got=f"they differ by {difference:.3g}",
    )


@pytest.mark.check(
    "transformer.blocks",
    spec="TRF-10",
    title="lets a gradient reach every parameter",
    hint="A parameter without a gradient was built in __init__ and is not used in forward, or something cuts the graph on the way.",
)
def test_gradient_reaches_every_parameter(subject):
    rows = subject.probes.gradients(build(subject), torch.tensor([[3, 1, 4, 1, 5, 9], [2, 6, 5, 3, 5, 8]]))
    shown = f"a model of sizes {SIZES}, and tokens of shape (2, 6)"
    expect_that(bool(rows), "the model has no parameters", input=shown, expected="parameters", got="none")
    # A bias may have a gradient of exactly zero: one that is added to all keys alike cancels in the softmax.
    unused = [row.name for row in rows if row.norm is None or (row.norm == 0.0 and len(row.shape) > 1)]
    names = ", ".join(unused[:5])
    expect_that(not unused, f"no gradient reaches {names}", input=shown, expected="a gradient at every parameter", got=f"none at {names}")
    wild = [row.name for row in rows if not row.finite]
    expect_that(not wild, "a gradient is infinite or not a number", input=shown, expected="finite gradients", got=f"not so at {wild}")


@pytest.mark.check(
    "transformer.blocks",
    spec="TRF-7",
    title="has as many blocks as asked for, each with parameters of its own",
    hint="Count the parameters of your model with 1, 2 and 3 blocks. PyTorch finds blocks in an nn.ModuleList, and not in a list.",
)
def test_each_block_has_its_own_parameters(subject):
    def count(n_blocks):
        state = subject.probes.state(subject.TransformerModel(**{**SIZES, "n_blocks": n_blocks}))
        return sum(math.prod(parameter.shape) for parameter in state.parameters)

    one, two, three = count(1), count(2), count(3)
    sentence = f"with 1 block there are {one} parameters, with 2 blocks {two}"
    expect_that(two > one, sentence, input="n_blocks=2", expected=f"more than {one} parameters", got=two)
    sentence = f"the second block adds {two - one} parameters, the third {three - two}"
    expect_that(three - two == two - one, sentence, input="n_blocks=3", expected=f"{two - one} more parameters", got=f"{three - two} more")


@pytest.mark.check(
    "transformer.blocks",
    spec="TRF-8",
    title="lets a token through to its own logits where a block's weights are tiny",
    hint="A sublayer with tiny weights gives nearly nothing. If its result is added to its input, the token is still there. And if not?",
)
def test_a_straight_road(subject, observe):
    model = build(subject, std=0.01, n_blocks=1)
    plain, first, last = (logits_of(model, torch.tensor([row]))[0, -1].double() for row in ([4, 4, 4], [7, 4, 4], [4, 4, 7]))
    # Small weights attend to all places alike. If nothing but that mean goes on, the last place is worth no more than the first.
    observe("blocks.last_place_counts_like_first", bool((first - plain).norm() > (last - plain).norm() / 2))

    def effect(n_blocks):
        model = build(subject, std=1e-3, n_blocks=n_blocks)
        one, other = (logits_of(model, torch.tensor([[3, 1, token]]))[0, -1].double() for token in (4, 7))
        return float((one - other).norm())

    one, three = effect(1), effect(3)
    sentence = f"with small weights a token moves its own logits by {one:.2g} with 1 block, and by {three:.2g} with 3 blocks"
    expect_that(three > one / 100, sentence, input="tokens 3 1 4 and 3 1 7", expected=f"more than {one / 100:.2g}", got=f"{three:.2g}")


@pytest.mark.check(
    "transformer.blocks",
    spec="TRF-11",
    title="refuses a d_model that n_heads does not divide",
    hint="What size would each head have with d_model=16 and n_heads=3? Say so in a ValueError when the model is built.",
)
def test_refuses_heads_that_do_not_divide(subject):
    sizes = {**SIZES, "n_heads": 3}
    expect_refused(lambda: subject.TransformerModel(**sizes), input=sizes)


@pytest.mark.check(
    "transformer.blocks",
    spec="TRF-9",
    title="stays finite with six blocks and large weights",
    hint="Follow the size of the numbers from block to block. Does each sublayer read normalised numbers, the MLP too?",
)
def test_large_weights(subject):
    tokens = torch.tensor([[3, 1, 4, 1, 5]])
    logits = logits_of(build(subject, std=100.0, n_blocks=6), tokens)
    sentence = "with 6 blocks and weights of size 100 some logits are infinite or not a number"
    expect_that(torch.isfinite(logits).all(), sentence, input=tokens, expected="finite logits", got=logits)


@pytest.mark.check(
    "transformer.learns",
    spec="TRF-13",
    title="learns within 40 steps that each token is followed by the one three further on",
    hint="The loss stays near log(8): do the parameters start at values that can move, and are all of them among model.parameters()?",
    alpha=1e-10,  # in one of 8 attempts, of which hardly any single one fails
)
@pytest.mark.limits(cpu_seconds=30)
def test_learns_a_successor_rule(subject, corpus):
    def attempt():
        model = subject.TransformerModel(vocab_size=8, d_model=32, n_heads=4, n_blocks=2, max_seq_len=16)
        starts = torch.arange(8).unsqueeze(1)
        batch = (starts + 3 * torch.arange(9)) % 8
        losses = subject.probes.train_steps(model, [batch] * 40)
        final = sum(losses[-5:]) / 5
        expect_that(
            final < 0.6 * math.log(8),
            f"after 40 steps the loss is {final:.2f}; guessing gives {math.log(8):.2f}",
            input=batch,
            expected=f"less than {0.6 * math.log(8):.2f}",
            got=f"{final:.2f}",
        )

    passes_in_one_of(8, attempt, begin=corpus.begin_example)
