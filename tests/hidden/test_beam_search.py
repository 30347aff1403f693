"""Hidden checks of the exercise beam_search, handout section 10, on given models and against a slow oracle in float64."""

from dataclasses import replace
from functools import partial

import pytest
import torch

from grader.checks import given
from grader.checks.answer_text import answer_text
from grader.checks.compare import CheckFailure, expect_close, expect_equal, expect_refused
from grader.checks.tolerance import Tolerance
from tests.hidden.oracles.answers import note_answers
from tests.hidden.oracles.beam_search import Rules, best_of_all, log_probability, search
from tests.hidden.oracles.generation import greedy

VOCAB = 7
EOS = 2
# Questions are chosen such that no two numbers that a search compares are nearer than this, so that rounding decides nothing.
MARGIN = 1e-3
# A sum of a dozen log-probabilities in float32, each computed from logits of at most 40.
CLOSE = Tolerance(1e-4)


def seed_of(gen):
    """A seed for a given model."""
    return int(torch.randint(1 << 30, (), generator=gen))


def draw(gen, batch, seq):
    """Random prompts without end tokens."""
    return torch.randint(3, VOCAB, (batch, seq), generator=gen)


def clear_question(gen, make, batch, seq, k, steps, rules, *, misread=None, end_tokens=False):
    """A model, prompts (batch, seq) and what the oracle finds for each, such that rounding decides nothing.

    With ``misread`` the question is also one on which those wrong rules find something else; with ``end_tokens`` the prompts begin and
    end with the end token. Checks ask for it through
    ``reference.once``, since looking for it takes longer than answering it.
    """
    for _ in range(2000):
        model = make(seed_of(gen))
        real, prompts, found = model.build(), [], []
        for _ in range(40):
            prompt = draw(gen, 1, seq)[0]
            if end_tokens:
                prompt[[0, -1]] = EOS
            answer = search(real, prompt, k, steps, rules)
            differs = misread is None or search(real, prompt, k, steps, misread).pool[:2] != answer.pool[:2]
            if answer.margin > MARGIN and differs:
                prompts.append(prompt)
                found.append(answer)
            if len(found) == batch:
                return model, torch.stack(prompts), found
    raise LookupError("no question with a clear answer was found")


def searched(subject, model, prompts, k, steps, **keywords):
    """The answer for each prompt by itself: what goes wrong between prompts is the business of the checks of rows."""
    return [subject.beam_search(model, prompt.unsqueeze(0), k, steps, **keywords) for prompt in prompts]


def generated(answer, start, eos_id):
    """Generated tokens of the hypotheses of one prompt, each up to its end token: what follows there is another check's business."""
    sequences, _ = answer
    if not isinstance(sequences, torch.Tensor) or sequences.dim() != 3 or sequences.shape[0] != 1:
        raise CheckFailure("the sequences should be a tensor (1, num_return, seq + n)", got=answer_text(sequences))
    texts = [text[start:] for text in sequences[0].tolist()]
    return [text[: text.index(eos_id) + 1] if eos_id in text else text for text in texts]


def expect_texts(answers, prompts, found, num_return, eos_id, what):
    """The generated texts are the oracle's, best first."""
    for number, (answer, prompt, right) in enumerate(zip(answers, prompts, found, strict=True)):
        expected = [list(tokens) for _, tokens in right.pool[:num_return]]
        got = generated(answer, len(prompt), eos_id)
        if got != expected:
            raise CheckFailure(
                f"question {number}: the hypotheses {what} are others",
                input=f"prompt {prompt.tolist()}",
                expected=str(expected),
                got=str(got),
            )


def expect_scores(answers, found, num_return, what):
    """The scores are the oracle's, best first."""
    for number, ((_, scores), right) in enumerate(zip(answers, found, strict=True)):
        expected = right.scores(num_return).unsqueeze(0)
        expect_close(scores, expected, tolerance=CLOSE, what=f"the scores of question {number}, {what}")


