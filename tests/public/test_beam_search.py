"""Public checks of the exercise beam_search, handout section 10, on models that are given: nothing here depends on your transformer."""

import math
from functools import partial

import pytest
import torch

from grader.checks import given
from grader.checks.compare import CheckFailure, expect_close, expect_dtype, expect_equal, expect_refused, expect_shape, expect_that
from grader.checks.small_text import small_text
from grader.checks.tolerance import Tolerance

EOS = 2
# A sum of a dozen log-probabilities in float32, each computed from logits of at most 40.
CLOSE = Tolerance(1e-4)
START = 3
# With this seed the three best hypotheses change places after every step.
SWAPS = 22
# The handout's example: tokens a = 0, b = 1, E = 2, and 3 for the prompt. Rows: what follows a, b, E and the prompt.
EXAMPLE = torch.tensor([[0.35, 0.40, 0.25, 0.0], [0.06, 0.04, 0.90, 0.0], [0.25, 0.25, 0.25, 0.25], [0.50, 0.40, 0.10, 0.0]])


def example_model():
    """The model of the handout's example; a probability of 0 is e^-30 here."""
    return given.table_model(4, logits=EXAMPLE.log().clamp(min=-30.0))


def ask_the_example(subject, **keywords):
    """The handout's example with k = 2 and three tokens at most; see ``ask``."""
    name = "the example of section 10, a = 0, b = 1, E = 2"
    return ask(subject, example_model(), name, torch.tensor([[START]]), 2, 3, eos_id=EOS, num_return=2, **keywords)


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


def called(name, prompt, width, steps, keywords):
    """A call of beam_search in words."""
    arguments = [f"beam_width={width}", f"max_new_tokens={steps}", *(f"{key}={value}" for key, value in keywords.items())]
    return f"{name}; the prompt {prompt.tolist()}, {', '.join(arguments)}"


def ask(subject, model, name, prompt, width, steps, **keywords):
    """(sequences, scores, the question in words); whatever the call raises shows the question as its input."""
    question = called(name, prompt, width, steps, keywords)
    try:
        sequences, scores = subject.beam_search(model, prompt, width, steps, **keywords)
    except Exception as error:
        error.add_note(question)
        raise
    return sequences, scores, question


def expect_tokens(got, expected, *, input, what):
    """The tokens are these; where the shape is another, the report shows the tokens all the same."""
    if isinstance(got, torch.Tensor) and got.shape != expected.shape:
        sentence = f"{what}: the shape is {tuple(got.shape)}, not {tuple(expected.shape)}"
        expect_that(False, sentence, input=input, expected=small_text(expected), got=got)
    expect_equal(got, expected, input=input, what=what)


def up_to_the_end(rows):
    """Each hypothesis of one prompt, (num_return, n) generated tokens, up to its first end token."""
    return [row[: row.index(EOS) + 1] if EOS in row else row for row in rows.tolist()]


@pytest.mark.check(
    "beam_search.search",
    spec="BEA-3",
    title="is greedy with a beam of one",
    hint="With one hypothesis that keeps its best candidate there is nothing left to search. Is anything added to the scores twice?",
)
def test_beam_of_one(subject):
    # Of the last two tokens only, and one prompt at a time: what goes wrong with a cache or between prompts is other checks' business.
    model = given.table_model(9, memory=2, seed=3)
    for tokens in ([3, 1, 4], [1, 5, 8]):
        prompt = torch.tensor([tokens])
        sequences, _, question = ask(subject, model, "given.table_model(9, memory=2, seed=3)", prompt, 1, 5)
        expected = greedy(model.build(), prompt, 5)
        expect_tokens(sequences, expected.unsqueeze(1), input=question, what="the sequences with a beam of one")


@pytest.mark.check(
    "beam_search.search",
    spec=("BEA-5", "BEA-6"),
    title="finds what the handout's example finds",
    hint="Go through the three steps of the table with a pencil, and print your candidates, pool and running hypotheses beside it.",
)
def test_example_of_the_handout(subject):
    sequences, _, question = ask_the_example(subject)
    expect_tokens(sequences, torch.tensor([[[3, 1, 2, 2], [3, 0, 1, 2]]]), input=question, what="the sequences")


