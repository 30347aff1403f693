"""Hidden checks of the exercise nucleus_sampling, handout section 5. Each random check says how often it could be wrong."""

import pytest
import torch

from grader.checks.answer_text import answer_text
from grader.checks.compare import expect_dtype, expect_equal, expect_shape
from grader.checks.references import strided
from grader.checks.statistics import expect_frequencies, expect_never, expect_only, expect_rate
from tests.hidden.oracles.cost import expect_cost

ALPHA = 1e-12


def nucleus(probabilities, p):
    """Ids in the nucleus, likeliest first; for probabilities whose sums stay away from p."""
    order = probabilities.double().argsort(descending=True)
    before = probabilities.double()[order].cumsum(0) - probabilities.double()[order]
    return order[before < p].tolist()


def shuffled(gen, *probabilities):
    """These probabilities in a random order of ids."""
    return torch.tensor(probabilities)[torch.randperm(len(probabilities), generator=gen)]


def draw_logits(subject, row, *p, calls):
    """Independent draws: 200 equal rows, and new logits in each call. Rows, or calls, that by a mistake all agree count once."""
    answers = [subject.nucleus_sampling(row.repeat(200, 1), *p) for _ in range(calls)]
    drawn = torch.stack([expect_shape(tokens, (200,), what="the tokens of 200 rows") for tokens in answers])
    return independent(drawn)


def independent(drawn):
    """The draws (calls, rows) as one vector, where rows that all agree, or calls that all agree, count once."""
    if (drawn == drawn[:, :1]).all():
        return drawn[:, 0]
    if (drawn == drawn[:1]).all():
        return drawn[0]
    return drawn.flatten()


def draw(subject, probabilities, *p, calls):
    """Independent draws for logits of these probabilities."""
    return draw_logits(subject, probabilities.log(), *p, calls=calls)


def wide(gen):
    """(probabilities of 300 random logits, a p near 0.7 half way between two of their sums: rounding decides nothing)."""
    probabilities = torch.softmax(torch.randn(300, generator=gen).double(), dim=0)
    sums = probabilities.sort(descending=True).values.cumsum(0)
    last = int((sums < 0.7).sum())
    return probabilities, float(sums[last - 1] + sums[last]) / 2


def ranks(probabilities, drawn):
    """Which places of the ranking came, as a short text: a fact that does not depend on how the ids were shuffled."""
    order = probabilities.argsort(descending=True).tolist()
    seen = set(drawn.tolist())
    return answer_text([rank for rank, token in enumerate(order) if token in seen])


def described(probabilities, p):
    """The input of a check in words."""
    return f"probabilities {', '.join(f'{value:.3g}' for value in probabilities.tolist())}; p = {p:g}"


def answer(subject, logits, p):
    """What comes for these logits in 60 calls, as a sorted list; the kind of exception where one is raised."""
    try:
        drawn = [subject.nucleus_sampling(logits, p) for _ in range(60)]
    except (ValueError, RuntimeError, IndexError, TypeError, ArithmeticError) as error:
        return error
    tokens = [token.tolist() if isinstance(token, torch.Tensor) else token for token in drawn]
    return sorted({str(token) for token in tokens})


def one_after_the_other(subject, logits, p):
    """A hundred draws for a single row, each from logits of its own."""
    return torch.tensor([int(subject.nucleus_sampling(logits, p)) for _ in range(100)])


def expect_proportion(drawn, probabilities, p, shown):
    """Of the nucleus's tokens that came, each came as often as it should. Which tokens come is what ``expect_support`` asks."""
    kept = nucleus(probabilities, p)
    seen = [token for token in kept if token in drawn.tolist()]
    assert len(seen) > 1, f"of the nucleus {kept} only {seen} came in {drawn.numel():,} draws, with {shown}"
    expected = torch.zeros(len(probabilities), dtype=torch.float64)
    expected[seen] = probabilities.double()[seen] / probabilities.double()[seen].sum()
    expect_frequencies(drawn[torch.isin(drawn, torch.tensor(seen))], expected, alpha=ALPHA, input=shown)


