"""Hidden checks of the exercise generation, handout section 9, on given models and against a slow oracle in float64."""

from functools import partial

import pytest
import torch

from grader.checks import given
from grader.checks.compare import CheckFailure, expect_dtype, expect_equal, expect_refused, expect_shape
from grader.checks.references import strided
from grader.checks.statistics import expect_frequencies, expect_only, expect_rate
from tests.hidden.oracles.answers import note_answers
from tests.hidden.oracles.generation import distribution, greedy, logits_after, padded

VOCAB = 11
EOS = 2
# The chance that one statistical comparison fails a right solution.
ALPHA = 1e-12


def seed_of(gen):
    """A seed for a given model."""
    return int(torch.randint(1 << 30, (), generator=gen))


# Even the least likely of these five tokens stays away from 400 draws only once in 1e14 times: what can come is what comes.
FIXED_LOGITS = torch.tensor([0.40, 0.24, 0.16, 0.12, 0.08]).log()
FIXED_MODEL = given.prefix_model(VOCAB, seed=1)
FIXED_PROMPT = torch.tensor([[3, 5, 4], [6, 9, 8]])


def kept(subject, **keywords):
    """The tokens that come in 400 draws from fixed odds: all that the filters keep."""
    drawn = subject.probes.draws(subject.sample, FIXED_LOGITS.expand(20, 5).contiguous(), n=20, **keywords)
    return sorted(set(drawn.flatten().tolist()))


def pieces(subject, **keywords):
    """How many tokens a fixed model is fed at each call, and whether with a cache."""
    model = subject.make(FIXED_MODEL)
    subject.generate(model, FIXED_PROMPT, 4, temperature=0, **keywords)
    return [call["tokens"] * (1 if call["cached"] else -1) for call in model.calls()]


def prompts(gen, batch, seq):
    """Random prompts without end tokens."""
    return torch.randint(3, VOCAB, (batch, seq), generator=gen)


def separated_odds(gen, rows):
    """Logits whose odds stay well apart, in a random order, each row sharper than the one before: rounding decides nothing."""
    steps = (torch.rand(rows, VOCAB, generator=gen) * 0.3 + 0.1) * torch.arange(1, rows + 1).unsqueeze(1)
    ladder = steps.cumsum(-1)
    return torch.stack([row[torch.randperm(VOCAB, generator=gen)] for row in ladder])


def clear_of(top_p, logits, temperature=1.0, top_k=None):
    """Whether no sum of the largest odds, after temperature and top-k, lies so close to p that rounding decides what is kept."""
    sums = torch.stack([distribution(row, temperature, top_k).sort(descending=True).values.cumsum(0) for row in logits])
    return bool(((sums - top_p).abs() > 1e-4).all())


@pytest.mark.check(
    "generation.filters",
    spec=("GEN-3", "GEN-4", "GEN-5", "GEN-6"),
    title="keeps and weighs the right tokens, each row by its own odds",
    hint="Write the odds of each row down after each filter. Do they sum to one before the next is applied? Does row 2 use its own?",
    alpha=2e-12,
)
@pytest.mark.parametrize(
    "keywords",
    [
        {"top_k": 4},
        {"top_p": 0.55},
        {"temperature": 1.7, "top_k": 5, "top_p": 0.7},
        {"temperature": 0.6, "top_p": 0.85},
    ],
    ids=["top_k", "top_p", "all_three", "sharp_top_p"],
)
def test_filters(subject, gen, observe, keywords, request):
    note_answers(observe, "generation.kept", {request.node.callspec.id: lambda: kept(subject, **keywords)})
    logits = separated_odds(gen, 2)
    while "top_p" in keywords and not clear_of(logits=logits, **keywords):  # seldom
        logits = separated_odds(gen, 2)
    expected = [distribution(row, **keywords) for row in logits]
    many = logits.repeat_interleave(100, dim=0)
    drawn = subject.probes.draws(subject.sample, many, n=10, **keywords).reshape(10, 2, 100)
    for row in range(2):
        expect_frequencies(drawn[:, row], expected[row], input=f"odds {expected[row].tolist()} after {keywords}", alpha=ALPHA)


@pytest.mark.check(
    "generation.filters",
    spec=("GEN-4", "GEN-5"),
    title="keeps every token with top_k equal to the vocabulary and top_p = 1",
    hint="Sums of float32 need not reach 1: what happens to the last token then?",
    alpha=1e-12,
)
def test_filters_that_keep_everything(subject):
    logits = torch.zeros(1000, VOCAB)
    drawn = subject.sample(logits, top_k=VOCAB, top_p=1.0)
    expect_frequencies(drawn, torch.full((VOCAB,), 1 / VOCAB), input="11 equal logits, top_k=11, top_p=1.0", alpha=ALPHA)


