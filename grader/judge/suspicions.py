"""What in a submission's source a TA may want to read: names that no solution needs. A hint for people, never a verdict."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

SHOWN = 5
_WORDS = re.compile(
    r"grader\.|\bctypes\b|_getframe|\btb_frame\b|\binspect\b|\bgc\.|sys\.modules|meta_path|__subclasses__|__wrapped__|__reduce__"
    r"|os\._exit|os\.kill|os\.fork|os\.exec|\bgetppid\b|\bumask\b|\bsignal\.|\batexit\b|\bthreading\b|\bsubprocess\b|\bsocket\b|/proc/"
    r"|\bbuiltins\b|getattr\(torch\b|\bunittest\b|settrace|setrecursionlimit|\bexec\(|(?<!\.)\bcompile\("
)


def suspicions(root: Path) -> tuple[str, ...]:
    """A sentence for each of the first such lines, ``picollm/rmsnorm.py:3 uses ctypes.``."""
    found = [sentence for path in sorted(root.rglob("*.py")) for sentence in _in_file(path, root)]
    more = (f"... and {len(found) - SHOWN} more such lines",) if len(found) > SHOWN else ()
    return (*found[:SHOWN], *more)


def _in_file(path: Path, root: Path) -> Iterator[str]:
    for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
        if match := _WORDS.search(line):
            yield f"{path.relative_to(root).as_posix()}:{number} uses {match.group().strip('(.')}."
