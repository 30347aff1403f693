"""Hidden checks of the exercise rmsnorm, handout section 3. Only the contract is used; the gain may have any name."""

import pytest
import torch

from grader.checks.answer_text import answer_text
from grader.checks.compare import CheckFailure, expect_close, expect_dtype, expect_equal, expect_shape
from grader.checks.references import strided
from grader.checks.tolerance import Tolerance, tolerance_for
from tests.hidden.oracles.cost import expect_cost


def oracle(x, eps=1e-5):
    """The normalised vectors before the gain, in float64: (..., dim) -> (..., dim)."""
    wide = x.double()
    return wide / (wide.square().mean(-1, keepdim=True) + eps).sqrt()


def random_vectors(gen, *shape):
    """Vectors with entries around a mean that is not zero, whose sizes differ a hundredfold."""
    return (torch.randn(shape, generator=gen) + 0.7) * 10 ** (2 * torch.rand(*shape[:-1], 1, generator=gen) - 1)


def is_what(got, wrong):
    """Whether ``got`` is, up to rounding, what a known mistake gives."""
    return got.shape == wrong.shape and torch.allclose(got.double(), wrong, rtol=1e-4, atol=0.0)


def is_close(got, expected):
    """Whether ``expect_close`` has nothing to say."""
    try:
        expect_close(got, expected)
    except CheckFailure:
        return False
    return True


def one_by_one(norm, x):
    """Each vector of (vectors, dim) handed over alone: what a norm does to its neighbours is asked elsewhere."""
    return torch.stack([expect_shape(norm(vector), vector.shape, input=vector) for vector in x])


@pytest.mark.check(
    "rmsnorm.root_mean_square",
    spec="RMS-1",
    title="follows the formula for random vectors of any size",
    hint="Check each step of the formula: square, mean, eps, root, division.",
)
def test_formula(subject, gen, observe):
    fixed = torch.tensor([1.0, -2.0, 4.0])
    got = expect_shape(subject.RMSNorm(3)(fixed), (3,))
    wide = fixed.double()
    observe("rmsnorm.answer.three_numbers", answer_text(got))
    observe("rmsnorm.is_layer_norm", is_what(got, oracle(wide - wide.mean())))
    observe("rmsnorm.no_root", is_what(got, wide / (wide.square().mean() + 1e-5)))
    observe("rmsnorm.sum_for_mean", is_what(got, wide / (wide.square().sum() + 1e-5).sqrt()))
    expect_close(got, oracle(fixed), input=fixed, what="the normalised vector")
    for dim in (7, 1, 2, 64):
        x, norm = random_vectors(gen, 5, dim), subject.RMSNorm(dim)
        expect_close(one_by_one(norm, x), oracle(x), input=x, what="the normalised vectors")
        norm.eval()
        expect_close(one_by_one(norm, x), oracle(x), input=x, what="the normalised vectors, in eval mode")


@pytest.mark.check(
    "rmsnorm.root_mean_square",
    spec="RMS-2",
    title="has an eps of 1e-5 when none is given",
    hint="Normalise a vector so small that eps decides the result.",
)
def test_default_eps(subject, gen, observe):
    fixed = torch.tensor([0.001, 0.003])
    got = expect_shape(subject.RMSNorm(2)(fixed), (2,))
    observe("rmsnorm.answer.default_eps", answer_text(got))
    expect_close(got, oracle(fixed), input=fixed, what="a small vector, normalised with the eps of RMSNorm(2)")
    x = torch.randn(4, 6, generator=gen) * 1e-4
    expect_close(one_by_one(subject.RMSNorm(6), x), oracle(x), input=x, what="small vectors, normalised with the eps of RMSNorm(6)")


@pytest.mark.check(
    "rmsnorm.root_mean_square",
    spec="RMS-2",
    title="uses the eps that it is given, inside the root",
    hint="Follow the constructor's eps to the place where it is added.",
)
def test_given_eps(subject, gen, observe):
    fixed = torch.tensor([0.6, 0.2])
    got = expect_shape(subject.RMSNorm(2, eps=0.5)(fixed), (2,))
    wide = fixed.double()
    observe("rmsnorm.answer.eps_of_a_half", answer_text(got))
    observe("rmsnorm.eps_outside_root", is_what(got, wide / (wide.square().mean().sqrt() + 0.5)))
    observe("rmsnorm.eps_ignored", is_what(got, oracle(fixed)))
    expect_close(got, oracle(fixed, 0.5), input=fixed, what="a vector normalised with eps = 0.5")
    x = torch.randn(3, 6, generator=gen) * 10 ** torch.tensor([[-3.0], [-1.0], [0.0]])
    for eps in (0.5, 1e-3, 1e-12, 0.0):
        got = one_by_one(subject.RMSNorm(6, eps=eps), x)
        expect_close(got, oracle(x, eps), input=x, what=f"vectors normalised with eps = {eps:g}")