def expect_filling(answers, found, start, num_return):
    """After its end token a hypothesis holds nothing but end tokens, up to the length of the longest that is returned."""
    for number, ((sequences, _), right) in enumerate(zip(answers, found, strict=True)):
        lengths = [len(tokens) for _, tokens in right.pool[:num_return]]
        assert sequences.shape[2] >= start + max(lengths), f"question {number}: the result is shorter than its longest hypothesis"
        for text, length in zip(sequences[0].tolist(), lengths, strict=True):
            filling = text[start + length :]
            assert set(filling) <= {EOS}, f"question {number}: a hypothesis of {length} tokens is filled with {filling}"


def countdown_for_two(subject, eos_id):
    """The best text of each of two prompts, of which the second ends first: 3 - eos_id tokens; further filling is allowed."""
    sequences, _ = subject.beam_search(countdown(12.0), torch.tensor([[3], [2]]), 2, 5, eos_id=eos_id)
    return sequences[:, 0, 1 : 4 - eos_id]


def note_what_is_odd(observe, answers, start):
    """Facts about answers for one prompt each, whose generated part begins at ``start``."""
    parts = [sequences for sequences, _ in answers if isinstance(sequences, torch.Tensor) and sequences.dim() == 3]
    if parts:
        rows = [[hypothesis[start:] for hypothesis in row] for part in parts for row in part.tolist()]
        observe("beam.equal_hypotheses", any(len(set(map(tuple, row))) < len(row) for row in rows))
        tails = [hypothesis[hypothesis.index(EOS) :] for row in rows for hypothesis in row if EOS in hypothesis]
        observe("beam.text_after_end", any(set(tail) != {EOS} for tail in tails))
        observe("beam.nothing_ends", not tails)


def prefix(seed):
    """A model that depends on everything before, with end tokens now and then."""
    return given.prefix_model(VOCAB, seed=seed)


def table(seed):
    """A model of the last token only, for which it does not matter what a cache holds: that is the business of the checks of caches."""
    return given.table_model(VOCAB, seed=seed)


def countdown(strength):
    """A model that says t - 1 after t and 3 after 0, with odds of e^strength against each other token."""
    return given.table_model(4, logits=strength * torch.eye(4).roll(-1, dims=1))


FIXED = given.table_model(VOCAB, seed=1)
FIXED_PROMPT = torch.tensor([[3, 5]])


@pytest.mark.check(
    "beam_search.search",
    spec="BEA-5",
    title="finds the most likely text of all when the beam is wide enough",
    hint="Every candidate of every running hypothesis competes. Is one of them lost, or counted for the wrong hypothesis?",
)
def test_best_of_all(subject, gen):
    # After two likely tokens there are four hypotheses to keep, and the beam is six wide: nothing that matters is dropped.
    logits = torch.randn(6, 6, generator=gen)
    logits[:, [0, 2, 3, 5]] -= 30.0
    prompt = torch.tensor([3, 5])
    for model, steps, tokens in (
        (given.table_model(6, logits=logits), 3, (1, 4)),
        (given.table_model(6, seed=seed_of(gen)), 2, None),
    ):
        _, path = best_of_all(model.build(), prompt, steps, tokens=tokens)
        answer = subject.beam_search(model, prompt.unsqueeze(0), 6, steps)
        expect_equal(generated(answer, 2, None)[0], list(path), what=f"the best of all continuations by {steps} tokens")


@pytest.mark.check(
    "beam_search.search",
    spec=("BEA-5", "BEA-6"),
    title="finds the most likely text of all also among texts that end early",
    hint="A text that ends competes with longer ones by its own sum. Is it kept until the search is over?",
)
def test_best_of_all_with_ends(subject, gen):
    for _ in range(4):
        logits = torch.randn(6, 6, generator=gen) * 1.5
        logits[:, [0, 3, 5]] -= 30.0
        model, prompt = given.table_model(6, logits=logits), torch.tensor([3, 5])
        _, path = best_of_all(model.build(), prompt, 3, EOS, tokens=(1, 2, 4))
        answer = subject.beam_search(model, prompt.unsqueeze(0), 6, 3, length_penalty=0.0, eos_id=EOS)
        expect_equal(generated(answer, 2, EOS)[0], list(path), what="the best of all continuations")


