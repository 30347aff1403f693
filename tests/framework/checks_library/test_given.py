"""Given models: they answer alike however they are decoded rightly, and otherwise for each way of decoding wrongly."""

from __future__ import annotations

import json
from typing import Any

import pytest
import torch

from grader.checks import given
from grader.checks.given import GivenModel
from grader.checks.given.base import GivenCache

VOCAB = 7
CACHED = [
    given.table_model(VOCAB),
    given.table_model(VOCAB, memory=2, seed=1),
    given.prefix_model(VOCAB),
    given.counting_model(VOCAB),
    given.ending_model(VOCAB, 2, [4, 9]),
    given.dropout_model(VOCAB),
]
ROWS = torch.tensor([[1, 5, 2, 6, 0, 3], [4, 4, 1, 0, 2, 6]])


def built(description: GivenModel) -> Any:
    return description.build().eval()


@pytest.mark.parametrize("description", [*CACHED, given.uncached_model(VOCAB), given.tuple_model(VOCAB)], ids=lambda model: model.name)
def test_a_description_crosses_as_json_and_builds_the_same_model(description: GivenModel) -> None:
    crossed = given.build(description.name, json.loads(json.dumps(dict(description.arguments)))).eval()
    first, second = (model(ROWS) for model in (crossed, built(description)))
    logits = first[0] if isinstance(first, tuple) else first
    assert torch.equal(logits, second[0] if isinstance(second, tuple) else second)
    assert (logits.dtype, tuple(logits.shape)) == (torch.float32, (2, 6, VOCAB))
    assert len(logits.unique()) > VOCAB


@pytest.mark.parametrize("description", CACHED, ids=lambda model: model.name)
@pytest.mark.parametrize("chunks", [[1] * 6, [2, 3, 1], [6]])
def test_cached_is_uncached(description: GivenModel, chunks: list[int]) -> None:
    model = built(description)
    cache = model.make_cache()
    pieces = [model(piece, cache) for piece in ROWS.split(chunks, dim=1)]
    assert torch.equal(torch.cat(pieces, 1), model(ROWS))
    assert cache.length == 6
    cache.reset()
    assert cache.length == 0
    assert torch.equal(model(ROWS[:1], cache=cache), model(ROWS[:1]))


@pytest.mark.parametrize("description", CACHED, ids=lambda model: model.name)
def test_no_position_sees_what_comes_after_it(description: GivenModel) -> None:
    model, changed = built(description), ROWS.clone()
    changed[:, 4] = (changed[:, 4] + 1) % VOCAB
    assert torch.equal(model(ROWS)[:, :4], model(changed)[:, :4])
    assert not torch.equal(model(ROWS)[:, 4], model(changed)[:, 4])


def test_reordering_keeps_rows_with_repeats() -> None:
    model = built(given.prefix_model(VOCAB))
    cache = model.make_cache()
    model(ROWS[:, :4], cache)
    cache.reorder(torch.tensor([1, 1, 0]))
    new = torch.tensor([[1], [2], [3]])
    assert torch.equal(model(new, cache), model(torch.cat([ROWS[[1, 1, 0], :4], new], 1))[:, 4:])
    empty = model.make_cache()
    empty.reorder([0, 0])
    assert empty.length == 0


def test_each_wrong_way_of_decoding_shows_in_a_prefix_model() -> None:
    model = built(given.prefix_model(VOCAB))
    right = model(ROWS)[:, -1]
    cache = model.make_cache()

    def last(*pieces: torch.Tensor, rows: list[int] | None = None) -> torch.Tensor:
        cache.reset()
        for piece in pieces[:-1]:
            model(piece, cache)
        if rows:
            cache.reorder(rows)
        logits: torch.Tensor = model(pieces[-1], cache)[:, -1]
        return logits

    wrong = {
        "no cache, only the newest token": model(ROWS[:, -1:])[:, -1],
        "first tokens dropped": model(ROWS[:, 1:])[:, -1],
        "last prompt token fed twice": last(ROWS[:, :5], ROWS[:, 4:]),
        "whole row fed again into the cache": last(ROWS[:, :5], ROWS),
        "rows not reordered": last(ROWS[:, :5], ROWS[:, 5:], rows=[1, 0]),
        "two tokens swapped": model(ROWS[:, [0, 2, 1, 3, 4, 5]])[:, -1],
    }
    assert torch.equal(last(ROWS[:, :5], ROWS[:, 5:]), right)
    for name, logits in wrong.items():
        assert (logits != right).float().mean() > 0.8, name
        assert not torch.equal(logits.argsort(-1), right.argsort(-1)), name


def test_logits_of_prefix_models_are_spread_evenly() -> None:
    model = built(given.prefix_model(50, scale=3.0))
    logits = model(torch.randint(50, (40, 20), generator=torch.Generator().manual_seed(0)))
    assert float(logits.abs().max().detach()) < 3.0
    assert float(logits.mean().detach()) == pytest.approx(0.0, abs=0.05)
    assert float(logits.std().detach()) == pytest.approx(3.0 / 3**0.5, rel=0.02)
    assert not torch.equal(logits, built(given.prefix_model(50, seed=1))(torch.zeros(40, 20, dtype=torch.int64)))


