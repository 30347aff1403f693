"""A made-up class of any size on the real course file: for tests of scale, and for looking at the pages."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path

from grader.checks.outcome import CheckOutcome, Status
from grader.checks.plan import Plan, Requirement
from grader.course.load import load_course
from grader.course.model import Course
from grader.course.plan import plan_for
from grader.gradebook.gradebook import Gradebook
from grader.gradebook.records import MarkEntry, Telemetry
from grader.intake.submission import Submission
from grader.judge.result import ExerciseResult, IdeaResult, Result

ROOT = Path(__file__).parents[3]
GIVEN = ["Amy", "Wei", "Fatima", "Jonas", "Ngozi", "Sofia", "Mateo", "Aiko", "Priya", "Lars", "Zainab", "Tomás", "Elif", "Kwame"]
FAMILY = ["Adams", "Chen", "Okafor", "Müller", "García", "Tanaka", "Patel", "Nielsen", "Haddad", "Silva", "Yılmaz", "Mensah", "O'Brien"]
MESSAGES = {
    Status.FAILED: "row 1, column 3 differs: expected 0.8485, got 0.7071 (relative difference 0.167)",
    Status.ERROR: "RuntimeError: The size of tensor a (8) must match the size of tensor b (16) at non-singleton dimension 2",
    Status.TIMEOUT: "no answer within 5 CPU seconds",
    Status.OUT_OF_MEMORY: "more than 2,048 MB",
    Status.CRASHED: "the worker ended with signal 11",
    Status.FORBIDDEN_API: "torch.nn.RMSNorm is used in picollm/rmsnorm.py, line 12",
    Status.UNSTABLE: "two runs with the same seed gave 17 and 4",
    Status.NOT_STARTED: "exercise rmsnorm is not started",
    Status.GRADER_FAULT: "the machine had no worker to give",
}
KINDS = [
    "keeps the shape it was given",
    "matches the formula on random input",
    "does not look at later positions",
    "raises a ValueError for bad input",
    "stays finite for logits of 1e4",
    "keeps float64 as it is",
    "gives each parameter a gradient",
    "handles a batch as its rows one by one",
]
WRONG = {
    Status.FAILED: 30,
    Status.ERROR: 8,
    Status.TIMEOUT: 2,
    Status.CRASHED: 1,
    Status.OUT_OF_MEMORY: 1,
    Status.UNSTABLE: 1,
    Status.FORBIDDEN_API: 1,
}


def real_plan() -> tuple[Course, Plan]:
    """The project's own course and the plan of pico-llm; a made-up handout with every section and one requirement each."""
    course = load_course(ROOT / "course.toml")
    sections = [exercise.handout for exercise in course.exercises]
    handout = "\n".join(
        f"## {number}. {name}\n\n- **REQ-{number}** The result is divided by `rms(x)`." for number, name in enumerate(sections, start=3)
    )
    return course, plan_for(course, "pico-llm", handout)


