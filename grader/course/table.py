"""Reads one TOML table: checks each value's type, notes what is wrong, and refuses keys that nobody asked for."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from grader.course.problems import Problems, nearest

_MISSING = object()


class Table:
    """A table under its dotted key. Every reader returns a harmless value after noting a fault, so that reading goes on.

    After the last key is read, ``finish`` notes the keys that were never asked for.
    """

    def __init__(self, data: Mapping[str, Any], key: str, problems: Problems) -> None:
        self.key = key
        self._data = data
        self._problems = problems
        self._asked: set[str] = set()

    def path(self, name: str) -> str:
        """The dotted key of ``name`` in this table."""
        return f"{self.key}.{name}" if self.key else name

    def fault(self, name: str, fault: str, fix: str) -> None:
        """Note a fault at one of this table's keys."""
        self._problems.add(self.path(name), fault, fix)

    def fault_here(self, fault: str, fix: str) -> None:
        """Note a fault of the table itself, such as its name."""
        self._problems.add(self.key, fault, fix)

    def has(self, name: str) -> bool:
        """Whether the key is there; it then counts as known."""
        self._asked.add(name)
        return name in self._data

    def text(self, name: str, default: str | None = None) -> str:
        """A string that is not blank."""
        value = self._value(name, default)
        if value is _MISSING:
            return ""
        if not isinstance(value, str) or (value.strip() == "" and default is None):
            self.fault(name, f"is {value!r}", 'Write a text in quotes, such as "..."')
            return ""
        return value

    def texts(self, name: str, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        """A list of strings without repeats."""
        value = self._value(name, default)
        if value is _MISSING:
            return ()
        if not isinstance(value, list | tuple) or not all(isinstance(item, str) and item.strip() for item in value):
            self.fault(name, f"is {value!r}", 'Write a list of texts, such as ["...", "..."]')
            return ()
        for repeated in sorted({item for item in value if value.count(item) > 1}):
            self.fault(name, f"names {repeated!r} twice", "Remove one of them")
        return tuple(dict.fromkeys(value))

    def whole(self, name: str, default: int | None = None, at_least: int = 0) -> int:
        """A whole number, at least ``at_least``."""
        value = self._value(name, default)
        if value is _MISSING:
            return at_least
        if not isinstance(value, int) or isinstance(value, bool) or value < at_least:
            self.fault(name, f"is {value!r}", f"Write a whole number, {at_least} or more")
            return at_least
        return value

    def number(self, name: str, default: Fraction | None = None, *, positive: bool = False, at_most: int | None = None) -> Fraction:
        """An exact number, not negative (or positive, or bounded)."""
        value = self._value(name, default)
        if value is _MISSING:
            return Fraction(0)
        is_number = isinstance(value, int | Decimal | Fraction) and not isinstance(value, bool)
        if not is_number or (isinstance(value, Decimal) and not value.is_finite()):
            self.fault(name, f"is {value!r}", "Write a number, such as 2 or 2.5")
            return Fraction(0)
        number = Fraction(value)
        bounds = "more than 0" if positive else "0 or more"
        if number < 0 or (positive and number == 0):
            self.fault(name, f"is {value}", f"Write a number that is {bounds}")
        elif at_most is not None and number > at_most:
            self.fault(name, f"is {value}", f"Write a number that is at most {at_most}")
        return number

    def moment(self, name: str) -> datetime.datetime | None:
        """A date and time, aware or not; None when the key is absent."""
        if not self.has(name):
            return None
        value = self._data[name]
        if not isinstance(value, datetime.datetime):
            self.fault(name, f"is {value!r}", "Write a date and a time without quotes, such as 2026-12-18T23:59:00")
            return None
        return value

    def table(self, name: str, *, required: bool = False) -> Table:
        """A table within; an empty one when it is absent and may be."""
        value = self._value(name, None if required else {})
        if value is not _MISSING and not isinstance(value, dict):
            self.fault(name, f"is {value!r}", f"Write a table: [{self.path(name)}]")
        return Table(value if isinstance(value, dict) else {}, self.path(name), self._problems)

    def tables(self, name: str) -> tuple[Table, ...]:
        """A list of tables; an empty one when it is absent."""
        value = self._value(name, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self.fault(name, f"is {value!r}", f"Write a list of tables: [[{self.path(name)}]]")
            return ()
        return tuple(Table(item, f"{self.path(name)}[{index}]", self._problems) for index, item in enumerate(value))

    def entries(self) -> tuple[tuple[str, Table], ...]:
        """Every entry of this table as (id, table): for tables whose keys are ids."""
        self._asked.update(self._data)
        return tuple((name, self.table(name)) for name in self._data)

    def finish(self) -> None:
        """Note every key that no reader asked for."""
        for name in self._data:
            if name not in self._asked:
                self.fault(name, "is not a key that is known here", nearest(name, self._asked))

    def _value(self, name: str, default: Any) -> Any:
        self._asked.add(name)
        if name in self._data:
            return self._data[name]
        if default is None:
            self.fault(name, "is missing", f"Add it to [{self.key}]" if self.key else "Add it at the top of the file")
            return _MISSING
        return default
