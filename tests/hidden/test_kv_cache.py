"""Hidden checks of the exercise kv_cache, handout section 8: the student's own transformer with random parameters, cached and not."""

from contextlib import contextmanager

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


@contextmanager
def explained_by(note, subject, observe):
    """Take notes for diagnosis where the check fails, with caches of their own: what is right pays nothing for it."""
    try:
        yield
    except Exception:
        note(subject, observe)
        raise


def noted(observe, fact, ask):
    """Observe what ``ask()`` says, "raises" where the student's code does."""
    try:
        value = ask()
    except Exception:  # noqa: BLE001  (whatever it is)
        value = "raises"
    observe(fact, value)


def is_right(subject, model, steps, expected):
    """Whether the last feed of these steps gives the last of these logits; not where it raises."""
    try:
        got = subject.probes.decode_cached(model, model.make_cache(), steps).logits[-1]
    except Exception:  # noqa: BLE001  (whatever it is)
        return False
    return got.shape[1] <= expected.shape[1] and not off(got, expected[:, -got.shape[1] :])


def note_the_past(subject, observe):
    """Facts about what a new token sees of its past in a model of one block, where nothing else carries the past on."""
    model = build(subject, n_blocks=1)

    def last(*tokens):
        return cached(subject, model, chunks(torch.tensor([tokens]), [1] * len(tokens)))[:, -1]

    def differ(one, other):
        return bool((last(*one) - last(*other)).abs().max() > 1e-3)

    noted(observe, "cache.order_of_the_past_matters", lambda: differ((3, 1, 4), (1, 3, 4)))
    noted(observe, "cache.middle_of_the_past_matters", lambda: differ((3, 1, 4), (3, 9, 4)))


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
    with explained_by(note_the_past, subject, observe):
        got = cached(subject, model, chunks(tokens, [1] * 20))
        observe("cache.first_difference", first_difference(got, expected))
        observe("cache.far_off", bool((got - expected).abs().max() > variation(expected) / 4))
        expect_same(got, expected, "the logits of 3 rows of max_seq_len = 20 tokens, one token at a time, against those without a cache")


@pytest.mark.check(
    "kv_cache.same_logits",
    spec=("KVC-2", "KVC-5"),
    title="stays right for a model that knows more than 1024 positions",
    hint="Is there a number in your cache that should be the model's max_seq_len, or that need not be there at all?",
)
def test_long_text(subject, gen):
    model = build(subject, d_model=8, n_heads=1, max_seq_len=1030)
    tokens = draw(gen, 1, 1030)
    expected = uncached(model, tokens)
    got = cached(subject, model, chunks(tokens, (1027, 1, 1, 1)))
    expect_same(got, expected, "the logits of max_seq_len = 1030 tokens fed as 1027, 1, 1 and 1, against those without a cache")


@pytest.mark.check(
    "kv_cache.same_logits",
    spec="KVC-11",
    title="keeps the model's dtype",
    hint="Is there a torch.zeros or a .float() between the keys and the cache?",
)
def test_float64(subject, gen, observe):
    model = subject.probes.cast(build_attentive(subject, gen), torch.float64)
    tokens = draw(gen, 2, 8)
    expected = uncached(model, tokens)
    got = cached(subject, model, chunks(tokens, (5, 1, 1, 1)))
    if got.shape == expected.shape:
        observe("cache.first_difference_after_a_prompt", first_difference(got, expected))
    expect_dtype(got, torch.float64, what="the cached logits of a model in float64")
    expect_same(got, expected, "the cached logits of a model in float64, against those without a cache", torch.float64)


@pytest.mark.check(
    "kv_cache.same_logits",
    spec="KVC-11",
    title="decodes a model in bfloat16",
    hint="Queries, keys and values meet in one product. Which dtype has each of them, in the first call and in the second?",
)
def test_bfloat16(subject, gen):
    model = subject.probes.cast(build(subject), torch.bfloat16)
    got = cached(subject, model, chunks(draw(gen, 2, 8), (5, 1, 1, 1)))
    expect_dtype(got, torch.bfloat16, what="the cached logits of a model in bfloat16")
    assert torch.isfinite(got).all(), "some cached logits of a model in bfloat16 are infinite or not a number"


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
    spec=("KVC-7", "KVC-8"),
    title="follows a beam search that moves its rows at every step, and begins anew after it",
    hint="A second reorder counts from the rows as they are now, not from those of the beginning; and a reset forgets both.",
)
def test_reorder_at_every_step(subject, gen, observe):
    model = build_attentive(subject, gen, n_blocks=3, max_seq_len=60)
    rows = draw(gen, 1, 4)
    steps, texts = [feed(rows)], []
    for _ in range(5):
        origin, again = torch.randint(len(rows), (3,), generator=gen), [1, 2, 0]
        new = draw(gen, 3, 1)
        rows = torch.cat([rows[origin[again]], new], dim=1)
        # Twice in a row, as a beam search may that drops rows first and sorts them then.
        steps += [reorder(origin), reorder(again), feed(new)]
        texts.append(rows)
    expected = [uncached(model, text)[:, -1:] for text in texts]
    fresh = draw(gen, 5, 4)
    expected_fresh = uncached(model, fresh)
    cache = model.make_cache()
    with explained_by(note_reorder, subject, observe):
        logits = subject.probes.decode_cached(model, cache, steps).logits[1:]
        for number, (got, right, text) in enumerate(zip(logits, expected, texts, strict=True), start=1):
            sizes = [4, *[1] * number]
            expect_same_or_as_alone(subject, model, got, right, text, sizes, f"the logits after reordering number {number} of five")
        after = [reset(), *chunks(fresh, (2, 2))]
        # Where a reset is wrong without a reorder too, it costs the idea of resets, and not this one.
        if is_right(subject, model, [feed(fresh[:3]), *after], expected_fresh):
            got = subject.probes.decode_cached(model, cache, [reorder([2, 1, 0]), *after]).logits
            what = "the logits of 5 rows after a reset that followed a reorder of 3 rows"
            expect_same(torch.cat(got, dim=1), expected_fresh, what)


