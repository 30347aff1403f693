"""Comparisons: each is seen to pass and to fail, and its message says what a student needs."""

from __future__ import annotations

import math

import pytest
import torch

from grader.checks.compare import (
    CheckFailure,
    expect_at_most,
    expect_close,
    expect_dtype,
    expect_equal,
    expect_refused,
    expect_shape,
    expect_that,
)
from grader.checks.margin import LARGEST, noting_margins
from grader.checks.small_text import bounded, small_text
from grader.checks.tolerance import EXACT, Tolerance, tolerance_for

INF, NAN = math.inf, math.nan


def test_a_failure_carries_its_parts_and_prints_them() -> None:
    failure = CheckFailure("The shape is wrong.", input="x", expected="(2,)", got="(3,)")
    assert (failure.rationale, failure.input, failure.expected, failure.got) == ("The shape is wrong.", "x", "(2,)", "(3,)")
    assert str(failure) == "The shape is wrong.\n  input: x\n  expected: (2,)\n  got: (3,)"
    assert isinstance(failure, AssertionError)
    assert len(str(CheckFailure("r" * 10_000, input="i" * 10_000, expected="e" * 10_000, got="g" * 10_000))) < 5_000


# --- tolerance -------------------------------------------------------------------------------------------------------


def test_the_bound_is_the_text_books() -> None:
    bound = tolerance_for(torch.tensor([-4.0, 1.0, INF, NAN]), torch.float32, depth=100)
    roundoff = 100 * 2.0**-24
    assert bound.absolute == pytest.approx(4 * roundoff / (1 - roundoff), rel=1e-6)
    assert bound.relative == 0.0
    assert tolerance_for(torch.ones(1), torch.float32, depth=100, scale=8.0).absolute == pytest.approx(2 * bound.absolute, rel=1e-6)
    assert tolerance_for(torch.ones(1), torch.int64) == EXACT
    assert 0 < tolerance_for(torch.zeros(3), torch.float32).absolute < 1e-30


def test_the_bound_holds_for_the_worst_order_of_a_sum() -> None:
    values = torch.rand(4096, generator=torch.Generator().manual_seed(0))
    total = torch.zeros(())
    for value in values:
        total = total + value
    expect_close(total, values.double().sum(), depth=4096)
    with pytest.raises(CheckFailure):
        expect_close(total * 1.001, values.double().sum(), depth=4096)


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.bfloat16, torch.float16])
def test_right_answers_of_each_dtype_pass_and_wrong_ones_fail(dtype: torch.dtype) -> None:
    x = torch.randn(20, 64, generator=torch.Generator().manual_seed(1), dtype=torch.float64).to(dtype)
    exact = x.double() / (x.double().square().mean(-1, keepdim=True) + 1e-5).sqrt()
    expect_close(x / (x.square().mean(-1, keepdim=True) + 1e-5).sqrt(), exact)
    with pytest.raises(CheckFailure):
        expect_close(x / (x.square().mean(-1, keepdim=True) + 1e-5), exact)


def test_a_bound_without_a_digit_left_is_refused() -> None:
    with pytest.raises(ValueError, match="no error bound"):
        tolerance_for(torch.ones(1), torch.bfloat16, depth=256)
    with pytest.raises(ValueError, match="not negative"):
        Tolerance(-1.0)


# --- expect_close ----------------------------------------------------------------------------------------------------


def test_shape_comes_first_and_is_said_alone() -> None:
    with pytest.raises(CheckFailure) as caught:
        expect_close(torch.zeros(2, 3), torch.ones(3, 2), what="the output", input=torch.tensor([3.0, 4.0]))
    assert caught.value.rationale == "the output: the shape is (2, 3), not (3, 2)"
    assert (caught.value.expected, caught.value.got) == ("(3, 2)", "(2, 3)")
    assert caught.value.input == "torch.tensor([3.0, 4.0])"


def test_small_answers_are_shown_whole() -> None:
    with pytest.raises(CheckFailure) as caught:
        expect_close(torch.tensor([1.0, 2.0]), torch.tensor([1.0, 2.5], dtype=torch.float64), input="a row")
    assert caught.value.rationale == "1 of 2 values differs; the worst at [1]: off by 0.5, 20 % of it"
    assert (caught.value.input, caught.value.expected, caught.value.got) == (
        "a row",
        "torch.tensor([1.0, 2.5])",
        "torch.tensor([1.0, 2.0])",
    )


