"""Public checks of the exercise attention, handout section 6. Only the contract is used; how the module is built is left free."""

import math

import pytest
import torch

from grader.checks.attempts import passes_in_one_of
from grader.checks.compare import expect_close, expect_dtype, expect_equal, expect_refused, expect_shape, expect_that

QUERY = torch.tensor([[1.0, 0.0]])
KEY = torch.tensor([[1.0, 0.0], [0.0, 1.0]])
VALUE = torch.tensor([[10.0, 0.0], [0.0, 10.0]])
# One row of three positions with four features: small enough to follow by hand.
SMALL = torch.tensor([[[1.0, 0.0, 2.0, -1.0], [0.0, 3.0, -1.0, 1.0], [2.0, 1.0, 0.0, -2.0]]])
NAMES = {"args[0]": "query", "args[1]": "key", "args[2]": "value", "args[3]": "mask"}


def build(subject, d_model=8, n_heads=2, seed=1):
    """A module in eval mode with random parameters."""
    module = subject.MultiHeadAttention(d_model, n_heads)
    subject.probes.randomize_parameters(module, seed=seed)
    module.eval()
    return module


def result_of(module, x):
    """The result; a tuple that begins with it is accepted."""
    output = module(x)
    return output[0] if isinstance(output, tuple) else output


def finite_part(result, x):
    """Where the result is finite, and it must be so somewhere: what a position gets that sees nothing is another check's."""
    where = torch.isfinite(result)
    expect_that(where.any(), "no result is finite", input=x, expected="finite numbers", got=result)
    return where


def is_map(parameter, d_model):
    """Whether it is more than a bias: a bias of the keys has no gradient, and need not."""
    return len(parameter.shape) > 1 or parameter.shape[0] > 3 * d_model


def vectors(batch, seq, d_model):
    """Vectors (batch, seq, d_model) without any regularity that matters."""
    return torch.sin(torch.arange(batch * seq * d_model) * 1.7 + 0.3).reshape(batch, seq, d_model)


@pytest.mark.check(
    "attention.weighted_mean",
    spec=("ATT-1", "ATT-2"),
    title="gives the result of the handout's example",
    hint="Products 1 and 0, divided by the root of d = 2, softmax over the two keys: 0.6698 and 0.3302.",
)
def test_handout_example(subject):
    got = subject.scaled_dot_product_attention(QUERY, KEY, VALUE)
    weights = torch.softmax(torch.tensor([0.5**0.5, 0.0], dtype=torch.float64), dim=0)
    expect_close(got, 10 * weights[None], input="query (1, 0), keys (1, 0) and (0, 1), values (10, 0) and (0, 10)")


