"""Public checks of the exercise kv_cache, handout section 8: your own transformer, with random parameters, with its cache and without."""

import pytest
import torch

from grader.checks.compare import expect_close, expect_equal, expect_shape
from grader.checks.probes.client import feed, reorder, reset
from grader.checks.tolerance import Tolerance, tolerance_for

TOKENS = torch.tensor([[3, 1, 4, 1, 5, 9], [2, 6, 5, 3, 5, 8]])
# Two blocks are some 400 roundings deep, and norms and softmax may enlarge an error a few times.
DEPTH = 4096


def build(subject):
    """A model in eval mode with random parameters."""
    model = subject.TransformerModel(vocab_size=11, d_model=16, n_heads=4, n_blocks=2, max_seq_len=16)
    subject.probes.randomize_parameters(model, seed=1)
    model.eval()
    return model


def uncached(model, tokens):
    """The logits without a cache; a model may return a tuple that begins with them."""
    output = model(tokens)
    return output[0] if isinstance(output, tuple) else output


def decode(subject, model, *steps):
    """The logits of every feed, one after the other (batch, all new tokens, vocab), with a new cache."""
    return torch.cat(subject.probes.decode_cached(model, model.make_cache(), steps).logits, dim=1)


def near(logits):
    """How far two calculations of the same logits may be apart: measured by how much logits vary between positions, not by the largest."""
    assert torch.isfinite(logits).all(), "some logits are infinite or not a number"
    rows = logits.double().flatten(0, -2)
    largest, typical = rows.abs().max(), (rows - rows.mean(0)).abs().median()
    assert largest <= 1000 * typical, f"the largest logit is {largest:.3g}, and between positions logits differ by {typical:.3g} only"
    # Of many normal numbers the largest is about 4 times the median magnitude.
    varying = tolerance_for(logits, torch.float32, DEPTH, scale=4 * float(typical))
    # What all positions have in common is rounded with them, in the last sums.
    return Tolerance(varying.absolute + tolerance_for(logits, torch.float32, 32).absolute)


def expect_same(got, expected, what):
    """Equal up to rounding."""
    expect_close(got, expected, tolerance=near(expected), what=what)


@pytest.mark.check(
    "kv_cache.lifecycle",
    spec=("KVC-1", "KVC-6", "KVC-7"),
    title="counts the positions fed since the cache was made or reset",
    hint="One position counts once, however many layers, rows and heads keep something of it.",
)
def test_length(subject):
    model = build(subject)
    steps = [reset(), feed(TOKENS[:, :3]), feed(TOKENS[:, 3:4]), feed(TOKENS[:, 4:6]), reset(), feed(TOKENS[:, :2])]
    lengths = subject.probes.decode_cached(model, model.make_cache(), steps).lengths
    expect_equal(lengths, (0, 3, 4, 6, 0, 2), what="cache.length when new, after feeding 3, 1 and 2 tokens, after reset, after 2 more")


@pytest.mark.check(
    "kv_cache.same_logits",
    spec="KVC-2",
    title="gives the same logits one token at a time as all at once",
    hint="Find the first position that differs. If it is the second: does the new token know its place, and does it see the one before?",
)
def test_one_token_at_a_time(subject, observe):
    model = build(subject)
    row = TOKENS[:1]
    expected = uncached(model, row)
    got = decode(subject, model, *(feed(row[:, place : place + 1]) for place in range(6)))
    expect_shape(got, (1, 6, 11), what="the logits of six feeds of one token")
    wrong = ((got - expected).abs().amax(-1) > near(expected).absolute)[0]
    observe("cache.first_difference", int(wrong.nonzero()[0]) if wrong.any() else -1)
    expect_same(got, expected, "the logits of six tokens fed one at a time, against those without a cache")


@pytest.mark.check(
    "kv_cache.same_logits",
    spec=("KVC-2", "KVC-4"),
    title="continues a batch of prompts one token at a time",
    hint="Only the new tokens go in, and only their logits come out. Each row of the batch has its own past.",
)
def test_prompts_then_single_tokens(subject):
    model = build(subject)
    expected = uncached(model, TOKENS)
    steps = [feed(TOKENS[:, :4]), feed(TOKENS[:, 4:5]), feed(TOKENS[:, 5:6])]
    logits = subject.probes.decode_cached(model, model.make_cache(), steps).logits
    for got, (start, end) in zip(logits, ((0, 4), (4, 5), (5, 6)), strict=True):
        expect_shape(got, (2, end - start, 11), what=f"the logits after feeding {end - start} tokens to 2 rows")
        expect_close(got, expected[:, start:end], tolerance=near(expected), what=f"the logits at positions {start} to {end - 1}")


@pytest.mark.check(
    "kv_cache.chunks",
    spec="KVC-3",
    title="takes several new tokens at once when there are some already",
    hint="Write down the mask for 3 positions in the cache and 3 new ones. How many rows and columns has it, and where are the zeros?",
)
def test_second_chunk(subject):
    model = build(subject)
    got = decode(subject, model, feed(TOKENS[:, :3]), feed(TOKENS[:, 3:]))
    expect_same(got, uncached(model, TOKENS), "the logits of six tokens fed as three and three, against those without a cache")


@pytest.mark.check(
    "kv_cache.lifecycle",
    spec="KVC-7",
    title="starts afresh after a reset",
    hint="Everything must go: every layer's keys, every layer's values, and whatever counts positions.",
)
def test_reset(subject):
    model = build(subject)
    first, again = TOKENS[:1, :4], TOKENS[1:, :3]
    steps = [feed(first), reset(), feed(again[:, :1]), feed(again[:, 1:2]), feed(again[:, 2:3])]
    logits = subject.probes.decode_cached(model, model.make_cache(), steps).logits
    expect_same(torch.cat(logits[1:], dim=1), uncached(model, again), "the logits after a reset, against those without a cache")


@pytest.mark.check(
    "kv_cache.reorder",
    spec="KVC-8",
    title="exchanges two rows",
    hint="What belongs to a row? Its keys and its values, in every layer.",
)
def test_exchange_rows(subject):
    model = build(subject)
    steps = [feed(TOKENS[:, :4]), reorder([1, 0]), feed(TOKENS[:, 4:5])]
    got = subject.probes.decode_cached(model, model.make_cache(), steps).logits[-1]
    rows = torch.cat([TOKENS[[1, 0], :4], TOKENS[:, 4:5]], dim=1)
    expected = uncached(model, rows)
    what = "the logits of a token that is fed after the two rows were exchanged"
    expect_close(got, expected[:, 4:], tolerance=near(expected), what=what)
