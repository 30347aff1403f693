"""Checkpoints: a run that stops and goes on is the run that never stopped, and a wrong file changes nothing."""

import pickle

import pytest
import torch
from picollm.checkpoint import Progress, load_checkpoint, save_checkpoint
from picollm.data import Mixture, Source
from picollm.tokenizer import Tokenizer
from picollm.training import Schedule, train_model
from torch import nn


class Dropping(nn.Module):
    """A model with tied weights and dropout: it uses the random number generator in each step."""

    def __init__(self) -> None:
        super().__init__()
        self.embedding = nn.Embedding(260, 8)
        self.dropout = nn.Dropout(0.5)
        self.output = nn.Linear(8, 260, bias=False)
        self.output.weight = self.embedding.weight

    def forward(self, tokens):
        return self.output(self.dropout(self.embedding(tokens)))


def new_model() -> Dropping:
    torch.manual_seed(0)
    return Dropping()


def trained(path, epochs, *, resume):
    model = new_model()
    mixture = Mixture([Source(("one two", "three four"), 1.0)], Tokenizer([]), 8, 2, seed=0)
    progress = train_model(model, "test", mixture, [mixture.batch(99)], Schedule(epochs, 3, 1e-2), path, {"seed": 0}, resume=resume)
    return model, progress


def test_resumed_run_is_the_run_that_never_stopped(tmp_path):
    straight, straight_progress = trained(tmp_path / "straight.safetensors", 3, resume=False)
    trained(tmp_path / "stopped.safetensors", 1, resume=False)
    torch.manual_seed(12345)  # another process has other random numbers
    resumed, resumed_progress = trained(tmp_path / "stopped.safetensors", 3, resume=True)
    assert torch.equal(straight.output.weight, resumed.output.weight)
    assert straight_progress == resumed_progress
    assert len(resumed_progress.losses) == 9
    assert (tmp_path / "straight.safetensors").read_bytes() == (tmp_path / "stopped.safetensors").read_bytes()


def test_finished_run_is_not_trained_again(tmp_path):
    path = tmp_path / "model.safetensors"
    first, progress = trained(path, 1, resume=False)
    again, same_progress = trained(path, 1, resume=True)
    assert torch.equal(first.output.weight, again.output.weight)
    assert progress == same_progress


def save_small(path, settings):
    model = nn.Linear(2, 2)
    optimizer = torch.optim.AdamW(model.parameters())
    save_checkpoint(path, model, optimizer, Progress(), settings)
    return model, optimizer


def test_a_file_that_does_not_fit_is_refused_and_changes_nothing(tmp_path):
    path = tmp_path / "model.safetensors"
    save_small(path, {"embed_size": 2})
    model = nn.Linear(2, 3)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    state = torch.get_rng_state()
    optimizer = torch.optim.AdamW(model.parameters())
    with pytest.raises(ValueError, match=r"\(embed_size 2, now 4\)"):
        load_checkpoint(path, model, optimizer, {"embed_size": 4})
    with pytest.raises(ValueError, match="other parameters"):
        load_checkpoint(path, model, optimizer, {"embed_size": 2})
    assert all(torch.equal(before[name], value) for name, value in model.state_dict().items())
    assert torch.equal(torch.get_rng_state(), state)


class Trap:
    """Unpickling it fails the test."""

    def __reduce__(self):
        return pytest.fail, ("a pickle was loaded",)


@pytest.mark.parametrize("content", [pickle.dumps(Trap()), b"", b"\x02\x00\x00\x00\x00\x00\x00\x00{}"])
def test_what_is_no_checkpoint_is_refused_and_never_unpickled(tmp_path, content):
    path = tmp_path / "model.safetensors"
    path.write_bytes(content)
    model = nn.Linear(2, 2)
    with pytest.raises(ValueError, match="is no checkpoint"):
        load_checkpoint(path, model, torch.optim.AdamW(model.parameters()), {})


def test_a_crash_while_writing_leaves_the_old_checkpoint(tmp_path, monkeypatch):
    path = tmp_path / "model.safetensors"
    save_small(path, {})
    before = path.read_bytes()

    def half(_, target, **__):
        target.write_bytes(b"half")
        raise OSError("disk full")

    monkeypatch.setattr("picollm.checkpoint.save_file", half)
    with pytest.raises(OSError, match="disk full"):
        save_small(path, {})
    assert path.read_bytes() == before
