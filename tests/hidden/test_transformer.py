"""Hidden checks of the exercise transformer, handout section 7. They use the contract only; how the model is built is left free."""

import math

import pytest
import torch

from grader.checks.attempts import passes_in_one_of
from grader.checks.compare import expect_close, expect_dtype, expect_shape
from grader.checks.references import strided
from tests.hidden.oracles.cost import expect_cost
from tests.hidden.oracles.logits import tolerance_of_logits, variation

SIZES = {"vocab_size": 13, "d_model": 16, "n_heads": 4, "n_blocks": 2, "max_seq_len": 12}
# Two blocks are some 400 roundings deep, and norms and softmax may enlarge an error a few times.
DEPTH = 4096


def build(subject, *, std=0.3, **changes):
    """A model in eval mode with random parameters."""
    model = subject.TransformerModel(**{**SIZES, **changes})
    subject.probes.randomize_parameters(model, seed=7, std=std)
    model.eval()
    return model


def logits_of(model, tokens):
    """The logits; a model may return a tuple that begins with them."""
    output = model(tokens)
    return output[0] if isinstance(output, tuple) else output


def draw(gen, batch, seq, vocab=13):
    """Random tokens (batch, seq)."""
    return torch.randint(vocab, (batch, seq), generator=gen)


def changed(tokens, row, position, vocab=13):
    """The same tokens with another one in one place."""
    other = tokens.clone()
    other[row, position] = (other[row, position] + 1) % vocab
    return other


def near(expected):
    """How far two calculations of the same logits may be apart in float32; the logits must be those of ordinary parameters."""
    return tolerance_of_logits(expected, torch.float32, DEPTH)


def expect_weight_of_the_past(model, gen):
    """The logits after the same three tokens differ with what stood before, by no trifle: else no comparison would notice the past."""
    rows = draw(gen, 16, 6)
    rows[:, 3:] = rows[0, 3:].clone()
    variation(logits_of(model, rows)[:, -1], "different pasts")


@pytest.mark.check(
    "transformer.logits",
    spec=("TRF-1", "TRF-12"),
    title="takes any length up to max_seq_len and tokens in any memory layout, and leaves them as they are",
    hint="Try one token, and exactly max_seq_len, its default too. A transposed tensor is not contiguous: view fails where reshape works.",
)
def test_any_length_and_layout(subject, gen):
    model = build(subject)
    for batch, seq in ((1, 1), (3, 1), (1, 12), (4, 12)):
        expect_shape(logits_of(model, draw(gen, batch, seq)), (batch, seq, 13), what=f"the logits for tokens of shape {(batch, seq)}")
    # Without max_seq_len the model knows 1024 positions, as in the handout's signature. (Fewer are asked for: cost is another check.)
    long = subject.TransformerModel(vocab_size=13, d_model=16, n_heads=4, n_blocks=1)
    long.eval()
    expect_shape(logits_of(long, draw(gen, 1, 270)), (1, 270, 13), what="the logits for 270 tokens, where max_seq_len is not given")
    tokens = draw(gen, 3, 6)
    tokens[0, 2] = 0
    expected = logits_of(model, tokens)
    assert not subject.last.mutated, "the caller's tokens were changed in place"
    expect_close(
        logits_of(model, strided(tokens)), expected, tolerance=near(expected), what="the logits for tokens that are not contiguous"
    )


@pytest.mark.check(
    "transformer.logits",
    spec="TRF-2",
    title="returns logits and no probabilities",
    hint="The loss applies its own softmax. What does a second one do to the gradient?",
)
def test_returns_logits(subject, gen):
    logits = logits_of(build(subject), draw(gen, 4, 8)).double()
    sums = logits.sum(-1)
    assert (logits < 0).any() or (sums - 1).abs().max() > 1e-3, (
        "every row of the output is positive and sums to 1: a softmax has been applied"
    )


