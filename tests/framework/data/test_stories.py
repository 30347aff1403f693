"""The bundled corpus is what its script makes, and fit to train on."""

import itertools
import random
import re
from pathlib import Path

import pytest
from make_stories import VALID_BYTES, make
from stories_maker.corpus import SEPARATOR, SHAPES, story
from stories_maker.grammar import verbs
from stories_maker.lexicon import Lexicon, load_lexicon
from stories_maker.stage import Stage

FOLDER = Path(__file__).resolve().parents[3] / "data" / "stories"


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return load_lexicon()


@pytest.fixture(scope="module")
def bundled() -> dict[str, str]:
    return {name: (FOLDER / f"{name}.txt").read_bytes().decode("ascii") for name in ("train", "valid")}


def told(text: str) -> list[str]:
    return [part.strip("\n") for part in text.split(f"{SEPARATOR}\n") if part.strip()]


def test_the_script_makes_the_bundled_bytes_again(tmp_path: Path) -> None:
    make(tmp_path)
    for name in ("valid.txt", "train.txt"):
        assert (tmp_path / name).read_bytes() == (FOLDER / name).read_bytes(), name


def test_training_stories_go_on_where_the_held_out_ones_end(bundled: dict[str, str], lexicon: Lexicon) -> None:
    assert told(bundled["train"])[0] == story(lexicon, len(told(bundled["valid"])))


def test_the_same_number_is_the_same_story(lexicon: Lexicon) -> None:
    assert story(lexicon, 7) == story(load_lexicon(), 7) != story(lexicon, 7 + len(SHAPES))


def test_no_story_is_in_both_files_or_twice_in_one(bundled: dict[str, str]) -> None:
    everything = told(bundled["train"]) + told(bundled["valid"])
    assert len(set(everything)) == len(everything)


def test_sizes_are_as_promised(bundled: dict[str, str]) -> None:
    assert 2_000_000 <= len(bundled["train"]) <= 3_000_000
    assert VALID_BYTES <= len(bundled["valid"]) <= VALID_BYTES + 10_000


@pytest.mark.parametrize("name", ["train", "valid"])
def test_each_story_ends_properly_and_leaves_no_notation(bundled: dict[str, str], name: str) -> None:
    assert bundled[name].endswith(f"\n{SEPARATOR}\n")
    for text in told(bundled[name]):
        assert text.endswith((".", "!", "?", '."', '!"', '?"')), text[-80:]
        assert not set(text) & set("{}[]<>|~_"), text
        assert text.count('"') % 2 == 0, text
        assert "  " not in text and " ." not in text and " ," not in text, text


def test_every_kind_of_story_can_be_told_with_many_seeds(lexicon: Lexicon) -> None:
    for shape, seed in itertools.product(SHAPES, range(6)):
        stage = Stage(lexicon, random.Random(f"{shape.__name__} {seed}"))
        shape(stage)
        assert stage.tell.text().count("\n") >= 2, shape.__name__


def test_a_lost_thing_is_described_as_it_was_introduced(lexicon: Lexicon) -> None:
    """The colour told to a witness is the colour of the beginning: facts hold over the whole story."""
    asked = 0
    for seed in range(40):
        stage = Stage(lexicon, random.Random(seed))
        SHAPES[0](stage)
        thing = stage.thing("t")
        assert f"something {thing.looks[-1]}" in stage.tell.text()
        asked += stage.tell.text().count(f"{thing.looks[-1]} {thing.noun}")
    assert asked > 20


def test_every_class_that_a_phrase_names_exists(lexicon: Lexicon) -> None:
    named = {match for options in lexicon.classes.values() for option in options for match in re.findall(r"<(\w+)>", option)}
    assert named <= set(lexicon.classes)


def test_verbs_take_the_form_asked_for() -> None:
    assert verbs("~run and ~hide") == "ran and hid"
    assert verbs("~stop and ~lie down", "ing") == "stopping and lying down"
    assert verbs("~be late", "past", plural=True) == "were late"
    assert verbs("[g] ~be late", "past", frozenset({"g"})) == "[g] were late"