@pytest.mark.check(
    "beam_search.scores",
    spec="BEA-2",
    title="gives the two texts of the handout's example their scores",
    hint="bE has the score ln 0.36 / 2. Which two tokens are counted, and whose probabilities are in the 0.36?",
)
def test_scores_of_the_example(subject):
    _, scores, question = ask_the_example(subject)
    expected = torch.tensor([[math.log(0.36) / 2, math.log(0.18) / 3]])
    expect_close(scores, expected, tolerance=CLOSE, input=question, what="the scores")


@pytest.mark.check(
    "beam_search.scores",
    spec="BEA-2",
    title="gives the handout's example its scores with a length penalty of 2",
    hint="The handout has -0.191 for abE with a penalty of 2. By what is ln 0.18 divided there?",
)
def test_scores_with_another_penalty(subject):
    sequences, scores, question = ask_the_example(subject, length_penalty=2.0)
    expected = torch.tensor([[math.log(0.18) / 9, math.log(0.36) / 4]])
    expect_close(scores, expected, tolerance=CLOSE, input=question, what="the scores")
    texts = up_to_the_end(sequences[0, :, 1:])
    sentence = "the hypotheses, up to their end tokens, are others"
    expect_that(texts == [[0, 1, 2], [1, 2]], sentence, input=question, expected="[[0, 1, 2], [1, 2]]", got=texts)


# Of the last token only: what goes wrong with a cache is the business of the checks of caches.
FOUR_PROMPTS = torch.tensor([[3, 1], [7, 4], [5, 5], [0, 8]])


def ask_for_four(subject):
    """Two hypotheses for each of four prompts; see ``ask``."""
    keywords = {"num_return": 2, "length_penalty": 0.7}
    return ask(subject, given.table_model(9, seed=8), "given.table_model(9, seed=8)", FOUR_PROMPTS, 3, 5, **keywords)


@pytest.mark.check(
    "beam_search.scores",
    spec="BEA-1",
    title="returns num_return sequences and scores for each prompt, best first",
    hint="The order is (batch, num_return), and each sequence begins with its own prompt. In which order are they in your pool?",
)
def test_shapes_and_order(subject):
    sequences, scores, question = ask_for_four(subject)
    expect_shape(sequences, (4, 2, 7), input=question, what="the sequences for 4 prompts of 2 tokens")
    expect_dtype(sequences, torch.int64, input=question, what="the sequences")
    expect_shape(scores, (4, 2), input=question, what="the scores")
    expect_equal(sequences[:, :, :2], FOUR_PROMPTS.unsqueeze(1).expand(4, 2, 2), input=question, what="how the sequences begin")
    best_first = (scores[:, 0] >= scores[:, 1]).all()
    sentence = "the scores of a prompt should be best first"
    expect_that(best_first, sentence, input=question, expected="the larger score first in each row", got=scores)


@pytest.mark.check(
    "beam_search.scores",
    spec="BEA-2",
    title="returns with each sequence the score that it has",
    hint="Add up the log-probabilities of one of your sequences by hand. Where do length_penalty and the number of tokens come in?",
)
def test_scores_of_what_is_returned(subject):
    sequences, scores, question = ask_for_four(subject)
    expect_shape(sequences, (4, 2, 7), input=question, what="the sequences for 4 prompts of 2 tokens")
    expect_shape(scores, (4, 2), input=question, what="the scores")
    sentence = "there are scores above 0, and a sum of log-probabilities never is"
    expect_that(not (scores > 1e-4).any(), sentence, input=question, expected="scores of 0 or less", got=scores)
    real = given.table_model(9, seed=8).build()
    totals = [[log_probability(real, row, 2) for row in rows] for rows in sequences]
    expected = torch.tensor([[total / count**0.7 for total, count in rows] for rows in totals])
    what = "the scores, against the log-probabilities of the returned sequences"
    expect_close(scores, expected, tolerance=CLOSE, input=question, what=what)


