"""Grades a mini class in a process of its own, for tests that kill it: ``grade_once.py REPOSITORY DOWNLOAD OUT``."""

from __future__ import annotations

import sys
from pathlib import Path

from grader.batch.grade import Progress, grade
from grader.judge.secret import Secret
from grader.judge.suite import load_suite


def tell(progress: Progress) -> None:
    """One line for each step, so that the test knows where the process is."""
    print(progress.what, progress.student, progress.detail, flush=True)


if __name__ == "__main__":
    repository, download, out = map(Path, sys.argv[1:])
    suite = load_suite(repository, "hw", Secret(7, "test"))
    done = grade(suite, download, out, jobs=1, allow_tier="C", by_whom="test", regrade=False, tell=tell)
    print("total", done.total, "fresh", done.fresh, "kept", done.kept, flush=True)