@pytest.mark.check(
    "generation.filters",
    spec="GEN-8",
    title="copes with impossible tokens, huge logits and tiny temperatures",
    hint="Subtract the largest logit before anything is exponentiated or divided. Is there an inf - inf, or a 0 / 0?",
)
def test_extreme_logits(subject, gen, observe):
    impossible = torch.tensor([[0.0, -torch.inf, 30.0], [-torch.inf, -torch.inf, 0.0]])
    note_answers(
        observe,
        "generation.answer",
        {
            "impossible": lambda: subject.sample(impossible, top_p=0.9),
            "huge": lambda: subject.sample(torch.tensor([[0.0, 1e4], [1e4, 9e3]])),
            "tiny_temperature": lambda: subject.sample(torch.tensor([[0.0, 1.0], [3.0, 2.0]]), temperature=1e-3),
        },
    )
    logits = separated_odds(gen, 4)
    logits[:, [1, 4, 7]] = -torch.inf
    possible = set(range(VOCAB)) - {1, 4, 7}
    expect_only(subject.probes.draws(subject.sample, logits, n=50), possible, input="logits of -inf at 1, 4 and 7")
    expect_only(subject.probes.draws(subject.sample, logits, n=20, top_k=9, top_p=0.999), possible, input="the same, with top_k=9")
    best = logits.argmax(-1)
    for name, extreme, keywords in (
        ("logits of 1e4", logits * 1e4, {"top_p": 0.9}),
        ("temperature 1e-3", logits.nan_to_num(neginf=-30.0) * 1e3, {"temperature": 1e-3, "top_k": 5}),
    ):
        expect_equal(subject.sample(extreme, **keywords), best, input=name, what="the tokens, of which all but one are hopeless")


@pytest.mark.check(
    "generation.filters",
    spec=("GEN-1", "GEN-8"),
    title="takes one row without a batch, in any memory layout, and leaves the logits as they are",
    hint="(vocab,) gives one token, with all arguments. masked_fill_ and the like write into the caller's tensor; masked_fill does not.",
    alpha=1e-40,
)
def test_one_row(subject, gen, observe):
    note_answers(
        observe, "generation.answer", {"greedy": lambda: subject.sample(torch.tensor([[0.0, 2.0, 1.0], [3.0, 1.0, 2.0]]), temperature=0)}
    )
    row = torch.randn(VOCAB, generator=gen)
    row[4] = 40.0
    token = subject.sample(row, top_k=3, top_p=0.9, temperature=0.8)
    mutated = subject.last.mutated
    number = torch.as_tensor(token)
    assert number.numel() == 1 and int(number) == 4, f"a row of logits in which token 4 is all but certain gave {token}"
    level = torch.arange(VOCAB) / 1000
    for keywords in ({"temperature": 0}, {"top_k": 1}, {"top_p": 0.05}):
        drawn = subject.probes.draws(subject.sample, level, n=10, **keywords)
        expect_only(drawn, {VOCAB - 1}, input=f"one row of 11 almost equal logits, the last the largest, {keywords}")
    drawn = subject.probes.draws(subject.sample, torch.zeros(VOCAB), n=40)
    assert len(drawn.unique()) > 1, f"one row of 11 equal logits gave the token {int(drawn.flatten()[0])} each time in 40 draws"
    rows = row.repeat(3, 1)
    got = subject.sample(strided(rows), top_k=3, top_p=0.9)
    expect_equal(got, torch.tensor([4, 4, 4]), what="the tokens for logits that are not contiguous")
    assert not mutated and not subject.last.mutated, "the caller's logits were changed in place"


@pytest.mark.check(
    "generation.draws",
    spec="GEN-6",
    title="draws each row independently",
    hint="How many random numbers does a batch of rows need? With one for all, equal rows always get equal tokens.",
    alpha=1e-12,
)
def test_rows_are_independent(subject):
    logits = torch.zeros(2, 8)
    drawn = subject.probes.draws(subject.sample, logits, n=400)
    expect_rate(int((drawn[:, 0] == drawn[:, 1]).sum()), 400, 1 / 8, what="two rows of 8 equal logits agreed", alpha=ALPHA)