@pytest.mark.check(
    "beam_search.search",
    spec="BEA-4",
    title="returns hypotheses that are all different",
    hint="How many hypotheses are there before the first step? If there are k equal ones, which candidates do they have?",
)
def test_all_different(subject):
    prompt = torch.tensor([[3, 1, 4], [6, 6, 6]])
    model = given.prefix_model(9, seed=2)
    sequences, _, question = ask(subject, model, "given.prefix_model(9, seed=2)", prompt, 4, 4, num_return=4)
    for number, rows in enumerate(sequences.tolist()):
        if len({tuple(row) for row in rows}) < 4:
            raise CheckFailure(
                f"prompt {number} has hypotheses that are equal",
                input=question,
                expected="four different rows",
                got=str(rows),
            )


def by_hand(after_a, after_b, after_prompt):
    """A model like the handout's, with other odds of a, b and E after a, after b and after the prompt."""
    odds = torch.tensor([[*after_a, 0.0], [*after_b, 0.0], [0.25] * 4, [*after_prompt, 0.0]])
    return given.table_model(4, logits=odds.log().clamp(min=-30.0))


def expect_by_hand(subject, model, steps, expected, odds, **keywords):
    """With a beam of two after the prompt 3: two texts, best first, filled with the end token 2; further filling is allowed."""
    prompt = torch.tensor([[START]])
    sequences, _, question = ask(subject, model, odds, prompt, 2, steps, eos_id=EOS, num_return=2, **keywords)
    generated = sequences[0, :, 1 : 1 + len(expected[0])] if isinstance(sequences, torch.Tensor) and sequences.dim() == 3 else sequences
    expect_tokens(generated, torch.tensor(expected), input=question, what="the generated tokens of the two sequences")


def expect_filled(sequences, start, question):
    """Behind the first end token of a generated text, which begins at ``start``, there are only end tokens."""
    for row in sequences.flatten(0, 1):
        tokens = row[start:].tolist()
        tail = tokens[tokens.index(EOS) :] if EOS in tokens else []
        sentence = f"behind its first end token a hypothesis has other tokens: {tokens}"
        expect_that(set(tail) <= {EOS}, sentence, input=question, expected=f"nothing but {EOS} after the first {EOS}", got=tokens)


@pytest.mark.check(
    "beam_search.endings",
    spec="BEA-6",
    title="lets a hypothesis end at its end token, and fills it up",
    hint="A hypothesis that has ended is not extended any more. What stands behind its end token?",
)
def test_end_tokens(subject):
    # L = 1: E 0.55 enters, a 0.45 runs on. L = 2: aE 0.45 enters, and nothing else is possible, however lengths are counted.
    model = by_hand((0.0, 0.0, 1.0), (0.0, 0.0, 1.0), (0.45, 0.0, 0.55))
    odds = "odds of a, b, E: 0.45 0 0.55 after 3, 0 0 1 after a and b"
    sequences, _, question = ask(subject, model, odds, torch.tensor([[START]]), 2, 5, eos_id=EOS, num_return=2)
    expect_filled(sequences, 1, question)
    texts = up_to_the_end(sequences[0, :, 1:])
    sentence = "up to their end tokens, the two hypotheses are not E and a E"
    expect_that(sorted(texts) == [[0, EOS], [EOS]], sentence, input=question, expected=f"[{EOS}] and [0, {EOS}], in any order", got=texts)
    # After a there is only E, which is shorter than what is best after 3.
    sequences, _, question = ask(subject, model, odds, torch.tensor([[START], [0]]), 2, 5, eos_id=EOS)
    expect_filled(sequences, 1, question)


@pytest.mark.check(
    "beam_search.endings",
    spec="BEA-7",
    title="admits to the pool only candidates among the first k",
    hint="Write the candidates of L = 2 down, best first. The end token is among them; at which place?",
)
def test_first_k_only(subject):
    # L = 1: a 0.55, b 0.30, E 0.15. L = 2: aa 0.2475, ba 0.225, aE 0.22, ...: aE is the third. L = 3: all end.
    model = by_hand((0.45, 0.15, 0.40), (0.75, 0.05, 0.20), (0.55, 0.30, 0.15))
    odds = "odds of a, b, E: 0.55 0.30 0.15 at first, 0.45 0.15 0.40 after a, 0.75 0.05 0.20 after b"
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
    odds = "odds of a, b, E: 0.20 0.35 0.45 at first, 0.75 0.05 0.20 after a, 0.80 0.05 0.15 after b"
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
    odds = "odds of a, b, E: 0.75 0.05 0.20 at first, 0.25 0.05 0.70 after a, 0.10 0.35 0.55 after b"
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
    odds = "odds of a, b, E: 0.75 0.10 0.15 at first, 0.05 0.65 0.30 after a, 0.70 0.05 0.25 after b"
    expect_by_hand(subject, model, 3, [[0, 2], [2, 2]], odds, early_stopping=True)
    expect_by_hand(subject, model, 3, [[0, 1, 0], [0, 1, 2]], odds)