@pytest.mark.check(
    "beam_search.search",
    spec="BEA-5",
    title="keeps the right hypotheses step after step",
    hint="Print the running hypotheses after each step, and compare them with rule 3 of the handout.",
)
@pytest.mark.parametrize("k", [2, 5])
def test_against_the_algorithm(subject, reference, gen, observe, k):
    ask = {f"sequences_of_{k}": lambda: subject.beam_search(FIXED, FIXED_PROMPT, k, 5, num_return=k)[0][0, :, 2:]}
    note_answers(observe, "beam.answer", ask)
    rules = Rules()
    model, prompts, found = reference.once(lambda _: clear_question(gen, table, 3, 4, k, 7, rules))
    answers = searched(subject, model, prompts, k, 7, num_return=k)
    expect_texts(answers, prompts, found, k, None, f"with beam_width={k} and no end token")


@pytest.mark.check(
    "beam_search.endings",
    spec=("BEA-6", "BEA-7"),
    title="lets hypotheses end, and searches on as long as it may help",
    hint="What enters the pool, what runs on, and when is it over? Rules 2, 3 and 4 of the handout, one after the other.",
)
def test_endings(subject, reference, gen, observe):
    keywords = {"eos_id": EOS, "length_penalty": 0.0, "num_return": 3}
    note_answers(
        observe,
        "beam.answer",
        {
            "sequences_with_ends": lambda: subject.beam_search(FIXED, FIXED_PROMPT, 3, 6, **keywords)[0][0, :, 2:],
            "two_that_end_at_0": lambda: countdown_for_two(subject, 0),
            "two_that_end_at_1": lambda: countdown_for_two(subject, 1),
            "sequences_with_penalty": lambda: subject.beam_search(FIXED, FIXED_PROMPT, 3, 6, eos_id=EOS, num_return=3)[0][0, :, 2:],
        },
    )
    # A length penalty of 0, so that the length does not count: it is the business of the checks of scores.
    rules = Rules(eos_id=EOS, length_penalty=0.0)
    model, prompts, found = reference.once(lambda _: clear_question(gen, table, 3, 3, 3, 8, rules))
    answers = searched(subject, model, prompts, 3, 8, **keywords)
    note_what_is_odd(observe, answers, 3)
    expect_texts(answers, prompts, found, 3, EOS, "with beam_width=3 and an end token")
    expect_filling(answers, found, 3, 3)
    # Filling up to another prompt's length; and token 0 may be the end token too.
    for eos_id, expected in ((1, [[2, 1], [1, 1]]), (0, [[2, 1, 0], [1, 0, 0]])):
        got = countdown_for_two(subject, eos_id)
        expect_equal(got, torch.tensor(expected), what=f"the best text of each of two prompts, with eos_id={eos_id}")


@pytest.mark.check(
    "beam_search.endings",
    spec="BEA-7",
    title="admits to the pool only what is among the first k candidates",
    hint="You look at 2k candidates so that k are left to run on. Those beyond the first k that end are dropped.",
)
def test_only_the_first_k_enter(subject, reference, gen):
    rules = Rules(eos_id=EOS, length_penalty=0.0)
    model, prompts, found = reference.once(
        lambda _: clear_question(gen, table, 2, 3, 2, 6, rules, misread=replace(rules, enter_from_all=True))
    )
    answers = searched(subject, model, prompts, 2, 6, eos_id=EOS, length_penalty=0.0, num_return=2)
    expect_texts(answers, prompts, found, 2, EOS, "with beam_width=2")


@pytest.mark.check(
    "beam_search.endings",
    spec="BEA-7",
    title="stops when the best running hypothesis is no better than the worst of a full pool",
    hint="Rule 4: the running hypothesis is scored at its present length. What is it compared with, and only when?",
)
def test_stops_by_the_rule(subject, reference, gen, observe):
    ask = {"calls_until_it_stops": lambda: calls_until_it_stops(subject)}
    note_answers(observe, "beam.answer", ask)
    rules = Rules(eos_id=EOS, length_penalty=2.0)
    # Who stops too late finds something else for the first question, who stops too early for the second.
    misread = (replace(rules, never_stop=True), replace(rules, early_stopping=True))
    questions = reference.once(lambda _: [clear_question(gen, table, 2, 3, 2, 9, rules, misread=wrong) for wrong in misread])
    for model, prompts, found in questions:
        answers = searched(subject, model, prompts, 2, 9, eos_id=EOS, length_penalty=2.0, num_return=2)
        expect_texts(answers, prompts, found, 2, EOS, "with length_penalty=2, where longer texts may have better scores")


