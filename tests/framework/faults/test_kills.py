"""A few kill points of each kind, each the same every time; ``make faults`` tries a hundred of each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from kill_points import KINDS, kill_points
from scene import Scene

POINTS = 2
SEED = 2


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    with Scene(tmp_path_factory.mktemp("kills")) as scene:
        yield scene


@pytest.mark.parametrize("kind", KINDS)
def test_after_a_kill_a_plain_rerun_ends_as_if_nothing_had_happened(scene: Scene, kind: str) -> None:
    found = list(kill_points(scene, POINTS, SEED, (kind,)))
    assert len(found) == POINTS and all(point.hit for point in found)
    assert not [point for point in found if point.problems]
