"""The commands. Each is a few lines: parse, call the room that does it, print, exit with a status fit for scripts."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from grader.course.load import load_course
from grader.course.plan import plan_for
from grader.course.problems import CourseError

REPOSITORY = Path(__file__).resolve().parent.parent
EXIT_OK, EXIT_FAILED, EXIT_MISUSE = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    options = _parser().parse_args(arguments)
    try:
        status: int = options.run(options)
    except CourseError as error:
        print(error, file=sys.stderr)
        return EXIT_MISUSE
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="grader", description="Fairmark: releases, grades and verifies the course.")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    plan = commands.add_parser("plan", help="print the course.json of an assignment")
    plan.add_argument("assignment")
    plan.set_defaults(run=_plan)
    return parser


def _plan(options: argparse.Namespace) -> int:
    course = load_course(REPOSITORY / "course.toml")
    handout = (REPOSITORY / course.assignment(options.assignment).handout).read_text(encoding="utf-8")
    print(plan_for(course, options.assignment, handout).to_json(), end="")
    return EXIT_OK


if __name__ == "__main__":
    sys.exit(main())
