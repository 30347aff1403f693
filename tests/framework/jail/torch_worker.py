"""The tests' small worker with what the checks' worker loads."""

from __future__ import annotations

from small_worker import serve

from grader.checks.worker import preload

__all__ = ["preload", "serve"]
