"""How often diagnosis is right, measured on mistakes told again by somebody else and on breakages that are no listed mistake.

Half of the samples may choose the thresholds; every figure is of the other half. Pure functions from outcomes to figures.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

from grader.checks.outcome import CheckOutcome
from grader.diagnosis.diagnose import FITS, MARGIN, SHOWN_ABOVE, ranked
from grader.diagnosis.signature import Signature
from grader.verify.baselines import Scored, exact_set, nearest_set
from grader.verify.figures import Figure, at_least

MISUNDERSTOOD = Path("solutions") / "misconceptions" / "misunderstood.toml"
FEWEST_RETOLD = 80
FEWEST_BREAKAGES = 60
LEAST_FIRST, LEAST_AMONG_THREE, LEAST_NONE_FITS = 0.85, 0.95, 0.9
_STEPS = tuple(step / 100 for step in range(10, 100))
# The half that chooses must be surer than the bound that the other half is held to.
_CHOSEN_PRECISION = 0.99


@dataclass(frozen=True)
class Sample:
    """A submission whose mistake is known.

    Attributes:
        exercise: whose checks count. ``key``: what it is called.
        name: the misconception; empty for a breakage, which none fits.
        outcomes: of that exercise.
    """

    exercise: str
    key: str
    name: str
    outcomes: tuple[CheckOutcome, ...]


@dataclass(frozen=True)
class Thresholds:
    """From which strength on a mistake fits, and from which, with a margin to the next one, a student is told."""

    fits: float = FITS
    shown_above: float = SHOWN_ABOVE
    margin: float = MARGIN


@dataclass(frozen=True)
class Validation:
    """``figures`` of the half that chose nothing, what the other half would choose, and ``misses``: sentences about the former."""

    figures: tuple[Figure, ...]
    tuned: Thresholds
    misses: tuple[str, ...]


@dataclass(frozen=True)
class _Guess:
    """A sample, and each misconception's score, highest first: from all checks, and from those that students see."""

    sample: Sample
    scored: Scored
    public: Scored = ()


def validate(samples: Sequence[Sample], signatures: Sequence[Signature], misunderstood: Mapping[str, str]) -> Validation:
    """Figures of diagnosis with the thresholds in use; ``misunderstood`` as ``load_misunderstood`` gives it."""
    counted = [sample for sample in samples if sample.key not in misunderstood]
    choosing, reported = halves(counted)
    guesses = [_guess(sample, signatures) for sample in choosing]
    answers = [_guess(sample, signatures) for sample in reported]
    tuned = tune(guesses)
    in_use = Thresholds()
    figures = [
        at_least("mistakes told again", sum(bool(sample.name) for sample in counted), FEWEST_RETOLD, "submissions"),
        Figure("told again, but another mistake", len(samples) - len(counted), "submissions"),
        at_least("breakages", sum(not sample.name for sample in counted), FEWEST_BREAKAGES, "submissions"),
        Figure("reported of these", len(reported), "submissions"),
        *_of_diagnosis(answers, in_use),
        *_of_what_is_shown(answers, in_use),
        *_against_baselines(choosing, reported, answers, signatures, in_use),
        *(
            Figure(f"threshold {name}, in use", getattr(in_use, name), "", aim=f"{getattr(tuned, name):g} by the other half")
            for name in ("fits", "shown_above")
        ),
    ]
    return Validation(tuple(figures), tuned, tuple(_misses(answers, in_use)))


def load_misunderstood(path: Path) -> dict[str, str]:
    """Key of a sample told again -> why it is another mistake than its title says, as a person has judged. Empty without the file."""
    if not path.exists():
        return {}
    return {row["key"]: row["reason"] for row in tomllib.loads(path.read_text(encoding="utf-8")).get("misunderstood", [])}


