"""The judge's handle on one jail: a WorkerSource whose workers are forked inside it."""

from __future__ import annotations

import select
import socket
from dataclasses import asdict
from types import TracebackType
from typing import Any

from grader.checks.wire import Channel
from grader.checks.worker_source import Limits, WorkerExit, WorkerLost
from grader.jail.control import PeerGone, receive_message, send_message

_ANSWER_SECONDS = 30.0
_REASONS = frozenset({"running", "exited", "signal", "cpu", "memory", "lost"})


class JailedWorkers:
    """One jail, one worker at a time. Made by ``Zygote.open``; for one thread. Closing it ends the jail."""

    def __init__(self, control: socket.socket) -> None:
        """``control`` leads to a supervisor that has just been started. Raises WorkerLost when it could not come up."""
        self._control = control
        self._control.settimeout(_ANSWER_SECONDS)
        self._line: socket.socket | None = None
        self._exit = WorkerExit("exited")
        try:
            self._expect("ready")
        except WorkerLost:
            self._control.close()
            raise

    def __enter__(self) -> JailedWorkers:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def start(self, limits: Limits) -> Channel:
        """A fresh worker, confined and ready. Raises WorkerLost."""
        if self._line:
            self.stop()
        here, there = socket.socketpair()
        with there:
            self._send({"op": "start", "limits": asdict(limits)}, [there.fileno()])
        try:
            self._expect("started")
        except WorkerLost:
            here.close()
            raise
        self._line = here.dup()
        return Channel(here)

    def stop(self) -> WorkerExit:
        """End the worker and every process it started. A jail that is gone itself is ``"lost"``; the next ``start`` raises."""
        if not self._line:
            return self._exit
        closed = _other_end_closed(self._line)
        self._line.close()
        self._line = None
        try:
            self._send({"op": "stop", "closed": closed})
            self._exit = _exit_from(self._receive())
        except WorkerLost as lost:
            self._exit = WorkerExit("lost", output=str(lost))
        return self._exit

    def close(self) -> None:
        """End the jail with everything in it."""
        if self._line:
            self._line.close()
            self._line = None
        self._control.close()

    def _send(self, message: dict[str, Any], descriptors: list[int] | None = None) -> None:
        try:
            send_message(self._control, message, descriptors or [])
        except (PeerGone, TimeoutError) as error:
            raise WorkerLost(f"the jail's supervisor is gone: {error}") from None

    def _receive(self) -> dict[str, Any]:
        try:
            return receive_message(self._control)[0]
        except (PeerGone, TimeoutError) as error:
            raise WorkerLost(f"the jail's supervisor is gone: {error}") from None

    def _expect(self, word: str) -> None:
        answer = self._receive()
        if not answer.get(word):
            raise WorkerLost(f"the jail could not be set up: {answer.get('error')}")


def _other_end_closed(sock: socket.socket) -> bool:
    waiting = select.poll()
    waiting.register(sock, select.POLLRDHUP)
    return bool(waiting.poll(0))


def _exit_from(answer: dict[str, Any]) -> WorkerExit:
    reason = answer.get("reason")
    if reason not in _REASONS:
        raise WorkerLost(f"the supervisor failed: {answer.get('error')}")
    return WorkerExit(reason, int(answer["code"]), str(answer["output"]), float(answer["cpu_seconds"]))
