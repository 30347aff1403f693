"""Who handed in: names as a download gives them, made safe to show and to use as keys."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count

_MAX_ID = 60
_MAX_SHOWN = 200


@dataclass(frozen=True)
class Person:
    """What a download tells of somebody who handed in; empty where it does not. Untrusted text.

    Attributes:
        lms_id: the platform's own number, as it stands in the names of files.
        student_id: the number that the course gave, as Gradescope writes it.
        repository: name of the clone, where it ends in the name on GitHub, and nothing tells where that begins.
    """

    name: str = ""
    lms_id: str = ""
    student_id: str = ""
    email: str = ""
    github: str = ""
    repository: str = ""

    @property
    def number(self) -> str:
        """What tells namesakes apart; empty where nothing does."""
        return self.lms_id or self.student_id or self.email


def student_ids(labels_and_sources: Sequence[tuple[str, str]]) -> list[str]:
    """A stable key for each (label, source), no two equal: ``amy_adams``; where several would be, each carries a digest of its source."""
    slugs = [_slug(label) or "student" for label, _ in labels_and_sources]
    times = Counter(slugs)
    taken = {slug for slug in slugs if times[slug] == 1}
    ids = []
    for slug, (_, source) in zip(slugs, labels_and_sources, strict=True):
        if times[slug] == 1 and slug != "student":
            ids.append(slug)
            continue
        # A label may look like another's digest, and two sources may share one: then the next digest is tried.
        candidates = (f"{slug}_{_digest(source, attempt)}" for attempt in count())
        free = next(candidate for candidate in candidates if candidate not in taken)
        taken.add(free)
        ids.append(free)
    return ids


def display_name(label: str) -> str:
    """The label without characters that act on a terminal or turn the direction of text; never empty."""
    kept = "".join(character if character.isprintable() else " " for character in label.encode("utf-8", "replace").decode("utf-8"))
    return " ".join(kept.split())[:_MAX_SHOWN] or "(no name)"


def _digest(source: str, attempt: int) -> str:
    text = f"{source}\0{attempt}" if attempt else source
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:8]


def _slug(label: str) -> str:
    ascii_only = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode("ascii")
    return re.sub(r"[^a-z0-9]+", "_", ascii_only.lower()).strip("_")[:_MAX_ID].strip("_")