@pytest.mark.check(
    "transformer.logits",
    spec="TRF-15",
    title="computes in float64 and bfloat16 after model.to(dtype)",
    hint="Look for a dtype written into the code: torch.zeros and torch.arange(...).float() make float32 unless told otherwise.",
)
def test_other_dtypes(subject, gen):
    model = build(subject)
    tokens = draw(gen, 2, 7)
    exact = logits_of(subject.probes.cast(model, torch.float64), tokens)
    expect_dtype(exact, torch.float64, what="the logits of the model in float64")
    single = logits_of(model, tokens)
    expect_close(single, exact, tolerance=near(exact), what="the logits in float32, against those in float64")
    half = logits_of(subject.probes.cast(model, torch.bfloat16), tokens)
    expect_dtype(half, torch.bfloat16, what="the logits of the model in bfloat16")
    assert torch.isfinite(half).all(), "in bfloat16 some logits are infinite or not a number"


@pytest.mark.check(
    "transformer.causal",
    spec="TRF-3",
    title="gives a prefix the logits that it has within the whole sequence",
    hint="The past must not know how long the text will become: look for anything counted from the end, or taken over the whole sequence.",
)
def test_prefix_has_the_same_logits(subject, gen, observe):
    model = build(subject, max_seq_len=16)
    tokens = draw(gen, 1, 12)  # one row: rows are another check
    expect_weight_of_the_past(model, gen)
    whole = logits_of(model, tokens)
    allowed = near(whole)
    for length in (1, 2, 5, 8, 11):
        prefix, expected = logits_of(model, tokens[:, :length]), whole[:, :length]
        observe("causality.prefix_differs", bool((prefix - expected).abs().max() > allowed.absolute))
        expect_close(
            prefix, expected, tolerance=allowed, what=f"the logits of the first {length} tokens, without and with those that follow"
        )


@pytest.mark.check(
    "transformer.causal",
    spec=("TRF-3", "TRF-4"),
    title="looks back and not ahead, at every position",
    hint="Change one token. Which positions may notice? Draw the table of who sees whom, and compare it with your mask.",
)
def test_causal_at_every_position(subject, gen, observe):
    model = build(subject)
    tokens = draw(gen, 1, 9)
    variants = torch.cat([changed(tokens, 0, position) for position in range(9)])
    logits = torch.cat([logits_of(model, row.unsqueeze(0)) for row in (tokens[0], *variants)])  # one row at a time: rows are another check
    moves = (logits[1:] - logits[0]).abs().amax(-1)  # (changed position, position that moved)
    allowed = near(logits).absolute
    past = torch.ones(9, 9).triu(1).bool()
    # A leak is also what is no trifle beside the effect that the past has.
    leaks = (moves > min(allowed, 0.01 * float(moves[past].median()))) & past.T
    if leaks.any():
        place, position = leaks.nonzero()[0].tolist()
        observe("causality.leak_offset", int((leaks.nonzero()[:, 0] - leaks.nonzero()[:, 1]).min()))
        raise AssertionError(f"the logits at position {position} change when only token {place} is changed")
    blind = (moves == 0) & torch.ones(9, 9).triu().bool()
    observe("causality.blind_spots", bool(blind.any()))
    assert not blind.any(), "token {} was changed, and the logits at position {} do not notice".format(*blind.nonzero()[0].tolist())


@pytest.mark.check(
    "transformer.causal",
    spec="TRF-4",
    title="sees the whole past with a single block",
    hint="Position t attends to positions 0 to t, all of them. Is there a window, or a block size smaller than max_seq_len?",
)
def test_one_block_sees_the_whole_past(subject, gen, observe):
    model = build(subject, n_blocks=1, max_seq_len=320)
    tokens = draw(gen, 1, 40)
    rows = torch.cat([tokens, *(changed(tokens, 0, position) for position in (0, 1, 7, 20, 39))])
    last = torch.cat([logits_of(model, row.unsqueeze(0)) for row in rows])[:, -1]
    assert torch.isfinite(last).all(), "some logits are infinite or not a number"
    moved = (last[1:] - last[0]).abs().amax(-1) > 0
    observe("causality.sees_first_token", bool(moved[0]))
    assert moved.all(), "the logits at the last of 40 positions do not notice a change of an earlier token"
    tokens = draw(gen, 1, 300)
    logits = logits_of(model, tokens)
    # A text cut into pieces of 8 or 64 tokens is cut here; a window goes on.
    observe("causality.sees_127_from_128", not torch.equal(logits_of(model, changed(tokens, 0, 127))[0, 128], logits[0, 128]))
    # Not farther back: where weights decay with the distance, float32 would soon not show them.
    for begin, position in ((0, 132), (160, 292)):
        other = tokens.clone()
        other[0, begin : begin + 32] = (tokens[0, begin : begin + 32] + 1) % 13
        noticed = not torch.equal(logits_of(model, other)[0, position], logits[0, position])
        observe("causality.sees_100_back", noticed)
        assert noticed, f"the tokens at {begin} to {begin + 31} were changed, and the logits at position {position} do not notice"


