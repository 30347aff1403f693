"""Hidden checks of the exercise attention, handout section 6. Only the contract is used; how the module is built is left free."""

import pytest
import torch

from grader.checks.answer_text import answer_text
from grader.checks.attempts import passes_in_one_of
from grader.checks.compare import expect_close, expect_dtype, expect_equal, expect_shape
from grader.checks.references import strided
from grader.checks.tolerance import Tolerance, tolerance_for
from tests.hidden.oracles.cost import expect_cost

DOUBLE = torch.float64
# Two queries and three keys of size 4, values of size 2: the same for everybody, so that answers can be compared.
FIXED_QUERY = torch.tensor([[2.0, 0.0, -1.0, 1.0], [0.5, 1.5, 1.0, 0.0]])
FIXED_KEY = torch.tensor([[1.0, 0.5, 0.0, 1.0], [-1.0, 2.0, 0.5, 0.0], [0.0, 0.3, 1.0, -0.7]])
FIXED_VALUE = torch.tensor([[1.0, -2.0], [3.0, 0.5], [-4.0, 1.7]])
NAMES = {"args[0]": "query", "args[1]": "key", "args[2]": "value", "args[3]": "mask"}


def oracle(query, key, value, mask=None):
    """Scaled dot-product attention in float64, term by term as in the handout."""
    scores = torch.einsum("...id,...jd->...ij", query.double(), key.double()) / query.shape[-1] ** 0.5
    if mask is not None:
        scores = scores.masked_fill(~mask, -torch.inf)
    return torch.einsum("...ij,...jv->...iv", torch.softmax(scores, dim=-1), value.double())


def draw(gen, *shape):
    """Standard normal numbers."""
    return torch.randn(shape, generator=gen)


def answer_of(function, *arguments):
    """What a function answers to inputs that are the same for everybody, or how it fails."""
    try:
        return answer_text(function(*arguments))
    except Exception as error:  # noqa: BLE001 - whatever a wrong solution raises is its answer
        return answer_text(error)


def random_mask(gen, *shape):
    """A mask whose rows hold True and False."""
    mask = torch.rand(shape, generator=gen) < 0.5
    mask[..., 0], mask[..., -1] = True, False
    return mask[..., torch.randperm(shape[-1], generator=gen)]


def build(subject, d_model=12, n_heads=3, *, seed=5, std=0.3):
    """A module in eval mode with random parameters."""
    module = subject.MultiHeadAttention(d_model, n_heads)
    subject.probes.randomize_parameters(module, seed=seed, std=std)
    module.eval()
    return module


def result_of(module, x):
    """The result; a tuple that begins with it is accepted."""
    output = module(x)
    return output[0] if isinstance(output, tuple) else output


def precise(subject, module, d_model):
    """The module in float64, the dtype, and what no rounding error reaches; in float32 if it can no more: dtypes are another check's."""
    exact = subject.probes.cast(module, DOUBLE)
    try:
        computes_exactly = is_exact(exact, d_model)
    except RuntimeError:
        computes_exactly = False
    return (exact, DOUBLE, 1e-8) if computes_exactly else (module, torch.float32, 2e-5)


def is_exact(module, d_model):
    """Whether no step on the way rounds to float32: neither the maps, seen where x grows to 3 x, nor the weights, 1/3 for 3 equal ones."""
    x = torch.linspace(0.1, 0.7, d_model, dtype=DOUBLE).expand(1, 1, d_model)
    once, thrice, none, equal = (result_of(module, other)[:, -1:] for other in (x, 3 * x, 0 * x, x.expand(1, 3, d_model)))
    errors = torch.cat([(thrice - none) - 3 * (once - none), equal - once])
    return once.dtype is DOUBLE and bool(errors.abs().max() < 1e-10 * once.abs().max())


def weights_of(rows, d_model):
    """The rows of parameters but biases: a bias of the keys has no gradient, and need not. Maps may be stored in one dimension, too."""
    return [row for row in rows if len(row.shape) > 1 or torch.Size(row.shape).numel() > 3 * d_model]


