"""Archives inside a submission: opened only where no package is found without them."""

from __future__ import annotations

from datetime import tzinfo
from pathlib import Path

from grader.checks.tree import LeftOut, read_tree
from grader.intake.places import FolderPlace, Unpacked, copy_bounded, is_archive
from grader.intake.refused import Budget, Refused

MAX_NESTING = 3
_MAX_ARCHIVES = 10


def expand(sent: Unpacked, scratch: Path, budget: Budget, zone: tzinfo) -> Unpacked | None:
    """A copy of the folder in which each zip is a folder of its name; None when there is no zip in it.

    Raises Refused for a zip that cannot be opened safely, and for too many.
    """
    files = read_tree(sent.folder).files
    archives = [name for name in files if is_archive(name)]
    if not archives:
        return None
    if len(archives) > _MAX_ARCHIVES:
        raise Refused(f"It holds {len(archives)} zips and no package. Hand in the one zip that make submit builds.")
    folder = scratch / "expanded"
    left_out = list(sent.left_out)
    for name in files:
        if name not in archives:
            copy_bounded(sent.folder / name, folder / name, budget)
    for number, name in enumerate(archives):
        inside = FolderPlace(sent.folder, zone).unpack(name, scratch / f"zip-{number}", budget)
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        inside.folder.rename(folder / name)
        left_out += [LeftOut(f"{name}/{item.path}", item.reason) for item in inside.left_out]
    return Unpacked(folder, tuple(left_out))
