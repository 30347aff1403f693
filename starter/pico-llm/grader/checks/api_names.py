"""Library names as rules know them: is ``torch.nn.modules.normalization.RMSNorm`` forbidden when ``torch.nn.RMSNorm`` is?

Names are dotted and full. A name is looked up among loaded modules only: nothing is imported and no module's ``__getattr__`` runs.
To deny a module (``torch.ops``) forbids every way through it, and leaves alone what is public elsewhere too; to deny all that is in it
(``torch.optim.*``) forbids those objects wherever they are met.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import ModuleType

from grader.checks.plan import ApiRules

# Longer names are nobody's: the longest public ones of torch have seven parts.
MAX_PARTS = 12


def matches(name: str, pattern: str) -> bool:
    """Whether a full name is the pattern; a trailing ``*`` in the pattern stands for any ending."""
    return name.startswith(pattern[:-1]) if pattern.endswith("*") else name == pattern


def find_object(name: str) -> object | None:
    """The loaded object of that full name; None where there is none, and for names of more than ``MAX_PARTS`` parts."""
    parts = name.split(".", MAX_PARTS)
    if len(parts) > MAX_PARTS:
        return None
    for length in range(len(parts), 0, -1):
        found: object = sys.modules.get(".".join(parts[:length]))
        if found is None:
            continue
        for part in parts[length:]:
            found = vars(found).get(part) if isinstance(found, ModuleType | type) else None
        return found
    return None


def expand(pattern: str) -> Iterator[tuple[str, object]]:
    """The loaded objects that a pattern of a rule names, with their full names; for a module, everything public in it."""
    if not pattern.endswith("*"):
        found = find_object(pattern)
        if isinstance(found, ModuleType):
            yield from expand(f"{pattern}.*")
        elif found is not None:
            yield pattern, found
        return
    parent, _, beginning = pattern[:-1].rpartition(".")
    module = find_object(parent)
    if not isinstance(module, ModuleType):
        return
    for attribute, value in list(vars(module).items()):
        is_private = attribute.startswith("_") and not beginning.startswith("_")
        if is_private or not attribute.startswith(beginning):
            continue
        if not isinstance(value, ModuleType):
            yield f"{parent}.{attribute}", value
        elif value.__name__ == f"{parent}.{attribute}":  # not a module that was merely imported there
            yield from expand(f"{parent}.{attribute}.*")


def ruled(rules: ApiRules) -> Iterator[tuple[str, object]]:
    """The loaded objects that the rules name; a denied module stands for itself."""
    for pattern in rules.names:
        module = find_object(pattern)
        if rules.kind == "deny" and isinstance(module, ModuleType):
            yield pattern, module
        else:
            yield from expand(pattern)


class RuleBook:
    """One exercise's rules, ready to be asked about names. Other paths to the same class or function count as the same."""

    def __init__(self, rules: ApiRules) -> None:
        self._rules = rules
        self._known = {id(value): name for name, value in ruled(rules) if _has_identity(value)}

    def forbidden(self, name: str) -> str:
        """The name to report, if the full name, or the object it is an attribute of, is forbidden; else an empty string."""
        return self._denied(name) if self._rules.kind == "deny" else self._not_allowed(name)

    def _denied(self, name: str) -> str:
        parts = name.split(".")
        for length in range(1, len(parts) + 1):
            prefix = ".".join(parts[:length])
            if any(matches(prefix, pattern) for pattern in self._rules.names):
                return prefix
            if same := self._same_object(prefix):
                return same
        return ""

    def _not_allowed(self, name: str) -> str:
        if not any(name.startswith(f"{scope}.") for scope in self._rules.scope):
            return ""
        parts = name.split(".")
        prefixes = [".".join(parts[:length]) for length in range(1, len(parts) + 1)]
        leads_to_allowed = any(pattern.startswith(f"{name}.") for pattern in self._rules.names)
        is_allowed = any(matches(prefix, pattern) for prefix in prefixes for pattern in self._rules.names)
        if leads_to_allowed or is_allowed or any(self._same_object(prefix) for prefix in prefixes):
            return ""
        return name

    def _same_object(self, name: str) -> str:
        found = find_object(name)
        return self._known.get(id(found), "") if _has_identity(found) else ""


def _has_identity(value: object) -> bool:
    """Whether two names of this object are two names of the same thing; small numbers and strings are shared by chance."""
    return callable(value) or isinstance(value, ModuleType)
