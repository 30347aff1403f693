"""The yardsticks, on examples small enough to work out by hand."""

import math
import random

import pytest
import torch
from measure_corpus import cut_to_equal, five_grams, measure, repeated_share, share_seen
from transformer_vs_trigram import WINDOW, perplexity, windows
from trigram import END, UNKNOWN, Trigram, first_words, known, stories_of, vocabulary_of, words_of

AB = ("a", "b")


def test_words_are_lower_case_with_punctuation_apart() -> None:
    assert words_of("Don\u2019t run, Tom! It's 12.") == ("don't", "run", ",", "tom", "!", "it's", "12", ".")


def test_stories_are_parted_by_the_separator_line() -> None:
    assert stories_of("One.\n<|endoftext|>\nTwo.\n<|endoftext|>\n") == [("one", "."), ("two", ".")]


def test_words_seen_once_are_unknown() -> None:
    vocabulary = vocabulary_of([("a", "b", "a"), ("c",)])
    assert vocabulary == {"a"}
    assert known(("a", "c"), vocabulary) == ["a", UNKNOWN, END]


def test_whole_stories_are_taken_from_the_front() -> None:
    assert first_words([AB, AB, AB], 5) == [AB, AB]
    assert cut_to_equal([[AB, AB], [("a", "b", "c"), AB]]) == [[AB, AB], [("a", "b", "c")]]


def test_five_grams_do_not_cross_stories() -> None:
    grams = five_grams([tuple("abcdef"), tuple("abcd"), tuple("abcde")])
    assert grams == [tuple("abcde"), tuple("bcdef"), tuple("abcde")]
    assert repeated_share(grams) == pytest.approx(1 / 3)
    assert share_seen(grams, [tuple("bcdef")]) == pytest.approx(1 / 3)


def test_the_trigram_agrees_with_kneser_ney_by_hand() -> None:
    """One story `a b`, discounts one half at every order (too few counts to estimate them), vocabulary {a, b} with <unk> and <end>.

    Unigrams by continuation: the three bigrams (s a), (a b), (b end) give each of a, b, end 1 of 3 and leave 3/2/3 = 1/2 for the floor 1/4:
    P(b) = 1/6 + 1/8 = 7/24. Bigram after a: 1/2 + 1/2 * 7/24 = 31/48. Trigram after <start> a: 1/2 + 1/2 * 31/48 = 79/96.
    """
    model = Trigram([AB], frozenset(AB))
    assert model.probability(("<start>", "a"), "b") == pytest.approx(79 / 96)
    assert model.probability(("<start>", "a"), UNKNOWN) == pytest.approx(1 / 4 * 1 / 2 * 1 / 2 * 1 / 2)


@pytest.mark.parametrize("before", [("a", "b"), ("b", "a"), ("never", "seen"), ("<start>", "<start>")])
def test_probabilities_add_up_to_one(before: tuple[str, str]) -> None:
    model = Trigram([tuple("abbab"), tuple("babba"), tuple("aab")], frozenset(AB))
    assert sum(model.probability(before, word) for word in ("a", "b", UNKNOWN, END)) == pytest.approx(1)


def test_perplexity_is_that_of_the_probabilities() -> None:
    model = Trigram([AB], frozenset(AB))
    contexts = [(("<start>", "<start>"), "a"), (("<start>", "a"), "b"), (("a", "b"), END)]
    by_hand = math.exp(-sum(math.log(model.probability(before, word)) for before, word in contexts) / 3)
    assert model.perplexity([AB]) == pytest.approx(by_hand)


def test_figures_of_a_tiny_corpus() -> None:
    figures = measure([tuple("aabbcc"), tuple("aabbcc")], [tuple("aabbc")])
    assert (figures.stories, figures.words, figures.types, figures.words_per_story) == (2, 12, 3, 6.0)
    assert figures.repeated_5grams == 0.5
    assert figures.held_out_5grams == 1.0
    assert figures.unknown_rate == 0.0


def test_windows_predict_every_token_but_the_first_once() -> None:
    """Pieces overlap by one token, whatever the phase of the cuts and however short the story."""
    for length in (2, 5, WINDOW, WINDOW + 1, 3 * WINDOW + 7):
        for seed in range(20):
            row = list(range(length))
            pieces = windows(row, random.Random(seed))
            assert [token for piece in pieces for token in piece[1:]] == row[1:]
            assert max(map(len, pieces)) <= WINDOW


def test_perplexity_scores_each_token_once() -> None:
    """A model that knows nothing has the perplexity of its vocabulary, over one window or several."""

    class Uniform(torch.nn.Module):
        def forward(self, tokens: torch.Tensor) -> torch.Tensor:
            assert tokens.shape[1] <= WINDOW
            return torch.zeros(*tokens.shape, 11)

    assert perplexity(Uniform(), [[1] * 5, [1] * (4 * WINDOW + 3)]) == pytest.approx(11)  # type: ignore[arg-type]
