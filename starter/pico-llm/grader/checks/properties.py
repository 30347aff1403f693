"""Property-based checks: many generated examples for one test, the same ones in every run of a suite.

    @pytest.mark.check(...)
    @property_check({"rows": st.integers(1, 4), "dim": st.integers(1, 16)}, examples=30)
    def test_keeps_the_shape(subject, gen, rows, dim): ...

A single strategy gives the argument ``example``. Examples should be plain values (numbers, strings, tuples, lists); tensors are then drawn
from ``gen``, which is seeded afresh for each example. The corpus is generated from the fixture ``corpus``'s seed without running the test,
then replayed, smallest first. On a failure students see the smallest failing example that a bounded search finds; where ``minimise`` is
False, the smallest of the corpus.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import inspect
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from hypothesis.errors import HypothesisException
from hypothesis.internal.conjecture.providers import AVAILABLE_PROVIDERS, HypothesisProvider
from hypothesis.strategies import SearchStrategy, fixed_dictionaries

from grader.checks.compare import CheckFailure
from grader.checks.ends import WorkerEnded
from grader.checks.small_text import small_text

Example = dict[str, Any]

_BACKEND = "fairmark-corpus"
_SHRINK_SECONDS = 2.0
_SHRINK_CALLS = 200


@dataclass(frozen=True)
class Corpus:
    """What the fixture ``corpus`` gives a property check.

    Attributes:
        seed: of the examples; derived from the suite's seed and the check's id.
        minimise: whether to search for a smaller failing example.
        begin_example: called with a number before each example; seeds every random source from it. Equal examples have equal numbers.
    """

    seed: int
    minimise: bool
    begin_example: Callable[[int], None]


class _StillFails(Exception):
    """Tells Hypothesis that a candidate fails too."""


class _CorpusProvider(HypothesisProvider):
    """Hypothesis's own choices, but for the constants it picks out of whatever source files are loaded: those differ between runs."""

    def _maybe_draw_constant(self, *_: Any, **__: Any) -> None:
        return None


AVAILABLE_PROVIDERS[_BACKEND] = _CorpusProvider


def property_check(
    strategies: SearchStrategy[Any] | Mapping[str, SearchStrategy[Any]], *, examples: int = 30
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Decorator: run the test for each of at most ``examples`` generated examples; its other arguments remain pytest fixtures."""
    named = strategies if isinstance(strategies, Mapping) else {"example": strategies}
    strategy = fixed_dictionaries(dict(named))

    def decorate(test: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(test)
        def run(**fixtures: Any) -> None:
            corpus: Corpus = fixtures.pop("corpus")
            _Run(test, fixtures, corpus, strategy, examples).replay()

        signature = inspect.signature(test)
        if missing := set(named) - set(signature.parameters):
            raise TypeError(f"{test.__name__} must take the generated {', '.join(sorted(missing))} as an argument")
        fixtures = [parameter for name, parameter in signature.parameters.items() if name not in named]
        fixtures.append(inspect.Parameter("corpus", inspect.Parameter.POSITIONAL_OR_KEYWORD))
        # pytest reads the fixtures' names from here.
        run.__signature__ = signature.replace(parameters=fixtures)  # type: ignore[attr-defined]
        return run

    return decorate


def generate(strategy: SearchStrategy[Example], seed_value: int, examples: int) -> list[Example]:
    """The corpus: different examples, smallest first. The same seed gives the same corpus under the same version of Hypothesis."""
    collected: dict[str, Example] = {}

    @seed(seed_value)
    @_settings(examples, (Phase.generate,))
    @given(strategy)
    def collect(example: Example) -> None:
        collected.setdefault(_key(example), example)

    collect()
    return [collected[key] for key in sorted(collected, key=_size)]


class _Run:
    """One run of one property check."""

    def __init__(
        self, test: Callable[..., None], fixtures: Mapping[str, Any], corpus: Corpus, strategy: SearchStrategy[Example], examples: int
    ) -> None:
        self._test = test
        self._fixtures = fixtures
        self._corpus = corpus
        self._strategy = strategy
        self._examples = examples
        # What each example ended with; None for a pass.
        self._ended: dict[str, Exception | None] = {}

    def replay(self) -> None:
        """Run the corpus; raise the failure of the smallest failing example."""
        for example in generate(self._strategy, self._corpus.seed, self._examples):
            failure = self._try(example)
            # A stub fails for every example alike: nothing to show.
            if isinstance(failure, NotImplementedError):
                raise failure
            if failure is not None:
                smallest, error = self._minimised(example, failure) if self._corpus.minimise else (example, failure)
                raise _with_example(error, smallest)

    def _try(self, example: Example) -> Exception | None:
        key = _key(example)
        if key not in self._ended:
            self._corpus.begin_example(int.from_bytes(hashlib.sha256(key.encode()).digest()[:4], "little"))
            try:
                self._test(**self._fixtures, **example)
                self._ended[key] = None
            except Exception as error:  # noqa: BLE001 - whatever the check raises is its answer for this example
                self._ended[key] = error
            except BaseException as end:
                end.add_note(f"with {_shown(example)}")
                raise
        return self._ended[key]

    def _minimised(self, example: Example, failure: Exception) -> tuple[Example, Exception]:
        """The smallest example found that fails in the same way; a bounded search, ended early where a call ends the worker."""
        found = [(example, failure)]
        deadline, calls = time.monotonic() + _SHRINK_SECONDS, len(self._ended) + _SHRINK_CALLS

        @seed(self._corpus.seed)
        @_settings(self._examples, (Phase.generate, Phase.shrink))
        @given(self._strategy)
        def search(candidate: Example) -> None:
            if _key(candidate) not in self._ended and (time.monotonic() > deadline or len(self._ended) >= calls):
                return
            error = self._try(candidate)
            if error is not None and type(error) is type(failure):
                found.append((candidate, error))
                raise _StillFails

        # A timeout or crash of the worker ends the search as well: the failure that was found stands.
        with contextlib.suppress(_StillFails, HypothesisException, WorkerEnded):
            search()
        return min(found, key=lambda pair: _size(_key(pair[0])))


def _settings(examples: int, phases: tuple[Phase, ...]) -> settings:
    return settings(
        max_examples=examples,
        phases=phases,
        backend=_BACKEND,
        database=None,
        deadline=None,
        derandomize=False,
        verbosity=Verbosity.quiet,
        suppress_health_check=list(HealthCheck),
    )


def _with_example(error: Exception, example: Example) -> Exception:
    """The error to raise, with the example in its input."""
    shown = _shown(example)
    if isinstance(error, CheckFailure):
        inside = f"{shown}; {error.input}" if error.input else shown
        return CheckFailure(error.rationale, input=inside, expected=error.expected, got=error.got).with_traceback(error.__traceback__)
    if isinstance(error, AssertionError) and not hasattr(error, "student_error"):
        sentence, _, _ = str(error).partition("\nassert ")
        return CheckFailure(sentence, input=shown).with_traceback(error.__traceback__)
    error.add_note(f"with {shown}")
    return error


def _key(example: Example) -> str:
    return repr(sorted(example.items()))


def _size(key: str) -> tuple[int, str]:
    return len(key), key


def _shown(example: Example) -> str:
    return ", ".join(f"{name} = {small_text(value)}" for name, value in example.items())
