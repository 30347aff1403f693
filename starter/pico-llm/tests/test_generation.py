"""Public checks of the exercise generation, handout section 9, on models that are given: nothing here depends on your transformer."""

from functools import partial

import pytest
import torch

from grader.checks import given
from grader.checks.compare import CheckFailure, expect_dtype, expect_equal, expect_refused, expect_shape, expect_that
from grader.checks.statistics import expect_frequencies, expect_only

EOS = 2
# The chance that one statistical comparison fails a right solution.
ALPHA = 1e-12
ODDS = torch.tensor([0.40, 0.24, 0.16, 0.12, 0.08])


def greedy(model, row, n):
    """The continuation of one list of tokens by n more, always the most likely, without a cache."""
    tokens = list(row)
    for _ in range(n):
        with torch.no_grad():
            tokens.append(int(model(torch.tensor([tokens]))[0, -1].argmax()))
    return tokens


@pytest.mark.check(
    "generation.filters",
    spec=("GEN-1", "GEN-2"),
    title="takes the largest logit at temperature 0, and with top_k = 1",
    hint="Nothing is divided by a temperature of 0. One token for each row: which dimension does argmax run over?",
)
def test_sample_greedily(subject):
    logits = torch.tensor([[0.5, 2.0, -1.0, 1.9], [3.0, -2.0, 2.5, 0.0], [-1.0, -3.0, -2.0, -0.5]])
    expected = torch.tensor([1, 0, 3])
    for keywords in ({"temperature": 0}, {"temperature": 0.0, "top_p": 0.5}, {"temperature": 3.0, "top_k": 1}):
        got = subject.sample(logits, **keywords)
        expect_shape(got, (3,), input=logits, what=f"sample(logits, {keywords})")
        expect_dtype(got, torch.int64, input=logits, what="the tokens")
        expect_equal(got, expected, input=logits, what=f"sample(logits, {keywords})")


@pytest.mark.check(
    "generation.filters",
    spec=("GEN-3", "GEN-4", "GEN-5", "GEN-6"),
    title="reproduces the table of the handout: top-p after a temperature, and after top-k",
    hint="First divide by the temperature, then keep k, then take p of what is left. And the token that crosses p stays.",
    alpha=4e-12,
)
def test_order_of_the_filters(subject):
    for keywords, kept in (
        ({"top_p": 0.6}, [0.40, 0.24, 0, 0, 0]),
        ({"top_p": 0.6, "temperature": 0.5}, [1, 0, 0, 0, 0]),
        ({"top_p": 0.6, "temperature": 2.0}, [0.40**0.5, 0.24**0.5, 0.16**0.5, 0, 0]),
        ({"top_p": 0.6, "top_k": 2}, [1, 0, 0, 0, 0]),
    ):
        expected = torch.tensor(kept, dtype=torch.float64)
        drawn = subject.probes.draws(subject.sample, ODDS.log().expand(50, 5).contiguous(), n=12, **keywords)
        expect_frequencies(drawn, expected / expected.sum(), input=f"odds {ODDS.tolist()}, {keywords}", alpha=ALPHA)


@pytest.mark.check(
    "generation.filters",
    spec=("GEN-4", "GEN-5"),
    title="keeps everything at the limits: top_k equal to the vocabulary, top_p = 1",
    hint="Do the limits belong to the range? Compare your < and <= with the handout's words.",
)
def test_limits(subject):
    logits = torch.tensor([[0.0, 1000.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0, 1000.0]])
    for keywords in ({"top_k": 5}, {"top_p": 1.0}, {"top_k": 5, "top_p": 1.0}):
        expect_equal(subject.sample(logits, **keywords), torch.tensor([1, 4]), input=logits, what=f"sample(logits, {keywords})")


@pytest.mark.check(
    "generation.filters",
    spec="GEN-4",
    title="finds the largest logits of each row by itself",
    hint="The k-th largest logit is another number in each row. What shape has the threshold that you compare with?",
)
def test_each_row_by_itself(subject):
    flat, steep = [0.0, 0.1, 0.2, 0.3, 0.4], [3.0, 0.0, 4.0, -9.0, -20.0]
    for first, second, kept in ((steep, flat, {3, 4}), (flat, steep, {0, 2})):
        logits = torch.tensor([first] + [second] * 80)
        tokens = subject.sample(logits, top_k=2)
        expect_only(tokens[1:], kept, input=f"a row of logits {first} and 80 rows {second}, top_k=2", what="from the rows below, token")