def test_a_table_says_what_follows_what() -> None:
    logits = torch.tensor([[0.0, 1.5, -float("inf")], [2.0, 0.0, 0.25], [0.5, 0.0, 1.0]])
    model = built(given.table_model(3, logits=logits))
    assert torch.equal(model(torch.tensor([[0, 2, 1]])), logits[[0, 2, 1]].unsqueeze(0))
    cube = torch.arange(27.0).reshape(3, 3, 3)
    by_two = built(given.table_model(3, memory=2, logits=cube))
    assert torch.equal(by_two(torch.tensor([[2, 1, 0]]))[0], torch.stack([cube[0, 2], cube[2, 1], cube[1, 0]]))
    with pytest.raises(ValueError, match="must have the shape"):
        built(given.table_model(3, memory=2, logits=logits))


def test_rows_end_where_they_are_told_and_nowhere_else() -> None:
    eos = 2
    model = built(given.ending_model(VOCAB, eos, [4, 6]))
    rows = torch.tensor([[0, 3], [1, 3]])  # first tokens 0 and 1: eos at positions 4 and 6
    for _ in range(6):
        rows = torch.cat([rows, model(rows)[:, -1:].argmax(-1)], 1)
    assert [row.index(eos) for row in rows.tolist()] == [4, 6]
    chances = model(rows).detach().softmax(-1)[..., eos]
    assert float(chances[0, 3]) > 1 - 1e-12
    assert float(chances[0, 4:].max()) < 1e-12


def test_train_mode_of_the_dropout_model_is_wrong_and_random() -> None:
    model = given.dropout_model(VOCAB).build()
    assert model.training
    assert not torch.equal(model(ROWS), model(ROWS))
    right = model.eval()(ROWS)
    assert torch.equal(right, model(ROWS))
    wrong = model.train()(ROWS)
    assert not torch.equal(wrong.argmax(-1), right.argmax(-1))
    assert [call["training"] for call in model.calls()] == [True, True, False, False, True]


def test_calls_are_recorded() -> None:
    model = built(given.counting_model(VOCAB))
    cache = model.make_cache()
    model(ROWS)
    with torch.no_grad():
        model(ROWS[:, :2], cache)
        model(ROWS[:, 2:3], cache=cache)
    common = {"batch": 2, "training": False}
    assert model.calls() == [
        {**common, "tokens": 6, "cached": False, "length": 0, "grad_enabled": True},
        {**common, "tokens": 2, "cached": True, "length": 0, "grad_enabled": False},
        {**common, "tokens": 1, "cached": True, "length": 2, "grad_enabled": False},
    ]


def test_a_model_without_a_cache_and_one_that_returns_a_tuple() -> None:
    model = built(given.uncached_model(VOCAB))
    assert not hasattr(model, "make_cache")
    assert torch.equal(model(ROWS), built(given.prefix_model(VOCAB))(ROWS))
    with pytest.raises(TypeError, match="has no cache"):
        model(ROWS, cache=GivenCache(model))
    logits, positions = built(given.tuple_model(VOCAB))(ROWS)
    assert tuple(logits.shape) == (2, 6, VOCAB) and positions.tolist() == [0, 1, 2, 3, 4, 5]


def test_a_cache_that_is_not_theirs_is_refused() -> None:
    model, other = built(given.prefix_model(VOCAB)), built(given.prefix_model(VOCAB))
    for cache in (other.make_cache(), object(), []):
        with pytest.raises(TypeError, match=r"ask the model for its cache: model\.make_cache\(\)"):
            model(ROWS, cache=cache)


@pytest.mark.parametrize(
    ("tokens", "kind", "said"),
    [
        (ROWS.float(), TypeError, "int64"),
        (ROWS[0], ValueError, r"\(batch, seq\)"),
        (ROWS[:, :0], ValueError, "neither of them 0"),
        (ROWS + 4, ValueError, r"0\.\.6"),
        (-ROWS, ValueError, r"0\.\.6"),
    ],
)
def test_wrong_tokens_are_refused_with_a_reason(tokens: torch.Tensor, kind: type[Exception], said: str) -> None:
    with pytest.raises(kind, match=said):
        built(given.prefix_model(VOCAB))(tokens)


def test_another_batch_size_than_the_caches_is_refused() -> None:
    model = built(given.prefix_model(VOCAB))
    cache = model.make_cache()
    model(ROWS, cache)
    with pytest.raises(ValueError, match=r"holds 2 rows, the new tokens have 1; cache\.reorder"):
        model(ROWS[:1], cache)


def test_an_unknown_name_lists_the_known() -> None:
    with pytest.raises(ValueError, match="no given model 'tabel'; there are: dropout, ending, prefix"):
        given.build("tabel", {})
