"""The nearest trace explains, and says why; a trace with little in common does not."""

from __future__ import annotations

from dataclasses import replace

from grader.checks.outcome import CheckOutcome, Status
from grader.diagnosis.diagnose import FITS, diagnose, ranked, shown_to_students
from grader.diagnosis.signature import Signature, features, from_json, gist, is_check, is_replay, to_json, trace


def outcome(name: str, status: Status, message: str = "it differs", **facts: int | str) -> CheckOutcome:
    return CheckOutcome(f"hidden/test_e.py::{name}", "e", "e.i", ("E-1",), "t", "h", status, message, observations=tuple(facts.items()))


def known(name: str, *outcomes: CheckOutcome) -> Signature:
    return Signature("e", name, f"Title of {name}", features(outcomes, "e"))


ALWAYS = outcome("always", Status.FAILED)
LEAK = outcome("leak", Status.FAILED, offset=1)
LATE = outcome("leak", Status.FAILED, offset=2)
CRASH = outcome("leak", Status.CRASHED)
LEFT = replace(outcome("norm", Status.FAILED), expected="torch.tensor([0.6, 0.8])", got="torch.tensor([0.36000001, 0.64])")
RIGHT = replace(LEFT, got="torch.tensor([0.12, 0.16])")
TABLE = (
    known("leaks_one", ALWAYS, LEAK),
    known("leaks_two", ALWAYS, LATE),
    known("crashes", ALWAYS, CRASH),
    known("squares", ALWAYS, LEFT),
    known("divides", ALWAYS, RIGHT),
)


def names(*outcomes: CheckOutcome) -> list[str]:
    return [candidate.name for candidate in diagnose(outcomes, "e", TABLE)]


def test_statuses_observations_and_answers_tell_mistakes_apart() -> None:
    for expected, seen in (("leaks_one", LEAK), ("leaks_two", LATE), ("crashes", CRASH), ("squares", LEFT), ("divides", RIGHT)):
        assert names(ALWAYS, seen)[0] == expected


def test_the_same_wrong_answer_says_more_than_the_same_failed_checks() -> None:
    more, less = replace(LEFT, got="torch.tensor([0.36, 0.64])"), replace(LEFT, got="torch.tensor([5.0, 5.0])")
    assert names(ALWAYS, more, outcome("other", Status.FAILED))[0] == "squares", "one failure more, rounded otherwise, is still the same"
    assert names(ALWAYS, less) == [], "another wrong answer is neither mistake's"


def test_an_exception_of_another_function_is_another_mistake() -> None:
    crash = replace(
        outcome("leak", Status.ERROR, "It raised RuntimeError: no"), frames=("picollm/e.py:3 in forward", "picollm/e.py:9 in _split")
    )
    elsewhere = replace(crash, frames=("picollm/e.py:3 in forward", "picollm/e.py:20 in attend"))
    table = (*TABLE, known("splits", ALWAYS, crash), known("attends", ALWAYS, elsewhere))
    own_helper = replace(crash, frames=("picollm/e.py:5 in forward", "picollm/e.py:30 in _my_split"))
    assert [ranked([ALWAYS, end], "e", table)[0].name for end in (crash, own_helper, elsewhere)] == ["splits", "splits", "attends"]


def test_an_answer_that_depends_on_the_design_says_less() -> None:
    steady, unsteady = outcome("steady", Status.FAILED), outcome("unsteady", Status.FAILED)
    designs = [known("mistake", ALWAYS, steady, *extra) for extra in ([unsteady], [], [unsteady], [])]

    def weights(table: list[Signature]) -> tuple[float, ...]:
        evidence = {item.question: item.weight for item in ranked([ALWAYS, steady, unsteady], "e", table)[0].evidence}
        return tuple(evidence[end.check] for end in (steady, unsteady))

    one_design, four_designs = weights(designs[:1]), weights(designs)
    assert one_design[0] == one_design[1], "over one design neither is known to be the steadier"
    assert four_designs[0] == one_design[0] > four_designs[1]


def test_the_evidence_says_why() -> None:
    best = ranked([ALWAYS, LEAK, outcome("other", Status.ERROR)], "e", TABLE)[0]
    by_question = {item.question.removeprefix("hidden/test_e.py::"): item for item in best.evidence}
    assert by_question["offset"].weight > 0 and by_question["offset"].seen == by_question["offset"].known == "1"
    assert by_question["other"].weight < 0 and (by_question["other"].seen, by_question["other"].known) == ("error", "passed")
    assert abs(best.evidence[0].weight) == max(abs(item.weight) for item in best.evidence)


