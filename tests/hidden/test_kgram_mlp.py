"""Hidden checks of the exercise kgram_mlp, handout section 4. Only the contract is used; how the model is built is the student's choice."""

import pytest
import torch

from grader.checks.answer_text import answer_text
from grader.checks.attempts import passes_in_one_of
from grader.checks.compare import expect_at_most, expect_close, expect_dtype, expect_equal, expect_shape
from grader.checks.references import strided
from grader.checks.tolerance import tolerance_for
from tests.hidden.oracles.cost import expect_cost
from tests.hidden.oracles.logits import tolerance_of_logits

# Three layers of 8 to 32 numbers are some 100 roundings deep; products of weights around 0.3 do not enlarge an error much.
DEPTH = 1024


def build(subject, vocab_size=11, *, std=0.3, seed=5, **changes):
    """A small model in eval mode with random parameters: k = 4, one chunk."""
    sizes = {"k": 4, "embed_size": 8, "num_inner_layers": 1, "chunk_size": 64, **changes}
    # Two models of the same sizes are the same even where some of their numbers are no parameters.
    model = subject.call(subject.KGramMLPSeqModel, (vocab_size,), sizes, seed=seed)
    subject.probes.randomize_parameters(model, seed=seed, std=std)
    model.eval()
    return model


def first_of(output):
    """The logits; a model may return a tuple that begins with them."""
    return output[0] if isinstance(output, tuple) else output


def logits_of(model, tokens):
    """The logits for these tokens."""
    return first_of(model(tokens))


def same_dice(subject, model, *inputs):
    """The logits for inputs of one shape, each from the same random state: a model that is random moves as much as its input makes it."""
    return [first_of(subject.call(model, (tokens,), seed=1)) for tokens in inputs]


def draw(gen, batch, seq, vocab=11):
    """Random tokens (batch, seq)."""
    return torch.randint(vocab, (batch, seq), generator=gen)


def near(expected):
    """How far two calculations of the same logits may be apart in float32; the logits must be those of ordinary parameters."""
    return tolerance_of_logits(expected, torch.float32, DEPTH)


def far(one, other, tolerance):
    """Whether logits of the same shape differ by more than rounding."""
    return bool((one - other).abs().max() > tolerance.absolute)


def reach(subject, model, tokens, place):
    """How far each position's logits move when the token at ``place`` is changed: (seq,), 0.0 where nothing is noticed."""
    changed = tokens.clone()
    changed[:, place] = (changed[:, place] + 1) % 11
    one, other = same_dice(subject, model, tokens, changed)
    moved = (one - other).abs().amax(dim=(0, 2))
    return torch.where(moved > near(one).absolute, moved, 0.0)


@pytest.mark.check(
    "kgram_mlp.newest_token",
    spec=("KGR-2", "KGR-3"),
    title="computes position t from the tokens t-k+1 to t, each of them, and from no other",
    hint="Draw the table of positions and windows for k = 1, 2 and 5, and compare it with what your code cuts out.",
)
def test_window_is_exact(subject, gen, observe):
    for k, seq in ((4, 10), (1, 10), (2, 10), (7, 10), (20, 30)):
        model = build(subject, k=k)
        tokens = draw(gen, 3, seq)
        noticed_at = {place: reach(subject, model, tokens, place).nonzero().flatten().tolist() for place in (0, 4, 9)}
        if k == 4:
            observe("kgram.first_notices", noticed_at[4][0] - 4 if noticed_at[4] else 99)
            observe("kgram.last_notices", noticed_at[4][-1] - 4 if noticed_at[4] else 99)
            observe("kgram.changes_noticed_at", answer_text(list(noticed_at.values())))
        for place, noticed in noticed_at.items():
            expected = list(range(place, min(place + k, seq)))
            assert noticed == expected, f"with k={k}, token {place} should be noticed at positions {expected}; it is at {noticed}"


