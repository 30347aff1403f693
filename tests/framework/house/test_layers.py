"""The arrows between rooms point one way, as docs/contracts.md draws them."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[3]
# Left may import right. ``course`` may be read by all but ``checks``, and itself reads only ``checks``.
LAYERS = ("cli", "verify", "batch", "gradebook", "diagnosis", "judge", "release", "intake", "jail", "checks")


def imported_rooms(source: str) -> set[str]:
    """Rooms of the grader that a module imports."""
    modules: list[str] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module:
            modules += [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            modules += [alias.name for alias in node.names]
    return {name.split(".")[1] for name in modules if name.startswith("grader.")}


def allowed_rooms(room: str) -> set[str]:
    """What a room may import, itself included."""
    if room == "course":
        return {"course", "checks"}
    right = set(LAYERS[LAYERS.index(room) :])
    return right if room == "checks" else right | {"course"}


def rooms_and_files() -> list[tuple[str, Path]]:
    found = [("cli", REPOSITORY / "grader" / "cli.py")]
    for room in (*LAYERS[1:], "course"):
        found += [(room, path) for path in sorted((REPOSITORY / "grader" / room).rglob("*.py"))]
    return found


def test_every_room_is_in_the_drawing() -> None:
    rooms = {path.name for path in (REPOSITORY / "grader").iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert rooms == {*LAYERS[1:], "course"}


def test_arrows_point_one_way() -> None:
    wrong = [
        f"{path.relative_to(REPOSITORY)} imports {imported}"
        for room, path in rooms_and_files()
        for imported in imported_rooms(path.read_text(encoding="utf-8")) - allowed_rooms(room)
    ]
    assert not wrong


def test_an_arrow_back_is_seen() -> None:
    assert imported_rooms("from grader.judge.result import Result") - allowed_rooms("jail") == {"judge"}
    assert imported_rooms("import grader.course.load") - allowed_rooms("checks") == {"course"}


@pytest.mark.parametrize("path", sorted((REPOSITORY / "solutions" / "picollm").glob("*.py")), ids=lambda path: path.name)
def test_the_reference_never_imports_the_grader(path: Path) -> None:
    assert not imported_rooms(path.read_text(encoding="utf-8"))
