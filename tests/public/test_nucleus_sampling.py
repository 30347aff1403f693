"""Public checks of the exercise nucleus_sampling, handout section 5. Each random check says how often it could be wrong."""

from functools import partial

import pytest
import torch

from grader.checks.compare import CheckFailure, expect_dtype, expect_refused, expect_shape, expect_that
from grader.checks.statistics import expect_frequencies

# The handout's example: tokens 2, 0 and 4 hold 0.4, 0.7 and 0.85.
EXAMPLE = torch.tensor([0.30, 0.10, 0.40, 0.05, 0.15])
SHOWN = "probabilities 0.30, 0.10, 0.40, 0.05, 0.15"


def draw(subject, probabilities, p, calls):
    """Independent draws: 200 equal rows, and new logits in each call. Rows, or calls, that by a mistake all agree count once."""
    answers = [subject.nucleus_sampling(probabilities.log().repeat(200, 1), p) for _ in range(calls)]
    drawn = torch.stack(
        [expect_shape(tokens, (200,), input="logits of 200 equal rows", what="the tokens of 200 rows") for tokens in answers]
    )
    if (drawn == drawn[:, :1]).all():
        return drawn[:, 0]
    if (drawn == drawn[:1]).all():
        return drawn[0]
    return drawn.flatten()


@pytest.mark.check(
    "nucleus_sampling.boundary",
    spec="NUC-2",
    title="keeps the token with which the sum reaches p",
    hint="Which tokens do you keep in the handout's example: 2 and 4, too? And is what you return a token, or its place in the ranking?",
    alpha=1e-16,  # token 4 is missing in 10,000 draws with a chance of 0.8235 ** 10,000
)
def test_crossing_token_stays(subject, observe):
    drawn = draw(subject, EXAMPLE, 0.8, calls=50)
    seen = set(drawn.tolist())
    observe("nucleus.crossing_token_dropped", 4 not in seen)
    observe("nucleus.likeliest_dropped", 2 not in seen)
    if not {2, 0, 4} <= seen:
        raise CheckFailure(
            what_is_missing(seen), input=f"{SHOWN}; p = 0.8", expected="tokens 0, 2 and 4", got=f"only {', '.join(map(str, sorted(seen)))}"
        )


def what_is_missing(seen):
    """A sentence about the example at p = 0.8, for tokens that do not include all of 2, 0 and 4."""
    calls = "in 50 calls for 200 equal rows"
    if len(seen) == 1:
        return f"tokens 2, 0 and 4 belong to the nucleus, and only token {min(seen)} came {calls}"
    if seen == {0, 1, 2}:
        return "0, 1 and 2 came: these are the first three places of the ranking, and the tokens at these places are 2, 0 and 4"
    if 2 not in seen:
        return f"token 2, the likeliest, never came {calls}"
    if 0 in seen:
        return f"token 4, with which the sum reaches 0.8, never came {calls}"
    return f"token 0 belongs to the nucleus and never came {calls}"


@pytest.mark.check(
    "nucleus_sampling.boundary",
    spec="NUC-3",
    title="draws no token outside the nucleus",
    hint="Print the tokens that you keep for p = 0.8, and for p = 0.3. How many should there be?",
)
def test_nothing_outside(subject):
    for p, nucleus in ((0.8, (0, 2, 4)), (0.3, (2,)), (0.65, (0, 2))):
        drawn = draw(subject, EXAMPLE, p, calls=10)
        outside = sorted(set(drawn.tolist()) - set(nucleus))
        if outside:
            share = float((drawn == outside[0]).double().mean())
            raise CheckFailure(
                f"token {outside[0]} is outside the nucleus, and {100 * share:.3g} % of the draws are that token",
                input=f"{SHOWN}; p = {p}",
                expected=f"only {', '.join(map(str, nucleus))}",
                got=f"also {', '.join(map(str, outside))}",
            )


@pytest.mark.check(
    "nucleus_sampling.boundary",
    spec="NUC-5",
    title="takes p = 1, too",
    hint="For which p is a nucleus defined? Read the condition for p in the handout again, and compare it with yours at its two ends.",
)
def test_p_of_one_is_allowed(subject):
    for logits in (EXAMPLE.log(), EXAMPLE.log().repeat(3, 1)):
        shown = f"logits of shape {tuple(logits.shape)}, p = 1"
        try:
            tokens = torch.as_tensor(subject.nucleus_sampling(logits, 1.0))
        except ValueError as error:
            error.add_note(shown)  # shown as the input
            raise
        inside = tokens.numel() > 0 and bool(((tokens >= 0) & (tokens < 5)).all())
        expect_that(
            inside, "with p = 1 each of the 5 tokens may come, and nothing else", input=shown, expected="tokens from 0 to 4", got=tokens
        )


