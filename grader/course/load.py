"""Reads and validates course.toml."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from grader.checks.plan import ApiRules, Deliverable, HumanItem
from grader.course.consistency import check_course
from grader.course.deadline import read_deadline
from grader.course.model import Assignment, ChoiceGroup, Course, Exercise, Idea, LatePolicy, Policy, Show, StudentView
from grader.course.problems import CourseError, Problem, Problems, nearest
from grader.course.table import Table
from grader.course.toml_lines import key_lines

SCHEMA = 1
_ID = re.compile(r"[a-z][a-z0-9_]*")
_ASSIGNMENT_ID = re.compile(r"[a-z][a-z0-9_-]*")
_API_NAME = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*(\.)?\*?")


def load_course(path: Path) -> Course:
    """The course that ``path`` describes.

    Raises CourseError with every fault that was found: file, line, dotted key, and the fix.
    """
    try:
        text = path.read_text(encoding="utf-8")
        data = tomllib.loads(text, parse_float=Decimal)
    except OSError as error:
        raise CourseError(path, [Problem("(file)", None, f"cannot be read: {error.strerror}", "Name an existing course.toml")]) from None
    except ValueError as error:
        raise CourseError(path, [Problem("(file)", None, f"is not TOML: {error}", "Mend the syntax at that place")]) from None
    problems = Problems(path, key_lines(text))
    root = Table(data, "", problems)
    schema = root.whole("schema")
    if schema != SCHEMA:
        root.fault(
            "schema", f"is {schema}, and this version reads {SCHEMA}", f"Write schema = {SCHEMA}, or use the version that wrote the file"
        )
    title = root.text("title")
    exercises = tuple(_exercise(name, table) for name, table in root.table("exercises", required=True).entries())
    rules = {exercise.id: exercise.api for exercise in exercises}
    assignments = tuple(_assignment(name, table, rules) for name, table in root.table("assignments", required=True).entries())
    root.finish()
    course = Course(title, exercises, assignments)
    check_course(course, problems)
    problems.raise_if_any()
    return course


def _exercise(name: str, table: Table) -> Exercise:
    _check_id(table, name, _ID)
    exercise = Exercise(
        id=name,
        title=table.text("title"),
        module=table.text("module"),
        symbols=table.texts("symbols"),
        handout=table.text("handout"),
        depends_on=table.texts("depends_on", ()),
        given_on_failure=table.texts("given_on_failure", ()),
        api=_api(table.table("api")),
        ideas=_ideas(name, table),
    )
    table.finish()
    return exercise


def _ideas(exercise: str, table: Table) -> tuple[Idea, ...]:
    ideas: list[Idea] = []
    for item in table.tables("ideas"):
        short = item.text("id")
        if short:
            _check_id(item, short, _ID, "id")
        if any(idea.id == f"{exercise}.{short}" for idea in ideas):
            item.fault("id", f"{short!r} is used twice", "Give each idea of an exercise its own id")
        ideas.append(Idea(f"{exercise}.{short}", item.text("title"), item.number("points", positive=True)))
        item.finish()
    return tuple(ideas)


def _assignment(name: str, table: Table, exercise_rules: Mapping[str, ApiRules]) -> Assignment:
    _check_id(table, name, _ASSIGNMENT_ID)
    zone, deadline = read_deadline(table)
    assignment = Assignment(
        id=name,
        title=table.text("title"),
        package=table.text("package"),
        handout=table.text("handout"),
        required=table.texts("required", ()),
        choices=tuple(_choice(item) for item in table.tables("choice")),
        bonus=table.texts("bonus", ()),
        given_modules=table.texts("given_modules", ()),
        time_zone=zone,
        deadline=deadline,
        late=_late(table.table("late")),
        group_size=table.whole("group_size", 1, at_least=1),
        deliverables=tuple(_deliverable(item) for item in table.tables("deliverable")),
        human=tuple(_human(item) for item in table.tables("human")),
        api=_api(table.table("api")),
        students_see=_students_see(table.table("students_see")),
        policy=_policy(table.table("policy", required=True)),
    )
    for exercise, api in exercise_rules.items():
        if exercise in assignment.roles and api.kind == "allow" and (both := sorted(set(api.names) & set(assignment.api.names))):
            table.fault("api", f"denies {both[0]}, which exercises.{exercise}.api allows", "Remove it from one of the two")
    table.finish()
    return assignment


def _choice(item: Table) -> ChoiceGroup:
    group = ChoiceGroup(item.text("id"), item.text("title"), item.whole("choose", at_least=1), item.texts("exercises"))
    if group.id:
        _check_id(item, group.id, _ID, "id")
    if group.id in ("required", "bonus"):
        item.fault("id", f"{group.id!r} is the name of a role", "Choose another id")
    if group.exercises and group.choose >= len(group.exercises):
        item.fault(
            "choose", f"is {group.choose} of {len(group.exercises)} exercises", "Choose fewer than are listed, or list them under required"
        )
    item.finish()
    return group


def _late(table: Table) -> LatePolicy:
    late = LatePolicy(
        percent_per_day=table.number("percent_per_day", Fraction(0), at_most=100),
        grace_minutes=table.whole("grace_minutes", 0),
        last_day=table.whole("last_day") if table.has("last_day") else None,
    )
    table.finish()
    return late


def _deliverable(item: Table) -> Deliverable:
    deliverable = Deliverable(item.text("id"), item.text("title"), item.text("pattern"), item.whole("at_least", 1, at_least=1))
    if deliverable.id:
        _check_id(item, deliverable.id, _ID, "id")
    if deliverable.pattern.startswith("/") or ".." in deliverable.pattern.split("/") or "\\" in deliverable.pattern:
        item.fault(
            "pattern", f"{deliverable.pattern!r} leads out of the folder", "Write a glob inside the student's folder, such as figures/*.png"
        )
    item.finish()
    return deliverable


def _human(item: Table) -> HumanItem:
    human = HumanItem(item.text("id"), item.text("title"), float(item.number("points", positive=True)), item.texts("rubric"))
    if human.id:
        _check_id(item, human.id, _ID, "id")
    item.finish()
    return human


def _api(table: Table) -> ApiRules:
    deny, allow, scope = table.texts("deny", ()), table.texts("allow", ()), table.texts("scope", ())
    if deny and allow:
        table.fault(
            "allow", "stands beside deny", "Keep one of the two: deny names what is forbidden, allow what alone is permitted within scope"
        )
    if bool(allow) != bool(scope):
        table.fault("scope", "and allow belong together", 'Write both: scope = ["torch"], allow = ["torch.matmul", ...]')
    for key, names in (("deny", deny), ("allow", allow), ("scope", scope)):
        for name in names:
            if not _API_NAME.fullmatch(name):
                table.fault(key, f"holds {name!r}", "Write full dotted names; a * may stand at the end only")
    table.finish()
    return ApiRules("allow", allow, scope) if allow else ApiRules("deny", deny, ())


def _students_see(table: Table) -> StudentView:
    default = StudentView()
    view = StudentView(
        public=_show(table, "public", default.public),
        hidden=_show(table, "hidden", default.hidden),
        hidden_after_release=_show(table, "hidden_after_release", default.hidden_after_release),
    )
    table.finish()
    return view


def _show(table: Table, name: str, default: Show) -> Show:
    word = table.text(name, default.value)
    if word not in {show.value for show in Show}:
        if word:
            table.fault(name, f"is {word!r}", nearest(word, [show.value for show in Show]))
        return default
    return Show(word)


def _policy(table: Table) -> Policy:
    policy = Policy(ai=table.text("ai"), sources=table.text("sources"))
    table.finish()
    return policy


def _check_id(table: Table, name: str, pattern: re.Pattern[str], key: str | None = None) -> None:
    if not pattern.fullmatch(name):
        allowed = "lower-case letters, digits and _" + (" or -" if pattern is _ASSIGNMENT_ID else "") + ", and begin with a letter"
        if key is None:
            table.fault_here(f"{name!r} is not an id", f"Use {allowed}")
        else:
            table.fault(key, f"{name!r} is not an id", f"Use {allowed}")
