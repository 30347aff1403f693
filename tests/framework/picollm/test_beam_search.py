"""The reference's beam search against a slow one written with lists, and against looking at everything."""

import itertools
import math

import pytest
import torch
from picollm.beam_search import beam_search
from picollm.lstm import LSTMSeqModel
from slow_beam_search import slow_beam_search
from small_models import Bigram, WithoutCache, random_transformer


class TableByPosition(torch.nn.Module):
    """Logits that depend on the position and its token, (positions, vocab, vocab): no two continuations are equally likely."""

    def __init__(self, seed: int, vocab_size: int) -> None:
        super().__init__()
        generator = torch.Generator().manual_seed(seed)
        self.table = torch.randn(8, vocab_size, vocab_size, generator=generator, dtype=torch.float64) * 1.5

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        return self.table[torch.arange(tokens.shape[1]), tokens]


def log_probabilities_after(model: torch.nn.Module, prompt: list[int]):
    def answer(generated: tuple[int, ...]) -> list[float]:
        return torch.log_softmax(model(torch.tensor([[*prompt, *generated]]))[0, -1], dim=-1).tolist()

    return answer


@pytest.mark.parametrize("eos_id", [None, 2])
@pytest.mark.parametrize("early_stopping", [False, True])
@pytest.mark.parametrize("length_penalty", [0.0, 0.6, 1.0, 2.0, -1.0])
@pytest.mark.parametrize("beam_width", [1, 2, 5])
def test_equals_the_slow_search(beam_width, length_penalty, early_stopping, eos_id):
    for seed in range(4):
        model = TableByPosition(seed, vocab_size=5)
        prompts = [[0, 1], [3, 4], [2, 2]]
        sequences, scores = beam_search(
            model,
            torch.tensor(prompts),
            beam_width,
            5,
            length_penalty=length_penalty,
            early_stopping=early_stopping,
            eos_id=eos_id,
            num_return=beam_width,
        )
        fill = 0 if eos_id is None else eos_id
        longest = 0
        for row, prompt in enumerate(prompts):
            after = log_probabilities_after(model, prompt)
            expected = slow_beam_search(after, beam_width, 5, length_penalty, early_stopping, eos_id)
            longest = max(longest, *(len(hypothesis.tokens) for hypothesis in expected))
            assert scores[row].tolist() == pytest.approx([hypothesis.score for hypothesis in expected])
            for place, hypothesis in enumerate(expected):
                found = sequences[row, place].tolist()
                filled = [*prompt, *hypothesis.tokens, *[fill] * (len(found) - len(prompt) - len(hypothesis.tokens))]
                assert found == filled
        assert sequences.shape == (3, beam_width, 2 + longest)


@pytest.mark.parametrize("seed", range(10))
def test_two_tokens_with_full_width_find_the_best_of_all(seed):
    vocab_size, eos_id = 6, 2
    model = TableByPosition(seed, vocab_size)
    after = log_probabilities_after(model, [1])
    first = after(())
    everything = {(eos_id,): first[eos_id]}
    for a, b in itertools.product(range(vocab_size), repeat=2):
        if a != eos_id:
            everything[a, b] = first[a] + after((a,))[b]
    ranked = sorted(((total / len(tokens), tokens) for tokens, total in everything.items()), reverse=True)
    sequences, scores = beam_search(model, torch.tensor([[1]]), vocab_size, 2, eos_id=eos_id, num_return=1)
    assert scores.item() == pytest.approx(ranked[0][0])
    assert tuple(sequences[0, 0, 1 : 1 + len(ranked[0][1])].tolist()) == ranked[0][1]


