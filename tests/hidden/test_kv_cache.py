"""Hidden checks of the exercise kv_cache, handout section 8: the student's own transformer with random parameters, cached and not."""

import pytest
import torch

from grader.checks.compare import expect_close, expect_dtype, expect_equal
from grader.checks.probes.client import feed, reorder, reset
from tests.hidden.oracles.cost import expect_cost
from tests.hidden.oracles.logits import tolerance_of_logits, variation

SIZES = {"vocab_size": 13, "d_model": 16, "n_heads": 4, "n_blocks": 2, "max_seq_len": 20}
# Three blocks are some 600 roundings deep, and norms and softmax may enlarge an error a few times.
DEPTH = 4096


def build(subject, **changes):
    """A model in eval mode with random parameters."""
    model = subject.TransformerModel(**{**SIZES, **changes})
    subject.probes.randomize_parameters(model, seed=7)
    model.eval()
    return model


def build_attentive(subject, gen, **changes):
    """The same, seen to give other logits after the same three tokens when another past stood before: else a cache is not needed."""
    model = build(subject, **changes)
    rows = draw(gen, 16, 6)
    rows[:, 3:] = rows[0, 3:].clone()
    variation(uncached(model, rows)[:, -1], "different pasts")
    return model


def uncached(model, tokens):
    """The logits without a cache; a model may return a tuple that begins with them."""
    output = model(tokens)
    return output[0] if isinstance(output, tuple) else output


def draw(gen, batch, seq):
    """Random tokens (batch, seq)."""
    return torch.randint(13, (batch, seq), generator=gen)


def chunks(tokens, sizes):
    """Feeding steps for consecutive pieces of these sizes."""
    return [feed(piece) for piece in torch.split(tokens, list(sizes), dim=1)]


def expect_same(got, expected, what, dtype=torch.float32):
    """Equal up to rounding in that dtype."""
    expect_close(got, expected, tolerance=tolerance_of_logits(expected, dtype, DEPTH), what=what)


def off(got, expected):
    """Whether logits (batch, seq, vocab) differ by more than rounding."""
    return not bool(((got - expected).abs() <= tolerance_of_logits(expected, torch.float32, DEPTH).absolute).all())


def first_difference(got, expected):
    """The first position (of (batch, seq, vocab)) at which the logits differ by more than rounding; -1 for none."""
    wrong = ((got - expected).abs().amax((0, 2)) > tolerance_of_logits(expected, torch.float32, DEPTH).absolute).nonzero()
    return int(wrong[0]) if len(wrong) else -1


def cached(subject, model, steps):
    """The logits of every feed, (batch, all new tokens, vocab), with a new cache."""
    return torch.cat(subject.probes.decode_cached(model, model.make_cache(), steps).logits, dim=1)


def expect_same_or_as_alone(subject, model, got, expected, text, sizes, what):
    """Equal up to rounding; or, where a new cache is wrong about this text too, equal to what that one gives for it.

    So a mistake that has nothing to do with rows, chunks or resets costs what it breaks, and no points for those. The past must matter:
    the text's first piece, once changed, must change what comes after it.
    """
    if got.shape == expected.shape and off(got, expected):
        near_enough = variation(expected) / 20
        changed = torch.cat([(text[:, : sizes[0]] + 1) % 13, text[:, sizes[0] :]], dim=1)
        alone, other = (cached(subject, model, chunks(tokens, sizes))[:, -got.shape[1] :] for tokens in (text, changed))
        depends = ((alone - other).abs().amax((1, 2)) > near_enough).all()
        if depends and off(alone, expected) and (got - alone).abs().max() <= near_enough:
            return
    expect_same(got, expected, what)


@pytest.mark.check(
    "kv_cache.same_logits",
    spec=("KVC-2", "KVC-4", "KVC-5"),
    title="stays right for a batch, token by token, up to max_seq_len",
    hint="Is the last position allowed? Does every layer keep its own keys and values, and every row its own past?",
)
def test_batch_up_to_the_limit(subject, gen, observe):
    model = build_attentive(subject, gen, n_blocks=3)
    tokens = draw(gen, 3, 20)
    expected = uncached(model, tokens)
    got = cached(subject, model, chunks(tokens, [1] * 20))
    observe("cache.first_difference", first_difference(got, expected))
    expect_same(got, expected, "the logits of 3 rows of max_seq_len = 20 tokens, one token at a time, against those without a cache")


@pytest.mark.check(
    "kv_cache.same_logits",
    spec="KVC-11",
    title="keeps the model's dtype",
    hint="Is there a torch.zeros or a .float() between the keys and the cache?",
)
def test_float64(subject, gen):
    model = subject.probes.cast(build_attentive(subject, gen), torch.float64)
    tokens = draw(gen, 2, 8)
    expected = uncached(model, tokens)
    got = cached(subject, model, chunks(tokens, (5, 1, 1, 1)))
    expect_dtype(got, torch.float64, what="the cached logits of a model in float64")
    expect_same(got, expected, "the cached logits of a model in float64, against those without a cache", torch.float64)


