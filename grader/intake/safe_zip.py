"""Reading zips that may have been made to do harm: bounded in memory, time and disk, and never outside the folder given.

No link is ever made, so what is written below a fresh folder stays below it. What an entry claims is checked before anything is unpacked,
and what it really holds is counted while it is.
"""

from __future__ import annotations

import io
import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import IO

from grader.checks.tree import LeftOut, tool_leftover
from grader.checks.zipping import FIXED_TIME
from grader.intake.entry_names import refuse_collisions, safe_parts, shown_name
from grader.intake.refused import Budget, Refused

# The time of a file on disk whose zip does not tell when it was changed, in seconds.
NO_TIME = 0.0

_MAX_DIRECTORY_BYTES = 8 * 1024 * 1024
_BOMB_BYTES = 10 * 1024 * 1024
_BOMB_RATIO = 200
_CHUNK = 1 << 20
_EXTENDED_TIME = 0x5455
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, struct.error, ValueError, OverflowError)


@dataclass(frozen=True)
class Member:
    """A file in a zip.

    Attributes:
        parts: its folders and name; of an unsafe name only what can be shown.
        time: when it was last changed, None when the zip does not tell.
        fault: why it must not be unpacked; empty when it may.
    """

    info: zipfile.ZipInfo
    parts: tuple[str, ...]
    time: datetime | None
    fault: str


class SafeZip:
    """An open zip. Use as a context manager.

    Attributes:
        members: its files, without links and without leftovers of tools.
        folders: the folders that its entries are or lie in, empty ones too, without leftovers of tools.
        left_out: what was not listed, and why.
    """

    def __init__(self, path: Path, zone: tzinfo) -> None:
        """Raises Refused for what is not a zip, is damaged, or is made to exhaust the reader. ``zone``: of times that name none."""
        self._file = path.open("rb")
        try:
            self._archive = zipfile.ZipFile(_BoundedReads(self._file))
        except Refused:
            self._file.close()
            raise
        except _DAMAGED:
            self._file.close()
            raise Refused(f"{shown_name(path.name)} is not a zip that can be opened. Build it again with make submit.") from None
        size = path.stat().st_size
        infos = [info for info in self._archive.infolist() if not info.filename.endswith(("/", "\\"))]
        if sum(info.compress_size for info in infos) > size:
            self.close()
            raise Refused(f"{shown_name(path.name)} is made so that its files overlap. Build it again with make submit.")
        self.members, self.left_out = _listed(infos, zone)
        self.folders = frozenset(_folder(info) for info in self._archive.infolist()) - {()}

    def __enter__(self) -> SafeZip:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def unpack(self, members: Sequence[Member], skip: int, into: Path, budget: Budget) -> None:
        """Write these files below ``into``, without their first ``skip`` folders.

        Raises Refused before anything is written for an unsafe name, an encrypted file, two names for one file, or sizes beyond the
        budget; while writing for damaged content. ``into`` may then hold a part. A file has the time of its member, or ``NO_TIME``.
        """
        for member in members:
            if member.fault:
                raise Refused(member.fault)
        refuse_collisions(member.parts for member in members)
        claimed = Budget(budget.files - len(members), budget.bytes)
        claimed.spend_file()
        claimed.spend_bytes(sum(member.info.file_size for member in members))
        for member in members:
            target = into.joinpath(*member.parts[skip:])
            target.parent.mkdir(parents=True, exist_ok=True)
            budget.spend_file()
            self._unpack_one(member, target, budget)
            time = max(member.time.timestamp(), NO_TIME) if member.time else NO_TIME
            os.utime(target, (time, time))

    def _unpack_one(self, member: Member, target: Path, budget: Budget) -> None:
        with target.open("xb") as out:
            try:
                with self._archive.open(member.info) as source:
                    while chunk := source.read(_CHUNK):
                        budget.spend_bytes(len(chunk))
                        out.write(chunk)
            except _DAMAGED:
                name = shown_name("/".join(member.parts))
                raise Refused(f"{name} in the zip is damaged. Build the zip again with make submit, and upload it again.") from None


