"""English word forms: past, participles, and the article before a vowel sound."""

import re
from pathlib import Path
from typing import Literal

Form = Literal["base", "past", "perfect", "ing"]

_VERBS = Path(__file__).parent / "lexicon" / "verbs.txt"
_IRREGULAR = {base: (past, perfect) for base, past, perfect in map(str.split, _VERBS.read_text(encoding="ascii").splitlines())}


_DOUBLING = re.compile(r"^(?:[^aeiou]|qu)*[aeiou][bdgklmnprt]$")
_DOUBLING_LONG = ("begin", "forget", "quarrel", "unravel", "unwrap", "yodel")
_VOWEL_SOUND = re.compile(r"^(?:[aeiou](?!ni(?:c|f)|se|ne\b|nce\b)|hour|honest|umbrella|un[^i]|und|us\b)", re.IGNORECASE)
_ARTICLE = re.compile(r"\b([Aa])n? (?=([A-Za-z]+))")


def inflect(verb: str, form: Form) -> str:
    """The form of a verb given in its base form; of `be` the past is `was`."""
    if form == "base":
        return verb
    if form == "ing":
        return _ing(verb)
    if verb in _IRREGULAR:
        return _IRREGULAR[verb][0 if form == "past" else 1]
    return _regular_past(verb)


def _regular_past(verb: str) -> str:
    if verb.endswith("e"):
        return verb + "d"
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return verb[:-1] + "ied"
    return (verb + verb[-1] if _doubles(verb) else verb) + "ed"


def _doubles(verb: str) -> bool:
    return bool(_DOUBLING.match(verb)) or verb in _DOUBLING_LONG


def _ing(verb: str) -> str:
    if verb.endswith("ie"):
        return verb[:-2] + "ying"
    if verb.endswith("e") and not verb.endswith(("ee", "oe", "ye")) and verb != "be":
        return verb[:-1] + "ing"
    return (verb + verb[-1] if _doubles(verb) else verb) + "ing"


def with_articles(text: str) -> str:
    """`a` becomes `an` before a vowel sound."""
    return _ARTICLE.sub(lambda match: match[1] + ("n " if _VOWEL_SOUND.match(match[2]) else " "), text)


def possessive(name: str) -> str:
    """The name with its apostrophe."""
    return f"{name}'" if name.endswith("s") and name[0].islower() else f"{name}'s"
