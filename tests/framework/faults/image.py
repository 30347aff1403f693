"""A warm process that grades the class of ``scene.py`` once for each request, with one thing going wrong: ``image.py REPOSITORY DOWNLOAD``.

Requests and answers are JSON lines. A request names the results folder and what to arm; the answer says how the coordinator ended, what
it said, and how many events each process had. Every grader process is a fork of this one.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from datetime import datetime, timedelta, tzinfo
from functools import partial
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
from forked import Forked, ForkedJudge, ForkedZygote
from trip import Trip

import grader.batch.grade
import grader.gradebook.gradebook
import grader.intake.collect
import grader.jail.birth
import grader.jail.supervisor
import grader.jail.workers
import grader.jail.zygote
import grader.judge.job
import grader.judge.pool
from grader.batch.grade import GRADEBOOK, grade
from grader.checks import worker
from grader.checks.host import Host
from grader.gradebook.gradebook import Gradebook
from grader.gradebook.reports import write_reports
from grader.judge.secret import Secret
from grader.judge.suite import Suite, load_suite

NOBODY = 65534
TRIP = Trip()


def ticking(owner: Any, name: str, clock: str, *, after: bool = True) -> None:
    """Make each call of a function an event, and its return another."""
    original = getattr(owner, name)

    def wrapped(*args: Any, **kwargs: Any) -> Any:
        TRIP.tick(clock)
        value = original(*args, **kwargs)
        if after:
            TRIP.tick(clock)
        return value

    setattr(owner, name, wrapped)


def instrument() -> None:
    """Where events are counted."""
    connect = grader.gradebook.gradebook.connect

    def traced(path: Path) -> Any:
        connection = connect(path)
        connection.set_trace_callback(lambda _statement: TRIP.tick("coordinator"))
        return connection

    grader.gradebook.gradebook.connect = traced
    ticking(grader.intake.collect, "_submission", "coordinator")
    for name in ("read", "write"):
        ticking(grader.judge.job._Line, name, "judge")
    ticking(grader.judge.job._Line, "tell", "outcome", after=False)
    for name in ("start", "stop"):
        ticking(grader.jail.workers.JailedWorkers, name, "judge")
    ticking(grader.jail.zygote.Zygote, "open", "judge")
    ticking(Host, "answer", "worker")
    ticking(grader.jail.birth.Birth, "_confine", "worker")
    run = grader.jail.supervisor.Supervisor.run

    def noted(self: Any) -> None:
        TRIP.note_supervisor(self._me)
        run(self)

    grader.jail.supervisor.Supervisor.run = noted


def fork_instead_of_start() -> None:
    """Judges and zygotes become forks."""

    def zygote(*args: Any, **kwargs: Any) -> Forked:
        made = ForkedZygote(*args, **kwargs)
        TRIP.note_zygote(made.pid)
        return made

    grader.judge.pool.subprocess = SimpleNamespace(Popen=ForkedJudge, PIPE=subprocess.PIPE)
    grader.jail.zygote.subprocess = SimpleNamespace(Popen=zygote, DEVNULL=subprocess.DEVNULL)


class JumpingClock(datetime):
    """Goes back and forth by days with each look."""

    _looks = count()

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:
        jump = (-9, 400, 3, -4000)[next(cls._looks) % 4]
        return datetime.now(tz) + timedelta(days=jump)


def coordinator(suite: Suite, download: Path, request: dict[str, Any], say: int) -> None:
    """Grade and write reports, as the command does.

    What may stand against it: ``file_bytes`` bounds each file by the kernel, ``pages`` the gradebook by SQLite, whose error is that of a
    full disk; ``impatient`` waits for no lock; ``jumps`` makes the clock jump; ``unprivileged`` takes root's rights.
    """
    out = Path(request["out"])
    if request.get("file_bytes"):
        resource.setrlimit(resource.RLIMIT_FSIZE, (request["file_bytes"], resource.RLIM_INFINITY))
    if request.get("pages"):
        on_each_connection(f"PRAGMA max_page_count = {request['pages']}")
    if request.get("impatient"):
        on_each_connection("PRAGMA busy_timeout = 1")
    if request.get("jumps"):
        grader.gradebook.gradebook.datetime = JumpingClock
        Gradebook.__init__.__defaults__ = (lambda: JumpingClock.now(),)
    if request.get("unprivileged") and os.geteuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    try:
        done = grade(suite, download, out, jobs=1, allow_tier="C", by_whom="test", regrade=False, tell=lambda _: None)
        with Gradebook(out / GRADEBOOK) as book:
            write_reports(book, suite.course, suite.plan, out, ())
        answer = {"done": [done.fresh, done.kept, *done.unsettled]}
    except Exception as error:  # noqa: BLE001  the test looks at which
        answer = {"refused": f"{type(error).__name__}: {error}"}
    with os.fdopen(say, "w", encoding="utf-8") as answering:
        json.dump(answer, answering)


def on_each_connection(pragma: str) -> None:
    """Every connection to the gradebook begins with this."""
    connect = grader.gradebook.gradebook.connect

    def told(path: Path) -> Any:
        connection = connect(path)
        connection.execute(pragma)
        return connection

    grader.gradebook.gradebook.connect = told


def serve(suite: Suite, download: Path) -> None:
    """Answer until stdin closes."""
    for line in sys.stdin:
        request = json.loads(line)
        TRIP.arm(*request.get("arm", ["judge", 0, "nobody"]))
        here, there = os.pipe()
        with os.fdopen(here, encoding="utf-8") as hearing:
            child = Forked(partial(coordinator, suite, download, request, there), (there,))
            os.close(there)
            said = hearing.read()
            status = child.wait()
        answer = {"status": status, "counts": TRIP.counts(), "fired": TRIP.fired, **(json.loads(said) if said else {})}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    repository, download = map(Path, sys.argv[1:])
    worker.preload()
    worker.preload = lambda: None  # done, and torch allows it once
    instrument()
    fork_instead_of_start()
    serve(load_suite(repository, "hw", Secret(7, "test")), download)
