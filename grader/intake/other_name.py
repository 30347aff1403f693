"""A package under another name: it is taken as the course's, but what it imports by its own name is then not there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from grader.checks.handin import Taken


def imports_that_fail(folder: Path, taken_from: str, modules: Sequence[Taken], package: str) -> tuple[str, ...]:
    """A sentence when modules import the folder they were found in and that is not ``package``.

    ``folder`` is what was sent, ``taken_from`` its place in the download.
    """
    top = {PurePosixPath(item.source).parent for item in modules if PurePosixPath(item.path).parent == PurePosixPath(package)}
    name = next((parent.name or PurePosixPath(taken_from).name for parent in top), package)
    if name == package or not name.isidentifier():
        return ()
    own = re.compile(rf"^[ \t]*(?:from|import)[ \t]+{name}(?![A-Za-z0-9_])".encode(), re.MULTILINE)
    importing = sorted(item.path for item in modules if own.search((folder / item.source).read_bytes()))
    if not importing:
        return ()
    where = ", ".join(importing[:3]) + (f" and {len(importing) - 3} more" if len(importing) > 3 else "")
    what = f"Imports of {name} fail, because the package is called {package}"
    return (f"{what}: rename the folder {name} to {package}, and do the same in the imports of {where}.",)
