"""Is a failure the same when it is run again? A check that ends otherwise the second time differs from run to run, and is never passed.

A right answer depends on its inputs, the seeds and the generator that it is given. What a check says of it is then the same bytes each
time, so that one run more tells. It is given to failures only: most submissions that read the clock or unset memory show it there, and
a submission without failures costs nothing. Where one check of an exercise is caught, all its others are run again as well: luck earns
nothing, and no hint is given about an answer that is another each time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from grader.checks.outcome import CheckOutcome, Status

# Three failures of each exercise: enough to meet a check that looks at values, and a small part of its 15 to 30 checks, so that even
# a submission that fails everything costs less than a quarter more.
AT_MOST = 3
# What a second run can tell of: the others come from the source or the files, or cost the whole time limit again.
_TELLING = (Status.FAILED, Status.ERROR, Status.CRASHED, Status.OUT_OF_MEMORY)
# A second run that ended so says nothing about the code: the machine may have been busy.
_SILENT = (Status.GRADER_FAULT, Status.TIMEOUT)
_QUOTED = 300


def failures_to_repeat(outcomes: Mapping[str, CheckOutcome]) -> frozenset[str]:
    """The first failures of each exercise, by check id, those that students see first.

    The same again after an interruption, less those that were caught before it.
    """
    counted: Counter[str] = Counter()
    chosen = []
    for check, outcome in sorted(outcomes.items(), key=lambda item: (item[1].hidden, item[0])):
        if outcome.status in (*_TELLING, Status.UNSTABLE) and counted[outcome.exercise] < AT_MOST:
            counted[outcome.exercise] += 1
            if outcome.status is not Status.UNSTABLE:
                chosen.append(check)
    return frozenset(chosen)


def rest_to_repeat(outcomes: Mapping[str, CheckOutcome]) -> frozenset[str]:
    """The other checks of exercises of which one differs from run to run; not those that the reference stood in for."""
    unstable = {outcome.exercise for outcome in outcomes.values() if outcome.status is Status.UNSTABLE}
    return frozenset(
        check
        for check, outcome in outcomes.items()
        if outcome.exercise in unstable and outcome.status in (Status.PASSED, *_TELLING) and not outcome.used_given
    )


def compared(first: CheckOutcome, second: CheckOutcome) -> CheckOutcome:
    """What is known of a check after two runs: the first outcome, or that they differ, and in what."""
    if second == first or second.status in _SILENT:
        return first
    message = (
        f"Two runs with the same inputs and the same seeds ended differently. The first: {_told(first)} The second: {_told(second)} "
        "A right answer depends only on its inputs, the seeds and the generator it is given. Look for the clock, os.urandom, id() or "
        "hash(), memory that was never written (torch.empty), and generators seeded from any of these."
    )
    return replace(first, status=Status.UNSTABLE, message=message, hint="", observations=())


def _told(outcome: CheckOutcome) -> str:
    parts = [outcome.status.value, outcome.message[:_QUOTED], f"got {outcome.got[:_QUOTED]}" if outcome.got else ""]
    return f"{'; '.join(part for part in parts if part).rstrip('.')}."
