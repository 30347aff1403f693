"""Kill -9 at points drawn from a seed; after a plain rerun, the same exports as if nothing had happened."""

from __future__ import annotations

import random
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from scene import Run, Scene, exports, gradebook_problems, recorded

# Who is killed, and whose events the point is counted in. A zygote and a supervisor have few events of their own: the judge's are theirs.
KINDS = {
    "coordinator": ("coordinator", "itself"),
    "judge": ("judge", "itself"),
    "zygote": ("judge", "zygote"),
    "supervisor": ("judge", "supervisor"),
    "worker": ("worker", "itself"),
    "judge out of memory": ("judge", "memory"),
}
RERUNS = 2


@dataclass(frozen=True)
class Point:
    """What came of one point.

    Attributes:
        hit: whether the victim was there to be hit.
        problems: sentences; empty where a plain rerun ended as if nothing had happened.
        settled_at_once: whether the disturbed run itself came to the end, without a rerun.
    """

    kind: str
    number: int
    hit: bool
    settled_at_once: bool
    problems: tuple[str, ...]


def kill_points(scene: Scene, points: int, seed: int, kinds: tuple[str, ...] = tuple(KINDS)) -> Iterator[Point]:
    """Try ``points`` of each kind."""
    with tempfile.TemporaryDirectory(prefix="fairmark-faults-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        undisturbed = scene.grade(folder / "undisturbed")
        assert not undisturbed.status and not undisturbed.refused and not undisturbed.unsettled, undisturbed
        wanted = exports(folder / "undisturbed")
        assert len(wanted) > 9
        for kind in kinds:
            clock, _ = KINDS[kind]
            numbers = random.Random(f"{seed} {kind}")
            for _ in range(points):
                yield _one(scene, folder / "out", kind, numbers.randint(1, undisturbed.counts[clock]), wanted)


def _one(scene: Scene, out: Path, kind: str, number: int, wanted: dict[str, bytes]) -> Point:
    clock, victim = KINDS[kind]
    disturbed = scene.grade(out, (clock, number, victim))
    before = recorded(out)
    problems = [f"after the fault: {problem}" for problem in gradebook_problems(out)]
    settled = not disturbed.status and not disturbed.refused and not disturbed.unsettled
    same_at_once = exports(out) == wanted
    last = disturbed
    for _ in range(RERUNS):
        last = scene.grade(out)
        if not last.unsettled:
            break
    problems += _left_by(last, out, wanted)
    if not before <= recorded(out):
        problems.append("an outcome that was recorded is gone")
    shutil.rmtree(out)
    return Point(kind, number, disturbed.fired > 0, settled and same_at_once, tuple(problems))


def _left_by(run: Run, out: Path, wanted: dict[str, bytes]) -> Iterator[str]:
    yield from gradebook_problems(out)
    if run.status or run.refused or run.unsettled:
        yield f"the rerun ended with {run.status} {run.refused} {run.unsettled}"
    found = exports(out)
    different = sorted(name for name in {*wanted, *found} if wanted.get(name) != found.get(name))
    if different:
        yield f"other bytes in {', '.join(different[:4])}"
