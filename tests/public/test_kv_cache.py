"""Public checks of the exercise kv_cache, handout section 8: your own transformer, with random parameters, with its cache and without."""

from contextlib import suppress

import pytest
import torch

from grader.checks.compare import expect_close, expect_dtype, expect_equal, expect_shape, expect_that
from grader.checks.probes.client import feed, reorder, reset
from grader.checks.tolerance import Tolerance, tolerance_for

TOKENS = torch.tensor([[3, 1, 4, 1, 5, 9], [2, 6, 5, 3, 5, 8]])
# Two blocks are some 400 roundings deep, and norms and softmax may enlarge an error a few times.
DEPTH = 4096


def build(subject, max_seq_len=16, n_blocks=2):
    """A model in eval mode with random parameters."""
    model = subject.TransformerModel(vocab_size=11, d_model=16, n_heads=4, n_blocks=n_blocks, max_seq_len=max_seq_len)
    subject.probes.randomize_parameters(model, seed=1)
    model.eval()
    return model


def uncached(model, tokens):
    """The logits without a cache; a model may return a tuple that begins with them."""
    output = model(tokens)
    return output[0] if isinstance(output, tuple) else output


def pieces(tokens, *sizes):
    """Feeding steps for consecutive pieces of these sizes."""
    return [feed(piece) for piece in torch.split(tokens, sizes, dim=1)]


def decode(subject, model, *steps):
    """The logits of every feed, one after the other (batch, all new tokens, vocab), with a new cache."""
    return torch.cat(subject.probes.decode_cached(model, model.make_cache(), steps).logits, dim=1)


def variation(logits):
    """The median distance of a logit from the mean of the same token's logits at all positions."""
    expect_that(torch.isfinite(logits).all(), "some logits are infinite or not a number", expected="finite logits", got=logits)
    rows = logits.double().flatten(0, -2)
    largest, typical = rows.abs().max(), (rows - rows.mean(0)).abs().median()
    sentence = f"the largest logit is {largest:.3g}, and between positions logits differ by {typical:.3g} only"
    expect_that(largest <= 1000 * typical, sentence, expected=f"at most 1000 times {typical:.3g}", got=f"{largest:.3g}")
    return float(typical)


def near(logits, dtype=torch.float32):
    """How far two calculations of the same logits may be apart: measured by how much logits vary between positions, not by the largest."""
    # Of many normal numbers the largest is about 4 times the median magnitude.
    varying = tolerance_for(logits, dtype, DEPTH, scale=4 * variation(logits))
    # What all positions have in common is rounded with them, in the last sums.
    return Tolerance(varying.absolute + tolerance_for(logits, dtype, 32).absolute)


def off(got, expected, dim):
    """The positions (dim 1) or rows (dim 0) of (batch, seq, vocab) at which logits differ by more than rounding: "0 2", "none"."""
    if got.shape != expected.shape:
        return f"shape {tuple(got.shape)}"
    right = ((got - expected).abs() <= near(expected).absolute).all(-1).all(1 - dim)
    return " ".join(str(place) for place, fine in enumerate(right.tolist()) if not fine) or "none"


def expect_same(got, expected, text, what, dtype=torch.float32):
    """Equal up to rounding; else the message names the positions at which they differ, where there are several."""
    if got.shape[1] > 1 and got.shape == expected.shape and (wrong := off(got, expected, 1)) != "none":
        what += f", wrong at position{'s' * (' ' in wrong)} {wrong.replace(' ', ', ')}"
    expect_close(got, expected, tolerance=near(expected, dtype), input=text, what=what)


def expect_same_or_as_alone(subject, model, got, expected, text, sizes, what):
    """Equal up to rounding; or, where a new cache is wrong about this text too, equal to what that one gives for it.

    So a mistake that has nothing to do with rows, chunks or resets costs what it breaks, and no points for those. The past must matter.
    """
    if got.shape == expected.shape and off(got, expected, 1) != "none":
        near_enough = variation(expected) / 20
        changed = torch.cat([(text[:, : sizes[0]] + 1) % 11, text[:, sizes[0] :]], dim=1)
        alone, other = (decode(subject, model, *pieces(tokens, *sizes))[:, -got.shape[1] :] for tokens in (text, changed))
        depends = ((alone - other).abs().amax((1, 2)) > near_enough).all()
        if depends and off(alone, expected, 1) != "none" and (got - alone).abs().max() <= near_enough:
            return
    expect_same(got, expected, text, what)


@pytest.mark.check(
    "kv_cache.lifecycle",
    spec=("KVC-1", "KVC-6", "KVC-7"),
    title="counts the positions fed since the cache was made or reset",
    hint="One position counts once, however many layers, rows and heads keep something of it.",
)
def test_length(subject, observe):
    model = build(subject)
    steps = [reset(), *pieces(TOKENS, 3, 1, 2), reset(), feed(TOKENS[:, :2])]
    lengths = subject.probes.decode_cached(model, model.make_cache(), steps).lengths
    observe("cache.lengths", " ".join(map(str, lengths)))
    expect_equal(
        lengths,
        (0, 3, 4, 6, 0, 2),
        input="2 rows, fed 3, 1 and 2 tokens, reset, fed 2",
        what="cache.length when new, after feeding 3, 1 and 2 tokens, after reset, after 2 more",
    )


