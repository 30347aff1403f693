"""A course in a folder of its own, small enough to read, with everything a release is made from."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from grader.course.load import load_course
from grader.course.model import Course

COURSE = """\
schema = 1
title = "A small course"

[exercises.norm]
title = "Norm"
module = "picollm.norm"
symbols = ["Norm"]
handout = "Norms"
ideas = [{ id = "works", title = "works", points = 2 }]

[exercises.cache]
title = "Cache"
module = "picollm.cache"
symbols = ["Cache"]
handout = "Caches"
ideas = [{ id = "works", title = "works", points = 2 }]

[assignments.one]
title = "One"
package = "picollm"
handout = "docs/one.md"
required = ["norm"]
bonus = ["cache"]
given_modules = ["picollm.given"]
time_zone = "Europe/Berlin"
group_size = 2

[assignments.one.policy]
ai = "Ask, do not copy."
sources = "Name them."
"""

HANDOUT = """\
# One

## 1. Norms

- **NRM-1** The norm is one.

## 2. Caches

- **CCH-1** The cache keeps.
"""

NORM = '''\
"""Exercise norm."""

import math

from picollm.given import helper


class Norm:
    """Divides by the norm."""

    def __init__(self, size: int) -> None:
        # BEGIN SOLUTION
        self.size = size
        # END SOLUTION

    def forward(self, row: list[float]) -> list[float]:
        """The row, divided by its norm."""
        # BEGIN SOLUTION
        total = math.fsum(value * value for value in row)  # of squares
        length = math.sqrt(total / max(1, len(row)) + self.epsilon)
        return [helper(value) / length for value in row]
        # END SOLUTION

    def cached(self, row: list[float]) -> list[float]:
        """The part that belongs to the exercise cache: the row that was kept."""
        # BEGIN SOLUTION
        return self.kept.setdefault(tuple(row), self.forward(row))
        # END SOLUTION

    # BEGIN SOLUTION
    epsilon = 1e-5

    # END SOLUTION

    def name(self) -> str:
        return "norm"


# BEGIN SOLUTION
def _hidden_helper(first: int, second: int) -> int:
    return first * second + sum(range(first, second)) - 1


# END SOLUTION
'''

CACHE = '''\
"""Exercise cache."""


class Cache:
    def get(self, key: str) -> int:
        # BEGIN SOLUTION
        return self._values[key] if key in self._values else -1
        # END SOLUTION
'''

GIVEN = '''\
"""Given."""


def helper(value: float) -> float:
    return value + 0.0
'''

HIDDEN_TEST = '''\
"""Hidden."""

import pytest
from oracles import oracle


@pytest.mark.check("norm.works", spec="NRM-1", title="keeps zeros", hint="Look at zero.")
def test_secret_behaviour_of_zero_rows(subject):
    norm = subject.Norm(7)
    rows = [[0.0] * 7, [1.5, -2.5, 3.5, -4.5, 5.5, -6.5, 7.5]]
    assert [norm.forward(row) for row in rows] == [oracle(row, epsilon=1e-5) for row in rows]
'''

MISCONCEPTION = """\
class Norm:
    def forward(self, row):
        largest = max(abs(value) for value in row) or 1.0
        return [value / largest * len(row) for value in row]
"""

FILES = {
    "course.toml": COURSE,
    "docs/one.md": HANDOUT,
    "3seqs.txt": "0 1 2 3\n",
    "data/stories/train.txt": "Once upon a time there was a cat.\n",
    "solutions/picollm/__init__.py": '"""The package."""\n',
    "solutions/picollm/norm.py": NORM,
    "solutions/picollm/cache.py": CACHE,
    "solutions/picollm/given.py": GIVEN,
    "solutions/picollm/not_listed.py": "SECRET_PLAN = 1\n",
    "solutions/alternatives/norm/other.py": "def forward(row):\n    return [entry / (sum(e ** 2 for e in row) ** 0.5) for entry in row]\n",
    "solutions/misconceptions/norm/largest.py": MISCONCEPTION,
    "tests/public/test_norm.py": "def test_norm(subject):\n    assert subject.Norm(3)\n",
    "tests/public/test_cache.py": "def test_cache(subject):\n    assert subject.Cache()\n",
    "tests/public/test_other.py": "def test_other():\n    assert True\n",
    "tests/hidden/test_norm.py": HIDDEN_TEST,
    "grader/__init__.py": '"""The staff\'s grader."""\n',
    "grader/checks/__init__.py": '"""Checks."""\n',
    "grader/checks/probes/count.py": "def count() -> int:\n    return 1\n",
    "grader/checks/__pycache__/count.pyc": "compiled",
    "grader/judge/secret.py": "JUDGE = 1\n",
}


def make_repository(folder: Path, changes: Mapping[str, str] | None = None) -> Path:
    """Write the small course, with some files replaced or added."""
    for name, text in (FILES | dict(changes or {})).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def course_of(repository: Path) -> Course:
    """The course of a small repository."""
    return load_course(repository / "course.toml")
