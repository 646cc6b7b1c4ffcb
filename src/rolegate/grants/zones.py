"""Time zones by their names, the same on every machine."""

from __future__ import annotations

from datetime import UTC, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

NO_ZONE = "UTC"
"""The zone of a domain that does not name one, and of questions."""

# Others are machines' own (`localtime`), not there on every system (`US/Eastern`), or read the wrong way
# round by most people (`Etc/GMT+5` is five hours behind).
_AREAS = frozenset(
    {
        "Africa",
        "America",
        "Antarctica",
        "Arctic",
        "Asia",
        "Atlantic",
        "Australia",
        "Europe",
        "Indian",
        "Pacific",
    }
)


@cache
def zone_names() -> frozenset[str]:
    """Every zone that a domain may name: `UTC`, and the places of the IANA time zone database."""
    places = (name for name in available_timezones() if name.partition("/")[0] in _AREAS)
    return frozenset({NO_ZONE, *places})


def zone_called(name: str) -> tzinfo:
    """The zone with one of these names."""
    return UTC if name == NO_ZONE else ZoneInfo(name)
