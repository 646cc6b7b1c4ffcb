"""The moments that lines of bindings name, read and shown in the zone of the domain of the line."""

from __future__ import annotations

from datetime import UTC, datetime

from rolegate.diagnostics import Report
from rolegate.documents.text import Text
from rolegate.grants import moment_problems
from rolegate.grants.zones import zone_called


def read_moment(text: Text, zone: str, report: Report) -> datetime | None:
    """The moment that *text* names, in UTC; None where that is not clear, which is reported.

    A date is its first moment: where the clocks skip midnight, the one after the gap, and where midnight
    comes twice, the first. A time of day that the clocks skip or that comes twice has to say its offset.
    """
    local = datetime.fromisoformat(text)
    if local.tzinfo is None:
        local = local.replace(tzinfo=zone_called(zone))
    try:
        first, second = (local.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    except OverflowError:
        moment_problems.out_of_range(report, text)
        return None
    if first != second and "T" in text:
        if first > second:
            moment_problems.skipped(report, text, zone)
        else:
            offsets = [local.replace(fold=fold).isoformat()[19:25] for fold in (0, 1)]
            moment_problems.twice(report, text, zone, offsets)
        return None
    return first


def show_moment(moment: datetime, zone: str) -> str:
    """*moment* as a line of a domain with this zone would name it: a date where it is the first of a day."""
    here = zone_called(zone)
    try:
        local = moment.astimezone(here)
        if datetime(local.year, local.month, local.day, tzinfo=here).astimezone(UTC) == moment:
            return local.date().isoformat()
    except OverflowError:  # on the first or the last day there is
        local = moment
    return local.isoformat(timespec="seconds" if local.second else "minutes")
