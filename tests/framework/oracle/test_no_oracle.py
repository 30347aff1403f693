"""A student who hands in fifty times learns the status of each idea, and nothing else of what hidden checks ask."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from curious_student import hand_ins
from mini_course import write_course

from grader.batch.grade import GRADEBOOK, grade
from grader.gradebook.gradebook import Gradebook
from grader.gradebook.reports import FEEDBACK_FOLDER, GRADESCOPE_FOLDER, write_reports
from grader.judge.result import Result
from grader.judge.secret import Secret
from grader.judge.suite import load_suite

HIDDEN = """
import pytest
import torch
from grader.checks.compare import expect_equal

@pytest.mark.check("double.values", spec="DBL-1", title="canary-title", hint="canary-hint")
@pytest.mark.parametrize("n", [1], ids=["canary-case"])
def test_canary_secret(subject, gen, observe, n):
    x = int(torch.randint(10**9, 10**10, (), generator=gen))
    observe("double.canary_fact", str(x))
    expect_equal(subject.double(x), 2 * x, input=x, what="canary-what")

@pytest.mark.check("double.types", spec="DBL-2", title="canary-title", hint="canary-hint")
def test_canary_types(subject, gen):
    x = int(torch.randint(10**9, 10**10, (), generator=gen))
    assert isinstance(subject.double(x), complex), f"canary-sentence {x}"
"""
SECRETS = (Secret(7, "one term"), Secret(8, "the next term"))
STUDENT_FOLDERS = (FEEDBACK_FOLDER, GRADESCOPE_FOLDER)


@dataclass(frozen=True)
class Term:
    """What one term's grading left: results by hand-in, and the files for students."""

    results: dict[str, Result]
    files: dict[str, bytes]

    def of(self, student: str) -> dict[str, bytes]:
        """The files that this student is given."""
        return {name: content for name, content in self.files.items() if re.search(rf"/{student}(\.|/)", name)}


def write_class(folder: Path) -> list[str]:
    names = []
    for number, files in enumerate(hand_ins().values()):
        names.append(f"try_{number}")
        package = folder / names[-1] / "mini"
        package.mkdir(parents=True)
        for name, text in {"__init__.py": '"""Mini."""\n', **files}.items():
            (package / name).write_text(text)
    return names


@pytest.fixture(scope="module")
def terms(tmp_path_factory: pytest.TempPathFactory) -> list[Term]:
    folder = tmp_path_factory.mktemp("oracle")
    repository = write_course(folder / "course", 1)
    (repository / "tests" / "hidden" / "test_double.py").write_text(HIDDEN)
    write_class(folder / "class")
    return [graded(repository, folder / "class", folder / f"out-{secret.seed}", secret) for secret in SECRETS]


def graded(repository: Path, download: Path, out: Path, secret: Secret) -> Term:
    suite = load_suite(repository, "hw", secret)
    done = grade(suite, download, out, jobs=1, allow_tier="B", by_whom="test", regrade=False, tell=lambda _: None)
    assert not done.unsettled and not done.unreadable
    with Gradebook(out / GRADEBOOK) as book:
        write_reports(book, suite.course, suite.plan, out, ())
        results = {record.student: book.latest_result(record.key) for record in book.submissions("hw")}
    paths = (path for folder in STUDENT_FOLDERS for path in (out / folder).rglob("*") if path.is_file())
    return Term(
        {name: result for name, result in results.items() if result}, {str(path.relative_to(out)): path.read_bytes() for path in paths}
    )


def hidden_inputs(term: Term) -> set[str]:
    """What hidden checks asked, as the gradebook knows it."""
    return {value for result in term.results.values() for check in result.checks for _, value in check.observations}


def tries() -> list[tuple[int, str]]:
    return list(enumerate(hand_ins()))


def test_there_are_fifty_tries_and_each_fails_its_hidden_checks(terms: list[Term]) -> None:
    assert len(hand_ins()) >= 50
    for term in terms:
        assert len(term.results) == len(hand_ins())
        passed = [
            name
            for name, result in term.results.items()
            for check in result.checks
            if check.hidden and check.exercise == "double" and check.status.value == "passed"
        ]
        assert passed == []


@pytest.mark.parametrize(("number", "name"), tries(), ids=lambda value: str(value))
def test_what_the_student_is_shown_is_the_same_whatever_hidden_checks_ask(terms: list[Term], number: int, name: str) -> None:
    one, other = (term.of(f"try_{number}") for term in terms)
    statuses = [[(check.check, check.status) for check in term.results[f"try_{number}"].checks] for term in terms]
    assert statuses[0] == statuses[1], f"{name}: this try does not end in the same way, so it shows nothing"
    assert one == other and len(one) == 3


def test_nothing_of_a_hidden_check_is_in_a_students_file(terms: list[Term]) -> None:
    for term in terms:
        told = re.compile("|".join(["canary", *hidden_inputs(term), *(str(2 * int(value)) for value in hidden_inputs(term))]).encode())
        assert {name: told.search(content) for name, content in term.files.items() if told.search(content)} == {}


def test_a_term_asks_everyone_the_same_and_the_next_term_something_else(terms: list[Term]) -> None:
    asked = [hidden_inputs(term) for term in terms]
    assert len(asked[0]) == len(asked[1]) == 1, "one input of the check that notes it, whoever is asked"
    assert asked[0] != asked[1]
