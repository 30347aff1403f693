"""Who handed in: names as a download gives them, made safe to show and to use as keys."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

_MAX_ID = 60
_MAX_SHOWN = 200


def student_ids(labels_and_sources: Sequence[tuple[str, str]]) -> list[str]:
    """A stable key for each (label, source): ``amy_adams``; where several would be equal, each also carries a digest of its source."""
    plain = [_slug(label) or "student" for label, _ in labels_and_sources]
    times = Counter(plain)
    return [
        slug if times[slug] == 1 and slug != "student" else f"{slug}_{hashlib.sha256(source.encode('utf-8', 'replace')).hexdigest()[:8]}"
        for slug, (_, source) in zip(plain, labels_and_sources, strict=True)
    ]


def display_name(label: str) -> str:
    """The label without characters that act on a terminal or turn the direction of text; never empty."""
    kept = "".join(character if character.isprintable() else " " for character in label.encode("utf-8", "replace").decode("utf-8"))
    return " ".join(kept.split())[:_MAX_SHOWN] or "(no name)"


def _slug(label: str) -> str:
    ascii_only = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode("ascii")
    return re.sub(r"[^a-z0-9]+", "_", ascii_only.lower()).strip("_")[:_MAX_ID].strip("_")