def in_words(share):
    """A share, coarsely enough that chance hardly ever changes it."""
    return "none" if share == 0 else "rare" if share < 0.06 else "some" if share < 0.29 else "a third" if share < 0.43 else "most"


def expect_support(drawn, probabilities, p):
    """Exactly the tokens of the nucleus came."""
    kept = nucleus(probabilities, p)
    expect_only(drawn, kept, input=described(probabilities, p))
    missing = [token for token in kept if token not in drawn.tolist()]
    assert not missing, (
        f"token {missing[0]} belongs to the nucleus {kept} and never came in {drawn.numel()} draws, with {described(probabilities, p)}"
    )


@pytest.mark.check(
    "nucleus_sampling.boundary",
    spec=("NUC-2", "NUC-3"),
    title="draws every token of the nucleus and no other, wherever the boundary lies",
    hint="Write the sums down. Which is the first that reaches p, and does its token belong to the nucleus?",
    alpha=ALPHA,  # the rarest token has 0.13: 4 * 5 * 0.87 ** 10,000
)
@pytest.mark.limits(cpu_seconds=30)  # 40,000 draws, which code for a single row makes one by one
def test_support(subject, gen, observe):
    probabilities = shuffled(gen, 0.28, 0.23, 0.19, 0.17, 0.13)
    ranked = probabilities.argsort(descending=True).tolist()
    for p, size in ((0.6, 3), (0.4, 2), (0.75, 4), (0.9, 5)):
        drawn = draw(subject, probabilities, p, calls=50)
        seen = set(drawn.tolist())
        observe(f"nucleus.ranks_for_p_{p:g}", ranks(probabilities, drawn))
        if size == 3:
            observe("nucleus.crossing_token_dropped", ranked[2] not in seen and ranked[0] in seen)
            observe("nucleus.likeliest_dropped", ranked[0] not in seen)
            observe("nucleus.too_wide", ranked[3] in seen)
        expect_support(drawn, probabilities, p)


@pytest.mark.check(
    "nucleus_sampling.boundary",
    spec="NUC-3",
    title="draws nothing outside a nucleus of more than a hundred tokens",
    hint="After sorting, a drawn index is a rank. Is it turned back into a token id, and does the sum end where it should?",
)
def test_outside_of_a_wide_nucleus(subject, gen):
    probabilities, p = wide(gen)
    drawn = draw(subject, probabilities.float(), p, calls=10)
    expect_only(drawn, nucleus(probabilities, p), input=f"300 random logits; p = {p:.4f}")


@pytest.mark.check(
    "nucleus_sampling.boundary",
    spec=("NUC-2", "NUC-3"),
    title="returns the likeliest token when it holds p alone",
    hint="The nucleus is never empty: the first token is in it, however large its probability is.",
)
def test_sure_of_one_token(subject, gen, observe):
    sure = torch.tensor([0.35, 0.65])
    observe("nucleus.answer.sure", answer_text(answer(subject, sure.log(), 0.5)))
    for top, p in ((0.6, 0.5), (0.97, 0.95), (0.9999, 0.01)):
        probabilities = shuffled(gen, top, *[(1 - top) / 6] * 6)
        drawn = subject.probes.draws(subject.nucleus_sampling, probabilities.log(), p, n=60)
        expect_only(drawn, [int(probabilities.argmax())], input=described(probabilities, p))


@pytest.mark.check(
    "nucleus_sampling.boundary",
    spec=("NUC-3", "NUC-5"),
    title="has p = 0.95 when none is given",
    hint="Look at the default in the signature, and that it is the one that is used.",
    alpha=ALPHA,  # the token with 0.07 of 0.98 is missing in 10,000 draws with a chance of (1 - 0.0714) ** 10,000
)
def test_default_p(subject, gen, observe):
    probabilities = shuffled(gen, 0.60, 0.31, 0.07, 0.02)  # sums 0.60, 0.91, 0.98, 1
    drawn = draw(subject, probabilities, calls=50)
    observe("nucleus.ranks_by_default", ranks(probabilities, drawn))
    expect_support(drawn, probabilities, 0.95)


