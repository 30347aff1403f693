"""Public checks of the exercise generation, handout section 9, on models that are given: nothing here depends on your transformer."""

import pytest
import torch

from grader.checks import given
from grader.checks.compare import CheckFailure, expect_dtype, expect_equal, expect_shape
from grader.checks.statistics import expect_frequencies

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
        expect_dtype(got, torch.int64, what="the tokens")
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
    "generation.draws",
    spec="GEN-7",
    title="gives the same tokens for the same seed, and others for another",
    hint="Is the generator handed to the function that draws? Are there other random numbers on the way?",
    alpha=1e-120,
)
def test_same_seed_same_tokens(subject):
    logits = torch.zeros(64, 50)
    one, again, other = (subject.sample(logits, generator=torch.Generator().manual_seed(seed)) for seed in (11, 11, 12))
    expect_equal(again, one, what="64 tokens drawn with the seed 11 again")
    assert not torch.equal(other, one), "the seeds 11 and 12 give the same 64 tokens"


@pytest.mark.check(
    "generation.continues",
    spec=("GEN-10", "GEN-11", "GEN-12"),
    title="continues each prompt of a batch as it would alone",
    hint="Which position's logits predict the next token? Is the prompt part of the result?",
)
def test_greedy_continuation(subject):
    model = given.prefix_model(11, seed=5)
    prompt = torch.tensor([[3, 1, 4], [1, 5, 9], [0, 0, 7]])
    got = subject.generate(model, prompt, 6, temperature=0)
    expected = torch.tensor([greedy(model.build(), row.tolist(), 6) for row in prompt])
    expect_equal(got, expected, input=prompt, what="generate(model, prompt, 6, temperature=0)")
    expect_dtype(got, torch.int64, what="the tokens")


@pytest.mark.check(
    "generation.endings",
    spec=("GEN-13", "GEN-14"),
    title="fills a row that has ended with the end token, and stops when all have",
    hint="Remember for each row whether it has ended. What may a row that has ended still be given?",
)
def test_rows_end(subject):
    # The row that begins with f gets its end token at the position that stands at f: 4, 6 and 5.
    model = given.ending_model(11, EOS, [4, 6, 5], seed=3)
    prompt = torch.tensor([[0, 8, 9], [1, 8, 9], [5, 8, 9]])
    got = subject.generate(model, prompt, 20, temperature=0, eos_id=EOS)
    expect_shape(got, (3, 7), input=prompt, what="three rows that end at the positions 4, 6 and 5")
    for row, end in zip(got.tolist(), (4, 6, 5), strict=True):
        if EOS in row[3:end] or row[end:] != [EOS] * (7 - end):
            raise CheckFailure(f"the row should have its first end token at position {end}, and nothing else after it", got=str(row))


@pytest.mark.check(
    "generation.cache",
    spec="GEN-15",
    title="feeds the prompt once, and then each new token once",
    hint="What is already in the cache must not go in again. Print the shape of what you give to the model in each step.",
)
def test_each_token_goes_in_once(subject):
    model = subject.make(given.counting_model(11, seed=4))
    subject.generate(model, torch.tensor([[3, 1, 4, 1], [5, 9, 2, 6]]), 5, temperature=0)
    calls = model.calls()
    assert all(call["cached"] for call in calls), "the model offers make_cache(), and was called without a cache"
    fed = [call["tokens"] for call in calls]
    # The last new token need not be fed; it may.
    assert sum(fed) in (8, 9), f"a prompt of 4 and 5 new tokens were fed in pieces of {fed}, which is {sum(fed)} positions"


@pytest.mark.check(
    "generation.tidy",
    spec="GEN-9",
    title="refuses a temperature, top_k or top_p that makes no sense",
    hint="Say in a ValueError which value is wrong, and what it should be. What is the smallest top_k, and the largest?",
)
def test_refuses(subject):
    for keywords in ({"temperature": -1.0}, {"top_k": 0}, {"top_k": 6}, {"top_p": 0.0}, {"top_p": 1.5}):
        try:
            subject.sample(torch.zeros(2, 5), **keywords)
        except ValueError:
            continue
        raise CheckFailure("no ValueError was raised", input=f"2 rows of 5 logits, {keywords}")
