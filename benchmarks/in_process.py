"""A subject without any isolation, for running our checks inside another grader's process: same checks, same codec, no worker."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from grader.checks.host import Host
from grader.checks.plan import ApiRules
from grader.checks.wire import Channel
from grader.checks.worker_source import Limits, WorkerExit


class InProcessChannel(Channel):
    """Answers each request at once by a Host in this process."""

    def __init__(self, root: Path) -> None:  # no socket: nothing of the base class is used but its type
        self._root = root
        self._host: Host | None = None
        self._reply: tuple[dict[str, Any], bytearray] = ({}, bytearray())

    def send(self, header: dict[str, Any], buffers: Any = (), timeout: float | None = None) -> None:  # noqa: ARG002
        """Carry out the request."""
        request = json.loads(json.dumps(header))
        if request["op"] == "hello":
            self._host = Host(self._root, request["modules"], ApiRules())
            self._reply = ({"id": request["id"], "value": None}, bytearray())
            return
        assert self._host is not None
        reply, raw = self._host.answer(request, bytearray(b"".join(buffers)))
        self._reply = ({"id": request["id"], **reply}, bytearray(b"".join(raw)))

    def receive(self, timeout: float | None = None) -> tuple[dict[str, Any], bytearray]:  # noqa: ARG002
        """The reply to the last request."""
        return self._reply

    def close(self) -> None:
        """Undo what the host changed in this process."""
        if self._host is not None:
            self._host.close()
            self._host = None


class InProcess:
    """A WorkerSource of such channels."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def start(self, limits: Limits) -> Channel:  # noqa: ARG002
        """A new host in this process."""
        return InProcessChannel(self._root)

    def stop(self) -> WorkerExit:
        """There is nothing to end."""
        return WorkerExit("exited")
