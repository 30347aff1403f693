"""Public checks of the exercise beam_search, handout section 10, on models that are given: nothing here depends on your transformer."""

import math
from functools import partial

import pytest
import torch

from grader.checks import given
from grader.checks.compare import CheckFailure, expect_close, expect_dtype, expect_equal, expect_refused, expect_shape, expect_that
from grader.checks.tolerance import Tolerance

EOS = 2
# A sum of a dozen log-probabilities in float32, each computed from logits of at most 40.
CLOSE = Tolerance(1e-4)
START = 3
# The handout's example: tokens a = 0, b = 1, E = 2, and 3 for the prompt. Rows: what follows a, b, E and the prompt.
EXAMPLE = torch.tensor([[0.35, 0.40, 0.25, 0.0], [0.06, 0.04, 0.90, 0.0], [0.25, 0.25, 0.25, 0.25], [0.50, 0.40, 0.10, 0.0]])


def example_model():
    """The model of the handout's example; a probability of 0 is e^-30 here."""
    return given.table_model(4, logits=EXAMPLE.log().clamp(min=-30.0))


def log_probability(model, row, n_prompt):
    """Sum of the log-probabilities of the tokens after the prompt, and their number."""
    tokens = row[n_prompt:].tolist()
    count = len(tokens)
    with torch.no_grad():
        odds = torch.log_softmax(model(row.unsqueeze(0))[0].double(), dim=-1)
    return sum(float(odds[n_prompt - 1 + place, tokens[place]]) for place in range(count)), count


def greedy(model, prompt, n):
    """The greedy continuation (batch, seq + n)."""
    rows = prompt
    for _ in range(n):
        with torch.no_grad():
            rows = torch.cat([rows, model(rows)[:, -1].argmax(-1, keepdim=True)], dim=1)
    return rows


@pytest.mark.check(
    "beam_search.search",
    spec="BEA-3",
    title="is greedy with a beam of one",
    hint="With one hypothesis that keeps its best candidate there is nothing left to search. Is anything added to the scores twice?",
)
def test_beam_of_one(subject):
    model = given.prefix_model(9, seed=3)
    prompt = torch.tensor([[3, 1, 4], [1, 5, 8]])
    sequences, _ = subject.beam_search(model, prompt, 1, 5)
    expected = greedy(model.build(), prompt, 5)
    expect_equal(sequences, expected.unsqueeze(1), input=prompt, what="the sequences of beam_search(model, prompt, 1, 5)")


@pytest.mark.check(
    "beam_search.search",
    spec=("BEA-5", "BEA-6"),
    title="finds what the handout's example finds",
    hint="Go through the three steps of the table with a pencil, and print your candidates, pool and running hypotheses beside it.",
)
def test_example_of_the_handout(subject):
    sequences, _ = subject.beam_search(example_model(), torch.tensor([[START]]), 2, 3, eos_id=EOS, num_return=2)
    expect_equal(sequences, torch.tensor([[[3, 1, 2, 2], [3, 0, 1, 2]]]), input="the example of section 10", what="the sequences")


@pytest.mark.check(
    "beam_search.scores",
    spec="BEA-2",
    title="gives the two texts of the handout's example their scores",
    hint="bE has the score ln 0.36 / 2. Which two tokens are counted, and whose probabilities are in the 0.36?",
)
def test_scores_of_the_example(subject):
    _, scores = subject.beam_search(example_model(), torch.tensor([[START]]), 2, 3, eos_id=EOS, num_return=2)
    expected = torch.tensor([[math.log(0.36) / 2, math.log(0.18) / 3]])
    expect_close(scores, expected, tolerance=CLOSE, input="the example of section 10", what="the scores")


