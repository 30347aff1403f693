"""Breaks real layouts thousands of times and watches what intake makes of them. ``python -m grader.verify.fuzz``.

Prints what broke with the command that repeats it, then a table; writes ``build/fuzz.json``. Exit status 1 when a promise was broken.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.course.load import load_course
from grader.course.plan import plan_for
from grader.intake.collect import collect
from grader.intake.refused import MAX_BYTES
from grader.verify.figures import Figure, at_most, table, write_figures
from grader.verify.fuzz.break_zip import zipped
from grader.verify.fuzz.downloads import Work, download
from grader.verify.fuzz.trial import Seen, Stage, files_below, run_trial
from grader.verify.fuzz.watch import Watch

REPOSITORY = Path(__file__).resolve().parents[3]
ASSIGNMENT = "pico-llm"
TRIALS = 10_000
# Broken in each trial; the sound one is as small as a hand-in can be, since it is collected each time.
MODULES = ("rmsnorm", "nucleus_sampling")
SOUND = {"picollm/rmsnorm.py": "class RMSNorm:\n    pass\n"}
# A megabyte of source made for it is parsed in about 20 seconds; nothing here comes near.
_MOST_CPU_SECONDS = 60
_MOST_GROWTH = 512 * 1024 * 1024
_MOST_MEMORY = 2 * 1024 * 1024 * 1024
_SHOWN = 20


@dataclass(frozen=True)
class Trial:
    """A trial's number, the kind of its download, and what came of it."""

    number: int
    kind: str
    seen: Seen


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the trials, print and write; 1 when a promise was broken."""
    parser = argparse.ArgumentParser(prog="python -m grader.verify.fuzz", description="Break downloads, and watch intake.")
    parser.add_argument("--trials", type=int, default=TRIALS, help="how many (default: %(default)s)")
    parser.add_argument("--first", type=int, default=0, help="number of the first (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="other mutations for another seed (default: %(default)s)")
    options = parser.parse_args(arguments)
    # What asks for more ends its trial as a crash, and not the machine.
    resource.setrlimit(resource.RLIMIT_DATA, (_MOST_MEMORY, _MOST_MEMORY))
    with tempfile.TemporaryDirectory(prefix="fairmark-fuzz-") as name:
        trials = run_trials(range(options.first, options.first + options.trials), options.seed, Path(name))
    for trial in [trial for trial in trials if trial.seen.broken][:_SHOWN]:
        print(f"{trial.kind}: {'; '.join(trial.seen.broken)}")
        print(f"  again: python -m grader.verify.fuzz --seed {options.seed} --first {trial.number} --trials 1")
    figures = figures_of(trials)
    print(table(figures))
    return 0 if write_figures("fuzz", figures, REPOSITORY / "build") else 1


def run_trials(numbers: range, seed: int, folder: Path) -> list[Trial]:
    """These trials, one after the other, in ``folder``."""
    # Python would write what it compiles while it looks for an encoding's module.
    sys.dont_write_bytecode = True
    course = load_course(REPOSITORY / "course.toml")
    assignment = course.assignment(ASSIGNMENT)
    plan = plan_for(course, ASSIGNMENT, (REPOSITORY / assignment.handout).read_text(encoding="utf-8"))
    solutions = REPOSITORY / "solutions"
    work = Work({f"picollm/{name}.py": (solutions / f"picollm/{name}.py").read_text(encoding="utf-8") for name in MODULES}, SOUND)
    sound = folder / "sound.zip"
    sound.write_bytes(zipped({name: text.encode() for name, text in SOUND.items()}))
    (alone,) = collect(sound, plan, folder / "alone", REPOSITORY)
    stage = Stage(folder / "stage", plan, REPOSITORY, files_below(alone.root), Watch())
    trials = []
    for number in numbers:
        made = download(seed, number, work)
        trials.append(Trial(number, made.kind, run_trial(made, stage)))
    return trials


def figures_of(trials: Sequence[Trial]) -> tuple[Figure, ...]:
    """What was tried, what was broken, and what the worst trial cost."""
    seen = [trial.seen for trial in trials]
    kinds = Counter(trial.kind for trial in trials)
    return (
        Figure("mutations", len(seen), "downloads"),
        *(Figure(f"  {kind}", count, "downloads") for kind, count in kinds.items()),
        Figure("refused, all or in part", sum(item.refused for item in seen), "downloads"),
        at_most("crashes", sum(bool(item.crash) for item in seen), 0, "downloads"),
        at_most("written, read or started where it must not be", sum(bool(item.outside) for item in seen), 0, "downloads"),
        at_most("refused without a message that can be shown", sum(bool(item.unsaid) for item in seen), 0, "downloads"),
        at_most("sound submissions harmed", sum(bool(item.harmed) for item in seen), 0, "downloads"),
        at_most("most bytes left on disk", max(item.written for item in seen), 2 * MAX_BYTES, "bytes"),
        at_most("memory grown by, in the worst one", max(item.grown for item in seen), _MOST_GROWTH, "bytes"),
        at_most("CPU time of the worst one", max(item.cpu_seconds for item in seen), _MOST_CPU_SECONDS, "s"),
        Figure("CPU time of all", sum(item.cpu_seconds for item in seen), "s"),
    )


if __name__ == "__main__":
    sys.exit(main())