def near(expected):
    """How far two float32 calculations of the same result may be apart: three products of up to 64 terms, and a softmax between."""
    return tolerance_for(expected, torch.float32, 1024)


@pytest.mark.check(
    "attention.weighted_mean",
    spec=("ATT-1", "ATT-2"),
    title="follows the formula for random queries, keys and values of any sizes",
    hint="Try more keys than queries, and values of another size than the keys. Which size belongs under the root?",
)
def test_formula(subject, gen, observe):
    observe("attention.answer.three_keys", answer_of(subject.scaled_dot_product_attention, FIXED_QUERY, FIXED_KEY, FIXED_VALUE))
    for q, k, d, v in ((3, 5, 4, 7), (4, 4, 16, 2), (1, 6, 3, 3), (5, 1, 2, 4)):
        query, key, value = 2 * draw(gen, q, d), draw(gen, k, d), draw(gen, k, v)
        got = expect_shape(subject.scaled_dot_product_attention(query, key, value), (q, v), input=f"q={q}, k={k}, d={d}, v={v}")
        if q == 3:
            right = query.double() @ key.double().T
            for name, scale, dim in (("no_scale", 1.0, -1), ("scale_without_root", 4.0, -1), ("softmax_over_queries", 2.0, -2)):
                wrong = torch.softmax(right / scale, dim=dim) @ value.double()
                observe(f"attention.{name}", torch.allclose(got.double(), wrong, atol=1e-4))
        expect_close(got, oracle(query, key, value), input=f"random numbers with q={q}, k={k}, d={d}, v={v}")


@pytest.mark.check(
    "attention.weighted_mean",
    spec="ATT-3",
    title="takes any leading dimensions and computes each entry on its own",
    hint="transpose(-2, -1) and dim=-1 count from the end. Does any of your dimensions count from the front?",
)
def test_leading_dimensions(subject, gen):
    for lead in ((), (3,), (2, 3), (2, 1, 2)):
        query, key, value = draw(gen, *lead, 4, 5), draw(gen, *lead, 6, 5), draw(gen, *lead, 6, 3)
        got = subject.scaled_dot_product_attention(query, key, value)
        expect_close(got, oracle(query, key, value), input=f"random numbers with leading dimensions {lead}")


@pytest.mark.check(
    "attention.weighted_mean",
    spec="ATT-6",
    title="stays finite for scores of 1e4 and more",
    hint="exp(1000) is infinite. What may be subtracted from all scores of a query without changing the weights?",
)
def test_large_scores(subject, gen):
    key = 100 * torch.eye(4, 8)
    query = torch.zeros(3, 8)
    query[0, :4] = torch.tensor([300.0, 100.0, -300.0, 0.0])  # scores up to about 10,000
    query[1, :4] = torch.tensor([-900.0, -800.0, -400.0, -500.0])  # all far below zero
    query[2, :4] = torch.tensor([1e5, 9e4, -1e5, 1.0])  # two far above all that fits into half precision
    value = draw(gen, 4, 5)
    got = subject.scaled_dot_product_attention(query, key, value)
    expect_close(got, value[[0, 2, 0]], what="the results where one score is larger than the others by a thousand or more")


@pytest.mark.check(
    "attention.masking",
    spec="ATT-4",
    title="lets masked keys count for nothing, and the others share the whole weight",
    hint="Mask the scores, not the weights: after the softmax the rest would no longer add up to 1.",
)
def test_masked_keys_count_for_nothing(subject, gen, observe):
    mask = torch.tensor([[True, False, True], [True, True, False]])
    observe("attention.answer.masked", answer_of(subject.scaled_dot_product_attention, FIXED_QUERY, FIXED_KEY, FIXED_VALUE, mask))
    query, key, value = draw(gen, 4, 6), draw(gen, 7, 6), draw(gen, 7, 3)
    mask = random_mask(gen, 4, 7)
    got = expect_shape(subject.scaled_dot_product_attention(query, key, value, mask), (4, 3))
    observe("attention.mask_turned_round", torch.allclose(got.double(), oracle(query, key, value, ~mask), atol=1e-4))
    unscaled = torch.softmax(query.double() @ key.double().T / 6**0.5, dim=-1) * mask
    observe("attention.masked_after_softmax", torch.allclose(got.double(), unscaled @ value.double(), atol=1e-4))
    expected = [subject.scaled_dot_product_attention(query[i : i + 1], key[mask[i]], value[mask[i]]) for i in range(4)]
    expect_close(
        got, torch.cat(expected), input=mask, what="the results under a random mask, against those with the masked keys taken away"
    )