def test_large_answers_show_their_worst_elements() -> None:
    expected = torch.ones(4, 5, 6, dtype=torch.float64)
    got = expected.float()
    got[1, 2, 3], got[0, 4, 5], got[3, 0, 0] = 1.5, -8.0, 1.01
    with pytest.raises(CheckFailure) as caught:
        expect_close(got, expected)
    assert caught.value.rationale == "3 of 120 values differ; the worst at [0, 4, 5]: off by 9, 900 % of it"
    assert caught.value.got == "[0, 4, 5] -8.0; [1, 2, 3] 1.5; [3, 0, 0] 1.01"
    assert caught.value.expected == "[0, 4, 5] 1.0; [1, 2, 3] 1.0; [3, 0, 0] 1.0"


def test_single_numbers() -> None:
    expect_close(0.1 + 0.2, 0.3)
    expect_close(torch.tensor(2), 2)
    with pytest.raises(CheckFailure) as caught:
        expect_close(3.0, 3.5)
    assert (caught.value.rationale, caught.value.expected, caught.value.got) == (
        "the value differs; the worst at the only element: off by 0.5, 14 % of it",
        "3.5",
        "3.0",
    )


@pytest.mark.parametrize(
    ("got", "expected"), [(NAN, 1.0), (INF, 1.0), (1.0, INF), (1.0, NAN), (-INF, INF), (NAN, INF), (INF, NAN), (NAN, NAN)]
)
def test_what_is_not_finite_must_stand_where_it_should(got: float, expected: float) -> None:
    if not math.isnan(got):
        expect_close(torch.tensor([got, 2.0]), torch.tensor([got, 2.0]))
    with pytest.raises(CheckFailure, match="1 of 2 values differs"):
        expect_close(torch.tensor([got, 2.0]), torch.tensor([expected, 2.0]))


def test_an_infinite_expectation_does_not_widen_the_tolerance_of_the_others() -> None:
    with pytest.raises(CheckFailure):
        expect_close(torch.tensor([INF, 2.1]), torch.tensor([INF, 2.0]))
    with pytest.raises(CheckFailure):
        expect_close(torch.tensor([1e30]), torch.tensor([INF]), tolerance=Tolerance(0.0, relative=0.1))


def test_a_given_tolerance_is_kept_to() -> None:
    expect_close(torch.tensor([1.09]), torch.tensor([1.0]), tolerance=Tolerance(0.1))
    expect_close(torch.tensor([109.0]), torch.tensor([100.0]), tolerance=Tolerance(0.0, relative=0.1))
    with pytest.raises(CheckFailure):
        expect_close(torch.tensor([1.11]), torch.tensor([1.0]), tolerance=Tolerance(0.1))


@pytest.mark.parametrize(("got", "said"), [(None, r"nothing \(None\)"), ((torch.ones(2),), "a tuple"), ("1", "a str")])
def test_what_is_no_tensor_is_said(got: object, said: str) -> None:
    with pytest.raises(CheckFailure, match=f"the answer is {said}, not a tensor of shape"):
        expect_close(got, torch.ones(2))


def test_empty_answers_compare_by_shape() -> None:
    expect_close(torch.empty(0, 3), torch.empty(0, 3))
    with pytest.raises(CheckFailure):
        expect_close(torch.empty(0, 3), torch.empty(3, 0))


# --- the others ------------------------------------------------------------------------------------------------------


def test_expect_shape_and_dtype_return_the_tensor() -> None:
    tensor = torch.zeros(2, 3, dtype=torch.int64)
    assert expect_shape(tensor, [2, 3]) is tensor
    assert expect_dtype(tensor, torch.int64) is tensor
    with pytest.raises(CheckFailure, match=r"tokens: the shape is \(2, 3\), not \(3,\)"):
        expect_shape(tensor, (3,), what="tokens")
    with pytest.raises(CheckFailure, match=r"the dtype is torch\.int64, not torch\.float32"):
        expect_dtype(tensor, torch.float32)
    with pytest.raises(CheckFailure, match="a list, not a tensor of dtype"):
        expect_dtype([1], torch.int64)


@pytest.mark.parametrize(
    ("got", "expected"),
    [
        (torch.tensor([1, 2]), torch.tensor([1, 2])),
        (torch.tensor([1, 2], dtype=torch.int32), torch.tensor([1, 2])),
        (3, torch.tensor(3)),
        ((1, [2, torch.ones(2)], {"a": None}), (1, [2, torch.ones(2)], {"a": None})),
        ("x", "x"),
    ],
)
def test_equal_things_are_equal(got: object, expected: object) -> None:
    expect_equal(got, expected)


@pytest.mark.parametrize(
    ("got", "expected"),
    [
        (torch.tensor([1, 3]), torch.tensor([1, 2])),
        (torch.tensor([[1, 2]]), torch.tensor([1, 2])),
        (torch.tensor([NAN]), torch.tensor([1.0])),
        (torch.tensor([NAN]), torch.tensor([NAN])),
        ([1, 2], torch.tensor([1, 2])),
        ((1, [2, torch.ones(2)]), (1, [2, torch.zeros(2)])),
        ([1], (1,)),
        ([1, 2], [1]),
        ({"a": 1}, {"b": 1}),
        (torch.tensor(1), 1),
        ("x", "y"),
    ],
)
def test_different_things_are_not(got: object, expected: object) -> None:
    with pytest.raises(CheckFailure):
        expect_equal(got, expected)


