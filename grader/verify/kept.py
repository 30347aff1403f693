"""Results of earlier runs, by content: what did not change is not judged again."""

from __future__ import annotations

from pathlib import Path

from grader.judge.result import Result
from grader.judge.suite import Suite


class Kept:
    """A folder of results for one suite and one secret."""

    def __init__(self, suite: Suite, folder: Path) -> None:
        self._folder = folder / suite.hash / suite.secret.hash
        self._folder.mkdir(parents=True, exist_ok=True)

    def get(self, content_hash: str) -> Result | None:
        """The result of that content; None when there is none of this version."""
        path = self._folder / f"{content_hash}.json"
        return Result.from_json(path.read_text(encoding="utf-8")) if path.exists() else None

    def put(self, result: Result) -> None:
        """Keep a result, whole or not at all."""
        path = self._folder / f"{result.submission}.json"
        half = path.with_suffix(".part")
        half.write_text(result.to_json(), encoding="utf-8")
        half.replace(path)
