"""The given data loading: documents, blocks, mixtures, and what it says when there is nothing to be had."""

import sys
import types
from itertools import pairwise

import pytest
from picollm.data import (
    DataUnavailable,
    Mixture,
    Source,
    make_blocks,
    pad_batch,
    read_documents,
    read_tinystories,
    split_documents,
)
from picollm.tokenizer import EOS, PAD, SOS, Tokenizer

BYTES = Tokenizer([])  # one token per byte, with id 4 + byte


def test_a_file_without_separators_has_a_document_per_line(tmp_path):
    path = tmp_path / "numbers.txt"
    path.write_text("1 2 3\n\n  4 5\n")
    assert read_documents([path]) == ("1 2 3", "4 5")


def test_a_file_with_separators_has_documents_of_several_lines(tmp_path):
    path = tmp_path / "stories.txt"
    path.write_text("One.\n\nTwo.\n<|endoftext|>\nThree.\n<|endoftext|>\n")
    assert read_documents([path, path]) == ("One.\n\nTwo.", "Three.") * 2


def test_files_without_text_are_refused_by_name(tmp_path):
    empty, binary = tmp_path / "empty.txt", tmp_path / "binary.txt"
    empty.write_text("\n\n")
    binary.write_bytes(b"\xff\xfe\x00")
    missing = tmp_path / "missing.txt"
    for path, words in ((missing, "cannot read"), (tmp_path, "cannot read"), (empty, "holds no text"), (binary, "not UTF-8")):
        with pytest.raises(DataUnavailable, match=words) as caught:
            read_documents([path])
        assert str(path) in str(caught.value)


def test_every_twentieth_document_is_held_out():
    documents = [str(number) for number in range(1, 45)]
    training, held_out = split_documents(documents)
    assert held_out == ("20", "40")
    assert sorted(training + held_out) == sorted(documents)


def test_blocks_of_a_document_predict_each_token_once():
    (short,) = make_blocks(["ab"], BYTES, 10)
    assert short.tolist() == [SOS, 4 + ord("a"), 4 + ord("b"), EOS]
    blocks = [block.tolist() for block in make_blocks(["abcdefg"], BYTES, 4)]
    whole = [SOS, *BYTES.encode("abcdefg"), EOS]
    assert [token for block in blocks for token in block[1:]] == whole[1:]
    assert blocks[0][0] == SOS
    assert all(2 <= len(block) <= 4 for block in blocks)
    assert all(later[0] == earlier[-1] for earlier, later in pairwise(blocks))
    with pytest.raises(ValueError, match="got 1"):
        make_blocks(["a"], BYTES, 1)


def test_padding_is_on_the_right():
    assert pad_batch(make_blocks(["a", "bcd"], BYTES, 10)).tolist() == [
        [SOS, 4 + ord("a"), EOS, PAD, PAD],
        [SOS, 4 + ord("b"), 4 + ord("c"), 4 + ord("d"), EOS],
    ]


def test_mixture_draws_by_weight_and_repeats_itself():
    sources = [Source(("a",) * 50, 3.0), Source(("b",), 1.0), Source(("c",), 0.0)]
    mixture = Mixture(sources, BYTES, 8, 400, seed=1)
    drawn = mixture.batch(5)[:, 1].tolist()
    share = drawn.count(4 + ord("a")) / 400
    assert 0.6 < share < 0.9
    assert 4 + ord("c") not in drawn
    assert mixture.batch(5).equal(Mixture(sources, BYTES, 8, 400, seed=1).batch(5))
    assert not mixture.batch(5).equal(mixture.batch(6))
    assert not mixture.batch(5).equal(Mixture(sources, BYTES, 8, 400, seed=2).batch(5))


def test_missing_package_says_what_to_do(monkeypatch):
    monkeypatch.setitem(sys.modules, "datasets", None)
    with pytest.raises(DataUnavailable, match=r"pip install datasets.*--input_files data/stories/train\.txt"):
        read_tinystories(10)


def test_missing_network_says_what_to_do(monkeypatch):
    def load_dataset(*_, **__):
        raise ConnectionError("no route to host")

    monkeypatch.setitem(sys.modules, "datasets", types.SimpleNamespace(load_dataset=load_dataset))
    with pytest.raises(DataUnavailable, match=r"no route to host.*--input_files data/stories/train\.txt"):
        read_tinystories(10)


def test_tinystories_is_streamed_no_further_than_needed(monkeypatch):
    def load_dataset(name, split, streaming):
        assert (name, split, streaming) == ("roneneldan/TinyStories", "train", True)
        for number in range(3):
            yield {"text": f" story {number}\n"}
        raise AssertionError("read further than needed")

    monkeypatch.setitem(sys.modules, "datasets", types.SimpleNamespace(load_dataset=load_dataset))
    assert read_tinystories(3) == ("story 0", "story 1", "story 2")
