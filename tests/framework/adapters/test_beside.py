"""What runs beside foreign code: arguments, generators and devices are passed on, and what has no counterpart is said so."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from grader.checks.stub import exercise_not_started
from grader.intake.adapters.beside import batch_first, single_file
from grader.intake.adapters.beside.binding import Binding, Ours, not_found
from grader.intake.adapters.beside.presenting import first, lent
from grader.intake.adapters.beside.processor import OnProcessor

BINDING = Binding(
    exercise="transformer",
    what="GPT in model.py, line 3",
    ours=(Ours("vocab_size"), Ours("d_model"), Ours("p", required=False, value=0.95), Ours("limit", required=False, value=9)),
    theirs=(("n_vocab", "vocab_size"), ("width", "d_model"), ("top_p", "p")),
    constants=(("dropout", 0.0),),
    multiples=(("d_ff", "d_model", 4),),
    limits=("limit",),
    defaulted=("top_p",),
)


def test_arguments_get_their_names() -> None:
    expected = {"n_vocab": 5, "width": 8, "d_ff": 32, "dropout": 0.0}
    assert BINDING.translate((5,), {"d_model": 8}) == expected
    assert BINDING.translate((5, 8), {"p": 0.5, "limit": 3}) == {**expected, "top_p": 0.5}


def test_a_default_is_theirs_only_where_they_have_one_of_their_own() -> None:
    ours = Binding("nucleus_sampling", "f", (Ours("p", required=False, value=0.95),), (("p", "p"),))
    assert ours.translate((), {}) == {"p": 0.95}


def test_an_argument_without_a_counterpart_is_not_found_unless_it_is_our_default() -> None:
    bare = Binding("rmsnorm", "Norm in a.py, line 1", (Ours("dim"), Ours("eps", required=False, value=1e-5)), (("size", "dim"),))
    assert bare.translate((4,), {"eps": 1e-5}) == {"size": 4}
    with pytest.raises(NotImplementedError, match=r"rmsnorm was not found: Norm in a\.py, line 1 has no parameter for eps"):
        bare.translate((4,), {"eps": 0.5})


@pytest.mark.parametrize(
    ("args", "kwargs"), [((5,), {}), ((1, 2, 3, 4, 5), {}), ((5, 8), {"colour": 1}), ((5, 8), {"d_model": 8})], ids=repr
)
def test_a_wrong_call_is_refused_as_python_does(args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match=r"GPT in model\.py"):
        BINDING.translate(args, kwargs)


def test_the_checks_know_the_sentence() -> None:
    assert exercise_not_started(str(not_found("kv_cache", "no signature tells"))) == "kv_cache"
    assert exercise_not_started("it said: kv_cache was not found: x") is None


def test_a_lent_generator_moves_on_and_the_default_one_does_not() -> None:
    generator, own = torch.Generator().manual_seed(3), torch.Generator().manual_seed(3)
    torch.manual_seed(1)
    before = torch.get_rng_state()
    with lent(generator):
        drawn = torch.rand(4)
    assert torch.equal(drawn, torch.rand(4, generator=own)) and torch.equal(generator.get_state(), own.get_state())
    assert torch.equal(torch.get_rng_state(), before)


def test_what_is_asked_for_on_cuda_is_made_on_the_processor() -> None:
    outside = torch.device("cuda")
    with OnProcessor():
        made = [
            torch.zeros(2, device="cuda:0"),
            torch.ones(2).cuda(),
            torch.ones(2).to(outside),
            nn.Linear(2, 2, device="cuda").weight,
        ]
        made += [nn.Linear(2, 2).cuda().weight, nn.Linear(2, 2).to("cuda").weight, torch.arange(3, device=torch.device("cuda", 0))]
    assert {str(tensor.device) for tensor in made} == {"cpu"}


def test_sequence_first_is_turned_both_ways() -> None:
    tokens = torch.tensor([[1, 2, 3], [4, 5, 6]])
    seen: list[torch.Tensor] = []

    def model(given: torch.Tensor) -> tuple[torch.Tensor, None]:
        seen.append(given)
        return torch.nn.functional.one_hot(given, 9), None

    assert torch.equal(single_file.sequence_first(model, tokens).argmax(-1), tokens)
    assert seen[0].shape == (3, 2) and seen[0].is_contiguous()


def test_a_window_that_ends_before_is_read_one_position_later() -> None:
    def previous(given: torch.Tensor) -> torch.Tensor:  # (seq, batch): at t, the token at t - 1
        moved = torch.cat([torch.zeros_like(given[:1]), given[:-1]])
        return torch.nn.functional.one_hot(moved, 9)

    tokens = torch.tensor([[1, 2, 3], [4, 5, 6]])
    assert torch.equal(single_file.window_before(previous, tokens).argmax(-1), tokens)


def test_rows_are_drawn_one_by_one_and_a_row_as_a_batch() -> None:
    binding = Binding("nucleus_sampling", "f", (Ours("logits"),), (("scores", "logits"),))
    logits = torch.tensor([[0.0, 9.0, 1.0], [9.0, 0.0, 1.0]])

    def of_a_row(scores: torch.Tensor) -> int:
        assert scores.dim() == 1
        return int(scores.argmax())

    def of_a_batch(scores: torch.Tensor) -> torch.Tensor:
        assert scores.dim() == 2
        return scores.argmax(-1, keepdim=True)

    assert single_file.row_by_row(of_a_row, {"scores": logits}, binding).tolist() == [1, 0]
    assert single_file.row_by_row(of_a_row, {"scores": logits[0]}, binding) == 1
    assert batch_first.rows(of_a_batch, {"scores": logits}, binding).tolist() == [1, 0]
    assert batch_first.rows(of_a_batch, {"scores": logits[1]}, binding).shape == ()


def test_a_model_that_answers_for_the_last_position_is_given_targets() -> None:
    def model(tokens: torch.Tensor, targets: torch.Tensor | None = None) -> tuple[torch.Tensor, None]:
        logits = torch.nn.functional.one_hot(tokens, 9)
        return (logits if targets is not None else logits[:, -1:]), None

    tokens = torch.tensor([[1, 2, 3]])
    assert torch.equal(batch_first.with_targets(model, tokens).argmax(-1), tokens)
    assert torch.equal(batch_first.with_targets(model, tokens[:, :1]).argmax(-1), tokens[:, :1])


def test_logits_are_found_in_what_a_model_returns() -> None:
    class Output:
        logits = 3

    assert [first(value) for value in (3, (3, 4), [3], {"logits": 3}, Output())] == [3] * 5


def test_what_runs_beside_student_code_imports_nothing_of_the_grader() -> None:
    folder = Path(sys.modules[single_file.__name__].__file__ or "").parent
    assert [path.name for path in folder.glob("*.py") if "grader" in path.read_text(encoding="utf-8")] == []
