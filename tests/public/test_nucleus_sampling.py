"""Public checks of the exercise nucleus_sampling, handout section 5. Each random check says how often it could be wrong."""

import pytest
import torch

from grader.checks.compare import CheckFailure, expect_dtype, expect_shape
from grader.checks.statistics import expect_frequencies, expect_only

# The handout's example: tokens 2, 0 and 4 hold 0.4, 0.7 and 0.85.
EXAMPLE = torch.tensor([0.30, 0.10, 0.40, 0.05, 0.15])


def draw(subject, probabilities, p, calls):
    """Independent draws: 100 equal rows in each of so many calls. What agrees by a mistake of its own, rows or calls, counts once."""
    drawn = subject.probes.draws(subject.nucleus_sampling, probabilities.log().repeat(100, 1), p, n=calls)
    expect_shape(drawn, (calls, 100), what=f"the tokens of {calls} calls with 100 rows")
    if (drawn == drawn[:, :1]).all():
        return drawn[:, 0]
    if (drawn == drawn[:1]).all():
        return drawn[0]
    return drawn.flatten()


@pytest.mark.check(
    "nucleus_sampling.boundary",
    spec="NUC-2",
    title="keeps the token with which the sum reaches p",
    hint="In the handout's example the sum before token 4 is 0.7, not yet 0.8. Does your mask drop the token that completes it?",
    alpha=1e-16,  # token 4 is missing in 10,000 draws with a chance of 0.8235 ** 10,000
)
def test_crossing_token_stays(subject, observe):
    drawn = draw(subject, EXAMPLE, 0.8, calls=100)
    seen = set(drawn.tolist())
    observe("nucleus.crossing_token_dropped", 4 not in seen)
    observe("nucleus.likeliest_dropped", 2 not in seen)
    for token in (2, 0, 4):
        if token not in seen:
            raise CheckFailure(
                f"token {token} belongs to the nucleus and never came in {drawn.numel():,} draws",
                input="probabilities 0.30, 0.10, 0.40, 0.05, 0.15; p = 0.8",
                expected="tokens 0, 2 and 4",
                got=f"only {sorted(seen)}",
            )


@pytest.mark.check(
    "nucleus_sampling.boundary",
    spec="NUC-3",
    title="draws no token outside the nucleus",
    hint="Print the tokens that you keep for p = 0.8, and for p = 0.3. How many should there be?",
)
def test_nothing_outside(subject):
    for p, nucleus in ((0.8, (0, 2, 4)), (0.3, (2,)), (0.65, (0, 2))):
        drawn = draw(subject, EXAMPLE, p, calls=20)
        expect_only(drawn, nucleus, input=f"probabilities 0.30, 0.10, 0.40, 0.05, 0.15; p = {p}")


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
    assert len(seen) > 1, f"three tokens belong to the nucleus, and only {seen} came in 4,000 draws"
    expected = torch.zeros(6, dtype=torch.float64)
    expected[seen] = probabilities[seen].double() / probabilities[seen].double().sum()
    inside = drawn[torch.isin(drawn, torch.tensor(seen))]
    expect_frequencies(inside, expected, alpha=1e-12, input="probabilities 0.07, 0.20, 0.50, 0.07, 0.10, 0.06; p = 0.72")


@pytest.mark.check(
    "nucleus_sampling.rows",
    spec="NUC-1",
    title="returns one token for (vocab,) and one for each row of (batch, vocab)",
    hint="Look at the batch of one row: what does squeeze() do to it?",
)
def test_shapes(subject):
    one = subject.nucleus_sampling(EXAMPLE.log(), 0.9)
    assert isinstance(one, int) or (isinstance(one, torch.Tensor) and one.numel() == 1), (
        f"for logits of shape (5,) one token is expected, not {one}"
    )
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
    alpha=1e-16,  # of three or four equal tokens only one comes in 2,500 draws: 4 * 3 ** -2,500
)
def test_each_row_has_its_nucleus(subject):
    rows = torch.tensor([[0.91, 0.03, 0.03, 0.03], [0.25, 0.25, 0.25, 0.25], [0.06, 0.04, 0.85, 0.05]])
    drawn = subject.probes.draws(subject.nucleus_sampling, rows.log().repeat(50, 1), 0.7, n=50)
    expect_shape(drawn, (50, 150), what="50 draws for three rows that come 50 times each")
    expect_only(drawn[:, 0::3], (0,), input="row 0, probabilities 0.91, 0.03, 0.03, 0.03; p = 0.7")
    expect_only(drawn[:, 2::3], (2,), input="row 2, probabilities 0.06, 0.04, 0.85, 0.05; p = 0.7")
    assert len(drawn[:, 1::3].unique()) > 1, "row 1 has four tokens of probability 0.25, and only one of them came in 2,500 draws"


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
        return subject.nucleus_sampling(logits, 1.0, generator=torch.Generator().manual_seed(seed))

    first, again, other = tokens(1), tokens(1), tokens(2)
    assert torch.equal(first, again), "two generators in the same state gave different tokens"
    assert not torch.equal(first, other), "two generators in different states gave the same 40 tokens out of 64"


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
            assert int(token) == 0, f"for the logits {logits.tolist()} token 0 has all the probability, and token {int(token)} came"


@pytest.mark.check(
    "nucleus_sampling.sound",
    spec="NUC-11",
    title="leaves the caller's logits as they were",
    hint="logits[mask] = -inf writes into the caller's tensor. Work on something of your own.",
)
def test_logits_left_alone(subject):
    for logits in (EXAMPLE.log(), torch.stack([EXAMPLE.log(), EXAMPLE.flip(0).log()])):
        subject.nucleus_sampling(logits, 0.6)
        assert not subject.last.mutated, f"logits of shape {tuple(logits.shape)} were changed in place"


@pytest.mark.check(
    "nucleus_sampling.sound",
    spec=("NUC-10", "NUC-3"),
    title="adds up the probabilities of bfloat16 logits in float32",
    hint="bfloat16 keeps about three digits. In which dtype do you take the softmax, and in which do you add up?",
)
def test_sums_in_float32(subject):
    # 512 equally likely tokens hold 0.9925 of the mass; in bfloat16 their running sum gets stuck on the way.
    logits = torch.cat([torch.zeros(512), torch.full((512,), -4.885)]).bfloat16()
    drawn = subject.nucleus_sampling(logits.repeat(400, 1), 0.97)
    expect_only(drawn, range(512), input="512 bfloat16 logits of 0 and 512 of -4.9; p = 0.97")


@pytest.mark.check(
    "nucleus_sampling.sound",
    spec="NUC-13",
    title="refuses p = 0 and p = 1.5 with a ValueError",
    hint="Check p before anything else, and put it into the message.",
)
def test_bad_p(subject):
    for p in (0.0, 1.5):
        with pytest.raises(ValueError) as caught:
            subject.nucleus_sampling(EXAMPLE.log(), p)
        assert str(p) in str(caught.value) or "p" in str(caught.value), (
            f"the message for p = {p} does not say what is wrong: {caught.value}"
        )