@pytest.mark.check(
    "generation.filters",
    spec="GEN-8",
    title="copes with logits of 1e4 and a tiny temperature",
    hint="What is exp(10000) in float32? What may be subtracted from all logits of a row without changing the odds?",
)
def test_large_logits(subject):
    logits = torch.tensor([[1e4, 9.9e3, 0.0], [-1e4, 0.0, 1e4], [5.0, 9.0, 7.0]])
    for keywords in ({"temperature": 1e-3}, {"temperature": 1e-3, "top_k": 2, "top_p": 0.9}):
        expect_equal(subject.sample(logits, **keywords), torch.tensor([0, 2, 1]), input=logits, what=f"sample(logits, {keywords})")


@pytest.mark.check(
    "generation.filters",
    spec="GEN-8",
    title="leaves the caller's logits as they are",
    hint="Which operations write into the tensor that they get? Some end in an underscore, some are written /= or [...] = ...",
)
def test_logits_are_left_alone(subject):
    logits = torch.tensor([[0.5, 2.0, -1.0, 1.9]])
    subject.sample(logits, temperature=0.7, top_k=3, top_p=0.8)
    kept = not subject.last.mutated
    expect_that(kept, "the logits of the caller are others after the call", input=logits, expected="the logits as they were", got="others")


@pytest.mark.check(
    "generation.draws",
    spec="GEN-7",
    title="gives the same tokens for the same seed, and others for another",
    hint="Is the generator handed to the function that draws? Are there other random numbers on the way?",
    alpha=1e-108,
)
def test_same_seed_same_tokens(subject):
    logits = torch.zeros(64, 50)
    one, again, other = (subject.sample(logits, generator=torch.Generator().manual_seed(seed)) for seed in (11, 11, 12))
    expect_equal(again, one, input=logits, what="64 tokens drawn with the seed 11 again")
    same = torch.equal(other, one)
    expect_that(not same, "the seeds 11 and 12 give the same 64 tokens", input=logits, expected="two answers", got="the same one twice")


@pytest.mark.check(
    "generation.draws",
    spec="GEN-6",
    title="draws for each row of a batch anew",
    hint="Equal rows may get different tokens. How many random numbers do you draw for 64 rows?",
    alpha=1e-50,
)
def test_rows_may_differ(subject):
    tokens = subject.sample(torch.zeros(64, 8))
    came = tokens.flatten().tolist()
    sentence = f"64 rows of 8 equal logits all got the token {int(came[0])}"
    expect_that(len(set(came)) > 1, sentence, input="zeros of shape (64, 8)", expected="several different tokens", got=tokens)


@pytest.mark.check(
    "generation.draws",
    spec=("GEN-2", "GEN-11"),
    title="hands the filters to sample for every new token",
    hint="Write down the call of sample in the second step. Which arguments does it get? Is there another call, without a cache?",
)
def test_filters_at_every_step(subject):
    model = given.prefix_model(11, seed=9, scale=0.5)
    prompt = torch.tensor([[3, 1], [5, 9], [8, 4]])
    expected = torch.tensor([greedy(model.build(), row.tolist(), 10) for row in prompt])
    got = subject.generate(model, prompt, 10, temperature=3.0, top_k=1, use_cache=False)
    expect_equal(got, expected, input=prompt, what="the text with top_k=1, which leaves no choice")
    # After every token the same logits, from which each of the filters alone leaves the first three tokens.
    row = [0.0, -0.1, -0.2, -2.0, -2.0]
    model, prompt = given.table_model(5, logits=torch.tensor([row] * 5)), torch.zeros(100, 1, dtype=torch.int64)
    for use_cache in (True, False):
        for keywords in ({"temperature": 1e-3}, {"top_k": 3}, {"top_p": 0.8}):
            got = subject.generate(model, prompt, 4, use_cache=use_cache, **keywords)
            asked = f"100 prompts of one token, a model that always gives the logits {row}, {keywords}, {use_cache=}"
            expect_only(expect_shape(got, (100, 5), input=asked)[:, 1:], {0, 1, 2}, input=asked)


