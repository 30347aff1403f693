"""Some files of a folder, which together are one submission, under the names they had when they were handed in."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from grader.intake.layouts.entry import SentFile
from grader.intake.places import Place, Unpacked, is_archive
from grader.intake.refused import Budget


@dataclass(frozen=True)
class PickedFiles:
    """Files of a place, in the order in which they were uploaded."""

    place: Place
    files: Sequence[SentFile]

    def newest(self) -> datetime | None:
        """When the newest of them was last changed."""
        times = (self.place.newest(file.name) for file in self.files)
        return max((time for time in times if time is not None), default=None)

    def unpack(self, scratch: Path, budget: Budget) -> Unpacked:
        """All of them in a folder; a lone archive is opened. Raises Refused."""
        if len(self.files) == 1 and is_archive(self.files[0].name):
            return self.place.unpack(self.files[0].name, scratch, budget)
        folder = scratch / "content"
        folder.mkdir(parents=True)
        for number, file in enumerate(self.files, start=1):
            self.place.fetch(file.name, scratch / f"sent-{number}", budget).rename(folder / file.given)
            # Which of several zips is the newest is told by their times; here the order of the uploads tells it.
            os.utime(folder / file.given, (number, number))
        return Unpacked(folder)
