"""Packages that are not installed: importing them passes, needing them is a status of its own, and no answer is made of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from grader.checks.classify import ending_of
from grader.checks.local import LocalWorkers
from grader.checks.outcome import Status
from grader.checks.plan import ApiRules, PlannedExercise
from grader.checks.subject import Subject
from grader.checks.worker_source import Limits

CODE = """
import importlib.util

import torch
from torch import Tensor, nn

FOUND = importlib.util.find_spec("absent_plot") is not None
import absent_plot.pyplot as plt
from absent_data import __version__, load_dataset
from absent_light import LightningModule, compiled
from absent_types import Float

try:
    import absent_fast
except ImportError:
    absent_fast = None

plt.rcParams["figure.dpi"] = 100
class Trainer(LightningModule):
    pass

def works(x: Float[Tensor, "a b"] | None) -> int:
    with absent_types_run() as run:
        run.log({"x": 1})
    return x + 1

def absent_types_run():
    return plt.figure(3)

def without(x):
    return [absent_fast is None, FOUND, isinstance(x, plt.Figure)]

@compiled
def decorated(x):
    return x + 1

def built(x): return Trainer()
def truth(x): return 1 if plt.show() else 0
def loop(x): return [row for row in load_dataset("stories")]
def size(x): return torch.zeros(plt.n)
def layer(x): return nn.Linear(plt.n, 3)
def product(x): return torch.ones(2) @ plt.n
def number(x): return plt.n * 2
def equal(x): return plt.n == 2
def tensor(x): return torch.tensor([plt.n])
def answer(x): return plt.n
def module(x): return plt
def inside(x): return [1, {"a": plt.n}]
"""
COPES = """
import absent_log
try:
    import absent_log.fast
except Exception:
    pass
"""
NEEDING = ("built", "truth", "loop", "size", "layer", "product", "number", "equal", "tensor", "answer", "module", "inside", "decorated")
SYMBOLS = ("works", "without", *NEEDING)
WORK = PlannedExercise("work", "Work", "pkg.work", SYMBOLS, "1. Work", "required", (), ApiRules(), ())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("home")
    (root / "pkg").mkdir()
    (root / "pkg" / "__init__.py").write_text("")
    (root / "pkg" / "work.py").write_text(CODE)
    (root / "pkg" / "copes.py").write_text(COPES)
    (root / "pkg" / "sibling.py").write_text("from work import works\n")
    return root


@pytest.fixture(scope="module")
def workers(folder: Path) -> Iterator[LocalWorkers]:
    made = LocalWorkers(folder)
    yield made
    made.close()


def subject_of(workers: LocalWorkers, module: str) -> Subject:
    return Subject(workers, dict.fromkeys(SYMBOLS, module), ApiRules(), Limits(), seed=1, check="x")


def status_of(error: Exception) -> tuple[Status, str]:
    ending = ending_of(error, exercise=WORK, package="pkg", limits=Limits(), answered=True)
    return ending.status, ending.message


def test_what_does_not_need_the_package_works(workers: LocalWorkers) -> None:
    assert subject_of(workers, "pkg.work").works(2) == 3


def test_an_import_under_try_fails_as_usual_and_nothing_else_is_found(workers: LocalWorkers) -> None:
    assert subject_of(workers, "pkg.work").without(2) == [True, False, False]


@pytest.mark.parametrize("name", NEEDING)
def test_a_package_that_is_needed_is_named(workers: LocalWorkers, name: str) -> None:
    with pytest.raises(ModuleNotFoundError) as caught:
        getattr(subject_of(workers, "pkg.work"), name)(torch.ones(2))
    package = {"built": "absent_light", "decorated": "absent_light", "loop": "absent_data"}.get(name, "absent_plot")
    assert status_of(caught.value) == (Status.MISSING_DEPENDENCY, f"It needs the package {package}, which is not installed here.")


def test_a_probe_of_what_needs_the_package_names_it(workers: LocalWorkers) -> None:
    subject = subject_of(workers, "pkg.work")
    with pytest.raises(ModuleNotFoundError) as caught:
        subject.probes.gradients(subject.answer, torch.ones(2))
    assert caught.value.student_error.module == "absent_plot"


@pytest.mark.parametrize(("module", "missing"), [("pkg.copes", "absent_log"), ("pkg.sibling", "work")])
def test_no_stand_in_where_the_file_copes_without_or_means_its_neighbour(workers: LocalWorkers, module: str, missing: str) -> None:
    with pytest.raises(ModuleNotFoundError) as caught:
        subject_of(workers, module).works(2)
    assert status_of(caught.value) == (Status.MISSING_DEPENDENCY, f"It needs the package {missing}, which is not installed here.")