def halves(samples: Iterable[Sample]) -> tuple[list[Sample], list[Sample]]:
    """Every other mistake of each exercise, and every other breakage, in the order of a hash; one mistake's samples stay together."""
    groups: dict[tuple[str, bool], dict[str, list[Sample]]] = defaultdict(lambda: defaultdict(list))
    for sample in samples:
        groups[sample.exercise, bool(sample.name)][sample.name or sample.key].append(sample)
    sides: tuple[list[Sample], list[Sample]] = ([], [])
    for place, (_, mistakes) in enumerate(sorted(groups.items())):
        for turn, name in enumerate(sorted(mistakes, key=lambda item: hashlib.sha256(item.encode()).hexdigest()), start=place):
            sides[turn % 2].extend(mistakes[name])
    return sides


def tune(guesses: Sequence[_Guess]) -> Thresholds:
    """The middle of the thresholds at which all three bounds are kept by the widest margin, and the least at which naming is safe."""
    scored = [(guess.sample, guess.scored) for guess in guesses]
    fits = _middle_of_best({step: _margin_to_bounds(scored, step) for step in _STEPS})
    # What students are told comes from public checks alone.
    unsafe = [step for step in _STEPS if _precision(_told(guesses, Thresholds(fits, step), _public_checks)) < _CHOSEN_PRECISION]
    return Thresholds(fits, shown_above=max(fits, max(unsafe, default=0.0) + 0.01))


def _guess(sample: Sample, signatures: Sequence[Signature]) -> _Guess:
    def scored(outcomes: Iterable[CheckOutcome]) -> Scored:
        return tuple((item.name, item.strength) for item in ranked(outcomes, sample.exercise, signatures))

    return _Guess(sample, scored(sample.outcomes), scored(outcome for outcome in sample.outcomes if not outcome.hidden))


def _of_diagnosis(answers: Sequence[_Guess], in_use: Thresholds) -> list[Figure]:
    scored = [(guess.sample, guess.scored) for guess in answers]
    ties = [guess for guess in answers if guess.sample.name and 0 < _credit(guess.scored, guess.sample.name, in_use.fits, 1) < 1]
    return [
        at_least("diagnosis names it first", _among(scored, in_use.fits, 1), LEAST_FIRST),
        at_least("diagnosis names it among three", _among(scored, in_use.fits, 3), LEAST_AMONG_THREE),
        at_least("breakages that none fits", _none(scored, in_use.fits), LEAST_NONE_FITS),
        Figure("first only level with others, counted in part", len(ties), "submissions"),
    ]


def _of_what_is_shown(answers: Sequence[_Guess], in_use: Thresholds) -> list[Figure]:
    retold = [guess for guess in answers if guess.sample.name]
    shown, sure = _told(answers, in_use, _public_checks), _told(answers, in_use, _all_checks)
    return [
        at_least("precision of what students are told", _precision(shown), 0.97),
        Figure("told to students", len(shown), "submissions"),
        Figure("mistakes that students are told by name", _mean(any(item is guess for guess, _ in shown) for item in retold), ""),
        Figure("precision as strong, from all checks, for the staff", _precision(sure), "", aim=">= 0.97"),
        Figure("as strong, from all checks", len(sure), "submissions"),
        Figure("mistakes named as strongly, from all checks", _mean(any(item is guess for guess, _ in sure) for item in retold), ""),
    ]


def _against_baselines(
    choosing: Sequence[Sample], reported: Sequence[Sample], answers: Sequence[_Guess], signatures: Sequence[Signature], in_use: Thresholds
) -> list[Figure]:
    figures = []
    ours = _balance([(guess.sample, guess.scored) for guess in answers], in_use.fits)
    figures.append(Figure("diagnosis, mean of both", ours, ""))
    for what, look_up in (("set of failed checks", exact_set), ("nearest set of failed checks", nearest_set)):
        fits = _best_threshold([(item, look_up(item.outcomes, item.exercise, signatures)) for item in choosing])
        scored = [(item, look_up(item.outcomes, item.exercise, signatures)) for item in reported]
        figures += [
            Figure(f"baseline {what}: names it first", _among(scored, fits, 1), ""),
            Figure(f"baseline {what}: none fits", _none(scored, fits), ""),
            Figure(f"baseline {what}: mean of both", _balance(scored, fits), ""),
        ]
        gain = ours - _balance(scored, fits)
        figures.append(Figure(f"gain over {what}", gain, "", gate="> 0", ok=gain > 0))
    return figures