@pytest.mark.check(
    "generation.draws",
    spec="GEN-7",
    title="takes all its random numbers from the generator, and none from torch's own source",
    hint="Every function that draws takes a generator. What happens to torch's global state in your sample?",
)
def test_only_the_generator(subject, gen):
    logits = torch.randn(40, VOCAB, generator=gen)
    one_row = torch.zeros(5000)  # so many that two draws hardly ever agree by chance
    for rows, keywords in (
        (logits, {}),
        (logits, {"top_p": 0.8}),
        (logits, {"top_k": 6}),
        (logits, {"top_k": 6, "top_p": 0.8}),
        (one_row, {}),
    ):
        drawn = []
        for seed in (1, 2):  # of the worker's global sources
            generator = torch.Generator().manual_seed(99)
            drawn.append(subject.call(subject.sample, (rows,), {**keywords, "generator": generator}, seed=seed))
        what = f"what is drawn from one generator under another global seed, for logits of shape {tuple(rows.shape)} and {keywords}"
        expect_equal(drawn[1], drawn[0], what=what)
    model = subject.make(given.prefix_model(VOCAB))
    before = subject.probes.state(model).rng_digest
    subject.sample(logits, generator=torch.Generator().manual_seed(5), top_p=0.8)
    assert subject.probes.state(model).rng_digest == before, "with a generator, sample also drew from a global source of random numbers"


@pytest.mark.check(
    "generation.draws",
    spec=("GEN-3", "GEN-11"),
    title="writes texts with the frequencies that the model and the filters give",
    hint="Are temperature, top_k and top_p handed on to sample at every step, also at the first?",
    alpha=1e-12,
)
def test_frequencies_of_texts(subject, gen):
    model = given.table_model(5, seed=seed_of(gen))
    keywords = {"temperature": 1.4, "top_k": 3}
    table = model.build()
    first = distribution(logits_after(table, [3]), **keywords)
    pairs = torch.stack([first[token] * distribution(logits_after(table, [token]), **keywords) for token in range(5)])
    got = subject.generate(model, torch.full((1500, 1), 3), 2, **keywords)
    expect_shape(got, (1500, 3), what="1,500 equal prompts of one token, continued by two")
    expect_frequencies(got[:, 1] * 5 + got[:, 2], pairs.flatten(), input=f"{keywords}", what="pair 5 * first + second", alpha=ALPHA)


@pytest.mark.check(
    "generation.draws",
    spec=("GEN-7", "GEN-11"),
    title="hands the generator on, so that a text can be repeated",
    hint="generate has a generator too. Does sample get it in every step?",
    alpha=1e-25,
)
def test_generate_uses_the_generator(subject, gen):
    model = given.prefix_model(VOCAB, seed=seed_of(gen), scale=0.5)
    texts = []
    for seed, number, use_cache in ((1, 7, True), (2, 7, True), (2, 8, True), (1, 7, False), (2, 7, False)):
        keywords = {"generator": torch.Generator().manual_seed(number), "use_cache": use_cache}
        texts.append(subject.call(subject.generate, (model, torch.tensor([[3, 4]]), 40), keywords, seed=seed))
    expect_equal(texts[1], texts[0], what="a text with the same generator, under another global seed")
    expect_equal(texts[4], texts[3], what="a text with the same generator, under another global seed, without a cache")
    assert not torch.equal(texts[2], texts[1]), "two generators with different seeds give the same 40 tokens"


@pytest.mark.check(
    "generation.continues",
    spec=("GEN-11", "GEN-12"),
    title="continues a batch like each prompt alone, with prompts of any length",
    hint="The logits of the last position, of every row. Does the second step see what the first has written?",
)
def test_batch_like_single(subject, gen, observe):
    ask = {"text": lambda: subject.generate(FIXED_MODEL, FIXED_PROMPT, 5, temperature=0, use_cache=False)}
    note_answers(observe, "generation.answer", ask)
    model = given.prefix_model(VOCAB, seed=seed_of(gen))
    for batch, seq in ((4, 1), (3, 7)):
        prompt = prompts(gen, batch, seq)
        expected = torch.tensor(greedy(model.build(), prompt, 8))
        # What goes wrong with a cache is the business of the checks of caches.
        got = subject.generate(model, prompt, 8, temperature=0, use_cache=False)
        if isinstance(got, torch.Tensor) and got.shape == expected.shape:
            wrong = (got != expected).any(0).nonzero()
            observe("generation.first_difference", int(wrong[0]) - seq if len(wrong) else -1)
        expect_equal(got, expected, input=prompt, what=f"the greedy continuation of {batch} prompts of {seq} tokens")