@pytest.mark.check(
    "rmsnorm.root_mean_square",
    spec="RMS-9",
    title="sends the gradient to the input through the root, too",
    hint="detach() or no_grad() around the root makes it a constant. Is it one?",
)
def test_gradient_through_the_root(subject, reference, gen, observe):
    vectors = [torch.tensor([2.0, -0.5, 1.0, 3.0, -1.5]), *random_vectors(gen, 5, 5)]

    def at_the_input(code):
        norm = code.RMSNorm(5)
        found = [code.probes.gradients(norm, vector, input_gradients=True) for vector in vectors]
        return [next((row.norm for row in rows if row.name == "args[0]"), None) for rows in found]

    expected, got = reference.once(at_the_input), at_the_input(subject)
    observe("rmsnorm.input_gradient", "none" if got[0] is None else f"{got[0] / expected[0]:.2f} times the right one")
    for vector, one, other in zip(vectors, got, expected, strict=True):
        assert one is not None, "no gradient reaches the input"
        # The gradient is what is left when its part along the vector is taken away: rounding is that of the parts.
        tolerance = tolerance_for(torch.tensor(other), torch.float32, scale=max(other, 1.0 / float(vector.square().mean().sqrt())))
        expect_close(one, other, tolerance=tolerance, input=vector, what="the size of the gradient at the input")


@pytest.mark.check(
    "rmsnorm.last_dimension",
    spec=("RMS-3", "RMS-5"),
    title="takes vectors, matrices and deeper inputs, and does to each vector what it does to it alone",
    hint="Write dim=-1 and keepdim=True, and ask of each operation which dimension it works on.",
)
def test_any_number_of_dimensions(subject, gen, observe):
    norm = subject.RMSNorm(4)
    fixed = torch.tensor([[1.0, 2.0, -2.0, 4.0], [0.5, -3.0, 1.0, 1.0], [2.0, 2.0, 8.0, -1.0], [-0.1, 0.2, 0.2, 0.4]])
    for x in (fixed, *(random_vectors(gen, *shape) for shape in ((1, 4), (4, 4, 4), (2, 3, 1, 2, 4)))):
        shape = tuple(x.shape)
        got = expect_shape(norm(x), shape, input=f"an input of shape {shape}")
        alone = torch.stack([expect_shape(norm(vector), (4,), input=vector) for vector in x.reshape(-1, 4)]).reshape(shape)
        if x is fixed:
            wide = x.double()
            observe("rmsnorm.answer.four_vectors", answer_text(got))
            observe("rmsnorm.along_first_dimension", is_what(got, oracle(x.T).T))
            observe("rmsnorm.over_everything", is_what(got, wide / (wide.square().mean() + 1e-5).sqrt()))
        expect_close(got, alone, input=x, what=f"the vectors of an input of shape {shape}, together and each alone")


@pytest.mark.check(
    "rmsnorm.sound",
    spec="RMS-5",
    title="gives an empty result for an empty batch",
    hint="Nothing needs to be done for this, unless the code looks at single rows.",
)
def test_empty_batch(subject):
    norm = subject.RMSNorm(4)
    expect_shape(norm(torch.zeros(0, 4)), (0, 4), input="an input of shape (0, 4)")
    expect_shape(norm(torch.zeros(2, 0, 4)), (2, 0, 4), input="an input of shape (2, 0, 4)")


@pytest.mark.check(
    "rmsnorm.gain",
    spec="RMS-4",
    title="multiplies each feature by its own gain, after the division",
    hint="The gain comes last. What happens to the root mean square if it comes first?",
)
def test_gain_multiplies_after_the_division(subject, gen, observe):
    x = random_vectors(gen, 40, 5)
    norm = subject.RMSNorm(5)
    normal = expect_shape(norm(x), (40, 5)).double()
    gains = []
    for seed in (3, 4, 5):
        subject.probes.randomize_parameters(norm, seed=seed)
        got = expect_shape(norm(x), (40, 5)).double()
        finite = bool(normal.isfinite().all() and got.isfinite().all())
        fitted, expected = fit_gains(normal, got) if finite else (torch.zeros(5), got)
        gains.append(fitted)
        if seed == 3:
            observe("rmsnorm.finite_with_random_gains", finite)
            observe("rmsnorm.gain_stays_one", is_what(got, normal))
            observe("rmsnorm.output_is_gain_times_normal", is_what(got, expected))
        assert finite, "of 40 ordinary vectors, some become infinite or not a number"
        expect_close(got.float(), expected, what="the outputs, against those with gain 1 times the gains that fit best")
    # Two gains may be close by chance, whichever the seed, but hardly the same two for three seeds.
    together = torch.stack(gains)
    apart = (together[:, :, None] - together[:, None]).abs().amax(0)
    closest = float(apart[torch.triu_indices(5, 5, 1).unbind()].min())
    observe("rmsnorm.gains_differ", closest > 1e-4)
    assert closest > 1e-4, "whatever the parameters are set to, two features have the same gain"