def check_list(plan: Plan, total: int) -> list[tuple[str, str, str, Requirement]]:
    """(check id, idea id, title, requirement) for about ``total`` checks, a third of them public."""
    ideas = [(exercise.id, idea.id) for exercise in plan.exercises for idea in exercise.ideas]
    checks = []
    for number in range(total):
        exercise, idea = ideas[number * len(ideas) // total]
        side = "public" if number % 3 == 0 else "hidden"
        requirement = next(item for item in plan.requirements if item.section == plan.exercise(exercise).handout)
        checks.append((f"{side}/test_{exercise}.py::test_{number}", idea, KINDS[number % len(KINDS)], requirement))
    return checks


def fill(book: Gradebook, plan: Plan, students: int, checks: int, seed: int = 1) -> None:
    """Grades a made-up class of mixed ability into the book, with late, unreadable and half-graded ones, and some human marks."""
    draw = random.Random(seed)
    listed = check_list(plan, checks)
    difficulty = [draw.betavariate(2, 5) for _ in listed]
    submissions = [_submission(draw, number) for number in range(students)]
    records = book.register(book.start_run("pico-llm", "5f1d0c77aa3e42", "class.zip", "ta"), submissions)
    for number, record in enumerate(records):
        if record.problem:
            continue
        ability = draw.betavariate(5, 2)
        skipped = {
            exercise.id for exercise in plan.exercises if draw.random() < (0.28 if exercise.role == "bonus" else 0.05) * (1.5 - ability)
        }
        outcomes = tuple(_outcome(draw, ability, item, hard, skipped) for item, hard in zip(listed, difficulty, strict=True))
        if number == 4:
            outcomes = (
                *outcomes[:7],
                replace(outcomes[7], status=Status.GRADER_FAULT, message=MESSAGES[Status.GRADER_FAULT]),
                *outcomes[8:],
            )
        attempt = book.begin_attempt(record.key, "5f1d0c77aa3e42", "ta")
        for outcome in outcomes[:3]:
            book.record_outcome(attempt.id, outcome, Telemetry(0.02, 0.03, "host"))
        if number != 6:
            book.finish_attempt(attempt.id, result_of(plan, record.content_hash, outcomes))
    marks = [MarkEntry(record.student, item.id, Fraction(draw.randint(4, int(item.points) * 2), 2), "Clear, and well rehearsed.")
             for record in records for item in plan.human if draw.random() < 0.4]  # fmt: skip
    book.enter_marks("pico-llm", marks, "ta")


def result_of(plan: Plan, content: str, outcomes: tuple[CheckOutcome, ...]) -> Result:
    """The result that these outcomes give."""
    exercises = []
    for exercise in plan.exercises:
        ideas = []
        for idea in exercise.ideas:
            states = [outcome.status for outcome in outcomes if outcome.idea == idea.id]
            won = all(state is Status.PASSED for state in states)
            ideas.append(IdeaResult(idea.id, idea.title, idea.points, idea.points if won else 0.0, Status.GRADER_FAULT not in states))
        mine = [outcome.status for outcome in outcomes if outcome.exercise == exercise.id]
        earned = sum(idea.earned for idea in ideas)
        if mine and all(state is Status.NOT_STARTED for state in mine):
            state = "not started"
        elif not all(idea.settled for idea in ideas):
            state = "unsettled"
        else:
            state = "done" if earned == exercise.points else "partial" if earned else "failed"
        exercises.append(ExerciseResult(exercise.id, exercise.title, exercise.role, state, exercise.points, earned, True, tuple(ideas)))
    required = [item for item in exercises if item.role == "required"]
    bonus = [item for item in exercises if item.role == "bonus"]
    sums = [
        sum(item.points for item in required),
        sum(item.earned for item in required),
        sum(item.points for item in bonus),
        sum(item.earned for item in bonus),
    ]
    return Result("pico-llm", content, "5f1d0c77aa3e42", "seed", "A", (), *sums, exercises=tuple(exercises), checks=outcomes)


def _submission(draw: random.Random, number: int) -> Submission:
    given, family = GIVEN[number % len(GIVEN)], FAMILY[(number // len(GIVEN) + number * 5) % len(FAMILY)]
    deadline = datetime(2026, 12, 19, 4, 59, tzinfo=UTC)
    late = timedelta(hours=draw.choice([-60, -30, -20, -9, -6, -3, -2, -1, -1, 20, 40, 150] if number % 5 == 0 else [-30, -9, -5, -2, -1]))
    return Submission(
        id=f"{given}_{family}_{number}".lower(),
        student=f"{given} {family}",
        members=(),
        root=Path("/nowhere"),
        content_hash=f"{number:064x}",
        submitted_at=None if number == 9 else deadline + late,
        source="class.zip",
        notes=("Left out: link.py (a link).",) if number % 4 == 0 else (),
        problem="the zip is damaged: no central directory" if number == 5 else "",
    )


def _outcome(draw: random.Random, ability: float, item: tuple[str, str, str, Requirement], hard: float, skipped: set[str]) -> CheckOutcome:
    check, idea, title, requirement = item
    exercise = idea.partition(".")[0]
    status = Status.PASSED
    if exercise in skipped:
        status = Status.NOT_STARTED
    elif draw.random() < hard * 1.6 * (1.25 - ability):
        status = draw.choices(list(WRONG), list(WRONG.values()))[0]
    example = (
        {"input": "tensor([[3., 4.]])", "expected": "tensor([[0.8485, 1.1314]])", "got": "tensor([[0.6000, 0.8000]])"}
        if status is Status.FAILED
        else {}
    )
    return CheckOutcome(
        check=check,
        exercise=exercise,
        idea=idea,
        spec=(requirement.label,),
        title=title,
        hint="Write out the mean of `x**2` for the row (3, 4) by hand. What is under the root?",
        status=status,
        message=MESSAGES.get(status, ""),
        frames=() if status in (Status.PASSED, Status.NOT_STARTED) else (f"picollm/{exercise}.py:12 in forward",),
        **example,
    )
