"""Answers as facts for diagnosis: short, equal for equal mistakes, and never an exception."""

import pytest
import torch

from grader.checks.answer_text import MAX_ANSWER, answer_text

CYCLE: list[object] = []
CYCLE.append(CYCLE)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "None"),
        (True, "True"),
        (12345, "12345"),
        (-0.0, "0"),
        (0.123456, "0.123"),
        (1234.56, "1230"),
        (999.7, "1000"),
        (float("nan"), "nan"),
        (float("-inf"), "-inf"),
        ("a", "'a'"),
        (ValueError("p must be below 1"), "raises ValueError"),
        (object(), "object"),
        ((1, 2.0, [3]), "[1, 2, [3]]"),
        ({"a": 0.5}, "{'a': 0.5}"),
        (torch.tensor(3), "3"),
        (torch.tensor([[0.6, 0.8], [-0.0, float("inf")]]), "[[0.6, 0.8], [0, inf]]"),
        (torch.tensor([True, False]), "[True, False]"),
        (torch.zeros(0, 4), "float32 (0, 4)"),
        (torch.zeros(2, dtype=torch.complex64), "complex64 (2,)"),
    ],
)
def test_reads_as_one_would_write_it(value, text):
    assert answer_text(value) == text


def test_rounding_does_not_show():
    exact = torch.tensor([0.1875, 0.0, 1 / 3, 2.5e-3], dtype=torch.float64)
    noise = torch.tensor([-1e-8, 3e-8, 1e-8, -1e-11], dtype=torch.float64)
    assert answer_text(exact + noise) == answer_text((exact - noise).float()) == answer_text(exact)
    assert answer_text([1e-9, 2e-9]) == "[1e-09, 2e-09]", "small numbers among their like are no rounding error"
    assert answer_text([1e-4, -1e9]) == "[0.0001, -1e+09]", "a mask's filling does not blot out the rest"


def test_long_answers_differ_when_their_ends_do():
    first = torch.arange(200.0)
    second = first.clone()
    second[-1] = 7
    assert len(answer_text(first)) == MAX_ANSWER
    assert answer_text(first) != answer_text(second)
    assert answer_text(torch.zeros(3000)) != answer_text(torch.zeros(3001))


@pytest.mark.parametrize(
    "value",
    [
        torch.zeros(1).expand(10**6, 10**3),
        10**6000,
        "\ud800" * 900,
        b"\xff" * 900,
        CYCLE,
        [[]] * 10**5,
        torch.zeros(2).to_sparse(),
        {(): CYCLE},
    ],
    ids=lambda value: type(value).__name__,
)
def test_no_answer_makes_it_raise(value):
    assert len(answer_text(value)) <= MAX_ANSWER