@pytest.mark.check(
    "kgram_mlp.newest_token",
    spec=("KGR-2", "KGR-3"),
    title="gives a prefix the logits that it has within the whole sequence",
    hint="Position t must not know how long the text will become, nor what comes after it.",
)
def test_prefix(subject, gen, observe):
    model = build(subject)
    tokens = draw(gen, 2, 9)
    whole = logits_of(model, tokens)
    steady = torch.equal(logits_of(model, tokens), whole)
    for length in (1, 3, 4, 8):
        # A model that is random after eval() is judged for that elsewhere; here, with the same dice for inputs of the same shape.
        others = torch.cat([tokens[:, :length], draw(gen, 2, 9 - length)], dim=1)
        expected, changed = same_dice(subject, model, tokens, others)
        prefix = logits_of(model, tokens[:, :length]) if steady else changed[:, :length]
        observe("kgram.prefix_differs", prefix.shape != expected[:, :length].shape or far(prefix, expected[:, :length], near(whole)))
        what = f"the logits of the first {length} tokens, with other tokens behind them"
        expect_close(changed[:, :length], expected[:, :length], tolerance=near(whole), what=what)
        what = f"the logits of the first {length} tokens, without and with the rest"
        expect_close(prefix, expected[:, :length], tolerance=near(whole), what=what)


@pytest.mark.check(
    "kgram_mlp.mlp",
    spec="KGR-8",
    title="learns where a random walk may go next",
    hint="Does the loss stay where it was? Then look at what forward returns: cross entropy wants logits, of any size and sign.",
    alpha=1e-10,  # in one of 8 attempts: see budget/kgram_mlp.py
)
def test_learns_a_random_walk(subject, gen, corpus, observe):
    # Each token is the one before plus 1 or minus 1: knowing the newest leaves log 2 = 0.69, knowing the one before it 1.04, nothing 2.48.
    def attempt():
        steps = 2 * torch.randint(2, (16, 64), generator=gen) - 1
        model = subject.KGramMLPSeqModel(12, k=1, embed_size=48, num_inner_layers=0, chunk_size=64)
        losses = subject.probes.train_steps(model, [steps.cumsum(1) % 12] * 60)
        observe("kgram.loss_of_the_walk", "below 0.85" if losses[-1] < 0.85 else "below 1.3" if losses[-1] < 1.3 else "above")
        assert losses[-1] < 1.3, f"after 60 steps with k=1 the loss is {losses[-1]:.3f}; it began at {losses[0]:.3f}"

    passes_in_one_of(8, attempt, begin=corpus.begin_example)


@pytest.mark.check(
    "kgram_mlp.places",
    spec="KGR-4",
    title="has weights of its own for every place in the window",
    hint="Exchange any two of the k tokens. Does your first layer see a difference?",
)
def test_every_pair_of_places_differs(subject):
    model = build(subject)
    base = [1, 2, 3, 4]
    rows = [base]
    pairs = [(a, b) for a in range(4) for b in range(a)]
    for a, b in pairs:
        row = list(base)
        row[a], row[b] = row[b], row[a]
        rows.append(row)
    last = logits_of(model, torch.tensor(rows))[:, -1]
    for (a, b), logits in zip(pairs, last[1:], strict=True):
        assert (logits - last[0]).abs().max() > near(last).absolute, (
            f"exchanging the tokens at places {b} and {a} of the window changes nothing"
        )


