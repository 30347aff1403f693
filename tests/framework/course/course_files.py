"""Small course files for the tests of this room."""

from __future__ import annotations

import tomllib
from datetime import datetime
from pathlib import Path

from grader.course.load import load_course
from grader.course.model import Assignment, Course

GOOD = """\
schema = 1
title = "A small course"

[exercises.first]
title = "First"
module = "pkg.first"
symbols = ["First"]
handout = "First things"
ideas = [
    { id = "works", title = "works", points = 2 },
    { id = "fast", title = "is fast", points = 1.5 },
]

[exercises.second]
title = "Second"
module = "pkg.second"
symbols = ["second"]
handout = "Second things"
depends_on = ["first"]
ideas = [{ id = "works", title = "works", points = 4 }]

[exercises.third]
title = "Third"
module = "pkg.third"
symbols = ["third"]
handout = "Third things"
ideas = [{ id = "works", title = "works", points = 4 }]

[exercises.fourth]
title = "Fourth"
module = "pkg.fourth"
symbols = ["fourth"]
handout = "Fourth things"
ideas = [{ id = "works", title = "works", points = 3 }]

[assignments.one]
title = "One"
package = "pkg"
handout = "one.md"
required = ["first"]
bonus = ["fourth"]
time_zone = "Europe/Berlin"
deadline = 2026-10-24T12:00:00
group_size = 2

[[assignments.one.choice]]
id = "either"
title = "Second or third"
choose = 1
exercises = ["second", "third"]

[assignments.one.late]
percent_per_day = 10
grace_minutes = 15
last_day = 3

[assignments.one.policy]
ai = "Ask, do not copy."
sources = "Name them."

[[assignments.one.human]]
id = "talk"
title = "Talk"
points = 5
rubric = ["5: it is clear"]
"""


def write(folder: Path, text: str) -> Path:
    """A course file of this text."""
    path = folder / "course.toml"
    path.write_text(text, encoding="utf-8")
    return path


def small_course(folder: Path, text: str = GOOD) -> Course:
    """The course of this text."""
    return load_course(write(folder, text))


def only_assignment(folder: Path, *changes: tuple[str, str]) -> Assignment:
    """The assignment of the good course after replacing texts in it; each must be there."""
    text = GOOD
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    tomllib.loads(text)
    return small_course(folder, text).assignment("one")


def moment(text: str) -> datetime:
    """An aware moment from ISO text."""
    value = datetime.fromisoformat(text)
    assert value.tzinfo is not None
    return value
