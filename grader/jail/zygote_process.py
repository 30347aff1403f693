"""The zygote: a clean process that loads torch once and opens jails by fork. ``python -m grader.jail.zygote_process FD CONFIG``.

It is started, never forked, from the judge, whose memory holds seeds and expected values; it gets no environment of the judge's.
"""

from __future__ import annotations

import contextlib
import faulthandler
import gc
import importlib
import io
import json
import os
import select
import signal
import socket
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

from grader.jail import syscalls
from grader.jail.control import PeerGone, receive_message, send_message
from grader.jail.jail import open_jail
from grader.jail.probe import probe
from grader.jail.setup import JailSetup, Serve, prepare_setup
from grader.jail.tiers import Layer, report_on
from grader.jail.watch import Watch


def main(judge: socket.socket, config: dict[str, Any]) -> None:
    """Serve the judge until it closes its end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    found, missing = probe()
    left_out = {Layer(name): "left out by the caller" for name in config["leave_out"]}
    layers = found - left_out.keys()
    report = report_on(layers, {**missing, **left_out}, os.geteuid() == 0)
    send_message(judge, {"tier": report.tier, "layers": report.layers, "missing": dict(report.missing)})
    if not receive_message(judge)[0]["go"]:
        return
    setup = _prepare(layers, config)
    syscalls.prctl(syscalls.PR_SET_CHILD_SUBREAPER, 1)
    send_message(judge, {"ready": True})
    _Nursery(judge, setup).run()


def _prepare(layers: frozenset[Layer], config: dict[str, Any]) -> JailSetup:
    sys.path[:0] = config["import_path"]
    worker = importlib.import_module(config["worker"])
    cast(Callable[[], None], worker.preload)()
    threads = os.listdir("/proc/self/task")  # noqa: PTH208
    if len(threads) != 1:
        raise RuntimeError(f"preloading left {len(threads)} threads; a fork of this process could hang")
    setup = prepare_setup(layers, cast(Serve, worker.serve))
    for stream in (sys.stdout, sys.stderr):  # a worker's; its descriptors will lead to the supervisor
        cast(io.TextIOWrapper, stream).reconfigure(line_buffering=True, errors="backslashreplace")
    faulthandler.enable()
    sys.dont_write_bytecode = True  # a worker can write beside no module, and need not try
    tempfile.tempdir = None  # found out while probing; a worker's is another
    gc.collect()
    gc.freeze()  # objects that are never collected again stay in pages that forks share
    return setup


class _Nursery:
    """Opens jails on request and, where there are no process namespaces, ends what a dead supervisor left behind."""

    def __init__(self, judge: socket.socket, setup: JailSetup) -> None:
        self._judge = judge
        self._setup = setup
        self._watch = Watch(setup.proc)
        self._supervisors: set[int] = set()
        self._wake, waking = os.pipe()
        os.set_blocking(waking, False)
        signal.set_wakeup_fd(waking, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)

    def run(self) -> None:
        waiting = select.poll()
        waiting.register(self._judge, select.POLLIN)
        waiting.register(self._wake, select.POLLIN)
        while True:
            ready = dict(waiting.poll())
            if self._wake in ready:
                os.read(self._wake, 4096)
                self._reap()
            if self._judge.fileno() in ready:
                self._open()

    def _open(self) -> None:
        try:
            request, descriptors = receive_message(self._judge)
        except PeerGone:
            sys.exit(0)
        with socket.socket(fileno=descriptors[0]) as control:
            try:
                self._supervisors.add(open_jail(self._setup, control, Path(request["open"])))
            except OSError as error:
                with contextlib.suppress(PeerGone):
                    send_message(control, {"error": str(error)})

    def _reap(self) -> None:
        while True:
            try:
                pid, _ = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                break
            self._supervisors.discard(pid)
        if Layer.PROCESS_NAMESPACE not in self._setup.layers:
            for orphan in set(self._watch.children(self._watch.own_pid())) - self._supervisors:
                os.kill(orphan, signal.SIGKILL)


if __name__ == "__main__":
    os.environ.pop("PYTHONPATH", None)
    main(socket.socket(fileno=int(sys.argv[1])), json.loads(sys.argv[2]))
