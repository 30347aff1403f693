"""Lets the tests of this room import their helper module; collects the samples once."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from foreign import Grading, collected

from grader.intake.submission import Submission


@pytest.fixture(scope="session")
def by_itself(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Submission]:
    """The samples as intake takes them when nobody says how."""
    return collected(tmp_path_factory.mktemp("auto"), "auto")


@pytest.fixture(scope="session")
def batch_first(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Submission]:
    """The samples through the adapter for batch-first packages, whatever they are."""
    return collected(tmp_path_factory.mktemp("batch_first"), "batch-first")


@pytest.fixture(scope="session")
def grading() -> Iterator[Grading]:
    """The course's own public checks in local mode."""
    with Grading() as made:
        yield made
