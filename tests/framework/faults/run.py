"""``make faults``: a hundred kill points of each kind; prints a table and writes build/faults.json. Exit status 1 if a gate is broken."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1] / "batch"))
from kill_points import KINDS, Point, kill_points
from scene import REPOSITORY, Scene

from grader.verify.figures import Figure, at_least, at_most, table, write_figures

POINTS = 100
SEED = 1


def figures(points: Sequence[Point]) -> Iterator[Figure]:
    """What was tried and what went wrong, by kind; how many runs needed no rerun is told beside it."""
    for kind in KINDS:
        mine = [point for point in points if point.kind == kind]
        yield at_least(f"{kind}: points tried", sum(point.hit for point in mine), POINTS, "points")
        yield Figure(f"{kind}: different places", len({point.number for point in mine}), "points")
        yield Figure(f"{kind}: settled without a rerun", sum(point.settled_at_once for point in mine), "points")
        yield at_most(f"{kind}: lost, doubled or other bytes after a rerun", sum(bool(point.problems) for point in mine), 0, "points")


def main() -> int:
    """Try all points; the exit status."""
    points = []
    with tempfile.TemporaryDirectory(prefix="fairmark-faults-") as folder, Scene(Path(folder)) as scene:
        for point in kill_points(scene, POINTS, SEED):
            points.append(point)
            for problem in point.problems:
                print(f"{point.kind}, event {point.number}: {problem}", flush=True)
    found = list(figures(points))
    print(table(found))
    return 0 if write_figures("faults", found, REPOSITORY / "build") else 1


if __name__ == "__main__":
    sys.exit(main())