@pytest.mark.check(
    "kv_cache.same_logits",
    spec=("KVC-2", "KVC-5"),
    title="gives the same logits one token at a time as all at once, to the last position",
    hint="Which is the first wrong position? If it is the second, 1: does the new token know its place, and does it see the one before?",
)
def test_one_token_at_a_time(subject, observe):
    model = build(subject, max_seq_len=6)
    row = TOKENS[:1]
    expected = uncached(model, row)
    got = decode(subject, model, *pieces(row, *[1] * 6))
    observe("cache.positions_off_one_by_one", off(got, expected, 1))
    expect_shape(got, (1, 6, 11), input=row, what="the logits of six feeds of one token")
    if off(got, expected, 1) != "none":
        observe("cache.error_is_large", bool((got - expected).abs().max() > variation(expected) / 4))
        # What the last of three tokens takes from those before it, where one block is all there is.
        texts = torch.tensor([[3, 1, 4], [1, 3, 4], [3, 9, 4]])
        with suppress(Exception):
            as_is, exchanged, other_middle = decode(subject, build(subject, n_blocks=1), *pieces(texts, 1, 1, 1))[:, -1]
            observe("cache.last_token_knows_the_order", not torch.allclose(as_is, exchanged, atol=1e-3))
            observe("cache.last_token_knows_the_middle", not torch.allclose(as_is, other_middle, atol=1e-3))
    expect_same(got, expected, row, "the logits of max_seq_len = 6 tokens fed one at a time, against those without a cache")


@pytest.mark.check(
    "kv_cache.same_logits",
    spec=("KVC-2", "KVC-4"),
    title="continues a batch of prompts one token at a time",
    hint="Only the new tokens go in, and only their logits come out. Each row of the batch has its own past.",
)
def test_prompts_then_single_tokens(subject, observe):
    model = build(subject)
    expected = uncached(model, TOKENS)
    logits = subject.probes.decode_cached(model, model.make_cache(), pieces(TOKENS, 4, 1, 1)).logits
    observe("cache.shapes", " ".join("x".join(map(str, got.shape)) for got in logits))
    places = ((0, 4), (4, 5), (5, 6))
    for got, (start, end) in zip(logits, places, strict=True):
        observe(f"cache.rows_off_from_{start}", off(got, expected[:, start:end], 0))
    for got, (start, end) in zip(logits, places, strict=True):
        expect_shape(got, (2, end - start, 11), input=TOKENS[:, start:end], what=f"the logits after feeding {end - start} tokens to 2 rows")
    # Joined, so that an index in the message is a position of the text.
    what = "the logits of 2 rows fed 4, 1 and 1 tokens, against those without a cache"
    expect_same(torch.cat(logits, dim=1), expected, TOKENS, what)


@pytest.mark.check(
    "kv_cache.same_logits",
    spec="KVC-11",
    title="has as many digits as the model",
    hint="Once your cache is right in float32: which dtype have its tensors when the model is in float64? Nothing should be converted.",
)
def test_more_digits(subject):
    model = subject.probes.cast(build(subject), torch.float64)
    expected = uncached(model, TOKENS)
    got = decode(subject, model, *pieces(TOKENS, 4, 1, 1))
    what = "the cached logits of a model in float64, against those without a cache"
    if got.shape == expected.shape and off(got, expected, 1) != "none":
        # Then it is no question of digits.
        expect_same(got, expected, TOKENS, f"even with the digits of float32, {what}")
    expect_dtype(got, torch.float64, input=TOKENS, what="the cached logits of a model in float64")
    expect_same(got, expected, TOKENS, what, torch.float64)


@pytest.mark.check(
    "kv_cache.chunks",
    spec="KVC-3",
    title="takes several new tokens at once when there are some already",
    hint="Write down the mask for 3 positions in the cache and 3 new ones. How many rows and columns has it, and where are the zeros?",
)
def test_second_chunk(subject, observe):
    model = build(subject)
    expected = uncached(model, TOKENS)
    got = decode(subject, model, *pieces(TOKENS, 3, 3))
    observe("cache.positions_off_in_chunks", off(got, expected, 1))
    what = "the logits of six tokens fed as three and three, against those without a cache"
    expect_same_or_as_alone(subject, model, got, expected, TOKENS, [1] * 6, what)


@pytest.mark.check(
    "kv_cache.chunks",
    spec=("KVC-3", "KVC-4"),
    title="takes chunks of two for two rows",
    hint="Where batch and chunk are of the same size, no wrong shape raises an error. Over which dimension does the mask repeat?",
)
def test_chunks_of_two_for_two_rows(subject, observe):
    model = build(subject)
    expected = uncached(model, TOKENS)
    got = decode(subject, model, *pieces(TOKENS, 2, 2, 2))
    observe("cache.positions_off_in_chunks_of_two", off(got, expected, 1))
    what = "the logits of 2 rows of six tokens fed as two, two and two, against those without a cache"
    expect_same_or_as_alone(subject, model, got, expected, TOKENS, [1] * 6, what)


