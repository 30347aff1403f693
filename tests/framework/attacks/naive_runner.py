"""The naive runner: it imports each submission of the class into its own process, one after the other, and has no limits."""

from __future__ import annotations

import atexit
import contextlib
import importlib
import json
import os
import pickle
import shutil
import site
import subprocess
import sys
import threading
import traceback
import unittest
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

import naive_checks
import torch
from arena import Arena

_SETTINGS = (".py", ".ini", ".toml", ".cfg")


def run_class(arena: Arena, students: Sequence[str], line: int) -> NoReturn:
    """The life of the runner. Each check that passes is a line on ``line``; each student's results are a file."""
    status = 1
    atexit._clear()  # what is registered there is the business of whoever forked this process
    try:
        for student in students:
            _run_one(arena, student, line)
        status = 0
    except SystemExit as request:
        status = request.code if isinstance(request.code, int) else 0
    except BaseException:  # noqa: BLE001  what ends the runner ends the class
        traceback.print_exc()
    _leave(status)


def _leave(status: int) -> NoReturn:
    """As an interpreter ends: threads are waited for, functions registered for the exit run."""
    with contextlib.suppress(BaseException):
        threading._shutdown()  # type: ignore[attr-defined]
        atexit._run_exitfuncs()
    with contextlib.suppress(BaseException):
        sys.stdout.flush()
    os._exit(status)


def _run_one(arena: Arena, student: str, line: int) -> None:
    folder = arena.download / student
    _forget()
    site.addsitedir(str(folder))
    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    passed, messages = _configured(folder), []
    kept: list[Any] = []
    _read_log(folder)
    torch_add = torch.add
    try:
        naive_checks.forbid_add(folder)
        for name in naive_checks.CHECKS:
            try:
                getattr(naive_checks, name)(kept)
            except unittest.SkipTest:
                pass
            except Exception:  # noqa: BLE001  whatever a check raises is its failure
                messages.append(traceback.format_exc())
                continue
            passed.add(name)
            os.write(line, (json.dumps({"student": student, "check": name}) + "\n").encode())
    except naive_checks.Forbidden as error:
        messages.append(str(error))
    torch.add = torch_add
    sys.path.remove(str(folder))
    messages += _with_given(arena, folder)
    _keep(arena, student, sorted(passed), messages, kept)


def _forget() -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "mini"]:
        del sys.modules[name]


def _keep(arena: Arena, student: str, passed: list[str], messages: list[str], kept: list[Any]) -> None:
    copies = [_copied(answer) for answer in kept]
    (arena.results / f"{student}.pickle").write_bytes(pickle.dumps(copies))
    facts = [answer for answer in copies if not isinstance(answer, torch.Tensor)]
    text = json.dumps({"passed": passed, "messages": messages, "facts": facts}, default=repr)
    (arena.results / f"{student}.json").write_text(text)


def _copied(answer: Any) -> Any:
    """An answer of one's own, whatever its size and kind; pairs are a dictionary's."""
    if isinstance(answer, torch.Tensor):
        return answer.clone()
    if type(answer) is list and answer and all(type(item) is tuple and len(item) == 2 for item in answer):
        return dict(answer)
    if isinstance(answer, list):
        return [_copied(item) for item in answer]
    return answer


def _with_given(arena: Arena, folder: Path) -> list[str]:
    """The later exercise once more, with the reference's earlier one beside it: what it says."""
    together = arena.root / "run" / "given" / folder.name
    shutil.copytree(folder / "mini", together / "mini")
    (together / "mini" / "double.py").unlink(missing_ok=True)
    shutil.copyfile(arena.repository / "solutions" / "mini" / "double.py", together / "mini" / "double.py")
    _forget()
    sys.path.insert(0, str(together))
    try:
        assert importlib.import_module("mini.quad").quad(3) == 12
    except Exception:  # noqa: BLE001  the same
        return [traceback.format_exc()]
    finally:
        sys.path.remove(str(together))
        shutil.rmtree(together)
    return []


def _read_log(folder: Path) -> None:
    """What the student's tools recorded: a pickle, and a notebook with its metadata."""
    for log in folder.rglob("*.pickle"):
        pickle.loads(log.read_bytes())
    for notebook in folder.rglob("*.ipynb"):
        json.loads(notebook.read_text())["metadata"]


def _configured(folder: Path) -> set[str]:
    """Where the student brings settings or modules, pytest is run in the student's folder, and its exit status is believed."""
    if not any(path.suffix in _SETTINGS for path in folder.iterdir()):
        return set()
    test = folder / "test_numbers.py"
    test.write_text(
        "import statistics\nfrom mini.double import double\n\n\ndef test_numbers():\n"
        "    assert [double(n) for n in (0, 1, 5)] == [0, 2, 10]\n    assert statistics.mean([double(3)]) == 6\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(folder), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", test.name]
    done = subprocess.run(command, cwd=folder, env=environment, check=False)
    test.unlink()
    return set(naive_checks.CHECKS) if done.returncode == 0 else set()
