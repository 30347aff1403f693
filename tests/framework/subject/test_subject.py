"""The subject over local workers: values, handles, exceptions, endings; each as a test would meet it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import torch

from grader.checks import given
from grader.checks.ends import CheckCrashed, CheckTimeout
from grader.checks.local import LocalWorkers
from grader.checks.plan import ApiRules
from grader.checks.subject import Subject
from grader.checks.worker_source import Limits

SOURCE = """
import os, sys, time, torch

class Counter:
    def __init__(self, start): self.n = start
    def add(self, k): self.n += k; return self.n
    def me(self): return self

def double(x): return 2 * x
def spoil(x, y): y.add_(1); return x
def draw(): return torch.rand(3)
def fail(kind): raise {"own": Own, "value": ValueError, "exit": SystemExit, "assert": AssertionError}[kind]("said \\x1b[31m why")
def leave(): os._exit(3)
def hang():
    while True: pass
def doze(): time.sleep(60)
def abort(): os.abort()
def memory(): return bytearray(8 << 30)
def nothing(): return object
def strides(x): return x.is_contiguous()
def forge():
    for fd in range(3, 20):
        try: os.write(fd, b"x" * 64)
        except OSError: pass
    return 1

class Own(KeyError): pass
"""
NAMES = ["Counter", "double", "spoil", "draw", "fail", "leave", "hang", "doze", "abort", "memory", "nothing", "strides", "forge"]


@pytest.fixture(scope="module")
def workers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalWorkers]:
    root = tmp_path_factory.mktemp("student")
    (root / "pkg").mkdir()
    (root / "pkg" / "__init__.py").write_text("")
    (root / "pkg" / "code.py").write_text(SOURCE)
    (root / "pkg" / "broken.py").write_text("def f(:\n    pass\n")
    needy = "import a_package_that_is_not_there\n\ndef g():\n    return a_package_that_is_not_there.value()\n"
    (root / "pkg" / "needy.py").write_text(needy)
    source = LocalWorkers(root)
    yield source
    source.close()


@pytest.fixture
def subject(workers: LocalWorkers) -> Iterator[Subject]:
    modules = dict.fromkeys(NAMES, "pkg.code") | {"f": "pkg.broken", "g": "pkg.needy", "missing": "pkg.code"}
    made = Subject(workers, modules, ApiRules(), Limits(1, 5, 1024), seed=1, check="public/test_x.py::test_y")
    yield made
    made.close()


def test_values_cross_and_calls_answer(subject: Subject) -> None:
    assert torch.equal(subject.double(torch.tensor([1.5, 2])), torch.tensor([3.0, 4]))
    assert subject.double(4) == 8


def test_handles_live_in_the_worker(subject: Subject) -> None:
    counter = subject.Counter(5)
    assert counter.add(2) == 7 and counter.add(k=1) == 8
    assert counter.me().add(1) == 9


def test_a_handle_offers_nothing_private(subject: Subject) -> None:
    with pytest.raises(AttributeError):
        subject.Counter(1)._secret  # noqa: B018 - the access is the test


def test_changes_in_place_are_reported(subject: Subject) -> None:
    subject.spoil(torch.zeros(2), torch.zeros(2))
    assert subject.last.mutated == ("args[1]",)
    subject.spoil(x=torch.zeros(2), y=torch.zeros(2))
    assert subject.last.mutated == ("y",)


def test_randomness_is_seeded_once_and_reproducible(workers: LocalWorkers) -> None:
    def drawn(seed: int) -> list[torch.Tensor]:
        made = Subject(workers, {"draw": "pkg.code"}, ApiRules(), Limits(), seed=seed, check="c")
        values = [made.draw(), made.draw()]
        made.close()
        return values

    first, again, other = drawn(1), drawn(1), drawn(2)
    assert torch.equal(first[0], again[0]) and torch.equal(first[1], again[1])
    assert not torch.equal(first[0], first[1]) and not torch.equal(first[0], other[0])


def test_exceptions_arrive_as_their_builtin_ancestor_with_the_students_frames(subject: Subject) -> None:
    with pytest.raises(KeyError) as caught:
        subject.fail("own")
    error = caught.value.student_error
    assert error.name == "Own" and error.frames[-1].startswith("pkg/code.py:") and error.frames[-1].endswith("in fail")
    assert "\x1b" not in error.message


@pytest.mark.parametrize("kind", ["value", "exit", "assert"])
def test_every_exception_is_an_answer_and_the_worker_lives_on(subject: Subject, kind: str) -> None:
    with pytest.raises(Exception):  # noqa: B017 - which one is not the point here
        subject.fail(kind)
    assert subject.double(1) == 2


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda subject: subject.double(None), "double(None)"),
        (lambda subject: subject.Counter(1).add(torch.zeros(2), n=2), "<Counter>.add(torch.tensor([0.0, 0.0]), n=2)"),
        (
            lambda subject: subject.probes.count(subject.double, given.prefix_model(5)),
            "double(given.prefix_model(vocab=5, seed=0, scale=3.0))",
        ),
        (lambda subject: subject.abort(), "abort()"),
    ],
)
def test_what_does_not_come_back_says_which_call_it_was(subject: Subject, call: Callable[[Subject], object], text: str) -> None:
    with pytest.raises((Exception, CheckCrashed)) as caught:
        call(subject)
    assert caught.value.student_call == text


def test_a_syntax_error_costs_only_its_module(subject: Subject) -> None:
    with pytest.raises(SyntaxError) as caught:
        subject.f()
    assert caught.value.student_error.importing and caught.value.student_error.frames[-1] == "pkg/broken.py:1"
    assert subject.double(1) == 2


def test_a_missing_package_is_named(subject: Subject) -> None:
    with pytest.raises(ModuleNotFoundError) as caught:
        subject.g()
    assert caught.value.student_error.module == "a_package_that_is_not_there"


def test_a_missing_symbol_is_an_error_of_its_own(subject: Subject) -> None:
    with pytest.raises(AttributeError, match=r"pkg\.code defines no missing"):
        subject.missing()


def test_exit_and_abort_are_crashes_and_later_use_says_so(subject: Subject) -> None:
    with pytest.raises(CheckCrashed, match="exit status 3"):
        subject.leave()
    with pytest.raises(CheckCrashed, match="exit status 3"):
        subject.double(1)


def test_abort_is_a_signal(subject: Subject) -> None:
    with pytest.raises(CheckCrashed, match="signal 6"):
        subject.abort()


def test_a_loop_ends_by_cpu_time(subject: Subject) -> None:
    with pytest.raises(CheckTimeout, match="CPU time"):
        subject.hang()


def test_a_sleep_ends_by_real_time(workers: LocalWorkers) -> None:
    made = Subject(workers, {"doze": "pkg.code"}, ApiRules(), Limits(5, 0.5, 1024), seed=1, check="c")
    with pytest.raises(CheckTimeout, match="waits or loops"):
        made.doze()


def test_memory_beyond_the_limit_is_refused_in_the_worker(subject: Subject) -> None:
    with pytest.raises(MemoryError):
        subject.memory()


def test_forged_frames_are_a_crash_not_an_answer(subject: Subject) -> None:
    with pytest.raises(CheckCrashed, match="no call returns"):
        subject.forge()


def test_strided_reaches_the_student_non_contiguous(subject: Subject) -> None:
    from grader.checks.references import strided

    assert subject.strides(strided(torch.ones(2, 2))) is False


def test_a_module_from_elsewhere_is_refused(workers: LocalWorkers) -> None:
    made = Subject(workers, {"dumps": "json"}, ApiRules(), Limits(), seed=1, check="c")
    with pytest.raises(ImportError, match="not from the folder under test"):
        made.dumps(1)
    made.close()