@pytest.mark.check(
    "transformer.rows",
    spec="TRF-5",
    title="gives a row in a batch the logits that it has alone",
    hint="Choose batch and seq equal, so that no shape can save you: which dimension is attended over, and which is kept apart?",
)
def test_row_alone_and_in_a_batch(subject, gen, observe):
    model = build(subject)
    tokens = draw(gen, 6, 6)
    together = logits_of(model, tokens)
    alone = torch.cat([logits_of(model, row.unsqueeze(0)) for row in tokens])
    neighbours = (tokens + 1) % 13
    neighbours[3] = tokens[3]  # a row in the middle, where a mixture that is causal in the rows shows too
    others = logits_of(model, neighbours)
    observe("rows.leak", not torch.equal(others[3], together[3]))
    expect_weight_of_the_past(model, gen)
    expect_close(others[3], together[3], tolerance=near(alone), what="the logits of a row, with other rows beside it")
    expect_close(together, alone, tolerance=near(alone), input=tokens, what="the logits of six rows together, against each row alone")


@pytest.mark.check(
    "transformer.rows",
    spec="TRF-12",
    title="answers the same question alike, whatever was asked in between",
    hint="Does forward store anything in self, or in a list that outlives the call? Without a cache a call must leave no trace.",
)
def test_calls_leave_nothing_behind(subject, gen):
    model = build(subject)
    tokens = draw(gen, 2, 5)
    first = logits_of(model, tokens)
    logits_of(model, draw(gen, 2, 5))
    logits_of(model, draw(gen, 3, 9))
    expect_close(logits_of(model, tokens), first, tolerance=near(first), what="the same question, asked again after two others")


@pytest.mark.check(
    "transformer.order",
    spec="TRF-6",
    title="knows the order of neighbours everywhere in the past",
    hint="Are the positions of this very sequence added to (or rotated into) the tokens, each its own, at every place?",
)
def test_order_of_neighbours(subject, gen, observe):
    few, many = (subject.probes.state(subject.TransformerModel(**{**SIZES, "max_seq_len": length})).parameters for length in (12, 13))
    # Positions that are looked up in a learned table (and perhaps all in the same row), or calculated (or none).
    observe("order.learned_positions", [row.shape for row in few] != [row.shape for row in many])
    model = build(subject, n_blocks=1)
    tokens = torch.randperm(13, generator=gen)[:10].unsqueeze(0)
    logits = logits_of(model, tokens)
    expected = logits[0, -1]
    # In a model that cannot tell, the same few numbers are added in another order.
    rounding = tolerance_of_logits(logits, torch.float32, 256).absolute
    for place in range(8):
        swapped = tokens.clone()
        swapped[0, [place, place + 1]] = tokens[0, [place + 1, place]]
        difference = (logits_of(model, swapped)[0, -1] - expected).abs().max()
        assert difference > rounding, f"exchanging the tokens at {place} and {place + 1} changes nothing at the last position"
    model = build(subject, n_blocks=1, max_seq_len=320)
    tokens = draw(gen, 1, 270)
    swapped = tokens.clone()
    swapped[0, 72:136], swapped[0, 200:264] = tokens[0, 200:264], tokens[0, 72:136]
    turned = tokens.clone()
    turned[0, 100:132] = tokens[0, 100:132].flip(0)
    logits = logits_of(model, tokens)
    rounding = tolerance_of_logits(logits, torch.float32, 256).absolute
    # One position for all late tokens, against positions that begin again.
    observe("order.of_late_tokens", bool((logits_of(model, turned)[0, 132] - logits[0, 132]).abs().max() > rounding))
    # Seen from shortly after, where distances that are all alike from some point on are not yet so.
    difference = (logits_of(model, swapped)[0, 268] - logits[0, 268]).abs().max()
    assert difference > rounding, "exchanging the tokens at 72 to 135 with those at 200 to 263 changes nothing at position 268"


