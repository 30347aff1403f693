"""Processes that are forks of one warm process, in place of started ones: a run costs a second and not six.

Only how a process begins differs from the real thing: it has its own descriptors, environment and session, and is killed the same way.
Real starts are killed in tests/framework/batch.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
import traceback
from collections.abc import Callable, Iterable
from typing import IO, Any

from grader.jail import zygote_process
from grader.judge import job


class Forked:
    """What grader code uses of subprocess.Popen."""

    def __init__(self, main: Callable[[], None], keep: Iterable[int], stdin: IO[str] | None = None, stdout: IO[str] | None = None) -> None:
        self.stdin, self.stdout = stdin, stdout
        self.returncode: int | None = None
        sys.stdout.flush()
        self.pid = os.fork()
        if self.pid == 0:
            _live(main, set(keep))

    def kill(self) -> None:
        if self.poll() is None:
            os.kill(self.pid, signal.SIGKILL)

    def poll(self) -> int | None:
        return self._wait(os.WNOHANG)

    def wait(self) -> int | None:
        return self._wait(0)

    def _wait(self, flags: int) -> int | None:
        if self.returncode is None:
            pid, status = os.waitpid(self.pid, flags)
            self.returncode = os.waitstatus_to_exitcode(status) if pid else None
        return self.returncode


def _live(main: Callable[[], None], keep: set[int]) -> None:
    status = 1
    try:
        for number in map(int, os.listdir("/proc/self/fd")):  # noqa: PTH208  names, and numbers at that
            if number > 2 and number not in keep:
                try:
                    os.close(number)
                except OSError:
                    continue  # the listing's own
        main()
        status = 0
    except SystemExit as request:
        status = request.code if isinstance(request.code, int) else 0
    except BaseException:  # noqa: BLE001  a fork must not return
        traceback.print_exc()
    finally:
        try:
            sys.stdout.flush()
            sys.stderr.flush()
        finally:
            os._exit(status)


class ForkedJudge(Forked):
    """In place of ``python -m grader.judge.job``."""

    def __init__(self, _command: list[str], **_options: Any) -> None:
        its_in, our_out = os.pipe()
        our_in, its_out = os.pipe()

        def main() -> None:
            os.dup2(its_in, 0)
            os.dup2(its_out, 1)
            os.close(its_in)
            os.close(its_out)
            sys.stdin, sys.stdout = (os.fdopen(number, mode, encoding="utf-8", closefd=False) for number, mode in enumerate("rw"))
            job.main()

        super().__init__(main, (its_in, its_out), os.fdopen(our_out, "w", encoding="utf-8"), os.fdopen(our_in, encoding="utf-8"))
        os.close(its_in)
        os.close(its_out)


class ForkedZygote(Forked):
    """In place of ``python -m grader.jail.zygote_process``."""

    def __init__(self, command: list[str], *, env: dict[str, str], stdout: IO[bytes], pass_fds: tuple[int], **_options: Any) -> None:
        def main() -> None:
            null = os.open(os.devnull, os.O_RDONLY)
            for source, number in ((null, 0), (stdout.fileno(), 1), (stdout.fileno(), 2)):
                os.dup2(source, number)
            os.close(null)
            os.close(stdout.fileno())
            sys.stdin, sys.stdout, sys.stderr = (os.fdopen(number, mode, closefd=False) for number, mode in enumerate("rww"))
            os.environ.clear()
            os.environ.update(env)
            os.environ.pop("PYTHONPATH", None)
            os.chdir("/")
            os.setsid()
            zygote_process.main(socket.socket(fileno=pass_fds[0]), zygote_process.json.loads(command[-1]))

        super().__init__(main, (*pass_fds, stdout.fileno()))
