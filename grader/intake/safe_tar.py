"""Reading tars that may have been made to do harm: each is rewritten as a zip of stored entries, and everything that holds for zips holds.

Read from front to back, once, counting what comes out. Nothing is extracted by name, no link is followed: names, links, devices and
collisions are judged where those of zips are, in ``safe_zip``.
"""

from __future__ import annotations

import gzip
import io
import stat
import struct
import tarfile
import warnings
import zipfile
import zlib
from pathlib import Path
from typing import Self

from grader.checks.tree import tool_leftover
from grader.checks.zipping import FIXED_TIME
from grader.intake.entry_names import shown_name
from grader.intake.refused import MAX_BYTES, Budget, Refused

_GZIP = b"\x1f\x8b"
_MAX_HEADER_BYTES = 1 << 20
# Headers, padding and leftovers of tools, beyond what is kept.
_OVERHEAD = 2
_CHUNK = 1 << 20
_EXTENDED_TIME = 0x5455
_LONGER_HEADERS = (*tarfile.GNU_TYPES, tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE)
_DAMAGED = (
    tarfile.TarError,
    gzip.BadGzipFile,
    zlib.error,
    EOFError,
    ValueError,
    OverflowError,
    RecursionError,
    struct.error,
)
_KINDS = {tarfile.SYMTYPE: stat.S_IFLNK, tarfile.LNKTYPE: stat.S_IFLNK, tarfile.REGTYPE: stat.S_IFREG, tarfile.AREGTYPE: stat.S_IFREG}


def tar_as_zip(path: Path, target: Path, budget: Budget) -> Path:
    """Write the entries of a tar, gzipped or not, to a new zip ``target``, and return it. Leftovers of tools come without their content.

    Raises Refused for what is not a tar, is damaged, or holds more than the budget.
    """
    name = shown_name(path.name)
    with path.open("rb") as file, zipfile.ZipFile(target, "x", zipfile.ZIP_STORED) as archive:
        try:
            content = gzip.GzipFile(fileobj=file) if file.read(len(_GZIP)) == _GZIP else file
            file.seek(0)
            bounded = _Bounded(content, max(MAX_BYTES, budget.bytes) * _OVERHEAD)
            with tarfile.open(fileobj=bounded, mode="r|", tarinfo=_ShortHeaders, errors="surrogateescape") as tar:
                left_out: set[str] = set()
                while member := tar.next():
                    _copy(tar, member, archive, budget, left_out)
                    tar.members.clear()  # type: ignore[attr-defined] # or a million empty entries would fill the memory
        except _DAMAGED:
            raise Refused(f"{name} is not a tar that can be opened, or is damaged. Hand in the zip that make submit builds.") from None
    return target


class _ShortHeaders(tarfile.TarInfo):
    """Refuses headers that are followed by a name or a table larger than any that is meant well: they are read in one piece."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        header = super().frombuf(buf, encoding, errors)
        if header.type in _LONGER_HEADERS and header.size > _MAX_HEADER_BYTES:
            raise Refused("The tar holds a name that is far too long. Hand in the zip that make submit builds.")
        return header


class _Bounded(io.RawIOBase):
    """A stream of which no more than so many bytes are ever read."""

    def __init__(self, file: io.BufferedIOBase, limit: int) -> None:
        self._file, self._left = file, limit

    def read(self, size: int = -1) -> bytes:
        content = self._file.read(size)
        self._left -= len(content)
        if self._left < 0:
            raise Refused("The tar unpacks to far too much. Hand in the zip that make submit builds, not the whole folder.")
        return content


def _copy(tar: tarfile.TarFile, member: tarfile.TarInfo, archive: zipfile.ZipFile, budget: Budget, left_out: set[str]) -> None:
    name = _text(member.name.encode("utf-8", "surrogateescape"))
    leftover = tool_leftover([part for part in name.split("/") if part != "."] or [name])
    if leftover and leftover.path in left_out:
        return
    left_out |= {leftover.path} if leftover else set()
    info = zipfile.ZipInfo(f"{name}/" if member.isdir() else name, FIXED_TIME)
    kind = stat.S_IFDIR if member.isdir() else _KINDS.get(member.type, stat.S_IFCHR)
    info.external_attr = (kind | 0o644) << 16
    if 0 < member.mtime < 1 << 31:
        info.extra = struct.pack("<HHBi", _EXTENDED_TIME, 5, 1, int(member.mtime))
    budget.spend_file()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # two entries of one name are refused when the zip is unpacked
        with archive.open(info, "w") as out:
            source = tar.extractfile(member) if kind == stat.S_IFREG and not leftover else None
            while source is not None and (chunk := source.read(_CHUNK)):
                budget.spend_bytes(len(chunk))
                out.write(chunk)


def _text(name: bytes) -> str:
    """A name in UTF-8, or as old programs wrote it."""
    try:
        return name.decode("utf-8")
    except UnicodeDecodeError:
        return name.decode("latin-1")