class _BoundedReads(io.RawIOBase):
    """A file of which no more than the largest list of contents we accept is ever read into memory at once."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def read(self, size: int = -1) -> bytes:
        # zipfile reads the list of contents in one piece, and asks for "the rest" only near the end of the file.
        content = self._file.read(_MAX_DIRECTORY_BYTES + 1 if size < 0 else min(size, _MAX_DIRECTORY_BYTES + 1))
        if len(content) > _MAX_DIRECTORY_BYTES:
            raise Refused("The zip lists far too many files. Hand in the zip that make submit builds, not the whole folder.")
        return content

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        if whence == io.SEEK_SET and offset < 0:
            raise zipfile.BadZipFile("an entry claims to lie before the file")
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def seekable(self) -> bool:
        return True


def _listed(infos: Sequence[zipfile.ZipInfo], zone: tzinfo) -> tuple[tuple[Member, ...], tuple[LeftOut, ...]]:
    members = []
    left_out: dict[str, LeftOut] = {}
    for info in infos:
        member = _member(info, zone)
        leftover = tool_leftover(member.parts)
        if leftover is None and stat.S_ISLNK(member.info.external_attr >> 16):
            leftover = LeftOut("/".join(member.parts), "a link; only files count")
        if leftover:
            left_out.setdefault(leftover.path, leftover)
        else:
            members.append(member)
    return tuple(members), tuple(left_out.values())


def _member(info: zipfile.ZipInfo, zone: tzinfo) -> Member:
    try:
        parts = safe_parts(info.filename)
        fault = _fault(info)
    except Refused as error:
        # It belongs to whoever's folder it claims to be in, so that one bad name costs only its own submission.
        parts = _bare_parts(info) or ("?",)
        fault = str(error)
    return Member(info, parts, _time(info, zone), fault)


def _bare_parts(info: zipfile.ZipInfo) -> tuple[str, ...]:
    return tuple(part for part in info.filename.replace("\\", "/").split("/") if part not in ("", ".", ".."))


def _folder(info: zipfile.ZipInfo) -> tuple[str, ...]:
    """The folder that an entry is, or lies in, as far as no tool made it."""
    parts = _bare_parts(info)
    folder = parts if info.filename.endswith(("/", "\\")) else parts[:-1]
    while folder and tool_leftover(folder):
        folder = folder[:-1]
    return folder


def _fault(info: zipfile.ZipInfo) -> str:
    name = shown_name(info.filename)
    kind = stat.S_IFMT(info.external_attr >> 16)
    if info.flag_bits & 0x1:
        return f"{name} in the zip is encrypted. Zip without a password."
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return f"{name} is packed by a method that is not read here. Zip with the default settings, or use make submit."
    if kind not in (0, stat.S_IFREG, stat.S_IFLNK):
        return f"{name} in the zip is not an ordinary file. Use make submit."
    if info.file_size > _BOMB_BYTES and info.file_size > _BOMB_RATIO * info.compress_size:
        return f"{name} would unpack to {info.file_size:,} bytes from {info.compress_size:,}. Leave it out, or use make submit."
    return ""


def _time(info: zipfile.ZipInfo, zone: tzinfo) -> datetime | None:
    extra = info.extra
    while len(extra) >= 4:
        kind, size = struct.unpack_from("<HH", extra)
        if kind == _EXTENDED_TIME and size >= 5 and len(extra) >= 9 and extra[4] & 1:
            return datetime.fromtimestamp(struct.unpack_from("<i", extra, 5)[0], UTC)
        extra = extra[4 + size :]
    if info.date_time <= FIXED_TIME:
        return None
    try:
        return datetime(*info.date_time, tzinfo=zone)
    except ValueError:
        return None