@pytest.mark.check(
    "generation.continues",
    spec="GEN-16",
    title="writes the same text without a cache, for a model that has none, and when told not to use it",
    hint="Without a cache the model needs the whole text in each step. And a model without make_cache must never be given one.",
)
def test_without_a_cache(subject, gen):
    seed = seed_of(gen)
    prompt = prompts(gen, 2, 4)
    expected = torch.tensor(greedy(given.prefix_model(VOCAB, seed=seed).build(), prompt, 6))
    got = subject.generate(given.uncached_model(VOCAB, seed=seed), prompt, 6, temperature=0)
    expect_equal(got, expected, input=prompt, what="the text of a model without make_cache")
    model = subject.make(given.counting_model(VOCAB, seed=seed))
    expect_equal(subject.generate(model, prompt, 6, temperature=0, use_cache=False), expected, what="the text with use_cache=False")
    assert not any(call["cached"] for call in model.calls()), "with use_cache=False the model was given a cache"


@pytest.mark.check(
    "generation.continues",
    spec="GEN-17",
    title="understands a model that returns a tuple",
    hint="The logits may come with other things behind them, such as the cache.",
)
def test_tuple(subject, gen):
    seed, prompt = seed_of(gen), prompts(gen, 2, 3)
    model = given.tuple_model(VOCAB, seed=seed)
    expected = torch.tensor(greedy(model.build(), prompt, 5))
    got = subject.generate(model, prompt, 5, temperature=0, use_cache=False)
    expect_equal(got, expected, input=prompt, what="the text of a model that returns (logits, positions)")
    # With a cache: what the same logits give when they come alone.
    alone = subject.generate(given.prefix_model(VOCAB, seed=seed), prompt, 5, temperature=0)
    got = subject.generate(model, prompt, 5, temperature=0)
    expect_equal(got, alone, input=prompt, what="the text of a model that returns (logits, positions), with a cache")


@pytest.mark.check(
    "generation.continues",
    spec="GEN-10",
    title="adds no token or one when told so",
    hint="Count: how often does the loop run for max_new_tokens 0, and 1?",
)
def test_few_new_tokens(subject, gen):
    model = given.prefix_model(VOCAB, seed=seed_of(gen))
    prompt = prompts(gen, 3, 4)
    none = subject.generate(model, prompt, 0)
    expect_equal(none, prompt, what="the result with max_new_tokens = 0")
    expect_dtype(none, torch.int64, what="the result")
    one = subject.generate(model, prompt, 1, temperature=0, use_cache=False)
    expect_equal(one, torch.tensor(greedy(model.build(), prompt, 1)), what="the result with max_new_tokens = 1")


@pytest.mark.check(
    "generation.endings",
    spec="GEN-13",
    title="lets rows end at different times, whatever the filling would make the model say",
    hint="After its end a row gets the end token, not what the model answers. Does the mark that it has ended survive the next step?",
)
def test_different_endings(subject, gen, observe):
    ending = given.ending_model(VOCAB, EOS, [4, 6], seed=1)
    ask = {"endings": lambda: subject.generate(ending, torch.tensor([[4, 3, 9], [5, 3, 9]]), 6, temperature=0, eos_id=EOS, use_cache=False)}
    note_answers(observe, "generation.answer", ask)
    ends = (4 + torch.randperm(8, generator=gen)[:5]).tolist()
    model = given.ending_model(VOCAB, EOS, ends, seed=seed_of(gen))
    prompt = torch.cat([torch.arange(5).unsqueeze(1) + 5, prompts(gen, 5, 2)], dim=1)  # first tokens 5 to 9: each its own end
    expected = padded(greedy(model.build(), prompt, 20, EOS), EOS)
    got = subject.generate(model, prompt, 20, temperature=0, eos_id=EOS, use_cache=False)
    expect_equal(got, expected, input=prompt, what="five rows that end at different positions")


