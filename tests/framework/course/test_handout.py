"""Sections and requirements of a handout, and the plan made with them."""

from pathlib import Path

import pytest
from course_files import GOOD, small_course

from grader.checks.plan import Plan, Requirement
from grader.course.handout import read_handout
from grader.course.plan import plan_for
from grader.course.problems import CourseError

HANDOUT = """\
# The handout

## 1. First things

Some text.

- **FST-1** It works.
- **FST-2** It is fast, even when the input
  is long.

  Not part of it.

```
- **FST-9** inside a fence
## 7. Not a section
```

### Details

* **FST-3** It says `ValueError` for **bad** input.

## 2. Second things
## Third things
## 4 Fourth things ##
"""


def test_sections_and_requirements():
    handout = read_handout(HANDOUT, Path("one.md"))
    assert [section.full for section in handout.sections] == ["1. First things", "2. Second things", "Third things", "4 Fourth things"]
    assert handout.section("Fourth things").line == HANDOUT.splitlines().index("## 4 Fourth things ##") + 1
    assert handout.requirements == (
        Requirement("FST-1", "1. First things", "It works."),
        Requirement("FST-2", "1. First things", "It is fast, even when the input is long."),
        Requirement("FST-3", "1. First things", "It says `ValueError` for **bad** input."),
    )


@pytest.mark.parametrize(
    ("extra", "words"),
    [
        ("- **FST-1** Again.", "already in line 7"),
        ("- FST-4 Without bold.", "looks like a requirement"),
        ("- **fst-4** In small letters.", "looks like a requirement"),
        ("  - **FST-4** Indented.", "looks like a requirement"),
        ("## 9. First things", "already in line 3"),
    ],
)
def test_malformed_handout_is_refused(extra, words):
    with pytest.raises(CourseError, match=words):
        read_handout(HANDOUT + extra + "\n", Path("one.md"))


def test_requirement_before_any_section_is_refused():
    with pytest.raises(CourseError, match="before the first section"):
        read_handout("- **FST-1** Too early.\n", Path("one.md"))


def test_plan_carries_everything_the_checks_need(tmp_path):
    course = small_course(tmp_path, GOOD.replace("group_size = 2", 'group_size = 2\napi = { deny = ["torch.nn.RMSNorm"] }'))
    plan = plan_for(course, "one", HANDOUT)
    assert [(item.id, item.role, item.handout) for item in plan.exercises] == [
        ("first", "required", "1. First things"),
        ("second", "either", "2. Second things"),
        ("third", "either", "Third things"),
        ("fourth", "bonus", "4 Fourth things"),
    ]
    assert plan.exercise("first").points == 3.5
    assert plan.exercise("first").api.names == ("torch.nn.RMSNorm",)
    assert plan.requirement("FST-2").text == "It is fast, even when the input is long."
    assert Plan.from_json(plan.to_json()) == plan


def test_exercise_rules_join_or_replace_those_of_the_assignment(tmp_path):
    text = GOOD.replace("group_size = 2", 'group_size = 2\napi = { deny = ["torch.a"] }')
    text = text.replace('symbols = ["second"]', 'symbols = ["second"]\napi = { deny = ["torch.b"] }')
    text = text.replace('symbols = ["third"]', 'symbols = ["third"]\napi = { allow = ["torch.c"], scope = ["torch"] }')
    plan = plan_for(small_course(tmp_path, text), "one", HANDOUT)
    assert plan.exercise("second").api.names == ("torch.a", "torch.b")
    assert (plan.exercise("third").api.kind, plan.exercise("third").api.names) == ("allow", ("torch.c",))


def test_missing_section_is_named(tmp_path):
    with pytest.raises(CourseError, match="Perhaps 'Second things' was meant"):
        plan_for(small_course(tmp_path, GOOD.replace('"Second things"', '"Second thing"')), "one", HANDOUT)