def fit_gains(normal, got):
    """The gain of each feature that fits best, beside a bias, which the handout leaves free; and the outputs with these."""
    gains, expected = [], torch.empty_like(normal)
    for feature in range(normal.shape[1]):
        design = torch.stack([normal[:, feature], torch.ones(len(normal), dtype=torch.float64)], dim=1)
        fitted = torch.linalg.lstsq(design, got[:, feature : feature + 1]).solution
        expected[:, feature] = (design @ fitted)[:, 0]
        gains.append(fitted[0, 0])
    return torch.stack(gains), expected


@pytest.mark.check(
    "rmsnorm.gain",
    spec="RMS-4",
    title="starts with equal gains, the same each time",
    hint="What should a norm do before it has learned anything? Look at how the gain is initialised.",
)
def test_starts_with_gain_one(subject, gen, observe):
    x = random_vectors(gen, 8)
    first, second = (expect_shape(subject.RMSNorm(8)(x), (8,)) for _ in range(2))
    observe("rmsnorm.starts_the_same", torch.equal(first, second))
    expect_equal(second, first, input=x, what="the outputs of two new modules")
    norm, order = subject.RMSNorm(8), torch.randperm(8, generator=gen)
    expect_close(norm(x[order]), norm(x)[order], input=x, what="the output for the same features in another order, put in order again")


@pytest.mark.check(
    "rmsnorm.sound",
    spec="RMS-6",
    title="normalises float16 vectors whose squares float16 cannot hold",
    hint="The largest float16 is 65504. In which dtype do you square?",
)
def test_float16_squares(subject, gen, observe):
    fixed = torch.tensor([3000.0, 4000.0], dtype=torch.float16)
    observe("rmsnorm.answer.float16", answer_text(subject.probes.cast(subject.RMSNorm(2), torch.float16)(fixed)))
    norm = subject.RMSNorm(16)
    x = (torch.randn(4, 16, generator=gen) * torch.tensor([[1.0], [300.0], [3000.0], [9000.0]])).half()
    expected = norm(x.float())
    got = expect_dtype(subject.probes.cast(norm, torch.float16)(x), torch.float16, input="float16 vectors with entries of about 1 to 9000")
    expect_close(got, expected, input=x, what="the vectors normalised in float16, against those in float32")


@pytest.mark.check(
    "rmsnorm.sound",
    spec=("RMS-5", "RMS-6"),
    title="keeps bfloat16, with the digits that bfloat16 has",
    hint="Compute in float32 and convert back to the input's dtype at the end.",
)
def test_bfloat16(subject, gen):
    norm = subject.RMSNorm(96)
    x = random_vectors(gen, 4, 96).bfloat16()
    expected = norm(x.float())
    got = expect_dtype(subject.probes.cast(norm, torch.bfloat16)(x), torch.bfloat16, input="bfloat16 vectors")
    # Two roundings of each entry: one after the division, one after the product with the gain.
    relative = Tolerance(0.0, 2.5 * torch.finfo(torch.bfloat16).eps / 2)
    expect_close(got, expected, tolerance=relative, what="the vectors normalised in bfloat16, against those in float32")


@pytest.mark.check(
    "rmsnorm.sound",
    spec=("RMS-5", "RMS-6"),
    title="keeps float64, with all its digits",
    hint="float() is float32. Which inputs need to be widened, and which are wide enough?",
)
def test_float64(subject, gen, observe):
    norm = subject.probes.cast(subject.RMSNorm(10), torch.float64)
    x = random_vectors(gen, 4, 10).double().abs() + 0.1
    usual, smaller = (expect_dtype(one_by_one(norm, vectors), torch.float64, input="float64 vectors") for vectors in (x, 0.37 * x))
    ratio = smaller / usual
    expect_close(ratio, ratio[:, :1].expand(4, 10), what="the output for 0.37 * x divided by that for x, the same for all features")
    got, expected = one_by_one(subject.probes.cast(subject.RMSNorm(10, eps=0.5), torch.float64), x), oracle(x, 0.5)
    right = torch.allclose(got.double(), expected, rtol=1e-5, atol=0.0)
    factor = got / expected
    observe("rmsnorm.half_of_the_digits", right and not torch.allclose(factor, factor[:1].expand(4, 10), rtol=1e-10, atol=0.0))
    if right:  # another formula is asked about elsewhere; and a gain of 1 may have come from float32
        what = "the vectors normalised in float64 with eps = 0.5, each divided by the right one, the same for all vectors"
        expect_close(factor, factor[:1].expand(4, 10), input=x, what=what)