@pytest.mark.check(
    "attention.masking",
    spec="ATT-4",
    title="does not notice what masked keys and values hold, however large",
    hint="A masked score has to be -inf, or so far below the others that its weight is exactly 0.",
)
def test_masked_values_do_not_show(subject, gen):
    query, key, value = draw(gen, 3, 4), draw(gen, 5, 4), draw(gen, 5, 2)
    mask = torch.tensor([True, False, True, True, False]).expand(3, 5).contiguous()
    expected = subject.scaled_dot_product_attention(query, key, value, mask)
    for size in (30.0, -30.0):
        other_key, other_value = key.clone(), value.clone()
        other_key[[1, 4]] = size
        other_value[[1, 4]] = 1e6
        got = subject.scaled_dot_product_attention(query, other_key, other_value, mask)
        expect_close(got, expected, what=f"the results with masked keys of {size:g} and masked values of 1e6, against those with others")
    # A masked score of -1e4 would be larger than this one, which may be attended to.
    high, low, other = torch.tensor([[300.0, 0.0]]), torch.tensor([[-100.0, 0.0], [0.0, 1.0]]), draw(gen, 2, 3)
    expected = subject.scaled_dot_product_attention(high, low[:1], other[:1])
    if expected.isfinite().all():  # else large scores are the trouble, which are another check's
        got = subject.scaled_dot_product_attention(high, low, other, torch.tensor([[True, False]]))
        expect_close(
            got, expected, what="the result with a masked key beside one that has a score of about -21,000, against that one alone"
        )


@pytest.mark.check(
    "attention.masking",
    spec="ATT-5",
    title="broadcasts the mask: one for all, one for each row of the batch, one row for all queries",
    hint="The mask may lack leading dimensions or have 1 there. Ordinary broadcasting does this; nothing must be reshaped.",
)
def test_mask_broadcasts(subject, gen):
    query, key, value = draw(gen, 2, 3, 4, 5), draw(gen, 2, 3, 6, 5), draw(gen, 2, 3, 6, 2)
    for shape in ((4, 6), (6,), (1, 6), (2, 1, 4, 6), (2, 1, 1, 6), (2, 3, 4, 6)):
        mask = random_mask(gen, *shape)
        got = subject.scaled_dot_product_attention(query, key, value, mask)
        whole = mask.expand(2, 3, 4, 6).contiguous()
        expected = subject.scaled_dot_product_attention(query, key, value, whole)
        expect_close(
            got, expected, what=f"the results for (2, 3, 4, 6) scores under a mask of shape {shape}, and under the same one written out"
        )
    alone = subject.scaled_dot_product_attention(query[..., 1:2, :], key, value, whole[..., 1:2, :])
    expect_close(alone, expected[..., 1:2, :], what="the result of one query alone under its row of the mask, against that among four")


@pytest.mark.check(
    "attention.causal_mask",
    spec=("ATT-8", "ATT-9"),
    title="is right for every number of queries and keys",
    hint="Query i stands at position i + n_keys - n_queries, and sees the keys up to there.",
)
def test_causal_mask_sizes(subject, observe):
    observe("attention.answer.causal_mask", answer_of(subject.causal_mask, 2, 4))
    for n_queries, n_keys in ((5, 9), (1, 1), (2, 2), (7, 7), (1, 6), (3, 4)):
        expected = torch.tensor([[j <= i + n_keys - n_queries for j in range(n_keys)] for i in range(n_queries)])
        got = subject.causal_mask(n_queries, n_keys)
        what = f"causal_mask({n_queries}, {n_keys})"
        expect_dtype(got, torch.bool, what=what)
        if n_queries == 5 and got.shape == (5, 9):
            observe("attention.mask_aligned_at_start", torch.equal(got, torch.ones(5, 9, dtype=torch.bool).tril()))
            observe("attention.mask_excludes_self", torch.equal(got, torch.ones(5, 9, dtype=torch.bool).tril(3)))
        expect_equal(got, expected, what=what)
    expect_equal(subject.causal_mask(4), torch.ones(4, 4, dtype=torch.bool).tril(), what="causal_mask(4)")