@pytest.mark.check(
    "generation.endings",
    spec="GEN-13",
    title="pays no attention to end tokens in the prompt, or when there is no eos_id",
    hint="Only a token that was generated can end a row. And eos_id may be None, or 0.",
)
def test_end_tokens_that_end_nothing(subject, gen):
    model = given.prefix_model(VOCAB, seed=seed_of(gen))
    prompt = prompts(gen, 3, 4)
    prompt[0, 0] = prompt[1, 3] = EOS
    expected = padded(greedy(model.build(), prompt, 6, EOS), EOS)
    got = subject.generate(model, prompt, 6, temperature=0, eos_id=EOS, use_cache=False)
    expect_equal(got, expected, input=prompt, what="prompts with end tokens")
    expected = torch.tensor(greedy(model.build(), prompt, 12))
    got = subject.generate(model, prompt, 12, temperature=0, use_cache=False)
    expect_equal(got, expected, input=prompt, what="a text without an eos_id")
    zero = given.ending_model(VOCAB, 0, [6], seed=seed_of(gen))
    expected = padded(greedy(zero.build(), prompt, 12, 0), 0)
    got = subject.generate(zero, prompt, 12, temperature=0, eos_id=0, use_cache=False)
    expect_equal(got, expected, what="a text that ends with eos_id = 0")


@pytest.mark.check(
    "generation.endings",
    spec="GEN-14",
    title="asks the model no more when every row has ended",
    hint="Which condition ends your loop early? Is it looked at after every token, and over all rows?",
)
def test_stops(subject, gen):
    model = subject.make(given.ending_model(VOCAB, EOS, [5, 7], seed=seed_of(gen)))
    got = subject.generate(model, prompts(gen, 4, 3), 60, temperature=0, eos_id=EOS, use_cache=False)
    assert got.shape[1] <= 8, f"every row has ended at position 7 at the latest, and the result has {got.shape[1]} positions"
    assert len(model.calls()) <= 6, f"the model was called {len(model.calls())} times for at most 5 tokens"


@pytest.mark.check(
    "generation.cache",
    spec="GEN-15",
    title="puts every token into the cache once, for every row, also when sampling",
    hint="Add up what you feed: the prompt, and then one token per step. How long is the cache before each call?",
)
def test_tokens_fed(subject, gen, observe):
    note_answers(
        observe, "generation.fed", {"with_cache": lambda: pieces(subject), "without_cache": lambda: pieces(subject, use_cache=False)}
    )
    model = subject.make(given.ending_model(VOCAB, EOS, [9, 12, 16], seed=seed_of(gen)))
    prompt = torch.cat([torch.tensor([[3], [4], [5]]), prompts(gen, 3, 6)], dim=1)
    width = subject.generate(model, prompt, 30, temperature=0.9, top_p=0.95, eos_id=EOS).shape[1]
    calls = model.calls()
    observe("generation.feeds_a_token_twice", sum(call["tokens"] for call in calls) > width)
    for number, call in enumerate(calls):
        before = sum(earlier["tokens"] for earlier in calls[:number])
        assert call["cached"], f"call {number} came without a cache: {call}"
        assert call["length"] == before, f"call {number} met a cache of {call['length']} positions; {before} had been fed"
    fed = sum(call["tokens"] for call in calls)
    assert width - 1 <= fed <= width, f"{fed} positions were fed for a result of {width}"


@pytest.mark.check(
    "generation.cache",
    spec=("GEN-10", "GEN-13", "GEN-14", "GEN-15", "GEN-16"),
    title="asks for a new cache each time, and gets from it the text that there is without one",
    hint="A cache belongs to one call. Does it hold the prompt, and each new token, exactly once? And do rows end as without it?",
)
def test_new_cache_for_each_text(subject, gen, observe):
    ending = given.ending_model(VOCAB, 0, [6, 5], seed=1)
    ask = {"endings_with_cache": lambda: subject.generate(ending, torch.tensor([[4, 0, 9], [5, 3, 9]]), 6, temperature=0, eos_id=0)}
    note_answers(observe, "generation.answer", ask)
    description = given.counting_model(VOCAB, seed=seed_of(gen))
    model = subject.make(description)
    texts = prompts(gen, 2, 5), prompts(gen, 3, 2)
    seen = 0
    for prompt in (texts[0], texts[1], texts[0]):
        got = subject.generate(model, prompt, 4, temperature=0)
        calls = model.calls()
        expect_equal(got, torch.tensor(greedy(description.build(), prompt, 4)), input=prompt, what="the text, with a cache")
        expect_dtype(got, torch.int64, what="the tokens, with a cache")
        assert len(calls) > seen, "the model was not asked"
        assert calls[seen]["length"] == 0, f"the prompt was fed into a cache that held {calls[seen]['length']} positions"
        seen = len(calls)
    ending = given.ending_model(VOCAB, 0, [6, 8, 7], seed=seed_of(gen))
    prompt = torch.cat([torch.tensor([[3, 5], [4, 0], [5, 4]]), prompts(gen, 3, 2)], dim=1)
    ask = partial(subject.generate, ending, prompt, 12, temperature=0, eos_id=0)
    got = ask()
    try:
        expect_equal(got, padded(greedy(ending.build(), prompt, 12, 0), 0))
    except CheckFailure:  # What goes wrong without a cache too is the business of the checks of endings.
        expect_equal(got, ask(use_cache=False), input=prompt, what="the text with a cache and eos_id=0, beside that without a cache")


