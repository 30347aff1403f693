"""Folders on disk and folders inside zips, looked at in the same way: what is in them, and how to unpack one submission from them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from functools import cached_property
from pathlib import Path
from typing import Protocol

from grader.checks.tree import LeftOut, read_tree, tool_leftover
from grader.intake.commit_time import last_commit
from grader.intake.refused import MAX_BYTES, Budget
from grader.intake.safe_tar import tar_as_zip
from grader.intake.safe_zip import Member, SafeZip

_TARS = (".tar", ".tar.gz", ".tgz")
_REPOSITORY = ".git"
# A class that is wrapped in a tar may be larger than a submission: by how many files, and by how much of its packed size.
_CLASS_FILES = 500_000
_CLASS_RATIO = 20


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

    def open_archive(self, file: str, scratch: Path) -> ZipPlace:
        """What is in one of its zips or tars; it may be put into ``scratch`` first. Raises Refused."""
        ...

    def fetch(self, file: str, folder: Path, budget: Budget) -> Path:
        """That file, unopened, below ``folder``. Raises Refused."""
        ...

    def clones(self) -> frozenset[str]:
        """Names of its folders that are clones of a repository; ``.`` when it is one itself."""
        ...

    def last_commit(self) -> datetime | None:
        """When the last commit of this clone was made, by its own account; None where that cannot be told."""
        ...

    def newest(self, file: str | None) -> datetime | None:
        """When that file, or the newest of all files below, was last changed."""
        ...

    def unpack(self, file: str | None, scratch: Path, budget: Budget) -> Unpacked:
        """That file (a zip or tar is opened), or everything below, in a folder to read from. Raises Refused."""
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

    def open_archive(self, file: str, scratch: Path) -> ZipPlace:
        path = self.path / file
        return _opened(path, self.zone, scratch, Budget(_CLASS_FILES, max(MAX_BYTES, _CLASS_RATIO * path.stat().st_size)))

    def fetch(self, file: str, folder: Path, budget: Budget) -> Path:
        copy_bounded(self.path / file, folder / file, budget)
        return folder / file

    def clones(self) -> frozenset[str]:
        found = {name for name in self.folders() if _is_repository(self.path / name / _REPOSITORY)}
        return frozenset(found | ({"."} if _is_repository(self.path / _REPOSITORY) else set()))

    def last_commit(self) -> datetime | None:
        return last_commit(self.path / _REPOSITORY)

    def newest(self, file: str | None) -> datetime | None:
        names = [file] if file else list(read_tree(self.path).files)
        times = [(self.path / name).stat().st_mtime for name in names]
        return datetime.fromtimestamp(max(times), UTC).replace(microsecond=0) if times else None

    def unpack(self, file: str | None, scratch: Path, budget: Budget) -> Unpacked:
        if file is None:
            return Unpacked(self.path)
        if is_archive(file):
            inside = _opened(self.path / file, self.zone, scratch, replace(budget))
            with inside.archive:
                return inside.unpack(None, scratch, budget)
        self.fetch(file, scratch / "content", budget)
        return Unpacked(scratch / "content")


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

    def open_archive(self, file: str, scratch: Path) -> ZipPlace:
        self.fetch(file, scratch, Budget())
        return FolderPlace(scratch, self.zone).open_archive(file, scratch / "tar")

    def fetch(self, file: str, folder: Path, budget: Budget) -> Path:
        self.archive.unpack(self._members(file), len(self.prefix), folder, budget)
        return folder / file

    def clones(self) -> frozenset[str]:
        depth = len(self.prefix)
        parts = (tuple(item.path.split("/")) for item in self.archive.left_out)
        repositories = (path for path in parts if path[-1] == _REPOSITORY and path[:depth] == self.prefix)
        return frozenset(path[depth] if len(path) == depth + 2 else "." for path in repositories if len(path) <= depth + 2)

    def last_commit(self) -> datetime | None:
        return None  # version control is not unpacked

    def newest(self, file: str | None) -> datetime | None:
        return max((member.time for member in self._members(file) if member.time), default=None)

    def unpack(self, file: str | None, scratch: Path, budget: Budget) -> Unpacked:
        if file is not None and is_archive(file):
            self.fetch(file, scratch / "archive", budget)
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


def is_archive(name: str) -> bool:
    """Whether a file is called a zip or a tar."""
    return name.lower().endswith((".zip", *_TARS))


def _opened(path: Path, zone: tzinfo, scratch: Path, budget: Budget) -> ZipPlace:
    if path.name.lower().endswith(_TARS):
        scratch.mkdir(parents=True, exist_ok=True)
        path = tar_as_zip(path, scratch / "tar.zip", budget)
    return ZipPlace.of(path, zone)


def _is_repository(path: Path) -> bool:
    try:
        return path.is_dir() and not path.is_symlink()
    except PermissionError:
        return False


def copy_bounded(source: Path, target: Path, budget: Budget) -> None:
    """Copy one file, which is no link, within the budget. Raises Refused."""
    budget.spend_file()
    budget.spend_bytes(source.stat().st_size)
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target, follow_symlinks=False)
