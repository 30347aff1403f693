"""However a worker, a jail, a zygote or the judge ends: the end is told from outside, and nothing goes on running."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Any

import attacks
import pytest
from harness import (
    ATTACK_SECONDS,
    Processes,
    ask,
    attack,
    is_running,
    linux_only,
    run_as,
    small_jail,
    small_zygote,
    submission,
    wait_until,
)

from grader.checks.wire import CallTimeout, ProtocolError
from grader.checks.worker_source import Limits, WorkerLost
from grader.jail.limits import OUTPUT_KEPT
from grader.jail.tiers import NAMESPACES, Layer

pytestmark = linux_only

TIERS = {
    "tier A": ("root", frozenset()),
    "tier A, ordinary user": ("ordinary", frozenset()),
    "tier B": ("root", NAMESPACES),
    "tier B, ordinary user": ("ordinary", NAMESPACES),
}
each_tier = pytest.mark.parametrize("tier", TIERS)

ENDINGS = {
    "os._exit": ("import os\ndef act(): os._exit(7)", "exited", 7),
    "sys.exit": ("def act(): raise SystemExit(3)", "exited", 3),
    "segmentation fault": ("import ctypes\ndef act(): ctypes.string_at(0)", "signal", signal.SIGSEGV),
    "abort": ("import os\ndef act(): os.abort()", "signal", signal.SIGABRT),
    "kills itself": ("import os\ndef act(): os.kill(os.getpid(), 9)", "signal", signal.SIGKILL),
    "hang": ("import time\ndef act(): time.sleep(60)", "running", 0),
    "closes the channel": ("import os, time\ndef act():\n    os.close(3)\n    time.sleep(60)", "running", 0),
    "too much cpu": ("def act():\n    while True: pass", "cpu", 0),
    "too much memory": ("import time\ndef act():\n    x = [bytes([1]) * (8 << 20) for _ in range(12)]\n    time.sleep(60)", "memory", 0),
}


@each_tier
def test_how_a_worker_ends_is_told_and_the_next_one_works(tier: str) -> None:
    user, left_out = TIERS[tier]

    def experiment() -> dict[str, Any]:
        told = {}
        with small_jail(left_out | {Layer.MEMORY_LIMIT}) as (_, workers):
            for name, (code, _, _) in ENDINGS.items():
                # Only those that never end make the judge wait for so long.
                waiting = 0.5 if name in ("hang", "closes the channel") else ATTACK_SECONDS
                ended = attack(workers, code, Limits(cpu_seconds=0.5, memory_mb=64), timeout=waiting).exit
                told[name] = (ended.reason, ended.code)
            told["next"] = attack(workers, "def act(): return True").succeeded
        return told

    told = run_as(user, experiment)
    assert told.pop("next")
    assert {name: tuple(end) for name, end in told.items()} == {name: (reason, code) for name, (_, reason, code) in ENDINGS.items()}


@each_tier
def test_nothing_lingers_after_stop(tier: str) -> None:
    user, left_out = TIERS[tier]

    def experiment() -> list[int]:
        counts = []
        for extra in (frozenset(), {Layer.SWEEP}):
            with small_jail(left_out | extra) as (zygote, workers):
                processes = Processes(zygote.pid)
                assert wait_until(lambda: len(processes.alive()) == 1), "only the supervisor runs"  # noqa: B023
                attempt = attack(workers, attacks.LINGER)
                assert attempt.succeeded, attempt
                counts.append(len(processes.alive()) - 1)
        return counts

    assert run_as(user, experiment) == [0, 1], "the double-forked process is gone after stop, and stays without the sweep"


@each_tier
def test_fork_bomb_is_swept(tier: str) -> None:
    user, left_out = TIERS[tier]
    bomb = "import os\ndef act():\n    while True:\n        try:\n            os.fork()\n        except OSError:\n            pass"

    def experiment() -> tuple[int, str, bool]:
        with small_jail(left_out) as (zygote, workers):
            processes = Processes(zygote.pid)
            assert wait_until(lambda: len(processes.alive()) == 1), "only the supervisor runs"
            ended = attack(workers, bomb, Limits(cpu_seconds=0.5)).exit
            return len(processes.alive()) - 1, ended.reason, attack(workers, "def act(): return True").succeeded

    assert run_as(user, experiment) == [0, "cpu", True]


@each_tier
def test_killing_the_judge_ends_everything(tier: str) -> None:
    user, left_out = TIERS[tier]

    def experiment() -> int:
        told, telling = os.pipe()
        judge = os.fork()
        if judge == 0:
            with small_jail(left_out) as (zygote, workers):
                channel = workers.start(Limits())
                assert ask(channel, attacks.LINGER) == {"value": True}
                everything = [zygote.pid, *Processes(zygote.pid).alive()]
                os.write(telling, " ".join(map(str, everything)).encode())
                time.sleep(60)
        processes = [int(pid) for pid in os.read(told, 4096).split()]
        assert len(processes) >= 4, "zygote, supervisor, worker and the lingering process run"
        assert all(map(is_running, processes))
        os.kill(judge, signal.SIGKILL)
        os.waitpid(judge, 0)
        wait_until(lambda: not any(map(is_running, processes)))
        return sum(map(is_running, processes))

    assert run_as(user, experiment) == 0


@each_tier
def test_killing_the_supervisor_is_the_graders_fault_and_leaves_nothing(tier: str) -> None:
    user, left_out = TIERS[tier]

    def experiment() -> tuple[str, str, int]:
        with small_jail(left_out) as (zygote, workers):
            processes = Processes(zygote.pid)
            assert wait_until(lambda: len(processes.alive()) == 1), "only the supervisor runs"
            supervisor = processes.alive()[0]
            channel = workers.start(Limits())
            assert ask(channel, attacks.LINGER) == {"value": True}
            os.kill(supervisor, signal.SIGKILL)
            reason = workers.stop().reason
            try:
                workers.start(Limits())
            except WorkerLost:
                raised = "WorkerLost"
            wait_until(lambda: not processes.alive())
            return reason, raised, len(processes.alive())

    assert run_as(user, experiment) == ["lost", "WorkerLost", 0]


def test_dead_zygote_is_reported_and_open_jails_live_on() -> None:
    def experiment() -> list[bool]:
        with small_zygote() as zygote, submission() as root, zygote.open(root) as workers:
            os.kill(zygote.pid, signal.SIGKILL)
            with pytest.raises(WorkerLost, match="zygote is gone"):
                wait_until(lambda: not is_running(zygote.pid))
                zygote.open(root)
            lives_on = attack(workers, "def act(): return True").succeeded
        with small_jail() as (_, workers):
            return [lives_on, attack(workers, "def act(): return True").succeeded]

    assert run_as("ordinary", experiment) == [True, True]


def test_a_flood_of_output_neither_blocks_nor_piles_up() -> None:
    flood = """
