"""Specimens through the real judge, several at a time; what was seen before of the same content is taken from what is kept."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from grader.checks.outcome import CheckOutcome
from grader.checks.worker_source import WorkerLost
from grader.judge.pool import Checked, Judged, JudgePool, Started, Task, Unjudged
from grader.judge.suite import Suite
from grader.verify.kept import Kept, Seen
from grader.verify.specimens import Specimen

Sight = Mapping[str, Seen]


class JailedRuns:
    """Judges specimens, reference first. ``tell`` hears what goes on."""

    def __init__(self, suite: Suite, pool: JudgePool, kept: Kept, tell: Callable[[str], None]) -> None:
        self._suite = suite
        self._pool = pool
        self._kept = kept
        self._tell = tell

    def run(self, specimens: Sequence[Specimen], stand_ins: Mapping[str, Sight]) -> Iterator[tuple[str, Sight]]:
        """Each specimen's key, and what was seen of every check.

        Args:
            stand_ins: for some specimens' keys, what to take for granted of some checks, which are not run.

        Raises WorkerLost when a specimen cannot be judged.
        """
        tasks, before = [], {}
        for item in specimens:
            known = before[item.key] = {**self._known(item), **stand_ins.get(item.key, {})}
            if {seen.outcome.exercise for seen in known.values()} == {exercise.id for exercise in self._suite.plan.exercises}:
                yield item.key, known
            else:
                done = {check: seen.outcome for check, seen in known.items()}
                tasks.append(Task(item.key, item.root, item.content_hash, done))
        self._tell(f"{len(tasks)} specimens to judge, {len(specimens) - len(tasks)} known from before")
        by_key = {item.key: item for item in specimens}
        margins = {key: {check: seen.margin for check, seen in known.items()} for key, known in before.items()}
        for number, event in enumerate(self._ends(tasks, margins), start=1):
            sight = {item.check: Seen(item, margins[event.key].get(item.check, 0.0)) for item in event.result.checks}
            given = stand_ins.get(event.key, {})
            self._keep(by_key[event.key], {check: seen for check, seen in sight.items() if check not in given})
            self._tell(f"{number}/{len(tasks)} {event.key}: {event.result.earned + event.result.bonus_earned:g} points")
            yield event.key, sight

    def _ends(self, tasks: Sequence[Task], margins: dict[str, dict[str, float]]) -> Iterator[Judged]:
        for event in self._pool.run(tasks):
            match event:
                case Checked(key, outcome, telemetry):
                    margins[key][outcome.check] = telemetry.margin
                case Judged():
                    yield event
                case Unjudged(key, reason):
                    raise WorkerLost(f"{key} could not be judged: {reason}")
                case Started():
                    continue

    def _known(self, specimen: Specimen) -> dict[str, Seen]:
        found = (self._kept.get(specimen.root, exercise.id) for exercise in self._suite.plan.exercises)
        return {seen.outcome.check: seen for rows in found if rows for seen in rows}

    def _keep(self, specimen: Specimen, sight: Sight) -> None:
        for exercise in {seen.outcome.exercise for seen in sight.values()}:
            self._kept.put(specimen.root, exercise, [seen for seen in sight.values() if seen.outcome.exercise == exercise])


def outcomes_of(sight: Sight, exercises: Collection[str] = ()) -> dict[str, CheckOutcome]:
    """The outcomes alone, of these exercises only if any are named."""
    return {check: seen.outcome for check, seen in sight.items() if not exercises or seen.outcome.exercise in exercises}
