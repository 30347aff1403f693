"""Property checks: a frozen corpus, replayed smallest first; the smallest failing example shown; ended workers end the search."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import strategies as st

from grader.checks import properties
from grader.checks.compare import CheckFailure
from grader.checks.ends import CheckTimeout
from grader.checks.properties import Corpus, generate, property_check
from grader.checks.worker_source import WorkerExit

NUMBERS = st.fixed_dictionaries({"example": st.integers(0, 10_000)})


@pytest.fixture
def corpus() -> Corpus:
    return Corpus(seed=5, minimise=True, begin_example=lambda _: None)


@pytest.fixture
def subject() -> str:
    return "the subject"


@property_check(st.lists(st.integers(0, 9), max_size=4), examples=20)
@pytest.mark.parametrize("name", ["a", "b"])
def test_it_works_with_fixtures_and_parameters(subject: str, name: str, example: list[int]) -> None:
    assert subject == "the subject" and name in "ab" and len(example) <= 4


def runs(minimise: bool, test: Callable[..., None]) -> list[int]:
    begun: list[int] = []
    property_check(st.integers(0, 10_000), examples=30)(test)(corpus=Corpus(5, minimise, begun.append))
    return begun


def test_the_corpus_is_the_same_each_time_and_another_for_another_seed() -> None:
    first = generate(NUMBERS, 1, 30)
    assert first == generate(NUMBERS, 1, 30)
    assert first != generate(NUMBERS, 2, 30)
    assert 20 <= len(first) <= 30
    assert len({str(example) for example in first}) == len(first)


def test_the_corpus_does_not_depend_on_what_else_is_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Hypothesis would pick constants out of local source files: here a thousand of them.
    before = generate(NUMBERS, 1, 200)
    (tmp_path / "local_constants.py").write_text(f"X = {list(range(9_000, 10_000))}\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    importlib.import_module("local_constants")
    assert generate(NUMBERS, 1, 200) == before


def test_examples_run_once_each_smallest_first_and_announce_themselves() -> None:
    seen: list[int] = []
    begun = runs(True, lambda example: seen.append(example))
    assert seen == [example["example"] for example in generate(NUMBERS, 5, 30)]
    assert seen == sorted(seen)
    assert len(set(begun)) == len(begun) == len(seen)


def fails_from(limit: int) -> Callable[..., None]:
    def test(example: int) -> None:
        if example >= limit:
            raise CheckFailure("too large", input="n", expected="less", got=str(example))

    return test


def test_graders_see_the_smallest_failure_of_the_corpus() -> None:
    smallest = next(example["example"] for example in generate(NUMBERS, 5, 30) if example["example"] >= 137)
    with pytest.raises(CheckFailure) as caught:
        runs(False, fails_from(137))
    assert smallest > 137
    assert caught.value.input == f"example = {smallest}; n"
    assert (caught.value.rationale, caught.value.expected, caught.value.got) == ("too large", "less", str(smallest))


def test_students_see_the_smallest_failure_there_is() -> None:
    with pytest.raises(CheckFailure) as caught:
        runs(True, fails_from(137))
    assert (caught.value.input, caught.value.got) == ("example = 137; n", "137")


def test_another_kind_of_failure_is_not_taken_for_the_same() -> None:
    known = {example["example"] for example in generate(NUMBERS, 5, 30)}
    met: list[int] = []

    def test(example: int) -> None:
        if example < 5000 and example not in known:
            met.append(example)
            raise KeyError("another fault, only off the corpus")
        fails_from(5000)(example)

    with pytest.raises(CheckFailure) as caught:
        runs(True, test)
    assert met, "the search came by"
    assert caught.value.input == "example = 5000; n"


def test_a_plain_assertion_gets_its_example() -> None:
    def test(example: int) -> None:
        assert example < 10, "it should be less than ten"

    with pytest.raises(CheckFailure, match="it should be less than ten") as caught:
        runs(True, test)
    assert caught.value.input == "example = 10"


def test_other_errors_keep_their_kind_and_note_the_example() -> None:
    def test(example: int) -> None:
        if example > 99:
            raise IndexError("out of range")

    with pytest.raises(IndexError) as caught:
        runs(True, test)
    assert caught.value.__notes__ == ["with example = 100"]


def test_a_stub_is_reported_at_once() -> None:
    calls: list[int] = []

    def test(example: int) -> None:
        calls.append(example)
        raise NotImplementedError("rmsnorm")

    with pytest.raises(NotImplementedError):
        runs(True, test)
    assert len(calls) == 1


def test_a_timeout_ends_everything_at_once() -> None:
    calls: list[int] = []

    def test(example: int) -> None:
        calls.append(example)
        raise CheckTimeout("no answer", WorkerExit("running"))

    with pytest.raises(CheckTimeout) as caught:
        runs(True, test)
    assert len(calls) == 1
    assert caught.value.__notes__ == [f"with example = {calls[0]}"]


def test_a_timeout_while_searching_leaves_the_failure_that_was_found() -> None:
    calls: list[int] = []

    def test(example: int) -> None:
        calls.append(example)
        if len(calls) > 1 and calls[0] != example and any(call >= 137 for call in calls[:-1]):
            raise CheckTimeout("no answer", WorkerExit("running"))
        fails_from(137)(example)

    with pytest.raises(CheckFailure) as caught:
        runs(True, test)
    first_failing = next(call for call in calls if call >= 137)
    assert caught.value.got == str(first_failing)
    assert len(calls) == calls.index(first_failing) + 2


@pytest.mark.parametrize(("name", "limit", "calls_left"), [("_SHRINK_CALLS", 3, 3), ("_SHRINK_SECONDS", 0.0, 0)])
def test_the_search_is_bounded(monkeypatch: pytest.MonkeyPatch, name: str, limit: float, calls_left: int) -> None:
    calls: list[int] = []

    def test(example: int) -> None:
        calls.append(example)
        fails_from(137)(example)

    monkeypatch.setattr(properties, name, limit)
    with pytest.raises(CheckFailure):
        runs(True, test)
    first_failing = next(call for call in calls if call >= 137)
    assert len(calls) == calls.index(first_failing) + 1 + calls_left


def test_a_missing_argument_is_the_authors_mistake() -> None:
    with pytest.raises(TypeError, match="must take the generated dim"):
        property_check({"dim": st.integers()})(fails_from(1))