def calls_until_it_stops(subject):
    """How often a fixed model is asked, though up to 12 tokens may be generated."""
    model = subject.make(FIXED)
    subject.beam_search(model, FIXED_PROMPT, 2, 12, eos_id=EOS, length_penalty=0.5)
    return len(model.calls())


@pytest.mark.check(
    "beam_search.endings",
    spec="BEA-8",
    title="ends a prompt's search at once with early_stopping when its pool is full",
    hint="Full means k finished hypotheses for this prompt. Without early_stopping the search may go on and find better ones.",
)
def test_early_stopping(subject, reference, gen):
    rules = Rules(eos_id=EOS, early_stopping=True)
    model, prompts, found = reference.once(
        lambda _: clear_question(gen, table, 2, 3, 3, 8, rules, misread=replace(rules, early_stopping=False))
    )
    answers = searched(subject, model, prompts, 3, 8, eos_id=EOS, early_stopping=True, num_return=3)
    expect_texts(answers, prompts, found, 3, EOS, "with early_stopping=True")


@pytest.mark.check(
    "beam_search.endings",
    spec="BEA-6",
    title="pays no attention to end tokens in the prompt, and to none without eos_id",
    hint="Which tokens does a hypothesis consist of? Those that were generated.",
)
def test_end_tokens_that_end_nothing(subject, reference, gen):
    endings = (EOS, None)
    questions = reference.once(
        lambda _: [clear_question(gen, table, 2, 4, 3, 6, Rules(eos_id=eos_id, length_penalty=0.0), end_tokens=True) for eos_id in endings]
    )
    for eos_id, (model, prompts, found) in zip(endings, questions, strict=True):
        # Of three texts one at most has ended with its first token: who ends them all there is seen.
        answers = searched(subject, model, prompts, 3, 6, eos_id=eos_id, length_penalty=0.0, num_return=3)
        expect_texts(answers, prompts, found, 3, eos_id, f"for prompts that contain the token {EOS}, with eos_id={eos_id}")


@pytest.mark.check(
    "beam_search.endings",
    spec="BEA-14",
    title="asks the model no more when every prompt's search is over",
    hint="Is the rule for stopping looked at after each step, for all prompts together?",
)
def test_stops(subject, gen):
    model = subject.make(given.ending_model(VOCAB, EOS, [5, 7], seed=seed_of(gen)))
    sequences, _ = subject.beam_search(model, draw(gen, 3, 3), 2, 40, eos_id=EOS)
    # Each first token ends its rows at position 7 at the latest, all hypotheses at once: one full pool, two steps of grace.
    calls = len(model.calls())
    assert calls <= 9, f"the model was called {calls} times, though every hypothesis has ended after 5 tokens"
    assert bool((sequences[:, 0, 8:] == EOS).all()), "after position 7 there should be nothing but end tokens"


@pytest.mark.check(
    "beam_search.scores",
    spec="BEA-2",
    title="divides by the generated length to the power of the length penalty",
    hint="How many tokens has the hypothesis generated, its end token included? And the penalty is an exponent, not a factor.",
)
@pytest.mark.parametrize("penalty", [0.0, 0.6, 2.0])
def test_length_penalty(subject, reference, gen, observe, penalty):
    keywords = {"eos_id": EOS, "length_penalty": penalty, "num_return": 3}
    narrow = {"eos_id": 1, "length_penalty": -penalty}
    ask = {
        f"scores_with_{penalty}": lambda: subject.beam_search(FIXED, FIXED_PROMPT, 3, 6, **keywords)[1],
        f"score_of_one_with_{0 - penalty}": lambda: subject.beam_search(countdown(2.0), torch.tensor([[3]]), 1, 6, **narrow)[1],
    }
    note_answers(observe, "beam.answer", ask)
    rules = Rules(eos_id=EOS, length_penalty=penalty)
    model, prompts, found = reference.once(lambda _: clear_question(gen, table, 3, 3, 3, 7, rules))
    answers = searched(subject, model, prompts, 3, 7, **keywords)
    expect_texts(answers, prompts, found, 3, EOS, f"with length_penalty={penalty}")
    expect_scores(answers, found, 3, f"with length_penalty={penalty}")
    # A beam of one, which ends at its end token too; and a negative exponent.
    odd = torch.log_softmax(torch.tensor([2.0, 0.0, 0.0, 0.0]), dim=0)[0]
    for exponent in (penalty, -penalty):
        answer = subject.beam_search(countdown(2.0), torch.tensor([[3]]), 1, 6, eos_id=1, length_penalty=exponent)
        expect_equal(generated(answer, 1, 1), [[2, 1]], what=f"a beam of one with length_penalty={exponent}")
        expected = (2 * odd / 2**exponent).reshape(1, 1)
        expect_close(answer[1], expected, tolerance=CLOSE, what=f"the score of a beam of one with length_penalty={exponent}")


