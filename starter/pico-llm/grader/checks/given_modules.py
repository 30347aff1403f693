"""``given.json``: digests of the modules that came ready-made, so that a changed one is noticed before it is handed in."""

from __future__ import annotations

import codecs
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

GIVEN_FILE = "given.json"
_SCHEMA = 1


def given_digest(content: bytes) -> str:
    """Digest of a given module. A byte-order mark and line ends do not count: editors and version control change them."""
    plain = content.removeprefix(codecs.BOM_UTF8).replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return hashlib.sha256(plain).hexdigest()


def given_to_json(given: Mapping[str, bytes]) -> str:
    """The text of ``given.json`` for these modules (``picollm/lstm.py`` -> content)."""
    files = {path: given_digest(content) for path, content in given.items()}
    return json.dumps({"schema": _SCHEMA, "files": files}, indent=2, sort_keys=True) + "\n"


def read_given(folder: Path) -> dict[str, str]:
    """Path -> digest, from the student's folder. Raises ValueError with a sentence when the file is missing or damaged."""
    path = folder / GIVEN_FILE
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        data = None
    files = data.get("files") if isinstance(data, dict) and data.get("schema") == _SCHEMA else None
    if not isinstance(files, dict):
        raise ValueError(f"{path} is missing or damaged; take it from the assignment's download again")
    return {str(name): str(digest) for name, digest in files.items()}