@pytest.mark.check(
    "kv_cache.chunks",
    spec="KVC-3",
    title="gives the same logits however the sequence is divided",
    hint="In a chunk, each new token sees the cache, itself and the new ones before it, no more and no less.",
)
@pytest.mark.parametrize("cuts", [[1], [13], [2, 4, 9], None], ids=["one_first", "one_last", "growing", "anywhere"])
def test_any_division(subject, gen, observe, cuts):
    model = build_attentive(subject, gen)
    tokens = draw(gen, 1, 14)
    expected = uncached(model, tokens)
    ends = [*(cuts or sorted(torch.randperm(13, generator=gen)[:3].add(1).tolist())), 14]
    division = [end - start for start, end in zip([0, *ends], ends, strict=False)]
    got = cached(subject, model, chunks(tokens, division))
    if cuts:
        observe("cache.first_difference_in_chunks", first_difference(got, expected))
    what = f"the logits of 14 tokens fed in chunks of {', '.join(map(str, division))}"
    expect_same_or_as_alone(subject, model, got, expected, tokens, [1] * 14, what)


@pytest.mark.check(
    "kv_cache.chunks",
    spec=("KVC-3", "KVC-4"),
    title="keeps rows, heads and chunk apart where their sizes agree",
    hint="With 4 rows, 4 heads and chunks of 4 no wrong shape raises an error. Which dimension does the mask broadcast over?",
)
def test_chunk_as_long_as_the_batch(subject, gen):
    model = build_attentive(subject, gen)
    tokens = draw(gen, 4, 12)
    expected = uncached(model, tokens)
    got = cached(subject, model, chunks(tokens, (4, 4, 4)))
    expect_same_or_as_alone(subject, model, got, expected, tokens, [1] * 12, "the logits of 4 rows fed in chunks of 4")


@pytest.mark.check(
    "kv_cache.reorder",
    spec="KVC-8",
    title="repeats and drops rows, so that the batch grows and shrinks",
    hint="Row i becomes what row rows[i] was. What if there are more new rows than old ones? And does the length change?",
)
@pytest.mark.parametrize("rows", [[0, 0, 2], [1, 2, 0], [2, 2, 1, 0, 1], [1]], ids=["repeats", "rotates", "grows", "shrinks"])
def test_reorder_with_repeats(subject, gen, rows):
    model = build_attentive(subject, gen)
    past, new = draw(gen, 3, 5), draw(gen, len(rows), 4)
    text = torch.cat([past[rows], new], dim=1)
    expected = uncached(model, text)[:, 5:]
    decoded = subject.probes.decode_cached(model, model.make_cache(), [feed(past), reorder(rows), *chunks(new, (1, 3))])
    expect_equal(decoded.lengths[1], decoded.lengths[0], what=f"cache.length after reorder({rows}), against that before")
    got = torch.cat(decoded.logits[1:], dim=1)
    what = f"the logits of tokens fed after reorder({rows}) of 3 rows"
    expect_same_or_as_alone(subject, model, got, expected, text, [5, 1, 3], what)


@pytest.mark.check(
    "kv_cache.reorder",
    spec="KVC-8",
    title="follows a beam search that moves its rows at every step",
    hint="A second reorder counts from the rows as they are now, not from those of the beginning.",
)
def test_reorder_at_every_step(subject, gen):
    model = build_attentive(subject, gen, n_blocks=3, max_seq_len=60)
    rows = draw(gen, 1, 4)
    steps, texts = [feed(rows)], []
    for _ in range(5):
        origin = torch.randint(len(rows), (3,), generator=gen)
        new = draw(gen, 3, 1)
        rows = torch.cat([rows[origin], new], dim=1)
        steps += [reorder(origin), feed(new)]
        texts.append(rows)
    expected = [uncached(model, text)[:, -1:] for text in texts]
    logits = subject.probes.decode_cached(model, model.make_cache(), steps).logits[1:]
    for number, (got, right, text) in enumerate(zip(logits, expected, texts, strict=True), start=1):
        sizes = [4, *[1] * number]
        expect_same_or_as_alone(subject, model, got, right, text, sizes, f"the logits after reordering number {number} of five")