@pytest.mark.check(
    "beam_search.scores",
    spec="BEA-2",
    title="leaves the prompt out of the length",
    hint="The same continuation after a longer prompt has the same score when the model forgets the prompt. Has it in your search?",
)
def test_prompt_does_not_count(subject, gen):
    model = given.table_model(VOCAB, seed=seed_of(gen))
    short = draw(gen, 1, 1)
    long = torch.cat([draw(gen, 1, 6), short], dim=1)
    (first, scores), (second, other_scores) = (subject.beam_search(model, prompt, 3, 4, eos_id=EOS) for prompt in (short, long))
    expect_close(other_scores, scores, tolerance=CLOSE, what="the score after a prompt of seven tokens, against one of one token")
    expect_equal(second[:, :, 7:], first[:, :, 1:], what="the continuation after a prompt of seven tokens, against one of one token")


@pytest.mark.check(
    "beam_search.scores",
    spec="BEA-11",
    title="normalises logits, large ones and impossible ones included",
    hint="Logits are no log-probabilities until a log-softmax has made them so. Is there an inf - inf on the way?",
)
def test_extreme_logits(subject, gen):
    table = torch.randint(-8, 9, (VOCAB, VOCAB), generator=gen) * 0.5 + torch.arange(VOCAB) * 0.0625
    plain = given.table_model(VOCAB, logits=table)
    shifted = given.table_model(VOCAB, logits=table + 1e4 * torch.arange(1, VOCAB + 1).unsqueeze(1))
    prompt = draw(gen, 2, 2)
    for model, name in ((plain, "logits"), (shifted, "logits with 1e4 and more added to each row")):
        _, scores = subject.beam_search(model, prompt, 1, 4, length_penalty=0.0)
        paths = greedy(plain.build(), prompt, 4)
        expected = torch.tensor([[log_probability(plain.build(), row, path[2:])] for row, path in zip(prompt, paths, strict=True)])
        expect_close(scores, expected, tolerance=Tolerance(0.01), input=name, what="the scores")
    hopeless = torch.zeros(VOCAB, VOCAB)
    hopeless[:, 4] = 40.0
    _, scores = subject.beam_search(given.table_model(VOCAB, logits=hopeless), prompt, 2, 1, num_return=2)
    expect_close(
        scores, torch.tensor([[0.0, -40.0]]).expand(2, 2), tolerance=Tolerance(0.01), input="one logit of 40, others 0", what="scores"
    )
    impossible = table.clone()
    impossible[:, [0, 5]] = -torch.inf
    sequences, scores = subject.beam_search(given.table_model(VOCAB, logits=impossible), prompt, 4, 4, num_return=4)
    assert torch.isfinite(scores).all(), f"with two impossible tokens the scores are {scores.tolist()}"
    drawn = set(sequences[:, :, 2:].flatten().tolist())
    assert not drawn & {0, 5}, "a token with logit -inf was generated"


# With table(31) the pools of these prompts, each alone, are full after 2 to 8 steps.
FOUR_PROMPTS = torch.tensor([[3, 5], [4, 6], [5, 3], [6, 4]])


def four_stopped_early(subject):
    """The texts of four prompts in a batch, with early_stopping."""
    sequences, _ = subject.beam_search(table(31), FOUR_PROMPTS, 2, 8, eos_id=EOS, early_stopping=True, num_return=2)
    return [generated((row.unsqueeze(0), None), 2, EOS) for row in sequences]