@pytest.mark.check(
    "attention.causal_mask",
    spec="ATT-9",
    title="refuses fewer keys than queries with a ValueError that names both",
    hint="Five queries cannot be the last five of three positions.",
)
def test_fewer_keys_than_queries(subject):
    for n_queries, n_keys in ((15, 13), (3, 0)):
        with pytest.raises(ValueError) as caught:
            subject.causal_mask(n_queries, n_keys)
        named = str(n_queries) in str(caught.value) and str(n_keys) in str(caught.value)
        assert named, f"the message does not name {n_queries} and {n_keys}: {caught.value}"


@pytest.mark.check(
    "attention.self_attention",
    spec="ATT-11",
    title="depends on each earlier position and on itself, and on no later one",
    hint="Change one position at a time, and write down which results move.",
)
def test_causal_at_every_position(subject, gen, observe):
    module = build(subject)
    x = draw(gen, 2, 6, 12)
    before = expect_shape(result_of(module, x), (2, 6, 12))
    for place in range(6):
        changed = x.clone()
        changed[:, place] = draw(gen, 2, 12)
        after = result_of(module, changed)
        moved = ((after - before).abs().amax(dim=(0, 2)) > near(before).absolute).nonzero().flatten().tolist()
        if any(position < place for position in moved):
            observe("causality.leak_offset", place - min(moved))
        observe("attention.ignores_self", place not in moved)
        assert moved == list(range(place, 6)), (
            f"position {place} was changed, and the results at {moved} moved, not at {list(range(place, 6))}"
        )
    long = draw(gen, 1, 300, 12)
    before = expect_shape(result_of(module, long), (1, 300, 12))
    long[:, 0] = 3 * draw(gen, 1, 12)
    moved = (result_of(module, long) - before).abs().amax(dim=(0, 2)) > near(before).absolute
    assert moved[-10:].any(), "the first of 300 positions was changed, and none of the last ten results moved"


@pytest.mark.check(
    "attention.self_attention",
    spec="ATT-12",
    title="gives the last position the same result whatever the order of the earlier ones",
    hint="Attention is a mean over a set. Where does your code learn at which place a key stands?",
)
def test_order_of_the_past(subject, gen):
    module = build(subject)
    x = draw(gen, 2, 7, 12)
    order = torch.cat([torch.randperm(6, generator=gen), torch.tensor([6])])
    expected = result_of(module, x)[:, -1]
    expect_close(
        result_of(module, x[:, order])[:, -1],
        expected,
        tolerance=near(expected),
        what="the result at the last position, after the others were shuffled",
    )


@pytest.mark.check(
    "attention.self_attention",
    spec=("ATT-10", "ATT-12"),
    title="keeps rows apart, and gives a prefix the results that it has within the whole",
    hint="A reshape without a transpose mixes positions; (seq, batch) instead of (batch, seq) mixes rows.",
)
def test_rows_and_prefixes(subject, gen, observe):
    module = build(subject)
    x = draw(gen, 3, 5, 12)
    whole = expect_shape(result_of(module, x), (3, 5, 12))
    alone = torch.cat([result_of(module, x[row : row + 1]) for row in range(3)])
    observe("batch.rows_mix", alone.shape != whole.shape or bool((alone - whole).abs().max() > near(whole).absolute))
    expect_close(alone, whole, tolerance=near(whole), what="the results of each row, alone and in the batch")
    for length in (1, 2, 4):
        prefix = result_of(module, x[:, :length])
        expect_close(
            prefix, whole[:, :length], tolerance=near(whole), what=f"the results of the first {length} positions, alone and within five"
        )