@pytest.mark.check(
    "generation.tidy",
    spec="GEN-18",
    title="computes in eval mode and without gradients, and restores the mode it found",
    hint="Remember the mode before you change it. train() at the end is wrong for a model that came in eval mode.",
)
def test_mode_is_restored(subject, gen):
    description = given.dropout_model(VOCAB, seed=seed_of(gen))
    prompt = prompts(gen, 2, 3)
    expected = torch.tensor(greedy(description.build(), prompt, 4))
    for training in (True, False):
        model = subject.make(description)
        model.train(training)
        got = subject.generate(model, prompt, 4, temperature=0, use_cache=False)
        calls = model.calls()
        assert calls and not any(call["training"] for call in calls), "the model was called in train mode"
        assert not any(call["grad_enabled"] for call in calls), "the model was called with gradients enabled"
        assert subject.probes.state(model).training == training, f"the model came with training={training} and left in the other mode"
        expect_equal(got, expected, what="the text of a model with dropout")


@pytest.mark.check(
    "generation.tidy",
    spec="GEN-18",
    title="restores the mode also when the model raises an error",
    hint="What runs whether or not an error occurs? Python has a word for it.",
)
def test_mode_is_restored_after_an_error(subject, gen):
    model = subject.make(given.dropout_model(VOCAB, seed=seed_of(gen)))
    with pytest.raises(ValueError):
        subject.generate(model, torch.tensor([[3, VOCAB + 4]]), 4)  # no such token
    assert subject.probes.state(model).training, "after an error the model is left in eval mode"


@pytest.mark.check(
    "generation.tidy",
    spec="GEN-19",
    title="consumes no random number at temperature 0",
    hint="If the choice is certain, why draw? Whoever has set a seed relies on the numbers that come after.",
)
def test_greedy_draws_nothing(subject, gen):
    model = subject.make(given.prefix_model(VOCAB, seed=seed_of(gen)))
    before = subject.probes.state(model).rng_digest
    subject.generate(model, prompts(gen, 2, 3), 4, temperature=0)
    assert subject.probes.state(model).rng_digest == before, "greedy decoding has drawn random numbers"


@pytest.mark.check(
    "generation.tidy",
    spec="GEN-20",
    title="leaves the prompt as it is",
    hint="Which line writes into the tensor that the caller holds?",
)
def test_prompt_is_left_alone(subject, gen):
    model = given.prefix_model(VOCAB, seed=seed_of(gen))
    for use_cache in (True, False):
        subject.generate(model, prompts(gen, 3, 4), 3, temperature=0, eos_id=EOS, use_cache=use_cache)
        assert not subject.last.mutated, f"the caller's prompt was changed in place, {use_cache=}"


@pytest.mark.check(
    "generation.tidy",
    spec=("GEN-9", "GEN-20"),
    title="refuses an empty prompt, a negative number of tokens, and what sample refuses",
    hint="There is no last position in a prompt of no tokens. Say so in a ValueError before the model is asked.",
)
def test_refuses(subject, observe):
    # Whoever checks nothing answers this; whoever only skips the checks at temperature 0 does not.
    ask = {"no_token_kept": lambda: subject.sample(torch.tensor([[0.0, 1e4], [1e4, 0.0]]), top_k=0)}
    note_answers(observe, "generation.answer", ask)
    for seq, new, keywords in (
        (0, 3, {}),
        (2, -1, {}),
        (2, 3, {"top_k": VOCAB + 1}),
        (2, 3, {"top_p": 0.0}),
        (2, 3, {"temperature": -0.5}),
        (2, 3, {"temperature": 0, "top_p": 1.5}),
    ):
        call = partial(subject.generate, given.prefix_model(VOCAB), torch.ones(1, seq, dtype=torch.int64), new, **keywords)
        expect_refused(call, input=f"a prompt of shape {(1, seq)}, max_new_tokens={new}, {keywords}")
