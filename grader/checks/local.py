"""Workers on the student's own machine: child processes without isolation, ended when they loop or crash."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from grader.checks.nursery import GRACE_SECONDS, TOKEN_VARIABLE, can_fork
from grader.checks.wire import CallTimeout, Channel, ChannelClosed
from grader.checks.worker_environment import HUGE_PAGES, SINGLE_THREADED
from grader.checks.worker_source import Limits, WorkerExit, WorkerLost

START_SECONDS = 120.0
OUTPUT_KEPT = 4000


class LocalWorkers:
    """A WorkerSource over a nursery process: fork per check on Linux; elsewhere one process serves check after check until it is ended.

    This is no boundary: code runs with the rights of whoever calls it. It is for one's own code.
    """

    def __init__(self, root: Path) -> None:
        self._root = root.resolve()
        self._folder = tempfile.TemporaryDirectory(prefix="fairmark-")
        self._output = Path(self._folder.name) / "output"
        self._token = secrets.token_hex(16)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(0.5)
        self._nursery: subprocess.Popen[bytes] | None = None
        self._control: Channel | None = None
        self._running = False
        self._exit = WorkerExit("exited")

    def move_to(self, root: Path) -> None:
        """From the next worker on, student code comes from another folder. Needs fork."""
        self._root = root.resolve()

    def start(self, limits: Limits) -> Channel:
        """A worker that has never run student code; without fork, one whose student modules the coming hello drops."""
        self.stop()
        request = {
            "op": "start",
            "root": str(self._root),
            "cpu_seconds": limits.cpu_seconds,
            "memory_mb": limits.memory_mb,
            "output": str(self._output),
        }
        try:
            self._control_channel().send(request)
            self._running = True
            return self._accept("worker")
        except (TimeoutError, CallTimeout, ChannelClosed) as error:
            raise WorkerLost(f"a worker did not come up: {error}") from None

    def stop(self) -> WorkerExit:
        """End the worker and say how it ended."""
        if not self._running:
            return self._exit
        self._running = False
        assert self._control is not None
        try:
            self._control.send({"op": "stop"})
            answer, _ = self._control.receive(timeout=GRACE_SECONDS + 5)
            self._exit = _exit_of(answer["status"], answer["killed"], self._printed())
        except (CallTimeout, ChannelClosed):
            self._exit = self._end_nursery()
        return self._exit

    def close(self) -> None:
        """End everything."""
        self.stop()
        if self._nursery:
            self._end_nursery()
        self._listener.close()
        self._folder.cleanup()

    def _control_channel(self) -> Channel:
        if self._control is None:
            # The library is found where this file lies, from whatever folder the checks are run.
            path = os.pathsep.join(filter(None, (str(Path(__file__).resolve().parents[2]), os.environ.get("PYTHONPATH"))))
            memory = HUGE_PAGES if can_fork() else {}
            environment = {**os.environ, **SINGLE_THREADED, **memory, TOKEN_VARIABLE: self._token, "PYTHONPATH": path}
            command = [sys.executable, "-m", "grader.checks.nursery", str(self._listener.getsockname()[1])]
            self._nursery = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL)
            self._control = self._accept("control")
        return self._control

    def _accept(self, role: str) -> Channel:
        sock = self._connection()
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        channel = Channel(sock)
        hello, _ = channel.receive(timeout=START_SECONDS)
        if hello != {"token": self._token, "role": role}:
            raise WorkerLost("another program connected to the workers' port")
        return channel

    def _connection(self) -> socket.socket:
        """The next connection; WorkerLost as soon as the process that should make it is gone."""
        assert self._nursery is not None
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            try:
                return self._listener.accept()[0]
            except TimeoutError:
                if self._nursery.poll() is not None:
                    raise WorkerLost(f"the process that makes workers ended with status {self._nursery.returncode}") from None
        raise WorkerLost(f"no worker came up within {START_SECONDS:g} s")

    def _end_nursery(self) -> WorkerExit:
        """Where the nursery is the worker, its end is the worker's: it crashed, or hangs and is ended here."""
        assert self._nursery is not None
        running = self._nursery.poll() is None
        self._nursery.kill()
        code = self._nursery.wait()
        if self._control:
            self._control.close()
        self._nursery, self._control = None, None
        if running:
            return WorkerExit("running", output=self._printed())
        return WorkerExit("signal" if code < 0 else "exited", abs(code), self._printed())

    def _printed(self) -> str:
        try:
            return self._output.read_bytes()[-OUTPUT_KEPT:].decode(errors="replace")
        except FileNotFoundError:
            return ""


def _exit_of(status: int, killed: bool, output: str) -> WorkerExit:
    if killed:
        return WorkerExit("running", output=output)
    if status and os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        return WorkerExit("cpu" if number == signal.SIGXCPU else "signal", number, output)
    return WorkerExit("exited", status >> 8, output)
