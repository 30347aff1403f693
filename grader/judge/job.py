"""One judge process: tasks come as JSON lines on stdin, events go as JSON lines to stdout, one at a time, each acknowledged.

The acknowledgement comes when the reader has made the event durable; the next check starts after it. Run as ``python -m grader.judge.job``.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, TextIO

from grader.checks.outcome import CheckOutcome
from grader.checks.session import Telemetry
from grader.checks.worker_source import WorkerLost
from grader.jail.zygote import Zygote
from grader.judge.checks_run import SuiteFault, list_checks
from grader.judge.judge import JailLost, Judge
from grader.judge.secret import Secret
from grader.judge.suite import load_suite


class _Line:
    """The job's side of the conversation."""

    def __init__(self, events: TextIO) -> None:
        self._events = events

    def read(self) -> dict[str, Any] | None:
        """The next command; None when the other side is gone."""
        line = sys.stdin.readline()
        if not line:
            return None
        command: dict[str, Any] = json.loads(line)
        return command

    def write(self, event: Mapping[str, Any]) -> None:
        """Tell an event."""
        try:
            self._events.write(json.dumps(event) + "\n")
            self._events.flush()
        except BrokenPipeError:
            os._exit(0)

    def tell(self, outcome: CheckOutcome, telemetry: Telemetry) -> None:
        """Tell an outcome and wait until it is durable."""
        try:
            self.write({"event": "outcome", "outcome": outcome.to_json(), "telemetry": asdict(telemetry)})
            heard = self.read()
        except BaseException:  # noqa: BLE001  half a conversation cannot go on, and pytest would catch it; another judge can
            traceback.print_exc()
            os._exit(1)
        if heard is None:
            os._exit(0)  # nobody listens any more; an exception would only travel through pytest and complain on the terminal


def main() -> None:
    """Serve until stdin closes."""
    # Whatever prints in this process must not end up among the events.
    events = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    line = _Line(events)
    setup = line.read()
    if setup is None:
        return
    suite = load_suite(Path(setup["repository"]), setup["assignment"], Secret(setup["seed"], setup["seed_hash"]))
    list_checks(suite.plan, suite.folders)  # a suite that cannot be collected is a fault for everyone: found before any submission
    try:
        with Zygote(allow_tier=setup["allow_tier"]) as zygote, Judge(suite, zygote) as judge:
            line.write({"event": "ready", "suite": suite.hash})
            while (task := line.read()) is not None:
                done = {item["check"]: CheckOutcome.from_json(item) for item in task["done"]}
                result = judge.judge(Path(task["root"]), task["content_hash"], done, line.tell)
                line.write({"event": "result", "result": result.to_json()})
    except (WorkerLost, JailLost, SuiteFault) as lost:  # the suite was collected above: what ails it now may be the machine
        line.write({"event": "lost", "reason": str(lost)[-2000:]})


if __name__ == "__main__":
    main()