@pytest.mark.check(
    "nucleus_sampling.boundary",
    spec=("NUC-2", "NUC-5"),
    title="keeps every token with p = 1",
    hint="With p = 1 the sum may end at 0.9999999 by rounding. Does your rule still keep the last token?",
    alpha=ALPHA,  # 7 * 0.9 ** 10,000, and 600 over 200, times (200 / 600) ** 400
)
def test_p_of_one(subject, gen, observe):
    probabilities = shuffled(gen, 0.25, 0.2, 0.15, 0.1, 0.1, 0.1, 0.1)
    expect_support(draw(subject, probabilities, 1.0, calls=50), probabilities, 1.0)
    # 400 draws from 600 equal tokens: more than 200 of them come, unless late ranks are lost.
    many = subject.probes.draws(subject.nucleus_sampling, torch.zeros(20, 600), 1.0, n=20)
    many = independent(many)
    came, enough = len(many.unique()), many.numel() // 2
    observe("nucleus.many_tokens_come", came > enough)
    assert came > enough, f"{many.numel()} draws from 600 equally likely tokens with p = 1 gave only {came} of them"


@pytest.mark.check(
    "nucleus_sampling.boundary",
    spec=("NUC-3", "NUC-6"),
    title="copes with ties at the boundary, whichever of the tied tokens it keeps",
    hint="Tied tokens may be kept or dropped as you like; those behind them may not come, those before them must.",
    alpha=ALPHA,  # one of two tokens with at least 0.25 / 0.9 each is missing: 2 * 0.723 ** 6,000
)
def test_ties(subject, gen):
    probabilities = shuffled(gen, 0.25, 0.25, 0.1, 0.1, 0.1, 0.1, 0.05, 0.05)
    drawn = draw(subject, probabilities, 0.65, calls=30)
    expect_only(drawn, (probabilities > 0.07).nonzero().flatten().tolist(), input=described(probabilities, 0.65))
    for token in (probabilities > 0.2).nonzero().flatten().tolist():
        assert token in drawn.tolist(), f"token {token} with probability 0.25 never came, with {described(probabilities, 0.65)}"


@pytest.mark.check(
    "nucleus_sampling.proportion",
    spec="NUC-4",
    title="draws each token of the nucleus as often as it should come",
    hint="Is anything done to the logits before the softmax? Where does the mass of the tail go, and is the token at the boundary whole?",
    alpha=3 * ALPHA,
)
def test_frequencies(subject, gen, observe):
    probabilities = shuffled(gen, 0.50, 0.18, 0.12, 0.101, 0.099)
    p = 0.7  # 0.50 + 0.18 = 0.68: the third token is the last, and clipped it would have 0.02
    drawn = draw(subject, probabilities, p, calls=40)
    ranked = probabilities.argsort(descending=True)
    shares = [float((drawn == token).double().mean()) for token in ranked[:3]]
    observe("nucleus.boundary_mass_clipped", 0 < shares[2] < 0.06)
    observe("nucleus.uniform_inside", max(shares) - min(shares) < 0.1)
    observe("nucleus.tail_goes_to_the_likeliest", 0.67 < shares[0] < 0.73 and shares[2] > 0.1)
    observe("nucleus.share_of_the_first_three", answer_text([in_words(share) for share in shares]))
    shown = described(probabilities, p)
    single = [one_after_the_other(subject, logits, p) for logits in (probabilities.log(), probabilities.log()[None])]
    observe("nucleus.different_tokens_for_one_row", answer_text([len(tokens.unique()) > 1 for tokens in single]))
    expect_proportion(drawn, probabilities, p, shown)
    if drawn.numel() == 40 * 200:  # where calls repeat each other, that is asked elsewhere
        for tokens, what in zip(single, ("a single row, (vocab,)", "a batch of one"), strict=True):
            expect_proportion(tokens.flatten(), probabilities, p, f"{what}, {shown}")


