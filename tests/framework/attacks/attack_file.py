"""The corpus on disk: one text file per attack, which says what it is and holds the files that are handed in.

    \"\"\"An object that equals everything.

    Wants: points
    Told: ctypes
    \"\"\"
    ... the text of mini/double.py ...
    #: conftest.py
    ... the text of another file ...
    #: mini/loot.txt -> @tests@

The last form is a symbolic link. ``@name@`` stands for a place or an address of the arena: an attacker knows where everything is. Nothing
here is ever imported; the files carry no ``.py`` so that no tool runs or collects one by accident.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
CORPUS = HERE / "corpus"
HONEST = HERE / "honest"
_MAIN = "mini/double.py"
_SECTION = re.compile(r"^#: (\S+)(?: -> (\S+))?\n", re.MULTILINE)
_FIELDS = {"Wants", "Honest", "Told", "Open"}


class Goal(enum.StrEnum):
    """What an attack wants."""

    POINTS = "points"  # more than its honest version gets
    SECRET = "secret"  # a planted secret in an output
    CHANGE = "change"  # something outside its scratch is another
    LINGER = "linger"  # a process that outlives the run
    NEXT = "next"  # the next submission gets another result, or none
    HOLD = "hold"  # the run does not end
    ROOM = "room"  # a resource or a right that it must not have: it says so when it has it
    FLOOD = "flood"  # outputs of more than a megabyte


@dataclass(frozen=True)
class Attack:
    """One submission.

    Attributes:
        name: ``family/name``.
        honest: the file in ``honest/`` that does the same without the trick.
        told: what the TA must be told, as part of a note; empty where nothing can be known.
        open_hole: why it succeeds against the real judge as well; empty for all others.
        files: path -> text. ``links``: path -> target.
    """

    name: str
    title: str
    goal: Goal
    honest: str
    told: str
    open_hole: str
    files: Mapping[str, str]
    links: Mapping[str, str]

    @property
    def family(self) -> str:
        """The folder it lies in."""
        return self.name.partition("/")[0]


def read_corpus(only: str = "") -> tuple[Attack, ...]:
    """Every attack whose name begins with ``only``, by name. Raises ValueError for a file of another form, with its path."""
    found = (_read(path) for path in sorted(CORPUS.rglob("*.txt")))
    return tuple(attack for attack in found if attack.name.startswith(only))


def one_of_each_family(attacks: tuple[Attack, ...]) -> tuple[Attack, ...]:
    """The first of each family: the short version."""
    return tuple({attack.family: attack for attack in reversed(attacks)}.values())[::-1]


def honest_files(name: str) -> dict[str, str]:
    """What the honest version hands in."""
    return {_MAIN: (HONEST / f"{name}.txt").read_text(encoding="utf-8")}


def _read(path: Path) -> Attack:
    _, header, body = path.read_text(encoding="utf-8").split('"""', 2)
    title, _, rest = header.partition("\n")
    fields = dict(line.split(": ", 1) for line in rest.splitlines() if line)
    if not title or not fields.keys() <= _FIELDS or "Wants" not in fields:
        raise ValueError(f"{path}: the header is a title, then Wants, and Honest, Told or Open")
    files, links = {}, {}
    place, begin = _MAIN, 0
    for match in _SECTION.finditer(body):
        files[place] = body[begin : match.start()]
        place, begin = match[1], match.end()
        if match[2]:
            links[place] = match[2]
    files[place] = body[begin:]
    return Attack(
        name=path.relative_to(CORPUS).with_suffix("").as_posix(),
        title=title,
        goal=Goal(fields["Wants"]),
        honest=fields.get("Honest", "wrong"),
        told=fields.get("Told", ""),
        open_hole=fields.get("Open", ""),
        files={name: text for name, text in files.items() if name not in links and text.strip()},
        links=links,
    )
