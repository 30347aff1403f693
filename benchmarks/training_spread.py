"""How seldom a right model fails a single attempt of a training check: the reference and all alternatives, each with many seeds.

    python -m benchmarks.training_spread [--runs 80] [CHECK ...]

runs the check itself, so the procedure is the check's own; only its second attempt never comes. Prints the failures of each design, and the
bound that ``grader.checks.attempts`` draws from those of the worst. What is measured here stands in ``tests/hidden/budget/``, and holds for
these designs. Some minutes for each check.
"""

from __future__ import annotations

import argparse
import contextlib
import inspect
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import torch

from benchmarks.in_process import InProcess
from benchmarks.pair import check_function
from grader.checks.attempts import CONFIDENCE, per_attempt_bound
from grader.checks.marker import CheckInfo
from grader.checks.properties import Corpus
from grader.checks.subject import Subject, derive_seed
from grader.judge.checks_run import list_checks
from grader.judge.secret import default_secret_path, load_secret
from grader.judge.suite import Suite, load_suite
from grader.verify.specimens import find_all
from grader.verify.variants import Variant, build_alternative

REPOSITORY = Path(__file__).resolve().parent.parent


class _SecondAttempt(Exception):
    """The first attempt has failed: that is all this wants to know."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checks", nargs="*", metavar="CHECK", help="ids, such as public/test_transformer.py::test_learns; default: all")
    parser.add_argument("--runs", type=int, default=80, help="of each design (default: 80: if none fails, 1e-10 for 8 attempts)")
    options = parser.parse_args()
    torch.set_num_threads(1)
    suite = load_suite(REPOSITORY, "pico-llm", load_secret(default_secret_path()))
    for info, function in training_checks(suite):
        if not options.checks or info.id in options.checks:
            print(f"{info.id}, {options.runs} runs of each design", flush=True)
            failures = {}
            for name, variant in _designs(suite, info.exercise):
                failures[name] = _failures(suite, info, function, variant, options.runs)
                print(f"  {failures[name]} failures: {name}", flush=True)
            worst = per_attempt_bound(options.runs, max(failures.values()))
            print(f"  a single attempt of the worst design fails with a chance of at most {worst:.2g}, with {CONFIDENCE:.0%} confidence")


def training_checks(suite: Suite) -> list[tuple[CheckInfo, Callable[..., None]]]:
    """The checks that may be attempted several times: random by their marker, and with a corpus of seeds."""
    infos = [info for info in list_checks(suite.plan, suite.folders) if info.alpha > 0 and "[" not in info.id]
    functions = [(info, check_function(suite, info.id)) for info in infos]
    return [(info, function) for info, function in functions if "corpus" in inspect.signature(function).parameters]


def _designs(suite: Suite, exercise: str) -> list[tuple[str, Variant | None]]:
    variants = [item for kind, item in find_all(suite) if kind.value == "alternative" and item.exercise == exercise]
    return [("reference", None), *((item.name, item) for item in variants)]


def _failures(suite: Suite, info: CheckInfo, function: Callable[..., None], variant: Variant | None, runs: int) -> int:
    """How many of ``runs`` single attempts of one design fail."""
    modules = {symbol: item.module for item in suite.plan.exercises for symbol in item.symbols}
    failures = 0
    with tempfile.TemporaryDirectory() as folder:
        root = suite.reference
        if variant is not None:
            root = Path(folder)
            build_alternative(suite.reference / suite.plan.package, variant, root / suite.plan.package)
        with _importable(root, suite.plan.package):
            workers = InProcess(root)  # our own code: a worker for each run would cost more than the run
            for run in range(runs):
                subject = Subject(workers, modules, suite.plan.exercise(info.exercise).api, info.limits, seed=run, check=info.id)
                failures += _fails(function, subject, derive_seed("training spread", info.id, run))
                subject.close()
    return failures


@contextlib.contextmanager
def _importable(root: Path, package: str) -> Iterator[None]:
    """The package under ``root`` can be imported, and is forgotten afterwards."""
    sys.path.insert(0, str(root))
    try:
        yield
    finally:
        sys.path.remove(str(root))
        for name in [name for name in sys.modules if name.split(".")[0] == package]:
            del sys.modules[name]


def _fails(function: Callable[..., None], subject: Subject, seed: int) -> bool:
    generator = torch.Generator()

    def begin(example: int) -> None:
        if example:
            raise _SecondAttempt
        generator.manual_seed(seed)

    fixtures: dict[str, Any] = {
        "subject": subject,
        "gen": generator,
        "corpus": Corpus(seed, minimise=False, begin_example=begin),
        "observe": lambda name, value: None,  # noqa: ARG005
    }
    try:
        function(**{name: fixtures[name] for name in inspect.signature(function).parameters})
    except _SecondAttempt:
        return True
    return False


if __name__ == "__main__":
    main()