def test_finds_what_greedy_misses():
    # Token 1 looks best at first (0.6), but after it nothing is likely; after token 2 (0.4) token 3 is certain.
    table = torch.full((4, 4), 1e-9)
    table[0] = torch.tensor([1e-9, 0.6, 0.4, 1e-9])
    table[1] = torch.tensor([0.26, 0.25, 0.25, 0.24])
    table[2] = torch.tensor([1e-9, 1e-9, 1e-9, 1.0])
    model = Bigram(table.log())
    assert beam_search(model, torch.tensor([[0]]), 1, 2)[0].tolist() == [[[0, 1, 0]]]
    sequences, scores = beam_search(model, torch.tensor([[0]]), 2, 2)
    assert sequences.tolist() == [[[0, 2, 3]]]
    assert scores.item() == pytest.approx(math.log(0.4) / 2, abs=1e-5)


@pytest.mark.parametrize("make", [lambda: random_transformer(4), lambda: LSTMSeqModel(7, 8, 8)])
@pytest.mark.parametrize("eos_id", [None, 2])
@pytest.mark.parametrize("beam_width", [1, 3, 7])
def test_cache_makes_no_difference(make, eos_id, beam_width):
    torch.manual_seed(0)
    model = make().double()
    prompt = torch.tensor([[1, 2, 3], [6, 5, 4]])
    sequences, scores = beam_search(model, prompt, beam_width, 6, eos_id=eos_id, num_return=beam_width)
    plain_sequences, plain_scores = beam_search(WithoutCache(model), prompt, beam_width, 6, eos_id=eos_id, num_return=beam_width)
    assert torch.equal(sequences, plain_sequences)
    torch.testing.assert_close(scores, plain_scores)


def test_prompts_of_a_batch_do_not_touch_each_other():
    model = TableByPosition(0, 6)
    prompts = torch.tensor([[1], [4], [5]])
    together, scores = beam_search(model, prompts, 3, 5, eos_id=2, num_return=3)
    for row in range(3):
        alone, alone_scores = beam_search(model, prompts[row : row + 1], 3, 5, eos_id=2, num_return=3)
        assert torch.equal(together[row, :, : alone.shape[2]], alone[0])
        assert (together[row, :, alone.shape[2] :] == 2).all()
        torch.testing.assert_close(scores[row], alone_scores[0])


def test_impossible_continuations_score_minus_infinity():
    table = torch.full((3, 3), -torch.inf)
    table[:, 1] = 0.0
    sequences, scores = beam_search(Bigram(table), torch.tensor([[0]]), 2, 3, num_return=2)
    assert sequences[0, 0].tolist() == [0, 1, 1, 1]
    assert scores.tolist() == [[0.0, -math.inf]]


def test_no_new_tokens():
    sequences, scores = beam_search(TableByPosition(0, 4), torch.tensor([[1, 2]]), 2, 0, num_return=2)
    assert sequences.tolist() == [[[1, 2], [1, 2]]]
    assert scores.tolist() == [[0.0, 0.0]]


def test_modes_are_restored_and_nothing_is_drawn():
    model = random_transformer(0)
    model.train()
    model.final_norm.eval()
    before, state = [module.training for module in model.modules()], torch.get_rng_state()
    beam_search(model, torch.tensor([[1]]), 2, 3)
    assert [module.training for module in model.modules()] == before
    assert torch.equal(torch.get_rng_state(), state)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"beam_width": 0}, "beam_width must be at least 1, got 0"),
        ({"beam_width": 5}, "size 4, got 5"),
        ({"max_new_tokens": -1}, "got -1"),
        ({"num_return": 0}, "got 0"),
        ({"num_return": 3}, "beam_width 2, got 3"),
        ({"prompt": torch.zeros(1, 0, dtype=torch.int64)}, r"\(1, 0\)"),
    ],
)
def test_arguments_outside_their_range_are_refused(options, words):
    with pytest.raises(ValueError, match=words):
        beam_search(**{"model": TableByPosition(0, 4), "prompt": torch.tensor([[1]]), "beam_width": 2, "max_new_tokens": 2, **options})


@pytest.mark.parametrize("row", [[math.nan, 0.0], [-math.inf, -math.inf]])
def test_logits_without_a_distribution_are_refused(row):
    with pytest.raises(ValueError, match="finite logit"):
        beam_search(Bigram(torch.tensor([row, row])), torch.tensor([[0]]), 1, 2)
