"""Makes the plan of an assignment: what checks, judge and the student's folder know of the course."""

from __future__ import annotations

from pathlib import Path

from grader.checks.plan import ApiRules, Plan, PlannedExercise, PlannedIdea
from grader.course.handout import Handout, read_handout
from grader.course.model import Assignment, Course, Exercise


def plan_for(course: Course, assignment_id: str, handout_text: str) -> Plan:
    """The plan of an assignment. Sections carry the handout's number: ``3. RMSNorm``.

    Raises KeyError for an unknown assignment, CourseError for a handout that lacks a section or is malformed.
    """
    assignment = course.assignment(assignment_id)
    handout = read_handout(handout_text, Path(assignment.handout))
    exercises = (_planned(course.exercise(name), role, assignment, handout) for name, role in assignment.roles.items())
    return Plan(
        assignment=assignment.id,
        title=assignment.title,
        package=assignment.package,
        exercises=tuple(exercises),
        requirements=handout.requirements,
        human=assignment.human,
        deliverables=assignment.deliverables,
    )


def api_rules(exercise: Exercise, assignment: Assignment) -> ApiRules:
    """The rules that hold for an exercise in an assignment: its allow-list, or its and the assignment's denials together."""
    if exercise.api.kind == "allow":
        return exercise.api
    if assignment.api.kind == "allow":
        return assignment.api
    return ApiRules("deny", tuple(dict.fromkeys((*assignment.api.names, *exercise.api.names))), ())


def _planned(exercise: Exercise, role: str, assignment: Assignment, handout: Handout) -> PlannedExercise:
    return PlannedExercise(
        id=exercise.id,
        title=exercise.title,
        module=exercise.module,
        symbols=exercise.symbols,
        handout=handout.section(exercise.handout).full,
        role=role,
        depends_on=exercise.depends_on,
        api=api_rules(exercise, assignment),
        ideas=tuple(PlannedIdea(idea.id, idea.title, float(idea.points)) for idea in exercise.ideas),
    )
