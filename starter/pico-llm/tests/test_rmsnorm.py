"""Public checks of the exercise rmsnorm, handout section 3. Only the contract is used; the gain may have any name."""

import pytest
import torch
from hypothesis import strategies as st

from grader.checks.compare import expect_close, expect_dtype, expect_equal, expect_refused, expect_shape, expect_that
from grader.checks.properties import property_check


@pytest.mark.check(
    "rmsnorm.root_mean_square",
    spec="RMS-1",
    title="turns (3, 4) into (0.8485, 1.1314)",
    hint="Work it out by hand: what is the mean of the squares, what is its root, and what do you divide by it?",
)
def test_handout_example(subject):
    got = subject.RMSNorm(2)(torch.tensor([3.0, 4.0]))
    expect_close(got, torch.tensor([3.0, 4.0]) / (12.5 + 1e-5) ** 0.5, input="x = (3, 4)", what="the normalised vector")


@pytest.mark.check(
    "rmsnorm.root_mean_square",
    spec="RMS-1",
    title="subtracts nothing: equal entries stay equal and do not become zero",
    hint="Layer normalisation takes the mean away first. RMSNorm does not.",
)
def test_subtracts_nothing(subject):
    got = subject.RMSNorm(3)(torch.tensor([5.0, 5.0, 5.0]))
    expect_close(got, torch.full((3,), 5.0 / (25.0 + 1e-5) ** 0.5), input="x = (5, 5, 5)", what="the normalised vector")


@pytest.mark.check(
    "rmsnorm.root_mean_square",
    spec="RMS-2",
    title="adds the eps that it is given to the mean square, inside the root",
    hint="Look at the handout's example of a small vector. In which order do you add eps and take the root?",
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
    rows = subject.probes.gradients(subject.RMSNorm(1), torch.tensor([5.0]), input_gradients=True)
    slope = next((row.norm for row in rows if row.name == "args[0]"), None)
    expect_that(slope is not None, "no gradient reaches the input", input="x = (5)", expected="a gradient at x", got="none")
    sentence = f"RMSNorm(1) maps 5 to 1, and 5.01 as well: the slope is 0; but the gradient at the input is {slope:.3g}"
    expect_that(slope < 1e-3, sentence, input="x = (5)", expected="less than 0.001", got=f"{slope:.3g}")


@pytest.mark.check(
    "rmsnorm.last_dimension",
    spec=("RMS-3", "RMS-5"),
    title="normalises each vector by itself, whatever stands beside it",
    hint="mean() without dim= is the mean of everything. Which numbers belong to one vector?",
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
        any(torch.Size(shape).numel() == 6 for shape in sizes.values()),
        f"RMSNorm(6) should learn 6 gains; the parameters that a gradient reaches are {sizes or 'none'}",
        input="RMSNorm(6), and x of shape (2, 6)",
        expected="a parameter with 6 numbers",
        got=sizes or "none",
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
    norm = subject.RMSNorm(2)
    got = subject.probes.cast(norm, torch.float16)(x)
    expect_close(got, norm(x.float()), input="x = (3000, 4000) in float16", what="the normalised vector, against the one in float32")


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
