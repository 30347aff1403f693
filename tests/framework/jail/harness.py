"""Runs an experiment as another user and with layers left out, in a child process, and brings its result back."""

from __future__ import annotations

import contextlib
import json
import os
import platform
import socket
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

import pytest

from grader.checks.wire import CallTimeout, Channel, ChannelClosed
from grader.checks.worker_source import Limits, WorkerExit
from grader.jail import syscalls
from grader.jail.layers.visible import visible_paths
from grader.jail.tiers import Layer
from grader.jail.watch import Watch
from grader.jail.workers import JailedWorkers
from grader.jail.zygote import Zygote

ORDINARY_USER = 61000
REPOSITORY = Path(__file__).parents[3]
ATTACK_SECONDS = 20.0

linux_only = pytest.mark.skipif(platform.system() != "Linux", reason="isolation exists on Linux only")
root_only = pytest.mark.skipif(os.geteuid() != 0, reason="only root can change users; run the tests as root to see this one")


class Judge:
    """A process that runs experiments as another user: ``"root"`` or an ``"ordinary"`` one. For one user of it at a time."""

    def __init__(self, user: str, answer: Callable[[Iterator[str], Callable[[Any], None]], None]) -> None:
        """``answer(said, tell)`` runs there: for each line said, it tells one JSON-ready result. Skips where the user cannot be had."""
        if user == "root" and os.geteuid() != 0:
            pytest.skip("needs to be run as root")
        ours, theirs = socket.socketpair()
        self.pid = os.fork()
        if self.pid == 0:
            ours.close()
            _answer_as(user, answer, theirs)
        theirs.close()
        self._socket = ours
        self._lines = ours.makefile("r")

    def ask(self, line: str) -> Any:
        """The result for one line. Fails with the judge's traceback when it raised."""
        self._socket.sendall(f"{line}\n".encode())
        return self.result()

    def result(self) -> Any:
        """The next result, asked for or not."""
        answer = json.loads(self._lines.readline() or '{"failure": "the judge died without a word"}')
        assert "failure" not in answer, answer["failure"]
        return answer["result"]

    def close(self) -> None:
        """Let it finish, and wait for it."""
        self._socket.shutdown(socket.SHUT_RDWR)  # closing would not do: a judge started later holds a copy
        self._lines.close()
        self._socket.close()
        os.waitpid(self.pid, 0)


def _answer_as(user: str, answer: Callable[[Iterator[str], Callable[[Any], None]], None], line: socket.socket) -> NoReturn:
    def tell(result: Any) -> None:
        line.sendall((json.dumps({"result": result}) + "\n").encode())

    try:
        if os.geteuid() == 0:
            _open_the_way_to_the_interpreter()
            if user == "ordinary":
                os.setgroups([])
                os.setresgid(ORDINARY_USER, ORDINARY_USER, ORDINARY_USER)
                os.setresuid(ORDINARY_USER, ORDINARY_USER, ORDINARY_USER)
                syscalls.prctl(syscalls.PR_SET_DUMPABLE, 1)
        answer((text.strip() for text in line.makefile("r")), tell)
    except BaseException:  # noqa: BLE001  the asker shows it
        with contextlib.suppress(OSError):
            line.sendall((json.dumps({"failure": traceback.format_exc()}) + "\n").encode())
    finally:
        os._exit(0)


def run_as(user: str, experiment: Callable[[], Any]) -> Any:
    """The result of ``experiment()`` in a judge of its own."""
    judge = Judge(user, lambda _said, tell: tell(experiment()))
    try:
        return judge.result()
    finally:
        judge.close()


@dataclass
class Attempt:
    """An attack on a jail.

    Attributes:
        answer: what the worker said: ``{"value": ...}`` or ``{"error": ..., "message": ...}``; ``{"ended": ...}`` when it said nothing.
        exit: how the worker ended.
    """

    answer: dict[str, Any]
    exit: WorkerExit

    @property
    def succeeded(self) -> bool:
        """True if the attack's ``act`` returned True."""
        return self.answer.get("value") is True