@pytest.mark.check(
    "kv_cache.lifecycle",
    spec="KVC-7",
    title="starts afresh after a reset",
    hint="Everything must go: every layer's keys, every layer's values, whatever counts positions, and how many rows there were.",
)
def test_reset(subject, observe):
    model = build(subject)
    again = TOKENS[1:, :3]
    expected = uncached(model, again)
    logits = subject.probes.decode_cached(model, model.make_cache(), [feed(TOKENS[:, :4]), reset(), *pieces(again, 1, 1, 1)]).logits
    got = torch.cat(logits[1:], dim=1)
    observe("cache.positions_off_after_reset", off(got, expected, 1))
    what = "the logits of one row after a reset that followed two rows, against those without a cache"
    expect_same_or_as_alone(subject, model, got, expected, again, [1, 1, 1], what)


@pytest.mark.check(
    "kv_cache.lifecycle",
    spec="KVC-9",
    title="knows nothing of another cache",
    hint="Feed one of two caches. What is the length of the other, and where do both keep their tensors?",
)
def test_two_caches(subject, observe):
    model = build(subject)
    one, two = TOKENS[:1], TOKENS[1:]
    expected = uncached(model, two)
    first, second = model.make_cache(), model.make_cache()
    subject.probes.decode_cached(model, first, pieces(one[:, :4], 4))
    decoded = subject.probes.decode_cached(model, second, [*pieces(two[:, :4], 3, 1)])
    observe("cache.lengths_of_the_second", " ".join(map(str, decoded.lengths)))
    subject.probes.decode_cached(model, first, pieces(one[:, 4:5], 1))
    last = subject.probes.decode_cached(model, second, pieces(two[:, 4:], 2)).logits
    got = torch.cat([*decoded.logits, *last], dim=1)
    what = "the logits of one of two caches that are fed in turn, against those without a cache"
    expect_same_or_as_alone(subject, model, got, expected, two, [3, 1, 2], what)


@pytest.mark.check(
    "kv_cache.reorder",
    spec="KVC-8",
    title="exchanges two rows",
    hint="What belongs to a row? Its keys and its values, in every layer.",
)
def test_exchange_rows(subject, observe):
    expect_rows_moved(subject, observe, [1, 0], "cache.rows_off_after_exchange")


@pytest.mark.check(
    "kv_cache.reorder",
    spec="KVC-8",
    title="gives two rows the same past, so that the batch grows",
    hint="This is the handout's example: with rows 0, 0, 1 there are three rows afterwards. Which old row is each of them? rows[i] says.",
)
def test_split_a_row(subject, observe):
    expect_rows_moved(subject, observe, [0, 0, 1], "cache.rows_off_after_split")


def expect_rows_moved(subject, observe, rows, fact):
    """Feed four tokens to two rows, reorder, feed one token more: its logits are those of the moved rows."""
    model = build(subject)
    new = torch.tensor([[5], [7], [2]])[: len(rows)]
    text = torch.cat([TOKENS[rows, :4], new], dim=1)
    expected = uncached(model, text)
    got = subject.probes.decode_cached(model, model.make_cache(), [feed(TOKENS[:, :4]), reorder(rows), feed(new)]).logits[-1]
    observe(fact, off(got, expected[:, 4:], 0))
    what = f"the logits of a token that is fed after reorder({rows}) of two rows"
    expect_same_or_as_alone(subject, model, got, expected[:, 4:], text, [4, 1], what)


@pytest.mark.check(
    "kv_cache.cost",
    spec="KVC-10",
    title="does not compute old positions again",
    hint="How many positions go through the MLP when one token is fed after ten? The new one is enough.",
)
def test_old_positions_cost_little(subject, observe):
    model = build(subject, max_seq_len=64)
    cache = model.make_cache()
    costs = []
    for new in (1, 8):
        subject.probes.decode_cached(model, cache, [feed(torch.arange(new)[None])])
        costs.append(subject.probes.count(model, torch.tensor([[3]]), cache).flops)
    observe("cache.recomputes_the_past", costs[1] > 4 * costs[0])
    # A score and a weighted value of 16 numbers for each of 9 more places in 2 blocks, a multiply-add each; and as much again.
    attending = 2 * (9 * 2 * 2 * 16 * 2)
    expect_that(
        costs[0] > 0 and costs[1] - costs[0] <= attending,
        f"one token after 1 other takes {costs[0]} floating point operations, after 10 others {costs[1]}; attending to 9 more "
        f"explains {attending // 2} of the difference",
        input="one new token, with 1 position in the cache, and with 10",
        expected=f"more than 0, and at most {attending} more after 10",
        got=f"{costs[0]} and {costs[1]}",
    )
