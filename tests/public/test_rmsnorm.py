"""Public checks of the exercise rmsnorm, handout section 3. Only the contract is used; the gain may have any name."""

import pytest
import torch
from hypothesis import strategies as st

from grader.checks.compare import CheckFailure, expect_close, expect_dtype, expect_equal, expect_refused, expect_shape, expect_that
from grader.checks.properties import property_check


@pytest.mark.check(
    "rmsnorm.root_mean_square",
    spec="RMS-1",
    title="turns (3, 4) into (0.8485, 1.1314)",
    hint="Work it out by hand: the mean of the squares, its root, the division. And by what does a new module multiply?",
)
def test_handout_example(subject):
    got = subject.RMSNorm(2)(torch.tensor([3.0, 4.0]))
    expect_close(got, torch.tensor([3.0, 4.0]) / (12.5 + 1e-5) ** 0.5, input="x = (3, 4)", what="the normalised vector")


@pytest.mark.check(
    "rmsnorm.root_mean_square",
    spec="RMS-1",
    title="subtracts nothing: equal entries stay equal and do not become zero",
    hint="Layer normalisation takes the mean away first; RMSNorm does not. And a gain of 1 for each feature leaves equal entries equal.",
)
def test_subtracts_nothing(subject):
    got = subject.RMSNorm(3)(torch.tensor([5.0, 5.0, 5.0]))
    expect_close(got, torch.full((3,), 5.0 / (25.0 + 1e-5) ** 0.5), input="x = (5, 5, 5)", what="the normalised vector")


@pytest.mark.check(
    "rmsnorm.root_mean_square",
    spec="RMS-2",
    title="adds the eps that it is given to the mean square, inside the root",
    hint="Look at the handout's example of a small vector. In which order do you add eps and take the root? And is the gain 1 at first?",
)
def test_eps_inside_the_root(subject):
    got = subject.RMSNorm(2, eps=1e-5)(torch.tensor([0.003, 0.004]))
    expect_close(got, torch.tensor([0.003, 0.004]) / 2.25e-5**0.5, input="x = (0.003, 0.004), eps = 1e-5", what="the normalised vector")
    got = subject.RMSNorm(2, eps=0.1)(torch.tensor([0.3, 0.4]))
    expect_close(got, torch.tensor([0.3, 0.4]) / 0.225**0.5, input="x = (0.3, 0.4), eps = 0.1", what="the normalised vector")


@pytest.mark.check(
    "rmsnorm.root_mean_square",
    spec="RMS-9",
    title="lets the root take part in the gradient",
    hint="A vector of one number becomes 1 or -1, however large it is. How much does the result change when the number does?",
)
def test_gradient_of_a_single_number(subject):
    norm, x = subject.RMSNorm(1), torch.tensor([5.0])
    norm(x)
    sentence = "RMSNorm writes into its input, so no gradient can be asked for at the number that came in"
    expect_that(not subject.last.mutated, sentence, input="x = (5)", expected="x as it was", got="another x")
    rows = subject.probes.gradients(norm, x, input_gradients=True)
    slope = next((row.norm for row in rows if row.name == "args[0]"), None)
    expect_that(slope is not None, "no gradient reaches the input", input="x = (5)", expected="a gradient at x", got="none")
    sentence = f"RMSNorm(1) maps 5 to 1, and 5.01 as well: the slope is 0; but the gradient at the input is {slope:.3g}"
    expect_that(slope < 1e-3, sentence, input="x = (5)", expected="less than 0.001", got=f"{slope:.3g}")


@pytest.mark.check(
    "rmsnorm.last_dimension",
    spec=("RMS-3", "RMS-5"),
    title="normalises each vector by itself, whatever stands beside it",
    hint="Which numbers belong to one vector? Does your mean take these and no others, and is each vector divided by its own?",
)
@property_check({"batch": st.integers(1, 3), "seq": st.integers(1, 4), "dim": st.integers(1, 9)}, examples=12)
def test_each_vector_by_itself(subject, gen, batch, seq, dim):
    norm = subject.RMSNorm(dim)
    x = torch.randn(batch, seq, dim, generator=gen) * 10.0 ** torch.randint(-1, 3, (batch, seq, 1), generator=gen)
    together = expect_shape(norm(x), (batch, seq, dim), input=x, what="the result")
    alone = torch.stack([norm(vector) for vector in x.flatten(0, 1)]).reshape(batch, seq, dim)
    expect_close(together, alone, input=x, what="the vectors of the whole input, against each vector alone")


@pytest.mark.check(
    "rmsnorm.gain",
    spec="RMS-4",
    title="learns one gain per feature",
    hint="A tensor becomes something to learn only as an nn.Parameter. How many features has a vector, and how many gains do you have?",
)
def test_a_gain_for_each_feature(subject):
    rows = subject.probes.gradients(subject.RMSNorm(6), torch.arange(12.0).reshape(2, 6) - 4.5)
    sizes = {row.name: row.shape for row in rows if row.norm}
    expect_that(
        sum(torch.Size(shape).numel() for shape in sizes.values()) >= 6,  # how they are stored is free
        f"RMSNorm(6) should learn 6 gains; the parameters that a gradient reaches are {sizes or 'none'}",
        input="RMSNorm(6), and x of shape (2, 6)",
        expected="parameters with 6 numbers or more",
        got=sizes or "none",
    )


