"""What the reference's k-gram MLP sees."""

import pytest
import torch
from picollm.kgram_mlp import KGramMLPSeqModel


@pytest.fixture
def model():
    torch.manual_seed(0)
    return KGramMLPSeqModel(vocab_size=5, k=3, embed_size=8, num_inner_layers=2, chunk_size=2)


@pytest.mark.parametrize("position", range(6))
def test_each_token_reaches_exactly_the_k_positions_from_its_own_on(model, position):
    tokens = torch.tensor([[0, 1, 2, 3, 4, 0], [4, 4, 3, 3, 2, 2]])
    changed = tokens.clone()
    changed[0, position] = (changed[0, position] + 1) % 5
    moved = (model(tokens) != model(changed)).any(dim=-1)
    assert moved[0].tolist() == [position <= t < position + 3 for t in range(6)]
    assert not moved[1].any(), "the other sequence of the batch moved"


@pytest.mark.parametrize("chunk_size", [1, 3, 6, 100])
def test_chunk_size_does_not_change_the_result(model, chunk_size):
    tokens = torch.randint(0, 5, (2, 6), generator=torch.Generator().manual_seed(1))
    expected = model(tokens)
    model.chunk_size = chunk_size
    torch.testing.assert_close(model(tokens), expected)


def test_padding_is_no_token(model):
    for token in range(5):
        first_of_short = model(torch.tensor([[1]]))[0, -1]
        after_padding_token = model(torch.tensor([[token, token, 1]]))[0, -1]
        assert not torch.equal(first_of_short, after_padding_token)


def test_window_is_read_in_order(model):
    assert not torch.equal(model(torch.tensor([[1, 2, 3]]))[0, -1], model(torch.tensor([[2, 1, 3]]))[0, -1])


@pytest.mark.parametrize("wrong", [{"k": 0}, {"chunk_size": 0}, {"num_inner_layers": -1}])
def test_bad_sizes_are_refused(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        KGramMLPSeqModel(vocab_size=5, **{"embed_size": 4, **wrong})


def test_empty_sequence_is_refused(model):
    with pytest.raises(ValueError, match=r"\(2, 0\)"):
        model(torch.zeros(2, 0, dtype=torch.int64))
