"""English word forms: past, participles, plurals, and the article before a vowel sound."""

import re
from typing import Literal

Form = Literal["base", "past", "perfect", "ing"]

_IRREGULAR_TEXT = """
be was been; become became become; begin began begun; bend bent bent; bite bit bitten; bleed bled bled; blow blew blown; break broke broken;
bring brought brought; build built built; burst burst burst; buy bought bought; can could could; catch caught caught; choose chose chosen; cling clung clung;
come came come; cost cost cost; creep crept crept; cut cut cut; dig dug dug; do did done; draw drew drawn; dream dreamed dreamed;
drink drank drunk; drive drove driven; eat ate eaten; fall fell fallen; feed fed fed; feel felt felt; fight fought fought; find found found;
fling flung flung; fly flew flown; forget forgot forgotten; forgive forgave forgiven; freeze froze frozen; get got got; give gave given; go went gone;
grind ground ground; grow grew grown; hang hung hung; have had had; hear heard heard; hide hid hidden; hit hit hit; hold held held; hurt hurt hurt;
keep kept kept; kneel knelt knelt; know knew known; lay laid laid; lead led led; leap leapt leapt; leave left left; lend lent lent; let let let;
lie lay lain; light lit lit; lose lost lost; make made made; mean meant meant; meet met met; pay paid paid; put put put; read read read; ride rode ridden;
ring rang rung; rise rose risen; run ran run; say said said; see saw seen; sell sold sold; send sent sent; set set set; sew sewed sewn; shake shook shaken;
shine shone shone; shoot shot shot; show showed shown; shrink shrank shrunk; shut shut shut; sing sang sung; sink sank sunk; sit sat sat; sleep slept slept;
slide slid slid; sling slung slung; speak spoke spoken; speed sped sped; spend spent spent; spin spun spun; spit spat spat; split split split;
spread spread spread; spring sprang sprung; stand stood stood; steal stole stolen; stick stuck stuck; sting stung stung; stride strode strode;
strike struck struck; string strung strung; sweep swept swept; swell swelled swollen; swim swam swum; swing swung swung; take took taken;
teach taught taught; tear tore torn; tell told told; think thought thought; throw threw thrown; tread trod trodden; understand understood understood;
wake woke woken; wear wore worn; weave wove woven; weep wept wept; win won won; wind wound wound; wring wrung wrung; write wrote written
"""
_IRREGULAR = {base: (past, perfect) for base, past, perfect in (entry.split() for entry in _IRREGULAR_TEXT.split(";"))}

_IRREGULAR_PLURALS = {"mouse": "mice", "goose": "geese", "child": "children", "foot": "feet", "tooth": "teeth", "leaf": "leaves", "sheep": "sheep",
                      "wolf": "wolves", "loaf": "loaves", "shelf": "shelves", "fish": "fish", "man": "men", "woman": "women", "calf": "calves"}

_DOUBLING = re.compile(r"^(?:[^aeiou]|qu)*[aeiou][bdgklmnprt]$")
_VOWEL_SOUND = re.compile(r"^(?:[aeiou](?!ni(?:c|f)|se|ne\b|nce\b)|hour|honest|umbrella|un[^i]|und|us\b)", re.IGNORECASE)
_ARTICLE = re.compile(r"\b([Aa]) (?=([A-Za-z]+))")


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
    return (verb + verb[-1] if _DOUBLING.match(verb) else verb) + "ed"


def _ing(verb: str) -> str:
    if verb.endswith("ie"):
        return verb[:-2] + "ying"
    if verb.endswith("e") and not verb.endswith(("ee", "oe", "ye")) and verb != "be":
        return verb[:-1] + "ing"
    doubled = _DOUBLING.match(verb) or verb in ("begin", "forget")
    return (verb + verb[-1] if doubled else verb) + "ing"


def plural(noun: str) -> str:
    """The plural of a noun; only its last word changes."""
    head, _, last = noun.rpartition(" ")
    prefix = f"{head} " if head else ""
    if last in _IRREGULAR_PLURALS:
        return prefix + _IRREGULAR_PLURALS[last]
    if last.endswith(("s", "x", "ch", "sh")):
        return f"{prefix}{last}es"
    if last.endswith("y") and last[-2] not in "aeiou":
        return f"{prefix}{last[:-1]}ies"
    return f"{prefix}{last}s"


def with_articles(text: str) -> str:
    """`a` becomes `an` before a vowel sound."""
    return _ARTICLE.sub(lambda match: match[1] + ("n " if _VOWEL_SOUND.match(match[2]) else " "), text)


def possessive(name: str) -> str:
    """The name with its apostrophe."""
    return f"{name}'" if name.endswith("s") and name[0].islower() else f"{name}'s"