@pytest.mark.check(
    "nucleus_sampling.proportion",
    spec="NUC-4",
    title="draws in proportion from a nucleus of more than a hundred tokens",
    hint="After sorting, a drawn index is a rank. Is it turned back into a token id?",
    alpha=ALPHA,
)
def test_wide_nucleus(subject, gen):
    probabilities, p = wide(gen)
    kept = nucleus(probabilities, p)
    drawn = draw(subject, probabilities.float(), p, calls=10)
    inside = drawn[torch.isin(drawn, torch.tensor(kept))]
    groups = torch.full((300,), 4)
    groups[kept] = torch.arange(len(kept)) * 4 // len(kept)
    shares = torch.zeros(5, dtype=torch.float64).index_add_(0, groups[kept], probabilities[kept]) / probabilities[kept].sum()
    shown = f"300 random logits; p = {p:.4f}"
    expect_frequencies(groups[inside], shares, alpha=ALPHA, input=shown, what="the quarter of the nucleus, by rank,")


@pytest.mark.check(
    "nucleus_sampling.rows",
    spec=("NUC-1", "NUC-7"),
    title="gives every row of a larger batch its own nucleus, in any order of rows",
    hint="Which of your numbers is computed once for the batch and should be computed for each row?",
    alpha=ALPHA,  # the rarest kept token has 0.15 / 0.85: 2 * 7 * 0.824 ** 5,000
)
def test_rows_have_their_own_nucleus(subject, gen, observe):
    distinct = [shuffled(gen, *row) for row in ((0.5, 0.3, 0.15, 0.05), (0.7, 0.15, 0.1, 0.05), (0.3, 0.26, 0.24, 0.2))]
    alone = [set(draw(subject, row, 0.79, calls=30).tolist()) for row in distinct]
    order = torch.randperm(300, generator=gen) % 3
    logits = torch.stack(distinct)[order].log()
    calls = [subject.nucleus_sampling(logits, 0.79) for _ in range(50)]
    drawn = torch.stack([expect_shape(tokens, (300,), what="the tokens of 300 rows") for tokens in calls])
    together = [set(drawn[:, order == kind].flatten().tolist()) for kind in range(3)]
    observe("nucleus.rows_in_company", answer_text([one == other for one, other in zip(alone, together, strict=True)]))
    for kind in range(3):
        shown = f"100 rows among 300 of three kinds, with {described(distinct[kind], 0.79)}"
        came, right = sorted(together[kind]), sorted(alone[kind])
        assert came == right, f"{shown}: in the batch the tokens {came} came, and alone {right}"


@pytest.mark.check(
    "nucleus_sampling.rows",
    spec="NUC-7",
    title="draws the rows of a batch independently of each other",
    hint="How many random numbers do you draw for a batch of 100 rows?",
    alpha=ALPHA,
)
def test_rows_are_independent(subject, observe):
    drawn = subject.probes.draws(subject.nucleus_sampling, torch.zeros(16, 2), 1.0, n=40)
    agreed = int((drawn[:, ::2] == drawn[:, 1::2]).sum())
    observe("nucleus.rows_share_draw", agreed == 320)
    expect_rate(
        agreed, 320, 0.5, alpha=ALPHA, input="16 rows with two equally likely tokens", what="two rows of the batch got the same token"
    )