@pytest.mark.check(
    "attention.weighted_mean",
    spec="ATT-1",
    title="takes the softmax over the keys, for each query by itself",
    hint="The weights of one query add up to 1. Which dimension of the scores do the keys lie in?",
)
def test_softmax_over_keys(subject):
    query = torch.tensor([[3.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    together = expect_shape(subject.scaled_dot_product_attention(query, KEY, VALUE), (3, 2), input="3 queries, 2 keys, values of size 2")
    expect_close(
        together.sum(dim=1),
        torch.full((3,), 10.0),
        input=query,
        what="the two numbers of each result, added up: the weights are to sum to 1",
    )
    for row in range(3):
        alone = subject.scaled_dot_product_attention(query[row : row + 1], KEY, VALUE)
        expect_close(together[row : row + 1], alone, input=query, what=f"the result of query {row}, among three and alone")


@pytest.mark.check(
    "attention.weighted_mean",
    spec="ATT-2",
    title="divides by the root of the size of a query, whatever the number of keys and the size of a value",
    hint="In this example there are 3 keys of 4 numbers, and values of 1 number. Which of them belongs under the root?",
)
def test_scale_comes_from_the_query(subject):
    query = torch.tensor([[2.0, 0.0, 0.0, 0.0]])
    key = torch.zeros(3, 4)
    key[0, 0] = math.log(3)  # the scores are log(3), 0 and 0, the weights 3/5, 1/5 and 1/5
    got = subject.scaled_dot_product_attention(query, key, torch.tensor([[10.0], [5.0], [0.0]]))
    expect_close(got, torch.tensor([[7.0]]), input="query (2, 0, 0, 0), keys (log 3, 0, 0, 0), 0 and 0, values 10, 5 and 0")


@pytest.mark.check(
    "attention.weighted_mean",
    spec="ATT-6",
    title="gives a finite result for a score of 700",
    hint="What is exp(700) in float32? A softmax stays the same if one number is subtracted from all scores of a query.",
)
def test_large_score(subject):
    got = subject.scaled_dot_product_attention(1000 * QUERY, KEY, VALUE)
    expect_close(got, torch.tensor([[10.0, 0.0]]), input="query (1000, 0), keys (1, 0) and (0, 1), values (10, 0) and (0, 10)")


@pytest.mark.check(
    "attention.masking",
    spec="ATT-4",
    title="attends where the mask is True, and nowhere else",
    hint="True means: may attend. Which score must a masked key have, so that its weight is 0 after the softmax?",
)
def test_mask(subject):
    key = torch.tensor([[1.0, 0.0], [0.0, 1.0], [2.0, 2.0]])
    value = torch.tensor([[10.0, 0.0], [0.0, 10.0], [500.0, 500.0]])
    mask = torch.tensor([[True, True, False]])
    # The two keys that may be attended to fit the query alike, so that they weigh 1/2 each whatever scores are divided by.
    got = subject.scaled_dot_product_attention(torch.tensor([[1.0, 1.0]]), key, value, mask)
    shown = "query (1, 1), keys (1, 0), (0, 1) and (2, 2), values (10, 0), (0, 10) and (500, 500), mask [[True, True, False]]"
    expect_close(got, torch.tensor([[5.0, 5.0]]), input=shown)
    without = subject.scaled_dot_product_attention(QUERY, KEY, VALUE)
    masked = subject.scaled_dot_product_attention(QUERY, key, value, mask)
    expect_close(
        masked,
        without,
        input="the handout's example; with a third key (2, 2) of value (500, 500) and the mask [[True, True, False]]",
        what="the result with a masked third key, against your own result without that key",
    )
    only = subject.scaled_dot_product_attention(QUERY, KEY, VALUE, torch.tensor([[False, True]]))
    expect_close(only, torch.tensor([[0.0, 10.0]]), input="the handout's example with the mask [[False, True]]")


@pytest.mark.check(
    "attention.causal_mask",
    spec="ATT-8",
    title="has the causal mask True on and below the diagonal",
    hint="A position may see itself and what came before. Print your mask for n = 3 beside the handout's.",
)
def test_causal_mask(subject):
    mask = subject.causal_mask(3)
    expect_dtype(mask, torch.bool, input="causal_mask(3)", what="causal_mask(3)")
    expect_equal(
        mask, torch.tensor([[True, False, False], [True, True, False], [True, True, True]]), input="causal_mask(3)", what="causal_mask(3)"
    )


@pytest.mark.check(
    "attention.causal_mask",
    spec="ATT-9",
    title="aligns the mask at the end when there are more keys than queries",
    hint="With 2 queries and 5 keys, the queries stand at positions 3 and 4. Which keys does the first of them see?",
)
def test_causal_mask_for_the_last_positions(subject):
    expected = torch.tensor([[True, True, True, True, False], [True, True, True, True, True]])
    expect_equal(subject.causal_mask(2, 5), expected, input="causal_mask(2, 5)", what="causal_mask(2, 5)")


@pytest.mark.check(
    "attention.causal_mask",
    spec="ATT-9",
    title="refuses to make a mask for fewer keys than queries",
    hint="Five queries cannot be the last five of three positions. Raise a ValueError that says which numbers came.",
)
def test_no_mask_for_fewer_keys(subject):
    message = expect_refused(lambda: subject.causal_mask(5, 3), input="causal_mask(5, 3)")
    expect_that(
        "5" in message and "3" in message,
        f"the message does not name 5 and 3: {message}",
        input="causal_mask(5, 3)",
        expected="a message with 5 and 3 in it",
        got=message,
    )


@pytest.mark.check(
    "attention.self_attention",
    spec=("ATT-10", "ATT-11"),
    title="never looks ahead: a later position makes no difference",
    hint="Two roads lead ahead. A later key that still counts: what is its weight, and was its score in the softmax's sum? Or a reshape "
    "that puts numbers of two positions into one vector: follow the features of one position to where the heads are cut and joined.",
)
def test_causal(subject, observe):
    module = build(subject, 4)
    before = expect_shape(result_of(module, SMALL), (1, 3, 4), input=SMALL)
    where = finite_part(before, SMALL)
    for place in (1, 2):
        changed = SMALL.clone()
        changed[:, place] += 1.0
        after = expect_shape(result_of(module, changed), (1, 3, 4), input=changed)
        earlier, same = (result.where(where, 0.0)[:, :place] for result in (after, before))
        observe("causality.leaks", not torch.allclose(earlier, same, atol=1e-5))
        what = f"the results before position {place}, against those before 1 was added to position {place}"
        expect_close(earlier, same, input=changed, what=what)


@pytest.mark.check(
    "attention.self_attention",
    spec="ATT-11",
    title="looks back at every earlier position",
    hint="Which positions does the softmax run over, and in which dimension of x do they lie? If they are the right ones: do the features "
    "of one position stay together where the heads are cut out and joined?",
)
def test_looks_back(subject):
    module = build(subject, 4)
    before = expect_shape(result_of(module, SMALL), (1, 3, 4), input=SMALL)
    finite, sentence = torch.isfinite(before[:, 1:]).all(), "the results at positions 1 and 2 are not all finite"
    expect_that(finite, sentence, input=SMALL, expected="finite numbers", got=before[:, 1:])
    for place in (0, 1):
        changed = SMALL.clone()
        changed[:, place] += 1.0
        after = result_of(module, changed)
        for position in range(place + 1, 3):
            expect_that(
                not torch.allclose(after[:, position], before[:, position], atol=1e-5),
                f"1 was added to position {place}, and the result at position {position} does not notice",
                input=SMALL,
                expected=f"another result at position {position}",
                got=after[0, position],
            )


@pytest.mark.check(
    "attention.self_attention",
    spec="ATT-11",
    title="looks at the position itself, too",
    hint="causal_mask(2) by hand: may position 1 see key 1? And what does position 0 get from the softmax if it may not see key 0?",
)
def test_looks_at_itself(subject):
    module = build(subject, 4)
    x = torch.tensor([[[0.0, 0.0, 0.0, 0.0], [1.0, 2.0, 3.0, 4.0]]])
    got, nothing = expect_shape(result_of(module, x), (1, 2, 4), input=x), result_of(module, torch.zeros(1, 2, 4))
    expect_that(torch.isfinite(got).all(), "the result is not finite", input=x, expected="finite numbers", got=got)
    # Position 0 holds nothing: from there position 1 can get no more than it gets where both positions hold nothing.
    expect_that(
        not torch.allclose(got[:, 1], nothing[:, 1], atol=1e-5),
        "position 0 holds zeros, and the result at position 1 is the same as if position 1 held zeros, too",
        input=x,
        expected="another result at position 1",
        got=got[0, 1],
    )


@pytest.mark.check(
    "attention.self_attention",
    spec="ATT-12",
    title="gives a row the same result whatever stands in the other rows",
    hint="Which dimension is the batch? Follow each reshape: do numbers of different rows or positions end up in one vector?",
)
def test_rows_are_independent(subject):
    module = build(subject, 4)
    x = torch.cat([SMALL[:, :2], SMALL[:, 1:].flip(2)])
    together = expect_shape(result_of(module, x), (2, 2, 4), input=x)
    where = finite_part(together, x)
    for row in range(2):
        alone = expect_shape(result_of(module, x[row : row + 1]), (1, 2, 4), input=x[row : row + 1])[0]
        what = f"the result of row {row} in the batch, against that of the same row alone"
        expect_close(together[row].where(where[row], 0.0), alone.where(where[row], 0.0), input=x, what=what)


@pytest.mark.check(
    "attention.self_attention",
    spec="ATT-12",
    title="gives the last position the same result when two earlier ones change places",
    hint="A mean does not know an order. Does your module add anything that depends on the place, or cut the heads so that they hold "
    "numbers of several positions?",
)
def test_knows_no_places(subject):
    module = build(subject, 4)
    expected = result_of(module, SMALL)[:, -1]
    swapped = SMALL[:, [1, 0, 2]]
    what = "the result at position 2, against that before positions 0 and 1 changed places"
    expect_close(result_of(module, swapped)[:, -1], expected, input=swapped, what=what)


@pytest.mark.check(
    "attention.heads",
    spec="ATT-13",
    title="gives three equal positions what one alone gives, in each head",
    hint="The mean of equal values is that value, in each head. Follow the features of one position through cutting and joining: does each "
    "come back to where it was?",
)
def test_heads_keep_their_features(subject):
    module = build(subject, 4)
    x = torch.tensor([[[1.0, 2.0, 3.0, 4.0]]])
    # Less the result for zeros, which is that of the biases. The last position only: what the mask hides from others is judged elsewhere.
    alone = expect_shape(result_of(module, x), (1, 1, 4), input=x) - result_of(module, 0 * x)
    expect_that(
        torch.isfinite(alone).all(), "the result for a single position is not finite", input=x, expected="finite numbers", got=alone
    )
    three = x.expand(1, 3, 4).contiguous()
    got = (result_of(module, three) - result_of(module, 0 * three))[:, -1:]
    # What the weights add up to is judged elsewhere, too: it multiplies all features alike.
    factor = (got * alone).sum() / (alone * alone).sum().clamp_min(1e-12)
    what = "the last of 3 equal positions with 2 heads, against one such position alone (but for a common factor)"
    expect_close(got, factor * alone, input=three, what=what)


@pytest.mark.check(
    "attention.heads",
    spec=("ATT-2", "ATT-13"),
    title="divides the scores of a head by the root of that head's size, not of d_model",
    hint="How many products are added up for one score of one head? And what does your code divide by there?",
    alpha=1e-10,  # in one of 8 attempts, of which hardly any single one fails
)
def test_scale_of_each_head(subject, gen, corpus):
    def attempt():
        # Position 1 attends to itself and to position 0, which holds the same and a step more. The weight of position 0 grows with the
        # step: so the result bends, by the score that the step adds.
        point, along = (vector / vector.norm(dim=1, keepdim=True) for vector in torch.randn(2, 32, 64, generator=gen).double())
        seeds = torch.randint(1_000_000, (4,), generator=gen).tolist()
        of_one, of_many = (sum(bend_of(subject, heads, seed, 8 * point, along) for seed in seeds) for heads in (1, 16))
        ratio = of_many / max(of_one, 1e-12)
        # Where the module divides by what scaled_dot_product_attention divides by, and that is wrong, the checks of that function say so.
        by_function = [subject.scaled_dot_product_attention(torch.eye(1, size), torch.eye(2, size), torch.eye(2))[0] for size in (64, 4)]
        scale, other = (max(float((pair[0] / pair[1]).log()), 1e-4) for pair in by_function)
        as_the_function = ratio * (4 * scale / other) ** 2
        expect_that(
            0.25 < ratio < 4 or 0.25 < as_the_function < 4,
            f"with 16 heads the results move as if a head's squared scores were {ratio:.2g} times those of 1 head",
            input="MultiHeadAttention(64, 16) and MultiHeadAttention(64, 1), with random weights and inputs",
            expected="about 1 times: divided by the root of a head's own size, scores are as large in 16 small heads as in a large one",
            got=f"{ratio:.2g} times",
        )

    passes_in_one_of(8, attempt, begin=corpus.begin_example)


def bend_of(subject, n_heads, seed, point, along):
    """How much the result at position 1 bends when position 0 takes a step along a line, for its slope."""
    module, step = build(subject, 64, n_heads, seed), 0.2
    pairs = [torch.stack([point + far * along, point], dim=1) for far in (step, -step, 0.0)]
    try:
        double = subject.probes.cast(module, torch.float64)
        forward, back, still = (result_of(double, pair)[:, 1] for pair in pairs)
    except RuntimeError:  # dtypes are another check's
        forward, back, still = (result_of(module, pair.float())[:, 1] for pair in pairs)
    straight = ((forward - back) / (2 * step)).square().sum()
    return float(((forward + back - 2 * still) / step**2).square().sum() / straight.clamp_min(1e-12))


@pytest.mark.check(
    "attention.heads",
    spec=("ATT-13", "ATT-15"),
    title="refuses a d_model that n_heads does not divide, with a ValueError that names both",
    hint="Check it in the constructor: 10 features cannot be shared out to 3 heads.",
)
def test_indivisible(subject):
    message = expect_refused(lambda: subject.MultiHeadAttention(10, 3), input="MultiHeadAttention(10, 3)")
    expect_that(
        "10" in message and "3" in message,
        f"the message does not name 10 and 3: {message}",
        input="MultiHeadAttention(10, 3)",
        expected="a message with 10 and 3 in it",
        got=message,
    )


@pytest.mark.check(
    "attention.heads",
    spec="ATT-14",
    title="has four learned maps, each reached by a gradient",
    hint="Queries, keys, values and the joined heads each go through a map. After backward(), which weights have no gradient?",
)
def test_four_maps(subject):
    rows = subject.probes.gradients(build(subject), vectors(2, 4, 8))
    weights = [row for row in rows if is_map(row, 8)]
    missing = [row.name for row in weights if not row.norm]
    sizes = "MultiHeadAttention(8, 2), and x of shape (2, 4, 8)"
    expect_that(
        not missing, f"no gradient reaches {', '.join(missing)}", input=sizes, expected="a gradient at every map", got=f"none at {missing}"
    )
    learned = sum(math.prod(row.shape) for row in weights)
    sentence = f"with d_model=8 the four maps have 4 x 64 = 256 weights; this module learns {learned}"
    expect_that(learned >= 4 * 8 * 8, sentence, input=sizes, expected="256 weights or more", got=learned)


@pytest.mark.check(
    "attention.heads",
    spec=("ATT-13", "ATT-14"),
    title="shares the same features out to more heads, and attends with each of them",
    hint="With 4 heads each has a quarter of the features. What differs in your forward pass between 1 head and 4, and what must not grow?",
)
def test_heads_share_the_features(subject):
    one, four = build(subject, n_heads=1), build(subject, n_heads=4)
    shapes = [[row.shape for row in subject.probes.state(module).parameters if is_map(row, 8)] for module in (one, four)]
    few, many = (sum(map(math.prod, rows)) for rows in shapes)
    sentence = f"with d_model=8 the maps of 1 head have {few} weights, and those of 4 heads {many}"
    expect_that(many <= 1.25 * few, sentence, input="d_model=8, n_heads=4", expected=f"about {few} weights", got=many)
    # Where the shapes are the same, so are the random weights, and only the heads can make the difference.
    if shapes[0] == shapes[1]:
        x = vectors(3, 4, 8)
        alike = torch.allclose(result_of(one, x), result_of(four, x), atol=1e-4)
        expect_that(not alike, "1 head and 4 heads give the same results", input=x, expected="two results", got="the same result twice")


@pytest.mark.check(
    "attention.sound",
    spec=("ATT-7", "ATT-16"),
    title="keeps the dtype, and leaves what it is given as it is",
    hint="A name that ends in an underscore, or +=, writes into the caller's tensor. And float() is float32, whatever came in.",
)
def test_dtype_and_arguments(subject):
    mask = torch.tensor([[True, False]])
    for dtype in (torch.float64, torch.bfloat16):
        got = subject.scaled_dot_product_attention(QUERY.to(dtype), KEY.to(dtype), VALUE.to(dtype), mask)
        changed = ", ".join(NAMES.get(argument, argument) for argument in subject.last.mutated)
        expect_that(
            not changed,
            f"scaled_dot_product_attention changed {changed} in place",
            input=f"query, key, value in {dtype}, and a mask",
            expected="all four as they were",
            got=f"{changed} with other numbers",
        )
        expect_dtype(got, dtype, input=f"query, key, value in {dtype}, and a mask", what=f"the result for {dtype}")
