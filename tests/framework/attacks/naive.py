"""Lets an attack loose on the naive grader, in throw-away processes and within a folder of its own, and sees what it got.

An attack that gets nothing there is none.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import naive_grader
from arena import TOKEN, Arena, secrets_in
from attack_file import Attack, Goal
from harness import Processes

from grader.jail import syscalls
from grader.jail.watch import Watch

_PATIENCE = {Goal.HOLD: 3.0}  # how long is long enough; an attack that only waits would wait for ever
_CPU_SECONDS = {Goal.HOLD: 1}
_FLOOD = 1 << 20


@dataclass(frozen=True)
class NaiveRun:
    """What came of grading two: an attacker, or its honest version, and somebody else. Points are -1 where there is no report."""

    ended: bool
    points: int
    next_points: int
    output: str
    size: int
    changed: bool
    lingering: int

    def reached(self, goal: Goal, honest: NaiveRun) -> bool:
        """Whether the goal was reached, in comparison with the honest version."""
        return {
            Goal.POINTS: self.points > honest.points,
            Goal.SECRET: bool(secrets_in(self.output)),
            Goal.CHANGE: self.changed,
            Goal.LINGER: self.lingering > 0,
            Goal.NEXT: self.next_points != honest.next_points,
            Goal.HOLD: not self.ended,
            Goal.ROOM: TOKEN in self.output,
            Goal.FLOOD: self.size > _FLOOD,
        }[goal]


def run_naively(root: Path, services: Mapping[str, str], attack: Attack | None, honest: str, goal: Goal) -> NaiveRun:
    """Grade the attack, or the honest version where there is none, in ``root``, which is made. For a process that is thrown away."""
    syscalls.prctl(syscalls.PR_SET_CHILD_SUBREAPER, 1)
    results = root / "run" / "results"
    arena = Arena(root, services, results, results / f"{naive_grader.STUDENT}.json")
    arena.build()
    if attack:
        arena.hand_in(naive_grader.STUDENT, attack)
    else:
        arena.hand_in_honest(naive_grader.STUDENT, honest)
    arena.hand_in_honest(naive_grader.NEXT, "right")
    before = arena.digest()
    grader = os.fork()
    if grader == 0:
        naive_grader.grade(arena, _CPU_SECONDS.get(goal, 30))
    ended = _wait(grader, _PATIENCE.get(goal, 60.0))
    proc = syscalls.process_files()
    below = Processes(os.getpid(), Watch(proc))
    lingering = len(below.alive()) if ended else 0
    _end_all(below)
    os.close(proc)
    files = [path for path in sorted((root / "run").rglob("*")) if path.is_file()]
    run = NaiveRun(
        ended=ended,
        points=_points(arena, naive_grader.STUDENT),
        next_points=_points(arena, naive_grader.NEXT),
        output="".join(path.read_text(errors="replace") for path in files if os.access(path, os.R_OK)),
        size=sum(path.stat().st_size for path in files),
        changed=arena.digest() != before,
        lingering=lingering,
    )
    arena.clean_up()
    return run


def _wait(pid: int, seconds: float) -> bool:
    """Whether it ends, and its class with it."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        done, status = os.waitpid(pid, os.WNOHANG | os.WUNTRACED)
        if done:
            held = os.WIFEXITED(status) and os.WEXITSTATUS(status) == naive_grader.HELD
            return not os.WIFSTOPPED(status) and not held
        time.sleep(0.005)
    return False


def _end_all(below: Processes) -> None:
    """Something may be started between looking and killing: until nothing is left."""
    while alive := below.alive():
        for pid in alive:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
    with contextlib.suppress(ChildProcessError):
        while True:
            os.waitpid(-1, 0)


def _points(arena: Arena, student: str) -> int:
    try:
        return int(json.loads((arena.root / "run" / "report.json").read_text())["points"][student])
    except (FileNotFoundError, ValueError):  # there is no report, or nothing in it
        return -1