@pytest.mark.check(
    "beam_search.rows",
    spec=("BEA-1", "BEA-8", "BEA-9"),
    title="keeps many prompts apart that end at different times",
    hint="A prompt whose search is over must not change any more, and must not hold the others up.",
)
def test_many_prompts(subject, reference, gen, observe):
    note_answers(observe, "beam.answer", {"four_stopped_early": lambda: four_stopped_early(subject)})
    rules = Rules(eos_id=EOS, length_penalty=2.0)
    # Each prompt's answer would be another if its search went on while others are not over.
    model, prompts, _ = reference.once(lambda _: clear_question(gen, prefix, 5, 3, 2, 8, rules, misread=replace(rules, never_stop=True)))
    keywords = {"eos_id": EOS, "length_penalty": 2.0, "num_return": 2}
    together, scores = subject.beam_search(model, prompts, 2, 8, **keywords)
    assert isinstance(together, torch.Tensor) and together.shape[:2] == (5, 2), f"the sequences are {answer_text(together)}"
    alone = searched(subject, model, prompts, 2, 8, **keywords)
    texts = [generated((row.unsqueeze(0), None), 3, EOS) for row in together]
    own = [generated(answer, 3, EOS) for answer in alone]
    observe("beam.prompts_changed_by_others", answer_text([text != right for text, right in zip(texts, own, strict=True)].count(True)))
    for number, (text, right) in enumerate(zip(texts, own, strict=True)):
        expect_equal(text, right, input=prompts[number], what=f"the hypotheses of prompt {number} of five, against those alone")
        expect_close(scores[number : number + 1], alone[number][1], tolerance=CLOSE, what=f"the scores of prompt {number} of five")
    # With early_stopping each prompt's search ends when its own pool is full.
    together = four_stopped_early(subject)
    alone = searched(subject, table(31), FOUR_PROMPTS, 2, 8, eos_id=EOS, early_stopping=True, num_return=2)
    for number, (text, answer) in enumerate(zip(together, alone, strict=True)):
        what = f"the hypotheses of prompt {number} of four, against those alone, with early_stopping=True"
        expect_equal(text, generated(answer, 2, EOS), what=what)
    # A search that finds nothing finds the same alone.
    narrow, _ = subject.beam_search(model, prompts, 1, 4)
    expect_equal(narrow[:, 0], torch.tensor(greedy(model.build(), prompts, 4)), input=prompts, what="five prompts with a beam of one")


@pytest.mark.check(
    "beam_search.cache",
    spec="BEA-10",
    title="moves the cache with the hypotheses, and feeds each token once",
    hint="After rule 3, which old row does each running hypothesis come from? Tell the cache before the next token goes in.",
)
def test_cache(subject, gen, observe):
    seed = seed_of(gen)
    model = subject.make(given.counting_model(VOCAB, seed=seed))
    prompt = draw(gen, 2, 5)
    cached = subject.beam_search(model, prompt, 4, 6, num_return=4)
    calls = model.calls()
    observe("beam.every_call_has_the_cache", all(call["cached"] for call in calls))
    observe("beam.more_than_a_call_a_step", len(calls) > 7)
    observe("beam.feeds_a_token_twice", sum(call["tokens"] for call in calls) > 11)
    plain = subject.beam_search(given.uncached_model(VOCAB, seed=seed), prompt, 4, 6, num_return=4)
    observe("beam.cache_changes_the_answer", not torch.equal(cached[0], plain[0]))
    expect_equal(cached[0], plain[0], input=prompt, what="the sequences with a cache, against those of a model without one")
    assert all(call["cached"] for call in calls), "the model offers make_cache(), and was called without a cache"
    for number, call in enumerate(calls):
        before = sum(earlier["tokens"] for earlier in calls[:number])
        assert call["length"] == before, f"call {number} met a cache of {call['length']} positions; {before} had been fed"
        assert call["batch"] <= 8, f"call {number} had {call['batch']} rows for 2 prompts and 4 hypotheses each"
    assert sum(call["tokens"] for call in calls) <= 11, "more than the prompt and one token per step went into the cache"
    assert len(calls) <= 7, f"the model was called {len(calls)} times for 6 steps: hypotheses should share a batch"
    narrow = subject.make(given.counting_model(VOCAB, seed=seed))
    subject.beam_search(narrow, prompt, 1, 4)
    assert all(call["cached"] for call in narrow.calls()), "with a beam of one the model was called without its cache"