@pytest.mark.check(
    "rmsnorm.sound",
    spec="RMS-7",
    title="handles very large and very small float32 vectors",
    hint="Where could a number become infinite or vanish on the way?",
)
def test_extremes(subject, gen, observe):
    norm = subject.RMSNorm(8)
    x = torch.rand(8, generator=gen) + 0.5
    usual = expect_shape(norm(x), (8,))
    largest = usual.abs().argmax()
    # Where the formula is right for ordinary vectors, it must be for large ones; where it is for small ones, for tiny ones.
    right = {size: is_close(norm(x * size), oracle(x * size)) for size in (1.0, 1e-4)}
    for size, as_right_as in ((1e15, 1.0), (1e-15, 1e-4), (1e-4, 1e-4), (1e9, 1.0)):
        got = expect_shape(norm(x * size), (8,))
        handled = bool(torch.isfinite(got).all() and (got != 0).any())
        observe(f"rmsnorm.handles_{size:g}", handled)
        assert handled, f"a vector with entries of about {size:g} becomes zero or is not finite"
        what = f"the output for x * {size:g}, against that for x, each divided by its largest entry"
        expect_close(got / got[largest], (usual / usual[largest]).double(), input=x, what=what)
        if right[as_right_as]:
            expect_close(got, oracle(x * size), input=x, what=f"the output for x * {size:g}")


@pytest.mark.check(
    "rmsnorm.sound",
    spec="RMS-7",
    title="has finite gradients at a vector of zeros",
    hint="What is the slope of the root at zero? What does eps do for it, and where must it stand?",
)
def test_gradient_at_zero(subject, observe):
    rows = subject.probes.gradients(subject.RMSNorm(4), torch.zeros(2, 4), input_gradients=True)
    bad = [row.name for row in rows if not row.finite]
    observe("rmsnorm.gradients_not_finite_at_zero", len(bad))
    assert not bad, f"at a vector of zeros, the gradient of {', '.join(bad)} is not finite"


@pytest.mark.check(
    "rmsnorm.sound",
    spec="RMS-8",
    title="leaves the input as it was, and takes one that is not contiguous",
    hint="Operations that end in an underscore, and x *= ..., change the caller's tensor.",
)
def test_input_left_alone(subject, gen):
    norm = subject.RMSNorm(6)
    x = random_vectors(gen, 3, 4, 6)
    expected = norm(x)
    assert not subject.last.mutated, "the caller's input was changed in place"
    expect_close(norm(strided(x)), expected, what="the output for the same input in another memory layout")


@pytest.mark.check(
    "rmsnorm.sound",
    spec="RMS-10",
    title="takes a fixed number of tensor operations, however many vectors there are",
    hint="A loop over vectors is slow. Which single operation does what your loop does?",
)
def test_no_loop(subject, reference, gen, observe):
    x = torch.randn(64, 8, generator=gen)

    def operations(code):
        return [code.probes.count(code.RMSNorm(8), vectors).operations for vectors in (x, x[:2])]

    got, few = operations(subject)
    observe("rmsnorm.loops", got > 64)
    # Views count, too, of which an einsum makes many: what matters is that they do not grow.
    expect_cost(got, reference.once(operations)[0], 8, "the number of tensor operations for 64 vectors")
    assert got <= few + 4, f"64 vectors take {got} tensor operations, and 2 vectors {few}"


@pytest.mark.check(
    "rmsnorm.sound",
    spec="RMS-11",
    title="refuses a last dimension that broadcasting would stretch, and a dim below 1",
    hint="A last dimension of 1 broadcasts to anything. Compare it with dim yourself.",
)
def test_bad_sizes(subject, observe):
    norm = subject.RMSNorm(8)
    try:
        stretched = answer_text(norm(torch.ones(1)))
    except ValueError:
        stretched = "refused"
    observe("rmsnorm.answer.stretched", stretched)
    for shape in ((4, 1), (8, 4), (1,)):
        with pytest.raises(ValueError):
            norm(torch.ones(shape))
    for dim in (0, -3):
        with pytest.raises(ValueError) as caught:
            subject.RMSNorm(dim)
        assert str(dim) in str(caught.value), f"the message for dim={dim} does not name it: {caught.value}"