def test_the_first_difference_is_named() -> None:
    with pytest.raises(CheckFailure, match=r"sequences: 2 of 4 values differ; the first at \[0, 1\]"):
        expect_equal(torch.tensor([[1, 2], [3, 4]]), torch.tensor([[1, 9], [3, 9]]), what="sequences")


def test_expect_at_most() -> None:
    expect_at_most(400, 100, 4, "FLOPs")
    with pytest.raises(CheckFailure) as caught:
        expect_at_most(40_100, 10_000, 4, "FLOPs")
    assert caught.value.rationale == "FLOPs: 40,100, which is 4.0 times what the reference solution needs; at most 4 times is allowed"
    assert (caught.value.expected, caught.value.got) == ("at most 40,000", "40,100")
    expect_at_most(0, 0, 2, "escapes")
    with pytest.raises(CheckFailure):
        expect_at_most(1, 0, 2, "escapes")


@pytest.mark.parametrize("wrong", [False, torch.tensor(False)])
def test_expect_that_shows_the_example(wrong: bool | torch.Tensor) -> None:
    expect_that(True, "It moved.", expected="the same", got="another")
    expect_that(torch.tensor(True), "It moved.", expected="the same", got="another")
    with pytest.raises(CheckFailure) as caught:
        expect_that(wrong, "It moved.", input=torch.tensor([3]), expected="at most 2", got=2.5)
    failure = caught.value
    assert (failure.rationale, failure.input, failure.expected, failure.got) == ("It moved.", "torch.tensor([3])", "at most 2", "2.5")
    with pytest.raises(CheckFailure) as caught:
        expect_that(wrong, "r" * 10_000, input="i" * 10_000, expected="e" * 10_000, got=list(range(10_000)))
    assert len(str(caught.value)) < 5_000


def test_a_refusal_gives_its_message() -> None:
    assert expect_refused(lambda: int("five"), input="five") == "invalid literal for int() with base 10: 'five'"
    with pytest.raises(CheckFailure) as caught:
        expect_refused(lambda: int("5"), input="five")
    failure = caught.value
    assert failure.rationale == "It should have raised ValueError and did not."
    assert (failure.input, failure.expected, failure.got) == ("five", "ValueError", "no exception")
    with pytest.raises(TypeError) as other:
        expect_refused(lambda: int([]), input="an empty list")  # type: ignore[call-overload]
    assert other.value.__notes__ == ["an empty list"]


# --- texts -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value",
    [
        torch.tensor([[1.0, 0.1], [-2.5e-10, 1e30]]),
        torch.tensor([0.1, 1 / 3], dtype=torch.float64),
        torch.tensor([0.1, 3.0], dtype=torch.bfloat16),
        torch.tensor([1, -2]),
        torch.tensor([1, 2], dtype=torch.int32),
        torch.tensor(True),
        torch.tensor(2.5),
        torch.tensor([INF, -INF]),
        torch.empty(0, 3),
        torch.empty(2, 0, dtype=torch.int64),
        [1, 2.5, "a", None, (True,), {"k": (1, 2)}],
        0.1,
        INF,
    ],
)
def test_small_values_can_be_typed_back(value: object) -> None:
    back = eval(small_text(value), {"torch": torch})
    if isinstance(value, torch.Tensor):
        assert back.dtype is value.dtype and torch.equal(back, value)
    else:
        assert back == value


def test_large_values_are_described() -> None:
    text = small_text(torch.arange(1000).reshape(10, 100))
    assert text == "<int64 tensor of shape (10, 100), the first values [0, 1, 2, 3, 4, 5, ...]>"
    assert len(small_text(["word"] * 5000)) <= 1200
    assert bounded("a" * 50 + "b" * 50, 25) == "a" * 10 + " ... " + "b" * 10


def test_comparisons_say_how_near_they_came_to_their_tolerance() -> None:
    with noting_margins() as noted:
        expect_close(torch.tensor([1.0, 2.1]), torch.tensor([1.0, 2.0]), tolerance=Tolerance(0.2))
        with pytest.raises(CheckFailure):
            expect_close(torch.tensor([1.0, 5.0]), torch.tensor([1.0, 2.0]), tolerance=Tolerance(0.2))
        with pytest.raises(CheckFailure):
            expect_close(torch.tensor([float("nan")]), torch.tensor([2.0]))
    assert noted == [pytest.approx(0.5, rel=1e-5), pytest.approx(15.0), LARGEST]
