"""File descriptors across a fork: what a child keeps is listed, everything else is closed."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable


def close_all_but(kept: Iterable[int], proc: int) -> None:
    """Close every descriptor of this process that is not listed. ``proc`` is a descriptor of /proc; it is closed too unless listed."""
    keep = set(kept)
    listing = os.open("self/fd", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=proc)
    numbers = [int(name) for name in os.listdir(listing)]  # noqa: PTH208  relative to a descriptor
    for number in numbers:
        if number not in keep:
            with contextlib.suppress(OSError):  # the listing's own
                os.close(number)