@pytest.mark.check(
    "kv_cache.lifecycle",
    spec="KVC-7",
    title="may be reset for a batch of another size",
    hint="After a reset nothing may remember how many rows there were, or how long they had become.",
)
def test_reset_for_another_batch(subject, gen):
    model = build_attentive(subject, gen)
    one, two, three = draw(gen, 2, 9), draw(gen, 5, 3), draw(gen, 1, 6)
    expected_two, expected_three = uncached(model, two), uncached(model, three)
    steps = [reset(), feed(one), reset(), *chunks(two, (2, 1)), reset(), *chunks(three, (1, 5))]
    logits = subject.probes.decode_cached(model, model.make_cache(), steps).logits
    got_two, got_three = torch.cat(logits[1:3], dim=1), torch.cat(logits[3:], dim=1)
    what = "the logits of {}, after a reset that followed {}"
    expect_same_or_as_alone(subject, model, got_two, expected_two, two, (2, 1), what.format("5 rows", "2 rows"))
    expect_same_or_as_alone(subject, model, got_three, expected_three, three, (1, 5), what.format("1 row", "5 rows"))


@pytest.mark.check(
    "kv_cache.lifecycle",
    spec="KVC-9",
    title="shares nothing with other caches",
    hint="Is anything of the cache a class attribute, a default argument, or kept in the model? Then every cache has the same one.",
)
def test_two_caches(subject, gen, observe):
    model = build_attentive(subject, gen)
    texts = draw(gen, 2, 6), draw(gen, 2, 6)
    expected = [uncached(model, tokens) for tokens in texts]
    caches = model.make_cache(), model.make_cache()
    parts, lengths = [[], []], [[], []]
    for piece in (slice(0, 3), slice(3, 4), slice(4, 6)):
        for side, tokens in enumerate(texts):
            decoded = subject.probes.decode_cached(model, caches[side], [feed(tokens[:, piece])])
            parts[side] += decoded.logits
            lengths[side] += decoded.lengths
    observe("cache.shared", lengths[0] != lengths[1])
    for got, right, tokens in zip(parts, expected, texts, strict=True):
        what = "the logits of one of two caches that are fed in turn"
        expect_same_or_as_alone(subject, model, torch.cat(got, dim=1), right, tokens, (3, 1, 2), what)


@pytest.mark.check(
    "kv_cache.lifecycle",
    spec="KVC-9",
    title="leaves calls without a cache alone, and is left alone by them",
    hint="Which object remembers? It must be the cache that was passed in, and neither the model nor one of its layers.",
)
def test_calls_without_a_cache_in_between(subject, gen):
    model = build_attentive(subject, gen)
    tokens, other = draw(gen, 2, 6), draw(gen, 3, 8)
    expected, expected_other = uncached(model, tokens), uncached(model, other)
    cache = model.make_cache()
    first = subject.probes.decode_cached(model, cache, [feed(tokens[:, :4])]).logits[0]
    expect_same(uncached(model, other), expected_other, "the logits of a call without a cache, after a call with one")
    second = subject.probes.decode_cached(model, cache, chunks(tokens[:, 4:], (1, 1))).logits
    what = "the cached logits, with a call without a cache in between"
    expect_same_or_as_alone(subject, model, torch.cat([first, *second], dim=1), expected, tokens, (4, 1, 1), what)


def costs_of_one_more(subject, *pasts):
    """Floating point operations of one new token after so many others, for two rows; the same cache goes on from past to past."""
    # A cache that counts too many positions must not run out of room here.
    model = build(subject, max_seq_len=160)
    cache = model.make_cache()
    costs, fed = [], 0
    for past in pasts:
        tokens = torch.arange(2 * (past - fed)).reshape(2, -1) % 13
        subject.probes.decode_cached(model, cache, [feed(tokens)])
        costs.append(subject.probes.count(model, tokens[:, :1], cache).flops)
        fed = past + 1
    return costs


@pytest.mark.check(
    "kv_cache.cost",
    spec="KVC-10",
    title="computes one position when one token is fed",
    hint="With a cache, what has d_model numbers per position should be computed for the new positions only.",
)
def test_cost_of_a_cached_step(subject, reference, observe):
    (expected,) = reference.once(lambda plain: costs_of_one_more(plain, 64))
    (got,) = costs_of_one_more(subject, 64)
    observe("cache.recomputes", got > 8 * expected)
    expect_cost(got, expected, 3, "floating point operations for one token after 64 in the cache")


@pytest.mark.check(
    "kv_cache.cost",
    spec="KVC-10",
    title="needs no more for a long past than attending to it takes",
    hint="Which part of a step grows with the length of the past? Only the scores and the weighted sum of the values should.",
)
def test_cost_of_a_longer_past(subject):
    short, long = costs_of_one_more(subject, 8, 72)
    # 64 more places cost each of the 2 rows and 2 blocks one score and one weighted value of d_model numbers, a multiply-add each.
    attending = 2 * 2 * 64 * 2 * 16 * 2
    assert long - short <= 2 * attending, (
        f"64 more positions in the cache cost {long - short} floating point operations; attending takes {attending}"
    )