@pytest.mark.check(
    "beam_search.scores",
    spec=("BEA-1", "BEA-2"),
    title="returns num_return sequences for each prompt, best first, with the scores that they have",
    hint="The order is (batch, num_return). Add up the log-probabilities of one of your sequences by hand: is its score that sum?",
)
def test_shapes_and_scores(subject):
    model = given.prefix_model(9, seed=8)
    prompt = torch.tensor([[3, 1], [7, 4], [5, 5], [0, 8]])
    sequences, scores = subject.beam_search(model, prompt, 3, 5, num_return=2, length_penalty=0.7)
    expect_shape(sequences, (4, 2, 7), input=prompt, what="the sequences for 4 prompts of 2 tokens, num_return=2, 5 new tokens")
    expect_dtype(sequences, torch.int64, input=prompt, what="the sequences")
    expect_shape(scores, (4, 2), input=prompt, what="the scores")
    expect_equal(sequences[:, :, :2], prompt.unsqueeze(1).expand(4, 2, 2), input=prompt, what="how the sequences begin")
    sentence = f"the scores should be best first: {scores.tolist()}"
    expect_that((scores[:, 0] >= scores[:, 1]).all(), sentence, input=prompt, expected="the larger score first in each row", got=scores)
    real = model.build()
    totals = [[log_probability(real, row, 2) for row in rows] for rows in sequences]
    expected = torch.tensor([[total / count**0.7 for total, count in rows] for rows in totals])
    expect_close(
        scores, expected, tolerance=CLOSE, input=prompt, what="the scores, against the log-probabilities of the returned sequences"
    )


@pytest.mark.check(
    "beam_search.search",
    spec="BEA-4",
    title="returns hypotheses that are all different",
    hint="How many hypotheses are there before the first step? If there are k equal ones, which candidates do they have?",
)
def test_all_different(subject):
    sequences, _ = subject.beam_search(given.prefix_model(9, seed=2), torch.tensor([[3, 1, 4], [6, 6, 6]]), 4, 4, num_return=4)
    for number, rows in enumerate(sequences.tolist()):
        if len({tuple(row) for row in rows}) < 4:
            raise CheckFailure(
                f"prompt {number} has hypotheses that are equal",
                input=f"beam_width=4, num_return=4, prompt {rows[0][:3]}",
                expected="four different rows",
                got=str(rows),
            )


@pytest.mark.check(
    "beam_search.endings",
    spec="BEA-6",
    title="lets a hypothesis end at its end token, and fills it up",
    hint="A hypothesis that has ended is not extended any more. What stands behind its end token?",
)
def test_end_tokens(subject):
    prompt = torch.tensor([[3, 1], [4, 5], [1, 1]])
    sequences, _ = subject.beam_search(given.prefix_model(6, seed=11), prompt, 4, 7, eos_id=EOS, num_return=4)
    ended = 0
    for row in sequences.flatten(0, 1):
        tokens = row[2:].tolist()
        if EOS in tokens:
            ended += 1
            filled = set(tokens[tokens.index(EOS) :]) == {EOS}
            sentence = f"after its end token the hypothesis goes on: {tokens}"
            expect_that(filled, sentence, input=row[:2], expected=f"nothing but {EOS} after the first {EOS}", got=tokens)
    expect_that(
        ended >= 3,
        "hardly any hypothesis has ended, though the end token is as likely as any other",
        input=prompt,
        expected=f"the end token {EOS} in 3 or more of 12 hypotheses",
        got=f"in {ended}",
    )


def by_hand(after_a, after_b, after_prompt):
    """A model like the handout's, with other odds of a, b and E after a, after b and after the prompt."""
    odds = torch.tensor([[*after_a, 0.0], [*after_b, 0.0], [0.25] * 4, [*after_prompt, 0.0]])
    return given.table_model(4, logits=odds.log().clamp(min=-30.0))


def expect_by_hand(subject, model, steps, expected, what, **keywords):
    """With a beam of two after the prompt 3: two texts, best first, filled with the end token 2; further filling is allowed."""
    sequences, _ = subject.beam_search(model, torch.tensor([[START]]), 2, steps, eos_id=EOS, num_return=2, **keywords)
    generated = sequences[0, :, 1 : 1 + len(expected[0])] if isinstance(sequences, torch.Tensor) and sequences.dim() == 3 else sequences
    expect_equal(generated, torch.tensor(expected), input=what, what="the generated tokens of the two sequences")


@pytest.mark.check(
    "beam_search.endings",
    spec="BEA-7",
    title="admits to the pool only candidates among the first k",
    hint="Write the candidates of L = 2 down, best first. The end token is among them; at which place?",
)
def test_first_k_only(subject):
    # L = 1: a 0.55, b 0.30, E 0.15. L = 2: aa 0.2475, ba 0.225, aE 0.22, ...: aE is the third. L = 3: all end.
    model = by_hand((0.45, 0.15, 0.40), (0.75, 0.05, 0.20), (0.55, 0.30, 0.15))
    odds = "odds of a, b, E: 0.55 0.30 0.15 at first, 0.45 0.15 0.40 after a, 0.75 0.05 0.20 after b; k = 2, three tokens at most"
    expect_by_hand(subject, model, 3, [[0, 0, 0], [1, 0, 0]], odds)


