"""Counts events over all processes of a run, in memory that they share, and ends or disturbs one of them at a chosen event.

Points are events and not moments: the n-th SQL statement of the coordinator, the n-th step of a judge, the n-th answer of a worker. So a
point is the same place on a slow machine and on a fast one, and a failing one can be had again by its number.
"""

from __future__ import annotations

import mmap
import os
import select
import signal

CLOCKS = ("coordinator", "judge", "worker", "outcome")
VICTIMS = ("nobody", "itself", "zygote", "supervisor", "memory", "full disk")
_CLOCK, _NUMBER, _VICTIM, _LEFT, _FIRED, _SUPERVISOR, _COUNTS = range(7)
_ZYGOTES = _COUNTS + len(CLOCKS)


class Trip:
    """One for a warm image; its forks share it."""

    def __init__(self) -> None:
        self._cells = memoryview(mmap.mmap(-1, 4096)).cast("q")

    def arm(self, clock: str, number: int, victim: str, times: int = 1) -> None:
        """Forget all counts; at event ``number`` of ``clock``, and at every one after it until it happened ``times``, hit the victim."""
        for cell in range(len(self._cells)):
            self._cells[cell] = 0
        self._cells[_CLOCK], self._cells[_NUMBER] = CLOCKS.index(clock), number
        self._cells[_VICTIM], self._cells[_LEFT] = VICTIMS.index(victim), times

    def counts(self) -> dict[str, int]:
        """Events so far, by clock."""
        return {clock: self._cells[_COUNTS + place] for place, clock in enumerate(CLOCKS)}

    @property
    def fired(self) -> int:
        """How often the victim was hit."""
        return self._cells[_FIRED]

    def note_zygote(self, pid: int) -> None:
        """The newest zygote of the judge that calls, and the one before it."""
        self._cells[_ZYGOTES + 1] = self._cells[_ZYGOTES]
        self._cells[_ZYGOTES] = pid

    def note_supervisor(self, pid: int) -> None:
        """The newest supervisor, by its process id outside its namespace."""
        self._cells[_SUPERVISOR] = pid

    def tick(self, clock: str) -> None:
        """An event. Does not return when the victim is the caller."""
        place = CLOCKS.index(clock)
        self._cells[_COUNTS + place] += 1
        victim = VICTIMS[self._cells[_VICTIM]]
        due = self._cells[_COUNTS + place] >= self._cells[_NUMBER]
        if victim == "nobody" or place != self._cells[_CLOCK] or not due or not self._cells[_LEFT]:
            return
        self._hit(victim)

    def _hit(self, victim: str) -> None:
        pid = self._pid(victim)
        if victim in ("zygote", "supervisor") and not _is_alive(pid):
            return  # none at this event: the next one
        self._cells[_LEFT] -= 1
        self._cells[_FIRED] += 1
        if victim == "memory":
            raise MemoryError
        _kill(pid)

    def _pid(self, victim: str) -> int:
        if victim == "zygote":
            older = self._cells[_ZYGOTES + 1]
            return older if self._cells[_NUMBER] % 2 and _is_alive(older) else self._cells[_ZYGOTES]
        return self._cells[_SUPERVISOR] if victim == "supervisor" else os.getpid()


def _is_alive(pid: int) -> bool:
    try:
        return pid > 0 and not _has_ended(os.pidfd_open(pid), 0)
    except ProcessLookupError:
        return False


def _kill(pid: int) -> None:
    """SIGKILL, and wait until it is dead: what comes next finds it gone."""
    handle = os.pidfd_open(pid)
    os.kill(pid, signal.SIGKILL)
    _has_ended(handle, None)


def _has_ended(handle: int, timeout: int | None) -> bool:
    waiting = select.poll()
    waiting.register(handle, select.POLLIN)
    try:
        return bool(waiting.poll(timeout))
    finally:
        os.close(handle)
