"""The reference's nucleus sampling against the definition: sort, add up, cut after the token that crosses p."""

import math

import pytest
import torch
from picollm.nucleus_sampling import nucleus_sampling


def nucleus_distribution(logits: torch.Tensor, p: float) -> torch.Tensor:
    """(vocab,) logits -> the exact probabilities of each token under top-p sampling, by the definition."""
    probabilities = torch.softmax(logits.double(), dim=0)
    ranked, order = probabilities.sort(descending=True, stable=True)
    size = int((ranked.cumsum(0) < p).sum()) + 1
    kept = torch.zeros_like(probabilities)
    kept[order[:size]] = ranked[:size]
    return kept / kept.sum()


def draw_many(logits: torch.Tensor, p: float, n: int, seed: int = 0) -> torch.Tensor:
    """How often each token is drawn in n draws, (vocab,)."""
    tokens = nucleus_sampling(logits.expand(n, -1), p, torch.Generator().manual_seed(seed))
    return torch.bincount(tokens, minlength=len(logits))


@pytest.mark.parametrize("p", [0.05, 0.3, 0.6, 0.9, 0.999, 1.0])
@pytest.mark.parametrize("seed", range(4))
def test_draws_follow_the_definition(p, seed):
    logits = torch.randn(12, generator=torch.Generator().manual_seed(seed)) * 1.5
    n = 20_000
    expected = nucleus_distribution(logits, p)
    counts = draw_many(logits, p, n, seed)
    assert counts[expected == 0].sum() == 0, "a token outside the nucleus was drawn"
    for token in (expected > 0).nonzero().flatten().tolist():
        probability = expected[token].item()
        # Six standard deviations; the seed is fixed, so this holds always or never.
        assert abs(counts[token].item() - n * probability) <= 6 * math.sqrt(n * probability * (1 - probability)) + 1e-9


def test_of_equal_tokens_no_more_than_needed_are_kept():
    counts = draw_many(torch.zeros(10), p=0.45, n=5_000)
    assert (counts > 0).sum() == 5


def test_rows_are_independent():
    logits = torch.full((3, 4), -torch.inf)
    logits[[0, 1, 2], [3, 1, 2]] = 0.0
    assert nucleus_sampling(logits).tolist() == [3, 1, 2]


@pytest.mark.parametrize(("p", "most"), [(1e-9, 40), (0.01, 40)])
def test_few_rounds_are_enough_for_a_tiny_nucleus(p, most, monkeypatch):
    rounds = 0
    rand = torch.rand

    def counting(*arguments, **options):
        nonlocal rounds
        rounds += 1
        return rand(*arguments, **options)

    monkeypatch.setattr(torch, "rand", counting)
    assert nucleus_sampling(torch.zeros(20_000), p, torch.Generator().manual_seed(0)).item() < 20_000 * p + 1
    assert 0 < rounds <= most


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.bfloat16, torch.float16])
def test_dtypes_and_shapes(dtype):
    logits = torch.tensor([0.0, 5.0, -1.0], dtype=dtype)
    one, several = nucleus_sampling(logits, 0.5), nucleus_sampling(logits.expand(4, 3), 0.5)
    assert (one.shape, one.dtype, one.item()) == ((), torch.int64, 1)
    assert (several.shape, several.dtype, several.tolist()) == ((4,), torch.int64, [1] * 4)


def test_extreme_logits():
    assert nucleus_sampling(torch.tensor([1e4, -1e4, -torch.inf]), 1.0).item() == 0


def test_impossible_token_is_not_drawn_by_the_random_number_zero(monkeypatch):
    monkeypatch.setattr(torch, "rand", lambda *shape, **_: torch.zeros(shape[:2]))
    assert nucleus_sampling(torch.tensor([-torch.inf, 0.0, 0.0]), 1.0).item() == 1


def test_a_generator_decides_alone():
    logits = torch.randn(5, 50, generator=torch.Generator().manual_seed(0))
    state = torch.get_rng_state()
    first = nucleus_sampling(logits, 0.9, torch.Generator().manual_seed(7))
    assert first.tolist() == nucleus_sampling(logits, 0.9, torch.Generator().manual_seed(7)).tolist()
    assert torch.equal(torch.get_rng_state(), state)


def test_logits_are_left_as_they_were():
    logits = torch.randn(3, 9, generator=torch.Generator().manual_seed(0))
    before = logits.clone()
    nucleus_sampling(logits, 0.5)
    assert torch.equal(logits, before)


@pytest.mark.parametrize("p", [0.0, -0.1, 1.1, math.nan, math.inf])
def test_p_outside_its_range_is_refused(p):
    with pytest.raises(ValueError, match=f"at most 1, got {p}"):
        nucleus_sampling(torch.zeros(3), p)


@pytest.mark.parametrize("row", [[math.nan, 0.0], [-math.inf, -math.inf], [math.inf, 0.0]])
def test_logits_without_a_distribution_are_refused(row):
    with pytest.raises(ValueError, match="finite maximum"):
        nucleus_sampling(torch.tensor([[0.0, 0.0], row]))


@pytest.mark.parametrize("shape", [(), (0,), (2, 0), (1, 2, 3)])
def test_other_shapes_are_refused(shape):
    with pytest.raises(ValueError, match="got shape"):
        nucleus_sampling(torch.zeros(shape))