@pytest.mark.check(
    "attention.heads",
    spec="ATT-13",
    title="attends with n_heads softmaxes of their own",
    hint="What differs in your code between 1 head and 4? Each head has its own scores, and so its own weights.",
)
def test_number_of_heads(subject, gen, observe):
    # The last position attends to n equal vectors u and to itself. As n grows, each head moves towards its value of u at a pace of its own:
    # the results for different n span as many dimensions as there are heads.
    for d_model, n_heads in ((8, 2), (12, 3), (6, 1)):
        module, dtype, noise = precise(subject, build(subject, d_model, n_heads, std=0.5), d_model)
        u, last = draw(gen, 6, 1, d_model).to(dtype), draw(gen, 6, 1, d_model).to(dtype)
        results = [result_of(module, torch.cat([u.expand(6, n, d_model), last], dim=1))[:, -1] for n in (1, 2, 4, 8, 16, 32, 64)]
        moves = torch.stack(results[1:], dim=2).double() - results[0].double()[:, :, None]
        sizes = torch.linalg.svdvals(moves) / results[0].double().norm(dim=1)[:, None]
        # The last singular value that belongs to a head is above 1e-4.
        heads = int((sizes > noise).sum(dim=1).max())
        if n_heads == 3:
            observe("attention.heads_seen", heads)
        assert heads == n_heads, f"with d_model={d_model} and n_heads={n_heads} the module behaves as if it had {heads} heads"


@pytest.mark.check(
    "attention.heads",
    spec=("ATT-13", "ATT-2"),
    title="scales each head by the root of the head's own size",
    hint="A head's score is a sum of d_model / n_heads products. Which size belongs under the root?",
    alpha=1e-10,  # in one of 8 attempts: see budget/attention.py
)
def test_scale_of_a_head(subject, gen, corpus, observe):
    def attempt():
        many, one = squared_scores(subject, gen)
        ratio = many / max(one, 1e-12)
        # A wrong scale in scaled_dot_product_attention is judged there: here it counts as the scale, where the module uses it.
        small, large = (scale_by_function(subject, size) for size in (4, 64))
        by_own_function = ratio * (large / small) ** 2
        observe("attention.head_scale_too_small", many < 0.5)
        observe("attention.head_scale_too_large", many > 2)
        assert LOWEST < ratio < HIGHEST or LOWEST < by_own_function < HIGHEST, (
            f"with d_model=64 the results of 16 heads move as if squared scores were {ratio:.3g} times those of 1 head; divided by the "
            "root of a head's size they are about the same"
        )

    passes_in_one_of(8, attempt, begin=corpus.begin_example)


# The ratio of a right module lies about 1; with a wrong size under the root it is 16 times as large or as small.
LOWEST, HIGHEST = 0.25, 4.0


def scale_by_function(subject, size):
    """What scaled_dot_product_attention multiplies a score by, times the root of the size: 1 if it is right."""
    two = subject.scaled_dot_product_attention(torch.eye(1, size), torch.eye(2, size), torch.eye(2))
    return max(size**0.5 * float((two[0, 0] / two[0, 1]).log()), 1e-3)


def squared_scores(subject, gen):
    """For 16 heads and for 1, the mean square of the scores' slope over what it is if the stored weights are the maps, scaled rightly.

    A position that attends to itself and to a vector larger by s * u: for small s, the result bends by the slope of the scores. With
    weights drawn from N(0, std**2), the mean square of the slope is std**4 |last|**2 |u|**2. Where the weights are used otherwise
    (multiplied by a number, normalised), both are others, and only their ratio says something.
    """
    d_model, std, s = 64, 0.3, 0.1
    last, u = draw(gen, 32, d_model).double(), draw(gen, 32, d_model).double()
    last, u = 8 * last / last.norm(dim=1, keepdim=True), u / u.norm(dim=1, keepdim=True)
    seeds = torch.randint(1_000_000, (4,), generator=gen).tolist()
    means = []
    for n_heads in (16, 1):
        squares = []
        for seed in seeds:
            module, dtype, _ = precise(subject, build(subject, d_model, n_heads, seed=seed, std=std), d_model)
            inputs = (torch.stack([last + step * u, last], dim=1).to(dtype) for step in (s, -s, 0.0))
            up, down, middle = (result_of(module, x)[:, 1].double() for x in inputs)
            bend, slope = 2 * (up + down - 2 * middle) / s**2, (up - down) / s
            squares.append(float(bend.square().sum() / slope.square().sum().clamp_min(1e-12)) / (std**4 * 64))
        means.append(sum(squares) / 4)
    return means


