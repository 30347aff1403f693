"""The reference's sample and generate."""

import math

import pytest
import torch
from picollm.generation import generate, sample
from picollm.lstm import LSTMSeqModel
from small_models import Bigram, WithoutCache, random_transformer


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def support(logits, n=4_000, **options):
    return set(sample(logits.expand(n, -1), generator=seeded(), **options).tolist())


def test_greedy_takes_the_largest_and_draws_nothing():
    logits = torch.tensor([[0.0, 2.0, 1.0], [5.0, -1.0, -torch.inf]])
    state, generator = torch.get_rng_state(), seeded()
    before = generator.get_state()
    assert sample(logits, temperature=0, generator=generator).tolist() == [1, 0]
    assert sample(logits[0], temperature=0.0).shape == ()
    assert torch.equal(torch.get_rng_state(), state)
    assert torch.equal(generator.get_state(), before)


def test_temperature_divides_the_logits():
    logits, n = torch.tensor([0.0, 1.0]), 20_000
    for temperature in (0.5, 1.0, 3.0):
        share = sample(logits.expand(n, 2), temperature, generator=seeded()).double().mean().item()
        exact = 1 / (1 + math.exp(-1 / temperature))
        assert abs(share - exact) < 6 * math.sqrt(exact * (1 - exact) / n)


def test_tiny_temperature_of_large_logits_is_greedy():
    assert sample(torch.tensor([1e4, 1e4 - 1, -1e4]), temperature=1e-36).item() == 0  # 1e4 / 1e-36 is beyond float32


def test_top_k_keeps_exactly_k_even_of_equal_tokens():
    assert support(torch.tensor([0.0, 3.0, 1.0, 2.0]), temperature=5.0, top_k=2) == {1, 3}
    assert len(support(torch.zeros(6), top_k=4)) == 4


def test_top_p_is_measured_after_temperature_and_top_k():
    logits = torch.tensor([0.4, 0.3, 0.2, 0.1]).log()
    assert support(logits, top_p=0.55) == {0, 1}
    assert support(logits, top_k=2, top_p=0.55) == {0}  # 0.4 of 0.7 is more than 0.55
    assert support(logits, temperature=0.2, top_p=0.55) == {0}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"temperature": -1.0}, "got -1.0"),
        ({"temperature": math.nan}, "got nan"),
        ({"temperature": math.inf}, "got inf"),
        ({"top_k": 0}, "size 3, got 0"),
        ({"top_k": 4}, "size 3, got 4"),
        ({"top_p": 0.0}, "got 0.0"),
        ({"temperature": 0, "top_p": 1.5}, "got 1.5"),
    ],
)
def test_arguments_outside_their_range_are_refused(options, words):
    with pytest.raises(ValueError, match=words):
        sample(torch.zeros(3), **options)


@pytest.mark.parametrize("temperature", [0, 1.0])
@pytest.mark.parametrize("row", [[math.nan, 0.0], [-math.inf, -math.inf], [0.0, math.inf]])
def test_logits_without_a_distribution_are_refused(row, temperature):
    with pytest.raises(ValueError, match="finite maximum"):
        sample(torch.tensor(row), temperature)


@pytest.mark.parametrize("use_cache", [True, False])
def test_greedy_generation_is_argmax_step_by_step(use_cache):
    model = random_transformer(seed=0)
    prompt = torch.tensor([[1, 2, 3], [4, 5, 6]])
    expected = prompt
    for _ in range(6):
        expected = torch.cat((expected, model(expected)[:, -1:].argmax(dim=-1)), dim=1)
    assert torch.equal(generate(model, prompt, 6, temperature=0, use_cache=use_cache), expected)


@pytest.mark.parametrize("make", [lambda: random_transformer(1), lambda: LSTMSeqModel(7, 8, 8)])
def test_cache_and_no_cache_draw_the_same(make):
    torch.manual_seed(3)
    model = make().double()
    prompt = torch.tensor([[1, 2, 3], [4, 5, 6]])
    options = {"temperature": 0.8, "top_k": 5, "top_p": 0.9, "eos_id": 0}
    cached = generate(model, prompt, 8, generator=seeded(), **options)
    assert torch.equal(cached, generate(model, prompt, 8, use_cache=False, generator=seeded(), **options))
    assert torch.equal(cached, generate(WithoutCache(model), prompt, 8, generator=seeded(), **options))


def successor(n: int) -> Bigram:
    """A model that is certain that token i is followed by i + 1."""
    return Bigram(torch.eye(n).roll(1, dims=1) * 50.0)


def test_ended_rows_are_filled_and_generation_stops_when_all_have_ended():
    result = generate(successor(8), torch.tensor([[0], [3]]), 10, temperature=0, eos_id=5)
    assert result.tolist() == [[0, 1, 2, 3, 4, 5], [3, 4, 5, 5, 5, 5]]


def test_end_token_in_the_prompt_ends_nothing():
    result = generate(successor(8), torch.tensor([[4, 5]]), 3, temperature=0, eos_id=5)
    assert result.tolist() == [[4, 5, 6, 7, 0]]


def test_no_new_tokens_and_the_prompt_is_left_alone():
    prompt = torch.tensor([[1, 2]])
    result = generate(successor(4), prompt, 0)
    assert result.tolist() == [[1, 2]]
    result[0, 0] = 3
    assert prompt.tolist() == [[1, 2]]


@pytest.mark.parametrize("fails", [False, True])
def test_modes_are_restored_module_by_module(fails):
    model = random_transformer(0, max_seq_len=4)
    model.train()
    model.blocks[0].eval()
    before = [module.training for module in model.modules()]
    if fails:
        with pytest.raises(ValueError, match="positions"):
            generate(model, torch.tensor([[1]]), 9, temperature=0)
    else:
        generate(model, torch.tensor([[1]]), 2, temperature=0)
    assert [module.training for module in model.modules()] == before


def test_runs_in_evaluation_mode():
    class Noisy(Bigram):
        def forward(self, tokens):
            return torch.nn.functional.dropout(self.table[tokens] + 1, p=0.9, training=self.training)

    model = Noisy(torch.randn(5, 5, generator=seeded())).train()
    results = {tuple(generate(model, torch.tensor([[0]]), 6, temperature=0)[0].tolist()) for _ in range(8)}
    assert len(results) == 1


@pytest.mark.parametrize(
    ("prompt", "new", "words"),
    [(torch.zeros(1, 0, dtype=torch.int64), 1, r"\(1, 0\)"), (torch.tensor([1]), 1, r"\(1,\)"), (torch.tensor([[1]]), -1, "got -1")],
)
def test_bad_prompts_and_lengths_are_refused(prompt, new, words):
    with pytest.raises(ValueError, match=words):
        generate(successor(4), prompt, new)
