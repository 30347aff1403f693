"""The look into the embedding table."""

import pytest
import torch
from picollm.neighbours import find_embedding, nearest_tokens, show_neighbours
from picollm.tokenizer import Tokenizer
from torch import nn


def test_nearest_are_those_at_the_smallest_angle():
    embedding = torch.tensor([[1.0, 0.0], [10.0, 1.0], [0.0, 1.0], [-1.0, 0.0]])
    assert [token for token, _ in nearest_tokens(embedding, 0, 3)] == [1, 2, 3]
    assert [similarity for _, similarity in nearest_tokens(embedding, 0, 9)] == pytest.approx([10 / 101**0.5, 0.0, -1.0])


def test_shows_each_token_once(capsys):
    torch.manual_seed(0)
    model = nn.Sequential(nn.Embedding(3, 2), nn.Embedding(261, 4))  # the first has too few rows for the vocabulary
    show_neighbours(model, Tokenizer([]), [4 + ord("a"), 2, 4 + ord("a")], count=2)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ["'a'", "<eos>"]
    assert all(line.count(",") >= 1 for line in lines)
    assert find_embedding(model, 260).shape == (260, 4)


def test_model_without_a_table_is_told_so(capsys):
    show_neighbours(nn.Linear(2, 2), Tokenizer([]), [5])
    assert "no embedding table" in capsys.readouterr().out