@pytest.mark.check(
    "attention.heads",
    spec="ATT-14",
    title="trains every map, for one head and for many",
    hint="Which of your layers is built and then not used?",
)
def test_gradients_reach_every_map(subject, gen, observe):
    note_where_features_mix(subject, gen, observe)
    for n_heads in (1, 6):
        weights = weights_of(subject.probes.gradients(build(subject, 12, n_heads), draw(gen, 2, 5, 12)), 12)
        missing = [row.name for row in weights if not row.norm or not row.finite]
        observe("model.parameters_without_gradient", bool(missing))
        assert not missing, f"with {n_heads} heads, no gradient reaches {', '.join(missing)}"
        learned = sum(torch.Size(row.shape).numel() for row in weights)
        assert learned >= 4 * 144, f"with d_model=12 the four maps have 4 x 144 = 576 weights; this module learns {learned}"


def note_where_features_mix(subject, gen, observe):
    """Which map is missing, if any: facts only. Of two positions, an unmixed feature of the result lies between its values of the two."""

    def paces(first, second):
        """How far each feature of the second result has moved from the second's own value towards the first's."""
        near_end, far_end = (result_of(module, x.expand(1, 1, 12))[0, 0] for x in (second, first))
        found = result_of(module, torch.stack([first, second])[None])[0, 1]
        pace = ((found - near_end) / (far_end - near_end)).double()
        if not torch.isfinite(pace).all():
            raise ValueError("nothing can be told from such a result")
        return pace

    try:
        module, dtype, _ = precise(subject, build(subject, 12, 3), 12)
        first, second = draw(gen, 12).to(dtype), draw(gen, 12).to(dtype)
        different = int((paces(first, second).sort().values.diff().abs() > 1e-3).sum()) + 1
        observe("attention.heads_joined_by_a_map", different > 3)  # else each head keeps its own features, which move at its pace
        one_feature = torch.zeros(12, dtype=dtype).index_fill(0, torch.tensor([5]), 1.0)
        alike = paces(second + one_feature, second)
        observe("attention.values_mix_features", bool(alike.max() - alike.min() > 1e-3))  # else one head alone notices one feature
    except Exception:  # noqa: BLE001 - whatever a wrong solution raises here is for the check itself to judge
        return


@pytest.mark.check(
    "attention.sound",
    spec="ATT-7",
    title="computes in the dtype that comes in: float64 with all digits, bfloat16 back as bfloat16",
    hint="float() is float32, and torch.zeros(...) too. Where is a dtype written into your code?",
)
def test_dtypes(subject, gen):
    query, key, value = draw(gen, 3, 5), draw(gen, 4, 5), draw(gen, 4, 2)
    single = subject.scaled_dot_product_attention(query, key, value)
    exact = expect_dtype(
        subject.scaled_dot_product_attention(query.double(), key.double(), value.double()), DOUBLE, what="the result for float64"
    )
    expect_close(single, exact, what="the result in float32, against that in float64")
    right = oracle(query, key, value)
    # Where the formula is another, which other checks judge, its digits in float64 are not known.
    if torch.allclose(single.double(), right, atol=1e-4):
        expect_close(exact, right, tolerance=Tolerance(1e-12), what="the result in float64")
    half = [tensor.bfloat16() for tensor in (query, key, value)]
    expected = subject.scaled_dot_product_attention(*(tensor.float() for tensor in half))
    got = expect_dtype(subject.scaled_dot_product_attention(*half), torch.bfloat16, what="the result for bfloat16")
    expect_close(got, expected, what="the result in bfloat16, against that in float32")


