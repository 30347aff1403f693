"""Public checks of the exercise attention, handout section 6. Only the contract is used; how the module is built is left free."""

import pytest
import torch

from grader.checks.compare import expect_close, expect_dtype, expect_equal, expect_shape

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
    expect_close(together.sum(dim=1), torch.full((3,), 10.0), what="the two numbers of each result, added up: the weights are to sum to 1")
    for row in range(3):
        alone = subject.scaled_dot_product_attention(query[row : row + 1], KEY, VALUE)
        expect_close(together[row : row + 1], alone, input=query, what=f"the result of query {row}, among three and alone")


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
    expect_dtype(mask, torch.bool, what="causal_mask(3)")
    expect_equal(mask, torch.tensor([[True, False, False], [True, True, False], [True, True, True]]), what="causal_mask(3)")


@pytest.mark.check(
    "attention.causal_mask",
    spec="ATT-9",
    title="aligns the mask at the end when there are more keys than queries",
    hint="With 2 queries and 5 keys, the queries stand at positions 3 and 4. Which keys does the first of them see?",
)
def test_causal_mask_for_the_last_positions(subject):
    expected = torch.tensor([[True, True, True, True, False], [True, True, True, True, True]])
    expect_equal(subject.causal_mask(2, 5), expected, what="causal_mask(2, 5)")


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
                after[:, :place], before[:, :place], what=f"the results before position {place}, after only that position was changed"
            )
        unmoved = [position for position in range(place, 5) if same[position]]
        assert not unmoved, f"position {place} was changed, and the result at position {unmoved[0]} does not notice"


@pytest.mark.check(
    "attention.self_attention",
    spec="ATT-12",
    title="gives a row the same result whatever stands in the other rows",
    hint="Which dimension is the batch? Follow each reshape: do numbers of different rows or positions end up in one vector?",
)
def test_rows_are_independent(subject):
    module = build(subject)
    x = vectors(3, 4, 8)
    together = expect_shape(result_of(module, x), (3, 4, 8))
    for row in range(3):
        alone = result_of(module, x[row : row + 1])
        expect_close(together[row : row + 1], alone, what=f"the result of row {row}, in the batch and alone")


@pytest.mark.check(
    "attention.heads",
    spec=("ATT-13", "ATT-15"),
    title="refuses a d_model that n_heads does not divide, with a ValueError that names both",
    hint="Check it in the constructor: 10 features cannot be shared out to 3 heads.",
)
def test_indivisible(subject):
    with pytest.raises(ValueError) as caught:
        subject.MultiHeadAttention(10, 3)
    assert "10" in str(caught.value) and "3" in str(caught.value), f"the message does not name 10 and 3: {caught.value}"


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
    assert not missing, f"no gradient reaches {', '.join(missing)}"
    learned = sum(torch.Size(row.shape).numel() for row in weights)
    assert learned >= 4 * 8 * 8, f"with d_model=8 the four maps have 4 x 64 = 256 weights; this module learns {learned}"
