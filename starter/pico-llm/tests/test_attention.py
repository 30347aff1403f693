"""Public checks of the exercise attention, handout section 6. Only the contract is used; how the module is built is left free."""

import math

import pytest
import torch

from grader.checks.compare import expect_close, expect_dtype, expect_equal, expect_refused, expect_shape, expect_that

QUERY = torch.tensor([[1.0, 0.0]])
KEY = torch.tensor([[1.0, 0.0], [0.0, 1.0]])
VALUE = torch.tensor([[10.0, 0.0], [0.0, 10.0]])


def build(subject, d_model=8, n_heads=2):
    """A module in eval mode with random parameters."""
    module = subject.MultiHeadAttention(d_model, n_heads)
    subject.probes.randomize_parameters(module, seed=1)
    module.eval()
    return module


def result_of(module, x):
    """The result; a tuple that begins with it is accepted."""
    output = module(x)
    return output[0] if isinstance(output, tuple) else output


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
    without = subject.scaled_dot_product_attention(QUERY, KEY, VALUE)
    masked = subject.scaled_dot_product_attention(QUERY, key, value, torch.tensor([[True, True, False]]))
    expect_close(
        masked, without, input="the handout's example and a third key, masked", what="the result, against that without the third key"
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
    title="looks back and at itself, and never ahead",
    hint="Change one position and see which results move. Does your module use the causal mask?",
)
def test_causal(subject, observe):
    module = build(subject)
    x = vectors(2, 5, 8)
    before = expect_shape(result_of(module, x), (2, 5, 8), input="x of shape (2, 5, 8)")
    for place in (3, 0):
        changed = x.clone()
        changed[:, place] += 1.0
        after = result_of(module, changed)
        same = [torch.allclose(after[:, position], before[:, position], atol=1e-5) for position in range(5)]
        observe("causality.leaks", not all(same[:place]))
        if place:
            expect_close(
                after[:, :place],
                before[:, :place],
                input=changed,
                what=f"the results before position {place}, after only that position was changed",
            )
        for position in range(place, 5):
            expect_that(
                not same[position],
                f"position {place} was changed, and the result at position {position} does not notice",
                input=f"2 rows of 5 positions, and the same with 1 added to position {place}",
                expected=f"another result at position {position}",
                got="the same result",
            )


@pytest.mark.check(
    "attention.self_attention",
    spec="ATT-12",
    title="gives a row the same result whatever stands in the other rows",
    hint="Which dimension is the batch? Follow each reshape: do numbers of different rows or positions end up in one vector?",
)
def test_rows_are_independent(subject):
    module = build(subject)
    x = vectors(3, 4, 8)
    together = expect_shape(result_of(module, x), (3, 4, 8), input="x of shape (3, 4, 8)")
    for row in range(3):
        alone = result_of(module, x[row : row + 1])
        expect_close(together[row : row + 1], alone, input=x, what=f"the result of row {row}, in the batch and alone")


@pytest.mark.check(
    "attention.self_attention",
    spec="ATT-12",
    title="gives the last position the same result when two earlier ones change places",
    hint="A mean does not know an order. Does your module add anything that depends on the place? That is the transformer's task.",
)
def test_knows_no_places(subject):
    module = build(subject)
    x = vectors(2, 5, 8)
    expected = result_of(module, x)[:, -1]
    got = result_of(module, x[:, [2, 1, 0, 3, 4]])[:, -1]
    expect_close(got, expected, input=x, what="the result at position 4, after positions 0 and 2 have changed places")


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
    weights = [row for row in rows if len(row.shape) > 1]  # a bias of the keys has no gradient, and need not
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
    shapes = [[row.shape for row in subject.probes.state(module).parameters] for module in (one, four)]
    few, many = (sum(math.prod(shape) for shape in rows if len(shape) > 1) for rows in shapes)
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
        changed = ", ".join(subject.last.mutated)
        expect_that(
            not changed,
            f"scaled_dot_product_attention changed {changed} in place",
            input=f"query, key, value in {dtype}, and a mask",
            expected="the four as they were",
            got=f"another {changed}",
        )
        expect_dtype(got, dtype, input=f"query, key, value in {dtype}, and a mask", what=f"the result for {dtype}")