@pytest.mark.check(
    "attention.sound",
    spec="ATT-10",
    title="lets the module compute in float64 and bfloat16 after .to(dtype)",
    hint="A buffer or a tensor made in forward may have another dtype than the parameters.",
)
def test_module_dtypes(subject, gen):
    module, x = build(subject), draw(gen, 2, 5, 12)
    exact = expect_dtype(result_of(subject.probes.cast(module, DOUBLE), x.double()), DOUBLE, what="the result in float64")
    single = expect_dtype(result_of(module, x), torch.float32, what="the result in float32")
    finite = torch.isfinite(single)  # a position that sees nothing is another check's
    assert finite.any(), "no result is finite"
    expect_close(single[finite], exact[finite], tolerance=near(exact[finite]), what="the result in float32, against that in float64")
    half = expect_dtype(result_of(subject.probes.cast(module, torch.bfloat16), x.bfloat16()), torch.bfloat16, what="the result in bfloat16")
    assert torch.isfinite(half[finite]).all(), "in bfloat16 some results are infinite or not a number, which they are not in float32"


@pytest.mark.check(
    "attention.sound",
    spec="ATT-16",
    title="changes no argument in place, and takes any memory layout",
    hint="masked_fill_ and -= write into the caller's tensors; view fails on what is not contiguous.",
)
def test_layouts_and_mutation(subject, gen):
    query, key, value, mask = draw(gen, 2, 3, 4), draw(gen, 2, 5, 4), draw(gen, 2, 5, 6), random_mask(gen, 3, 5)
    expected = subject.scaled_dot_product_attention(query, key, value, mask)
    assert not subject.last.mutated, (
        f"scaled_dot_product_attention changed {', '.join(NAMES.get(name, name) for name in subject.last.mutated)} in place"
    )
    got = subject.scaled_dot_product_attention(strided(query), strided(key), strided(value), strided(mask))
    expect_close(got, expected, what="the result for the same arguments in another memory layout")
    module, x = build(subject), draw(gen, 2, 5, 12)
    expected = result_of(module, x)
    assert not subject.last.mutated, "MultiHeadAttention changed its input in place"
    finite, got = torch.isfinite(expected), expect_shape(result_of(module, strided(x)), (2, 5, 12))
    expect_close(got[finite], expected[finite], what="the result for the same input in another memory layout")


@pytest.mark.check(
    "attention.sound",
    spec="ATT-15",
    title="refuses impossible numbers of heads when it is built",
    hint="Not only 10 and 3: what about no heads at all, or more heads than features?",
)
def test_bad_sizes(subject):
    for d_model, n_heads in ((14, 4), (16, 32), (16, 0), (16, -4)):
        with pytest.raises(ValueError) as caught:
            subject.MultiHeadAttention(d_model, n_heads)
        named = str(d_model) in str(caught.value) and str(n_heads) in str(caught.value)
        assert named, f"the message does not name d_model={d_model} and n_heads={n_heads}: {caught.value}"


@pytest.mark.check(
    "attention.sound",
    spec="ATT-17",
    title="has no loop over positions or rows, and no head larger than its share",
    hint="One matrix product gives all scores of all queries. And how many features does each head get?",
)
def test_cost(subject, reference, gen, observe):
    small, large = draw(gen, 2, 4, 32), draw(gen, 5, 24, 32)

    def flops(code):
        return code.probes.count(code.MultiHeadAttention(32, 4), large).flops

    module = subject.MultiHeadAttention(32, 4)
    few, many = (subject.probes.count(module, x).operations for x in (small, large))
    observe("attention.loops", many > few + 8)
    assert many <= few + 8, f"MultiHeadAttention takes {few} tensor operations for 2 x 4 positions and {many} for 5 x 24"
    few, many = (subject.probes.count(subject.scaled_dot_product_attention, x, x, x).operations for x in (small, large))
    assert many <= few + 8, f"scaled_dot_product_attention takes {few} tensor operations for 2 x 4 queries and {many} for 5 x 24"
    expect_cost(flops(subject), reference.once(flops), 1.5, "floating-point operations of the matrix products for 5 x 24 positions")