@pytest.mark.check(
    "generation.draws",
    spec=("GEN-7", "GEN-11"),
    title="hands the generator to sample",
    hint="Two functions have an argument generator. Follow it from one to the other.",
)
def test_generator_is_handed_on(subject):
    model = given.prefix_model(11, seed=12, scale=0.5)
    texts = []
    for seed in (1, 2):  # of torch's global source, which must not matter
        keywords = {"generator": torch.Generator().manual_seed(7)}
        texts.append(subject.call(subject.generate, (model, torch.tensor([[3, 4]]), 40), keywords, seed=seed))
    expect_equal(texts[1], texts[0], input="the prompt 3 4", what="a text of 40 tokens, drawn again with the same generator")


@pytest.mark.check(
    "generation.continues",
    spec=("GEN-10", "GEN-11", "GEN-12"),
    title="continues each prompt of a batch as it would alone",
    hint="Which position's logits predict the next token? Is the prompt part of the result?",
)
def test_greedy_continuation(subject):
    model = given.prefix_model(11, seed=5)
    prompt = torch.tensor([[3, 1, 4], [1, 5, 9], [0, 0, 7]])
    # What goes wrong with a cache is the business of the checks of caches.
    got = subject.generate(model, prompt, 6, temperature=0, use_cache=False)
    expected = torch.tensor([greedy(model.build(), row.tolist(), 6) for row in prompt])
    expect_equal(got, expected, input=prompt, what="generate(model, prompt, 6, temperature=0, use_cache=False)")
    expect_dtype(got, torch.int64, input=prompt, what="the tokens")


@pytest.mark.check(
    "generation.continues",
    spec="GEN-10",
    title="returns the prompt when no token is to be added",
    hint="Run your loop by hand with max_new_tokens = 0.",
)
def test_no_new_token(subject):
    prompt = torch.tensor([[3, 1, 4], [1, 5, 9]])
    expect_equal(subject.generate(given.prefix_model(11, seed=1), prompt, 0), prompt, input=prompt, what="generate(model, prompt, 0)")


@pytest.mark.check(
    "generation.continues",
    spec="GEN-16",
    title="continues with a model that has no make_cache, and without a cache when told so",
    hint="Ask whether the model has the method before you call it. What goes in at each step when there is no cache?",
)
def test_without_a_cache(subject):
    prompt = torch.tensor([[3, 1, 4], [1, 5, 9]])
    model = given.prefix_model(11, seed=6)
    expected = torch.tensor([greedy(model.build(), row.tolist(), 5) for row in prompt])
    got = subject.generate(given.uncached_model(11, seed=6), prompt, 5, temperature=0)
    expect_equal(got, expected, input=prompt, what="the text of a model without make_cache")
    got = subject.generate(model, prompt, 5, temperature=0, use_cache=False)
    expect_equal(got, expected, input=prompt, what="the text with use_cache=False")


@pytest.mark.check(
    "generation.continues",
    spec="GEN-17",
    title="understands a model that returns more than its logits",
    hint="What may a model return, according to the handout, and where are the logits in it?",
)
def test_tuple(subject):
    model = given.tuple_model(11, seed=7)
    prompt = torch.tensor([[3, 1, 4], [1, 5, 9]])
    expected = torch.tensor([greedy(given.prefix_model(11, seed=7).build(), row.tolist(), 4) for row in prompt])
    got = subject.generate(model, prompt, 4, temperature=0, use_cache=False)
    expect_equal(got, expected, input=prompt, what="the text of a model that returns (logits, positions)")


