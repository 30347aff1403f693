"""Several attempts in one folder, each a zip with a package in it: the newest counts when their times tell which that is."""

from __future__ import annotations

import shutil
from pathlib import Path

from grader.checks.home import NothingToHandIn, find_home
from grader.checks.plan import Plan
from grader.checks.tree import read_tree
from grader.intake.places import is_archive
from grader.intake.safe_zip import NO_TIME


def keep_newest(sent: Path, expanded: Path, plan: Plan) -> str:
    """Removes older attempts from ``expanded``, in which each zip of ``sent`` is a folder of its name, and returns a note that says so.

    Empty, and nothing is removed, when fewer than two of the zips hold a package, or times do not tell which one is the newest.
    """
    names = [name for name in read_tree(sent).files if is_archive(name) and _holds_package(expanded / name, plan)]
    times = {name: (sent / name).stat().st_mtime for name in names}
    newest = max(times, key=times.__getitem__, default="")
    if len(names) < 2 or NO_TIME in times.values() or list(times.values()).count(times[newest]) > 1:
        return ""
    older = [name for name in names if name != newest]
    for name in older:
        shutil.rmtree(expanded / name)
    return f"The newest zip, {newest}, counts; {', '.join(older)} {'is' if len(older) == 1 else 'are'} not used."


def _holds_package(folder: Path, plan: Plan) -> bool:
    try:
        find_home(folder, read_tree(folder), plan)
    except NothingToHandIn:
        return False
    return True