def _misses(answers: Sequence[_Guess], in_use: Thresholds) -> Iterable[str]:
    for guess in answers:
        fitting = _fitting(guess.scored, in_use.fits)
        said = ", ".join(f"{name} {score:.2f}" for name, score in guess.scored[:3]) or "nothing in common with any"
        if guess.sample.name and _credit(guess.scored, guess.sample.name, in_use.fits, 1) < 1:
            yield f"{guess.sample.key} is not named first: {said}"
        if not guess.sample.name and fitting:
            yield f"{guess.sample.key} is no listed mistake, but is called {said}"
    for which in (_public_checks, _all_checks):
        for guess, name in _told(answers, in_use, which):
            if guess.sample.name != name:
                yield f"{guess.sample.key} would be shown as {name}, {dict(which(guess))[name]:.2f}"


def _margin_to_bounds(scored: Sequence[tuple[Sample, Scored]], fits: float) -> float:
    first, three = (_among(scored, fits, places) for places in (1, 3))
    return min(first - LEAST_FIRST, three - LEAST_AMONG_THREE, _none(scored, fits) - LEAST_NONE_FITS)


def _best_threshold(scored: Sequence[tuple[Sample, Scored]]) -> float:
    return _middle_of_best({step: min(_among(scored, step, 1), _none(scored, step)) for step in _STEPS})


def _middle_of_best(values: Mapping[float, float]) -> float:
    best = [step for step, value in values.items() if value == max(values.values())]
    return best[len(best) // 2]


def _balance(scored: Sequence[tuple[Sample, Scored]], fits: float) -> float:
    return (_among(scored, fits, 1) + _none(scored, fits)) / 2


def _among(scored: Sequence[tuple[Sample, Scored]], fits: float, places: int) -> float:
    return _mean(_credit(found, sample.name, fits, places) for sample, found in scored if sample.name)


def _none(scored: Sequence[tuple[Sample, Scored]], fits: float) -> float:
    return _mean(not _fitting(found, fits) for sample, found in scored if not sample.name)


def _fitting(scored: Scored, fits: float) -> Scored:
    return tuple(takewhile(lambda pair: pair[1] >= fits, scored))


def _credit(scored: Scored, name: str, fits: float, places: int) -> float:
    """1 where the mistake is surely among the first ``places``; of several that are level, each is as likely to come first."""
    fitting = dict(_fitting(scored, fits))
    if name not in fitting:
        return 0.0
    ahead = sum(score > fitting[name] for score in fitting.values())
    level = sum(score == fitting[name] for score in fitting.values())
    return min(1.0, max(0.0, (places - ahead) / level))


def _all_checks(guess: _Guess) -> Scored:
    return guess.scored


def _public_checks(guess: _Guess) -> Scored:
    return guess.public


def _told(answers: Sequence[_Guess], limits: Thresholds, which: Callable[[_Guess], Scored]) -> list[tuple[_Guess, str]]:
    """The samples for which one mistake would be named to a student, and its name."""
    told = []
    for guess in answers:
        scored = (*which(guess), ("", 0.0), ("", 0.0))
        if scored[0][1] >= max(limits.shown_above, limits.fits) and scored[0][1] - scored[1][1] >= limits.margin:
            told.append((guess, scored[0][0]))
    return told


def _precision(told: Sequence[tuple[_Guess, str]]) -> float:
    return _mean(guess.sample.name == name for guess, name in told) if told else 1.0


def _mean(values: Iterable[float]) -> float:
    listed = list(values)
    return sum(listed) / len(listed) if listed else 0.0