@contextlib.contextmanager
def small_zygote(leave_out: Iterable[Layer] = ()) -> Iterator[Zygote]:
    """A zygote with the tests' small worker, at whatever tier is left."""
    with Zygote(allow_tier="C", worker="small_worker", import_path=[Path(__file__).parent], leave_out=leave_out) as zygote:
        yield zygote


@contextlib.contextmanager
def submission(**files: str) -> Iterator[Path]:
    """A folder with ``name.py`` for each argument, as private as mkdtemp makes it."""
    with tempfile.TemporaryDirectory(prefix="fairmark-test-", dir="/tmp") as folder:
        for name, text in files.items():
            (Path(folder) / f"{name}.py").write_text(text)
        yield Path(folder)


@contextlib.contextmanager
def small_jail(leave_out: Iterable[Layer] = ()) -> Iterator[tuple[Zygote, JailedWorkers]]:
    """A jail around an empty submission."""
    with small_zygote(leave_out) as zygote, submission() as root, zygote.open(root) as workers:
        yield zygote, workers


def attack(workers: JailedWorkers, code: str, limits: Limits | None = None, timeout: float = ATTACK_SECONDS, **arguments: Any) -> Attempt:
    """Run ``code`` (which defines ``act``) in a fresh worker, and end it."""
    channel = workers.start(limits or Limits())
    answer = ask(channel, code, timeout, **arguments)
    ended = workers.stop()
    channel.close()
    return Attempt(answer, ended)


def ask(channel: Channel, code: str, timeout: float = ATTACK_SECONDS, **arguments: Any) -> dict[str, Any]:
    """The answer of a worker that is running."""
    channel.send({"code": code, "arguments": arguments})
    try:
        return channel.receive(timeout=timeout)[0]
    except (ChannelClosed, CallTimeout) as end:
        return {"ended": type(end).__name__}


@dataclass
class Processes:
    """The processes below one, as the machine sees them."""

    above: int
    watch: Watch = field(default_factory=lambda: Watch(syscalls.process_files()))

    def alive(self) -> list[int]:
        """Those that run; not those that only wait to be reaped."""
        return [pid for pid in self.watch.descendants(self.above) if is_running(pid)]


def is_running(pid: int) -> bool:
    """True for a process that is there and not merely waiting to be reaped."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def wait_until(condition: Callable[[], bool], seconds: float = 5.0) -> bool:
    """True as soon as the condition holds, False if it does not in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.01)
    return condition()


def _open_the_way_to_the_interpreter() -> None:
    """In a mount namespace of this child's own, cover folders that other users may not enter and show only the interpreter in them.

    The tests' interpreter may lie under a 0700 home; an ordinary user could not even start it.
    """
    syscalls.unshare(syscalls.CLONE_NEWNS)
    syscalls.mount("none", "/", None, syscalls.MS_REC | syscalls.MS_PRIVATE)
    needed = {*visible_paths().paths, Path(sys.prefix), Path(sys.base_prefix), REPOSITORY}
    closed: dict[Path, list[Path]] = {}
    for path in needed:
        shut = [folder for folder in reversed(path.parents) if not folder.stat().st_mode & 0o001]
        if shut:
            closed.setdefault(shut[0], []).append(path)
    for folder, paths in closed.items():
        sources = [
            (path, os.open(path, os.O_PATH)) for path in sorted(paths) if not any(path.is_relative_to(p) for p in paths if p != path)
        ]
        syscalls.mount("way", str(folder), "tmpfs", 0, "mode=755")
        for path, source in sources:
            path.parent.mkdir(parents=True, exist_ok=True)
            if Path(f"/proc/self/fd/{source}").is_dir():
                path.mkdir()
            else:
                path.touch()
            syscalls.mount(f"/proc/self/fd/{source}", str(path), None, syscalls.MS_BIND | syscalls.MS_REC)
