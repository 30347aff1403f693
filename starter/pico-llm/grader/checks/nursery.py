"""The process that local workers come from: it imports torch once, then forks one worker for each check where it can.

Run as ``python -m grader.checks.nursery PORT`` with the token in the environment. It connects back to PORT and obeys two commands:
``start`` makes a worker, which connects to PORT by itself; ``stop`` ends it and says how it ended. Without fork the nursery is the worker,
one check after another, and is ended from outside when it hangs.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
import time
from pathlib import Path
from typing import Any

from grader.checks.wire import Channel, ChannelClosed
from grader.checks.worker import preload, serve

TOKEN_VARIABLE = "FAIRMARK_WORKER_TOKEN"
GRACE_SECONDS = 0.3


def can_fork() -> bool:
    """True where a process that has imported torch may fork: Linux. On macOS the system libraries are not fork-safe."""
    return sys.platform == "linux"


def main() -> None:
    """Obey until the other side closes."""
    port = int(sys.argv[1])
    token = os.environ.pop(TOKEN_VARIABLE)
    preload()
    control = connect(port, token, "control")
    pid = 0
    while True:
        try:
            command, _ = control.receive()
        except ChannelClosed:
            return
        if command["op"] == "stop":
            control.send(_ended(pid) if can_fork() else {"status": 0, "killed": False})
        elif can_fork():
            pid = os.fork()
            if pid == 0:
                control.close()
                os.setsid()
                _work(port, token, command)
                os._exit(0)
        else:
            _work(port, token, command)


def connect(port: int, token: str, role: str) -> Channel:
    """A channel to the process that listens on PORT of this machine, introduced by the token."""
    sock = socket.create_connection(("127.0.0.1", port))
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    channel = Channel(sock)
    channel.send({"token": token, "role": role})
    return channel


def _work(port: int, token: str, command: dict[str, Any]) -> None:
    """Serve one check."""
    output = os.open(command["output"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.close(output)
    if can_fork():
        _limit(command["cpu_seconds"], command["memory_mb"])
    serve(connect(port, token, "worker"), Path(command["root"]))
    sys.stdout.flush()


def _limit(cpu_seconds: float, memory_mb: int) -> None:
    """Bound CPU time, memory, file size and core dumps of this process."""
    import resource  # not on Windows, where the deadline of each call is the only limit

    seconds = max(1, round(cpu_seconds))
    in_use = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    memory = in_use + (memory_mb << 20)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 26, 1 << 26))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _ended(pid: int) -> dict[str, Any]:
    """Wait shortly for a worker that is ending by itself, end it with its process group otherwise."""
    deadline = time.monotonic() + GRACE_SECONDS
    waited, status = os.waitpid(pid, os.WNOHANG)
    while not waited and time.monotonic() < deadline:
        time.sleep(0.002)
        waited, status = os.waitpid(pid, os.WNOHANG)
    with contextlib.suppress(ProcessLookupError):  # nothing of the group may be left
        os.killpg(pid, signal.SIGKILL)
    if not waited:
        os.waitpid(pid, 0)
    return {"status": status, "killed": not waited}


if __name__ == "__main__":
    main()