@pytest.mark.check(
    "kgram_mlp.places",
    spec=("KGR-5", "KGR-6"),
    title="gives the same window the same logits at every position and in every row",
    hint="Only the window may count: no position number, no neighbour in the batch, nothing from the end of the sequence.",
)
def test_same_window_same_logits(subject, gen, observe):
    model = build(subject, k=3)
    tokens = draw(gen, 3, 12)
    # More than the window is the same, on both sides: where exactly it lies is asked elsewhere.
    tokens[0, 3:10] = tokens[1, 5:12] = tokens[2, 0:7] = draw(gen, 1, 7)[0]
    got = logits_of(model, tokens)
    expect_shape(got, (3, 12, 11), what="the logits of 3 x 12 tokens")
    observe("kgram.position_counts", far(got[1, 9], got[0, 7], near(got)) or far(got[2, 4], got[0, 7], near(got)))
    for row, position in ((1, 9), (2, 4)):
        what = f"the logits after the same seven tokens at [{row}, {position}], against those at [0, 7]"
        expect_close(got[row, position], got[0, 7], tolerance=near(got), what=what)


@pytest.mark.check(
    "kgram_mlp.places",
    spec=("KGR-5", "KGR-6"),
    title="keeps the rows of a batch apart, the first positions too",
    hint="Tokens are (batch, seq). Feed a row alone and in a batch, and compare.",
)
def test_rows_are_independent(subject, gen, observe):
    model = build(subject)
    tokens = draw(gen, 4, 6)
    together = logits_of(model, tokens)
    alone = torch.cat([logits_of(model, tokens[row : row + 1]) for row in range(4)])
    observe("batch.rows_mix", alone.shape != together.shape or far(alone, together, near(together)))
    if alone.shape == together.shape:
        observe("kgram.rows_that_mix", answer_text([row for row in range(4) if far(alone[row], together[row], near(together))]))
    expect_close(together, alone, tolerance=near(alone), input=tokens, what="the logits of each row, in the batch and alone")


@pytest.mark.check(
    "kgram_mlp.places",
    spec="KGR-5",
    title="tells the start of a sequence from tokens that stand there",
    hint="The padding is always the same. If you repeat the first token instead, how does the model know that nothing came before?",
)
def test_padding_is_constant(subject, observe):
    model = build(subject, k=3)
    repeated = torch.arange(1, 11)[:, None].expand(10, 3).contiguous()
    logits = logits_of(model, repeated)
    first, third = logits[:, 0], logits[:, 2]  # windows (., ., a) and (a, a, a)
    confused = ((first - third).abs().amax(dim=1) <= near(logits).absolute).sum()
    observe("kgram.first_token_repeated", bool(confused == 10))
    assert confused <= 1, f"for {int(confused)} of 10 tokens a, the logits after a at the very start are those after a, a, a"


