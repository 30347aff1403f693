"""The student's commands, the same on every system: ``python -m grader.checks test [EXERCISE ...]`` and ``... submit``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from grader.checks.handin import build_zip
from grader.checks.home import NothingToHandIn
from grader.checks.plan import Plan
from grader.checks.submit_report import submit_report

# What pytest would add to the report of grader.checks.terminal.
QUIET = ("-q", "--no-header", "--tb=no", "--show-capture=no", "--disable-warnings", "-rN", "-pno:cacheprovider")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command in the current folder; returns the exit status: 0 all well, 1 something failed, 2 misuse."""
    parser = argparse.ArgumentParser(prog="python -m grader.checks", description="Check your work, or build what you hand in.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    test = commands.add_parser("test", help="run the public checks and show what works, what is not started, what is wrong")
    test.add_argument("exercise", nargs="*", help="check only these exercises (default: all)")
    commands.add_parser("submit", help="build the zip to hand in and show what the grader will make of it")
    options = parser.parse_args(arguments)
    folder = Path.cwd()
    if not (folder / "course.json").is_file():
        print(f"There is no course.json in {folder}: go to the folder you were given, and try again.", file=sys.stderr)
        return 2
    if options.command == "test":
        return int(pytest.main([*QUIET, *(f"--exercise={name}" for name in options.exercise)]))
    return _submit(folder)


def _submit(folder: Path) -> int:
    plan = Plan.from_json((folder / "course.json").read_text(encoding="utf-8"))
    out = folder / "build" / f"{plan.assignment}-submission.zip"
    out.parent.mkdir(exist_ok=True)
    try:
        hand_in = build_zip(folder, plan, out)
    except NothingToHandIn as problem:
        print(f"Nothing was built: {problem}", file=sys.stderr)
        return 1
    except ValueError as problem:
        print(
            f"Nothing was built: {problem} Take a fresh copy of the folder you were given, and put your picollm/ into it.", file=sys.stderr
        )
        return 2
    print("\n".join(submit_report(hand_in, plan, out.relative_to(folder))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
