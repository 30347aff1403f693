"""Who was spoken of last, and so how they may be spoken of now: by name, by what they are, or by a pronoun that nobody can mistake."""

import random
from dataclasses import dataclass, field

from stories_maker.morphology import possessive
from stories_maker.world import OBJECT, POSSESSIVE, REFLEXIVE, Being, Group, Place, Referent, Thing

_FORCED = {"h": "subject", "m": "object", "s": "possessive", "r": "reflexive"}


@dataclass
class Discourse:
    """Mentions of the sentence before and of this one, in order."""

    rng: random.Random
    before: list[Referent] = field(default_factory=list)
    now: list[Referent] = field(default_factory=list)
    introduced: set[Referent] = field(default_factory=set)

    def next_sentence(self) -> None:
        """A sentence without mentions (an exclamation) leaves the memory of the one before."""
        if self.now:
            self.before, self.now = self.now, []

    def next_paragraph(self) -> None:
        """A new paragraph names people again."""
        self.before, self.now = [], []

    def refer(self, who: Referent, case: str) -> str:
        """The words for `who`.

        Cases: '' subject, o object, p possessive; h, m, s, r a pronoun whatever came before; n never a pronoun; name the bare name;
        a the first mention of a thing; in, to before a place.
        """
        if case in _FORCED:
            return self._pronoun(who, _FORCED[case])
        if case == "name":
            return _name(who)
        if case in ("in", "to", "a") and not isinstance(who, Being | Group):
            self.now.append(who)
            return self._first(who) if case == "a" else f"{_preposition(who, case)} {_noun(who)}"
        wanted = {"": "subject", "o": "object", "p": "possessive"}[case if case != "n" else ""]
        if case != "n" and self._pronoun_is_clear(who):
            self.now.append(who)
            return self._pronoun(who, wanted)
        words = self._full(who)
        self._mention(who)
        return possessive(words) if wanted == "possessive" else words

    def _mention(self, who: Referent) -> None:
        self.now.append(who)
        self.introduced.add(who)
        if isinstance(who, Group):
            self.introduced.update(who.members)

    def _pronoun(self, who: Referent, wanted: str) -> str:
        if wanted == "subject":
            return who.pronoun
        return {"object": OBJECT, "possessive": POSSESSIVE, "reflexive": REFLEXIVE}[wanted][who.pronoun]

    def _pronoun_is_clear(self, who: Referent) -> bool:
        if isinstance(who, Place):
            return False
        rivals_now = self._rivals(self.now, who)
        if who in self.now:
            return not rivals_now and self.rng.random() < 0.93
        if who not in self.before or rivals_now:
            return False
        if self._rivals(self.before, who):
            return isinstance(who, Being | Group) and self.before[0] is who and self.rng.random() < 0.3
        return self.rng.random() < (0.72 if isinstance(who, Being | Group) else 0.5)

    def _rivals(self, mentioned: list[Referent], who: Referent) -> bool:
        """Does the pronoun fit someone else among `mentioned`? Two people who were just named together may both be `they`."""
        return any(other is not who and not isinstance(other, Place) and other.pronoun == who.pronoun for other in mentioned)

    def _full(self, who: Referent) -> str:
        if isinstance(who, Thing):
            return self._thing(who)
        if isinstance(who, Group):
            names = [_name(member) for member in who.members]
            together = f"{', '.join(names[:-1])} and {names[-1]}"
            return together if who not in self.introduced or self.rng.random() < 0.6 else f"the {_count(len(names))}{who.noun}"
        if (
            isinstance(who, Being)
            and who.name
            and who.kind != "adult"
            and who in self.introduced
            and self._only_one(who)
            and self.rng.random() < 0.13
        ):
            return f"the {self.rng.choice(('', 'little ', 'young ')) if who.kind == 'child' else ''}{who.noun}"
        return _name(who)

    def _only_one(self, who: Being) -> bool:
        """Is nobody else of its kind in the story?"""
        return not any(isinstance(other, Being) and other is not who and other.noun == who.noun for other in self.introduced)

    def _thing(self, who: Thing) -> str:
        if who.owner and self.rng.random() < 0.3:
            return f"{self._owner(who.owner)} {who.noun}"
        if who.looks and self.rng.random() < 0.22:
            return f"the {self.rng.choice(who.looks)} {who.noun}"
        return f"the {who.noun}"

    def _owner(self, owner: Being) -> str:
        if owner in self.now and not self._rivals(self.now, owner):
            return POSSESSIVE[owner.pronoun]
        return possessive(_name(owner))

    def _first(self, who: Referent) -> str:
        if not isinstance(who, Thing):
            return _noun(who)
        looks = " ".join(who.looks)
        words = f"{looks} {who.noun}" if looks else who.noun
        return f"{'some' if who.plural else 'a'} {words}"


def _count(number: int) -> str:
    return {2: "two ", 3: "three "}.get(number, "")


def _name(who: Referent) -> str:
    if isinstance(who, Being):
        return who.name or f"the {who.noun}"
    if isinstance(who, Group):
        return " and ".join(_name(member) for member in who.members)
    return _noun(who)


def _noun(who: Referent) -> str:
    return who.noun if isinstance(who, Place) else f"the {who.noun}"


def _preposition(who: Referent, case: str) -> str:
    if case == "to":
        return "to"
    return who.preposition if isinstance(who, Place) else "in"