@pytest.mark.check(
    "kgram_mlp.mlp",
    spec="KGR-7",
    title="adds one embed_size x embed_size matrix for each inner layer",
    hint="Print the model for num_inner_layers = 0, 1 and 3. Is a plain Python list among its attributes?",
)
def test_inner_layers(subject, observe):
    tokens = torch.tensor([[1, 2, 3]])
    matrix, vectors = 13 * 13, 3 * 13

    def learned(layers):
        model = subject.KGramMLPSeqModel(11, k=2, embed_size=13, num_inner_layers=layers, chunk_size=8)
        return sum(torch.Size(row.shape).numel() for row in subject.probes.gradients(model, tokens))

    none, one, three = learned(0), learned(1), learned(3)
    observe("kgram.matrices_added", answer_text([(one - none) // matrix, (three - none) // matrix]))
    for layers, added in ((1, one - none), (3, three - none)):
        # How the matrices are stored is free; a layer may have a bias besides, and a norm's gain and bias.
        assert layers * matrix <= added <= layers * (matrix + vectors), (
            f"an inner layer has a matrix of 13 x 13, which is {matrix} numbers, and a few for a bias; {layers} of them add {added}"
        )


@pytest.mark.check(
    "kgram_mlp.mlp",
    spec="KGR-7",
    title="has an activation, so that the tokens of a window interact",
    hint="Without something between them, two linear layers are one. What follows each of your layers?",
)
def test_tokens_interact(subject, observe):
    model = build(subject, k=2, num_inner_layers=0, std=1.0)
    # The first token three times, then the second: somewhere in there both stand in the window, wherever it begins.
    pairs = torch.tensor([[1, 2], [1, 3], [4, 2], [4, 3]]).repeat_interleave(3, dim=1)
    logits = logits_of(model, pairs).double()
    interaction = (logits[0] - logits[1] - logits[2] + logits[3]).abs().max()
    observe("kgram.tokens_interact", bool(interaction > 1e-4 * logits.abs().max()))
    linear = [unmoved_gradients(subject, layers) for layers in (0, 3)]
    observe("kgram.inner_layers_are_linear", linear[1] >= linear[0] + 3)
    assert interaction > 1e-4 * logits.abs().max(), (
        "the effect of each token on the logits is the same whatever the other token is: the model is linear"
    )
    # One more is right where the last layer ends with a bias, as after a norm.
    assert linear[1] < linear[0] + 3, (
        f"three inner layers add {linear[1] - linear[0]} parameters whose gradients no token changes, as if no activation followed"
    )


def unmoved_gradients(subject, layers):
    """How many parameters have a gradient that the tokens do not change, such as a bias that nothing but linear maps follow."""
    model = build(subject, k=2, num_inner_layers=layers, std=1.0)
    one, other = (subject.probes.gradients(model, torch.tensor([row])) for row in ([1, 2, 3, 4, 5, 6], [7, 3, 8, 8, 1, 9]))
    return sum(bool(a.norm) and abs(a.norm - (b.norm or 0.0)) <= 1e-5 * a.norm for a, b in zip(one, other, strict=True))


@pytest.mark.check(
    "kgram_mlp.mlp",
    spec="KGR-8",
    title="sends gradients to every parameter",
    hint="Does each parameter take part in the logits? And is any part of them detached?",
)
def test_gradients_reach_everything(subject, gen, observe):
    tokens = draw(gen, 2, 7)
    tokens[0] = torch.arange(7)
    rows = subject.probes.gradients(build(subject, num_inner_layers=2, chunk_size=7), tokens)
    missing = [row.name for row in rows if not row.norm]
    observe("model.parameters_without_gradient", bool(missing))
    observe("kgram.share_of_parameters_without_gradient", "none" if not missing else "all" if len(missing) == len(rows) else "some")
    assert not missing, f"no gradient reaches {', '.join(missing)}"


@pytest.mark.check(
    "kgram_mlp.chunks",
    spec=("KGR-8", "KGR-9"),
    title="sends the same gradients to the parameters for every chunk_size",
    hint="Which chunks does the gradient of the loss flow through in your code, and is anything detached between them?",
)
def test_gradients_of_chunks(subject, gen, observe):
    tokens = draw(gen, 2, 7)

    def rows(chunk_size):
        return subject.probes.gradients(build(subject, num_inner_layers=2, chunk_size=chunk_size), tokens)

    for one, other in zip(rows(7), rows(2), strict=True):
        expected, got = torch.tensor(one.norm or 0.0), other.norm or 0.0
        tolerance = tolerance_for(expected, torch.float32, DEPTH)
        same = abs(got - float(expected)) <= tolerance.absolute
        observe("kgram.same_gradient_in_chunks", same)
        expect_close(got, expected, tolerance=tolerance, what=f"the size of the gradient at {one.name}, with chunk_size=2 and 7")


@pytest.mark.check(
    "kgram_mlp.chunks",
    spec="KGR-9",
    title="gives the same logits for chunks that divide the sequence, that do not, and that are larger",
    hint="Look at the last chunk, and at the first position of each.",
)
def test_every_chunk_size(subject, gen, observe):
    tokens = draw(gen, 2, 12)
    expected = logits_of(build(subject, chunk_size=12), tokens)
    chunked = {chunk_size: logits_of(build(subject, chunk_size=chunk_size), tokens) for chunk_size in (1, 2, 5, 11, 100)}
    matters = {size: got.shape != expected.shape or far(got, expected, near(expected)) for size, got in chunked.items()}
    observe("kgram.chunk_size_matters", any(matters.values()))
    observe("kgram.chunk_sizes_that_matter", answer_text([size for size, differs in matters.items() if differs]))
    observe("kgram.positions_with_chunks", answer_text([got.shape[1] if got.dim() == 3 else -1 for got in chunked.values()]))
    for chunk_size, got in chunked.items():
        expect_close(
            got, expected, tolerance=near(expected), what=f"the logits of 12 positions with chunk_size={chunk_size}, against chunk_size=12"
        )


@pytest.mark.check(
    "kgram_mlp.chunks",
    spec="KGR-10",
    title="needs little memory with chunk_size=1",
    hint="Which tensors are as long as the sequence while your loop over the chunks runs? How large is a window?",
)
def test_chunk_size_bounds_memory(subject, reference, gen, observe):
    tokens = draw(gen, 2, 128, vocab=4)

    def built(code, chunk_size):
        model = code.KGramMLPSeqModel(4, k=16, embed_size=64, num_inner_layers=1, chunk_size=chunk_size)
        model.eval()
        model.requires_grad_(False)
        return model

    def peak(code, chunk_size):
        return code.probes.memory(built(code, chunk_size), tokens).peak_bytes

    def peak_of_one_chunk(code):
        return peak(code, 128)

    one_chunk, got, four, own = reference.once(peak_of_one_chunk), peak(subject, 1), peak(subject, 4), peak(subject, 128)
    operations = {size: subject.probes.count(built(subject, size), tokens).operations for size in (4, 128)}
    observe("kgram.loops_over_chunks", operations[4] > operations[128])
    observe("kgram.chunks_save_memory", got <= one_chunk / 3)
    observe("kgram.memory_with_chunk_size_1", "less" if got < own / 2 else "somewhat less" if got < 0.98 * own else "the same")
    logits = 2 * 128 * 4 * 4
    assert got >= logits, f"2 x 128 tokens are said to take {got:,} bytes; the logits alone are {logits:,}"
    expect_at_most(got, one_chunk, 1 / 3, "bytes at the peak for 2 x 128 tokens with k=16 and chunk_size=1, against one chunk")
    for chunk_size, bytes_taken in ((1, got), (4, four)):
        assert bytes_taken < own / 2, (
            f"2 x 128 tokens, k=16, take {bytes_taken:,} bytes with chunk_size={chunk_size} and {own:,} in one chunk"
        )


@pytest.mark.check(
    "kgram_mlp.chunks",
    spec="KGR-11",
    title="makes no one-hot codes of the vocabulary's size",
    hint="A matrix times a one-hot vector is one of its columns. Which layer looks columns up?",
)
def test_no_one_hot(subject, reference, gen, observe):
    tokens = draw(gen, 2, 24, vocab=3000)

    def peak(code):
        model = code.KGramMLPSeqModel(3000, k=8, embed_size=16, num_inner_layers=1, chunk_size=24)
        model.eval()
        model.requires_grad_(False)
        return code.probes.memory(model, tokens).peak_bytes

    expected, got = reference.once(peak), peak(subject)
    observe("kgram.one_hot", got > 4 * expected)
    expect_cost(got, expected, 4, "bytes at the peak for 2 x 24 tokens of a vocabulary of 3,000, with k=8 and one chunk")


@pytest.mark.check(
    "kgram_mlp.chunks",
    spec="KGR-12",
    title="computes the positions and rows of a chunk together",
    hint="With chunk_size=seq, how many times does each of your loops run?",
)
def test_vectorised_within_a_chunk(subject, reference, gen, observe):
    tokens = draw(gen, 8, 48)

    def cost(code):
        model = code.KGramMLPSeqModel(11, k=3, embed_size=16, num_inner_layers=2, chunk_size=48)
        model.eval()
        counts = code.probes.count(model, tokens)
        return [counts.operations, counts.flops]

    (operations, flops), got = reference.once(cost), cost(subject)
    observe("kgram.loops", got[0] > 4 * operations)
    expect_cost(got[0], operations, 4, "the number of tensor operations for 8 x 48 tokens in one chunk")
    expect_cost(got[1], flops, 1.5, "the floating-point operations of the matrix products for 8 x 48 tokens")


@pytest.mark.check(
    "kgram_mlp.sound",
    spec="KGR-1",
    title="computes in float64 and bfloat16 after model.to(dtype)",
    hint="Look for a dtype written into the code: torch.zeros(...) and .float() make float32 whatever the model is.",
)
def test_other_dtypes(subject, gen):
    model = build(subject)
    tokens = draw(gen, 2, 6)
    exact = expect_dtype(
        logits_of(subject.probes.cast(model, torch.float64), tokens), torch.float64, what="the logits of the model in float64"
    )
    single = expect_dtype(logits_of(model, tokens), torch.float32, what="the logits of the model in float32")
    expect_close(single, exact, tolerance=near(exact), what="the logits in float32, against those in float64")
    half = expect_dtype(
        logits_of(subject.probes.cast(model, torch.bfloat16), tokens), torch.bfloat16, what="the logits of the model in bfloat16"
    )
    assert torch.isfinite(half).all(), "in bfloat16 some logits are infinite or not a number"


@pytest.mark.check(
    "kgram_mlp.sound",
    spec=("KGR-1", "KGR-14"),
    title="takes any length and memory layout, leaves the tokens alone, and repeats itself",
    hint="view fails on a tensor that is not contiguous; reshape does not. And what in your model is random after eval()?",
)
def test_lengths_and_layouts(subject, gen, observe):
    model = build(subject, chunk_size=5)
    for batch, seq in ((1, 1), (4, 1), (1, 3), (2, 33)):
        expect_shape(logits_of(model, draw(gen, batch, seq)), (batch, seq, 11), what=f"the logits for tokens of shape {(batch, seq)}")
    tokens = draw(gen, 3, 7)
    expected = logits_of(model, tokens)
    observe("kgram.writes_into_the_tokens", bool(subject.last.mutated))
    observe("kgram.repeats_itself", torch.equal(logits_of(model, tokens), expected))
    assert not subject.last.mutated, "the caller's tokens were changed in place"
    expect_equal(logits_of(model, tokens), expected, what="the logits of the same tokens, a second time")
    expect_close(
        logits_of(model, strided(tokens)), expected, tolerance=near(expected), what="the logits of the same tokens in another memory layout"
    )


@pytest.mark.check(
    "kgram_mlp.sound",
    spec="KGR-13",
    title="refuses sizes below 1, and tokens that are not (batch, seq), with a ValueError",
    hint="Check the arguments at the beginning of __init__ and of forward, and put the wrong value into the message.",
)
def test_bad_arguments(subject):
    good = {"k": 3, "embed_size": 4, "num_inner_layers": 1, "chunk_size": 2}
    wrong = (("k", 0), ("chunk_size", 0), ("embed_size", -4), ("num_inner_layers", -1), ("k", -2), ("chunk_size", -3), ("embed_size", 0))
    for name, value in wrong:
        with pytest.raises(ValueError) as caught:
            subject.KGramMLPSeqModel(11, **{**good, name: value})
        assert name in str(caught.value) or str(value) in str(caught.value), f"the message for {name}={value} names neither: {caught.value}"
    for vocab_size in (0, -5):
        with pytest.raises(ValueError):
            subject.KGramMLPSeqModel(vocab_size, **good)
    model = subject.KGramMLPSeqModel(11, **good)
    for shape in ((5,), (2, 3, 4), (2, 0)):
        with pytest.raises(ValueError):
            model(torch.zeros(shape, dtype=torch.int64))
