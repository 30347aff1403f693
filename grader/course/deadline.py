"""Reads the deadline of an assignment: aware, in a named time zone, at an hour that happens exactly once."""

from __future__ import annotations

import zoneinfo
from datetime import datetime
from zoneinfo import ZoneInfo

from grader.course.problems import nearest
from grader.course.table import Table


def read_deadline(table: Table) -> tuple[ZoneInfo, datetime | None]:
    """``time_zone`` and ``deadline`` of an assignment's table; the deadline aware, in that zone."""
    name = table.text("time_zone", "UTC") if table.has("time_zone") or not table.has("deadline") else ""
    zone = _zone(table, name) if name else None
    moment = table.moment("deadline")
    if moment is None:
        return zone or ZoneInfo("UTC"), None
    if not table.has("time_zone"):
        table.fault("deadline", f"{moment} has no time zone", 'Add time_zone = "Europe/Berlin" (the IANA name of where the course is held)')
    if zone is None:
        return ZoneInfo("UTC"), None
    if moment.tzinfo is not None:
        return zone, moment.astimezone(zone)
    deadline = moment.replace(tzinfo=zone)
    if deadline.utcoffset() != deadline.replace(fold=1).utcoffset():
        table.fault(
            "deadline",
            f"{moment} happens twice or never in {name}: the clock is changed",
            "Choose another hour, or write the offset from UTC",
        )
    return zone, deadline


def _zone(table: Table, name: str) -> ZoneInfo | None:
    known = zoneinfo.available_timezones()
    if name in known:
        return ZoneInfo(name)
    close = nearest(name, known)
    table.fault("time_zone", f"{name!r} is not an IANA time zone", close if len(close) < 200 else "Write a name such as Europe/Berlin")
    return None