def test_what_was_not_asked_says_nothing() -> None:
    ends = (LEAK, replace(LEAK, status=Status.NOT_STARTED, observations=()), replace(LEAK, status=Status.PASSED, observations=()))
    full, unfinished, passed = (
        next(item.strength for item in ranked([ALWAYS, end], "e", TABLE) if item.name == "leaks_one") for end in ends
    )
    assert full > unfinished > passed


def test_of_several_traces_the_nearest_counts() -> None:
    table = (*TABLE, known("leaks_one", ALWAYS, CRASH, outcome("third", Status.FAILED)))
    seen = [ALWAYS, CRASH, outcome("third", Status.FAILED)]
    assert ranked(seen, "e", table)[0].name == "leaks_one"
    assert len({item.name for item in ranked(seen, "e", table)}) == len(ranked(seen, "e", table))


def test_none_fits_when_little_is_in_common_or_nothing_failed() -> None:
    assert names(outcome("elsewhere", Status.FAILED), outcome("more", Status.ERROR)) == []
    assert names(outcome("always", Status.PASSED)) == []
    others = [replace(item, status=Status.PASSED) for item in (LEAK, LEFT)]
    assert names(ALWAYS, *others) == [], "a check that every mistake fails is no explanation"


def test_students_are_told_what_is_strong_and_stands_alone() -> None:
    (best, *_) = ranked([ALWAYS, LEFT], "e", TABLE)
    strong, near, far = replace(best, strength=0.97), replace(best, name="near", strength=0.96), replace(best, name="far", strength=0.7)
    assert shown_to_students([strong, far]) == strong and shown_to_students([strong]) == strong
    assert shown_to_students([strong, near]) is None, "two mistakes that leave one trace cannot be told apart"
    assert shown_to_students([replace(best, strength=FITS)]) is None and shown_to_students([]) is None


def test_passes_and_what_was_not_run_leave_no_trace() -> None:
    silent = [
        outcome("a", Status.PASSED, x=1),
        outcome("b", Status.GRADER_FAULT),
        outcome("c", Status.NOT_STARTED),
        outcome("d", Status.TIMEOUT, "not run: 3 checks of this exercise have run out of time already"),
    ]
    assert features(silent, "e") == ()


def test_the_gist_names_the_assertion_and_nothing_of_the_author() -> None:
    one = gist(outcome("a", Status.FAILED, "the normalised vector: 2 of 2 values differ; the worst at [1]: off by 0.288"))
    assert one == "the normalised vector"
    raised = [outcome("a", Status.ERROR, f"It raised IndexError: index {place} of {what!r}") for place, what in ((3, "keys"), (4, "k"))]
    inside = replace(raised[0], frames=("picollm/generation.py:3 in generate", "picollm/attention.py:12 in f"))
    assert gist(inside) == "It raised IndexError in picollm/attention.py"
    assert gist(raised[0]) == gist(raised[1]) == "It raised IndexError"
    assert gist(outcome("a", Status.FAILED, "results at [1, 2] and 3 1.5e-3 moved")) == "results at [#] and # moved"
    assert gist(outcome("a", Status.FAILED, "6 gains; reached are {'g': 1}")) == "# gains; reached are"


def test_a_table_keeps_answers_of_fixed_checks_only() -> None:
    drawn = replace(LEFT, check="hidden/test_e.py::drawn[3]")
    fixed = trace([LEFT, drawn], "e", {"hidden/test_e.py::norm"})
    replayed = [feature for feature in fixed if is_replay(feature)]
    assert len(replayed) == 1 and replayed[0].startswith("hidden/test_e.py::norm answers")
    assert sum(is_check(feature.rpartition(": ")[0]) for feature in fixed) == 2, "how a check ends is kept of all"


def test_text_of_a_student_that_is_no_unicode_does_no_harm() -> None:
    assert features([replace(LEFT, message="\ud800", got="\ud800" * 300, expected="\ud800")], "e")


def test_signatures_survive_json() -> None:
    assert from_json(to_json(TABLE)) == tuple(sorted(TABLE, key=lambda item: item.name))
