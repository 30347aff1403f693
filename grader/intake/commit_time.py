"""When the last commit of a clone was made: read from the files of its ``.git``, since no program is ever run on what students made.

The time is the committer's own account. What is not found, too large or not as git writes it, is simply not told.
"""

from __future__ import annotations

import re
import struct
import zlib
from datetime import UTC, datetime
from pathlib import Path

_MAX_TEXT = 4 * 1024 * 1024
_MAX_INDEX = 64 * 1024 * 1024
_MAX_COMMIT = 64 * 1024
_HASH = re.compile(r"[0-9a-f]{40}")
_BRANCH = re.compile(r"ref: (refs/heads/[^\s\\]+)")
_COMMITTER = re.compile(rb"^committer [^\n]*> (\d{1,10}) [+-]\d{4}$", re.MULTILINE)
_INDEX_HEADER = b"\xfftOc\x00\x00\x00\x02"
_COMMIT_IN_PACK = 1


def last_commit(repository: Path) -> datetime | None:
    """The committer's time of the commit that is checked out in this ``.git``; None where that cannot be told."""
    try:
        name = _checked_out(repository)
        content = None if name is None else _loose(repository, name) or _packed(repository, name)
    except (OSError, zlib.error, struct.error, UnicodeDecodeError):
        return None
    told = _COMMITTER.search(content.partition(b"\n\n")[0]) if content else None
    try:
        return None if told is None else datetime.fromtimestamp(int(told[1]), UTC)
    except (ValueError, OverflowError):
        return None


def _checked_out(repository: Path) -> str | None:
    head = _read(repository, "HEAD", _MAX_TEXT).decode().strip()
    branch = _BRANCH.fullmatch(head)
    if branch is None:
        return head if _HASH.fullmatch(head) else None
    if ".." in branch[1].split("/"):
        return None
    if (repository / branch[1]).is_file():
        head = _read(repository, branch[1], _MAX_TEXT).decode().strip()
        return head if _HASH.fullmatch(head) else None
    packed = _read(repository, "packed-refs", _MAX_TEXT).decode()
    return next((line[:40] for line in packed.splitlines() if line[40:] == f" {branch[1]}" and _HASH.fullmatch(line[:40])), None)


def _loose(repository: Path, name: str) -> bytes | None:
    path = f"objects/{name[:2]}/{name[2:]}"
    if not (repository / path).is_file():
        return None
    kind, _, content = zlib.decompressobj().decompress(_read(repository, path, _MAX_COMMIT), _MAX_COMMIT).partition(b"\0")
    return content if kind.startswith(b"commit ") else None


def _packed(repository: Path, name: str) -> bytes | None:
    """The commit from a pack (gitformat-pack, version 2); None when it is in none, or kept there as a difference."""
    for index in sorted((repository / "objects" / "pack").glob("*.idx")):
        offset = _offset(_read(repository, f"objects/pack/{index.name}", _MAX_INDEX), bytes.fromhex(name))
        if offset is None:
            continue
        content = _read(repository, f"objects/pack/{index.stem}.pack", _MAX_COMMIT, offset)
        start = next((at + 1 for at, byte in enumerate(content[:10]) if byte < 0x80), 0)
        if start and content[0] >> 4 & 7 == _COMMIT_IN_PACK:
            return zlib.decompressobj().decompress(content[start:], _MAX_COMMIT)
    return None


def _offset(index: bytes, name: bytes) -> int | None:
    """Where an object begins in the pack of this index."""
    if not index.startswith(_INDEX_HEADER):
        return None
    names = 8 + 256 * 4
    below = struct.unpack_from(">I", index, 8 + 4 * (name[0] - 1))[0] if name[0] else 0
    upto = struct.unpack_from(">I", index, 8 + 4 * name[0])[0]
    count = struct.unpack_from(">I", index, 8 + 4 * 255)[0]
    for position in range(below, min(upto, (len(index) - names) // 20)):
        if index[names + 20 * position : names + 20 * position + 20] == name:
            offset: int = struct.unpack_from(">I", index, names + 24 * count + 4 * position)[0]
            return offset if offset < 1 << 31 else None
    return None


def _read(repository: Path, name: str, at_most: int, start: int = 0) -> bytes:
    """A file of the repository, no more than so many bytes. Raises OSError for a link, also on the way to it, and for what is no file."""
    path = repository
    for part in name.split("/"):
        path = path / part
        if path.is_symlink():
            raise OSError(f"{path} is a link")
    if not path.is_file():
        raise OSError(f"{path} is not a file")
    with path.open("rb") as file:
        file.seek(start)
        return file.read(min(at_most, path.stat().st_size))  # or memory for the most is taken at once