@pytest.mark.check(
    "beam_search.endings",
    spec=("BEA-5", "BEA-7"),
    title="keeps k hypotheses running when a candidate among the first k ends",
    hint="Of the first k candidates one ends here. How many run on, and where does the missing one come from?",
)
def test_k_run_on(subject):
    # L = 1: E 0.45 enters the pool; b 0.35 and a 0.20 run on.
    model = by_hand((0.75, 0.05, 0.20), (0.80, 0.05, 0.15), (0.20, 0.35, 0.45))
    odds = "odds of a, b, E: 0.20 0.35 0.45 at first, 0.75 0.05 0.20 after a, 0.80 0.05 0.15 after b; k = 2, three tokens at most"
    expect_by_hand(subject, model, 3, [[1, 0, 0], [0, 0, 0]], odds)


@pytest.mark.check(
    "beam_search.endings",
    spec="BEA-7",
    title="stops by rule 4 when nothing running is better than the worst of a full pool",
    hint="Score the best running hypothesis after L = 3 at its present length: is it better than the worst in the pool?",
)
def test_rule_4(subject):
    # L = 1: E 0.20 enters. L = 2: aE 0.525 enters, and aa 0.1875 is still better than E. L = 3: aaE 0.131 takes the place of E, and aaa
    # 0.047 runs on: ln 0.047 / 9 is less than ln 0.131 / 9.
    model = by_hand((0.25, 0.05, 0.70), (0.10, 0.35, 0.55), (0.75, 0.05, 0.20))
    odds = "odds of a, b, E: 0.75 0.05 0.20 at first, 0.25 0.05 0.70 after a, 0.10 0.35 0.55 after b; k = 2, four tokens at most, penalty 2"
    expect_by_hand(subject, model, 4, [[0, 2, 2], [0, 0, 2]], odds, length_penalty=2.0)


@pytest.mark.check(
    "beam_search.endings",
    spec="BEA-8",
    title="stops with early_stopping as soon as the pool is full, and not before without it",
    hint="When is the pool full in this example? What would still have been found after that?",
)
def test_early_stopping(subject):
    # L = 1: E 0.15 enters. L = 2: aE 0.225 enters, and the pool is full; ab 0.4875 runs on and would have found better ones.
    model = by_hand((0.05, 0.65, 0.30), (0.70, 0.05, 0.25), (0.75, 0.10, 0.15))
    odds = "odds of a, b, E: 0.75 0.10 0.15 at first, 0.05 0.65 0.30 after a, 0.70 0.05 0.25 after b; k = 2, three tokens at most"
    expect_by_hand(subject, model, 3, [[0, 2], [2, 2]], odds + ", early_stopping=True", early_stopping=True)
    expect_by_hand(subject, model, 3, [[0, 1, 0], [0, 1, 2]], odds)


@pytest.mark.check(
    "beam_search.endings",
    spec="BEA-6",
    title="pays no attention to an end token in the prompt",
    hint="Which tokens does a hypothesis consist of? Those that were generated.",
)
def test_end_token_in_the_prompt(subject):
    (plain, scores), (other, other_scores) = (
        subject.beam_search(example_model(), torch.tensor([prompt]), 2, 3, eos_id=EOS, num_return=2)
        for prompt in ([0, 1, START], [EOS, EOS, START])
    )
    # This model looks at the last token only.
    expect_equal(other[:, :, 3:], plain[:, :, 3:], input="the prompts 0 1 3 and 2 2 3", what="what follows a prompt with end tokens")
    expect_close(
        other_scores, scores, tolerance=CLOSE, input="the prompts 0 1 3 and 2 2 3", what="the scores after a prompt with end tokens"
    )


@pytest.mark.check(
    "beam_search.rows",
    spec="BEA-9",
    title="searches each prompt of a batch as if it were alone",
    hint="Candidates compete within their own prompt only. Into which dimension do you flatten before you take the best?",
)
def test_batch_like_single(subject):
    model = given.prefix_model(9, seed=6)
    prompt = torch.tensor([[3, 1, 4], [1, 5, 8], [0, 7, 7]])
    together, scores = subject.beam_search(model, prompt, 3, 4, num_return=3)
    for number, row in enumerate(prompt):
        alone, own_scores = subject.beam_search(model, row.unsqueeze(0), 3, 4, num_return=3)
        expect_equal(together[number], alone[0], input=row, what=f"the hypotheses of prompt {number} in a batch, against those alone")
        expect_close(scores[number], own_scores[0], tolerance=CLOSE, input=row, what=f"the scores of prompt {number}")