import os
def act():
    for _ in range(2000):
        os.write(1, b"x" * 10000)
    print("the last line")
    return True
"""

    def experiment() -> tuple[bool, int, str]:
        with small_jail() as (_, workers):
            attempt = attack(workers, flood)
            return attempt.succeeded, len(attempt.exit.output), attempt.exit.output[-14:]

    assert run_as("ordinary", experiment) == [True, OUTPUT_KEPT, "the last line\n"]


def test_garbage_on_the_channel_is_a_protocol_error() -> None:
    garbage = "import os\ndef act():\n    os.write(3, b'not a frame at all, not at all')"

    def experiment() -> bool:
        with small_jail() as (_, workers):
            channel = workers.start(Limits())
            with pytest.raises(ProtocolError):
                ask(channel, garbage)
            return workers.stop().reason == "running"

    assert run_as("ordinary", experiment)


def test_a_worker_that_stops_reading_does_not_hold_the_judge() -> None:
    def experiment() -> bool:
        with small_jail() as (_, workers):
            channel = workers.start(Limits())
            channel.send({"code": "import time\ndef act(): time.sleep(60)", "arguments": {}})
            with pytest.raises(CallTimeout):
                channel.send({"code": "", "arguments": {}}, [bytes(50 << 20)], timeout=0.3)
            return workers.stop().reason == "running"

    assert run_as("ordinary", experiment)


def test_a_crash_tells_where_it_happened() -> None:
    def experiment() -> str:
        with small_jail() as (_, workers):
            return attack(workers, "import ctypes\ndef act(): ctypes.string_at(0)").exit.output

    assert "Segmentation fault" in run_as("ordinary", experiment)


def test_no_core_dump_and_no_descriptor_but_the_channel() -> None:
    look = """
import os, resource
def is_open(number):
    try:
        os.fstat(number)
    except OSError:
        return False
    return True
def act():
    return [[number for number in range(256) if is_open(number)], resource.getrlimit(resource.RLIMIT_CORE)]
"""

    def experiment() -> Any:
        with small_jail() as (_, workers):
            return attack(workers, look).answer["value"]

    assert run_as("ordinary", experiment) == [[0, 1, 2, 3], [0, 0]]


def test_a_folder_that_is_not_there_is_told() -> None:
    def experiment() -> bool:
        with small_zygote() as zygote:
            with pytest.raises(WorkerLost, match="No such file"):
                zygote.open(Path("/nowhere/at/all"))
            with submission() as root, zygote.open(root) as workers:
                return attack(workers, "def act(): return True").succeeded

    assert run_as("ordinary", experiment)
