"""What isolation costs: CPU and wall time to open a jail and to start and stop a worker, with torch loaded.

    python tests/framework/jail/cost.py [REPEATS]

CPU is that of the zygote and everything forked from it, all of it reaped, so supervisors and the kernel's work on exit are in it. For
comparison, in the same run: forking a process that has loaded the same and ending the child at once.
"""

from __future__ import annotations

import gc
import os
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3]))

from grader.checks.worker import preload
from grader.checks.worker_source import Limits
from grader.jail.zygote import Zygote


def main(repeats: int) -> None:
    """Print a small table."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "answer.py").write_text("x = 1\n")
        started = time.perf_counter()
        with Zygote(allow_tier="C") as zygote:
            print(f"tier {zygote.report.tier}; zygote ready after {time.perf_counter() - started:.2f} s, {_cpu(zygote.pid):.2f} s CPU")
            opening = _measure(zygote, root, repeats, 0)
            with_workers = _measure(zygote, root, repeats, 10)
    print(f"open and close a jail    {opening[0] * 1e3:7.1f} ms CPU {opening[1] * 1e3:7.1f} ms wall")
    check = tuple((many - none) / 10 for many, none in zip(with_workers, opening, strict=True))
    print(f"start and stop a worker  {check[0] * 1e3:7.1f} ms CPU {check[1] * 1e3:7.1f} ms wall")
    plain = _plain_fork(repeats * 5)
    print(f"plain fork and exit      {plain[0] * 1e3:7.1f} ms CPU {plain[1] * 1e3:7.1f} ms wall")


def _measure(zygote: Zygote, root: Path, jails: int, workers: int) -> tuple[float, float]:
    cpu, wall = _cpu(zygote.pid), time.perf_counter()
    for _ in range(jails):
        with zygote.open(root) as jail:
            for _ in range(workers):
                jail.start(Limits()).close()
                jail.stop()
    wall = time.perf_counter() - wall
    time.sleep(0.2)  # the zygote reaps the last supervisor
    return (_cpu(zygote.pid) - cpu) / jails, wall / jails


def _plain_fork(times: int) -> tuple[float, float]:
    preload()
    gc.collect()
    gc.freeze()
    cpu, wall = sum(os.times()[:4]), time.perf_counter()
    for _ in range(times):
        child = os.fork()
        if child == 0:
            os._exit(0)
        os.waitpid(child, 0)
    return (sum(os.times()[:4]) - cpu) / times, (time.perf_counter() - wall) / times


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(int(value) for value in fields[11:15]) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 30)
