"""What the world is made of while a story happens: beings with traits, skills and memories; things with looks and owners; places."""

from dataclasses import dataclass, field
from typing import Literal

Pronoun = Literal["he", "she", "it", "they"]

OBJECT = {"he": "him", "she": "her", "it": "it", "they": "them"}
POSSESSIVE = {"he": "his", "she": "her", "it": "its", "they": "their"}
REFLEXIVE = {"he": "himself", "she": "herself", "it": "itself", "they": "themselves"}


@dataclass(eq=False)
class Being:
    """A child, a grown-up or an animal. `noun` is what it is (girl, baker, hedgehog); a nameless one is known by it."""

    name: str
    noun: str
    pronoun: Pronoun
    kind: Literal["child", "adult", "animal"]
    traits: tuple[str, ...] = ()
    memories: list[str] = field(default_factory=list)
    pocket: "Thing | None" = None
    skills: frozenset[str] = frozenset()

    @property
    def plural(self) -> bool:
        return False


@dataclass(eq=False)
class Group:
    """Several beings who act together."""

    members: tuple[Being, ...]
    noun: str = "friends"
    pronoun: Pronoun = "they"

    @property
    def plural(self) -> bool:
        return True


@dataclass(eq=False)
class Thing:
    """An object of the story. `looks` are its adjectives, in the order English wants; `detail` is what it is known by."""

    noun: str
    looks: tuple[str, ...] = ()
    detail: str = ""
    plural: bool = False
    owner: Being | None = None

    @property
    def pronoun(self) -> Pronoun:
        return "they" if self.plural else "it"


@dataclass(eq=False)
class Place:
    """Somewhere to be; `noun` comes with its article."""

    noun: str
    preposition: str = "in"
    plural: bool = False
    pronoun: Pronoun = "it"


Referent = Being | Group | Thing | Place
