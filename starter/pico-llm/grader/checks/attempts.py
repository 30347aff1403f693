"""Independent attempts at what cannot be promised of a single one: a right model that learns nearly always, but not by any theorem.

    def test_learns(subject, gen, corpus):
        def attempt():
            model = subject.TransformerModel(...)
            ...
            assert final < 0.6 * math.log(8), "..."

        passes_in_one_of(6, attempt, begin=corpus.begin_example)

How seldom a single attempt of a right model fails is measured for each design by itself, and bounded from above by ``per_attempt_bound``;
that all of them fail has at most that chance to the power of their number. Runs of several designs are never put together: the bound of
their mean says nothing of the worst of them. This promises something of the designs that were measured, and of no others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from grader.checks import binomial
from grader.checks.compare import CheckFailure

CONFIDENCE = 0.99
_HALVINGS = 60


def passes_in_one_of(attempts: int, attempt: Callable[[], None], *, begin: Callable[[int], None]) -> None:
    """Run ``attempt`` until it passes, at most ``attempts`` times; if none passes, raise the last one's failure.

    Args:
        attempts: how many, 1 or more.
        attempt: makes its inputs and models anew and fails by AssertionError or CheckFailure. Whatever else it raises, and what the
            student's code itself raises, ends the check: another seed is no cure for an exception.
        begin: called with a number before each attempt; seeds every random source from it (``Corpus.begin_example``).
    """
    failures: list[CheckFailure] = []
    while len(failures) < attempts:
        begin(len(failures))
        try:
            attempt()
        except AssertionError as error:
            if hasattr(error, "student_error"):
                raise
            failures.append(_as_failure(error))
        else:
            return
    last = failures[-1]
    often = f" (and much the same in {attempts - 1} attempts before, with other seeds)" if attempts > 1 else ""
    raise CheckFailure(last.rationale + often, input=last.input, expected=last.expected, got=last.got).with_traceback(last.__traceback__)


def per_attempt_bound(runs: int, failures: int, confidence: float = CONFIDENCE) -> float:
    """The largest chance of failure that ``failures`` in ``runs`` independent runs leave possible (Clopper and Pearson, 1934).

    The bound is too low with a chance of at most ``1 - confidence``. For 0 failures it is ``1 - (1 - confidence) ** (1 / runs)``.
    """
    if not 0 <= failures <= runs or runs == 0:
        raise ValueError(f"{failures} failures in {runs} runs are no measurement")
    if failures == runs:
        return 1.0
    low, high = failures / runs, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if binomial.at_most(failures, runs, middle) > 1 - confidence else (low, middle)
    return high


def all_fail_bound(attempts: int, runs: int, failures: Mapping[str, int], confidence: float = CONFIDENCE) -> float:
    """The chance, at most, that a measured design fails every one of ``attempts``: that of the design with the most failures.

    Args:
        attempts: how many there are.
        runs: single attempts that were measured of each design.
        failures: design -> how many of its ``runs`` failed.
        confidence: of each design's bound by itself.
    """
    return max(per_attempt_bound(runs, failed, confidence) for failed in failures.values()) ** attempts


def _as_failure(error: AssertionError) -> CheckFailure:
    if isinstance(error, CheckFailure):
        return error
    sentence, _, _ = str(error).partition("\nassert ")
    return CheckFailure(sentence).with_traceback(error.__traceback__)