@pytest.mark.check(
    "nucleus_sampling.proportion",
    spec="NUC-4",
    title="draws in proportion to the probabilities, the token at the boundary too",
    hint="The token that crosses p keeps its whole probability. Then all are divided by their sum, and by nothing else.",
    alpha=1e-12,
)
def test_proportions(subject):
    probabilities = torch.tensor([0.07, 0.20, 0.50, 0.07, 0.10, 0.06])
    drawn = draw(subject, probabilities, 0.72, calls=40)
    # Which tokens come is judged elsewhere; here, how often those of the nucleus come that do.
    seen = [token for token in (2, 1, 4) if token in drawn.tolist()]
    shown = "probabilities 0.07, 0.20, 0.50, 0.07, 0.10, 0.06; p = 0.72"
    sentence = f"three tokens belong to the nucleus, and only {seen} came in 8,000 draws"
    expect_that(len(seen) > 1, sentence, input=shown, expected="tokens 2, 1 and 4", got=f"only {seen}")
    expected = torch.zeros(6, dtype=torch.float64)
    expected[seen] = probabilities[seen].double() / probabilities[seen].double().sum()
    inside = drawn[torch.isin(drawn, torch.tensor(seen))]
    expect_frequencies(inside, expected, alpha=1e-12, input=shown)


@pytest.mark.check(
    "nucleus_sampling.rows",
    spec="NUC-1",
    title="returns one token for (vocab,) and one for each row of (batch, vocab)",
    hint="Which shape and which dtype has your result for a batch of one row? squeeze() takes away every dimension of size 1.",
)
def test_shapes(subject):
    one = subject.nucleus_sampling(EXAMPLE.log(), 0.9)
    expect_that(
        isinstance(one, int) or (isinstance(one, torch.Tensor) and one.numel() == 1),
        f"for logits of shape (5,) one token is expected, not {one}",
        input="logits of shape (5,), p = 0.9",
        expected="one token",
        got=one,
    )
    expect_dtype(one, torch.int64, input="logits of shape (5,)")
    for batch in (3, 1):
        got = expect_shape(
            subject.nucleus_sampling(EXAMPLE.log().expand(batch, 5).contiguous(), 0.9), (batch,), input=f"logits of shape ({batch}, 5)"
        )
        expect_dtype(got, torch.int64, input=f"logits of shape ({batch}, 5)")


@pytest.mark.check(
    "nucleus_sampling.rows",
    spec="NUC-7",
    title="gives each row of a batch a nucleus of its own",
    hint="The first row is sure of its token, the last is not. Which of your numbers is taken from one row and used for all?",
    alpha=1e-16,  # one of the kept tokens, 0.17 / 0.82 or more each, is missing: 2 * 7 * 0.793 ** 2,000
)
def test_each_row_has_its_nucleus(subject):
    rows = torch.tensor([[0.65, 0.17, 0.13, 0.05], [0.28, 0.26, 0.24, 0.22], [0.06, 0.30, 0.60, 0.04]])
    alone = [sorted(set(draw(subject, row, 0.7, calls=20).tolist())) for row in rows]
    batch = rows.log().repeat(50, 1)
    drawn = torch.stack(
        [expect_shape(subject.nucleus_sampling(batch, 0.7), (150,), input=batch, what="the tokens of 150 rows") for _ in range(40)]
    )
    for number, row in enumerate(rows.tolist()):
        listed = ", ".join(f"{probability:g}" for probability in torch.tensor(row, dtype=torch.float64).round(decimals=4).tolist())
        shown = f"row {number} of three that come 50 times each: probabilities {listed}; p = 0.7"
        came, right = (", ".join(map(str, tokens)) for tokens in (sorted(set(drawn[:, number::3].flatten().tolist())), alone[number]))
        sentence = f"among other rows the tokens {came} come for this row, and without them {right}"
        expect_that(came == right, sentence, input=shown, expected=f"tokens {right}", got=f"tokens {came}")


@pytest.mark.check(
    "nucleus_sampling.rows",
    spec="NUC-7",
    title="does not give all rows of a batch the same token",
    hint="How many random numbers do you draw for a batch of 40 rows?",
    alpha=1e-16,  # 40 draws from 64 tokens are all the same with a chance of 64 ** -39
)
def test_rows_differ(subject):
    tokens = subject.nucleus_sampling(torch.zeros(40, 64), 0.99)  # all 64 belong to the nucleus: 63 hold 0.984
    expect_that(
        len(tokens.unique()) > 1,
        f"40 rows with 64 equally likely tokens each all got token {int(tokens.flatten()[0])}",
        input="zeros of shape (40, 64), p = 0.99",
        expected="several different tokens",
        got=tokens,
    )