@pytest.mark.check(
    "beam_search.rows",
    spec="BEA-9",
    title="lets one prompt's search end while another's goes on",
    hint="One prompt needs seven tokens, the other is done much earlier. What happens to its pool from then on? And who ends the loop?",
)
def test_different_lengths(subject):
    model = given.prefix_model(7, seed=5)
    prompt = torch.tensor([[6, 3, 3], [5, 4, 5]])
    keywords = {"eos_id": EOS, "length_penalty": 2.0, "num_return": 2}
    together, _ = subject.beam_search(model, prompt, 2, 7, **keywords)
    for number, row in enumerate(prompt):
        alone, _ = subject.beam_search(model, row.unsqueeze(0), 2, 7, **keywords)
        width = min(alone.shape[2], together.shape[2])
        expect_equal(
            together[number, :, :width], alone[0, :, :width], input=row, what=f"the hypotheses of prompt {number}, against those alone"
        )
        rest = together[number, :, width:]
        sentence = f"prompt {number} has longer hypotheses in a batch than alone"
        expect_that((rest == EOS).all(), sentence, input=row, expected=f"nothing but {EOS} after {width} tokens", got=rest)


@pytest.mark.check(
    "beam_search.cache",
    spec=("BEA-10", "BEA-11"),
    title="finds the same with models that have no make_cache, or return more than their logits",
    hint="Ask whether the model has the method before you call it. Where in its answer are the logits?",
)
@pytest.mark.parametrize("other", [given.uncached_model, given.tuple_model], ids=["uncached", "tuple"])
def test_other_models(subject, other):
    prompt = torch.tensor([[3, 1], [5, 8]])
    sequences, scores = subject.beam_search(given.prefix_model(9, seed=4), prompt, 2, 4)
    found, found_scores = subject.beam_search(other(9, seed=4), prompt, 2, 4)
    expect_equal(found, sequences, input=prompt, what="the sequences of the other model, which gives the same logits")
    expect_close(found_scores, scores, tolerance=CLOSE, input=prompt, what="the scores of the other model")


@pytest.mark.check(
    "beam_search.cache",
    spec="BEA-12",
    title="computes in eval mode without gradients, and leaves mode and prompt as they were",
    hint="The same rules as for generate: remember the mode, restore it, keep no graph, write into nothing that is not yours.",
)
def test_leaves_no_trace(subject):
    for training in (True, False):
        model = subject.make(given.dropout_model(9, seed=5))
        model.train(training)
        subject.beam_search(model, torch.tensor([[3, 1, 4]]), 2, 3)
        prompt = "the prompt 3 1 4"
        expect_that(not subject.last.mutated, "the caller's prompt was changed in place", input=prompt, expected=prompt, got="another one")
        calls = model.calls()
        came = f"a model with training={training}"
        in_eval = bool(calls) and not any(call["training"] for call in calls)
        expect_that(in_eval, "the model was called in train mode", input=came, expected="calls in eval mode only", got=calls)
        graphs = any(call["grad_enabled"] for call in calls)
        expect_that(
            not graphs, "the model was called with gradients enabled", input=came, expected="calls without gradients only", got=calls
        )
        left = subject.probes.state(model).training
        sentence = f"the model came with training={training} and left in the other mode"
        expect_that(left == training, sentence, input=came, expected=f"training={training}", got=f"training={left}")


@pytest.mark.check(
    "beam_search.cache",
    spec="BEA-13",
    title="refuses an empty prompt, and numbers that make no sense",
    hint="Say in a ValueError which value is wrong. Can more hypotheses be returned than the beam is wide?",
)
def test_refuses(subject):
    for seq, width, steps, wanted in ((0, 2, 3, 1), (2, 0, 3, 1), (2, 2, 3, 3)):
        prompt = torch.ones(1, seq, dtype=torch.int64)
        question = f"a prompt of shape {(1, seq)}, beam_width={width}, max_new_tokens={steps}, num_return={wanted}"
        expect_refused(partial(subject.beam_search, given.prefix_model(5), prompt, width, steps, num_return=wanted), input=question)
