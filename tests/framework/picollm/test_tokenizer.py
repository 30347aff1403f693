"""The given tokenizer: every text comes back, the learned vocabulary is byte-pair encoding's, files hold all of it."""

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from picollm.tokenizer import EOS, PAD, SOS, UNK, Tokenizer, train_tokenizer

STORY = "Once upon a time there was a little fox. The little fox had a little den, and the den was warm."


@pytest.fixture(scope="module")
def tokenizer():
    return train_tokenizer([STORY], 300)


@given(text=st.text())
def test_every_text_comes_back(text):
    tokenizer = train_tokenizer([STORY], 300)
    assert tokenizer.decode(tokenizer.encode(text)) == text


@pytest.mark.parametrize("text", ["", "\r\n\t x_y__ 12½²", "naïve 🦊 狐狸", "<eos>", STORY])
def test_difficult_texts_come_back(tokenizer, text):
    ids = tokenizer.encode(text)
    assert tokenizer.decode(ids) == text
    assert not set(ids) & {PAD, SOS, EOS, UNK}


def test_merges_are_those_of_byte_pair_encoding():
    # Pairs of "ab ab ab", words "ab" and twice " ab": a-b 3 times, then space-ab twice; then each word is one token.
    tokenizer = train_tokenizer(["ab ab ab"], 1000)
    assert [tokenizer.name(token) for token in range(260, tokenizer.vocab_size)] == ["'ab'", "' ab'"]
    assert tokenizer.encode("ab ab b") == [260, 261, 4 + ord(" "), 4 + ord("b")]


def test_counts_stay_right_through_merges():
    # Slow byte-pair encoding: count all pairs anew after each merge.
    words = ["banana", " bandana", " banana", " anna", " nab"] * 2
    tokenizer = train_tokenizer(["".join(words)], 275)
    split = [[4 + value for value in word.encode()] for word in words]
    for rank, merge in enumerate(tokenizer.merges):
        counts = Counter(pair for word in split for pair in pairwise(word))
        assert merge == min(counts, key=lambda pair: (-counts[pair], pair))
        split = [merged(word, merge, 260 + rank) for word in split]
    assert len(tokenizer.merges) > 8


def merged(word: list[int], pair: tuple[int, int], new_id: int) -> list[int]:
    """The word with the pair replaced, from the left."""
    if len(word) < 2:
        return word
    if (word[0], word[1]) == pair:
        return [new_id, *merged(word[2:], pair, new_id)]
    return [word[0], *merged(word[1:], pair, new_id)]


def test_same_text_same_tokenizer_and_no_pair_that_occurs_once_is_merged():
    assert train_tokenizer([STORY], 300).merges == train_tokenizer([STORY], 300).merges
    assert train_tokenizer(["abcdefg"], 1000).merges == ()


def test_special_tokens_have_no_text(tokenizer):
    assert tokenizer.decode([SOS, *tokenizer.encode("fox"), EOS, PAD]) == "fox"
    assert [tokenizer.name(token) for token in range(4)] == ["<pad>", "<sos>", "<eos>", "<unk>"]


def test_file_holds_all_of_it(tokenizer, tmp_path):
    tokenizer.save(tmp_path / "tokenizer.json")
    loaded = Tokenizer.load(tmp_path / "tokenizer.json")
    assert loaded.merges == tokenizer.merges
    assert loaded.encode(STORY) == tokenizer.encode(STORY)


@pytest.mark.parametrize("content", ["[]", '{"schema": 2, "merges": []}'])
def test_another_file_is_refused(tmp_path, content):
    path = tmp_path / "tokenizer.json"
    path.write_text(content)
    with pytest.raises(ValueError, match=r"tokenizer\.json is no tokenizer file"):
        Tokenizer.load(path)


def test_ids_and_sizes_outside_their_range_are_refused(tokenizer):
    with pytest.raises(ValueError, match="got 300"):
        tokenizer.decode([300])
    with pytest.raises(ValueError, match="at least 260"):
        train_tokenizer(["a"], 259)