@pytest.mark.check(
    "nucleus_sampling.rows",
    spec="NUC-1",
    title="returns int64 tokens of the right shape for every batch size",
    hint="Look at one row, at a vocabulary of one token, and at the dtype.",
)
def test_shapes_and_dtype(subject, gen, observe):
    got = subject.nucleus_sampling(torch.tensor([[0.0, 0.0, 20.0, 0.0]]), 0.5)
    observe("nucleus.answer.batch_of_one", answer_text(got))
    got = subject.nucleus_sampling(20.0 * torch.eye(5)[torch.tensor([3, 0, 4])], 0.5)
    observe("nucleus.answer.three_rows", answer_text(got))
    for batch, vocab in ((1, 7), (1, 1), (5, 1), (6, 30)):
        logits = torch.randn(batch, vocab, generator=gen)
        got = expect_shape(subject.nucleus_sampling(logits, 0.9), (batch,), input=f"logits of shape ({batch}, {vocab})")
        expect_dtype(got, torch.int64, input=f"logits of shape ({batch}, {vocab})")
        assert ((got >= 0) & (got < vocab)).all(), f"for a vocabulary of {vocab} tokens the tokens {got.tolist()} came"
    one = subject.nucleus_sampling(torch.tensor([0.0, 9.0]), 0.5)
    expect_dtype(one, torch.int64, input="logits of shape (2,)")
    assert (one if isinstance(one, int) else int(one.reshape(()))) == 1, "the likeliest of two tokens has 0.9999, and the other one came"


@pytest.mark.check(
    "nucleus_sampling.randomness",
    spec="NUC-8",
    title="leaves the global random generator alone when it is given one",
    hint="Does anything in your function draw without generator=, or set a seed?",
    alpha=ALPHA,  # 40 draws from 64 tokens agree by chance: 64 ** -40
)
def test_global_generator_left_alone(subject, gen):
    logits = torch.zeros(40, 64)
    seed = int(torch.randint(1 << 30, (), generator=gen))
    for p in (1.0, 0.99):  # all 64 belong to the nucleus: 63 hold 0.984
        expected = subject.call(subject.nucleus_sampling, (logits, p), seed=seed)
        given = subject.call(subject.nucleus_sampling, (logits, p), {"generator": torch.Generator().manual_seed(3)}, seed=seed)
        after = subject.nucleus_sampling(logits, p)
        assert not torch.equal(given, expected), "with a generator the tokens are still those of the global one"
        what = "tokens from the global generator, after a call with a generator of its own and without that call"
        expect_equal(after, expected, what=what)


@pytest.mark.check(
    "nucleus_sampling.randomness",
    spec="NUC-8",
    title="repeats itself from the same state, and gives new tokens in the next call",
    hint="A seed set inside the function makes every call the same.",
    alpha=ALPHA,
)
def test_reproducible_and_fresh(subject, gen, observe):
    logits = torch.zeros(40, 64)
    seed = int(torch.randint(1 << 30, (), generator=gen))
    first = subject.call(subject.nucleus_sampling, (logits, 1.0), seed=seed)
    second = subject.nucleus_sampling(logits, 1.0)
    again = subject.call(subject.nucleus_sampling, (logits, 1.0), seed=seed)
    observe("nucleus.reseeds", torch.equal(first, second))
    expect_equal(again, first, what="tokens drawn from the same state of the global generator")
    assert not torch.equal(first, second), "two calls in a row gave the same 40 tokens out of 64"
    drawn = subject.probes.draws(subject.nucleus_sampling, torch.zeros(4, 64), 1.0, n=10, generator=torch.Generator().manual_seed(seed))
    assert len(drawn.unique(dim=0)) > 1, "ten calls with one generator gave ten times the same tokens: it is reset inside"
    one, same = (
        subject.probes.draws(subject.nucleus_sampling, torch.zeros(64), 0.99, n=30, generator=torch.Generator().manual_seed(seed))
        for _ in range(2)
    )
    observe("nucleus.one_row_uses_the_generator", torch.equal(one, same))
    expect_equal(same, one, what="30 tokens for logits of shape (64,), drawn from two generators in the same state")
    assert len(one.unique()) > 1, "30 calls with one generator and logits of shape (64,) gave 30 times the same token"


