"""Each layer is known to work: with it the named attack fails, and with it alone removed the same attack succeeds.

Several layers stop most attacks, so for each trial the others that would are left out of both runs.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from typing import Any

import attacks
import pytest
import scenes
from harness import Judge, attack, linux_only, small_zygote, submission

from grader.checks.worker_source import Limits
from grader.jail.tiers import NAMESPACES, Layer
from grader.jail.zygote import Zygote

pytestmark = linux_only

Scene = Callable[[], AbstractContextManager[dict[str, Any]]]


@dataclass(frozen=True)
class Trial:
    """One layer against one attack, without the ``others`` that also stop it. ``user``: who runs the judge."""

    layer: Layer
    attack: str
    scene: Scene
    others: frozenset[Layer] = frozenset()
    user: str = "root"
    limits: Limits | None = None

    def run(self, zygotes: Zygotes) -> list[bool]:
        """Whether the attack succeeds with the layer, and without it."""
        return [self._succeeds(zygotes, self.others), self._succeeds(zygotes, self.others | {self.layer})]

    def _succeeds(self, zygotes: Zygotes, left_out: frozenset[Layer]) -> bool:
        with self.scene() as arguments, submission() as root, zygotes.without(left_out).open(root) as workers:
            return attack(workers, getattr(attacks, self.attack), self.limits, **arguments).succeeded


class Zygotes:
    """One zygote for each set of layers left out, kept until the end."""

    def __init__(self) -> None:
        self._stack = contextlib.ExitStack()
        self._by_layers: dict[frozenset[Layer], Zygote] = {}

    def without(self, left_out: frozenset[Layer]) -> Zygote:
        """A running zygote."""
        if left_out not in self._by_layers:
            self._by_layers[left_out] = self._stack.enter_context(small_zygote(left_out))
        return self._by_layers[left_out]

    def close(self) -> None:
        """End them all."""
        self._stack.close()


def without(*layers: Layer) -> frozenset[Layer]:
    return frozenset(layers)


SIGNALS = without(Layer.PROCESS_NAMESPACE, Layer.LANDLOCK_SCOPE, Layer.SIGNAL_FILTER)
SMALL = Limits(cpu_seconds=5.0, memory_mb=100)
SHORT = Limits(cpu_seconds=0.3)
FILL = partial(scenes.nothing, folder="/scratch")

TRIALS = {
    "files outside are not read: file tree": Trial(Layer.FILE_TREE, "READ_FILE", scenes.readable_secret, without(Layer.LANDLOCK)),
    "files outside are not read: landlock": Trial(Layer.LANDLOCK, "READ_FILE", scenes.readable_secret, without(Layer.FILE_TREE)),
    "nothing outside is written: file tree": Trial(Layer.FILE_TREE, "WRITE_FILE", scenes.writable_folder, without(Layer.LANDLOCK)),
    "nothing outside is written: landlock": Trial(Layer.LANDLOCK, "WRITE_FILE", scenes.writable_folder, without(Layer.FILE_TREE)),
    "/proc of the judge is not there: file tree": Trial(
        Layer.FILE_TREE, "READ_COMMAND_LINE_OF_JUDGE", scenes.the_judge, without(Layer.LANDLOCK), "ordinary"
    ),
    "no tcp: network namespace": Trial(
        Layer.NETWORK_NAMESPACE, "CONNECT", scenes.tcp_server, without(Layer.LANDLOCK, Layer.SYSCALL_FILTER)
    ),
    "no tcp: system call filter": Trial(
        Layer.SYSCALL_FILTER, "CONNECT", scenes.tcp_server, without(Layer.LANDLOCK, Layer.NETWORK_NAMESPACE)
    ),
    "no tcp: landlock": Trial(Layer.LANDLOCK, "CONNECT", scenes.tcp_server, without(Layer.NETWORK_NAMESPACE, Layer.SYSCALL_FILTER)),
    "no local server: network namespace": Trial(
        Layer.NETWORK_NAMESPACE, "CONNECT_ABSTRACT", scenes.abstract_server, without(Layer.LANDLOCK, Layer.SYSCALL_FILTER)
    ),
    "no local server: landlock scope": Trial(
        Layer.LANDLOCK_SCOPE, "CONNECT_ABSTRACT", scenes.abstract_server, without(Layer.NETWORK_NAMESPACE, Layer.SYSCALL_FILTER)
    ),
    "no signal to others: process namespace": Trial(
        Layer.PROCESS_NAMESPACE, "KILL", scenes.bystander, SIGNALS - {Layer.PROCESS_NAMESPACE}, "ordinary"
    ),
    "no signal to others: landlock scope": Trial(
        Layer.LANDLOCK_SCOPE, "KILL", scenes.bystander, SIGNALS - {Layer.LANDLOCK_SCOPE}, "ordinary"
    ),
    "no signal to others: signal filter": Trial(Layer.SIGNAL_FILTER, "KILL", scenes.bystander, SIGNALS - {Layer.SIGNAL_FILTER}, "ordinary"),
    "no signal to others: dedicated user": Trial(Layer.DEDICATED_USER, "KILL", scenes.bystander, SIGNALS),
    "no ptrace: system call filter": Trial(Layer.SYSCALL_FILTER, "PTRACE", scenes.bystander, NAMESPACES | {Layer.LANDLOCK}, "ordinary"),
    "no ptrace: landlock": Trial(Layer.LANDLOCK, "PTRACE", scenes.bystander, NAMESPACES | {Layer.SYSCALL_FILTER}, "ordinary"),
    "no ptrace: user namespace": Trial(
        Layer.USER_NAMESPACE,
        "PTRACE",
        scenes.bystander,
        without(Layer.DEDICATED_USER, Layer.NO_CAPABILITIES, Layer.PROCESS_NAMESPACE, Layer.LANDLOCK, Layer.SYSCALL_FILTER),
    ),
    "no shared memory of others: ipc namespace": Trial(
        Layer.IPC_NAMESPACE, "READ_SHARED_MEMORY", scenes.shared_memory, without(Layer.SYSCALL_FILTER)
    ),
    "no shared memory of others: system call filter": Trial(
        Layer.SYSCALL_FILTER, "READ_SHARED_MEMORY", scenes.shared_memory, without(Layer.IPC_NAMESPACE)
    ),
    "no host name: host name": Trial(Layer.HOST_NAME, "LEARN_HOST_NAME", scenes.host_name),
    "no full disk: scratch": Trial(Layer.SCRATCH, "FILL_DISK", partial(FILL, megabytes=100)),
    "no flood of files: scratch": Trial(Layer.SCRATCH, "FILL_INODES", partial(FILL, count=5000)),
    "no mount: capabilities": Trial(
        Layer.NO_CAPABILITIES,
        "MOUNT",
        partial(scenes.nothing, folder="/submission"),
        without(Layer.SYSCALL_FILTER, Layer.LANDLOCK),
        "ordinary",
    ),
    "no setuid program: no new privileges": Trial(
        Layer.NO_NEW_PRIVILEGES, "RUN_SETUID", scenes.setuid_program, NAMESPACES | {Layer.LANDLOCK, Layer.SYSCALL_FILTER}
    ),
    "no other program: system call filter": Trial(
        Layer.SYSCALL_FILTER, "RUN_PROGRAM", scenes.nothing, without(Layer.LANDLOCK, Layer.FILE_TREE)
    ),
    "no new namespace: system call filter": Trial(Layer.SYSCALL_FILTER, "NEW_USER_NAMESPACE", scenes.nothing),
    "no memory that is not counted: system call filter": Trial(Layer.SYSCALL_FILTER, "HIDE_MEMORY", scenes.nothing),
    "no grip on the supervisor: system call filter": Trial(
        Layer.SYSCALL_FILTER, "LOWER_LIMIT_OF_SUPERVISOR", scenes.nothing, user="ordinary"
    ),
    "no cpu beyond the limit: cpu limit": Trial(
        Layer.CPU_LIMIT, "BURN_CPU", partial(scenes.nothing, seconds=1.3), without(Layer.WATCH), limits=SHORT
    ),
    "no cpu beyond the limit: watch": Trial(
        Layer.WATCH, "BURN_CPU_IN_PROCESSES", partial(scenes.nothing, seconds=0.25, processes=4), limits=SHORT
    ),
    "no memory beyond the limit: memory limit": Trial(
        Layer.MEMORY_LIMIT, "FILL_MEMORY", partial(scenes.nothing, megabytes=200), without(Layer.WATCH), limits=SMALL
    ),
    "no memory beyond the limit: watch": Trial(
        Layer.WATCH, "FILL_MEMORY", partial(scenes.nothing, megabytes=200), without(Layer.MEMORY_LIMIT), limits=SMALL
    ),
    "no memory beyond the limit in many processes: watch": Trial(
        Layer.WATCH, "FILL_MEMORY_IN_PROCESSES", partial(scenes.nothing, megabytes=60, processes=4), limits=SMALL
    ),
    "no fork bomb: process limit": Trial(Layer.PROCESS_LIMIT, "FORK_BOMB", partial(scenes.nothing, count=100)),
    "no fork bomb: process limit, ordinary user": Trial(
        Layer.PROCESS_LIMIT, "FORK_BOMB", partial(scenes.nothing, count=100), user="ordinary"
    ),
    "no huge file: file size limit": Trial(Layer.FILE_SIZE_LIMIT, "WRITE_LARGE_FILE", partial(FILL, megabytes=70), without(Layer.SCRATCH)),
    "no flood of open files: open file limit": Trial(Layer.OPEN_FILE_LIMIT, "OPEN_MANY_FILES", partial(scenes.nothing, count=500)),
    "no secret in the environment: clean environment": Trial(
        Layer.CLEAN_ENVIRONMENT, "READ_ENVIRONMENT", partial(scenes.nothing, name=scenes.SECRET_VARIABLE)
    ),
}


@pytest.fixture(scope="module")
def judges() -> Iterator[dict[str, Judge]]:
    """A judge per user, started when first asked."""
    running: dict[str, Judge] = {}
    yield running
    for judge in running.values():
        judge.close()


def answer_trials(said: Iterator[str], tell: Callable[[Any], None]) -> None:
    """What such a judge does: run the trials it is told, by name."""
    zygotes = Zygotes()
    with scenes.environment_secret():
        for name in said:
            tell(TRIALS[name].run(zygotes))
    zygotes.close()


@pytest.mark.parametrize("name", TRIALS)
def test_layer_alone_stops_the_attack(name: str, judges: dict[str, Judge]) -> None:
    trial = TRIALS[name]
    if trial.user not in judges:
        judges[trial.user] = Judge(trial.user, answer_trials)
    with_layer, without_layer = judges[trial.user].ask(name)
    assert not with_layer, f"{trial.attack} succeeds although {trial.layer} is there"
    assert without_layer, f"{trial.attack} fails without {trial.layer} too, so this trial shows nothing about it"


def test_every_layer_has_a_trial() -> None:
    shown_elsewhere = {Layer.SWEEP}  # test_endings.py: nothing lingers
    assert {trial.layer for trial in TRIALS.values()} | shown_elsewhere == set(Layer)
