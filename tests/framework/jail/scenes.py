"""What an attack is aimed at, set up outside the jail. Each yields the arguments of its attack."""

from __future__ import annotations

import contextlib
import ctypes
import os
import secrets
import shutil
import signal
import socket
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

SECRET_VARIABLE = "FAIRMARK_TEST_SEED"


@contextlib.contextmanager
def nothing(**arguments: Any) -> Iterator[dict[str, Any]]:
    """The attack needs no target."""
    yield arguments


@contextlib.contextmanager
def readable_secret() -> Iterator[dict[str, Any]]:
    """A file that every user of the machine may read."""
    with _open_folder(0o755) as folder:
        (folder / "secret").write_text("secret")
        (folder / "secret").chmod(0o644)
        yield {"path": str(folder / "secret")}


@contextlib.contextmanager
def writable_folder(**arguments: Any) -> Iterator[dict[str, Any]]:
    """A folder that every user of the machine may write into."""
    with _open_folder(0o777) as folder:
        yield {"folder": str(folder), **arguments}


@contextlib.contextmanager
def tcp_server() -> Iterator[dict[str, Any]]:
    """A server on the machine's loopback that greets."""
    with socket.create_server(("127.0.0.1", 0)) as listener, _greeting(listener):
        yield {"port": listener.getsockname()[1]}


@contextlib.contextmanager
def abstract_server() -> Iterator[dict[str, Any]]:
    """A local server with an abstract name, which no file permission protects."""
    name = f"fairmark-test-{secrets.token_hex(8)}"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("\0" + name)
        listener.listen()
        with _greeting(listener):
            yield {"name": name}


@contextlib.contextmanager
def bystander() -> Iterator[dict[str, Any]]:
    """A process of the judge's user, one that a debugger may attach to."""
    pid = os.fork()
    if pid == 0:
        while True:
            signal.pause()
    try:
        yield {"pid": pid}
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


@contextlib.contextmanager
def the_judge() -> Iterator[dict[str, Any]]:
    """This process."""
    yield {"pid": os.getpid()}


@contextlib.contextmanager
def shared_memory() -> Iterator[dict[str, Any]]:
    """A System V segment that every user of the machine may read."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.shmat.restype = ctypes.c_void_p
    create, remove, key = 0o1000, 0, secrets.randbelow(1 << 30) + 1
    segment = libc.shmget(key, 4096, create | 0o666)
    assert segment >= 0, os.strerror(ctypes.get_errno())
    ctypes.memmove(libc.shmat(segment, None, 0), b"secret", 6)
    try:
        yield {"key": key}
    finally:
        libc.shmctl(segment, remove, None)


@contextlib.contextmanager
def host_name() -> Iterator[dict[str, Any]]:
    """The machine's own name."""
    yield {"name": os.uname().nodename}


@contextlib.contextmanager
def setuid_program() -> Iterator[dict[str, Any]]:
    """A copy of ``id`` that runs as root, whoever starts it. Needs root."""
    with _open_folder(0o755) as folder:
        program = folder / "id"
        shutil.copy("/usr/bin/id", program)
        program.chmod(0o4755)
        yield {"program": str(program)}


@contextlib.contextmanager
def environment_secret() -> Iterator[None]:
    """A variable in the judge's environment, from before it starts its zygote."""
    os.environ[SECRET_VARIABLE] = "secret"
    try:
        yield
    finally:
        del os.environ[SECRET_VARIABLE]


@contextlib.contextmanager
def _open_folder(mode: int) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="fairmark-test-", dir="/tmp") as folder:
        Path(folder).chmod(mode)
        yield Path(folder)


@contextlib.contextmanager
def _greeting(listener: socket.socket) -> Iterator[None]:
    def greet() -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listener.accept()
                with connection:
                    connection.sendall(b"hello")

    thread = threading.Thread(target=greet, daemon=True)
    thread.start()
    try:
        yield
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()