@pytest.mark.check(
    "beam_search.endings",
    spec="BEA-6",
    title="pays no attention to an end token in the prompt",
    hint="Which tokens does a hypothesis consist of? Those that were generated.",
)
def test_end_token_in_the_prompt(subject):
    keywords = {"eos_id": EOS, "num_return": 2}
    plain, scores, _ = ask(subject, example_model(), "the example of section 10", torch.tensor([[0, 1, START]]), 2, 3, **keywords)
    prompt = torch.tensor([[EOS, EOS, START]])
    other, other_scores, question = ask(subject, example_model(), "the example of section 10", prompt, 2, 3, **keywords)
    # This model looks at the last token only.
    what = "after a prompt with end tokens, against those after the prompt 0 1 3"
    expect_tokens(other[:, :, 3:], plain[:, :, 3:], input=question, what=f"the tokens {what}")
    expect_close(other_scores, scores, tolerance=CLOSE, input=question, what=f"the scores {what}")


@pytest.mark.check(
    "beam_search.rows",
    spec="BEA-9",
    title="searches each prompt of a batch as if it were alone",
    hint="Candidates compete within their own prompt only. Into which dimension do you flatten before you take the best?",
)
def test_batch_like_single(subject):
    model = given.prefix_model(9, seed=6)
    prompt = torch.tensor([[3, 1, 4], [1, 5, 8], [0, 7, 7]])
    name = "given.prefix_model(9, seed=6)"
    together, scores, question = ask(subject, model, name, prompt, 3, 4, num_return=3)
    for number, row in enumerate(prompt):
        alone, own_scores, _ = ask(subject, model, name, row.unsqueeze(0), 3, 4, num_return=3)
        what = f"of prompt {number} in the batch, against those alone"
        expect_tokens(together[number], alone[0], input=question, what=f"the hypotheses {what}")
        expect_close(scores[number], own_scores[0], tolerance=CLOSE, input=question, what=f"the scores {what}")


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
    name = "given.prefix_model(7, seed=5)"
    together, _, question = ask(subject, model, name, prompt, 2, 7, **keywords)
    for number, row in enumerate(prompt):
        alone, _, _ = ask(subject, model, name, row.unsqueeze(0), 2, 7, **keywords)
        # What a text is filled with behind its end token is another check's business.
        texts, own = up_to_the_end(together[number, :, 3:]), up_to_the_end(alone[0, :, 3:])
        sentence = f"prompt {number} has other hypotheses in the batch than alone"
        expect_that(texts == own, sentence, input=question, expected=f"as alone: {own}", got=texts)


@pytest.mark.check(
    "beam_search.endings",
    spec="BEA-14",
    title="asks the model no more when the search is over",
    hint="After which step can nothing that runs enter the pool any more? Who ends the loop then?",
)
def test_stops(subject):
    # L = 1: a and b run on. L = 2: aE 0.6 and bE 0.4 fill the pool, and nothing else is possible.
    model = subject.make(by_hand((0.0, 0.0, 1.0), (0.0, 0.0, 1.0), (0.6, 0.4, 0.0)))
    odds = "odds of a, b, E: 0.6 0.4 0.0 at first, 0 0 1 from then on"
    _, _, question = ask(subject, model, odds, torch.tensor([[START]]), 2, 10, eos_id=EOS, num_return=2)
    asked = len(model.calls())
    sentence = f"the model was called {asked} times, though the search is over after the second step"
    expect_that(asked <= 3, sentence, input=question, expected="2 calls, or one more", got=asked)


