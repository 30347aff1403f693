"""The notation that phrases are written in, and how one of its readings is chosen.

{a|b|}     one of the alternatives, nested as deep as wanted
<colour>   a word or phrase of that class; those already used in a story are avoided
~walk      a verb to be inflected to the form that the sentence needs
[h]        a character, thing or place, named or replaced by a pronoun as the discourse allows (see discourse.py)
"""

import random
import re
from collections.abc import Mapping, Sequence

from stories_maker.morphology import Form, inflect

Classes = Mapping[str, Sequence[str]]

_CLASS = re.compile(r"<(\w+)>")
_VERB = re.compile(r"(\[(\w+)[^\]]*\] )?~(\w+)")


class Grammar:
    """Expands notation with one story's random numbers; remembers what the story has used so that it does not repeat itself."""

    def __init__(self, classes: Classes, rng: random.Random) -> None:
        self._classes = classes
        self.rng = rng
        self._used: set[str] = set()

    def pick(self, options: Sequence[str]) -> str:
        """One option, unexpanded; three attempts at one that this story has not used yet."""
        for _ in range(4):
            chosen = options[int(self.rng.random() * len(options))]
            if len(options) < 4 or chosen not in self._used:
                break
        self._used.add(chosen)
        return chosen

    def expand(self, text: str) -> str:
        """`text` with every alternative chosen and every class replaced; verbs and references are left as they are."""
        while True:
            text = self._choose(text)
            match = _CLASS.search(text)
            if not match:
                return text
            word = self.pick(self._classes[match[1]])
            text = text[: match.start()] + word + text[match.end() :]

    def _choose(self, text: str) -> str:
        """Resolves alternatives from the innermost outwards, so that a choice inside a rejected one costs nothing but a draw."""
        while "{" in text:
            end = text.index("}")
            start = text.rindex("{", 0, end)
            options = text[start + 1 : end].split("|")
            text = text[:start] + options[int(self.rng.random() * len(options))] + text[end + 1 :]
        return text


def verbs(text: str, form: Form = "past", plural_roles: frozenset[str] = frozenset(), plural: bool = False) -> str:
    """`text` with its marked verbs in `form`; `be` agrees with the role before it, or with `plural` where none stands before it."""

    def replace(match: re.Match[str]) -> str:
        reference, role, verb = match[1] or "", match[2], match[3]
        many = role in plural_roles if role else plural
        word = "were" if verb == "be" and form == "past" and many else inflect(verb, form)
        return reference + word

    return _VERB.sub(replace, text)
