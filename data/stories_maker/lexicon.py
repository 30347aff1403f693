"""Loads the hand-written lexicon: classes of words, and what is known of places, things, animals, feelings, traits, fears and crafts."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from stories_maker.paraphrase import Paraphrase

FOLDER = Path(__file__).parent / "lexicon"

Entry = Mapping[str, tuple[str, ...]]
"""One record of a lexicon file: field -> its alternatives, in the notation of grammar.py."""

_PART = re.compile(r"[;\n]")


def parts(text: str) -> tuple[str, ...]:
    """Entries parted by semicolons or line ends."""
    return tuple(part.strip() for part in _PART.split(text) if part.strip())


def _load(name: str) -> dict[str, object]:
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="ascii"))


def _records(name: str) -> dict[str, Entry]:
    return {
        key: {field: parts(value) for field, value in record.items() if isinstance(value, str)}
        for key, record in _load(name).items()
        if isinstance(record, dict)
    }


@dataclass(frozen=True)
class Lexicon:
    """All that the stories can speak of."""

    classes: Mapping[str, tuple[str, ...]]
    paraphrase: Paraphrase
    places: Mapping[str, Entry]
    things: Mapping[str, Entry]
    animals: Mapping[str, Entry]
    feelings: Mapping[str, Entry]
    people: Mapping[str, tuple[str, ...]]
    traits: Mapping[str, Entry]
    fears: Mapping[str, Entry]
    makings: Mapping[str, Entry]
    rescue: Mapping[str, Entry]
    names: Mapping[str, tuple[str, ...]]
    indoor: frozenset[str]


def load_lexicon() -> Lexicon:
    """The lexicon as it lies beside this file."""
    names = {key: tuple(str(value).split()) for key, value in _load("names").items()}
    places = _load("places")
    return Lexicon(
        classes={key: parts(str(value)) for key, value in _load("words").items()},
        paraphrase=Paraphrase({key: parts(str(value)) for key, value in _load("paraphrase").items()}),
        places=_records("places"),
        things=_records("things"),
        animals=_records("animals"),
        feelings=_records("feelings"),
        people={key: parts(str(value)) for key, value in _load("people").items()},
        traits=_records("traits"),
        fears=_records("fears"),
        makings=_records("makings"),
        rescue=_records("rescue"),
        names=names,
        indoor=frozenset(key for key, record in places.items() if isinstance(record, dict) and record.get("indoor")),
    )
