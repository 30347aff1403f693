"""Zip files that are the same bytes for the same content: sorted names, one fixed time, one fixed mode."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path

# The earliest time that a zip entry can hold; intake reads it as "not told".
FIXED_TIME = (1980, 1, 1, 0, 0, 0)
_MODE = 0o100644 << 16
_UNIX = 3


def write_zip(out: Path, files: Mapping[str, bytes]) -> None:
    """Write a zip of these files (relative posix path -> bytes), whole or not at all.

    The same bytes on every run and system; only another build of zlib may compress differently.
    """
    unfinished = out.with_name(out.name + ".part")
    try:
        with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
            for name in sorted(files):
                entry = zipfile.ZipInfo(name, FIXED_TIME)
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.create_system = _UNIX
                entry.external_attr = _MODE
                archive.writestr(entry, files[name])
        unfinished.replace(out)
    finally:
        unfinished.unlink(missing_ok=True)
