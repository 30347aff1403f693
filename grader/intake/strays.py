"""Files directly in a download that cannot be a hand-in: which are nobody's, and what the others are."""

from __future__ import annotations

import re
from collections.abc import Collection

_LITTER = frozenset({"thumbs.db", "ehthumbs.db", "desktop.ini"})
# A page or a table about the whole class, as Moodle, Sakai, Brightspace and Gradescope add it.
_PLATFORM = re.compile(r"(index|feedback)\.html?|(grades|bewertung(en)?)\b.*\.(csv|xlsx?|ods)|submission_metadata\.ya?ml", re.IGNORECASE)
# Blackboard's page about one attempt, beside the files of that attempt, which begin with the same words.
_ATTEMPT = re.compile(r"(.*_attempt_\d{4}(?:-\d{2}){5})\.txt", re.IGNORECASE)
_SUFFIX = re.compile(r"(\.tar)?\.[A-Za-z0-9]{1,8}$", re.IGNORECASE)
_KINDS = {
    "a text file": (".txt", ".md", ".rtf", ".tex"),
    "a PDF": (".pdf",),
    "a text document": (".doc", ".docx", ".odt", ".pages"),
    "a web page": (".html", ".htm"),
    "a picture": (".png", ".jpg", ".jpeg", ".heic", ".gif"),
    "an archive that is not a zip": (".xz", ".bz2", ".zst", ".zipx"),
}


def nobodys(name: str, beside: Collection[str]) -> bool:
    """Whether a file is litter, or the learning platform's own, given the names of the files beside it."""
    attempt = _ATTEMPT.fullmatch(name)
    if attempt:
        return any(other.startswith(f"{attempt[1]}_") for other in beside)
    return name.startswith((".", "~$")) or name.casefold() in _LITTER or _PLATFORM.fullmatch(name) is not None


def what_to_do(name: str) -> str:
    """What a file is, and what to hand in instead, as a sentence."""
    kind = next((kind for kind, suffixes in _KINDS.items() if name.lower().endswith(suffixes)), "a file that is neither a zip nor Python")
    return f"It is {kind}; hand in the zip that make submit builds."


def without_suffix(name: str) -> str:
    """``Text Tina.txt`` -> ``Text Tina``."""
    return _SUFFIX.sub("", name) or name
