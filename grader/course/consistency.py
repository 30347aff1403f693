"""What must hold between the parts of a course: names that exist, no circles, fair choices."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter

from grader.course.model import Assignment, Course, Exercise
from grader.course.problems import Problems, nearest


def check_course(course: Course, problems: Problems) -> None:
    """Note every contradiction between exercises and assignments."""
    known = {exercise.id: exercise for exercise in course.exercises}
    for exercise in course.exercises:
        _check_exercise(exercise, known, problems)
    _check_circles(course, known, problems)
    for assignment in course.assignments:
        _check_selection(assignment, known, problems)
        selected = [known[name] for name in assignment.roles if name in known]
        _check_modules(assignment, selected, problems)
        _check_symbols(assignment, selected, problems)
        _check_dependencies(assignment, selected, known, problems)
        _check_choices(assignment, known, problems)
        _check_own_ids(assignment, problems)


def _check_exercise(exercise: Exercise, known: dict[str, Exercise], problems: Problems) -> None:
    key = f"exercises.{exercise.id}"
    if not exercise.symbols:
        problems.add(f"{key}.symbols", "is empty", "Name the functions and classes that the exercise asks for")
    if not exercise.ideas:
        problems.add(f"{key}.ideas", "is empty", 'Name what points are given for: ideas = [{ id = "...", title = "...", points = 1 }]')
    for symbol in exercise.symbols:
        if not symbol.isidentifier():
            problems.add(
                f"{key}.symbols", f"holds {symbol!r}, which is not a Python name", "Write the bare name, without module or brackets"
            )
    if not all(part.isidentifier() for part in exercise.module.split(".")) and exercise.module:
        problems.add(f"{key}.module", f"{exercise.module!r} is not a module name", "Write it as it is imported, such as picollm.rmsnorm")
    for dependency in exercise.depends_on:
        if dependency not in known:
            problems.add(f"{key}.depends_on", f"{dependency!r} is not an exercise", nearest(dependency, known))
    for given in exercise.given_on_failure:
        if given not in exercise.depends_on:
            problems.add(f"{key}.given_on_failure", f"{given!r} is not in depends_on", nearest(given, exercise.depends_on))


def _check_circles(course: Course, known: dict[str, Exercise], problems: Problems) -> None:
    graph = {exercise.id: [name for name in exercise.depends_on if name in known] for exercise in course.exercises}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        circle = error.args[1]
        problems.add(
            f"exercises.{circle[-1]}.depends_on", f"goes in a circle: {' -> '.join(reversed(circle))}", "Remove one of these dependencies"
        )


def _check_selection(assignment: Assignment, known: dict[str, Exercise], problems: Problems) -> None:
    key = f"assignments.{assignment.id}"
    lists = [(f"{key}.required", assignment.required)]
    lists += [(f"{key}.choice[{index}].exercises", group.exercises) for index, group in enumerate(assignment.choices)]
    lists += [(f"{key}.bonus", assignment.bonus)]
    seen: dict[str, str] = {}
    for place, names in lists:
        for name in names:
            if name not in known:
                problems.add(place, f"{name!r} is not an exercise", nearest(name, known))
            elif name in seen:
                problems.add(place, f"{name!r} is already in {seen[name]}", "Keep it in one of the two")
            seen.setdefault(name, place)
    if not seen:
        problems.add(f"{key}.required", "no exercise is selected", "List exercises under required, choice or bonus")


def _check_modules(assignment: Assignment, selected: list[Exercise], problems: Problems) -> None:
    inside = f"{assignment.package}."
    if not assignment.package.isidentifier() and assignment.package:
        problems.add(
            f"assignments.{assignment.id}.package", f"{assignment.package!r} is not a package name", "Write the bare name, such as picollm"
        )
        return
    for exercise in selected:
        if exercise.module and not exercise.module.startswith(inside):
            problems.add(
                f"exercises.{exercise.id}.module",
                f"{exercise.module!r} lies outside the package of {assignment.id}",
                f"Begin it with {inside}",
            )
    for module in assignment.given_modules:
        if not module.startswith(inside):
            problems.add(f"assignments.{assignment.id}.given_modules", f"{module!r} lies outside the package", f"Begin it with {inside}")
        for exercise in selected:
            if exercise.module == module:
                problems.add(
                    f"assignments.{assignment.id}.given_modules", f"{module!r} is what exercise {exercise.id} asks for", "Remove it here"
                )


def _check_symbols(assignment: Assignment, selected: list[Exercise], problems: Problems) -> None:
    owner: dict[str, str] = {}
    for exercise in selected:
        for symbol in exercise.symbols:
            if symbol in owner:
                fault = f"{symbol!r} is declared by {owner[symbol]} too, and both are in {assignment.id}"
                problems.add(f"exercises.{exercise.id}.symbols", fault, "Give each symbol to one exercise")
            owner.setdefault(symbol, exercise.id)


def _check_dependencies(assignment: Assignment, selected: list[Exercise], known: dict[str, Exercise], problems: Problems) -> None:
    available = {exercise.module for exercise in selected} | set(assignment.given_modules)
    for exercise in selected:
        for dependency in exercise.depends_on:
            if dependency in known and known[dependency].module not in available:
                fault = f"{exercise.id} depends on {dependency}, which {assignment.id} neither asks for nor gives"
                fix = f"Select {dependency}, or add {known[dependency].module} to given_modules"
                problems.add(f"assignments.{assignment.id}.required", fault, fix)


def _check_choices(assignment: Assignment, known: dict[str, Exercise], problems: Problems) -> None:
    for index, group in enumerate(assignment.choices):
        worth = {name: known[name].points for name in group.exercises if name in known}
        if len(set(worth.values())) > 1:
            listed = ", ".join(f"{name} {float(points):g}" for name, points in worth.items())
            fix = "Make the points of their ideas add up to the same sum, so that every choice can earn full marks"
            problems.add(f"assignments.{assignment.id}.choice[{index}].exercises", f"are worth different points: {listed}", fix)


def _check_own_ids(assignment: Assignment, problems: Problems) -> None:
    key = f"assignments.{assignment.id}"
    kinds = (
        ("choice", [group.id for group in assignment.choices]),
        ("deliverable", [deliverable.id for deliverable in assignment.deliverables]),
        ("human", [human.id for human in assignment.human]),
    )
    for kind, ids in kinds:
        for index, name in enumerate(ids):
            if name in ids[:index]:
                problems.add(f"{key}.{kind}[{index}].id", f"{name!r} is used twice", "Give each its own id")
    for index, human in enumerate(assignment.human):
        if not human.rubric:
            problems.add(f"{key}.human[{index}].rubric", "is empty", "Say in one sentence per line what earns the points")