@pytest.mark.check(
    "generation.endings",
    spec=("GEN-13", "GEN-14"),
    title="fills a row that has ended with the end token, and stops when all have",
    hint="Remember for each row whether it has ended. What may a row that has ended still be given?",
)
def test_rows_end(subject, observe):
    # The row that begins with f gets its end token at the position that stands at f: 4, 6 and 5.
    model = given.ending_model(11, EOS, [4, 6, 5], seed=3)
    prompt = torch.tensor([[0, 8, 9], [1, 8, 9], [5, 8, 9]])
    alone, got = (subject.generate(model, rows, 20, temperature=0, eos_id=EOS, use_cache=False) for rows in (prompt[:1], prompt))
    observe("generation.stops_with_one_row", isinstance(alone, torch.Tensor) and tuple(alone.shape) == (1, 5))
    if isinstance(got, torch.Tensor) and got.dim() == 2 and len(got) == 3:
        observe("generation.filled_with_end_tokens", bool((got[0, 4:] == EOS).all()))
    expect_shape(got, (3, 7), input=prompt, what="three rows that end at the positions 4, 6 and 5")
    for row, end in zip(got.tolist(), (4, 6, 5), strict=True):
        if EOS in row[3:end] or row[end:] != [EOS] * (7 - end):
            sentence = f"the row should have its first end token at position {end}, and nothing else after it"
            ends = f"the end token {EOS} at positions {end} to 6, and at no new position before"
            raise CheckFailure(sentence, input=str(prompt.tolist()), expected=ends, got=str(row))
    expect_shape(alone, (1, 5), input=prompt[:1], what="one row that ends at position 4")


@pytest.mark.check(
    "generation.endings",
    spec="GEN-13",
    title="pays no attention to an end token in the prompt",
    hint="Only a token that was generated ends a row. Where do you look for the end token?",
)
def test_end_token_in_the_prompt(subject):
    # The rows get their end tokens at positions 5 and 6; both prompts hold one already.
    model = given.ending_model(11, EOS, [5, 5, 5, 6], seed=8)
    prompt = torch.tensor([[EOS, 8, 9], [3, 7, EOS]])
    got = subject.generate(model, prompt, 20, temperature=0, eos_id=EOS, use_cache=False)
    expect_shape(got, (2, 7), input=prompt, what="two rows that end at the positions 5 and 6")
    before_the_end = got[0, 3:5].tolist() + got[1, 3:6].tolist()
    expect_that(
        EOS not in before_the_end,
        f"a row has ended before it should: {got.tolist()}",
        input=prompt,
        expected=f"the first new token {EOS} at positions 5 and 6",
        got=got,
    )


@pytest.mark.check(
    "generation.endings",
    spec="GEN-13",
    title="accepts token 0 as the end token",
    hint="What is bool(0)? What do you want to know about eos_id?",
)
def test_end_token_zero(subject):
    model = given.ending_model(11, 0, [4, 6], seed=8)
    prompt = torch.tensor([[2, 8, 9], [3, 7, 7]])
    got = subject.generate(model, prompt, 20, temperature=0, eos_id=0, use_cache=False)
    expect_shape(got, (2, 7), input=prompt, what="two rows that end at the positions 4 and 6, with eos_id=0")
    expect_equal(got[0, 4:], torch.zeros(3, dtype=torch.int64), input=prompt, what="the row that ends at position 4, from there on")


@pytest.mark.check(
    "generation.cache",
    spec=("GEN-15", "GEN-16"),
    title="feeds the prompt once, and then each new token once",
    hint="What is already in the cache must not go in again. Print the shape of what you give to the model in each step.",
)
def test_each_token_goes_in_once(subject):
    model = subject.make(given.counting_model(11, seed=4))
    prompt = torch.tensor([[3, 1, 4, 1], [5, 9, 2, 6]])
    got = subject.generate(model, prompt, 5, temperature=0)
    calls = model.calls()
    cached = all(call["cached"] for call in calls)
    sentence = "the model offers make_cache(), and was called without a cache"
    expect_that(cached, sentence, input=prompt, expected="a cache in every call", got=[call["cached"] for call in calls])
    fed = [call["tokens"] for call in calls]
    # The last new token need not be fed; it may.
    sentence = f"a prompt of 4 and 5 new tokens were fed in pieces of {fed}, which is {sum(fed)} positions"
    expect_that(sum(fed) in (8, 9), sentence, input=prompt, expected="8 or 9 positions", got=fed)
    expected = torch.tensor([greedy(given.prefix_model(11, seed=4).build(), row.tolist(), 5) for row in prompt])
    expect_equal(got, expected, input=prompt, what="the text with a cache")


