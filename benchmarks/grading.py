"""CPU seconds per submission: the whole assignment in the jail, and ten checks beside otter-grader. ``python -m benchmarks.grading``."""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
from pathlib import Path

from benchmarks.cpu import cost_of
from benchmarks.otter_side import build_otter
from grader.judge.secret import Secret
from grader.judge.suite import load_suite
from grader.verify.figures import Figure, table, write_figures

REPOSITORY = Path(__file__).resolve().parent.parent
ROUNDS = 3
FEW, MANY = 1, 11
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": str(REPOSITORY), "PYTHONWARNINGS": "ignore"}
AIM = 20.0


def main() -> int:
    """Measure, print and write; 1 when a gate is broken."""
    whole = [_per_submission("all", 1, 4) for _ in range(2)]
    with tempfile.TemporaryDirectory(prefix="fairmark-bench-") as name:
        pairs = [(_per_submission("pair", FEW, MANY), _otter(Path(name) / str(number))) for number in range(ROUNDS)]
    ours = statistics.median(mine["cpu"] for mine, _ in pairs)
    start = statistics.median(mine["start"] for mine, _ in pairs)
    theirs = statistics.median(other for _, other in pairs)
    ratio = statistics.median(other / mine["cpu"] for mine, other in pairs)
    cold = statistics.median(other / (mine["cpu"] + mine["start"]) for mine, other in pairs)
    figures = (
        Figure("whole assignment, checks", whole[0]["checks"], "checks"),
        Figure("whole assignment, per submission", statistics.median(item["cpu"] for item in whole), "CPU s"),
        Figure("  of it in workers (student code)", statistics.median(item["workers"] for item in whole), "CPU s"),
        Figure("  of it in the judge", statistics.median(item["judge"] for item in whole), "CPU s"),
        Figure("  of it in jail and supervisor", statistics.median(item["rest"] for item in whole), "CPU s"),
        Figure("ten checks, per submission", ours, "CPU s"),
        Figure("ten checks, start of a judge, once per job", start, "CPU s"),
        Figure("ten checks, otter run", theirs, "CPU s"),
        Figure("otter run / ours", ratio, "times", aim=f">= {AIM:g}"),
        Figure("otter run / ours, for one submission from nothing", cold, "times"),
        Figure("rounds", ROUNDS, "rounds"),
    )
    print(table(figures))
    return 0 if write_figures("bench", figures, REPOSITORY / "build") else 1


def _per_submission(what: str, few: int, many: int) -> dict[str, float]:
    """Marginal CPU seconds of one more submission, by place, and the cost of starting: the whole process tree, run twice."""
    first, second = (_judging(what, times) for times in (few, many))
    step = {key: (second[key] - first[key]) / (many - few) for key in ("cpu", "judge", "workers")}
    return {
        **step,
        "rest": step["cpu"] - step["judge"] - step["workers"],
        "start": first["cpu"] - few * step["cpu"],
        "checks": first["checks"],
    }


def _judging(what: str, times: int) -> dict[str, float]:
    cost = cost_of([sys.executable, "-m", "benchmarks.judging", str(times), what], REPOSITORY, ONE_THREAD)
    said: dict[str, float] = json.loads(cost.output.splitlines()[-1])
    return {**said, "cpu": cost.cpu_seconds}


def _otter(folder: Path) -> float:
    """CPU seconds of ``otter run`` on the same ten checks; every one must pass."""
    suite = load_suite(REPOSITORY, "pico-llm", Secret(1, "benchmark"))
    autograder, submission = build_otter(suite, folder)
    command = [str(Path(sys.executable).parent / "otter"), "run", "-a", str(autograder), "-o", str(folder), str(submission)]
    cost = cost_of(command, folder, ONE_THREAD)
    results = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    earned = sum(test.get("score", 0) for test in results["tests"])
    wanted = sum(test.get("max_score", 0) for test in results["tests"])
    if not wanted or earned != wanted:
        raise RuntimeError(f"otter gave {earned} of {wanted}:\n{json.dumps(results, indent=1)[:3000]}")
    return cost.cpu_seconds


if __name__ == "__main__":
    sys.exit(main())
