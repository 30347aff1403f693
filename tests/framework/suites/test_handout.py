"""The handout, the course file and the checks say the same: points in the table, and a check for every labelled requirement."""

import re
from pathlib import Path

import pytest

from grader.course.load import load_course
from grader.course.plan import plan_for

REPOSITORY = Path(__file__).parents[3]
ASSIGNMENT = "pico-llm"


@pytest.fixture(scope="module")
def handout():
    course = load_course(REPOSITORY / "course.toml")
    return (REPOSITORY / course.assignment(ASSIGNMENT).handout).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def plan(handout):
    return plan_for(load_course(REPOSITORY / "course.toml"), ASSIGNMENT, handout)


def rows(text):
    """The last two cells of every table row that ends in a number: (name, points)."""
    found = re.findall(r"^\|(?:.*\|)? ([^|]+) \| \**([\d.]+)\** \|$", text, flags=re.MULTILINE)
    return [(name, float(points)) for name, points in found]


def test_the_table_of_points_is_the_course_file(handout, plan):
    told = rows(handout.partition("**Points by the checks.**")[2].partition("**Points by people.**")[0])
    assert told == [(idea.title, idea.points) for exercise in plan.exercises for idea in exercise.ideas]


def test_the_sums_are_right(handout, plan):
    told = dict(re.findall(r"^\| \*\*all (\w+) exercises\*\* \| \| \*\*([\d.]+)\*\* \|$", handout, flags=re.MULTILINE))
    for role in ("required", "bonus"):
        assert float(told[role]) == sum(exercise.points for exercise in plan.exercises if exercise.role == role)


def test_the_table_of_human_items_is_the_course_file(handout, plan):
    for item in plan.human:
        assert f"| {item.title} | {'<br>'.join(item.rubric)} | {item.points:g} |" in handout


def test_every_requirement_is_asked_for_by_a_check(plan):
    checks = "".join(path.read_text(encoding="utf-8") for path in sorted(REPOSITORY.glob("tests/*/test_*.py")))
    unasked = [item.label for item in plan.requirements if f'"{item.label}"' not in checks]
    assert not unasked
