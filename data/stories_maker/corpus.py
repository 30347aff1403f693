"""Draws the stories of a corpus one by one, each from a seed of its own, and divides them into training and held-out."""

import random
from collections.abc import Callable, Iterator

from stories_maker.lexicon import Lexicon, load_lexicon
from stories_maker.shapes import contests, days_and_nights, growing, journeys, losing, making, people, wonders
from stories_maker.stage import Stage

SEPARATOR = "<|endoftext|>"
SHAPES: tuple[Callable[[Stage], None], ...] = (
    losing.lost_and_found,
    losing.animal_in_need,
    people.quarrel,
    people.misunderstanding,
    people.owning_up,
    people.newcomer,
    growing.fear_overcome,
    making.making,
    contests.contest,
    growing.waiting,
    journeys.errand,
    journeys.trade,
    wonders.wish,
    wonders.secret,
    days_and_nights.bad_weather,
    days_and_nights.bedtime,
)


def story(lexicon: Lexicon, number: int) -> str:
    """The story of that number: the same text on every machine."""
    rng = random.Random(f"story {number}")
    stage = Stage(lexicon, rng)
    SHAPES[number % len(SHAPES)](stage)
    return stage.tell.text()


def stories(first: int = 0) -> Iterator[str]:
    """Stories without end, from number `first` on, none told twice."""
    lexicon, told = load_lexicon(), set[str]()
    number = first
    while True:
        text = story(lexicon, number)
        if text not in told:
            told.add(text)
            yield text
        number += 1


def corpus(texts: Iterator[str], size: int) -> str:
    """Stories until they fill at least `size` bytes, each followed by a separator line."""
    taken: list[str] = []
    length = 0
    while length < size:
        entry = f"{next(texts)}\n{SEPARATOR}\n"
        taken.append(entry)
        length += len(entry)
    return "".join(taken)
