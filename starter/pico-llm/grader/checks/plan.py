"""What the checks know of the course: exercises, ideas, points and the handout's requirements, read from course.json."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

SCHEMA = 1


@dataclass(frozen=True)
class PlannedIdea:
    """Something points are given for. Earned when all its checks pass."""

    id: str
    title: str
    points: float


@dataclass(frozen=True)
class ApiRules:
    """Which library names an exercise may use.

    ``kind`` is ``"deny"`` (``names`` are forbidden; a trailing ``*`` matches any ending) or ``"allow"`` (of the ``scope``
    prefixes only ``names`` are permitted). Names are full: ``torch.nn.RMSNorm``.
    """

    kind: str = "deny"
    names: tuple[str, ...] = ()
    scope: tuple[str, ...] = ()


@dataclass(frozen=True)
class PlannedExercise:
    """One exercise as the checks see it. ``role`` is ``"required"``, ``"bonus"`` or the name of a choice group."""

    id: str
    title: str
    module: str
    symbols: tuple[str, ...]
    handout: str
    role: str
    depends_on: tuple[str, ...]
    api: ApiRules
    ideas: tuple[PlannedIdea, ...]

    @property
    def points(self) -> float:
        """Sum of the points of its ideas."""
        return sum(idea.points for idea in self.ideas)

    @property
    def check_file(self) -> str:
        """The file that its checks are in, in each suite that has any."""
        return f"test_{self.id}.py"


@dataclass(frozen=True)
class Requirement:
    """A labelled sentence of the handout."""

    label: str
    section: str
    text: str


@dataclass(frozen=True)
class HumanItem:
    """Something a person grades: shown as pending until then."""

    id: str
    title: str
    points: float
    rubric: tuple[str, ...]


@dataclass(frozen=True)
class Deliverable:
    """A file besides the code that is handed in. ``pattern`` is a glob inside the student's folder."""

    id: str
    title: str
    pattern: str
    at_least: int


@dataclass(frozen=True)
class Plan:
    """An assignment as the checks, the judge and the student's folder know it."""

    assignment: str
    title: str
    package: str
    exercises: tuple[PlannedExercise, ...]
    requirements: tuple[Requirement, ...]
    human: tuple[HumanItem, ...]
    deliverables: tuple[Deliverable, ...]

    def exercise(self, exercise_id: str) -> PlannedExercise:
        """The exercise of that id. Raises KeyError naming the known ones."""
        for exercise in self.exercises:
            if exercise.id == exercise_id:
                return exercise
        known = ", ".join(exercise.id for exercise in self.exercises)
        raise KeyError(f"no exercise {exercise_id!r}; there are: {known}")

    def module_of(self, symbol: str) -> str:
        """The module that course.toml names for a symbol. Raises KeyError."""
        for exercise in self.exercises:
            if symbol in exercise.symbols:
                return exercise.module
        raise KeyError(f"no exercise of {self.assignment} declares the symbol {symbol!r}")

    def requirement(self, label: str) -> Requirement:
        """The handout's sentence of that label. Raises KeyError."""
        for requirement in self.requirements:
            if requirement.label == label:
                return requirement
        raise KeyError(f"the handout has no requirement {label!r}")

    def to_json(self) -> str:
        """Stable text: sorted keys, two-space indent, final newline."""
        return json.dumps({"schema": SCHEMA, **asdict(self)}, indent=2, sort_keys=True, ensure_ascii=False) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Plan:
        """Inverse of ``to_json``. Raises ValueError on another schema."""
        data: Mapping[str, Any] = json.loads(text)
        if data.get("schema") != SCHEMA:
            raise ValueError(f"course.json has schema {data.get('schema')!r}; this version reads {SCHEMA}")
        return cls(
            assignment=data["assignment"],
            title=data["title"],
            package=data["package"],
            exercises=tuple(_exercise(item) for item in data["exercises"]),
            requirements=tuple(Requirement(**item) for item in data["requirements"]),
            human=tuple(HumanItem(**{**item, "rubric": tuple(item["rubric"])}) for item in data["human"]),
            deliverables=tuple(Deliverable(**item) for item in data["deliverables"]),
        )


def _exercise(item: Mapping[str, Any]) -> PlannedExercise:
    api = item["api"]
    return PlannedExercise(
        id=item["id"],
        title=item["title"],
        module=item["module"],
        symbols=tuple(item["symbols"]),
        handout=item["handout"],
        role=item["role"],
        depends_on=tuple(item["depends_on"]),
        api=ApiRules(api["kind"], tuple(api["names"]), tuple(api["scope"])),
        ideas=tuple(PlannedIdea(**idea) for idea in item["ideas"]),
    )
