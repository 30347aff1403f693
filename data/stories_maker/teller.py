"""Turns what happened into sentences: clauses are joined in many ways, speech is reported or quoted, and paragraphs are broken."""

import random
import re

from stories_maker.discourse import Discourse
from stories_maker.grammar import Classes, Grammar, verbs
from stories_maker.morphology import with_articles
from stories_maker.paraphrase import Paraphrase
from stories_maker.world import Being, Group, Referent

_REFERENCE = re.compile(r"\[(\w+)(?:\.(\w+))?\]")
_UTTERANCE_PARTS = re.compile(r"(?<=[.!?]) (?=[A-Z\[])")


class Teller:
    """Tells one story. Roles ('h' the hero, 'f' the friend, ...) name those whom phrases refer to."""

    def __init__(self, classes: Classes, paraphrase: Paraphrase, rng: random.Random) -> None:
        self.rng = rng
        self.grammar = Grammar(classes, rng)
        self.discourse = Discourse(rng)
        self._paraphrase = paraphrase
        self.roles: dict[str, Referent] = {}
        self._paragraphs: list[list[str]] = [[]]

    def text(self) -> str:
        """The story so far."""
        return "\n".join(" ".join(sentences) for sentences in self._paragraphs if sentences)

    def chance(self, probability: float) -> bool:
        return self.rng.random() < probability

    def paragraph(self, at_least: int = 2) -> None:
        """A new paragraph, if this one has that many sentences."""
        if len(self._paragraphs[-1]) >= at_least:
            self._paragraphs.append([])
            self.discourse.next_paragraph()

    def x(self, text: str) -> str:
        """`text` expanded; references and verbs are kept."""
        return self.grammar.expand(text)

    def past(self, clause: str) -> str:
        """A clause in the past tense; references are kept."""
        bound = self._bound(self.x(clause))
        many = frozenset(role for role, who in self.roles.items() if getattr(who, "plural", False))
        return verbs(bound, "past", many)

    def _bound(self, clause: str, role: str = "") -> str:
        """`[s...]` is whoever acts: the role given, or the first being that the clause speaks of, or the hero."""
        if "[s." not in clause:
            return clause
        spoken_of = (match[1] for match in _REFERENCE.finditer(clause) if isinstance(self.roles.get(match[1]), Being | Group))
        return clause.replace("[s.", f"[{role or next(spoken_of, 'h')}.")

    def say(self, sentence: str) -> None:
        """One sentence, or several in one string, in the past tense."""
        for part in _UTTERANCE_PARTS.split(self.past(sentence)):
            self._finish(part)

    def one_of(self, *sentences: str) -> None:
        """One of several sentences."""
        self.say(self.grammar.pick(sentences))

    def act(self, role: str, *actions: str) -> None:
        """What one being did, in order; joined into sentences in one of many ways."""
        left = [self._bound(self.x(action), role) for action in actions]
        while left:
            size = min(len(left), self.rng.choice((1, 2, 2, 2, 3)))
            if len(left) - size == 1 and size == 1:
                size = 2
            self._finish(self._joined(role, left[:size]))
            left = left[size:]

    def because(self, effect: str, cause: str) -> None:
        """Two clauses, of which the second is the reason for the first."""
        e, c = self.past(effect), self.past(cause)
        self._finish_pattern(
            (
                "E because C",
                "E because C",
                "C, so E",
                "C, so E",
                "because C, E",
                "E, for C",
                "since C, E",
                "as C, E",
                "C. That was why E",
                "C. So E",
                "E. After all, C",
                "C, and so E",
            ),
            E=e,
            C=c,
        )

    def but(self, first: str, second: str) -> None:
        """Two clauses that stand against each other."""
        a, b = self.past(first), self.past(second)
        self._finish_pattern(
            (
                "A, but B",
                "A, but B",
                "A, but B",
                "A. But B",
                "A. But B",
                "although A, B",
                "A, yet B",
                "even though A, B",
                "A. Still, B",
                "A. However, B",
                "A, but then B",
            ),
            A=a,
            B=b,
        )

    def then(self, first: str, second: str, at: str = "") -> None:
        """Two clauses of which the second follows the first; `at` says when."""
        a, b = self.past(first), self.past(second)
        if at:
            self._finish_pattern(("A, and B", "A. Then B", "A, and <later> B", "A. <later_cap>, B"), A=f"{self.x(at)}, {a}", B=b)
            return
        self._finish_pattern(
            (
                "A, and B",
                "when A, B",
                "A. Then B",
                "as soon as A, B",
                "A. <later_cap>, B",
                "the moment A, B",
                "A, and <later> B",
                "A, and then B",
                "once A, B",
                "A. B",
                "A; B",
            ),
            A=a,
            B=b,
        )

    def quote(self, role: str, words: str, how: str = "say", to: str = "") -> None:
        """Direct speech. `how` names the class of verbs: say, ask, shout, soft, sad, glad or cross."""
        speech = self._speech(words)
        parts = _UTTERANCE_PARTS.split(speech)
        verb = verbs(self.x(f"<said_{how}>"), "past")
        adverb = self._bound(self.x(f" <adverb_{how}>"), role) if self.chance(0.22) else ""
        target = f" to [{to}.o]" if to and verb in ("said", "whispered", "explained", "called", "shouted") and self.chance(0.35) else ""
        tag = f"{verb}{target}{adverb}"
        draw = self.rng.random()
        gesture = f"<beat_{how}>" if self.chance(0.5) else ""
        acted = verbs(self._bound(self.x(gesture), role), "past", plural=bool(getattr(self.roles[role], "plural", False)))
        if gesture and draw < 0.22:
            self._finish(f"[{role}] {acted}", keep=True)
            self._finish(f'"{speech}"' if self.chance(0.55) else f'"{_comma(speech)}" [{role}.h] {tag}')
        elif len(parts) > 1 and draw < 0.5:
            self._finish(f'"{_comma(parts[0])}" {self._tagged(role, tag)}', keep=True)
            self._finish(f'"{" ".join(parts[1:])}"')
        elif draw < 0.62:
            self._finish(f'[{role}] {tag}, "{speech}"')
        else:
            self._finish(f'"{_comma(speech)}" {self._tagged(role, tag)}')

    def reply(self, role: str, words: str) -> None:
        """Direct speech without a tag or with a short one: the listener of the last quote answers."""
        if self.chance(0.35):
            self._finish(f'"{self._speech(words)}"')
        else:
            self.quote(role, words)

    def _tagged(self, role: str, tag: str) -> str:
        """`said Tom` or `Tom said`; a pronoun comes first always."""
        verb, _, rest = tag.partition(" ")
        inverted = self.chance(0.5) and not tag.startswith(("wanted to know", "called out"))
        return f"{verb} [{role}.n] {rest}" if inverted else f"[{role}] {tag}"

    def _speech(self, words: str) -> str:
        """What is said: references become names there, and do not count as mentions."""
        said = verbs(self.x(words))
        said = _REFERENCE.sub(lambda match: self._in_speech(match[1], match[2] or "name"), said)
        said = " ".join(_capital(part) for part in _UTTERANCE_PARTS.split(_tidy(said)))
        return said if said.endswith((".", "!", "?")) else f"{said}."

    def _in_speech(self, role: str, case: str) -> str:
        quiet = Discourse(self.rng)
        return quiet.refer(self.roles[role], case)

    def _joined(self, role: str, actions: list[str]) -> str:
        """One sentence, or a few short ones, of one being's actions."""
        who = self.roles[role]
        many = isinstance(who, Group)

        def form(action: str, wanted: str) -> str:
            return verbs(action, wanted, plural=many)  # type: ignore[arg-type]

        if any(_is_state(action) for action in actions):
            told = [form(action, "past") for action in actions]
            return f"[{role}] {', '.join(told[:-1])}{' and ' if told[1:] else ''}{told[-1]}"
        first, rest = actions[0], actions[1:]
        opened = self.x("{<later_cap>|<opener>}, ") if self.chance(0.25) else ""
        if not rest:
            return f"{opened}[{role}] {form(first, 'past')}"
        if len(rest) == 2:
            a, b, c = (form(action, "past") for action in actions)
            return self.rng.choice(
                (
                    f"{opened}[{role}] {a}, {b} and {c}",
                    f"{opened}[{role}] {a}, {b}, and {c}",
                    f"[{role}] {a}. Then [{role}] {b} and {c}",
                    f"{form(first, 'ing')}, [{role}] {b} and {c}" if self.chance(0.5) else f"[{role}] {a} and {b}, and then {c}",
                    f"when [{role}] had {form(first, 'perfect')}, [{role}] {b} and {c}",
                    f"[{role}] {a} and {b} before {form(actions[2], 'ing')}",
                    f"[{role}] {a}, then {b}, and {self.x('{last|finally|at last}')} {c}",
                )
            )
        a, b = (form(action, "past") for action in actions)
        had, doing = f"had {form(first, 'perfect')}", form(first, "ing")
        return self.rng.choice(
            (
                f"{opened}[{role}] {a} and {b}",
                f"{opened}[{role}] {a} and {b}",
                f"{opened}[{role}] {a}, and then [{role}] {b}",
                f"[{role}] {a}. Then [{role}] {b}",
                f"after {doing}, [{role}] {b}",
                f"when [{role}] {had}, [{role}] {b}",
                f"as soon as [{role}] {had}, [{role}] {b}",
                f"once [{role}] {had}, [{role}] {b}",
                f"[{role}] {a} before {form(rest[0], 'ing')}",
                f"[{role}] {a}, and {self.x('<later>')} [{role}] {b}",
                f"[{role}] {a}. {self.x('<later_cap>')}, [{role}] {b}",
                f"first [{role}] {a}; then [{role}] {b}",
                f"[{role}] {a} and then {b}",
            )
        )

    def _finish_pattern(self, patterns: tuple[str, ...], **clauses: str) -> None:
        pattern = self.x(self.rng.choice(patterns))
        for part in re.sub(r"\b([A-Z])\b(?![a-z'])", lambda match: clauses.get(match[1], match[1]), pattern).split(". "):
            self._finish(part)

    def _finish(self, sentence: str, keep: bool = False) -> None:
        """Resolves references, tidies, and appends; `keep` holds the mentions for the next sentence too."""
        for part in sentence.split(". ") if '"' not in sentence else [sentence]:
            self._append(part, keep)

    def _append(self, sentence: str, keep: bool) -> None:
        text = _REFERENCE.sub(
            lambda match: self.discourse.refer(self.roles[match[1]], match[2] or ""), self._paraphrase.vary(sentence, self.rng)
        )
        text = with_articles(_capital(_tidy(text)))
        if not text.endswith((".", "!", "?", '."', '!"', '?"')):
            text += "."
        self._paragraphs[-1].append(text)
        mentioned = list(self.discourse.now)
        self.discourse.next_sentence()
        if keep:
            self.discourse.before = mentioned or self.discourse.before


def _is_state(action: str) -> bool:
    """Being, having or being unable is no act: it comes in the plain past only."""
    return action.startswith(("~be ", "~have ", "~know ", "~want ", "~can ", "~feel ", "~hate ", "~stare at [s.s] own"))


def _comma(speech: str) -> str:
    return f"{speech[:-1]}," if speech.endswith(".") else speech


def _capital(text: str) -> str:
    """The first letter, behind quotes if need be, made large."""
    match = re.search(r"[A-Za-z]", text)
    return text[: match.start()] + text[match.start()].upper() + text[match.end() :] if match else text


def _tidy(text: str) -> str:
    """Single spaces, none before punctuation."""
    text = re.sub(r"\s+", " ", text).strip()
    text = re.sub(r" ([,.;:!?])", r"\1", text)
    return re.sub(r"(?<=\bwhen),|,+(?=[,.!?;])", "", text)