@pytest.mark.check(
    "nucleus_sampling.randomness",
    spec="NUC-8",
    title="draws from the generator that it is given",
    hint="Which function draws, and does it get the generator?",
    alpha=1e-16,  # 40 draws from 64 tokens are twice the same with a chance of 64 ** -40
)
def test_generator(subject):
    logits = torch.zeros(40, 64)

    def tokens(seed):
        return subject.nucleus_sampling(logits, 0.99, generator=torch.Generator().manual_seed(seed))

    first, again, other = tokens(1), tokens(1), tokens(2)
    shown = "zeros of shape (40, 64), p = 0.99, generators with the seeds"
    expect_that(
        torch.equal(first, again),
        "two generators in the same state gave different tokens",
        input=f"{shown} 1 and 1",
        expected=str(first.tolist()),
        got=str(again.tolist()),
    )
    expect_that(
        not torch.equal(first, other),
        "two generators in different states gave the same 40 tokens out of 64",
        input=f"{shown} 1 and 2",
        expected="other tokens for the seed 2",
        got="the same tokens",
    )


@pytest.mark.check(
    "nucleus_sampling.randomness",
    spec="NUC-8",
    title="gives new tokens in the next call",
    hint="What happens to a random generator that is seeded at the beginning of every call?",
    alpha=1e-16,  # 40 draws from 64 tokens are twice the same with a chance of 64 ** -40, in either of two pairs
)
def test_next_call_is_new(subject):
    logits = torch.zeros(40, 64)
    alone = torch.stack([subject.nucleus_sampling(logits, 0.99) for _ in range(2)])
    given = subject.probes.draws(subject.nucleus_sampling, logits, 0.99, n=2, generator=torch.Generator().manual_seed(1))
    for (first, second), source in ((alone, "no generator"), (given, "one generator for both calls")):
        expect_that(
            not torch.equal(first, second),
            f"two calls in a row, with {source}, gave the same 40 tokens out of 64",
            input=f"zeros of shape (40, 64), p = 0.99, {source}",
            expected="other tokens in the second call",
            got="the same tokens",
        )


@pytest.mark.check(
    "nucleus_sampling.sound",
    spec="NUC-9",
    title="copes with a logit of 1000",
    hint="exp(1000) is infinite, and infinite divided by infinite is not a number. What may be subtracted from all logits of a row?",
)
def test_logit_of_a_thousand(subject):
    for logits in (torch.tensor([1000.0, 0.0, 900.0]), torch.tensor([-1000.0, -2000.0, -1100.0])):
        for _ in range(5):
            token = subject.nucleus_sampling(logits, 0.9)
            sentence = f"for the logits {logits.tolist()} token 0 has all the probability, and token {int(token)} came"
            expect_that(int(token) == 0, sentence, input=logits, expected="0", got=int(token))


@pytest.mark.check(
    "nucleus_sampling.sound",
    spec="NUC-11",
    title="leaves the caller's logits as they were",
    hint="logits[mask] = -inf writes into the caller's tensor. Work on something of your own.",
)
def test_logits_left_alone(subject):
    for logits in (EXAMPLE.log(), torch.stack([EXAMPLE.log(), EXAMPLE.flip(0).log()])):
        subject.nucleus_sampling(logits, 0.6)
        sentence = f"logits of shape {tuple(logits.shape)} were changed in place"
        expect_that(not subject.last.mutated, sentence, input=logits, expected="the logits as they were", got="other logits")


@pytest.mark.check(
    "nucleus_sampling.sound",
    spec=("NUC-10", "NUC-3"),
    title="takes the probabilities of bfloat16 logits in float32",
    hint="bfloat16 knows 0.9219 and 0.9258, and nothing in between. In which dtype do you take the softmax, and in which do you add up?",
)
def test_probabilities_in_float32(subject):
    logits = torch.tensor([0.0] * 11 + [-1.5] * 4, dtype=torch.bfloat16).repeat(1000, 1)  # the first eleven hold 0.92495
    # Where the nucleus ends at all is asked elsewhere: here, whether it ends there in bfloat16, too.
    usual, drawn = (expect_shape(subject.nucleus_sampling(given, 0.9239), (1000,), input=given) for given in (logits.float(), logits))
    expect_that(
        (usual >= 11).any() or (drawn < 11).all(),
        "of eleven bfloat16 logits of 0 and four of -1.5, with p = 0.9239, one of the four came; for the same logits in float32 none did",
        input="1,000 rows of eleven bfloat16 logits of 0 and four of -1.5; p = 0.9239",
        expected="only tokens below 11",
        got=f"tokens {drawn.unique().tolist()}",
    )


@pytest.mark.check(
    "nucleus_sampling.sound",
    spec="NUC-13",
    title="refuses p = 0 and p = 1.5 with a ValueError",
    hint="Check p before anything else, and put it into the message.",
)
def test_bad_p(subject):
    for p in (0.0, 1.5):
        message = expect_refused(partial(subject.nucleus_sampling, EXAMPLE.log(), p), input=f"5 logits, p = {p}")
        expect_that(
            str(p) in message or "p" in message,
            f"the message for p = {p} does not say what is wrong: {message}",
            input=f"5 logits, p = {p}",
            expected=f"a message that names p or {p}",
            got=message,
        )
