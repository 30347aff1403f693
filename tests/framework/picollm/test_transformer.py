"""The reference's transformer: what its logits depend on, and its cache against the computation without one."""

import pytest
import torch
from picollm.kv_cache import KVCache
from small_models import random_transformer


@pytest.fixture
def model():
    return random_transformer(seed=0)


@pytest.fixture
def tokens():
    return torch.randint(0, 7, (3, 12), generator=torch.Generator().manual_seed(1))


@pytest.mark.parametrize("position", [0, 5, 11])
def test_a_token_reaches_its_own_position_and_all_later_ones(model, tokens, position):
    changed = tokens.clone()
    changed[1, position] = (changed[1, position] + 1) % 7
    moved = (model(tokens) - model(changed)).abs().amax(dim=-1) > 1e-6
    assert moved[1].tolist() == [t >= position for t in range(12)]
    assert not moved[[0, 2]].any(), "another sequence of the batch moved"


def test_position_matters(model):
    logits = model(torch.full((1, 5), 3))
    assert (logits[0, 0] - logits[0, 4]).abs().max() > 1e-3


def test_each_sublayer_has_its_norm_and_its_residual(model):
    block = model.blocks[0]
    x = torch.randn(2, 5, 16, generator=torch.Generator().manual_seed(2))
    after_attention = x + block.attention(block.attention_norm(x))
    torch.testing.assert_close(block(x), after_attention + block.mlp(block.mlp_norm(after_attention)))


def test_every_parameter_gets_a_gradient(model, tokens):
    model(tokens).square().sum().backward()
    for name, parameter in model.named_parameters():
        assert parameter.grad.abs().max() > 0, name


@pytest.mark.parametrize("dtype", [torch.float64, torch.bfloat16])
def test_dtypes(model, tokens, dtype):
    logits = model.to(dtype)(tokens)
    assert logits.dtype == dtype
    assert logits.isfinite().all()


@pytest.mark.parametrize("length", [0, 13])
def test_other_lengths_are_refused(model, length):
    with pytest.raises(ValueError, match=f"1 to 12 positions, got {length} after 0"):
        model(torch.zeros(1, length, dtype=torch.int64))


@pytest.mark.parametrize("chunks", [(12,), (1,) * 12, (5, 1, 1, 4, 1), (3, 9)])
def test_cached_equals_uncached_up_to_the_context_limit(model, tokens, chunks):
    model = model.double()
    cache = model.make_cache()
    logits, lengths = [], []
    for chunk in tokens.split(chunks, dim=1):
        logits.append(model(chunk, cache=cache))
        lengths.append(cache.length)
    torch.testing.assert_close(torch.cat(logits, dim=1), model(tokens))
    assert lengths == [sum(chunks[: n + 1]) for n in range(len(chunks))]


def test_a_new_cache_is_empty_and_nobody_elses(model, tokens):
    first, second = model.make_cache(), model.make_cache()
    model(tokens, cache=first)
    assert (first.length, second.length, KVCache().length) == (12, 0, 0)


def test_reset_serves_another_batch(model, tokens):
    cache = model.make_cache()
    model(tokens[:, :4], cache=cache)
    cache.reset()
    assert cache.length == 0
    torch.testing.assert_close(model(tokens[:2], cache=cache), model(tokens[:2]))


@pytest.mark.parametrize("rows", [[2, 0, 0], [1], [0, 0, 1, 1, 2, 2], torch.tensor([2, 2])])
def test_reorder_repeats_and_drops_rows(model, tokens, rows):
    cache = model.make_cache()
    model(tokens[:, :5], cache=cache)
    cache.reorder(rows)
    reordered = tokens[torch.as_tensor(rows)]
    torch.testing.assert_close(model(reordered[:, 5:7], cache=cache), model(reordered[:, :7])[:, 5:])


def test_reorder_of_an_empty_cache_does_nothing(model, tokens):
    cache = model.make_cache()
    cache.reorder([1, 0])
    torch.testing.assert_close(model(tokens, cache=cache), model(tokens))


def test_going_beyond_the_context_is_refused_and_leaves_the_cache_as_it_was(model, tokens):
    cache = model.make_cache()
    model(tokens[:, :11], cache=cache)
    with pytest.raises(ValueError, match="got 2 after 11"):
        model(tokens[:, :2], cache=cache)
    assert cache.length == 11
    torch.testing.assert_close(model(tokens[:, 11:], cache=cache), model(tokens)[:, 11:])