@pytest.mark.check(
    "transformer.blocks",
    spec="TRF-8",
    title="keeps a straight road from a token to its logits: both sublayers are residual",
    hint="With tiny weights a sublayer gives nearly nothing. If the block adds that to its input, the token is still there. And if not?",
)
def test_sublayers_are_residual(subject, gen, observe):
    def effect(std, tokens, place, n_blocks=1):
        model = build(subject, n_blocks=n_blocks, std=std)
        before = logits_of(model, tokens)[0, 4].double()
        after = logits_of(model, changed(tokens, 0, place))[0, 4].double()
        return float((after - before).norm()), float((before - before.mean()).norm())

    tokens = draw(gen, 1, 5)
    # Attention with small weights is a plain mean. Where only that is handed on, the same change counts as much in any place.
    alike = tokens[:, 4:].repeat(1, 5)
    (elsewhere, _), (own, _) = effect(0.01, alike, 2), effect(0.01, alike, 4)
    observe("blocks.own_token_is_one_of_many", elsewhere > own / 2)
    # Weights four times as large multiply the effect of a token on its own logits by 4 ** (number of maps on its way). On the straight
    # road these are embedding and unembedding (and what scales them), and two more for each sublayer that is no detour but the road.
    maps = []
    for n_blocks in (1, 2):
        (small, whole), (large, _) = effect(1e-4, tokens, 4, n_blocks), effect(4e-4, tokens, 4, n_blocks)
        # Biases give logits too: beside those the effect is next to nothing, or no more than their rounding, once it passes more maps.
        sentence = f"with small weights and n_blocks={n_blocks} a token moves its own logits by {small:.1g}; they spread over {whole:.1g}"
        assert small > 1e-5 * whole, sentence
        maps.append(math.log(large / small, 4))
    more = maps[1] - maps[0]
    assert more < 1, f"with small weights the second block puts {more:.1f} more linear maps between a token and its own logits"


@pytest.mark.check(
    "transformer.blocks",
    spec="TRF-9",
    title="stays finite and attentive when it is deep and its weights are large",
    hint="What keeps the numbers from growing with each block? Is that norm applied to what each sublayer reads?",
)
def test_deep_model_with_large_weights(subject, gen, observe):
    tokens = draw(gen, 1, 5)

    def ask(n_blocks):
        model = build(subject, n_blocks=n_blocks, std=100.0)
        one, other = logits_of(model, tokens), logits_of(model, (tokens + 1) % 13)
        return bool(torch.isfinite(one).all()), not torch.equal(one, other)

    finite, attentive = ask(8)
    if not (finite and attentive):
        # How fast numbers grow tells how many of a block's sublayers read them as they are.
        observe("blocks.deep_from", next((n_blocks for n_blocks in range(1, 8) if ask(n_blocks) != (True, True)), 8))
    assert finite, "with 8 blocks and weights of size 100 some logits are infinite or not a number"
    assert attentive, "with 8 blocks and weights of size 100 the tokens have no effect on the logits"