def note_reorder(subject, observe):
    """Whether a reorder is right with one block, then its mistake is about layers; and whether it is when it comes twice in a row."""
    past, new = torch.tensor([[3, 1, 4], [1, 5, 9], [2, 6, 5]]), torch.tensor([[7], [8], [9]])
    for blocks, moves, rows in ((1, [reorder([1, 2, 2])], [1, 2, 2]), (2, [reorder([1, 2, 0]), reorder([0, 2, 1])], [1, 0, 2])):
        model = build(subject, n_blocks=blocks)
        expected = uncached(model, torch.cat([past[rows], new], dim=1))
        right = is_right(subject, model, [feed(past), *moves, feed(new)], expected)
        observe("cache.reorder_right_in_one_block" if blocks == 1 else "cache.reorder_right_twice_in_a_row", right)


@pytest.mark.check(
    "kv_cache.lifecycle",
    spec="KVC-7",
    title="may be reset for a batch of another size",
    hint="After a reset nothing may remember how many rows there were, or how long they had become.",
)
def test_reset_for_another_batch(subject, gen, observe):
    model = build_attentive(subject, gen)
    one, two, three = draw(gen, 2, 9), draw(gen, 5, 3), draw(gen, 1, 6)
    expected_two, expected_three = uncached(model, two), uncached(model, three)
    steps = [reset(), feed(one), reset(), *chunks(two, (2, 1)), reset(), *chunks(three, (1, 5))]
    with explained_by(note_reset, subject, observe):
        logits = subject.probes.decode_cached(model, model.make_cache(), steps).logits
        got_two, got_three = torch.cat(logits[1:3], dim=1), torch.cat(logits[3:], dim=1)
        what = "the logits of {}, after a reset that followed {}"
        expect_same_or_as_alone(subject, model, got_two, expected_two, two, (2, 1), what.format("5 rows", "2 rows"))
        expect_same_or_as_alone(subject, model, got_three, expected_three, three, (1, 5), what.format("1 row", "5 rows"))


def note_reset(subject, observe):
    """For which models a reset is right, where the next text has as many rows."""
    text = torch.tensor([[3, 1, 4, 1], [5, 9, 2, 6]])
    for blocks in (1, 2):
        model = build(subject, n_blocks=blocks)
        right = is_right(subject, model, [feed(text + 1), reset(), *chunks(text, (3, 1))], uncached(model, text))
        observe(f"cache.reset_right_in_{blocks}_for_as_many_rows", right)


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
    with explained_by(note_sharing, subject, observe):
        for piece in (slice(0, 3), slice(3, 4), slice(4, 6)):
            for side, tokens in enumerate(texts):
                decoded = subject.probes.decode_cached(model, caches[side], [feed(tokens[:, piece])])
                parts[side] += decoded.logits
                lengths[side] += decoded.lengths
        observe("cache.shared", lengths[0] != lengths[1])
        for got, right, tokens in zip(parts, expected, texts, strict=True):
            what = "the logits of one of two caches that are fed in turn"
            expect_same_or_as_alone(subject, model, torch.cat(got, dim=1), right, tokens, (3, 1, 2), what)


def note_sharing(subject, observe):
    """Whether what one model's cache holds counts in another model's."""
    one, other = build(subject), build(subject)
    first, second = one.make_cache(), other.make_cache()

    def shared():
        alone = subject.probes.decode_cached(one, first, [reset(), feed(torch.tensor([[3]]))]).lengths[-1]
        return alone != subject.probes.decode_cached(other, second, [feed(torch.tensor([[3]]))]).lengths[-1]

    noted(observe, "cache.shared_by_two_models", shared)


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