@pytest.mark.check(
    "beam_search.cache",
    spec="BEA-10",
    title="feeds the prompt once and then one new token per hypothesis, all of them in one batch",
    hint="Print the shape of what goes into the model at each step. What does the cache hold already? Which hypotheses can share a call?",
)
def test_each_token_goes_in_once(subject):
    model = subject.make(given.counting_model(9, seed=4))
    prompt = torch.tensor([[3, 1, 4, 1], [5, 8, 2, 6]])
    _, _, question = ask(subject, model, "given.counting_model(9, seed=4)", prompt, 3, 5, num_return=3)
    calls = model.calls()
    cached = [call["cached"] for call in calls]
    sentence = "the model offers make_cache(), and was called without a cache"
    expect_that(bool(calls) and all(cached), sentence, input=question, expected="a cache in every call", got=cached)
    sentence = f"the model was called {len(calls)} times for 5 steps"
    expect_that(len(calls) <= 6, sentence, input=question, expected="one call a step, or one more at the end", got=len(calls))
    rows = [call["batch"] for call in calls]
    sentence = "a call had more rows than there are hypotheses: 2 prompts of 3"
    expect_that(max(rows) <= 6, sentence, input=question, expected="6 rows or fewer in each call", got=rows)
    fed, lengths = [call["tokens"] for call in calls], [call["length"] for call in calls]
    sentence = f"a prompt of 4 and 5 new tokens were fed in pieces of {fed}, which is {sum(fed)} positions"
    expect_that(sum(fed) <= 9, sentence, input=question, expected="9 positions or fewer", got=fed)
    held = [sum(fed[:number]) for number in range(len(fed))]
    sentence = "a call met a cache that does not hold just what was fed before"
    expect_that(lengths == held, sentence, input=question, expected=f"caches of {held} positions", got=lengths)


@pytest.mark.check(
    "beam_search.cache",
    spec="BEA-10",
    title="finds with a cache what it finds without one, while the hypotheses change places",
    hint="Write down the old row of each running hypothesis after every step. What has the cache been told before its next token goes in?",
)
def test_cache_follows(subject):
    prompt = torch.tensor([[3, 1, 4], [5, 8, 2]])
    name = f"given.prefix_model(9, seed={SWAPS}), against given.uncached_model of the same seed"
    plain, plain_scores, _ = ask(subject, given.uncached_model(9, seed=SWAPS), name, prompt, 3, 5, num_return=3)
    sequences, scores, question = ask(subject, given.prefix_model(9, seed=SWAPS), name, prompt, 3, 5, num_return=3)
    expect_tokens(sequences, plain, input=question, what="the sequences with a cache, against those of a model without one")
    expect_close(scores, plain_scores, tolerance=CLOSE, input=question, what="the scores with a cache, against those without one")


@pytest.mark.check(
    "beam_search.cache",
    spec=("BEA-10", "BEA-11"),
    title="finds the same with models that have no make_cache, or return more than their logits",
    hint="Ask whether the model has the method before you call it. Where in its answer are the logits?",
)
@pytest.mark.parametrize("other", [given.uncached_model, given.tuple_model], ids=["uncached", "tuple"])
def test_other_models(subject, other):
    prompt = torch.tensor([[3, 1], [5, 8]])
    sequences, scores, _ = ask(subject, given.prefix_model(9, seed=4), "given.prefix_model(9, seed=4)", prompt, 2, 4)
    found, found_scores, question = ask(subject, other(9, seed=4), f"given.{other.__name__}(9, seed=4)", prompt, 2, 4)
    what = "of this model, against those of given.prefix_model(9, seed=4), which gives the same logits"
    expect_tokens(found, sequences, input=question, what=f"the sequences {what}")
    expect_close(found_scores, scores, tolerance=CLOSE, input=question, what=f"the scores {what}")


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
        name = f"given.dropout_model(9, seed=5) with training={training}"
        _, _, came = ask(subject, model, name, torch.tensor([[3, 1, 4]]), 2, 3)
        kept = not subject.last.mutated
        expect_that(kept, "the caller's prompt was changed in place", input=came, expected="the prompt 3 1 4", got="another one")
        calls = model.calls()
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