@pytest.mark.check(
    "generation.cache",
    spec="GEN-15",
    title="begins each text with an empty cache",
    hint="Whose is the cache, the model's or the text's? What lies in it when the second text begins?",
)
def test_second_text(subject):
    model = subject.make(given.counting_model(11, seed=4))
    for prompt in (torch.tensor([[3, 1, 4]]), torch.tensor([[5, 9, 2]])):
        before = len(model.calls())
        subject.generate(model, prompt, 3, temperature=0)
        calls = model.calls()[before:]
        expect_that(bool(calls), "the model was not asked", input=prompt, expected="calls of the model", got="none")
        held = calls[0]["length"]
        sentence = f"the prompt was fed into a cache that held {held} positions"
        expect_that(held == 0, sentence, input=prompt, expected="a cache with 0 positions", got=held)


@pytest.mark.check(
    "generation.cache",
    spec=("GEN-13", "GEN-14", "GEN-16"),
    title="lets rows end with a cache where they end without one",
    hint="Have you a loop for each kind of model? Compare what they do with a token that has just been chosen.",
)
def test_endings_with_a_cache(subject):
    # As above; the second prompt holds an end token, which ends nothing.
    model, ends = given.ending_model(11, EOS, [4, 6, 5], seed=3), (4, 6, 5)
    prompt = torch.tensor([[0, 8, 9], [1, EOS, 9], [5, 8, 9]])
    call = partial(subject.generate, model, prompt, 20, temperature=0, eos_id=EOS)
    got, rows = call(), zip(prompt.tolist(), ends, strict=True)
    right = torch.tensor([greedy(model.build(), row, end - 2) + [EOS] * (6 - end) for row, end in rows])
    try:
        expect_equal(got, right)
    except CheckFailure:  # The same text as without a cache is a mistake too, and one that the checks above tell of.
        expect_equal(got, call(use_cache=False), input=prompt, what="the text with a cache, beside that with use_cache=False")


@pytest.mark.check(
    "generation.tidy",
    spec="GEN-18",
    title="computes in eval mode without gradients, and leaves the model in the mode in which it came",
    hint="Remember the mode before you change it. Which mode is right at the end for a model that came in eval mode?",
)
def test_mode(subject):
    for training in (True, False):
        model = subject.make(given.dropout_model(11, seed=3))
        model.train(training)
        subject.generate(model, torch.tensor([[3, 1, 4]]), 3)
        calls = model.calls()
        came = f"a model with training={training}"
        in_eval = bool(calls) and not any(call["training"] for call in calls)
        expect_that(in_eval, "the model was called in train mode", input=came, expected="calls in eval mode only", got=calls)
        graphs = any(call["grad_enabled"] for call in calls)
        expect_that(not graphs, "the model was called with gradients enabled", input=came, expected="no call with gradients", got=calls)
        left = subject.probes.state(model).training
        sentence = f"the model came with training={training} and left in the other mode"
        expect_that(left == training, sentence, input=came, expected=f"training={training}", got=f"training={left}")


@pytest.mark.check(
    "generation.tidy",
    spec="GEN-20",
    title="refuses an empty prompt and a negative number of tokens, and leaves the prompt as it is",
    hint="Which prompt did the caller mean, when it was empty? Say what is wrong in a ValueError.",
)
def test_prompts(subject):
    model = given.prefix_model(11, seed=2)
    for seq, new in ((0, 3), (2, -1)):
        call = partial(subject.generate, model, torch.ones(1, seq, dtype=torch.int64), new)
        expect_refused(call, input=f"a prompt of shape {(1, seq)}, max_new_tokens={new}")
    prompt = torch.tensor([[3, 1, 0], [1, 5, 2]])
    subject.generate(model, prompt, 3)
    kept = not subject.last.mutated
    expect_that(
        kept, "the prompt of the caller is another one after the call", input=prompt, expected="the prompt as it was", got="another"
    )


@pytest.mark.check(
    "generation.tidy",
    spec="GEN-9",
    title="refuses a temperature, top_k or top_p that makes no sense",
    hint="Say in a ValueError which value is wrong, and what it should be. What is the smallest top_k, and the largest?",
)
def test_refuses(subject):
    for keywords in ({"temperature": -1.0}, {"top_k": 0}, {"top_k": 6}, {"top_p": 0.0}, {"top_p": 1.5}, {"temperature": 0, "top_k": 0}):
        expect_refused(partial(subject.sample, torch.zeros(2, 5), **keywords), input=f"2 rows of 5 logits, {keywords}")
