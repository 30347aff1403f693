"""The course file: what a good one becomes, and what is said about a bad one."""

from fractions import Fraction
from pathlib import Path

import pytest
from course_files import GOOD, small_course, write

from grader.course.load import load_course
from grader.course.model import Show
from grader.course.problems import CourseError


def test_good_course_becomes_typed_data(tmp_path):
    course = small_course(tmp_path)
    first = course.exercise("first")
    assert [idea.id for idea in first.ideas] == ["first.works", "first.fast"]
    assert first.points == Fraction(7, 2)
    one = course.assignment("one")
    assert one.roles == {"first": "required", "second": "either", "third": "either", "fourth": "bonus"}
    assert one.deadline is not None and one.deadline.isoformat() == "2026-10-24T12:00:00+02:00"
    assert (one.late.percent_per_day, one.late.grace_minutes, one.late.last_day) == (10, 15, 3)
    assert one.students_see.hidden is Show.STATUS
    assert one.human[0].rubric == ("5: it is clear",)


def test_the_real_course_loads():
    course = load_course(Path(__file__).parents[3] / "course.toml")
    pico = course.assignment("pico-llm")
    assert pico.group_size == 5
    assert [item.id for item in pico.human] == ["presentation", "code_explained", "figures", "sources"]
    assert "torch.nn.RMSNorm" in pico.api.names and "torch.nn.Transformer*" in pico.api.names


BAD = [
    ('module = "pkg.first"', 'modul = "pkg.first"', "exercises.first.modul", "Perhaps 'module' was meant"),
    ('module = "pkg.first"\n', "", "exercises.first.module", "is missing"),
    ('module = "pkg.first"', 'module = "other.first"', "exercises.first.module", "outside the package"),
    ('module = "pkg.first"', 'module = "pkg/first.py"', "exercises.first.module", "not a module name"),
    ('symbols = ["second"]', 'symbols = ["First"]', "exercises.second.symbols", "declared by first too"),
    ('symbols = ["second"]', 'symbols = ["a", "a"]', "exercises.second.symbols", "twice"),
    ('symbols = ["second"]', "symbols = []", "exercises.second.symbols", "is empty"),
    ('ideas = [{ id = "works", title = "works", points = 3 }]', "ideas = []", "exercises.fourth.ideas", "is empty"),
    ('symbols = ["second"]', 'symbols = "second"', "exercises.second.symbols", "list of texts"),
    ('depends_on = ["first"]', 'depends_on = ["frist"]', "exercises.second.depends_on", "Perhaps 'first' was meant"),
    (
        'depends_on = ["first"]',
        'depends_on = ["first"]\ngiven_on_failure = ["second"]',
        "exercises.second.given_on_failure",
        "'second' is not in depends_on",
    ),
    ('symbols = ["First"]', 'symbols = ["First"]\ndepends_on = ["second"]', "depends_on", "goes in a circle"),
    ('required = ["first"]', 'required = ["frist"]', "assignments.one.required", "Perhaps 'first' was meant"),
    ('required = ["first"]', 'required = ["first", "fourth"]', "assignments.one.bonus", "already in assignments.one.required"),
    ('required = ["first"]', "required = []", "assignments.one.required", "neither asks for nor gives"),
    ('title = "works", points = 2', 'title = "works", points = 0', "exercises.first.ideas[0].points", "more than 0"),
    ('title = "works", points = 2', 'title = "works", points = -1', "exercises.first.ideas[0].points", "more than 0"),
    ('title = "works", points = 2', 'title = "works", points = "2"', "exercises.first.ideas[0].points", "Write a number"),
    ('title = "works", points = 2', 'title = "works", points = nan', "exercises.first.ideas[0].points", "Write a number"),
    ('title = "works", points = 2', 'title = "works", points = true', "exercises.first.ideas[0].points", "Write a number"),
    ('id = "fast"', 'id = "works"', "exercises.first.ideas[1].id", "used twice"),
    ('id = "fast"', 'id = "Is Fast"', "exercises.first.ideas[1].id", "is not an id"),
    ('time_zone = "Europe/Berlin"\n', "", "assignments.one.deadline", "has no time zone"),
    ('time_zone = "Europe/Berlin"', 'time_zone = "Europe/Berlim"', "assignments.one.time_zone", "Perhaps 'Europe/Berlin' was meant"),
    ("2026-10-24T12:00:00", "2026-10-25T02:30:00", "assignments.one.deadline", "twice or never"),
    ("2026-10-24T12:00:00", "2027-03-28T02:30:00", "assignments.one.deadline", "twice or never"),
    ("2026-10-24T12:00:00", '"tomorrow"', "assignments.one.deadline", "date and a time"),
    ("percent_per_day = 10", "percent_per_day = 110", "assignments.one.late.percent_per_day", "at most 100"),
    ("percent_per_day = 10", "percent_per_dya = 10", "assignments.one.late.percent_per_dya", "Perhaps 'percent_per_day' was meant"),
    ("choose = 1", "choose = 2", "assignments.one.choice[0].choose", "Choose fewer"),
    ('works", points = 4 }]\n\n[exercises.fourth', 'works", points = 5 }]\n\n[exercises.fourth', "choice[0].exercises", "different points"),
    ('rubric = ["5: it is clear"]', "rubric = []", "assignments.one.human[0].rubric", "is empty"),
    ('ai = "Ask, do not copy."', "", "assignments.one.policy.ai", "is missing"),
    ("schema = 1", "schema = 2", "schema", "this version reads 1"),
    ("group_size = 2", 'group_size = 2\napi = { deny = ["torch.nn.*Norm"] }', "assignments.one.api.deny", "at the end only"),
    ("group_size = 2", 'group_size = 2\nstudents_see = { hidden = "evrything" }', "students_see.hidden", "Perhaps 'everything' was meant"),
    ("group_size = 2", 'group_size = 2\ngiven_modules = ["pkg.first"]', "assignments.one.given_modules", "is what exercise first asks for"),
    ("group_size = 2", "group_size = 0", "assignments.one.group_size", "1 or more"),
    (
        "group_size = 2",
        'group_size = 2\ndeliverable = [{ id = "x", title = "x", pattern = "../x" }]',
        "assignments.one.deliverable[0].pattern",
        "leads out of the folder",
    ),
]


