"""Folders on disk and folders inside zips, looked at in the same way: what is in them, and how to unpack one submission from them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from functools import cached_property
from pathlib import Path
from typing import Protocol

from grader.checks.tree import LeftOut, read_tree, tool_leftover
from grader.intake.refused import Budget
from grader.intake.safe_zip import Member, SafeZip


@dataclass(frozen=True)
class Unpacked:
    """A submission on disk as it was sent, and what was left out on the way."""

    folder: Path
    left_out: tuple[LeftOut, ...] = ()


class Place(Protocol):
    """A folder of a download. Links and leftovers of tools are not in it."""

    def folders(self) -> Sequence[str]:
        """Names of the folders directly in it, sorted."""
        ...

    def files(self) -> Sequence[str]:
        """Names of the files directly in it, sorted."""
        ...

    def enter(self, folder: str) -> Place:
        """One of its folders."""
        ...

    def open_zip(self, file: str, scratch: Path) -> ZipPlace:
        """What is in one of its zips; it may be put into ``scratch`` first. Raises Refused."""
        ...

    def newest(self, file: str | None) -> datetime | None:
        """When that file, or the newest of all files below, was last changed."""
        ...

    def unpack(self, file: str | None, scratch: Path, budget: Budget) -> Unpacked:
        """That file (a zip is opened), or everything below, in a folder to read from. Raises Refused."""
        ...


@dataclass(frozen=True)
class FolderPlace:
    """A folder on disk. Only ever read."""

    path: Path
    zone: tzinfo

    def folders(self) -> Sequence[str]:
        return self._names(folders=True)

    def files(self) -> Sequence[str]:
        return self._names(folders=False)

    def _names(self, *, folders: bool) -> list[str]:
        with os.scandir(self.path) as entries:
            usable = [entry for entry in entries if not entry.is_symlink() and tool_leftover((entry.name,)) is None]
            return sorted(entry.name for entry in usable if (entry.is_dir() if folders else entry.is_file()))

    def enter(self, folder: str) -> FolderPlace:
        return FolderPlace(self.path / folder, self.zone)

    def open_zip(self, file: str, scratch: Path) -> ZipPlace:  # noqa: ARG002 - it lies on disk already
        return ZipPlace.of(self.path / file, self.zone)

    def newest(self, file: str | None) -> datetime | None:
        names = [file] if file else list(read_tree(self.path).files)
        times = [(self.path / name).stat().st_mtime for name in names]
        return datetime.fromtimestamp(max(times), UTC).replace(microsecond=0) if times else None

    def unpack(self, file: str | None, scratch: Path, budget: Budget) -> Unpacked:
        if file is None:
            return Unpacked(self.path)
        if is_zip(file):
            inside = ZipPlace.of(self.path / file, self.zone)
            with inside.archive:
                return inside.unpack(None, scratch, budget)
        folder = scratch / "content"
        copy_bounded(self.path / file, folder / file, budget)
        return Unpacked(folder)


@dataclass(frozen=True)
class ZipPlace:
    """A folder inside an open zip.

    Attributes:
        prefix: the folders that lead to it.
        below: the files in it and further down.
        inner: the folders in it and further down, empty ones too, each with all that leads to it.
    """

    archive: SafeZip
    prefix: tuple[str, ...]
    below: tuple[Member, ...]
    inner: tuple[tuple[str, ...], ...]
    zone: tzinfo

    @classmethod
    def of(cls, path: Path, zone: tzinfo) -> ZipPlace:
        """The top of a zip; whoever asks closes ``archive``. Raises Refused."""
        archive = SafeZip(path, zone)
        return cls(archive, (), archive.members, tuple(archive.folders), zone)

    def folders(self) -> Sequence[str]:
        return sorted({name for name, members in self._children.items() if any(map(self._deeper, members))} | self._folders.keys())

    def files(self) -> Sequence[str]:
        return sorted(name for name, members in self._children.items() if not all(self._deeper(member) for member in members))

    def enter(self, folder: str) -> ZipPlace:
        prefix = (*self.prefix, folder)
        files = tuple(filter(self._deeper, self._children.get(folder, [])))
        inner = tuple(parts for parts in self._folders.get(folder, []) if len(parts) > len(prefix))
        return ZipPlace(self.archive, prefix, files, inner, self.zone)

    def open_zip(self, file: str, scratch: Path) -> ZipPlace:
        self.archive.unpack(self._members(file), len(self.prefix), scratch, Budget())
        return ZipPlace.of(scratch / file, self.zone)

    def newest(self, file: str | None) -> datetime | None:
        return max((member.time for member in self._members(file) if member.time), default=None)

    def unpack(self, file: str | None, scratch: Path, budget: Budget) -> Unpacked:
        if file is not None and is_zip(file):
            self.archive.unpack(self._members(file), len(self.prefix), scratch / "archive", budget)
            return FolderPlace(scratch / "archive", self.zone).unpack(file, scratch, budget)
        folder = scratch / "content"
        folder.mkdir(parents=True)
        self.archive.unpack(self._members(file), len(self.prefix), folder, budget)
        return Unpacked(folder, () if file else tuple(self._left_out()))

    @cached_property
    def _children(self) -> dict[str, list[Member]]:
        children: dict[str, list[Member]] = {}
        for member in self.below:
            children.setdefault(member.parts[len(self.prefix)], []).append(member)
        return children

    @cached_property
    def _folders(self) -> dict[str, list[tuple[str, ...]]]:
        folders: dict[str, list[tuple[str, ...]]] = {}
        for parts in self.inner:
            folders.setdefault(parts[len(self.prefix)], []).append(parts)
        return folders

    def _deeper(self, member: Member) -> bool:
        return len(member.parts) > len(self.prefix) + 1

    def _members(self, file: str | None) -> list[Member]:
        return [member for member in self._children[file] if not self._deeper(member)] if file else list(self.below)

    def _left_out(self) -> Iterator[LeftOut]:
        above = "".join(f"{part}/" for part in self.prefix)
        for item in self.archive.left_out:
            if item.path.startswith(above):
                yield LeftOut(item.path.removeprefix(above), item.reason)


def is_zip(name: str) -> bool:
    """Whether a file is called a zip."""
    return name.lower().endswith(".zip")


def copy_bounded(source: Path, target: Path, budget: Budget) -> None:
    """Copy one file, which is no link, within the budget. Raises Refused."""
    budget.spend_file()
    budget.spend_bytes(source.stat().st_size)
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target, follow_symlinks=False)