@pytest.mark.check(
    "nucleus_sampling.sound",
    spec="NUC-9",
    title="copes with logits of 1e4 and -1e4, which only differ by a constant from small ones",
    hint="exp(1e4) is infinite. What may be subtracted from all logits of a row?",
    alpha=3 * ALPHA,
)
def test_large_logits(subject, observe):
    observe("nucleus.answer.large_logits", answer_text(answer(subject, torch.tensor([0.0, 9.0, 500.0, 450.0]), 0.9)))
    # Equal chances with p = 1: no temperature and no boundary that is judged elsewhere shows here.
    small, chances = torch.tensor([0.0, 0.0, -50.0]), torch.tensor([0.5, 0.5, 0.0], dtype=torch.float64)
    for constant in (1e4, -1e4):
        drawn = draw_logits(subject, small + constant, 1.0, calls=4)
        expect_frequencies(drawn, chances, alpha=ALPHA, input=f"logits 0, 0, -50, each plus {constant:g}; p = 1")
    apart = torch.tensor([1e4, -1e4, 0.0, 9.99e3])
    expect_only(subject.probes.draws(subject.nucleus_sampling, apart, 0.999, n=20), (0,), input="logits 1e4, -1e4, 0, 9990; p = 0.999")


@pytest.mark.check(
    "nucleus_sampling.sound",
    spec="NUC-9",
    title="never draws a token of -inf, not even with p = 1",
    hint="A token of probability zero must have no chance at all, at the end of the list either.",
)
def test_minus_infinity(subject, gen, observe):
    observe("nucleus.answer.minus_infinity", answer_text(answer(subject, torch.tensor([-torch.inf, 2.0, -torch.inf, 1.0]), 1.0)))
    logits = torch.randn(4, 30, generator=gen)
    forbidden = torch.randperm(30, generator=gen)[:15]
    logits[:, forbidden] = -torch.inf
    for p in (1.0, 0.95):
        drawn = subject.probes.draws(subject.nucleus_sampling, logits, p, n=50)
        expect_never(drawn, forbidden.tolist(), input=f"logits with -inf at {sorted(forbidden.tolist())}; p = {p:g}")
    single = torch.full((30,), -torch.inf)
    single[17] = -3.0
    expect_only(subject.probes.draws(subject.nucleus_sampling, single, 1.0, n=20), (17,), input="30 logits, all -inf but number 17; p = 1")


@pytest.mark.check(
    "nucleus_sampling.sound",
    spec=("NUC-10", "NUC-3"),
    title="accepts float64 and 16-bit logits, and adds up in float32 at least",
    hint="In bfloat16, 0.86 and 0.855 are the same number. In which dtype do you take the softmax and the sums?",
)
def test_dtypes(subject, gen, observe):
    order = torch.randperm(30, generator=gen)
    logits = torch.where(order < 21, 0.0, -1.0)  # 21 tokens hold 0.8638 together

    def tail_comes(dtype):
        drawn = subject.probes.draws(subject.nucleus_sampling, logits.to(dtype).repeat(50, 1), 0.862, n=24)
        return bool((order[expect_shape(drawn, (24, 50), input=f"50 rows of 30 logits in {dtype}")] >= 21).any())

    # Where the nucleus ends at all is asked elsewhere: here, whether it ends there in every format.
    usual = tail_comes(torch.float32)
    for dtype in (torch.float64, torch.float16, torch.bfloat16):
        comes = tail_comes(dtype)
        observe(f"nucleus.tail_drawn_in_{str(dtype).removeprefix('torch.')}", comes)
        assert usual or not comes, f"of 21 logits of 0 and 9 of -1, with p = 0.862, one of the 9 came in {dtype}; in float32 none did"


@pytest.mark.check(
    "nucleus_sampling.sound",
    spec="NUC-11",
    title="takes logits in any memory layout, and leaves them as they were",
    hint="view fails on a tensor that is not contiguous; and any function whose name ends in _ writes into its tensor.",
)
def test_layout_and_mutation(subject, gen):
    logits = torch.randn(4, 12, generator=gen)
    seed = int(torch.randint(1 << 30, (), generator=gen))
    for given in (logits, logits.double()):
        expected = subject.call(subject.nucleus_sampling, (given, 0.7), seed=seed)
        assert not subject.last.mutated, "the caller's logits were changed in place"
        got = subject.call(subject.nucleus_sampling, (strided(given), 0.7), seed=seed)
        assert not subject.last.mutated, "the caller's logits, not contiguous, were changed in place"
        expect_equal(got, expected, what="tokens for the same logits in another memory layout, from the same random state")