@pytest.mark.check(
    "beam_search.cache",
    spec=("BEA-10", "BEA-11"),
    title="works with a model without a cache, and with one that returns a tuple",
    hint="Ask whether the model has make_cache before you call it. The logits may be the first of several things.",
)
def test_other_models(subject, gen):
    seed, prompt = seed_of(gen), draw(gen, 2, 3)
    # The same logits, with another way of asking for them.
    sequences, scores = subject.beam_search(given.prefix_model(VOCAB, seed=seed), prompt, 3, 5, eos_id=EOS)
    for other in (given.uncached_model, given.tuple_model):
        found, found_scores = subject.beam_search(other(VOCAB, seed=seed), prompt, 3, 5, eos_id=EOS)
        expect_equal(found, sequences, input=prompt, what=f"the sequences of an {other.__name__}, which gives the same logits")
        expect_close(found_scores, scores, tolerance=CLOSE, what=f"the scores of an {other.__name__}")
        # Three prompts on which each of these options changes the answer.
        prompts = torch.tensor([[3, 5, 4], [4, 6, 3], [5, 3, 6]])
        options = {"eos_id": EOS, "length_penalty": 2.0, "early_stopping": True, "num_return": 3}
        _, scores_here = subject.beam_search(given.prefix_model(VOCAB, seed=91), prompts, 3, 5, **options)
        _, found_scores = subject.beam_search(other(VOCAB, seed=91), prompts, 3, 5, **options)
        expect_close(found_scores, scores_here, tolerance=CLOSE, what=f"the scores of an {other.__name__}, with {options}")
        narrow, _ = subject.beam_search(other(VOCAB, seed=seed), prompt, 1, 4)
        expected = torch.tensor(greedy(other(VOCAB, seed=seed).build(), prompt, 4))
        expect_equal(narrow[:, 0], expected, input=prompt, what=f"what an {other.__name__} says with a beam of one")


@pytest.mark.check(
    "beam_search.cache",
    spec="BEA-12",
    title="draws nothing, computes in eval mode without gradients, and leaves mode and prompt as they were",
    hint="The same rules as for generate: remember the mode, restore it, keep no graph, write into nothing that is not yours.",
)
def test_leaves_no_trace(subject, gen, observe):
    description = given.dropout_model(VOCAB, seed=seed_of(gen))
    prompt = draw(gen, 2, 3)
    expected = torch.tensor(greedy(description.build(), prompt, 4))
    for training in (True, False):
        model = subject.make(description)
        model.train(training)
        before = subject.probes.state(model)
        sequences, _ = subject.beam_search(model, prompt, 1, 4)
        assert not subject.last.mutated, "the caller's prompt was changed in place"
        calls, after = model.calls(), subject.probes.state(model)
        observe("beam.draws_random_numbers", after.rng_digest != before.rng_digest)
        expect_equal(sequences[:, 0], expected, input=prompt, what="the sequences of a model with dropout, with beam_width=1")
        assert not any(call["training"] for call in calls), "the model was called in train mode"
        assert not any(call["grad_enabled"] for call in calls), "the model was called with gradients enabled"
        assert after.training == training, f"the model came with training={training} and left in the other mode"
        assert after.rng_digest == before.rng_digest, "random numbers were drawn"


@pytest.mark.check(
    "beam_search.cache",
    spec="BEA-13",
    title="refuses numbers below their least, whatever the model",
    hint="Check the arguments before the model is asked for anything.",
)
def test_refuses(subject):
    for width, steps, wanted in ((-1, 3, 1), (2, -1, 1), (2, 3, 0), (3, 3, -1)):
        prompt, question = torch.ones(2, 2, dtype=torch.int64), f"beam_width={width}, max_new_tokens={steps}, num_return={wanted}"
        expect_refused(partial(subject.beam_search, given.uncached_model(VOCAB), prompt, width, steps, num_return=wanted), input=question)