@pytest.mark.check(
    "rmsnorm.gain",
    spec="RMS-4",
    title="starts as if every gain were 1",
    hint="What should a norm that has learned nothing yet do to a vector whose mean square is 1 already?",
)
def test_gains_start_at_one(subject):
    x = torch.tensor([1.0, -1.0, 1.0, -1.0])  # mean 0, mean square 1: no mistake in the mean or the root makes its entries differ
    shown = "x = (1, -1, 1, -1)"
    for number in ("one", "another"):
        got = expect_shape(subject.RMSNorm(4)(x), (4,), input=shown)
        gains = ", ".join(f"{gain:.3g}" for gain in (got / x).tolist())
        sentence = f"{number} new RMSNorm(4) does not treat all features alike: it multiplies the entries of x by {gains}"
        expect_that((got * x - got[0] * x[0]).abs().max() < 1e-3, sentence, input=shown, expected="(1, -1, 1, -1)", got=got)
    # Gains that start at another number than 1 show everywhere. A wrong mean square does not: the sum is right for one number, and what is
    # divided by one number too few is nearly right for a thousand.
    signs = x.repeat(250)
    one = float(expect_shape(subject.RMSNorm(1)(torch.ones(1)), (1,), input="x = (1)"))
    many = float(expect_shape(subject.RMSNorm(1000)(signs), (1000,), input="1 and -1 in turn, 1000 numbers")[0])
    expect_that(
        abs(one - 1) < 0.01 or abs(many - 1) < 0.01,
        f"a new RMSNorm(1) makes {one:.3g} of 1, and a new RMSNorm(1000) makes {many:.3g} of the 1 in (1, -1, 1, -1, ...)",
        input="x = (1), and x = (1, -1, 1, -1, ...) of 1000 numbers",
        expected="1 and 1",
        got=f"{one:.3g} and {many:.3g}",
    )


@pytest.mark.check(
    "rmsnorm.gain",
    spec="RMS-4",
    title="multiplies by the gain after the division",
    hint="If all gains were 2, how large should the result be? In which order do you divide and multiply?",
)
def test_gain_comes_last(subject):
    norm = subject.RMSNorm(2)
    inputs = [torch.tensor([3.0, 4.0]), torch.tensor([4.0, 3.0])]
    before = [norm(x) for x in inputs]
    subject.probes.randomize_parameters(norm, seed=1)
    # A bias, which the handout leaves free, falls out of the difference.
    gains = [(norm(x) - norm(-x)) / 2 / normal for x, normal in zip(inputs, before, strict=True)]
    expect_close(
        gains[1],
        gains[0],
        input="x = (4, 3) and x = (3, 4)",
        what="the gains that (4, 3) is multiplied by, against those of (3, 4), with other gains than 1",
    )


@pytest.mark.check(
    "rmsnorm.sound",
    spec="RMS-7",
    title="leaves a vector of zeros a vector of zeros",
    hint="What keeps you from dividing by zero?",
)
def test_zeros_stay_zeros(subject):
    expect_equal(subject.RMSNorm(4)(torch.zeros(2, 4)), torch.zeros(2, 4), input="x = zeros of shape (2, 4)")


@pytest.mark.check(
    "rmsnorm.sound",
    spec=("RMS-5", "RMS-8"),
    title="returns the dtype that came in, and leaves the input as it was",
    hint="What dtype has the result for bfloat16 input? And does any operation write into x itself?",
)
def test_dtype_and_input_kept(subject):
    for dtype in (torch.float64, torch.float16, torch.bfloat16):
        got = subject.probes.cast(subject.RMSNorm(4), dtype)(torch.full((2, 4), 3.0, dtype=dtype))
        x = f"threes of shape (2, 4) in {dtype}"
        expect_that(not subject.last.mutated, "the caller's input was changed in place", input=x, expected="x as it was", got="another x")
        expect_dtype(got, dtype, input=x)


@pytest.mark.check(
    "rmsnorm.sound",
    spec="RMS-6",
    title="normalises (3000, 4000) in float16 as any other vector",
    hint="The square of 3000 is nine million, and the largest float16 is 65504. In which dtype do you square?",
)
def test_squares_do_not_overflow(subject):
    x = torch.tensor([3000.0, 4000.0], dtype=torch.float16)
    norm, shown = subject.RMSNorm(2), "x = (3000, 4000) in float16"
    got = expect_shape(subject.probes.cast(norm, torch.float16)(x), (2,), input=shown)
    try:  # what is wrong in float32, too, is asked elsewhere
        expect_close(got, norm(x.float()))
    except CheckFailure:
        expect_close(got, x.double() / 12.5e6**0.5, input=shown, what="the normalised vector")


@pytest.mark.check(
    "rmsnorm.sound",
    spec="RMS-11",
    title="refuses vectors of the wrong size with a ValueError that names it",
    hint="Compare the last dimension of the input with dim at the beginning of forward.",
)
def test_wrong_width(subject):
    x = "RMSNorm(8), and x of shape (2, 5)"
    message = expect_refused(lambda: subject.RMSNorm(8)(torch.ones(2, 5)), input=x)
    named = "8" in message or "5" in message
    expect_that(named, f"the message names neither 8 nor 5: {message}", input=x, expected="a message with 8 or 5 in it", got=message)
