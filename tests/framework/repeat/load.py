"""A busy machine: beside the judges, one process for every second core that does nothing but count."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def busy_cores() -> Iterator[None]:
    """There are more processes than cores while this is open, when each core has a judge."""
    counting = [sys.executable, "-c", "while True: pass"]
    processes = [subprocess.Popen(counting) for _ in range(max(1, (os.cpu_count() or 1) // 2))]
    try:
        yield
    finally:
        for process in processes:
            process.kill()
            process.wait()
