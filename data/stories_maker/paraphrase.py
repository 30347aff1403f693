"""Says the same in other words: phrases that may stand for each other anywhere are exchanged at random."""

import random
import re
from collections.abc import Mapping, Sequence


class Paraphrase:
    """Exchanges phrases of a table; a phrase stays as it is as often as each of its alternatives comes."""

    def __init__(self, table: Mapping[str, Sequence[str]]) -> None:
        self._table = table
        longest_first = sorted(table, key=lambda phrase: (-len(phrase), phrase))
        self._phrase = re.compile(r"\b(?:" + "|".join(map(re.escape, longest_first)) + r")\b(?!-)")

    def vary(self, text: str, rng: random.Random) -> str:
        """`text` with each phrase of the table exchanged or left."""

        def other(match: re.Match[str]) -> str:
            options = self._table[match[0]]
            drawn = int(rng.random() * (len(options) + 1))
            return options[drawn] if drawn < len(options) else match[0]

        return self._phrase.sub(other, text)
