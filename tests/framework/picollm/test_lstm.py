"""The given LSTM: what its logits depend on, and its cache."""

import pytest
import torch
from picollm.lstm import LSTMSeqModel


@pytest.fixture
def model():
    torch.manual_seed(0)
    return LSTMSeqModel(7, embed_size=6, hidden_size=5).double()


@pytest.fixture
def tokens():
    return torch.randint(0, 7, (3, 6), generator=torch.Generator().manual_seed(0))


def test_a_token_reaches_its_own_position_and_all_later_ones(model, tokens):
    changed = tokens.clone()
    changed[1, 2] = (changed[1, 2] + 1) % 7
    moved = (model(tokens) != model(changed)).any(dim=-1)
    assert moved.tolist() == [[False] * 6, [False, False, True, True, True, True], [False] * 6]


def test_cached_equals_uncached_through_reorder_and_reset(model, tokens):
    cache = model.make_cache()
    for _ in range(2):
        pieces = [model(tokens[:, :2], cache=cache), model(tokens[:, 2:3], cache=cache)]
        torch.testing.assert_close(torch.cat(pieces, dim=1), model(tokens[:, :3]))
        cache.reorder([2, 2])
        assert cache.length == 3
        torch.testing.assert_close(model(tokens[[2, 2], 3:], cache=cache), model(tokens[[2, 2]])[:, 3:])
        assert cache.length == 6
        cache.reset()
        assert cache.length == 0


def test_empty_sequence_is_refused(model):
    with pytest.raises(ValueError, match=r"\(1, 0\)"):
        model(torch.zeros(1, 0, dtype=torch.int64))