@pytest.mark.check(
    "transformer.blocks",
    spec="TRF-11",
    title="uses the number of heads that it is given",
    hint="Follow n_heads from the constructor to the reshape of the queries. Does it arrive?",
)
def test_number_of_heads_matters(subject, gen):
    one, four = build(subject, n_heads=1), build(subject, n_heads=4)
    shapes = [[row.shape for row in subject.probes.state(model).parameters] for model in (one, four)]
    tokens = draw(gen, 1, 6)
    # Where the shapes are the same, so are the random parameters, and only the heads can make the difference.
    if shapes[0] == shapes[1]:
        assert not torch.equal(logits_of(one, tokens), logits_of(four, tokens)), "1 head and 4 heads give the same logits"


@pytest.mark.check(
    "transformer.blocks",
    spec="TRF-7",
    title="pays the same for every further block, in parameters and in work",
    hint="Is one block object run several times? Or are there blocks that forward never reaches?",
)
def test_every_block_is_its_own_and_runs(subject):
    def size_and_work(n_blocks):
        model = build(subject, n_blocks=n_blocks)
        size = sum(math.prod(parameter.shape) for parameter in subject.probes.state(model).parameters)
        return size, subject.probes.count(model, torch.tensor([[1, 2, 3, 4, 5]])).flops

    one, two, nine = size_and_work(1), size_and_work(2), size_and_work(9)
    for what, first, second, ninth in zip(("parameters", "floating point operations"), one, two, nine, strict=True):
        assert second > first, f"the second block adds no {what}"
        assert ninth - first == 8 * (second - first), f"the second block adds {second - first} {what}, eight blocks add {ninth - first}"


@pytest.mark.check(
    "transformer.learns",
    spec="TRF-13",
    title="learns to copy what stood two places back",
    hint="This needs attention, positions and every block. Which of them stays as it was at the start, and why does no gradient move it?",
    alpha=1e-10,  # in one of 8 attempts: see budget/transformer.py
)
@pytest.mark.limits(cpu_seconds=30)
def test_learns_to_copy(subject, gen, corpus, observe):
    def attempt():
        model = subject.TransformerModel(vocab_size=8, d_model=32, n_heads=4, n_blocks=2, max_seq_len=16)
        batches = [torch.randint(8, (8, 2), generator=gen).repeat(1, 6) for _ in range(100)]
        losses = subject.probes.train_steps(model, batches, lr=5e-3)
        final = sum(losses[-5:]) / 5
        # Only the first of eleven predictions is a guess.
        observe("transformer.copies", "well" if final < 0.75 * math.log(8) else "a little" if final < 0.95 * math.log(8) else "no")
        assert final < 0.75 * math.log(8), f"after 100 steps the loss is {final:.2f}; guessing gives {math.log(8):.2f}"

    passes_in_one_of(8, attempt, begin=corpus.begin_example)


def count(subject, batch, seq):
    """What one call of a small model costs."""
    tokens = torch.arange(batch * seq).reshape(batch, seq) % 13
    return subject.probes.count(build(subject, max_seq_len=64), tokens)


@pytest.mark.check(
    "transformer.cost",
    spec="TRF-14",
    title="spends at most four times the floating point operations of a plain implementation",
    hint="Each position needs to be computed once per block. Does a call compute the same prefix again for each position?",
)
def test_floating_point_operations(subject, reference):
    expected = reference.once(lambda plain: count(plain, 2, 48).flops)
    expect_cost(count(subject, 2, 48).flops, expected, 4, "floating point operations for 2 rows of 48 tokens")


@pytest.mark.check(
    "transformer.cost",
    spec="TRF-14",
    title="needs no more tensor operations for more rows or longer ones",
    hint="Is there a for loop over rows, positions or heads? One matrix product can do what the loop does.",
)
def test_no_loop_over_rows_or_positions(subject):
    small, longer, wider = count(subject, 2, 8), count(subject, 2, 48), count(subject, 24, 8)
    assert small.operations > 0, "a call takes no tensor operation"
    for what, more in (("rows of 48 tokens", longer), ("24 rows of 8 tokens", wider)):
        # A little more is fine, such as a mask that is made anew when the length grows.
        grown = f"{more.operations} tensor operations for {what}, {small.operations} for 2 rows of 8 tokens"
        assert more.operations <= 1.5 * small.operations, grown
