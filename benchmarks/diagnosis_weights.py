"""What each weight of diagnosis is worth: the traces of the table itself, one left out at a time. No submission is run.

    python -m benchmarks.diagnosis_weights

A trace of a mistake that has others, over other designs, must be named by those. For a mistake of which all traces are left out none fits;
its kin is still in the table, so this is harder than a mistake that nobody has listed. Prints, for the weights in use and with each of them
halved and doubled, how often the left-out trace is named first and among the first three, and how often it is stronger than the strongest
wrong name for a mistake left out (the area under the ROC curve). A few minutes.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from grader.diagnosis.diagnose import Candidate, compare
from grader.diagnosis.evidence import WEIGHTS, Weights
from grader.diagnosis.signature import Signature, answers, from_json, is_check

TABLE = Path(__file__).resolve().parent.parent / "solutions" / "misconceptions" / "signatures.json"


@dataclass(frozen=True)
class LeftOut:
    """Shares of the left-out traces, and of pairs of a left-out trace and a left-out mistake in which the former is stronger."""

    first: float
    among_three: float
    stronger: float


def main() -> None:
    """Measure and print."""
    table = from_json(TABLE.read_text(encoding="utf-8"))
    print(f"{'weights':24}{'first':>8}{'three':>8}{'area':>8}", flush=True)
    for name, weights in _variations():
        found = left_out(table, weights)
        print(f"{name:24}{found.first:8.3f}{found.among_three:8.3f}{found.stronger:8.3f}", flush=True)


def left_out(table: Sequence[Signature], weights: Weights) -> LeftOut:
    """Each trace put to the table without it, and to the table without its mistake."""
    places, right, wrong = [], [], []
    for exercise in sorted({signature.exercise for signature in table}):
        traces = [signature for signature in table if signature.exercise == exercise]
        checks = {question for signature in traces for question in answers(signature.features) if is_check(question)}
        for own in traces:
            seen = answers(own.features)
            others = [signature for signature in traces if signature.name != own.name]
            wrong.append(_strongest(compare(seen, checks, others, weights)))
            if sum(signature.name == own.name for signature in traces) > 1:
                found = compare(seen, checks, [signature for signature in traces if signature is not own], weights)
                places.append(next((place for place, item in enumerate(found) if item.name == own.name), len(found)))
                right.append(next((item.strength for item in found if item.name == own.name), 0.0))
    return LeftOut(_share(places, 1), _share(places, 3), _area(right, sorted(wrong)))


def _variations() -> Iterator[tuple[str, Weights]]:
    yield "in use", WEIGHTS
    for name, value in asdict(WEIGHTS).items():
        for factor in (0.5, 2.0):
            yield f"{name} {value * factor:g}", replace(WEIGHTS, **{name: value * factor})


def _strongest(found: Sequence[Candidate]) -> float:
    return found[0].strength if found else 0.0


def _share(places: Sequence[int], best: int) -> float:
    return sum(place < best for place in places) / len(places)


def _area(right: Sequence[float], wrong: Sequence[float]) -> float:
    """``wrong`` is sorted; a tie counts as half."""
    below = sum((bisect_left(wrong, value) + bisect_right(wrong, value)) / 2 for value in right)
    return below / (len(right) * len(wrong))


if __name__ == "__main__":
    main()