@pytest.mark.check(
    "nucleus_sampling.sound",
    spec="NUC-13",
    title="refuses bad p, empty logits, wrong dimensions, NaN and rows without a finite entry",
    hint="List what could be wrong with each argument, and check it before you compute anything.",
)
def test_bad_arguments(subject, observe):
    good = torch.tensor([[0.0, 1.0], [2.0, 3.0]])
    for name, logits, p in (
        ("p_of_zero", good, 0.0),
        ("p_above_one", good, 1.5),
        ("nothing", good[:, :0], 0.9),
        ("nan", good * torch.nan, 0.9),
    ):
        got = answer(subject, logits, p)
        observe(f"nucleus.answer.{name}", answer_text(got) if isinstance(got, Exception) else "a token")
    for p in (-0.1, 0.0, 1.0001):
        with pytest.raises(ValueError):
            subject.nucleus_sampling(good, p)
    for shape in ((0,), (2, 0), (2, 2, 2), ()):
        with pytest.raises(ValueError):
            subject.nucleus_sampling(torch.zeros(shape), 0.9)
    for bad in (float("nan"), float("-inf")):
        logits = good.clone()
        logits[1] = bad
        with pytest.raises(ValueError):
            subject.nucleus_sampling(logits, 0.9)


@pytest.mark.check(
    "nucleus_sampling.cost",
    spec="NUC-12",
    title="handles 20 rows over 50,257 tokens with few passes over the numbers",
    hint="How often does your code go through all 20 x 50,257 numbers? And is there a loop over tokens?",
)
def test_cost_of_a_large_vocabulary(subject, reference, gen, observe):
    logits = 3 * torch.randn(20, 50257, generator=gen)

    def cost(code):
        counts = code.probes.count(code.nucleus_sampling, logits, 0.9)
        return [counts.operations, counts.elements]

    (_, elements), got = reference.once(cost), cost(subject)
    observe("nucleus.loops_over_tokens", got[0] > 1000)
    assert got[0] <= 1000, f"20 rows over 50,257 tokens take {got[0]:,} tensor operations; at most 1,000 are allowed"
    expect_cost(got[1], elements, 8, "elements written for 20 rows over 50,257 tokens")


def grows_with(subject):
    """What the number of operations grows with when there are sixteen times as many: "rows", "tokens", "both" or "neither"."""
    shapes = ((4, 20), (64, 20), (4, 320))
    few, rows, tokens = (
        subject.probes.count(subject.nucleus_sampling, torch.arange(batch * vocab).sin().reshape(batch, vocab), 0.9).operations
        for batch, vocab in shapes
    )
    more = [name for name, operations in (("rows", rows), ("tokens", tokens)) if operations > 4 * few]
    return "both" if len(more) == 2 else more[0] if more else "neither"


@pytest.mark.check(
    "nucleus_sampling.cost",
    spec="NUC-12",
    title="treats the rows of a batch together",
    hint="Is there a loop over rows? Sorting, summing and drawing all work on the last dimension of a matrix.",
)
def test_no_loop_over_rows(subject, gen, observe):
    observe("nucleus.operations_grow_with", grows_with(subject))
    counts = subject.probes.count(subject.nucleus_sampling, torch.randn(500, 50, generator=gen), 0.9)
    observe("nucleus.loops_over_rows", counts.operations > 1000)
    observe("nucleus.fetches", counts.escapes > 60)
    assert counts.operations <= 1000, f"500 rows take {counts.operations:,} tensor operations; at most 1,000 are allowed"
    assert counts.escapes <= 60, f"for 500 rows, {counts.escapes:,} values are fetched into Python; at most 60 are allowed"
