"""The judge's handle on the zygote, from which all jails are forked.

Why these libraries: ``pyseccomp`` makes the system call filter and ``py-landlock`` the Landlock rules; both are pure Python and do
their part whole. ``sandlock`` 0.9.0 does more in one piece (Landlock, filter, limits, a supervisor) and was not used: it supervises file
opens, so that importing torch takes three to four times as long; its fork mode starts a number of clones at once with one set of limits and
gives back process ids, where a check needs one worker with limits and a socket of its own; it has no namespaces, and needs Linux 6.7.
``bubblewrap`` makes the namespaces well but must be installed by hand and must exec, which costs an import of torch per worker.
Namespaces, mounts and capabilities have no kept Python library; those calls are in ``syscalls.py``.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from grader.checks.worker_environment import HUGE_PAGES, SINGLE_THREADED
from grader.checks.worker_source import WorkerLost
from grader.jail.control import PeerGone, control_pair, receive_message, send_message
from grader.jail.tiers import IsolationMissing, Layer, TierReport
from grader.jail.workers import JailedWorkers

_START_SECONDS = 180.0
_CLEAN = {
    "PATH": "/usr/bin:/bin",
    "HOME": "/scratch",
    "TMPDIR": "/scratch",
    "USER": "student",
    "LOGNAME": "student",
    "LANG": "C.UTF-8",
    "PYTHONHASHSEED": "0",
    **SINGLE_THREADED,
    **HUGE_PAGES,
}


class Zygote:
    """Loads torch once; ``open`` gives a jail per submission. Usable from several threads. Entering it takes about two seconds.

    Should the zygote die, ``open`` raises WorkerLost and the caller enters a new one; jails that are open live on until closed.
    """

    def __init__(
        self,
        allow_tier: str = "A",
        worker: str = "grader.checks.worker",
        import_path: Sequence[Path] = (),
        leave_out: Iterable[Layer] = (),
    ) -> None:
        """``allow_tier``: the lowest tier to accept. ``worker``: module with ``preload`` and ``serve``.

        For tests only: ``import_path`` to find that module, and ``leave_out``, layers to do without.
        """
        self._lowest = allow_tier
        self._config = {
            "worker": worker,
            "import_path": [str(path) for path in import_path],
            "leave_out": sorted(leave_out),
        }
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._log = tempfile.TemporaryFile()  # noqa: SIM115  closed with the process
        self._judge: socket.socket | None = None
        self._report: TierReport | None = None

    @property
    def report(self) -> TierReport:
        """The isolation in use. Known once entered."""
        assert self._report, "the zygote has not been entered"
        return self._report

    @property
    def pid(self) -> int:
        """The zygote's process id."""
        assert self._process, "the zygote has not been entered"
        return self._process.pid

    def __enter__(self) -> Zygote:
        """Start it. Raises IsolationMissing when the machine offers less than ``allow_tier``, WorkerLost when it cannot start."""
        self._judge, theirs = control_pair()
        self._judge.settimeout(_START_SECONDS)
        repository = Path(__file__).parents[2]
        environment = dict(os.environ) if Layer.CLEAN_ENVIRONMENT in self._config["leave_out"] else {}
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-s", "-P", "-m", "grader.jail.zygote_process", str(theirs.fileno()), json.dumps(self._config)],
                env={**environment, **_CLEAN, "PYTHONPATH": str(repository)},
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=self._log,
                stderr=self._log,
                pass_fds=(theirs.fileno(),),
                start_new_session=True,
            )
        try:
            answer = self._receive()
            self._report = TierReport(answer["tier"], tuple(answer["layers"]), answer["missing"])
            if not self._report.allows(self._lowest):
                raise IsolationMissing(self._report, self._lowest)
            send_message(self._judge, {"go": True})
            self._receive()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def open(self, root: Path) -> JailedWorkers:
        """A jail around the submission in ``root``. Raises WorkerLost."""
        here, there = control_pair()
        with self._lock, there:
            if not self._judge:
                raise WorkerLost("the zygote has not been entered, or is closed")
            try:
                send_message(self._judge, {"open": str(root.resolve())}, [there.fileno()])
            except (PeerGone, TimeoutError) as error:
                here.close()
                raise WorkerLost(f"the zygote is gone ({error}): {self._last_words()}") from None
        return JailedWorkers(here)

    def close(self) -> None:
        """End the zygote. Jails that are open live until they are closed."""
        if self._judge:
            self._judge.close()
            self._judge = None
        if self._process:
            self._process.kill()
            self._process.wait()
        self._log.close()

    def _receive(self) -> dict[str, Any]:
        assert self._judge
        try:
            return receive_message(self._judge)[0]
        except (PeerGone, TimeoutError) as error:
            raise WorkerLost(f"the zygote did not start ({error}): {self._last_words()}") from None

    def _last_words(self) -> str:
        size = self._log.seek(0, os.SEEK_END)
        self._log.seek(max(0, size - 2000))
        return self._log.read().decode(errors="replace").strip()