@pytest.mark.parametrize(("old", "new", "key", "words"), BAD)
def test_bad_course_is_refused_with_key_and_fix(tmp_path, old, new, key, words):
    assert GOOD.count(old) == 1
    with pytest.raises(CourseError) as caught:
        small_course(tmp_path, GOOD.replace(old, new))
    assert any(key in problem.key and words in str(problem) for problem in caught.value.problems), str(caught.value)


def test_line_numbers_point_at_the_key(tmp_path):
    text = GOOD.replace('id = "fast", title = "is fast", points = 1.5', 'id = "fast", title = "is fast", point = 1.5')
    with pytest.raises(CourseError) as caught:
        small_course(tmp_path, text)
    line = next(number for number, line in enumerate(text.splitlines(), 1) if "point = 1.5" in line)
    assert {problem.line for problem in caught.value.problems} == {line}
    assert str(caught.value).startswith(f"{tmp_path / 'course.toml'}: 2 problems\n  line {line}: exercises.first.ideas[1].point")


def test_all_faults_are_reported_together(tmp_path):
    text = (
        GOOD.replace("points = 2", "points = 0").replace('required = ["first"]', 'required = ["frist"]').replace("choose = 1", "chose = 1")
    )
    with pytest.raises(CourseError) as caught:
        small_course(tmp_path, text)
    keys = [problem.key for problem in caught.value.problems]
    for key in ("exercises.first.ideas[0].points", "assignments.one.required", "assignments.one.choice[0].chose"):
        assert key in keys
    lines = [problem.line for problem in caught.value.problems]
    assert lines == sorted(lines)


def test_broken_toml_and_missing_file_are_course_errors(tmp_path):
    with pytest.raises(CourseError, match="is not TOML"):
        load_course(write(tmp_path, "schema = = 1"))
    with pytest.raises(CourseError, match="cannot be read"):
        load_course(tmp_path / "nowhere.toml")


def test_points_are_exact(tmp_path):
    text = GOOD.replace("points = 1.5", "points = 0.1").replace("points = 2 }", "points = 0.2 }")
    assert small_course(tmp_path, text).exercise("first").points == Fraction(3, 10)
