"""Judges the reference N times in one process tree: ``python -m benchmarks.judging N all|pair``. Prints seconds by place as JSON."""

from __future__ import annotations

import json
import resource
import shutil
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from benchmarks.pair import EXERCISES, chosen_checks
from grader.checks.outcome import CheckOutcome, Status
from grader.checks.session import CheckSession, Telemetry
from grader.jail.zygote import Zygote
from grader.judge.checks_run import list_checks, run_checks
from grader.judge.judge import Judge
from grader.judge.secret import Secret
from grader.judge.suite import load_suite

REPOSITORY = Path(__file__).resolve().parent.parent


def main() -> None:
    """Judge and print."""
    times, what = int(sys.argv[1]), sys.argv[2]
    suite = load_suite(REPOSITORY, "pico-llm", Secret(1, "benchmark"))
    workers: Counter[str] = Counter()
    passed: list[bool] = []

    def note(outcome: CheckOutcome, telemetry: Telemetry) -> None:
        workers["seconds"] += telemetry.worker_cpu_seconds  # type: ignore[assignment]
        passed.append(outcome.status is Status.PASSED)

    with tempfile.TemporaryDirectory() as folder, Zygote() as zygote, Judge(suite, zygote) as judge:
        root = Path(folder)
        shutil.copytree(suite.reference / suite.plan.package, root / suite.plan.package, ignore=shutil.ignore_patterns("__pycache__"))
        chosen = {info.id for info in chosen_checks(suite)} if what == "pair" else set()
        other = {info.id: _never_run(info.id) for info in list_checks(suite.plan, suite.folders) if info.id not in chosen}
        # The peer has these two exercises' checks and no others; so have we.
        files = tuple(folder / f"test_{name}.py" for folder in suite.folders for name in EXERCISES)
        own = time.process_time()
        for number in range(times):
            if what == "pair":
                with zygote.open(root) as jail:
                    run_checks(CheckSession(suite.plan, root, jail, suite.secret.seed, note, done=other), files)
            else:
                judge.judge(root, str(number), {}, note)
        own = time.process_time() - own
    if not all(passed):
        raise SystemExit("the reference failed a check")
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(
        json.dumps(
            {
                "checks": len(passed) // max(1, times),
                "judge": own,
                "workers": float(workers["seconds"]),
                "below": children.ru_utime + children.ru_stime,
            }
        )
    )


def _never_run(check: str) -> CheckOutcome:
    return CheckOutcome(check, "", "", (), "", "", Status.PASSED)


if __name__ == "__main__":
    main()
